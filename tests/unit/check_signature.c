/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/signature.h"

#include "tests/unit/vectors.h"

START_TEST(openssl_signatures_come_apart_and_together)
{
    static const char *const names[][2] = { { "asn1/p256.sig", "asn1/p256.raw" },
                                            { "asn1/p384.sig", "asn1/p384.raw" },
                                            { "asn1/p521.sig", "asn1/p521.raw" } };
    static const size_t sizes[] = { 32, 48, 66 };

    for (size_t i = 0; i < 3; i++) {
        struct vector der, raw;
        uint8_t memory[160];
        struct buf out = BUF_OVER(memory);

        assert_ok(signature_ecdsa_to_raw(vector_load(names[i][0], &der), sizes[i], &out));
        assert_bytes(buf_bytes(&out), vector_load(names[i][1], &raw));
        buf_clear(&out);
        assert_ok(signature_ecdsa_to_der(raw.bytes, &out));
        assert_bytes(buf_bytes(&out), der.bytes);
    }
}
END_TEST

START_TEST(short_numbers_are_padded)
{
    uint8_t memory[16];
    struct buf out = BUF_OVER(memory);

    assert_ok(
        signature_ecdsa_to_raw(BYTES_LIT(0x30, 0x07, 0x02, 0x01, 0x05, 0x02, 0x02, 0x00, 0x80), 3, &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0, 0, 5, 0, 0, 0x80));
    buf_clear(&out);
    assert_ok(signature_ecdsa_to_der(BYTES_LIT(0, 0, 5, 0, 0, 0x80), &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0x30, 0x07, 0x02, 0x01, 0x05, 0x02, 0x02, 0x00, 0x80));
}
END_TEST

START_TEST(second_spellings_of_a_signature_are_refused)
{
    const struct bytes broken[] = {
        BYTES_NONE,
        BYTES_LIT(0x30, 0x00),
        BYTES_LIT(0x30, 0x03, 0x02, 0x01, 0x05),                                     /* no s */
        BYTES_LIT(0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x85),                   /* negative */
        BYTES_LIT(0x30, 0x07, 0x02, 0x02, 0x00, 0x05, 0x02, 0x01, 0x05),             /* not minimal */
        BYTES_LIT(0x30, 0x81, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x05),             /* long length */
        BYTES_LIT(0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x05, 0x00),             /* trailing */
        BYTES_LIT(0x30, 0x08, 0x02, 0x01, 0x05, 0x02, 0x01, 0x05, 0x05, 0x00),       /* a third element */
        BYTES_LIT(0x30, 0x09, 0x02, 0x04, 0x01, 0x00, 0x00, 0x00, 0x02, 0x01, 0x05), /* wider than SIZE */
    };

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        uint8_t memory[16];
        struct buf out = BUF_OVER(memory);

        assert_result(signature_ecdsa_to_raw(broken[i], 3, &out), RESULT_MALFORMED);
        ck_assert_uint_eq(out.size, 0);
    }
}
END_TEST

START_TEST(a_raw_signature_has_two_halves)
{
    uint8_t memory[16];
    struct buf out = BUF_OVER(memory);

    assert_result(signature_ecdsa_to_der(BYTES_NONE, &out), RESULT_MALFORMED);
    assert_result(signature_ecdsa_to_der(BYTES_LIT(1, 2, 3), &out), RESULT_MALFORMED);
}
END_TEST

static void read_signature(struct bytes der)
{
    uint8_t memory[160];
    struct buf raw = BUF_OVER(memory), again;
    uint8_t back[160];

    if (signature_ecdsa_to_raw(der, 32, &raw) != RESULT_OK)
        return;
    again = (struct buf)BUF_OVER(back);
    assert_ok(signature_ecdsa_to_der(buf_bytes(&raw), &again));
    assert_bytes(buf_bytes(&again), der);
}

static void refuse_signature(struct bytes der)
{
    uint8_t memory[160];
    struct buf raw = BUF_OVER(memory);

    assert_result(signature_ecdsa_to_raw(der, 32, &raw), RESULT_MALFORMED);
}

START_TEST(whatever_is_accepted_is_the_one_spelling)
{
    struct vector der;

    vector_mutate(vector_load("asn1/p256.sig", &der), read_signature);
    vector_truncate(der.bytes, refuse_signature);
}
END_TEST

/* The vectors hold the hash of nothing: what is not the hash must be as OpenSSL has it. */
START_TEST(digest_infos_are_those_of_openssl)
{
    static const struct {
        enum hash hash;
        const char *name;
    } rows[] = {
        { HASH_SHA1, "asn1/sha1.info" },         { HASH_SHA224, "asn1/sha224.info" },
        { HASH_SHA256, "asn1/sha256.info" },     { HASH_SHA384, "asn1/sha384.info" },
        { HASH_SHA512, "asn1/sha512.info" },     { HASH_SHA3_224, "asn1/sha3-224.info" },
        { HASH_SHA3_256, "asn1/sha3-256.info" }, { HASH_SHA3_384, "asn1/sha3-384.info" },
        { HASH_SHA3_512, "asn1/sha3-512.info" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t memory[SIGNATURE_DIGEST_INFO_MAX];
        struct buf out = BUF_OVER(memory);
        struct vector vector;
        struct bytes info = vector_load(rows[i].name, &vector);
        struct bytes digest = bytes_from(info, info.size - hash_size(rows[i].hash));

        assert_ok(signature_digest_info(rows[i].hash, digest, &out));
        assert_bytes(buf_bytes(&out), info);
    }
}
END_TEST

START_TEST(a_digest_of_another_length_is_a_bad_argument)
{
    uint8_t digest[32] = { 0 }, memory[SIGNATURE_DIGEST_INFO_MAX];
    struct buf out = BUF_OVER(memory), small = buf_make(memory, 50);

    assert_result(signature_digest_info(HASH_SHA1, BYTES_OF(digest), &out), RESULT_BAD_ARGUMENT);
    assert_result(signature_digest_info(HASH_NONE, BYTES_NONE, &out), RESULT_BAD_ARGUMENT);
    assert_result(signature_digest_info(HASH_SHA256, BYTES_OF(digest), &small), RESULT_TOO_LARGE);
}
END_TEST

/* RFC 7091 7.1: r and s. */
static const uint8_t gost_r[] = { 0x41, 0xAA, 0x28, 0xD2, 0xF1, 0xAB, 0x14, 0x82, 0x80, 0xCD, 0x9E,
                                  0xD5, 0x6F, 0xED, 0xA4, 0x19, 0x74, 0x05, 0x35, 0x54, 0xA4, 0x27,
                                  0x67, 0xB8, 0x3A, 0xD0, 0x43, 0xFD, 0x39, 0xDC, 0x04, 0x93 };
static const uint8_t gost_s[] = { 0x01, 0x45, 0x6C, 0x64, 0xBA, 0x46, 0x42, 0xA1, 0x65, 0x3C, 0x23,
                                  0x5A, 0x98, 0xA6, 0x02, 0x49, 0xBC, 0xD6, 0xD3, 0xF7, 0x46, 0xB6,
                                  0x31, 0xDF, 0x92, 0x80, 0x14, 0xF6, 0xC5, 0xBF, 0x9C, 0x40 };

START_TEST(a_gost_signature_is_turned_between_its_orders)
{
    uint8_t standard_memory[64], x509_memory[64], card_memory[64], back_memory[64];
    struct buf standard = BUF_OVER(standard_memory), x509 = BUF_OVER(x509_memory), card = BUF_OVER(card_memory),
               back = BUF_OVER(back_memory);

    buf_add(&standard, BYTES_OF(gost_r));
    buf_add(&standard, BYTES_OF(gost_s));
    assert_ok(signature_gost_swap(buf_bytes(&standard), &x509));
    assert_bytes(bytes_slice(buf_bytes(&x509), 0, 32), BYTES_OF(gost_s));
    assert_bytes(bytes_from(buf_bytes(&x509), 32), BYTES_OF(gost_r));
    assert_ok(signature_gost_reverse(buf_bytes(&x509), &card));
    for (size_t i = 0; i < 32; i++) {
        ck_assert_uint_eq(card_memory[i], gost_r[31 - i]);
        ck_assert_uint_eq(card_memory[32 + i], gost_s[31 - i]);
    }
    assert_ok(signature_gost_reverse(buf_bytes(&card), &back));
    assert_bytes(buf_bytes(&back), buf_bytes(&x509));
}
END_TEST

START_TEST(what_has_no_halves_is_no_gost_signature)
{
    uint8_t memory[64];
    struct buf out = BUF_OVER(memory);

    assert_result(signature_gost_reverse(BYTES_NONE, &out), RESULT_MALFORMED);
    assert_result(signature_gost_swap(BYTES_LIT(1, 2, 3), &out), RESULT_MALFORMED);
    out = buf_make(memory, 3);
    assert_result(signature_gost_reverse(BYTES_LIT(1, 2, 3, 4), &out), RESULT_TOO_LARGE);
    assert_result(signature_gost_swap(BYTES_LIT(1, 2, 3, 4), &out), RESULT_TOO_LARGE);
}
END_TEST

UNIT_MAIN("signature", openssl_signatures_come_apart_and_together, short_numbers_are_padded,
          second_spellings_of_a_signature_are_refused, a_raw_signature_has_two_halves,
          whatever_is_accepted_is_the_one_spelling, digest_infos_are_those_of_openssl,
          a_digest_of_another_length_is_a_bad_argument,
          a_gost_signature_is_turned_between_its_orders, what_has_no_halves_is_no_gost_signature)
