/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_openpgp_pin.h: the passwords (4.3; 7.2.2 to 7.2.4). */
#ifndef ECP_VCARD_VCARD_OPENPGP_PIN_H
#define ECP_VCARD_VCARD_OPENPGP_PIN_H

#include "vcard/vcard_openpgp_card.h"

/** PW1 123456 and PW3 12345678 with all their tries, no resetting code, PW1 good for one signature. */
void openpgp_pins_deliver(struct openpgp_memory *memory);

/** A password may be so many bytes long. */
bool openpgp_pin_allowed(enum openpgp_password which, size_t size);

/** Sets or, if VALUE is empty, removes the resetting code. RESULT_MALFORMED for a length that it cannot have.
 */
enum result openpgp_pin_set_code(struct openpgp_card *card, struct bytes value) MUST_USE;

/** Appends the PW status bytes (data object C4). */
void openpgp_pin_status(const struct openpgp_memory *memory, struct buf *out);

/** The commands, as iso_handler: VERIFY 20, CHANGE REFERENCE DATA 24, RESET RETRY COUNTER 2C. */
uint16_t openpgp_pin_verify(struct openpgp_card *card, const struct iso_command *command, struct buf *out);
uint16_t openpgp_pin_change(struct openpgp_card *card, const struct iso_command *command, struct buf *out);
uint16_t openpgp_pin_unblock(struct openpgp_card *card, const struct iso_command *command, struct buf *out);

#endif
