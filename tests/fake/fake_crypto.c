/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "asn1/signature.h"
#include "tests/fake/fake_world.h"

static EVP_PKEY *fake_crypto_key(struct bytes private_key)
{
    const unsigned char *at = private_key.data;

    return d2i_AutoPrivateKey(NULL, &at, (long)private_key.size);
}

enum result fake_crypto_public(struct bytes private_key, struct pubkey *ret)
{
    EVP_PKEY *key = fake_crypto_key(private_key);
    unsigned char *spki = NULL;
    int size = key ? i2d_PUBKEY(key, &spki) : -1;
    enum result result = size > 0 ? pubkey_from_spki(bytes_make(spki, (size_t)size), ret) : RESULT_INTERNAL;

    OPENSSL_free(spki);
    EVP_PKEY_free(key);
    return result;
}

/** Runs one of OpenSSL's sign, decrypt or derive on INPUT. */
static enum result fake_crypto_run(EVP_PKEY *key, int how, struct bytes input, struct buf *out)
{
    EVP_PKEY_CTX *context = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    unsigned char answer[512];
    size_t size = sizeof(answer);
    bool done = false;

    if (context && how == EVP_PKEY_OP_DECRYPT)
        done = EVP_PKEY_decrypt_init(context) > 0 &&
               EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) > 0 &&
               EVP_PKEY_decrypt(context, answer, &size, input.data, input.size) > 0;
    else if (context)
        done = EVP_PKEY_sign_init(context) > 0 &&
               EVP_PKEY_sign(context, answer, &size, input.data, input.size) > 0;
    EVP_PKEY_CTX_free(context);
    if (!done)
        return RESULT_REFUSED;
    buf_add(out, bytes_make(answer, size));
    return buf_check(out);
}

enum result fake_crypto_rsa_raw(struct bytes private_key, struct bytes input, struct buf *out)
{
    EVP_PKEY *key = fake_crypto_key(private_key);
    enum result result = fake_crypto_run(key, EVP_PKEY_OP_DECRYPT, input, out);

    EVP_PKEY_free(key);
    return result;
}

enum result fake_crypto_ecdsa(struct bytes private_key, struct bytes hash, struct buf *out)
{
    EVP_PKEY *key = fake_crypto_key(private_key);
    uint8_t der[160];
    struct buf signature = BUF_OVER(der);
    enum result result = fake_crypto_run(key, EVP_PKEY_OP_SIGN, hash, &signature);
    size_t size = key ? ((size_t)EVP_PKEY_get_bits(key) + 7) / 8 : 0;

    EVP_PKEY_free(key);
    return result == RESULT_OK ? signature_ecdsa_to_raw(buf_bytes(&signature), size, out) : result;
}

enum result fake_crypto_ecdh(struct bytes private_key, struct bytes point, struct buf *out)
{
    EVP_PKEY *key = fake_crypto_key(private_key), *peer = EVP_PKEY_new();
    EVP_PKEY_CTX *context = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    unsigned char secret[66];
    size_t size = sizeof(secret);
    bool done;

    done = context && peer && EVP_PKEY_copy_parameters(peer, key) > 0 &&
           EVP_PKEY_set1_encoded_public_key(peer, point.data, point.size) > 0 &&
           EVP_PKEY_derive_init(context) > 0 && EVP_PKEY_derive_set_peer(context, peer) > 0 &&
           EVP_PKEY_derive(context, secret, &size) > 0;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(peer);
    EVP_PKEY_free(key);
    if (!done)
        return RESULT_REFUSED;
    buf_add(out, bytes_make(secret, size));
    return buf_check(out);
}
