/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pem.h"

#include <string.h>

#define DASHES "-----"
#define LABEL_MAX 64

/* Where the line EDGE LABEL ("BEGIN ", "END ") is in TEXT; what is before it and what follows. */
static bool pem_edge(struct bytes text, const char *edge, const char *label, struct bytes *ret_before,
                     struct bytes *ret_after)
{
    uint8_t memory[LABEL_MAX];
    struct buf line = BUF_OVER(memory);
    const uint8_t *place;
    size_t offset;

    buf_add(&line, bytes_text(DASHES));
    buf_add(&line, bytes_text(edge));
    buf_add(&line, bytes_text(label));
    buf_add(&line, bytes_text(DASHES));
    if (buf_check(&line) != RESULT_OK || text.size == 0)
        return false;
    place = memmem(text.data, text.size, line.data, line.size);
    if (!place)
        return false;
    offset = (size_t)(place - text.data);
    *ret_before = bytes_slice(text, 0, offset);
    *ret_after = bytes_from(text, offset + line.size);
    return true;
}

static int pem_digit(uint8_t c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *place = c != '\0' ? strchr(digits, c) : NULL;

    return place ? (int)(place - digits) : -1;
}

static enum result pem_decode(struct bytes body, struct buf *out)
{
    unsigned bits = 0, held = 0, padding = 0, digits = 0;

    for (size_t i = 0; i < body.size; i++) {
        uint8_t c = body.data[i];
        int digit = pem_digit(c);
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        if (c == '=') {
            padding++;
            continue;
        }
        if (digit < 0 || padding > 0)
            return RESULT_MALFORMED;
        digits++;
        bits = (bits << 6 | (unsigned)digit) & 0xFFF;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        buf_add_byte(out, (uint8_t)(bits >> held));
    }
    if (padding > 2 || (digits + padding) % 4 != 0 || (bits & ((1U << held) - 1)) != 0)
        return RESULT_MALFORMED;
    return buf_check(out);
}

enum result pem_read(struct bytes text, const char *label, struct buf *out)
{
    struct bytes before, rest, body, after;

    if (!pem_edge(text, "BEGIN ", label, &before, &rest))
        return RESULT_NOT_FOUND;
    if (!pem_edge(rest, "END ", label, &body, &after))
        return RESULT_MALFORMED;
    return pem_decode(body, out);
}
