/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cms.h: SignedData of CMS (RFC 5652 chapter 5) with the attributes of CAdES-BES (RFC 5126 4.3.1): made with
 * one signer through a callback, given one signer more, and read as any program made it.
 *
 * Nothing is hashed here: the caller gives and compares digests. So a file of any size is signed in two walks
 * over it: one to hash it, one to copy it between the two ends that cms_make_around() made.
 */
#ifndef ECP_ASN1_CMS_H
#define ECP_ASN1_CMS_H

#include "asn1/algorithm.h"
#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"
#include "asn1/signer.h"
#include "asn1/tlv.h"

/** A second in UTC: year 1 to 9999, month and day from 1. */
struct cms_time {
    unsigned year, month, day, hour, minute, second;
};

struct cms;

/**
 * What is signed and by whom. CERTIFICATE is the signer's DER certificate: it names the signer, is referred
 * to by signingCertificateV2 and goes into the message, unless WITHOUT_CERTIFICATE. CERTIFICATE_DIGEST and
 * CONTENT_DIGEST are HASH of the certificate and of the content; HASH must be the signature's own, or for
 * EdDSA SHA-512 (RFC 8419 3.1). OTHERS are OTHER_COUNT more DER certificates to include. CONTENT_TYPE is a
 * DER OBJECT IDENTIFIER, empty for plain data. SIGNING_TIME may be NULL.
 *
 * EXISTING, or NULL, is a message over the same content: its signers, certificates and revocation lists are kept as they
 * are beside the new signer, and the content is of its type whatever CONTENT_TYPE says.
 */
struct cms_request {
    struct bytes certificate, certificate_digest;
    bool without_certificate;
    const struct bytes *others;
    size_t other_count;
    enum hash hash;
    struct bytes content_digest, content_type;
    const struct cms_time *signing_time;
    const struct cms *existing;
};

/** The most bytes that a message has before its content, with a content type of usual length. */
#define CMS_HEAD_MAX 512

/**
 * Appends the DER message. CONTENT NULL makes a detached signature, else the content is inside.
 * RESULT_BAD_ARGUMENT if a part of REQUEST does not fit the others, RESULT_MALFORMED if a certificate is
 * none, RESULT_UNSUPPORTED for an algorithm without an identifier, RESULT_TOO_LARGE, and whatever SIGNER
 * fails with. OUT then has a half-written end.
 */
enum result cms_make(const struct cms_request *request, const struct bytes *content,
                     const struct signer *signer, struct buf *out) MUST_USE;

/** The longest content, in bytes: the lengths around it still fit 63 bits, as offsets in files do. */
#define CMS_CONTENT_MAX (UINT64_C(1) << 62)

/**
 * As cms_make() with a content of CONTENT_SIZE bytes inside that is not at hand: appends to HEAD what comes
 * before the content and to TAIL what comes after. RESULT_TOO_LARGE above CMS_CONTENT_MAX.
 */
enum result cms_make_around(const struct cms_request *request, uint64_t content_size,
                            const struct signer *signer, struct buf *head, struct buf *tail) MUST_USE;

/**
 * A message taken apart; views into the input of cms_read() or its MEMORY. CONTENT_TYPE is a DER OBJECT
 * IDENTIFIER; HASHES (AlgorithmIdentifiers), CERTIFICATES, CRLS and SIGNERS are rows of objects, for the functions below.
 * VERSION is 255 if it is no number of one byte.
 */
struct cms {
    uint8_t version;
    struct bytes hashes, content_type, content, certificates, crls, signers;
    bool has_content;
};

/**
 * Reads a ContentInfo with SignedData in DER or BER; what follows it is left out. Indefinite lengths are
 * undone in MEMORY, which needs INPUT.size bytes then. RESULT_MALFORMED, RESULT_UNSUPPORTED if it is another
 * kind of message, RESULT_TOO_LARGE if MEMORY is too small.
 */
enum result cms_read(struct bytes input, struct buf *memory, struct cms *ret) MUST_USE;

/**
 * One signer; views as in struct cms. The signer is named by ISSUER (DER Name) and SERIAL (DER INTEGER), or
 * by KEY_ID (the contents of the subject key identifier); the others are empty. HASH is that of the content,
 * ALGORITHM that of the signature; their fields are NONE if not understood. SIGNED_ATTRIBUTES is empty if
 * there are none: the signature is then over the content itself. MESSAGE_DIGEST, ATTRIBUTE_TYPE (a DER OBJECT
 * IDENTIFIER), TIME and CERTIFICATE_DIGEST (by CERTIFICATE_HASH, from signingCertificate or
 * signingCertificateV2) are from the signed attributes, empty if absent. UNSIGNED_ATTRIBUTES is a row of DER
 * Attribute.
 */
struct cms_signer {
    struct bytes issuer, serial, key_id;
    enum hash hash;
    struct algorithm algorithm;
    struct bytes signed_attributes, signature, unsigned_attributes;
    struct bytes attribute_type, message_digest;
    bool has_time;
    struct cms_time time;
    enum hash certificate_hash;
    struct bytes certificate_digest;
};

/**
 * Reads the next signer; begin with tlv_open(cms.signers). RESULT_NOT_FOUND at the end, RESULT_MALFORMED also
 * if a signed attribute that may stand once stands twice.
 */
enum result cms_next_signer(struct tlv_cursor *cursor, struct cms_signer *ret) MUST_USE;

/** The next X.509 certificate; begin with tlv_open(cms.certificates). RESULT_NOT_FOUND at the end,
 * RESULT_MALFORMED. */
enum result cms_next_certificate(struct tlv_cursor *cursor, struct bytes *ret) MUST_USE;

/** The certificate in the message that SIGNER names. RESULT_NOT_FOUND, RESULT_MALFORMED. */
enum result cms_find_certificate(const struct cms *cms, const struct cms_signer *signer,
                                 struct bytes *ret) MUST_USE;

/**
 * SIGNER and CERTIFICATE (DER) belong together, by name and number or by key identifier. Says nothing of
 * whether the signature is good.
 */
bool cms_signer_is(const struct cms_signer *signer, struct bytes certificate);

/**
 * Appends what SIGNER's signature is over: its signed attributes as a SET (RFC 5652 5.4). RESULT_NOT_FOUND if
 * there are none.
 */
enum result cms_signer_tbs(const struct cms_signer *signer, struct buf *out) MUST_USE;

/**
 * The signed attributes speak of a content of type CONTENT_TYPE with DIGEST, as RFC 5652 5.6 demands. Without
 * signed attributes there is nothing to compare: true. This is only half of a verification; the signature is
 * the other.
 */
bool cms_signer_agrees(const struct cms_signer *signer, struct bytes content_type, struct bytes digest);

#endif
