/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/wrapping.h"

#include "module/crypto/key_wrap.h"
#include "module/rv.h"
#include "module/session/creation.h"

/* The general names of a decryption's failures, as C_WrapKey and C_UnwrapKey call them. */
static CK_RV wrapping_rv(CK_RV rv)
{
    switch (rv) {
    case CKR_KEY_HANDLE_INVALID:
        return CKR_WRAPPING_KEY_HANDLE_INVALID;
    case CKR_KEY_TYPE_INCONSISTENT:
        return CKR_WRAPPING_KEY_TYPE_INCONSISTENT;
    case CKR_DATA_LEN_RANGE:
    case CKR_DATA_INVALID:
        return CKR_KEY_SIZE_RANGE;
    default:
        return rv;
    }
}

static CK_RV wrapping_unwrap_rv(CK_RV rv)
{
    switch (rv) {
    case CKR_KEY_HANDLE_INVALID:
        return CKR_UNWRAPPING_KEY_HANDLE_INVALID;
    case CKR_KEY_TYPE_INCONSISTENT:
        return CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT;
    case CKR_ENCRYPTED_DATA_LEN_RANGE:
        return CKR_WRAPPED_KEY_LEN_RANGE;
    case CKR_ENCRYPTED_DATA_INVALID:
        return CKR_WRAPPED_KEY_INVALID;
    default:
        return rv;
    }
}

CK_RV wrapping_wrap(const struct operation_place *place, const CK_MECHANISM *mechanism,
                    CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, CK_BYTE_PTR out, CK_ULONG_PTR size)
{
    SCOPED(operation_free) struct operation *operation = NULL;
    struct object *object;

    TRY_RV(wrapping_rv(operation_new(place, OPERATION_WRAP, mechanism, wrapping_key, &operation)));
    TRY_RV(operation_key(place->token, key, &object));
    if (object->class != CKO_SECRET_KEY || object->value == NULL)
        return object->class == CKO_PRIVATE_KEY ? CKR_KEY_UNEXTRACTABLE : CKR_KEY_NOT_WRAPPABLE;
    if (!attributes_bool(&object->attributes, CKA_EXTRACTABLE, false))
        return CKR_KEY_UNEXTRACTABLE;
    return wrapping_rv(operation_finish(place, &operation, secret_bytes(object->value), true, out, size));
}

/* The card's key decrypts what is wrapped. */
static CK_RV wrapping_decrypt(const struct operation_place *place, const CK_MECHANISM *mechanism,
                              CK_OBJECT_HANDLE unwrapping_key, struct bytes wrapped, struct secret **ret)
{
    SCOPED(operation_free) struct operation *operation = NULL;

    TRY_RV(operation_new(place, OPERATION_UNWRAP, mechanism, unwrapping_key, &operation));
    TRY_RV(operation_update(operation, wrapped));
    TRY_RESULT(secret_new_empty(operation_output_max(operation), ret));
    return operation_decrypt(place, operation, secret_buf(*ret));
}

/* A secret key unwraps it, on the host. */
static CK_RV wrapping_open(const struct operation_place *place, const struct mechanism *row,
                           const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE unwrapping_key,
                           struct bytes wrapped, struct secret **ret)
{
    struct mechanism_params params;
    struct object *key;
    enum result result;

    TRY_RV(operation_key(place->token, unwrapping_key, &key));
    if (key->class != CKO_SECRET_KEY || key->value == NULL ||
        attributes_ulong(&key->attributes, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION) != CKK_AES)
        return CKR_KEY_TYPE_INCONSISTENT;
    TRY_RV(operation_permitted(key, CKA_UNWRAP, row->type));
    TRY_RV(mechanism_params_read(row, mechanism, NULL, &params));
    if (!key_wrap_size_possible(wrapped.size))
        return CKR_ENCRYPTED_DATA_LEN_RANGE;
    result = key_wrap_open(place->crypto, key->value, wrapped, ret);
    return result == RESULT_MALFORMED ? CKR_ENCRYPTED_DATA_INVALID : rv_from_result(result);
}

CK_RV wrapping_unwrap(const struct operation_place *place, CK_SESSION_HANDLE owner,
                      const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE unwrapping_key, struct bytes wrapped,
                      const CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *ret)
{
    const struct mechanism *row = mechanism_find(mechanism->mechanism);
    SCOPED(secret_free) struct secret *whole = NULL;
    SCOPED(secret_free) struct secret *value = NULL;
    CK_ULONG length;

    if (row == NULL)
        return CKR_MECHANISM_INVALID;
    TRY_RV(creation_check_secret(template, count));
    length = template_ulong(template, count, CKA_VALUE_LEN, 0);
    if (row->shape == SHAPE_KEY_WRAP)
        TRY_RV(wrapping_unwrap_rv(wrapping_open(place, row, mechanism, unwrapping_key, wrapped, &whole)));
    else
        TRY_RV(wrapping_unwrap_rv(wrapping_decrypt(place, mechanism, unwrapping_key, wrapped, &whole)));
    if (length > secret_size(whole) ||
        (row->shape != SHAPE_RAW && length != 0 && length != secret_size(whole)))
        return CKR_TEMPLATE_INCONSISTENT;
    /* without padding the key is the end of the block */
    TRY_RESULT(
        secret_new(bytes_from(secret_bytes(whole), length != 0 ? secret_size(whole) - length : 0), &value));
    return creation_secret(place, owner, template, count, value, ret);
}
