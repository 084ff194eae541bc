/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/api/text.h"

#include <string.h>

void text_pad(unsigned char *field, size_t size, const char *text)
{
    size_t length = strlen(text);

    memset(field, ' ', size);
    if (length > size) {
        length = size;
        /* not in the middle of a character */
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    }
    memcpy(field, text, length);
}

void text_pad_end(unsigned char *field, size_t size, const char *text)
{
    const size_t length = strlen(text);
    text_pad(field, size, length > size ? text + (length - size) : text);
}
