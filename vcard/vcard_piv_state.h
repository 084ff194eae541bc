/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard_piv_state.h: the card's memory as bytes.
 *
 * 70 { 80 format, 81 profile, 82 serial, 83 PIN, 84 PUK (value, tries, left), 85 management key (algorithm,
 * touch, key), A6 { 80 slot, algorithm, PIN policy, touch policy, origin, A1 { private numbers as in IMPORT }
 * } …, A7 { 80 tag, 81 contents } … }
 */
#ifndef ECP_VCARD_VCARD_PIV_STATE_H
#define ECP_VCARD_VCARD_PIV_STATE_H

#include "vcard/vcard_piv_card.h"

/** Appends the memory. RESULT_TOO_LARGE. */
enum result piv_state_save(const struct piv_card *card, struct buf *out) MUST_USE;

/** Replaces the memory. RESULT_MALFORMED if SAVED is anything that piv_state_save() does not make: nothing is
 * changed. */
enum result piv_state_load(struct piv_card *card, struct bytes saved) MUST_USE;

/** Frees keys and objects and wipes everything. */
void piv_memory_clear(struct piv_memory *memory);

#endif
