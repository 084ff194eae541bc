/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/softkey.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "asn1/signature.h"
#include "module/crypto/digest.h"
#include "tests/unit/openssl_key.h"

static const struct {
    enum curve curve;
    const char *name;
    /* of the group, to offer a signature with numbers that are out of range */
    const char *order;
} curves[] = {
    { CURVE_P256, "P-256", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551" },
    { CURVE_P384, "P-384",
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973" },
    { CURVE_P521, "P-521",
      "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d0"
      "3bb5c9b8899c47aebb6fb71e91386409" },
};
#define CURVES (sizeof(curves) / sizeof(curves[0]))

static struct crypto *start(void)
{
    struct crypto *crypto;

    assert_ok(crypto_new(&crypto));
    return crypto;
}

#define CRYPTO SCOPED(crypto_free) struct crypto *crypto = start()

static struct pubkey public_of(const EVP_PKEY *key, enum curve curve)
{
    uint8_t point[PUBKEY_POINT_MAX];
    struct pubkey ret;
    size_t size = 0;

    ck_assert_int_eq(
        EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &size), 1);
    assert_ok(pubkey_set_point(&ret, curve, bytes_make(point, size)));
    return ret;
}

/* --- RSA */

START_TEST(test_the_rsa_public_operation_is_openssls)
{
    CRYPTO;
    EVP_PKEY *key = openssl_rsa_new(1024);
    struct pubkey public_key = openssl_rsa_public(key);
    uint8_t block[128] = { 0, 1, 2, 3 }, expected[128], actual[128];
    struct buf out = BUF_OVER(actual), reference = BUF_OVER(expected);

    openssl_rsa(key, "encrypt", RSA_NO_PADDING, BYTES_OF(block), &reference);
    assert_ok(softkey_rsa_public(crypto, &public_key, BYTES_OF(block), &out));
    assert_bytes(buf_bytes(&out), buf_bytes(&reference));
    buf_clear(&out);
    assert_ok(softkey_rsa_public(crypto, &public_key, bytes_make(block + 1, 127), &out));
    assert_bytes(buf_bytes(&out), buf_bytes(&reference));
    buf_clear(&out);
    assert_ok(softkey_rsa_public(crypto, &public_key, BYTES_LIT(0), &out));
    ck_assert_uint_eq(out.size, 128);
    ck_assert_uint_eq(bytes_strip_zeros(buf_bytes(&out)).size, 0);
    EVP_PKEY_free(key);
}
END_TEST

START_TEST(test_rsa_refuses_numbers_that_are_not_below_the_modulus)
{
    CRYPTO;
    EVP_PKEY *key = openssl_rsa_new(1024);
    struct pubkey public_key = openssl_rsa_public(key), curve = { .kind = KEY_EC };
    uint8_t block[129], actual[128];
    struct buf out = BUF_OVER(actual), small = buf_make(actual, 127);

    memcpy(block, public_key.modulus, 128);
    block[128] = 0;
    assert_result(softkey_rsa_public(crypto, &public_key, bytes_make(block, 128), &out), RESULT_MALFORMED);
    assert_result(softkey_rsa_public(crypto, &public_key, bytes_make(block, 129), &out), RESULT_MALFORMED);
    block[127] ^= 1; /* n is odd: n - 1 */
    assert_ok(softkey_rsa_public(crypto, &public_key, bytes_make(block, 128), &out));
    assert_result(softkey_rsa_public(crypto, &public_key, bytes_make(block, 128), &small), RESULT_TOO_LARGE);
    assert_result(softkey_rsa_public(crypto, &curve, bytes_make(block, 128), &out), RESULT_BAD_ARGUMENT);
    EVP_PKEY_free(key);
}
END_TEST

/* --- ECDSA */

/* RFC 6979 A.2.5, SHA-256, "sample". */
START_TEST(test_ecdsa_verifies_a_known_signature)
{
    CRYPTO;
    uint8_t point[65], signature[64], hash[DIGEST_MAX];
    struct buf key_hex = BUF_OVER(point), signature_hex = BUF_OVER(signature), digest = BUF_OVER(hash);
    struct pubkey key;

    assert_ok(pubkey_set_point(&key, CURVE_P256,
                               unhex("0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                                     "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
                                     &key_hex)));
    unhex("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
          "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
          &signature_hex);
    assert_ok(digest_compute(crypto, HASH_SHA256, bytes_text("sample"), &digest));
    assert_ok(softkey_ecdsa_verify(crypto, &key, buf_bytes(&digest), buf_bytes(&signature_hex)));
    for (size_t i = 0; i < sizeof(signature); i++) {
        signature[i] ^= 0x10;
        assert_result(softkey_ecdsa_verify(crypto, &key, buf_bytes(&digest), buf_bytes(&signature_hex)),
                      RESULT_MALFORMED);
        signature[i] ^= 0x10;
    }
    hash[31] ^= 1;
    assert_result(softkey_ecdsa_verify(crypto, &key, buf_bytes(&digest), buf_bytes(&signature_hex)),
                  RESULT_MALFORMED);
}
END_TEST

static void ecdsa_sign(EVP_PKEY *key, struct bytes hash, size_t size, struct buf *raw)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    uint8_t der[160];
    size_t length = sizeof(der);

    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_sign(ctx, der, &length, hash.data, hash.size), 1);
    assert_ok(signature_ecdsa_to_raw(bytes_make(der, length), size, raw));
    EVP_PKEY_CTX_free(ctx);
}

START_TEST(test_ecdsa_agrees_with_openssl_for_hashes_shorter_and_longer_than_the_order)
{
    CRYPTO;
    static const size_t sizes[] = { 1, 20, 32, 48, 64, 66, 100 };
    uint8_t hash[100], memory[2 * 66];

    memset(hash, 0xA5, sizeof(hash));
    for (size_t i = 0; i < CURVES; i++) {
        EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curves[i].name);
        struct pubkey public_key = public_of(key, curves[i].curve);

        for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
            struct buf raw = BUF_OVER(memory);
            struct bytes digest = bytes_make(hash, sizes[j]);

            ecdsa_sign(key, digest, curve_size(curves[i].curve), &raw);
            assert_ok(softkey_ecdsa_verify(crypto, &public_key, digest, buf_bytes(&raw)));
            hash[0] ^= 0x80;
            assert_result(softkey_ecdsa_verify(crypto, &public_key, digest, buf_bytes(&raw)),
                          RESULT_MALFORMED);
            hash[0] ^= 0x80;
        }
        EVP_PKEY_free(key);
    }
}
END_TEST

START_TEST(test_ecdsa_refuses_numbers_out_of_range_and_odd_lengths)
{
    CRYPTO;
    uint8_t hash[32] = { 7 }, memory[2 * 66], order[66];

    for (size_t i = 0; i < CURVES; i++) {
        EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curves[i].name);
        struct pubkey public_key = public_of(key, curves[i].curve);
        size_t size = curve_size(curves[i].curve);
        struct buf raw = BUF_OVER(memory), number = BUF_OVER(order);
        struct bytes n = unhex(curves[i].order, &number), whole;

        ecdsa_sign(key, BYTES_OF(hash), size, &raw);
        whole = buf_bytes(&raw);
        assert_result(softkey_ecdsa_verify(crypto, &public_key, BYTES_OF(hash), BYTES_NONE),
                      RESULT_MALFORMED);
        assert_result(
            softkey_ecdsa_verify(crypto, &public_key, BYTES_OF(hash), bytes_slice(whole, 0, whole.size - 1)),
            RESULT_MALFORMED);
        for (size_t half = 0; half < 2; half++) {
            uint8_t kept[66];

            memcpy(kept, memory + half * size, size);
            memset(memory + half * size, 0, size);
            assert_result(softkey_ecdsa_verify(crypto, &public_key, BYTES_OF(hash), whole), RESULT_MALFORMED);
            memcpy(memory + half * size, n.data, size);
            assert_result(softkey_ecdsa_verify(crypto, &public_key, BYTES_OF(hash), whole), RESULT_MALFORMED);
            memcpy(memory + half * size, kept, size);
        }
        assert_ok(softkey_ecdsa_verify(crypto, &public_key, BYTES_OF(hash), whole));
        public_key.kind = KEY_RSA;
        assert_result(softkey_ecdsa_verify(crypto, &public_key, BYTES_OF(hash), whole), RESULT_BAD_ARGUMENT);
        EVP_PKEY_free(key);
    }
}
END_TEST

/* --- EdDSA: RFC 8032 7.1, tests 1 and 2 */

static const struct {
    const char *seed, *key, *message, *signature;
} edwards[] = {
    { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5"
      "f059"
      "5bbe24655141438e7a100b" },
    { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2e"
      "aeb4"
      "302aeeb00d291612bb0c00" },
};

START_TEST(test_eddsa_verifies_known_signatures_and_nothing_else)
{
    CRYPTO;
    uint8_t point[32], text[8], memory[64];

    for (size_t i = 0; i < sizeof(edwards) / sizeof(edwards[0]); i++) {
        struct buf key_hex = BUF_OVER(point), message_hex = BUF_OVER(text), signature_hex = BUF_OVER(memory);
        struct bytes message = unhex(edwards[i].message, &message_hex);
        struct bytes signature = unhex(edwards[i].signature, &signature_hex);
        struct pubkey key;

        assert_ok(pubkey_set_point(&key, CURVE_ED25519, unhex(edwards[i].key, &key_hex)));
        assert_ok(softkey_eddsa_verify(crypto, &key, message, signature));
        assert_result(softkey_eddsa_verify(crypto, &key, bytes_text("other"), signature), RESULT_MALFORMED);
        assert_result(softkey_eddsa_verify(crypto, &key, message, bytes_from(signature, 1)),
                      RESULT_MALFORMED);
        assert_result(softkey_eddsa_verify(crypto, &key, message, BYTES_NONE), RESULT_MALFORMED);
        for (size_t j = 0; j < sizeof(memory); j++) {
            memory[j] ^= 0x20;
            assert_result(softkey_eddsa_verify(crypto, &key, message, signature), RESULT_MALFORMED);
            memory[j] ^= 0x20;
        }
        key.kind = KEY_MONTGOMERY;
        assert_result(softkey_eddsa_verify(crypto, &key, message, signature), RESULT_BAD_ARGUMENT);
    }
}
END_TEST

/* --- Points */

START_TEST(test_a_point_is_on_its_curve_or_refused)
{
    CRYPTO;

    for (size_t i = 0; i < CURVES; i++) {
        EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curves[i].name);
        struct pubkey public_key = public_of(key, curves[i].curve);
        struct bytes point = pubkey_point(&public_key);

        assert_ok(softkey_check_point(crypto, curves[i].curve, point));
        public_key.point[point.size - 1] ^= 1;
        assert_result(softkey_check_point(crypto, curves[i].curve, point), RESULT_MALFORMED);
        public_key.point[point.size - 1] ^= 1;
        memset(public_key.point + 1, 0xFF, curve_size(curves[i].curve));
        assert_result(softkey_check_point(crypto, curves[i].curve, point), RESULT_MALFORMED);
        memset(public_key.point + 1, 0, point.size - 1);
        assert_result(softkey_check_point(crypto, curves[i].curve, point), RESULT_MALFORMED);
        assert_result(softkey_check_point(crypto, curves[i].curve, BYTES_LIT(0)), RESULT_MALFORMED);
        assert_result(softkey_check_point(crypto, curves[i].curve, BYTES_NONE), RESULT_MALFORMED);
        public_key.point[0] = 0x02;
        assert_result(
            softkey_check_point(crypto, curves[i].curve, bytes_slice(point, 0, 1 + (point.size - 1) / 2)),
            RESULT_MALFORMED);
        EVP_PKEY_free(key);
    }
    assert_result(softkey_check_point(crypto, CURVE_ED25519, BYTES_LIT(0)), RESULT_BAD_ARGUMENT);
    assert_result(softkey_check_point(crypto, CURVE_NONE, BYTES_LIT(0)), RESULT_BAD_ARGUMENT);
}
END_TEST

/* The encodings of small order that RFC 7748 6.1 warns of: 0, 1, p - 1, p, p + 1, and two points of order
 * eight. */
START_TEST(test_an_x25519_point_of_small_order_is_refused)
{
    CRYPTO;
    static const char *const small[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    };
    uint8_t memory[32];
    struct buf hex = BUF_OVER(memory);

    for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
        assert_result(softkey_check_point(crypto, CURVE_X25519, unhex(small[i], &hex)), RESULT_MALFORMED);
    memory[0] = 9;
    memset(memory + 1, 0, 31);
    assert_ok(softkey_check_point(crypto, CURVE_X25519, BYTES_OF(memory)));
    assert_result(softkey_check_point(crypto, CURVE_X25519, bytes_make(memory, 31)), RESULT_MALFORMED);
}
END_TEST

/* --- From a private key to its public one */

START_TEST(test_a_scalar_makes_its_known_point)
{
    CRYPTO;
    uint8_t memory[65], scalar[32];
    struct buf hex = BUF_OVER(memory), scalar_hex = BUF_OVER(scalar);
    SCOPED(secret_free) struct secret *secret = NULL;
    struct pubkey key;

    assert_ok(secret_new(
        unhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", &scalar_hex), &secret));
    assert_ok(softkey_ec_public(crypto, CURVE_P256, secret, &key));
    assert_bytes(pubkey_point(&key),
                 unhex("0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                       "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
                       &hex));
    ck_assert_int_eq((int)key.kind, (int)KEY_EC);
}
END_TEST

START_TEST(test_public_keys_of_all_curves_agree_with_openssl)
{
    CRYPTO;
    static const char *const raw[] = { "ED25519", "X25519" };
    static const enum curve raw_curves[] = { CURVE_ED25519, CURVE_X25519 };
    uint8_t memory[66];

    for (size_t i = 0; i < CURVES + 2; i++) {
        bool weierstrass = i < CURVES;
        enum curve curve = weierstrass ? curves[i].curve : raw_curves[i - CURVES];
        EVP_PKEY *key = weierstrass ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", curves[i].name)
                                    : EVP_PKEY_Q_keygen(NULL, NULL, raw[i - CURVES]);
        struct pubkey expected = public_of(key, curve), actual;
        struct buf scalar = BUF_OVER(memory);
        struct secret *secret;
        size_t size = sizeof(memory);

        if (weierstrass)
            openssl_number(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar);
        else if (EVP_PKEY_get_raw_private_key(key, memory, &size) == 1)
            scalar.size = size;
        assert_ok(secret_new(buf_bytes(&scalar), &secret));
        assert_ok(softkey_ec_public(crypto, curve, secret, &actual));
        ck_assert(pubkey_equal(&actual, &expected));
        secret_free(&secret);
        EVP_PKEY_free(key);
    }
}
END_TEST

START_TEST(test_scalars_out_of_range_are_refused)
{
    CRYPTO;
    uint8_t memory[66], zeros[67] = { 0 };
    struct pubkey key;

    for (size_t i = 0; i < CURVES; i++) {
        struct buf hex = BUF_OVER(memory);
        struct bytes bad[] = { unhex(curves[i].order, &hex), bytes_make(zeros, curve_size(curves[i].curve)),
                               bytes_make(zeros, curve_size(curves[i].curve) + 1), BYTES_NONE };

        for (size_t j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
            struct secret *secret;

            assert_ok(secret_new(bad[j], &secret));
            assert_result(softkey_ec_public(crypto, curves[i].curve, secret, &key), RESULT_MALFORMED);
            secret_free(&secret);
        }
    }
    assert_result(softkey_ec_public(crypto, CURVE_ED25519, NULL, &key), RESULT_MALFORMED);
    assert_result(softkey_ec_public(crypto, CURVE_NONE, NULL, &key), RESULT_BAD_ARGUMENT);
}
END_TEST

UNIT_MAIN("softkey", test_the_rsa_public_operation_is_openssls,
          test_rsa_refuses_numbers_that_are_not_below_the_modulus, test_ecdsa_verifies_a_known_signature,
          test_ecdsa_agrees_with_openssl_for_hashes_shorter_and_longer_than_the_order,
          test_ecdsa_refuses_numbers_out_of_range_and_odd_lengths,
          test_eddsa_verifies_known_signatures_and_nothing_else, test_a_point_is_on_its_curve_or_refused,
          test_an_x25519_point_of_small_order_is_refused, test_a_scalar_makes_its_known_point,
          test_public_keys_of_all_curves_agree_with_openssl, test_scalars_out_of_range_are_refused)
