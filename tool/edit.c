/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/edit.h"

#include <stdlib.h>
#include <string.h>

#include "tool/lines.h"
#include "tool/printable.h"

bool edit_path_fits(const char *module)
{
    char printable[1001];
    size_t length = strlen(module);

    if (module[0] != '/' || length >= sizeof(printable) || module[length - 1] == ' ')
        return false;
    printable_copy(printable, bytes_text(module));
    return strcmp(printable, module) == 0 && !strpbrk(module, "\"'`\\#;$%");
}

void edit_free(struct edit *edit)
{
    free(edit->text);
    *edit = (struct edit){ 0 };
}

bool edit_splice(struct bytes text, size_t offset, size_t size, const char *insert, struct edit *ret)
{
    size_t length = strlen(insert), after = offset + size;
    char *whole = malloc(text.size - size + length + 1);

    *ret = (struct edit){ 0 };
    if (!whole)
        return false;
    if (offset > 0)
        memcpy(whole, text.data, offset);
    memcpy(whole + offset, insert, length);
    if (text.size > after)
        memcpy(whole + offset + length, text.data + after, text.size - after);
    ret->text = whole;
    ret->size = text.size - size + length;
    whole[ret->size] = '\0';
    return true;
}

bool edit_take_rest(const struct edit_format *format, const struct edit_input *input, struct edit *ret)
{
    struct edit_input rest = *input;
    struct edit less;
    bool taken;

    rest.text = bytes_make(ret->text, ret->size);
    if (ret->remove || format->look(&rest) != EDIT_IN)
        return true;
    taken = format->take(&rest, &less);
    edit_free(ret);
    if (taken)
        *ret = less;
    return taken;
}

bool edit_change(const struct edit_format *format, const struct edit_input *input, bool undo, struct edit *ret)
{
    struct edit_input after = *input;
    enum edit_state state;

    *ret = (struct edit){ 0 };
    if (!(undo ? format->take(input, ret) : format->put(input, ret)))
        return false;
    after.exists = !ret->remove;
    after.text = bytes_make(ret->text, ret->size);
    state = format->look(&after);
    if (undo ? state != EDIT_IN && state != EDIT_DAMAGED : state == EDIT_IN)
        return true;
    edit_free(ret);
    return false;
}

static enum edit_state whole_look(const struct edit_input *input)
{
    struct lines lines = { .text = input->text };

    if (!input->exists)
        return EDIT_OUT;
    if (bytes_equal(input->text, bytes_text(input->whole)))
        return EDIT_IN;
    return lines_next(&lines) && lines_is(&lines, EDIT_MARK) ? EDIT_STALE : EDIT_OTHER;
}

static bool whole_put(const struct edit_input *input, struct edit *ret)
{
    return edit_splice(BYTES_NONE, 0, 0, input->whole, ret);
}

static bool whole_take(const struct edit_input *input, struct edit *ret)
{
    (void)input;
    *ret = (struct edit){ .remove = true };
    return true;
}

const struct edit_format edit_whole = { whole_look, whole_put, whole_take };
