/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/csr.h"

#include "asn1/extension.h"
#include "asn1/name.h"
#include "asn1/x509.h"
#include "tests/unit/vectors.h"

static uint8_t memory[4096], extension_memory[1024];

/* A signer that answers with a signature made before, and keeps what it was asked to sign. */
struct known {
    struct bytes signature, tbs;
    uint8_t memory[2048];
    enum result result;
};

static enum result sign_known(void *ctx, struct bytes tbs, struct buf *signature)
{
    struct known *known = ctx;

    ck_assert_uint_lt(tbs.size, sizeof(known->memory));
    memcpy(known->memory, tbs.data, tbs.size);
    known->tbs = bytes_make(known->memory, tbs.size);
    buf_add(signature, known->signature);
    return known->result;
}

static struct csr load(const char *name, struct vector *vector)
{
    struct csr csr;

    assert_ok(csr_read(vector_load(name, vector), &csr));
    return csr;
}

/* The request that OpenSSL made of the same parts, byte by byte. */
static void assert_made_again(const struct csr *csr, struct bytes extensions)
{
    struct csr_request request = { .subject = csr->subject, .spki = csr->spki, .extensions = extensions };
    struct known known = { .signature = csr->signature };
    struct signer signer = { csr->algorithm, sign_known, &known };
    struct buf out = BUF_OVER(memory);

    assert_ok(csr_make(&request, &signer, &out));
    assert_bytes(known.tbs, csr->tbs);
    assert_bytes(buf_bytes(&out), csr->der);
}

static struct bytes wanted_extensions(void)
{
    static const char *const usages[] = { EXTENSION_CLIENT_AUTH, EXTENSION_EMAIL_PROTECTION },
                             *const policies[] = { EXTENSION_CLASS_KC1 };
    struct buf out = BUF_OVER(extension_memory);

    assert_ok(extension_add_key_usage(X509_DIGITAL_SIGNATURE | X509_NON_REPUDIATION, &out));
    assert_ok(extension_add_extended_usage(usages, 2, &out));
    assert_ok(extension_add_policies(policies, 1, &out));
    assert_ok(extension_add_sign_tool("Test tool", &out));
    assert_ok(extension_add_identification(0, &out));
    return buf_bytes(&out);
}

START_TEST(makes_the_requests_of_rfc_9215)
{
    static const char *const names[] = { "requests/rfc9215-a1.csr", "requests/rfc9215-a2.csr",
                                         "requests/rfc9215-a3.csr" };

    for (size_t i = 0; i < 3; i++) {
        struct vector vector;
        struct csr csr = load(names[i], &vector);

        ck_assert(csr.has_algorithm && csr.has_key);
        ck_assert_int_eq((int)csr.key.kind, (int)(i < 2 ? KEY_GOST256 : KEY_GOST512));
        ck_assert_int_eq((int)csr.algorithm.scheme, (int)SCHEME_GOST);
        ck_assert_int_eq((int)csr.algorithm.hash, (int)(i < 2 ? HASH_STREEBOG_256 : HASH_STREEBOG_512));
        ck_assert_uint_eq(csr.signature.size, i < 2 ? 64 : 128);
        ck_assert_uint_eq(csr.attributes.size, 0);
        assert_made_again(&csr, BYTES_NONE);
    }
}
END_TEST

START_TEST(makes_what_openssl_makes_for_each_kind_of_key)
{
    static const struct {
        const char *name;
        enum scheme scheme;
        enum hash hash;
    } rows[] = {
        { "requests/rsa.csr", SCHEME_RSA_PKCS1, HASH_SHA256 },
        { "requests/pss.csr", SCHEME_RSA_PSS, HASH_SHA256 },
        { "requests/ecdsa.csr", SCHEME_ECDSA, HASH_SHA384 },
        { "requests/ed25519.csr", SCHEME_EDDSA, HASH_NONE },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vector vector;
        struct csr csr = load(rows[i].name, &vector);

        ck_assert(csr.has_algorithm && csr.has_key);
        ck_assert_int_eq((int)csr.algorithm.scheme, (int)rows[i].scheme);
        ck_assert_int_eq((int)csr.algorithm.hash, (int)rows[i].hash);
        assert_bytes(csr.extensions, wanted_extensions());
        assert_made_again(&csr, wanted_extensions());
    }
}
END_TEST

START_TEST(reads_what_the_gost_engine_and_certtool_make)
{
    static const char *const names[] = { "requests/2012-256.csr", "requests/2012-512.csr" };
    struct vector vector;
    struct csr csr;

    for (size_t i = 0; i < 2; i++) {
        csr = load(names[i], &vector);
        ck_assert(csr.has_algorithm);
        ck_assert_int_eq((int)csr.algorithm.hash, (int)(i == 0 ? HASH_STREEBOG_256 : HASH_STREEBOG_512));
        assert_bytes(csr.extensions, wanted_extensions());
    }
    csr = load("requests/certtool.csr", &vector);
    ck_assert(csr.has_algorithm && csr.has_key);
    ck_assert_int_eq((int)csr.key.kind, (int)KEY_EC);
    ck_assert_uint_gt(csr.extensions.size, 0);
}
END_TEST

START_TEST(the_subject_with_russian_numbers_is_what_openssl_reads)
{
    struct vector vector;
    struct csr csr = load("requests/rsa.csr", &vector);
    uint8_t text[256];
    struct buf out = BUF_OVER(text);

    assert_ok(name_to_text(csr.subject, &out));
    assert_bytes(buf_bytes(&out), bytes_text("INN=123456789012,CN=Иван Петров,C=RU"));
}
END_TEST

START_TEST(attributes_are_put_in_order)
{
    struct vector vector;
    struct csr csr = load("requests/ecdsa.csr", &vector);
    struct bytes long_one = BYTES_LIT(0x30, 0x07, 0x06, 0x01, 0x2B, 0x31, 0x02, 0x05, 0x00),
                 short_one = BYTES_LIT(0x30, 0x05, 0x06, 0x01, 0x2A, 0x31, 0x00);
    uint8_t row[32];
    struct buf attributes = BUF_OVER(row), out = BUF_OVER(memory);
    struct csr_request request = { .subject = csr.subject,
                                   .spki = csr.spki,
                                   .extensions = wanted_extensions() };
    struct known known = { .signature = csr.signature };
    struct signer signer = { csr.algorithm, sign_known, &known };

    buf_add(&attributes, long_one);
    buf_add(&attributes, short_one);
    request.attributes = buf_bytes(&attributes);
    assert_ok(csr_make(&request, &signer, &out));
    assert_ok(csr_read(buf_bytes(&out), &csr));
    ck_assert(bytes_start_with(csr.attributes, short_one));
    ck_assert(bytes_start_with(bytes_from(csr.attributes, short_one.size), long_one));
    assert_bytes(csr.extensions, wanted_extensions());
}
END_TEST

START_TEST(parts_that_are_not_der_are_refused)
{
    struct vector vector;
    struct csr csr = load("requests/ecdsa.csr", &vector);
    const struct csr_request bad[] = {
        { .subject = BYTES_NONE, .spki = csr.spki },
        { .subject = csr.subject, .spki = bytes_slice(csr.spki, 0, 20) },
        { .subject = csr.subject, .spki = csr.spki, .extensions = BYTES_LIT(0x31, 0x00) },
        { .subject = csr.subject, .spki = csr.spki, .attributes = BYTES_LIT(0x30, 0x01) },
    };
    struct known known = { .signature = csr.signature };
    struct signer signer = { csr.algorithm, sign_known, &known };

    for (size_t i = 0; i < 4; i++) {
        struct buf out = BUF_OVER(memory);

        assert_result(csr_make(&bad[i], &signer, &out), RESULT_BAD_ARGUMENT);
    }
}
END_TEST

START_TEST(failures_of_the_signer_and_of_the_room_are_told)
{
    struct vector vector;
    struct csr csr = load("requests/ecdsa.csr", &vector);
    struct csr_request request = { .subject = csr.subject, .spki = csr.spki, .extensions = csr.extensions };
    struct known known = { .signature = csr.signature, .result = RESULT_PIN_BLOCKED };
    struct signer signer = { csr.algorithm, sign_known, &known };
    struct buf out = BUF_OVER(memory);

    assert_result(csr_make(&request, &signer, &out), RESULT_PIN_BLOCKED);
    known.result = RESULT_OK;
    for (size_t room = 0; room < csr.der.size; room++) {
        struct bytes exact = vector_exact(bytes_slice(csr.der, 0, room));

        out = buf_make((uint8_t *)(uintptr_t)exact.data, room);
        assert_result(csr_make(&request, &signer, &out), RESULT_TOO_LARGE);
        free((void *)(uintptr_t)exact.data);
    }
    signer.algorithm = algorithm_make(SCHEME_GOST, HASH_SHA1);
    out = (struct buf)BUF_OVER(memory);
    assert_result(csr_make(&request, &signer, &out), RESULT_UNSUPPORTED);
}
END_TEST

static void read_any(struct bytes view)
{
    struct csr csr;
    struct bytes value;

    if (csr_read(view, &csr) == RESULT_OK)
        (void)!extension_find(csr.extensions, BYTES_LIT(0x06, 0x03, 0x55, 0x1D, 0x0F), &value);
}

START_TEST(broken_requests_are_refused)
{
    struct vector vector;
    struct csr csr = load("requests/2012-256.csr", &vector);
    uint8_t longer[sizeof(vector.memory) + 1];

    vector_mutate(vector.bytes, read_any);
    vector_truncate(vector.bytes, read_any);
    assert_result(csr_read(bytes_slice(vector.bytes, 0, vector.bytes.size - 1), &csr), RESULT_MALFORMED);
    memcpy(longer, vector.bytes.data, vector.bytes.size);
    longer[vector.bytes.size] = 0;
    assert_result(csr_read(bytes_make(longer, vector.bytes.size + 1), &csr), RESULT_MALFORMED);
    vector_load("requests/rfc9215-a1.crt", &vector);
    assert_result(csr_read(vector.bytes, &csr), RESULT_MALFORMED);
}
END_TEST

START_TEST(missing_attributes_are_forgiven)
{
    /* version, an empty name, an empty key; then an empty algorithm and a signature of one byte */
    struct bytes der = BYTES_LIT(0x30, 0x0F, 0x30, 0x07, 0x02, 0x01, 0x00, 0x30, 0x00, 0x30, 0x00, 0x30, 0x00,
                                 0x03, 0x02, 0x00, 0xAA);
    struct csr csr;

    assert_ok(csr_read(der, &csr));
    ck_assert(!csr.has_key && !csr.has_algorithm);
    assert_bytes(csr.signature, BYTES_LIT(0xAA));
}
END_TEST

UNIT_MAIN("csr", makes_the_requests_of_rfc_9215, makes_what_openssl_makes_for_each_kind_of_key,
          reads_what_the_gost_engine_and_certtool_make,
          the_subject_with_russian_numbers_is_what_openssl_reads, attributes_are_put_in_order,
          parts_that_are_not_der_are_refused, failures_of_the_signer_and_of_the_room_are_told,
          broken_requests_are_refused, missing_attributes_are_forgiven)
