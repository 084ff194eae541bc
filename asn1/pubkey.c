/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pubkey.h"

#include <string.h>

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
        return 2 * curve_size(key->curve);
    case KEY_MONTGOMERY:
    case KEY_NONE:
        break;
    }
    return 0;
}
