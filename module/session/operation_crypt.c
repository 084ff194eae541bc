/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "module/crypto/padding.h"
#include "module/crypto/softkey.h"
#include "module/rv.h"
#include "module/session/operation.h"

static struct oaep operation_oaep(const struct operation *operation)
{
    return (struct oaep){ operation->params.hash, operation->params.mgf,
                          bytes_make(operation->params.label, operation->params.label_size) };
}

CK_RV operation_encrypt(const struct operation_place *place, struct operation *operation, struct buf *out)
{
    const struct bytes data = bytes_make(operation->data, operation->data_size);
    const size_t size = operation->public_key.modulus_size;
    uint8_t block_bytes[PUBKEY_MODULUS_MAX];
    SCOPED(buf_wipe) struct buf block = BUF_OVER(block_bytes);
    enum result result;

    if (operation->row->shape == SHAPE_PKCS1) {
        TRY_RESULT(padding_pkcs1_encrypt(place->crypto, data, size, &block));
    } else if (operation->row->shape == SHAPE_OAEP) {
        const struct oaep oaep = operation_oaep(operation);
        TRY_RESULT(padding_oaep_encode(place->crypto, &oaep, data, size, &block));
    } else {
        buf_add_padded(&block, data, size);
    }
    result = softkey_rsa_public(place->crypto, &operation->public_key, buf_bytes(&block), out);
    return result == RESULT_MALFORMED ? CKR_DATA_INVALID : rv_from_result(result);
}

/* Takes the padding off, one error for all that may be wrong. */
static CK_RV operation_unpad(const struct operation_place *place, const struct operation *operation,
                             struct bytes block, struct buf *out)
{
    const struct oaep oaep = operation_oaep(operation);
    enum result result = RESULT_OK;

    if (operation->row->shape == SHAPE_PKCS1)
        result = padding_pkcs1_decrypt(block, out);
    else if (operation->row->shape == SHAPE_OAEP)
        result = padding_oaep_decode(place->crypto, &oaep, block, out);
    else
        buf_add(out, block);
    return result == RESULT_MALFORMED ? CKR_ENCRYPTED_DATA_INVALID : rv_from_result(result);
}

/* The card takes the padding off: that it refuses the block says that something was wrong with it, and no
 * more. */
static CK_RV operation_unwrap_card(const struct operation_place *place, const struct operation *operation,
                                   const struct object *key, struct bytes data, struct buf *out)
{
    CK_RV rv = token_decipher(place->token, key, CARD_CAN_RSA_PKCS1_UNWRAP, data, operation->pin, out);
    return rv == CKR_FUNCTION_FAILED ? CKR_ENCRYPTED_DATA_INVALID : rv;
}

CK_RV operation_decrypt(const struct operation_place *place, struct operation *operation, struct buf *out)
{
    const struct bytes data = bytes_make(operation->data, operation->data_size);
    uint8_t block_bytes[PUBKEY_MODULUS_MAX];
    SCOPED(buf_wipe) struct buf block = BUF_OVER(block_bytes);
    struct object *key;

    if (data.size != operation->public_key.modulus_size)
        return CKR_ENCRYPTED_DATA_LEN_RANGE;
    /* a number that the key cannot have made: cards have many names for it */
    if (memcmp(data.data, operation->public_key.modulus, data.size) >= 0)
        return CKR_ENCRYPTED_DATA_INVALID;
    TRY_RV(operation_key(place->token, operation->key, &key));
    if ((operation->can & CARD_CAN_RSA_RAW) == 0)
        return operation_unwrap_card(place, operation, key, data, out);
    TRY_RV(token_decipher(place->token, key, CARD_CAN_RSA_RAW, data, operation->pin, &block));
    if (buf_bytes(&block).size != operation->public_key.modulus_size)
        return CKR_DEVICE_ERROR;
    return operation_unpad(place, operation, buf_bytes(&block), out);
}
