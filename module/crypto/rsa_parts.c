/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/rsa_parts.h"

#include <openssl/bn.h>
#include <string.h>

/* A base shows the factors with a chance of one half at least: all of these fail for one key in 2^24 or
 * fewer. */
#define FACTOR_BASES 24

/* What is known so far of a key; NULL is unknown. */
struct rsa_numbers {
    BN_CTX *work;
    BIGNUM *n, *e, *d, *p, *q, *dp, *dq, *qinv;
};

static void rsa_numbers_free(struct rsa_numbers *numbers)
{
    BIGNUM *all[] = { numbers->n, numbers->e,  numbers->d,  numbers->p,
                      numbers->q, numbers->dp, numbers->dq, numbers->qinv };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        BN_clear_free(all[i]);
    BN_CTX_free(numbers->work);
}

static void number_free(BIGNUM **number)
{
    BN_clear_free(*number);
}

#define NUMBER SCOPED(number_free) BIGNUM

/* An empty view is a number that was not given. */
static enum result number_read(struct bytes bytes, BIGNUM **ret)
{
    struct bytes digits = bytes_strip_zeros(bytes);

    if (bytes.size == 0)
        return RESULT_OK;
    if (digits.size == 0)
        return RESULT_MALFORMED;
    if (digits.size > PUBKEY_MODULUS_MAX)
        return RESULT_UNSUPPORTED;
    *ret = BN_new();
    if (!*ret || !BN_bin2bn(digits.data, (int)digits.size, *ret))
        return RESULT_NO_MEMORY;
    BN_set_flags(*ret, BN_FLG_CONSTTIME);
    return RESULT_OK;
}

static enum result rsa_numbers_read(struct crypto *crypto, const struct rsa_parts *parts,
                                    struct rsa_numbers *ret)
{
    OSSL_LIB_CTX *library = crypto_library(crypto);

    ret->work = library ? BN_CTX_new_ex(library) : NULL;
    if (!ret->work)
        return RESULT_NO_MEMORY;
    TRY(number_read(parts->modulus, &ret->n));
    TRY(number_read(parts->exponent, &ret->e));
    TRY(number_read(secret_bytes(parts->d), &ret->d));
    TRY(number_read(secret_bytes(parts->p), &ret->p));
    TRY(number_read(secret_bytes(parts->q), &ret->q));
    TRY(number_read(secret_bytes(parts->dp), &ret->dp));
    TRY(number_read(secret_bytes(parts->dq), &ret->dq));
    return number_read(secret_bytes(parts->qinv), &ret->qinv);
}

/*
 * x^2 = 1 with x neither 1 nor -1 gives a factor gcd(x - 1, n). X starts as base^odd and is squared until it
 * is 1, which happens within TWOS steps because base^(e d - 1) = 1. RESULT_NOT_FOUND: this base leads to -1
 * and shows nothing.
 */
static enum result factor_try(struct rsa_numbers *key, unsigned base, const BIGNUM *odd, int twos,
                              BIGNUM *factor)
{
    NUMBER *x = BN_new(), *next = BN_new(), *number = BN_new();

    if (!x || !next || !number || !BN_set_word(number, base))
        return RESULT_NO_MEMORY;
    if (!BN_mod_exp_mont_consttime(x, number, odd, key->n, key->work, NULL))
        return RESULT_INTERNAL;
    for (int i = 0; i < twos && !BN_is_one(x); i++) {
        if (!BN_mod_sqr(next, x, key->n, key->work))
            return RESULT_INTERNAL;
        if (BN_is_one(next)) {
            if (!BN_sub_word(x, 1) || !BN_gcd(factor, x, key->n, key->work))
                return RESULT_INTERNAL;
            return BN_is_one(factor) || BN_cmp(factor, key->n) == 0 ? RESULT_NOT_FOUND : RESULT_OK;
        }
        BN_swap(x, next);
    }
    return RESULT_NOT_FOUND;
}

/* (SP 800-56B C.1, with small numbers as bases: they need not be random to find a factor.) */
static enum result rsa_factor(struct rsa_numbers *key)
{
    NUMBER *odd = BN_new();
    enum result result = RESULT_NOT_FOUND;
    int twos = 0;

    key->p = BN_new();
    key->q = BN_new();
    if (!odd || !key->p || !key->q || !BN_mul(odd, key->e, key->d, key->work) || !BN_sub_word(odd, 1))
        return RESULT_NO_MEMORY;
    if (BN_is_zero(odd) || BN_is_odd(odd) || !BN_is_odd(key->n))
        return RESULT_MALFORMED;
    while (!BN_is_bit_set(odd, twos))
        twos++;
    if (!BN_rshift(odd, odd, twos))
        return RESULT_INTERNAL;
    for (unsigned base = 2; result == RESULT_NOT_FOUND && base < 2 + FACTOR_BASES; base++)
        result = factor_try(key, base, odd, twos, key->p);
    if (result != RESULT_OK)
        return result == RESULT_NOT_FOUND ? RESULT_MALFORMED : result;
    return BN_div(key->q, NULL, key->n, key->p, key->work) ? RESULT_OK : RESULT_INTERNAL;
}

/* Takes over COMPUTED as *KNOWN; one that was given must be the same. */
static enum result rsa_agree(BIGNUM **known, BIGNUM **computed)
{
    if (*known)
        return BN_cmp(*known, *computed) == 0 ? RESULT_OK : RESULT_MALFORMED;
    *known = *computed;
    *computed = NULL;
    return RESULT_OK;
}

/* The exponent modulo PRIME - 1: of D if it is known, else the inverse of E; if both are, they must agree. */
static enum result rsa_exponent(const struct rsa_numbers *key, const BIGNUM *prime, BIGNUM **ret)
{
    NUMBER *order = BN_dup(prime), *small = BN_new(), *product = BN_new();

    if (!order || !small || !product || !BN_sub_word(order, 1))
        return RESULT_NO_MEMORY;
    BN_set_flags(order, BN_FLG_CONSTTIME);
    if (BN_is_zero(order))
        return RESULT_MALFORMED;
    if (key->d) {
        if (!BN_nnmod(small, key->d, order, key->work))
            return RESULT_INTERNAL;
    } else if (!key->e || !BN_mod_inverse(small, key->e, order, key->work)) {
        return RESULT_MALFORMED;
    }
    if (key->e && (!BN_mod_mul(product, small, key->e, order, key->work) || !BN_is_one(product)))
        return RESULT_MALFORMED;
    return rsa_agree(ret, &small);
}

/* E from D, for a caller who did not give it: the inverse modulo (p - 1)(q - 1), which is small for any usual
 * key. */
static enum result rsa_public_exponent(struct rsa_numbers *key)
{
    NUMBER *a = BN_dup(key->p), *b = BN_dup(key->q), *order = BN_new(), *gcd = BN_new();

    if (key->e)
        return RESULT_OK;
    if (!a || !b || !order || !gcd || !BN_sub_word(a, 1) || !BN_sub_word(b, 1))
        return RESULT_NO_MEMORY;
    /* The least common multiple, since D may be reduced by it. */
    if (!BN_gcd(gcd, a, b, key->work) || !BN_mul(order, a, b, key->work) ||
        !BN_div(order, NULL, order, gcd, key->work))
        return RESULT_INTERNAL;
    key->e = BN_mod_inverse(NULL, key->d, order, key->work);
    return key->e ? RESULT_OK : RESULT_MALFORMED;
}

/* From the primes on, everything follows. */
static enum result rsa_derive(struct rsa_numbers *key)
{
    NUMBER *product = BN_new(), *inverse = BN_new();

    if (!product || !inverse || !BN_mul(product, key->p, key->q, key->work))
        return RESULT_NO_MEMORY;
    if (BN_cmp(key->p, key->q) == 0 || !BN_is_odd(product))
        return RESULT_MALFORMED;
    TRY(rsa_agree(&key->n, &product));
    TRY(rsa_exponent(key, key->p, &key->dp));
    TRY(rsa_exponent(key, key->q, &key->dq));
    if (!BN_mod_inverse(inverse, key->q, key->p, key->work))
        return RESULT_MALFORMED;
    TRY(rsa_agree(&key->qinv, &inverse));
    return rsa_public_exponent(key);
}

static enum result number_write(const BIGNUM *number, size_t size, struct secret **ret)
{
    uint8_t *bytes;

    if ((size_t)BN_num_bytes(number) > size)
        return RESULT_UNSUPPORTED;
    TRY(secret_new_empty(size, ret));
    bytes = buf_reserve(secret_buf(*ret), size);
    return bytes && BN_bn2binpad(number, bytes, (int)size) >= 0 ? RESULT_OK : RESULT_INTERNAL;
}

static enum result rsa_numbers_write(const struct rsa_numbers *numbers, struct rsa_key *ret)
{
    uint8_t n[PUBKEY_MODULUS_MAX], e[PUBKEY_EXPONENT_MAX];
    size_t n_size = (size_t)BN_num_bytes(numbers->n), e_size = (size_t)BN_num_bytes(numbers->e);
    size_t half = (n_size + 1) / 2;

    if (n_size > sizeof(n) || e_size > sizeof(e))
        return RESULT_UNSUPPORTED;
    (void)BN_bn2bin(numbers->n, n);
    (void)BN_bn2bin(numbers->e, e);
    TRY(pubkey_set_rsa(&ret->public_key, bytes_make(n, n_size), bytes_make(e, e_size)));
    TRY(number_write(numbers->p, half, &ret->p));
    TRY(number_write(numbers->q, half, &ret->q));
    TRY(number_write(numbers->dp, half, &ret->dp));
    TRY(number_write(numbers->dq, half, &ret->dq));
    return number_write(numbers->qinv, half, &ret->qinv);
}

static enum result rsa_numbers_complete(struct rsa_numbers *numbers)
{
    if (!numbers->p || !numbers->q) {
        if (!numbers->n || !numbers->e || !numbers->d || numbers->p || numbers->q)
            return RESULT_MALFORMED;
        TRY(rsa_factor(numbers));
    }
    if (!numbers->e && !numbers->d)
        return RESULT_MALFORMED;
    return rsa_derive(numbers);
}

enum result rsa_parts_complete(struct crypto *crypto, const struct rsa_parts *parts, struct rsa_key *ret)
{
    CRYPTO_QUIET;
    SCOPED(rsa_numbers_free) struct rsa_numbers numbers = { 0 };
    enum result result;

    memset(ret, 0, sizeof(*ret));
    TRY(rsa_numbers_read(crypto, parts, &numbers));
    TRY(rsa_numbers_complete(&numbers));
    result = rsa_numbers_write(&numbers, ret);
    if (result != RESULT_OK)
        rsa_key_clear(ret);
    return result;
}

void rsa_key_clear(struct rsa_key *key)
{
    secret_free(&key->p);
    secret_free(&key->q);
    secret_free(&key->dp);
    secret_free(&key->dq);
    secret_free(&key->qinv);
    memset(&key->public_key, 0, sizeof(key->public_key));
}
