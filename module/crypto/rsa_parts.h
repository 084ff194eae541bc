/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rsa_parts.h: an RSA private key on its way to a card, made whole from the numbers that somebody has. */
#ifndef ECP_MODULE_RSA_PARTS_H
#define ECP_MODULE_RSA_PARTS_H

#include "asn1/pubkey.h"
#include "asn1/secret.h"
#include "module/crypto/context.h"

/** The numbers of an RSA private key as somebody gave them, big-endian; NULL for what was not given. */
struct rsa_parts {
    struct bytes modulus, exponent; /**< may be empty */
    const struct secret *d, *p, *q, *dp, *dq, *qinv;
};

/** A whole RSA private key: five numbers of half the modulus' length each, and the public key. Secrets are
 * owned. */
struct rsa_key {
    struct secret *p, *q, *dp, *dq, *qinv;
    struct pubkey public_key;
};

/**
 * Completes an RSA private key: from (p, q and one of e, d), or from (n, e, d), which are factored. What was
 * given twice must agree. RESULT_MALFORMED if it does not or if too little was given, RESULT_UNSUPPORTED if
 * the primes are not of equal length; RET is empty then.
 */
enum result rsa_parts_complete(struct crypto *crypto, const struct rsa_parts *parts,
                               struct rsa_key *ret) MUST_USE;

/** Wipes and frees what rsa_parts_complete() made. Fit for SCOPED. */
void rsa_key_clear(struct rsa_key *key);

#endif
