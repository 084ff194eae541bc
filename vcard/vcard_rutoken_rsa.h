/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard_rutoken_rsa.h: RSA keys as their files hold them, all numbers little-endian. With L bytes for half a
 * modulus: p, 4 zeros, q, 4 zeros, q^-1 mod p, d mod p-1, d mod q-1, each L bytes; the public file is the
 * modulus (2L) and the exponent (L).
 */
#ifndef ECP_VCARD_VCARD_RUTOKEN_RSA_H
#define ECP_VCARD_VCARD_RUTOKEN_RSA_H

#include <openssl/types.h>

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** Makes a key of BITS (a multiple of 16) and appends what its two files hold. RESULT_INTERNAL. */
enum result rutoken_rsa_generate(OSSL_LIB_CTX *crypto, unsigned bits, struct buf *private,
                                 struct buf *public) MUST_USE;

/** PRIVATE, the contents of a private file, is a key whose numbers fit each other; RESULT_MALFORMED if not.
 */
enum result rutoken_rsa_check(OSSL_LIB_CTX *crypto, struct bytes private) MUST_USE;

/**
 * The private operation on BLOCK, little-endian and as long as the modulus; appends as many bytes.
 * RESULT_MALFORMED if BLOCK is longer, shorter, or not below the modulus, or PRIVATE is no key.
 */
enum result rutoken_rsa_use(OSSL_LIB_CTX *crypto, struct bytes private, struct bytes block,
                            struct buf *out) MUST_USE;

#endif
