/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard_rutoken_gost.h: GOST R 34.10 on the card, by libgcrypt. All numbers are little-endian: a private key
 * is its scalar (32 or 64 bytes), a public key X‖Y (64 or 128).
 *
 * Keys of 512 bits and key agreement are this project's extension of what is known of the family.
 */
#ifndef ECP_VCARD_VCARD_RUTOKEN_GOST_H
#define ECP_VCARD_VCARD_RUTOKEN_GOST_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

enum {
    RUTOKEN_GOST_SCALAR_MAX = 64, /**< longest private key, in bytes */
    RUTOKEN_GOST_POINT_MAX = 128, /**< longest public key, in bytes */
};

/** Readies libgcrypt, unless the process has done so. RESULT_INTERNAL if it is too old. */
enum result rutoken_gost_open(void) MUST_USE;

/**
 * Makes a key of SIZE bytes (32 or 64) on the curve with the card's code SET: 20, 30, 40 for the parameter
 * sets A, B, C (of CryptoPro for 256 bits, of TC26 for 512). RESULT_UNSUPPORTED for others, RESULT_INTERNAL.
 */
enum result rutoken_gost_generate(size_t size, uint8_t set, struct buf *private, struct buf *public) MUST_USE;

/** PRIVATE is a key on that curve: neither zero nor as large as its order. RESULT_MALFORMED,
 * RESULT_UNSUPPORTED. */
enum result rutoken_gost_check(struct bytes private, uint8_t set) MUST_USE;

/**
 * Signs DIGEST, as the hash function outputs it and as long as the key: appends r‖s. RESULT_MALFORMED for
 * other lengths or a bad key.
 */
enum result rutoken_gost_sign(struct bytes private, uint8_t set, struct bytes digest,
                              struct buf *out) MUST_USE;

/**
 * Key agreement with the point PEER. Without UKM: appends X‖Y of the shared point; with one (the number u, at
 * most 16 bytes): Streebog-256 of X‖Y of the point times u (VKO_GOSTR3410_2012_256, RFC 7836, 4.3.1).
 * RESULT_MALFORMED for a point that is not on the curve, a UKM of zero, or a bad key.
 */
enum result rutoken_gost_agree(struct bytes private, uint8_t set, struct bytes peer, struct bytes ukm,
                               struct buf *out) MUST_USE;

#endif
