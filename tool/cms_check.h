/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cms_check.h: is a signature in a CMS message one over this content by that certificate? Nothing is asked here about
 * who the certificate belongs to and whether it may be trusted (trust.h).
 */
#ifndef ECP_TOOL_CMS_CHECK_H
#define ECP_TOOL_CMS_CHECK_H

#include "asn1/cms.h"
#include "tool/certificate_file.h"
#include "tool/hashing.h"

/** How it ended. Only CMS_CHECK_GOOD is a signature that holds. */
enum cms_check {
    CMS_CHECK_GOOD,
    CMS_CHECK_OTHER_CONTENT,     /**< the content has another hash than the one that was signed */
    CMS_CHECK_OTHER_TYPE,        /**< the signed type of content is not the message's, or must be signed and is not */
    CMS_CHECK_WRONG_SIGNATURE,   /**< the signature is not one of the certificate's key over what was to be signed */
    CMS_CHECK_OTHER_CERTIFICATE, /**< the signer signed that another certificate is theirs (signingCertificate) */
    CMS_CHECK_NO_CERTIFICATE,    /**< the signer's certificate is nowhere */
    CMS_CHECK_UNKNOWN,           /**< an algorithm or key that is not known here: nothing can be said */
    CMS_CHECK_AMBIGUOUS,         /**< no signed attributes, and the content looks like some: it may belong to another message */
};

/** The hashes of the content that SIGNER asks for are added to HASHING, before the content is read. */
void cms_check_prepare(const struct cms_signer *signer, struct hashing *hashing);

/**
 * Checks SIGNER of CMS over the content that HASHING went over, with CERTIFICATE, which has the signer's name and number or
 * key identifier.
 */
enum cms_check cms_check_with(const struct cms *cms, const struct cms_signer *signer, const struct hashing *hashing,
                              struct bytes certificate);

/**
 * As cms_check_with(), with the certificate that fits best: anybody can put one more of the signer's name and number into a
 * message. It is looked for in the message, then in OTHERS; *CERTIFICATE becomes the one that was used (a view), empty if
 * there is none (CMS_CHECK_NO_CERTIFICATE).
 */
enum cms_check cms_check_signer(const struct cms *cms, const struct cms_signer *signer, const struct hashing *hashing,
                                const struct der_list *others, struct bytes *certificate);

/** Of the certificates in a message so many can be a signer's: it may have any number, and each costs the check of a signature. */
#define CMS_CANDIDATES_INSIDE 16

/** The certificates that SIGNER can mean; made by cms_candidates_of(). LEFT: how many more of those inside may be. */
struct cms_candidates {
    const struct cms_signer *signer;
    struct tlv_cursor inside;
    unsigned left;
    const struct der_list *others;
    size_t next;
};

/** Begins with those in CMS; those in OTHERS follow. All three outlive the result. */
struct cms_candidates cms_candidates_of(const struct cms *cms, const struct cms_signer *signer, const struct der_list *others);

/** The next one (a view). False at the end. */
bool cms_candidates_next(struct cms_candidates *candidates, struct bytes *ret);

/** Signatures with HASH prove nothing any more: two contents with one hash can be made. */
bool cms_check_hash_is_weak(enum hash hash);

#endif
