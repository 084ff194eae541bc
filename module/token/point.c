/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/token/point.h"

#include "asn1/strict.h"

#define POINT_UNCOMPRESSED 0x04

static bool point_suits(enum curve curve, struct bytes point)
{
    size_t size = curve_size(curve);

    if (curve_kind(curve) != KEY_EC)
        return size > 0 && point.size == size;
    return point.size == 1 + 2 * size && point.data[0] == POINT_UNCOMPRESSED;
}

enum result point_decode(enum curve curve, struct bytes encoded, struct bytes *ret)
{
    struct bytes inner;

    *ret = encoded;
    if (point_suits(curve, encoded))
        return RESULT_OK;
    if (strict_whole(encoded, DER_OCTET_STRING, &inner) != RESULT_OK) {
        TRY(strict_whole(encoded, DER_BIT_STRING, &inner));
        if (inner.size == 0 || inner.data[0] != 0)
            return RESULT_MALFORMED;
        inner = bytes_from(inner, 1);
    }
    *ret = inner;
    return point_suits(curve, inner) ? RESULT_OK : RESULT_MALFORMED;
}

void point_encode(struct bytes point, struct buf *out)
{
    buf_add_byte(out, DER_OCTET_STRING);
    if (point.size >= 0x80)
        buf_add_byte(out, 0x81);
    buf_add_byte(out, (uint8_t)point.size);
    buf_add(out, point);
}
