/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * padding.h: what stands around the data in an RSA block (RFC 8017).
 *
 * A block is as long as the modulus. Unpadding of what was encrypted runs in a time, and over addresses, that
 * depend on lengths alone, and has one error for everything that may be wrong: nobody learns from it where
 * padding failed.
 */
#ifndef ECP_MODULE_PADDING_H
#define ECP_MODULE_PADDING_H

#include "asn1/oid.h"
#include "asn1/pubkey.h"
#include "module/crypto/context.h"

/** Bytes of a PKCS#1 v1.5 block that are not data. */
#define PADDING_PKCS1_OVERHEAD 11

/** Appends a block of SIZE bytes with DATA for signing (9.2, block type 1). RESULT_BAD_ARGUMENT if DATA is
 * too long. */
enum result padding_pkcs1_sign(struct bytes data, size_t size, struct buf *out) MUST_USE;

/** BLOCK is exactly what padding_pkcs1_sign() makes of DATA; else RESULT_MALFORMED. */
enum result padding_pkcs1_check(struct bytes block, struct bytes data) MUST_USE;

/** Appends the data of a block of type 1 (C_VerifyRecover). RESULT_MALFORMED, RESULT_TOO_LARGE. */
enum result padding_pkcs1_recover(struct bytes block, struct buf *out) MUST_USE;

/** Appends a block of SIZE bytes with DATA for encryption (7.2.1, block type 2). RESULT_BAD_ARGUMENT if too
 * long. */
enum result padding_pkcs1_encrypt(struct crypto *crypto, struct bytes data, size_t size,
                                  struct buf *out) MUST_USE;

/**
 * Appends the data of a decrypted BLOCK (7.2.2), in constant time. RESULT_MALFORMED for any wrong padding.
 * OUT must have room for the longest data, BLOCK.size - PADDING_PKCS1_OVERHEAD, whatever the data's length
 * turns out to be: else RESULT_TOO_LARGE. Bytes of OUT's array behind the data are overwritten.
 */
enum result padding_pkcs1_decrypt(struct bytes block, struct buf *out) MUST_USE;

/** Parameters of PSS: the hash of the message, the hash of the mask generation, the salt's length in bytes.
 */
struct pss {
    enum hash hash, mgf;
    size_t salt;
};

/**
 * Appends the PSS block (9.1.1) of DIGEST for a key of MODULUS_BITS: as many bytes as the modulus has.
 * RESULT_BAD_ARGUMENT if DIGEST is not hash_size(HASH) long, or hash and salt do not fit the key.
 */
enum result padding_pss_encode(struct crypto *crypto, const struct pss *pss, struct bytes digest,
                               size_t modulus_bits, struct buf *out) MUST_USE;

/** BLOCK is a PSS block of DIGEST with a salt of exactly PSS->salt bytes (9.1.2); else RESULT_MALFORMED.
 * Errors as above. */
enum result padding_pss_verify(struct crypto *crypto, const struct pss *pss, struct bytes digest,
                               size_t modulus_bits, struct bytes block) MUST_USE;

/** The longest salt, in bytes, for a key of MODULUS_BITS; -1 if HASH does not fit it at all. */
long padding_pss_salt_max(enum hash hash, size_t modulus_bits);

/** Parameters of OAEP: the hash of the label, the hash of the mask generation, the label (often empty). */
struct oaep {
    enum hash hash, mgf;
    struct bytes label;
};

/** The longest data, in bytes, in an OAEP block of SIZE bytes; -1 if HASH does not fit it at all. */
long padding_oaep_max(enum hash hash, size_t size);

/** Appends an OAEP block of SIZE bytes (7.1.1). RESULT_BAD_ARGUMENT if DATA is longer than
 * padding_oaep_max(). */
enum result padding_oaep_encode(struct crypto *crypto, const struct oaep *oaep, struct bytes data,
                                size_t size, struct buf *out) MUST_USE;

/**
 * Appends the data of a decrypted OAEP BLOCK (7.1.2), in constant time. RESULT_MALFORMED for anything wrong.
 * OUT must have room for padding_oaep_max() bytes, as with padding_pkcs1_decrypt().
 */
enum result padding_oaep_decode(struct crypto *crypto, const struct oaep *oaep, struct bytes block,
                                struct buf *out) MUST_USE;

#endif
