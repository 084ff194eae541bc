/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_openpgp_data.h: data objects (4.4; 7.2.5 to 7.2.8). */
#ifndef ECP_VCARD_VCARD_OPENPGP_DATA_H
#define ECP_VCARD_VCARD_OPENPGP_DATA_H

#include "vcard/vcard_openpgp_card.h"

/** Appends the historical bytes. */
void openpgp_historical(const struct openpgp_memory *memory, struct buf *out);

/** Replaces a value. RESULT_TOO_LARGE or RESULT_MALFORMED if it cannot be one, RESULT_NO_MEMORY: nothing has
 * changed then. */
enum result openpgp_value_put(struct openpgp_memory *memory, enum openpgp_value_id id,
                              struct bytes contents) MUST_USE;

/** A value; lives until it is replaced. */
struct bytes openpgp_value_get(const struct openpgp_memory *memory, enum openpgp_value_id id);

/** Wipes and frees all values. */
void openpgp_values_clear(struct openpgp_memory *memory);

/** The commands, as iso_handler: GET DATA CA, GET NEXT DATA CC, PUT DATA DA, SELECT DATA A5. */
uint16_t openpgp_data_get(struct openpgp_card *card, const struct iso_command *command, struct buf *out);
uint16_t openpgp_data_next(struct openpgp_card *card, const struct iso_command *command, struct buf *out);
uint16_t openpgp_data_put(struct openpgp_card *card, const struct iso_command *command, struct buf *out);
uint16_t openpgp_data_select(struct openpgp_card *card, const struct iso_command *command, struct buf *out);

#endif
