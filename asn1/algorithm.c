/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/algorithm.h"

#include "asn1/strict.h"

#define OID(...)                                                                                             \
    {                                                                                                        \
        0x06, sizeof((const uint8_t[]){ __VA_ARGS__ }), __VA_ARGS__                                          \
    }
#define PKCS1(last) OID(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, last)
#define NIST(last) OID(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, last)
#define X962(last) OID(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, last)
#define TC26(kind, last) OID(0x2A, 0x85, 0x03, 0x07, 0x01, 0x01, kind, last)

#define OID_MGF1 BYTES_LIT(0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08)

/* The defaults of RSASSA-PSS-params (RFC 4055 3.1). */
#define PSS_HASH HASH_SHA1
#define PSS_SALT_SIZE 20
#define PSS_SALT_MAX 512 /* bytes: no longer than an RSA block */

struct algorithm_row {
    enum scheme scheme;
    enum hash hash;
    uint8_t oid[12];
};

/* The first row of a scheme and hash is what is written; those after it are only read. */
static const struct algorithm_row algorithm_rows[] = {
    { SCHEME_RSA_PKCS1, HASH_SHA1, PKCS1(5) },
    { SCHEME_RSA_PKCS1, HASH_SHA224, PKCS1(14) },
    { SCHEME_RSA_PKCS1, HASH_SHA256, PKCS1(11) },
    { SCHEME_RSA_PKCS1, HASH_SHA384, PKCS1(12) },
    { SCHEME_RSA_PKCS1, HASH_SHA512, PKCS1(13) },
    { SCHEME_RSA_PKCS1, HASH_SHA3_224, NIST(13) },
    { SCHEME_RSA_PKCS1, HASH_SHA3_256, NIST(14) },
    { SCHEME_RSA_PKCS1, HASH_SHA3_384, NIST(15) },
    { SCHEME_RSA_PKCS1, HASH_SHA3_512, NIST(16) },
    { SCHEME_RSA_PKCS1, HASH_NONE, PKCS1(1) },
    { SCHEME_RSA_PSS, HASH_NONE, PKCS1(10) },
    { SCHEME_ECDSA, HASH_SHA1, OID(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01) },
    { SCHEME_ECDSA, HASH_SHA224, X962(1) },
    { SCHEME_ECDSA, HASH_SHA256, X962(2) },
    { SCHEME_ECDSA, HASH_SHA384, X962(3) },
    { SCHEME_ECDSA, HASH_SHA512, X962(4) },
    { SCHEME_ECDSA, HASH_SHA3_224, NIST(9) },
    { SCHEME_ECDSA, HASH_SHA3_256, NIST(10) },
    { SCHEME_ECDSA, HASH_SHA3_384, NIST(11) },
    { SCHEME_ECDSA, HASH_SHA3_512, NIST(12) },
    { SCHEME_ECDSA, HASH_NONE, OID(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01) },
    { SCHEME_EDDSA, HASH_NONE, OID(0x2B, 0x65, 0x70) },
    { SCHEME_GOST, HASH_STREEBOG_256, TC26(3, 2) },
    { SCHEME_GOST, HASH_STREEBOG_512, TC26(3, 3) },
    { SCHEME_GOST, HASH_GOST94, OID(0x2A, 0x85, 0x03, 0x02, 0x02, 0x03) },
    { SCHEME_GOST, HASH_STREEBOG_256, TC26(1, 1) },
    { SCHEME_GOST, HASH_STREEBOG_512, TC26(1, 2) },
    { SCHEME_GOST, HASH_GOST94, OID(0x2A, 0x85, 0x03, 0x02, 0x02, 0x13) },
};

#define ROWS (sizeof(algorithm_rows) / sizeof(algorithm_rows[0]))

struct algorithm algorithm_make(enum scheme scheme, enum hash hash)
{
    return (struct algorithm){ scheme, hash, scheme == SCHEME_RSA_PSS ? hash_size(hash) : 0 };
}

static struct bytes algorithm_oid(const struct algorithm_row *row)
{
    return bytes_make(row->oid, (size_t)row->oid[1] + 2);
}

static void algorithm_add_row(const struct algorithm_row *row, struct buf *out)
{
    size_t mark = tlv_begin(out, DER_SEQUENCE);

    buf_add(out, algorithm_oid(row));
    if (row->scheme == SCHEME_RSA_PKCS1)
        tlv_add(out, DER_NULL, BYTES_NONE);
    tlv_end(out, mark);
}

/* RFC 4055 2.1: inside PSS the hash has NULL as parameters. */
static void algorithm_add_pss_hash(enum hash hash, struct buf *out)
{
    size_t mark = tlv_begin(out, DER_SEQUENCE);

    buf_add(out, hash_oid(hash));
    tlv_add(out, DER_NULL, BYTES_NONE);
    tlv_end(out, mark);
}

static void algorithm_add_pss_hashes(enum hash hash, struct buf *out)
{
    size_t field = tlv_begin(out, 0xA0), mask;

    algorithm_add_pss_hash(hash, out);
    tlv_end(out, field);
    field = tlv_begin(out, 0xA1);
    mask = tlv_begin(out, DER_SEQUENCE);
    buf_add(out, OID_MGF1);
    algorithm_add_pss_hash(hash, out);
    tlv_end(out, mask);
    tlv_end(out, field);
}

static enum result algorithm_add_pss(const struct algorithm *algorithm, const struct algorithm_row *row,
                                     struct buf *out)
{
    size_t mark = tlv_begin(out, DER_SEQUENCE), params, field;

    if (hash_size(algorithm->hash) == 0 || algorithm->salt_size > PSS_SALT_MAX)
        return RESULT_UNSUPPORTED;
    buf_add(out, algorithm_oid(row));
    params = tlv_begin(out, DER_SEQUENCE);
    if (algorithm->hash != PSS_HASH)
        algorithm_add_pss_hashes(algorithm->hash, out);
    if (algorithm->salt_size != PSS_SALT_SIZE) {
        uint8_t salt[] = { (uint8_t)(algorithm->salt_size >> 8), (uint8_t)algorithm->salt_size };

        field = tlv_begin(out, 0xA2);
        strict_add_unsigned(out, BYTES_OF(salt));
        tlv_end(out, field);
    }
    tlv_end(out, params);
    tlv_end(out, mark);
    return buf_check(out);
}

enum result algorithm_add(const struct algorithm *algorithm, struct buf *out)
{
    bool pss = algorithm->scheme == SCHEME_RSA_PSS;

    for (size_t i = 0; i < ROWS; i++) {
        const struct algorithm_row *row = &algorithm_rows[i];

        if (row->scheme != algorithm->scheme || (!pss && row->hash != algorithm->hash))
            continue;
        if (pss)
            return algorithm_add_pss(algorithm, row, out);
        if (row->hash == HASH_NONE && row->scheme != SCHEME_EDDSA)
            continue; /* a key's identifier: it does not say how a signature was made */
        algorithm_add_row(row, out);
        return buf_check(out);
    }
    return RESULT_UNSUPPORTED;
}

/* Splits an AlgorithmIdentifier; *OID has its header, *PARAMETERS is empty if there are none. */
static enum result algorithm_split(struct bytes der, struct bytes *oid, struct bytes *parameters)
{
    struct tlv_cursor cursor;
    struct bytes sequence, value;
    struct tlv object;

    TRY(strict_whole(der, DER_SEQUENCE, &sequence));
    cursor = tlv_open(sequence);
    TRY(strict_expect(&cursor, DER_OID, &value));
    *oid = bytes_slice(sequence, 0, sequence.size - cursor.rest.size);
    *parameters = cursor.rest;
    if (!tlv_at_end(&cursor) && strict_next(&cursor, &object) != RESULT_OK)
        return RESULT_MALFORMED;
    return strict_end(&cursor);
}

static enum result algorithm_read_mask(struct bytes mask, enum hash *ret)
{
    struct bytes oid, parameters;

    TRY(algorithm_split(mask, &oid, &parameters));
    if (!bytes_equal(oid, OID_MGF1))
        return RESULT_UNSUPPORTED;
    return algorithm_read_hash(parameters, ret);
}

static enum result algorithm_read_salt(struct bytes field, size_t *ret)
{
    struct tlv_cursor cursor = tlv_open(field);
    struct bytes number;

    TRY(strict_unsigned(&cursor, &number));
    TRY(strict_end(&cursor));
    if (bytes_number(number) > PSS_SALT_MAX)
        return RESULT_UNSUPPORTED;
    *ret = (size_t)bytes_number(number);
    return RESULT_OK;
}

static enum result algorithm_read_pss(struct bytes parameters, struct algorithm *ret)
{
    struct algorithm found = { SCHEME_RSA_PSS, PSS_HASH, PSS_SALT_SIZE };
    enum hash mask = PSS_HASH;
    struct tlv_cursor cursor;
    struct bytes sequence;
    struct tlv field;

    TRY(strict_whole(parameters, DER_SEQUENCE, &sequence));
    cursor = tlv_open(sequence);
    while (!tlv_at_end(&cursor)) {
        if (strict_next(&cursor, &field) != RESULT_OK)
            return RESULT_MALFORMED;
        if (field.tag == 0xA0)
            TRY(algorithm_read_hash(field.value, &found.hash));
        else if (field.tag == 0xA1)
            TRY(algorithm_read_mask(field.value, &mask));
        else if (field.tag == 0xA2)
            TRY(algorithm_read_salt(field.value, &found.salt_size));
        else
            return field.tag == 0xA3 ? RESULT_UNSUPPORTED : RESULT_MALFORMED;
    }
    if (mask != found.hash)
        return RESULT_UNSUPPORTED;
    *ret = found;
    return RESULT_OK;
}

enum result algorithm_read(struct bytes der, struct algorithm *ret)
{
    struct bytes oid, parameters;

    TRY(algorithm_split(der, &oid, &parameters));
    for (size_t i = 0; i < ROWS; i++) {
        const struct algorithm_row *row = &algorithm_rows[i];

        if (!bytes_equal(oid, algorithm_oid(row)))
            continue;
        if (row->scheme == SCHEME_RSA_PSS)
            return algorithm_read_pss(parameters, ret);
        *ret = algorithm_make(row->scheme, row->hash);
        return RESULT_OK;
    }
    return RESULT_UNSUPPORTED;
}

enum result algorithm_add_hash(enum hash hash, struct buf *out)
{
    if (hash_size(hash) == 0)
        return RESULT_UNSUPPORTED;
    tlv_add(out, DER_SEQUENCE, hash_oid(hash));
    return buf_check(out);
}

enum result algorithm_read_hash(struct bytes der, enum hash *ret)
{
    struct bytes oid, parameters;

    TRY(algorithm_split(der, &oid, &parameters));
    return hash_from_oid(oid, ret);
}
