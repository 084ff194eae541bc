/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_openpgp_use.h: the three keys used (7.2.10 to 7.2.13, 7.2.18). */
#ifndef ECP_VCARD_VCARD_OPENPGP_USE_H
#define ECP_VCARD_VCARD_OPENPGP_USE_H

#include "vcard/vcard_openpgp_card.h"

/** The commands, as iso_handler: PERFORM SECURITY OPERATION 2A, INTERNAL AUTHENTICATE 88, MANAGE SECURITY
 * ENVIRONMENT 22. */
uint16_t openpgp_use_operation(struct openpgp_card *card, const struct iso_command *command, struct buf *out);
uint16_t openpgp_use_authenticate(struct openpgp_card *card, const struct iso_command *command,
                                  struct buf *out);
uint16_t openpgp_use_environment(struct openpgp_card *card, const struct iso_command *command,
                                 struct buf *out);

#endif
