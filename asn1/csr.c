/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/csr.h"

#include <string.h>

#include "asn1/strict.h"

#define OID_EXTENSION_REQUEST                                                                                \
    BYTES_LIT(0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x0E) /* RFC 2985 5.4.2 */
#define ATTRIBUTES_TAG 0xA0

static void csr_add_extensions(struct bytes extensions, struct buf *out)
{
    size_t attribute = tlv_begin(out, DER_SEQUENCE), values;

    buf_add(out, OID_EXTENSION_REQUEST);
    values = tlv_begin(out, DER_SET);
    tlv_add(out, DER_SEQUENCE, extensions);
    tlv_end(out, values);
    tlv_end(out, attribute);
}

static enum result csr_add_info(const struct csr_request *request, struct buf *out)
{
    size_t info = tlv_begin(out, DER_SEQUENCE), attributes;
    enum result result;

    tlv_add_byte(out, DER_INTEGER, 0);
    buf_add(out, request->subject);
    buf_add(out, request->spki);
    attributes = tlv_begin(out, ATTRIBUTES_TAG);
    if (request->extensions.size > 0)
        csr_add_extensions(request->extensions, out);
    buf_add(out, request->attributes);
    result = strict_end_set(out, attributes);
    if (result != RESULT_OK)
        return result == RESULT_MALFORMED ? RESULT_BAD_ARGUMENT : result;
    tlv_end(out, info);
    return buf_check(out);
}

static bool csr_is_row(struct bytes row)
{
    struct tlv_cursor cursor = tlv_open(row);
    struct bytes element;

    while (!tlv_at_end(&cursor))
        if (strict_expect(&cursor, DER_SEQUENCE, &element) != RESULT_OK)
            return false;
    return true;
}

enum result csr_make(const struct csr_request *request, const struct signer *signer, struct buf *out)
{
    size_t outer, start, bits;
    struct bytes sequence, tbs;

    if (strict_whole(request->subject, DER_SEQUENCE, &sequence) != RESULT_OK ||
        strict_whole(request->spki, DER_SEQUENCE, &sequence) != RESULT_OK ||
        !csr_is_row(request->extensions) || !csr_is_row(request->attributes))
        return RESULT_BAD_ARGUMENT;
    outer = tlv_begin(out, DER_SEQUENCE);
    start = out->size;
    TRY(csr_add_info(request, out));
    tbs = bytes_from(buf_bytes(out), start);
    TRY(algorithm_add(&signer->algorithm, out));
    bits = tlv_begin(out, DER_BIT_STRING);
    buf_add_byte(out, 0);
    TRY(signer_sign(signer, tbs, out));
    tlv_end(out, bits);
    tlv_end(out, outer);
    return buf_check(out);
}

/* An Attribute (RFC 5280 4.1.2.4) that is an extensionRequest is looked into; the others are not. */
static enum result csr_read_attribute(struct bytes attribute, struct csr *ret)
{
    struct tlv_cursor cursor = tlv_open(attribute);
    struct bytes oid, values;

    TRY(strict_expect(&cursor, DER_OID, &oid));
    oid = bytes_slice(attribute, 0, attribute.size - cursor.rest.size);
    TRY(strict_expect(&cursor, DER_SET, &values));
    TRY(strict_end(&cursor));
    if (!bytes_equal(oid, OID_EXTENSION_REQUEST) || ret->extensions.size > 0)
        return RESULT_OK;
    return strict_whole(values, DER_SEQUENCE, &ret->extensions);
}

static enum result csr_read_attributes(struct csr *ret)
{
    struct tlv_cursor cursor = tlv_open(ret->attributes);
    struct bytes attribute;

    while (!tlv_at_end(&cursor)) {
        TRY(strict_expect(&cursor, DER_SEQUENCE, &attribute));
        TRY(csr_read_attribute(attribute, ret));
    }
    return RESULT_OK;
}

/* Reads the next object, which must have TAG; *RET has its header too. */
static enum result csr_next(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret)
{
    struct bytes before = cursor->rest, value;

    TRY(strict_expect(cursor, tag, &value));
    *ret = bytes_slice(before, 0, before.size - cursor->rest.size);
    return RESULT_OK;
}

/* Some programs leave the attributes out when there are none, which the grammar does not allow. */
static enum result csr_read_info(struct csr *ret)
{
    struct tlv_cursor cursor;
    struct bytes info, version;

    TRY(strict_whole(ret->tbs, DER_SEQUENCE, &info));
    cursor = tlv_open(info);
    TRY(strict_unsigned(&cursor, &version));
    if (version.size > 0)
        return RESULT_MALFORMED;
    TRY(csr_next(&cursor, DER_SEQUENCE, &ret->subject));
    TRY(csr_next(&cursor, DER_SEQUENCE, &ret->spki));
    if (tlv_at_end(&cursor))
        return RESULT_OK;
    TRY(strict_expect(&cursor, ATTRIBUTES_TAG, &ret->attributes));
    TRY(strict_end(&cursor));
    return csr_read_attributes(ret);
}

enum result csr_read(struct bytes der, struct csr *ret)
{
    struct tlv_cursor cursor;
    struct bytes request, algorithm;

    memset(ret, 0, sizeof(*ret));
    ret->der = der;
    TRY(strict_whole(der, DER_SEQUENCE, &request));
    cursor = tlv_open(request);
    TRY(csr_next(&cursor, DER_SEQUENCE, &ret->tbs));
    TRY(csr_next(&cursor, DER_SEQUENCE, &algorithm));
    TRY(strict_bit_string(&cursor, &ret->signature));
    TRY(strict_end(&cursor));
    TRY(csr_read_info(ret));
    ret->has_key = pubkey_from_spki(ret->spki, &ret->key) == RESULT_OK;
    ret->has_algorithm = algorithm_read(algorithm, &ret->algorithm) == RESULT_OK;
    return RESULT_OK;
}
