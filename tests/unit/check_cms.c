/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/cms.h"

#include "asn1/x509.h"
#include "tests/unit/vectors.h"

static const uint8_t data_oid[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01 };
static uint8_t memory[VECTOR_MAX];

static struct cms load(const char *name, struct vector *vector)
{
    struct buf out = BUF_OVER(memory);
    struct cms cms;

    assert_ok(cms_read(vector_load(name, vector), &out, &cms));
    return cms;
}

static struct cms_signer first_signer(const struct cms *cms)
{
    struct tlv_cursor cursor = tlv_open(cms->signers);
    struct cms_signer signer;

    assert_ok(cms_next_signer(&cursor, &signer));
    return signer;
}

START_TEST(reads_what_openssl_and_certtool_make)
{
    static const struct {
        const char *name;
        bool attached, has_certificate;
        enum scheme scheme;
        enum hash hash;
    } rows[] = {
        { "requests/rsa.p7s", false, true, SCHEME_RSA_PKCS1, HASH_SHA256 },
        { "requests/pss.p7s", false, true, SCHEME_RSA_PSS, HASH_SHA256 },
        { "requests/ecdsa.p7s", false, true, SCHEME_ECDSA, HASH_SHA256 },
        { "requests/ecdsa-key-id.p7s", true, true, SCHEME_ECDSA, HASH_SHA384 },
        { "requests/no-certificate.p7s", false, false, SCHEME_ECDSA, HASH_SHA256 },
        { "requests/2012-256.p7s", false, true, SCHEME_GOST, HASH_STREEBOG_256 },
        { "requests/2012-256-ber.p7s", true, true, SCHEME_GOST, HASH_STREEBOG_256 },
        { "requests/2012-512-attached.p7s", true, true, SCHEME_GOST, HASH_STREEBOG_512 },
        { "requests/certtool-attached.p7s", true, true, SCHEME_ECDSA, HASH_SHA256 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vector vector;
        struct cms cms = load(rows[i].name, &vector);
        struct cms_signer signer = first_signer(&cms);
        struct bytes certificate;

        assert_bytes(cms.content_type, BYTES_OF(data_oid));
        ck_assert_int_eq(cms.has_content, rows[i].attached);
        if (rows[i].attached)
            assert_bytes(cms.content, bytes_text("content\n"));
        ck_assert_int_eq((int)signer.algorithm.scheme, (int)rows[i].scheme);
        ck_assert_int_eq((int)signer.algorithm.hash, (int)rows[i].hash);
        ck_assert_int_eq((int)signer.hash, (int)rows[i].hash);
        if (signer.signed_attributes.size > 0) {
            ck_assert_uint_eq(signer.message_digest.size, hash_size(signer.hash));
            ck_assert(cms_signer_agrees(&signer, BYTES_OF(data_oid), signer.message_digest));
        }
        assert_result(cms_find_certificate(&cms, &signer, &certificate),
                      rows[i].has_certificate ? RESULT_OK : RESULT_NOT_FOUND);
    }
}
END_TEST

START_TEST(knows_the_digest_of_the_content)
{
    /* printf 'content\n' | sha256sum */
    static const uint8_t digest[] = { 0x43, 0x47, 0x28, 0xA4, 0x10, 0xA7, 0x8F, 0x56, 0xFC, 0x1B, 0x58,
                                      0x99, 0xC3, 0x59, 0x34, 0x36, 0xE6, 0x1A, 0xB0, 0xC7, 0x31, 0xE9,
                                      0x07, 0x2D, 0x95, 0xE9, 0x6D, 0xB2, 0x90, 0x20, 0x5E, 0x53 };
    struct vector vector;
    struct cms cms = load("requests/rsa.p7s", &vector);
    struct cms_signer signer = first_signer(&cms);

    assert_bytes(signer.message_digest, BYTES_OF(digest));
    ck_assert(!cms_signer_agrees(&signer, BYTES_OF(data_oid), bytes_from(signer.message_digest, 1)));
    ck_assert(!cms_signer_agrees(&signer, bytes_from(BYTES_OF(data_oid), 1), signer.message_digest));
    ck_assert(signer.has_time && signer.time.year >= 2020 && signer.time.month >= 1 &&
              signer.time.month <= 12);
    ck_assert_int_eq((int)signer.certificate_hash, (int)HASH_SHA256);
    ck_assert_uint_eq(signer.certificate_digest.size, 32);
}
END_TEST

START_TEST(a_signer_may_be_named_by_the_key)
{
    struct vector vector;
    struct cms cms = load("requests/ecdsa-key-id.p7s", &vector), other;
    struct cms_signer signer = first_signer(&cms);
    struct bytes certificate;
    struct vector other_vector;

    ck_assert_uint_eq(signer.key_id.size, 20);
    ck_assert_uint_eq(signer.issuer.size + signer.serial.size, 0);
    other = load("requests/rsa.p7s", &other_vector);
    assert_result(cms_find_certificate(&other, &signer, &certificate), RESULT_NOT_FOUND);
}
END_TEST

START_TEST(without_attributes_the_content_itself_is_signed)
{
    struct vector vector;
    struct cms cms = load("requests/no-attributes.p7s", &vector);
    struct cms_signer signer = first_signer(&cms);
    struct buf out = BUF_OVER(memory);

    assert_result(cms_signer_tbs(&signer, &out), RESULT_NOT_FOUND);
    ck_assert(cms_signer_agrees(&signer, BYTES_OF(data_oid), BYTES_NONE));
    ck_assert_int_eq((int)signer.algorithm.hash, (int)HASH_SHA256);
    ck_assert_uint_eq(signer.signature.size, 256);
}
END_TEST

START_TEST(reads_several_signers_and_certificates)
{
    struct vector vector;
    struct cms cms = load("requests/two-signers.p7s", &vector);
    struct tlv_cursor cursor = tlv_open(cms.signers);
    struct bytes certificate[2], found;
    struct cms_signer signer;

    for (size_t i = 0; i < 2; i++) {
        assert_ok(cms_next_signer(&cursor, &signer));
        assert_ok(cms_find_certificate(&cms, &signer, &certificate[i]));
    }
    assert_result(cms_next_signer(&cursor, &signer), RESULT_NOT_FOUND);
    ck_assert(!bytes_equal(certificate[0], certificate[1]));
    cursor = tlv_open(cms.certificates);
    assert_ok(cms_next_certificate(&cursor, &found));
    assert_ok(cms_next_certificate(&cursor, &found));
    assert_result(cms_next_certificate(&cursor, &found), RESULT_NOT_FOUND);
    cms = load("requests/only-certificates.p7s", &vector);
    ck_assert_uint_eq(cms.signers.size, 0);
    cursor = tlv_open(cms.certificates);
    assert_ok(cms_next_certificate(&cursor, &found));
}
END_TEST

START_TEST(other_messages_are_not_supported)
{
    struct buf out = BUF_OVER(memory);
    struct vector vector;
    struct cms cms;

    assert_result(cms_read(BYTES_LIT(0x30, 0x0F, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07,
                                     0x03, 0xA0, 0x02, 0x30, 0x00),
                           &out, &cms),
                  RESULT_UNSUPPORTED);
    vector_load("requests/rfc9215-a1.crt", &vector);
    assert_result(cms_read(vector.bytes, &out, &cms), RESULT_MALFORMED);
    assert_result(cms_read(BYTES_NONE, &out, &cms), RESULT_MALFORMED);
}
END_TEST

START_TEST(an_attribute_must_not_stand_twice)
{
    /* a signer without a name, with two messageDigest */
    struct bytes digest = BYTES_LIT(0x30, 0x10, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09,
                                    0x04, 0x31, 0x03, 0x04, 0x01, 0xAA);
    uint8_t row[128];
    struct buf signers = BUF_OVER(row);
    struct cms_signer signer;

    for (size_t count = 1; count <= 2; count++) {
        struct tlv_cursor cursor;
        size_t info, attributes;

        buf_clear(&signers);
        info = tlv_begin(&signers, 0x30);
        buf_add(&signers, BYTES_LIT(0x02, 0x01, 0x03, 0x80, 0x01, 0x11, 0x30, 0x03, 0x06, 0x01, 0x2A));
        attributes = tlv_begin(&signers, 0xA0);
        for (size_t i = 0; i < count; i++)
            buf_add(&signers, digest);
        tlv_end(&signers, attributes);
        buf_add(&signers, BYTES_LIT(0x30, 0x03, 0x06, 0x01, 0x2A, 0x04, 0x01, 0xBB));
        tlv_end(&signers, info);
        cursor = tlv_open(buf_bytes(&signers));
        assert_result(cms_next_signer(&cursor, &signer), count == 1 ? RESULT_OK : RESULT_MALFORMED);
    }
}
END_TEST

static void read_any(struct bytes view)
{
    struct buf out = BUF_OVER(memory);
    struct tlv_cursor cursor;
    struct cms_signer signer;
    struct bytes certificate;
    struct cms cms;

    if (cms_read(view, &out, &cms) != RESULT_OK)
        return;
    cursor = tlv_open(cms.signers);
    while (cms_next_signer(&cursor, &signer) == RESULT_OK) {
        uint8_t tbs[1024];
        struct buf tbs_buf = BUF_OVER(tbs);

        (void)!cms_signer_tbs(&signer, &tbs_buf);
        (void)!cms_find_certificate(&cms, &signer, &certificate);
    }
}

START_TEST(broken_messages_do_no_harm)
{
    static const char *const names[] = { "requests/2012-256-ber.p7s", "requests/ecdsa-key-id.p7s",
                                         "requests/ecdsa.p7s" };
    struct vector vector;

    for (size_t i = 0; i < 3; i++) {
        vector_load(names[i], &vector);
        vector_mutate(vector.bytes, read_any);
        vector_truncate(vector.bytes, read_any);
    }
}
END_TEST

UNIT_MAIN("cms", reads_what_openssl_and_certtool_make, knows_the_digest_of_the_content,
          a_signer_may_be_named_by_the_key, without_attributes_the_content_itself_is_signed,
          reads_several_signers_and_certificates, other_messages_are_not_supported,
          an_attribute_must_not_stand_twice, broken_messages_do_no_harm)
