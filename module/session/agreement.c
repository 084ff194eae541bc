/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/agreement.h"

#include <string.h>

#include "asn1/tlv.h"
#include "module/crypto/softkey.h"
#include "module/rv.h"
#include "module/session/creation.h"
#include "module/session/gost_agreement.h"

#define TAG_OCTET_STRING 0x04

/* The longest key that X9.63 is asked for here. */
#define DERIVED_MAX 1024

/* Raw, as the standard has it, or wrapped, as CKA_EC_POINT is and many programs hand it over. */
static CK_RV agreement_point(const struct pubkey *base, struct bytes given, struct bytes *ret)
{
    struct tlv_cursor cursor = tlv_open(given);
    struct bytes inner;

    *ret = given;
    if (given.size == base->point_size)
        return CKR_OK;
    if (tlv_expect(&cursor, TAG_OCTET_STRING, &inner) != RESULT_OK || !tlv_at_end(&cursor) ||
        inner.size != base->point_size)
        return CKR_MECHANISM_PARAM_INVALID;
    *ret = inner;
    return CKR_OK;
}

/* ANSI X9.63: hashes of (secret, counter, shared data), one after the other, until OUT has SIZE bytes. */
static CK_RV agreement_kdf(struct crypto *crypto, enum hash hash, struct bytes agreed, struct bytes shared,
                           size_t size, struct buf *out)
{
    uint8_t block_bytes[DIGEST_MAX], counter_bytes[4];
    SCOPED(buf_wipe) struct buf block = BUF_OVER(block_bytes);

    for (uint32_t counter = 1; out->size < size; counter++) {
        SCOPED(digest_free) struct digest *digest = NULL;
        struct buf number = BUF_OVER(counter_bytes);
        buf_add_number(&number, counter, sizeof(counter_bytes));
        buf_clear(&block);
        TRY_RESULT(digest_new(crypto, hash, &digest));
        TRY_RESULT(digest_update(digest, agreed));
        TRY_RESULT(digest_update(digest, buf_bytes(&number)));
        TRY_RESULT(digest_update(digest, shared));
        TRY_RESULT(digest_final(digest, &block));
        buf_add(out, bytes_slice(buf_bytes(&block), 0, size - out->size));
        TRY_RESULT(buf_check(out));
    }
    return CKR_OK;
}

/* Makes the key's value of what was AGREED: LENGTH bytes, or all there is for 0. */
static CK_RV agreement_value(struct crypto *crypto, const CK_ECDH1_DERIVE_PARAMS *params, struct bytes agreed,
                             CK_ULONG length, struct secret **ret)
{
    const struct bytes shared = bytes_make(params->pSharedData, params->ulSharedDataLen);
    const enum hash hash = mechanism_kdf_hash(params->kdf);

    if (hash == HASH_NONE) {
        if (length > agreed.size)
            return CKR_TEMPLATE_INCONSISTENT;
        /* the standard takes bytes away at the leading end */
        TRY_RESULT(secret_new(bytes_from(agreed, length != 0 ? agreed.size - length : 0), ret));
        return CKR_OK;
    }
    if (length > DERIVED_MAX)
        return CKR_TEMPLATE_INCONSISTENT;
    TRY_RESULT(secret_new_empty(length != 0 ? length : hash_size(hash), ret));
    return agreement_kdf(crypto, hash, agreed, shared, length != 0 ? length : hash_size(hash),
                         secret_buf(*ret));
}

static CK_RV agreement_params(const CK_MECHANISM *mechanism, CK_ECDH1_DERIVE_PARAMS *ret)
{
    if (mechanism->pParameter == NULL || mechanism->ulParameterLen != sizeof(*ret))
        return CKR_MECHANISM_PARAM_INVALID;
    memcpy(ret, mechanism->pParameter, sizeof(*ret));
    if (ret->pPublicData == NULL || (ret->pSharedData == NULL && ret->ulSharedDataLen != 0))
        return CKR_MECHANISM_PARAM_INVALID;
    if (ret->kdf == CKD_NULL)
        return ret->ulSharedDataLen == 0 ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
    return mechanism_kdf_hash(ret->kdf) != HASH_NONE ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

static CK_RV agreement_key(const struct operation_place *place, const struct mechanism *row,
                           CK_OBJECT_HANDLE base, struct object **ret)
{
    struct object *key;

    TRY_RV(operation_key(place->token, base, &key));
    if (key->class != CKO_PRIVATE_KEY || key->public_key == NULL || key->key == NULL ||
        (row->kinds & KIND_BIT(key->public_key->kind)) == 0)
        return CKR_KEY_TYPE_INCONSISTENT;
    TRY_RV(operation_permitted(key, CKA_DERIVE, row->type));
    if ((key->key->can & mechanism_card_can(row, CKF_DERIVE)) == 0)
        return CKR_MECHANISM_INVALID;
    *ret = key;
    return CKR_OK;
}

static CK_RV agreement_ecdh(const struct operation_place *place, const CK_MECHANISM *mechanism,
                            const struct object *key, CK_ULONG length, struct secret **ret)
{
    SCOPED(secret_free) struct secret *agreed = NULL;
    struct card_agreement with = { .how = CARD_CAN_ECDH };
    CK_ECDH1_DERIVE_PARAMS params;

    TRY_RV(agreement_params(mechanism, &params));
    TRY_RV(agreement_point(key->public_key, bytes_make(params.pPublicData, params.ulPublicDataLen),
                           &with.point));
    if (softkey_check_point(place->crypto, key->public_key->curve, with.point) != RESULT_OK)
        return CKR_MECHANISM_PARAM_INVALID;
    TRY_RESULT(secret_new_empty(PUBKEY_POINT_MAX, &agreed));
    TRY_RV(token_agree(place->token, key, &with, NULL, secret_buf(agreed)));
    if (secret_size(agreed) != curve_size(key->public_key->curve))
        return CKR_DEVICE_ERROR;
    return agreement_value(place->crypto, &params, secret_bytes(agreed), length, ret);
}

CK_RV agreement_derive(const struct operation_place *place, CK_SESSION_HANDLE owner,
                       const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE base, const CK_ATTRIBUTE *template,
                       CK_ULONG count, CK_OBJECT_HANDLE *ret)
{
    const struct mechanism *row = mechanism_find(mechanism->mechanism);
    SCOPED(secret_free) struct secret *value = NULL;
    struct gost_wanted wanted;
    struct object *key;
    CK_KEY_TYPE type;

    if (row == NULL || (row->uses & CKF_DERIVE) == 0)
        return CKR_MECHANISM_INVALID;
    TRY_RV(creation_check_secret(template, count));
    type = template_ulong(template, count, CKA_KEY_TYPE, CKK_GENERIC_SECRET);
    wanted = (struct gost_wanted){
        .length = template_ulong(template, count, CKA_VALUE_LEN, object_secret_size(type)),
        .sbox = template_bytes(template, count, CKA_GOST28147_PARAMS),
    };
    if (row->shape == SHAPE_TREE) {
        TRY_RV(gost_agreement_tree(place, mechanism, base, &wanted, &value));
        return creation_secret(place, owner, template, count, value, ret);
    }
    TRY_RV(agreement_key(place, row, base, &key));
    if (row->shape == SHAPE_VKO)
        TRY_RV(gost_agreement_vko(place, mechanism, key, &wanted, &value));
    else
        TRY_RV(agreement_ecdh(place, mechanism, key, wanted.length, &value));
    return creation_secret(place, owner, template, count, value, ret);
}
