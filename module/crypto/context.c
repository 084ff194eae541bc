/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/context.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>

/* What a generator gives at once (SP 800-90A 10.2.1, table 3: 2^19 bits). */
#define RANDOM_CHUNK 65536U

struct crypto {
    pthread_mutex_t lock;
    OSSL_LIB_CTX *library;
    OSSL_PROVIDER *provider;
    bool ready; /* crypto_once() is done */
};

enum result crypto_new(struct crypto **ret)
{
    struct crypto *crypto = calloc(1, sizeof(*crypto));

    *ret = NULL;
    if (!crypto)
        return RESULT_NO_MEMORY;
    if (pthread_mutex_init(&crypto->lock, NULL) != 0) {
        free(crypto);
        return RESULT_NO_MEMORY;
    }
    *ret = crypto;
    return RESULT_OK;
}

static void crypto_close(struct crypto *crypto)
{
    if (crypto->provider)
        (void)OSSL_PROVIDER_unload(crypto->provider);
    crypto->provider = NULL;
    OSSL_LIB_CTX_free(crypto->library);
    crypto->library = NULL;
}

void crypto_free(struct crypto **crypto)
{
    if (!*crypto)
        return;
    {
        CRYPTO_QUIET;
        crypto_close(*crypto);
    }
    (void)pthread_mutex_destroy(&(*crypto)->lock);
    free(*crypto);
    *crypto = NULL;
}

/* The default provider by name: a context without one would look for one by itself on every fetch. */
static void crypto_open(struct crypto *crypto)
{
    CRYPTO_QUIET;

    crypto->library = OSSL_LIB_CTX_new();
    if (!crypto->library)
        return;
    crypto->provider = OSSL_PROVIDER_load(crypto->library, "default");
    if (!crypto->provider)
        crypto_close(crypto);
}

struct ossl_lib_ctx_st *crypto_library(struct crypto *crypto)
{
    OSSL_LIB_CTX *library;

    (void)pthread_mutex_lock(&crypto->lock);
    if (!crypto->library)
        crypto_open(crypto);
    library = crypto->library;
    (void)pthread_mutex_unlock(&crypto->lock);
    return library;
}

enum result crypto_once(struct crypto *crypto, enum result (*ready)(void))
{
    enum result result = RESULT_OK;

    (void)pthread_mutex_lock(&crypto->lock);
    if (!crypto->ready)
        result = ready();
    crypto->ready = result == RESULT_OK;
    (void)pthread_mutex_unlock(&crypto->lock);
    return result;
}

/*
 * RAND_bytes_ex() would go through whatever method the host has installed, which may be this very module, and
 * leave a generator in each thread that outlives the context. The primary generator is shared, locked and
 * belongs to us alone.
 */
enum result crypto_random(struct crypto *crypto, struct buf *out, size_t size)
{
    CRYPTO_QUIET;
    OSSL_LIB_CTX *library = crypto_library(crypto);
    EVP_RAND_CTX *generator = library ? RAND_get0_primary(library) : NULL;
    size_t start = out->size, done, chunk;
    uint8_t *bytes;

    if (!generator)
        return RESULT_INTERNAL;
    if (size == 0)
        return RESULT_OK;
    bytes = buf_reserve(out, size);
    if (!bytes)
        return RESULT_TOO_LARGE;
    for (done = 0; done < size; done += chunk) {
        chunk = size - done < RANDOM_CHUNK ? size - done : RANDOM_CHUNK;
        if (EVP_RAND_generate(generator, bytes + done, chunk, 0, 0, NULL, 0) != 1) {
            buf_truncate(out, start);
            return RESULT_INTERNAL;
        }
    }
    return RESULT_OK;
}

void crypto_leave_thread(struct crypto *crypto)
{
    OPENSSL_thread_stop_ex(crypto_library(crypto));
}

int crypto_quiet_begin(void)
{
    return ERR_set_mark();
}

void crypto_quiet_end(int *mark)
{
    if (*mark)
        (void)ERR_pop_to_mark();
}
