/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/api/running.h"

#include "module/rv.h"

CK_RV running_init(struct call *call, enum operation_use use, const CK_MECHANISM *mechanism,
                   CK_OBJECT_HANDLE key)
{
    struct operation **running = &call->session->operations[use];

    if (mechanism == NULL) {
        CK_RV rv = *running != NULL ? CKR_OK : CKR_ARGUMENTS_BAD;
        operation_free(running);
        return rv;
    }
    if (*running != NULL)
        return CKR_OPERATION_ACTIVE;
    return operation_new(&call->place, use, mechanism, key, running);
}

CK_RV running_update(struct call *call, enum operation_use use, const void *data, CK_ULONG size)
{
    struct operation **running = &call->session->operations[use];
    struct bytes view;
    CK_RV rv;

    if (*running == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    (*running)->parts = true;
    rv = call_bytes(data, size, &view);
    if (rv == CKR_OK)
        rv = operation_update(*running, view);
    if (rv != CKR_OK)
        operation_free(running);
    return rv;
}

static CK_RV running_finish(struct call *call, enum operation_use use, const void *data, CK_ULONG size,
                            bool whole, CK_BYTE_PTR out, CK_ULONG_PTR out_size)
{
    struct operation **running = &call->session->operations[use];
    struct bytes view;

    if (*running == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (call_bytes(data, size, &view) != CKR_OK) {
        operation_free(running);
        return CKR_ARGUMENTS_BAD;
    }
    return operation_finish(&call->place, running, view, whole, out, out_size);
}

CK_RV running_whole(struct call *call, enum operation_use use, const void *data, CK_ULONG size,
                    CK_BYTE_PTR out, CK_ULONG_PTR out_size)
{
    return running_finish(call, use, data, size, true, out, out_size);
}

CK_RV running_final(struct call *call, enum operation_use use, CK_BYTE_PTR out, CK_ULONG_PTR out_size)
{
    return running_finish(call, use, NULL, 0, false, out, out_size);
}

CK_RV running_encrypt_part(struct call *call, const void *data, CK_ULONG size, CK_BYTE_PTR out,
                           CK_ULONG_PTR out_size)
{
    if (call->session->operations[OPERATION_ENCRYPT] == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (out_size == NULL) {
        operation_free(&call->session->operations[OPERATION_ENCRYPT]);
        return CKR_ARGUMENTS_BAD;
    }
    *out_size = 0;
    /* without a buffer it is a question, and the data comes again */
    return out == NULL ? CKR_OK : running_update(call, OPERATION_ENCRYPT, data, size);
}

CK_RV running_decrypt_part(struct call *call, const void *data, CK_ULONG size, CK_BYTE_PTR out,
                           CK_ULONG_PTR out_size)
{
    struct operation **running = &call->session->operations[OPERATION_DECRYPT];
    struct bytes view;

    if (*running == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (call_bytes(data, size, &view) != CKR_OK) {
        operation_free(running);
        return CKR_ARGUMENTS_BAD;
    }
    return operation_decrypt_part(&call->place, running, view, out, out_size);
}
