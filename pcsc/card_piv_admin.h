/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_admin.h: who administers: the management key 9B; and the secrets of both roles, checked and
 * changed. */
#ifndef ECP_PCSC_CARD_PIV_ADMIN_H
#define ECP_PCSC_CARD_PIV_ADMIN_H

#include "pcsc/admin_key.h"
#include "pcsc/card_piv_parts.h"

/** A security officer's secret is a PUK if it is no longer than this, in bytes; else a key in hexadecimal. */
#define PIV_PUK_MAX 8

/** What the card says of the key 9B; without metadata only a guess by the key's length is possible. */
struct piv_management {
    bool known;        /**< the card told its algorithm */
    bool factory;      /**< the card told that the key is the one of delivery */
    uint8_t algorithm; /**< P1 */
    enum admin_cipher cipher;
};

/** The algorithm for a key of SIZE bytes where the card does not tell. RESULT_PIN_LENGTH if there is none. */
enum result card_piv_management_guess(size_t size, struct piv_management *ret) MUST_USE;

/** Asks the card, or guesses for a key of SIZE bytes. RESULT_UNSUPPORTED for an algorithm that is not known
 * here. */
enum result card_piv_management_ask(struct card *card, size_t size, struct piv_management *ret) MUST_USE;

/** SO is a PUK, not a management key. */
bool card_piv_so_is_puk(const struct secret *so);

/** The key that SO spells. RESULT_PIN_LENGTH, RESULT_PIN_CHARACTERS if it spells none. *RET belongs to the
 * caller. */
enum result card_piv_management_key(const struct secret *so, struct secret **ret) MUST_USE;

/** Mutual authentication with KEY. RESULT_PIN_WRONG; RESULT_PIN_LENGTH if it cannot be the card's. */
enum result card_piv_management_prove(struct card *card, const struct secret *key) MUST_USE;

/** Sets KEY, for the algorithm ID, as the management key. Needs a proof before. */
enum result card_piv_management_set(struct card *card, uint8_t id, const struct secret *key) MUST_USE;

/** Keeps KEY behind the user PIN, and says so where Yubico's software looks. Needs a proof before. */
enum result card_piv_management_protect(struct card *card, const struct secret *key) MUST_USE;

/** The driver's operations (pcsc/card.h). */
enum result card_piv_verify_pin(struct card *card, enum card_role role, const struct secret *pin,
                                int *ret_tries);
enum result card_piv_change_pin(struct card *card, enum card_role role, const struct secret *old_pin,
                                const struct secret *new_pin, int *ret_tries);
enum result card_piv_init_pin(struct card *card, const struct secret *so, const struct secret *new_pin,
                              int *ret_tries);
enum result card_piv_authenticate(struct card *card, const struct secret *so);

#endif
