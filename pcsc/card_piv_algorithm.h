/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_algorithm.h: the algorithm identifiers of PIV keys (SP 800-78-4, table 6-2; E0 and E1 are
 * Yubico's). */
#ifndef ECP_PCSC_CARD_PIV_ALGORITHM_H
#define ECP_PCSC_CARD_PIV_ALGORITHM_H

#include "pcsc/card_piv.h"

/** One identifier, as it goes into P1. */
struct piv_algorithm {
    uint8_t id;
    enum key_kind kind;
    enum curve curve;
    size_t bits;
    unsigned can; /**< enum card_can */
};

/** The row of an identifier, or of a kind of key; NULL if PIV has none. */
const struct piv_algorithm *card_piv_algorithm_by_id(uint8_t id);
const struct piv_algorithm *card_piv_algorithm_find(enum key_kind kind, enum curve curve, size_t bits);

/** Describes a key of ROW in SLOT with the slot's defaults; PUBLIC may be NULL. */
void card_piv_key_fill(struct card *card, const struct piv_slot *slot, const struct piv_algorithm *row,
                       const struct pubkey *public, struct card_key *ret);

/** Reads the public key in BODY: 81 and 82, or 86. RESULT_MALFORMED also if it is not what ROW says. */
enum result card_piv_public_parse(const struct piv_algorithm *row, struct bytes body,
                                  struct pubkey *ret) MUST_USE;

#endif
