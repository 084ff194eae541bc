/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cms_sign.h: one document signed (CAdES-BES): read once for its hash, and once more if it goes into the signature. */
#ifndef ECP_TOOL_CMS_SIGN_H
#define ECP_TOOL_CMS_SIGN_H

#include "asn1/cms.h"
#include "tool/certificate_file.h"
#include "tool/hashing.h"
#include "tool/identity.h"
#include "tool/signing.h"

/** Who signs, with what, and which certificates go along. For all documents of a run. */
struct cms_sign {
    const struct ui *ui;
    const struct identity *identity;
    struct signing *signing;
    struct signer signer;
    const struct der_list *chain;
};

/** A signature that was made: what comes before the content, and after; without a content HEAD is all. Owned. */
struct cms_signed {
    uint8_t *memory;
    struct bytes head, tail;
};

/** Adds to HASHING what the signature needs. */
void cms_sign_prepare(const struct cms_sign *sign, struct hashing *hashing);

/**
 * Signs the content that HASHING went over, now; the token works here. ATTACHED: the content, HASHING->size bytes, goes
 * between the ends. EXISTING, or NULL, gets one signer more. What the token gave is checked against the certificate before
 * it is believed. On success RET is the caller's (cms_signed_free).
 */
enum exit_code cms_sign_make(const struct cms_sign *sign, const struct hashing *hashing, bool attached,
                             const struct cms *existing, struct cms_signed *ret);

/** Frees. Fit for SCOPED. */
void cms_signed_free(struct cms_signed *made);

#endif
