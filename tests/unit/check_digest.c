/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/digest.h"

#include <openssl/evp.h>

#include "tests/unit/openssl_key.h"

/* FIPS 180-4 and FIPS 202 examples: the hash of "abc". */
static const struct {
    enum hash hash;
    const char *openssl, *abc;
} known[] = {
    { HASH_SHA1, "SHA1", "a9993e364706816aba3e25717850c26c9cd0d89d" },
    { HASH_SHA224, "SHA224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7" },
    { HASH_SHA256, "SHA256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { HASH_SHA384, "SHA384",
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7" },
    { HASH_SHA512, "SHA512",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
      "454d4423643ce80e2a9ac94fa54ca49f" },
    { HASH_SHA3_224, "SHA3-224", "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf" },
    { HASH_SHA3_256, "SHA3-256", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" },
    { HASH_SHA3_384, "SHA3-384", NULL },
    { HASH_SHA3_512, "SHA3-512", NULL },
};
#define KNOWN (sizeof(known) / sizeof(known[0]))

START_TEST(test_known_answers)
{
    uint8_t memory[DIGEST_MAX], expected[DIGEST_MAX];
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    for (size_t i = 0; i < KNOWN; i++) {
        struct buf out = BUF_OVER(memory), hex = BUF_OVER(expected);

        assert_ok(digest_compute(crypto, known[i].hash, bytes_text("abc"), &out));
        ck_assert_uint_eq(out.size, hash_size(known[i].hash));
        if (known[i].abc)
            assert_bytes(buf_bytes(&out), unhex(known[i].abc, &hex));
    }
    crypto_free(&crypto);
}
END_TEST

START_TEST(test_agrees_with_openssl_on_a_long_message_in_parts)
{
    uint8_t message[1000], memory[DIGEST_MAX], expected[DIGEST_MAX];
    struct crypto *crypto;
    size_t size;

    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (uint8_t)(i * 7);
    assert_ok(crypto_new(&crypto));
    for (size_t i = 0; i < KNOWN; i++) {
        struct buf out = BUF_OVER(memory);
        struct digest *digest;

        ck_assert_int_eq(
            EVP_Q_digest(NULL, known[i].openssl, NULL, message, sizeof(message), expected, &size), 1);
        assert_ok(digest_new(crypto, known[i].hash, &digest));
        ck_assert_int_eq((int)digest_hash(digest), (int)known[i].hash);
        assert_ok(digest_update(digest, bytes_make(message, 1)));
        assert_ok(digest_update(digest, BYTES_NONE));
        assert_ok(digest_update(digest, bytes_make(message + 1, sizeof(message) - 1)));
        assert_ok(digest_final(digest, &out));
        assert_bytes(buf_bytes(&out), bytes_make(expected, size));
        digest_free(&digest);
        ck_assert_ptr_null(digest);
    }
    crypto_free(&crypto);
}
END_TEST

START_TEST(test_a_copy_goes_its_own_way)
{
    uint8_t first[DIGEST_MAX], second[DIGEST_MAX], whole[DIGEST_MAX];
    struct buf a = BUF_OVER(first), b = BUF_OVER(second), c = BUF_OVER(whole);
    struct digest *digest, *copy;
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    assert_ok(digest_new(crypto, HASH_SHA256, &digest));
    assert_ok(digest_update(digest, bytes_text("ab")));
    assert_ok(digest_copy(digest, &copy));
    assert_ok(digest_update(copy, bytes_text("c")));
    assert_ok(digest_final(copy, &b));
    assert_ok(digest_final(digest, &a));
    assert_ok(digest_compute(crypto, HASH_SHA256, bytes_text("abc"), &c));
    assert_bytes(buf_bytes(&b), buf_bytes(&c));
    ck_assert(!bytes_equal(buf_bytes(&a), buf_bytes(&b)));
    digest_free(&digest);
    digest_free(&copy);
    crypto_free(&crypto);
}
END_TEST

START_TEST(test_a_small_buffer_leaves_the_digest_as_it_was)
{
    uint8_t memory[DIGEST_MAX];
    struct buf small = buf_make(memory, 31), enough = BUF_OVER(memory);
    struct digest *digest;
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    assert_ok(digest_new(crypto, HASH_SHA256, &digest));
    assert_result(digest_final(digest, &small), RESULT_TOO_LARGE);
    ck_assert(!small.overflow);
    assert_ok(digest_update(digest, bytes_text("abc")));
    assert_ok(digest_final(digest, &enough));
    ck_assert_uint_eq(memory[0], 0xba);
    digest_free(&digest);
    crypto_free(&crypto);
}
END_TEST

START_TEST(test_a_finished_digest_takes_nothing_more)
{
    uint8_t memory[2 * DIGEST_MAX];
    struct buf out = BUF_OVER(memory);
    struct digest *digest, *copy;
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    assert_ok(digest_new(crypto, HASH_SHA1, &digest));
    assert_ok(digest_final(digest, &out));
    assert_result(digest_final(digest, &out), RESULT_BAD_ARGUMENT);
    assert_result(digest_update(digest, bytes_text("x")), RESULT_BAD_ARGUMENT);
    assert_ok(digest_copy(digest, &copy));
    assert_result(digest_final(copy, &out), RESULT_BAD_ARGUMENT);
    digest_free(&copy);
    digest_free(&digest);
    digest_free(&digest);
    crypto_free(&crypto);
}
END_TEST

START_TEST(test_no_hash_is_unsupported)
{
    struct digest *digest;
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    assert_result(digest_new(crypto, HASH_NONE, &digest), RESULT_UNSUPPORTED);
    ck_assert_ptr_null(digest);
    crypto_free(&crypto);
}
END_TEST

UNIT_MAIN("digest", test_known_answers, test_agrees_with_openssl_on_a_long_message_in_parts,
          test_a_copy_goes_its_own_way, test_a_small_buffer_leaves_the_digest_as_it_was,
          test_a_finished_digest_takes_nothing_more, test_no_hash_is_unsupported)
