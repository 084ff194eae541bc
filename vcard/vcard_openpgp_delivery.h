/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_openpgp_delivery.h: the state of delivery, and the way back to it (7.2.16 and 7.2.17). */
#ifndef ECP_VCARD_VCARD_OPENPGP_DELIVERY_H
#define ECP_VCARD_VCARD_OPENPGP_DELIVERY_H

#include "vcard/vcard_openpgp_card.h"

/** Makes a zeroed memory that of a new card. RESULT_INTERNAL if there are no random numbers,
 * RESULT_NO_MEMORY. */
enum result openpgp_deliver(struct openpgp_card *card) MUST_USE;

/** The commands, as iso_handler: TERMINATE DF E6, ACTIVATE FILE 44. */
uint16_t openpgp_delivery_terminate(struct openpgp_card *card, const struct iso_command *command,
                                    struct buf *out);
uint16_t openpgp_delivery_activate(struct openpgp_card *card, const struct iso_command *command,
                                   struct buf *out);

#endif
