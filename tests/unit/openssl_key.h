/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * openssl_key.h: private keys of OpenSSL's own high-level interface, in the process' default context, to hold
 * module/crypto against. Everything fails the running test instead of returning an error.
 */
#ifndef ECP_TESTS_OPENSSL_KEY_H
#define ECP_TESTS_OPENSSL_KEY_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "asn1/buf.h"
#include "asn1/pubkey.h"
#include "tests/unit/unit.h"

/** A number of lowercase or uppercase hex digits into OUT; returns the view. */
static inline struct bytes unhex(const char *digits, struct buf *out)
{
    unsigned byte;

    buf_clear(out);
    for (; *digits; digits += 2) {
        ck_assert_int_eq(sscanf(digits, "%2x", &byte), 1);
        buf_add_byte(out, (uint8_t)byte);
    }
    ck_assert(!out->overflow);
    return buf_bytes(out);
}

static inline EVP_PKEY *openssl_rsa_new(unsigned bits)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);

    ck_assert_ptr_nonnull(key);
    return key;
}

/** The number NAME (OSSL_PKEY_PARAM_…) of KEY appended to OUT, big-endian. */
static inline struct bytes openssl_number(const EVP_PKEY *key, const char *name, struct buf *out)
{
    BIGNUM *number = NULL;
    uint8_t *place;
    struct bytes view;

    ck_assert_int_eq(EVP_PKEY_get_bn_param(key, name, &number), 1);
    view.size = (size_t)BN_num_bytes(number);
    place = buf_reserve(out, view.size);
    ck_assert_ptr_nonnull(place);
    view.data = place;
    BN_bn2bin(number, place);
    BN_clear_free(number);
    return view;
}

static inline struct pubkey openssl_rsa_public(const EVP_PKEY *key)
{
    uint8_t memory[PUBKEY_MODULUS_MAX + PUBKEY_EXPONENT_MAX];
    struct buf buf = BUF_OVER(memory);
    struct bytes modulus = openssl_number(key, OSSL_PKEY_PARAM_RSA_N, &buf);
    struct bytes exponent = openssl_number(key, OSSL_PKEY_PARAM_RSA_E, &buf);
    struct pubkey ret;

    assert_ok(pubkey_set_rsa(&ret, modulus, exponent));
    return ret;
}

/** One RSA operation with PADDING: "sign" and "decrypt" use the private half. */
static inline struct bytes openssl_rsa(EVP_PKEY *key, const char *verb, int padding, struct bytes in,
                                       struct buf *out)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    size_t size = buf_room(out);
    int done;

    if (strcmp(verb, "decrypt") == 0) {
        ck_assert_int_eq(EVP_PKEY_decrypt_init(ctx), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, padding), 1);
        done = EVP_PKEY_decrypt(ctx, out->data, &size, in.data, in.size);
    } else {
        ck_assert_int_eq(EVP_PKEY_encrypt_init(ctx), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, padding), 1);
        done = EVP_PKEY_encrypt(ctx, out->data, &size, in.data, in.size);
    }
    ck_assert_int_eq(done, 1);
    EVP_PKEY_CTX_free(ctx);
    out->size = size;
    return buf_bytes(out);
}

#endif
