/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/trust_crl.h"

#include <gnutls/abstract.h>
#include <string.h>

#include "tests/unit/unit.h"

#define DAY 86400

/** An authority, a certificate that it issued, and lists. */
struct office {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t authority, person;
    struct trust_crls crls;
    time_t now;
};

static gnutls_x509_crt_t issue(const struct office *office, const char *name, uint8_t serial,
                               gnutls_x509_crt_t issuer)
{
    gnutls_x509_crt_t ret;
    gnutls_datum_t der;

    ck_assert_int_eq(gnutls_x509_crt_init(&ret), 0);
    ck_assert_int_eq(gnutls_x509_crt_set_version(ret, 3), 0);
    ck_assert_int_eq(gnutls_x509_crt_set_serial(ret, &serial, 1), 0);
    ck_assert_int_eq(gnutls_x509_crt_set_dn(ret, name, NULL), 0);
    ck_assert_int_eq(gnutls_x509_crt_set_activation_time(ret, office->now - DAY), 0);
    ck_assert_int_eq(gnutls_x509_crt_set_expiration_time(ret, office->now + DAY), 0);
    ck_assert_int_eq(gnutls_x509_crt_set_key(ret, office->key), 0);
    ck_assert_int_eq(gnutls_x509_crt_set_basic_constraints(ret, issuer == NULL, -1), 0);
    ck_assert_int_eq(gnutls_x509_crt_set_key_usage(ret, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN), 0);
    ck_assert_int_eq(gnutls_x509_crt_sign2(ret, issuer ? issuer : ret, office->key, GNUTLS_DIG_SHA256, 0), 0);
    /* Only what was read has its names as they are compared. */
    ck_assert_int_eq(gnutls_x509_crt_export2(ret, GNUTLS_X509_FMT_DER, &der), 0);
    gnutls_x509_crt_deinit(ret);
    ck_assert_int_eq(gnutls_x509_crt_init(&ret), 0);
    ck_assert_int_eq(gnutls_x509_crt_import(ret, &der, GNUTLS_X509_FMT_DER), 0);
    gnutls_free(der.data);
    return ret;
}

static void office_open(struct office *ret)
{
    *ret = (struct office){ .now = time(NULL) };
    ck_assert_int_eq(gnutls_x509_privkey_init(&ret->key), 0);
    ck_assert_int_eq(gnutls_x509_privkey_generate(ret->key, GNUTLS_PK_ECDSA,
                                                  GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                     0);
    ret->authority = issue(ret, "CN=office", 1, NULL);
    ret->person = issue(ret, "CN=person", 7, ret->authority);
}

static void office_close(struct office *office)
{
    trust_crls_free(&office->crls);
    gnutls_x509_crt_deinit(office->person);
    gnutls_x509_crt_deinit(office->authority);
    gnutls_x509_privkey_deinit(office->key);
}

/** Adds a list with the SERIALS (SIZE bytes each, COUNT of them), made at MADE and to be followed by another
 * at NEXT. */
static void publish(struct office *office, const uint8_t *serials, size_t size, size_t count, time_t made,
                    time_t next, bool given)
{
    gnutls_x509_crl_t crl;
    gnutls_datum_t der;

    ck_assert_int_eq(gnutls_x509_crl_init(&crl), 0);
    ck_assert_int_eq(gnutls_x509_crl_set_version(crl, 2), 0);
    ck_assert_int_eq(gnutls_x509_crl_set_this_update(crl, made), 0);
    ck_assert_int_eq(gnutls_x509_crl_set_next_update(crl, next), 0);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(gnutls_x509_crl_set_crt_serial(crl, serials + i * size, size, made), 0);
    ck_assert_int_eq(gnutls_x509_crl_sign2(crl, office->authority, office->key, GNUTLS_DIG_SHA256, 0), 0);
    ck_assert_int_eq(gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_DER, &der), 0);
    ck_assert(trust_crls_add(&office->crls, bytes_make(der.data, der.size), given));
    gnutls_free(der.data);
    gnutls_x509_crl_deinit(crl);
}

static struct trust_crl_answer look(const struct office *office)
{
    struct trust_crl_answer ret;

    trust_crls_look(&office->crls, office->person, office->authority, office->now - DAY / 2, &ret);
    return ret;
}

START_TEST(a_list_that_was_given_clears)
{
    static const uint8_t somebody[] = { 9 };
    struct office office;

    office_open(&office);
    ck_assert(!look(&office).covered);
    publish(&office, somebody, 1, 1, office.now - DAY / 4, office.now + DAY, true);
    ck_assert(look(&office).covered && !look(&office).revoked && !look(&office).outdated);
    office_close(&office);
}
END_TEST

START_TEST(a_list_inside_the_signature_never_clears)
{
    static const uint8_t somebody[] = { 9 };
    struct office office;

    office_open(&office);
    publish(&office, somebody, 1, 1, office.now - DAY / 4, office.now + DAY, false);
    publish(&office, somebody, 1, 1, office.now - 9 * DAY, office.now - 8 * DAY, false);
    ck_assert(!look(&office).covered && !look(&office).revoked && !look(&office).outdated);
    office_close(&office);
}
END_TEST

START_TEST(a_list_inside_the_signature_revokes)
{
    static const uint8_t person[] = { 7 };
    struct office office;

    office_open(&office);
    publish(&office, person, 1, 1, office.now - DAY / 4, office.now + DAY, false);
    ck_assert(look(&office).revoked);
    office_close(&office);
}
END_TEST

START_TEST(a_list_that_is_too_old_does_not_clear)
{
    static const uint8_t somebody[] = { 9 };
    struct office office;

    office_open(&office);
    publish(&office, somebody, 1, 1, office.now - 9 * DAY, office.now - 8 * DAY, true);
    ck_assert(!look(&office).covered && look(&office).outdated);
    office_close(&office);
}
END_TEST

START_TEST(an_entry_that_cannot_be_read_leaves_open_what_follows)
{
    uint8_t serial[100];
    struct office office;

    memset(serial, 0x11, sizeof(serial));
    office_open(&office);
    publish(&office, serial, sizeof(serial), 1, office.now - DAY / 4, office.now + DAY, true);
    ck_assert(!look(&office).covered && !look(&office).revoked);
    office_close(&office);
}
END_TEST

UNIT_MAIN("tool/trust_crl", a_list_that_was_given_clears, a_list_inside_the_signature_never_clears,
          a_list_inside_the_signature_revokes, a_list_that_is_too_old_does_not_clear,
          an_entry_that_cannot_be_read_leaves_open_what_follows)
