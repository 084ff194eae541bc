/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_rutoken_pin.h: who is logged in, and what RSFs hold: PINs and keys written as a whole. */
#ifndef ECP_VCARD_VCARD_RUTOKEN_PIN_H
#define ECP_VCARD_VCARD_RUTOKEN_PIN_H

#include "vcard/vcard_rutoken_card.h"

/** VERIFY (20). */
uint16_t rutoken_verify(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** 80 40: nobody is logged in any more. */
uint16_t rutoken_logout(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** 24: a value for a PIN, or for the current RSF. */
uint16_t rutoken_write_rsf(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** RESET RETRY COUNTER (2C): gives a PIN all its tries back. */
uint16_t rutoken_unblock(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

#endif
