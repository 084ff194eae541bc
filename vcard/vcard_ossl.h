/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_ossl.h: OpenSSL's objects, freed by scope: SCOPED(ossl_pkey_free) EVP_PKEY *pkey = … */
#ifndef ECP_VCARD_VCARD_OSSL_H
#define ECP_VCARD_VCARD_OSSL_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

/** Defines the destructor NAME of a variable that points to TYPE, which FUNCTION frees. */
#define OSSL_DESTRUCTOR(name, type, function)                                                                \
    static inline void name(type **variable)                                                                 \
    {                                                                                                        \
        function(*variable);                                                                                 \
        *variable = NULL;                                                                                    \
    }

OSSL_DESTRUCTOR(ossl_pkey_free, EVP_PKEY, EVP_PKEY_free)
OSSL_DESTRUCTOR(ossl_pkey_ctx_free, EVP_PKEY_CTX, EVP_PKEY_CTX_free)
OSSL_DESTRUCTOR(ossl_md_ctx_free, EVP_MD_CTX, EVP_MD_CTX_free)
OSSL_DESTRUCTOR(ossl_cipher_free, EVP_CIPHER, EVP_CIPHER_free)
OSSL_DESTRUCTOR(ossl_cipher_ctx_free, EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
OSSL_DESTRUCTOR(ossl_bn_free, BIGNUM, BN_clear_free)
OSSL_DESTRUCTOR(ossl_bn_ctx_free, BN_CTX, BN_CTX_free)
OSSL_DESTRUCTOR(ossl_group_free, EC_GROUP, EC_GROUP_free)
OSSL_DESTRUCTOR(ossl_point_free, EC_POINT, EC_POINT_free)
OSSL_DESTRUCTOR(ossl_params_free, OSSL_PARAM, OSSL_PARAM_free)
OSSL_DESTRUCTOR(ossl_builder_free, OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
OSSL_DESTRUCTOR(ossl_x509_free, X509, X509_free)

#endif
