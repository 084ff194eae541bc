/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/algorithm.h"

#include "tests/unit/vectors.h"

static const enum hash hashes[] = { HASH_SHA1,     HASH_SHA224,   HASH_SHA256,   HASH_SHA384,  HASH_SHA512,
                                    HASH_SHA3_224, HASH_SHA3_256, HASH_SHA3_384, HASH_SHA3_512 };

static void assert_same(struct algorithm a, struct algorithm b)
{
    ck_assert_int_eq((int)a.scheme, (int)b.scheme);
    ck_assert_int_eq((int)a.hash, (int)b.hash);
    ck_assert_uint_eq(a.salt_size, b.salt_size);
}

static void assert_round_trip(struct algorithm algorithm)
{
    uint8_t memory[128];
    struct buf der = BUF_OVER(memory);
    struct algorithm back;

    assert_ok(algorithm_add(&algorithm, &der));
    assert_ok(algorithm_read(buf_bytes(&der), &back));
    assert_same(back, algorithm);
}

static void assert_written(struct algorithm algorithm, struct bytes expected)
{
    uint8_t memory[128];
    struct buf der = BUF_OVER(memory);

    assert_ok(algorithm_add(&algorithm, &der));
    assert_bytes(buf_bytes(&der), expected);
}

START_TEST(every_scheme_and_hash_reads_what_it_wrote)
{
    static const enum scheme schemes[] = { SCHEME_RSA_PKCS1, SCHEME_RSA_PSS, SCHEME_ECDSA };

    for (size_t s = 0; s < 3; s++)
        for (size_t h = 0; h < sizeof(hashes) / sizeof(hashes[0]); h++)
            assert_round_trip(algorithm_make(schemes[s], hashes[h]));
    assert_round_trip(algorithm_make(SCHEME_EDDSA, HASH_NONE));
    assert_round_trip(algorithm_make(SCHEME_GOST, HASH_STREEBOG_256));
    assert_round_trip(algorithm_make(SCHEME_GOST, HASH_STREEBOG_512));
    assert_round_trip(algorithm_make(SCHEME_GOST, HASH_GOST94));
}
END_TEST

START_TEST(only_rsa_has_null_as_parameters)
{
    assert_written(
        algorithm_make(SCHEME_RSA_PKCS1, HASH_SHA256),
        BYTES_LIT(0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B, 0x05, 0x00));
    assert_written(algorithm_make(SCHEME_ECDSA, HASH_SHA384),
                   BYTES_LIT(0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03));
    assert_written(algorithm_make(SCHEME_EDDSA, HASH_NONE),
                   BYTES_LIT(0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70));
    assert_written(algorithm_make(SCHEME_GOST, HASH_STREEBOG_512),
                   BYTES_LIT(0x30, 0x0A, 0x06, 0x08, 0x2A, 0x85, 0x03, 0x07, 0x01, 0x01, 0x03, 0x03));
}
END_TEST

START_TEST(the_defaults_of_pss_are_not_written)
{
    struct bytes empty = BYTES_LIT(0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01,
                                   0x0A, 0x30, 0x00),
                 salt = BYTES_LIT(0x30, 0x12, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01,
                                  0x0A, 0x30, 0x05, 0xA2, 0x03, 0x02, 0x01, 0x00);
    struct algorithm pss = algorithm_make(SCHEME_RSA_PSS, HASH_SHA1), back;

    assert_written(pss, empty);
    assert_ok(algorithm_read(empty, &back));
    assert_same(back, pss);
    pss.salt_size = 0;
    assert_written(pss, salt);
    assert_ok(algorithm_read(salt, &back));
    assert_same(back, pss);
}
END_TEST

START_TEST(null_is_read_where_there_should_be_nothing)
{
    struct algorithm back;

    assert_ok(algorithm_read(
        BYTES_LIT(0x30, 0x0C, 0x06, 0x08, 0x2A, 0x85, 0x03, 0x07, 0x01, 0x01, 0x03, 0x02, 0x05, 0x00),
        &back));
    assert_same(back, algorithm_make(SCHEME_GOST, HASH_STREEBOG_256));
}
END_TEST

START_TEST(the_identifier_of_a_key_is_read_as_far_as_it_tells)
{
    struct algorithm back;

    assert_ok(algorithm_read(
        BYTES_LIT(0x30, 0x0A, 0x06, 0x08, 0x2A, 0x85, 0x03, 0x07, 0x01, 0x01, 0x01, 0x02), &back));
    assert_same(back, algorithm_make(SCHEME_GOST, HASH_STREEBOG_512));
    assert_ok(algorithm_read(
        BYTES_LIT(0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00),
        &back));
    assert_same(back, algorithm_make(SCHEME_RSA_PKCS1, HASH_NONE));
    assert_ok(
        algorithm_read(BYTES_LIT(0x30, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01), &back));
    assert_same(back, algorithm_make(SCHEME_ECDSA, HASH_NONE));
}
END_TEST

START_TEST(what_has_no_identifier_is_not_written)
{
    const struct algorithm none[] = {
        { SCHEME_NONE, HASH_SHA256, 0 },
        { SCHEME_RSA_PKCS1, HASH_NONE, 0 },
        { SCHEME_RSA_PSS, HASH_NONE, 0 },
        { SCHEME_ECDSA, HASH_STREEBOG_256, 0 },
        { SCHEME_GOST, HASH_SHA256, 0 },
        { SCHEME_ECDSA, HASH_NONE, 0 },
        { SCHEME_RSA_PKCS1, HASH_STREEBOG_512, 0 },
        { SCHEME_RSA_PSS, HASH_SHA256, 4096 },
    };
    uint8_t memory[128];

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        struct buf out = BUF_OVER(memory);

        assert_result(algorithm_add(&none[i], &out), RESULT_UNSUPPORTED);
    }
}
END_TEST

START_TEST(two_hashes_in_one_pss_are_not_supported)
{
    /* SHA-256 with MGF1 of the default SHA-1, as some programs once made it */
    struct bytes der = BYTES_LIT(0x30, 0x1E, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A,
                                 0x30, 0x11, 0xA0, 0x0F, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
                                 0x03, 0x04, 0x02, 0x01, 0x05, 0x00);
    struct algorithm back;

    assert_result(algorithm_read(der, &back), RESULT_UNSUPPORTED);
}
END_TEST

START_TEST(hashes_are_written_without_parameters_and_read_with_any)
{
    uint8_t memory[32];
    struct buf der = BUF_OVER(memory);
    enum hash hash;

    assert_ok(algorithm_add_hash(HASH_STREEBOG_256, &der));
    assert_bytes(buf_bytes(&der),
                 BYTES_LIT(0x30, 0x0A, 0x06, 0x08, 0x2A, 0x85, 0x03, 0x07, 0x01, 0x01, 0x02, 0x02));
    assert_ok(algorithm_read_hash(buf_bytes(&der), &hash));
    ck_assert_int_eq((int)hash, (int)HASH_STREEBOG_256);
    assert_ok(
        algorithm_read_hash(BYTES_LIT(0x30, 9, 0x06, 5, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00), &hash));
    ck_assert_int_eq((int)hash, (int)HASH_SHA1);
    assert_result(algorithm_add_hash(HASH_NONE, &der), RESULT_UNSUPPORTED);
    assert_result(algorithm_read_hash(BYTES_LIT(0x30, 0x03, 0x06, 0x01, 0x2A), &hash), RESULT_UNSUPPORTED);
}
END_TEST

static void read_any(struct bytes view)
{
    struct algorithm algorithm;

    (void)!algorithm_read(view, &algorithm);
}

START_TEST(broken_identifiers_are_refused)
{
    struct algorithm pss = algorithm_make(SCHEME_RSA_PSS, HASH_SHA512);
    uint8_t memory[128];
    struct buf der = BUF_OVER(memory);

    assert_ok(algorithm_add(&pss, &der));
    vector_mutate(buf_bytes(&der), read_any);
    vector_truncate(buf_bytes(&der), read_any);
    assert_result(algorithm_read(bytes_slice(buf_bytes(&der), 0, der.size - 1), &pss), RESULT_MALFORMED);
    assert_result(algorithm_read(BYTES_NONE, &pss), RESULT_MALFORMED);
}
END_TEST

UNIT_MAIN("algorithm", every_scheme_and_hash_reads_what_it_wrote, only_rsa_has_null_as_parameters,
          the_defaults_of_pss_are_not_written, null_is_read_where_there_should_be_nothing,
          the_identifier_of_a_key_is_read_as_far_as_it_tells, what_has_no_identifier_is_not_written,
          two_hashes_in_one_pss_are_not_supported, hashes_are_written_without_parameters_and_read_with_any,
          broken_identifiers_are_refused)
