/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vcard/count.h"

#define TEXT_MAX 1024

/** What a function writes to a file, as text. */
struct paper {
    FILE *file;
    char text[TEXT_MAX];
};

static struct paper paper_make(void)
{
    struct paper paper = { .file = tmpfile() };

    ck_assert_ptr_nonnull(paper.file);
    return paper;
}

static const char *paper_read(struct paper *paper)
{
    rewind(paper->file);
    paper->text[fread(paper->text, 1, sizeof(paper->text) - 1, paper->file)] = '\0';
    fclose(paper->file);
    return paper->text;
}

static void assert_command_line(struct bytes command, const char *expected)
{
    struct paper paper = paper_make();

    trace_command(fileno(paper.file), command);
    ck_assert_str_eq(paper_read(&paper), expected);
}

START_TEST(test_counts_apdus_and_bytes_both_ways)
{
    struct count count = { 0 };
    char line[COUNT_LINE_MAX];

    count_add(&count, 5, 258);
    count_add(&count, 13, 2);
    count_line(&count, 1, line);
    ck_assert_str_eq(line, "apdus=2 sent=18 received=260");
}
END_TEST

START_TEST(test_reset_starts_from_zero)
{
    struct count count = { 0 };
    char line[COUNT_LINE_MAX];

    count_add(&count, 5, 258);
    count_reset(&count);
    count_line(&count, 1, line);
    ck_assert_str_eq(line, "apdus=0 sent=0 received=0");
}
END_TEST

START_TEST(test_several_cards_are_summed)
{
    struct count counts[3] = { 0 };
    char line[COUNT_LINE_MAX];

    count_add(&counts[0], 1, 10);
    count_add(&counts[2], 2, 20);
    count_line(counts, 3, line);
    ck_assert_str_eq(line, "apdus=2 sent=3 received=30");
}
END_TEST

START_TEST(test_largest_numbers_fit_the_line)
{
    struct count count = { 0 };
    char line[COUNT_LINE_MAX];

    atomic_store(&count.apdus, ~0ull);
    atomic_store(&count.sent, ~0ull);
    atomic_store(&count.received, ~0ull);
    count_line(&count, 1, line);
    ck_assert_str_eq(line,
                     "apdus=18446744073709551615 sent=18446744073709551615 received=18446744073709551615");
}
END_TEST

START_TEST(test_written_file_holds_one_line)
{
    struct count count = { 0 };
    char path[] = "/tmp/check_count.XXXXXX", text[TEXT_MAX] = "";
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "something longer than one line of figures, to be replaced\nand more\n", 67),
                     67);
    count_add(&count, 4, 6);
    assert_ok(count_write(&count, 1, path));
    ck_assert_int_gt(pread(fd, text, sizeof(text) - 1, 0), 0);
    ck_assert_str_eq(text, "apdus=1 sent=4 received=6\n");
    close(fd);
    unlink(path);
}
END_TEST

START_TEST(test_figures_that_cannot_be_written_are_an_error)
{
    struct count count = { 0 };

    assert_result(count_write(&count, 1, "/tmp/check_count-there-is-none/file"), RESULT_INTERNAL);
    assert_result(count_write(&count, 1, "/dev/full"), RESULT_INTERNAL);
}
END_TEST

START_TEST(test_trace_shows_commands_and_responses_whole)
{
    struct paper paper = paper_make();

    trace_command(fileno(paper.file), BYTES_LIT(0x00, 0xA4, 0x04, 0x00, 0x02, 0xA0, 0x0F, 0x00));
    trace_response(fileno(paper.file), BYTES_LIT(0x61, 0x10));
    ck_assert_str_eq(paper_read(&paper), "> 00A4040002A00F00\n< 6110\n");
}
END_TEST

START_TEST(test_trace_hides_pins)
{
    assert_command_line(BYTES_LIT(0x00, 0x20, 0x00, 0x80, 0x04, '1', '2', '3', '4'), "> 0020008004**(4)\n");
    assert_command_line(BYTES_LIT(0x00, 0x24, 0x00, 0x80, 0x02, '1', '2', 0x00), "> 0024008002**(2)00\n");
    assert_command_line(BYTES_LIT(0x00, 0x2C, 0x00, 0x80, 0x02, '1', '2'), "> 002C008002**(2)\n");
}
END_TEST

START_TEST(test_trace_hides_openpgp_keys_and_shows_piv_objects)
{
    assert_command_line(BYTES_LIT(0x00, 0xDB, 0x3F, 0xFF, 0x02, 0x4D, 0x00), "> 00DB3FFF02**(2)\n");
    assert_command_line(BYTES_LIT(0x10, 0xDB, 0x3F, 0xFF, 0x02, 0x11, 0x22), "> 10DB3FFF02**(2)\n");
    assert_command_line(BYTES_LIT(0x00, 0xDB, 0x3F, 0xFF, 0x03, 0x5C, 0x01, 0x7E), "> 00DB3FFF035C017E\n");
    assert_command_line(BYTES_LIT(0x00, 0xDA, 0x00, 0xD3, 0x02, '1', '2'), "> 00DA00D302**(2)\n");
    assert_command_line(BYTES_LIT(0x00, 0xDA, 0x00, 0x5E, 0x01, 'a'), "> 00DA005E0161\n");
}
END_TEST

START_TEST(test_trace_hides_keys_in_chained_and_extended_commands)
{
    assert_command_line(BYTES_LIT(0x10, 0xFE, 0x07, 0x9A, 0x03, 1, 2, 3), "> 10FE079A03**(3)\n");
    assert_command_line(BYTES_LIT(0x00, 0xFE, 0x07, 0x9A, 0x00, 0x00, 0x02, 1, 2, 0x00, 0x00),
                        "> 00FE079A000002**(2)0000\n");
    assert_command_line(BYTES_LIT(0x00, 0xFF, 0xFF, 0xFF, 0x02, 1, 2), "> 00FFFFFF02**(2)\n");
}
END_TEST

START_TEST(test_trace_hides_only_the_management_key_of_general_authenticate)
{
    assert_command_line(BYTES_LIT(0x00, 0x87, 0x03, 0x9B, 0x02, 0x7C, 0x00, 0x00), "> 0087039B02**(2)00\n");
    assert_command_line(BYTES_LIT(0x00, 0x87, 0x07, 0x9A, 0x02, 0x7C, 0x00, 0x00), "> 0087079A027C0000\n");
}
END_TEST

START_TEST(test_trace_hides_everything_behind_a_wrong_length)
{
    assert_command_line(BYTES_LIT(0x00, 0x20, 0x00, 0x80, 0x08, '1', '2', '3', '4'), "> 00200080**(5)\n");
    assert_command_line(BYTES_LIT(0x00, 0x20, 0x00, 0x80, 0x00, 0x01, 0x00, '1', '2'), "> 00200080**(5)\n");
}
END_TEST

START_TEST(test_trace_of_a_pin_command_without_body_is_whole)
{
    assert_command_line(BYTES_LIT(0x00, 0x20, 0x00, 0x80), "> 00200080\n");
    assert_command_line(BYTES_LIT(0x00, 0x20, 0x00, 0x80, 0x00), "> 0020008000\n");
    assert_command_line(BYTES_LIT(0x00, 0x20), "> 0020\n");
    assert_command_line(BYTES_NONE, "> \n");
}
END_TEST

UNIT_MAIN("count", test_counts_apdus_and_bytes_both_ways, test_reset_starts_from_zero,
          test_several_cards_are_summed, test_largest_numbers_fit_the_line, test_written_file_holds_one_line,
          test_figures_that_cannot_be_written_are_an_error, test_trace_shows_commands_and_responses_whole,
          test_trace_hides_pins, test_trace_hides_openpgp_keys_and_shows_piv_objects,
          test_trace_hides_keys_in_chained_and_extended_commands,
          test_trace_hides_only_the_management_key_of_general_authenticate,
          test_trace_hides_everything_behind_a_wrong_length,
          test_trace_of_a_pin_command_without_body_is_whole)
