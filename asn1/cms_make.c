/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/cms.h"

#include <string.h>

#include "asn1/cms_oid.h"
#include "asn1/strict.h"
#include "asn1/x509.h"

#define VERSION_MAX 5 /* of those that RFC 5652 knows */
#define CERTIFICATES_TAG 0xA0
#define CRLS_TAG 0xA1
#define CONTENT_TAG 0xA0
#define SIGNED_ATTRIBUTES_TAG 0xA0
#define DIRECTORY_NAME_TAG 0xA4
#define HASHES_MAX 256 /* bytes: their identifiers in a message that gets a signer more */

/* An attribute being written: where it and its values began. */
struct cms_marks {
    size_t attribute, values;
};

static struct cms_marks cms_begin_attribute(struct bytes oid, struct buf *out)
{
    struct cms_marks marks;

    marks.attribute = tlv_begin(out, DER_SEQUENCE);
    buf_add(out, oid);
    marks.values = tlv_begin(out, DER_SET);
    return marks;
}

static void cms_end_attribute(struct cms_marks marks, struct buf *out)
{
    tlv_end(out, marks.values);
    tlv_end(out, marks.attribute);
}

static struct bytes cms_content_type(const struct cms_request *request)
{
    static const uint8_t data[] = { CMS_DATA_BYTES };

    if (request->existing)
        return request->existing->content_type;
    return request->content_type.size > 0 ? request->content_type : BYTES_OF(data);
}

static void cms_add_digits(unsigned number, size_t count, struct buf *out)
{
    uint8_t *place = buf_reserve(out, count);

    for (size_t i = count; place && i > 0; i--, number /= 10)
        place[i - 1] = (uint8_t)('0' + number % 10);
}

/* RFC 5652 11.3: UTCTime through 2049. */
static enum result cms_add_time(const struct cms_time *time, struct buf *out)
{
    bool utc = time->year >= 1950 && time->year < 2050;
    size_t mark;

    if (time->year < 1 || time->year > 9999 || time->month < 1 || time->month > 12 || time->day < 1 ||
        time->day > 31 || time->hour > 23 || time->minute > 59 || time->second > 59)
        return RESULT_BAD_ARGUMENT;
    mark = tlv_begin(out, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME);
    cms_add_digits(time->year, utc ? 2 : 4, out);
    cms_add_digits(time->month, 2, out);
    cms_add_digits(time->day, 2, out);
    cms_add_digits(time->hour, 2, out);
    cms_add_digits(time->minute, 2, out);
    cms_add_digits(time->second, 2, out);
    buf_add_byte(out, 'Z');
    tlv_end(out, mark);
    return buf_check(out);
}

/* ESSCertIDv2 (RFC 5035 3): the default hash is not written. */
static enum result cms_add_certificate_id(const struct cms_request *request, const struct x509 *certificate,
                                          struct buf *out)
{
    size_t certificates = tlv_begin(out, DER_SEQUENCE), id, issuer_serial, names;

    id = tlv_begin(out, DER_SEQUENCE);
    if (request->hash != HASH_SHA256)
        TRY(algorithm_add_hash(request->hash, out));
    tlv_add(out, DER_OCTET_STRING, request->certificate_digest);
    issuer_serial = tlv_begin(out, DER_SEQUENCE);
    names = tlv_begin(out, DER_SEQUENCE);
    tlv_add(out, DIRECTORY_NAME_TAG, certificate->issuer);
    tlv_end(out, names);
    buf_add(out, certificate->serial);
    tlv_end(out, issuer_serial);
    tlv_end(out, id);
    tlv_end(out, certificates);
    return buf_check(out);
}

/* The attributes as a SET, which is what is signed. */
static enum result cms_add_attributes(const struct cms_request *request, const struct x509 *certificate,
                                      struct buf *out)
{
    size_t set = tlv_begin(out, DER_SET), sequence;
    struct cms_marks marks;

    marks = cms_begin_attribute(CMS_OID_CONTENT_TYPE, out);
    buf_add(out, cms_content_type(request));
    cms_end_attribute(marks, out);
    marks = cms_begin_attribute(CMS_OID_MESSAGE_DIGEST, out);
    tlv_add(out, DER_OCTET_STRING, request->content_digest);
    cms_end_attribute(marks, out);
    if (request->signing_time) {
        marks = cms_begin_attribute(CMS_OID_SIGNING_TIME, out);
        TRY(cms_add_time(request->signing_time, out));
        cms_end_attribute(marks, out);
    }
    marks = cms_begin_attribute(CMS_OID_SIGNING_CERTIFICATE_V2, out);
    sequence = tlv_begin(out, DER_SEQUENCE);
    TRY(cms_add_certificate_id(request, certificate, out));
    tlv_end(out, sequence);
    cms_end_attribute(marks, out);
    return strict_end_set(out, set);
}

/* The signature is over a SET, the message has the same bytes under another tag (RFC 5652 5.4). */
static enum result cms_add_signature(const struct cms_request *request, const struct x509 *certificate,
                                     const struct signer *signer, struct buf *out)
{
    size_t start = out->size, attributes_end, mark;
    struct bytes tbs;

    TRY(cms_add_attributes(request, certificate, out));
    attributes_end = out->size;
    TRY(algorithm_add(&signer->algorithm, out));
    tbs = bytes_slice(buf_bytes(out), start, attributes_end - start);
    mark = tlv_begin(out, DER_OCTET_STRING);
    TRY(signer_sign(signer, tbs, out));
    tlv_end(out, mark);
    TRY(buf_check(out));
    out->data[start] = SIGNED_ATTRIBUTES_TAG;
    return RESULT_OK;
}

static enum result cms_add_signer(const struct cms_request *request, const struct x509 *certificate,
                                  const struct signer *signer, struct buf *out)
{
    size_t signers = tlv_begin(out, DER_SET), info, id;

    if (request->existing)
        buf_add(out, request->existing->signers);
    info = tlv_begin(out, DER_SEQUENCE);
    tlv_add_byte(out, DER_INTEGER, 1);
    id = tlv_begin(out, DER_SEQUENCE);
    buf_add(out, certificate->issuer);
    buf_add(out, certificate->serial);
    tlv_end(out, id);
    TRY(algorithm_add_hash(request->hash, out));
    TRY(cms_add_signature(request, certificate, signer, out));
    tlv_end(out, info);
    return strict_end_set(out, signers);
}

/* OBJECT is among the objects that ROW consists of. */
static bool cms_row_has(struct bytes row, struct bytes object)
{
    struct tlv_cursor cursor = tlv_open(row);
    struct bytes before;
    struct tlv next;

    do {
        before = cursor.rest;
        if (tlv_next(&cursor, &next) != RESULT_OK)
            return false;
    } while (!bytes_equal(bytes_slice(before, 0, before.size - cursor.rest.size), object));
    return true;
}

static void cms_add_certificate(size_t set, struct bytes certificate, struct buf *out)
{
    if (!cms_row_has(bytes_from(buf_bytes(out), set), certificate))
        buf_add(out, certificate);
}

static enum result cms_add_certificates(const struct cms_request *request, struct buf *out)
{
    struct bytes existing = request->existing ? request->existing->certificates : BYTES_NONE;
    size_t set;

    if (request->without_certificate && request->other_count == 0 && existing.size == 0)
        return RESULT_OK;
    set = tlv_begin(out, CERTIFICATES_TAG);
    buf_add(out, existing);
    if (!request->without_certificate)
        cms_add_certificate(set, request->certificate, out);
    for (size_t i = 0; i < request->other_count; i++)
        cms_add_certificate(set, request->others[i], out);
    return strict_end_set(out, set);
}

static void cms_add_crls(const struct cms_request *request, struct buf *out)
{
    if (request->existing && request->existing->crls.size > 0)
        tlv_add(out, CRLS_TAG, request->existing->crls);
}

/* EdDSA hashes for itself; every other scheme must hash the attributes as the content was hashed. */
static bool cms_request_fits(const struct cms_request *request, const struct signer *signer)
{
    size_t size = hash_size(request->hash);
    bool same = signer->algorithm.scheme == SCHEME_EDDSA || signer->algorithm.hash == request->hash;

    return size > 0 && same && request->content_digest.size == size &&
           request->certificate_digest.size == size;
}

static enum result cms_add_tail(const struct cms_request *request, const struct signer *signer,
                                struct buf *out)
{
    struct x509 certificate;

    if (!cms_request_fits(request, signer))
        return RESULT_BAD_ARGUMENT;
    TRY(x509_read(request->certificate, &certificate));
    if (certificate.der.size != request->certificate.size)
        return RESULT_MALFORMED;
    TRY(cms_add_certificates(request, out));
    cms_add_crls(request, out);
    return cms_add_signer(request, &certificate, signer, out);
}

/* The hashes of all signers, each once. */
static enum result cms_add_hashes(const struct cms_request *request, struct buf *out)
{
    struct bytes existing = request->existing ? request->existing->hashes : BYTES_NONE, before;
    struct tlv_cursor cursor = tlv_open(existing);
    size_t set = tlv_begin(out, DER_SET);
    bool named = false;

    buf_add(out, existing);
    while (!tlv_at_end(&cursor)) {
        enum hash hash;
        struct tlv object;

        before = cursor.rest;
        TRY(tlv_next(&cursor, &object));
        named = named || (algorithm_read_hash(bytes_slice(before, 0, before.size - cursor.rest.size),
                                              &hash) == RESULT_OK &&
                          hash == request->hash);
    }
    if (!named)
        TRY(algorithm_add_hash(request->hash, out));
    return strict_end_set(out, set);
}

/* RFC 5652 5.1; what is already there may ask for more. */
static uint8_t cms_version(const struct cms_request *request)
{
    static const uint8_t data[] = { CMS_DATA_BYTES };
    uint8_t version = bytes_equal(cms_content_type(request), BYTES_OF(data)) ? 1 : 3;

    return request->existing && request->existing->version > version ? request->existing->version : version;
}

/* Everything before the content, with the lengths of what follows: TAIL_SIZE bytes after CONTENT_SIZE of
 * content. */
static enum result cms_add_head(const struct cms_request *request, bool attached, uint64_t content_size,
                                size_t tail_size, struct buf *out)
{
    uint8_t memory[HASHES_MAX + 16], signed_data[] = { CMS_SIGNED_DATA_BYTES };
    struct buf start = BUF_OVER(memory);
    struct bytes type = cms_content_type(request);
    uint64_t octets = attached ? tlv_size(DER_OCTET_STRING, content_size) : 0,
             encapsulated = type.size + (attached ? tlv_size(CONTENT_TAG, octets) : 0), body, wrapped;

    if (request->existing && request->existing->version > VERSION_MAX)
        return RESULT_MALFORMED;
    tlv_add_byte(&start, DER_INTEGER, cms_version(request));
    TRY(cms_add_hashes(request, &start));
    body = start.size + tlv_size(DER_SEQUENCE, encapsulated) + tail_size;
    wrapped = tlv_size(DER_SEQUENCE, body);
    tlv_add_header(out, DER_SEQUENCE, sizeof(signed_data) + tlv_size(CONTENT_TAG, wrapped));
    buf_add(out, BYTES_OF(signed_data));
    tlv_add_header(out, CONTENT_TAG, wrapped);
    tlv_add_header(out, DER_SEQUENCE, body);
    buf_add(out, buf_bytes(&start));
    tlv_add_header(out, DER_SEQUENCE, encapsulated);
    buf_add(out, type);
    if (attached) {
        tlv_add_header(out, CONTENT_TAG, octets);
        tlv_add_header(out, DER_OCTET_STRING, content_size);
    }
    return buf_check(out);
}

enum result cms_make_around(const struct cms_request *request, uint64_t content_size,
                            const struct signer *signer, struct buf *head, struct buf *tail)
{
    size_t start = tail->size;

    if (content_size > CMS_CONTENT_MAX)
        return RESULT_TOO_LARGE;
    TRY(cms_add_tail(request, signer, tail));
    return cms_add_head(request, true, content_size, tail->size - start, head);
}

/* The end is made first, because the beginning tells its length. */
enum result cms_make(const struct cms_request *request, const struct bytes *content,
                     const struct signer *signer, struct buf *out)
{
    size_t content_size = content ? content->size : 0, start = out->size, tail_size;
    uint8_t memory[CMS_HEAD_MAX];
    struct buf head = BUF_OVER(memory);

    TRY(cms_add_tail(request, signer, out));
    tail_size = out->size - start;
    TRY(cms_add_head(request, content != NULL, content_size, tail_size, &head));
    if (!buf_reserve(out, head.size + content_size))
        return RESULT_TOO_LARGE;
    memmove(out->data + start + head.size + content_size, out->data + start, tail_size);
    memcpy(out->data + start, memory, head.size);
    if (content_size > 0)
        memcpy(out->data + start + head.size, content->data, content_size);
    return RESULT_OK;
}
