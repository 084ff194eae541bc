/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_rutoken_delivery.h: the token as it is sold. */
#ifndef ECP_VCARD_VCARD_RUTOKEN_DELIVERY_H
#define ECP_VCARD_VCARD_RUTOKEN_DELIVERY_H

#include "vcard/vcard_rutoken_card.h"

/**
 * Fills a fresh card: a serial number, the vendor's folders, PINs of delivery, and in the profile "vendor" an
 * RSA and a GOST key with the references 1 and 2. RESULT_NO_MEMORY, RESULT_INTERNAL.
 */
enum result rutoken_deliver(struct rutoken_card *card) MUST_USE;

#endif
