/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIV driver word by word: recognising, opening, and PINs, with the ways of cards that other people made.
 */
#include "tests/unit/piv_bench.h"

START_TEST(a_card_is_recognised_by_its_template_and_not_by_what_4f_says)
{
    static const char *const answers[] = {
        /* the end of the AID, all of it, the authority alone, the label before it */
        "< 6111 4F06000010000100 7907 4F05A000000308 9000\n",
        "< 6116 4F0BA000000308000010000100 7907 4F05A000000308 9000\n",
        "< 6109 7907 4F05A000000308 9000\n",
        "< 611A 5007 5049562D4949FF 4F06000010000100 7907 4F05A000000308 9000\n",
        "< 618111 4F06000010000100 7907 4F05A000000308 9000\n",
    };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        bench_say("> 00A40400 09 A00000030800001000 00\n");
        bench_say(answers[i]);
        bench_up(bench.text, ATR_PLAIN);
        assert_ok(card_piv.recognise(bench.card));
        bench_down();
    }
}
END_TEST

#define SELECT "> 00A40400 09 A00000030800001000 00\n"
#define SELECT_WHOLE "> 00A40400 0B A000000308000010000100 00\n"
#define GET_CHUID "> 00CB3FFF 05 5C035FC102 00\n"
#define GET_9A "> 00CB3FFF 05 5C035FC105 00\n"

START_TEST(another_card_is_not_recognised_whatever_it_says)
{
    static const char *const answers[] = { "< 6A82\n" SELECT_WHOLE "< 6A82\n", "< 6A81\n", "< 6D00\n",
                                           "< 6E00\n", "< 6283\n" };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        bench_say(SELECT);
        bench_say(answers[i]);
        bench_up(bench.text, ATR_PLAIN);
        assert_result(card_piv.recognise(bench.card), RESULT_NOT_FOUND);
        bench_down();
    }
}
END_TEST

START_TEST(a_card_that_knows_nothing_but_the_whole_aid_is_asked_for_that_from_then_on)
{
    static const char *const template = "< 6111 4F06000010000100 7907 4F05A000000308 9000\n";

    bench_say(SELECT "< 6A82\n" SELECT_WHOLE);
    bench_say(template);
    bench_say(SELECT_WHOLE);
    bench_say(template);
    bench_say(SELECT_WHOLE "< 6A82\n" SELECT);
    bench_say(template);
    bench_up(bench.text, ATR_PLAIN);
    assert_ok(card_piv.recognise(bench.card));
    assert_ok(card_piv.recognise(bench.card));
    /* It is another card now: nothing is kept of the first. */
    assert_result(card_piv.recognise(bench.card), RESULT_NOT_FOUND);
    assert_ok(card_piv.recognise(bench.card));
    bench_down();
}
END_TEST

/* What a card may answer that has something by PIV's name and is silent about what it is. */
static const char *const silent[] = {
    "< 9000\n",      "< 6F07 8405A000000308 9000\n",
    "< 6100 9000\n", "< 6107 5005 4F4F4F4F4F 9000\n",
    "< 61 9000\n",   "< 61FF 4F 9000\n",
};

START_TEST(a_card_that_likes_every_name_is_not_recognised)
{
    static const char *const objects[] = {
        GET_CHUID "< 6A82\n" GET_9A "< 6A82\n",
        GET_CHUID "< 6D00\n" GET_9A "< 6D00\n",
        GET_CHUID "< 9000\n" GET_9A "< 5300 9000\n",
        GET_CHUID "< 6F028400 9000\n" GET_9A "< 6986\n",
    };

    for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
        bench_say(SELECT);
        bench_say(silent[i]);
        bench_say(objects[i % 4]);
        bench_up(bench.text, ATR_PLAIN);
        assert_result(card_piv.recognise(bench.card), RESULT_NOT_FOUND);
        bench_down();
    }
}
END_TEST

START_TEST(a_card_that_does_not_say_what_it_is_shows_it_once)
{
    static const char *const objects[] = { GET_CHUID "< 5302 3000 9000\n",
                                           GET_CHUID "< 6A82\n" GET_9A "< 53820400 7082 6108\n" };

    for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
        bench_say(SELECT);
        bench_say(silent[i]);
        bench_say(objects[i % 2]);
        bench_say(SELECT);
        bench_say(silent[i]);
        bench_up(bench.text, ATR_PLAIN);
        assert_ok(card_piv.recognise(bench.card));
        assert_ok(card_piv.recognise(bench.card));
        bench_down();
    }
}
END_TEST

START_TEST(a_broken_way_to_the_card_is_not_another_card)
{
    bench_up(SELECT "! removed\n", ATR_PLAIN);
    assert_result(card_piv.recognise(bench.card), RESULT_CARD_REMOVED);
    bench_down();
    bench_up(SELECT "< 9000\n" GET_CHUID "! removed\n", ATR_PLAIN);
    assert_result(card_piv.recognise(bench.card), RESULT_CARD_REMOVED);
    bench_down();
    bench_up(SELECT_YUBICO "> 00F80000 00\n! transport\n", ATR_PLAIN);
    assert_ok(card_piv.recognise(bench.card));
    assert_result(card_piv.open(bench.card, &bench.info), RESULT_TRANSPORT);
    bench_down();
}
END_TEST

START_TEST(a_yubikey_names_itself_by_its_printed_serial_and_its_atr)
{
    bench_open(OPEN_YUBICO, ATR_YUBIKEY_5);
    ck_assert_str_eq(bench.info.serial, "12345678");
    ck_assert_str_eq(bench.info.label, "PIV 12345678");
    ck_assert_str_eq(bench.info.manufacturer, "Yubico");
    ck_assert_str_eq(bench.info.model, "YubiKey 5");
    ck_assert(bench.info.user.known && bench.info.user.factory && !bench.info.user.blocked);
    ck_assert_int_eq(bench.info.user.tries_left, 3);
    ck_assert_int_eq(bench.info.user.tries_max, 3);
    ck_assert_uint_eq(bench.info.user.min, 6);
    ck_assert_uint_eq(bench.info.user.max, 8);
    ck_assert(bench.info.can_format && bench.info.pin_initialized && !bench.info.has_random);
    bench_down();
}
END_TEST

START_TEST(only_the_atr_makes_a_yubikey)
{
    bench_open(OPEN_YUBICO, ATR_PLAIN);
    ck_assert_str_eq(bench.info.model, "PIV");
    ck_assert_str_eq(bench.info.manufacturer, "PIV");
    bench_down();
}
END_TEST

START_TEST(a_nist_card_is_named_by_its_guid_and_asked_for_nothing_of_yubicos)
{
    bench_open(OPEN_NIST, ATR_PLAIN);
    ck_assert_str_eq(bench.info.serial, "00112233445566778899aabbccddeeff");
    ck_assert(bench.info.user.known && !bench.info.user.factory && bench.info.user.digits_only);
    ck_assert_int_eq(bench.info.user.tries_left, 3);
    ck_assert_int_eq(bench.info.user.tries_max, CARD_TRIES_UNKNOWN);
    ck_assert(!bench.info.can_format);
    bench_down();
}
END_TEST

START_TEST(a_card_without_a_guid_is_named_by_the_digits_of_its_fascn)
{
    /* Agency 3200, system 2277, credential 123456, series 1, issue 1: PACS 2.2 has this one as its example.
     */
    bench_open(SELECT_YUBICO SERIAL_NONE
               "> 00CB3FFF 05 5C035FC102 00\n< 5323 3019D0439458210C2C19A0846D83685A1082108CE73984108CA3FC"
               " 3E00 FE00 3400 3500 9000\n" PIN_STATUS,
               ATR_PLAIN);
    ck_assert_str_eq(bench.info.serial, "0032000109244601");
    bench_down();
}
END_TEST

START_TEST(a_card_without_a_chuid_is_named_by_its_capability_container)
{
    bench_open(SELECT_YUBICO SERIAL_NONE "> 00CB3FFF 05 5C035FC102 00\n< 6A82\n"
                                         "> 00CB3FFF 05 5C035FC107 00\n< 5317 F015 A000000116FF02 "
                                         "000102030405060708090A0B0C0D 9000\n" PIN_STATUS,
               ATR_PLAIN);
    ck_assert_str_eq(bench.info.serial, "060708090a0b0c0d");
    bench_down();
}
END_TEST

START_TEST(a_card_with_nothing_to_be_named_by_opens_all_the_same)
{
    bench_open(SELECT_YUBICO SERIAL_NONE "> 00CB3FFF 05 5C035FC102 00\n< 5300 9000\n"
                                         "> 00CB3FFF 05 5C035FC107 00\n< 6A82\n" PIN_STATUS,
               ATR_PLAIN);
    ck_assert_str_eq(bench.info.serial, "0");
    bench_down();
    bench_open(SELECT_YUBICO SERIAL_NONE "> 00CB3FFF 05 5C035FC102 00\n< 53FF 9000\n"
                                         "> 00CB3FFF 05 5C035FC107 00\n< 5303 F005 9000\n" PIN_STATUS,
               ATR_PLAIN);
    ck_assert_str_eq(bench.info.serial, "0");
    bench_down();
}
END_TEST

START_TEST(a_serial_of_another_length_or_of_zeros_is_none)
{
    bench_open(SELECT_YUBICO "> 00F80000 00\n< 050403 9000\n" CHUID PIN_STATUS, ATR_PLAIN);
    ck_assert_uint_eq(strlen(bench.info.serial), 32);
    bench_down();
    bench_open(SELECT_YUBICO "> 00F80000 00\n< 00000000 9000\n" CHUID PIN_METADATA, ATR_PLAIN);
    ck_assert_uint_eq(strlen(bench.info.serial), 32);
    ck_assert(bench.info.user.factory);
    bench_down();
}
END_TEST

START_TEST(a_yubikey_without_metadata_is_asked_for_its_tries)
{
    bench_open(SELECT_YUBICO SERIAL_YUBICO "> 00F70080 00\n< 6D00\n> 00200080\n< 63C2\n", ATR_YUBIKEY_5);
    ck_assert(bench.info.user.known && !bench.info.user.factory && !bench.info.user.digits_only);
    ck_assert_int_eq(bench.info.user.tries_left, 2);
    bench_down();
}
END_TEST

START_TEST(a_yubikey_4_is_yubicos_by_its_atr_although_it_tells_no_serial)
{
    bench_open(SELECT_YUBICO SERIAL_NONE CHUID PIN_STATUS, ATR_YUBIKEY_4);
    ck_assert_str_eq(bench.info.model, "YubiKey 4");
    ck_assert(bench.info.can_format && !bench.info.user.digits_only);
    bench_down();
}
END_TEST

START_TEST(after_a_reset_a_card_is_not_asked_again_for_what_it_lacks)
{
    bench_open(OPEN_NIST SELECT_YUBICO CHUID PIN_STATUS, ATR_PLAIN);
    assert_ok(card_piv.recognise(bench.card));
    assert_ok(card_piv.open(bench.card, &bench.info));
    bench_down();
}
END_TEST

START_TEST(a_card_that_does_not_know_the_question_for_its_tries_is_opened)
{
    static const char *const words[] = { "< 6D00\n", "< 6E00\n", "< 6986\n", "< 6700\n", "< 6F00\n" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        bench_say(SELECT_YUBICO SERIAL_NONE CHUID "> 00200080\n");
        bench_say(words[i]);
        bench_open(bench.text, ATR_PLAIN);
        ck_assert(!bench.info.user.known && !bench.info.user.blocked && bench.info.pin_initialized);
        bench_down();
    }
}
END_TEST

START_TEST(both_words_for_a_blocked_pin_are_understood)
{
    static const char *const words[] = { "< 6983\n", "< 63C0\n" };
    int tries;

    for (size_t i = 0; i < 2; i++) {
        bench_say(SELECT_YUBICO SERIAL_NONE CHUID "> 00200080\n");
        bench_say(words[i]);
        bench_say("> 00CB3FFF 03 5C017E 00\n< 6A82\n> 00200080 08 313233343536FFFF\n");
        bench_say(words[i]);
        bench_open(bench.text, ATR_PLAIN);
        ck_assert(bench.info.user.known && bench.info.user.blocked);
        ck_assert_int_eq(bench.info.user.tries_left, 0);
        assert_result(bench_verify(CARD_USER, "123456", &tries), RESULT_PIN_BLOCKED);
        ck_assert_int_eq(tries, 0);
        bench_down();
    }
    bench_open(SELECT_YUBICO SERIAL_YUBICO "> 00F70080 00\n< 050100 06020300 9000\n> 00F70081 00\n< 050100 06020301 9000\n",
               ATR_PLAIN);
    ck_assert(bench.info.user.blocked);
    ck_assert(bench.info.so.known && !bench.info.so.blocked);
    ck_assert_int_eq(bench.info.so.tries_left, 1);
    bench_down();
}
END_TEST

START_TEST(a_card_that_is_verified_already_says_so_without_tries)
{
    bench_open(SELECT_YUBICO SERIAL_NONE CHUID "> 00200080\n< 9000\n", ATR_PLAIN);
    ck_assert(bench.info.user.known && bench.info.user.verified);
    ck_assert_int_eq(bench.info.user.tries_left, CARD_TRIES_UNKNOWN);
    bench_down();
}
END_TEST

START_TEST(the_global_pin_is_used_where_the_card_says_that_people_have_it)
{
    int tries;

    bench_open(OPEN_NIST "> 00CB3FFF 03 5C017E 00\n< 7E12 4F0BA000000308000010000100 5F2F026020 9000\n"
                         "> 00200000 08 31323334353637FF\n< 63C4\n> 00200000 08 31323334353637FF\n< 9000\n"
                         "> 0020FF00\n< 9000\n> 00200000\n< 63C5\n",
               ATR_PLAIN);
    assert_result(bench_verify(CARD_USER, "1234567", &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 4);
    assert_ok(bench_verify(CARD_USER, "1234567", &tries));
    assert_ok(card_piv.logout(bench.card));
    bench_down();
}
END_TEST

START_TEST(a_card_with_the_global_pin_alone_is_opened_by_it)
{
    bench_open(SELECT_YUBICO SERIAL_NONE CHUID
               "> 00200080\n< 6A88\n> 00CB3FFF 03 5C017E 00\n"
               "< 7E12 4F0BA000000308000010000100 5F2F022020 9000\n> 00200000\n< 63C7\n",
               ATR_PLAIN);
    ck_assert(bench.info.pin_initialized);
    ck_assert_int_eq(bench.info.user.tries_left, 7);
    bench_down();
}
END_TEST

START_TEST(the_pivs_own_pin_is_used_where_it_is_the_primary_one)
{
    static const char *const answers[] = {
        "< 7E12 4F0BA000000308000010000100 5F2F026010 9000\n",
        "< 7E12 4F0BA000000308000010000100 5F2F024000 9000\n",
        "< 6A82\n",
        "< 7E03 5F2F05 9000\n",
        "< 9000\n",
    };
    int tries;

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        bench_say(OPEN_NIST "> 00CB3FFF 03 5C017E 00\n");
        bench_say(answers[i]);
        bench_say("> 00200080 08 3132333435363738\n< 9000\n> 00200080 08 3132333435363738\n< 9000\n");
        bench_open(bench.text, ATR_PLAIN);
        assert_ok(bench_verify(CARD_USER, "12345678", &tries));
        assert_ok(bench_verify(CARD_USER, "12345678", &tries));
        bench_down();
    }
}
END_TEST

START_TEST(a_yubikey_login_is_one_command)
{
    int tries;

    bench_open(OPEN_YUBICO "> 00200080 08 313233343536FFFF\n< 9000\n", ATR_YUBIKEY_5);
    assert_ok(bench_verify(CARD_USER, "123456", &tries));
    ck_assert_int_eq(tries, CARD_TRIES_UNKNOWN);
    bench_down();
}
END_TEST

START_TEST(the_neo_counts_tries_in_its_own_way)
{
    int tries;

    bench_open(SELECT_YUBICO SERIAL_NONE CHUID PIN_STATUS
               "> 00200080 08 393939393939FFFF\n< 6302\n> 00200080 08 393939393939FFFF\n< 6301\n"
               "> 00200080 08 393939393939FFFF\n< 6300\n",
               ATR_NEO);
    assert_result(bench_verify(CARD_USER, "999999", &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 2);
    assert_result(bench_verify(CARD_USER, "999999", &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 1);
    assert_result(bench_verify(CARD_USER, "999999", &tries), RESULT_PIN_BLOCKED);
    ck_assert_int_eq(tries, 0);
    bench_down();
    bench_open(OPEN_YUBICO "> 00200080 08 393939393939FFFF\n< 6300\n", ATR_YUBIKEY_5);
    assert_result(bench_verify(CARD_USER, "999999", &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, CARD_TRIES_UNKNOWN);
    bench_down();
}
END_TEST

START_TEST(pivapplet_takes_digits_alone_and_a_letter_would_cost_a_try)
{
    int tries;

    bench_open(SELECT_APPLET SERIAL_YUBICO "> 00F70080 00\n< 050101 06020505 02020000 9000\n", ATR_PLAIN);
    ck_assert_str_eq(bench.info.model, "PivApplet");
    ck_assert(bench.info.user.digits_only);
    ck_assert_int_eq(bench.info.user.tries_left, 5);
    assert_result(bench_verify(CARD_USER, "letters", &tries), RESULT_PIN_CHARACTERS);
    bench_down();
}
END_TEST

START_TEST(pin_status_asks_for_both_tries_and_state)
{
    struct card_pin pin;

    bench_open(OPEN_YUBICO "> 00F70080 00\n< 0101FF 050100 06020302 9000\n> 00200080\n< 9000\n"
                           "> 00F70081 00\n< 0101FF 050101 06020303 9000\n",
               ATR_PLAIN);
    assert_ok(card_piv.pin_status(bench.card, CARD_USER, &pin));
    ck_assert(pin.known && pin.verified && !pin.factory);
    ck_assert_int_eq(pin.tries_left, 2);
    assert_ok(card_piv.pin_status(bench.card, CARD_SO, &pin));
    ck_assert(pin.known && pin.factory);
    bench_down();
    bench_open(OPEN_NIST, ATR_PLAIN);
    assert_ok(card_piv.pin_status(bench.card, CARD_SO, &pin));
    ck_assert(!pin.known);
    bench_down();
}
END_TEST

START_TEST(a_refused_logout_selects_another_application_and_looks_whether_it_helped)
{
    static const char *const refusals[] = { "< 6A86\n", "< 6D00\n", "< 6A80\n", "< 6700\n" };

    for (size_t i = 0; i < 4; i++) {
        bench_say(OPEN_YUBICO "> 0020FF80\n");
        bench_say(refusals[i]);
        bench_say("> 00A40400 08 A000000527471117 00\n< 56657273696F6E 9000\n" SELECT_YUBICO
                  "> 00200080\n< 63C3\n");
        bench_open(bench.text, ATR_PLAIN);
        assert_ok(card_piv.logout(bench.card));
        bench_down();
    }
    bench_open(OPEN_NIST "> 0020FF80\n< 6A86\n> 00A40400 08 A000000527471117 00\n< 6A82\n" SELECT_YUBICO
                         "> 00200080\n< 9000\n",
               ATR_PLAIN);
    assert_result(card_piv.logout(bench.card), RESULT_REFUSED);
    bench_down();
}
END_TEST

START_TEST(a_card_that_does_not_look_at_p1_is_not_believed)
{
    bench_open(OPEN_NIST "> 0020FF80\n< 9000\n> 00200080\n< 9000\n"
                         "> 00A40400 08 A000000527471117 00\n< 6A82\n" SELECT_YUBICO "> 00200080\n< 63C3\n",
               ATR_PLAIN);
    assert_ok(card_piv.logout(bench.card));
    bench_down();
    /* One that works is believed the next time. */
    bench_open(OPEN_NIST "> 0020FF80\n< 9000\n> 00200080\n< 63C3\n> 0020FF80\n< 9000\n", ATR_PLAIN);
    assert_ok(card_piv.logout(bench.card));
    assert_ok(card_piv.logout(bench.card));
    bench_down();
}
END_TEST

START_TEST(a_logout_over_a_broken_way_says_that_it_is_broken)
{
    bench_open(OPEN_YUBICO "> 0020FF80\n! transport\n", ATR_PLAIN);
    assert_result(card_piv.logout(bench.card), RESULT_TRANSPORT);
    bench_down();
}
END_TEST

START_TEST(a_new_pin_that_the_card_does_not_like_is_told_apart_from_a_wrong_old_one)
{
    bench_open(OPEN_YUBICO "> 00240080 10 313233343536FFFF 313131313131FFFF\n< 6985\n"
                           "> 00240080 10 313233343536FFFF 313131313131FFFF\n< 6A80\n"
                           "> 00240080 10 313233343536FFFF 313131313131FFFF\n< 63C2\n"
                           "> 00240081 10 3132333435363738 70756B70756BFFFF\n< 9000\n",
               ATR_YUBIKEY_5);
    assert_result(bench_change(CARD_USER, "123456", "111111"), RESULT_PIN_CHARACTERS);
    assert_result(bench_change(CARD_USER, "123456", "111111"), RESULT_PIN_CHARACTERS);
    assert_result(bench_change(CARD_USER, "123456", "111111"), RESULT_PIN_WRONG);
    assert_ok(bench_change(CARD_SO, "12345678", "pukpuk"));
    bench_down();
}
END_TEST

START_TEST(a_puk_that_cannot_be_checked_is_taken_until_it_is_used)
{
    static const struct {
        const char *answer;
        enum result expected;
        int tries;
    } rows[] = {
        { "< 9000\n", RESULT_OK, CARD_TRIES_UNKNOWN },
        { "< 6985\n", RESULT_OK, CARD_TRIES_UNKNOWN },
        { "< 6A80\n", RESULT_OK, CARD_TRIES_UNKNOWN },
        { "< 6A86\n", RESULT_OK, CARD_TRIES_UNKNOWN },
        { "< 6A88\n", RESULT_OK, CARD_TRIES_UNKNOWN },
        { "< 6D00\n", RESULT_OK, CARD_TRIES_UNKNOWN },
        { "< 63C2\n", RESULT_PIN_WRONG, 2 },
        { "< 6983\n", RESULT_PIN_BLOCKED, 0 },
        { "< 63C0\n", RESULT_PIN_BLOCKED, 0 },
        { "< 6581\n", RESULT_CARD_FAILURE, CARD_TRIES_UNKNOWN },
        { "< 6F00\n", RESULT_CARD_FAILURE, CARD_TRIES_UNKNOWN },
        { "! transport\n", RESULT_TRANSPORT, CARD_TRIES_UNKNOWN },
    };
    int tries;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench_say(OPEN_NIST "> 00240081 10 3132333435363738 3132333435363738\n");
        bench_say(rows[i].answer);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(bench_verify(CARD_SO, "12345678", &tries), rows[i].expected);
        ck_assert_int_eq(tries, rows[i].tries);
        bench_down();
    }
}
END_TEST

START_TEST(a_puk_that_the_card_failed_at_is_not_used_to_start_over)
{
    SCOPED(secret_free) struct secret *puk = NULL;
    int tries;

    bench_open(OPEN_YUBICO "> 00F7009B 00\n< 010103 02020001 050100 9000\n"
                           "> 00F70080 00\n< 0101FF 050100 06020303 9000\n"
                           "> 00240081 10 3132333435363738 3132333435363738\n< 6F00\n",
               ATR_YUBIKEY_5);
    assert_ok(secret_new(bytes_text("12345678"), &puk));
    assert_result(card_piv.format(bench.card, puk, "", &tries), RESULT_CARD_FAILURE);
    bench_down();
}
END_TEST

START_TEST(a_pin_on_a_reader_without_keys_is_not_possible)
{
    int tries;

    bench_open(OPEN_YUBICO "% 42000D48\n! unsupported\n", ATR_PLAIN);
    assert_result(card_piv.verify_pin(bench.card, CARD_USER, NULL, &tries), RESULT_UNSUPPORTED);
    assert_result(card_piv.verify_pin(bench.card, CARD_SO, NULL, &tries), RESULT_UNSUPPORTED);
    bench_down();
}
END_TEST

START_TEST(the_settings_that_there_are_are_told)
{
    ck_assert_str_eq(card_piv.settings[0], "retired-keys=probe|history|none");
    ck_assert_str_eq(card_piv.settings[1], "overwrite=yes|no");
    ck_assert_ptr_null(card_piv.settings[2]);
}
END_TEST

UNIT_MAIN("card_piv", a_puk_that_the_card_failed_at_is_not_used_to_start_over,
          a_card_is_recognised_by_its_template_and_not_by_what_4f_says,
          another_card_is_not_recognised_whatever_it_says,
          a_card_that_knows_nothing_but_the_whole_aid_is_asked_for_that_from_then_on,
          a_card_that_likes_every_name_is_not_recognised, a_card_that_does_not_say_what_it_is_shows_it_once,
          a_broken_way_to_the_card_is_not_another_card,
          a_yubikey_names_itself_by_its_printed_serial_and_its_atr, only_the_atr_makes_a_yubikey,
          a_nist_card_is_named_by_its_guid_and_asked_for_nothing_of_yubicos,
          a_card_without_a_guid_is_named_by_the_digits_of_its_fascn,
          a_card_without_a_chuid_is_named_by_its_capability_container,
          a_card_with_nothing_to_be_named_by_opens_all_the_same,
          a_serial_of_another_length_or_of_zeros_is_none, a_yubikey_without_metadata_is_asked_for_its_tries,
          a_yubikey_4_is_yubicos_by_its_atr_although_it_tells_no_serial,
          after_a_reset_a_card_is_not_asked_again_for_what_it_lacks,
          a_card_that_does_not_know_the_question_for_its_tries_is_opened,
          both_words_for_a_blocked_pin_are_understood, a_card_that_is_verified_already_says_so_without_tries,
          the_global_pin_is_used_where_the_card_says_that_people_have_it,
          a_card_with_the_global_pin_alone_is_opened_by_it,
          the_pivs_own_pin_is_used_where_it_is_the_primary_one, a_yubikey_login_is_one_command,
          the_neo_counts_tries_in_its_own_way, pivapplet_takes_digits_alone_and_a_letter_would_cost_a_try,
          pin_status_asks_for_both_tries_and_state,
          a_refused_logout_selects_another_application_and_looks_whether_it_helped,
          a_card_that_does_not_look_at_p1_is_not_believed, a_logout_over_a_broken_way_says_that_it_is_broken,
          a_new_pin_that_the_card_does_not_like_is_told_apart_from_a_wrong_old_one,
          a_puk_that_cannot_be_checked_is_taken_until_it_is_used,
          a_pin_on_a_reader_without_keys_is_not_possible, the_settings_that_there_are_are_told)
