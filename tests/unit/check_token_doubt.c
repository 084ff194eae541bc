/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a token makes of a card that goes away, or says nothing clear, while a PIN is asked about or presented. */
#include "module/rv.h"
#include "tests/unit/token_unit.h"

#define ONCE 1
#define ALWAYS 2
#define FREE_ID 9

static CK_RV generate(struct bench *bench)
{
    const uint8_t id = FREE_ID;
    const struct card_key_template wanted = { .kind = KEY_EC, .curve = CURVE_P256, .id = { &id, 1 } };
    struct object *public_key = NULL, *private_key = NULL;

    return token_generate(bench->token, &wanted, &public_key, &private_key);
}

/** Logged in to a card that was reset and whose tries are told by pin_status() alone, if at all: it will be asked. */
static struct object *bench_asking(struct bench *bench)
{
    struct object *key;

    bench_open(bench);
    bench->card->apps[0].info.user.known = false;
    assert_rv(bench_login(bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    key = bench_find(bench, CKO_PRIVATE_KEY, ONCE);
    fake_reset(bench->card);
    fake_forget(bench->fake);
    return key;
}

START_TEST(test_a_card_pulled_out_while_its_tries_are_asked_for_is_a_removed_device)
{
    struct bench bench;
    struct object *key = bench_asking(&bench);

    fake_pull_at(bench.fake, FAKE_PIN_STATUS, 1);
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_REMOVED);
    assert_story(&bench, "begin recognise open pin_status end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_question_for_tries_that_is_lost_ends_no_login)
{
    struct bench bench;
    struct object *key = bench_asking(&bench);

    fake_fail(bench.fake, FAKE_PIN_STATUS, 1, RESULT_TRANSPORT);
    fake_fail(bench.fake, FAKE_PIN_STATUS, 2, RESULT_TRANSPORT);
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_ERROR);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_USER);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    bench.card->apps[0].info.user.known = true;
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_a_write_a_lost_question_for_tries_ends_no_login)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_fail(bench.fake, FAKE_PIN_STATUS, 1, RESULT_TRANSPORT);
    assert_rv(generate(&bench), CKR_OK);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_USER);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_pin_not_sent_for_want_of_memory_ends_no_login)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_reset(bench.card);
    fake_fail(bench.fake, FAKE_VERIFY, 1, RESULT_NO_MEMORY);
    assert_rv(bench_sign(&bench, key, NULL), CKR_HOST_MEMORY);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_USER);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    bench_close(&bench);
}
END_TEST

/** A key that wants the PIN and a touch for each use, which nobody touches. */
static struct object *untouched_key(struct bench *bench)
{
    struct object *key;

    bench_user(bench);
    fake_find(bench->card, CARD_KEY, ALWAYS)->item.key.touch = true;
    key = bench_find(bench, CKO_PRIVATE_KEY, ALWAYS);
    bench->card->touch_missed = true;
    return key;
}

START_TEST(test_a_card_pulled_out_while_a_touch_is_looked_for_is_a_removed_device)
{
    struct bench bench;
    struct object *key = untouched_key(&bench);
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_USER_PIN);

    fake_pull_at(bench.fake, FAKE_PIN_STATUS, 1);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, pin), CKR_DEVICE_REMOVED);
    assert_story(&bench, "begin recognise verify sign pin_status end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_lost_question_about_a_touch_has_the_key_used_again)
{
    struct bench bench;
    struct object *key = untouched_key(&bench);
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_USER_PIN);

    fake_fail(bench.fake, FAKE_PIN_STATUS, 1, RESULT_TRANSPORT);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, pin), CKR_FUNCTION_REJECTED);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_SIGN), 2);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_USER);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_new_pin_whose_first_use_is_unclear_is_not_presented_again)
{
    static const enum result answers[] = { RESULT_TRANSPORT, RESULT_CARD_FAILURE, RESULT_PIN_LENGTH };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct bench bench;
        struct object *key = bench_key(&bench, ONCE);

        fake_fail_after(bench.fake, FAKE_VERIFY, 1, answers[i]);
        assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "654321"), CKR_OK);
        ck_assert(!bench.card->apps[0].verified || !token_pin_unclear(answers[i]));
        assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
        ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
        bench_close(&bench);
    }
}
END_TEST

START_TEST(test_a_new_pin_that_was_not_sent_yet_is_presented_later)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_fail(bench.fake, FAKE_VERIFY, 1, RESULT_CARD_RESET);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "654321"), CKR_OK);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    ck_assert_int_eq(bench.card->apps[0].user_tries, FAKE_TRIES);
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_a_change_that_the_card_failed_at_the_old_pin_is_not_presented_again)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_fail_after(bench.fake, FAKE_CHANGE, 1, RESULT_CARD_FAILURE);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "654321"), CKR_DEVICE_ERROR);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_so_pin_that_was_perhaps_refused_is_not_presented_again)
{
    static const enum result answers[] = { RESULT_TRANSPORT, RESULT_CARD_FAILURE };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct bench bench;

        bench_open(&bench);
        assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
        fake_fail_after(bench.fake, FAKE_INIT_PIN, 1, answers[i]);
        assert_rv(bench_init_pin(&bench, "654321"), CKR_DEVICE_ERROR);
        assert_rv(bench_init_pin(&bench, "654321"), CKR_USER_NOT_LOGGED_IN);
        ck_assert_uint_eq(fake_count(bench.fake, FAKE_INIT_PIN), 1);
        bench_close(&bench);
    }
}
END_TEST

START_TEST(test_a_lost_question_leaves_a_locked_pin_locked)
{
    struct bench bench;

    bench_open(&bench);
    for (int i = 0; i < FAKE_TRIES; i++)
        assert_rv(bench_login(&bench, CKU_USER, "000000"), CKR_PIN_INCORRECT);
    fake_fail_after(bench.fake, FAKE_PIN_STATUS, 1, RESULT_TRANSPORT);
    bench.card->apps[0].user_tries = 1;
    assert_rv(bench_login(&bench, CKU_USER, "000000"), CKR_DEVICE_ERROR);
    ck_assert(token_view(bench.token)->info.user.blocked);
    ck_assert_int_eq(bench.card->apps[0].user_tries, 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_format_that_failed_leaves_no_right_and_no_objects_behind)
{
    struct bench bench;
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_SO_PIN);

    bench_open(&bench);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    fake_forget(bench.fake);
    fake_fail_after(bench.fake, FAKE_FORMAT, 1, RESULT_CARD_FAILURE);
    assert_rv(token_init(bench.token, pin, bytes_text("label")), CKR_DEVICE_ERROR);
    assert_story(&bench, "connect begin recognise format logout recognise end close");
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_always_pin_not_sent_for_want_of_memory_ends_no_login)
{
    struct bench bench;
    struct object *key;
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_USER_PIN);

    bench_user(&bench);
    key = bench_find(&bench, CKO_PRIVATE_KEY, ALWAYS);
    fake_fail(bench.fake, FAKE_VERIFY, 1, RESULT_NO_MEMORY);
    assert_rv(bench_sign(&bench, key, pin), CKR_HOST_MEMORY);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_USER);
    assert_rv(bench_sign(&bench, key, pin), CKR_OK);
    bench_close(&bench);
}
END_TEST

/** On a card that says how many tries there are in all, or does not. */
static void risk_the_last_try(int tries_max)
{
    struct bench bench;
    struct object *key;
    SCOPED(secret_free) struct secret *wrong = bench_secret("000000"), *pin = bench_secret(FAKE_USER_PIN), *copy = NULL;

    bench_open(&bench);
    bench.config.reuse_pin = true;
    bench.token->view.info.user.tries_max = tries_max;
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    key = bench_find(&bench, CKO_PRIVATE_KEY, ALWAYS);
    for (int i = 1; i < FAKE_TRIES; i++)
        assert_rv(token_login_context(bench.token, wrong, &copy), CKR_PIN_INCORRECT);
    fake_change_pin(bench.card, "999999");
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    ck_assert_int_eq(bench.card->apps[0].user_tries, 1);
    fake_change_pin(bench.card, FAKE_USER_PIN);
    assert_rv(token_login_context(bench.token, pin, &copy), CKR_OK);
    assert_rv(bench_sign(&bench, key, copy), CKR_OK);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    secret_free(&copy);
    bench_close(&bench);
}

START_TEST(test_the_last_try_is_not_risked_with_the_pin_of_the_login)
{
    risk_the_last_try(FAKE_TRIES);
    risk_the_last_try(CARD_TRIES_UNKNOWN);
}
END_TEST

START_TEST(test_a_locked_card_that_does_not_tell_its_tries_judges_the_pin)
{
    struct bench bench;

    bench_open(&bench);
    for (int i = 0; i < FAKE_TRIES; i++)
        assert_rv(bench_login(&bench, CKU_USER, "000000"), CKR_PIN_INCORRECT);
    fake_fail(bench.fake, FAKE_PIN_STATUS, 1, RESULT_WRONG_STATE);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_PIN_LOCKED);
    bench.card->apps[0].user_tries = FAKE_TRIES;
    fake_fail(bench.fake, FAKE_PIN_STATUS, 1, RESULT_TRANSPORT);
    fake_forget(bench.fake);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    fake_fail(bench.fake, FAKE_PIN_STATUS, 1, RESULT_WRONG_STATE);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    ck_assert(!token_view(bench.token)->info.user.blocked);
    bench_close(&bench);
}
END_TEST

UNIT_MAIN("token_doubt", test_an_always_pin_not_sent_for_want_of_memory_ends_no_login,
          test_the_last_try_is_not_risked_with_the_pin_of_the_login,
          test_a_format_that_failed_leaves_no_right_and_no_objects_behind,
          test_a_new_pin_whose_first_use_is_unclear_is_not_presented_again,
          test_a_new_pin_that_was_not_sent_yet_is_presented_later,
          test_after_a_change_that_the_card_failed_at_the_old_pin_is_not_presented_again,
          test_an_so_pin_that_was_perhaps_refused_is_not_presented_again,
          test_a_lost_question_leaves_a_locked_pin_locked,
          test_a_card_pulled_out_while_a_touch_is_looked_for_is_a_removed_device,
          test_a_lost_question_about_a_touch_has_the_key_used_again,
          test_a_card_pulled_out_while_its_tries_are_asked_for_is_a_removed_device,
          test_a_question_for_tries_that_is_lost_ends_no_login,
          test_after_a_write_a_lost_question_for_tries_ends_no_login,
          test_a_pin_not_sent_for_want_of_memory_ends_no_login,
          test_a_locked_card_that_does_not_tell_its_tries_judges_the_pin)
