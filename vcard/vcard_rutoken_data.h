/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_rutoken_data.h: commands that read and write the current EF, and the token's number. */
#ifndef ECP_VCARD_VCARD_RUTOKEN_DATA_H
#define ECP_VCARD_VCARD_RUTOKEN_DATA_H

#include "vcard/vcard_rutoken_card.h"

/** READ BINARY (B0). */
uint16_t rutoken_read(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** UPDATE BINARY (D6). */
uint16_t rutoken_update(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** GET DATA (CA). */
uint16_t rutoken_get_data(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** GET CHALLENGE (84): random bytes. */
uint16_t rutoken_random(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

#endif
