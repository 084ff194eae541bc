/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The form that a command takes. What becomes of answers is in check_apdu_answer.c. */
#include "pcsc/apdu.h"

#include <stdio.h>

#include "tests/unit/apdu_bench.h"

START_TEST(the_four_short_cases_have_their_lengths_where_they_belong)
{
    struct bench *bench = bench_open("> 00 20 00 80 \n < 63C3 \n"
                                     "> 00 F8 00 00 04 \n < 01020304 9000 \n"
                                     "> 00 DA 00 5E 02 AABB \n < 9000 \n"
                                     "> 00 A4 04 00 02 AABB 00 \n < 6F00 9000");

    assert_result(bench_send(bench, (struct apdu){ .ins = 0x20, .p2 = 0x80, .verb = SW_VERIFY }),
                  RESULT_PIN_WRONG);
    ck_assert_uint_eq(bench->sw, 0x63C3);
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xF8, .expected = 4 }));
    assert_bytes(buf_bytes(&bench->answer), BYTES_LIT(1, 2, 3, 4));
    assert_ok(bench_send(bench, (struct apdu){ .ins = 0xDA, .p2 = 0x5E, .body = BYTES_LIT(0xAA, 0xBB) }));
    assert_ok(bench_send(
        bench, (struct apdu){ .ins = 0xA4, .p1 = 4, .body = BYTES_LIT(0xAA, 0xBB), .expected = 256 }));
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

    assert_ok(bench_send(
        bench,
        (struct apdu){
            .ins = 0x87, .p1 = 7, .p2 = 0x9A, .body = filled(0xCD, 266), .expected = 264, .verb = SW_USE }));
    ck_assert_uint_eq(bench->answer.size, 264);
    bench_close(bench);
}
END_TEST

START_TEST(a_long_body_without_an_answer_has_no_extended_le)
{
    struct bench *bench = bench_open("> 00DB3FFF 00 0400 CD*1024 \n < 9000");

    assert_ok(bench_send(
        bench,
        (struct apdu){ .ins = 0xDB, .p1 = 0x3F, .p2 = 0xFF, .body = filled(0xCD, 1024), .verb = SW_ADMIN }));
    bench_close(bench);
}
END_TEST

START_TEST(a_small_expected_length_stays_exact_in_extended_form)
{
    struct bench *bench = bench_open("> 0087079A 00 0100 CD*256 0014 \n < AB 9000");

    assert_ok(bench_send(
        bench,
        (struct apdu){
            .ins = 0x87, .p1 = 7, .p2 = 0x9A, .body = filled(0xCD, 256), .expected = 20, .verb = SW_USE }));
    bench_close(bench);
}
END_TEST

START_TEST(a_body_above_the_limit_is_chained_even_where_extended_works)
{
    struct bench *bench = bench_open("> 10DB3FFF FF CD*255 \n < 9000 \n > 10DB3FFF FF CD*255 \n < 9000 \n"
                                     "> 10DB3FFF FF CD*255 \n < 9000 \n > 10DB3FFF FF CD*255 \n < 9000 \n"
                                     "> 00DB3FFF 05 CD*5 \n < 9000");

    bench->link.extended_works = true;
    assert_ok(bench_send(
        bench,
        (struct apdu){ .ins = 0xDB, .p1 = 0x3F, .p2 = 0xFF, .body = filled(0xCD, 1025), .verb = SW_ADMIN }));
    bench_close(bench);
}
END_TEST

START_TEST(a_body_that_fills_the_parts_exactly_has_no_empty_last_part)
{
    struct bench *bench =
        bench_open("> 10870000 FF CD*255 \n < 9000 \n > 00870000 FF CD*255 00 \n < AA 9000");

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
    assert_result(
        bench_send(bench,
                   (struct apdu){
                       .ins = 0xDB, .p1 = 0x3F, .p2 = 0xFF, .body = filled(0xCD, 700), .verb = SW_ADMIN }),
        RESULT_CARD_FULL);
    ck_assert_uint_eq(bench->sw, 0x6A84);
    bench_close(bench);
}
END_TEST

START_TEST(a_warning_inside_a_chain_is_not_success)
{
    struct bench *bench = bench_open("> 10DB3FFF FF CD*255 \n < 6200 \n > 10DB3FFF FF CD*255 \n < 6110");
    struct apdu command = {
        .ins = 0xDB, .p1 = 0x3F, .p2 = 0xFF, .body = filled(0xCD, 300), .verb = SW_ADMIN
    };

    bench->link.extended_fails = true;
    assert_result(bench_send(bench, command), RESULT_REFUSED);
    assert_result(bench_send(bench, command), RESULT_REFUSED);
    bench_close(bench);
}
END_TEST

/* The first extended command, a read, is refused with the word REFUSAL, and goes again in short form; so do all that follow. */
static void refuse_extended(unsigned refusal)
{
    char text[400];
    struct bench *bench;
    struct apdu command = get_object;

    (void)snprintf(text, sizeof(text),
                   "> 00CB3FFF 00 0002 5C7E 0000 \n < %04X \n > 00CB3FFF 02 5C7E 00 \n < AB*256 6108 \n"
                   "> 00C00000 08 \n < AB*8 9000 \n > 00CB3FFF 02 5C7E 00 \n < AB 9000",
                   refusal);
    bench = bench_open(text);
    command.body = BYTES_LIT(0x5C, 0x7E);
    assert_ok(bench_send(bench, command));
    assert_bytes(buf_bytes(&bench->answer), filled(0xAB, 264));
    ck_assert(bench->link.extended_fails);
    assert_ok(bench_send(bench, command));
    bench_close(bench);
}

START_TEST(a_refused_first_extended_command_goes_again_in_short_form_for_good)
{
    refuse_extended(0x6700);
    refuse_extended(0x6883);
}
END_TEST

START_TEST(the_same_refusal_in_both_forms_says_nothing_about_extended_lengths)
{
    struct bench *bench =
        bench_open("> 00CB3FFF 00 0002 5C7E 0000 \n < 6700 \n > 00CB3FFF 02 5C7E 00 \n < 6700");
    struct apdu command = get_object;

    command.body = BYTES_LIT(0x5C, 0x7E);
    assert_result(bench_send(bench, command), RESULT_REFUSED);
    ck_assert(!bench->link.extended_fails);
    bench_close(bench);
}
END_TEST

START_TEST(other_refusals_of_an_extended_command_are_the_answer)
{
    static const struct {
        unsigned sw;
        enum sw_verb verb;
    } refusals[] = { { 0x6A82, SW_READ }, { 0x6982, SW_READ }, { 0x6985, SW_READ }, { 0x6A88, SW_READ },
                     { 0x6A80, SW_USE },  { 0x6F00, SW_USE },  { 0x6D00, SW_ADMIN } };

    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        char text[100];
        struct bench *bench;
        struct apdu command = get_object;

        (void)snprintf(text, sizeof(text), "> 00CB3FFF 00 0002 5C7E 0000 \n < %04X", refusals[i].sw);
        bench = bench_open(text);
        command.body = BYTES_LIT(0x5C, 0x7E);
        command.verb = refusals[i].verb;
        assert_result(bench_send(bench, command), sw_result(refusals[i].sw, refusals[i].verb));
        ck_assert(!bench->link.extended_fails && !bench->link.extended_works);
        bench_close(bench);
    }
}
END_TEST

static const unsigned other_words[] = { 0x6A80, 0x6A86, 0x6A87, 0x6B00, 0x6D00, 0x6E00, 0x6F00 };

START_TEST(a_read_that_is_refused_with_any_word_goes_again_in_short_form)
{
    for (size_t i = 0; i < sizeof(other_words) / sizeof(other_words[0]); i++)
        refuse_extended(other_words[i]);
}
END_TEST

START_TEST(such_a_word_in_both_forms_or_after_a_success_is_the_answer)
{
    for (size_t i = 0; i < sizeof(other_words) / sizeof(other_words[0]); i++) {
        char text[400];
        struct bench *bench;
        struct apdu command = get_object;

        (void)snprintf(text, sizeof(text),
                       "> 00CB3FFF 00 0002 5C7E 0000 \n < %04X \n > 00CB3FFF 02 5C7E 00 \n < %04X \n"
                       "> 00CB3FFF 00 0002 5C7E 0000 \n < %04X \n > 00CB3FFF 02 5C7E 00 \n < 6A82 \n"
                       "> 00CB3FFF 00 0002 5C7E 0000 \n < AB 9000 \n > 00CB3FFF 00 0002 5C7E 0000 \n < %04X",
                       other_words[i], other_words[i], other_words[i], other_words[i]);
        bench = bench_open(text);
        command.body = BYTES_LIT(0x5C, 0x7E);
        assert_result(bench_send(bench, command), sw_result(other_words[i], SW_READ));
        assert_result(bench_send(bench, command), RESULT_NOT_FOUND);
        ck_assert(!bench->link.extended_fails);
        assert_ok(bench_send(bench, command));
        assert_result(bench_send(bench, command), sw_result(other_words[i], SW_READ));
        bench_close(bench);
    }
}
END_TEST

START_TEST(a_longer_body_refused_later_only_lowers_the_limit)
{
    struct bench *bench = bench_open(
        "> 00DB0000 00 012C CD*300 \n < 9000 \n"
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
    struct bench *bench =
        bench_open("> 00DB0000 00 012C CD*300 \n < 9000 \n > 00DB0000 00 012C CD*300 \n < 6700");
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

    assert_ok(
        bench_send(bench, (struct apdu){ .ins = 0xA4, .p1 = 4, .expected = APDU_ALL, .short_only = true }));
    ck_assert_uint_eq(bench->answer.size, 257);
    assert_ok(bench_send(
        bench, (struct apdu){ .ins = 0x24, .p2 = 0x80, .body = filled(0xCD, 260), .verb = SW_VERIFY }));
    bench_close(bench);
}
END_TEST

START_TEST(t0_sends_tpdus)
{
    struct bench *bench = bench_open(
        "! t0 \n > 00200080 00 \n < 63C3 \n"
        "> 00F80000 04 \n < 01020304 9000 \n"
        "> 00CB3FFF 02 5C7E \n < 61FF \n > 00C00000 FF \n < AB*255 6101 \n"
        "> 00C00000 01 \n < AB 9000 \n"
        "> 10870000 FF CD*255 \n < 9000 \n > 00870000 05 CD*5 \n < 6102 \n"
        "> 00C00000 02 \n < AABB 9000 \n > 00FD0000 00 \n < 6C03 \n > 00FD0000 03 \n < 050700 9000");
    struct apdu command = get_object;

    assert_result(bench_send(bench, (struct apdu){ .ins = 0x20, .p2 = 0x80, .verb = SW_VERIFY }),
                  RESULT_PIN_WRONG);
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

UNIT_MAIN("apdu", the_four_short_cases_have_their_lengths_where_they_belong,
          the_answer_is_appended_to_what_is_there, an_extended_answer_comes_in_one_exchange,
          an_extended_command_without_a_body_has_a_bare_length, a_signature_of_an_rsa_block_is_one_exchange,
          a_long_body_without_an_answer_has_no_extended_le,
          a_small_expected_length_stays_exact_in_extended_form,
          a_body_above_the_limit_is_chained_even_where_extended_works,
          a_body_that_fills_the_parts_exactly_has_no_empty_last_part, a_body_above_every_limit_is_not_sent,
          a_chain_stops_at_the_first_refusal, a_warning_inside_a_chain_is_not_success,
          a_refused_first_extended_command_goes_again_in_short_form_for_good,
          the_same_refusal_in_both_forms_says_nothing_about_extended_lengths,
          other_refusals_of_an_extended_command_are_the_answer,
          a_read_that_is_refused_with_any_word_goes_again_in_short_form,
          such_a_word_in_both_forms_or_after_a_success_is_the_answer,
          a_longer_body_refused_later_only_lowers_the_limit,
          a_refused_length_that_once_passed_is_about_the_contents,
          after_a_broken_exchange_nothing_is_sent_again_but_short_form_is_remembered,
          a_broken_exchange_does_not_condemn_what_has_worked, short_only_and_pin_commands_are_never_extended,
          t0_sends_tpdus)
