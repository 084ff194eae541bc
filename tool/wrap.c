/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/wrap.h"

#include <stdlib.h>
#include <string.h>

#include "tool/width.h"

/** A text being made of another one. */
struct wrap {
    char *text;
    size_t size, column, indent;
};

static void put(struct wrap *wrap, const char *text, size_t size)
{
    memcpy(wrap->text + wrap->size, text, size);
    wrap->size += size;
}

/** How far the word at TEXT goes, and the columns that it takes. */
static size_t word_at(const char *text, size_t *ret_columns)
{
    char word[512];
    size_t size = strcspn(text, " \n"), kept = 0;

    for (size_t i = 0; i < size && kept + 1 < sizeof(word); i++) {
        if (text[i] == '\033')
            while (i < size && text[i] != 'm')
                i++;
        else
            word[kept++] = text[i];
    }
    word[kept] = '\0';
    *ret_columns = text_width(word);
    return size;
}

static void put_blanks(struct wrap *wrap, size_t count)
{
    memset(wrap->text + wrap->size, ' ', count);
    wrap->size += count;
    wrap->column += count;
}

static const char *put_word(struct wrap *wrap, const char *text, size_t blanks, size_t width)
{
    size_t columns, size = word_at(text, &columns);

    if (wrap->column > wrap->indent && wrap->column + blanks + columns > width) {
        put(wrap, "\n", 1);
        wrap->column = 0;
        blanks = wrap->indent;
    }
    put_blanks(wrap, blanks);
    put(wrap, text, size);
    wrap->column += columns;
    return text + size;
}

char *wrap_text(const char *text, size_t width)
{
    /* an indentation of at most half the width for every byte that may begin a line */
    size_t length = strlen(text), limit = width / 2;
    struct wrap wrap = { .text = malloc((length + 1) * (limit + 2)) };

    if (!wrap.text)
        return NULL;
    while (*text) {
        size_t blanks = strspn(text, " ");

        if (wrap.column == 0)
            wrap.indent = blanks < limit ? blanks : limit;
        text += blanks;
        if (*text != '\n') {
            text = put_word(&wrap, text, blanks, width);
            continue;
        }
        put(&wrap, text++, 1);
        wrap.column = 0;
    }
    wrap.text[wrap.size] = '\0';
    return wrap.text;
}
