/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/oid.h"

#include <string.h>

#include "asn1/strict.h"

#define OID(...)                                                                                             \
    {                                                                                                        \
        0x06, sizeof((const uint8_t[]){ __VA_ARGS__ }), __VA_ARGS__                                          \
    }
#define OID_MAX 16

struct curve_row {
    enum curve curve;
    enum key_kind kind;
    size_t size;
    uint8_t oid[OID_MAX];
    const char *name; /* the PrintableString that PKCS#11 allows in its place */
};

static const struct curve_row curve_rows[] = {
    { CURVE_P256, KEY_EC, 32, OID(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07), NULL },
    { CURVE_P384, KEY_EC, 48, OID(0x2B, 0x81, 0x04, 0x00, 0x22), NULL },
    { CURVE_P521, KEY_EC, 66, OID(0x2B, 0x81, 0x04, 0x00, 0x23), NULL },
    { CURVE_ED25519, KEY_EDWARDS, 32, OID(0x2B, 0x65, 0x70), "edwards25519" },
    { CURVE_X25519, KEY_MONTGOMERY, 32, OID(0x2B, 0x65, 0x6E), "curve25519" },
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
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct bytes oid_view(const uint8_t *oid)
{
    return bytes_make(oid, (size_t)oid[1] + 2);
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
