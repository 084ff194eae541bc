/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "module/crypto/gost.h"

struct digest {
    enum hash hash;
    bool finished;
    EVP_MD_CTX *state;        /* or */
    struct gost_digest *gost; /* of the GOST hashes */
};

static const struct {
    enum hash hash;
    const char *name;
} digest_names[] = {
    { HASH_SHA1, "SHA1" },         { HASH_SHA224, "SHA2-224" },   { HASH_SHA256, "SHA2-256" },
    { HASH_SHA384, "SHA2-384" },   { HASH_SHA512, "SHA2-512" },   { HASH_SHA3_224, "SHA3-224" },
    { HASH_SHA3_256, "SHA3-256" }, { HASH_SHA3_384, "SHA3-384" }, { HASH_SHA3_512, "SHA3-512" },
};

static const char *digest_name(enum hash hash)
{
    for (size_t i = 0; i < sizeof(digest_names) / sizeof(digest_names[0]); i++)
        if (digest_names[i].hash == hash)
            return digest_names[i].name;
    return NULL;
}

static enum result digest_allocate(enum hash hash, struct digest **ret)
{
    struct digest *digest = calloc(1, sizeof(*digest));

    *ret = NULL;
    if (!digest)
        return RESULT_NO_MEMORY;
    digest->hash = hash;
    *ret = digest;
    return RESULT_OK;
}

static bool digest_is_gost(enum hash hash)
{
    return hash == HASH_GOST94 || hash == HASH_STREEBOG_256 || hash == HASH_STREEBOG_512;
}

/* KEY: of an HMAC; NULL for the hash itself. */
static enum result digest_new_gost(struct crypto *crypto, enum hash hash, const struct secret *key,
                                   struct digest **ret)
{
    enum result result;

    TRY(digest_allocate(hash, ret));
    result = gost_digest_new(crypto, hash, key, &(*ret)->gost);
    if (result != RESULT_OK)
        digest_free(ret);
    return result;
}

enum result digest_new_hmac(struct crypto *crypto, enum hash hash, const struct secret *key,
                            struct digest **ret)
{
    *ret = NULL;
    return digest_is_gost(hash) ? digest_new_gost(crypto, hash, key, ret) : RESULT_UNSUPPORTED;
}

static enum result digest_begin(struct digest *digest, const EVP_MD *type)
{
    digest->state = EVP_MD_CTX_new();
    if (!digest->state)
        return RESULT_NO_MEMORY;
    return EVP_DigestInit_ex2(digest->state, type, NULL) == 1 ? RESULT_OK : RESULT_INTERNAL;
}

enum result digest_new(struct crypto *crypto, enum hash hash, struct digest **ret)
{
    CRYPTO_QUIET;
    const char *name = digest_name(hash);
    OSSL_LIB_CTX *library;
    EVP_MD *type;
    enum result result;

    *ret = NULL;
    if (digest_is_gost(hash))
        return digest_new_gost(crypto, hash, NULL, ret);
    if (!name)
        return RESULT_UNSUPPORTED;
    library = crypto_library(crypto);
    type = library ? EVP_MD_fetch(library, name, NULL) : NULL;
    if (!type)
        return RESULT_INTERNAL;
    if (digest_allocate(hash, ret) != RESULT_OK) {
        EVP_MD_free(type);
        return RESULT_NO_MEMORY;
    }
    result = digest_begin(*ret, type);
    EVP_MD_free(type); /* the state holds it now */
    if (result != RESULT_OK)
        digest_free(ret);
    return result;
}

static enum result digest_copy_state(const struct digest *digest, struct digest *ret)
{
    if (digest->gost)
        return gost_digest_copy(digest->gost, &ret->gost);
    ret->state = EVP_MD_CTX_new();
    if (!ret->state)
        return RESULT_NO_MEMORY;
    return EVP_MD_CTX_copy_ex(ret->state, digest->state) == 1 ? RESULT_OK : RESULT_INTERNAL;
}

enum result digest_copy(const struct digest *digest, struct digest **ret)
{
    CRYPTO_QUIET;

    enum result result;

    TRY(digest_allocate(digest->hash, ret));
    (*ret)->finished = digest->finished;
    if (digest->finished)
        return RESULT_OK;
    result = digest_copy_state(digest, *ret);
    if (result != RESULT_OK)
        digest_free(ret);
    return result;
}

enum result digest_update(struct digest *digest, struct bytes data)
{
    CRYPTO_QUIET;

    if (digest->finished)
        return RESULT_BAD_ARGUMENT;
    if (data.size == 0)
        return RESULT_OK;
    if (digest->gost) {
        gost_digest_update(digest->gost, data);
        return RESULT_OK;
    }
    return EVP_DigestUpdate(digest->state, data.data, data.size) == 1 ? RESULT_OK : RESULT_INTERNAL;
}

enum result digest_final(struct digest *digest, struct buf *out)
{
    CRYPTO_QUIET;
    size_t start = out->size;
    uint8_t *bytes;

    if (digest->finished)
        return RESULT_BAD_ARGUMENT;
    if (buf_room(out) < hash_size(digest->hash))
        return RESULT_TOO_LARGE;
    digest->finished = true;
    if (digest->gost)
        return gost_digest_final(digest->gost, out);
    bytes = buf_reserve(out, hash_size(digest->hash));
    if (EVP_DigestFinal_ex(digest->state, bytes, NULL) == 1)
        return RESULT_OK;
    buf_truncate(out, start);
    return RESULT_INTERNAL;
}

enum hash digest_hash(const struct digest *digest)
{
    return digest->hash;
}

void digest_free(struct digest **digest)
{
    if (!*digest)
        return;
    EVP_MD_CTX_free((*digest)->state);
    gost_digest_free(&(*digest)->gost);
    free(*digest);
    *digest = NULL;
}

enum result digest_compute(struct crypto *crypto, enum hash hash, struct bytes data, struct buf *out)
{
    SCOPED(digest_free) struct digest *digest = NULL;

    TRY(digest_new(crypto, hash, &digest));
    TRY(digest_update(digest, data));
    return digest_final(digest, out);
}
