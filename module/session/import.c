/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/import.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/tlv.h"
#include "module/crypto/rsa_parts.h"
#include "module/crypto/softkey.h"
#include "module/rv.h"
#include "module/session/mechanism.h"
#include "pkcs11-headers/pkcs11-gost.h"

#define TAG_OCTET_STRING 0x04

static const struct {
    CK_KEY_TYPE type;
    enum key_kind kind;
} import_key_types[] = {
    { CKK_RSA, KEY_RSA },
    { CKK_EC, KEY_EC },
    { CKK_EC_EDWARDS, KEY_EDWARDS },
    { CKK_EC_MONTGOMERY, KEY_MONTGOMERY },
    { CKK_GOSTR3410, KEY_GOST256 },
    { CKK_GOSTR3410, KEY_GOST2001 },
    { CKK_GOSTR3410_512, KEY_GOST512 },
};

static enum key_kind import_kind(CK_KEY_TYPE type)
{
    for (size_t i = 0; i < sizeof(import_key_types) / sizeof(import_key_types[0]); i++)
        if (import_key_types[i].type == type)
            return import_key_types[i].kind;
    return KEY_NONE;
}

static bool import_type_fits(CK_KEY_TYPE type, enum key_kind kind)
{
    for (size_t i = 0; i < sizeof(import_key_types) / sizeof(import_key_types[0]); i++)
        if (import_key_types[i].type == type && import_key_types[i].kind == kind)
            return true;
    return false;
}

CK_RV import_check_claims(const CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_CLASS class,
                          enum key_kind kind)
{
    const CK_ATTRIBUTE *type = template_get(template, count, CKA_KEY_TYPE);

    if (template_ulong(template, count, CKA_CLASS, class) != class)
        return CKR_TEMPLATE_INCONSISTENT;
    if (type != NULL &&
        !import_type_fits(template_ulong(template, count, CKA_KEY_TYPE, CKK_VENDOR_DEFINED), kind))
        return CKR_TEMPLATE_INCONSISTENT;
    if (!template_bool(template, count, CKA_TOKEN, true))
        return CKR_TEMPLATE_INCONSISTENT;
    if (class == CKO_PRIVATE_KEY && (template_bool(template, count, CKA_EXTRACTABLE, false) ||
                                     !template_bool(template, count, CKA_SENSITIVE, true)))
        return CKR_TEMPLATE_INCONSISTENT;
    return CKR_OK;
}

CK_RV import_label(const CK_ATTRIBUTE *template, CK_ULONG count, char text[CARD_TEXT_MAX], const char **ret)
{
    const struct bytes label = template_bytes(template, count, CKA_LABEL);

    *ret = NULL;
    if (label.size >= CARD_TEXT_MAX || (label.size != 0 && memchr(label.data, 0, label.size) != NULL))
        return CKR_ATTRIBUTE_VALUE_INVALID;
    if (label.size == 0)
        return CKR_OK;
    memcpy(text, label.data, label.size);
    text[label.size] = '\0';
    *ret = text;
    return CKR_OK;
}

CK_RV import_curve(const CK_ATTRIBUTE *template, CK_ULONG count, enum key_kind kind, enum curve *ret)
{
    enum result result;

    if (template_get(template, count, CKA_EC_PARAMS) == NULL)
        return CKR_TEMPLATE_INCOMPLETE;
    result = curve_from_params(template_bytes(template, count, CKA_EC_PARAMS), ret);
    if (result != RESULT_OK && result != RESULT_UNSUPPORTED)
        return CKR_DOMAIN_PARAMS_INVALID;
    return result == RESULT_OK && curve_kind(*ret) == kind ? CKR_OK : CKR_CURVE_NOT_SUPPORTED;
}

CK_RV import_public(const CK_ATTRIBUTE *template, CK_ULONG count, struct object **ret)
{
    CK_BBOOL no = CK_FALSE;
    CK_ATTRIBUTE *copy = calloc((size_t)count + 1, sizeof(*copy));
    CK_RV rv;

    if (copy == NULL)
        return CKR_HOST_MEMORY;
    for (CK_ULONG i = 0; i < count; i++)
        copy[i] = template[i].type == CKA_TOKEN ? (CK_ATTRIBUTE){ CKA_TOKEN, &no, sizeof(no) } : template[i];
    rv = object_from_template(copy, count, NULL, ret);
    free(copy);
    return rv;
}

/* The secret numbers of an RSA template; each is freed by import_rsa_numbers_clear(). */
struct import_rsa_numbers {
    struct secret *d, *p, *q, *dp, *dq, *qinv;
};

static void import_rsa_numbers_clear(struct import_rsa_numbers *numbers)
{
    secret_free(&numbers->d);
    secret_free(&numbers->p);
    secret_free(&numbers->q);
    secret_free(&numbers->dp);
    secret_free(&numbers->dq);
    secret_free(&numbers->qinv);
}

static CK_RV import_number(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE_TYPE type,
                           struct secret **ret)
{
    const struct bytes value = template_bytes(template, count, type);
    if (value.size == 0)
        return CKR_OK;
    if (value.size > PUBKEY_MODULUS_MAX + 1)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RESULT(secret_new(value, ret));
    return CKR_OK;
}

static CK_RV import_rsa(const struct operation_place *place, const CK_ATTRIBUTE *template, CK_ULONG count,
                        struct card_key_template *wanted, struct object **ret)
{
    SCOPED(import_rsa_numbers_clear) struct import_rsa_numbers n = { 0 };
    SCOPED(rsa_key_clear) struct rsa_key key = { 0 };
    enum result result;

    TRY_RV(import_number(template, count, CKA_PRIVATE_EXPONENT, &n.d));
    TRY_RV(import_number(template, count, CKA_PRIME_1, &n.p));
    TRY_RV(import_number(template, count, CKA_PRIME_2, &n.q));
    TRY_RV(import_number(template, count, CKA_EXPONENT_1, &n.dp));
    TRY_RV(import_number(template, count, CKA_EXPONENT_2, &n.dq));
    TRY_RV(import_number(template, count, CKA_COEFFICIENT, &n.qinv));
    if (n.d == NULL && (n.p == NULL || n.q == NULL))
        return CKR_TEMPLATE_INCOMPLETE;
    const struct rsa_parts given = { template_bytes(template, count, CKA_MODULUS),
                                     template_bytes(template, count, CKA_PUBLIC_EXPONENT),
                                     n.d,
                                     n.p,
                                     n.q,
                                     n.dp,
                                     n.dq,
                                     n.qinv };
    result = rsa_parts_complete(place->crypto, &given, &key);
    if (result == RESULT_MALFORMED || result == RESULT_UNSUPPORTED)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RESULT(result);
    wanted->bits = pubkey_bits(&key.public_key);
    const struct card_private_key parts = {
        .p = key.p, .q = key.q, .dp = key.dp, .dq = key.dq, .qinv = key.qinv
    };
    return token_import(place->token, wanted, &parts, ret);
}

/* The scalar as long as the curve has it; some programs wrap a 25519 key in an OCTET STRING, as PKCS#8 does.
 */
static CK_RV import_scalar(struct bytes value, enum curve curve, struct secret **ret)
{
    const size_t size = curve_size(curve);
    struct tlv_cursor cursor = tlv_open(value);
    struct bytes inner;

    if (curve_kind(curve) != KEY_EC) {
        if (value.size != size && tlv_expect(&cursor, TAG_OCTET_STRING, &inner) == RESULT_OK &&
            tlv_at_end(&cursor))
            value = inner;
        if (value.size != size)
            return CKR_ATTRIBUTE_VALUE_INVALID;
    }
    if (bytes_strip_zeros(value).size > size)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RESULT(secret_new_empty(size, ret));
    buf_add_padded(secret_buf(*ret), value, size);
    return rv_from_result(buf_check(secret_buf(*ret)));
}

static CK_RV import_ec(const struct operation_place *place, const CK_ATTRIBUTE *template, CK_ULONG count,
                       struct card_key_template *wanted, struct object **ret)
{
    SCOPED(secret_free) struct secret *scalar = NULL;
    struct pubkey public_key;
    enum result result;

    TRY_RV(import_curve(template, count, wanted->kind, &wanted->curve));
    if (template_bytes(template, count, CKA_VALUE).size == 0)
        return CKR_TEMPLATE_INCOMPLETE;
    TRY_RV(import_scalar(template_bytes(template, count, CKA_VALUE), wanted->curve, &scalar));
    result = softkey_ec_public(place->crypto, wanted->curve, scalar, &public_key);
    if (result == RESULT_MALFORMED)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RESULT(result);
    const struct card_private_key parts = { .scalar = scalar };
    return token_import(place->token, wanted, &parts, ret);
}

CK_RV import_private(const struct operation_place *place, const CK_ATTRIBUTE *template, CK_ULONG count,
                     struct object **ret)
{
    struct card_key_template wanted = { .id = template_bytes(template, count, CKA_ID) };
    char label[CARD_TEXT_MAX];

    if (template_get(template, count, CKA_KEY_TYPE) == NULL)
        return CKR_TEMPLATE_INCOMPLETE;
    wanted.kind = import_kind(template_ulong(template, count, CKA_KEY_TYPE, CKK_VENDOR_DEFINED));
    if (wanted.kind == KEY_NONE)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    /* no card is known that takes one */
    if (!token_can_import(place->token) || key_kind_is_gost(wanted.kind))
        return CKR_FUNCTION_NOT_SUPPORTED;
    TRY_RV(import_check_claims(template, count, CKO_PRIVATE_KEY, wanted.kind));
    TRY_RV(import_label(template, count, label, &wanted.label));
    if (wanted.kind == KEY_RSA)
        return import_rsa(place, template, count, &wanted, ret);
    return import_ec(place, template, count, &wanted, ret);
}
