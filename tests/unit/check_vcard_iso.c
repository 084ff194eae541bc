/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_iso.h"

#include <string.h>

#include "tests/unit/unit.h"

/* An application that answers as many bytes as P1 P2 say, or with the status word in its data */
struct application {
    struct iso_command last;
    uint8_t data[4096];
    size_t parts[ISO_PARTS_MAX];
    unsigned runs;
    uint16_t sw;
};

struct fixture {
    struct iso_line line;
    struct application application;
    uint8_t memory[70000];
    struct buf response;
};

static uint16_t application_run(void *card, const struct iso_command *command, struct buf *out)
{
    struct application *application = card;

    application->last = *command;
    application->runs++;
    memcpy(application->parts, command->parts, command->part_count * sizeof(*command->parts));
    memcpy(application->data, command->data.data, command->data.size);
    for (unsigned i = 0; i < (unsigned)(command->p1 << 8 | command->p2); i++)
        buf_add_byte(out, (uint8_t)i);
    return application->sw;
}

static struct fixture *fixture_open(bool t0, bool extended)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    ck_assert(fixture != NULL);
    assert_ok(iso_line_open(&fixture->line, (struct iso_options){ .t0 = t0,
                                                                   .extended = extended,
                                                                   .command_max = 1000,
                                                                   .answer_max = 4096 }));
    fixture->application.sw = ISO_SW_OK;
    return fixture;
}

static void fixture_close(struct fixture *fixture)
{
    iso_line_close(&fixture->line);
    free(fixture);
}

static struct bytes say(struct fixture *fixture, struct bytes command)
{
    fixture->response = BUF_OVER(fixture->memory);
    iso_line_respond(&fixture->line, command, application_run, &fixture->application, &fixture->response);
    return buf_bytes(&fixture->response);
}

static unsigned sw_of(struct bytes answer)
{
    return (unsigned)bytes_number(bytes_from(answer, answer.size - 2));
}

#define assert_said(fixture, size_, sw_, ...)                                                                \
    do {                                                                                                     \
        struct bytes said_ = say(fixture, BYTES_LIT(__VA_ARGS__));                                           \
        ck_assert_uint_eq(sw_of(said_), sw_);                                                                \
        ck_assert_uint_eq(said_.size - 2, size_);                                                            \
    } while (0)

START_TEST(takes_every_case_of_a_short_command_apart)
{
    struct fixture *f = fixture_open(false, false);

    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00);
    ck_assert(!f->application.last.has_le);
    ck_assert_uint_eq(f->application.last.le, 256);
    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00, 0x00);
    ck_assert(f->application.last.has_le);
    ck_assert_uint_eq(f->application.last.le, 256);
    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00, 0x02, 0xAA, 0xBB);
    ck_assert_uint_eq(f->application.last.data.size, 2);
    ck_assert_mem_eq(f->application.data, "\xAA\xBB", 2);
    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00, 0x01, 0xAA, 0x10);
    ck_assert_uint_eq(f->application.last.le, 16);
    fixture_close(f);
}
END_TEST

START_TEST(takes_every_case_of_an_extended_command_apart)
{
    struct fixture *f = fixture_open(false, true);

    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00);
    ck_assert_uint_eq(f->application.last.le, 65536);
    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00, 0x00, 0x01, 0x02);
    ck_assert_uint_eq(f->application.last.le, 0x102);
    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x01, 0xAA);
    ck_assert_uint_eq(f->application.last.data.size, 1);
    ck_assert(!f->application.last.has_le);
    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x01, 0xAA, 0x03, 0x00);
    ck_assert_uint_eq(f->application.last.le, 0x300);
    fixture_close(f);
}
END_TEST

START_TEST(refuses_lengths_that_do_not_add_up)
{
    struct fixture *f = fixture_open(false, true);

    assert_said(f, 0, 0x6700, 0x00);
    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00);
    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00, 0x00, 0x05, 0x01);
    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00, 0x00, 0x01, 0x01, 0x00, 0x00);
    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00);
    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00);
    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x02, 0x01);
    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x01, 0x01, 0x00);
    ck_assert_uint_eq(f->application.runs, 0);
    ck_assert_uint_eq(sw_of(say(f, BYTES_NONE)), 0x6700);
    fixture_close(f);
}
END_TEST

START_TEST(refuses_extended_lengths_where_they_are_not_understood)
{
    struct fixture *f = fixture_open(false, false);

    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00);
    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x01, 0xAA);
    ck_assert_uint_eq(f->application.runs, 0);
    fixture_close(f);
}
END_TEST

START_TEST(refuses_other_classes)
{
    struct fixture *f = fixture_open(false, true);

    assert_said(f, 0, 0x6881, 0x01, 0x20, 0x00, 0x00);
    assert_said(f, 0, 0x6881, 0x40, 0x20, 0x00, 0x00);
    assert_said(f, 0, 0x6882, 0x0C, 0x20, 0x00, 0x00);
    assert_said(f, 0, 0x6E00, 0x80, 0x20, 0x00, 0x00);
    assert_said(f, 0, 0x6E00, 0xFF, 0x20, 0x00, 0x00);
    ck_assert_uint_eq(f->application.runs, 0);
    fixture_close(f);
}
END_TEST

START_TEST(hands_out_a_long_answer_in_parts)
{
    struct fixture *f = fixture_open(false, true);
    struct bytes answer;

    assert_said(f, 256, 0x6100, 0x00, 0xCB, 0x02, 0x05);
    assert_said(f, 256, 0x6105, 0x00, 0xC0, 0x00, 0x00, 0x00);
    answer = say(f, BYTES_LIT(0x00, 0xC0, 0x00, 0x00, 0x05));
    assert_bytes(answer, BYTES_LIT(0x00, 0x01, 0x02, 0x03, 0x04, 0x90, 0x00));
    assert_said(f, 0, 0x6985, 0x00, 0xC0, 0x00, 0x00, 0x00);
    assert_said(f, 4, 0x6106, 0x00, 0xCB, 0x00, 0x0A, 0x04);
    assert_said(f, 6, 0x9000, 0x00, 0xC0, 0x00, 0x00, 0x00);
    ck_assert_uint_eq(f->application.runs, 2);
    fixture_close(f);
}
END_TEST

START_TEST(gives_a_long_answer_at_once_to_an_extended_command)
{
    struct fixture *f = fixture_open(false, true);

    assert_said(f, 0x205, 0x9000, 0x00, 0xCB, 0x02, 0x05, 0x00, 0x00, 0x00);
    assert_said(f, 0x200, 0x6105, 0x00, 0xCB, 0x02, 0x05, 0x00, 0x02, 0x00);
    fixture_close(f);
}
END_TEST

START_TEST(forgets_an_answer_at_the_next_command)
{
    struct fixture *f = fixture_open(false, true);

    assert_said(f, 256, 0x6104, 0x00, 0xCB, 0x01, 0x04);
    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00);
    assert_said(f, 0, 0x6985, 0x00, 0xC0, 0x00, 0x00, 0x04);
    assert_said(f, 256, 0x6104, 0x00, 0xCB, 0x01, 0x04);
    iso_line_reset(&f->line);
    assert_said(f, 0, 0x6985, 0x00, 0xC0, 0x00, 0x00, 0x04);
    fixture_close(f);
}
END_TEST

START_TEST(joins_a_chain_into_one_command)
{
    struct fixture *f = fixture_open(false, true);

    assert_said(f, 0, 0x9000, 0x10, 0xDB, 0x00, 0x00, 0x02, 0x01, 0x02);
    assert_said(f, 0, 0x9000, 0x10, 0xDB, 0x00, 0x00, 0x01, 0x03);
    ck_assert_uint_eq(f->application.runs, 0);
    assert_said(f, 0, 0x9000, 0x00, 0xDB, 0x00, 0x00, 0x01, 0x04);
    ck_assert_uint_eq(f->application.runs, 1);
    ck_assert_uint_eq(f->application.last.data.size, 4);
    ck_assert_uint_eq(f->application.last.cla, 0);
    ck_assert_mem_eq(f->application.data, "\1\2\3\4", 4);
    ck_assert_uint_eq(f->application.last.number, 1);
    fixture_close(f);
}
END_TEST

START_TEST(drops_a_chain_that_another_command_interrupts)
{
    struct fixture *f = fixture_open(false, true);

    assert_said(f, 0, 0x9000, 0x10, 0xDB, 0x00, 0x00, 0x02, 0x01, 0x02);
    assert_said(f, 0, 0x9000, 0x00, 0xCB, 0x00, 0x00, 0x01, 0x09);
    ck_assert_uint_eq(f->application.last.data.size, 1);
    ck_assert_uint_eq(f->application.last.number, 2);
    assert_said(f, 0, 0x9000, 0x00, 0xDB, 0x00, 0x00, 0x01, 0x04);
    ck_assert_uint_eq(f->application.last.data.size, 1);
    fixture_close(f);
}
END_TEST

START_TEST(refuses_a_chain_that_grows_too_long)
{
    struct fixture *f = fixture_open(false, true);
    uint8_t part[5 + 255] = { 0x10, 0xDB, 0x00, 0x00, 0xFF };

    for (int i = 0; i < 3; i++)
        ck_assert_uint_eq(sw_of(say(f, BYTES_OF(part))), 0x9000);
    ck_assert_uint_eq(sw_of(say(f, BYTES_OF(part))), 0x6700);
    ck_assert_uint_eq(f->application.runs, 0);
    fixture_close(f);
}
END_TEST

START_TEST(passes_an_error_on_without_data)
{
    struct fixture *f = fixture_open(false, true);

    f->application.sw = ISO_SW_NO_FILE;
    assert_said(f, 0, 0x6A82, 0x00, 0xCB, 0x00, 0x10);
    assert_said(f, 0, 0x6985, 0x00, 0xC0, 0x00, 0x00, 0x00);
    f->application.sw = ISO_SW_OK;
    assert_said(f, 0, 0x6581, 0x00, 0xCB, 0xFF, 0xFF);
    fixture_close(f);
}
END_TEST

START_TEST(counts_every_command_once)
{
    struct fixture *f = fixture_open(false, true);

    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00);
    assert_said(f, 0, 0x6985, 0x00, 0xC0, 0x00, 0x00, 0x00);
    assert_said(f, 0, 0x6E00, 0x80, 0x20, 0x00, 0x00);
    assert_said(f, 0, 0x6700, 0x00, 0x20, 0x00);
    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00);
    ck_assert_uint_eq(f->application.last.number, 5);
    fixture_close(f);
}
END_TEST

START_TEST(t0_says_how_much_there_is_and_gives_it_on_the_second_asking)
{
    struct fixture *f = fixture_open(true, false);

    assert_said(f, 0, 0x6C10, 0x00, 0xCB, 0x00, 0x10, 0x00);
    assert_said(f, 16, 0x9000, 0x00, 0xCB, 0x00, 0x10, 0x10);
    ck_assert_uint_eq(f->application.runs, 1);
    assert_said(f, 0, 0x6C10, 0x00, 0xCB, 0x00, 0x10, 0x05);
    assert_said(f, 0, 0x9000, 0x00, 0x20, 0x00, 0x00);
    assert_said(f, 16, 0x9000, 0x00, 0xCB, 0x00, 0x10, 0x10);
    ck_assert_uint_eq(f->application.runs, 4);
    fixture_close(f);
}
END_TEST

START_TEST(t0_keeps_the_answer_to_a_command_with_data_for_get_response)
{
    struct fixture *f = fixture_open(true, false);

    assert_said(f, 0, 0x6110, 0x00, 0xCB, 0x00, 0x10, 0x01, 0xAA);
    assert_said(f, 0, 0x6C10, 0x00, 0xC0, 0x00, 0x00, 0x20);
    assert_said(f, 16, 0x9000, 0x00, 0xC0, 0x00, 0x00, 0x10);
    assert_said(f, 0, 0x6100, 0x00, 0xCB, 0x01, 0x10, 0x01, 0xAA);
    assert_said(f, 256, 0x6110, 0x00, 0xC0, 0x00, 0x00, 0x00);
    assert_said(f, 16, 0x9000, 0x00, 0xC0, 0x00, 0x00, 0x10);
    fixture_close(f);
}
END_TEST

START_TEST(t0_gives_a_long_answer_to_a_command_without_data_in_parts)
{
    struct fixture *f = fixture_open(true, false);

    assert_said(f, 256, 0x6118, 0x00, 0xF7, 0x01, 0x18, 0x00);
    assert_said(f, 24, 0x9000, 0x00, 0xC0, 0x00, 0x00, 0x18);
    assert_said(f, 0, 0x6C00, 0x00, 0xF7, 0x01, 0x18, 0x10);
    fixture_close(f);
}
END_TEST

START_TEST(t0_takes_no_le_after_data)
{
    struct fixture *f = fixture_open(true, false);

    assert_said(f, 0, 0x6700, 0x00, 0xCB, 0x00, 0x10, 0x01, 0xAA, 0x00);
    assert_said(f, 0, 0x6700, 0x00, 0xCB, 0x00, 0x10, 0x00, 0x00, 0x01, 0xAA);
    ck_assert_uint_eq(f->application.runs, 0);
    fixture_close(f);
}
END_TEST

START_TEST(passes_class_80_on_only_where_it_is_understood)
{
    struct fixture *f = fixture_open(false, false);

    assert_said(f, 0, 0x6E00, 0x80, 0x40, 0x00, 0x00);
    f->line.options.proprietary = true;
    assert_said(f, 0, 0x9000, 0x80, 0x40, 0x00, 0x00);
    ck_assert_uint_eq(f->application.last.cla, 0x80);
    assert_said(f, 0, 0x9000, 0x90, 0x40, 0x00, 0x00, 0x01, 0xAA);
    assert_said(f, 0, 0x9000, 0x80, 0x40, 0x00, 0x00, 0x01, 0xBB);
    ck_assert_uint_eq(f->application.runs, 2);
    ck_assert_uint_eq(f->application.last.data.size, 2);
    assert_said(f, 0, 0x6E00, 0xA0, 0x40, 0x00, 0x00);
    assert_said(f, 0, 0x6E00, 0x84, 0x40, 0x00, 0x00);
    fixture_close(f);
}
END_TEST

START_TEST(tells_where_the_parts_of_a_chain_begin)
{
    struct fixture *f = fixture_open(false, false);

    assert_said(f, 0, 0x9000, 0x00, 0x24, 0x00, 0x00, 0x01, 0xAA);
    ck_assert_uint_eq(f->application.last.part_count, 1);
    assert_said(f, 0, 0x9000, 0x10, 0x24, 0x00, 0x00, 0x02, 0xAA, 0xBB);
    assert_said(f, 0, 0x9000, 0x10, 0x24, 0x00, 0x00, 0x01, 0xCC);
    assert_said(f, 0, 0x9000, 0x00, 0x24, 0x00, 0x00, 0x01, 0xDD);
    ck_assert_uint_eq(f->application.last.part_count, 3);
    ck_assert_uint_eq(f->application.parts[0], 0);
    ck_assert_uint_eq(f->application.parts[1], 2);
    ck_assert_uint_eq(f->application.parts[2], 3);
    for (size_t i = 0; i < ISO_PARTS_MAX; i++)
        assert_said(f, 0, 0x9000, 0x10, 0x24, 0x00, 0x00, 0x01, 0xAA);
    assert_said(f, 0, 0x9000, 0x00, 0x24, 0x00, 0x00, 0x01, 0xAA);
    ck_assert_uint_eq(f->application.last.part_count, 0);
    ck_assert_uint_eq(f->application.last.data.size, ISO_PARTS_MAX + 1);
    fixture_close(f);
}
END_TEST

UNIT_MAIN("vcard_iso", takes_every_case_of_a_short_command_apart,
          takes_every_case_of_an_extended_command_apart, refuses_lengths_that_do_not_add_up,
          refuses_extended_lengths_where_they_are_not_understood, refuses_other_classes,
          hands_out_a_long_answer_in_parts, gives_a_long_answer_at_once_to_an_extended_command,
          forgets_an_answer_at_the_next_command, joins_a_chain_into_one_command,
          drops_a_chain_that_another_command_interrupts, refuses_a_chain_that_grows_too_long,
          passes_an_error_on_without_data, counts_every_command_once,
          t0_says_how_much_there_is_and_gives_it_on_the_second_asking,
          t0_keeps_the_answer_to_a_command_with_data_for_get_response,
          t0_gives_a_long_answer_to_a_command_without_data_in_parts, t0_takes_no_le_after_data,
          passes_class_80_on_only_where_it_is_understood, tells_where_the_parts_of_a_chain_begin)
