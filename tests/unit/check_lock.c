/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>

#include "module/lock.h"
#include "tests/unit/unit.h"

/** What an application's mutex sees. */
struct seen {
    int made, freed, held;
};

static CK_RV create(CK_VOID_PTR_PTR mutex)
{
    struct seen *seen = calloc(1, sizeof(*seen));

    if (!seen)
        return CKR_HOST_MEMORY;
    seen->made = 1;
    *mutex = seen;
    return CKR_OK;
}

static CK_RV create_fails(CK_VOID_PTR_PTR mutex)
{
    (void)mutex;
    return CKR_GENERAL_ERROR;
}

static CK_RV destroy(CK_VOID_PTR mutex)
{
    ck_assert_int_eq(((struct seen *)mutex)->held, 0);
    free(mutex);
    return CKR_OK;
}

static CK_RV take(CK_VOID_PTR mutex)
{
    ((struct seen *)mutex)->held++;
    return CKR_OK;
}

static CK_RV release(CK_VOID_PTR mutex)
{
    ((struct seen *)mutex)->held--;
    return CKR_OK;
}

START_TEST(test_the_application_s_functions_are_used)
{
    const struct lock_functions functions = { create, destroy, take, release };
    struct lock lock;

    ck_assert_uint_eq(lock_init(&lock, &functions), CKR_OK);
    lock_take(&lock);
    ck_assert_int_eq(((struct seen *)lock.mutex)->held, 1);
    lock_release(&lock);
    ck_assert_int_eq(((struct seen *)lock.mutex)->held, 0);
    lock_clear(&lock);
}
END_TEST

START_TEST(test_a_failure_to_create_is_passed_on)
{
    const struct lock_functions functions = { create_fails, destroy, take, release };
    struct lock lock;

    ck_assert_uint_eq(lock_init(&lock, &functions), CKR_GENERAL_ERROR);
}
END_TEST

static int leave_early(struct lock *lock)
{
    LOCK_SCOPE(lock);
    if (((struct seen *)lock->mutex)->held == 1)
        return 1;
    return 0;
}

START_TEST(test_a_scope_gives_the_lock_back_however_it_ends)
{
    const struct lock_functions functions = { create, destroy, take, release };
    struct lock lock;

    ck_assert_uint_eq(lock_init(&lock, &functions), CKR_OK);
    ck_assert_int_eq(leave_early(&lock), 1);
    ck_assert_int_eq(((struct seen *)lock.mutex)->held, 0);
    lock_clear(&lock);
}
END_TEST

/** Shared by threads. */
struct counter {
    struct lock lock;
    int value;
};

static void *count_up(void *arg)
{
    struct counter *counter = arg;

    for (int i = 0; i < 1000; i++) {
        LOCK_SCOPE(&counter->lock);
        counter->value++;
    }
    return NULL;
}

START_TEST(test_without_functions_threads_exclude_each_other)
{
    const struct lock_functions none = { NULL, NULL, NULL, NULL };
    struct counter counter = { .value = 0 };
    pthread_t threads[4];

    ck_assert_uint_eq(lock_init(&counter.lock, &none), CKR_OK);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, count_up, &counter), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(counter.value, 4000);
    lock_clear(&counter.lock);
}
END_TEST

UNIT_MAIN("lock", test_the_application_s_functions_are_used, test_a_failure_to_create_is_passed_on,
          test_a_scope_gives_the_lock_back_however_it_ends, test_without_functions_threads_exclude_each_other)
