/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <unistd.h>

#include "module/rv.h"
#include "tests/unit/token_unit.h"

#define OTHER "Reader B"
#define ROUNDS 100

/* The slots' clock has no argument: the tests' time is here. */
static uint64_t now;

static uint64_t test_clock(void)
{
    return now;
}

static CK_RV session_token(struct bench *bench)
{
    struct token *token = NULL;

    return slot_session_token(&bench->slots, bench->slot, bench->generation, &token);
}

START_TEST(test_a_service_that_is_down_is_no_error)
{
    struct bench bench;

    bench_empty(&bench);
    fake_service_down(bench.fake);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_uint_eq(bench.slots.count, 0);
    fake_service_up(bench.fake);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_uint_eq(bench.slots.count, 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_looking_at_readers_never_touches_a_card)
{
    struct bench bench;

    bench_empty(&bench);
    fake_insert(bench.fake, READER, bench.card);
    for (int i = 0; i < 3; i++)
        assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_int_eq(slots_find(&bench.slots, 0)->state, SLOT_UNPROBED);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_slots_keep_their_ids_and_never_go_away)
{
    struct bench bench;

    bench_empty(&bench);
    fake_reader_add(bench.fake, OTHER);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    fake_reader_remove(bench.fake, READER);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_uint_eq(bench.slots.count, 2);
    fake_reader_add(bench.fake, READER);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_uint_eq(bench.slots.count, 2);
    ck_assert_str_eq(slots_find(&bench.slots, 0)->reader, READER);
    ck_assert_str_eq(slots_find(&bench.slots, 1)->reader, OTHER);
    ck_assert_ptr_null(slots_find(&bench.slots, 2));
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_ignored_reader_gets_no_slot)
{
    struct bench bench;
    const char *patterns[] = { "*B" };

    bench_empty(&bench);
    bench.config.ignored_readers = patterns;
    bench.config.ignored_count = 1;
    fake_reader_add(bench.fake, OTHER);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_uint_eq(bench.slots.count, 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_is_probed_once_and_then_left_alone)
{
    struct bench bench;

    bench_open(&bench);
    ck_assert_int_eq(bench.slot->state, SLOT_RECOGNISED);
    ck_assert_str_eq(bench.slot->view.info.serial, FAKE_SERIAL);
    assert_rv(bench_token(&bench), CKR_OK);
    assert_story(&bench, "");
    ck_assert_uint_eq(fake_open_channels(bench.fake), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_that_nobody_knows_is_asked_once_until_it_changes)
{
    struct bench bench;

    bench_empty(&bench);
    bench.card->known = false;
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    bench.slot = slots_find(&bench.slots, 0);
    for (int i = 0; i < 3; i++)
        assert_rv(bench_token(&bench), CKR_TOKEN_NOT_RECOGNIZED);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_RECOGNISE), 1);
    bench.card->known = true;
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(bench_token(&bench), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_probe_that_broke_is_tried_again)
{
    struct bench bench;

    bench_empty(&bench);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    bench.slot = slots_find(&bench.slots, 0);
    fake_fail(bench.fake, FAKE_CONNECT, 1, RESULT_BUSY);
    assert_rv(bench_token(&bench), CKR_DEVICE_ERROR);
    fake_fail(bench.fake, FAKE_RECOGNISE, 1, RESULT_TRANSPORT);
    assert_rv(bench_token(&bench), CKR_DEVICE_ERROR);
    assert_rv(bench_token(&bench), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_empty_reader_has_no_token)
{
    struct bench bench;

    bench_empty(&bench);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    bench.slot = slots_find(&bench.slots, 0);
    assert_rv(bench_token(&bench), CKR_TOKEN_NOT_PRESENT);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_pulled_out_during_the_probe_is_not_present)
{
    struct bench bench;

    bench_empty(&bench);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    bench.slot = slots_find(&bench.slots, 0);
    fake_pull_at(bench.fake, FAKE_OPEN, 1);
    assert_rv(bench_token(&bench), CKR_TOKEN_NOT_PRESENT);
    bench_close(&bench);
}
END_TEST

START_TEST(test_removal_ends_what_was_opened_and_return_does_not_revive_it)
{
    struct bench bench;

    bench_open(&bench);
    assert_rv(session_token(&bench), CKR_OK);
    fake_remove(bench.fake, READER);
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    assert_rv(bench_token(&bench), CKR_OK);
    assert_rv(session_token(&bench), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_swapped_between_two_looks_is_another_one)
{
    struct bench bench;
    unsigned before;

    bench_open(&bench);
    before = bench.generation;
    fake_remove(bench.fake, READER);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    assert_rv(bench_token(&bench), CKR_OK);
    ck_assert_uint_ne(bench.generation, before);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_foreign_reset_is_no_removal)
{
    struct bench bench;

    bench_open(&bench);
    fake_reset(bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    assert_rv(session_token(&bench), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_restart_with_the_same_card_is_no_removal)
{
    struct bench bench;

    bench_open(&bench);
    fake_service_down(bench.fake);
    fake_service_up(bench.fake);
    assert_rv(session_token(&bench), CKR_OK);
    bench_find(&bench, CKO_CERTIFICATE, 0);
    assert_rv(session_token(&bench), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_OPEN), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_while_the_service_is_down_the_slot_is_empty_and_the_session_waits)
{
    struct bench bench;

    bench_open(&bench);
    fake_service_down(bench.fake);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_int_eq(bench.slot->state, SLOT_EMPTY);
    assert_rv(session_token(&bench), CKR_DEVICE_ERROR);
    fake_service_up(bench.fake);
    assert_rv(session_token(&bench), CKR_OK);
    ck_assert_int_eq(bench.slot->state, SLOT_RECOGNISED);
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_a_restart_the_card_has_some_seconds_to_appear)
{
    struct bench bench;

    bench_open(&bench);
    now = 0;
    bench.slots.clock = test_clock;
    fake_service_down(bench.fake);
    fake_remove(bench.fake, READER);
    fake_service_up(bench.fake);
    assert_rv(session_token(&bench), CKR_DEVICE_ERROR);
    now = SLOT_GRACE_MS;
    assert_rv(session_token(&bench), CKR_DEVICE_ERROR);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(session_token(&bench), CKR_OK);
    bench_find(&bench, CKO_CERTIFICATE, 0);
    assert_rv(session_token(&bench), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_that_does_not_appear_after_a_restart_is_removed)
{
    struct bench bench;

    bench_open(&bench);
    now = 0;
    bench.slots.clock = test_clock;
    fake_service_down(bench.fake);
    fake_remove(bench.fake, READER);
    fake_service_up(bench.fake);
    assert_rv(session_token(&bench), CKR_DEVICE_ERROR);
    now = SLOT_GRACE_MS + 1;
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_of_another_type_after_a_restart_is_another_card)
{
    struct bench bench;

    bench_open(&bench);
    fake_service_down(bench.fake);
    bench.card->atr[1]++;
    fake_insert(bench.fake, READER, bench.card);
    fake_service_up(bench.fake);
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    bench_close(&bench);
}
END_TEST

START_TEST(test_another_serial_after_a_restart_is_another_card)
{
    struct bench bench;

    bench_open(&bench);
    fake_service_down(bench.fake);
    fake_service_up(bench.fake);
    strcpy(bench.card->apps[0].info.serial, "FAKE0002");
    assert_rv(session_token(&bench), CKR_OK);
    assert_rv(token_look(bench.token, NULL, 0), CKR_DEVICE_REMOVED);
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    assert_rv(bench_token(&bench), CKR_OK);
    ck_assert_str_eq(token_view(bench.token)->info.serial, "FAKE0002");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_held_connection_survives_a_restart)
{
    struct bench bench;

    bench_user(&bench);
    fake_service_down(bench.fake);
    fake_service_up(bench.fake);
    assert_rv(session_token(&bench), CKR_OK);
    assert_rv(bench_sign(&bench, bench_find(&bench, CKO_PRIVATE_KEY, 1), NULL), CKR_OK);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    fake_forget(bench.fake);
    assert_rv(session_token(&bench), CKR_OK);
    assert_rv(bench_sign(&bench, bench_find(&bench, CKO_PRIVATE_KEY, 1), NULL), CKR_OK);
    assert_story(&bench, "begin sign end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_unrecognised_card_stays_so_after_a_restart)
{
    struct bench bench;

    bench_empty(&bench);
    bench.card->known = false;
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    bench.slot = slots_find(&bench.slots, 0);
    assert_rv(bench_token(&bench), CKR_TOKEN_NOT_RECOGNIZED);
    fake_service_down(bench.fake);
    fake_service_up(bench.fake);
    fake_forget(bench.fake);
    assert_rv(bench_token(&bench), CKR_TOKEN_NOT_RECOGNIZED);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_second_application_gets_a_slot_when_the_card_is_probed)
{
    struct bench bench;

    bench_empty(&bench);
    bench.slots.drivers = fake_drivers;
    bench.card->two = true;
    fake_reader_add(bench.fake, OTHER);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_uint_eq(bench.slots.count, 2);
    bench.slot = slots_find(&bench.slots, 0);
    assert_rv(bench_token(&bench), CKR_OK);
    ck_assert_str_eq(token_view(bench.token)->info.label, "Fake token");
    ck_assert_uint_eq(bench.slots.count, 3);
    bench.slot = slots_find(&bench.slots, 2);
    assert_rv(bench_token(&bench), CKR_OK);
    ck_assert_str_eq(token_view(bench.token)->info.label, "Other token");
    fake_remove(bench.fake, READER);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    assert_rv(bench_token(&bench), CKR_TOKEN_NOT_PRESENT);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_with_one_application_leaves_the_second_slot_empty)
{
    struct bench bench;
    struct fake_card *single;

    bench_empty(&bench);
    bench.slots.drivers = fake_drivers;
    bench.card->two = true;
    single = fake_card_new(bench.fake);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    bench.slot = slots_find(&bench.slots, 0);
    assert_rv(bench_token(&bench), CKR_OK);
    fake_insert(bench.fake, READER, single);
    assert_rv(bench_token(&bench), CKR_OK);
    bench.slot = slots_find(&bench.slots, 1);
    assert_rv(bench_token(&bench), CKR_TOKEN_NOT_PRESENT);
    fake_insert(bench.fake, READER, bench.card);
    bench.slot = slots_find(&bench.slots, 0);
    assert_rv(bench_token(&bench), CKR_OK);
    bench.slot = slots_find(&bench.slots, 1);
    assert_rv(bench_token(&bench), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_two_applications_on_one_card_take_turns)
{
    struct bench bench;
    struct token *other = NULL;
    struct object *key;

    bench_empty(&bench);
    bench.slots.drivers = fake_drivers;
    bench.card->two = true;
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    bench.slot = slots_find(&bench.slots, 0);
    assert_rv(bench_token(&bench), CKR_OK);
    assert_rv(slot_token(&bench.slots, slots_find(&bench.slots, 1), &other, NULL), CKR_OK);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    key = bench_find(&bench, CKO_PRIVATE_KEY, 1);
    assert_rv(token_look(other, NULL, 0), CKR_OK);
    fake_forget(bench.fake);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    assert_story(&bench, "begin sign recognise open verify sign end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_what_the_token_shows_is_published)
{
    struct bench bench;

    bench_user(&bench);
    ck_assert_int_eq(bench.slot->view.login, TOKEN_PUBLIC);
    slot_publish(&bench.slots, bench.slot);
    ck_assert_int_eq(bench.slot->view.login, TOKEN_USER);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_token_found_gone_ends_its_generation)
{
    struct bench bench;

    bench_open(&bench);
    token_mark_gone(bench.token);
    slot_publish(&bench.slots, bench.slot);
    assert_rv(session_token(&bench), CKR_DEVICE_REMOVED);
    assert_rv(bench_token(&bench), CKR_OK);
    ck_assert(!token_gone(bench.token));
    bench_close(&bench);
}
END_TEST

static void *sign_slowly(void *arg)
{
    struct bench *bench = arg;
    struct object *key;

    LOCK_SCOPE(&bench->slot->lock);
    key = bench_find(bench, CKO_PRIVATE_KEY, 1);
    assert_rv(bench_sign(bench, key, NULL), CKR_OK);
    slot_publish(&bench->slots, bench->slot);
    return NULL;
}

START_TEST(test_what_information_functions_need_never_waits_for_a_card)
{
    struct bench bench;
    pthread_t thread;

    bench_user(&bench);
    fake_hold(bench.fake, FAKE_SIGN);
    ck_assert_int_eq(pthread_create(&thread, NULL, sign_slowly, &bench), 0);
    fake_await(bench.fake);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    ck_assert_ptr_nonnull(slots_find(&bench.slots, 0));
    fake_let_go(bench.fake);
    pthread_join(thread, NULL);
    ck_assert_int_eq(bench.slot->view.login, TOKEN_USER);
    bench_close(&bench);
}
END_TEST

static void *look_often(void *arg)
{
    struct bench *bench = arg;

    for (int i = 0; i < ROUNDS; i++) {
        struct token *token = NULL;
        unsigned generation = 0;
        LOCK_SCOPE(&bench->slot->lock);
        if (slot_token(&bench->slots, bench->slot, &token, &generation) == CKR_OK) {
            (void)token_look(token, NULL, 0);
            slot_publish(&bench->slots, bench->slot);
        }
    }
    return NULL;
}

static void *refresh_often(void *arg)
{
    struct bench *bench = arg;

    for (int i = 0; i < ROUNDS; i++)
        ck_assert_uint_eq(slots_refresh(&bench->slots), CKR_OK);
    return NULL;
}

START_TEST(test_threads_and_a_card_that_comes_and_goes_get_along)
{
    struct bench bench;
    pthread_t threads[4];

    bench_open(&bench);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, i % 2 ? look_often : refresh_often, &bench), 0);
    for (int i = 0; i < ROUNDS; i++) {
        fake_remove(bench.fake, READER);
        fake_insert(bench.fake, READER, bench.card);
        if (i % 10 == 0) {
            fake_service_down(bench.fake);
            fake_service_up(bench.fake);
        }
        usleep(200);
    }
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_rv(bench_token(&bench), CKR_OK);
    bench_close(&bench);
}
END_TEST

UNIT_MAIN("token_slot", test_two_applications_on_one_card_take_turns,
          test_threads_and_a_card_that_comes_and_goes_get_along, test_a_service_that_is_down_is_no_error,
          test_looking_at_readers_never_touches_a_card, test_slots_keep_their_ids_and_never_go_away,
          test_an_ignored_reader_gets_no_slot, test_a_card_is_probed_once_and_then_left_alone,
          test_a_card_that_nobody_knows_is_asked_once_until_it_changes,
          test_a_probe_that_broke_is_tried_again, test_an_empty_reader_has_no_token,
          test_a_card_pulled_out_during_the_probe_is_not_present,
          test_removal_ends_what_was_opened_and_return_does_not_revive_it,
          test_a_card_swapped_between_two_looks_is_another_one, test_a_foreign_reset_is_no_removal,
          test_a_restart_with_the_same_card_is_no_removal,
          test_while_the_service_is_down_the_slot_is_empty_and_the_session_waits,
          test_after_a_restart_the_card_has_some_seconds_to_appear,
          test_a_card_that_does_not_appear_after_a_restart_is_removed,
          test_a_card_of_another_type_after_a_restart_is_another_card,
          test_another_serial_after_a_restart_is_another_card, test_a_held_connection_survives_a_restart,
          test_an_unrecognised_card_stays_so_after_a_restart,
          test_a_second_application_gets_a_slot_when_the_card_is_probed,
          test_a_card_with_one_application_leaves_the_second_slot_empty,
          test_what_the_token_shows_is_published, test_a_token_found_gone_ends_its_generation,
          test_what_information_functions_need_never_waits_for_a_card)
