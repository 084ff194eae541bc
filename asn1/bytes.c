/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/bytes.h"

#include <string.h>

struct bytes bytes_make(const void *data, size_t size)
{
    return data ? (struct bytes){ data, size } : BYTES_NONE;
}

struct bytes bytes_text(const char *text)
{
    return text ? bytes_make(text, strlen(text)) : BYTES_NONE;
}

struct bytes bytes_slice(struct bytes view, size_t offset, size_t size)
{
    struct bytes rest = bytes_from(view, offset);

    if (size < rest.size)
        rest.size = size;
    return rest;
}

struct bytes bytes_from(struct bytes view, size_t offset)
{
    if (offset >= view.size)
        return BYTES_NONE;
    return (struct bytes){ view.data + offset, view.size - offset };
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool bytes_equal_secret(struct bytes a, struct bytes b)
{
    /* volatile keeps the compiler from leaving the loop at the first difference */
    volatile uint8_t difference = 0;

    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        difference = (uint8_t)(difference | (a.data[i] ^ b.data[i]));
    return difference == 0;
}

bool bytes_start_with(struct bytes view, struct bytes prefix)
{
    return view.size >= prefix.size && bytes_equal(bytes_slice(view, 0, prefix.size), prefix);
}

struct bytes bytes_strip_zeros(struct bytes view)
{
    size_t zeros = 0;

    while (zeros < view.size && view.data[zeros] == 0)
        zeros++;
    return bytes_from(view, zeros);
}

uint64_t bytes_number(struct bytes view)
{
    struct bytes digits = bytes_strip_zeros(view);
    uint64_t number = 0;

    if (digits.size > sizeof(number))
        return UINT64_MAX;
    for (size_t i = 0; i < digits.size; i++)
        number = number << 8 | digits.data[i];
    return number;
}

size_t bytes_bit_length(struct bytes view)
{
    struct bytes digits = bytes_strip_zeros(view);
    size_t bits = digits.size * 8;

    if (digits.size == 0)
        return 0;
    for (uint8_t top = digits.data[0]; !(top & 0x80); top = (uint8_t)(top << 1))
        bits--;
    return bits;
}
