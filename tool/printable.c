/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/printable.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/** The length of the character (RFC 3629) at the beginning of TEXT, which is not empty; 0 if there is none.
 */
static size_t character_read(struct bytes text, uint32_t *ret)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint8_t first = text.data[0];
    size_t length = first < 0x80   ? 1
                    : first < 0xC0 ? 0
                    : first < 0xE0 ? 2
                    : first < 0xF0 ? 3
                    : first < 0xF8 ? 4
                                   : 0;

    if (length > text.size)
        return 0;
    *ret = length > 1 ? first & (0x7Fu >> length) : first;
    for (size_t i = 1; i < length; i++) {
        if ((text.data[i] & 0xC0) != 0x80)
            return 0;
        *ret = *ret << 6 | (text.data[i] & 0x3Fu);
    }
    if (length == 0 || *ret < least[length] || *ret > 0x10FFFF || (*ret >= 0xD800 && *ret <= 0xDFFF))
        return 0;
    return length;
}

static bool is_harmless(uint32_t character)
{
    return character >= 0x20 && !(character >= 0x7F && character <= 0x9F) &&
           !(character >= 0x202A && character <= 0x202E) && !(character >= 0x2066 && character <= 0x2069);
}

void printable_copy(char *ret, struct bytes text)
{
    size_t length;

    for (size_t i = 0; i < text.size; i += length) {
        struct bytes rest = bytes_slice(text, i, text.size - i);
        uint32_t character = 0;

        length = character_read(rest, &character);
        if (length > 0 && is_harmless(character)) {
            memmove(ret, rest.data, length);
            ret += length;
        } else {
            *ret++ = '?';
            length = length ? length : 1;
        }
    }
    *ret = '\0';
}

json_t *printable_json(const char *text)
{
    static const char replacement[] = "\uFFFD";
    struct bytes rest = text ? bytes_text(text) : BYTES_NONE;
    char *copy = text ? malloc(rest.size * strlen(replacement) + 1) : NULL, *end = copy;
    json_t *json;

    if (!copy)
        return NULL;
    while (rest.size > 0) {
        uint32_t character;
        size_t length = character_read(rest, &character);

        memcpy(end, length > 0 ? (const char *)rest.data : replacement, length > 0 ? length : strlen(replacement));
        end += length > 0 ? length : strlen(replacement);
        rest = bytes_from(rest, length > 0 ? length : 1);
    }
    json = json_stringn(copy, (size_t)(end - copy));
    free(copy);
    return json;
}
