/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* softkey.h: what is done with keys on the host: the public side of RSA, ECDSA, EdDSA and ECDH. */
#ifndef ECP_MODULE_SOFTKEY_H
#define ECP_MODULE_SOFTKEY_H

#include "asn1/pubkey.h"
#include "asn1/secret.h"
#include "module/crypto/context.h"

/**
 * Appends BLOCK^e mod n, as many bytes as the modulus has (RFC 8017 5.1.1, 5.2.2). RESULT_MALFORMED if BLOCK
 * is not a number below the modulus, RESULT_BAD_ARGUMENT if KEY is no RSA key, RESULT_UNSUPPORTED if it is
 * too strange to use.
 */
enum result softkey_rsa_public(struct crypto *crypto, const struct pubkey *key, struct bytes block,
                               struct buf *out) MUST_USE;

/**
 * SIGNATURE (r || s, equally long) is one of KEY over HASH, of which only as many bits count as the curve's
 * order has (FIPS 186-5 6.4.2). RESULT_MALFORMED if not, or if the key's point is not on its curve.
 */
enum result softkey_ecdsa_verify(struct crypto *crypto, const struct pubkey *key, struct bytes hash,
                                 struct bytes signature) MUST_USE;

/** SIGNATURE is one of KEY over MESSAGE (RFC 8032, Ed25519 without prehash or context). RESULT_MALFORMED if
 * not. */
enum result softkey_eddsa_verify(struct crypto *crypto, const struct pubkey *key, struct bytes message,
                                 struct bytes signature) MUST_USE;

/**
 * A point from outside may be used with a private key: on the curve and not infinity (SP 800-56A 5.6.2.3.3);
 * for X25519 32 bytes that are not of small order (RFC 7748 6.1). RESULT_MALFORMED if not.
 */
enum result softkey_check_point(struct crypto *crypto, enum curve curve, struct bytes point) MUST_USE;

/** Makes the public key of SCALAR: an EC scalar, Ed25519 seed or X25519 key. RESULT_MALFORMED if it is out of
 * range. */
enum result softkey_ec_public(struct crypto *crypto, enum curve curve, const struct secret *scalar,
                              struct pubkey *ret) MUST_USE;

#endif
