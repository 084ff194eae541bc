/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* peek.h: what only its maker sees in a virtual card: how many tries are left, who is verified, what a PIN is. */
#ifndef ECP_TESTS_SWEEP_PEEK_H
#define ECP_TESTS_SWEEP_PEEK_H

#include <stdbool.h>

#include "vcard/vcard.h"

/** Whose PIN. */
enum peek_who {
    PEEK_USER,
    PEEK_SO, /**< a PIV card's PUK, a Rutoken's PIN 1 */
};

/** Tries left of a PIN; 0 if there is no such PIN. */
unsigned peek_tries(const struct vcard *card, enum peek_who who);

/** The user PIN is verified now. */
bool peek_verified(const struct vcard *card);

/** TEXT is the PIN. */
bool peek_pin_is(const struct vcard *card, enum peek_who who, const char *text);

/** Makes TEXT the user PIN with all its tries, as another program would have. False if there is no memory. */
bool peek_set_pin(struct vcard *card, const char *text);

/** Takes the user PIN's tries away. */
void peek_block(struct vcard *card);

#endif
