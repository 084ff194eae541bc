/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_store.h: writing and erasing certificates and data objects. */
#ifndef ECP_PCSC_CARD_PIV_STORE_H
#define ECP_PCSC_CARD_PIV_STORE_H

#include "pcsc/card_piv_parts.h"

/** The driver's operations (pcsc/card.h). */
enum result card_piv_store(struct card *card, struct card_item *item, struct bytes value, bool replace);
enum result card_piv_erase(struct card *card, enum card_kind kind, uint32_t reference);

#endif
