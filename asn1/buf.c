/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/buf.h"

#include <string.h>

struct buf buf_make(uint8_t *data, size_t capacity)
{
    return (struct buf){ data, data ? capacity : 0, 0, false };
}

uint8_t *buf_reserve(struct buf *buf, size_t size)
{
    uint8_t *place;

    if (size > buf_room(buf)) {
        buf->overflow = true;
        return NULL;
    }
    place = buf->data + buf->size;
    buf->size += size;
    return place;
}

void buf_add(struct buf *buf, struct bytes view)
{
    uint8_t *place = buf_reserve(buf, view.size);

    if (place && view.size > 0)
        memmove(place, view.data, view.size);
}

void buf_add_byte(struct buf *buf, uint8_t byte)
{
    buf_add(buf, bytes_make(&byte, 1));
}

void buf_add_number(struct buf *buf, uint64_t number, size_t size)
{
    uint8_t *place = buf_reserve(buf, size);

    if (!place)
        return;
    for (size_t i = size; i > 0; i--, number >>= 8)
        place[i - 1] = (uint8_t)number;
}

void buf_add_fill(struct buf *buf, uint8_t byte, size_t count)
{
    uint8_t *place = buf_reserve(buf, count);

    if (place && count > 0)
        memset(place, byte, count);
}

void buf_add_padded(struct buf *buf, struct bytes number, size_t size)
{
    struct bytes digits = bytes_strip_zeros(number);

    if (digits.size > size) {
        buf->overflow = true;
        return;
    }
    buf_add_fill(buf, 0, size - digits.size);
    buf_add(buf, digits);
}

void buf_truncate(struct buf *buf, size_t size)
{
    if (size < buf->size)
        buf->size = size;
}

void buf_clear(struct buf *buf)
{
    buf->size = 0;
    buf->overflow = false;
}

void buf_wipe(struct buf *buf)
{
    if (buf->capacity > 0)
        explicit_bzero(buf->data, buf->capacity);
    buf_clear(buf);
}

struct bytes buf_bytes(const struct buf *buf)
{
    return buf->overflow ? BYTES_NONE : bytes_make(buf->data, buf->size);
}

enum result buf_check(const struct buf *buf)
{
    return buf->overflow ? RESULT_TOO_LARGE : RESULT_OK;
}

size_t buf_room(const struct buf *buf)
{
    return buf->overflow ? 0 : buf->capacity - buf->size;
}
