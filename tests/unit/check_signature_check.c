/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/signature_check.h"

#include "asn1/csr.h"
#include "tests/unit/vectors.h"

static void assert_certificate(struct crypto *crypto, const char *name)
{
    uint8_t altered_memory[4096];
    struct vector vector;
    struct x509 c, altered;
    struct bytes der = vector_load(name, &vector);

    assert_ok(x509_read(der, &c));
    ck_assert_msg(signature_check_certificate(crypto, &c, &c) == RESULT_OK, "%s", name);
    /* the last byte of what was signed, and the last byte of the signature */
    for (int i = 0; i < 2; i++) {
        size_t place = i ? der.size - 1 : (size_t)(c.tbs.data - der.data) + c.tbs.size - 1;

        ck_assert_uint_le(der.size, sizeof(altered_memory));
        memcpy(altered_memory, der.data, der.size);
        altered_memory[place] ^= 1;
        if (x509_read(bytes_make(altered_memory, der.size), &altered) == RESULT_OK)
            ck_assert_msg(signature_check_certificate(crypto, &altered, &c) == RESULT_MALFORMED, "%s", name);
    }
}

START_TEST(certificates_of_every_kind_are_checked)
{
    static const char *const names[] = { "asn1/rsa2048.crt", "asn1/rsa4096.crt", "asn1/p256.crt", "asn1/p384.crt",
                                         "asn1/p521.crt",    "asn1/ed25519.crt" };
    SCOPED(crypto_free) struct crypto *crypto = NULL;

    assert_ok(crypto_new(&crypto));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_certificate(crypto, names[i]);
}
END_TEST

START_TEST(gost_requests_of_rfc_9215_are_checked)
{
    static const char *const names[] = { "requests/rfc9215-a1.csr", "requests/rfc9215-a2.csr",
                                         "requests/rfc9215-a3.csr" };
    SCOPED(crypto_free) struct crypto *crypto = NULL;
    struct csr previous = { .has_key = false };
    struct vector vectors[3];

    assert_ok(crypto_new(&crypto));
    for (size_t i = 0; i < 3; i++) {
        struct csr csr;

        assert_ok(csr_read(vector_load(names[i], &vectors[i]), &csr));
        assert_ok(signature_check(crypto, &csr.key, &csr.algorithm, csr.tbs, csr.signature));
        if (previous.has_key)
            ck_assert(signature_check(crypto, &previous.key, &csr.algorithm, csr.tbs, csr.signature) != RESULT_OK);
        previous = csr;
    }
}
END_TEST

START_TEST(a_key_of_another_kind_is_refused)
{
    SCOPED(crypto_free) struct crypto *crypto = NULL;
    struct vector rsa_vector, ec_vector;
    struct x509 rsa, ec;

    assert_ok(crypto_new(&crypto));
    assert_ok(x509_read(vector_load("asn1/rsa2048.crt", &rsa_vector), &rsa));
    assert_ok(x509_read(vector_load("asn1/p256.crt", &ec_vector), &ec));
    assert_result(signature_check_certificate(crypto, &rsa, &ec), RESULT_MALFORMED);
    assert_result(signature_check_certificate(crypto, &ec, &rsa), RESULT_MALFORMED);
}
END_TEST

UNIT_MAIN("signature_check", certificates_of_every_kind_are_checked, gost_requests_of_rfc_9215_are_checked,
          a_key_of_another_kind_is_refused)
