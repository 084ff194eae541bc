/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/context.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <semaphore.h>

#include "module/crypto/digest.h"
#include "module/crypto/softkey.h"
#include "tests/unit/openssl_key.h"

#define THREADS 4

START_TEST(test_random_bytes_differ_and_have_the_length_asked_for)
{
    uint8_t first[32], second[32];
    struct buf a = BUF_OVER(first), b = BUF_OVER(second);
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    assert_ok(crypto_random(crypto, &a, sizeof(first)));
    assert_ok(crypto_random(crypto, &b, sizeof(second)));
    ck_assert_uint_eq(a.size, sizeof(first));
    ck_assert(!bytes_equal(buf_bytes(&a), buf_bytes(&b)));
    assert_ok(crypto_random(crypto, &a, 0));
    assert_result(crypto_random(crypto, &a, 1), RESULT_TOO_LARGE);
    crypto_free(&crypto);
    ck_assert_ptr_null(crypto);
    crypto_free(&crypto);
}
END_TEST

static enum result never_ready(void)
{
    return RESULT_UNSUPPORTED;
}

static enum result ready(void)
{
    return RESULT_OK;
}

START_TEST(test_what_is_readied_once_is_tried_until_it_succeeds)
{
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    assert_result(crypto_once(crypto, never_ready), RESULT_UNSUPPORTED);
    assert_ok(crypto_once(crypto, ready));
    assert_ok(crypto_once(crypto, never_ready));
    crypto_free(&crypto);
}
END_TEST

START_TEST(test_gives_more_random_bytes_than_a_generator_gives_at_once)
{
    size_t size = 200000, zeros = 0;
    struct buf out = buf_make(calloc(1, size), size);
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    assert_ok(crypto_random(crypto, &out, size));
    for (size_t i = size - 1000; i < size; i++)
        zeros += out.data[i] == 0;
    ck_assert_uint_lt(zeros, 100);
    free(out.data);
    crypto_free(&crypto);
}
END_TEST

START_TEST(test_the_context_is_not_the_one_of_the_process)
{
    struct crypto *crypto, *other;

    assert_ok(crypto_new(&crypto));
    assert_ok(crypto_new(&other));
    ck_assert_ptr_nonnull(crypto_library(crypto));
    ck_assert_ptr_eq(crypto_library(crypto), crypto_library(crypto));
    ck_assert_ptr_ne(crypto_library(crypto), crypto_library(other));
    ck_assert_ptr_ne(crypto_library(crypto), OSSL_LIB_CTX_get0_global_default());
    ck_assert_int_eq(OSSL_PROVIDER_available(crypto_library(crypto), "default"), 1);
    crypto_free(&crypto);
    crypto_free(&other);
}
END_TEST

/* The host may be in the middle of reading its own errors. */
START_TEST(test_leaves_the_queue_of_errors_as_it_was)
{
    uint8_t point[65] = { 0x04, 1, 2, 3 };
    struct crypto *crypto;
    struct pubkey key;

    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 42);
    assert_ok(crypto_new(&crypto));
    assert_result(softkey_check_point(crypto, CURVE_P256, BYTES_OF(point)), RESULT_MALFORMED);
    assert_ok(pubkey_set_point(&key, CURVE_P256, BYTES_OF(point)));
    assert_result(softkey_ecdsa_verify(crypto, &key, BYTES_OF(point), bytes_make(point, 64)),
                  RESULT_MALFORMED);
    crypto_free(&crypto);
    ck_assert_int_eq(ERR_GET_REASON(ERR_get_error()), 42);
    ck_assert_uint_eq(ERR_get_error(), 0);
}
END_TEST

struct worker {
    struct crypto *crypto;
    sem_t done, leave;
};

static void *worker_run(void *argument)
{
    struct worker *worker = argument;
    struct secret *scalar;
    uint8_t memory[64];
    struct pubkey key;

    assert_ok(secret_new(BYTES_LIT(1, 2, 3, 4), &scalar));
    for (int i = 0; i < 20; i++) {
        struct buf out = BUF_OVER(memory);

        assert_ok(crypto_random(worker->crypto, &out, 16));
        assert_ok(digest_compute(worker->crypto, HASH_SHA256, bytes_text("abc"), &out));
        assert_ok(softkey_ec_public(worker->crypto, CURVE_P384, scalar, &key));
    }
    secret_free(&scalar);
    sem_post(&worker->done);
    sem_wait(&worker->leave);
    return NULL;
}

/* As after C_Finalize: the application's threads, which once called, end later. */
START_TEST(test_threads_may_end_after_the_context)
{
    struct worker worker;
    pthread_t threads[THREADS];

    assert_ok(crypto_new(&worker.crypto));
    sem_init(&worker.done, 0, 0);
    sem_init(&worker.leave, 0, 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, worker_run, &worker), 0);
    for (int i = 0; i < THREADS; i++)
        sem_wait(&worker.done);
    crypto_free(&worker.crypto);
    for (int i = 0; i < THREADS; i++)
        sem_post(&worker.leave);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    sem_destroy(&worker.done);
    sem_destroy(&worker.leave);
}
END_TEST

UNIT_MAIN("context", test_what_is_readied_once_is_tried_until_it_succeeds,
          test_random_bytes_differ_and_have_the_length_asked_for,
          test_gives_more_random_bytes_than_a_generator_gives_at_once,
          test_the_context_is_not_the_one_of_the_process, test_leaves_the_queue_of_errors_as_it_was,
          test_threads_may_end_after_the_context)
