/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/options.h"

#include <stdint.h>
#include <string.h>

#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"

/** What a command with one option of each kind got. */
struct got {
    bool flag;
    const char *text;
    long number;
    struct options_list list;
    struct common common;
    int first;
    struct tool_ear ear;
};

static enum options_result parse(struct got *got, unsigned least, unsigned most, int argc, const char *const *argv)
{
    const struct option_row rows[] = {
        { "flag", NULL, "a flag", OPTION_FLAG, &got->flag },
        { "text", "TEXT", "a text", OPTION_TEXT, &got->text },
        { "number", "N", "a number", OPTION_NUMBER, &got->number },
        { "list", "ONE", "several", OPTION_LIST, &got->list },
    };
    const struct usage usage = { .operands = "FILE…", .least = least, .most = most, .rows = rows, .row_count = 4,
                                 .groups = OPTIONS_TOKEN | OPTIONS_PIN };
    char *words[16];
    enum options_result result;

    memset(got, 0, sizeof(*got));
    tool_listen(&got->ear, 80);
    for (int i = 0; i < argc; i++)
        words[i] = (char *)(uintptr_t)argv[i]; /* read only, in fact */
    words[argc] = NULL;
    result = options_read(&got->ear.ui, &usage, &got->common, argc, words, &got->first);
    tool_flush(&got->ear);
    return result;
}

#define PARSE(got, least, most, ...)                                                                         \
    parse(got, least, most, (int)(sizeof((const char *[]){ "test", __VA_ARGS__ }) / sizeof(char *)),         \
          (const char *[]){ "test", __VA_ARGS__ })

START_TEST(every_kind_of_option_is_taken)
{
    struct got got;

    ck_assert_int_eq(PARSE(&got, 0, 2, "--flag", "--text", "a", "--number=7", "--list", "x", "--list", "y", "--token", "t", "f"),
                     OPTIONS_RUN);
    ck_assert(got.flag);
    ck_assert_str_eq(got.text, "a");
    ck_assert_int_eq(got.number, 7);
    ck_assert_uint_eq(got.list.count, 2);
    ck_assert_str_eq(got.list.values[1], "y");
    ck_assert_str_eq(got.common.token, "t");
    ck_assert_int_eq(got.common.pin_fd, -1);
    tool_deaf(&got.ear);
}
END_TEST

START_TEST(options_may_stand_behind_operands_but_not_behind_two_dashes)
{
    struct got got;

    ck_assert_int_eq(PARSE(&got, 1, 1, "file", "--flag"), OPTIONS_RUN);
    ck_assert(got.flag);
    tool_deaf(&got.ear);
    ck_assert_int_eq(PARSE(&got, 2, 2, "file", "--", "--flag"), OPTIONS_RUN);
    ck_assert(!got.flag);
    tool_deaf(&got.ear);
}
END_TEST

START_TEST(what_is_wrong_is_told_and_nothing_runs)
{
    static const struct {
        const char *word, *value, *says;
    } rows[] = {
        { "--no-such", NULL, "--no-such" },
        { "--number", "seven", "seven" },
        { "--number", "-1", "-1" },
        { "--number", "99999999999999999999999", "9999" },
        { "--pin-fd", "", "--pin-fd" },
        { "--text", NULL, "--text" },
        { "a", "b", "FILE" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *words[] = { "test", rows[i].word, rows[i].value };
        struct got got;

        ck_assert_int_eq(parse(&got, 0, 1, rows[i].value ? 3 : 2, words), OPTIONS_WRONG);
        ck_assert_ptr_nonnull(strstr(got.ear.err, rows[i].says));
        tool_deaf(&got.ear);
    }
}
END_TEST

START_TEST(a_pin_has_one_source)
{
    struct got got;

    ck_assert_int_eq(PARSE(&got, 0, 0, "--pin-fd", "3", "--pin-source", "file"), OPTIONS_WRONG);
    ck_assert_ptr_nonnull(strstr(got.ear.err, "--pin-fd and --pin-source"));
    tool_deaf(&got.ear);
    ck_assert_int_eq(PARSE(&got, 0, 0, "--pin-source", "file", "--pin-fd", "0"), OPTIONS_WRONG);
    tool_deaf(&got.ear);
    ck_assert_int_eq(PARSE(&got, 0, 0, "--pin-fd", "3"), OPTIONS_RUN);
    tool_deaf(&got.ear);
    ck_assert_int_eq(PARSE(&got, 0, 0, "--pin-source", "file"), OPTIONS_RUN);
    tool_deaf(&got.ear);
}
END_TEST

START_TEST(help_names_every_option_and_its_value)
{
    struct got got;

    ck_assert_int_eq(PARSE(&got, 1, 1, "--help"), OPTIONS_HELPED);
    ck_assert_ptr_nonnull(strstr(got.ear.out, "--text TEXT"));
    ck_assert_ptr_nonnull(strstr(got.ear.out, "--pin-source"));
    ck_assert_ptr_nonnull(strstr(got.ear.out, "FILE…"));
    ck_assert_uint_eq(got.ear.err_size, 0);
    tool_deaf(&got.ear);
}
END_TEST

START_TEST(a_mistake_is_json_where_json_was_asked_for)
{
    struct got got;
    json_t *json;

    ck_assert_int_eq(PARSE(&got, 0, 0, "--json", "--number", "x"), OPTIONS_WRONG);
    json = json_loads(got.ear.out, 0, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(json, "error"), "exit")), EXIT_CODE_USAGE);
    json_decref(json);
    tool_deaf(&got.ear);
}
END_TEST

UNIT_MAIN("tool/options", every_kind_of_option_is_taken,
          options_may_stand_behind_operands_but_not_behind_two_dashes, what_is_wrong_is_told_and_nothing_runs,
          a_pin_has_one_source, help_names_every_option_and_its_value, a_mistake_is_json_where_json_was_asked_for)
