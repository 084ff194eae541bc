/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/certificate.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#define YEAR_SECONDS (365L * 24 * 3600)

static EVP_PKEY *key_from_point(struct bytes point)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    char curve[] = "P-256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point.data, point.size),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY *key = NULL;

    if (!context || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    return key;
}

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

bool certificate_make(struct bytes point, struct buf *out)
{
    EVP_PKEY *key = key_from_point(point), *authority = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    unsigned char *der = NULL;
    int size = 0;

    if (key && authority && certificate && certificate_fill(certificate, key) &&
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
