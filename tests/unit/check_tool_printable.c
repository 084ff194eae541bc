/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/printable.h"

#include <jansson.h>
#include <string.h>

#include "tests/unit/unit.h"

static void assert_printed(const char *text, const char *expected)
{
    char in_place[64], copy[64];
    json_t *json;

    printable_copy(copy, bytes_text(text));
    ck_assert_str_eq(copy, expected);
    strcpy(in_place, text);
    printable_copy(in_place, bytes_text(in_place));
    ck_assert_str_eq(in_place, expected);
    json = json_string(copy);
    ck_assert_ptr_nonnull(json);
    json_decref(json);
}

START_TEST(text_of_any_language_stays)
{
    assert_printed("", "");
    assert_printed("Ivan", "Ivan");
    assert_printed("Иванов \"Ё\"", "Иванов \"Ё\"");
    assert_printed("\u07FF\u0800\uFFFD\U00010000\U0010FFFF", "\u07FF\u0800\uFFFD\U00010000\U0010FFFF");
    assert_printed("\u00A0\u2029\u202F\u2065\u206A", "\u00A0\u2029\u202F\u2065\u206A");
}
END_TEST

START_TEST(control_characters_do_not_stay)
{
    assert_printed("\033[31mred\r\n", "?[31mred??");
    assert_printed("\x7F", "?");
    assert_printed("a\xC2\x80z\xC2\x9B"
                   "31m\xC2\x9F",
                   "a?z?31m?");
}
END_TEST

START_TEST(nothing_turns_the_direction)
{
    assert_printed("a\u202Ab\u202Bc\u202Cd\u202De\u202Ef", "a?b?c?d?e?f");
    assert_printed("a\u2066b\u2067c\u2068d\u2069", "a?b?c?d?");
}
END_TEST

START_TEST(bytes_that_are_no_utf_8_do_not_stay)
{
    assert_printed("\x9B"
                   "31m",
                   "?31m");
    assert_printed("\x80\x9F", "??");
    assert_printed("\xC3", "?");
    assert_printed("\xD0"
                   "a",
                   "?a");
    assert_printed("\xE2\x80", "??");
    assert_printed("\xC0\x9B", "??");
    assert_printed("\xE0\x82\x9B", "???");
    assert_printed("\xED\xA0\x80", "???");
    assert_printed("\xF4\x90\x80\x80", "????");
    assert_printed("\xF8\x88\x80\x80\x80\xFF", "??????");
}
END_TEST

START_TEST(a_nul_inside_does_not_end_it)
{
    char ret[4];

    printable_copy(ret, bytes_make((const uint8_t *)"a\0b", 3));
    ck_assert_str_eq(ret, "a?b");
}
END_TEST

static void assert_json(const char *text, const char *expected)
{
    json_t *json = printable_json(text);

    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(json_string_value(json), expected);
    json_decref(json);
}

START_TEST(json_takes_every_name_of_a_file)
{
    assert_json("", "");
    assert_json("Иванов\n\033[1m\u202E", "Иванов\n\033[1m\u202E");
    assert_json("\xE9\xF6.txt", "\uFFFD\uFFFD.txt");
    assert_json("a\xD0", "a\uFFFD");
    assert_json("\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD");
    ck_assert_ptr_null(printable_json(NULL));
}
END_TEST

UNIT_MAIN("tool/printable", text_of_any_language_stays, control_characters_do_not_stay,
          nothing_turns_the_direction, bytes_that_are_no_utf_8_do_not_stay, a_nul_inside_does_not_end_it,
          json_takes_every_name_of_a_file)
