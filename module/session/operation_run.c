/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* operation_run.c: from an operation with its data to the application's answer, whatever kind it is. */
#include "module/session/operation.h"

#include <string.h>

#include "module/rv.h"

static CK_RV operation_work(const struct operation_place *place, struct operation *operation, struct buf *out)
{
    switch (operation->use) {
    case OPERATION_DIGEST:
        return rv_from_result(digest_final(operation->digest, out));
    case OPERATION_SIGN:
    case OPERATION_SIGN_RECOVER:
    case OPERATION_MESSAGE_SIGN:
        return operation_sign(place, operation, out);
    case OPERATION_VERIFY_RECOVER:
        return operation_recover(place, operation, out);
    case OPERATION_ENCRYPT:
    case OPERATION_WRAP:
        return operation_encrypt(place, operation, out);
    case OPERATION_DECRYPT:
    case OPERATION_UNWRAP:
        return operation_decrypt(place, operation, out);
    case OPERATION_VERIFY:
    case OPERATION_MESSAGE_VERIFY:
    case OPERATION_SIGNATURE_VERIFY:
    case OPERATION_USES:
        break;
    }
    return CKR_GENERAL_ERROR;
}

/* An answer of known length goes straight to the application. */
static CK_RV operation_answer_exact(const struct operation_place *place, struct operation *operation,
                                    struct bytes last, CK_BYTE_PTR out, CK_ULONG_PTR size)
{
    const size_t max = operation_output_max(operation);
    struct buf answer = buf_make(out, max);

    if (out == NULL || *size < max) {
        *size = max;
        return CKR_BUFFER_TOO_SMALL;
    }
    TRY_RV(operation_update(operation, last));
    TRY_RV(operation_work(place, operation, &answer));
    *size = buf_bytes(&answer).size;
    return CKR_OK;
}

/* Works once; what came out stays in OPERATION until the application has room for it. */
static CK_RV operation_answer_varying(const struct operation_place *place, struct operation *operation,
                                      struct bytes last, CK_BYTE_PTR out, CK_ULONG_PTR size)
{
    struct bytes result;

    if (operation->result == NULL && out == NULL) {
        *size = operation_output_max(operation);
        return CKR_BUFFER_TOO_SMALL;
    }
    if (operation->result == NULL) {
        TRY_RESULT(secret_new_empty(operation_output_max(operation), &operation->result));
        TRY_RV(operation_update(operation, last));
        TRY_RV(operation_work(place, operation, secret_buf(operation->result)));
    }
    result = secret_bytes(operation->result);
    if (out == NULL || *size < result.size) {
        *size = result.size;
        return CKR_BUFFER_TOO_SMALL;
    }
    if (result.size != 0)
        memcpy(out, result.data, result.size);
    *size = result.size;
    return CKR_OK;
}

static CK_RV operation_answer(const struct operation_place *place, struct operation *operation,
                              struct bytes last, bool whole, CK_BYTE_PTR out, CK_ULONG_PTR size)
{
    if (size == NULL)
        return CKR_ARGUMENTS_BAD;
    /* the end of parts does not finish what a single-part function began */
    if (!whole && operation->whole && !operation->parts)
        return CKR_OPERATION_ACTIVE;
    operation->whole = whole;
    if (operation->answered) {
        *size = 0;
        return out == NULL ? CKR_BUFFER_TOO_SMALL : CKR_OK;
    }
    return operation_output_varies(operation) ? operation_answer_varying(place, operation, last, out, size)
                                              : operation_answer_exact(place, operation, last, out, size);
}

CK_RV operation_finish(const struct operation_place *place, struct operation **running, struct bytes last,
                       bool whole, CK_BYTE_PTR out, CK_ULONG_PTR size)
{
    CK_RV rv;
    if (*running == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (whole && (*running)->parts)
        return CKR_OPERATION_ACTIVE;
    rv = operation_answer(place, *running, last, whole, out, size);
    if (rv != CKR_BUFFER_TOO_SMALL)
        operation_free(running);
    return rv == CKR_BUFFER_TOO_SMALL && out == NULL ? CKR_OK : rv;
}

CK_RV operation_decrypt_part(const struct operation_place *place, struct operation **running,
                             struct bytes data, CK_BYTE_PTR out, CK_ULONG_PTR size)
{
    struct operation *operation = *running;
    bool complete;
    CK_RV rv;

    if (operation == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    complete =
        !operation->answered && operation->data_size + data.size == operation->data_max && data.size != 0;
    if (size != NULL && !complete && operation->result == NULL) {
        *size = 0;
        rv = out == NULL && data.size != 0 ? CKR_OK : operation_update(operation, data);
        operation->parts = true;
    } else {
        operation->parts = true;
        rv = operation_answer(place, operation, data, false, out, size);
        if (rv == CKR_OK) {
            secret_free(&operation->result);
            operation->answered = true;
        }
    }
    if (rv != CKR_OK && rv != CKR_BUFFER_TOO_SMALL)
        operation_free(running);
    return rv == CKR_BUFFER_TOO_SMALL && out == NULL ? CKR_OK : rv;
}

CK_RV operation_finish_verify(const struct operation_place *place, struct operation **running,
                              struct bytes last, bool whole, struct bytes signature)
{
    CK_RV rv;
    if (*running == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (whole && (*running)->parts)
        return CKR_OPERATION_ACTIVE;
    rv = operation_update(*running, last);
    if (rv == CKR_OK)
        rv = operation_verify(place, *running, signature);
    operation_free(running);
    return rv;
}

CK_RV operation_message(const struct operation_place *place, struct operation *operation, struct bytes last,
                        bool whole, CK_BYTE_PTR out, CK_ULONG_PTR size)
{
    CK_RV rv = operation_answer(place, operation, last, whole, out, size);
    if (rv == CKR_BUFFER_TOO_SMALL)
        return out == NULL ? CKR_OK : rv;
    CK_RV ready = operation_restart(place, operation);
    return rv == CKR_OK ? ready : rv;
}

CK_RV operation_message_verify(const struct operation_place *place, struct operation *operation,
                               struct bytes last, bool whole, struct bytes signature)
{
    CK_RV rv = whole && operation->parts ? CKR_OPERATION_ACTIVE : operation_update(operation, last);
    if (rv == CKR_OK)
        rv = operation_verify(place, operation, signature);
    CK_RV ready = operation_restart(place, operation);
    return rv == CKR_OK ? ready : rv;
}
