/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/oid.h"

#include <string.h>
#include <strings.h>

#include "asn1/strict.h"

#define OID(...)                                                                                             \
    {                                                                                                        \
        0x06, sizeof((const uint8_t[]){ __VA_ARGS__ }), __VA_ARGS__                                          \
    }
#define OID_MAX 16
#define ARC_MORE 0x80

struct curve_row {
    enum curve curve;
    enum key_kind kind;
    size_t size;
    uint8_t oid[OID_MAX]; /* zeros if it has none of its own */
    const char *name; /* the PrintableString that PKCS#11 allows in its place */
};

static const struct curve_row curve_rows[] = {
    { CURVE_P256, KEY_EC, 32, OID(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07), NULL },
    { CURVE_P384, KEY_EC, 48, OID(0x2B, 0x81, 0x04, 0x00, 0x22), NULL },
    { CURVE_P521, KEY_EC, 66, OID(0x2B, 0x81, 0x04, 0x00, 0x23), NULL },
    { CURVE_ED25519, KEY_EDWARDS, 32, OID(0x2B, 0x65, 0x70), "edwards25519" },
    { CURVE_X25519, KEY_MONTGOMERY, 32, OID(0x2B, 0x65, 0x6E), "curve25519" },
    { CURVE_GOST_256_TEST, KEY_GOST256, 32, { 0 }, NULL },
    { CURVE_GOST_256_CPA, KEY_GOST256, 32, { 0 }, NULL },
    { CURVE_GOST_256_CPB, KEY_GOST256, 32, { 0 }, NULL },
    { CURVE_GOST_256_CPC, KEY_GOST256, 32, { 0 }, NULL },
    { CURVE_GOST_256_A, KEY_GOST256, 32, { 0 }, NULL },
    { CURVE_GOST_512_TEST, KEY_GOST512, 64, { 0 }, NULL },
    { CURVE_GOST_512_A, KEY_GOST512, 64, { 0 }, NULL },
    { CURVE_GOST_512_B, KEY_GOST512, 64, { 0 }, NULL },
    { CURVE_GOST_512_C, KEY_GOST512, 64, { 0 }, NULL },
};

struct hash_row {
    enum hash hash;
    size_t size;
    uint8_t oid[OID_MAX];
};

#define NIST_HASH(last) OID(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last)

static const struct hash_row hash_rows[] = {
    { HASH_SHA1, 20, OID(0x2B, 0x0E, 0x03, 0x02, 0x1A) },
    { HASH_SHA224, 28, NIST_HASH(4) },
    { HASH_SHA256, 32, NIST_HASH(1) },
    { HASH_SHA384, 48, NIST_HASH(2) },
    { HASH_SHA512, 64, NIST_HASH(3) },
    { HASH_SHA3_224, 28, NIST_HASH(7) },
    { HASH_SHA3_256, 32, NIST_HASH(8) },
    { HASH_SHA3_384, 48, NIST_HASH(9) },
    { HASH_SHA3_512, 64, NIST_HASH(10) },
    { HASH_STREEBOG_256, 32, OID(0x2A, 0x85, 0x03, 0x07, 0x01, 0x01, 0x02, 0x02) },
    { HASH_STREEBOG_512, 64, OID(0x2A, 0x85, 0x03, 0x07, 0x01, 0x01, 0x02, 0x03) },
    { HASH_GOST94, 32, OID(0x2A, 0x85, 0x03, 0x02, 0x02, 0x09) },
};

#define X520(last) OID(0x55, 0x04, last)

/* The numbers with a fixed count of digits: order 795 of the FSB of Russia, 27.12.2011. */
static const struct name_part name_parts[] = {
    { "CN", DER_UTF8_STRING, 0, X520(3) },
    { "SN", DER_UTF8_STRING, 0, X520(4) },
    { "serialNumber", DER_PRINTABLE_STRING, 0, X520(5) },
    { "C", DER_PRINTABLE_STRING, 0, X520(6) },
    { "L", DER_UTF8_STRING, 0, X520(7) },
    { "ST", DER_UTF8_STRING, 0, X520(8) },
    { "street", DER_UTF8_STRING, 0, X520(9) },
    { "O", DER_UTF8_STRING, 0, X520(10) },
    { "OU", DER_UTF8_STRING, 0, X520(11) },
    { "title", DER_UTF8_STRING, 0, X520(12) },
    { "postalCode", DER_UTF8_STRING, 0, X520(17) },
    { "GN", DER_UTF8_STRING, 0, X520(42) },
    { "initials", DER_UTF8_STRING, 0, X520(43) },
    { "dnQualifier", DER_PRINTABLE_STRING, 0, X520(46) },
    { "pseudonym", DER_UTF8_STRING, 0, X520(65) },
    { "organizationIdentifier", DER_UTF8_STRING, 0, X520(97) },
    { "emailAddress", DER_IA5_STRING, 0, OID(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x01) },
    { "DC", DER_IA5_STRING, 0, OID(0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x19) },
    { "UID", DER_UTF8_STRING, 0, OID(0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x01) },
    { "OGRN", DER_NUMERIC_STRING, 13, OID(0x2A, 0x85, 0x03, 0x64, 0x01) },
    { "SNILS", DER_NUMERIC_STRING, 11, OID(0x2A, 0x85, 0x03, 0x64, 0x03) },
    { "INNLE", DER_NUMERIC_STRING, 10, OID(0x2A, 0x85, 0x03, 0x64, 0x04) },
    { "OGRNIP", DER_NUMERIC_STRING, 15, OID(0x2A, 0x85, 0x03, 0x64, 0x05) },
    { "INN", DER_NUMERIC_STRING, 12, OID(0x2A, 0x85, 0x03, 0x03, 0x81, 0x03, 0x01, 0x01) },
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct bytes oid_view(const uint8_t *oid)
{
    return bytes_make(oid, oid[0] == DER_OID ? (size_t)oid[1] + 2 : 0);
}

bool key_kind_is_gost(enum key_kind kind)
{
    return kind == KEY_GOST2001 || kind == KEY_GOST256 || kind == KEY_GOST512;
}

static const struct curve_row *curve_row(enum curve curve)
{
    for (size_t i = 0; i < ROWS(curve_rows); i++)
        if (curve_rows[i].curve == curve)
            return &curve_rows[i];
    return NULL;
}

static const struct hash_row *hash_row(enum hash hash)
{
    for (size_t i = 0; i < ROWS(hash_rows); i++)
        if (hash_rows[i].hash == hash)
            return &hash_rows[i];
    return NULL;
}

size_t hash_size(enum hash hash)
{
    const struct hash_row *row = hash_row(hash);

    return row ? row->size : 0;
}

size_t curve_size(enum curve curve)
{
    const struct curve_row *row = curve_row(curve);

    return row ? row->size : 0;
}

enum key_kind curve_kind(enum curve curve)
{
    const struct curve_row *row = curve_row(curve);

    return row ? row->kind : KEY_NONE;
}

struct bytes curve_oid(enum curve curve)
{
    const struct curve_row *row = curve_row(curve);

    return row ? oid_view(row->oid) : BYTES_NONE;
}

struct bytes hash_oid(enum hash hash)
{
    const struct hash_row *row = hash_row(hash);

    return row ? oid_view(row->oid) : BYTES_NONE;
}

enum result curve_from_params(struct bytes params, enum curve *ret)
{
    struct tlv_cursor cursor = tlv_open(params);
    struct tlv object;

    if (strict_next(&cursor, &object) != RESULT_OK || !tlv_at_end(&cursor))
        return RESULT_MALFORMED;
    for (size_t i = 0; i < ROWS(curve_rows); i++) {
        const struct curve_row *row = &curve_rows[i];

        if (bytes_equal(params, oid_view(row->oid)) || (object.tag == DER_PRINTABLE_STRING && row->name &&
                                                        bytes_equal(object.value, bytes_text(row->name)))) {
            *ret = row->curve;
            return RESULT_OK;
        }
    }
    return RESULT_UNSUPPORTED;
}

enum result hash_from_oid(struct bytes oid, enum hash *ret)
{
    for (size_t i = 0; i < ROWS(hash_rows); i++)
        if (bytes_equal(oid, oid_view(hash_rows[i].oid))) {
            *ret = hash_rows[i].hash;
            return RESULT_OK;
        }
    return RESULT_UNSUPPORTED;
}

const struct name_part *name_part_from_oid(struct bytes oid)
{
    for (size_t i = 0; i < ROWS(name_parts); i++)
        if (bytes_equal(oid, oid_view(name_parts[i].oid)))
            return &name_parts[i];
    return NULL;
}

const struct name_part *name_part_from_text(struct bytes text)
{
    for (size_t i = 0; i < ROWS(name_parts); i++)
        if (text.size == strlen(name_parts[i].text) &&
            strncasecmp((const char *)text.data, name_parts[i].text, text.size) == 0)
            return &name_parts[i];
    return NULL;
}

struct bytes name_part_oid(const struct name_part *part)
{
    return oid_view(part->oid);
}

static void oid_add_decimal(struct buf *out, uint64_t number)
{
    uint8_t digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    buf_add(out, bytes_make(digits + at, sizeof(digits) - at));
}

/* An arc is a base-128 number whose last byte has the top bit clear, without leading zeros (X.690 8.19.2). */
static enum result oid_next_arc(struct bytes *rest, uint64_t *ret)
{
    uint64_t arc = 0;
    size_t at = 0;

    if (rest->data[0] == ARC_MORE)
        return RESULT_MALFORMED;
    do {
        if (at == rest->size || arc > UINT64_MAX >> 7)
            return RESULT_MALFORMED;
        arc = arc << 7 | (rest->data[at] & 0x7FU);
    } while (rest->data[at++] & ARC_MORE);
    *rest = bytes_from(*rest, at);
    *ret = arc;
    return RESULT_OK;
}

enum result oid_to_text(struct bytes oid, struct buf *out)
{
    struct bytes rest;
    uint64_t arc, top;

    TRY(strict_whole(oid, DER_OID, &rest));
    if (rest.size == 0)
        return RESULT_MALFORMED;
    TRY(oid_next_arc(&rest, &arc));
    top = arc < 80 ? arc / 40 : 2;
    oid_add_decimal(out, top);
    buf_add_byte(out, '.');
    oid_add_decimal(out, arc - 40 * top);
    while (rest.size > 0) {
        TRY(oid_next_arc(&rest, &arc));
        buf_add_byte(out, '.');
        oid_add_decimal(out, arc);
    }
    return buf_check(out);
}

static void oid_add_arc(struct buf *out, uint64_t arc)
{
    unsigned shift = 63;

    while (shift > 0 && arc >> shift == 0)
        shift -= 7;
    for (; shift > 0; shift -= 7)
        buf_add_byte(out, (uint8_t)(ARC_MORE | (arc >> shift & 0x7F)));
    buf_add_byte(out, (uint8_t)(arc & 0x7F));
}

/* Reads decimal digits up to a dot, which is taken too, or the end. */
static enum result oid_next_number(struct bytes *text, uint64_t *ret)
{
    uint64_t number = 0;
    size_t at = 0;

    for (; at < text->size && text->data[at] != '.'; at++) {
        if (text->data[at] < '0' || text->data[at] > '9' || number > (UINT64_MAX - 80) / 10 - 1)
            return RESULT_MALFORMED;
        number = number * 10 + (uint64_t)(text->data[at] - '0');
    }
    if (at == 0 || at + 1 == text->size) /* no digits, or a dot at the very end */
        return RESULT_MALFORMED;
    *text = bytes_from(*text, at + 1);
    *ret = number;
    return RESULT_OK;
}

enum result oid_from_text(struct bytes text, struct buf *out)
{
    uint64_t top, arc;
    size_t mark;

    TRY(oid_next_number(&text, &top));
    if (top > 2 || text.size == 0)
        return RESULT_MALFORMED;
    TRY(oid_next_number(&text, &arc));
    if (top < 2 && arc >= 40)
        return RESULT_MALFORMED;
    mark = tlv_begin(out, DER_OID);
    oid_add_arc(out, top * 40 + arc);
    while (text.size > 0) {
        TRY(oid_next_number(&text, &arc));
        oid_add_arc(out, arc);
    }
    tlv_end(out, mark);
    return buf_check(out);
}
