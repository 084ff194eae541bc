/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pem.h"

#include <string.h>

#define DASHES "-----"
#define LABEL_MAX 64
#define LINE_BYTES 48

static const char digits_of_base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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
    const char *place = c != '\0' ? strchr(digits_of_base64, c) : NULL;

    return place ? (int)(place - digits_of_base64) : -1;
}

enum result pem_read_base64(struct bytes text, struct buf *out)
{
    unsigned bits = 0, held = 0, padding = 0, digits = 0;

    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
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
    return pem_read_base64(body, out);
}

/* Up to and behind the first MARK in *TEXT. */
static bool pem_cut(struct bytes *text, const char *mark, struct bytes *before)
{
    size_t length = strlen(mark);
    const uint8_t *found = text->size ? memmem(text->data, text->size, mark, length) : NULL;

    if (!found)
        return false;
    *before = bytes_slice(*text, 0, (size_t)(found - text->data));
    *text = bytes_from(*text, before->size + length);
    return true;
}

enum result pem_next(struct bytes *text, struct pem_block *ret)
{
    struct bytes before, end_label;

    if (!pem_cut(text, DASHES "BEGIN ", &before))
        return RESULT_NOT_FOUND;
    if (!pem_cut(text, DASHES, &ret->label) || !pem_cut(text, DASHES "END ", &ret->base64) ||
        !pem_cut(text, DASHES, &end_label) || !bytes_equal(ret->label, end_label))
        return RESULT_MALFORMED;
    return RESULT_OK;
}

static void pem_add_group(struct bytes three, struct buf *out)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < 3; i++)
        bits = bits << 8 | (i < three.size ? three.data[i] : 0u);
    for (size_t i = 0; i < 4; i++)
        buf_add_byte(out, i <= three.size ? (uint8_t)digits_of_base64[bits >> (18 - 6 * i) & 63] : '=');
}

void pem_add_base64(struct bytes view, struct buf *out)
{
    for (size_t done = 0; done < view.size; done += 3) {
        pem_add_group(bytes_slice(view, done, 3), out);
        if ((done + 3) % LINE_BYTES == 0 && done + 3 < view.size)
            buf_add_byte(out, '\n');
    }
    if (view.size)
        buf_add_byte(out, '\n');
}

static void pem_add_edge(const char *edge, const char *label, struct buf *out)
{
    buf_add(out, bytes_text(DASHES));
    buf_add(out, bytes_text(edge));
    buf_add(out, bytes_text(label));
    buf_add(out, bytes_text(DASHES "\n"));
}

void pem_add(const char *label, struct bytes view, struct buf *out)
{
    pem_add_edge("BEGIN ", label, out);
    pem_add_base64(view, out);
    pem_add_edge("END ", label, out);
}
