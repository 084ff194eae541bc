/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/gost_agreement.h"

#include <string.h>

#include "asn1/strict.h"
#include "module/crypto/gost.h"
#include "module/rv.h"
#include "pkcs11-headers/pkcs11-gost.h"

#define UKM_MAX 16
#define TREE_SIZE_MAX 1024 /* bytes of a derived key */

/* The label of KEK derivation (RFC 7836 4.6). */
#define KEK_LABEL BYTES_LIT(0x26, 0xBD, 0xB8, 0x78)

/* Parameters of GOST 28147-89: CryptoPro-A for keys of 2001, tc26-Z for those of 2012. */
static const uint8_t sbox_2001[] = { 0x06, 0x07, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x1F, 0x01 },
                     sbox_2012[] = { 0x06, 0x09, 0x2A, 0x85, 0x03, 0x07, 0x01, 0x02, 0x05, 0x01, 0x01 };

/* What a parameter said. */
struct vko {
    CK_EC_KDF_TYPE kdf;
    struct bytes point, ukm;
};

static CK_ULONG vko_packed_number(struct bytes packed, size_t at)
{
    CK_ULONG number = 0;

    for (size_t i = 0; i < 4 && at + i < packed.size; i++)
        number |= (CK_ULONG)packed.data[at + i] << 8 * i;
    return number;
}

/* Aktiv's form: kdf, the point's length, the point, the UKM's length, the UKM; numbers in four bytes,
 * little-endian. */
static CK_RV vko_read_packed(struct bytes packed, struct vko *ret)
{
    size_t point_size = vko_packed_number(packed, 4), ukm_size;

    if (packed.size < 12 || point_size > packed.size - 12)
        return CKR_MECHANISM_PARAM_INVALID;
    ukm_size = vko_packed_number(packed, 8 + point_size);
    if (ukm_size != packed.size - 12 - point_size)
        return CKR_MECHANISM_PARAM_INVALID;
    ret->kdf = vko_packed_number(packed, 0);
    ret->point = bytes_slice(packed, 8, point_size);
    ret->ukm = bytes_from(packed, 12 + point_size);
    return CKR_OK;
}

static CK_RV vko_read(const CK_MECHANISM *mechanism, struct vko *ret)
{
    CK_GOSTR3410_DERIVE_PARAMS params;

    if (mechanism->pParameter == NULL)
        return CKR_MECHANISM_PARAM_INVALID;
    if (mechanism->ulParameterLen != sizeof(params) && mechanism->mechanism == CKM_GOSTR3410_12_DERIVE)
        return vko_read_packed(bytes_make(mechanism->pParameter, mechanism->ulParameterLen), ret);
    if (mechanism->ulParameterLen != sizeof(params))
        return CKR_MECHANISM_PARAM_INVALID;
    memcpy(&params, mechanism->pParameter, sizeof(params));
    if (params.pPublicData == NULL || params.pUKM == NULL)
        return CKR_MECHANISM_PARAM_INVALID;
    ret->kdf = params.kdf;
    ret->point = bytes_make(params.pPublicData, params.ulPublicDataLen);
    ret->ukm = bytes_make(params.pUKM, params.ulUKMLen);
    return CKR_OK;
}

static bool vko_kdf_known(const struct vko *vko, enum hash hash)
{
    switch (vko->kdf) {
    case CKD_NULL:
        return true;
    case CKD_CPDIVERSIFY_KDF:
    case CKD_KDF_4357:
        return hash != HASH_STREEBOG_512 && vko->ukm.size == GOST_DIVERSIFY_UKM;
    case CKD_KDF_GOSTR3411_2012_256:
        return hash == HASH_STREEBOG_256;
    default:
        return false;
    }
}

/* The card sees nothing that was not looked at here. */
static CK_RV vko_check(const struct operation_place *place, const struct pubkey *key, enum hash hash,
                       struct vko *vko)
{
    struct bytes inner;

    if (vko->point.size != key->point_size && strict_whole(vko->point, DER_OCTET_STRING, &inner) == RESULT_OK)
        vko->point = inner;
    if (vko->ukm.size < GOST_DIVERSIFY_UKM || vko->ukm.size > UKM_MAX ||
        (hash == HASH_GOST94 && vko->ukm.size != GOST_DIVERSIFY_UKM) ||
        bytes_strip_zeros(vko->ukm).size == 0 || !vko_kdf_known(vko, hash) ||
        gost_check_point(place->crypto, key->curve, vko->point) != RESULT_OK)
        return CKR_MECHANISM_PARAM_INVALID;
    return CKR_OK;
}

/* The card does the last step by itself where it can, else it gives the point that both sides share. */
static CK_RV vko_agree(const struct operation_place *place, const struct object *key, enum hash hash,
                       const struct vko *vko, struct buf *out)
{
    const bool whole = hash == HASH_STREEBOG_256 && (key->key->can & CARD_CAN_VKO) != 0;
    const struct card_agreement with = { .how = whole ? CARD_CAN_VKO : CARD_CAN_GOST_DH,
                                         .point = vko->point,
                                         .ukm = whole ? vko->ukm : BYTES_NONE };
    SCOPED(secret_free) struct secret *shared = NULL;
    enum result result;

    TRY_RESULT(secret_new_empty(PUBKEY_POINT_MAX, &shared));
    TRY_RV(token_agree(place->token, key, &with, NULL, secret_buf(shared)));
    if (whole) {
        buf_add(out, secret_bytes(shared));
        return secret_size(shared) == hash_size(hash) ? rv_from_result(buf_check(out)) : CKR_DEVICE_ERROR;
    }
    result = gost_vko(place->crypto, key->public_key->curve, hash, secret_bytes(shared), vko->ukm, out);
    return result == RESULT_MALFORMED ? CKR_DEVICE_ERROR : rv_from_result(result);
}

static CK_RV vko_derive(const struct operation_place *place, const struct vko *vko, struct bytes sbox,
                        const struct secret *agreed, struct buf *out)
{
    const struct gost_kdf kdf = { KEK_LABEL, vko->ukm, 1, GOST_CIPHER_KEY, 0, GOST_CIPHER_KEY };
    enum result result;

    if (vko->kdf == CKD_KDF_GOSTR3411_2012_256) {
        TRY_RESULT(gost_kdf_tree(place->crypto, agreed, &kdf, out));
        return CKR_OK;
    }
    if (vko->kdf != CKD_NULL) {
        result = gost_diversify(place->crypto, secret_bytes(agreed), vko->ukm, sbox, out);
        return result == RESULT_UNSUPPORTED ? CKR_DOMAIN_PARAMS_INVALID : rv_from_result(result);
    }
    buf_add(out, secret_bytes(agreed));
    return rv_from_result(buf_check(out));
}

CK_RV gost_agreement_vko(const struct operation_place *place, const CK_MECHANISM *mechanism,
                         const struct object *key, const struct gost_wanted *wanted, struct secret **ret)
{
    const enum hash hash = mechanism_find(mechanism->mechanism)->hash;
    SCOPED(secret_free) struct secret *agreed = NULL;
    struct bytes sbox = wanted->sbox;
    struct vko vko = { 0 };

    if (sbox.size == 0)
        sbox = hash == HASH_GOST94 ? BYTES_OF(sbox_2001) : BYTES_OF(sbox_2012);
    TRY_RV(vko_read(mechanism, &vko));
    TRY_RV(vko_check(place, key->public_key, hash, &vko));
    if (wanted->length != 0 && wanted->length != hash_size(hash))
        return CKR_TEMPLATE_INCONSISTENT;
    TRY_RESULT(secret_new_empty(hash_size(hash), &agreed));
    TRY_RV(vko_agree(place, key, hash, &vko, secret_buf(agreed)));
    TRY_RESULT(secret_new_empty(hash_size(hash), ret));
    return vko_derive(place, &vko, sbox, agreed, secret_buf(*ret));
}

static CK_RV tree_read(const CK_MECHANISM *mechanism, struct gost_kdf *ret)
{
    CK_KDF_TREE_GOST_PARAMS params;

    if (mechanism->pParameter == NULL || mechanism->ulParameterLen != sizeof(params))
        return CKR_MECHANISM_PARAM_INVALID;
    memcpy(&params, mechanism->pParameter, sizeof(params));
    if ((params.pLabel == NULL && params.ulLabelLength != 0) ||
        (params.pSeed == NULL && params.ulSeedLength != 0) || params.ulOffset >= params.ulL)
        return CKR_MECHANISM_PARAM_INVALID;
    ret->label = bytes_make(params.pLabel, params.ulLabelLength);
    ret->seed = bytes_make(params.pSeed, params.ulSeedLength);
    ret->counter_size = params.ulR;
    ret->total = params.ulL;
    ret->offset = params.ulOffset;
    return CKR_OK;
}

static CK_RV tree_key(const struct operation_place *place, CK_OBJECT_HANDLE base, struct object **ret)
{
    TRY_RV(operation_key(place->token, base, ret));
    if ((*ret)->class != CKO_SECRET_KEY || (*ret)->value == NULL)
        return CKR_KEY_TYPE_INCONSISTENT;
    return operation_permitted(*ret, CKA_DERIVE, CKM_KDF_TREE_GOSTR3411_2012_256);
}

CK_RV gost_agreement_tree(const struct operation_place *place, const CK_MECHANISM *mechanism,
                          CK_OBJECT_HANDLE base, const struct gost_wanted *wanted, struct secret **ret)
{
    struct gost_kdf kdf = { 0 };
    struct object *key;
    enum result result;

    TRY_RV(tree_read(mechanism, &kdf));
    TRY_RV(tree_key(place, base, &key));
    kdf.size = wanted->length != 0 ? wanted->length : kdf.total - kdf.offset;
    if (kdf.size > TREE_SIZE_MAX || kdf.size > kdf.total - kdf.offset)
        return CKR_TEMPLATE_INCONSISTENT;
    TRY_RESULT(secret_new_empty(kdf.size, ret));
    result = gost_kdf_tree(place->crypto, key->value, &kdf, secret_buf(*ret));
    return result == RESULT_BAD_ARGUMENT ? CKR_MECHANISM_PARAM_INVALID : rv_from_result(result);
}
