/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "asn1/signature.h"
#include "module/crypto/padding.h"
#include "module/crypto/softkey.h"
#include "module/rv.h"
#include "module/session/operation.h"

CK_RV operation_input(struct operation *operation, struct buf *hash, struct bytes *ret)
{
    *ret = bytes_make(operation->data, operation->data_size);
    if (operation->digest != NULL) {
        TRY_RESULT(digest_final(operation->digest, hash));
        *ret = buf_bytes(hash);
    }
    return CKR_OK;
}

CK_RV operation_pkcs1_input(const struct operation *operation, struct bytes input, struct buf *out)
{
    const size_t room = operation->public_key.modulus_size;
    if (operation->row->hash != HASH_NONE)
        TRY_RESULT(signature_digest_info(operation->row->hash, input, out));
    else
        buf_add(out, input);
    if (buf_bytes(out).size + PADDING_PKCS1_OVERHEAD > room)
        return operation->row->hash != HASH_NONE ? CKR_KEY_SIZE_RANGE : CKR_DATA_LEN_RANGE;
    return CKR_OK;
}

/* Lets the card do HOW on INPUT. */
static CK_RV operation_sign_card(const struct operation_place *place, struct operation *operation,
                                 enum card_can how, struct bytes input, struct buf *out)
{
    struct object *key;
    TRY_RV(operation_key(place->token, operation->key, &key));
    return token_sign(place->token, key, how, input, operation->pin, out);
}

static CK_RV operation_sign_pkcs1(const struct operation_place *place, struct operation *operation,
                                  struct bytes input, struct buf *out)
{
    uint8_t info_bytes[PUBKEY_MODULUS_MAX], block_bytes[PUBKEY_MODULUS_MAX];
    struct buf info = BUF_OVER(info_bytes), block = BUF_OVER(block_bytes);

    TRY_RV(operation_pkcs1_input(operation, input, &info));
    if ((operation->can & CARD_CAN_RSA_RAW) == 0)
        return operation_sign_card(place, operation, CARD_CAN_RSA_PKCS1_SIGN, buf_bytes(&info), out);
    TRY_RESULT(padding_pkcs1_sign(buf_bytes(&info), operation->public_key.modulus_size, &block));
    return operation_sign_card(place, operation, CARD_CAN_RSA_RAW, buf_bytes(&block), out);
}

static CK_RV operation_sign_pss(const struct operation_place *place, struct operation *operation,
                                struct bytes input, struct buf *out)
{
    const struct pss pss = { operation->params.hash, operation->params.mgf, operation->params.salt };
    uint8_t block_bytes[PUBKEY_MODULUS_MAX];
    struct buf block = BUF_OVER(block_bytes);

    if (input.size != hash_size(pss.hash))
        return CKR_DATA_LEN_RANGE;
    TRY_RESULT(padding_pss_encode(place->crypto, &pss, input, pubkey_bits(&operation->public_key), &block));
    return operation_sign_card(place, operation, CARD_CAN_RSA_RAW, buf_bytes(&block), out);
}

static CK_RV operation_sign_raw(const struct operation_place *place, struct operation *operation,
                                struct bytes input, struct buf *out)
{
    uint8_t block_bytes[PUBKEY_MODULUS_MAX];
    struct buf block = BUF_OVER(block_bytes);

    buf_add_padded(&block, input, operation->public_key.modulus_size);
    if (memcmp(block_bytes, operation->public_key.modulus, operation->public_key.modulus_size) >= 0)
        return CKR_DATA_INVALID;
    return operation_sign_card(place, operation, CARD_CAN_RSA_RAW, buf_bytes(&block), out);
}

/* Cards take a hash no longer than the field; the leftmost bits count (FIPS 186-5 6.4.1). */
static CK_RV operation_sign_ecdsa(const struct operation_place *place, struct operation *operation,
                                  struct bytes input, struct buf *out)
{
    const size_t bits = pubkey_bits(&operation->public_key);
    if (input.size == 0 || (input.size > bits / 8 && bits % 8 != 0))
        return CKR_DATA_LEN_RANGE;
    return operation_sign_card(place, operation, CARD_CAN_ECDSA, bytes_slice(input, 0, bits / 8), out);
}

/* Not every card can be handed a message of no length. */
static CK_RV operation_sign_eddsa(const struct operation_place *place, struct operation *operation,
                                  struct bytes input, struct buf *out)
{
    const CK_RV rv = operation_sign_card(place, operation, CARD_CAN_EDDSA, input, out);
    return rv == CKR_FUNCTION_NOT_SUPPORTED && input.size == 0 ? CKR_DATA_LEN_RANGE : rv;
}

/* A hash is as long as the curve, whoever computed it. */
static CK_RV operation_sign_gost(const struct operation_place *place, struct operation *operation,
                                 struct bytes input, struct buf *out)
{
    if (input.size != curve_size(operation->public_key.curve))
        return CKR_DATA_LEN_RANGE;
    return operation_sign_card(place, operation, CARD_CAN_GOST, input, out);
}

static CK_RV operation_sign_shape(const struct operation_place *place, struct operation *operation,
                                  struct bytes input, struct buf *out)
{
    switch (operation->row->shape) {
    case SHAPE_PKCS1:
        return operation_sign_pkcs1(place, operation, input, out);
    case SHAPE_PSS:
        return operation_sign_pss(place, operation, input, out);
    case SHAPE_RAW:
        return operation_sign_raw(place, operation, input, out);
    case SHAPE_ECDSA:
        return operation_sign_ecdsa(place, operation, input, out);
    case SHAPE_EDDSA:
        return operation_sign_eddsa(place, operation, input, out);
    case SHAPE_GOST:
        return operation_sign_gost(place, operation, input, out);
    case SHAPE_HMAC:
        buf_add(out, input);
        return CKR_OK;
    case SHAPE_NONE:
    case SHAPE_OAEP:
    case SHAPE_AGREE:
    case SHAPE_VKO:
    case SHAPE_TREE:
    case SHAPE_KEY_WRAP:
        break;
    }
    return CKR_MECHANISM_INVALID;
}

CK_RV operation_sign(const struct operation_place *place, struct operation *operation, struct buf *out)
{
    uint8_t hash_bytes[DIGEST_MAX];
    struct buf hash = BUF_OVER(hash_bytes);
    struct bytes input;

    TRY_RV(operation_input(operation, &hash, &input));
    TRY_RV(operation_sign_shape(place, operation, input, out));
    /* a card that answers with another length has not signed */
    return buf_bytes(out).size == operation_output_max(operation) ? CKR_OK : CKR_DEVICE_ERROR;
}
