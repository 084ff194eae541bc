/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pubkey.h: a public key as plain numbers, and its SubjectPublicKeyInfo (RFC 5280 4.1.2.7, RFC 5480, RFC 8410,
 * RFC 9215, RFC 4491). */
#ifndef ECP_ASN1_PUBKEY_H
#define ECP_ASN1_PUBKEY_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/oid.h"
#include "asn1/result.h"

#define PUBKEY_MODULUS_MAX 512 /**< bytes: RSA-4096 */
#define PUBKEY_EXPONENT_MAX 16 /**< bytes */
#define PUBKEY_POINT_MAX 133   /**< bytes: 04 || X || Y on P-521 */
#define PUBKEY_OID_MAX 12      /**< bytes: an identifier of a GOST parameter set or digest */
#define PUBKEY_SPKI_MAX 640    /**< bytes: no SubjectPublicKeyInfo made here is longer */

/**
 * A public key, all inside (copy it freely). KIND says which fields mean something:
 * KEY_RSA: modulus, exponent (big-endian, no leading zeros). KEY_EC: curve, point (04 || X || Y).
 * KEY_EDWARDS, KEY_MONTGOMERY: curve, point (the 32 raw bytes of RFC 8032, RFC 7748).
 * KEY_GOST…: curve, point (X || Y, each little-endian, the form of CKA_VALUE), and as DER OBJECT IDENTIFIER the parameter set as
 * its maker called it and the digest, if the SubjectPublicKeyInfo names it.
 */
struct pubkey {
    enum key_kind kind;
    enum curve curve;
    size_t modulus_size, exponent_size, point_size;
    uint8_t modulus[PUBKEY_MODULUS_MAX];
    uint8_t exponent[PUBKEY_EXPONENT_MAX];
    uint8_t point[PUBKEY_POINT_MAX];
    size_t set_size, digest_size;
    uint8_t set[PUBKEY_OID_MAX], digest[PUBKEY_OID_MAX];
};

/**
 * Makes an RSA key; leading zeros are dropped. RESULT_MALFORMED if a number is zero, the modulus is even or shorter
 * than 512 bits; RESULT_UNSUPPORTED if one is too long for struct pubkey.
 */
enum result pubkey_set_rsa(struct pubkey *ret, struct bytes modulus, struct bytes exponent) MUST_USE;

/**
 * Makes a key on CURVE, not of GOST, from its point. RESULT_MALFORMED if length or leading byte do not suit the curve.
 */
enum result pubkey_set_point(struct pubkey *ret, enum curve curve, struct bytes point) MUST_USE;

/**
 * Makes a GOST key. SET and DIGEST are DER OBJECT IDENTIFIERs as in CKA_GOSTR3410_PARAMS and CKA_GOSTR3411_PARAMS: the digest of
 * 34.11-94 makes a key of 2001, none or Streebog one of 2012. POINT is X || Y, each little-endian. The digest will be in the
 * SubjectPublicKeyInfo where RFC 9215 4.2 has it. RESULT_UNSUPPORTED for a set or digest that is not known or that do not go
 * together, RESULT_MALFORMED if the point's length does not suit.
 */
enum result pubkey_set_gost(struct pubkey *ret, struct bytes set, struct bytes digest, struct bytes point) MUST_USE;

/** Reads a DER SubjectPublicKeyInfo. RESULT_MALFORMED, or RESULT_UNSUPPORTED for an algorithm not in enum key_kind. */
enum result pubkey_from_spki(struct bytes spki, struct pubkey *ret) MUST_USE;

/** Appends the DER SubjectPublicKeyInfo of KEY. RESULT_TOO_LARGE if OUT is too small. */
enum result pubkey_to_spki(const struct pubkey *key, struct buf *out) MUST_USE;

/** Views of the numbers; they live as long as KEY. */
struct bytes pubkey_modulus(const struct pubkey *key);
struct bytes pubkey_exponent(const struct pubkey *key);
struct bytes pubkey_point(const struct pubkey *key);

/** Of a GOST key: the parameter set as it was named, and the digest, which goes by the kind where it was not named. Static memory
 * or KEY's. Empty for other kinds. */
struct bytes pubkey_gost_set(const struct pubkey *key);
struct bytes pubkey_gost_digest(const struct pubkey *key);

/** Appends the point of a GOST key as 04 || X || Y, big-endian, the form of SEC 1. RESULT_BAD_ARGUMENT for other kinds. */
enum result pubkey_gost_point(const struct pubkey *key, struct buf *out) MUST_USE;

/** Same kind, curve and numbers. GOST parameter sets that name one curve are the same. */
bool pubkey_equal(const struct pubkey *a, const struct pubkey *b);

/** The key's size in bits: of the modulus, or of the curve's field. */
size_t pubkey_bits(const struct pubkey *key);

/** The length in bytes of a raw signature (r || s for ECDSA, s || r for GOST) or RSA block made with KEY; 0 for KEY_MONTGOMERY. */
size_t pubkey_signature_size(const struct pubkey *key);

#endif
