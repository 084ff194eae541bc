/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/strict.h"

enum result strict_next(struct tlv_cursor *cursor, struct tlv *ret)
{
    struct tlv_cursor ahead = *cursor;

    TRY(tlv_next(&ahead, ret));
    if (cursor->rest.size - ahead.rest.size != tlv_size(ret->tag, ret->value.size))
        return RESULT_MALFORMED;
    *cursor = ahead;
    return RESULT_OK;
}

enum result strict_expect(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret)
{
    struct tlv_cursor ahead = *cursor;
    struct tlv object;

    if (strict_next(&ahead, &object) != RESULT_OK || object.tag != tag)
        return RESULT_MALFORMED;
    *cursor = ahead;
    *ret = object.value;
    return RESULT_OK;
}

enum result strict_end(const struct tlv_cursor *cursor)
{
    return tlv_at_end(cursor) ? RESULT_OK : RESULT_MALFORMED;
}

enum result strict_whole(struct bytes view, uint32_t tag, struct bytes *ret)
{
    struct tlv_cursor cursor = tlv_open(view);

    TRY(strict_expect(&cursor, tag, ret));
    return strict_end(&cursor);
}

enum result strict_unsigned(struct tlv_cursor *cursor, struct bytes *ret)
{
    struct bytes value;

    TRY(strict_expect(cursor, DER_INTEGER, &value));
    if (value.size == 0 || value.data[0] & 0x80)
        return RESULT_MALFORMED;
    if (value.size > 1 && value.data[0] == 0 && !(value.data[1] & 0x80))
        return RESULT_MALFORMED;
    *ret = bytes_strip_zeros(value);
    return RESULT_OK;
}

enum result strict_bit_string(struct tlv_cursor *cursor, struct bytes *ret)
{
    struct bytes value;

    TRY(strict_expect(cursor, DER_BIT_STRING, &value));
    if (value.size == 0 || value.data[0] != 0)
        return RESULT_MALFORMED;
    *ret = bytes_from(value, 1);
    return RESULT_OK;
}

void strict_add_unsigned(struct buf *buf, struct bytes number)
{
    struct bytes digits = bytes_strip_zeros(number);
    bool sign_byte = digits.size == 0 || digits.data[0] & 0x80;

    tlv_add_header(buf, DER_INTEGER, digits.size + (sign_byte ? 1 : 0));
    if (sign_byte)
        buf_add_byte(buf, 0);
    buf_add(buf, digits);
}
