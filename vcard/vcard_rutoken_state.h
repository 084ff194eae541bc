/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard_rutoken_state.h: the card's memory as bytes.
 *
 * 70 { 80 format, 81 profile, 82 serial, 83 formatting (00 or 01), A6 file … }; a file is { 80 facts: fid,
 * type, filled, size, property, security; 81 contents (not of a DF); A6 file below it … }.
 */
#ifndef ECP_VCARD_VCARD_RUTOKEN_STATE_H
#define ECP_VCARD_VCARD_RUTOKEN_STATE_H

#include "vcard/vcard_rutoken_card.h"

/** Appends the memory. RESULT_TOO_LARGE. */
enum result rutoken_state_save(const struct rutoken_card *card, struct buf *out) MUST_USE;

/** Replaces the memory. RESULT_MALFORMED if SAVED is anything that rutoken_state_save() does not make:
 * nothing is changed. */
enum result rutoken_state_load(struct rutoken_card *card, struct bytes saved) MUST_USE;

#endif
