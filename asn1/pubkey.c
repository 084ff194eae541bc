/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pubkey.h"

#include <string.h>

#include "asn1/gost.h"
#include "asn1/strict.h"

#define MODULUS_BITS_MIN 512
#define POINT_UNCOMPRESSED 0x04

#define OID_RSA BYTES_LIT(0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01)
#define OID_RSA_PSS BYTES_LIT(0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A)
#define OID_EC BYTES_LIT(0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01)

enum result pubkey_set_rsa(struct pubkey *ret, struct bytes modulus, struct bytes exponent)
{
    struct bytes n = bytes_strip_zeros(modulus), e = bytes_strip_zeros(exponent);

    if (bytes_bit_length(n) < MODULUS_BITS_MIN || !(n.data[n.size - 1] & 1) || e.size == 0)
        return RESULT_MALFORMED;
    if (n.size > sizeof(ret->modulus) || e.size > sizeof(ret->exponent))
        return RESULT_UNSUPPORTED;
    memset(ret, 0, sizeof(*ret));
    ret->kind = KEY_RSA;
    ret->modulus_size = n.size;
    ret->exponent_size = e.size;
    memcpy(ret->modulus, n.data, n.size);
    memcpy(ret->exponent, e.data, e.size);
    return RESULT_OK;
}

static bool pubkey_point_suits(enum curve curve, struct bytes point)
{
    size_t size = curve_size(curve);

    if (size == 0)
        return false;
    if (key_kind_is_gost(curve_kind(curve)))
        return false;
    if (curve_kind(curve) != KEY_EC)
        return point.size == size;
    return point.size == 1 + 2 * size && point.data[0] == POINT_UNCOMPRESSED;
}

enum result pubkey_set_point(struct pubkey *ret, enum curve curve, struct bytes point)
{
    if (!pubkey_point_suits(curve, point))
        return RESULT_MALFORMED;
    memset(ret, 0, sizeof(*ret));
    ret->kind = curve_kind(curve);
    ret->curve = curve;
    ret->point_size = point.size;
    memcpy(ret->point, point.data, point.size);
    return RESULT_OK;
}

static struct bytes pubkey_gost_algorithm(enum key_kind kind)
{
    static const uint8_t gost2001[] = { 0x06, 0x06, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x13 },
                         gost256[] = { 0x06, 0x08, 0x2A, 0x85, 0x03, 0x07, 0x01, 0x01, 0x01, 0x01 },
                         gost512[] = { 0x06, 0x08, 0x2A, 0x85, 0x03, 0x07, 0x01, 0x01, 0x01, 0x02 };

    return kind == KEY_GOST2001  ? BYTES_OF(gost2001)
           : kind == KEY_GOST256 ? BYTES_OF(gost256)
           : kind == KEY_GOST512 ? BYTES_OF(gost512)
                                 : BYTES_NONE;
}

static enum hash pubkey_gost_hash(enum key_kind kind)
{
    return kind == KEY_GOST2001 ? HASH_GOST94 : kind == KEY_GOST256 ? HASH_STREEBOG_256 : HASH_STREEBOG_512;
}

/* DIGEST may be empty; it is kept as it is. */
static enum result pubkey_fill_gost(struct pubkey *ret, enum key_kind kind, struct bytes set_oid,
                                    struct bytes digest, struct bytes point)
{
    const struct gost_set *set = gost_set_from_oid(set_oid);

    if (!set || set->size != hash_size(pubkey_gost_hash(kind)) ||
        (digest.size > 0 && gost_digest_from_oid(digest) != pubkey_gost_hash(kind)))
        return RESULT_UNSUPPORTED;
    if (point.size != 2 * set->size)
        return RESULT_MALFORMED;
    memset(ret, 0, sizeof(*ret));
    ret->kind = kind;
    ret->curve = set->curve;
    ret->point_size = point.size;
    ret->set_size = set_oid.size;
    ret->digest_size = digest.size;
    memcpy(ret->point, point.data, point.size);
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): an OID that was found in a table has bytes */
    memcpy(ret->set, set_oid.data, set_oid.size);
    if (digest.size > 0)
        memcpy(ret->digest, digest.data, digest.size);
    return RESULT_OK;
}

enum result pubkey_set_gost(struct pubkey *ret, struct bytes set_oid, struct bytes digest, struct bytes point)
{
    const struct gost_set *set = gost_set_from_oid(set_oid);
    enum key_kind kind;

    if (!set || (digest.size > 0 && gost_digest_from_oid(digest) == HASH_NONE))
        return RESULT_UNSUPPORTED;
    kind = gost_digest_from_oid(digest) == HASH_GOST94 ? KEY_GOST2001
           : set->size == 32                           ? KEY_GOST256
                                                       : KEY_GOST512;
    TRY(pubkey_fill_gost(ret, kind, set_oid, digest, point));
    if (kind != KEY_GOST2001) {
        struct bytes named = set->names_digest ? gost_digest_oid(pubkey_gost_hash(kind)) : BYTES_NONE;

        ret->digest_size = named.size;
        if (named.size > 0)
            memcpy(ret->digest, named.data, named.size);
    }
    return RESULT_OK;
}

/* Reads an OBJECT IDENTIFIER with its header, or nothing at the end. */
static enum result pubkey_next_oid(struct tlv_cursor *cursor, struct bytes *ret)
{
    struct bytes before = cursor->rest, value;

    *ret = BYTES_NONE;
    if (tlv_at_end(cursor))
        return RESULT_OK;
    TRY(strict_expect(cursor, DER_OID, &value));
    *ret = bytes_slice(before, 0, before.size - cursor->rest.size);
    return RESULT_OK;
}

/* GostR3410-2012-PublicKeyParameters; those of 2001 may name a cipher too, which is of no use here (RFC
 * 4491 2.3.2). */
static enum result pubkey_read_gost(enum key_kind kind, struct bytes params, struct bytes encoded,
                                    struct pubkey *ret)
{
    struct bytes sequence, set, digest, cipher, point;
    struct tlv_cursor cursor;

    TRY(strict_whole(params, DER_SEQUENCE, &sequence));
    cursor = tlv_open(sequence);
    TRY(pubkey_next_oid(&cursor, &set));
    TRY(pubkey_next_oid(&cursor, &digest));
    TRY(pubkey_next_oid(&cursor, &cipher));
    TRY(strict_end(&cursor));
    TRY(strict_whole(encoded, DER_OCTET_STRING, &point));
    return pubkey_fill_gost(ret, kind, set, digest, point);
}

static enum result pubkey_read_rsa(struct bytes encoded, struct pubkey *ret)
{
    struct bytes sequence, modulus, exponent;
    struct tlv_cursor cursor;

    TRY(strict_whole(encoded, DER_SEQUENCE, &sequence));
    cursor = tlv_open(sequence);
    TRY(strict_unsigned(&cursor, &modulus));
    TRY(strict_unsigned(&cursor, &exponent));
    TRY(strict_end(&cursor));
    return pubkey_set_rsa(ret, modulus, exponent);
}

/* OID with its header and PARAMS, whatever they are, are the AlgorithmIdentifier (RFC 5280 4.1.1.2). */
static enum result pubkey_read_point(struct bytes oid, struct bytes params, struct bytes point,
                                     struct pubkey *ret)
{
    enum curve curve;

    if (bytes_equal(oid, OID_EC)) {
        TRY(curve_from_params(params, &curve));
        return curve_kind(curve) == KEY_EC ? pubkey_set_point(ret, curve, point) : RESULT_MALFORMED;
    }
    TRY(curve_from_params(oid, &curve));
    if (curve_kind(curve) == KEY_EC)
        return RESULT_UNSUPPORTED;
    return params.size == 0 ? pubkey_set_point(ret, curve, point) : RESULT_MALFORMED; /* RFC 8410 3 */
}

enum result pubkey_from_spki(struct bytes spki, struct pubkey *ret)
{
    struct bytes sequence, algorithm, oid, bits;
    struct tlv_cursor cursor;

    TRY(strict_whole(spki, DER_SEQUENCE, &sequence));
    cursor = tlv_open(sequence);
    TRY(strict_expect(&cursor, DER_SEQUENCE, &algorithm));
    TRY(strict_bit_string(&cursor, &bits));
    TRY(strict_end(&cursor));
    cursor = tlv_open(algorithm);
    TRY(strict_expect(&cursor, DER_OID, &oid));
    oid = bytes_slice(algorithm, 0, algorithm.size - cursor.rest.size);
    if (bytes_equal(oid, OID_RSA) || bytes_equal(oid, OID_RSA_PSS))
        return pubkey_read_rsa(bits, ret);
    for (enum key_kind kind = KEY_GOST2001; kind <= KEY_GOST512; kind++)
        if (bytes_equal(oid, pubkey_gost_algorithm(kind)))
            return pubkey_read_gost(kind, cursor.rest, bits, ret);
    return pubkey_read_point(oid, cursor.rest, bits, ret);
}

static void pubkey_add_algorithm(const struct pubkey *key, struct buf *out)
{
    size_t mark = tlv_begin(out, DER_SEQUENCE);

    if (key->kind == KEY_RSA) {
        buf_add(out, OID_RSA);
        tlv_add(out, DER_NULL, BYTES_NONE);
    } else if (key->kind == KEY_EC) {
        buf_add(out, OID_EC);
        buf_add(out, curve_oid(key->curve));
    } else if (key_kind_is_gost(key->kind)) {
        size_t params;

        buf_add(out, pubkey_gost_algorithm(key->kind));
        params = tlv_begin(out, DER_SEQUENCE);
        buf_add(out, bytes_make(key->set, key->set_size));
        buf_add(out, bytes_make(key->digest, key->digest_size));
        tlv_end(out, params);
    } else {
        buf_add(out, curve_oid(key->curve));
    }
    tlv_end(out, mark);
}

static void pubkey_add_rsa(const struct pubkey *key, struct buf *out)
{
    size_t mark = tlv_begin(out, DER_SEQUENCE);

    strict_add_unsigned(out, pubkey_modulus(key));
    strict_add_unsigned(out, pubkey_exponent(key));
    tlv_end(out, mark);
}

enum result pubkey_to_spki(const struct pubkey *key, struct buf *out)
{
    size_t spki, bits;

    if (key->kind == KEY_NONE)
        return RESULT_BAD_ARGUMENT;
    spki = tlv_begin(out, DER_SEQUENCE);
    pubkey_add_algorithm(key, out);
    bits = tlv_begin(out, DER_BIT_STRING);
    buf_add_byte(out, 0);
    if (key->kind == KEY_RSA)
        pubkey_add_rsa(key, out);
    else if (key_kind_is_gost(key->kind))
        tlv_add(out, DER_OCTET_STRING, pubkey_point(key));
    else
        buf_add(out, pubkey_point(key));
    tlv_end(out, bits);
    tlv_end(out, spki);
    return buf_check(out);
}

struct bytes pubkey_modulus(const struct pubkey *key)
{
    return bytes_make(key->modulus, key->modulus_size);
}

struct bytes pubkey_exponent(const struct pubkey *key)
{
    return bytes_make(key->exponent, key->exponent_size);
}

struct bytes pubkey_point(const struct pubkey *key)
{
    return bytes_make(key->point, key->point_size);
}

struct bytes pubkey_gost_set(const struct pubkey *key)
{
    return bytes_make(key->set, key->set_size);
}

struct bytes pubkey_gost_digest(const struct pubkey *key)
{
    if (!key_kind_is_gost(key->kind))
        return BYTES_NONE;
    return key->digest_size > 0 ? bytes_make(key->digest, key->digest_size)
                                : gost_digest_oid(pubkey_gost_hash(key->kind));
}

enum result pubkey_gost_point(const struct pubkey *key, struct buf *out)
{
    size_t size = curve_size(key->curve);

    if (!key_kind_is_gost(key->kind))
        return RESULT_BAD_ARGUMENT;
    buf_add_byte(out, POINT_UNCOMPRESSED);
    for (size_t half = 1; half <= 2; half++)
        for (size_t i = 1; i <= size; i++)
            buf_add_byte(out, key->point[half * size - i]);
    return buf_check(out);
}

bool pubkey_equal(const struct pubkey *a, const struct pubkey *b)
{
    return a->kind == b->kind && a->curve == b->curve && bytes_equal(pubkey_modulus(a), pubkey_modulus(b)) &&
           bytes_equal(pubkey_exponent(a), pubkey_exponent(b)) &&
           bytes_equal(pubkey_point(a), pubkey_point(b));
}

static size_t pubkey_curve_bits(enum curve curve)
{
    switch (curve) {
    case CURVE_P256:
        return 256;
    case CURVE_P384:
        return 384;
    case CURVE_P521:
        return 521;
    case CURVE_ED25519:
    case CURVE_X25519:
        return 255;
    case CURVE_GOST_256_TEST:
    case CURVE_GOST_256_CPA:
    case CURVE_GOST_256_CPB:
    case CURVE_GOST_256_CPC:
    case CURVE_GOST_256_A:
        return 256;
    case CURVE_GOST_512_TEST:
    case CURVE_GOST_512_A:
    case CURVE_GOST_512_B:
    case CURVE_GOST_512_C:
        return 512;
    case CURVE_NONE:
        break;
    }
    return 0;
}

size_t pubkey_bits(const struct pubkey *key)
{
    return key->kind == KEY_RSA ? bytes_bit_length(pubkey_modulus(key)) : pubkey_curve_bits(key->curve);
}

size_t pubkey_signature_size(const struct pubkey *key)
{
    switch (key->kind) {
    case KEY_RSA:
        return key->modulus_size;
    case KEY_EC:
    case KEY_EDWARDS:
    case KEY_GOST2001:
    case KEY_GOST256:
    case KEY_GOST512:
        return 2 * curve_size(key->curve);
    case KEY_MONTGOMERY:
    case KEY_NONE:
        break;
    }
    return 0;
}
