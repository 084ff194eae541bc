/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/rv.h"
#include "tests/unit/token_unit.h"

#define ONCE 1
#define ALWAYS 2

START_TEST(test_another_signature_is_one_exchange)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "begin sign end begin sign end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_nobody_logged_in_sends_nothing)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    assert_rv(token_logout(bench.token), CKR_OK);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_a_foreign_reset_the_signature_heals)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_reset(bench.card);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "begin recognise open verify sign end");
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_USER);
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_a_foreign_select_the_signature_heals_once)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_select_other(bench.card);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "begin sign recognise open verify sign end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_refusal_after_healing_is_final)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_select_other(bench.card);
    fake_fail(bench.fake, FAKE_SIGN, 2, RESULT_NOT_AUTHENTICATED);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_SIGN), 2);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_pin_changed_elsewhere_costs_one_try_and_is_never_sent_again)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_change_pin(bench.card, "999999");
    fake_reset(bench.card);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_int_eq(bench.card->apps[0].user_tries, FAKE_TRIES - 1);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    assert_story(&bench, "");
    ck_assert_int_eq(bench.card->apps[0].user_tries, FAKE_TRIES - 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_a_lost_login_logout_and_login_work)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_change_pin(bench.card, "999999");
    fake_reset(bench.card);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    assert_rv(token_logout(bench.token), CKR_OK);
    assert_rv(token_logout(bench.token), CKR_USER_NOT_LOGGED_IN);
    assert_rv(bench_login(&bench, CKU_USER, "999999"), CKR_OK);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_with_one_try_left_no_pin_is_sent_by_itself)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_reset(bench.card);
    bench.card->apps[0].user_tries = 1;
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    ck_assert_int_eq(bench.card->apps[0].user_tries, 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_with_unknown_tries_no_pin_is_sent_by_itself)
{
    struct bench bench;
    struct object *key;

    bench_open(&bench);
    bench.card->apps[0].info.user.known = false;
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    key = bench_find(&bench, CKO_PRIVATE_KEY, ONCE);
    fake_reset(bench.card);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_another_serial_after_a_reset_means_the_token_is_gone)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_reset(bench.card);
    strcpy(bench.card->apps[0].info.serial, "FAKE0002");
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    ck_assert(token_gone(bench.token));
    bench_close(&bench);
}
END_TEST

START_TEST(test_without_a_kept_pin_a_reset_ends_the_login)
{
    struct bench bench;
    struct object *key;

    bench_open(&bench);
    bench.config.keep_pin = false;
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    key = bench_find(&bench, CKO_PRIVATE_KEY, ONCE);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    fake_reset(bench.card);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_signature_lost_on_the_way_is_made_again_on_a_new_connection)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_fail_after(bench.fake, FAKE_SIGN, 1, RESULT_TRANSPORT);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "begin sign end close connect begin recognise open verify sign end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_signature_lost_twice_is_given_up)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_fail(bench.fake, FAKE_SIGN, 1, RESULT_TRANSPORT);
    fake_fail(bench.fake, FAKE_SIGN, 2, RESULT_TRANSPORT);
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_SIGN), 2);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_verify_lost_on_the_way_is_not_repeated)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_reset(bench.card);
    fake_fail_after(bench.fake, FAKE_VERIFY, 1, RESULT_TRANSPORT);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_pulled_out_in_the_middle_is_a_removed_device)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_pull_at(bench.fake, FAKE_SIGN, 1);
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_REMOVED);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_REMOVED);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_restarted_service_with_the_same_card_heals)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_service_down(bench.fake);
    fake_service_up(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "begin close connect begin recognise open recognise open verify sign end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_while_the_service_is_down_the_token_is_not_gone)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_service_down(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_ERROR);
    ck_assert(!token_gone(bench.token));
    fake_service_up(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_another_card_after_a_restart_gets_no_pin)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_service_down(bench.fake);
    fake_service_up(bench.fake);
    strcpy(bench.card->apps[0].info.serial, "FAKE0002");
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_missed_touch_is_a_rejection_without_repetition)
{
    struct bench bench;
    struct object *key;

    bench_empty(&bench);
    fake_find(bench.card, CARD_KEY, ONCE)->item.key.touch = true;
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    bench.slot = slots_find(&bench.slots, 0);
    assert_rv(bench_token(&bench), CKR_OK);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    key = bench_find(&bench, CKO_PRIVATE_KEY, ONCE);
    bench.card->touch_missed = true;
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_FUNCTION_REJECTED);
    assert_story(&bench, "begin sign pin_status end");
    bench.card->touch_missed = false;
    fake_select_other(bench.card);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_touch_key_whose_pin_was_lost_heals)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    key->key->touch = true;
    bench.card->apps[0].verified = false;
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "begin sign pin_status recognise open verify sign end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_key_that_needs_no_pin_works_without_login)
{
    struct bench bench;
    struct object *key;

    bench_user(&bench);
    fake_find(bench.card, CARD_KEY, ONCE)->item.key.policy = CARD_PIN_NEVER;
    key = bench_find(&bench, CKO_PRIVATE_KEY, ONCE);
    assert_rv(token_logout(bench.token), CKR_OK);
    fake_select_other(bench.card);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "connect begin sign recognise sign end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_always_pin_key_gets_select_verify_and_use_back_to_back)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ALWAYS);
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_USER_PIN), *copy = NULL;

    assert_rv(token_login_context(bench.token, pin, &copy), CKR_OK);
    assert_story(&bench, "");
    assert_rv(bench_sign(&bench, key, copy), CKR_OK);
    assert_story(&bench, "begin recognise verify sign end");
    secret_free(&copy);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_always_pin_key_without_context_login_is_not_used)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ALWAYS);

    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_context_pin_that_differs_is_presented_at_once)
{
    struct bench bench;
    SCOPED(secret_free) struct secret *wrong = bench_secret("000000"), *copy = NULL;

    bench_key(&bench, ALWAYS);
    assert_rv(token_login_context(bench.token, wrong, &copy), CKR_PIN_INCORRECT);
    ck_assert_ptr_null(copy);
    assert_story(&bench, "begin recognise verify end");
    ck_assert_int_eq(token_view(bench.token)->info.user.tries_left, FAKE_TRIES - 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_the_pin_of_the_login_serves_an_always_pin_key_if_the_person_wants_that)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ALWAYS);

    bench.config.reuse_pin = true;
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    assert_rv(token_logout(bench.token), CKR_OK);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_always_pin_changed_elsewhere_is_sent_once)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ALWAYS);
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_USER_PIN);

    fake_change_pin(bench.card, "999999");
    assert_rv(bench_sign(&bench, key, pin), CKR_USER_NOT_LOGGED_IN);
    assert_rv(bench_sign(&bench, key, pin), CKR_USER_NOT_LOGGED_IN);
    ck_assert_int_eq(bench.card->apps[0].user_tries, FAKE_TRIES - 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_a_reset_an_always_pin_goes_to_the_same_token_only)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ALWAYS);
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_USER_PIN);

    fake_reset(bench.card);
    assert_rv(bench_sign(&bench, key, pin), CKR_OK);
    assert_story(&bench, "begin recognise open verify sign end");
    fake_reset(bench.card);
    strcpy(bench.card->apps[0].info.serial, "FAKE0002");
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, pin), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_always_signature_lost_on_the_way_is_made_again)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ALWAYS);
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_USER_PIN);

    fake_fail_after(bench.fake, FAKE_SIGN, 1, RESULT_TRANSPORT);
    assert_rv(bench_sign(&bench, key, pin), CKR_OK);
    assert_story(&bench,
                 "begin recognise verify sign end close connect begin recognise open verify sign end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_always_verify_lost_on_the_way_is_not_repeated_and_told_as_that)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ALWAYS);
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_USER_PIN);

    fake_fail_after(bench.fake, FAKE_VERIFY, 1, RESULT_TRANSPORT);
    assert_rv(bench_sign(&bench, key, pin), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    ck_assert(!bench.card->apps[0].verified);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_always_pin_that_the_card_refused_in_any_way_is_not_sent_again)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ALWAYS), *once = bench_find(&bench, CKO_PRIVATE_KEY, ONCE);
    SCOPED(secret_free) struct secret *pin = bench_secret(FAKE_USER_PIN);

    fake_fail(bench.fake, FAKE_VERIFY, 1, RESULT_CARD_FAILURE);
    ck_assert_uint_ne(bench_sign(&bench, key, pin), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    assert_rv(bench_sign(&bench, once, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_deciphering_and_agreeing_take_the_same_way)
{
    struct bench bench;
    struct object *rsa = bench_key(&bench, ONCE), *ec;
    uint8_t block[256] = { 0, 2 }, memory[512];
    struct buf out = BUF_OVER(memory);
    struct card_agreement with = { .how = CARD_CAN_ECDH };

    ec = bench_find(&bench, CKO_PRIVATE_KEY, 3);
    with.point = pubkey_point(&ec->key->public_key);
    fake_forget(bench.fake);
    assert_rv(token_decipher(bench.token, rsa, CARD_CAN_RSA_RAW, BYTES_OF(block), NULL, &out), CKR_OK);
    ck_assert_uint_eq(out.size, 256);
    buf_clear(&out);
    fake_reset(bench.card);
    assert_rv(token_agree(bench.token, ec, &with, NULL, &out), CKR_OK);
    ck_assert_uint_eq(out.size, 32);
    assert_story(&bench, "begin decipher end begin recognise open verify agree end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_hold_operation_gives_the_card_back_after_each_signature)
{
    struct bench bench;
    struct object *key;

    bench_open(&bench);
    bench.config.hold = CONFIG_HOLD_OPERATION;
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    ck_assert_uint_eq(fake_open_channels(bench.fake), 0);
    key = bench_find(&bench, CKO_PRIVATE_KEY, ONCE);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "connect begin sign end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_busy_card_is_a_device_error_for_this_call_only)
{
    struct bench bench;
    struct object *key = bench_key(&bench, ONCE);

    fake_fail(bench.fake, FAKE_BEGIN, 1, RESULT_BUSY);
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_ERROR);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_random_bytes_come_from_the_card_if_it_has_them)
{
    struct bench bench;
    uint8_t memory[16];
    struct buf out = BUF_OVER(memory);

    bench_open(&bench);
    assert_rv(token_random(bench.token, 16, &out), CKR_OK);
    ck_assert_uint_eq(out.size, 16);
    buf_clear(&out);
    fake_fail(bench.fake, FAKE_RANDOM, 1, RESULT_NOT_ALLOWED);
    bench.token->selected = false;
    assert_rv(token_random(bench.token, 16, &out), CKR_FUNCTION_FAILED);
    bench.token->view.info.has_random = false;
    buf_clear(&out);
    assert_rv(token_random(bench.token, 16, &out), CKR_RANDOM_NO_RNG);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_key_is_refused_in_words_that_fit_its_use)
{
    struct bench bench;
    struct object *key;

    bench_user(&bench);
    key = bench_find(&bench, CKO_PRIVATE_KEY, 3);
    fake_fail(bench.fake, FAKE_SIGN, 1, RESULT_PIN_BLOCKED);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    fake_fail(bench.fake, FAKE_SIGN, 1, RESULT_NOT_ALLOWED);
    fake_fail(bench.fake, FAKE_SIGN, 2, RESULT_NOT_ALLOWED);
    assert_rv(bench_sign(&bench, key, NULL), CKR_FUNCTION_FAILED);
    bench_close(&bench);
}
END_TEST

UNIT_MAIN(
    "token_key", test_a_key_is_refused_in_words_that_fit_its_use, test_another_signature_is_one_exchange, test_nobody_logged_in_sends_nothing,
    test_after_a_foreign_reset_the_signature_heals, test_after_a_foreign_select_the_signature_heals_once,
    test_a_refusal_after_healing_is_final, test_a_pin_changed_elsewhere_costs_one_try_and_is_never_sent_again,
    test_after_a_lost_login_logout_and_login_work, test_with_one_try_left_no_pin_is_sent_by_itself,
    test_with_unknown_tries_no_pin_is_sent_by_itself,
    test_another_serial_after_a_reset_means_the_token_is_gone, test_without_a_kept_pin_a_reset_ends_the_login,
    test_a_signature_lost_on_the_way_is_made_again_on_a_new_connection,
    test_a_signature_lost_twice_is_given_up, test_a_verify_lost_on_the_way_is_not_repeated,
    test_a_card_pulled_out_in_the_middle_is_a_removed_device,
    test_a_restarted_service_with_the_same_card_heals, test_while_the_service_is_down_the_token_is_not_gone,
    test_another_card_after_a_restart_gets_no_pin, test_a_missed_touch_is_a_rejection_without_repetition,
    test_a_touch_key_whose_pin_was_lost_heals, test_a_key_that_needs_no_pin_works_without_login,
    test_an_always_pin_key_gets_select_verify_and_use_back_to_back,
    test_an_always_pin_key_without_context_login_is_not_used,
    test_the_pin_of_the_login_serves_an_always_pin_key_if_the_person_wants_that,
    test_a_context_pin_that_differs_is_presented_at_once, test_an_always_pin_changed_elsewhere_is_sent_once,
    test_after_a_reset_an_always_pin_goes_to_the_same_token_only,
    test_an_always_signature_lost_on_the_way_is_made_again,
    test_an_always_verify_lost_on_the_way_is_not_repeated_and_told_as_that,
    test_an_always_pin_that_the_card_refused_in_any_way_is_not_sent_again,
    test_deciphering_and_agreeing_take_the_same_way,
    test_hold_operation_gives_the_card_back_after_each_signature,
    test_a_busy_card_is_a_device_error_for_this_call_only,
    test_random_bytes_come_from_the_card_if_it_has_them)
