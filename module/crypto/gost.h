/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gost.h: GOST in software, by libgcrypt: the hashes of GOST R 34.11, their HMACs, the public side of
 * GOST R 34.10, and what is made of an agreed point. A libgcrypt that the process has readied is used as it
 * is.
 *
 * Points are X || Y, each little-endian; numbers (UKM) are little-endian; signatures are s || r, big-endian.
 */
#ifndef ECP_MODULE_GOST_H
#define ECP_MODULE_GOST_H

#include "asn1/oid.h"
#include "asn1/pubkey.h"
#include "asn1/secret.h"
#include "module/crypto/context.h"

/** A hash or HMAC being computed. digest.h is how others get at it. */
struct gost_digest;

/**
 * Begins HASH, one of the GOST ones; with a KEY its HMAC (RFC 7836 4.1, RFC 2104). RESULT_UNSUPPORTED for
 * another hash or where libgcrypt is not allowed it, RESULT_NO_MEMORY; *RET is NULL then.
 */
enum result gost_digest_new(struct crypto *crypto, enum hash hash, const struct secret *key,
                            struct gost_digest **ret) MUST_USE;

/** Another that stands where DIGEST stands. */
enum result gost_digest_copy(const struct gost_digest *digest, struct gost_digest **ret) MUST_USE;

/** Adds data. */
void gost_digest_update(struct gost_digest *digest, struct bytes data);

/** Appends the hash, once. RESULT_TOO_LARGE. */
enum result gost_digest_final(struct gost_digest *digest, struct buf *out) MUST_USE;

/** Frees *DIGEST and sets it to NULL. NULL is allowed. Fit for SCOPED. */
void gost_digest_free(struct gost_digest **digest);

/**
 * KEY is a GOST key that may be used: its point is on the curve, and in the group that the curve's base point
 * makes. RESULT_MALFORMED if not.
 */
enum result gost_check_key(struct crypto *crypto, const struct pubkey *key) MUST_USE;

/** POINT, from outside, may be used with a private key on CURVE; as gost_check_key(). */
enum result gost_check_point(struct crypto *crypto, enum curve curve, struct bytes point) MUST_USE;

/**
 * SIGNATURE is one of KEY over DIGEST, which is as long as the key's curve and in the order in which the hash
 * puts it out (RFC 7091 6.2). RESULT_MALFORMED if not, or if gost_check_key() says so.
 */
enum result gost_verify(struct crypto *crypto, const struct pubkey *key, struct bytes digest,
                        struct bytes signature) MUST_USE;

/**
 * Appends what VKO makes of SHARED, the private key's multiple of the peer's point: HASH of that point times
 * UKM and the cofactor (RFC 7836 4.3; with HASH_GOST94 RFC 4357 5.2). RESULT_MALFORMED for a SHARED that is
 * no such point, or a UKM of 0.
 */
enum result gost_vko(struct crypto *crypto, enum curve curve, enum hash hash, struct bytes shared,
                     struct bytes ukm, struct buf *out) MUST_USE;

/** The length of keys of GOST's block ciphers, in bytes. */
#define GOST_CIPHER_KEY 32

/** The length of the UKM that gost_diversify() wants, in bytes. */
#define GOST_DIVERSIFY_UKM 8

/**
 * Appends KEY (32 bytes) diversified with UKM (8 bytes) by GOST 28147-89 (RFC 4357 6.5). SBOX: the DER OBJECT
 * IDENTIFIER of its parameters, as in CKA_GOST28147_PARAMS. RESULT_UNSUPPORTED for unknown parameters,
 * RESULT_BAD_ARGUMENT for other lengths.
 */
enum result gost_diversify(struct crypto *crypto, struct bytes key, struct bytes ukm, struct bytes sbox,
                           struct buf *out) MUST_USE;

/** What KDF_TREE_GOSTR3411_2012_256 is asked for. Lengths are in bytes. */
struct gost_kdf {
    struct bytes label, seed;
    size_t counter_size; /**< R: 1 to 4 */
    size_t total;        /**< L: of everything that is derived */
    size_t offset, size; /**< what is wanted of it */
};

/** Appends what is wanted of what KEY makes (RFC 7836 4.5). RESULT_BAD_ARGUMENT if it is not within TOTAL. */
enum result gost_kdf_tree(struct crypto *crypto, const struct secret *key, const struct gost_kdf *kdf,
                          struct buf *out) MUST_USE;

#endif
