/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/iso7816.h"

#include <string.h>

#include "tests/script/script.h"
#include "tests/unit/unit.h"

static uint8_t raw_answer[CHANNEL_ANSWER_MAX];

static const struct pin_format piv_pin = { 0x80, 6, 8, 8, 0xFF, true };
static const struct pin_format piv_puk = { 0x81, 8, 8, 8, 0xFF, false };
static const struct pin_format plain_pin = { 0x81, 4, 32, 0, 0, false };

static struct apdu_link link_to(const char *text)
{
    struct apdu_link link = { .answer = raw_answer };

    assert_ok(script_open(text, &link.channel));
    return link;
}

static void link_close(struct apdu_link *link)
{
    ck_assert_str_eq(script_verdict(link->channel), "");
    script_close(&link->channel);
}

static struct secret *secret_of(const char *text)
{
    struct secret *secret;

    assert_ok(secret_new(bytes_text(text), &secret));
    return secret;
}

START_TEST(selects_by_name_with_and_without_looking_at_the_answer)
{
    struct apdu_link link =
        link_to("> 00A40400 05 A000000308 00 \n < 6100 9000 \n > 00A40400 05 A000000308 00 \n < 6A82");
    uint8_t memory[16];
    struct buf answer = BUF_OVER(memory);
    struct bytes aid = BYTES_LIT(0xA0, 0x00, 0x00, 0x03, 0x08);

    assert_ok(iso7816_select(&link, aid, &answer));
    assert_bytes(buf_bytes(&answer), BYTES_LIT(0x61, 0x00));
    assert_result(iso7816_select(&link, aid, NULL), RESULT_NOT_FOUND);
    link_close(&link);
}
END_TEST

START_TEST(reads_and_writes_data)
{
    struct apdu_link link =
        link_to("> 00CB3FFF 00 0003 5C017E 0000 \n < 7E00 9000 \n"
                "> 00DB3FFF 05 5C017E5300 \n < 9000 \n > 00DB3FFF 05 5C017E5300 \n < 6A84");
    uint8_t memory[16];
    struct buf answer = BUF_OVER(memory);
    struct bytes body = BYTES_LIT(0x5C, 0x01, 0x7E, 0x53, 0x00);

    assert_ok(iso7816_get_data(&link, 0x3FFF, bytes_slice(body, 0, 3), &answer));
    assert_bytes(buf_bytes(&answer), BYTES_LIT(0x7E, 0x00));
    assert_ok(iso7816_put_data(&link, 0x3FFF, body, false));
    assert_result(iso7816_put_data(&link, 0x3FFF, body, true), RESULT_CARD_FULL);
    link_close(&link);
}
END_TEST

START_TEST(a_pin_is_filled_up_as_the_card_wants_it)
{
    SCOPED(secret_free) struct secret *pin = secret_of("123456");
    struct apdu_link link =
        link_to("> 00200080 08 313233343536FFFF \n < 9000 \n > 00200081 06 313233343536 \n < 9000");
    int tries;

    assert_ok(iso7816_verify(&link, &piv_pin, pin, &tries));
    ck_assert_int_eq(tries, SW_TRIES_UNKNOWN);
    assert_ok(iso7816_verify(&link, &plain_pin, pin, &tries));
    link_close(&link);
}
END_TEST

START_TEST(a_refused_pin_tells_the_tries)
{
    SCOPED(secret_free) struct secret *pin = secret_of("12345678");
    struct apdu_link link =
        link_to("> 00200080 08 3132333435363738 \n < 63C2 \n > 00200080 08 3132333435363738 \n < 6983 \n"
                "> 00200080 08 3132333435363738 \n ! transport");
    int tries;

    assert_result(iso7816_verify(&link, &piv_pin, pin, &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 2);
    assert_result(iso7816_verify(&link, &piv_pin, pin, &tries), RESULT_PIN_BLOCKED);
    ck_assert_int_eq(tries, 0);
    assert_result(iso7816_verify(&link, &piv_pin, pin, &tries), RESULT_TRANSPORT);
    ck_assert_int_eq(tries, SW_TRIES_UNKNOWN);
    link_close(&link);
}
END_TEST

START_TEST(a_pin_that_the_card_cannot_have_is_not_sent)
{
    static const struct {
        const char *text;
        enum result result;
    } pins[] = {
        { "", RESULT_PIN_LENGTH },
        { "12345", RESULT_PIN_LENGTH },
        { "123456789", RESULT_PIN_LENGTH },
        { "12345a", RESULT_PIN_CHARACTERS },
        { "123456 ", RESULT_PIN_CHARACTERS },
        { "12345\xFF", RESULT_PIN_CHARACTERS },
    };
    SCOPED(secret_free) struct secret *good = secret_of("123456");
    struct apdu_link link = link_to("");
    int tries;

    for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
        SCOPED(secret_free) struct secret *pin = secret_of(pins[i].text);

        assert_result(iso7816_verify(&link, &piv_pin, pin, &tries), pins[i].result);
        assert_result(iso7816_change(&link, &piv_pin, good, pin, &tries), pins[i].result);
        assert_result(iso7816_change(&link, &piv_pin, pin, good, &tries), pins[i].result);
        assert_result(iso7816_unblock(&link, NULL, NULL, &piv_pin, pin, &tries), pins[i].result);
        ck_assert_int_eq(tries, SW_TRIES_UNKNOWN);
    }
    ck_assert_uint_eq(script_counts(link.channel).commands, 0);
    link_close(&link);
}
END_TEST

START_TEST(the_status_of_a_pin_costs_no_try)
{
    struct apdu_link link = link_to("> 00200080 \n < 9000 \n > 00200080 \n < 63C3 \n > 00200080 \n < 63C0 \n"
                                    "> 00200080 \n < 6983 \n > 00200080 \n < 6A88");
    int tries;

    assert_ok(iso7816_verify_status(&link, 0x80, &tries));
    assert_result(iso7816_verify_status(&link, 0x80, &tries), RESULT_NOT_AUTHENTICATED);
    ck_assert_int_eq(tries, 3);
    assert_result(iso7816_verify_status(&link, 0x80, &tries), RESULT_PIN_BLOCKED);
    assert_result(iso7816_verify_status(&link, 0x80, &tries), RESULT_PIN_BLOCKED);
    ck_assert_int_eq(tries, 0);
    assert_result(iso7816_verify_status(&link, 0x80, &tries), RESULT_WRONG_STATE);
    link_close(&link);
}
END_TEST

START_TEST(logout_asks_for_nothing_and_may_be_unknown)
{
    struct apdu_link link = link_to("> 0020FF80 \n < 9000 \n > 0020FF80 \n < 6A86");

    assert_ok(iso7816_logout(&link, 0x80));
    assert_result(iso7816_logout(&link, 0x80), RESULT_WRONG_STATE);
    link_close(&link);
}
END_TEST

START_TEST(change_sends_the_old_pin_before_the_new)
{
    SCOPED(secret_free) struct secret *old_pin = secret_of("123456");
    SCOPED(secret_free) struct secret *new_pin = secret_of("87654321");
    struct apdu_link link = link_to("> 00240080 10 313233343536FFFF 3837363534333231 \n < 9000 \n"
                                    "> 00240081 0E 313233343536 3837363534333231 \n < 63C1");
    int tries;

    assert_ok(iso7816_change(&link, &piv_pin, old_pin, new_pin, &tries));
    assert_result(iso7816_change(&link, &plain_pin, old_pin, new_pin, &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 1);
    assert_result(iso7816_change(&link, &piv_pin, NULL, new_pin, &tries), RESULT_BAD_ARGUMENT);
    assert_result(iso7816_change(&link, &piv_pin, old_pin, NULL, &tries), RESULT_BAD_ARGUMENT);
    link_close(&link);
}
END_TEST

START_TEST(unblock_sends_the_puk_before_the_new_pin)
{
    SCOPED(secret_free) struct secret *puk = secret_of("12345678");
    SCOPED(secret_free) struct secret *pin = secret_of("654321");
    struct apdu_link link = link_to("> 002C0080 10 3132333435363738 363534333231FFFF \n < 9000 \n"
                                    "> 002C0080 10 3132333435363738 363534333231FFFF \n < 63C2 \n"
                                    "> 002C0281 06 363534333231 \n < 9000");
    int tries;

    assert_ok(iso7816_unblock(&link, &piv_puk, puk, &piv_pin, pin, &tries));
    assert_result(iso7816_unblock(&link, &piv_puk, puk, &piv_pin, pin, &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 2);
    assert_ok(iso7816_unblock(&link, NULL, NULL, &plain_pin, pin, &tries));
    link_close(&link);
}
END_TEST

START_TEST(no_pin_means_the_keys_of_the_reader)
{
    struct apdu_link link = link_to("% 42000D48 \n ! unsupported");
    int tries;

    assert_result(iso7816_verify(&link, &piv_pin, NULL, &tries), RESULT_UNSUPPORTED);
    assert_result(iso7816_change(&link, &piv_pin, NULL, NULL, &tries), RESULT_UNSUPPORTED);
    ck_assert_int_eq(tries, SW_TRIES_UNKNOWN);
    link_close(&link);
}
END_TEST

START_TEST(keys_are_used_in_the_environment_that_was_set)
{
    struct apdu_link link =
        link_to("> 002241B6 03 840103 \n < 9000 \n > 002A9E9A 00 0002 AABB 0000 \n < 0102 9000 \n"
                "> 002A8086 00 0002 AABB 0000 \n < 0304 9000 \n > 002A9E9A 00 0002 AABB 0000 \n < 6982");
    uint8_t memory[16];
    struct buf answer = BUF_OVER(memory);
    struct bytes input = BYTES_LIT(0xAA, 0xBB);

    assert_ok(iso7816_set_environment(&link, 0x41, 0xB6, BYTES_LIT(0x84, 0x01, 0x03)));
    assert_ok(iso7816_sign(&link, input, &answer));
    assert_ok(iso7816_decipher(&link, input, &answer));
    assert_bytes(buf_bytes(&answer), BYTES_LIT(1, 2, 3, 4));
    assert_result(iso7816_sign(&link, input, &answer), RESULT_NOT_AUTHENTICATED);
    link_close(&link);
}
END_TEST

START_TEST(a_challenge_has_the_length_that_was_asked_for)
{
    struct apdu_link link =
        link_to("> 00840000 08 \n < 0102030405060708 9000 \n > 00840000 08 \n < 01020304 9000 \n"
                "> 00840000 08 \n < 010203040506070809 9000");
    uint8_t memory[32];
    struct buf answer = BUF_OVER(memory);

    assert_ok(iso7816_challenge(&link, 8, &answer));
    ck_assert_uint_eq(answer.size, 8);
    assert_result(iso7816_challenge(&link, 8, &answer), RESULT_MALFORMED);
    assert_result(iso7816_challenge(&link, 8, &answer), RESULT_MALFORMED);
    ck_assert_uint_eq(answer.size, 8);
    assert_result(iso7816_challenge(&link, 0, &answer), RESULT_BAD_ARGUMENT);
    assert_result(iso7816_challenge(&link, 257, &answer), RESULT_BAD_ARGUMENT);
    link_close(&link);
}
END_TEST

UNIT_MAIN("iso7816", selects_by_name_with_and_without_looking_at_the_answer, reads_and_writes_data,
          a_pin_is_filled_up_as_the_card_wants_it, a_refused_pin_tells_the_tries,
          a_pin_that_the_card_cannot_have_is_not_sent, the_status_of_a_pin_costs_no_try,
          logout_asks_for_nothing_and_may_be_unknown, change_sends_the_old_pin_before_the_new,
          unblock_sends_the_puk_before_the_new_pin, no_pin_means_the_keys_of_the_reader,
          keys_are_used_in_the_environment_that_was_set, a_challenge_has_the_length_that_was_asked_for)
