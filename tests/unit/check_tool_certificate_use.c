/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/certificate_use.h"

#include <gnutls/abstract.h>
#include <string.h>

#include "tests/unit/unit.h"

#define SERVER "1.3.6.1.5.5.7.3.1"
#define CLIENT "1.3.6.1.5.5.7.3.2"
#define CODE "1.3.6.1.5.5.7.3.3"
#define MAIL "1.3.6.1.5.5.7.3.4"
#define TIME "1.3.6.1.5.5.7.3.8"
#define OCSP "1.3.6.1.5.5.7.3.9"

/** A certificate with PURPOSES, which a NULL ends; USAGE 0 leaves keyUsage out. */
static gnutls_x509_crt_t make(unsigned usage, const char *const *purposes)
{
    gnutls_x509_crt_t ret;

    ck_assert_int_eq(gnutls_x509_crt_init(&ret), 0);
    for (; *purposes; purposes++)
        ck_assert_int_eq(gnutls_x509_crt_set_key_purpose_oid(ret, *purposes, 0), 0);
    if (usage)
        ck_assert_int_eq(gnutls_x509_crt_set_key_usage(ret, usage), 0);
    return ret;
}

static void assert_fits(bool fits, const char *const *purposes)
{
    gnutls_x509_crt_t certificate = make(GNUTLS_KEY_DIGITAL_SIGNATURE, purposes);

    ck_assert_msg((certificate_misuse(certificate) == NULL) == fits, "the first purpose: %s",
                  *purposes ? *purposes : "none");
    gnutls_x509_crt_deinit(certificate);
}

#define FITS(...) assert_fits(true, (const char *const[]){ __VA_ARGS__ })
#define FAILS(...) assert_fits(false, (const char *const[]){ __VA_ARGS__ })

START_TEST(a_purpose_of_signing_allows_or_none)
{
    FITS(NULL);
    FITS(MAIL, NULL);
    FITS("2.5.29.37.0", NULL);
    FITS("1.3.6.1.5.5.7.3.36", NULL);
    FITS("1.3.6.1.4.1.311.10.3.12", NULL);
    FITS(CLIENT, NULL);
    FITS(CLIENT, MAIL, NULL);
    FITS(SERVER, CODE, MAIL, NULL);
}
END_TEST

START_TEST(a_purpose_of_an_authority_s_own_allows)
{
    FITS("1.2.643.2.2.34.6", NULL);
    FITS(CODE, "1.2.643.100.2.1", NULL);
}
END_TEST

START_TEST(a_server_s_or_a_program_s_certificate_signs_no_document)
{
    FAILS(SERVER, NULL);
    FAILS(SERVER, CLIENT, NULL);
    FAILS(CLIENT, SERVER, NULL);
    FAILS(SERVER, "1.2.643.2.2.34.6", NULL);
    FAILS(CODE, NULL);
    FAILS(TIME, NULL);
    FAILS(OCSP, NULL);
    FAILS(CODE, TIME, OCSP, NULL);
}
END_TEST

START_TEST(the_key_usage_decides_too)
{
    static const char *const none[] = { NULL };
    const unsigned usages[] = { 0, GNUTLS_KEY_DIGITAL_SIGNATURE, GNUTLS_KEY_NON_REPUDIATION,
                                GNUTLS_KEY_KEY_ENCIPHERMENT };

    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
        gnutls_x509_crt_t certificate = make(usages[i], none);

        ck_assert_int_eq(certificate_misuse(certificate) == NULL, i < 3);
        gnutls_x509_crt_deinit(certificate);
    }
}
END_TEST

START_TEST(an_extension_that_cannot_be_read_forbids)
{
    static const char *const oids[] = { "2.5.29.15", "2.5.29.37" };

    for (size_t i = 0; i < sizeof(oids) / sizeof(oids[0]); i++) {
        gnutls_x509_crt_t certificate;

        ck_assert_int_eq(gnutls_x509_crt_init(&certificate), 0);
        ck_assert_int_eq(gnutls_x509_crt_set_extension_by_oid(certificate, oids[i], "\x04\x7F", 2, 0), 0);
        ck_assert_ptr_nonnull(certificate_misuse(certificate));
        gnutls_x509_crt_deinit(certificate);
    }
}
END_TEST

UNIT_MAIN("tool/certificate_use", a_purpose_of_signing_allows_or_none, a_purpose_of_an_authority_s_own_allows,
          a_server_s_or_a_program_s_certificate_signs_no_document, the_key_usage_decides_too,
          an_extension_that_cannot_be_read_forbids)
