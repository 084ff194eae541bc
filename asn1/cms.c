/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/cms.h"

#include <string.h>

#include "asn1/ber.h"
#include "asn1/cms_oid.h"
#include "asn1/extension.h"
#include "asn1/strict.h"
#include "asn1/x509.h"

#define FIELD_0 0xA0
#define FIELD_1 0xA1
#define KEY_ID_TAG 0x80
#define EXTENSIONS_TAG 0xA3

#define OID_KEY_IDENTIFIER BYTES_LIT(0x06, 0x03, 0x55, 0x1D, 0x0E)

/* Reads the next object, which must have TAG; *RET has its header too. */
static enum result cms_next(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret)
{
    struct bytes before = cursor->rest, value;

    if (tlv_expect(cursor, tag, &value) != RESULT_OK)
        return RESULT_MALFORMED;
    *ret = bytes_slice(before, 0, before.size - cursor->rest.size);
    return RESULT_OK;
}

/* As cms_next() without the header. */
static enum result cms_next_value(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret)
{
    return tlv_expect(cursor, tag, ret) == RESULT_OK ? RESULT_OK : RESULT_MALFORMED;
}

/* An object with TAG may come next; *RET stays as it is if it does not. */
static enum result cms_next_optional(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret,
                                     bool *present)
{
    *present = cursor->rest.size > 0 && cursor->rest.data[0] == tag;
    return *present ? cms_next_value(cursor, tag, ret) : RESULT_OK;
}

/* PKCS#7 lets the content be any type; what is hashed is its value all the same. */
static enum result cms_read_content(struct bytes encapsulated, struct cms *ret)
{
    struct tlv_cursor cursor = tlv_open(encapsulated);
    struct bytes explicit_content;
    struct tlv object;

    TRY(cms_next(&cursor, DER_OID, &ret->content_type));
    TRY(cms_next_optional(&cursor, FIELD_0, &explicit_content, &ret->has_content));
    if (ret->has_content) {
        struct tlv_cursor inside = tlv_open(explicit_content);

        if (tlv_next(&inside, &object) != RESULT_OK || !tlv_at_end(&inside))
            return RESULT_MALFORMED;
        ret->content = object.value;
    }
    return strict_end(&cursor);
}

static enum result cms_read_signed_data(struct bytes signed_data, struct cms *ret)
{
    struct tlv_cursor cursor = tlv_open(signed_data);
    struct bytes version, encapsulated;
    bool present;

    TRY(cms_next_value(&cursor, DER_INTEGER, &version));
    ret->version = version.size == 1 ? version.data[0] : UINT8_MAX;
    TRY(cms_next_value(&cursor, DER_SET, &ret->hashes));
    TRY(cms_next_value(&cursor, DER_SEQUENCE, &encapsulated));
    TRY(cms_read_content(encapsulated, ret));
    TRY(cms_next_optional(&cursor, FIELD_0, &ret->certificates, &present));
    TRY(cms_next_optional(&cursor, FIELD_1, &ret->crls, &present));
    TRY(cms_next_value(&cursor, DER_SET, &ret->signers));
    return strict_end(&cursor);
}

enum result cms_read(struct bytes input, struct buf *memory, struct cms *ret)
{
    const uint8_t signed_data_oid[] = { CMS_SIGNED_DATA_BYTES };
    struct bytes message, info, oid, wrapped, signed_data;
    struct tlv_cursor cursor;

    memset(ret, 0, sizeof(*ret));
    TRY(ber_flatten(input, memory, &message));
    cursor = tlv_open(message);
    TRY(cms_next_value(&cursor, DER_SEQUENCE, &info));
    cursor = tlv_open(info);
    TRY(cms_next(&cursor, DER_OID, &oid));
    if (!bytes_equal(oid, BYTES_OF(signed_data_oid)))
        return RESULT_UNSUPPORTED;
    TRY(cms_next_value(&cursor, FIELD_0, &wrapped));
    TRY(strict_end(&cursor));
    cursor = tlv_open(wrapped);
    TRY(cms_next_value(&cursor, DER_SEQUENCE, &signed_data));
    TRY(strict_end(&cursor));
    return cms_read_signed_data(signed_data, ret);
}

static bool cms_two_digits(struct bytes *text, unsigned *ret)
{
    if (text->size < 2 || text->data[0] < '0' || text->data[0] > '9' || text->data[1] < '0' ||
        text->data[1] > '9')
        return false;
    *ret = (unsigned)(text->data[0] - '0') * 10 + (unsigned)(text->data[1] - '0');
    *text = bytes_from(*text, 2);
    return true;
}

/* A time in another form than DER's is no error: it is only not known. */
static void cms_read_time(struct bytes values, struct cms_signer *ret)
{
    struct tlv_cursor cursor = tlv_open(values);
    struct cms_time *time = &ret->time;
    unsigned century = 0;
    struct tlv object;

    if (tlv_next(&cursor, &object) != RESULT_OK)
        return;
    if (object.tag == DER_GENERALIZED_TIME ? !cms_two_digits(&object.value, &century)
                                           : object.tag != DER_UTC_TIME)
        return;
    if (!cms_two_digits(&object.value, &time->year) || !cms_two_digits(&object.value, &time->month) ||
        !cms_two_digits(&object.value, &time->day) || !cms_two_digits(&object.value, &time->hour) ||
        !cms_two_digits(&object.value, &time->minute) || !cms_two_digits(&object.value, &time->second) ||
        object.value.size != 1 || object.value.data[0] != 'Z')
        return;
    time->year += object.tag == DER_GENERALIZED_TIME ? 100 * century : time->year < 50 ? 2000 : 1900;
    ret->has_time = true;
}

/* SigningCertificate and its second version: the first of the certificates named is the signer's (RFC
 * 5035 5.4). */
static enum result cms_read_certificate_id(struct bytes values, bool second, struct cms_signer *ret)
{
    const uint32_t path[] = { DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE };
    enum hash hash = second ? HASH_SHA256 : HASH_SHA1;
    struct tlv_cursor cursor;
    struct bytes id, before;
    struct tlv field;

    if (tlv_find_path(values, path, 3, &id) != RESULT_OK)
        return RESULT_MALFORMED;
    cursor = tlv_open(id);
    before = cursor.rest;
    if (tlv_next(&cursor, &field) != RESULT_OK)
        return RESULT_MALFORMED;
    if (second && field.tag == DER_SEQUENCE) {
        if (algorithm_read_hash(bytes_slice(before, 0, before.size - cursor.rest.size), &hash) != RESULT_OK)
            hash = HASH_NONE;
        if (tlv_next(&cursor, &field) != RESULT_OK)
            return RESULT_MALFORMED;
    }
    if (field.tag != DER_OCTET_STRING)
        return RESULT_MALFORMED;
    ret->certificate_hash = hash;
    ret->certificate_digest = field.value;
    return RESULT_OK;
}

/* An attribute with one value that must not stand twice. */
static enum result cms_read_single(struct bytes values, uint32_t tag, bool header, struct bytes *ret)
{
    struct tlv_cursor cursor = tlv_open(values);

    if (ret->size > 0)
        return RESULT_MALFORMED;
    TRY(header ? cms_next(&cursor, tag, ret) : cms_next_value(&cursor, tag, ret));
    return strict_end(&cursor);
}

static enum result cms_read_attribute(struct bytes attribute, struct cms_signer *ret)
{
    struct tlv_cursor cursor = tlv_open(attribute);
    struct bytes oid, values;

    TRY(cms_next(&cursor, DER_OID, &oid));
    TRY(cms_next_value(&cursor, DER_SET, &values));
    TRY(strict_end(&cursor));
    if (bytes_equal(oid, CMS_OID_CONTENT_TYPE))
        return cms_read_single(values, DER_OID, true, &ret->attribute_type);
    if (bytes_equal(oid, CMS_OID_MESSAGE_DIGEST))
        return cms_read_single(values, DER_OCTET_STRING, false, &ret->message_digest);
    if (bytes_equal(oid, CMS_OID_SIGNING_CERTIFICATE_V2))
        return cms_read_certificate_id(values, true, ret);
    if (bytes_equal(oid, CMS_OID_SIGNING_CERTIFICATE) && ret->certificate_digest.size == 0)
        return cms_read_certificate_id(values, false, ret);
    if (bytes_equal(oid, CMS_OID_SIGNING_TIME))
        cms_read_time(values, ret);
    return RESULT_OK;
}

static enum result cms_read_attributes(struct bytes attributes, struct cms_signer *ret)
{
    struct tlv_cursor cursor = tlv_open(attributes);
    struct bytes attribute;

    while (!tlv_at_end(&cursor)) {
        TRY(cms_next_value(&cursor, DER_SEQUENCE, &attribute));
        TRY(cms_read_attribute(attribute, ret));
    }
    return RESULT_OK;
}

static enum result cms_read_signer_id(struct tlv_cursor *cursor, struct cms_signer *ret)
{
    struct tlv_cursor fields;
    struct bytes issuer_serial;
    bool by_key;

    TRY(cms_next_optional(cursor, KEY_ID_TAG, &ret->key_id, &by_key));
    if (by_key)
        return RESULT_OK;
    TRY(cms_next_value(cursor, DER_SEQUENCE, &issuer_serial));
    fields = tlv_open(issuer_serial);
    TRY(cms_next(&fields, DER_SEQUENCE, &ret->issuer));
    TRY(cms_next(&fields, DER_INTEGER, &ret->serial));
    return strict_end(&fields);
}

/* Where only the key's identifier stands, the signature is over the hash of the content (RFC 5754 3.2). */
static void cms_read_algorithms(struct bytes hash, struct bytes signature, struct cms_signer *ret)
{
    if (algorithm_read_hash(hash, &ret->hash) != RESULT_OK)
        ret->hash = HASH_NONE;
    if (algorithm_read(signature, &ret->algorithm) != RESULT_OK)
        ret->algorithm = algorithm_make(SCHEME_NONE, HASH_NONE);
    if (ret->algorithm.hash == HASH_NONE && ret->algorithm.scheme != SCHEME_EDDSA)
        ret->algorithm.hash = ret->hash;
}

/* The header of SIGNED_ATTRIBUTES is wanted too: it is part of what is signed. */
static enum result cms_read_signer(struct bytes info, struct cms_signer *ret)
{
    struct tlv_cursor cursor = tlv_open(info);
    struct bytes skipped, hash, algorithm, attributes = BYTES_NONE, before;
    bool present;

    TRY(cms_next(&cursor, DER_INTEGER, &skipped));
    TRY(cms_read_signer_id(&cursor, ret));
    TRY(cms_next(&cursor, DER_SEQUENCE, &hash));
    before = cursor.rest;
    TRY(cms_next_optional(&cursor, FIELD_0, &attributes, &present));
    if (present)
        ret->signed_attributes = bytes_slice(before, 0, before.size - cursor.rest.size);
    TRY(cms_next(&cursor, DER_SEQUENCE, &algorithm));
    TRY(cms_next_value(&cursor, DER_OCTET_STRING, &ret->signature));
    TRY(cms_next_optional(&cursor, FIELD_1, &ret->unsigned_attributes, &present));
    TRY(strict_end(&cursor));
    cms_read_algorithms(hash, algorithm, ret);
    return cms_read_attributes(attributes, ret);
}

enum result cms_next_signer(struct tlv_cursor *cursor, struct cms_signer *ret)
{
    struct bytes info;

    memset(ret, 0, sizeof(*ret));
    if (tlv_at_end(cursor))
        return RESULT_NOT_FOUND;
    TRY(cms_next_value(cursor, DER_SEQUENCE, &info));
    return cms_read_signer(info, ret);
}

/* The other kinds of certificates in a CertificateSet have tags of their own (RFC 5652 10.2.2). */
enum result cms_next_certificate(struct tlv_cursor *cursor, struct bytes *ret)
{
    struct bytes before;
    struct tlv object;

    do {
        before = cursor->rest;
        TRY(tlv_next(cursor, &object));
    } while (object.tag != DER_SEQUENCE);
    *ret = bytes_slice(before, 0, before.size - cursor->rest.size);
    return RESULT_OK;
}

static bool cms_has_key_id(struct bytes certificate, struct bytes key_id)
{
    const uint32_t path[] = { DER_SEQUENCE, DER_SEQUENCE, EXTENSIONS_TAG, DER_SEQUENCE };
    struct bytes extensions, value, found;

    return tlv_find_path(certificate, path, 4, &extensions) == RESULT_OK &&
           extension_find(extensions, OID_KEY_IDENTIFIER, &value) == RESULT_OK &&
           strict_whole(value, DER_OCTET_STRING, &found) == RESULT_OK && bytes_equal(found, key_id);
}

bool cms_signer_is(const struct cms_signer *signer, struct bytes certificate)
{
    struct x509 fields;

    if (signer->issuer.size == 0)
        return cms_has_key_id(certificate, signer->key_id);
    return x509_read(certificate, &fields) == RESULT_OK && bytes_equal(fields.issuer, signer->issuer) &&
           bytes_equal(fields.serial, signer->serial);
}

enum result cms_find_certificate(const struct cms *cms, const struct cms_signer *signer, struct bytes *ret)
{
    struct tlv_cursor cursor = tlv_open(cms->certificates);
    struct bytes certificate;

    do {
        TRY(cms_next_certificate(&cursor, &certificate));
    } while (!cms_signer_is(signer, certificate));
    *ret = certificate;
    return RESULT_OK;
}

enum result cms_signer_tbs(const struct cms_signer *signer, struct buf *out)
{
    if (signer->signed_attributes.size == 0)
        return RESULT_NOT_FOUND;
    buf_add_byte(out, DER_SET);
    buf_add(out, bytes_from(signer->signed_attributes, 1));
    return buf_check(out);
}

bool cms_signer_agrees(const struct cms_signer *signer, struct bytes content_type, struct bytes digest)
{
    if (signer->signed_attributes.size == 0)
        return true;
    return bytes_equal(signer->attribute_type, content_type) && bytes_equal(signer->message_digest, digest);
}
