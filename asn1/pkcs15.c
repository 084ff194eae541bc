/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pkcs15.h"

#include <string.h>

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
#define EC_TAG 0xA0
#define GOST_TAG 0xA4
#define ENUMERATED 0x0A

/* The four parts of a PKCS15Object (6.1.8); a part that is not there is empty. */
struct pkcs15_parts {
    uint32_t tag;
    struct bytes record, common, class, subclass, type;
};

enum result pkcs15_next_record(struct tlv_cursor *cursor, struct bytes *ret)
{
    struct bytes before = cursor->rest;
    struct tlv object;

    if (before.size == 0 || before.data[0] == 0x00 || before.data[0] == 0xFF)
        return RESULT_NOT_FOUND;
    if (tlv_next(cursor, &object) != RESULT_OK)
        return RESULT_MALFORMED;
    *ret = bytes_slice(before, 0, before.size - cursor->rest.size);
    return RESULT_OK;
}

/* Takes the next object if it has TAG; *RET stays as it is if it does not. */
static bool pkcs15_take(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret)
{
    return tlv_expect(cursor, tag, ret) == RESULT_OK;
}

/* As pkcs15_take(), the header included. */
static bool pkcs15_take_whole(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret)
{
    struct bytes before = cursor->rest, value;

    if (!pkcs15_take(cursor, tag, &value))
        return false;
    *ret = bytes_slice(before, 0, before.size - cursor->rest.size);
    return true;
}

/* Small numbers were once written as if they had no sign: a first bit of 1 is not believed to be one. */
static bool pkcs15_take_number(struct tlv_cursor *cursor, uint32_t tag, unsigned *ret)
{
    struct tlv_cursor ahead = *cursor;
    struct bytes value;

    if (!pkcs15_take(&ahead, tag, &value) || value.size == 0 || bytes_number(value) > INT32_MAX)
        return false;
    *cursor = ahead;
    *ret = (unsigned)bytes_number(value);
    return true;
}

/* The standard numbers bits from the most significant bit of the first byte. */
static bool pkcs15_take_bits(struct tlv_cursor *cursor, unsigned *ret)
{
    struct bytes bits;
    unsigned found = 0;

    if (!pkcs15_take(cursor, DER_BIT_STRING, &bits))
        return false;
    for (unsigned bit = 0; bit < 16 && 1 + bit / 8 < bits.size; bit++)
        if (bits.data[1 + bit / 8] & 0x80 >> bit % 8)
            found |= 1U << bit;
    *ret = found;
    return true;
}

/* Path (6.1.7), without its header. */
static bool pkcs15_read_path(struct bytes value, struct pkcs15_path *ret)
{
    struct tlv_cursor cursor = tlv_open(value);
    unsigned index, length;

    if (!pkcs15_take(&cursor, DER_OCTET_STRING, &ret->path))
        return false;
    ret->has_range =
        pkcs15_take_number(&cursor, DER_INTEGER, &index) && pkcs15_take_number(&cursor, FIELD_0, &length);
    if (ret->has_range) {
        ret->index = index;
        ret->length = length;
    }
    return true;
}

/* ObjectValue (6.1.8): a path, or the value itself. */
static bool pkcs15_take_value(struct tlv_cursor *cursor, struct pkcs15_path *path, struct bytes *value)
{
    struct bytes inside;

    if (pkcs15_take(cursor, DIRECT_TAG, value))
        return true;
    return pkcs15_take(cursor, DER_SEQUENCE, &inside) && pkcs15_read_path(inside, path);
}

static bool pkcs15_read_parts(struct bytes record, struct pkcs15_parts *ret)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct tlv object;

    memset(ret, 0, sizeof(*ret));
    ret->record = record;
    if (tlv_next(&cursor, &object) != RESULT_OK)
        return false;
    ret->tag = object.tag;
    cursor = tlv_open(object.value);
    if (!pkcs15_take(&cursor, DER_SEQUENCE, &ret->common) || !pkcs15_take(&cursor, DER_SEQUENCE, &ret->class))
        return false;
    pkcs15_take(&cursor, SUBCLASS_TAG, &ret->subclass);
    return pkcs15_take(&cursor, TYPE_TAG, &ret->type);
}

static void pkcs15_read_common(struct bytes view, struct pkcs15_common *ret)
{
    struct tlv_cursor cursor = tlv_open(view);

    pkcs15_take(&cursor, DER_UTF8_STRING, &ret->label);
    pkcs15_take_bits(&cursor, &ret->flags);
    pkcs15_take(&cursor, DER_OCTET_STRING, &ret->auth_id);
    pkcs15_take_number(&cursor, DER_INTEGER, &ret->consent);
}

static bool pkcs15_key_tag(uint32_t tag, enum pkcs15_key_type *ret)
{
    *ret = tag == DER_SEQUENCE ? PKCS15_KEY_RSA : tag == EC_TAG ? PKCS15_KEY_EC : PKCS15_KEY_GOST;
    return tag == DER_SEQUENCE || tag == EC_TAG || tag == GOST_TAG;
}

/* CommonKeyAttributes (6.1.9). */
static bool pkcs15_read_key_class(struct bytes view, struct pkcs15_key *ret)
{
    struct tlv_cursor cursor = tlv_open(view);
    struct bytes native;

    if (!pkcs15_take(&cursor, DER_OCTET_STRING, &ret->id) || !pkcs15_take_bits(&cursor, &ret->usage))
        return false;
    pkcs15_take(&cursor, DER_BOOLEAN, &native);
    pkcs15_take_bits(&cursor, &ret->access);
    ret->has_reference = pkcs15_take_number(&cursor, DER_INTEGER, &ret->reference);
    pkcs15_take(&cursor, DER_GENERALIZED_TIME, &ret->start_date);
    pkcs15_take(&cursor, FIELD_0, &ret->end_date);
    return true;
}

/* The subclass (6.3.1, 6.4.1) has a SEQUENCE with the name in it, if it has anything. */
static void pkcs15_read_subject(struct bytes subclass, struct pkcs15_key *ret)
{
    struct tlv_cursor cursor = tlv_open(subclass);
    struct bytes attributes;

    if (!pkcs15_take(&cursor, DER_SEQUENCE, &attributes))
        return;
    cursor = tlv_open(attributes);
    pkcs15_take_whole(&cursor, DER_SEQUENCE, &ret->subject);
}

static bool pkcs15_read_key_type(struct bytes type, struct pkcs15_key *ret)
{
    struct tlv_cursor cursor = tlv_open(type);
    const struct gost_set *set;
    struct bytes attributes;
    unsigned bits = 0;

    if (!pkcs15_take(&cursor, DER_SEQUENCE, &attributes))
        return false;
    cursor = tlv_open(attributes);
    if (!pkcs15_take_value(&cursor, &ret->path, &ret->value))
        return false;
    if (ret->type != PKCS15_KEY_GOST) {
        pkcs15_take_number(&cursor, DER_INTEGER, &bits);
        ret->bits = bits;
        return true;
    }
    if (!pkcs15_take_number(&cursor, DER_INTEGER, &ret->gost_set))
        return false;
    pkcs15_take_number(&cursor, DER_INTEGER, &ret->gost_digest);
    set = gost_set_from_number(ret->gost_set);
    ret->bits = set ? 8 * set->size : 0;
    return true;
}

static bool pkcs15_read_key(struct bytes record, struct pkcs15_key *ret)
{
    struct pkcs15_parts parts;

    memset(ret, 0, sizeof(*ret));
    ret->record = record;
    if (!pkcs15_read_parts(record, &parts) || !pkcs15_key_tag(parts.tag, &ret->type))
        return false;
    pkcs15_read_common(parts.common, &ret->common);
    pkcs15_read_subject(parts.subclass, ret);
    return pkcs15_read_key_class(parts.class, ret) && pkcs15_read_key_type(parts.type, ret);
}

enum result pkcs15_next_private_key(struct tlv_cursor *cursor, struct pkcs15_key *ret)
{
    struct bytes record;

    do {
        TRY(pkcs15_next_record(cursor, &record));
    } while (!pkcs15_read_key(record, ret));
    return RESULT_OK;
}

enum result pkcs15_next_public_key(struct tlv_cursor *cursor, struct pkcs15_key *ret)
{
    return pkcs15_next_private_key(cursor, ret); /* what differs is not read */
}

static bool pkcs15_read_certificate(struct bytes record, struct pkcs15_certificate *ret)
{
    struct pkcs15_parts parts;
    struct tlv_cursor cursor;
    struct bytes attributes, authority = BYTES_NONE;

    memset(ret, 0, sizeof(*ret));
    ret->record = record;
    if (!pkcs15_read_parts(record, &parts) || parts.tag != DER_SEQUENCE)
        return false;
    pkcs15_read_common(parts.common, &ret->common);
    cursor = tlv_open(parts.class);
    if (!pkcs15_take(&cursor, DER_OCTET_STRING, &ret->id))
        return false;
    pkcs15_take(&cursor, DER_BOOLEAN, &authority);
    ret->authority = bytes_number(authority) != 0;
    cursor = tlv_open(parts.type);
    if (!pkcs15_take(&cursor, DER_SEQUENCE, &attributes))
        return false;
    cursor = tlv_open(attributes);
    return pkcs15_take_value(&cursor, &ret->path, &ret->value);
}

enum result pkcs15_next_certificate(struct tlv_cursor *cursor, struct pkcs15_certificate *ret)
{
    struct bytes record;

    do {
        TRY(pkcs15_next_record(cursor, &record));
    } while (!pkcs15_read_certificate(record, ret));
    return RESULT_OK;
}

static bool pkcs15_read_data(struct bytes record, struct pkcs15_data *ret)
{
    struct pkcs15_parts parts;
    struct tlv_cursor cursor;

    memset(ret, 0, sizeof(*ret));
    ret->record = record;
    if (!pkcs15_read_parts(record, &parts) || parts.tag != DER_SEQUENCE)
        return false;
    pkcs15_read_common(parts.common, &ret->common);
    cursor = tlv_open(parts.class);
    pkcs15_take(&cursor, DER_UTF8_STRING, &ret->application);
    pkcs15_take_whole(&cursor, DER_OID, &ret->oid);
    cursor = tlv_open(parts.type);
    return pkcs15_take_value(&cursor, &ret->path, &ret->value);
}

enum result pkcs15_next_data(struct tlv_cursor *cursor, struct pkcs15_data *ret)
{
    struct bytes record;

    do {
        TRY(pkcs15_next_record(cursor, &record));
    } while (!pkcs15_read_data(record, ret));
    return RESULT_OK;
}

/* PinAttributes (6.8.2). */
static bool pkcs15_read_pin_type(struct bytes type, struct pkcs15_pin *ret)
{
    struct tlv_cursor cursor = tlv_open(type);
    struct bytes attributes, pad, skipped, path;

    if (!pkcs15_take(&cursor, DER_SEQUENCE, &attributes))
        return false;
    cursor = tlv_open(attributes);
    if (!pkcs15_take_bits(&cursor, &ret->flags) || !pkcs15_take_number(&cursor, ENUMERATED, &ret->type) ||
        !pkcs15_take_number(&cursor, DER_INTEGER, &ret->min_length) ||
        !pkcs15_take_number(&cursor, DER_INTEGER, &ret->stored_length))
        return false;
    pkcs15_take_number(&cursor, DER_INTEGER, &ret->max_length);
    pkcs15_take_number(&cursor, FIELD_0, &ret->reference);
    ret->pad = pkcs15_take(&cursor, DER_OCTET_STRING, &pad) && pad.size == 1 ? pad.data[0] : -1;
    pkcs15_take(&cursor, DER_GENERALIZED_TIME, &skipped);
    return !pkcs15_take(&cursor, DER_SEQUENCE, &path) || pkcs15_read_path(path, &ret->path);
}

static bool pkcs15_read_pin(struct bytes record, struct pkcs15_pin *ret)
{
    struct pkcs15_parts parts;
    struct tlv_cursor cursor;

    memset(ret, 0, sizeof(*ret));
    ret->record = record;
    if (!pkcs15_read_parts(record, &parts) || parts.tag != DER_SEQUENCE)
        return false;
    pkcs15_read_common(parts.common, &ret->common);
    cursor = tlv_open(parts.class);
    return pkcs15_take(&cursor, DER_OCTET_STRING, &ret->auth_id) && pkcs15_read_pin_type(parts.type, ret);
}

enum result pkcs15_next_pin(struct tlv_cursor *cursor, struct pkcs15_pin *ret)
{
    struct bytes record;

    do {
        TRY(pkcs15_next_record(cursor, &record));
    } while (!pkcs15_read_pin(record, ret));
    return RESULT_OK;
}

static bool pkcs15_read_entry(struct bytes record, struct pkcs15_entry *ret)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct bytes path;
    struct tlv object;

    memset(ret, 0, sizeof(*ret));
    ret->record = record;
    if (tlv_next(&cursor, &object) != RESULT_OK)
        return false;
    ret->file = (enum pkcs15_file)object.tag;
    cursor = tlv_open(object.value);
    return pkcs15_take(&cursor, DER_SEQUENCE, &path) && pkcs15_read_path(path, &ret->path);
}

enum result pkcs15_next_entry(struct tlv_cursor *cursor, struct pkcs15_entry *ret)
{
    struct bytes record;

    do {
        TRY(pkcs15_next_record(cursor, &record));
    } while (!pkcs15_read_entry(record, ret));
    return RESULT_OK;
}

/* The fields of an application template may stand in any order. */
static bool pkcs15_read_application(struct bytes record, struct pkcs15_application *ret)
{
    struct bytes value;

    memset(ret, 0, sizeof(*ret));
    ret->record = record;
    if (tlv_find(record, APPLICATION_TAG, &value) != RESULT_OK ||
        tlv_find(value, AID_TAG, &ret->aid) != RESULT_OK)
        return false;
    if (tlv_find(value, LABEL_TAG, &ret->label) != RESULT_OK)
        ret->label = BYTES_NONE;
    if (tlv_find(value, PATH_TAG, &ret->path) != RESULT_OK)
        ret->path = BYTES_NONE;
    return true;
}

enum result pkcs15_next_application(struct tlv_cursor *cursor, struct pkcs15_application *ret)
{
    struct bytes record;

    do {
        TRY(pkcs15_next_record(cursor, &record));
    } while (!pkcs15_read_application(record, ret));
    return RESULT_OK;
}

enum result pkcs15_read_token(struct bytes file, struct pkcs15_token *ret)
{
    struct tlv_cursor cursor = tlv_open(file);
    struct bytes body, update, skipped;
    unsigned version;
    struct tlv field;

    memset(ret, 0, sizeof(*ret));
    if (!pkcs15_take(&cursor, DER_SEQUENCE, &body))
        return RESULT_MALFORMED;
    cursor = tlv_open(body);
    if (!pkcs15_take_number(&cursor, DER_INTEGER, &version) ||
        !pkcs15_take(&cursor, DER_OCTET_STRING, &ret->serial))
        return RESULT_MALFORMED;
    pkcs15_take(&cursor, DER_UTF8_STRING, &ret->manufacturer);
    pkcs15_take(&cursor, FIELD_0, &ret->label);
    if (!pkcs15_take_bits(&cursor, &ret->flags))
        return RESULT_MALFORMED;
    pkcs15_take(&cursor, DER_SEQUENCE, &skipped);
    while (tlv_next(&cursor, &field) == RESULT_OK)
        if (field.tag == LAST_UPDATE_TAG && tlv_find(field.value, DER_GENERALIZED_TIME, &update) == RESULT_OK)
            ret->last_update = update;
    return RESULT_OK;
}
