/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <unistd.h>

#include "module/rv.h"
#include "tests/unit/token_unit.h"

#define OTHER "Reader B"
#define SOON_US 20000

/** A wait in a thread of its own. */
struct waiting {
    struct bench bench;
    pthread_t thread;
    atomic_bool stop;
    CK_SLOT_ID id;
    CK_RV rv;
};

static void *wait_for_event(void *arg)
{
    struct waiting *waiting = arg;

    waiting->rv = slots_wait(&waiting->bench.slots, false, &waiting->stop, &waiting->id);
    return NULL;
}

static void waiting_begin(struct waiting *waiting)
{
    atomic_init(&waiting->stop, false);
    waiting->id = 99;
    ck_assert_int_eq(pthread_create(&waiting->thread, NULL, wait_for_event, waiting), 0);
    usleep(SOON_US);
}

static CK_RV poll_event(struct bench *bench, CK_SLOT_ID *ret)
{
    atomic_bool stop = false;

    return slots_wait(&bench->slots, true, &stop, ret);
}

START_TEST(test_a_card_that_was_there_is_no_event)
{
    struct bench bench;
    CK_SLOT_ID id = 99;

    bench_empty(&bench);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(poll_event(&bench, &id), CKR_NO_EVENT);
    bench_close(&bench);
}
END_TEST

START_TEST(test_each_change_is_told_once)
{
    struct bench bench;
    CK_SLOT_ID id = 99;

    bench_empty(&bench);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(poll_event(&bench, &id), CKR_OK);
    ck_assert_uint_eq(id, 0);
    assert_rv(poll_event(&bench, &id), CKR_NO_EVENT);
    fake_remove(bench.fake, READER);
    assert_rv(poll_event(&bench, &id), CKR_OK);
    assert_rv(poll_event(&bench, &id), CKR_NO_EVENT);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_change_that_another_look_saw_first_is_still_told)
{
    struct bench bench;
    CK_SLOT_ID id = 99;

    bench_empty(&bench);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    assert_rv(poll_event(&bench, &id), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_readers_that_come_and_go_are_events)
{
    struct bench bench;
    CK_SLOT_ID id = 99;

    bench_empty(&bench);
    assert_rv(slots_refresh(&bench.slots), CKR_OK);
    fake_reader_add(bench.fake, OTHER);
    assert_rv(poll_event(&bench, &id), CKR_OK);
    ck_assert_uint_eq(id, 1);
    fake_insert(bench.fake, OTHER, bench.card);
    assert_rv(poll_event(&bench, &id), CKR_OK);
    fake_reader_remove(bench.fake, OTHER);
    assert_rv(poll_event(&bench, &id), CKR_OK);
    ck_assert_uint_eq(id, 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_blocking_wait_ends_with_the_event)
{
    struct waiting waiting;

    bench_empty(&waiting.bench);
    assert_rv(slots_refresh(&waiting.bench.slots), CKR_OK);
    waiting_begin(&waiting);
    fake_insert(waiting.bench.fake, READER, waiting.bench.card);
    pthread_join(waiting.thread, NULL);
    assert_rv(waiting.rv, CKR_OK);
    ck_assert_uint_eq(waiting.id, 0);
    bench_close(&waiting.bench);
}
END_TEST

START_TEST(test_a_blocking_wait_ends_with_finalize)
{
    struct waiting waiting;
    struct reader_source *source;

    bench_empty(&waiting.bench);
    source = fake_source(waiting.bench.fake);
    waiting_begin(&waiting);
    atomic_store(&waiting.stop, true);
    source->ops->interrupt(source);
    pthread_join(waiting.thread, NULL);
    assert_rv(waiting.rv, CKR_CRYPTOKI_NOT_INITIALIZED);
    bench_close(&waiting.bench);
}
END_TEST

START_TEST(test_a_wait_outlives_a_service_that_is_down)
{
    struct waiting waiting;

    bench_empty(&waiting.bench);
    assert_rv(slots_refresh(&waiting.bench.slots), CKR_OK);
    fake_service_down(waiting.bench.fake);
    waiting_begin(&waiting);
    fake_service_up(waiting.bench.fake);
    fake_insert(waiting.bench.fake, READER, waiting.bench.card);
    pthread_join(waiting.thread, NULL);
    assert_rv(waiting.rv, CKR_OK);
    bench_close(&waiting.bench);
}
END_TEST

START_TEST(test_a_wait_with_the_service_down_ends_with_finalize)
{
    struct waiting waiting;

    bench_empty(&waiting.bench);
    fake_service_down(waiting.bench.fake);
    waiting_begin(&waiting);
    atomic_store(&waiting.stop, true);
    pthread_join(waiting.thread, NULL);
    assert_rv(waiting.rv, CKR_CRYPTOKI_NOT_INITIALIZED);
    bench_close(&waiting.bench);
}
END_TEST

UNIT_MAIN("token_slot_wait", test_a_card_that_was_there_is_no_event, test_each_change_is_told_once,
          test_a_change_that_another_look_saw_first_is_still_told, test_readers_that_come_and_go_are_events,
          test_a_blocking_wait_ends_with_the_event, test_a_blocking_wait_ends_with_finalize,
          test_a_wait_outlives_a_service_that_is_down, test_a_wait_with_the_service_down_ends_with_finalize)
