/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/apdu.h"

#include <stdio.h>
#include <unistd.h>

#include "pcsc/trace.h"
#include "tests/unit/apdu_bench.h"

START_TEST(get_response_collects_everything_whatever_the_parts_look_like)
{
    /* 6100 and FF mean "at least as many as can be asked for"; a part may be longer or shorter than asked
     * for. */
    struct bench *bench = bench_open("> 00CB3FFF 00 \n < AB 61FF \n > 00C00000 FF \n < AB*255 6100 \n"
                                     "> 00C00000 00 \n < AB*256 6108 \n > 00C00000 08 \n < AB*10 6102 \n"
                                     "> 00C00000 02 \n < AB 6282");

    bench->link.extended_fails = true;
    assert_ok(bench_send(bench, get_object));
    assert_bytes(buf_bytes(&bench->answer), filled(0xAB, 1 + 255 + 256 + 10 + 1));
    ck_assert_uint_eq(bench->sw, 0x6282);
    bench_close(bench);
}
END_TEST

START_TEST(an_extended_answer_may_still_come_in_parts)
{
    struct bench *bench =
        bench_open("> 00CB3FFF 00 0000 \n < AB*1340 61FF \n > 00C00000 FF \n < AB*255 6110 \n"
                   "> 00C00000 10 \n < AB*16 9000");

    assert_ok(bench_send(bench, get_object));
    ck_assert_uint_eq(bench->answer.size, 1340 + 255 + 16);
    bench_close(bench);
}
END_TEST

START_TEST(get_response_keeps_the_logical_channel_alone)
{
    struct bench *bench = bench_open("> 02CB0000 00 \n < 6101 \n > 02C00000 01 \n < AA 9000 \n"
                                     "> 80CB0000 00 \n < 6101 \n > 00C00000 01 \n < AA 9000 \n"
                                     "> 4FCB0000 00 \n < 6101 \n > 4FC00000 01 \n < AA 9000 \n"
                                     "> 0CCB0000 00 \n < 6101 \n > 00C00000 01 \n < AA 9000 \n"
                                     "> 10CB0000 FF CD*255 \n < 9000 \n > 00CB0000 01 CD 00 \n < 6101 \n"
                                     "> 00C00000 01 \n < AA 9000");
    static const uint8_t classes[] = { 0x02, 0x80, 0x4F, 0x0C };

    for (size_t i = 0; i < sizeof(classes); i++)
        assert_ok(bench_send(bench, (struct apdu){ .cla = classes[i], .ins = 0xCB, .expected = 256 }));
    assert_ok(bench_send(
        bench, (struct apdu){ .ins = 0xCB, .body = filled(0xCD, 256), .expected = 256, .short_only = true }));
    bench_close(bench);
}
END_TEST

START_TEST(a_reset_before_get_response_does_not_mean_that_nothing_was_done)
{
    struct bench *bench = bench_open("> 00CB3FFF 00 \n < 6104 \n > 00C00000 04 \n ! reset");

    bench->link.extended_fails = true;
    assert_result(bench_send(bench, get_object), RESULT_TRANSPORT);
    bench_close(bench);
}
END_TEST

START_TEST(a_wrong_length_is_corrected_once)
{
    struct bench *bench = bench_open("> 00F80000 00 \n < 6C04 \n > 00F80000 04 \n < 01020304 9000 \n"
                                     "> 00F80000 00 \n < 6C04 \n > 00F80000 04 \n < 6C05 \n"
                                     "> 00F80000 0A \n < 6C00 \n > 00F80000 00 \n < AB*256 9000");

    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 256 }));
    ck_assert_uint_eq(bench->answer.size, 4);
    assert_result(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 256 }), RESULT_REFUSED);
    ck_assert_uint_eq(bench->sw, 0x6C05);
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 10 }));
    ck_assert_uint_eq(bench->answer.size, 256);
    bench_close(bench);
}
END_TEST

START_TEST(a_wrong_length_of_get_response_is_corrected_too)
{
    struct bench *bench =
        bench_open("> 00F80000 00 \n < 6110 \n > 00C00000 10 \n < 6C04 \n > 00C00000 04 \n < AB*4 9000");

    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 256 }));
    ck_assert_uint_eq(bench->answer.size, 4);
    bench_close(bench);
}
END_TEST

START_TEST(a_wrong_length_of_a_command_without_answer_is_not_repeated)
{
    struct bench *bench = bench_open("> 00200080 01 31 \n < 6C04");

    assert_result(
        bench_send(bench,
                   (struct apdu){ .ins = 0x20, .p2 = 0x80, .body = BYTES_LIT(0x31), .verb = SW_VERIFY }),
        RESULT_REFUSED);
    bench_close(bench);
}
END_TEST

START_TEST(the_first_part_is_enough_for_a_look)
{
    struct bench *bench = bench_open("> 00CB3FFF 00 \n < AB*256 61FF \n > 00CB3FFF 00 \n < 61FF \n"
                                     "> 00C00000 FF \n < AB*255 61FF");
    struct apdu command = get_object;

    command.first_part_only = true;
    assert_ok(bench_send(bench, command));
    ck_assert_uint_eq(bench->answer.size, 256);
    ck_assert_uint_eq(bench->sw, 0x61FF);
    assert_ok(bench_send(bench, command));
    ck_assert_uint_eq(bench->answer.size, 255);
    bench_close(bench);
}
END_TEST

START_TEST(an_answer_that_nobody_wants_is_left_on_the_card)
{
    struct bench *bench = bench_open("> 00A40400 00 \n < AB*10 6110");

    assert_ok(
        apdu_send(&bench->link, &(struct apdu){ .ins = 0xA4, .p1 = 4, .expected = 256 }, NULL, &bench->sw));
    ck_assert_uint_eq(bench->sw, 0x6110);
    bench_close(bench);
}
END_TEST

START_TEST(endless_announcements_are_malformed)
{
    const size_t size = 40000;
    char *text = calloc(1, size);
    struct bench *bench;

    ck_assert_ptr_nonnull(text);
    (void)strcat(text, "> 00CB3FFF 00 \n < 6110 \n");
    for (int i = 0; i < 300; i++)
        (void)strcat(text, "> 00C00000 10 \n < AB 6110 \n");
    bench = bench_open(text);
    bench->link.extended_fails = true;
    assert_result(bench_send(bench, get_object), RESULT_MALFORMED);
    ck_assert_uint_eq(bench->answer.size, 0);
    bench_close(bench);
    free(text);
}
END_TEST

START_TEST(announcing_more_without_giving_any_is_malformed)
{
    struct bench *bench = bench_open("> 00CB3FFF 00 \n < 6110 \n > 00C00000 10 \n < 6110");

    bench->link.extended_fails = true;
    assert_result(bench_send(bench, get_object), RESULT_MALFORMED);
    bench_close(bench);
}
END_TEST

START_TEST(an_answer_without_a_status_word_is_malformed)
{
    struct bench *bench = bench_open("> 00F80000 00 \n < \n > 00F80000 00 \n < 90");

    assert_result(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 256 }), RESULT_MALFORMED);
    assert_result(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 256 }), RESULT_MALFORMED);
    ck_assert_uint_eq(bench->sw, 0);
    bench_close(bench);
}
END_TEST

START_TEST(an_answer_that_does_not_fit_leaves_the_buffer_as_it_was)
{
    struct bench *bench = bench_open("> 00F80000 04 \n < AABBCC 6103 \n > 00C00000 03 \n < AABBCC 9000");
    uint8_t memory[8] = { 1, 2, 3 };
    struct buf answer = { memory, sizeof(memory), 3, false };

    assert_result(apdu_send(&bench->link, &(struct apdu){ .ins = 0xF8, .expected = 4 }, &answer, NULL),
                  RESULT_TOO_LARGE);
    assert_bytes(buf_bytes(&answer), BYTES_LIT(1, 2, 3));
    assert_ok(buf_check(&answer));
    bench_close(bench);
}
END_TEST

START_TEST(a_failure_in_the_middle_of_an_answer_leaves_nothing_behind)
{
    struct bench *bench = bench_open("> 00CB3FFF 00 \n < AB*20 6110 \n > 00C00000 10 \n < 6F00 \n"
                                     "> 00CB3FFF 00 \n < AB*20 6110 \n > 00C00000 10 \n ! removed");

    bench->link.extended_fails = true;
    assert_result(bench_send(bench, get_object), RESULT_CARD_FAILURE);
    ck_assert_uint_eq(bench->answer.size, 0);
    assert_result(bench_send(bench, get_object), RESULT_CARD_REMOVED);
    ck_assert_uint_eq(bench->answer.size, 0);
    ck_assert_uint_eq(bench->sw, 0);
    bench_close(bench);
}
END_TEST

START_TEST(a_refused_get_response_does_not_repeat_the_command)
{
    struct bench *bench = bench_open("> 00470000 00 0000 \n < AB*256 6108 \n > 00C00000 08 \n < 6700");

    assert_result(bench_send(bench, (struct apdu){ .ins = 0x47, .expected = APDU_ALL, .verb = SW_ADMIN }),
                  RESULT_REFUSED);
    bench_close(bench);
}
END_TEST

START_TEST(data_beside_an_error_is_ignored)
{
    struct bench *bench = bench_open("> 00F80000 04 \n < AABB 6A80 \n > 00F80000 04 \n < AABB 6282");

    assert_result(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 4 }), RESULT_REFUSED);
    ck_assert_uint_eq(bench->answer.size, 0);
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 4 }));
    ck_assert_uint_eq(bench->answer.size, 2);
    bench_close(bench);
}
END_TEST

START_TEST(failures_of_the_channel_pass_through)
{
    static const struct {
        const char *text;
        enum result result;
    } failures[] = {
        { "! reset", RESULT_CARD_RESET },    { "! removed", RESULT_CARD_REMOVED },
        { "! gone", RESULT_READER_GONE },    { "! service", RESULT_NO_SERVICE },
        { "! transport", RESULT_TRANSPORT },
    };

    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        struct bench *bench = bench_open(failures[i].text);

        assert_result(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 4 }), failures[i].result);
        ck_assert_uint_eq(bench->sw, 0);
        bench_close(bench);
    }
}
END_TEST

/* The whole of a small file. */
static void read_file(const char *path, char *text, size_t capacity)
{
    FILE *file = fopen(path, "r");
    size_t size;

    ck_assert_ptr_nonnull(file);
    size = fread(text, 1, capacity - 1, file);
    text[size] = '\0';
    (void)fclose(file);
}

START_TEST(a_trace_of_the_highest_level_never_shows_a_secret)
{
    struct bench *bench =
        bench_open("> 00200080 08 313233343536FFFF \n < 9000 \n"
                   "> 10870000 FF CD*255 \n < 9000 \n > 00870000 2D CD*45 00 \n < EE*20 6114 \n"
                   "> 00C00000 14 \n < EE*20 9000 \n > 00CB3FFF 00 \n < A1B2 9000");
    static char text[8192];
    char path[] = "/tmp/check-apdu-XXXXXX";
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    assert_ok(trace_open(TRACE_CARD, path));
    bench->link.extended_fails = true;
    assert_ok(bench_send(bench,
                         (struct apdu){ .ins = 0x20,
                                        .p2 = 0x80,
                                        .secret = true,
                                        .verb = SW_VERIFY,
                                        .body = BYTES_LIT(0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0xFF, 0xFF) }));
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x87,
                                               .body = filled(0xCD, 300),
                                               .expected = 256,
                                               .secret_answer = true,
                                               .verb = SW_USE }));
    ck_assert_ptr_null(memmem(bench->link.answer, 300, "\xEE\xEE\xEE", 3));
    assert_ok(bench_send(bench, get_object));
    trace_close();
    read_file(path, text, sizeof(text));
    (void)unlink(path);
    ck_assert_ptr_null(strstr(text, "313233"));
    ck_assert_ptr_null(strstr(text, "3435"));
    ck_assert_ptr_null(strstr(text, "EEEE"));
    ck_assert_ptr_nonnull(strstr(text, "> 00200080 **(8)\n"));
    ck_assert_ptr_nonnull(strstr(text, "> 10870000 (255) CDCD"));
    ck_assert_ptr_nonnull(strstr(text, "< **(20) 6114\n"));
    ck_assert_ptr_nonnull(strstr(text, "< (2) A1B2 9000\n"));
    bench_close(bench);
}
END_TEST

START_TEST(a_secret_command_hides_its_answer_too)
{
    struct bench *bench = bench_open("> 0087039B 02 A1A2 00 \n < EE*8 9000");
    static char text[8192];
    char path[] = "/tmp/check-apdu-XXXXXX";
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    assert_ok(trace_open(TRACE_CARD, path));
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x87,
                                               .p1 = 3,
                                               .p2 = 0x9B,
                                               .body = BYTES_LIT(0xA1, 0xA2),
                                               .expected = 256,
                                               .secret = true,
                                               .verb = SW_PROVE }));
    trace_close();
    read_file(path, text, sizeof(text));
    (void)unlink(path);
    ck_assert_ptr_null(strstr(text, "A1A2"));
    ck_assert_ptr_null(strstr(text, "EEEE"));
    bench_close(bench);
}
END_TEST

UNIT_MAIN("apdu_answer", get_response_collects_everything_whatever_the_parts_look_like,
          an_extended_answer_may_still_come_in_parts, get_response_keeps_the_logical_channel_alone,
          a_reset_before_get_response_does_not_mean_that_nothing_was_done, a_wrong_length_is_corrected_once, a_wrong_length_of_get_response_is_corrected_too,
          a_wrong_length_of_a_command_without_answer_is_not_repeated, the_first_part_is_enough_for_a_look,
          an_answer_that_nobody_wants_is_left_on_the_card, endless_announcements_are_malformed,
          announcing_more_without_giving_any_is_malformed, an_answer_without_a_status_word_is_malformed,
          an_answer_that_does_not_fit_leaves_the_buffer_as_it_was,
          a_failure_in_the_middle_of_an_answer_leaves_nothing_behind,
          a_refused_get_response_does_not_repeat_the_command, data_beside_an_error_is_ignored,
          failures_of_the_channel_pass_through, a_trace_of_the_highest_level_never_shows_a_secret,
          a_secret_command_hides_its_answer_too)
