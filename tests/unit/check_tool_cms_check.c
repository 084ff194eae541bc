/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/cms_check.h"

#include "asn1/x509.h"
#include "tests/unit/tool_place.h"
#include "tests/unit/vectors.h"

/** A message that is checked. */
struct bench {
    struct vector vector;
    uint8_t memory[VECTOR_MAX];
    struct cms cms;
    struct tool_ear ear;
    struct crypto *crypto;
    struct der_list others;
};

/** A key of P-256 that is nobody's here: the curve's generator (SEC 2, 2.4.2), X and Y. */
#define BASE_POINT                                                                                                     \
    "\x6B\x17\xD1\xF2\xE1\x2C\x42\x47\xF8\xBC\xE6\xE5\x63\xA4\x40\xF2"                                                 \
    "\x77\x03\x7D\x81\x2D\xEB\x33\xA0\xF4\xA1\x39\x45\xD8\x98\xC2\x96"                                                 \
    "\x4F\xE3\x42\xE2\xFE\x1A\x7F\x9B\x8E\xE7\xEB\x4A\x7C\x0F\x9E\x16"                                                 \
    "\x2B\xCE\x33\x57\x6B\x31\x5E\xCE\xCB\xB6\x40\x68\x37\xBF\x51\xF5"

static void bench_open(struct bench *bench, const char *name)
{
    struct buf flat = BUF_OVER(bench->memory);

    tool_listen(&bench->ear, 80);
    bench->others = (struct der_list){ 0 };
    assert_ok(crypto_new(&bench->crypto));
    assert_ok(cms_read(vector_load(name, &bench->vector), &flat, &bench->cms));
}

static void bench_close(struct bench *bench)
{
    der_list_free(&bench->others);
    crypto_free(&bench->crypto);
    tool_deaf(&bench->ear);
}

/** What is said of the first signer, over CONTENT; CHANGE, if any, is applied to what was read of it. */
static enum cms_check verdict(struct bench *bench, const char *content, void (*change)(struct cms_signer *))
{
    SCOPED(hashing_close) struct hashing hashing = { 0 };
    struct tlv_cursor cursor = tlv_open(bench->cms.signers);
    struct cms_signer signer;
    struct bytes certificate;
    struct sink sink;

    assert_ok(cms_next_signer(&cursor, &signer));
    if (change)
        change(&signer);
    ck_assert_int_eq(hashing_open(&bench->ear.ui, bench->crypto, &hashing), EXIT_CODE_OK);
    cms_check_prepare(&signer, &hashing);
    sink = hashing_sink(&hashing);
    ck_assert_int_eq(sink.take(sink.ctx, bytes_text(content)), EXIT_CODE_OK);
    ck_assert_int_eq(hashing_end(&hashing), EXIT_CODE_OK);
    return cms_check_signer(&bench->cms, &signer, &hashing, &bench->others, &certificate);
}

START_TEST(signatures_of_every_kind_hold_for_their_content_alone)
{
    static const char *const names[] = { "requests/rsa.p7s",          "requests/pss.p7s",
                                         "requests/ecdsa.p7s",        "requests/ecdsa-key-id.p7s",
                                         "requests/2012-256.p7s",     "requests/2012-256-ber.p7s",
                                         "requests/no-attributes.p7s" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct bench bench;
        enum cms_check other;

        bench_open(&bench, names[i]);
        ck_assert_msg(verdict(&bench, "content\n", NULL) == CMS_CHECK_GOOD, "%s", names[i]);
        other = verdict(&bench, "content\r\n", NULL);
        ck_assert_msg(other == CMS_CHECK_OTHER_CONTENT || (i == 6 && other == CMS_CHECK_WRONG_SIGNATURE), "%s", names[i]);
        bench_close(&bench);
    }
}
END_TEST

static void change_digest(struct cms_signer *signer)
{
    signer->certificate_digest = bytes_slice(signer->certificate_digest, 0, signer->certificate_digest.size - 1);
}

static void change_type(struct cms_signer *signer)
{
    signer->attribute_type = BYTES_NONE;
}

static void change_message_digest(struct cms_signer *signer)
{
    signer->message_digest = BYTES_NONE;
}

static void change_hash(struct cms_signer *signer)
{
    signer->hash = HASH_NONE;
}

static void change_scheme(struct cms_signer *signer)
{
    signer->algorithm.scheme = SCHEME_GOST;
}

static void change_unknown(struct cms_signer *signer)
{
    signer->algorithm.scheme = SCHEME_NONE;
}

START_TEST(each_part_of_a_signature_must_fit)
{
    static const struct {
        void (*change)(struct cms_signer *);
        enum cms_check wanted;
    } rows[] = {
        { change_digest, CMS_CHECK_OTHER_CERTIFICATE }, { change_type, CMS_CHECK_OTHER_TYPE },
        { change_message_digest, CMS_CHECK_OTHER_CONTENT }, { change_hash, CMS_CHECK_UNKNOWN },
        { change_scheme, CMS_CHECK_WRONG_SIGNATURE }, { change_unknown, CMS_CHECK_UNKNOWN },
    };
    struct bench bench;

    bench_open(&bench, "requests/ecdsa.p7s");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(verdict(&bench, "content\n", rows[i].change) == rows[i].wanted, "%zu", i);
    bench_close(&bench);
}
END_TEST

START_TEST(a_content_without_signed_attributes_is_plain_data)
{
    const uint8_t type[] = { 0x06, 0x02, 0x2A, 0x03 };
    struct bench bench;

    bench_open(&bench, "requests/no-attributes.p7s");
    bench.cms.content_type = BYTES_OF(type);
    ck_assert_int_eq(verdict(&bench, "content\n", NULL), CMS_CHECK_OTHER_TYPE);
    bench_close(&bench);
}
END_TEST

static void cut_attributes(struct cms_signer *signer)
{
    signer->signed_attributes = BYTES_NONE;
}

START_TEST(attributes_passed_off_as_a_content_are_ambiguous)
{
    struct bench bench;
    struct tlv_cursor cursor;
    struct cms_signer signer;
    char attributes[1024];
    struct buf out = buf_make((uint8_t *)attributes, sizeof(attributes) - 1);
    SCOPED(hashing_close) struct hashing hashing = { 0 };
    struct bytes certificate;
    struct sink sink;

    bench_open(&bench, "requests/ecdsa.p7s");
    cursor = tlv_open(bench.cms.signers);
    assert_ok(cms_next_signer(&cursor, &signer));
    assert_ok(cms_signer_tbs(&signer, &out));
    cut_attributes(&signer);
    ck_assert_int_eq(hashing_open(&bench.ear.ui, bench.crypto, &hashing), EXIT_CODE_OK);
    cms_check_prepare(&signer, &hashing);
    sink = hashing_sink(&hashing);
    ck_assert_int_eq(sink.take(sink.ctx, buf_bytes(&out)), EXIT_CODE_OK);
    ck_assert_int_eq(hashing_end(&hashing), EXIT_CODE_OK);
    ck_assert_int_eq(cms_check_signer(&bench.cms, &signer, &hashing, &bench.others, &certificate), CMS_CHECK_AMBIGUOUS);
    hashing_close(&hashing);
    bench_close(&bench);
}
END_TEST

START_TEST(a_certificate_that_is_nowhere_is_told)
{
    struct bench bench;

    bench_open(&bench, "requests/no-certificate.p7s");
    ck_assert_int_eq(verdict(&bench, "content\n", NULL), CMS_CHECK_NO_CERTIFICATE);
    bench_close(&bench);
}
END_TEST

START_TEST(another_certificate_of_the_same_name_and_number_hides_nothing)
{
    struct bench bench;
    struct tlv_cursor cursor;
    struct bytes certificate;
    uint8_t changed[2048];

    bench_open(&bench, "requests/ecdsa.p7s");
    cursor = tlv_open(bench.cms.certificates);
    assert_ok(cms_next_certificate(&cursor, &certificate));
    ck_assert_uint_lt(certificate.size, sizeof(changed));
    memcpy(changed, certificate.data, certificate.size);
    changed[certificate.size - 1] ^= 1; /* of its own signature: name, number and key are the same */
    ck_assert_int_eq(der_list_add(&bench.ear.ui, &bench.others, bytes_make(changed, certificate.size)), EXIT_CODE_OK);
    ck_assert_int_eq(der_list_add(&bench.ear.ui, &bench.others, certificate), EXIT_CODE_OK);
    bench.cms.certificates = BYTES_NONE;
    ck_assert_int_eq(verdict(&bench, "content\n", NULL), CMS_CHECK_GOOD);
    bench_close(&bench);
}
END_TEST

START_TEST(the_certificate_of_the_key_that_signed_is_the_one_that_is_told)
{
    struct bench bench;
    struct tlv_cursor cursor;
    struct bytes certificate, point;
    struct x509 x509;
    uint8_t changed[2048];

    bench_open(&bench, "requests/ecdsa.p7s");
    cursor = tlv_open(bench.cms.certificates);
    assert_ok(cms_next_certificate(&cursor, &certificate));
    ck_assert_uint_lt(certificate.size, sizeof(changed));
    assert_ok(x509_read(certificate, &x509));
    memcpy(changed, certificate.data, certificate.size);
    point = bytes_from(x509.spki, x509.spki.size - 64);
    memcpy(changed + (point.data - certificate.data), BASE_POINT, 64); /* another key of the same name and number */
    ck_assert_int_eq(der_list_add(&bench.ear.ui, &bench.others, bytes_make(changed, certificate.size)), EXIT_CODE_OK);
    ck_assert_int_eq(verdict(&bench, "other\n", NULL), CMS_CHECK_OTHER_CONTENT);
    ck_assert_int_eq(verdict(&bench, "content\n", NULL), CMS_CHECK_GOOD);
    bench_close(&bench);
}
END_TEST

START_TEST(sha_1_alone_of_the_hashes_is_weak)
{
    for (enum hash hash = HASH_NONE; hash <= HASH_GOST94; hash++)
        ck_assert(cms_check_hash_is_weak(hash) == (hash == HASH_SHA1));
}
END_TEST

UNIT_MAIN("cms_check", signatures_of_every_kind_hold_for_their_content_alone, each_part_of_a_signature_must_fit,
          a_content_without_signed_attributes_is_plain_data, attributes_passed_off_as_a_content_are_ambiguous,
          a_certificate_that_is_nowhere_is_told, another_certificate_of_the_same_name_and_number_hides_nothing,
          the_certificate_of_the_key_that_signed_is_the_one_that_is_told,
          sha_1_alone_of_the_hashes_is_weak)
