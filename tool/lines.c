/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/lines.h"

#include <string.h>
#include <strings.h>

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

struct bytes lines_trim(struct bytes view)
{
    while (view.size > 0 && is_space(view.data[0]))
        view = bytes_from(view, 1);
    while (view.size > 0 && is_space(view.data[view.size - 1]))
        view.size--;
    return view;
}

bool lines_next(struct lines *lines)
{
    struct bytes rest = bytes_from(lines->text, lines->next);
    const uint8_t *end;
    size_t length;

    if (rest.size == 0)
        return false;
    end = memchr(rest.data, '\n', rest.size);
    length = end ? (size_t)(end - rest.data) : rest.size;
    lines->start = lines->next;
    lines->next += length + (end != NULL);
    lines->line = lines_trim(bytes_slice(rest, 0, length));
    return true;
}

bool lines_is(const struct lines *lines, const char *text)
{
    return bytes_equal(lines->line, bytes_text(text));
}

bool lines_setting(const struct lines *lines, const char *key, uint8_t separator, bool any_case, struct bytes *ret)
{
    size_t length = strlen(key);
    const char *line = (const char *)lines->line.data;
    struct bytes rest;

    if (lines->line.size <= length || (any_case ? strncasecmp(line, key, length) : strncmp(line, key, length)) != 0)
        return false;
    rest = bytes_from(lines->line, length);
    if (!is_space(rest.data[0]) && !(separator && rest.data[0] == separator))
        return false;
    rest = lines_trim(rest);
    if (separator && rest.size > 0 && rest.data[0] == separator)
        rest = lines_trim(bytes_from(rest, 1));
    *ret = rest;
    return true;
}

bool lines_section(const struct lines *lines, struct bytes *ret)
{
    const uint8_t *end;

    if (lines->line.size < 2 || lines->line.data[0] != '[')
        return false;
    end = memchr(lines->line.data, ']', lines->line.size);
    if (!end)
        return false;
    *ret = lines_trim(bytes_slice(lines->line, 1, (size_t)(end - lines->line.data) - 1));
    return true;
}
