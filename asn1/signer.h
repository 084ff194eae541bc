/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* signer.h: whoever holds the private key, as the makers of requests and signatures see them: a callback. */
#ifndef ECP_ASN1_SIGNER_H
#define ECP_ASN1_SIGNER_H

#include "asn1/algorithm.h"
#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/**
 * SIGN gets the bytes to be signed (not yet hashed) and appends the signature's value as X.509 carries it: an
 * RSA block, DER Ecdsa-Sig-Value for ECDSA, R || S of RFC 8032, s || r big-endian for GOST (RFC 9215 3).
 * SIGNATURE is empty at first and has room for what the caller's output still takes. CTX is handed through. A
 * failure ends the work and is returned as it is.
 */
struct signer {
    struct algorithm algorithm;
    enum result (*sign)(void *ctx, struct bytes tbs, struct buf *signature);
    void *ctx;
};

/** Appends the signature over TBS, which may lie in OUT itself. RESULT_INTERNAL if SIGN gave none. */
enum result signer_sign(const struct signer *signer, struct bytes tbs, struct buf *out) MUST_USE;

#endif
