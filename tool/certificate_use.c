/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/certificate_use.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tool/text.h"

/** No object identifier in use is longer as text. */
#define OID_MAX 128

#define SERVER_AUTH "1.3.6.1.5.5.7.3.1"

/** Of programs, time stamps and the state of certificates: each is a statement about something else than a
 * document. */
static const char *const others[] = { "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9" };

/** Mail, any, documents (RFC 9336), documents as Microsoft names them. */
static const char *const signing[] = { "1.3.6.1.5.5.7.3.4", "2.5.29.37.0", "1.3.6.1.5.5.7.3.36",
                                       "1.3.6.1.4.1.311.10.3.12" };

static bool is_one_of(const char *oid, const char *const *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(oid, rows[i]) == 0)
            return true;
    return false;
}

/** Authorities have purposes of their own for signing (those of Russia do): an unknown one allows, unless it
 * is a server's. */
static bool purposes_fit(gnutls_x509_crt_t certificate)
{
    bool signs = false, server = false, unknown = false;

    for (unsigned i = 0;; i++) {
        char oid[OID_MAX];
        size_t size = sizeof(oid);
        int found = gnutls_x509_crt_get_key_purpose_oid(certificate, i, oid, &size, NULL);

        if (found == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return i == 0 || signs || (unknown && !server);
        if (found < 0)
            return false;
        if (is_one_of(oid, signing, sizeof(signing) / sizeof(signing[0])))
            signs = true;
        else if (strcmp(oid, SERVER_AUTH) == 0)
            server = true;
        else if (!is_one_of(oid, others, sizeof(others) / sizeof(others[0])))
            unknown = true;
    }
}

static bool usage_fits(gnutls_x509_crt_t certificate)
{
    unsigned usage = 0;
    int found = gnutls_x509_crt_get_key_usage(certificate, &usage, NULL);

    if (found < 0)
        return found == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
    return (usage & (GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_NON_REPUDIATION)) != 0;
}

const char *certificate_misuse(gnutls_x509_crt_t certificate)
{
    if (!usage_fits(certificate))
        return _("the certificate is not one for signing documents");
    if (!purposes_fit(certificate))
        return _("the certificate is one for servers, programs or time stamps (extendedKeyUsage), not for "
                 "signing documents");
    return NULL;
}

const char *certificate_misuse_der(struct bytes der)
{
    const gnutls_datum_t datum = { (unsigned char *)(uintptr_t)der.data, (unsigned)der.size };
    gnutls_x509_crt_t certificate;
    const char *ret = NULL;

    if (gnutls_x509_crt_init(&certificate) < 0)
        return NULL;
    if (gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_DER) >= 0)
        ret = certificate_misuse(certificate);
    gnutls_x509_crt_deinit(certificate);
    return ret;
}
