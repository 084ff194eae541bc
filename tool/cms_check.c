/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/cms_check.h"

#include <stdlib.h>

#include "asn1/strict.h"
#include "asn1/x509.h"
#include "tool/signature_check.h"

#define OID_MESSAGE_DIGEST BYTES_LIT(0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04)
#define OID_DATA BYTES_LIT(0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01)

void cms_check_prepare(const struct cms_signer *signer, struct hashing *hashing)
{
    hashing_add(hashing, signer->hash);
    if (signer->signed_attributes.size == 0)
        hashing_add(hashing, signer->algorithm.hash);
}

bool cms_check_hash_is_weak(enum hash hash)
{
    return hash == HASH_SHA1;
}

/**
 * Bytes that are a set of attributes with a messageDigest can have been signed as the attributes of another message: with
 * those cut off, the signature would seem to be over them as a content.
 */
static bool looks_like_attributes(struct bytes content)
{
    struct bytes set, attribute, oid;
    struct tlv_cursor cursor;

    if (strict_whole(content, DER_SET, &set) != RESULT_OK)
        return false;
    cursor = tlv_open(set);
    while (tlv_expect(&cursor, DER_SEQUENCE, &attribute) == RESULT_OK) {
        struct tlv_cursor inside = tlv_open(attribute);

        if (tlv_expect(&inside, DER_OID, &oid) == RESULT_OK &&
            bytes_equal(bytes_slice(attribute, 0, attribute.size - inside.rest.size), OID_MESSAGE_DIGEST))
            return true;
    }
    return false;
}

/** The signature is over the content itself (RFC 5652 5.4). */
static enum cms_check check_bare(const struct cms *cms, const struct cms_signer *signer, const struct hashing *hashing,
                                 const struct pubkey *key)
{
    struct bytes content;
    bool whole = hashing_content(hashing, &content);
    enum result result;

    if (!bytes_equal(cms->content_type, OID_DATA))
        return CMS_CHECK_OTHER_TYPE;
    if (whole && looks_like_attributes(content))
        return CMS_CHECK_AMBIGUOUS;
    if (signer->algorithm.scheme == SCHEME_EDDSA && !whole)
        return CMS_CHECK_UNKNOWN;
    if (signer->algorithm.scheme == SCHEME_EDDSA)
        result = signature_check(hashing->crypto, key, &signer->algorithm, content, signer->signature);
    else
        result = signature_check_digest(hashing->crypto, key, &signer->algorithm,
                                        hashing_value(hashing, signer->algorithm.hash), signer->signature);
    return result == RESULT_OK          ? CMS_CHECK_GOOD
           : result == RESULT_MALFORMED ? CMS_CHECK_WRONG_SIGNATURE
                                        : CMS_CHECK_UNKNOWN;
}

static enum cms_check check_attributes(const struct cms *cms, const struct cms_signer *signer,
                                       const struct hashing *hashing, const struct pubkey *key)
{
    struct bytes digest = hashing_value(hashing, signer->hash);
    uint8_t *memory = malloc(signer->signed_attributes.size);
    struct buf tbs = buf_make(memory, memory ? signer->signed_attributes.size : 0);
    enum result result = cms_signer_tbs(signer, &tbs);

    if (result == RESULT_OK)
        result = signature_check(hashing->crypto, key, &signer->algorithm, buf_bytes(&tbs), signer->signature);
    free(memory);
    if (result != RESULT_OK)
        return result == RESULT_MALFORMED ? CMS_CHECK_WRONG_SIGNATURE : CMS_CHECK_UNKNOWN;
    if (digest.size == 0)
        return CMS_CHECK_UNKNOWN;
    if (!bytes_equal(signer->attribute_type, cms->content_type))
        return CMS_CHECK_OTHER_TYPE;
    return cms_signer_agrees(signer, cms->content_type, digest) ? CMS_CHECK_GOOD : CMS_CHECK_OTHER_CONTENT;
}

/** The signer said by signingCertificate which certificate is theirs; without the attribute any that fits may be. */
static enum cms_check check_binding(const struct cms_signer *signer, const struct hashing *hashing, struct bytes certificate)
{
    uint8_t bytes[DIGEST_MAX];
    struct buf digest = BUF_OVER(bytes);

    if (signer->certificate_digest.size == 0)
        return CMS_CHECK_GOOD;
    if (signer->certificate_hash == HASH_NONE ||
        digest_compute(hashing->crypto, signer->certificate_hash, certificate, &digest) != RESULT_OK)
        return CMS_CHECK_UNKNOWN;
    return bytes_equal(buf_bytes(&digest), signer->certificate_digest) ? CMS_CHECK_GOOD : CMS_CHECK_OTHER_CERTIFICATE;
}

/** Keys of KIND sign by SCHEME; what is not known here may. */
static bool is_way_of(enum scheme scheme, enum key_kind kind)
{
    switch (scheme) {
    case SCHEME_RSA_PKCS1:
    case SCHEME_RSA_PSS:
        return kind == KEY_RSA;
    case SCHEME_ECDSA:
        return kind == KEY_EC;
    case SCHEME_EDDSA:
        return kind == KEY_EDWARDS;
    case SCHEME_GOST:
        return key_kind_is_gost(kind);
    case SCHEME_NONE:
        break;
    }
    return true;
}

enum cms_check cms_check_with(const struct cms *cms, const struct cms_signer *signer, const struct hashing *hashing,
                              struct bytes certificate)
{
    enum cms_check state;
    struct x509 x509;

    if (x509_read(certificate, &x509) != RESULT_OK || !x509.has_key)
        return CMS_CHECK_UNKNOWN;
    if (!is_way_of(signer->algorithm.scheme, x509.key.kind))
        return CMS_CHECK_WRONG_SIGNATURE;
    state = signer->signed_attributes.size > 0 ? check_attributes(cms, signer, hashing, &x509.key)
                                               : check_bare(cms, signer, hashing, &x509.key);
    return state == CMS_CHECK_GOOD ? check_binding(signer, hashing, certificate) : state;
}

struct cms_candidates cms_candidates_of(const struct cms *cms, const struct cms_signer *signer, const struct der_list *others)
{
    return (struct cms_candidates){ signer, tlv_open(cms->certificates), CMS_CANDIDATES_INSIDE, others, 0 };
}

bool cms_candidates_next(struct cms_candidates *candidates, struct bytes *ret)
{
    for (;;) {
        bool is_inside = candidates->left > 0 && cms_next_certificate(&candidates->inside, ret) == RESULT_OK;

        if (!is_inside) {
            candidates->left = 0;
            if (candidates->next == candidates->others->count)
                return false;
            *ret = candidates->others->rows[candidates->next++];
        }
        if (!cms_signer_is(candidates->signer, *ret))
            continue;
        if (is_inside)
            candidates->left--;
        return true;
    }
}

/** How much STATE says of the signer: the key of a certificate that only has their name and number says nothing. */
static unsigned weight(enum cms_check state)
{
    switch (state) {
    case CMS_CHECK_NO_CERTIFICATE:
        return 0;
    case CMS_CHECK_WRONG_SIGNATURE:
        return 1;
    case CMS_CHECK_UNKNOWN:
        return 2;
    case CMS_CHECK_OTHER_CERTIFICATE:
        return 3;
    case CMS_CHECK_OTHER_CONTENT:
    case CMS_CHECK_OTHER_TYPE:
    case CMS_CHECK_AMBIGUOUS:
        return 4;
    case CMS_CHECK_GOOD:
        break;
    }
    return 5;
}

enum cms_check cms_check_signer(const struct cms *cms, const struct cms_signer *signer, const struct hashing *hashing,
                                const struct der_list *others, struct bytes *certificate)
{
    struct cms_candidates candidates = cms_candidates_of(cms, signer, others);
    enum cms_check best = CMS_CHECK_NO_CERTIFICATE;
    struct bytes candidate;

    *certificate = BYTES_NONE;
    while (best != CMS_CHECK_GOOD && cms_candidates_next(&candidates, &candidate)) {
        enum cms_check state = cms_check_with(cms, signer, hashing, candidate);

        if (weight(state) <= weight(best))
            continue;
        best = state;
        *certificate = candidate;
    }
    return best;
}
