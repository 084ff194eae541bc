/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/apdu.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pcsc/trace.h"
#include "tests/script/script.h"
#include "tests/unit/unit.h"

/* A link to a scripted card, and what came back from it. */
struct bench {
    struct apdu_link link;
    uint8_t data[70000];
    struct buf answer;
    unsigned sw;
};

static struct bench *bench_open(const char *text)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    ck_assert_ptr_nonnull(bench);
    bench->link.answer = malloc(CHANNEL_ANSWER_MAX);
    ck_assert_ptr_nonnull(bench->link.answer);
    assert_ok(script_open(text, &bench->link.channel));
    bench->answer = buf_make(bench->data, sizeof(bench->data));
    return bench;
}

static void bench_close(struct bench *bench)
{
    ck_assert_str_eq(script_verdict(bench->link.channel), "");
    script_close(&bench->link.channel);
    free(bench->link.answer);
    free(bench);
}

static enum result bench_send(struct bench *bench, struct apdu command)
{
    buf_clear(&bench->answer);
    return apdu_send(&bench->link, &command, &bench->answer, &bench->sw);
}

static struct bytes filled(uint8_t byte, size_t size)
{
    static uint8_t memory[APDU_BODY_MAX + 1];

    memset(memory, byte, size);
    return bytes_make(memory, size);
}

static const struct apdu get_object = { .ins = 0xCB, .p1 = 0x3F, .p2 = 0xFF, .expected = APDU_ALL };

START_TEST(the_four_short_cases_have_their_lengths_where_they_belong)
{
    struct bench *bench = bench_open("> 00 20 00 80 \n < 63C3 \n"
                                     "> 00 F8 00 00 04 \n < 01020304 9000 \n"
                                     "> 00 DA 00 5E 02 AABB \n < 9000 \n"
                                     "> 00 A4 04 00 02 AABB 00 \n < 6F00 9000");

    assert_result(bench_send(bench, (struct apdu){ .ins = 0x20, .p2 = 0x80, .verb = SW_VERIFY }), RESULT_PIN_WRONG);
    ck_assert_uint_eq(bench->sw, 0x63C3);
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 4 }));
    assert_bytes(buf_bytes(&bench->answer), BYTES_LIT(1, 2, 3, 4));
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xDA, .p2 = 0x5E, .body = BYTES_LIT(0xAA, 0xBB) }));
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xA4, .p1 = 4, .body = BYTES_LIT(0xAA, 0xBB), .expected = 256 }));
    assert_bytes(buf_bytes(&bench->answer), BYTES_LIT(0x6F, 0x00));
    bench_close(bench);
}
END_TEST

START_TEST(the_answer_is_appended_to_what_is_there)
{
    struct bench *bench = bench_open("> 00F80000 04 \n < 0304 9000");

    buf_add(&bench->answer, BYTES_LIT(1, 2));
    assert_ok(apdu_send(&bench->link, &(struct apdu){ .ins = 0xF8, .expected = 4 }, &bench->answer, NULL));
    assert_bytes(buf_bytes(&bench->answer), BYTES_LIT(1, 2, 3, 4));
    bench_close(bench);
}
END_TEST

START_TEST(an_extended_answer_comes_in_one_exchange)
{
    struct bench *bench = bench_open("> 00CB3FFF 00 0002 5C7E 0000 \n < AB*1200 9000");
    struct apdu command = get_object;

    command.body = BYTES_LIT(0x5C, 0x7E);
    assert_ok(bench_send(bench, command));
    assert_bytes(buf_bytes(&bench->answer), filled(0xAB, 1200));
    ck_assert(bench->link.extended_works);
    bench_close(bench);
}
END_TEST

START_TEST(an_extended_command_without_a_body_has_a_bare_length)
{
    struct bench *bench = bench_open("> 00CB3FFF 00 0000 \n < AB*300 9000");

    assert_ok(bench_send(bench, get_object));
    ck_assert_uint_eq(bench->answer.size, 300);
    bench_close(bench);
}
END_TEST

START_TEST(a_signature_of_an_rsa_block_is_one_exchange)
{
    struct bench *bench = bench_open("> 0087079A 00 010A CD*266 0000 \n < AB*264 9000");

    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x87, .p1 = 7, .p2 = 0x9A, .body = filled(0xCD, 266),
                                               .expected = 264, .verb = SW_USE }));
    ck_assert_uint_eq(bench->answer.size, 264);
    bench_close(bench);
}
END_TEST

START_TEST(a_long_body_without_an_answer_has_no_extended_le)
{
    struct bench *bench = bench_open("> 00DB3FFF 00 0400 CD*1024 \n < 9000");

    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xDB, .p1 = 0x3F, .p2 = 0xFF, .body = filled(0xCD, 1024),
                                               .verb = SW_ADMIN }));
    bench_close(bench);
}
END_TEST

START_TEST(a_small_expected_length_stays_exact_in_extended_form)
{
    struct bench *bench = bench_open("> 0087079A 00 0100 CD*256 0014 \n < AB 9000");

    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x87, .p1 = 7, .p2 = 0x9A, .body = filled(0xCD, 256),
                                               .expected = 20, .verb = SW_USE }));
    bench_close(bench);
}
END_TEST

START_TEST(a_body_above_the_limit_is_chained_even_where_extended_works)
{
    struct bench *bench = bench_open("> 10DB3FFF FF CD*255 \n < 9000 \n > 10DB3FFF FF CD*255 \n < 9000 \n"
                                     "> 10DB3FFF FF CD*255 \n < 9000 \n > 10DB3FFF FF CD*255 \n < 9000 \n"
                                     "> 00DB3FFF 05 CD*5 \n < 9000");

    bench->link.extended_works = true;
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xDB, .p1 = 0x3F, .p2 = 0xFF, .body = filled(0xCD, 1025),
                                               .verb = SW_ADMIN }));
    bench_close(bench);
}
END_TEST

START_TEST(a_body_that_fills_the_parts_exactly_has_no_empty_last_part)
{
    struct bench *bench = bench_open("> 10870000 FF CD*255 \n < 9000 \n > 00870000 FF CD*255 00 \n < AA 9000");

    bench->link.extended_fails = true;
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x87, .body = filled(0xCD, 510), .expected = 256 }));
    bench_close(bench);
}
END_TEST

START_TEST(a_body_above_every_limit_is_not_sent)
{
    struct bench *bench = bench_open("");

    assert_result(bench_send(bench, (struct apdu){ .ins = 0xDB, .body = filled(0, APDU_BODY_MAX + 1) }),
                  RESULT_TOO_LARGE);
    ck_assert_uint_eq(bench->sw, 0);
    bench_close(bench);
}
END_TEST

START_TEST(a_chain_stops_at_the_first_refusal)
{
    struct bench *bench = bench_open("> 10DB3FFF FF CD*255 \n < 9000 \n > 10DB3FFF FF CD*255 \n < 6A84");

    bench->link.extended_fails = true;
    assert_result(bench_send(bench, (struct apdu){ .ins = 0xDB, .p1 = 0x3F, .p2 = 0xFF, .body = filled(0xCD, 700),
                                                   .verb = SW_ADMIN }),
                  RESULT_CARD_FULL);
    ck_assert_uint_eq(bench->sw, 0x6A84);
    bench_close(bench);
}
END_TEST

START_TEST(a_warning_inside_a_chain_is_not_success)
{
    struct bench *bench = bench_open("> 10DB3FFF FF CD*255 \n < 6200 \n > 10DB3FFF FF CD*255 \n < 6110");
    struct apdu command = { .ins = 0xDB, .p1 = 0x3F, .p2 = 0xFF, .body = filled(0xCD, 300), .verb = SW_ADMIN };

    bench->link.extended_fails = true;
    assert_result(bench_send(bench, command), RESULT_REFUSED);
    assert_result(bench_send(bench, command), RESULT_REFUSED);
    bench_close(bench);
}
END_TEST

START_TEST(a_refused_first_extended_command_goes_again_in_short_form_for_good)
{
    static const unsigned refusals[] = { 0x6700, 0x6883 };

    for (size_t i = 0; i < 2; i++) {
        char text[400];
        struct bench *bench;
        struct apdu command = get_object;

        (void)snprintf(text, sizeof(text),
                       "> 00CB3FFF 00 0002 5C7E 0000 \n < %04X \n > 00CB3FFF 02 5C7E 00 \n < AB*256 6108 \n"
                       "> 00C00000 08 \n < AB*8 9000 \n > 00CB3FFF 02 5C7E 00 \n < AB 9000",
                       refusals[i]);
        bench = bench_open(text);
        command.body = BYTES_LIT(0x5C, 0x7E);
        assert_ok(bench_send(bench, command));
        assert_bytes(buf_bytes(&bench->answer), filled(0xAB, 264));
        ck_assert(bench->link.extended_fails);
        assert_ok(bench_send(bench, command));
        bench_close(bench);
    }
}
END_TEST

START_TEST(the_same_refusal_in_both_forms_says_nothing_about_extended_lengths)
{
    struct bench *bench = bench_open("> 00CB3FFF 00 0002 5C7E 0000 \n < 6700 \n > 00CB3FFF 02 5C7E 00 \n < 6700");
    struct apdu command = get_object;

    command.body = BYTES_LIT(0x5C, 0x7E);
    assert_result(bench_send(bench, command), RESULT_REFUSED);
    ck_assert(!bench->link.extended_fails);
    bench_close(bench);
}
END_TEST

START_TEST(other_refusals_of_an_extended_command_are_the_answer)
{
    static const unsigned refusals[] = { 0x6A82, 0x6D00, 0x6E00, 0x6982, 0x6985, 0x6A80, 0x6F00 };

    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        char text[100];
        struct bench *bench;

        (void)snprintf(text, sizeof(text), "> 00CB3FFF 00 0000 \n < %04X", refusals[i]);
        bench = bench_open(text);
        assert_result(bench_send(bench, get_object), sw_result(refusals[i], SW_READ));
        ck_assert(!bench->link.extended_fails && !bench->link.extended_works);
        bench_close(bench);
    }
}
END_TEST

START_TEST(a_longer_body_refused_later_only_lowers_the_limit)
{
    struct bench *bench =
        bench_open("> 00DB0000 00 012C CD*300 \n < 9000 \n"
                   "> 00DB0000 00 0258 CD*600 \n < 6700 \n"
                   "> 10DB0000 FF CD*255 \n < 9000 \n > 10DB0000 FF CD*255 \n < 9000 \n > 00DB0000 5A CD*90 \n < 9000 \n"
                   "> 10DB0000 FF CD*255 \n < 9000 \n > 10DB0000 FF CD*255 \n < 9000 \n > 00DB0000 5A CD*90 \n < 9000 \n"
                   "> 00DB0000 00 012C CD*300 \n < 9000 \n"
                   "> 00CB3FFF 00 0000 \n < AB 9000");
    struct apdu command = { .ins = 0xDB, .body = filled(0xCD, 600), .verb = SW_ADMIN }, shorter = command;

    shorter.body.size = 300;
    assert_ok(bench_send(bench, shorter));
    assert_ok(bench_send(bench, command));
    assert_ok(bench_send(bench, command));
    assert_ok(bench_send(bench, shorter));
    assert_ok(bench_send(bench, get_object));
    ck_assert(!bench->link.extended_fails);
    bench_close(bench);
}
END_TEST

START_TEST(a_refused_length_that_once_passed_is_about_the_contents)
{
    struct bench *bench = bench_open("> 00DB0000 00 012C CD*300 \n < 9000 \n > 00DB0000 00 012C CD*300 \n < 6700");
    struct apdu command = { .ins = 0xDB, .body = filled(0xCD, 300), .verb = SW_ADMIN };

    assert_ok(bench_send(bench, command));
    assert_result(bench_send(bench, command), RESULT_REFUSED);
    bench_close(bench);
}
END_TEST

START_TEST(after_a_broken_exchange_nothing_is_sent_again_but_short_form_is_remembered)
{
    struct bench *bench = bench_open("> 00CB3FFF 00 0000 \n ! transport \n > 00CB3FFF 00 \n < AB 9000");

    assert_result(bench_send(bench, get_object), RESULT_TRANSPORT);
    ck_assert_uint_eq(bench->sw, 0);
    assert_ok(bench_send(bench, get_object));
    bench_close(bench);
}
END_TEST

START_TEST(a_broken_exchange_does_not_condemn_what_has_worked)
{
    struct bench *bench = bench_open("> 00CB3FFF 00 0000 \n < AB 9000 \n > 00CB3FFF 00 0000 \n ! transport \n"
                                     "> 00CB3FFF 00 0000 \n < AB 9000");

    assert_ok(bench_send(bench, get_object));
    assert_result(bench_send(bench, get_object), RESULT_TRANSPORT);
    assert_ok(bench_send(bench, get_object));
    bench_close(bench);
}
END_TEST

START_TEST(short_only_and_pin_commands_are_never_extended)
{
    struct bench *bench = bench_open("> 00A40400 00 \n < AB*256 6101 \n > 00C00000 01 \n < AB 9000 \n"
                                     "> 10240080 FF CD*255 \n < 9000 \n > 00240080 05 CD*5 \n < 9000");

    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xA4, .p1 = 4, .expected = APDU_ALL, .short_only = true }));
    ck_assert_uint_eq(bench->answer.size, 257);
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x24, .p2 = 0x80, .body = filled(0xCD, 260),
                                               .verb = SW_VERIFY }));
    bench_close(bench);
}
END_TEST

START_TEST(get_response_collects_everything_whatever_the_parts_look_like)
{
    /* 6100 and FF mean "at least as many as can be asked for"; a part may be longer or shorter than asked for. */
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
    struct bench *bench = bench_open("> 00CB3FFF 00 0000 \n < AB*1340 61FF \n > 00C00000 FF \n < AB*255 6110 \n"
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
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xCB, .body = filled(0xCD, 256), .expected = 256,
                                               .short_only = true }));
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
    struct bench *bench = bench_open("> 00F80000 00 \n < 6110 \n > 00C00000 10 \n < 6C04 \n > 00C00000 04 \n < AB*4 9000");

    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 256 }));
    ck_assert_uint_eq(bench->answer.size, 4);
    bench_close(bench);
}
END_TEST

START_TEST(a_wrong_length_of_a_command_without_answer_is_not_repeated)
{
    struct bench *bench = bench_open("> 00200080 01 31 \n < 6C04");

    assert_result(bench_send(bench, (struct apdu){ .ins = 0x20, .p2 = 0x80, .body = BYTES_LIT(0x31),
                                                   .verb = SW_VERIFY }),
                  RESULT_REFUSED);
    bench_close(bench);
}
END_TEST

START_TEST(t0_sends_tpdus)
{
    struct bench *bench = bench_open("! t0 \n > 00200080 00 \n < 63C3 \n"
                                     "> 00F80000 04 \n < 01020304 9000 \n"
                                     "> 00CB3FFF 02 5C7E \n < 61FF \n > 00C00000 FF \n < AB*255 6101 \n"
                                     "> 00C00000 01 \n < AB 9000 \n"
                                     "> 10870000 FF CD*255 \n < 9000 \n > 00870000 05 CD*5 \n < 6102 \n"
                                     "> 00C00000 02 \n < AABB 9000 \n > 00FD0000 00 \n < 6C03 \n > 00FD0000 03 \n < 050700 9000");
    struct apdu command = get_object;

    assert_result(bench_send(bench, (struct apdu){ .ins = 0x20, .p2 = 0x80, .verb = SW_VERIFY }), RESULT_PIN_WRONG);
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 4 }));
    command.body = BYTES_LIT(0x5C, 0x7E);
    assert_ok(bench_send(bench, command));
    ck_assert_uint_eq(bench->answer.size, 256);
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x87, .body = filled(0xCD, 260), .expected = 256 }));
    assert_bytes(buf_bytes(&bench->answer), BYTES_LIT(0xAA, 0xBB));
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xFD, .expected = 256 }));
    assert_bytes(buf_bytes(&bench->answer), BYTES_LIT(5, 7, 0));
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

    assert_ok(apdu_send(&bench->link, &(struct apdu){ .ins = 0xA4, .p1 = 4, .expected = 256 }, NULL, &bench->sw));
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
        { "! reset", RESULT_CARD_RESET },   { "! removed", RESULT_CARD_REMOVED },
        { "! gone", RESULT_READER_GONE },   { "! service", RESULT_NO_SERVICE },
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
    struct bench *bench = bench_open("> 00200080 08 313233343536FFFF \n < 9000 \n"
                                     "> 10870000 FF CD*255 \n < 9000 \n > 00870000 2D CD*45 00 \n < EE*20 6114 \n"
                                     "> 00C00000 14 \n < EE*20 9000 \n > 00CB3FFF 00 \n < A1B2 9000");
    static char text[8192];
    char path[] = "/tmp/check-apdu-XXXXXX";
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    assert_ok(trace_open(TRACE_CARD, path));
    bench->link.extended_fails = true;
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x20, .p2 = 0x80, .secret = true, .verb = SW_VERIFY,
                                               .body = BYTES_LIT(0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0xFF, 0xFF) }));
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x87, .body = filled(0xCD, 300), .expected = 256,
                                               .secret_answer = true, .verb = SW_USE }));
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
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0x87, .p1 = 3, .p2 = 0x9B, .body = BYTES_LIT(0xA1, 0xA2),
                                               .expected = 256, .secret = true, .verb = SW_PROVE }));
    trace_close();
    read_file(path, text, sizeof(text));
    (void)unlink(path);
    ck_assert_ptr_null(strstr(text, "A1A2"));
    ck_assert_ptr_null(strstr(text, "EEEE"));
    bench_close(bench);
}
END_TEST

START_TEST(the_script_tells_what_was_wrong)
{
    struct channel *channel;
    uint8_t memory[16];
    struct buf answer = BUF_OVER(memory);

    assert_ok(script_open("> 00 A4 ?? 00 \n < 9000 \n > 01", &channel));
    assert_ok(channel->ops->transmit(channel, BYTES_LIT(0x00, 0xA4, 0x77, 0x00), &answer));
    ck_assert_ptr_nonnull(strstr(script_verdict(channel), "step 3 of 3"));
    assert_result(channel->ops->transmit(channel, BYTES_LIT(0x01, 0x02), &answer), RESULT_INTERNAL);
    ck_assert_ptr_nonnull(strstr(script_verdict(channel), "differs from byte 1"));
    ck_assert_ptr_nonnull(strstr(script_verdict(channel), "(2) 0102"));
    script_close(&channel);
    assert_ok(script_open("", &channel));
    assert_result(channel->ops->transmit(channel, BYTES_LIT(0x01), &answer), RESULT_INTERNAL);
    ck_assert_str_ne(script_verdict(channel), "");
    script_close(&channel);
    assert_result(script_open("> 0G", &channel), RESULT_MALFORMED);
    assert_result(script_open("! nonsense", &channel), RESULT_MALFORMED);
    assert_result(script_open("? 00", &channel), RESULT_MALFORMED);
    ck_assert_ptr_null(channel);
}
END_TEST

UNIT_MAIN("apdu", the_four_short_cases_have_their_lengths_where_they_belong, the_answer_is_appended_to_what_is_there,
          an_extended_answer_comes_in_one_exchange, an_extended_command_without_a_body_has_a_bare_length,
          a_signature_of_an_rsa_block_is_one_exchange, a_long_body_without_an_answer_has_no_extended_le,
          a_small_expected_length_stays_exact_in_extended_form,
          a_body_above_the_limit_is_chained_even_where_extended_works,
          a_body_that_fills_the_parts_exactly_has_no_empty_last_part, a_body_above_every_limit_is_not_sent,
          a_chain_stops_at_the_first_refusal, a_warning_inside_a_chain_is_not_success,
          a_refused_first_extended_command_goes_again_in_short_form_for_good,
          the_same_refusal_in_both_forms_says_nothing_about_extended_lengths,
          other_refusals_of_an_extended_command_are_the_answer, a_longer_body_refused_later_only_lowers_the_limit,
          a_refused_length_that_once_passed_is_about_the_contents,
          after_a_broken_exchange_nothing_is_sent_again_but_short_form_is_remembered,
          a_broken_exchange_does_not_condemn_what_has_worked, short_only_and_pin_commands_are_never_extended,
          get_response_collects_everything_whatever_the_parts_look_like, an_extended_answer_may_still_come_in_parts,
          get_response_keeps_the_logical_channel_alone, a_wrong_length_is_corrected_once,
          a_wrong_length_of_get_response_is_corrected_too, a_wrong_length_of_a_command_without_answer_is_not_repeated,
          t0_sends_tpdus, the_first_part_is_enough_for_a_look, an_answer_that_nobody_wants_is_left_on_the_card,
          endless_announcements_are_malformed, announcing_more_without_giving_any_is_malformed,
          an_answer_without_a_status_word_is_malformed, an_answer_that_does_not_fit_leaves_the_buffer_as_it_was,
          a_failure_in_the_middle_of_an_answer_leaves_nothing_behind,
          a_refused_get_response_does_not_repeat_the_command, data_beside_an_error_is_ignored,
          failures_of_the_channel_pass_through, a_trace_of_the_highest_level_never_shows_a_secret,
          a_secret_command_hides_its_answer_too, the_script_tells_what_was_wrong)
