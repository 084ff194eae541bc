/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/gost.h"

#include <gcrypt.h>
#include <string.h>

#include "asn1/gost.h"
#include "module/crypto/digest.h"
#include "tests/unit/gost_vectors.h"
#include "tests/unit/openssl_key.h"

#define M1 "012345678901234567890123456789012345678901234567890123456789012"
#define RFC7091_256_DIGEST "e53e042b67e6ec678e2e02b12a0352ce1fc6eee0529cc088119ad872b3c1fb2d"
#define RFC7091_256_POINT                                                                                    \
    "0bd86fe5d8db89668f789b4e1dba8585c5508b45ec5b59d8906ddb70e2492b7f"                                       \
    "da77ff871a10fbdf2766d293c5d164afbb3c7b973a41c885d11d70d689b4f126"
#define RFC7091_256_SIGNATURE                                                                                \
    "01456c64ba4642a1653c235a98a60249bcd6d3f746b631df928014f6c5bf9c40"                                       \
    "41aa28d2f1ab148280cd9ed56feda41974053554a42767b83ad043fd39dc0493"
#define RFC7091_512_DIGEST                                                                                   \
    "8c5b0772297d77c64f0c561ddbde7a405a5d7c646c97394341f4936553ee8471"                                       \
    "91c5b03570141da733c570c1f9b6091b53ab8d4d7c4a4f5c61e0c9accff35437"
#define RFC7091_512_POINT                                                                                    \
    "e1ef30d52c6133ddd99d1d5c41455cf7df4d8b4c925bbc69af1433d15658515add2146850c325c5b81c133be655aa8c4"       \
    "d440e7b98a8d59487b0c7696bcc55d11ecbe7736a9ec357ff2fd39931f4e114cb8cda359270ac7f0e7ff43d9419419ea"       \
    "61fd2ab77f5d9f63523d3b50a04f63e2a0cf51b7c13adc21560f0bd40cc9c737"
#define RFC7091_512_SIGNATURE                                                                                \
    "1081b394696ffe8e6585e7a9362d26b6325f56778aadbc081c0bfbe933d52ff5823ce288e8c4f362526080df7f70ce40"       \
    "6a6eeb1f56919cb92a9853bde73e5b4a2f86fa60a081091a23dd795e1e3c689ee512a3c82ee0dcc2643c78eea8fcacd3"       \
    "5492558486b20f1c9ec197c90699850260c93bcbcd9c5c3317e19344e173ae36"

/* Of order two on tc26-256-A: y is 0, x is a root of the curve's polynomial. */
#define LOW_ORDER_256_A                                                                                      \
    "aa4aa1e7dc7530a67ec42a195cfe448758d978d4444b978e15ff95f573fe0001"                                       \
    "0000000000000000000000000000000000000000000000000000000000000000"

/* What both sides of RFC 7836 B.5 share before UKM: x_A times Q_B, computed by another program. */
#define VKO_SHARED                                                                                           \
    "d36327b3dfd71ca0761708c64667057daee6b66b27530e9a8108e737558d284b"                                       \
    "92aac13af71f95dbe9f686fea92b3ec480b86d195ee61d625bfe291b81726bc8"                                       \
    "a630673285d55ccf1b2d55d41e87e97ab462336c350b734ee164e49ef775b12e"                                       \
    "891de705e374ad6157ad148e831abfbf57b0113f4629ab97501d531996dfa6c0"

/* By another program, from the text of RFC 4357 6.5. */
#define DIVERSIFIED_A "cc56370aca5b5c8e6053ee73dd6092f0b7c338fdfe8c2ec5cd691bb12106ea8f"
#define DIVERSIFIED_Z "3e9a21ef7a06239cf74451a1f137900457576f541aaa730df0c88355de3b145c"

static struct crypto *crypto;

/* Two buffers' worth of numbers in hexadecimal. */
static struct bytes hex(const char *text)
{
    static uint8_t memory[8][512];
    static size_t next;
    struct buf out = BUF_OVER(memory[next++ % 8]);

    return unhex(text, &out);
}

static void setup(void)
{
    assert_ok(crypto_new(&crypto));
}

static void assert_hash(enum hash hash, struct bytes message, const char *expected)
{
    uint8_t memory[DIGEST_MAX];
    struct buf out = BUF_OVER(memory);

    assert_ok(digest_compute(crypto, hash, message, &out));
    assert_bytes(buf_bytes(&out), hex(expected));
}

START_TEST(hashes_are_those_of_rfc_6986_and_of_gost_engine)
{
    setup();
    assert_hash(HASH_STREEBOG_256, bytes_text(M1),
                "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500");
    assert_hash(HASH_STREEBOG_512, bytes_text(M1),
                "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
                "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48");
    assert_hash(HASH_STREEBOG_256, BYTES_NONE,
                "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb");
    assert_hash(HASH_GOST94, bytes_text("abc"),
                "b285056dbf18d7392d7677369524dd14747459ed8143997e163b2986f92fd42c");
    /* of nothing gost-engine 3.0.1 computes something else, and is alone with it */
    assert_hash(HASH_GOST94, BYTES_NONE, "981e5f3ca30c841487830f84fb433e13ac1101569b9c13584ac483234cd656c0");
    crypto_free(&crypto);
}
END_TEST

START_TEST(a_hash_in_parts_and_its_copy_go_their_own_ways)
{
    uint8_t first[DIGEST_MAX], second[DIGEST_MAX];
    struct buf a = BUF_OVER(first), b = BUF_OVER(second), small = buf_make(first, 31);
    struct digest *digest, *copy;

    setup();
    assert_ok(digest_new(crypto, HASH_STREEBOG_256, &digest));
    assert_ok(digest_update(digest, bytes_slice(bytes_text(M1), 0, 10)));
    assert_ok(digest_copy(digest, &copy));
    assert_ok(digest_update(digest, BYTES_NONE));
    assert_ok(digest_update(digest, bytes_from(bytes_text(M1), 10)));
    assert_ok(digest_update(copy, bytes_text("else")));
    assert_result(digest_final(digest, &small), RESULT_TOO_LARGE);
    assert_ok(digest_final(digest, &a));
    assert_bytes(buf_bytes(&a), hex("9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"));
    assert_result(digest_update(digest, bytes_text("late")), RESULT_BAD_ARGUMENT);
    assert_ok(digest_final(copy, &b));
    ck_assert(!bytes_equal(buf_bytes(&a), buf_bytes(&b)));
    digest_free(&digest);
    digest_free(&copy);
    crypto_free(&crypto);
}
END_TEST

static void assert_hmac(enum hash hash, struct bytes key_bytes, struct bytes message, const char *expected)
{
    uint8_t memory[DIGEST_MAX];
    struct buf out = BUF_OVER(memory);
    SCOPED(secret_free) struct secret *key = NULL;
    struct digest *digest;

    assert_ok(secret_new(key_bytes, &key));
    assert_ok(digest_new_hmac(crypto, hash, key, &digest));
    assert_ok(digest_update(digest, message));
    assert_ok(digest_final(digest, &out));
    assert_bytes(buf_bytes(&out), hex(expected));
    digest_free(&digest);
}

START_TEST(hmacs_are_those_of_rfc_7836_and_of_gost_engine)
{
    const char *key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    struct digest *digest;
    struct secret *secret = NULL;

    setup();
    assert_hmac(HASH_STREEBOG_256, hex(key), hex("0126bdb87800af214341456563780100"),
                "a1aa5f7de402d7b3d323f2991c8d4534013137010a83754fd0af6d7cd4922ed9");
    assert_hmac(HASH_STREEBOG_512, bytes_text("abc"), bytes_text("abc"),
                "99c50139ea48fd369e924f9705dfee5783fcd3b9f87378d698809b86c348f110"
                "947a2d54335409901740e23cf5d47d7a3355d02ddb4e8b6f2bd7810370042848");
    assert_hmac(HASH_GOST94, bytes_text("abc"), bytes_text("abc"),
                "1a2532756a03cafcee9baa5dd8dc1202b0ce7645d728b6fa4ffe211c4f0ae6f6");
    assert_ok(secret_new(hex(key), &secret));
    assert_result(digest_new_hmac(crypto, HASH_SHA256, secret, &digest), RESULT_UNSUPPORTED);
    ck_assert_ptr_null(digest);
    secret_free(&secret);
    crypto_free(&crypto);
}
END_TEST

static struct pubkey key_of(const char *set, const char *point)
{
    struct pubkey key;

    assert_ok(
        pubkey_set_gost(&key, gost_set_oid(gost_set_from_name(bytes_text(set))), BYTES_NONE, hex(point)));
    return key;
}

START_TEST(signatures_of_rfc_7091_are_good_and_nothing_near_them)
{
    static const struct {
        const char *set, *point, *digest, *signature;
    } rows[] = {
        { "test-256", RFC7091_256_POINT, RFC7091_256_DIGEST, RFC7091_256_SIGNATURE },
        { "tc26-512-test", RFC7091_512_POINT, RFC7091_512_DIGEST, RFC7091_512_SIGNATURE },
    };

    setup();
    for (size_t i = 0; i < 2; i++) {
        struct pubkey key = key_of(rows[i].set, rows[i].point);
        struct bytes digest = hex(rows[i].digest), signature = hex(rows[i].signature);
        uint8_t other[128];

        assert_ok(gost_verify(crypto, &key, digest, signature));
        for (size_t at = 0; at < signature.size; at += 31) {
            memcpy(other, signature.data, signature.size);
            other[at] ^= 1;
            assert_result(gost_verify(crypto, &key, digest, bytes_make(other, signature.size)),
                          RESULT_MALFORMED);
        }
        memcpy(other, digest.data, digest.size);
        other[0] ^= 1;
        assert_result(gost_verify(crypto, &key, bytes_make(other, digest.size), signature), RESULT_MALFORMED);
        memset(other, 0, sizeof(other));
        assert_result(gost_verify(crypto, &key, digest, bytes_make(other, signature.size)), RESULT_MALFORMED);
        memset(other, 0xFF, sizeof(other));
        assert_result(gost_verify(crypto, &key, digest, bytes_make(other, signature.size)), RESULT_MALFORMED);
        assert_result(gost_verify(crypto, &key, digest, bytes_from(signature, 1)), RESULT_MALFORMED);
        assert_result(gost_verify(crypto, &key, bytes_from(digest, 1), signature), RESULT_MALFORMED);
    }
    crypto_free(&crypto);
}
END_TEST

START_TEST(signatures_of_gost_engine_are_good_with_every_parameter_set)
{
    setup();
    for (size_t i = 0; i < GOST_VECTORS; i++) {
        uint8_t memory[DIGEST_MAX];
        struct buf digest = BUF_OVER(memory);
        struct pubkey key;
        enum hash hash;

        assert_ok(pubkey_from_spki(hex(gost_vectors[i].spki), &key));
        hash = gost_digest_from_oid(pubkey_gost_digest(&key));
        assert_ok(gost_check_key(crypto, &key));
        assert_ok(digest_compute(crypto, hash, bytes_text(GOST_MESSAGE), &digest));
        assert_ok(gost_verify(crypto, &key, buf_bytes(&digest), hex(gost_vectors[i].signature)));
        memory[5] ^= 4;
        assert_result(gost_verify(crypto, &key, buf_bytes(&digest), hex(gost_vectors[i].signature)),
                      RESULT_MALFORMED);
    }
    crypto_free(&crypto);
}
END_TEST

START_TEST(keys_off_their_curve_or_out_of_its_group_are_refused)
{
    struct pubkey key, rsa = { .kind = KEY_RSA };

    setup();
    key = key_of("test-256", RFC7091_256_POINT);
    key.point[3] ^= 1;
    assert_result(gost_check_key(crypto, &key), RESULT_MALFORMED);
    assert_result(gost_verify(crypto, &key, hex(RFC7091_256_DIGEST), hex(RFC7091_256_SIGNATURE)),
                  RESULT_MALFORMED);
    memset(key.point, 0xFF, key.point_size);
    assert_result(gost_check_key(crypto, &key), RESULT_MALFORMED);
    memset(key.point, 0, key.point_size);
    assert_result(gost_check_key(crypto, &key), RESULT_MALFORMED);
    assert_result(gost_check_key(crypto, &rsa), RESULT_MALFORMED);
    assert_result(gost_check_point(crypto, CURVE_P256, hex(RFC7091_256_POINT)), RESULT_UNSUPPORTED);
    assert_result(gost_check_point(crypto, CURVE_GOST_256_TEST, hex("00")), RESULT_MALFORMED);
    key = key_of("tc26-256-A", LOW_ORDER_256_A);
    assert_result(gost_check_key(crypto, &key), RESULT_MALFORMED);
    crypto_free(&crypto);
}
END_TEST

START_TEST(vko_of_rfc_7836_comes_of_the_shared_point)
{
    uint8_t memory[DIGEST_MAX];
    struct buf out = BUF_OVER(memory);

    setup();
    assert_ok(gost_vko(crypto, CURVE_GOST_512_A, HASH_STREEBOG_256, hex(VKO_SHARED), hex("1d80603c8544c727"),
                       &out));
    assert_bytes(buf_bytes(&out), hex("c9a9a77320e2cc559ed72dce6f47e2192ccea95fa648670582c054c0ef36c221"));
    buf_clear(&out);
    assert_ok(gost_vko(crypto, CURVE_GOST_512_A, HASH_STREEBOG_512, hex(VKO_SHARED), hex("1d80603c8544c727"),
                       &out));
    assert_bytes(buf_bytes(&out), hex("79f002a96940ce7bde3259a52e015297adaad84597a0d205b50e3e1719f97bfa"
                                      "7ee1d2661fa9979a5aa235b558a7e6d9f88f982dd63fc35a8ec0dd5e242d3bdf"));
    assert_result(gost_vko(crypto, CURVE_GOST_512_A, HASH_STREEBOG_256, hex(VKO_SHARED), hex("0000"), &out),
                  RESULT_MALFORMED);
    assert_result(gost_vko(crypto, CURVE_GOST_512_A, HASH_STREEBOG_256, hex(VKO_SHARED), BYTES_NONE, &out),
                  RESULT_MALFORMED);
    assert_result(gost_vko(crypto, CURVE_GOST_512_B, HASH_STREEBOG_256, hex(VKO_SHARED), hex("01"), &out),
                  RESULT_MALFORMED);
    crypto_free(&crypto);
}
END_TEST

#define SBOX_CRYPTOPRO_A "06072A850302021F01"
#define SBOX_TC26_Z "06092A8503070102050101"

START_TEST(diversification_is_that_of_rfc_4357)
{
    uint8_t memory[GOST_CIPHER_KEY];
    struct buf out = BUF_OVER(memory);
    const char *key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    setup();
    assert_ok(gost_diversify(crypto, hex(key), hex("5172be25f852a233"), hex(SBOX_CRYPTOPRO_A), &out));
    assert_bytes(buf_bytes(&out), hex(DIVERSIFIED_A));
    buf_clear(&out);
    assert_ok(gost_diversify(crypto, hex(key), hex("5172be25f852a233"), hex(SBOX_TC26_Z), &out));
    assert_bytes(buf_bytes(&out), hex(DIVERSIFIED_Z));
    assert_result(gost_diversify(crypto, hex(key), hex("5172be25f852a2"), hex(SBOX_TC26_Z), &out),
                  RESULT_BAD_ARGUMENT);
    assert_result(gost_diversify(crypto, hex("00"), hex("5172be25f852a233"), hex(SBOX_TC26_Z), &out),
                  RESULT_BAD_ARGUMENT);
    assert_result(gost_diversify(crypto, hex(key), hex("5172be25f852a233"), hex("06022A03"), &out),
                  RESULT_UNSUPPORTED);
    crypto_free(&crypto);
}
END_TEST

START_TEST(the_key_tree_is_that_of_rfc_7836)
{
    const struct gost_kdf kdf = { hex("26bdb878"), hex("af21434145656378"), 1, 64, 0, 64 };
    uint8_t memory[128];
    struct buf out = BUF_OVER(memory);
    struct secret *key = NULL;
    struct gost_kdf other = kdf;
    const char *both = "22b6837845c6bef65ea71672b265831086d3c76aebe6dae91cad51d83f79d16b"
                       "074c9330599d7f8d712fca54392f4ddde93751206b3584c8f43f9e6dc51531f9";

    setup();
    assert_ok(secret_new(hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"), &key));
    assert_ok(gost_kdf_tree(crypto, key, &kdf, &out));
    assert_bytes(buf_bytes(&out), hex(both));
    buf_clear(&out);
    other.offset = 20;
    other.size = 40;
    assert_ok(gost_kdf_tree(crypto, key, &other, &out));
    assert_bytes(buf_bytes(&out), bytes_slice(hex(both), 20, 40));
    other.size = 45;
    assert_result(gost_kdf_tree(crypto, key, &other, &out), RESULT_BAD_ARGUMENT);
    other = kdf;
    other.counter_size = 0;
    assert_result(gost_kdf_tree(crypto, key, &other, &out), RESULT_BAD_ARGUMENT);
    other.counter_size = 5;
    assert_result(gost_kdf_tree(crypto, key, &other, &out), RESULT_BAD_ARGUMENT);
    other.counter_size = 1;
    other.total = 256 * 32;
    assert_result(gost_kdf_tree(crypto, key, &other, &out), RESULT_BAD_ARGUMENT);
    other.offset = 96;
    other.total = 255 * 32;
    buf_clear(&out);
    assert_ok(gost_kdf_tree(crypto, key, &other, &out));
    secret_free(&key);
    crypto_free(&crypto);
}
END_TEST

START_TEST(an_application_can_have_libgcrypt_its_own_way_afterwards)
{
    setup();
    assert_hash(HASH_STREEBOG_256, BYTES_NONE,
                "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb");
    ck_assert(gcry_control(GCRYCTL_ANY_INITIALIZATION_P));
    ck_assert(!gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P));
    ck_assert(!gcry_control(GCRYCTL_DISABLE_SECMEM, 0));
    ck_assert(!gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0));
    assert_hash(HASH_STREEBOG_256, BYTES_NONE,
                "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb");
    ck_assert(gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P));
    crypto_free(&crypto);
}
END_TEST

UNIT_MAIN("gost crypto", an_application_can_have_libgcrypt_its_own_way_afterwards,
          hashes_are_those_of_rfc_6986_and_of_gost_engine, a_hash_in_parts_and_its_copy_go_their_own_ways,
          hmacs_are_those_of_rfc_7836_and_of_gost_engine,
          signatures_of_rfc_7091_are_good_and_nothing_near_them,
          signatures_of_gost_engine_are_good_with_every_parameter_set,
          keys_off_their_curve_or_out_of_its_group_are_refused, vko_of_rfc_7836_comes_of_the_shared_point,
          diversification_is_that_of_rfc_4357, the_key_tree_is_that_of_rfc_7836)
