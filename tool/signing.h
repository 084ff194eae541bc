/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* signing.h: a key on a token as what makes requests and CMS messages sign with (asn1/signer.h). */
#ifndef ECP_TOOL_SIGNING_H
#define ECP_TOOL_SIGNING_H

#include "asn1/signer.h"
#include "module/crypto/context.h"
#include "tool/objects.h"

/** A key that signs. CODE is how the last signature failed, if it did; the person was told then. */
struct signing {
    const struct ui *ui;
    struct session *session;
    const struct common *common;
    const struct key *key;
    struct algorithm algorithm;
    struct crypto *crypto;
    enum exit_code code;
};

/**
 * Fills SIGNING and makes SIGNER of it: the way to sign that suits the key (GOST: Streebog of its size; ECDSA: SHA-2 of
 * the curve's size; RSA: PKCS#1 v1.5, or PSS, with SHA-256). SIGNING must live as long as SIGNER.
 * EXIT_CODE_UNSUPPORTED for a key that cannot sign, or of which the public half is not known.
 */
enum exit_code signing_open(const struct ui *ui, struct session *session, const struct common *common,
                            const struct key *key, bool pss, struct signing *signing, struct signer *signer);

/** Frees what signing_open() made. Fit for SCOPED. */
void signing_close(struct signing *signing);

/** The hash that the content of a message by this signer gets: the signature's own, SHA-512 for EdDSA (RFC 8419 3.1). */
enum hash signing_hash(const struct signer *signer);

/** Ends a making of something that failed with RESULT: with what the key's signing said, or telling that STEP failed. */
enum exit_code signing_fail(const struct signing *signing, enum result result, const char *step);

#endif
