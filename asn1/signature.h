/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* signature.h: the two shapes of an ECDSA signature, the orders of a GOST one, and the DigestInfo of PKCS#1 v1.5. */
#ifndef ECP_ASN1_SIGNATURE_H
#define ECP_ASN1_SIGNATURE_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/oid.h"
#include "asn1/result.h"

/**
 * DER Ecdsa-Sig-Value (RFC 3279 2.2.3) to r || s, each SIZE bytes (PKCS#11 "Elliptic curve signature format").
 * RESULT_MALFORMED if it is no such value, has trailing bytes, a negative number or one wider than SIZE.
 */
enum result signature_ecdsa_to_raw(struct bytes der, size_t size, struct buf *out) MUST_USE;

/** r || s, equally long, to DER. RESULT_MALFORMED for an odd or zero length. */
enum result signature_ecdsa_to_der(struct bytes raw, struct buf *out) MUST_USE;

/**
 * A GOST signature's bytes from last to first: between s || r big-endian (PKCS#11, X.509: RFC 9215 3) and r || s little-endian (as
 * a Rutoken gives it). RESULT_MALFORMED for an odd or zero length.
 */
enum result signature_gost_reverse(struct bytes signature, struct buf *out) MUST_USE;

/** A GOST signature with its halves exchanged: between s || r and r || s (RFC 7091 6.1). Errors as above. */
enum result signature_gost_swap(struct bytes signature, struct buf *out) MUST_USE;

/** Appends the DER DigestInfo (RFC 8017 9.2) of DIGEST, which must be hash_size(HASH) bytes (RESULT_BAD_ARGUMENT). */
enum result signature_digest_info(enum hash hash, struct bytes digest, struct buf *out) MUST_USE;

/** The longest DigestInfo, in bytes. */
#define SIGNATURE_DIGEST_INFO_MAX 83

#endif
