/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/key_wrap.h"

#include <openssl/evp.h>

/* At least two blocks of eight bytes are wrapped. */
#define KEY_WRAP_MIN (16 + KEY_WRAP_OVERHEAD)

static void state_free(EVP_CIPHER_CTX **state)
{
    EVP_CIPHER_CTX_free(*state);
}

static void cipher_free(EVP_CIPHER **cipher)
{
    EVP_CIPHER_free(*cipher);
}

static const char *cipher_name(size_t key_size)
{
    switch (key_size) {
    case 16:
        return "AES-128-WRAP";
    case 24:
        return "AES-192-WRAP";
    case 32:
        return "AES-256-WRAP";
    default:
        return NULL;
    }
}

/* OUT has room for as many bytes as there are in WRAPPED, which is what OpenSSL asks for. */
static enum result key_wrap_run(const EVP_CIPHER *cipher, const struct secret *key, struct bytes wrapped,
                                struct buf *out)
{
    SCOPED(state_free) EVP_CIPHER_CTX *state = EVP_CIPHER_CTX_new();
    uint8_t *bytes = buf_reserve(out, wrapped.size);
    int size = 0;

    if (state == NULL)
        return RESULT_NO_MEMORY;
    EVP_CIPHER_CTX_set_flags(state, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (bytes == NULL || EVP_DecryptInit_ex2(state, cipher, secret_bytes(key).data, NULL, NULL) != 1)
        return RESULT_INTERNAL;
    if (EVP_DecryptUpdate(state, bytes, &size, wrapped.data, (int)wrapped.size) != 1 ||
        (size_t)size != wrapped.size - KEY_WRAP_OVERHEAD)
        return RESULT_MALFORMED;
    buf_truncate(out, (size_t)size);
    return RESULT_OK;
}

bool key_wrap_size_possible(size_t size)
{
    return size >= KEY_WRAP_MIN && size <= SECRET_MAX && size % 8 == 0;
}

enum result key_wrap_open(struct crypto *crypto, const struct secret *key, struct bytes wrapped,
                          struct secret **ret)
{
    CRYPTO_QUIET;
    SCOPED(cipher_free) EVP_CIPHER *cipher = NULL;
    const char *name = cipher_name(secret_size(key));
    OSSL_LIB_CTX *library;
    enum result result;

    *ret = NULL;
    if (name == NULL)
        return RESULT_BAD_ARGUMENT;
    if (!key_wrap_size_possible(wrapped.size))
        return RESULT_MALFORMED;
    library = crypto_library(crypto);
    cipher = library != NULL ? EVP_CIPHER_fetch(library, name, NULL) : NULL;
    if (cipher == NULL)
        return RESULT_INTERNAL;
    TRY(secret_new_empty(wrapped.size, ret));
    result = key_wrap_run(cipher, key, wrapped, secret_buf(*ret));
    if (result != RESULT_OK)
        secret_free(ret);
    return result;
}
