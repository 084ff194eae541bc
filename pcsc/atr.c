/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/atr.h"

/* The two category indicators before data objects in compact form; behind the first come three status bytes.
 */
#define CATEGORY_STATUS_LAST 0x00
#define CATEGORY_OBJECTS 0x80
#define STATUS_SIZE 3

#define TAG_CAPABILITIES 7
#define CAPABILITIES_SIZE 3
#define CAPABILITY_EXTENDED 0x40

struct bytes atr_historical(struct bytes atr)
{
    size_t at = 1;
    uint8_t next;

    if (atr.size < 2)
        return BYTES_NONE;
    /* T0 and each TD tell in their upper half which of TA, TB, TC and TD follow. */
    do {
        if (at >= atr.size)
            return BYTES_NONE;
        next = atr.data[at] & 0xF0;
        for (uint8_t bit = 0x10; bit != 0; bit = (uint8_t)(bit << 1))
            at += (next & bit) != 0;
        /* The last of them is TD, if there is one. Where it is T0's turn, its own place is still to be
         * counted. */
        if (!(next & 0x80))
            at++;
    } while (next & 0x80);
    return bytes_slice(atr, at, atr.data[1] & 0x0F);
}

static struct bytes atr_objects(struct bytes historical)
{
    if (historical.size > 0 && historical.data[0] == CATEGORY_OBJECTS)
        return bytes_from(historical, 1);
    if (historical.size > 1 + STATUS_SIZE && historical.data[0] == CATEGORY_STATUS_LAST)
        return bytes_slice(historical, 1, historical.size - 1 - STATUS_SIZE);
    return BYTES_NONE;
}

bool atr_denies_extended(struct bytes atr)
{
    struct bytes rest = atr_objects(atr_historical(atr));

    while (rest.size > 0) {
        size_t size = rest.data[0] & 0x0F;
        struct bytes value = bytes_slice(rest, 1, size);
        if (value.size != size)
            return false;
        if (rest.data[0] >> 4 == TAG_CAPABILITIES && size == CAPABILITIES_SIZE)
            return !(value.data[2] & CAPABILITY_EXTENDED);
        rest = bytes_from(rest, 1 + size);
    }
    return false;
}
