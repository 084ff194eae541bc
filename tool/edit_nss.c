/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/lines.h"

/** A module's lines: from START to its last line's END; NEXT is behind the empty line that closes it. Names are in any case. */
struct section {
    struct bytes library, name;
    size_t start, end, next;
};

/** The next section behind LINES; its lines are all settings, and of one module, or it is *RET_DAMAGED: NSS would take two that
 * no empty line parts for one, and both would go together. */
static bool section_next(struct lines *lines, struct section *ret, bool *ret_damaged)
{
    bool any = false, library = false;

    *ret = (struct section){ 0 };
    while (lines_next(lines)) {
        if (lines->line.size == 0) {
            ret->next = lines->next;
            if (any)
                return true;
            continue;
        }
        if (lines->line.data[0] != '#' && !memchr(lines->line.data, '=', lines->line.size))
            *ret_damaged = true;
        if (!any)
            ret->start = lines->start;
        any = true;
        ret->end = ret->next = lines->next;
        if (lines_setting(lines, "library", '=', true, &ret->library)) {
            *ret_damaged = *ret_damaged || library;
            library = true;
        } else {
            lines_setting(lines, "name", '=', true, &ret->name);
        }
    }
    return any;
}

static bool is_ours(const struct section *section, const struct edit_input *input)
{
    return bytes_equal(section->library, bytes_text(input->module));
}

static bool through_p11_kit(struct bytes library)
{
    static const char *const names[] = { "p11-kit-proxy.so", "p11-kit-client.so" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (library.size >= strlen(names[i]) &&
            bytes_equal(bytes_from(library, library.size - strlen(names[i])), bytes_text(names[i])))
            return true;
    return false;
}

static enum edit_state nss_look(const struct edit_input *input)
{
    struct lines lines = { .text = input->text };
    struct section section;
    enum edit_state state = EDIT_OUT;
    bool damaged = input->text.size > 0 && memchr(input->text.data, 0, input->text.size);

    while (section_next(&lines, &section, &damaged)) {
        if (is_ours(&section, input))
            state = EDIT_IN;
        else if (state == EDIT_OUT && bytes_equal(section.name, bytes_text(EDIT_NAME)))
            state = EDIT_OTHER;
        else if (state == EDIT_OUT && input->p11_kit && through_p11_kit(section.library))
            state = EDIT_THROUGH;
    }
    return damaged ? EDIT_DAMAGED : state;
}

/** Behind the last section, if an empty line closes it, as NSS writes it; else before the first: either can be undone exactly. */
static bool nss_put(const struct edit_input *input, struct edit *ret)
{
    struct bytes text = input->text;
    bool closed = text.size >= 2 && text.data[text.size - 1] == '\n' && text.data[text.size - 2] == '\n';
    char *section = NULL;
    bool made;

    if (asprintf(&section, "library=%s\nname=" EDIT_NAME "\n\n", input->module) < 0)
        return false;
    made = edit_splice(text, closed ? text.size : 0, 0, section, ret);
    free(section);
    return made;
}

static bool nss_take(const struct edit_input *input, struct edit *ret)
{
    struct lines lines = { .text = input->text };
    struct section section;
    bool damaged = false;

    while (section_next(&lines, &section, &damaged))
        if (is_ours(&section, input))
            return edit_splice(input->text, section.start, section.next - section.start, "", ret) &&
                   edit_take_rest(&edit_nss, input, ret);
    return false;
}

const struct edit_format edit_nss = { nss_look, nss_put, nss_take };
