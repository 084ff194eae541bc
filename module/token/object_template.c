/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* object_template.c: session objects, made from an application's template. */
#include <stdlib.h>

#include "asn1/gost.h"
#include "asn1/strict.h"
#include "asn1/x509.h"
#include "module/rv.h"
#include "module/token/certificate.h"
#include "module/token/object.h"
#include "module/token/point.h"
#include "module/token/schema.h"
#include "pkcs11-headers/pkcs11-gost.h"

#define EXPONENT_BITS_MIN 2

/** Result of parsing an application's value. */
static CK_RV rv_of_value(enum result result)
{
    if (result == RESULT_OK || result == RESULT_NO_MEMORY)
        return rv_from_result(result);
    return CKR_ATTRIBUTE_VALUE_INVALID;
}

static struct bytes value_of(const struct attributes *list, CK_ATTRIBUTE_TYPE type)
{
    const struct attribute *item = attributes_get(list, type);

    return item ? item->value : BYTES_NONE;
}

/** Copies what the template may say; what only the module says is refused. */
static CK_RV take_template(struct object *object, unsigned groups, const CK_ATTRIBUTE *template,
                           CK_ULONG count)
{
    for (CK_ULONG i = 0; i < count; i++) {
        struct bytes value = bytes_make(template[i].pValue, template[i].ulValueLen);
        const struct schema_row *row = schema_find(groups, template[i].type);
        if (!row)
            return CKR_ATTRIBUTE_TYPE_INVALID;
        if (!(row->rights & SCHEMA_CREATE))
            return CKR_ATTRIBUTE_READ_ONLY;
        TRY_RV(schema_check_value(row, value));
        if (row->type == CKA_TRUSTED && value.data[0] == CK_TRUE)
            return CKR_ATTRIBUTE_READ_ONLY;
        if (object->class == CKO_SECRET_KEY && row->type == CKA_VALUE)
            continue; /* goes into locked memory only */
        TRY_RV(attributes_set(&object->attributes, row->type, value));
    }
    return CKR_OK;
}

static CK_RV take_rsa(const struct attributes *list, struct pubkey *ret)
{
    enum result result =
        pubkey_set_rsa(ret, value_of(list, CKA_MODULUS), value_of(list, CKA_PUBLIC_EXPONENT));

    if (result == RESULT_UNSUPPORTED)
        return CKR_KEY_SIZE_RANGE;
    TRY_RV(rv_of_value(result));
    if (bytes_bit_length(pubkey_exponent(ret)) < EXPONENT_BITS_MIN)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    return CKR_OK;
}

static CK_RV take_point(const struct attributes *list, CK_KEY_TYPE type, struct pubkey *ret)
{
    enum curve curve = CURVE_NONE;
    enum result result = curve_from_params(value_of(list, CKA_EC_PARAMS), &curve);
    enum key_kind kind = type == CKK_EC ? KEY_EC : type == CKK_EC_EDWARDS ? KEY_EDWARDS : KEY_MONTGOMERY;
    struct bytes point;

    if (result == RESULT_UNSUPPORTED)
        return CKR_CURVE_NOT_SUPPORTED;
    TRY_RV(rv_of_value(result));
    if (curve_kind(curve) != kind)
        return CKR_TEMPLATE_INCONSISTENT;
    TRY_RV(rv_of_value(point_decode(curve, value_of(list, CKA_EC_POINT), &point)));
    return rv_of_value(pubkey_set_point(ret, curve, point));
}

/** The hash's parameters that were left out are those of 2012; an OCTET STRING around the value is taken off.
 */
static CK_RV take_gost(struct attributes *list, CK_KEY_TYPE type, struct pubkey *ret)
{
    struct bytes value = value_of(list, CKA_VALUE), inner;
    const struct bytes set = value_of(list, CKA_GOSTR3410_PARAMS);

    if (!gost_set_from_oid(set))
        return CKR_DOMAIN_PARAMS_INVALID;
    if (value.size != 2 * gost_set_from_oid(set)->size &&
        strict_whole(value, DER_OCTET_STRING, &inner) == RESULT_OK)
        value = inner;
    TRY_RV(rv_of_value(pubkey_set_gost(ret, set, value_of(list, CKA_GOSTR3411_PARAMS), value)));
    if ((type == CKK_GOSTR3410_512) != (ret->kind == KEY_GOST512))
        return CKR_TEMPLATE_INCONSISTENT;
    TRY_RV(attributes_set(list, CKA_VALUE, pubkey_point(ret)));
    return attributes_set(list, CKA_GOSTR3411_PARAMS, pubkey_gost_digest(ret));
}

static CK_RV finish_point(struct attributes *list, const struct pubkey *key)
{
    uint8_t memory[POINT_ENCODED_MAX];
    struct buf encoded = BUF_OVER(memory);

    /* Curves that others read back get the one form that others expect. */
    if (key->kind != KEY_EC)
        return CKR_OK;
    point_encode(pubkey_point(key), &encoded);
    return attributes_set(list, CKA_EC_POINT, buf_bytes(&encoded));
}

/** What nobody said about a public key's uses: everything that its kind can do here (4.8 leaves it to the token). */
static CK_RV fill_uses(struct attributes *list, CK_KEY_TYPE type)
{
    static const struct {
        CK_ATTRIBUTE_TYPE use;
        bool rsa, signer;
    } rows[] = {
        { CKA_VERIFY, true, true },
        { CKA_VERIFY_RECOVER, true, false },
        { CKA_ENCRYPT, true, false },
        { CKA_WRAP, true, false },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool can = type == CKK_RSA ? rows[i].rsa : rows[i].signer && type != CKK_EC_MONTGOMERY;
        if (!attributes_get(list, rows[i].use))
            TRY_RV(attributes_set_bool(list, rows[i].use, can));
    }
    return CKR_OK;
}

static CK_RV finish_public(struct object *object)
{
    struct attributes *list = &object->attributes;
    CK_KEY_TYPE type = attributes_ulong(list, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION);
    uint8_t memory[PUBKEY_SPKI_MAX];
    struct buf spki = BUF_OVER(memory);

    object->public_key = calloc(1, sizeof(*object->public_key));
    if (!object->public_key)
        return CKR_HOST_MEMORY;
    if (type == CKK_RSA) {
        TRY_RV(take_rsa(list, object->public_key));
        TRY_RV(attributes_set_ulong(list, CKA_MODULUS_BITS, pubkey_bits(object->public_key)));
    } else if (type == CKK_EC || type == CKK_EC_EDWARDS || type == CKK_EC_MONTGOMERY) {
        TRY_RV(take_point(list, type, object->public_key));
        TRY_RV(finish_point(list, object->public_key));
    } else if (type == CKK_GOSTR3410 || type == CKK_GOSTR3410_512) {
        TRY_RV(take_gost(list, type, object->public_key));
    } else {
        return CKR_ATTRIBUTE_VALUE_INVALID;
    }
    TRY_RV(fill_uses(list, type));
    TRY_RV(rv_of_value(pubkey_to_spki(object->public_key, &spki)));
    return attributes_set(list, CKA_PUBLIC_KEY_INFO, buf_bytes(&spki));
}

size_t object_secret_size(CK_KEY_TYPE type)
{
    if (type == CKK_GOST28147 || type == CKK_MAGMA || type == CKK_KUZNECHIK)
        return 32;
    return type == CKK_MAGMA_TWIN_KEY || type == CKK_KUZNECHIK_TWIN_KEY ? 64 : 0;
}

static bool secret_size_good(CK_KEY_TYPE type, size_t size)
{
    if (object_secret_size(type) != 0)
        return size == object_secret_size(type);
    if (type == CKK_AES)
        return size == 16 || size == 24 || size == 32;
    return size > 0 && size <= SECRET_MAX;
}

static CK_RV finish_secret(struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count,
                           const struct secret *value)
{
    struct attributes *list = &object->attributes;
    CK_KEY_TYPE type = attributes_ulong(list, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION);
    struct bytes given = template_bytes(template, count, CKA_VALUE);

    if (type != CKK_GENERIC_SECRET && type != CKK_AES && object_secret_size(type) == 0)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    if (value && template_get(template, count, CKA_VALUE))
        return CKR_TEMPLATE_INCONSISTENT;
    if (!value && !template_get(template, count, CKA_VALUE))
        return CKR_TEMPLATE_INCOMPLETE;
    if (!value && template_get(template, count, CKA_VALUE_LEN))
        return CKR_ATTRIBUTE_READ_ONLY;
    if (!secret_size_good(type, value ? secret_size(value) : given.size))
        return value ? CKR_KEY_SIZE_RANGE : CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RESULT(value ? secret_copy(value, &object->value) : secret_new(given, &object->value));
    /* 4.11 leaves it to the token; NSS unwraps with a key that it only said may wrap */
    if (!template_get(template, count, CKA_UNWRAP) && attributes_bool(list, CKA_WRAP, false))
        TRY_RV(attributes_set_bool(list, CKA_UNWRAP, true));
    if (attributes_ulong(list, CKA_VALUE_LEN, secret_size(object->value)) != secret_size(object->value))
        return CKR_TEMPLATE_INCONSISTENT;
    return attributes_set_ulong(list, CKA_VALUE_LEN, secret_size(object->value));
}

static CK_RV finish_certificate(struct object *object)
{
    struct attributes *list = &object->attributes;
    struct x509 fields;

    if (attributes_ulong(list, CKA_CERTIFICATE_TYPE, CK_UNAVAILABLE_INFORMATION) != CKC_X_509)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RV(rv_of_value(x509_read(value_of(list, CKA_VALUE), &fields)));
    return certificate_fill(object, NULL);
}

static CK_RV finish(struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count,
                    const struct secret *value)
{
    if (object->class == CKO_PUBLIC_KEY)
        return finish_public(object);
    if (object->class == CKO_SECRET_KEY)
        return finish_secret(object, template, count, value);
    if (object->class == CKO_CERTIFICATE)
        return finish_certificate(object);
    object->value_loaded = true;
    return CKR_OK;
}

/** The class of a session object that can be made, and that TEMPLATE wants one of. */
static CK_RV wanted_class(const CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_CLASS *ret)
{
    const CK_ATTRIBUTE *entry = template_get(template, count, CKA_CLASS);

    if (!entry)
        return CKR_TEMPLATE_INCOMPLETE;
    *ret = template_ulong(template, count, CKA_CLASS, CK_UNAVAILABLE_INFORMATION);
    if (*ret == CKO_PRIVATE_KEY || template_bool(template, count, CKA_TOKEN, false))
        return CKR_TEMPLATE_INCONSISTENT;
    if (*ret != CKO_PUBLIC_KEY && *ret != CKO_SECRET_KEY && *ret != CKO_CERTIFICATE && *ret != CKO_DATA)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    return CKR_OK;
}

CK_RV object_from_template(const CK_ATTRIBUTE *template, CK_ULONG count, const struct secret *value,
                           struct object **ret)
{
    SCOPED(object_free) struct object *object = NULL;
    CK_OBJECT_CLASS class = CKO_DATA;
    unsigned groups;

    TRY_RV(template_check(template, count));
    TRY_RV(wanted_class(template, count, &class));
    groups = schema_groups(class, template_ulong(template, count, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION));
    TRY_RV(object_new(class, &object));
    TRY_RV(take_template(object, groups, template, count));
    TRY_RV(schema_check_complete(groups, &object->attributes));
    TRY_RV(finish(object, template, count, value));
    TRY_RV(schema_fill(groups, &object->attributes));
    object->private = attributes_bool(&object->attributes, CKA_PRIVATE, false);
    *ret = object;
    object = NULL;
    return CKR_OK;
}
