/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/padding.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "asn1/signature.h"
#include "module/crypto/digest.h"
#include "module/crypto/softkey.h"
#include "tests/unit/openssl_key.h"

#define BLOCK 128

static const struct {
    enum hash hash;
    const EVP_MD *(*md)(void);
} hashes[] = {
    { HASH_SHA1, EVP_sha1 },         { HASH_SHA224, EVP_sha224 },     { HASH_SHA256, EVP_sha256 },
    { HASH_SHA384, EVP_sha384 },     { HASH_SHA512, EVP_sha512 },     { HASH_SHA3_224, EVP_sha3_224 },
    { HASH_SHA3_256, EVP_sha3_256 }, { HASH_SHA3_384, EVP_sha3_384 },
};
#define HASHES (sizeof(hashes) / sizeof(hashes[0]))

static struct crypto *start(void)
{
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    return crypto;
}

#define CRYPTO SCOPED(crypto_free) struct crypto *crypto = start()

static struct bytes counted(uint8_t *memory, size_t size)
{
    for (size_t i = 0; i < size; i++)
        memory[i] = (uint8_t)(i + 1);
    return bytes_make(memory, size);
}

/* --- PKCS#1 v1.5 */

START_TEST(test_a_signature_block_is_what_the_standard_shows)
{
    uint8_t memory[BLOCK], data[3] = { 0xAA, 0x00, 0xBB };
    struct buf out = BUF_OVER(memory);

    assert_ok(padding_pkcs1_sign(BYTES_OF(data), 16, &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                            0, 0xAA, 0, 0xBB));
}
END_TEST

START_TEST(test_a_signature_block_verifies_with_openssl)
{
    CRYPTO;
    uint8_t block[BLOCK], info[SIGNATURE_DIGEST_INFO_MAX], hash[DIGEST_MAX], signature[BLOCK];
    struct buf out = BUF_OVER(block), digest_info = BUF_OVER(info), digest = BUF_OVER(hash);
    struct buf signed_ = BUF_OVER(signature);
    EVP_PKEY *key = openssl_rsa_new(8 * BLOCK);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

    assert_ok(digest_compute(crypto, HASH_SHA256, bytes_text("message"), &digest));
    assert_ok(signature_digest_info(HASH_SHA256, buf_bytes(&digest), &digest_info));
    assert_ok(padding_pkcs1_sign(buf_bytes(&digest_info), BLOCK, &out));
    openssl_rsa(key, "decrypt", RSA_NO_PADDING, buf_bytes(&out), &signed_);
    ck_assert_int_eq(EVP_PKEY_verify_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()), 1);
    ck_assert_int_eq(EVP_PKEY_verify(ctx, signature, BLOCK, hash, digest.size), 1);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(key);
}
END_TEST

START_TEST(test_data_that_leaves_no_room_for_eight_fillers_is_refused)
{
    CRYPTO;
    uint8_t memory[BLOCK], data[BLOCK];
    struct buf out = BUF_OVER(memory);
    struct bytes most = counted(data, BLOCK - PADDING_PKCS1_OVERHEAD);
    struct bytes more = counted(data, BLOCK - PADDING_PKCS1_OVERHEAD + 1);

    assert_result(padding_pkcs1_sign(more, BLOCK, &out), RESULT_BAD_ARGUMENT);
    assert_result(padding_pkcs1_encrypt(crypto, more, BLOCK, &out), RESULT_BAD_ARGUMENT);
    assert_result(padding_pkcs1_sign(BYTES_NONE, 10, &out), RESULT_BAD_ARGUMENT);
    assert_result(padding_pkcs1_encrypt(crypto, BYTES_NONE, 10, &out), RESULT_BAD_ARGUMENT);
    ck_assert_uint_eq(out.size, 0);
    assert_ok(padding_pkcs1_sign(most, BLOCK, &out));
    ck_assert_uint_eq(out.size, BLOCK);
    buf_clear(&out);
    assert_ok(padding_pkcs1_encrypt(crypto, most, BLOCK, &out));
    assert_result(padding_pkcs1_sign(most, BLOCK, &out), RESULT_TOO_LARGE);
    assert_result(padding_pkcs1_encrypt(crypto, most, BLOCK, &out), RESULT_TOO_LARGE);
    ck_assert_uint_eq(out.size, BLOCK);
}
END_TEST

START_TEST(test_checking_finds_every_changed_bit_of_a_signature_block)
{
    uint8_t memory[BLOCK], data[20];
    struct buf out = BUF_OVER(memory);
    struct bytes digest = counted(data, sizeof(data));

    assert_ok(padding_pkcs1_sign(digest, BLOCK, &out));
    assert_ok(padding_pkcs1_check(buf_bytes(&out), digest));
    assert_result(padding_pkcs1_check(buf_bytes(&out), bytes_from(digest, 1)), RESULT_MALFORMED);
    assert_result(padding_pkcs1_check(bytes_from(buf_bytes(&out), 1), digest), RESULT_MALFORMED);
    assert_result(padding_pkcs1_check(BYTES_NONE, BYTES_NONE), RESULT_MALFORMED);
    for (size_t i = 0; i < 8 * BLOCK; i++) {
        memory[i / 8] = (uint8_t)(memory[i / 8] ^ 1U << i % 8);
        assert_result(padding_pkcs1_check(buf_bytes(&out), digest), RESULT_MALFORMED);
        memory[i / 8] = (uint8_t)(memory[i / 8] ^ 1U << i % 8);
    }
}
END_TEST

START_TEST(test_recovers_what_was_signed_and_refuses_every_changed_filler)
{
    uint8_t memory[BLOCK], data[20], back[BLOCK];
    struct buf out = BUF_OVER(memory), recovered = BUF_OVER(back), small = buf_make(back, 19);
    struct bytes digest = counted(data, sizeof(data));

    assert_ok(padding_pkcs1_sign(digest, BLOCK, &out));
    assert_ok(padding_pkcs1_recover(buf_bytes(&out), &recovered));
    assert_bytes(buf_bytes(&recovered), digest);
    assert_result(padding_pkcs1_recover(buf_bytes(&out), &small), RESULT_TOO_LARGE);
    for (size_t i = 0; i < BLOCK - sizeof(data); i++) {
        memory[i] ^= 0x40;
        assert_result(padding_pkcs1_recover(buf_bytes(&out), &recovered), RESULT_MALFORMED);
        memory[i] ^= 0x40;
    }
    memset(memory + 2, 0xFF, BLOCK - 2);
    assert_result(padding_pkcs1_recover(buf_bytes(&out), &recovered), RESULT_MALFORMED);
    memory[9] = 0;
    assert_result(padding_pkcs1_recover(buf_bytes(&out), &recovered), RESULT_MALFORMED);
    memory[9] = 0xFF;
    memory[10] = 0;
    buf_clear(&recovered);
    assert_ok(padding_pkcs1_recover(buf_bytes(&out), &recovered));
}
END_TEST

START_TEST(test_the_filler_of_encryption_has_no_zeros_and_differs_each_time)
{
    CRYPTO;
    uint8_t first[512], second[512];
    struct buf a = BUF_OVER(first), b = BUF_OVER(second);

    for (int round = 0; round < 50; round++) {
        buf_clear(&a);
        assert_ok(padding_pkcs1_encrypt(crypto, BYTES_NONE, sizeof(first), &a));
        for (size_t i = 2; i < sizeof(first) - 1; i++)
            ck_assert_uint_ne(first[i], 0);
        ck_assert_uint_eq(first[0], 0);
        ck_assert_uint_eq(first[1], 2);
        ck_assert_uint_eq(first[511], 0);
    }
    assert_ok(padding_pkcs1_encrypt(crypto, BYTES_NONE, sizeof(second), &b));
    ck_assert(!bytes_equal(buf_bytes(&a), buf_bytes(&b)));
}
END_TEST

START_TEST(test_openssl_decrypts_what_was_padded_here_and_the_other_way_round)
{
    CRYPTO;
    uint8_t block[BLOCK], cipher[BLOCK], plain[BLOCK], data[BLOCK];
    EVP_PKEY *key = openssl_rsa_new(8 * BLOCK);
    struct pubkey public_key = openssl_rsa_public(key);

    for (size_t size = 1; size <= BLOCK - PADDING_PKCS1_OVERHEAD; size += 29) {
        struct buf padded = BUF_OVER(block), encrypted = BUF_OVER(cipher), back = BUF_OVER(plain);
        struct bytes message = counted(data, size);

        assert_ok(padding_pkcs1_encrypt(crypto, message, BLOCK, &padded));
        assert_ok(softkey_rsa_public(crypto, &public_key, buf_bytes(&padded), &encrypted));
        assert_bytes(openssl_rsa(key, "decrypt", RSA_PKCS1_PADDING, buf_bytes(&encrypted), &back), message);

        buf_clear(&encrypted), buf_clear(&padded), buf_clear(&back);
        openssl_rsa(key, "encrypt", RSA_PKCS1_PADDING, message, &encrypted);
        openssl_rsa(key, "decrypt", RSA_NO_PADDING, buf_bytes(&encrypted), &padded);
        assert_ok(padding_pkcs1_decrypt(buf_bytes(&padded), &back));
        assert_bytes(buf_bytes(&back), message);
    }
    EVP_PKEY_free(key);
}
END_TEST

START_TEST(test_decrypts_data_of_every_length_also_with_zeros_in_it)
{
    CRYPTO;
    uint8_t memory[BLOCK], back[BLOCK], data[BLOCK] = { 0 };

    for (size_t size = 0; size <= BLOCK - PADDING_PKCS1_OVERHEAD; size++) {
        struct buf padded = BUF_OVER(memory), plain = BUF_OVER(back);

        data[size / 2] = (uint8_t)size;
        buf_add_byte(&plain, 0x77);
        assert_ok(padding_pkcs1_encrypt(crypto, bytes_make(data, size), BLOCK, &padded));
        assert_ok(padding_pkcs1_decrypt(buf_bytes(&padded), &plain));
        ck_assert_uint_eq(back[0], 0x77);
        assert_bytes(bytes_from(buf_bytes(&plain), 1), bytes_make(data, size));
    }
}
END_TEST

START_TEST(test_every_wrong_padding_of_a_decrypted_block_is_the_same_error)
{
    CRYPTO;
    uint8_t memory[BLOCK], back[BLOCK], data[40];
    struct buf padded = BUF_OVER(memory), plain = BUF_OVER(back);
    size_t separator = BLOCK - sizeof(data) - 1;

    assert_ok(padding_pkcs1_encrypt(crypto, counted(data, sizeof(data)), BLOCK, &padded));
    for (size_t i = 0; i < 10; i++) {
        uint8_t kept = memory[i];

        memory[i] = i == 0 ? 1 : 0;
        assert_result(padding_pkcs1_decrypt(buf_bytes(&padded), &plain), RESULT_MALFORMED);
        ck_assert_uint_eq(plain.size, 0);
        memory[i] = kept;
    }
    for (unsigned type = 0; type < 256; type++) {
        memory[1] = (uint8_t)type;
        assert_result(padding_pkcs1_decrypt(buf_bytes(&padded), &plain),
                      type == 2 ? RESULT_OK : RESULT_MALFORMED);
        buf_clear(&plain);
    }
    memory[1] = 2;
    memory[separator] = 1;
    assert_result(padding_pkcs1_decrypt(buf_bytes(&padded), &plain), RESULT_MALFORMED);
    memory[10] = 0;
    assert_ok(padding_pkcs1_decrypt(buf_bytes(&padded), &plain));
    ck_assert_uint_eq(plain.size, BLOCK - 11);
}
END_TEST

START_TEST(test_decrypting_asks_for_room_before_it_looks)
{
    uint8_t memory[BLOCK] = { 0 }, back[BLOCK];
    struct buf small = buf_make(back, BLOCK - PADDING_PKCS1_OVERHEAD - 1);

    assert_result(padding_pkcs1_decrypt(BYTES_OF(memory), &small), RESULT_TOO_LARGE);
    assert_result(padding_pkcs1_decrypt(bytes_make(memory, 10), &small), RESULT_BAD_ARGUMENT);
    ck_assert(!small.overflow);
}
END_TEST

/* --- PSS */

static EVP_PKEY_CTX *pss_context(EVP_PKEY *key, bool sign, const EVP_MD *hash, const EVP_MD *mgf, int salt)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

    ck_assert_int_eq(sign ? EVP_PKEY_sign_init(ctx) : EVP_PKEY_verify_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_signature_md(ctx, hash), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, mgf), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt), 1);
    return ctx;
}

static void pss_both_ways(struct crypto *crypto, EVP_PKEY *key, size_t hash, size_t mgf, size_t salt)
{
    struct pubkey public_key = openssl_rsa_public(key);
    size_t bits = pubkey_bits(&public_key), size = public_key.modulus_size;
    struct pss pss = { hashes[hash].hash, hashes[mgf].hash, salt };
    uint8_t memory[512], other[512], digest[DIGEST_MAX];
    struct buf block = BUF_OVER(memory), signature = BUF_OVER(other);
    struct bytes hashed = counted(digest, hash_size(pss.hash));
    EVP_PKEY_CTX *ctx = pss_context(key, false, hashes[hash].md(), hashes[mgf].md(), (int)salt);

    assert_ok(padding_pss_encode(crypto, &pss, hashed, bits, &block));
    ck_assert_uint_eq(block.size, size);
    openssl_rsa(key, "decrypt", RSA_NO_PADDING, buf_bytes(&block), &signature);
    ck_assert_int_eq(EVP_PKEY_verify(ctx, other, size, digest, hashed.size), 1);
    EVP_PKEY_CTX_free(ctx);

    ctx = pss_context(key, true, hashes[hash].md(), hashes[mgf].md(), (int)salt);
    ck_assert_int_eq(EVP_PKEY_sign(ctx, other, &size, digest, hashed.size), 1);
    EVP_PKEY_CTX_free(ctx);
    buf_clear(&block);
    assert_ok(softkey_rsa_public(crypto, &public_key, bytes_make(other, size), &block));
    assert_ok(padding_pss_verify(crypto, &pss, hashed, bits, buf_bytes(&block)));
}

START_TEST(test_pss_agrees_with_openssl_for_all_hashes_and_lengths_of_modulus)
{
    CRYPTO;
    static const unsigned lengths[] = { 1024, 1025, 1026, 1031, 1033, 2048 };

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        EVP_PKEY *key = openssl_rsa_new(lengths[i]);

        for (size_t hash = 0; hash < HASHES; hash++) {
            long max = padding_pss_salt_max(hashes[hash].hash, lengths[i]);

            if (max < 0)
                continue;
            pss_both_ways(crypto, key, hash, hash, 0);
            pss_both_ways(crypto, key, hash, hash, (size_t)max);
            pss_both_ways(crypto, key, hash, (hash + 1) % HASHES, (size_t)max / 2);
        }
        EVP_PKEY_free(key);
    }
}
END_TEST

START_TEST(test_pss_finds_every_changed_bit)
{
    CRYPTO;
    struct pss pss = { HASH_SHA256, HASH_SHA256, 32 };
    uint8_t memory[BLOCK + 1], digest[32];
    struct bytes hashed = counted(digest, sizeof(digest));

    for (size_t bits = 8 * BLOCK; bits <= 8 * BLOCK + 1; bits++) {
        struct buf block = BUF_OVER(memory);

        assert_ok(padding_pss_encode(crypto, &pss, hashed, bits, &block));
        assert_ok(padding_pss_verify(crypto, &pss, hashed, bits, buf_bytes(&block)));
        for (size_t i = 0; i < 8 * block.size; i++) {
            memory[i / 8] = (uint8_t)(memory[i / 8] ^ 1U << i % 8);
            assert_result(padding_pss_verify(crypto, &pss, hashed, bits, buf_bytes(&block)),
                          RESULT_MALFORMED);
            memory[i / 8] = (uint8_t)(memory[i / 8] ^ 1U << i % 8);
        }
        assert_result(padding_pss_verify(crypto, &pss, hashed, bits, bytes_from(buf_bytes(&block), 1)),
                      RESULT_MALFORMED);
        digest[0] ^= 1;
        assert_result(padding_pss_verify(crypto, &pss, hashed, bits, buf_bytes(&block)), RESULT_MALFORMED);
        digest[0] ^= 1;
    }
}
END_TEST

START_TEST(test_pss_takes_a_salt_of_the_given_length_only)
{
    CRYPTO;
    struct pss pss = { HASH_SHA256, HASH_SHA256, 32 };
    uint8_t memory[BLOCK], digest[32];
    struct buf block = BUF_OVER(memory);
    struct bytes hashed = counted(digest, sizeof(digest));

    assert_ok(padding_pss_encode(crypto, &pss, hashed, 8 * BLOCK, &block));
    for (pss.salt = 0; pss.salt <= 94; pss.salt++)
        assert_result(padding_pss_verify(crypto, &pss, hashed, 8 * BLOCK, buf_bytes(&block)),
                      pss.salt == 32 ? RESULT_OK : RESULT_MALFORMED);
    pss.salt = 32;
    pss.mgf = HASH_SHA1;
    assert_result(padding_pss_verify(crypto, &pss, hashed, 8 * BLOCK, buf_bytes(&block)), RESULT_MALFORMED);
}
END_TEST

START_TEST(test_pss_refuses_what_does_not_fit_the_key)
{
    CRYPTO;
    struct pss pss = { HASH_SHA256, HASH_SHA256, 95 };
    uint8_t memory[BLOCK], digest[64];
    struct buf block = BUF_OVER(memory);
    struct bytes hashed = counted(digest, 32);

    ck_assert_int_eq(padding_pss_salt_max(HASH_SHA256, 8 * BLOCK), 94);
    ck_assert_int_eq(padding_pss_salt_max(HASH_SHA512, 512), -1);
    ck_assert_int_eq(padding_pss_salt_max(HASH_SHA256, 0), -1);
    ck_assert_int_eq(padding_pss_salt_max(HASH_NONE, 1024), -1);
    assert_result(padding_pss_encode(crypto, &pss, hashed, 8 * BLOCK, &block), RESULT_BAD_ARGUMENT);
    assert_result(padding_pss_verify(crypto, &pss, hashed, 8 * BLOCK, BYTES_OF(memory)), RESULT_BAD_ARGUMENT);
    pss.salt = SIZE_MAX;
    assert_result(padding_pss_encode(crypto, &pss, hashed, 8 * BLOCK, &block), RESULT_BAD_ARGUMENT);
    pss.salt = 94;
    assert_ok(padding_pss_encode(crypto, &pss, hashed, 8 * BLOCK, &block));
    buf_clear(&block);
    assert_result(padding_pss_encode(crypto, &pss, counted(digest, 31), 8 * BLOCK, &block),
                  RESULT_BAD_ARGUMENT);
    assert_result(padding_pss_encode(crypto, &pss, hashed, 0, &block), RESULT_BAD_ARGUMENT);
    assert_result(padding_pss_encode(crypto, &pss, hashed, 8 * PUBKEY_MODULUS_MAX + 1, &block),
                  RESULT_BAD_ARGUMENT);
    pss.mgf = HASH_NONE;
    assert_result(padding_pss_encode(crypto, &pss, hashed, 8 * BLOCK, &block), RESULT_UNSUPPORTED);
    ck_assert_uint_eq(block.size, 0);
}
END_TEST

/* --- OAEP */

static EVP_PKEY_CTX *oaep_context(EVP_PKEY *key, bool encrypt, size_t hash, size_t mgf, struct bytes label)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    void *copy = NULL;

    ck_assert_int_eq(encrypt ? EVP_PKEY_encrypt_init(ctx) : EVP_PKEY_decrypt_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_oaep_md(ctx, hashes[hash].md()), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, hashes[mgf].md()), 1);
    if (label.size > 0) {
        copy = OPENSSL_memdup(label.data, label.size);
        ck_assert_int_eq(EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, copy, (int)label.size), 1);
    }
    return ctx;
}

static void oaep_both_ways(struct crypto *crypto, EVP_PKEY *key, size_t hash, size_t mgf, struct bytes label,
                           size_t length)
{
    struct pubkey public_key = openssl_rsa_public(key);
    struct oaep oaep = { hashes[hash].hash, hashes[mgf].hash, label };
    uint8_t padded[512], encrypted[512], plain[512], data[512];
    struct buf block = BUF_OVER(padded), cipher = BUF_OVER(encrypted), back = BUF_OVER(plain);
    struct bytes message = counted(data, length);
    EVP_PKEY_CTX *ctx = oaep_context(key, false, hash, mgf, label);
    size_t size = sizeof(plain);

    assert_ok(padding_oaep_encode(crypto, &oaep, message, public_key.modulus_size, &block));
    assert_ok(softkey_rsa_public(crypto, &public_key, buf_bytes(&block), &cipher));
    ck_assert_int_eq(EVP_PKEY_decrypt(ctx, plain, &size, encrypted, cipher.size), 1);
    assert_bytes(bytes_make(plain, size), message);
    EVP_PKEY_CTX_free(ctx);

    ctx = oaep_context(key, true, hash, mgf, label);
    size = sizeof(encrypted);
    ck_assert_int_eq(EVP_PKEY_encrypt(ctx, encrypted, &size, data, length), 1);
    EVP_PKEY_CTX_free(ctx);
    buf_clear(&block);
    openssl_rsa(key, "decrypt", RSA_NO_PADDING, bytes_make(encrypted, size), &block);
    assert_ok(padding_oaep_decode(crypto, &oaep, buf_bytes(&block), &back));
    assert_bytes(buf_bytes(&back), message);
}

START_TEST(test_oaep_agrees_with_openssl_for_all_hashes_and_labels)
{
    CRYPTO;
    EVP_PKEY *key = openssl_rsa_new(2048);

    for (size_t hash = 0; hash < HASHES; hash++) {
        size_t max = (size_t)padding_oaep_max(hashes[hash].hash, 256);

        oaep_both_ways(crypto, key, hash, hash, BYTES_NONE, 1);
        oaep_both_ways(crypto, key, hash, hash, bytes_text("a label"), max);
        oaep_both_ways(crypto, key, hash, (hash + 3) % HASHES, bytes_text("another"), max / 2);
    }
    EVP_PKEY_free(key);
}
END_TEST

START_TEST(test_oaep_decodes_data_of_every_length)
{
    CRYPTO;
    struct oaep oaep = { HASH_SHA1, HASH_SHA256, bytes_text("label") };
    uint8_t memory[BLOCK], back[BLOCK], data[BLOCK];
    size_t max = (size_t)padding_oaep_max(HASH_SHA1, BLOCK);

    ck_assert_uint_eq(max, BLOCK - 42);
    for (size_t size = 0; size <= max; size++) {
        struct buf block = BUF_OVER(memory), plain = BUF_OVER(back);

        assert_ok(padding_oaep_encode(crypto, &oaep, counted(data, size), BLOCK, &block));
        assert_ok(padding_oaep_decode(crypto, &oaep, buf_bytes(&block), &plain));
        assert_bytes(buf_bytes(&plain), bytes_make(data, size));
    }
}
END_TEST

START_TEST(test_every_wrong_byte_of_an_oaep_block_is_the_same_error)
{
    CRYPTO;
    struct oaep oaep = { HASH_SHA256, HASH_SHA256, bytes_text("label") };
    struct oaep other = { HASH_SHA256, HASH_SHA256, BYTES_NONE };
    uint8_t memory[BLOCK], back[BLOCK], data[20];
    struct buf block = BUF_OVER(memory), plain = BUF_OVER(back);

    assert_ok(padding_oaep_encode(crypto, &oaep, counted(data, sizeof(data)), BLOCK, &block));
    /* What stands in the data area itself is data: changing it is not an error, so only up to the separator.
     */
    for (size_t i = 0; i < BLOCK - sizeof(data); i++) {
        memory[i] ^= 0x04;
        assert_result(padding_oaep_decode(crypto, &oaep, buf_bytes(&block), &plain), RESULT_MALFORMED);
        ck_assert_uint_eq(plain.size, 0);
        memory[i] ^= 0x04;
    }
    assert_result(padding_oaep_decode(crypto, &other, buf_bytes(&block), &plain), RESULT_MALFORMED);
    assert_ok(padding_oaep_decode(crypto, &oaep, buf_bytes(&block), &plain));
}
END_TEST

START_TEST(test_oaep_refuses_what_does_not_fit)
{
    CRYPTO;
    struct oaep oaep = { HASH_SHA512, HASH_SHA512, BYTES_NONE };
    uint8_t memory[BLOCK], back[BLOCK], data[BLOCK];
    struct buf block = BUF_OVER(memory), small = buf_make(back, 61);

    ck_assert_int_eq(padding_oaep_max(HASH_SHA512, BLOCK), -1);
    assert_result(padding_oaep_encode(crypto, &oaep, BYTES_NONE, BLOCK, &block), RESULT_BAD_ARGUMENT);
    assert_result(padding_oaep_decode(crypto, &oaep, BYTES_OF(memory), &block), RESULT_BAD_ARGUMENT);
    oaep.hash = HASH_SHA256;
    assert_result(padding_oaep_encode(crypto, &oaep, counted(data, 63), BLOCK, &block), RESULT_BAD_ARGUMENT);
    assert_ok(padding_oaep_encode(crypto, &oaep, counted(data, 62), BLOCK, &block));
    assert_result(padding_oaep_decode(crypto, &oaep, buf_bytes(&block), &small), RESULT_TOO_LARGE);
    assert_result(padding_oaep_encode(crypto, &oaep, counted(data, 62), BLOCK, &block), RESULT_TOO_LARGE);
    oaep.mgf = HASH_NONE;
    buf_clear(&block);
    assert_result(padding_oaep_encode(crypto, &oaep, counted(data, 1), BLOCK, &block), RESULT_UNSUPPORTED);
    ck_assert_uint_eq(block.size, 0);
}
END_TEST

UNIT_MAIN("padding", test_a_signature_block_is_what_the_standard_shows,
          test_a_signature_block_verifies_with_openssl,
          test_data_that_leaves_no_room_for_eight_fillers_is_refused,
          test_checking_finds_every_changed_bit_of_a_signature_block,
          test_recovers_what_was_signed_and_refuses_every_changed_filler,
          test_the_filler_of_encryption_has_no_zeros_and_differs_each_time,
          test_openssl_decrypts_what_was_padded_here_and_the_other_way_round,
          test_decrypts_data_of_every_length_also_with_zeros_in_it,
          test_every_wrong_padding_of_a_decrypted_block_is_the_same_error,
          test_decrypting_asks_for_room_before_it_looks,
          test_pss_agrees_with_openssl_for_all_hashes_and_lengths_of_modulus,
          test_pss_finds_every_changed_bit, test_pss_takes_a_salt_of_the_given_length_only,
          test_pss_refuses_what_does_not_fit_the_key, test_oaep_agrees_with_openssl_for_all_hashes_and_labels,
          test_oaep_decodes_data_of_every_length, test_every_wrong_byte_of_an_oaep_block_is_the_same_error,
          test_oaep_refuses_what_does_not_fit)
