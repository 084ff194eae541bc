/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/admin_key.h"

#include <openssl/evp.h>
#include <sys/random.h>

struct admin_row {
    const char *name; /* OpenSSL's */
    size_t key_size, block_size;
};

static const struct admin_row admin_table[] = {
    [ADMIN_3DES] = { "DES-EDE3-ECB", 24, 8 },
    [ADMIN_AES128] = { "AES-128-ECB", 16, 16 },
    [ADMIN_AES192] = { "AES-192-ECB", 24, 16 },
    [ADMIN_AES256] = { "AES-256-ECB", 32, 16 },
};

size_t admin_key_size(enum admin_cipher cipher)
{
    return admin_table[cipher].key_size;
}

size_t admin_block_size(enum admin_cipher cipher)
{
    return admin_table[cipher].block_size;
}

static void library_free(OSSL_LIB_CTX **library)
{
    OSSL_LIB_CTX_free(*library);
}

static void context_free(EVP_CIPHER_CTX **context)
{
    EVP_CIPHER_CTX_free(*context);
}

static void cipher_free(EVP_CIPHER **cipher)
{
    EVP_CIPHER_free(*cipher);
}

/* One block from INPUT to OUTPUT. */
static enum result admin_block(OSSL_LIB_CTX *library, enum admin_cipher which, const struct secret *key,
                               bool encrypt, const uint8_t *input, uint8_t *output)
{
    SCOPED(cipher_free) EVP_CIPHER *cipher = EVP_CIPHER_fetch(library, admin_table[which].name, NULL);
    SCOPED(context_free) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int size = 0;

    if (!cipher || !context)
        return RESULT_INTERNAL;
    if (EVP_CipherInit_ex2(context, cipher, secret_bytes(key).data, NULL, encrypt, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(context, 0) != 1 ||
        EVP_CipherUpdate(context, output, &size, input, (int)admin_block_size(which)) != 1)
        return RESULT_INTERNAL;
    return (size_t)size == admin_block_size(which) ? RESULT_OK : RESULT_INTERNAL;
}

enum result admin_proof_make(enum admin_cipher cipher, const struct secret *key, struct bytes witness,
                             struct admin_proof *ret)
{
    SCOPED(library_free) OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();

    *ret = (struct admin_proof){ .size = admin_block_size(cipher) };
    if (!library)
        return RESULT_NO_MEMORY;
    if (secret_size(key) != admin_key_size(cipher))
        return RESULT_PIN_LENGTH;
    if (witness.size != ret->size)
        return RESULT_MALFORMED;
    TRY(admin_block(library, cipher, key, false, witness.data, ret->witness));
    if (getentropy(ret->challenge, ret->size) != 0)
        return RESULT_INTERNAL;
    return admin_block(library, cipher, key, true, ret->challenge, ret->response);
}

bool admin_proof_check(const struct admin_proof *proof, struct bytes response)
{
    return proof->size > 0 && bytes_equal_secret(bytes_make(proof->response, proof->size), response);
}

void admin_proof_wipe(struct admin_proof *proof)
{
    secret_wipe(proof, sizeof(*proof));
}

enum result admin_key_random(size_t size, struct buf *out)
{
    uint8_t *place = buf_reserve(out, size);

    if (!place)
        return RESULT_TOO_LARGE;
    return getentropy(place, size) == 0 ? RESULT_OK : RESULT_INTERNAL;
}

enum result admin_key_generate(enum admin_cipher cipher, struct secret **ret)
{
    SCOPED(secret_free) struct secret *key = NULL;

    *ret = NULL;
    TRY(secret_new_empty(admin_key_size(cipher), &key));
    TRY(admin_key_random(admin_key_size(cipher), secret_buf(key)));
    *ret = key;
    key = NULL;
    return RESULT_OK;
}
