/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard_openpgp_state.h: the card's memory as bytes.
 *
 * 70 { 80 format, 82 serial, 83 terminated and whether PW1 is good for several signatures, 84 number of
 * signatures, 85 PW1, 86 resetting code, 87 PW3 (tries left, value), A6 { 80 attributes, 81 origin, button,
 * 82 fingerprint, 83 that of the authority, 84 date, A1 { private numbers as in vcard_key_import() } if there
 * is a key } three times, A7 { 80 number, 81 contents } … }
 */
#ifndef ECP_VCARD_VCARD_OPENPGP_STATE_H
#define ECP_VCARD_VCARD_OPENPGP_STATE_H

#include "vcard/vcard_openpgp_card.h"

/** Appends the memory. RESULT_TOO_LARGE. */
enum result openpgp_state_save(const struct openpgp_card *card, struct buf *out) MUST_USE;

/** Replaces the memory. RESULT_MALFORMED if SAVED is anything that openpgp_state_save() does not make:
 * nothing is changed. */
enum result openpgp_state_load(struct openpgp_card *card, struct bytes saved) MUST_USE;

/** Frees keys and values and wipes everything. */
void openpgp_memory_clear(struct openpgp_memory *memory);

#endif
