/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_piv_pin.h: PIN and PUK (SP 800-73-4 part 2, 3.2). */
#ifndef ECP_VCARD_VCARD_PIV_PIN_H
#define ECP_VCARD_VCARD_PIV_PIN_H

#include "vcard/vcard_piv_card.h"

/** PIN 123456 and PUK 12345678 with all their tries. */
void piv_pin_deliver(struct piv_card *card, uint8_t pin_tries, uint8_t puk_tries);

/** PIN has the value of delivery; REFERENCE is PIV_PIN or PIV_PUK. */
bool piv_pin_is_default(const struct piv_card *card, uint8_t reference);

/** The PIN has been verified as POLICY (enum piv_pin_policy) wants it for COMMAND. */
bool piv_pin_satisfies(const struct piv_card *card, uint8_t policy, const struct iso_command *command);

/** The commands, as iso_handler: VERIFY 20, CHANGE REFERENCE DATA 24, RESET RETRY COUNTER 2C, SET RETRIES FA.
 */
uint16_t piv_pin_verify(struct piv_card *card, const struct iso_command *command, struct buf *out);
uint16_t piv_pin_change(struct piv_card *card, const struct iso_command *command, struct buf *out);
uint16_t piv_pin_unblock(struct piv_card *card, const struct iso_command *command, struct buf *out);
uint16_t piv_pin_set_retries(struct piv_card *card, const struct iso_command *command, struct buf *out);

#endif
