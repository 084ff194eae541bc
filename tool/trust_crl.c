/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/trust_crl.h"

#include <stdlib.h>
#include <string.h>

/** RFC 5280 4.1.2.2: serial numbers have at most 20 bytes; some authorities exceed that a little. */
#define SERIAL_MAX 64

bool trust_crls_add(struct trust_crls *crls, struct bytes der, bool given)
{
    const gnutls_datum_t datum = { (unsigned char *)(uintptr_t)der.data, (unsigned)der.size };
    struct trust_crl *grown = realloc(crls->rows, (crls->count + 1) * sizeof(crls->rows[0]));
    gnutls_x509_crl_t crl;

    if (!grown)
        return false;
    crls->rows = grown;
    if (gnutls_x509_crl_init(&crl) < 0)
        return false;
    if (gnutls_x509_crl_import(crl, &datum, GNUTLS_X509_FMT_DER) < 0) {
        gnutls_x509_crl_deinit(crl);
        return false;
    }
    crls->rows[crls->count++] = (struct trust_crl){ crl, given };
    return true;
}

void trust_crls_free(struct trust_crls *crls)
{
    for (size_t i = 0; i < crls->count; i++)
        gnutls_x509_crl_deinit(crls->rows[i].crl);
    free(crls->rows);
    *crls = (struct trust_crls){ 0 };
}

/** ISSUER signed the list. GnuTLS 3.7 looks at its times even where it is asked not to: they are judged elsewhere. */
static bool is_of(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer)
{
    const unsigned times = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED | GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE;
    unsigned status = 0;

    if (!gnutls_x509_crl_check_issuer(crl, issuer) ||
        gnutls_x509_crl_verify(crl, &issuer, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &status) < 0)
        return false;
    return status == 0 || (status & times && !(status & ~(times | GNUTLS_CERT_INVALID)));
}

/** A critical extension (5.2.4, 5.2.5) says that the list is a part, or only the changes since another. */
static bool is_complete(gnutls_x509_crl_t crl)
{
    char oid[64];

    for (unsigned i = 0;; i++) {
        size_t size = sizeof(oid);
        unsigned critical = 0;
        int found = gnutls_x509_crl_get_extension_info(crl, i, oid, &size, &critical);

        if (found == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return true;
        if (found < 0 || critical)
            return false;
    }
}

enum listing { NOT_LISTED, LISTED, UNKNOWN };

/** UNKNOWN: an entry cannot be read, and the certificate's could stand behind it. */
static enum listing look_up(gnutls_x509_crl_t crl, gnutls_x509_crt_t certificate, time_t *when)
{
    unsigned char wanted[SERIAL_MAX], serial[SERIAL_MAX];
    gnutls_x509_crl_iter_t iterator = NULL;
    size_t wanted_size = sizeof(wanted), size = sizeof(serial);
    bool found = false;
    int end = 0;

    if (gnutls_x509_crt_get_serial(certificate, wanted, &wanted_size) < 0)
        return UNKNOWN;
    while (!found && (end = gnutls_x509_crl_iter_crt_serial(crl, &iterator, serial, &size, when)) >= 0) {
        found = size == wanted_size && memcmp(serial, wanted, size) == 0;
        size = sizeof(serial);
    }
    gnutls_x509_crl_iter_deinit(iterator);
    if (found)
        return LISTED;
    return end == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ? NOT_LISTED : UNKNOWN;
}

void trust_crls_look(const struct trust_crls *crls, gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer, time_t at,
                     struct trust_crl_answer *ret)
{
    time_t now = time(NULL);
    bool old = false;

    *ret = (struct trust_crl_answer){ 0 };
    for (size_t i = 0; i < crls->count && !ret->revoked; i++) {
        gnutls_x509_crl_t crl = crls->rows[i].crl;
        enum listing listing;
        time_t made = gnutls_x509_crl_get_this_update(crl), next = gnutls_x509_crl_get_next_update(crl);

        if (!is_of(crl, issuer))
            continue;
        listing = look_up(crl, certificate, &ret->when);
        if (listing == LISTED)
            ret->revoked = true;
        else if (listing == UNKNOWN || !crls->rows[i].given || !is_complete(crl))
            continue;
        else if (made <= now && (next >= now || made >= at))
            ret->covered = true;
        else
            old = true;
    }
    ret->outdated = old && !ret->covered;
}
