/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/tlv.h"

#include <string.h>

#define TAG_BYTES_MAX 3
#define LENGTH_BYTES_MAX 4

struct tlv_cursor tlv_open(struct bytes view)
{
    return (struct tlv_cursor){ view };
}

bool tlv_at_end(const struct tlv_cursor *cursor)
{
    return cursor->rest.size == 0;
}

static enum result tlv_read_tag(struct bytes *rest, uint32_t *ret)
{
    uint32_t tag;
    size_t size = 1;

    tag = rest->data[0];
    if ((tag & 0x1F) == 0x1F) {
        do {
            if (size == TAG_BYTES_MAX || size == rest->size)
                return RESULT_MALFORMED;
            tag = tag << 8 | rest->data[size++];
        } while (tag & 0x80);
    }
    *rest = bytes_from(*rest, size);
    *ret = tag;
    return RESULT_OK;
}

static enum result tlv_read_length(struct bytes *rest, size_t *ret)
{
    size_t more;

    if (rest->size == 0)
        return RESULT_MALFORMED;
    if (rest->data[0] < 0x80) {
        *ret = rest->data[0];
        *rest = bytes_from(*rest, 1);
        return RESULT_OK;
    }
    more = rest->data[0] & 0x7F;
    if (more == 0 || more > LENGTH_BYTES_MAX || more >= rest->size)
        return RESULT_MALFORMED;
    *ret = (size_t)bytes_number(bytes_slice(*rest, 1, more));
    *rest = bytes_from(*rest, 1 + more);
    return RESULT_OK;
}

enum result tlv_next(struct tlv_cursor *cursor, struct tlv *ret)
{
    struct bytes rest = cursor->rest;
    struct tlv object;

    if (rest.size == 0)
        return RESULT_NOT_FOUND;
    TRY(tlv_read_tag(&rest, &object.tag));
    TRY(tlv_read_length(&rest, &object.value.size));
    if (object.value.size > rest.size)
        return RESULT_MALFORMED;
    object.value = bytes_slice(rest, 0, object.value.size);
    cursor->rest = bytes_from(rest, object.value.size);
    *ret = object;
    return RESULT_OK;
}

enum result tlv_expect(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret)
{
    struct tlv_cursor ahead = *cursor;
    struct tlv object;

    TRY(tlv_next(&ahead, &object));
    if (object.tag != tag)
        return RESULT_MALFORMED;
    *cursor = ahead;
    *ret = object.value;
    return RESULT_OK;
}

enum result tlv_find(struct bytes view, uint32_t tag, struct bytes *ret)
{
    struct tlv_cursor cursor = tlv_open(view);
    struct tlv object;

    do {
        TRY(tlv_next(&cursor, &object));
    } while (object.tag != tag);
    *ret = object.value;
    return RESULT_OK;
}

enum result tlv_find_path(struct bytes view, const uint32_t *path, size_t count, struct bytes *ret)
{
    for (size_t i = 0; i < count; i++)
        TRY(tlv_find(view, path[i], &view));
    *ret = view;
    return RESULT_OK;
}

static size_t tlv_tag_size(uint32_t tag)
{
    return tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1;
}

static size_t tlv_length_size(uint64_t size)
{
    size_t bytes = 1;

    for (uint64_t rest = size; size >= 0x80 && rest > 0; rest >>= 8)
        bytes++;
    return bytes;
}

static void tlv_add_length(struct buf *buf, uint64_t size)
{
    size_t more = tlv_length_size(size) - 1;

    if (more > 0)
        buf_add_byte(buf, (uint8_t)(0x80 | more));
    buf_add_number(buf, size, more > 0 ? more : 1);
}

void tlv_add_header(struct buf *buf, uint32_t tag, uint64_t size)
{
    buf_add_number(buf, tag, tlv_tag_size(tag));
    tlv_add_length(buf, size);
}

void tlv_add(struct buf *buf, uint32_t tag, struct bytes value)
{
    tlv_add_header(buf, tag, value.size);
    buf_add(buf, value);
}

void tlv_add_byte(struct buf *buf, uint32_t tag, uint8_t value)
{
    tlv_add(buf, tag, bytes_make(&value, 1));
}

uint64_t tlv_size(uint32_t tag, uint64_t size)
{
    return tlv_tag_size(tag) + tlv_length_size(size) + size;
}

size_t tlv_begin(struct buf *buf, uint32_t tag)
{
    buf_add_number(buf, tag, tlv_tag_size(tag));
    return buf->size;
}

void tlv_end(struct buf *buf, size_t mark)
{
    size_t size, length_size;

    if (buf->overflow)
        return;
    size = buf->size - mark;
    length_size = tlv_length_size(size);
    if (!buf_reserve(buf, length_size))
        return;
    memmove(buf->data + mark + length_size, buf->data + mark, size);
    buf->size = mark;
    tlv_add_length(buf, size);
    buf->size = mark + length_size + size;
}
