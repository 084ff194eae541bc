/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/operation.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/signature.h"
#include "module/crypto/padding.h"
#include "module/rv.h"
#include "module/session/search.h"

/* Signatures over the data itself are checked for any length; this is where it stops being reasonable. */
#define VERIFY_DATA_MAX (1024 * 1024)

/* A hash handed over for ECDSA may be longer than the curve: it is cut, so it only has to be no novel. */
#define ECDSA_DATA_MAX 128

/* What a use is called in mechanisms and in keys. */
static const struct {
    CK_FLAGS flag;
    CK_ATTRIBUTE_TYPE right;
    CK_OBJECT_CLASS class;
} operation_uses[OPERATION_USES] = {
    [OPERATION_DIGEST] = { CKF_DIGEST, 0, 0 },
    [OPERATION_SIGN] = { CKF_SIGN, CKA_SIGN, CKO_PRIVATE_KEY },
    [OPERATION_SIGN_RECOVER] = { CKF_SIGN_RECOVER, CKA_SIGN_RECOVER, CKO_PRIVATE_KEY },
    [OPERATION_VERIFY] = { CKF_VERIFY, CKA_VERIFY, CKO_PUBLIC_KEY },
    [OPERATION_VERIFY_RECOVER] = { CKF_VERIFY_RECOVER, CKA_VERIFY_RECOVER, CKO_PUBLIC_KEY },
    [OPERATION_ENCRYPT] = { CKF_ENCRYPT, CKA_ENCRYPT, CKO_PUBLIC_KEY },
    [OPERATION_DECRYPT] = { CKF_DECRYPT, CKA_DECRYPT, CKO_PRIVATE_KEY },
    [OPERATION_MESSAGE_SIGN] = { CKF_SIGN, CKA_SIGN, CKO_PRIVATE_KEY },
    [OPERATION_MESSAGE_VERIFY] = { CKF_VERIFY, CKA_VERIFY, CKO_PUBLIC_KEY },
    [OPERATION_SIGNATURE_VERIFY] = { CKF_VERIFY, CKA_VERIFY, CKO_PUBLIC_KEY },
    [OPERATION_WRAP] = { CKF_WRAP, CKA_WRAP, CKO_PUBLIC_KEY },
    [OPERATION_UNWRAP] = { CKF_UNWRAP, CKA_UNWRAP, CKO_PRIVATE_KEY },
};

CK_RV operation_key(struct token *token, CK_OBJECT_HANDLE key, struct object **ret)
{
    struct object *object = object_store_find(token_objects(token), key);
    if (object == NULL)
        return CKR_KEY_HANDLE_INVALID;
    if (!search_sees(token, object))
        return CKR_USER_NOT_LOGGED_IN;
    *ret = object;
    return CKR_OK;
}

CK_RV operation_permitted(const struct object *key, CK_ATTRIBUTE_TYPE attribute, CK_MECHANISM_TYPE type)
{
    const struct attribute *allowed = attributes_get(&key->attributes, CKA_ALLOWED_MECHANISMS);
    CK_MECHANISM_TYPE one;

    if (!attributes_bool(&key->attributes, attribute, false))
        return CKR_KEY_FUNCTION_NOT_PERMITTED;
    if (allowed == NULL || allowed->value.size == 0)
        return CKR_OK;
    for (size_t at = 0; at + sizeof(one) <= allowed->value.size; at += sizeof(one)) {
        memcpy(&one, allowed->value.data + at, sizeof(one));
        if (one == type)
            return CKR_OK;
    }
    return CKR_MECHANISM_INVALID;
}

/* An HMAC's key is a secret one: its value is asked for when the work begins anew. */
static CK_RV operation_take_secret(struct operation *operation, const struct object *object)
{
    if (object->class != CKO_SECRET_KEY || object->value == NULL)
        return CKR_KEY_TYPE_INCONSISTENT;
    return operation_permitted(object, operation_uses[operation->use].right, operation->row->type);
}

/* Holds the key against the row: class, family, rights, and what the card can do with it. */
static CK_RV operation_take_key(const struct operation_place *place, struct operation *operation,
                                CK_OBJECT_HANDLE key)
{
    const CK_FLAGS flag = operation_uses[operation->use].flag;
    struct object *object;

    TRY_RV(operation_key(place->token, key, &object));
    operation->key = key;
    if (operation->row->shape == SHAPE_HMAC)
        return operation_take_secret(operation, object);
    if (object->class != CKO_PRIVATE_KEY && object->class != CKO_PUBLIC_KEY)
        return object->class == CKO_SECRET_KEY ? CKR_KEY_TYPE_INCONSISTENT : CKR_KEY_HANDLE_INVALID;
    if (object->class != operation_uses[operation->use].class)
        return CKR_KEY_FUNCTION_NOT_PERMITTED;
    if (object->public_key == NULL || (operation->row->kinds & KIND_BIT(object->public_key->kind)) == 0)
        return CKR_KEY_TYPE_INCONSISTENT;
    TRY_RV(operation_permitted(object, operation_uses[operation->use].right, operation->row->type));
    operation->public_key = *object->public_key;
    if (object->class == CKO_PUBLIC_KEY)
        return CKR_OK;
    if (object->key == NULL || (object->key->can & mechanism_card_can(operation->row, flag)) == 0)
        return CKR_MECHANISM_INVALID;
    operation->can = object->key->can;
    operation->always_pin = object->key->policy == CARD_PIN_ALWAYS;
    if (operation->row->shape == SHAPE_EDDSA)
        operation->data_max = object->key->message_max;
    return CKR_OK;
}

/* The most data that is collected where nothing is hashed. */
static size_t operation_data_limit(const struct operation *operation)
{
    const size_t block = operation->public_key.modulus_size;
    switch (operation->use) {
    case OPERATION_DECRYPT:
    case OPERATION_UNWRAP:
    case OPERATION_VERIFY_RECOVER:
        return block;
    case OPERATION_ENCRYPT:
    case OPERATION_WRAP:
        if (operation->row->shape == SHAPE_OAEP)
            return (size_t)padding_oaep_max(operation->params.hash, block);
        break;
    case OPERATION_DIGEST:
    case OPERATION_SIGN:
    case OPERATION_SIGN_RECOVER:
    case OPERATION_VERIFY:
    case OPERATION_MESSAGE_SIGN:
    case OPERATION_MESSAGE_VERIFY:
    case OPERATION_SIGNATURE_VERIFY:
    case OPERATION_USES:
        break;
    }
    switch (operation->row->shape) {
    case SHAPE_PKCS1:
        return block > PADDING_PKCS1_OVERHEAD ? block - PADDING_PKCS1_OVERHEAD : 0;
    case SHAPE_RAW:
        return block;
    case SHAPE_PSS:
        return hash_size(operation->params.hash);
    case SHAPE_ECDSA:
        return ECDSA_DATA_MAX;
    case SHAPE_EDDSA:
        return operation->data_max != 0 ? operation->data_max : VERIFY_DATA_MAX;
    case SHAPE_GOST:
        return curve_size(operation->public_key.curve);
    case SHAPE_NONE:
    case SHAPE_OAEP:
    case SHAPE_AGREE:
    case SHAPE_VKO:
    case SHAPE_HMAC:
    case SHAPE_TREE:
    case SHAPE_KEY_WRAP:
        break;
    }
    return 0;
}

static CK_RV operation_begin(const struct operation_place *place, struct operation *operation,
                             const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    operation->row = mechanism_find(mechanism->mechanism);
    if (operation->row == NULL || (operation->row->uses & operation_uses[operation->use].flag) == 0)
        return CKR_MECHANISM_INVALID;
    if (operation->use != OPERATION_DIGEST)
        TRY_RV(operation_take_key(place, operation, key));
    TRY_RV(mechanism_params_read(operation->row, mechanism, &operation->public_key, &operation->params));
    return operation_restart(place, operation);
}

CK_RV operation_new(const struct operation_place *place, enum operation_use use,
                    const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key, struct operation **ret)
{
    struct operation *operation = calloc(1, sizeof(*operation));
    CK_RV rv;

    if (operation == NULL)
        return CKR_HOST_MEMORY;
    operation->use = use;
    rv = operation_begin(place, operation, mechanism, key);
    if (rv != CKR_OK)
        operation_free(&operation);
    else
        *ret = operation;
    return rv;
}

static void operation_forget(struct operation *operation)
{
    secret_free(&operation->pin);
    secret_free(&operation->result);
    digest_free(&operation->digest);
    if (operation->data != NULL)
        secret_wipe(operation->data, operation->data_size);
    free(operation->data);
    operation->data = NULL;
    operation->data_size = 0;
    operation->parts = operation->whole = operation->answered = false;
}

void operation_free(struct operation **operation)
{
    if (*operation == NULL)
        return;
    operation_forget(*operation);
    free(*operation);
    *operation = NULL;
}

static CK_RV operation_begin_hmac(const struct operation_place *place, struct operation *operation)
{
    struct object *key;

    TRY_RV(operation_key(place->token, operation->key, &key));
    if (key->value == NULL)
        return CKR_KEY_TYPE_INCONSISTENT;
    TRY_RESULT(digest_new_hmac(place->crypto, operation->row->hash, key->value, &operation->digest));
    return CKR_OK;
}

CK_RV operation_restart(const struct operation_place *place, struct operation *operation)
{
    operation_forget(operation);
    operation->data_max = operation_data_limit(operation);
    if (operation->row->shape == SHAPE_HMAC)
        return operation_begin_hmac(place, operation);
    if (operation->row->hash != HASH_NONE)
        TRY_RESULT(digest_new(place->crypto, operation->row->hash, &operation->digest));
    return CKR_OK;
}

bool operation_output_varies(const struct operation *operation)
{
    return operation->use == OPERATION_DECRYPT || operation->use == OPERATION_UNWRAP ||
           operation->use == OPERATION_VERIFY_RECOVER;
}

/* Grown in one step where the limit is small: no copies of a secret are left behind by realloc(). */
static CK_RV operation_collect(struct operation *operation, struct bytes data)
{
    if (data.size > operation->data_max - operation->data_size)
        return operation_output_varies(operation) ? CKR_ENCRYPTED_DATA_LEN_RANGE : CKR_DATA_LEN_RANGE;
    if (data.size == 0)
        return CKR_OK;
    if (operation->data == NULL || operation->data_max > PUBKEY_MODULUS_MAX) {
        size_t room =
            operation->data_max > PUBKEY_MODULUS_MAX ? operation->data_size + data.size : operation->data_max;
        uint8_t *grown = realloc(operation->data, room);
        if (grown == NULL)
            return CKR_HOST_MEMORY;
        operation->data = grown;
    }
    memcpy(operation->data + operation->data_size, data.data, data.size);
    operation->data_size += data.size;
    return CKR_OK;
}

CK_RV operation_update(struct operation *operation, struct bytes data)
{
    if (operation->digest != NULL) {
        TRY_RESULT(digest_update(operation->digest, data));
        return CKR_OK;
    }
    return operation_collect(operation, data);
}

size_t operation_signature_size(const struct operation *operation)
{
    return operation->row->shape == SHAPE_HMAC ? hash_size(operation->row->hash)
                                               : pubkey_signature_size(&operation->public_key);
}

size_t operation_output_max(const struct operation *operation)
{
    const size_t block = operation->public_key.modulus_size;
    switch (operation->use) {
    case OPERATION_DIGEST:
        return hash_size(operation->row->hash);
    case OPERATION_SIGN:
    case OPERATION_SIGN_RECOVER:
    case OPERATION_MESSAGE_SIGN:
        return operation_signature_size(operation);
    case OPERATION_ENCRYPT:
    case OPERATION_WRAP:
        return block;
    case OPERATION_DECRYPT:
    case OPERATION_UNWRAP:
    case OPERATION_VERIFY_RECOVER:
        if (operation->row->shape == SHAPE_PKCS1)
            return block > PADDING_PKCS1_OVERHEAD ? block - PADDING_PKCS1_OVERHEAD : 0;
        if (operation->row->shape == SHAPE_OAEP)
            return (size_t)padding_oaep_max(operation->params.hash, block);
        return block;
    case OPERATION_VERIFY:
    case OPERATION_MESSAGE_VERIFY:
    case OPERATION_SIGNATURE_VERIFY:
    case OPERATION_USES:
        break;
    }
    return 0;
}
