/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pkcs15.h"

#include "asn1/gost.h"
#include "asn1/strict.h"

#define APPLICATION_TAG 0x61
#define AID_TAG 0x4F
#define LABEL_TAG 0x50
#define PATH_TAG 0x51
#define FIELD_0 0x80
#define SUBCLASS_TAG 0xA0
#define DIRECT_TAG 0xA0
#define TYPE_TAG 0xA1
#define LAST_UPDATE_TAG 0xA5
#define GOST_TAG 0xA4
#define ENUMERATED 0x0A

static const enum hash gost_digests[] = { HASH_NONE, HASH_GOST94, HASH_STREEBOG_256, HASH_STREEBOG_512 };

#define GOST_DIGESTS (sizeof(gost_digests) / sizeof(gost_digests[0]))

static void pkcs15_add_number(uint32_t tag, size_t number, struct buf *out)
{
    uint8_t memory[8];
    struct buf digits = BUF_OVER(memory), integer;
    uint8_t integer_memory[12];

    buf_add_number(&digits, number, sizeof(memory));
    integer = (struct buf)BUF_OVER(integer_memory);
    strict_add_unsigned(&integer, buf_bytes(&digits));
    tlv_add(out, tag, bytes_from(buf_bytes(&integer), 2)); /* its own header is of two bytes */
}

/* A list of named bits ends at the last one that is set (X.690 11.2.2). */
static void pkcs15_add_bits(unsigned flags, struct buf *out)
{
    uint8_t bits[3] = { 0, 0, 0 };
    size_t size = 1;

    for (unsigned bit = 0; bit < 16; bit++) {
        if (flags & 1U << bit) {
            bits[1 + bit / 8] |= (uint8_t)(0x80 >> bit % 8);
            bits[0] = (uint8_t)(7 - bit % 8);
            size = 2 + bit / 8;
        }
    }
    tlv_add(out, DER_BIT_STRING, bytes_make(bits, size));
}

static void pkcs15_add_optional(uint32_t tag, struct bytes value, struct buf *out)
{
    if (value.size > 0)
        tlv_add(out, tag, value);
}

static void pkcs15_add_path(const struct pkcs15_path *path, struct buf *out)
{
    size_t mark = tlv_begin(out, DER_SEQUENCE);

    tlv_add(out, DER_OCTET_STRING, path->path);
    if (path->has_range) {
        pkcs15_add_number(DER_INTEGER, path->index, out);
        pkcs15_add_number(FIELD_0, path->length, out);
    }
    tlv_end(out, mark);
}

static void pkcs15_add_value(const struct pkcs15_path *path, struct bytes value, struct buf *out)
{
    if (value.size > 0)
        tlv_add(out, DIRECT_TAG, value);
    else
        pkcs15_add_path(path, out);
}

static void pkcs15_add_common(const struct pkcs15_common *common, struct buf *out)
{
    size_t mark = tlv_begin(out, DER_SEQUENCE);

    pkcs15_add_optional(DER_UTF8_STRING, common->label, out);
    if (common->flags != 0)
        pkcs15_add_bits(common->flags, out);
    pkcs15_add_optional(DER_OCTET_STRING, common->auth_id, out);
    if (common->consent != 0)
        pkcs15_add_number(DER_INTEGER, common->consent, out);
    tlv_end(out, mark);
}

static void pkcs15_add_key_class(const struct pkcs15_key *key, struct buf *out)
{
    size_t mark = tlv_begin(out, DER_SEQUENCE);

    tlv_add(out, DER_OCTET_STRING, key->id);
    pkcs15_add_bits(key->usage, out);
    if (key->access != 0)
        pkcs15_add_bits(key->access, out);
    if (key->has_reference)
        pkcs15_add_number(DER_INTEGER, key->reference, out);
    pkcs15_add_optional(DER_GENERALIZED_TIME, key->start_date, out);
    pkcs15_add_optional(FIELD_0, key->end_date, out);
    tlv_end(out, mark);
}

static void pkcs15_add_key_type(const struct pkcs15_key *key, struct buf *out)
{
    size_t mark = tlv_begin(out, TYPE_TAG), attributes = tlv_begin(out, DER_SEQUENCE);

    pkcs15_add_value(&key->path, key->value, out);
    if (key->type == PKCS15_KEY_GOST) {
        pkcs15_add_number(DER_INTEGER, key->gost_set, out);
        if (key->gost_digest != 0)
            pkcs15_add_number(DER_INTEGER, key->gost_digest, out);
    } else {
        pkcs15_add_number(DER_INTEGER, key->bits, out);
    }
    tlv_end(out, attributes);
    tlv_end(out, mark);
}

/* Elliptic curve keys are not written: no card here keeps them in such records. */
static enum result pkcs15_add_key(const struct pkcs15_key *key, struct buf *out)
{
    size_t record, subclass, attributes;

    if (key->type == PKCS15_KEY_EC || key->id.size == 0 || key->usage == 0 ||
        (key->type == PKCS15_KEY_RSA ? key->bits == 0 : key->gost_set == 0 || key->value.size > 0) ||
        (key->path.path.size == 0) == (key->value.size == 0))
        return RESULT_BAD_ARGUMENT;
    record = tlv_begin(out, key->type == PKCS15_KEY_GOST ? GOST_TAG : DER_SEQUENCE);
    pkcs15_add_common(&key->common, out);
    pkcs15_add_key_class(key, out);
    if (key->subject.size > 0) {
        subclass = tlv_begin(out, SUBCLASS_TAG);
        attributes = tlv_begin(out, DER_SEQUENCE);
        buf_add(out, key->subject);
        tlv_end(out, attributes);
        tlv_end(out, subclass);
    }
    pkcs15_add_key_type(key, out);
    tlv_end(out, record);
    return buf_check(out);
}

enum result pkcs15_add_private_key(const struct pkcs15_key *key, struct buf *out)
{
    return key->value.size > 0 ? RESULT_BAD_ARGUMENT : pkcs15_add_key(key, out);
}

enum result pkcs15_add_public_key(const struct pkcs15_key *key, struct buf *out)
{
    return pkcs15_add_key(key, out);
}

enum result pkcs15_add_certificate(const struct pkcs15_certificate *certificate, struct buf *out)
{
    size_t record, class, type, attributes;

    if (certificate->id.size == 0 || (certificate->path.path.size == 0) == (certificate->value.size == 0))
        return RESULT_BAD_ARGUMENT;
    record = tlv_begin(out, DER_SEQUENCE);
    pkcs15_add_common(&certificate->common, out);
    class = tlv_begin(out, DER_SEQUENCE);
    tlv_add(out, DER_OCTET_STRING, certificate->id);
    if (certificate->authority)
        tlv_add_byte(out, DER_BOOLEAN, 0xFF);
    tlv_end(out, class);
    type = tlv_begin(out, TYPE_TAG);
    attributes = tlv_begin(out, DER_SEQUENCE);
    pkcs15_add_value(&certificate->path, certificate->value, out);
    tlv_end(out, attributes);
    tlv_end(out, type);
    tlv_end(out, record);
    return buf_check(out);
}

enum result pkcs15_add_data(const struct pkcs15_data *data, struct buf *out)
{
    size_t record, class, type;

    if ((data->path.path.size == 0) == (data->value.size == 0))
        return RESULT_BAD_ARGUMENT;
    record = tlv_begin(out, DER_SEQUENCE);
    pkcs15_add_common(&data->common, out);
    class = tlv_begin(out, DER_SEQUENCE);
    pkcs15_add_optional(DER_UTF8_STRING, data->application, out);
    buf_add(out, data->oid);
    tlv_end(out, class);
    type = tlv_begin(out, TYPE_TAG);
    pkcs15_add_value(&data->path, data->value, out);
    tlv_end(out, type);
    tlv_end(out, record);
    return buf_check(out);
}

static void pkcs15_add_pin_type(const struct pkcs15_pin *pin, struct buf *out)
{
    size_t mark = tlv_begin(out, TYPE_TAG), attributes = tlv_begin(out, DER_SEQUENCE);

    pkcs15_add_bits(pin->flags, out);
    pkcs15_add_number(ENUMERATED, pin->type, out);
    pkcs15_add_number(DER_INTEGER, pin->min_length, out);
    pkcs15_add_number(DER_INTEGER, pin->stored_length, out);
    if (pin->max_length > 0)
        pkcs15_add_number(DER_INTEGER, pin->max_length, out);
    pkcs15_add_number(FIELD_0, pin->reference, out);
    if (pin->pad >= 0)
        tlv_add_byte(out, DER_OCTET_STRING, (uint8_t)pin->pad);
    if (pin->path.path.size > 0)
        pkcs15_add_path(&pin->path, out);
    tlv_end(out, attributes);
    tlv_end(out, mark);
}

enum result pkcs15_add_pin(const struct pkcs15_pin *pin, struct buf *out)
{
    size_t record, class;

    if (pin->auth_id.size == 0 || pin->flags == 0 || pin->pad > 0xFF)
        return RESULT_BAD_ARGUMENT;
    record = tlv_begin(out, DER_SEQUENCE);
    pkcs15_add_common(&pin->common, out);
    class = tlv_begin(out, DER_SEQUENCE);
    tlv_add(out, DER_OCTET_STRING, pin->auth_id);
    tlv_end(out, class);
    pkcs15_add_pin_type(pin, out);
    tlv_end(out, record);
    return buf_check(out);
}

enum result pkcs15_add_entry(const struct pkcs15_entry *entry, struct buf *out)
{
    size_t mark;

    if (entry->path.path.size == 0)
        return RESULT_BAD_ARGUMENT;
    mark = tlv_begin(out, (uint32_t)entry->file);
    pkcs15_add_path(&entry->path, out);
    tlv_end(out, mark);
    return buf_check(out);
}

enum result pkcs15_add_application(const struct pkcs15_application *application, struct buf *out)
{
    size_t mark;

    if (application->aid.size == 0)
        return RESULT_BAD_ARGUMENT;
    mark = tlv_begin(out, APPLICATION_TAG);
    tlv_add(out, AID_TAG, application->aid);
    pkcs15_add_optional(LABEL_TAG, application->label, out);
    pkcs15_add_optional(PATH_TAG, application->path, out);
    tlv_end(out, mark);
    return buf_check(out);
}

enum result pkcs15_add_token(const struct pkcs15_token *token, struct buf *out)
{
    size_t mark = tlv_begin(out, DER_SEQUENCE), update;

    tlv_add_byte(out, DER_INTEGER, 0);
    tlv_add(out, DER_OCTET_STRING, token->serial);
    pkcs15_add_optional(DER_UTF8_STRING, token->manufacturer, out);
    pkcs15_add_optional(FIELD_0, token->label, out);
    pkcs15_add_bits(token->flags, out);
    if (token->last_update.size > 0) {
        update = tlv_begin(out, LAST_UPDATE_TAG);
        tlv_add(out, DER_GENERALIZED_TIME, token->last_update);
        tlv_end(out, update);
    }
    tlv_end(out, mark);
    return buf_check(out);
}

/* The keys of 2001 had CryptoPro's sets only; a digest of 2012 is as long as the key. */
static bool pkcs15_gost_suits(const struct gost_set *set, enum hash digest)
{
    if (digest == HASH_GOST94)
        return set->names_digest && set->size == 32;
    return hash_size(digest) == set->size;
}

enum result pkcs15_key_gost(const struct pkcs15_key *key, struct bytes *set, struct bytes *digest)
{
    const struct gost_set *found = gost_set_from_number(key->gost_set);
    unsigned number = key->gost_digest == 0 ? 1 : key->gost_digest;

    if (key->type != PKCS15_KEY_GOST || !found || number >= GOST_DIGESTS ||
        !pkcs15_gost_suits(found, gost_digests[number]))
        return RESULT_UNSUPPORTED;
    *set = gost_set_oid(found);
    *digest = gost_digest_oid(gost_digests[number]);
    return RESULT_OK;
}

enum result pkcs15_key_set_gost(struct pkcs15_key *key, struct bytes set, struct bytes digest)
{
    const struct gost_set *found = gost_set_from_oid(set);
    enum hash hash = gost_digest_from_oid(digest);

    if (!found || hash == HASH_NONE || !pkcs15_gost_suits(found, hash))
        return RESULT_UNSUPPORTED;
    key->type = PKCS15_KEY_GOST;
    key->gost_set = found->number;
    key->bits = 8 * found->size;
    for (unsigned i = 1; i < GOST_DIGESTS; i++)
        if (gost_digests[i] == hash)
            key->gost_digest = i;
    return RESULT_OK;
}
