/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#define YEAR_SECONDS (365L * 24 * 3600)

static bool certificate_fill(X509 *certificate, EVP_PKEY *key)
{
    X509_NAME *name = X509_get_subject_name(certificate);

    return X509_set_version(certificate, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), 0) &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), YEAR_SECONDS) &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"sweep", -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1;
}

bool certificate_make(struct bytes public_key, struct buf *out)
{
    const unsigned char *next = public_key.data;
    EVP_PKEY *authority = EVP_EC_gen("P-256"), *key = d2i_PUBKEY(NULL, &next, (long)public_key.size);
    X509 *certificate = X509_new();
    unsigned char *der = NULL;
    int size = 0;

    /* OpenSSL knows no GOST keys */
    if (authority && certificate && certificate_fill(certificate, key ? key : authority) &&
        X509_sign(certificate, authority, EVP_sha256()) > 0)
        size = i2d_X509(certificate, &der);
    if (size > 0)
        buf_add(out, bytes_make(der, (size_t)size));
    OPENSSL_free(der);
    X509_free(certificate);
    EVP_PKEY_free(authority);
    EVP_PKEY_free(key);
    return size > 0 && buf_check(out) == RESULT_OK;
}
