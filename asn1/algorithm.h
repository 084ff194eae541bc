/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* algorithm.h: how a signature was made: its scheme and hash, and the AlgorithmIdentifier that says so. */
#ifndef ECP_ASN1_ALGORITHM_H
#define ECP_ASN1_ALGORITHM_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/oid.h"
#include "asn1/result.h"

/** Signature schemes. */
enum scheme {
    SCHEME_NONE = 0,
    SCHEME_RSA_PKCS1, /**< RSASSA-PKCS1-v1_5 */
    SCHEME_RSA_PSS,   /**< RSASSA-PSS, MGF1 with the same hash */
    SCHEME_ECDSA,
    SCHEME_EDDSA, /**< Ed25519; there is no hash to name */
    SCHEME_GOST,  /**< GOST R 34.10; the hash tells 2012/256, 2012/512 and 2001 apart */
};

/** A way to sign. SALT_SIZE is the salt's length in bytes for SCHEME_RSA_PSS and 0 for the others. */
struct algorithm {
    enum scheme scheme;
    enum hash hash;
    size_t salt_size;
};

/** SCHEME with HASH; PSS gets a salt as long as the hash. */
struct algorithm algorithm_make(enum scheme scheme, enum hash hash);

/**
 * Appends the DER AlgorithmIdentifier of a signature: RFC 3279 and RFC 4055 (RSA; NULL as parameters), RFC
 * 4055 3.1 (PSS), RFC 5758 (ECDSA), RFC 8410 (EdDSA), RFC 9215 3 (GOST), the last three without parameters.
 * RESULT_UNSUPPORTED if the scheme has no identifier with this hash, RESULT_TOO_LARGE.
 */
enum result algorithm_add(const struct algorithm *algorithm, struct buf *out) MUST_USE;

/**
 * Reads a DER AlgorithmIdentifier of a signature; parameters may be NULL or absent where there are none. In
 * CMS the identifier of the key stands there at times (rsaEncryption, id-ecPublicKey, a GOST key): the hash
 * is HASH_NONE if it does not tell. RESULT_MALFORMED, RESULT_UNSUPPORTED.
 */
enum result algorithm_read(struct bytes der, struct algorithm *ret) MUST_USE;

/** Appends the AlgorithmIdentifier of HASH itself, without parameters (RFC 5754 2). RESULT_UNSUPPORTED for
 * HASH_NONE. */
enum result algorithm_add_hash(enum hash hash, struct buf *out) MUST_USE;

/** Reads the AlgorithmIdentifier of a hash; parameters do not matter. RESULT_MALFORMED, RESULT_UNSUPPORTED.
 */
enum result algorithm_read_hash(struct bytes der, enum hash *ret) MUST_USE;

#endif
