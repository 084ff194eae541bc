/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/gost.h"
#include "module/crypto/padding.h"
#include "module/crypto/softkey.h"
#include "module/rv.h"
#include "module/session/operation.h"

/* Nothing but the host's own failures is an error of its own: the rest is a signature that does not fit. */
static CK_RV operation_verdict(enum result result)
{
    if (result == RESULT_NO_MEMORY || result == RESULT_INTERNAL || result == RESULT_OK)
        return rv_from_result(result);
    return CKR_SIGNATURE_INVALID;
}

static CK_RV operation_verify_pkcs1(const struct operation *operation, struct bytes input, struct bytes block)
{
    uint8_t info_bytes[PUBKEY_MODULUS_MAX];
    struct buf info = BUF_OVER(info_bytes);

    TRY_RV(operation_pkcs1_input(operation, input, &info));
    return operation_verdict(padding_pkcs1_check(block, buf_bytes(&info)));
}

static CK_RV operation_verify_pss(const struct operation_place *place, const struct operation *operation,
                                  struct bytes input, struct bytes block)
{
    const struct pss pss = { operation->params.hash, operation->params.mgf, operation->params.salt };
    if (input.size != hash_size(pss.hash))
        return CKR_DATA_LEN_RANGE;
    return operation_verdict(
        padding_pss_verify(place->crypto, &pss, input, pubkey_bits(&operation->public_key), block));
}

static CK_RV operation_verify_rsa(const struct operation_place *place, const struct operation *operation,
                                  struct bytes input, struct bytes signature)
{
    uint8_t block_bytes[PUBKEY_MODULUS_MAX];
    struct buf block = BUF_OVER(block_bytes);

    TRY_RV(operation_verdict(softkey_rsa_public(place->crypto, &operation->public_key, signature, &block)));
    if (operation->row->shape == SHAPE_PKCS1)
        return operation_verify_pkcs1(operation, input, buf_bytes(&block));
    if (operation->row->shape == SHAPE_PSS)
        return operation_verify_pss(place, operation, input, buf_bytes(&block));
    return bytes_equal(bytes_strip_zeros(buf_bytes(&block)), bytes_strip_zeros(input))
               ? CKR_OK
               : CKR_SIGNATURE_INVALID;
}

static CK_RV operation_verify_gost(const struct operation_place *place, const struct operation *operation,
                                   struct bytes input, struct bytes signature)
{
    if (input.size != curve_size(operation->public_key.curve))
        return CKR_DATA_LEN_RANGE;
    return operation_verdict(gost_verify(place->crypto, &operation->public_key, input, signature));
}

CK_RV operation_verify(const struct operation_place *place, struct operation *operation,
                       struct bytes signature)
{
    uint8_t hash_bytes[DIGEST_MAX];
    struct buf hash = BUF_OVER(hash_bytes);
    struct bytes input;

    TRY_RV(operation_input(operation, &hash, &input));
    if (signature.size != operation_signature_size(operation))
        return CKR_SIGNATURE_LEN_RANGE;
    if (operation->row->shape == SHAPE_HMAC)
        return bytes_equal_secret(input, signature) ? CKR_OK : CKR_SIGNATURE_INVALID;
    if (operation->row->shape == SHAPE_GOST)
        return operation_verify_gost(place, operation, input, signature);
    if (operation->row->shape == SHAPE_ECDSA)
        return operation_verdict(
            softkey_ecdsa_verify(place->crypto, &operation->public_key, input, signature));
    if (operation->row->shape == SHAPE_EDDSA)
        return operation_verdict(
            softkey_eddsa_verify(place->crypto, &operation->public_key, input, signature));
    return operation_verify_rsa(place, operation, input, signature);
}

CK_RV operation_recover(const struct operation_place *place, struct operation *operation, struct buf *out)
{
    const struct bytes signature = bytes_make(operation->data, operation->data_size);
    uint8_t block_bytes[PUBKEY_MODULUS_MAX];
    struct buf block = BUF_OVER(block_bytes);

    if (signature.size != pubkey_signature_size(&operation->public_key))
        return CKR_SIGNATURE_LEN_RANGE;
    TRY_RV(operation_verdict(softkey_rsa_public(place->crypto, &operation->public_key, signature, &block)));
    if (operation->row->shape == SHAPE_PKCS1)
        return operation_verdict(padding_pkcs1_recover(buf_bytes(&block), out));
    buf_add(out, buf_bytes(&block));
    return rv_from_result(buf_check(out));
}
