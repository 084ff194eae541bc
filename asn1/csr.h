/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* csr.h: certification requests, PKCS#10 (RFC 2986): made for any key, signed through a callback; and read.
 */
#ifndef ECP_ASN1_CSR_H
#define ECP_ASN1_CSR_H

#include "asn1/algorithm.h"
#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/pubkey.h"
#include "asn1/result.h"
#include "asn1/signer.h"

/**
 * What is asked for. SUBJECT is a DER Name (name_from_text), SPKI a DER SubjectPublicKeyInfo
 * (pubkey_to_spki). EXTENSIONS is a row of DER Extension (extension.h) that becomes the extensionRequest;
 * ATTRIBUTES is a row of further DER Attribute. Both may be empty.
 */
struct csr_request {
    struct bytes subject, spki, extensions, attributes;
};

/**
 * Appends the DER CertificationRequest, signed by SIGNER with its algorithm. RESULT_BAD_ARGUMENT if a part of
 * REQUEST is not the DER it should be, RESULT_UNSUPPORTED for an algorithm without an identifier,
 * RESULT_TOO_LARGE, and whatever SIGNER fails with. OUT then has a half-written end.
 */
enum result csr_make(const struct csr_request *request, const struct signer *signer,
                     struct buf *out) MUST_USE;

/**
 * A request taken apart; views into the DER given to csr_read(). TBS is what was signed, with its header;
 * SUBJECT a DER Name; SPKI a DER SubjectPublicKeyInfo; ATTRIBUTES the row of DER Attribute; EXTENSIONS the
 * row of DER Extension in the extensionRequest (empty without one); SIGNATURE the contents of the BIT STRING.
 * HAS_KEY and HAS_ALGORITHM tell whether KEY and ALGORITHM were understood.
 */
struct csr {
    struct bytes der, tbs, subject, spki, attributes, extensions, signature;
    bool has_key, has_algorithm;
    struct pubkey key;
    struct algorithm algorithm;
};

/** Takes a DER CertificationRequest apart. RESULT_MALFORMED if it is none or something follows it. */
enum result csr_read(struct bytes der, struct csr *ret) MUST_USE;

#endif
