/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/width.h"

#include <string.h>
#include <wchar.h>

size_t text_step(const char *text, size_t *width)
{
    mbstate_t state = { 0 };
    wchar_t character;
    size_t length = mbrtowc(&character, text, strlen(text), &state);
    int columns;

    *width = 1;
    if (length == 0 || length > 8)
        return 1;
    columns = wcwidth(character);
    if (columns >= 0)
        *width = (size_t)columns;
    return length;
}

size_t text_width(const char *text)
{
    size_t total = 0, width;

    while (*text) {
        text += text_step(text, &width);
        total += width;
    }
    return total;
}
