/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_pin.h: the PIN and the PUK: state, presenting, forgetting. */
#ifndef ECP_PCSC_CARD_PIV_PIN_H
#define ECP_PCSC_CARD_PIV_PIN_H

#include "pcsc/card_piv_parts.h"
#include "pcsc/iso7816.h"

/** The limits of a PIN, with nothing known of its state. */
void card_piv_pin_limits(struct card *card, enum card_role role, struct card_pin *ret);

/** Adds what metadata knows of a PIN: tries, factory. Not whether it is verified. */
enum result card_piv_pin_from_metadata(struct card *card, uint8_t reference, struct card_pin *pin) MUST_USE;

/** Adds what a VERIFY without data tells of the user PIN: tries or that it is verified. */
enum result card_piv_pin_from_status(struct card *card, struct card_pin *pin, bool *ret_exists) MUST_USE;

/** The driver's operations (pcsc/card.h). */
enum result card_piv_pin_status(struct card *card, enum card_role role, struct card_pin *ret);
enum result card_piv_logout(struct card *card);

/** How the PIN or PUK of a reference goes over the wire: 8 bytes, padded with FF. */
struct pin_format card_piv_pin_format(struct card *card, uint8_t reference);

/** VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER, with what the family's cards say understood. */
enum result card_piv_pin_present(struct card *card, uint8_t reference, const struct secret *pin,
                                 int *ret_tries) MUST_USE;
enum result card_piv_pin_change(struct card *card, uint8_t reference, const struct secret *old_pin,
                                const struct secret *new_pin, int *ret_tries) MUST_USE;
enum result card_piv_pin_unblock(struct card *card, const struct secret *puk, const struct secret *new_pin,
                                 int *ret_tries) MUST_USE;

/** The limits of a user PIN, and of a PUK, kept by NOT sending what breaks them. */
enum result card_piv_pin_check(struct card *card, const struct secret *pin) MUST_USE;
enum result card_piv_puk_check(const struct secret *puk) MUST_USE;

/** The reference of the user PIN: PIV's own or the global one. */
enum result card_piv_pin_reference(struct card *card, uint8_t *ret) MUST_USE;

/** Asks what is known of a PIN: *RET_SW of a VERIFY without data. */
enum result card_piv_pin_ask(struct card *card, uint8_t reference, unsigned *ret_sw) MUST_USE;

#endif
