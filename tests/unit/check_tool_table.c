/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/table.h"
#include "tool/width.h"

#include <locale.h>
#include <string.h>

#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"

/** The widest line of TEXT, in columns. */
static size_t widest(char *text)
{
    size_t most = 0;

    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (text_width(line) > most)
            most = text_width(line);
    return most;
}

START_TEST(columns_stand_under_each_other_in_any_alphabet)
{
    SCOPED(table_free) struct table table = { 0 };
    struct tool_ear ear;

    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    tool_listen(&ear, 80);
    table_add(&table, "имя", "b", NULL);
    table_add(&table, "Иванов", "x", NULL);
    table_add(&table, "Li", "y", NULL);
    table_show(&ear.ui, &table);
    tool_flush(&ear);
    ck_assert_str_eq(ear.out, "  имя     b\n  Иванов  x\n  Li      y\n");
    tool_deaf(&ear);
}
END_TEST

START_TEST(a_table_is_never_wider_than_the_terminal)
{
    static const unsigned widths[] = { 40, 60, 80 };

    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    for (size_t i = 0; i < 3; i++) {
        SCOPED(table_free) struct table table = { 0 };
        struct tool_ear ear;

        tool_listen(&ear, widths[i]);
        table_add(&table, "id", "subject", "issuer", NULL);
        table_add(&table, "01", "Очень длинное имя владельца сертификата, которое никуда не помещается",
                  "Ещё более длинное имя удостоверяющего центра, у которого есть и отдел, и подотдел", NULL);
        table_show(&ear.ui, &table);
        tool_flush(&ear);
        ck_assert_ptr_nonnull(strstr(ear.out, "…"));
        ck_assert_uint_le(widest(ear.out), widths[i]);
        tool_deaf(&ear);
    }
}
END_TEST

START_TEST(a_script_sees_no_table)
{
    SCOPED(table_free) struct table table = { 0 };
    struct tool_ear ear;

    tool_listen(&ear, 80);
    ear.ui.json = true;
    table_add(&table, "a", NULL);
    table_show(&ear.ui, &table);
    tool_flush(&ear);
    ck_assert_uint_eq(ear.out_size, 0);
    tool_deaf(&ear);
}
END_TEST

START_TEST(broken_utf8_has_a_width_too)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    ck_assert_uint_eq(text_width("a\xFF" "b"), 3);
    ck_assert_uint_eq(text_width("\xD0"), 1);
}
END_TEST

UNIT_MAIN("tool/table", columns_stand_under_each_other_in_any_alphabet, a_table_is_never_wider_than_the_terminal,
          a_script_sees_no_table, broken_utf8_has_a_width_too)
