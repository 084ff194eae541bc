/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_attest.h: what the attestation of a key tells (Yubico's command F9, firmware 4.3 and later). */
#ifndef ECP_PCSC_CARD_PIV_ATTEST_H
#define ECP_PCSC_CARD_PIV_ATTEST_H

#include "pcsc/card_piv_parts.h"

/**
 * The key in SLOT as the card attests it. RESULT_NOT_FOUND: none, or none that the card made itself, or the
 * card cannot attest.
 */
enum result card_piv_key_from_attestation(struct card *card, const struct piv_slot *slot,
                                          struct card_key *ret) MUST_USE;

#endif
