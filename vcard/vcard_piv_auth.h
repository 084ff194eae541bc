/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_piv_auth.h: GENERAL AUTHENTICATE (SP 800-73-4 part 2, 3.2.4). */
#ifndef ECP_VCARD_VCARD_PIV_AUTH_H
#define ECP_VCARD_VCARD_PIV_AUTH_H

#include "vcard/vcard_piv_card.h"

/** The command GENERAL AUTHENTICATE 87, as iso_handler. */
uint16_t piv_authenticate(struct piv_card *card, const struct iso_command *command, struct buf *out);

#endif
