/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration files of other programs: what "ecp register" puts in, it takes out again, and the text is as it was. The first byte
 * says which kind of file it is. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tool/edit.h"
#include "tool/mozilla.h"
#include "tool/openssl_conf.h"

#define MODULE "/m.so"

static struct bytes text_of(const struct edit *edit)
{
    return bytes_make(edit->text, edit->size);
}

static void put_and_take(const struct edit_format *format, const struct edit_input *input)
{
    SCOPED(edit_free) struct edit there = { 0 }, back = { 0 };
    struct edit_input changed = *input;

    if (!edit_change(format, input, false, &there))
        return;
    changed.text = text_of(&there);
    FUZZ_CHECK(format->look(&changed) == EDIT_IN);
    FUZZ_CHECK(format->take(&changed, &back));
    FUZZ_CHECK(format == &edit_whole || (!back.remove && bytes_equal(text_of(&back), input->text)));
}

static void take(const struct edit_format *format, const struct edit_input *input)
{
    SCOPED(edit_free) struct edit edit = { 0 };
    struct edit_input changed = *input;

    if (!format->take(input, &edit) || edit.remove)
        return;
    FUZZ_CHECK(edit.size < input->text.size);
    changed.text = text_of(&edit);
    FUZZ_CHECK(format->look(&changed) != EDIT_IN);
}

static void read_others(struct bytes text)
{
    struct openssl_conf names;
    size_t position = 0, before;
    char section[64], *path;

    openssl_conf_read(text, &names);
    FUZZ_CHECK(strlen(names.init) < sizeof(names.init) && strlen(names.base) < sizeof(names.base));
    free(openssl_conf_folder(text, section));
    do {
        before = position;
        path = mozilla_profile(text, "/f", &position);
        FUZZ_CHECK(position <= text.size && (!path || position > before));
        free(path);
    } while (path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct edit_format *const formats[] = { &edit_nss, &edit_policy, &edit_ssh, &edit_whole };
    const struct edit_format *format;
    struct edit_input input = { .exists = true, .module = MODULE, .whole = EDIT_MARK "\n" };

    if (size == 0)
        return 0;
    format = formats[data[0] % 4];
    input.text = bytes_make(data + 1, size - 1);
    read_others(input.text);
    switch (format->look(&input)) {
    case EDIT_OUT:
        put_and_take(format, &input);
        break;
    case EDIT_IN:
        take(format, &input);
        break;
    case EDIT_STALE:
    case EDIT_THROUGH:
    case EDIT_BY_HAND:
    case EDIT_OTHER:
    case EDIT_DAMAGED:
        break;
    }
    return 0;
}
