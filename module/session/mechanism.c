/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/mechanism.h"

#include <string.h>

#include "asn1/gost.h"
#include "module/crypto/padding.h"
#include "pkcs11-headers/pkcs11-gost.h"

#define RSA KIND_BIT(KEY_RSA)
#define EC KIND_BIT(KEY_EC)
#define EDWARDS KIND_BIT(KEY_EDWARDS)
#define MONTGOMERY KIND_BIT(KEY_MONTGOMERY)
#define GOST2001 KIND_BIT(KEY_GOST2001)
#define GOST256 KIND_BIT(KEY_GOST256)
#define GOST512 KIND_BIT(KEY_GOST512)
#define GOST (GOST2001 | GOST256 | GOST512)

#define SIGN (CKF_SIGN | CKF_VERIFY)
#define RECOVER (CKF_SIGN_RECOVER | CKF_VERIFY_RECOVER)
#define CRYPT (CKF_ENCRYPT | CKF_DECRYPT)
#define WRAP (CKF_WRAP | CKF_UNWRAP)

/* What the public half does; the card is needed for the rest. */
#define HOST_USES (CKF_VERIFY | CKF_VERIFY_RECOVER | CKF_ENCRYPT | CKF_WRAP | CKF_DIGEST)

#define HASHED(hash_, ckm_rsa, ckm_pss, ckm_ecdsa, ckm_digest)                                               \
    { ckm_rsa, RSA, SHAPE_PKCS1, hash_, SIGN }, { ckm_pss, RSA, SHAPE_PSS, hash_, SIGN },                    \
        { ckm_ecdsa, EC, SHAPE_ECDSA, hash_, SIGN },                                                         \
    {                                                                                                        \
        ckm_digest, 0, SHAPE_NONE, hash_, CKF_DIGEST                                                         \
    }

static const struct mechanism mechanisms[] = {
    { CKM_RSA_PKCS_KEY_PAIR_GEN, RSA, SHAPE_NONE, HASH_NONE, CKF_GENERATE_KEY_PAIR },
    { CKM_EC_KEY_PAIR_GEN, EC, SHAPE_NONE, HASH_NONE, CKF_GENERATE_KEY_PAIR },
    { CKM_EC_EDWARDS_KEY_PAIR_GEN, EDWARDS, SHAPE_NONE, HASH_NONE, CKF_GENERATE_KEY_PAIR },
    { CKM_EC_MONTGOMERY_KEY_PAIR_GEN, MONTGOMERY, SHAPE_NONE, HASH_NONE, CKF_GENERATE_KEY_PAIR },

    { CKM_RSA_PKCS, RSA, SHAPE_PKCS1, HASH_NONE, SIGN | RECOVER | CRYPT | WRAP },
    { CKM_RSA_X_509, RSA, SHAPE_RAW, HASH_NONE, SIGN | RECOVER | CRYPT | WRAP },
    { CKM_RSA_PKCS_OAEP, RSA, SHAPE_OAEP, HASH_NONE, CRYPT | WRAP },
    { CKM_RSA_PKCS_PSS, RSA, SHAPE_PSS, HASH_NONE, SIGN },
    { CKM_ECDSA, EC, SHAPE_ECDSA, HASH_NONE, SIGN },
    { CKM_EDDSA, EDWARDS, SHAPE_EDDSA, HASH_NONE, SIGN },
    { CKM_ECDH1_DERIVE, EC | MONTGOMERY, SHAPE_AGREE, HASH_NONE, CKF_DERIVE },
    { CKM_ECDH1_COFACTOR_DERIVE, EC, SHAPE_AGREE, HASH_NONE, CKF_DERIVE },
    { CKM_AES_KEY_WRAP, EC | MONTGOMERY, SHAPE_KEY_WRAP, HASH_NONE, CKF_UNWRAP },

    { CKM_GOSTR3410_KEY_PAIR_GEN, GOST2001 | GOST256, SHAPE_NONE, HASH_NONE, CKF_GENERATE_KEY_PAIR },
    { CKM_GOSTR3410_512_KEY_PAIR_GEN, GOST512, SHAPE_NONE, HASH_NONE, CKF_GENERATE_KEY_PAIR },
    { CKM_GOSTR3410, GOST2001 | GOST256, SHAPE_GOST, HASH_NONE, SIGN },
    { CKM_GOSTR3410_512, GOST512, SHAPE_GOST, HASH_NONE, SIGN },
    { CKM_GOSTR3410_WITH_GOSTR3411, GOST2001 | GOST256, SHAPE_GOST, HASH_GOST94, SIGN },
    { CKM_GOSTR3410_WITH_GOSTR3411_12_256, GOST256, SHAPE_GOST, HASH_STREEBOG_256, SIGN },
    { CKM_GOSTR3410_WITH_GOSTR3411_12_512, GOST512, SHAPE_GOST, HASH_STREEBOG_512, SIGN },
    { CKM_GOSTR3410_DERIVE, GOST2001 | GOST256, SHAPE_VKO, HASH_GOST94, CKF_DERIVE },
    { CKM_GOSTR3410_12_DERIVE, GOST256 | GOST512, SHAPE_VKO, HASH_STREEBOG_256, CKF_DERIVE },
    { CKM_VKO_GOSTR3410_2012_512, GOST512, SHAPE_VKO, HASH_STREEBOG_512, CKF_DERIVE },
    { CKM_KDF_TREE_GOSTR3411_2012_256, GOST, SHAPE_TREE, HASH_STREEBOG_256, CKF_DERIVE },
    { CKM_GOSTR3411_HMAC, GOST, SHAPE_HMAC, HASH_GOST94, SIGN },
    { CKM_GOSTR3411_12_256_HMAC, GOST, SHAPE_HMAC, HASH_STREEBOG_256, SIGN },
    { CKM_GOSTR3411_12_512_HMAC, GOST, SHAPE_HMAC, HASH_STREEBOG_512, SIGN },
    { CKM_GOSTR3411, 0, SHAPE_NONE, HASH_GOST94, CKF_DIGEST },
    { CKM_GOSTR3411_12_256, 0, SHAPE_NONE, HASH_STREEBOG_256, CKF_DIGEST },
    { CKM_GOSTR3411_12_512, 0, SHAPE_NONE, HASH_STREEBOG_512, CKF_DIGEST },

    HASHED(HASH_SHA1, CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKM_ECDSA_SHA1, CKM_SHA_1),
    HASHED(HASH_SHA224, CKM_SHA224_RSA_PKCS, CKM_SHA224_RSA_PKCS_PSS, CKM_ECDSA_SHA224, CKM_SHA224),
    HASHED(HASH_SHA256, CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS, CKM_ECDSA_SHA256, CKM_SHA256),
    HASHED(HASH_SHA384, CKM_SHA384_RSA_PKCS, CKM_SHA384_RSA_PKCS_PSS, CKM_ECDSA_SHA384, CKM_SHA384),
    HASHED(HASH_SHA512, CKM_SHA512_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS, CKM_ECDSA_SHA512, CKM_SHA512),
    HASHED(HASH_SHA3_224, CKM_SHA3_224_RSA_PKCS, CKM_SHA3_224_RSA_PKCS_PSS, CKM_ECDSA_SHA3_224, CKM_SHA3_224),
    HASHED(HASH_SHA3_256, CKM_SHA3_256_RSA_PKCS, CKM_SHA3_256_RSA_PKCS_PSS, CKM_ECDSA_SHA3_256, CKM_SHA3_256),
    HASHED(HASH_SHA3_384, CKM_SHA3_384_RSA_PKCS, CKM_SHA3_384_RSA_PKCS_PSS, CKM_ECDSA_SHA3_384, CKM_SHA3_384),
    HASHED(HASH_SHA3_512, CKM_SHA3_512_RSA_PKCS, CKM_SHA3_512_RSA_PKCS_PSS, CKM_ECDSA_SHA3_512, CKM_SHA3_512),
};

#define MECHANISM_COUNT (sizeof(mechanisms) / sizeof(mechanisms[0]))

static const struct {
    CK_RSA_PKCS_MGF_TYPE mgf;
    enum hash hash;
} mask_generators[] = {
    { CKG_MGF1_SHA1, HASH_SHA1 },         { CKG_MGF1_SHA224, HASH_SHA224 },
    { CKG_MGF1_SHA256, HASH_SHA256 },     { CKG_MGF1_SHA384, HASH_SHA384 },
    { CKG_MGF1_SHA512, HASH_SHA512 },     { CKG_MGF1_SHA3_224, HASH_SHA3_224 },
    { CKG_MGF1_SHA3_256, HASH_SHA3_256 }, { CKG_MGF1_SHA3_384, HASH_SHA3_384 },
    { CKG_MGF1_SHA3_512, HASH_SHA3_512 },
};

static const struct {
    CK_EC_KDF_TYPE kdf;
    enum hash hash;
} key_derivations[] = {
    { CKD_SHA1_KDF, HASH_SHA1 },         { CKD_SHA224_KDF, HASH_SHA224 },
    { CKD_SHA256_KDF, HASH_SHA256 },     { CKD_SHA384_KDF, HASH_SHA384 },
    { CKD_SHA512_KDF, HASH_SHA512 },     { CKD_SHA3_224_KDF, HASH_SHA3_224 },
    { CKD_SHA3_256_KDF, HASH_SHA3_256 }, { CKD_SHA3_384_KDF, HASH_SHA3_384 },
    { CKD_SHA3_512_KDF, HASH_SHA3_512 },
};

const struct mechanism *mechanism_find(CK_MECHANISM_TYPE type)
{
    for (size_t i = 0; i < MECHANISM_COUNT; i++)
        if (mechanisms[i].type == type)
            return &mechanisms[i];
    return NULL;
}

enum hash mechanism_hash(CK_MECHANISM_TYPE type)
{
    const struct mechanism *row = mechanism_find(type);
    return row != NULL && row->uses == CKF_DIGEST ? row->hash : HASH_NONE;
}

static enum hash mechanism_mgf_hash(CK_RSA_PKCS_MGF_TYPE mgf)
{
    for (size_t i = 0; i < sizeof(mask_generators) / sizeof(mask_generators[0]); i++)
        if (mask_generators[i].mgf == mgf)
            return mask_generators[i].hash;
    return HASH_NONE;
}

enum hash mechanism_kdf_hash(CK_EC_KDF_TYPE kdf)
{
    for (size_t i = 0; i < sizeof(key_derivations) / sizeof(key_derivations[0]); i++)
        if (key_derivations[i].kdf == kdf)
            return key_derivations[i].hash;
    return HASH_NONE;
}

unsigned mechanism_card_can(const struct mechanism *row, CK_FLAGS use)
{
    if ((use & HOST_USES) != 0)
        return 0;
    switch (row->shape) {
    case SHAPE_PKCS1:
        return (use & (CKF_DECRYPT | CKF_UNWRAP)) != 0 ? CARD_CAN_RSA_RAW | CARD_CAN_RSA_PKCS1_UNWRAP
                                                       : CARD_CAN_RSA_RAW | CARD_CAN_RSA_PKCS1_SIGN;
    case SHAPE_RAW:
    case SHAPE_PSS:
    case SHAPE_OAEP:
        return CARD_CAN_RSA_RAW;
    case SHAPE_ECDSA:
        return CARD_CAN_ECDSA;
    case SHAPE_EDDSA:
        return CARD_CAN_EDDSA;
    case SHAPE_AGREE:
    case SHAPE_KEY_WRAP: /* of no use without */
        return CARD_CAN_ECDH;
    case SHAPE_GOST:
        return CARD_CAN_GOST;
    case SHAPE_VKO:
        return row->hash == HASH_STREEBOG_256 ? CARD_CAN_VKO | CARD_CAN_GOST_DH : CARD_CAN_GOST_DH;
    case SHAPE_HMAC:
    case SHAPE_TREE:
    case SHAPE_NONE:
        break;
    }
    return 0;
}

/* The parameter as a structure of exactly SIZE bytes, whatever its alignment. */
static CK_RV params_copy(const CK_MECHANISM *mechanism, void *ret, size_t size)
{
    if (mechanism->pParameter == NULL || mechanism->ulParameterLen != size)
        return CKR_MECHANISM_PARAM_INVALID;
    memcpy(ret, mechanism->pParameter, size);
    return CKR_OK;
}

static CK_RV params_read_pss(const struct mechanism *row, const CK_MECHANISM *mechanism,
                             const struct pubkey *key, struct mechanism_params *ret)
{
    CK_RSA_PKCS_PSS_PARAMS given;
    CK_RV rv = params_copy(mechanism, &given, sizeof(given));
    if (rv != CKR_OK)
        return rv;
    ret->hash = mechanism_hash(given.hashAlg);
    ret->mgf = mechanism_mgf_hash(given.mgf);
    ret->salt = given.sLen;
    if (ret->hash == HASH_NONE || ret->mgf == HASH_NONE || (row->hash != HASH_NONE && ret->hash != row->hash))
        return CKR_MECHANISM_PARAM_INVALID;
    if (key != NULL && (given.sLen > PUBKEY_MODULUS_MAX ||
                        (long)given.sLen > padding_pss_salt_max(ret->hash, pubkey_bits(key))))
        return CKR_MECHANISM_PARAM_INVALID;
    return CKR_OK;
}

static CK_RV params_read_oaep(const CK_MECHANISM *mechanism, const struct pubkey *key,
                              struct mechanism_params *ret)
{
    CK_RSA_PKCS_OAEP_PARAMS given;
    CK_RV rv = params_copy(mechanism, &given, sizeof(given));
    if (rv != CKR_OK)
        return rv;
    ret->hash = mechanism_hash(given.hashAlg);
    ret->mgf = mechanism_mgf_hash(given.mgf);
    if (ret->hash == HASH_NONE || ret->mgf == HASH_NONE)
        return CKR_MECHANISM_PARAM_INVALID;
    if (given.source != CKZ_DATA_SPECIFIED && (given.source != 0 || given.ulSourceDataLen != 0))
        return CKR_MECHANISM_PARAM_INVALID;
    if (given.ulSourceDataLen > sizeof(ret->label) ||
        (given.pSourceData == NULL && given.ulSourceDataLen != 0))
        return CKR_MECHANISM_PARAM_INVALID;
    if (given.ulSourceDataLen != 0)
        memcpy(ret->label, given.pSourceData, given.ulSourceDataLen);
    ret->label_size = given.ulSourceDataLen;
    if (key != NULL && padding_oaep_max(ret->hash, key->modulus_size) < 0)
        return CKR_MECHANISM_PARAM_INVALID;
    return CKR_OK;
}

static CK_RV params_read_eddsa(const CK_MECHANISM *mechanism)
{
    CK_EDDSA_PARAMS given;
    if (mechanism->ulParameterLen == 0)
        return CKR_OK;
    CK_RV rv = params_copy(mechanism, &given, sizeof(given));
    if (rv != CKR_OK)
        return rv;
    /* cards sign pure Ed25519: neither prehashed nor with a context */
    return given.phFlag == CK_FALSE && given.ulContextDataLen == 0 ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

/* NULL, or the hash by its identifier or that of its parameters; where the data is not hashed here, one that
 * fits the key. */
static CK_RV params_read_gost(const struct mechanism *row, const CK_MECHANISM *mechanism,
                              const struct pubkey *key)
{
    const struct bytes oid = bytes_make(mechanism->pParameter, mechanism->ulParameterLen);
    enum hash named = gost_digest_from_oid(oid);

    if (mechanism->ulParameterLen == 0)
        return CKR_OK;
    if (mechanism->pParameter == NULL)
        return CKR_MECHANISM_PARAM_INVALID;
    if (named == HASH_NONE && hash_from_oid(oid, &named) != RESULT_OK)
        return CKR_MECHANISM_PARAM_INVALID;
    if (row->hash != HASH_NONE)
        return named == row->hash ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
    if (key == NULL || (named != HASH_GOST94 && named != HASH_STREEBOG_256 && named != HASH_STREEBOG_512))
        return CKR_MECHANISM_PARAM_INVALID;
    return hash_size(named) == curve_size(key->curve) ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

CK_RV mechanism_params_read(const struct mechanism *row, const CK_MECHANISM *mechanism,
                            const struct pubkey *key, struct mechanism_params *ret)
{
    *ret = (struct mechanism_params){ .hash = row->hash };
    switch (row->shape) {
    case SHAPE_PSS:
        return params_read_pss(row, mechanism, key, ret);
    case SHAPE_OAEP:
        return params_read_oaep(mechanism, key, ret);
    case SHAPE_EDDSA:
        return params_read_eddsa(mechanism);
    case SHAPE_AGREE:
    case SHAPE_VKO:
    case SHAPE_TREE:
        return CKR_OK;
    case SHAPE_GOST:
    case SHAPE_HMAC:
        return params_read_gost(row, mechanism, key);
    case SHAPE_NONE:
        if (gost_digest_oid(row->hash).size != 0)
            return params_read_gost(row, mechanism, key);
        break;
    case SHAPE_RAW:
    case SHAPE_PKCS1:
    case SHAPE_ECDSA:
    case SHAPE_KEY_WRAP:
        break;
    }
    return mechanism->ulParameterLen == 0 ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

/* No key of the card is needed; it is told of only where there are keys that go with it. */
static bool mechanism_on_host(const struct mechanism *row)
{
    return row->shape == SHAPE_HMAC || row->shape == SHAPE_TREE || row->shape == SHAPE_KEY_WRAP;
}

/* What ROW can do with the card's keys of one sort. */
static CK_FLAGS mechanism_uses(const struct mechanism *row, const struct card_algorithm *algorithm)
{
    CK_FLAGS uses = 0;
    if ((row->kinds & KIND_BIT(algorithm->kind)) == 0)
        return 0;
    if (mechanism_on_host(row)) {
        const unsigned before = mechanism_card_can(row, row->uses);
        return before == 0 || (before & algorithm->can) != 0 ? row->uses : 0;
    }
    if ((row->uses & CKF_GENERATE_KEY_PAIR) != 0)
        return algorithm->generate ? CKF_GENERATE_KEY_PAIR : 0;
    for (CK_FLAGS use = CKF_ENCRYPT; use <= CKF_DERIVE; use <<= 1)
        if ((row->uses & use) != 0 && (mechanism_card_can(row, use) & algorithm->can) != 0)
            uses |= use;
    /* the host's part is told only where the card does the other half */
    return uses != 0 ? uses | (row->uses & HOST_USES) : 0;
}

static CK_FLAGS mechanism_curve_flags(const struct mechanism *row)
{
    if (mechanism_on_host(row))
        return 0;
    if ((row->kinds & EC) != 0)
        return CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS;
    return (row->kinds & (EDWARDS | MONTGOMERY)) != 0 ? CKF_EC_NAMEDCURVE : 0;
}

/* In bits, for AES in bytes; the standard has no use for sizes of GOST keys. */
static void mechanism_sizes(const struct mechanism *row, const struct card_algorithm *algorithm,
                            CK_ULONG *min, CK_ULONG *max)
{
    *min = *max = 0;
    if (row->shape == SHAPE_KEY_WRAP) {
        *min = 16;
        *max = 32;
    } else if (algorithm->kind == KEY_RSA) {
        *min = algorithm->min_bits;
        *max = algorithm->max_bits;
    } else if (!key_kind_is_gost(algorithm->kind)) {
        *min = *max = pubkey_bits(&(struct pubkey){ .kind = algorithm->kind, .curve = algorithm->curve });
    }
}

static bool mechanism_describe(const struct mechanism *row, const struct card_algorithm *algorithms,
                               CK_MECHANISM_INFO *ret)
{
    const CK_FLAGS hardware = mechanism_on_host(row) ? 0 : CKF_HW;

    *ret = (CK_MECHANISM_INFO){ 0, 0, row->uses & CKF_DIGEST };
    for (; row->kinds != 0 && algorithms != NULL && algorithms->kind != KEY_NONE; algorithms++) {
        CK_FLAGS uses = mechanism_uses(row, algorithms);
        CK_ULONG min, max;
        if (uses == 0)
            continue;
        mechanism_sizes(row, algorithms, &min, &max);
        if (ret->flags == 0 || min < ret->ulMinKeySize)
            ret->ulMinKeySize = min;
        if (max > ret->ulMaxKeySize)
            ret->ulMaxKeySize = max;
        ret->flags |= uses | hardware | mechanism_curve_flags(row);
    }
    if ((ret->flags & CKF_SIGN) != 0)
        ret->flags |= CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY | CKF_MULTI_MESSAGE;
    return ret->flags != 0;
}

CK_RV mechanism_list(const struct card_algorithm *algorithms, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
    CK_MECHANISM_INFO info;
    CK_ULONG found = 0, room = *count;
    for (size_t i = 0; i < MECHANISM_COUNT; i++) {
        if (!mechanism_describe(&mechanisms[i], algorithms, &info))
            continue;
        if (list != NULL && found < room)
            list[found] = mechanisms[i].type;
        found++;
    }
    *count = found;
    return list != NULL && found > room ? CKR_BUFFER_TOO_SMALL : CKR_OK;
}

CK_RV mechanism_info(const struct card_algorithm *algorithms, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *ret)
{
    const struct mechanism *row = mechanism_find(type);
    CK_MECHANISM_INFO info;
    if (row == NULL || !mechanism_describe(row, algorithms, &info))
        return CKR_MECHANISM_INVALID;
    *ret = info;
    return CKR_OK;
}
