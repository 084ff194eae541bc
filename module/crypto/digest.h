/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * digest.h: SHA-1, SHA-2 and SHA-3 (FIPS 180-4, FIPS 202), GOST R 34.11-94 and -2012 (RFC 5831, RFC 6986), at
 * once or in parts.
 */
#ifndef ECP_MODULE_DIGEST_H
#define ECP_MODULE_DIGEST_H

#include "asn1/oid.h"
#include "asn1/secret.h"
#include "module/crypto/context.h"

/** A digest being computed. */
struct digest;

/**
 * Begins a digest; *RET belongs to the caller (digest_free). RESULT_UNSUPPORTED for HASH_NONE,
 * RESULT_NO_MEMORY, RESULT_INTERNAL; *RET is NULL then.
 */
enum result digest_new(struct crypto *crypto, enum hash hash, struct digest **ret) MUST_USE;

/**
 * Begins the HMAC (RFC 2104) of HASH, a GOST one, with KEY: from there on as a digest. Errors as above;
 * RESULT_UNSUPPORTED for other hashes.
 */
enum result digest_new_hmac(struct crypto *crypto, enum hash hash, const struct secret *key,
                            struct digest **ret) MUST_USE;

/** Another digest that stands where DIGEST stands; both go their own ways. */
enum result digest_copy(const struct digest *digest, struct digest **ret) MUST_USE;

/** Adds data. RESULT_BAD_ARGUMENT after digest_final(). */
enum result digest_update(struct digest *digest, struct bytes data) MUST_USE;

/**
 * Appends the hash_size() bytes of the hash; the digest is then finished. RESULT_TOO_LARGE if OUT has no
 * room: the digest stands where it was. RESULT_BAD_ARGUMENT the second time.
 */
enum result digest_final(struct digest *digest, struct buf *out) MUST_USE;

/** Which hash it is. */
enum hash digest_hash(const struct digest *digest);

/** Frees *DIGEST and sets it to NULL. NULL is allowed. Fit for SCOPED. */
void digest_free(struct digest **digest);

/** Appends the hash of DATA. Errors as digest_new() and digest_final(). */
enum result digest_compute(struct crypto *crypto, enum hash hash, struct bytes data,
                           struct buf *out) MUST_USE;

/** The longest hash, in bytes. */
#define DIGEST_MAX 64

#endif
