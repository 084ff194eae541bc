/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/public_key.h"

#include <string.h>

#include "asn1/tlv.h"
#include "pkcs11-headers/pkcs11-gost.h"
#include "tool/attribute.h"

#define TAG_OCTET_STRING 0x04
#define VALUE_MAX 1024

/** The contents of an OCTET STRING, where a module wraps a point in one; else VALUE itself. */
static struct bytes unwrapped(struct bytes value)
{
    struct tlv_cursor cursor = tlv_open(value);
    struct bytes inside;

    if (tlv_expect(&cursor, TAG_OCTET_STRING, &inside) == RESULT_OK && tlv_at_end(&cursor))
        return inside;
    return value;
}

static enum result read_rsa(const struct session *session, CK_OBJECT_HANDLE object, struct pubkey *ret)
{
    uint8_t modulus[VALUE_MAX], exponent[VALUE_MAX];
    struct buf n = BUF_OVER(modulus), e = BUF_OVER(exponent);

    if (attribute_get(session, object, CKA_MODULUS, &n) != CKR_OK ||
        attribute_get(session, object, CKA_PUBLIC_EXPONENT, &e) != CKR_OK)
        return RESULT_NOT_FOUND;
    return pubkey_set_rsa(ret, buf_bytes(&n), buf_bytes(&e));
}

static enum result read_point(const struct session *session, CK_OBJECT_HANDLE object, struct pubkey *ret)
{
    uint8_t params[VALUE_MAX], point[VALUE_MAX];
    struct buf p = BUF_OVER(params), q = BUF_OVER(point);
    enum curve curve;

    if (attribute_get(session, object, CKA_EC_PARAMS, &p) != CKR_OK ||
        attribute_get(session, object, CKA_EC_POINT, &q) != CKR_OK)
        return RESULT_NOT_FOUND;
    TRY(curve_from_params(buf_bytes(&p), &curve));
    if (pubkey_set_point(ret, curve, buf_bytes(&q)) == RESULT_OK)
        return RESULT_OK;
    return pubkey_set_point(ret, curve, unwrapped(buf_bytes(&q)));
}

static enum result read_gost(const struct session *session, CK_OBJECT_HANDLE object, struct pubkey *ret)
{
    uint8_t set[64], digest[64], point[VALUE_MAX];
    struct buf s = BUF_OVER(set), d = BUF_OVER(digest), q = BUF_OVER(point);

    if (attribute_get(session, object, CKA_GOSTR3410_PARAMS, &s) != CKR_OK ||
        attribute_get(session, object, CKA_VALUE, &q) != CKR_OK)
        return RESULT_NOT_FOUND;
    if (attribute_get(session, object, CKA_GOSTR3411_PARAMS, &d) != CKR_OK)
        buf_clear(&d);
    return pubkey_set_gost(ret, buf_bytes(&s), buf_bytes(&d), unwrapped(buf_bytes(&q)));
}

static enum result read_spki(const struct session *session, CK_OBJECT_HANDLE object, struct pubkey *ret)
{
    uint8_t spki[VALUE_MAX];
    struct buf out = BUF_OVER(spki);

    if (attribute_get(session, object, CKA_PUBLIC_KEY_INFO, &out) != CKR_OK || out.size == 0)
        return RESULT_NOT_FOUND;
    return pubkey_from_spki(buf_bytes(&out), ret);
}

static enum result read_numbers(const struct session *session, CK_OBJECT_HANDLE object, struct pubkey *ret)
{
    switch (attribute_number(session, object, CKA_KEY_TYPE)) {
    case CKK_RSA:
        return read_rsa(session, object, ret);
    case CKK_EC:
    case CKK_EC_EDWARDS:
    case CKK_EC_MONTGOMERY:
        return read_point(session, object, ret);
    case CKK_GOSTR3410:
    case CKK_GOSTR3410_512:
        return read_gost(session, object, ret);
    default:
        return RESULT_UNSUPPORTED;
    }
}

void public_key_read(const struct session *session, CK_OBJECT_HANDLE object, struct pubkey *ret)
{
    memset(ret, 0, sizeof(*ret));
    if (read_spki(session, object, ret) != RESULT_OK && read_numbers(session, object, ret) != RESULT_OK)
        memset(ret, 0, sizeof(*ret));
}
