/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pubkey.h"

#include "tests/unit/vectors.h"

struct known_key {
    const char *name;
    enum key_kind kind;
    enum curve curve;
    size_t bits, signature_size;
};

static const struct known_key known_keys[] = {
    { "asn1/rsa2048.spki", KEY_RSA, CURVE_NONE, 2048, 256 },
    { "asn1/rsa4096.spki", KEY_RSA, CURVE_NONE, 4096, 512 },
    { "asn1/p256.spki", KEY_EC, CURVE_P256, 256, 64 },
    { "asn1/p384.spki", KEY_EC, CURVE_P384, 384, 96 },
    { "asn1/p521.spki", KEY_EC, CURVE_P521, 521, 132 },
    { "asn1/ed25519.spki", KEY_EDWARDS, CURVE_ED25519, 255, 64 },
    { "asn1/x25519.spki", KEY_MONTGOMERY, CURVE_X25519, 255, 0 },
};

#define KNOWN_KEYS (sizeof(known_keys) / sizeof(known_keys[0]))

static struct pubkey load_key(const char *name)
{
    struct vector vector;
    struct pubkey key;

    assert_ok(pubkey_from_spki(vector_load(name, &vector), &key));
    return key;
}

START_TEST(keys_of_openssl_are_read_and_written_back)
{
    for (size_t i = 0; i < KNOWN_KEYS; i++) {
        uint8_t memory[PUBKEY_SPKI_MAX];
        struct buf out = BUF_OVER(memory);
        struct vector vector;
        struct pubkey key = load_key(known_keys[i].name);

        ck_assert_int_eq((int)key.kind, (int)known_keys[i].kind);
        ck_assert_int_eq((int)key.curve, (int)known_keys[i].curve);
        ck_assert_uint_eq(pubkey_bits(&key), known_keys[i].bits);
        ck_assert_uint_eq(pubkey_signature_size(&key), known_keys[i].signature_size);
        assert_ok(pubkey_to_spki(&key, &out));
        assert_bytes(buf_bytes(&out), vector_load(known_keys[i].name, &vector));
    }
}
END_TEST

START_TEST(the_modulus_is_the_one_openssl_prints)
{
    struct pubkey key = load_key("asn1/rsa2048.spki");
    struct vector vector;

    assert_bytes(pubkey_modulus(&key), vector_load("asn1/rsa2048.modulus", &vector));
    assert_bytes(pubkey_exponent(&key), BYTES_LIT(1, 0, 1));
    ck_assert_uint_eq(pubkey_point(&key).size, 0);
}
END_TEST

START_TEST(a_pss_key_is_an_rsa_key)
{
    struct pubkey key = load_key("asn1/pss.spki");

    ck_assert_int_eq((int)key.kind, (int)KEY_RSA);
    ck_assert_uint_eq(pubkey_bits(&key), 2048);
}
END_TEST

START_TEST(other_algorithms_and_sizes_are_unsupported)
{
    static const char *const names[] = { "asn1/ed448.spki", "asn1/secp256k1.spki", "asn1/explicit.spki",
                                         "asn1/rsa4104.spki" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct vector vector;
        struct pubkey key;

        assert_result(pubkey_from_spki(vector_load(names[i], &vector), &key), RESULT_UNSUPPORTED);
    }
}
END_TEST

START_TEST(a_compressed_point_is_refused)
{
    struct vector vector;
    struct pubkey key;

    assert_result(pubkey_from_spki(vector_load("asn1/compressed.spki", &vector), &key), RESULT_MALFORMED);
}
END_TEST

START_TEST(rsa_numbers_are_checked_and_stripped)
{
    uint8_t number[PUBKEY_MODULUS_MAX + 2] = { 0, 0x80 };
    struct bytes exponent = BYTES_LIT(0, 3);
    struct pubkey key;

    number[65] = 1; /* 65 bytes with a leading zero: 512 bits and a byte */
    assert_ok(pubkey_set_rsa(&key, bytes_make(number, 66), exponent));
    ck_assert_uint_eq(pubkey_bits(&key), 520);
    ck_assert_uint_eq(pubkey_signature_size(&key), 65);
    assert_bytes(pubkey_exponent(&key), BYTES_LIT(3));
    assert_result(pubkey_set_rsa(&key, bytes_make(number, 65), exponent), RESULT_MALFORMED); /* even */
    assert_result(pubkey_set_rsa(&key, bytes_make(number, 66), BYTES_LIT(0)), RESULT_MALFORMED);
    assert_result(pubkey_set_rsa(&key, BYTES_LIT(0), exponent), RESULT_MALFORMED);
    assert_result(pubkey_set_rsa(&key, BYTES_NONE, BYTES_NONE), RESULT_MALFORMED);
    number[1] = 0x7F;
    number[64] = 1;
    assert_ok(pubkey_set_rsa(&key, bytes_make(number + 1, 65), exponent));
    assert_result(pubkey_set_rsa(&key, bytes_make(number + 2, 64), exponent), RESULT_MALFORMED); /* short */
    number[sizeof(number) - 1] = 1;
    assert_result(pubkey_set_rsa(&key, BYTES_OF(number), exponent), RESULT_UNSUPPORTED); /* 513 bytes */
    assert_result(pubkey_set_rsa(&key, bytes_make(number, 66), bytes_make(number + 1, 17)),
                  RESULT_UNSUPPORTED);
}
END_TEST

START_TEST(a_point_must_suit_its_curve)
{
    uint8_t point[PUBKEY_POINT_MAX + 1] = { 0x04 };
    struct pubkey key;

    assert_ok(pubkey_set_point(&key, CURVE_P256, bytes_make(point, 65)));
    assert_ok(pubkey_set_point(&key, CURVE_P521, bytes_make(point, 133)));
    assert_ok(pubkey_set_point(&key, CURVE_ED25519, bytes_make(point, 32)));
    assert_result(pubkey_set_point(&key, CURVE_P256, bytes_make(point, 64)), RESULT_MALFORMED);
    assert_result(pubkey_set_point(&key, CURVE_P256, bytes_make(point, 66)), RESULT_MALFORMED);
    assert_result(pubkey_set_point(&key, CURVE_P521, bytes_make(point, 134)), RESULT_MALFORMED);
    assert_result(pubkey_set_point(&key, CURVE_X25519, bytes_make(point, 33)), RESULT_MALFORMED);
    assert_result(pubkey_set_point(&key, CURVE_NONE, BYTES_NONE), RESULT_MALFORMED);
    point[0] = 0x02;
    assert_result(pubkey_set_point(&key, CURVE_P256, bytes_make(point, 65)), RESULT_MALFORMED);
    assert_result(pubkey_set_point(&key, CURVE_P256, BYTES_NONE), RESULT_MALFORMED);
}
END_TEST

START_TEST(keys_are_equal_only_to_themselves)
{
    for (size_t i = 0; i < KNOWN_KEYS; i++) {
        struct pubkey a = load_key(known_keys[i].name);

        for (size_t j = 0; j < KNOWN_KEYS; j++) {
            struct pubkey b = load_key(known_keys[j].name);

            ck_assert_int_eq(pubkey_equal(&a, &b), i == j);
        }
        if (a.kind == KEY_RSA)
            a.exponent[0] ^= 2;
        else
            a.point[a.point_size - 1] ^= 1;
        ck_assert(!pubkey_equal(&a, &(struct pubkey){ .kind = KEY_NONE }));
        struct pubkey unchanged = load_key(known_keys[i].name);
        ck_assert(!pubkey_equal(&a, &unchanged));
    }
}
END_TEST

START_TEST(no_key_has_no_spki)
{
    uint8_t memory[64];
    struct buf out = BUF_OVER(memory);
    struct pubkey none = { .kind = KEY_NONE }, key = load_key("asn1/p256.spki");

    assert_result(pubkey_to_spki(&none, &out), RESULT_BAD_ARGUMENT);
    ck_assert_uint_eq(pubkey_bits(&none), 0);
    assert_result(pubkey_to_spki(&key, &out), RESULT_TOO_LARGE);
}
END_TEST

static void read_key(struct bytes spki)
{
    uint8_t memory[PUBKEY_SPKI_MAX];
    struct buf out = BUF_OVER(memory);
    struct pubkey key, again;

    if (pubkey_from_spki(spki, &key) != RESULT_OK)
        return;
    assert_ok(pubkey_to_spki(&key, &out));
    assert_ok(pubkey_from_spki(buf_bytes(&out), &again));
    ck_assert(pubkey_equal(&key, &again));
}

static void refuse_key(struct bytes spki)
{
    struct pubkey key;

    assert_result(pubkey_from_spki(spki, &key), RESULT_MALFORMED);
}

START_TEST(broken_keys_do_no_harm)
{
    static const char *const names[] = { "asn1/rsa2048.spki", "asn1/pss.spki", "asn1/p521.spki",
                                         "asn1/ed25519.spki", "asn1/explicit.spki" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct vector vector;

        vector_mutate(vector_load(names[i], &vector), read_key);
        vector_truncate(vector.bytes, refuse_key);
    }
}
END_TEST

START_TEST(bytes_after_a_key_are_refused)
{
    struct vector vector;

    vector_load("asn1/p256.spki", &vector);
    vector.memory[vector.bytes.size] = 0;
    refuse_key(bytes_make(vector.memory, vector.bytes.size + 1));
}
END_TEST

UNIT_MAIN("pubkey", keys_of_openssl_are_read_and_written_back, the_modulus_is_the_one_openssl_prints,
          a_pss_key_is_an_rsa_key, other_algorithms_and_sizes_are_unsupported, a_compressed_point_is_refused,
          rsa_numbers_are_checked_and_stripped, a_point_must_suit_its_curve,
          keys_are_equal_only_to_themselves, no_key_has_no_spki, broken_keys_do_no_harm,
          bytes_after_a_key_are_refused)
