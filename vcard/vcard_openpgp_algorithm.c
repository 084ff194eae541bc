/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_algorithm.h"

#include <string.h>

#include "asn1/tlv.h"

enum {
    TAG_ATTRIBUTES = 0xC1,
    ID_RSA = 0x01,
    ID_ECDH = 0x12,
    ID_ECDSA = 0x13,
    ID_EDDSA = 0x16,
    WITH_PUBLIC = 0xFF,
    RSA_SIZE = 6,
    EXPONENT_SHORT = 17,
    EXPONENT_LONG = 32,
    OID_MAX = 10,
};

/* RSA: BITS; curves: their object identifiers */
static const struct row {
    uint8_t id;
    uint8_t algorithm;
    uint16_t bits;
    uint8_t oid[OID_MAX];
    uint8_t oid_size;
} rows[] = {
    { ID_RSA, VCARD_RSA2048, 2048, { 0 }, 0 },
    { ID_RSA, VCARD_RSA3072, 3072, { 0 }, 0 },
    { ID_RSA, VCARD_RSA4096, 4096, { 0 }, 0 },
    { ID_ECDSA, VCARD_P256, 0, { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07 }, 8 },
    { ID_ECDSA, VCARD_P384, 0, { 0x2B, 0x81, 0x04, 0x00, 0x22 }, 5 },
    { ID_ECDH, VCARD_P256, 0, { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07 }, 8 },
    { ID_ECDH, VCARD_P384, 0, { 0x2B, 0x81, 0x04, 0x00, 0x22 }, 5 },
    { ID_EDDSA, VCARD_ED25519, 0, { 0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01 }, 9 },
    { ID_ECDH, VCARD_X25519, 0, { 0x2B, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01 }, 10 },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool row_is_for(const struct row *row, enum openpgp_use use)
{
    return row->id == ID_RSA || (row->id == ID_ECDH) == (use == OPENPGP_DECIPHER);
}

/* Length of the modulus, of the exponent, and the format */
static bool rsa_matches(const struct row *row, struct bytes attributes)
{
    uint64_t exponent = bytes_number(bytes_slice(attributes, 3, 2));
    uint8_t format;

    if (attributes.size != RSA_SIZE || bytes_number(bytes_slice(attributes, 1, 2)) != row->bits)
        return false;
    format = attributes.data[RSA_SIZE - 1];
    return (exponent == EXPONENT_SHORT || exponent == EXPONENT_LONG) &&
           (format == OPENPGP_FORMAT_STANDARD || format == OPENPGP_FORMAT_CRT);
}

/* The curve, and FF if the public key is to be imported too */
static bool curve_matches(const struct row *row, struct bytes attributes)
{
    struct bytes rest = bytes_from(attributes, 1), end = bytes_from(rest, row->oid_size);

    return bytes_start_with(rest, bytes_make(row->oid, row->oid_size)) &&
           (end.size == 0 || bytes_equal(end, BYTES_LIT(WITH_PUBLIC)));
}

static const struct row *row_find(enum openpgp_use use, struct bytes attributes)
{
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];

        if (attributes.size > 0 && row->id == attributes.data[0] && row_is_for(row, use) &&
            (row->id == ID_RSA ? rsa_matches(row, attributes) : curve_matches(row, attributes)))
            return row;
    }
    return NULL;
}

enum result openpgp_attributes_set(struct openpgp_key *key, enum openpgp_use use, struct bytes attributes)
{
    const struct row *row = row_find(use, attributes);

    if (!row || attributes.size > sizeof(key->attributes))
        return RESULT_UNSUPPORTED;
    memcpy(key->attributes, attributes.data, attributes.size);
    key->attributes_size = (uint8_t)attributes.size;
    key->algorithm = row->algorithm;
    return RESULT_OK;
}

struct bytes openpgp_attributes(const struct openpgp_key *key)
{
    return bytes_make(key->attributes, key->attributes_size);
}

bool openpgp_attributes_rsa(const struct openpgp_key *key)
{
    return key->attributes[0] == ID_RSA;
}

size_t openpgp_attributes_exponent(const struct openpgp_key *key)
{
    return key->attributes[4] == EXPONENT_LONG ? 4 : 3;
}

uint8_t openpgp_attributes_format(const struct openpgp_key *key)
{
    return key->attributes[RSA_SIZE - 1];
}

void openpgp_attributes_list(struct buf *out)
{
    for (unsigned use = 0; use < OPENPGP_KEYS; use++) {
        for (size_t i = 0; i < ROWS; i++) {
            const struct row *row = &rows[i];
            uint32_t tag = TAG_ATTRIBUTES + use;

            if (!row_is_for(row, (enum openpgp_use)use))
                continue;
            if (row->id == ID_RSA) {
                tlv_add(out, tag,
                        BYTES_LIT(ID_RSA, (uint8_t)(row->bits >> 8), (uint8_t)row->bits, 0, EXPONENT_SHORT,
                                  OPENPGP_FORMAT_STANDARD));
                continue;
            }
            tlv_add_header(out, tag, 1u + row->oid_size);
            buf_add_byte(out, row->id);
            buf_add(out, bytes_make(row->oid, row->oid_size));
        }
    }
}
