/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/rsa_parts.h"

#include "tests/unit/openssl_key.h"

#define BITS 1024
#define HALF (BITS / 16)

/* A key of OpenSSL, number by number. */
struct known {
    uint8_t memory[8 * BITS / 8];
    struct bytes n, e;
    struct secret *d, *p, *q, *dp, *dq, *qinv;
    struct crypto *crypto;
};

static struct secret *number(const EVP_PKEY *key, const char *name)
{
    uint8_t memory[BITS / 8];
    struct buf out = BUF_OVER(memory);
    struct secret *ret;

    assert_ok(secret_new(openssl_number(key, name, &out), &ret));
    return ret;
}

static void known_new(struct known *ret)
{
    EVP_PKEY *key = openssl_rsa_new(BITS);
    struct buf buf = BUF_OVER(ret->memory);

    ret->n = openssl_number(key, OSSL_PKEY_PARAM_RSA_N, &buf);
    ret->e = openssl_number(key, OSSL_PKEY_PARAM_RSA_E, &buf);
    ret->d = number(key, OSSL_PKEY_PARAM_RSA_D);
    ret->p = number(key, OSSL_PKEY_PARAM_RSA_FACTOR1);
    ret->q = number(key, OSSL_PKEY_PARAM_RSA_FACTOR2);
    ret->dp = number(key, OSSL_PKEY_PARAM_RSA_EXPONENT1);
    ret->dq = number(key, OSSL_PKEY_PARAM_RSA_EXPONENT2);
    ret->qinv = number(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
    assert_ok(crypto_new(&ret->crypto));
    EVP_PKEY_free(key);
}

static void known_free(struct known *known)
{
    secret_free(&known->d);
    secret_free(&known->p);
    secret_free(&known->q);
    secret_free(&known->dp);
    secret_free(&known->dq);
    secret_free(&known->qinv);
    crypto_free(&known->crypto);
}

static struct rsa_parts everything(const struct known *known)
{
    return (struct rsa_parts){ known->n, known->e,  known->d,  known->p,
                               known->q, known->dp, known->dq, known->qinv };
}

static void assert_number(const struct secret *actual, const struct secret *expected)
{
    ck_assert_uint_eq(secret_size(actual), HALF);
    assert_bytes(bytes_strip_zeros(secret_bytes(actual)), bytes_strip_zeros(secret_bytes(expected)));
}

/* The numbers are those of KNOWN, in its order of the primes. */
static void assert_same(const struct known *known, const struct rsa_key *key)
{
    assert_number(key->p, known->p);
    assert_number(key->q, known->q);
    assert_number(key->dp, known->dp);
    assert_number(key->dq, known->dq);
    assert_number(key->qinv, known->qinv);
    assert_bytes(pubkey_modulus(&key->public_key), known->n);
    assert_bytes(pubkey_exponent(&key->public_key), known->e);
}

START_TEST(test_a_whole_key_stays_what_it_is)
{
    SCOPED(known_free) struct known known;
    SCOPED(rsa_key_clear) struct rsa_key key;
    struct rsa_parts parts;

    known_new(&known);
    parts = everything(&known);
    assert_ok(rsa_parts_complete(known.crypto, &parts, &key));
    assert_same(&known, &key);
}
END_TEST

START_TEST(test_the_rest_follows_from_the_primes_and_either_exponent)
{
    SCOPED(known_free) struct known known;
    struct rsa_key key;

    known_new(&known);
    {
        struct rsa_parts with_e = { BYTES_NONE, known.e, .p = known.p, .q = known.q };
        struct rsa_parts with_d = { BYTES_NONE, BYTES_NONE, .d = known.d, .p = known.p, .q = known.q };

        assert_ok(rsa_parts_complete(known.crypto, &with_e, &key));
        assert_same(&known, &key);
        rsa_key_clear(&key);
        assert_ok(rsa_parts_complete(known.crypto, &with_d, &key));
        assert_same(&known, &key);
        rsa_key_clear(&key);
        ck_assert_ptr_null(key.p);
    }
}
END_TEST

START_TEST(test_a_key_without_its_primes_is_factored)
{
    for (int round = 0; round < 8; round++) {
        SCOPED(known_free) struct known known;
        SCOPED(rsa_key_clear) struct rsa_key key, swapped;
        struct rsa_parts parts = { 0 }, again = { 0 };

        known_new(&known);
        parts.modulus = known.n;
        parts.exponent = known.e;
        parts.d = known.d;
        assert_ok(rsa_parts_complete(known.crypto, &parts, &key));
        /* The primes may have come in the other order: then they complete to OpenSSL's numbers the other way
         * round. */
        again.exponent = known.e;
        again.p = secret_equal(key.p, known.p) ? known.p : known.q;
        again.q = secret_equal(key.p, known.p) ? known.q : known.p;
        assert_ok(rsa_parts_complete(known.crypto, &again, &swapped));
        ck_assert(secret_equal(key.p, swapped.p) && secret_equal(key.q, swapped.q));
        ck_assert(secret_equal(key.dp, swapped.dp) && secret_equal(key.dq, swapped.dq));
        ck_assert(secret_equal(key.qinv, swapped.qinv));
        ck_assert(pubkey_equal(&key.public_key, &swapped.public_key));
    }
}
END_TEST

START_TEST(test_what_is_given_twice_must_agree)
{
    SCOPED(known_free) struct known known;
    SCOPED(secret_free) struct secret *other = NULL;
    struct rsa_key key;

    known_new(&known);
    for (int i = 0; i < 8; i++) {
        struct rsa_parts parts = everything(&known);
        const struct secret **secrets[] = { &parts.d, &parts.p, &parts.q, &parts.dp, &parts.dq, &parts.qinv };
        struct bytes *numbers[] = { &parts.modulus, &parts.exponent };

        if (i < 6) {
            assert_ok(secret_copy(*secrets[i], &other));
            secret_buf(other)->data[5] ^= 0x08;
            *secrets[i] = other;
        } else {
            assert_ok(secret_new(*numbers[i - 6], &other));
            secret_buf(other)->data[0] ^= 0x02;
            *numbers[i - 6] = secret_bytes(other);
        }
        assert_result(rsa_parts_complete(known.crypto, &parts, &key), RESULT_MALFORMED);
        ck_assert_ptr_null(key.p);
        ck_assert_ptr_null(key.qinv);
        secret_free(&other);
    }
}
END_TEST

START_TEST(test_too_little_is_refused)
{
    SCOPED(known_free) struct known known;
    struct rsa_key key;

    known_new(&known);
    {
        struct rsa_parts all = everything(&known);
        struct rsa_parts few[] = {
            { .d = NULL },
            { .modulus = all.modulus, .exponent = all.exponent },
            { .modulus = all.modulus, .d = all.d },
            { .exponent = all.exponent, .d = all.d },
            { .p = all.p, .q = all.q },
            { .modulus = all.modulus, .exponent = all.exponent, .p = all.p },
            { .exponent = all.exponent, .p = all.p, .q = all.p },
        };

        for (size_t i = 0; i < sizeof(few) / sizeof(few[0]); i++)
            assert_result(rsa_parts_complete(known.crypto, &few[i], &key), RESULT_MALFORMED);
    }
}
END_TEST

START_TEST(test_zero_and_even_numbers_are_refused)
{
    SCOPED(known_free) struct known known;
    SCOPED(secret_free) struct secret *zero = NULL, *two = NULL, *one = NULL;
    struct rsa_key key;

    known_new(&known);
    assert_ok(secret_new(BYTES_LIT(0, 0), &zero));
    assert_ok(secret_new(BYTES_LIT(1), &one));
    assert_ok(secret_new(BYTES_LIT(2), &two));
    {
        const struct secret *bad[] = { zero, one, two };

        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            struct rsa_parts p = { .exponent = known.e, .p = bad[i], .q = known.q };
            struct rsa_parts d = { .modulus = known.n, .exponent = known.e, .d = bad[i] };
            struct rsa_parts n = { .modulus = secret_bytes(bad[i]), .exponent = known.e, .d = known.d };

            assert_result(rsa_parts_complete(known.crypto, &p, &key), RESULT_MALFORMED);
            assert_result(rsa_parts_complete(known.crypto, &d, &key), RESULT_MALFORMED);
            assert_result(rsa_parts_complete(known.crypto, &n, &key), RESULT_MALFORMED);
        }
    }
}
END_TEST

START_TEST(test_primes_of_unequal_length_are_unsupported)
{
    SCOPED(known_free) struct known known;
    SCOPED(secret_free) struct secret *small = NULL;
    struct rsa_key key;

    known_new(&known);
    assert_ok(secret_new(BYTES_LIT(0x7F, 0xFF, 0xFF, 0xFF), &small)); /* 2^31 - 1 */
    {
        struct rsa_parts parts = { .exponent = known.e, .p = known.p, .q = small };

        assert_result(rsa_parts_complete(known.crypto, &parts, &key), RESULT_UNSUPPORTED);
        ck_assert_ptr_null(key.p);
    }
}
END_TEST

UNIT_MAIN("rsa_parts", test_a_whole_key_stays_what_it_is,
          test_the_rest_follows_from_the_primes_and_either_exponent,
          test_a_key_without_its_primes_is_factored, test_what_is_given_twice_must_agree,
          test_too_little_is_refused, test_zero_and_even_numbers_are_refused,
          test_primes_of_unequal_length_are_unsupported)
