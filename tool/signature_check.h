/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* signature_check.h: whether a signature, as X.509, PKCS#10 and CMS carry it, is one of a public key. */
#ifndef ECP_TOOL_SIGNATURE_CHECK_H
#define ECP_TOOL_SIGNATURE_CHECK_H

#include "asn1/algorithm.h"
#include "asn1/pubkey.h"
#include "asn1/x509.h"
#include "module/crypto/context.h"

/**
 * SIGNATURE (an RSA block, DER Ecdsa-Sig-Value, R || S of RFC 8032, s || r of GOST) over TBS, which is not yet hashed, was
 * made with the private half of KEY in the way that ALGORITHM names. RESULT_MALFORMED if it was not, as when such a key makes
 * no such signatures; RESULT_UNSUPPORTED if the algorithm is not known.
 */
enum result signature_check(struct crypto *crypto, const struct pubkey *key, const struct algorithm *algorithm,
                            struct bytes tbs, struct bytes signature) MUST_USE;

/** As signature_check(), with the digest of what was signed; not for EdDSA, which has none (RESULT_UNSUPPORTED). */
enum result signature_check_digest(struct crypto *crypto, const struct pubkey *key, const struct algorithm *algorithm,
                                   struct bytes digest, struct bytes signature) MUST_USE;

/** CERTIFICATE was signed with the key of ISSUER. Errors as signature_check(). Names and dates are not looked at. */
enum result signature_check_certificate(struct crypto *crypto, const struct x509 *certificate,
                                        const struct x509 *issuer) MUST_USE;

#endif
