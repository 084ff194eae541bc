/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/rv.h"
#include "tests/unit/token_unit.h"

#define KEY 1

static CK_RV init_token(struct bench *bench, const char *text)
{
    SCOPED(secret_free) struct secret *pin = bench_secret(text);

    return token_init(bench->token, pin, bytes_text("New label                       "));
}

static const struct card_pin *user(const struct bench *bench)
{
    return &token_view(bench->token)->info.user;
}

START_TEST(test_login_is_select_and_verify_and_holds_the_card)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    assert_story(&bench, "connect begin recognise verify end");
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_USER);
    ck_assert(token_connected(bench.token));
    bench_close(&bench);
}
END_TEST

START_TEST(test_nobody_logged_in_holds_no_card)
{
    struct bench bench;

    bench_open(&bench);
    ck_assert_uint_eq(fake_open_channels(bench.fake), 0);
    bench_find(&bench, CKO_CERTIFICATE, 0);
    ck_assert_uint_eq(fake_open_channels(bench.fake), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_wrong_pin_costs_one_try_and_shows_in_the_view)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(bench_login(&bench, CKU_USER, "000000"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    ck_assert_int_eq(user(&bench)->tries_left, 2);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    ck_assert_uint_eq(fake_open_channels(bench.fake), 0);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    ck_assert_int_eq(user(&bench)->tries_left, FAKE_TRIES);
    bench_close(&bench);
}
END_TEST

START_TEST(test_the_last_wrong_pin_locks)
{
    struct bench bench;

    bench_open(&bench);
    for (int i = 0; i < FAKE_TRIES; i++)
        assert_rv(bench_login(&bench, CKU_USER, "000000"), CKR_PIN_INCORRECT);
    ck_assert(user(&bench)->blocked);
    fake_forget(bench.fake);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_PIN_LOCKED);
    assert_story(&bench, "connect begin recognise pin_status end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_what_the_officer_has_is_for_the_card_to_judge)
{
    struct bench bench;

    bench_open(&bench);
    bench.card->apps[0].so_tries = 0;
    bench.token->view.info.so.blocked = true;
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_PIN_LOCKED);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY_SO), 1);
    /* The secret whose tries are counted may not be the one that is given. */
    bench.card->apps[0].so_tries = FAKE_TRIES;
    bench.token->view.info.so.blocked = true;
    fake_forget(bench.fake);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_PIN_STATUS), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_pin_unblocked_elsewhere_is_noticed)
{
    struct bench bench;

    bench_open(&bench);
    for (int i = 0; i < FAKE_TRIES; i++)
        assert_rv(bench_login(&bench, CKU_USER, "000000"), CKR_PIN_INCORRECT);
    bench.card->apps[0].user_tries = FAKE_TRIES;
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    ck_assert(!user(&bench)->blocked);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_empty_pin_is_never_sent)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(bench_login(&bench, CKU_USER, ""), CKR_PIN_INCORRECT);
    assert_rv(bench_login(&bench, CKU_SO, ""), CKR_PIN_INCORRECT);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_pin_of_impossible_length_is_incorrect_and_costs_no_try)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(bench_login(&bench, CKU_USER, "123456789"), CKR_PIN_INCORRECT);
    assert_rv(bench_login(&bench, CKU_USER, "12\n456"), CKR_PIN_INCORRECT);
    ck_assert_int_eq(bench.card->apps[0].user_tries, FAKE_TRIES);
    bench_close(&bench);
}
END_TEST

START_TEST(test_without_a_pin_pad_a_missing_pin_is_a_bad_argument)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(token_login(bench.token, CKU_USER, NULL), CKR_ARGUMENTS_BAD);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_who_is_logged_in_is_not_logged_in_twice)
{
    struct bench bench;

    bench_user(&bench);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_USER_ALREADY_LOGGED_IN);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
    assert_rv(bench_login(&bench, 77, FAKE_SO_PIN), CKR_USER_TYPE_INVALID);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_without_a_user_pin_says_so)
{
    struct bench bench;

    bench_open(&bench);
    bench.token->view.info.pin_initialized = false;
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_USER_PIN_NOT_INITIALIZED);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_verify_lost_on_the_way_is_not_repeated)
{
    struct bench bench;

    bench_open(&bench);
    fake_fail_after(bench.fake, FAKE_VERIFY, 1, RESULT_TRANSPORT);
    assert_rv(bench_login(&bench, CKU_USER, "000000"), CKR_DEVICE_ERROR);
    ck_assert_int_eq(bench.card->apps[0].user_tries, FAKE_TRIES - 1);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_verify_that_was_not_sent_is_sent_after_another_select)
{
    struct bench bench;

    bench_open(&bench);
    fake_fail(bench.fake, FAKE_VERIFY, 1, RESULT_CARD_RESET);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    assert_story(&bench, "connect begin recognise verify recognise open verify end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_logout_logs_the_card_out_and_gives_it_back)
{
    struct bench bench;

    bench_user(&bench);
    assert_rv(token_logout(bench.token), CKR_OK);
    assert_story(&bench, "begin logout end close");
    ck_assert(!bench.card->apps[0].verified);
    ck_assert_ptr_null(bench.token->pin);
    assert_rv(token_logout(bench.token), CKR_USER_NOT_LOGGED_IN);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_logout_that_is_refused_selects_instead)
{
    struct bench bench;

    bench_user(&bench);
    fake_fail(bench.fake, FAKE_LOGOUT, 1, RESULT_WRONG_STATE);
    assert_rv(token_logout(bench.token), CKR_OK);
    assert_story(&bench, "begin logout recognise end close");
    ck_assert(!bench.card->apps[0].verified);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_logout_after_broken_exchanges_is_said_to_the_card)
{
    struct bench bench;
    struct object *key;

    bench_user(&bench);
    key = bench_find(&bench, CKO_PRIVATE_KEY, 1);
    fake_fail(bench.fake, FAKE_SIGN, 1, RESULT_TRANSPORT);
    fake_fail(bench.fake, FAKE_SIGN, 2, RESULT_TRANSPORT);
    assert_rv(bench_sign(&bench, key, NULL), CKR_DEVICE_ERROR);
    fake_forget(bench.fake);
    assert_rv(token_logout(bench.token), CKR_OK);
    assert_story(&bench, "connect begin recognise logout end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_logout_lost_on_the_way_leaves_nobody_logged_in)
{
    struct bench bench;

    bench_user(&bench);
    fake_fail(bench.fake, FAKE_LOGOUT, 1, RESULT_TRANSPORT);
    assert_rv(token_logout(bench.token), CKR_OK);
    ck_assert(!bench.card->apps[0].verified);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    bench_close(&bench);
}
END_TEST

START_TEST(test_freeing_a_token_logs_out)
{
    struct bench bench;
    struct fake_card *card;

    bench_user(&bench);
    card = bench.card;
    ck_assert(card->apps[0].verified);
    slots_clear(&bench.slots);
    ck_assert(!card->apps[0].verified);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_forked_child_frees_without_a_word)
{
    struct bench bench;

    bench_user(&bench);
    slots_forked(&bench.slots);
    fake_forget(bench.fake);
    slots_clear(&bench.slots);
    assert_story(&bench, "close");
    ck_assert(bench.card->apps[0].verified);
    bench_close(&bench);
}
END_TEST

START_TEST(test_the_security_officer_logs_in_and_the_right_does_not_linger)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(bench_login(&bench, CKU_SO, "87654321"), CKR_PIN_INCORRECT);
    ck_assert_int_eq(token_view(bench.token)->info.so.tries_left, 2);
    fake_forget(bench.fake);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
    assert_story(&bench, "connect begin recognise verify_so recognise end");
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_SO);
    bench_close(&bench);
}
END_TEST

START_TEST(test_the_security_officer_sets_the_user_pin_of_a_locked_card)
{
    struct bench bench;

    bench_open(&bench);
    for (int i = 0; i < FAKE_TRIES; i++)
        assert_rv(bench_login(&bench, CKU_USER, "000000"), CKR_PIN_INCORRECT);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
    fake_forget(bench.fake);
    assert_rv(bench_init_pin(&bench, "654321"), CKR_OK);
    assert_story(&bench, "begin recognise init_pin recognise end");
    ck_assert(!user(&bench)->blocked);
    ck_assert_int_eq(user(&bench)->tries_left, FAKE_TRIES);
    assert_rv(token_logout(bench.token), CKR_OK);
    assert_rv(bench_login(&bench, CKU_USER, "654321"), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_only_the_security_officer_sets_the_user_pin)
{
    struct bench bench;

    bench_user(&bench);
    assert_rv(bench_init_pin(&bench, "654321"), CKR_USER_NOT_LOGGED_IN);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_new_pin_of_wrong_length_or_characters_is_named_as_such)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "1"), CKR_PIN_LEN_RANGE);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, ""), CKR_PIN_LEN_RANGE);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "12\t456"), CKR_PIN_INVALID);
    ck_assert_int_eq(bench.card->apps[0].user_tries, FAKE_TRIES);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
    assert_rv(bench_init_pin(&bench, "1"), CKR_PIN_LEN_RANGE);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_pin_changed_by_nobody_in_particular_leaves_nobody_logged_in)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "654321"), CKR_OK);
    assert_story(&bench, "connect begin recognise change logout end close");
    ck_assert(!bench.card->apps[0].verified);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    assert_rv(bench_login(&bench, CKU_USER, "654321"), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_pin_changed_by_the_user_is_the_one_that_heals)
{
    struct bench bench;
    struct object *key;

    bench_user(&bench);
    key = bench_find(&bench, CKO_PRIVATE_KEY, KEY);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "654321"), CKR_OK);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_USER);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    fake_reset(bench.card);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    ck_assert_int_eq(bench.card->apps[0].user_tries, FAKE_TRIES);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_wrong_old_pin_is_incorrect_and_the_login_heals)
{
    struct bench bench;
    struct object *key;

    bench_user(&bench);
    key = bench_find(&bench, CKO_PRIVATE_KEY, KEY);
    assert_rv(bench_set_pin(&bench, "000000", "654321"), CKR_PIN_INCORRECT);
    ck_assert_int_eq(user(&bench)->tries_left, FAKE_TRIES - 1);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_change_lost_on_the_way_is_not_repeated)
{
    struct bench bench;

    bench_open(&bench);
    fake_fail_after(bench.fake, FAKE_CHANGE, 1, RESULT_TRANSPORT);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "654321"), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_CHANGE), 1);
    ck_assert(!bench.card->apps[0].verified);
    bench_close(&bench);
}
END_TEST

START_TEST(test_the_security_officer_changes_their_own_pin)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
    assert_rv(bench_set_pin(&bench, FAKE_SO_PIN, "11112222"), CKR_OK);
    ck_assert_str_eq(bench.card->apps[0].so_pin, "11112222");
    ck_assert_str_eq(bench.card->apps[0].user_pin, FAKE_USER_PIN);
    assert_rv(bench_init_pin(&bench, "654321"), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_initialising_empties_the_token_and_names_it)
{
    struct bench bench;

    bench_open(&bench);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    assert_rv(init_token(&bench, FAKE_SO_PIN), CKR_OK);
    ck_assert_str_eq(token_view(bench.token)->info.label, "New label");
    ck_assert(user(&bench)->factory);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 0);
    ck_assert_uint_ne(bench_count(&bench, CKO_PROFILE), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_initialising_needs_the_security_officer_s_pin)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(init_token(&bench, "00000000"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    bench.token->view.info.can_format = false;
    assert_rv(init_token(&bench, FAKE_SO_PIN), CKR_FUNCTION_NOT_SUPPORTED);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_format_lost_on_the_way_is_not_repeated)
{
    struct bench bench;

    bench_open(&bench);
    fake_fail(bench.fake, FAKE_FORMAT, 1, RESULT_TRANSPORT);
    assert_rv(init_token(&bench, FAKE_SO_PIN), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_FORMAT), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_pulled_out_during_login_is_removed)
{
    struct bench bench;

    bench_open(&bench);
    fake_pull_at(bench.fake, FAKE_VERIFY, 1);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_DEVICE_REMOVED);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_DEVICE_REMOVED);
    assert_rv(token_logout(bench.token), CKR_DEVICE_REMOVED);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_swapped_card_gets_no_pin)
{
    struct bench bench;
    struct fake_card *other;

    bench_open(&bench);
    other = fake_card_new(bench.fake);
    fake_remove(bench.fake, READER);
    fake_insert(bench.fake, READER, other);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_RECOGNISE), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_pin_entered_on_the_reader_logs_in_and_is_asked_for_again_after_a_reset)
{
    struct bench bench;
    struct object *key;

    bench_open(&bench);
    bench.token->view.pinpad = true;
    strcpy(bench.card->apps[0].typed_pin, FAKE_USER_PIN);
    assert_rv(token_login(bench.token, CKU_USER, NULL), CKR_OK);
    key = bench_find(&bench, CKO_PRIVATE_KEY, KEY);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    fake_reset(bench.card);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    assert_rv(token_login(bench.token, CKU_SO, NULL), CKR_ARGUMENTS_BAD);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_always_pin_key_asks_on_the_reader_at_each_use)
{
    struct bench bench;
    struct secret *none = NULL;
    struct object *key;

    bench_open(&bench);
    bench.token->view.pinpad = true;
    strcpy(bench.card->apps[0].typed_pin, FAKE_USER_PIN);
    assert_rv(token_login(bench.token, CKU_USER, NULL), CKR_OK);
    key = bench_find(&bench, CKO_PRIVATE_KEY, 2);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    assert_rv(token_login_context(bench.token, NULL, &none), CKR_OK);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "begin recognise verify sign end");
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    bench_close(&bench);
}
END_TEST

/* The card took it, says so, and then will not know it. */
START_TEST(test_a_new_pin_that_the_card_refuses_is_not_presented_again)
{
    struct bench bench;
    struct object *key;

    bench_user(&bench);
    key = bench_find(&bench, CKO_PRIVATE_KEY, 3);
    fake_fail(bench.fake, FAKE_VERIFY, 1, RESULT_PIN_WRONG);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "654321"), CKR_OK);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_login_that_is_refused_for_another_reason_leaves_no_pin_verified)
{
    struct bench bench;

    bench_open(&bench);
    fake_fail_after(bench.fake, FAKE_VERIFY, 1, RESULT_NOT_AUTHENTICATED);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_FUNCTION_FAILED);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    ck_assert(!bench.card->apps[0].verified);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_token_that_cannot_be_read_after_formatting_can_be_formatted_again)
{
    SCOPED(secret_free) struct secret *pin = NULL;
    struct bench bench;

    bench_open(&bench);
    assert_ok(secret_new(bytes_text(FAKE_SO_PIN), &pin));
    fake_fail(bench.fake, FAKE_OPEN, 1, RESULT_CARD_RESET);
    assert_rv(token_init(bench.token, pin, bytes_text("again")), CKR_DEVICE_ERROR);
    ck_assert_str_eq(token_view(bench.token)->info.serial, FAKE_SERIAL);
    assert_rv(token_init(bench.token, pin, bytes_text("again")), CKR_OK);
    bench_close(&bench);
}
END_TEST

UNIT_MAIN("token_pin", test_a_token_that_cannot_be_read_after_formatting_can_be_formatted_again,
          test_a_new_pin_that_the_card_refuses_is_not_presented_again,
          test_a_login_that_is_refused_for_another_reason_leaves_no_pin_verified,
          test_a_pin_entered_on_the_reader_logs_in_and_is_asked_for_again_after_a_reset,
          test_an_always_pin_key_asks_on_the_reader_at_each_use,
          test_login_is_select_and_verify_and_holds_the_card, test_nobody_logged_in_holds_no_card,
          test_a_wrong_pin_costs_one_try_and_shows_in_the_view, test_the_last_wrong_pin_locks,
          test_what_the_officer_has_is_for_the_card_to_judge, test_a_pin_unblocked_elsewhere_is_noticed,
          test_an_empty_pin_is_never_sent, test_a_pin_of_impossible_length_is_incorrect_and_costs_no_try,
          test_without_a_pin_pad_a_missing_pin_is_a_bad_argument,
          test_who_is_logged_in_is_not_logged_in_twice, test_a_card_without_a_user_pin_says_so,
          test_a_verify_lost_on_the_way_is_not_repeated,
          test_a_verify_that_was_not_sent_is_sent_after_another_select,
          test_logout_logs_the_card_out_and_gives_it_back, test_a_logout_that_is_refused_selects_instead,
          test_a_logout_after_broken_exchanges_is_said_to_the_card,
          test_a_logout_lost_on_the_way_leaves_nobody_logged_in, test_freeing_a_token_logs_out,
          test_a_forked_child_frees_without_a_word,
          test_the_security_officer_logs_in_and_the_right_does_not_linger,
          test_the_security_officer_sets_the_user_pin_of_a_locked_card,
          test_only_the_security_officer_sets_the_user_pin,
          test_a_new_pin_of_wrong_length_or_characters_is_named_as_such,
          test_a_pin_changed_by_nobody_in_particular_leaves_nobody_logged_in,
          test_a_pin_changed_by_the_user_is_the_one_that_heals,
          test_a_wrong_old_pin_is_incorrect_and_the_login_heals,
          test_a_change_lost_on_the_way_is_not_repeated, test_the_security_officer_changes_their_own_pin,
          test_initialising_empties_the_token_and_names_it,
          test_initialising_needs_the_security_officer_s_pin, test_a_format_lost_on_the_way_is_not_repeated,
          test_a_card_pulled_out_during_login_is_removed, test_a_swapped_card_gets_no_pin)
