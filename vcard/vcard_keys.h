/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_keys.h: the card's asymmetric keys: making them, taking them in and out, using them. No rights
 * here. */
#ifndef ECP_VCARD_VCARD_KEYS_H
#define ECP_VCARD_VCARD_KEYS_H

#include <openssl/evp.h>

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** Algorithms, by the numbers that PIV gives them (SP 800-78-4, table 6-2; E0 and E1 are Yubico's). */
enum vcard_algorithm {
    VCARD_RSA3072 = 0x05,
    VCARD_RSA1024 = 0x06,
    VCARD_RSA2048 = 0x07,
    VCARD_P256 = 0x11,
    VCARD_P384 = 0x14,
    VCARD_RSA4096 = 0x16,
    VCARD_ED25519 = 0xE0,
    VCARD_X25519 = 0xE1,
};

enum {
    VCARD_RSA_MAX = 512,          /**< longest RSA modulus, in bytes */
    VCARD_POINT_MAX = 1 + 2 * 48, /**< longest point of a curve */
    VCARD_EXPONENT = 65537,       /**< the public exponent of every RSA key */
};

/** ALGORITHM is one of these. */
bool vcard_key_known(uint8_t algorithm);

/** Makes a key pair. *RET belongs to the caller. RESULT_UNSUPPORTED for other algorithms, RESULT_INTERNAL. */
enum result vcard_key_generate(OSSL_LIB_CTX *crypto, uint8_t algorithm, EVP_PKEY **ret) MUST_USE;

/**
 * Makes a key from the data objects of Yubico's IMPORT: for RSA 01 p, 02 q, 03 dp, 04 dq, 05 qinv, each half
 * the modulus long; 06 the scalar of an EC key; 07 Ed25519; 08 X25519. Other data objects are skipped.
 * RESULT_MALFORMED if one is missing, has another length, or they do not make a key. *RET belongs to the
 * caller.
 */
enum result vcard_key_import(OSSL_LIB_CTX *crypto, uint8_t algorithm, struct bytes fields,
                             EVP_PKEY **ret) MUST_USE;

/** Makes an RSA key of the two factors, each half the modulus long. Errors as vcard_key_import(). */
enum result vcard_key_factors(OSSL_LIB_CTX *crypto, uint8_t algorithm, struct bytes p, struct bytes q,
                              EVP_PKEY **ret) MUST_USE;

/** Appends the private key as vcard_key_import() takes it. */
enum result vcard_key_export(const EVP_PKEY *pkey, uint8_t algorithm, struct buf *out) MUST_USE;

/** The length of the modulus or of a number of the curve's field, in bytes; 0 for no algorithm. */
size_t vcard_key_size(uint8_t algorithm);

/** Appends the public key: 81 modulus and 82 exponent, or 86 point (SP 800-73-4 part 2, table 11). */
enum result vcard_key_public(const EVP_PKEY *pkey, uint8_t algorithm, struct buf *out) MUST_USE;

/**
 * The private operation on INPUT: RSA without padding on a block as long as the modulus and below it, ECDSA
 * (DER) on a hash not longer than the field, Ed25519 on a message. RESULT_MALFORMED for another INPUT,
 * RESULT_UNSUPPORTED for X25519.
 */
enum result vcard_key_sign(OSSL_LIB_CTX *crypto, EVP_PKEY *pkey, uint8_t algorithm, struct bytes input,
                           struct buf *out) MUST_USE;

/**
 * Diffie-Hellman with PEER, an uncompressed point of the same curve or 32 bytes for X25519. Appends the
 * shared secret as long as the field. RESULT_MALFORMED for a PEER that is none, RESULT_UNSUPPORTED for other
 * keys.
 */
enum result vcard_key_agree(OSSL_LIB_CTX *crypto, EVP_PKEY *pkey, uint8_t algorithm, struct bytes peer,
                            struct buf *out) MUST_USE;

#endif
