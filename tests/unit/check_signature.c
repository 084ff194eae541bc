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

UNIT_MAIN("signature", openssl_signatures_come_apart_and_together, short_numbers_are_padded,
          second_spellings_of_a_signature_are_refused, a_raw_signature_has_two_halves,
          whatever_is_accepted_is_the_one_spelling, digest_infos_are_those_of_openssl,
          a_digest_of_another_length_is_a_bad_argument)
