/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of the readers and what comes in about them: late, broken, or about another card. */
#include <pthread.h>

#include "module/rv.h"
#include "tests/unit/token_unit.h"

static CK_RV session_token(struct bench *bench)
{
    struct token *token = NULL;

    return slot_session_token(&bench->slots, bench->slot, bench->generation, &token);
}

static void *refresh_slowly(void *arg)
{
    struct bench *bench = arg;

    assert_rv(slots_refresh(&bench->slots), CKR_OK);
    return NULL;
}

START_TEST(test_a_look_that_comes_late_with_old_news_is_not_believed)
{
    struct bench bench;
    pthread_t thread;

    bench_open(&bench);
    fake_hold_after(bench.fake, FAKE_LIST_READERS);
    ck_assert_int_eq(pthread_create(&thread, NULL, refresh_slowly, &bench), 0);
    fake_await(bench.fake);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(bench_token(&bench), CKR_OK);
    fake_let_go(bench.fake);
    pthread_join(thread, NULL);
    assert_rv(session_token(&bench), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_look_that_failed_by_chance_hides_no_swapped_card)
{
    struct bench bench;

    bench_open(&bench);
    fake_fail(bench.fake, FAKE_LIST_READERS, 1, RESULT_READER_GONE);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_int_eq(bench.slot->state, SLOT_RECOGNISED);
    fake_insert(bench.fake, READER, fake_card_new(bench.fake));
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_second_application_that_is_not_the_same_any_more_is_looked_at_again)
{
    struct bench bench;

    bench_empty(&bench);
    bench.slots.drivers = fake_drivers;
    bench.card->two = true;
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    bench.slot = slots_find(&bench.slots, 0);
    assert_rv(bench_token(&bench), CKR_OK);
    bench.slot = slots_find(&bench.slots, 1);
    assert_rv(bench_token(&bench), CKR_OK);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    strcpy(bench.card->apps[1].info.serial, "FAKE0002");
    fake_reset(bench.card);
    assert_rv(token_load(bench.token, bench_find(&bench, CKO_PROFILE, 0)), CKR_OK);
    assert_rv(token_logout(bench.token), CKR_OK);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_DEVICE_REMOVED);
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    assert_rv(bench_token(&bench), CKR_OK);
    ck_assert_str_eq(token_view(bench.token)->info.serial, "FAKE0002");
    bench.card->two = false;
    token_mark_gone(bench.token);
    assert_rv(bench_token(&bench), CKR_TOKEN_NOT_PRESENT);
    ck_assert_int_eq(bench.slot->state, SLOT_EMPTY);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_that_was_pulled_out_leaves_no_pin_and_no_connection_behind)
{
    struct bench bench;

    bench_user(&bench);
    ck_assert_ptr_nonnull(bench.token->pin);
    fake_remove(bench.fake, READER);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    ck_assert_ptr_null(bench.token->pin);
    ck_assert_uint_eq(fake_open_channels(bench.fake), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_names_that_the_application_gave_come_back_with_the_card)
{
    struct bench bench;
    CK_BYTE id[] = { 0xAB, 0xCD };
    CK_ATTRIBUTE template = { CKA_ID, id, sizeof(id) };

    bench_open(&bench);
    assert_rv(object_modify(bench_find(&bench, CKO_CERTIFICATE, 1), &template, 1), CKR_OK);
    for (int i = 0; i < 2; i++) {
        fake_remove(bench.fake, READER);
        assert_rv(bench_token(&bench), CKR_TOKEN_NOT_PRESENT);
        assert_rv(bench_token(&bench), CKR_TOKEN_NOT_PRESENT);
        fake_insert(bench.fake, READER, bench.card);
        assert_rv(bench_token(&bench), CKR_OK);
    }
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 0));
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 1));
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_handle_never_means_another_object)
{
    struct bench bench;
    CK_OBJECT_HANDLE last;

    bench_open(&bench);
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 1));
    last = token_objects(bench.token)->last_handle;
    for (int i = 0; i < 2; i++) {
        fake_remove(bench.fake, READER);
        assert_rv(bench_token(&bench), CKR_TOKEN_NOT_PRESENT);
        fake_insert(bench.fake, READER, bench.card);
        assert_rv(bench_token(&bench), CKR_OK);
        ck_assert_uint_gt(bench_find(&bench, CKO_CERTIFICATE, 1)->handle, last);
        last = token_objects(bench.token)->last_handle;
    }
    bench_close(&bench);
}
END_TEST

UNIT_MAIN("token_slot_news", test_a_card_that_was_pulled_out_leaves_no_pin_and_no_connection_behind,
          test_names_that_the_application_gave_come_back_with_the_card,
          test_a_handle_never_means_another_object, test_a_look_that_comes_late_with_old_news_is_not_believed,
          test_a_look_that_failed_by_chance_hides_no_swapped_card,
          test_a_second_application_that_is_not_the_same_any_more_is_looked_at_again)
