/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pubkey.h: a public key as plain numbers, and its SubjectPublicKeyInfo (RFC 5280 4.1.2.7, RFC 5480, RFC 8410). */
#ifndef ECP_ASN1_PUBKEY_H
#define ECP_ASN1_PUBKEY_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/oid.h"
#include "asn1/result.h"

#define PUBKEY_MODULUS_MAX 512 /**< bytes: RSA-4096 */
#define PUBKEY_EXPONENT_MAX 16 /**< bytes */
#define PUBKEY_POINT_MAX 133   /**< bytes: 04 || X || Y on P-521 */
#define PUBKEY_SPKI_MAX 640    /**< bytes: no SubjectPublicKeyInfo made here is longer */

/**
 * A public key, all inside (copy it freely). KIND says which fields mean something:
 * KEY_RSA: modulus, exponent (big-endian, no leading zeros). KEY_EC: curve, point (04 || X || Y).
 * KEY_EDWARDS, KEY_MONTGOMERY: curve, point (the 32 raw bytes of RFC 8032, RFC 7748).
 */
struct pubkey {
    enum key_kind kind;
    enum curve curve;
    size_t modulus_size, exponent_size, point_size;
    uint8_t modulus[PUBKEY_MODULUS_MAX];
    uint8_t exponent[PUBKEY_EXPONENT_MAX];
    uint8_t point[PUBKEY_POINT_MAX];
};

/**
 * Makes an RSA key; leading zeros are dropped. RESULT_MALFORMED if a number is zero, the modulus is even or shorter
 * than 512 bits; RESULT_UNSUPPORTED if one is too long for struct pubkey.
 */
enum result pubkey_set_rsa(struct pubkey *ret, struct bytes modulus, struct bytes exponent) MUST_USE;

/** Makes a key on CURVE from its point. RESULT_MALFORMED if length or leading byte do not suit the curve. */
enum result pubkey_set_point(struct pubkey *ret, enum curve curve, struct bytes point) MUST_USE;

/** Reads a DER SubjectPublicKeyInfo. RESULT_MALFORMED, or RESULT_UNSUPPORTED for an algorithm not in enum key_kind. */
enum result pubkey_from_spki(struct bytes spki, struct pubkey *ret) MUST_USE;

/** Appends the DER SubjectPublicKeyInfo of KEY. RESULT_TOO_LARGE if OUT is too small. */
enum result pubkey_to_spki(const struct pubkey *key, struct buf *out) MUST_USE;

/** Views of the numbers; they live as long as KEY. */
struct bytes pubkey_modulus(const struct pubkey *key);
struct bytes pubkey_exponent(const struct pubkey *key);
struct bytes pubkey_point(const struct pubkey *key);

/** Same kind, curve and numbers. */
bool pubkey_equal(const struct pubkey *a, const struct pubkey *b);

/** The key's size in bits: of the modulus, or of the curve's field. */
size_t pubkey_bits(const struct pubkey *key);

/** The length in bytes of a raw signature (r || s for ECDSA) or RSA block made with KEY; 0 for KEY_MONTGOMERY. */
size_t pubkey_signature_size(const struct pubkey *key);

#endif
