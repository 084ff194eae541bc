/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/wrap.h"

#include <locale.h>

#include "tests/unit/unit.h"

static void expect(const char *text, size_t width, const char *expected)
{
    char *got = wrap_text(text, width);

    ck_assert_ptr_nonnull(got);
    ck_assert_str_eq(got, expected);
    free(got);
}

START_TEST(lines_end_between_words)
{
    expect("one two three", 80, "one two three");
    expect("one two three", 13, "one two three");
    expect("one two three", 12, "one two\nthree");
    expect("one two three", 3, "one\ntwo\nthree");
    expect("", 10, "");
}
END_TEST

START_TEST(what_follows_is_indented_as_the_line_was)
{
    expect("  one two three", 9, "  one two\n  three");
    expect("a\n    bb cc", 7, "a\n    bb\n   cc");
}
END_TEST

START_TEST(a_word_without_room_stays_whole)
{
    expect("a extraordinarily b", 5, "a\nextraordinarily\nb");
    expect("extraordinarily", 5, "extraordinarily");
}
END_TEST

START_TEST(line_ends_and_tables_stay)
{
    expect("one\ntwo\n", 80, "one\ntwo\n");
    expect("a    b\n", 80, "a    b\n");
}
END_TEST

START_TEST(characters_are_counted_not_bytes_and_colours_not_at_all)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    expect("один два", 8, "один два");
    expect("один два", 7, "один\nдва");
    expect("\033[31mone\033[0m two", 7, "\033[31mone\033[0m two");
}
END_TEST

UNIT_MAIN("tool/wrap", lines_end_between_words, what_follows_is_indented_as_the_line_was,
          a_word_without_room_stays_whole, line_ends_and_tables_stay,
          characters_are_counted_not_bytes_and_colours_not_at_all)
