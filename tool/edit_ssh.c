/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tool/lines.h"

/* What the file was like before goes into the first line: it is put back exactly. */
#define BEGIN "# begin: ecp register"
#define OPEN_END " (the line above had no end)"
#define NEW_FILE " (the file is new)"
#define END "# end: ecp register"

enum before { BEFORE_LINES, BEFORE_OPEN_END, BEFORE_NOTHING, BEFORE_WAYS };

/* Behind everything else: ssh takes the first value that it finds, so that a person's own settings win. */
static char *block_text(const char *module, enum before before)
{
    static const char *const notes[] = { "", OPEN_END, NEW_FILE };
    char *text = NULL;

    if (asprintf(&text, "%s" BEGIN "%s\nHost *\n    PKCS11Provider \"%s\"\n" END "\n", before == BEFORE_OPEN_END ? "\n" : "",
                 notes[before], module) < 0)
        return NULL;
    return text;
}

/** Finds the lines between the marks, marks included. False if there is no mark at all; *RET_SIZE 0 if one is alone. */
static bool find_block(struct bytes text, size_t *ret_start, size_t *ret_size)
{
    struct lines lines = { .text = text };
    bool begun = false, any = false;

    *ret_start = *ret_size = 0;
    while (lines_next(&lines)) {
        bool begins = bytes_start_with(lines.line, bytes_text(BEGIN));

        if (begins && !begun) {
            begun = any = true;
            *ret_start = lines.start;
        } else if (lines_is(&lines, END)) {
            *ret_size = begun ? lines.next - *ret_start : 0;
            return true;
        }
    }
    return any;
}

/** VALUE names all hosts, as the value of "Host", or of "Match" if MATCH. */
static bool all_hosts(struct bytes value, bool match)
{
    return match ? value.size == 3 && strncasecmp((const char *)value.data, "all", 3) == 0 : bytes_equal(value, bytes_text("*"));
}

static struct bytes unquoted(struct bytes value)
{
    return value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"' ? bytes_slice(value, 1, value.size - 2) : value;
}

/** What a person has written: for all hosts, since what is for one of them is nobody else's business. */
static enum edit_state persons_words(const struct edit_input *input)
{
    struct lines lines = { .text = input->text };
    struct bytes value;
    bool global = true;

    while (lines_next(&lines)) {
        if (lines_setting(&lines, "Host", '=', true, &value))
            global = all_hosts(value, false);
        else if (lines_setting(&lines, "Match", '=', true, &value))
            global = all_hosts(value, true);
        else if (global && lines_setting(&lines, "PKCS11Provider", '=', true, &value))
            return bytes_equal(unquoted(value), bytes_text(input->module)) ? EDIT_BY_HAND : EDIT_OTHER;
    }
    return EDIT_OUT;
}

/** The block is at START as register writes it; *RET_BEFORE is how. */
static bool block_is_ours(const struct edit_input *input, size_t start, size_t size, enum before *ret_before)
{
    for (enum before before = BEFORE_LINES; before < BEFORE_WAYS; before++) {
        char *text = block_text(input->module, before);
        bool same = text && bytes_equal(bytes_slice(input->text, start, size), bytes_text(text + (before == BEFORE_OPEN_END)));

        free(text);
        *ret_before = before;
        if (same)
            return before != BEFORE_OPEN_END || start > 0;
    }
    return false;
}

static enum edit_state ssh_look(const struct edit_input *input)
{
    enum before before;
    size_t start, size;

    if (input->text.size > 0 && memchr(input->text.data, 0, input->text.size))
        return EDIT_DAMAGED;
    if (!find_block(input->text, &start, &size))
        return persons_words(input);
    if (size == 0)
        return EDIT_DAMAGED;
    return block_is_ours(input, start, size, &before) ? EDIT_IN : EDIT_OTHER;
}

static bool ssh_put(const struct edit_input *input, struct edit *ret)
{
    struct bytes text = input->text;
    enum before before = !input->exists                                              ? BEFORE_NOTHING
                         : text.size > 0 && text.data[text.size - 1] != '\n' ? BEFORE_OPEN_END
                                                                                     : BEFORE_LINES;
    char *block = block_text(input->module, before);
    bool made = block && edit_splice(text, text.size, 0, block, ret);

    free(block);
    return made;
}

static bool ssh_take(const struct edit_input *input, struct edit *ret)
{
    enum before before;
    size_t start, size;

    if (!find_block(input->text, &start, &size) || !block_is_ours(input, start, size, &before))
        return false;
    /* unless a person has written something behind the block, which is to begin a line */
    if (before == BEFORE_OPEN_END && start + size == input->text.size) {
        start--;
        size++;
    }
    if (!edit_splice(input->text, start, size, "", ret))
        return false;
    ret->remove = before == BEFORE_NOTHING && ret->size == 0;
    return edit_take_rest(&edit_ssh, input, ret);
}

const struct edit_format edit_ssh = { ssh_look, ssh_put, ssh_take };
