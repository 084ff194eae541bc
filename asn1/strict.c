/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/strict.h"

#include <string.h>

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

static void strict_reverse(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t swap = bytes[i];

        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = swap;
    }
}

/* Exchanges two neighbours, A bytes and then B bytes, without other memory. */
static void strict_exchange(uint8_t *bytes, size_t a, size_t b)
{
    strict_reverse(bytes, a);
    strict_reverse(bytes + a, b);
    strict_reverse(bytes, a + b);
}

/* One walk over the row; *SWAPPED tells whether anything was out of order. */
static enum result strict_sort_once(uint8_t *bytes, size_t size, bool *swapped)
{
    size_t start = 0, before = 0;

    *swapped = false;
    while (start + before < size) {
        struct tlv_cursor cursor = tlv_open(bytes_make(bytes + start + before, size - start - before));
        size_t room = cursor.rest.size, next;
        struct tlv object;

        if (strict_next(&cursor, &object) != RESULT_OK)
            return RESULT_MALFORMED;
        next = room - cursor.rest.size;
        /* whole objects differ before the shorter ends, so no zeros need to be thought after it */
        if (before > 0 &&
            memcmp(bytes + start, bytes + start + before, before < next ? before : next) > 0) {
            strict_exchange(bytes + start, before, next);
            start += next;
            *swapped = true;
        } else {
            start += before;
            before = next;
        }
    }
    return RESULT_OK;
}

enum result strict_end_set(struct buf *buf, size_t mark)
{
    bool swapped = true;

    TRY(buf_check(buf));
    while (swapped)
        TRY(strict_sort_once(buf->data + mark, buf->size - mark, &swapped));
    tlv_end(buf, mark);
    return buf_check(buf);
}
