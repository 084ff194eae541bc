/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_piv_keys.h: the card's asymmetric keys: making them, taking them in and out, using them. No rights
 * here. */
#ifndef ECP_VCARD_VCARD_PIV_KEYS_H
#define ECP_VCARD_VCARD_PIV_KEYS_H

#include <openssl/evp.h>

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** ALGORITHM is one of the asymmetric ones. */
bool piv_key_known(uint8_t algorithm);

/** Makes a key pair. *RET belongs to the caller. RESULT_UNSUPPORTED for other algorithms, RESULT_INTERNAL. */
enum result piv_key_generate(OSSL_LIB_CTX *crypto, uint8_t algorithm, EVP_PKEY **ret) MUST_USE;

/**
 * Makes a key from the data objects of Yubico's IMPORT: for RSA 01 p, 02 q, 03 dp, 04 dq, 05 qinv, each half
 * the modulus long; 06 the scalar of an EC key; 07 Ed25519; 08 X25519. Other data objects are skipped.
 * RESULT_MALFORMED if one is missing, has another length, or they do not make a key. *RET belongs to the
 * caller.
 */
enum result piv_key_import(OSSL_LIB_CTX *crypto, uint8_t algorithm, struct bytes fields,
                           EVP_PKEY **ret) MUST_USE;

/** Appends the private key as piv_key_import() takes it. */
enum result piv_key_export(const EVP_PKEY *pkey, uint8_t algorithm, struct buf *out) MUST_USE;

/** Appends the public key: 81 modulus and 82 exponent, or 86 point (SP 800-73-4 part 2, table 11). */
enum result piv_key_public(const EVP_PKEY *pkey, uint8_t algorithm, struct buf *out) MUST_USE;

/**
 * The private operation on INPUT: RSA without padding on a block as long as the modulus and below it, ECDSA
 * (DER) on a hash not longer than the field, Ed25519 on a message. RESULT_MALFORMED for another INPUT,
 * RESULT_UNSUPPORTED for X25519.
 */
enum result piv_key_sign(OSSL_LIB_CTX *crypto, EVP_PKEY *pkey, uint8_t algorithm, struct bytes input,
                         struct buf *out) MUST_USE;

/**
 * Diffie-Hellman with PEER, an uncompressed point of the same curve or 32 bytes for X25519. Appends the
 * shared secret as long as the field. RESULT_MALFORMED for a PEER that is none, RESULT_UNSUPPORTED for other
 * keys.
 */
enum result piv_key_agree(OSSL_LIB_CTX *crypto, EVP_PKEY *pkey, uint8_t algorithm, struct bytes peer,
                          struct buf *out) MUST_USE;

#endif
