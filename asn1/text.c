/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/text.h"

#include "asn1/strict.h"

#define CODE_MAX 0x10FFFF
#define SURROGATE_FIRST 0xD800
#define SURROGATE_LOW 0xDC00
#define SURROGATE_LAST 0xDFFF

static bool text_is_character(uint32_t code)
{
    return code <= CODE_MAX && (code < SURROGATE_FIRST || code > SURROGATE_LAST);
}

/* The shortest form only: RFC 3629 chapter 3. */
static enum result text_next_utf8(struct bytes *rest, uint32_t *ret)
{
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    uint8_t first = rest->data[0];
    size_t more = first < 0x80 ? 0 : first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    uint32_t code = more == 0 ? first : first & (0x3FU >> more);

    if ((first >= 0x80 && first < 0xC0) || first >= 0xF8 || more >= rest->size)
        return RESULT_MALFORMED;
    for (size_t i = 1; i <= more; i++) {
        if ((rest->data[i] & 0xC0) != 0x80)
            return RESULT_MALFORMED;
        code = code << 6 | (rest->data[i] & 0x3FU);
    }
    if (code < least[more] || !text_is_character(code))
        return RESULT_MALFORMED;
    *rest = bytes_from(*rest, more + 1);
    *ret = code;
    return RESULT_OK;
}

/* Programs write characters beyond the first plane as two surrogates, though a BMPString has no such thing.
 */
static enum result text_next_bmp(struct bytes *rest, uint32_t *ret)
{
    uint32_t code = (uint32_t)bytes_number(bytes_slice(*rest, 0, 2)), low;
    size_t size = 2;

    if (rest->size % 2 != 0)
        return RESULT_MALFORMED;
    if (code >= SURROGATE_FIRST && code < SURROGATE_LOW && rest->size >= 4) {
        low = (uint32_t)bytes_number(bytes_slice(*rest, 2, 2));
        if (low < SURROGATE_LOW || low > SURROGATE_LAST)
            return RESULT_MALFORMED;
        code = 0x10000 + ((code - SURROGATE_FIRST) << 10) + (low - SURROGATE_LOW);
        size = 4;
    }
    if (!text_is_character(code))
        return RESULT_MALFORMED;
    *rest = bytes_from(*rest, size);
    *ret = code;
    return RESULT_OK;
}

static enum result text_next_fixed(struct bytes *rest, size_t size, uint32_t *ret)
{
    uint64_t code = bytes_number(bytes_slice(*rest, 0, size));

    if (rest->size < size || code > CODE_MAX || !text_is_character((uint32_t)code))
        return RESULT_MALFORMED;
    *rest = bytes_from(*rest, size);
    *ret = (uint32_t)code;
    return RESULT_OK;
}

enum result text_next(struct text_reader *reader, uint32_t *ret)
{
    if (reader->rest.size == 0)
        return RESULT_NOT_FOUND;
    switch (reader->tag) {
    case DER_UTF8_STRING:
        return text_next_utf8(&reader->rest, ret);
    case DER_BMP_STRING:
        return text_next_bmp(&reader->rest, ret);
    case DER_UNIVERSAL_STRING:
        return text_next_fixed(&reader->rest, 4, ret);
    default:
        return text_next_fixed(&reader->rest, 1, ret);
    }
}

static bool text_is_string(uint32_t tag)
{
    static const uint8_t tags[] = {
        DER_UTF8_STRING, DER_NUMERIC_STRING, DER_PRINTABLE_STRING, DER_T61_STRING,
        DER_IA5_STRING,  DER_VISIBLE_STRING, DER_UNIVERSAL_STRING, DER_BMP_STRING
    };

    for (size_t i = 0; i < sizeof(tags); i++)
        if (tags[i] == tag)
            return true;
    return false;
}

enum result text_open(uint32_t tag, struct bytes value, struct text_reader *ret)
{
    struct text_reader ahead = { tag, value };
    uint32_t code;
    enum result result;

    if (!text_is_string(tag))
        return RESULT_UNSUPPORTED;
    *ret = ahead;
    do {
        result = text_next(&ahead, &code);
    } while (result == RESULT_OK);
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

void text_add(struct buf *buf, uint32_t code)
{
    size_t more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    uint8_t *place = buf_reserve(buf, more + 1);

    if (!place)
        return;
    for (size_t i = more; i > 0; i--, code >>= 6)
        place[i] = (uint8_t)(0x80 | (code & 0x3F));
    place[0] = (uint8_t)(more == 0 ? code : (0xF0U << (3 - more) & 0xFF) | code);
}
