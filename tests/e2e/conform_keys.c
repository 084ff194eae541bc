/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* conform_keys: keys agreed on, wrapped, made and written (PKCS#11 3.2, 5.18). */
#include <openssl/ec.h>
#include <openssl/x509.h>

#include "tests/e2e/conform.h"

#define SECRET_SIZE 32
#define POINT_MAX 140

/* What one agrees on with KEY: OpenSSL's key of the same curve and its point. */
struct peer {
    EVP_PKEY *pkey;
    unsigned char point[POINT_MAX];
    size_t size;
    unsigned char secret[POINT_MAX];
    size_t secret_size;
};

static struct peer peer_make(const struct conform *conform, CK_OBJECT_HANDLE key)
{
    EVP_PKEY *theirs = conform_pkey(conform->session, key);
    struct peer peer = { .secret_size = sizeof(peer.secret) };
    EVP_PKEY_CTX *context;

    CLIENT_NEED(theirs != NULL);
    context = EVP_PKEY_CTX_new(theirs, NULL);
    CLIENT_NEED(EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_keygen(context, &peer.pkey) == 1);
    EVP_PKEY_CTX_free(context);
    context = EVP_PKEY_CTX_new(peer.pkey, NULL);
    CLIENT_NEED(EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, theirs) == 1 &&
                EVP_PKEY_derive(context, peer.secret, &peer.secret_size) == 1);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(theirs);
    CLIENT_NEED(
        EVP_PKEY_get_octet_string_param(peer.pkey, "pub", peer.point, sizeof(peer.point), &peer.size) == 1);
    return peer;
}

static CK_RV derive(const struct conform *conform, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key,
                    CK_ECDH1_DERIVE_PARAMS *params, CK_ULONG length, CK_OBJECT_HANDLE *ret)
{
    CK_MECHANISM mechanism = { type, params, sizeof(*params) };
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE generic = CKK_GENERIC_SECRET;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE items[] = { { CKA_TOKEN, &no, sizeof(no) },
                             { CKA_CLASS, &class, sizeof(class) },
                             { CKA_KEY_TYPE, &generic, sizeof(generic) },
                             { CKA_SENSITIVE, &no, sizeof(no) },
                             { CKA_EXTRACTABLE, &yes, sizeof(yes) },
                             { CKA_VALUE_LEN, &length, sizeof(length) } };

    return p11->C_DeriveKey(conform->session, &mechanism, key, items, length != 0 ? 6 : 5, ret);
}

static void agree_with(const struct conform *conform, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key)
{
    struct peer peer = peer_make(conform, key);
    unsigned char der[POINT_MAX + 3] = { 0x04, (unsigned char)peer.size }, value[POINT_MAX];
    CK_ECDH1_DERIVE_PARAMS params = { CKD_NULL, 0, NULL, peer.size, peer.point };
    CK_OBJECT_HANDLE secret = 0;

    OK(derive(conform, type, key, &params, 0, &secret));
    TRUE_THAT(conform_get(conform->session, secret, CKA_VALUE, value, sizeof(value)) ==
              (long)peer.secret_size);
    TRUE_THAT(memcmp(value, peer.secret, peer.secret_size) == 0);
    memcpy(der + 2, peer.point, peer.size);
    params.pPublicData = der;
    params.ulPublicDataLen = peer.size + 2;
    OK(derive(conform, type, key, &params, peer.secret_size, &secret));
    TRUE_THAT(conform_get(conform->session, secret, CKA_VALUE, value, sizeof(value)) ==
              (long)peer.secret_size);
    TRUE_THAT(memcmp(value, peer.secret, peer.secret_size) == 0);
    params.ulPublicDataLen--;
    RV_OR(derive(conform, type, key, &params, 0, &secret), CKR_MECHANISM_PARAM_INVALID,
          CKR_DOMAIN_PARAMS_INVALID);
    params.pPublicData = NULL;
    RV_OR(derive(conform, type, key, &params, 0, &secret), CKR_MECHANISM_PARAM_INVALID, CKR_ARGUMENTS_BAD);
    params = (CK_ECDH1_DERIVE_PARAMS){ 999, 0, NULL, peer.size, peer.point };
    RV(derive(conform, type, key, &params, 0, &secret), CKR_MECHANISM_PARAM_INVALID);
    EVP_PKEY_free(peer.pkey);
}

static void keys_are_agreed_on(void)
{
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE ec = conform_key(conform.session, CKO_PRIVATE_KEY, CKK_EC, CKA_DERIVE);
    CK_OBJECT_HANDLE montgomery =
        conform_key(conform.session, CKO_PRIVATE_KEY, CKK_EC_MONTGOMERY, CKA_DERIVE);

    TRUE_THAT(ec != 0 && montgomery != 0);
    agree_with(&conform, CKM_ECDH1_DERIVE, ec);
    agree_with(&conform, CKM_ECDH1_COFACTOR_DERIVE, ec);
    agree_with(&conform, CKM_ECDH1_DERIVE, montgomery);
    conform_end();
}

static void points_off_the_curve_are_refused(void)
{
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE ec = conform_key(conform.session, CKO_PRIVATE_KEY, CKK_EC, CKA_DERIVE), secret = 0;
    CK_OBJECT_HANDLE montgomery =
        conform_key(conform.session, CKO_PRIVATE_KEY, CKK_EC_MONTGOMERY, CKA_DERIVE);
    unsigned char zero[32] = { 0 };
    struct peer peer = peer_make(&conform, ec);
    CK_ECDH1_DERIVE_PARAMS params = { CKD_NULL, 0, NULL, peer.size, peer.point };

    peer.point[peer.size - 1] ^= 1;
    RV(derive(&conform, CKM_ECDH1_DERIVE, ec, &params, 0, &secret), CKR_MECHANISM_PARAM_INVALID);
    params = (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 0, NULL, sizeof(zero), zero };
    RV(derive(&conform, CKM_ECDH1_DERIVE, montgomery, &params, 0, &secret), CKR_MECHANISM_PARAM_INVALID);
    EVP_PKEY_free(peer.pkey);
    conform_end();
}

static void derivation_refuses_what_it_must(void)
{
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE ec = conform_key(conform.session, CKO_PRIVATE_KEY, CKK_EC, CKA_DERIVE), secret = 0;
    CK_OBJECT_HANDLE rsa = client_find(conform.session, CKO_PRIVATE_KEY, 1);
    struct peer peer = peer_make(&conform, ec);
    CK_ECDH1_DERIVE_PARAMS params = { CKD_NULL, 0, NULL, peer.size, peer.point };
    CK_MECHANISM mechanism = { CKM_ECDH1_DERIVE, &params, sizeof(params) - 1 };

    RV_OR(derive(&conform, CKM_ECDH1_DERIVE, CONFORM_BAD_HANDLE, &params, 0, &secret), CKR_KEY_HANDLE_INVALID,
          CKR_OBJECT_HANDLE_INVALID);
    RV_OR(derive(&conform, CKM_ECDH1_DERIVE, rsa, &params, 0, &secret), CKR_KEY_TYPE_INCONSISTENT,
          CKR_KEY_FUNCTION_NOT_PERMITTED);
    RV(derive(&conform, CKM_SHA256, ec, &params, 0, &secret), CKR_MECHANISM_INVALID);
    RV(p11->C_DeriveKey(conform.session, &mechanism, ec, NULL, 0, &secret), CKR_MECHANISM_PARAM_INVALID);
    RV(p11->C_DeriveKey(conform.session, NULL, ec, NULL, 0, &secret), CKR_ARGUMENTS_BAD);
    mechanism.ulParameterLen++;
    RV(p11->C_DeriveKey(conform.session, &mechanism, ec, NULL, 0, NULL), CKR_ARGUMENTS_BAD);
    params = (CK_ECDH1_DERIVE_PARAMS){ CKD_SHA256_KDF, 0, NULL, peer.size, peer.point };
    OK(derive(&conform, CKM_ECDH1_DERIVE, ec, &params, 40, &secret));
    TRUE_THAT(conform_number(conform.session, secret, CKA_VALUE_LEN) == 40);
    EVP_PKEY_free(peer.pkey);
    conform_end();
}

static void a_secret_key_is_wrapped_and_unwrapped(void)
{
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE private = conform_key(conform.session, CKO_PRIVATE_KEY, CKK_RSA, CKA_UNWRAP);
    CK_OBJECT_HANDLE public = conform_other(conform.session, private, CKO_PUBLIC_KEY), back = 0;
    CK_OBJECT_HANDLE open = conform_secret(conform.session, "0123456789abcdef", 16, false);
    CK_OBJECT_HANDLE hidden = conform_secret(conform.session, "0123456789abcdef", 16, true);
    CK_MECHANISM pkcs = { CKM_RSA_PKCS, NULL, 0 };
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_AES;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_KEY_TYPE, &type, sizeof(type) },
                             { CKA_TOKEN, &no, sizeof(no) },
                             { CKA_EXTRACTABLE, &yes, sizeof(yes) },
                             { CKA_SENSITIVE, &no, sizeof(no) } };
    CK_BYTE wrapped[512], value[32];
    CK_ULONG size = 0;

    OK(p11->C_WrapKey(conform.session, &pkcs, public, open, NULL, &size));
    TRUE_THAT(size == 256);
    size = 5;
    RV(p11->C_WrapKey(conform.session, &pkcs, public, open, wrapped, &size), CKR_BUFFER_TOO_SMALL);
    OK(p11->C_WrapKey(conform.session, &pkcs, public, open, wrapped, &size));
    OK(p11->C_UnwrapKey(conform.session, &pkcs, private, wrapped, size, items, DIM(items), &back));
    TRUE_THAT(conform_get(conform.session, back, CKA_VALUE, value, sizeof(value)) == 16 &&
              memcmp(value, "0123456789abcdef", 16) == 0);
    RV(p11->C_WrapKey(conform.session, &pkcs, public, hidden, wrapped, &size), CKR_KEY_UNEXTRACTABLE);
    RV(p11->C_WrapKey(conform.session, &pkcs, public, private, wrapped, &size), CKR_KEY_UNEXTRACTABLE);
    RV(p11->C_WrapKey(conform.session, &pkcs, public, CONFORM_BAD_HANDLE, wrapped, &size),
       CKR_KEY_HANDLE_INVALID);
    RV(p11->C_WrapKey(conform.session, &pkcs, CONFORM_BAD_HANDLE, open, wrapped, &size),
       CKR_WRAPPING_KEY_HANDLE_INVALID);
    RV(p11->C_UnwrapKey(conform.session, &pkcs, CONFORM_BAD_HANDLE, wrapped, 256, items, DIM(items), &back),
       CKR_UNWRAPPING_KEY_HANDLE_INVALID);
    RV(p11->C_UnwrapKey(conform.session, &pkcs, private, wrapped, 255, items, DIM(items), &back),
       CKR_WRAPPED_KEY_LEN_RANGE);
    conform_end();
}

/* One who asks for 3.2 by number knows its text; most others know nothing but DER. */
static void points_of_edwards_keys_suit_the_reader(void)
{
    struct conform conform = conform_begin(false);
    CK_BYTE der[64], raw[64];
    CK_VERSION version = { 3, 2 };
    CK_INTERFACE *found = NULL;
    CK_C_GetInterface get;

    TRUE_THAT(conform_get(conform.reader, client_find(conform.reader, CKO_PUBLIC_KEY, 6), CKA_EC_POINT, der,
                          sizeof(der)) == 34);
    TRUE_THAT(der[0] == 0x04 && der[1] == 32);
    conform_end();
    *(void **)&get = conform_symbol("C_GetInterface");
    OK(get(BYTES_OF_TEXT("PKCS 11"), &version, &found, 0));
    conform = conform_begin(false);
    TRUE_THAT(conform_get(conform.reader, client_find(conform.reader, CKO_PUBLIC_KEY, 6), CKA_EC_POINT, raw,
                          sizeof(raw)) == 32);
    TRUE_THAT(memcmp(raw, der + 2, 32) == 0);
    conform_end();
}

const struct conform_story conform_keys[] = {
    { "keys are agreed on", keys_are_agreed_on },
    { "points off the curve are refused", points_off_the_curve_are_refused },
    { "derivation refuses what it must", derivation_refuses_what_it_must },
    { "a secret key is wrapped and unwrapped", a_secret_key_is_wrapped_and_unwrapped },
    { "points of Edwards keys suit the reader", points_of_edwards_keys_suit_the_reader },
    { NULL, NULL },
};
