/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Run under valgrind by ct_unpad.sh: the decrypted block is marked as undefined, so every branch and every
 * address that depends on it is reported. Only the outcome itself, in padding_deliver(), is meant to
 * (ct_unpad.supp).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "module/crypto/padding.h"

#define BLOCK 256

/* What a case does to a good block. */
struct corruption {
    size_t at;
    unsigned char value;
};

static void reveal(struct buf *out, enum result *result)
{
    VALGRIND_MAKE_MEM_DEFINED(out, sizeof(*out));
    VALGRIND_MAKE_MEM_DEFINED(out->data, out->capacity);
    VALGRIND_MAKE_MEM_DEFINED(result, sizeof(*result));
}

static int expect(const char *name, enum result result, enum result expected, struct bytes plain)
{
    if (result == expected && (result != RESULT_OK || bytes_equal(plain, bytes_text("secret"))))
        return 0;
    fprintf(stderr, "%s: result %d, expected %d\n", name, (int)result, (int)expected);
    return 1;
}

static int pkcs1_case(const struct corruption *corruption, enum result expected)
{
    uint8_t block[BLOCK], plain[BLOCK];
    struct buf padded = BUF_OVER(block), out = BUF_OVER(plain);
    struct crypto *crypto;
    enum result result;

    memset(plain, 0, sizeof(plain));
    if (crypto_new(&crypto) != RESULT_OK ||
        padding_pkcs1_encrypt(crypto, bytes_text("secret"), BLOCK, &padded) != RESULT_OK)
        return 1;
    block[corruption->at] = corruption->value;
    VALGRIND_MAKE_MEM_UNDEFINED(block, sizeof(block));
    result = padding_pkcs1_decrypt(BYTES_OF(block), &out);
    reveal(&out, &result);
    crypto_free(&crypto);
    return expect("PKCS#1 v1.5", result, expected, buf_bytes(&out));
}

static int oaep_case(const struct corruption *corruption, enum result expected)
{
    struct oaep oaep = { HASH_SHA256, HASH_SHA256, bytes_text("label") };
    uint8_t block[BLOCK], plain[BLOCK];
    struct buf padded = BUF_OVER(block), out = BUF_OVER(plain);
    struct crypto *crypto;
    enum result result;

    memset(plain, 0, sizeof(plain));
    if (crypto_new(&crypto) != RESULT_OK ||
        padding_oaep_encode(crypto, &oaep, bytes_text("secret"), BLOCK, &padded) != RESULT_OK)
        return 1;
    block[corruption->at] = (uint8_t)(block[corruption->at] ^ corruption->value);
    VALGRIND_MAKE_MEM_UNDEFINED(block, sizeof(block));
    result = padding_oaep_decode(crypto, &oaep, BYTES_OF(block), &out);
    reveal(&out, &result);
    crypto_free(&crypto);
    return expect("OAEP", result, expected, buf_bytes(&out));
}

int main(int argc, char **argv)
{
    const struct corruption none = { 0, 0 }, first = { 0, 1 }, type = { 1, 3 }, early = { 5, 0 };
    const struct corruption separator = { BLOCK - 7, 1 }, masked = { 100, 1 };
    int failures = 0;

    if (argc > 1 && strcmp(argv[1], "calm") == 0)
        return 0;
    /* "leaky" shows that the method sees what it looks for: the script expects valgrind to complain. */
    if (argc > 1 && strcmp(argv[1], "leaky") == 0) {
        uint8_t secret[2] = { 1, 2 };

        VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof(secret));
        return bytes_equal(BYTES_OF(secret), BYTES_LIT(1, 2)) ? 0 : 1;
    }
    failures += pkcs1_case(&none, RESULT_OK);
    failures += pkcs1_case(&first, RESULT_MALFORMED);
    failures += pkcs1_case(&type, RESULT_MALFORMED);
    failures += pkcs1_case(&early, RESULT_MALFORMED);
    failures += pkcs1_case(&separator, RESULT_MALFORMED);
    failures += oaep_case(&none, RESULT_OK);
    failures += oaep_case(&first, RESULT_MALFORMED);
    failures += oaep_case(&masked, RESULT_MALFORMED);
    return failures;
}
