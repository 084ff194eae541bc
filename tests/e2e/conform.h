/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * conform.h: points of the standard, asked of the finished module. A story is a function; what it finds wrong
 * is printed as "not ok - …" and the story goes on; where nothing is wrong the story prints "ok - …".
 */
#ifndef ECP_TESTS_E2E_CONFORM_H
#define ECP_TESTS_E2E_CONFORM_H

#include <openssl/evp.h>
#include <string.h>

#include "tests/e2e/client.h"

#define CONFORM_PIN "13572468"
#define CONFORM_PUK "12345678"
#define CONFORM_SO "010203040506070801020304050607080102030405060708"
#define CONFORM_BAD_HANDLE 0xDEAD

/** The sessions of a story. */
struct conform {
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session; /**< read/write */
    CK_SESSION_HANDLE reader;  /**< read-only */
};

/** One story. */
struct conform_story {
    const char *name;
    void (*tell)(void);
};

/** The stories of each chapter, ended by a row of NULLs. */
extern const struct conform_story conform_general[], conform_sessions[], conform_objects[],
    conform_templates[], conform_signing[], conform_checking[], conform_crypt[], conform_keys[],
    conform_generation[], conform_pins[];

/** The module's 3.2 functions, through C_GetInterfaceList, which says nothing about how points are to be
 * shown. */
const CK_FUNCTION_LIST_3_2 *conform_list(void);

/** A symbol of the module. */
void *conform_symbol(const char *name);

/** C_Initialize and the two sessions, logged in as the user with LOGIN. */
struct conform conform_begin(bool login);

/** C_Finalize. */
void conform_end(void);

/** Ways in which something is not as it must be. */
void conform_fail(const char *file, int line, const char *what, CK_RV is);

#define RV(expr, expected)                                                                                   \
    do {                                                                                                     \
        CK_RV rv_ = (expr);                                                                                  \
        if (rv_ != (expected))                                                                               \
            conform_fail(__FILE__, __LINE__, #expr " is not " #expected, rv_);                               \
    } while (0)

/** Either is right. */
#define RV_OR(expr, one, two)                                                                                \
    do {                                                                                                     \
        CK_RV rv_ = (expr);                                                                                  \
        if (rv_ != (one) && rv_ != (two))                                                                    \
            conform_fail(__FILE__, __LINE__, #expr " is neither " #one " nor " #two, rv_);                   \
    } while (0)

#define OK(expr) RV(expr, CKR_OK)

#define TRUE_THAT(condition)                                                                                 \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            conform_fail(__FILE__, __LINE__, #condition, CKR_OK);                                            \
    } while (0)

/** The name of a mechanism or another thing that the next failures are about; NULL: nothing special. */
void conform_about(const char *kind, CK_ULONG number);

/** The first object that has all of TEMPLATE, or CK_INVALID_HANDLE. */
CK_OBJECT_HANDLE conform_find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *items, CK_ULONG count);

/** The first key of CLASS and TYPE with RIGHT true, that does not want the PIN each time; or
 * CK_INVALID_HANDLE. */
CK_OBJECT_HANDLE conform_key(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_KEY_TYPE type,
                             CK_ATTRIBUTE_TYPE right);

/** The object of CLASS with the CKA_ID of OBJECT. */
CK_OBJECT_HANDLE conform_other(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_OBJECT_CLASS class);

/** One attribute, whatever its length; the number of bytes, or -1. */
long conform_get(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *value,
                 size_t room);

/** One attribute that is a CK_ULONG or CK_BBOOL. */
CK_ULONG conform_number(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
bool conform_bool(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);

/** OpenSSL's key of CKA_PUBLIC_KEY_INFO; the caller frees it. */
EVP_PKEY *conform_pkey(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object);

/** A secret session key with VALUE. */
CK_OBJECT_HANDLE conform_secret(CK_SESSION_HANDLE session, const void *value, CK_ULONG size, bool sensitive);

/** DER of CKA_EC_PARAMS. */
struct conform_curve {
    const char *params;
    CK_ULONG size;
};

/** Generates a key pair as the security officer. CURVE: without params for RSA. */
CK_RV conform_generate(const struct conform *conform, CK_MECHANISM_TYPE mechanism, struct conform_curve curve,
                       CK_BYTE id, CK_OBJECT_HANDLE *ret_public, CK_OBJECT_HANDLE *ret_private);

/** OpenSSL's digest of a hash that a mechanism names (CKM_SHA256 …, CKM_SHA256_RSA_PKCS …); NULL: none. */
const EVP_MD *conform_digest(CK_MECHANISM_TYPE mechanism, CK_MECHANISM_TYPE *ret_hash,
                             CK_RSA_PKCS_MGF_TYPE *ret_mgf);

/** A mechanism with the parameter that it needs; for PSS and OAEP with the digest's own hash (SHA-256 for the
 * plain ones). */
struct conform_mechanism {
    CK_MECHANISM ck;
    const EVP_MD *md; /**< what the mechanism hashes with, or NULL */
    union {
        CK_RSA_PKCS_PSS_PARAMS pss;
        CK_RSA_PKCS_OAEP_PARAMS oaep;
    } params;
};
void conform_mechanism(CK_MECHANISM_TYPE type, struct conform_mechanism *ret);

/** What sort of padding a signing mechanism has: "pkcs1", "pss", "raw", "ecdsa", "eddsa" or NULL. */
const char *conform_shape(CK_MECHANISM_TYPE type);

/** Room for a literal that Cryptoki's types cannot take as const. */
#define BYTES_OF_TEXT(text) ((CK_BYTE_PTR)(uintptr_t)(text))
#define DIM(array) (sizeof(array) / sizeof((array)[0]))

#define CURVE_P256                                                                                           \
    ((struct conform_curve){ "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",                                     \
                             sizeof("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07") - 1 })
#define CURVE_P384                                                                                           \
    ((struct conform_curve){ "\x06\x05\x2b\x81\x04\x00\x22", sizeof("\x06\x05\x2b\x81\x04\x00\x22") - 1 })
#define CURVE_ED25519 ((struct conform_curve){ "\x06\x03\x2b\x65\x70", sizeof("\x06\x03\x2b\x65\x70") - 1 })
#define CURVE_X25519 ((struct conform_curve){ "\x06\x03\x2b\x65\x6e", sizeof("\x06\x03\x2b\x65\x6e") - 1 })

#endif
