/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_rutoken_order.h: everything on this card's wire is little-endian, and everything in libraries is not.
 */
#ifndef ECP_VCARD_VCARD_RUTOKEN_ORDER_H
#define ECP_VCARD_VCARD_RUTOKEN_ORDER_H

#include <stddef.h>
#include <stdint.h>

/** Turns SIZE bytes round in place. */
static inline void rutoken_reverse(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t kept = bytes[i];

        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = kept;
    }
}

#endif
