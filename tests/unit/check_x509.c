/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/x509.h"

#include "asn1/extension.h"
#include "tests/unit/vectors.h"

static struct x509 load(const char *name, struct vector *vector)
{
    struct x509 certificate;

    assert_ok(x509_read(vector_load(name, vector), &certificate));
    assert_bytes(certificate.der, vector->bytes);
    return certificate;
}

static void assert_date(struct x509_date date, unsigned year, unsigned month, unsigned day)
{
    ck_assert_uint_eq(date.year, year);
    ck_assert_uint_eq(date.month, month);
    ck_assert_uint_eq(date.day, day);
}

START_TEST(takes_an_rsa_certificate_apart)
{
    struct vector vector, modulus, spki;
    struct x509 c = load("asn1/rsa2048.crt", &vector);

    assert_bytes(c.serial, BYTES_LIT(0x02, 0x02, 0x12, 0x34));
    assert_bytes(c.issuer, c.subject);
    assert_bytes(bytes_slice(c.subject, c.subject.size - 9, 9),
                 BYTES_LIT(0x0C, 7, 'r', 's', 'a', '2', '0', '4', '8'));
    assert_bytes(c.spki, vector_load("asn1/rsa2048.spki", &spki));
    assert_date(c.not_before, 2024, 2, 29);
    assert_date(c.not_after, 2034, 3, 1);
    ck_assert(c.has_usage && c.has_key && !c.is_ca);
    ck_assert_uint_eq(c.usage, X509_DIGITAL_SIGNATURE | X509_NON_REPUDIATION);
    ck_assert_int_eq((int)c.key.kind, (int)KEY_RSA);
    assert_bytes(pubkey_modulus(&c.key), vector_load("asn1/rsa2048.modulus", &modulus));
}
END_TEST

START_TEST(tells_what_was_signed_and_how)
{
    struct vector vector;
    struct x509 c = load("asn1/rsa2048.crt", &vector);
    struct bytes usage;

    assert_bytes(c.tbs, bytes_slice(c.der, 4, c.tbs.size));
    ck_assert_uint_eq(c.signature.size, 256);
    assert_bytes(c.signature, bytes_from(c.der, c.der.size - 256));
    ck_assert(c.has_algorithm);
    ck_assert_int_eq((int)c.algorithm.scheme, (int)SCHEME_RSA_PKCS1);
    ck_assert_int_eq((int)c.algorithm.hash, (int)HASH_SHA256);
    assert_ok(extension_find(c.extensions, BYTES_LIT(0x06, 0x03, 0x55, 0x1D, 0x0F), &usage));
    assert_bytes(usage, BYTES_LIT(0x03, 0x02, 0x06, 0xC0));
}
END_TEST

START_TEST(understands_every_supported_key)
{
    static const struct {
        const char *name, *spki;
        enum key_kind kind;
    } rows[] = {
        { "asn1/rsa4096.crt", "asn1/rsa4096.spki", KEY_RSA },
        { "asn1/pss.crt", "asn1/pss.spki", KEY_RSA },
        { "asn1/p256.crt", "asn1/p256.spki", KEY_EC },
        { "asn1/p384.crt", "asn1/p384.spki", KEY_EC },
        { "asn1/p521.crt", "asn1/p521.spki", KEY_EC },
        { "asn1/ed25519.crt", "asn1/ed25519.spki", KEY_EDWARDS },
        { "asn1/x25519.crt", "asn1/x25519.spki", KEY_MONTGOMERY },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vector vector, spki;
        struct x509 c = load(rows[i].name, &vector);
        struct pubkey key;

        ck_assert(c.has_key);
        ck_assert_int_eq((int)c.key.kind, (int)rows[i].kind);
        assert_bytes(c.spki, vector_load(rows[i].spki, &spki));
        assert_ok(pubkey_from_spki(spki.bytes, &key));
        ck_assert(pubkey_equal(&key, &c.key));
    }
}
END_TEST

START_TEST(a_key_that_is_not_understood_is_no_error)
{
    static const char *const names[][2] = { { "asn1/ed448.crt", "asn1/ed448.spki" },
                                            { "asn1/explicit.crt", "asn1/explicit.spki" } };

    for (size_t i = 0; i < 2; i++) {
        struct vector vector, spki;
        struct x509 c = load(names[i][0], &vector);

        ck_assert(!c.has_key);
        assert_bytes(c.spki, vector_load(names[i][1], &spki));
        assert_date(c.not_after, 2034, 3, 1);
    }
}
END_TEST

START_TEST(knows_an_authority)
{
    struct vector vector;
    struct x509 c = load("asn1/ca.crt", &vector);

    ck_assert(c.is_ca && c.has_usage);
    ck_assert_uint_eq(c.usage, X509_KEY_CERT_SIGN | X509_CRL_SIGN);
}
END_TEST

START_TEST(knows_the_rarer_usages)
{
    struct vector vector;
    struct x509 c = load("asn1/usage.crt", &vector);

    ck_assert(c.has_usage);
    ck_assert_uint_eq(c.usage, X509_KEY_AGREEMENT | X509_KEY_ENCIPHERMENT | X509_DATA_ENCIPHERMENT);
}
END_TEST

START_TEST(says_when_there_is_no_usage)
{
    struct vector vector;
    struct x509 c = load("asn1/plain.crt", &vector);

    ck_assert(!c.has_usage && !c.is_ca && c.has_key);
    ck_assert_uint_eq(c.usage, 0);
}
END_TEST

START_TEST(reads_version_one)
{
    struct vector vector;
    struct x509 c = load("asn1/v1.crt", &vector);

    assert_bytes(c.serial, BYTES_LIT(0x02, 0x01, 0x01));
    ck_assert(c.has_key && !c.has_usage && !c.is_ca);
}
END_TEST

START_TEST(keeps_a_long_negative_serial_as_it_is)
{
    struct vector vector;
    struct x509 c = load("asn1/negative.crt", &vector);

    ck_assert_uint_eq(c.serial.size, 22);
    assert_bytes(bytes_slice(c.serial, 0, 4), BYTES_LIT(0x02, 0x14, 0x80, 0x00));
    ck_assert_uint_eq(c.serial.data[21], 1);
}
END_TEST

START_TEST(reads_times_beyond_2049)
{
    struct vector vector;
    struct x509 c = load("asn1/late.crt", &vector);

    assert_date(c.not_before, 2050, 1, 1);
    assert_date(c.not_after, 9999, 12, 31);
}
END_TEST

/* Where the notBefore of a certificate with a UTCTime has its first digit. */
static size_t not_before_place(struct bytes der)
{
    struct bytes header = BYTES_LIT(0x17, 0x0D);

    for (size_t at = 0; at + 2 < der.size; at++)
        if (bytes_start_with(bytes_from(der, at), header))
            return at + 2;
    ck_abort_msg("no UTCTime");
    return 0;
}

START_TEST(years_of_two_digits_turn_at_fifty)
{
    struct vector vector;
    struct x509 c;
    size_t place = not_before_place(vector_load("asn1/p256.crt", &vector));

    memcpy(vector.memory + place, "500228", 6);
    assert_ok(x509_read(vector.bytes, &c));
    assert_date(c.not_before, 1950, 2, 28);
    memcpy(vector.memory + place, "491231", 6);
    assert_ok(x509_read(vector.bytes, &c));
    assert_date(c.not_before, 2049, 12, 31);
}
END_TEST

START_TEST(days_that_do_not_exist_are_malformed)
{
    static const char *const days[] = { "230229", "240230", "240431", "241301", "240001",
                                        "240100", "240132", "2x0101", "24 101", "\xff\xff\xff\xff\xff\xff" };
    struct vector vector;
    struct x509 c;
    size_t place = not_before_place(vector_load("asn1/p256.crt", &vector));

    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        memcpy(vector.memory + place, days[i], 6);
        assert_result(x509_read(vector.bytes, &c), RESULT_MALFORMED);
    }
}
END_TEST

START_TEST(leaves_out_what_follows_the_certificate)
{
    struct vector vector;
    struct x509 c;
    size_t size = vector_load("asn1/p256.crt", &vector).size;

    memset(vector.memory + size, 0xFF, 100);
    assert_ok(x509_read(bytes_make(vector.memory, size + 100), &c));
    assert_bytes(c.der, bytes_make(vector.memory, size));
}
END_TEST

START_TEST(what_is_no_certificate_is_malformed)
{
    struct vector vector;
    struct x509 c;

    assert_result(x509_read(BYTES_NONE, &c), RESULT_MALFORMED);
    assert_result(x509_read(BYTES_LIT(0x30, 0x00), &c), RESULT_MALFORMED);
    assert_result(x509_read(BYTES_LIT(0x30, 0x80, 0x00, 0x00), &c), RESULT_MALFORMED);
    assert_result(x509_read(bytes_text("-----BEGIN CERTIFICATE-----"), &c), RESULT_MALFORMED);
    assert_result(x509_read(vector_load("asn1/p256.spki", &vector), &c), RESULT_MALFORMED);
    assert_result(x509_read(vector_load("asn1/simple.name", &vector), &c), RESULT_MALFORMED);
}
END_TEST

START_TEST(deep_nesting_does_not_exhaust_the_stack)
{
    static const uint8_t openers[] = { 0x30, 0xA0, 0x24 };
    const size_t size = 60000;
    uint8_t *memory = malloc(size);
    struct x509 c;

    ck_assert_ptr_nonnull(memory);
    for (size_t way = 0; way < sizeof(openers); way++) {
        for (size_t at = 0; at + 4 <= size; at += 4) {
            size_t rest = size - at - 4;

            memory[at] = at == 0 ? 0x30 : openers[way];
            memory[at + 1] = 0x82;
            memory[at + 2] = (uint8_t)(rest >> 8);
            memory[at + 3] = (uint8_t)rest;
        }
        assert_result(x509_read(bytes_make(memory, size), &c), RESULT_MALFORMED);
        for (size_t at = 4; at + 2 <= size; at += 2) { /* indefinite lengths */
            memory[at] = openers[way];
            memory[at + 1] = 0x80;
        }
        assert_result(x509_read(bytes_make(memory, size), &c), RESULT_MALFORMED);
    }
    free(memory);
}
END_TEST

static void assert_inside(struct bytes view, struct bytes whole)
{
    ck_assert(view.size > 0 && view.data >= whole.data);
    ck_assert(view.data + view.size <= whole.data + whole.size);
}

static void read_certificate(struct bytes der)
{
    struct x509 c;

    if (x509_read(der, &c) != RESULT_OK)
        return;
    assert_inside(c.der, der);
    assert_inside(c.serial, c.der);
    assert_inside(c.issuer, c.der);
    assert_inside(c.subject, c.der);
    assert_inside(c.spki, c.der);
    ck_assert(c.not_before.month >= 1 && c.not_before.month <= 12);
    ck_assert(c.not_after.day >= 1 && c.not_after.day <= 31);
    if (c.has_key)
        ck_assert_uint_gt(pubkey_bits(&c.key), 0);
}

static void refuse_certificate(struct bytes der)
{
    struct x509 c;

    assert_result(x509_read(der, &c), RESULT_MALFORMED);
}

START_TEST(broken_certificates_do_no_harm)
{
    static const char *const names[] = { "asn1/rsa2048.crt", "asn1/ca.crt",       "asn1/late.crt",
                                         "asn1/usage.crt",   "asn1/explicit.crt", "asn1/v1.crt" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct vector vector;

        vector_mutate(vector_load(names[i], &vector), read_certificate);
        vector_truncate(vector.bytes, refuse_certificate);
    }
}
END_TEST

START_TEST(reads_the_gost_certificates_of_rfc_9215_and_tk26)
{
    static const struct {
        const char *name;
        enum key_kind kind;
        enum curve curve;
    } rows[] = {
        { "requests/rfc9215-a1.crt", KEY_GOST256, CURVE_GOST_256_TEST },
        { "requests/rfc9215-a2.crt", KEY_GOST256, CURVE_GOST_256_A },
        { "requests/rfc9215-a3.crt", KEY_GOST512, CURVE_GOST_512_TEST },
        { "requests/tk26-256-xcha.crt", KEY_GOST256, CURVE_GOST_256_CPA },
        { "requests/tk26-512-b.crt", KEY_GOST512, CURVE_GOST_512_B },
        { "requests/2012-256.crt", KEY_GOST256, CURVE_GOST_256_CPA },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vector vector;
        struct x509 c = load(rows[i].name, &vector);
        uint8_t memory[PUBKEY_SPKI_MAX];
        struct buf spki = BUF_OVER(memory);

        ck_assert(c.has_key);
        ck_assert_int_eq((int)c.key.kind, (int)rows[i].kind);
        ck_assert_int_eq((int)c.key.curve, (int)rows[i].curve);
        assert_ok(pubkey_to_spki(&c.key, &spki));
        assert_bytes(buf_bytes(&spki), c.spki);
    }
}
END_TEST

UNIT_MAIN("x509", takes_an_rsa_certificate_apart, tells_what_was_signed_and_how, understands_every_supported_key,
          a_key_that_is_not_understood_is_no_error, knows_an_authority, knows_the_rarer_usages,
          says_when_there_is_no_usage, reads_version_one, keeps_a_long_negative_serial_as_it_is,
          reads_times_beyond_2049, years_of_two_digits_turn_at_fifty, days_that_do_not_exist_are_malformed,
          leaves_out_what_follows_the_certificate, what_is_no_certificate_is_malformed,
          deep_nesting_does_not_exhaust_the_stack, broken_certificates_do_no_harm,
          reads_the_gost_certificates_of_rfc_9215_and_tk26)
