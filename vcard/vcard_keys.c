/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_keys.h"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>
#include <openssl/rsa.h>
#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_ossl.h"

enum kind {
    KIND_RSA,
    KIND_EC,
    KIND_ED25519,
    KIND_X25519,
};

struct algorithm {
    uint8_t id;
    enum kind kind;
    size_t size; /* of the modulus or field, in bytes */
    const char *name;
    int curve;
    uint32_t tag; /* of the private number in IMPORT */
};

static const struct algorithm algorithms[] = {
    { VCARD_RSA1024, KIND_RSA, 128, "RSA", 0, 0 },
    { VCARD_RSA2048, KIND_RSA, 256, "RSA", 0, 0 },
    { VCARD_RSA3072, KIND_RSA, 384, "RSA", 0, 0 },
    { VCARD_RSA4096, KIND_RSA, 512, "RSA", 0, 0 },
    { VCARD_P256, KIND_EC, 32, "P-256", NID_X9_62_prime256v1, 0x06 },
    { VCARD_P384, KIND_EC, 48, "P-384", NID_secp384r1, 0x06 },
    { VCARD_ED25519, KIND_ED25519, 32, "ED25519", 0, 0x07 },
    { VCARD_X25519, KIND_X25519, 32, "X25519", 0, 0x08 },
};

static const struct algorithm *algorithm_find(uint8_t id)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
        if (algorithms[i].id == id)
            return &algorithms[i];
    }
    return NULL;
}

bool vcard_key_known(uint8_t algorithm)
{
    return algorithm_find(algorithm) != NULL;
}

size_t vcard_key_size(uint8_t algorithm)
{
    const struct algorithm *row = algorithm_find(algorithm);

    return row ? row->size : 0;
}

enum result vcard_key_generate(OSSL_LIB_CTX *crypto, uint8_t algorithm, EVP_PKEY **ret)
{
    const struct algorithm *row = algorithm_find(algorithm);

    *ret = NULL;
    if (!row)
        return RESULT_UNSUPPORTED;
    if (row->kind == KIND_RSA)
        *ret = EVP_PKEY_Q_keygen(crypto, NULL, "RSA", row->size * 8);
    else if (row->kind == KIND_EC)
        *ret = EVP_PKEY_Q_keygen(crypto, NULL, "EC", row->name);
    else
        *ret = EVP_PKEY_Q_keygen(crypto, NULL, row->name);
    return *ret ? RESULT_OK : RESULT_INTERNAL;
}

/* The factors and what follows from them */
struct rsa_numbers {
    BIGNUM *p, *q, *dp, *dq, *qinv, *n, *d, *e;
};

static void rsa_numbers_free(struct rsa_numbers *numbers)
{
    BIGNUM *const all[] = { numbers->p,    numbers->q, numbers->dp, numbers->dq,
                            numbers->qinv, numbers->n, numbers->d,  numbers->e };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        BN_clear_free(all[i]);
}

static enum result number_take(struct bytes value, size_t size, BIGNUM **ret)
{
    if (value.size != size)
        return RESULT_MALFORMED;
    /* "secure" numbers are wiped by the library wherever it copies them */
    *ret = BN_secure_new();
    if (!*ret || !BN_bin2bn(value.data, (int)value.size, *ret))
        return RESULT_NO_MEMORY;
    return RESULT_OK;
}

static enum result number_read(struct bytes fields, uint32_t tag, size_t size, BIGNUM **ret)
{
    struct bytes value;

    if (tlv_find(fields, tag, &value) != RESULT_OK)
        return RESULT_MALFORMED;
    return number_take(value, size, ret);
}

static bool inverse_equals(const BIGNUM *given, const BIGNUM *number, const BIGNUM *modulus, BN_CTX *ctx)
{
    SCOPED(ossl_bn_free) BIGNUM *inverse = BN_secure_new();

    return inverse && BN_mod_inverse(inverse, number, modulus, ctx) && BN_cmp(inverse, given) == 0;
}

/* Computes n and d and holds the given exponents and coefficient against the factors */
static enum result rsa_numbers_complete(struct rsa_numbers *numbers, size_t size, BN_CTX *ctx)
{
    SCOPED(ossl_bn_free) BIGNUM *p1 = BN_secure_new();
    SCOPED(ossl_bn_free) BIGNUM *q1 = BN_secure_new();
    SCOPED(ossl_bn_free) BIGNUM *phi = BN_secure_new();

    numbers->n = BN_new();
    numbers->d = BN_secure_new();
    numbers->e = BN_new();
    if (!p1 || !q1 || !phi || !numbers->n || !numbers->d || !numbers->e)
        return RESULT_NO_MEMORY;
    if (!BN_is_odd(numbers->p) || !BN_is_odd(numbers->q) || BN_cmp(numbers->p, numbers->q) == 0)
        return RESULT_MALFORMED;
    if (!BN_set_word(numbers->e, VCARD_EXPONENT) || !BN_mul(numbers->n, numbers->p, numbers->q, ctx) ||
        !BN_sub(p1, numbers->p, BN_value_one()) || !BN_sub(q1, numbers->q, BN_value_one()) ||
        !BN_mul(phi, p1, q1, ctx))
        return RESULT_NO_MEMORY;
    if ((size_t)BN_num_bits(numbers->n) != size * 8 || !BN_mod_inverse(numbers->d, numbers->e, phi, ctx))
        return RESULT_MALFORMED;
    if (!inverse_equals(numbers->dp, numbers->e, p1, ctx) ||
        !inverse_equals(numbers->dq, numbers->e, q1, ctx) ||
        !inverse_equals(numbers->qinv, numbers->q, numbers->p, ctx))
        return RESULT_MALFORMED;
    return RESULT_OK;
}

static enum result pkey_build(OSSL_LIB_CTX *crypto, const char *type, OSSL_PARAM_BLD *builder, int selection,
                              EVP_PKEY **ret)
{
    SCOPED(ossl_params_free) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    SCOPED(ossl_pkey_ctx_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(crypto, type, NULL);

    if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) != 1)
        return RESULT_NO_MEMORY;
    return EVP_PKEY_fromdata(ctx, ret, selection, params) == 1 ? RESULT_OK : RESULT_MALFORMED;
}

static enum result rsa_build(OSSL_LIB_CTX *crypto, const struct rsa_numbers *numbers, EVP_PKEY **ret)
{
    const struct {
        const char *name;
        const BIGNUM *value;
    } params[] = {
        { OSSL_PKEY_PARAM_RSA_N, numbers->n },          { OSSL_PKEY_PARAM_RSA_E, numbers->e },
        { OSSL_PKEY_PARAM_RSA_D, numbers->d },          { OSSL_PKEY_PARAM_RSA_FACTOR1, numbers->p },
        { OSSL_PKEY_PARAM_RSA_FACTOR2, numbers->q },    { OSSL_PKEY_PARAM_RSA_EXPONENT1, numbers->dp },
        { OSSL_PKEY_PARAM_RSA_EXPONENT2, numbers->dq }, { OSSL_PKEY_PARAM_RSA_COEFFICIENT1, numbers->qinv },
    };
    SCOPED(ossl_builder_free) OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();

    for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
        if (!builder || !OSSL_PARAM_BLD_push_BN(builder, params[i].name, params[i].value))
            return RESULT_NO_MEMORY;
    }
    return pkey_build(crypto, "RSA", builder, EVP_PKEY_KEYPAIR, ret);
}

static enum result rsa_import(OSSL_LIB_CTX *crypto, const struct algorithm *row, struct bytes fields,
                              EVP_PKEY **ret)
{
    SCOPED(rsa_numbers_free) struct rsa_numbers numbers = { 0 };
    SCOPED(ossl_bn_ctx_free) BN_CTX *ctx = BN_CTX_secure_new_ex(crypto);
    size_t half = row->size / 2;

    if (!ctx)
        return RESULT_NO_MEMORY;
    TRY(number_read(fields, 0x01, half, &numbers.p));
    TRY(number_read(fields, 0x02, half, &numbers.q));
    TRY(number_read(fields, 0x03, half, &numbers.dp));
    TRY(number_read(fields, 0x04, half, &numbers.dq));
    TRY(number_read(fields, 0x05, half, &numbers.qinv));
    TRY(rsa_numbers_complete(&numbers, row->size, ctx));
    return rsa_build(crypto, &numbers, ret);
}

/* What the exponents and the coefficient must be */
static enum result rsa_numbers_derive(struct rsa_numbers *numbers, BN_CTX *ctx)
{
    SCOPED(ossl_bn_free) BIGNUM *e = BN_new();
    SCOPED(ossl_bn_free) BIGNUM *p1 = BN_secure_new();
    SCOPED(ossl_bn_free) BIGNUM *q1 = BN_secure_new();

    if (!BN_is_odd(numbers->p) || !BN_is_odd(numbers->q))
        return RESULT_MALFORMED;
    numbers->dp = BN_secure_new();
    numbers->dq = BN_secure_new();
    numbers->qinv = BN_secure_new();
    if (!e || !p1 || !q1 || !numbers->dp || !numbers->dq || !numbers->qinv ||
        !BN_set_word(e, VCARD_EXPONENT) || !BN_sub(p1, numbers->p, BN_value_one()) ||
        !BN_sub(q1, numbers->q, BN_value_one()))
        return RESULT_NO_MEMORY;
    if (!BN_mod_inverse(numbers->dp, e, p1, ctx) || !BN_mod_inverse(numbers->dq, e, q1, ctx) ||
        !BN_mod_inverse(numbers->qinv, numbers->q, numbers->p, ctx))
        return RESULT_MALFORMED;
    return RESULT_OK;
}

enum result vcard_key_factors(OSSL_LIB_CTX *crypto, uint8_t algorithm, struct bytes p, struct bytes q,
                              EVP_PKEY **ret)
{
    const struct algorithm *row = algorithm_find(algorithm);
    SCOPED(rsa_numbers_free) struct rsa_numbers numbers = { 0 };
    SCOPED(ossl_bn_ctx_free) BN_CTX *ctx = BN_CTX_secure_new_ex(crypto);

    *ret = NULL;
    if (!row || row->kind != KIND_RSA)
        return RESULT_UNSUPPORTED;
    if (!ctx)
        return RESULT_NO_MEMORY;
    TRY(number_take(p, row->size / 2, &numbers.p));
    TRY(number_take(q, row->size / 2, &numbers.q));
    TRY(rsa_numbers_derive(&numbers, ctx));
    TRY(rsa_numbers_complete(&numbers, row->size, ctx));
    return rsa_build(crypto, &numbers, ret);
}

/* The public point of a scalar; RESULT_MALFORMED if the scalar is out of range */
static enum result ec_public(OSSL_LIB_CTX *crypto, const struct algorithm *row, const BIGNUM *scalar,
                             struct buf *out)
{
    SCOPED(ossl_bn_ctx_free) BN_CTX *ctx = BN_CTX_secure_new_ex(crypto);
    SCOPED(ossl_group_free) EC_GROUP *group = EC_GROUP_new_by_curve_name_ex(crypto, NULL, row->curve);
    SCOPED(ossl_point_free) EC_POINT *point = group ? EC_POINT_new(group) : NULL;
    size_t size = 1 + 2 * row->size;
    uint8_t *place = buf_reserve(out, size);

    if (!ctx || !point || !place)
        return RESULT_NO_MEMORY;
    if (BN_is_zero(scalar) || BN_cmp(scalar, EC_GROUP_get0_order(group)) >= 0)
        return RESULT_MALFORMED;
    if (!EC_POINT_mul(group, point, scalar, NULL, NULL, ctx) ||
        EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, place, size, ctx) != size)
        return RESULT_INTERNAL;
    return RESULT_OK;
}

static enum result ec_import(OSSL_LIB_CTX *crypto, const struct algorithm *row, struct bytes fields,
                             EVP_PKEY **ret)
{
    uint8_t memory[VCARD_POINT_MAX];
    struct buf point = BUF_OVER(memory);
    SCOPED(ossl_bn_free) BIGNUM *scalar = NULL;
    SCOPED(ossl_builder_free) OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();

    TRY(number_read(fields, row->tag, row->size, &scalar));
    TRY(ec_public(crypto, row, scalar, &point));
    if (!builder || !OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, row->name, 0) ||
        !OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data, point.size) ||
        !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar))
        return RESULT_NO_MEMORY;
    return pkey_build(crypto, "EC", builder, EVP_PKEY_KEYPAIR, ret);
}

static enum result raw_import(OSSL_LIB_CTX *crypto, const struct algorithm *row, struct bytes fields,
                              EVP_PKEY **ret)
{
    struct bytes value;

    if (tlv_find(fields, row->tag, &value) != RESULT_OK || value.size != row->size)
        return RESULT_MALFORMED;
    *ret = EVP_PKEY_new_raw_private_key_ex(crypto, row->name, NULL, value.data, value.size);
    return *ret ? RESULT_OK : RESULT_INTERNAL;
}

enum result vcard_key_import(OSSL_LIB_CTX *crypto, uint8_t algorithm, struct bytes fields, EVP_PKEY **ret)
{
    const struct algorithm *row = algorithm_find(algorithm);

    *ret = NULL;
    if (!row)
        return RESULT_UNSUPPORTED;
    if (row->kind == KIND_RSA)
        return rsa_import(crypto, row, fields, ret);
    if (row->kind == KIND_EC)
        return ec_import(crypto, row, fields, ret);
    return raw_import(crypto, row, fields, ret);
}

/* Appends a number of the key as a data object of SIZE bytes, or without leading zeros if SIZE is 0 */
static enum result number_add(const EVP_PKEY *pkey, const char *name, uint32_t tag, size_t size,
                              struct buf *out)
{
    SCOPED(ossl_bn_free) BIGNUM *number = NULL;
    uint8_t *place;

    if (!EVP_PKEY_get_bn_param(pkey, name, &number))
        return RESULT_INTERNAL;
    if (size == 0)
        size = (size_t)BN_num_bytes(number);
    tlv_add_header(out, tag, size);
    place = buf_reserve(out, size);
    if (!place || BN_bn2binpad(number, place, (int)size) != (int)size)
        return RESULT_TOO_LARGE;
    return RESULT_OK;
}

static enum result rsa_export(const EVP_PKEY *pkey, const struct algorithm *row, struct buf *out)
{
    static const char *const names[] = {
        OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,      OSSL_PKEY_PARAM_RSA_EXPONENT1,
        OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        TRY(number_add(pkey, names[i], 0x01 + (uint32_t)i, row->size / 2, out));
    return RESULT_OK;
}

static enum result raw_export(const EVP_PKEY *pkey, const struct algorithm *row, struct buf *out)
{
    size_t size = row->size;
    uint8_t *place;

    tlv_add_header(out, row->tag, size);
    place = buf_reserve(out, size);
    if (!place || EVP_PKEY_get_raw_private_key(pkey, place, &size) != 1)
        return RESULT_INTERNAL;
    return RESULT_OK;
}

enum result vcard_key_export(const EVP_PKEY *pkey, uint8_t algorithm, struct buf *out)
{
    const struct algorithm *row = algorithm_find(algorithm);

    if (!row)
        return RESULT_UNSUPPORTED;
    if (row->kind == KIND_RSA)
        return rsa_export(pkey, row, out);
    if (row->kind == KIND_EC)
        return number_add(pkey, OSSL_PKEY_PARAM_PRIV_KEY, row->tag, row->size, out);
    return raw_export(pkey, row, out);
}

static enum result point_add(const EVP_PKEY *pkey, const struct algorithm *row, struct buf *out)
{
    uint8_t point[VCARD_POINT_MAX];
    size_t size = sizeof(point);

    if (row->kind == KIND_EC) {
        if (!EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &size))
            return RESULT_INTERNAL;
    } else if (EVP_PKEY_get_raw_public_key(pkey, point, &size) != 1) {
        return RESULT_INTERNAL;
    }
    tlv_add(out, 0x86, bytes_make(point, size));
    return buf_check(out);
}

enum result vcard_key_public(const EVP_PKEY *pkey, uint8_t algorithm, struct buf *out)
{
    const struct algorithm *row = algorithm_find(algorithm);

    if (!row)
        return RESULT_UNSUPPORTED;
    if (row->kind != KIND_RSA)
        return point_add(pkey, row, out);
    TRY(number_add(pkey, OSSL_PKEY_PARAM_RSA_N, 0x81, row->size, out));
    return number_add(pkey, OSSL_PKEY_PARAM_RSA_E, 0x82, 0, out);
}

static bool block_fits(const EVP_PKEY *pkey, struct bytes block)
{
    SCOPED(ossl_bn_free) BIGNUM *modulus = NULL;
    SCOPED(ossl_bn_free) BIGNUM *number = BN_bin2bn(block.data, (int)block.size, NULL);

    return number && EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &modulus) &&
           BN_cmp(number, modulus) < 0;
}

static enum result rsa_private(EVP_PKEY_CTX *ctx, const EVP_PKEY *pkey, size_t size, struct bytes block,
                               struct buf *out)
{
    uint8_t *place;

    if (block.size != size || !block_fits(pkey, block))
        return RESULT_MALFORMED;
    place = buf_reserve(out, size);
    if (!place)
        return RESULT_TOO_LARGE;
    if (EVP_PKEY_decrypt_init(ctx) != 1 || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) != 1 ||
        EVP_PKEY_decrypt(ctx, place, &size, block.data, block.size) != 1)
        return RESULT_INTERNAL;
    return RESULT_OK;
}

static enum result ecdsa_sign(EVP_PKEY_CTX *ctx, size_t field, struct bytes hash, struct buf *out)
{
    uint8_t signature[VCARD_RSA_MAX];
    size_t size = sizeof(signature);

    if (hash.size == 0 || hash.size > field)
        return RESULT_MALFORMED;
    if (EVP_PKEY_sign_init(ctx) != 1 || EVP_PKEY_sign(ctx, signature, &size, hash.data, hash.size) != 1)
        return RESULT_INTERNAL;
    buf_add(out, bytes_make(signature, size));
    return buf_check(out);
}

static enum result eddsa_sign(OSSL_LIB_CTX *crypto, EVP_PKEY *pkey, struct bytes message, struct buf *out)
{
    SCOPED(ossl_md_ctx_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t signature[64];
    size_t size = sizeof(signature);

    if (!ctx || EVP_DigestSignInit_ex(ctx, NULL, NULL, crypto, NULL, pkey, NULL) != 1 ||
        EVP_DigestSign(ctx, signature, &size, message.data, message.size) != 1)
        return RESULT_INTERNAL;
    buf_add(out, bytes_make(signature, size));
    return buf_check(out);
}

enum result vcard_key_sign(OSSL_LIB_CTX *crypto, EVP_PKEY *pkey, uint8_t algorithm, struct bytes input,
                           struct buf *out)
{
    const struct algorithm *row = algorithm_find(algorithm);
    SCOPED(ossl_pkey_ctx_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(crypto, pkey, NULL);

    if (!row || row->kind == KIND_X25519)
        return RESULT_UNSUPPORTED;
    if (!ctx)
        return RESULT_NO_MEMORY;
    if (row->kind == KIND_RSA)
        return rsa_private(ctx, pkey, row->size, input, out);
    if (row->kind == KIND_EC)
        return ecdsa_sign(ctx, row->size, input, out);
    return eddsa_sign(crypto, pkey, input, out);
}

/* A point off the curve does not become a key: the library looks */
static enum result peer_make(OSSL_LIB_CTX *crypto, const struct algorithm *row, struct bytes peer,
                             EVP_PKEY **ret)
{
    SCOPED(ossl_builder_free) OSSL_PARAM_BLD *builder = NULL;

    if (row->kind == KIND_X25519) {
        if (peer.size != row->size)
            return RESULT_MALFORMED;
        *ret = EVP_PKEY_new_raw_public_key_ex(crypto, row->name, NULL, peer.data, peer.size);
        return *ret ? RESULT_OK : RESULT_INTERNAL;
    }
    if (peer.size != 1 + 2 * row->size || peer.data[0] != POINT_CONVERSION_UNCOMPRESSED)
        return RESULT_MALFORMED;
    builder = OSSL_PARAM_BLD_new();
    if (!builder || !OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, row->name, 0) ||
        !OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, peer.data, peer.size))
        return RESULT_NO_MEMORY;
    return pkey_build(crypto, "EC", builder, EVP_PKEY_PUBLIC_KEY, ret);
}

enum result vcard_key_agree(OSSL_LIB_CTX *crypto, EVP_PKEY *pkey, uint8_t algorithm, struct bytes peer,
                            struct buf *out)
{
    const struct algorithm *row = algorithm_find(algorithm);
    SCOPED(ossl_pkey_ctx_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(crypto, pkey, NULL);
    SCOPED(ossl_pkey_free) EVP_PKEY *other = NULL;
    uint8_t *place;
    size_t size;

    if (!row || (row->kind != KIND_EC && row->kind != KIND_X25519))
        return RESULT_UNSUPPORTED;
    TRY(peer_make(crypto, row, peer, &other));
    size = row->size;
    place = buf_reserve(out, size);
    if (!ctx || !place || EVP_PKEY_derive_init(ctx) != 1)
        return RESULT_NO_MEMORY;
    if (EVP_PKEY_derive_set_peer(ctx, other) != 1 || EVP_PKEY_derive(ctx, place, &size) != 1)
        return RESULT_MALFORMED;
    return RESULT_OK;
}
