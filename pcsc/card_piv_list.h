/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_list.h: what is on the card. */
#ifndef ECP_PCSC_CARD_PIV_LIST_H
#define ECP_PCSC_CARD_PIV_LIST_H

#include "pcsc/card_piv_parts.h"

/** The driver's list(). */
enum result card_piv_list(struct card *card, const struct card_query *query, struct card_cursor *cursor,
                          struct card_item *ret);

#endif
