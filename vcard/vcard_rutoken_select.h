/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_rutoken_select.h: commands that name files: SELECT, CREATE FILE, DELETE FILE, and the vendor's
 * format. */
#ifndef ECP_VCARD_VCARD_RUTOKEN_SELECT_H
#define ECP_VCARD_VCARD_RUTOKEN_SELECT_H

#include "vcard/vcard_rutoken_card.h"

/** SELECT (A4), which also lists a folder. */
uint16_t rutoken_select(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** CREATE FILE (E0). */
uint16_t rutoken_create_file(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** DELETE FILE (E4). */
uint16_t rutoken_delete_file(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** 80 8A: erases everything; no rights are asked until format end. */
uint16_t rutoken_format_begin(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** 80 84 4E 19. */
uint16_t rutoken_format_end(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

#endif
