/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_items.h: how the objects on a card are described to the caller of a driver. */
#ifndef ECP_PCSC_CARD_PIV_ITEMS_H
#define ECP_PCSC_CARD_PIV_ITEMS_H

#include "pcsc/card_piv_parts.h"

/** A row of the table of data objects. */
struct piv_datum {
    uint32_t object;
    const char *label;
    uint8_t oid_size;
    uint8_t oid[4]; /**< what follows 2.16.840.1.101.3.7 */
    bool needs_pin, writable;
    bool everywhere; /**< listed on cards with metadata too, and before login */
    bool rare;       /**< listed after login only */
};

/** The table of data objects, in the order of a listing. */
#define PIV_DATA_COUNT 12
extern const struct piv_datum card_piv_data[PIV_DATA_COUNT];

/** The row of OBJECT, or if that is 0 the one that LIKE means by its OID or its label; NULL if there is none.
 */
const struct piv_datum *card_piv_datum_find(uint32_t object, const struct card_datum *like);

/** Describes an object to the caller of a driver. */
void card_piv_datum_fill(const struct piv_datum *row, struct card_datum *ret);
void card_piv_cert_fill(const struct piv_slot *slot, uint64_t fingerprint, struct card_cert *ret);

#endif
