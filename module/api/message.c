/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signing and checking many messages with one key (PKCS#11 3.0, 5.14 and 5.16). No mechanism here has a
 * parameter. */
#include "module/api/running.h"
#include "module/rv.h"

/* The operation USE and a view of DATA, for one message. */
static CK_RV message_open(struct call *call, enum operation_use use, CK_ULONG parameter_size,
                          const void *data, CK_ULONG size, struct operation **ret, struct bytes *ret_data)
{
    *ret = call->session->operations[use];
    if (*ret == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (parameter_size != 0)
        return CKR_ARGUMENTS_BAD;
    return call_bytes(data, size, ret_data);
}

static CK_RV message_begin(struct call *call, enum operation_use use, CK_ULONG parameter_size)
{
    struct operation *operation;
    struct bytes none;

    TRY_RV(message_open(call, use, parameter_size, NULL, 0, &operation, &none));
    if (operation->parts)
        return CKR_OPERATION_ACTIVE;
    operation->parts = true;
    return CKR_OK;
}

static CK_RV message_end(struct call *call, enum operation_use use)
{
    struct operation **running = &call->session->operations[use];
    if (*running == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    operation_free(running);
    return CKR_OK;
}

/* One more part; a part that does not fit ends the message. */
static CK_RV message_part(struct call *call, struct operation *operation, struct bytes data)
{
    CK_RV rv = operation_update(operation, data);
    if (rv != CKR_OK)
        (void)operation_restart(&call->place, operation);
    return rv;
}

static CK_RV message_sign(struct call *call, CK_ULONG parameter_size, const void *data, CK_ULONG size,
                          CK_BYTE_PTR out, CK_ULONG_PTR out_size)
{
    struct operation *operation;
    struct bytes view;

    TRY_RV(message_open(call, OPERATION_MESSAGE_SIGN, parameter_size, data, size, &operation, &view));
    if (operation->parts)
        return CKR_OPERATION_ACTIVE;
    return operation_message(&call->place, operation, view, true, out, out_size);
}

/* Without a place for the length the signature is not due yet. */
static CK_RV message_sign_next(struct call *call, CK_ULONG parameter_size, const void *data, CK_ULONG size,
                               CK_BYTE_PTR out, CK_ULONG_PTR out_size)
{
    struct operation *operation;
    struct bytes view;

    TRY_RV(message_open(call, OPERATION_MESSAGE_SIGN, parameter_size, data, size, &operation, &view));
    if (!operation->parts)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (out_size == NULL)
        return out == NULL ? message_part(call, operation, view) : CKR_ARGUMENTS_BAD;
    return operation_message(&call->place, operation, view, false, out, out_size);
}

static CK_RV message_verify(struct call *call, CK_ULONG parameter_size, const void *data, CK_ULONG size,
                            const void *signature, CK_ULONG signature_size)
{
    struct operation *operation;
    struct bytes view, signature_view;

    TRY_RV(message_open(call, OPERATION_MESSAGE_VERIFY, parameter_size, data, size, &operation, &view));
    TRY_RV(call_bytes(signature, signature_size, &signature_view));
    if (operation->parts)
        return CKR_OPERATION_ACTIVE;
    return operation_message_verify(&call->place, operation, view, true, signature_view);
}

static CK_RV message_verify_next(struct call *call, CK_ULONG parameter_size, const void *data, CK_ULONG size,
                                 const void *signature, CK_ULONG signature_size)
{
    struct operation *operation;
    struct bytes view;

    TRY_RV(message_open(call, OPERATION_MESSAGE_VERIFY, parameter_size, data, size, &operation, &view));
    if (!operation->parts)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (signature == NULL)
        return signature_size == 0 ? message_part(call, operation, view) : CKR_ARGUMENTS_BAD;
    return operation_message_verify(&call->place, operation, view, false,
                                    bytes_make(signature, signature_size));
}

CK_RV C_MessageSignInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_init(&call, OPERATION_MESSAGE_SIGN, pMechanism, hKey));
}

CK_RV C_SignMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                    CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
                    CK_ULONG_PTR pulSignatureLen)
{
    (void)pParameter;
    CALL_RETURN(call_on_session(&call, hSession),
                message_sign(&call, ulParameterLen, pData, ulDataLen, pSignature, pulSignatureLen));
}

CK_RV C_SignMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen)
{
    (void)pParameter;
    CALL_RETURN(call_on_session(&call, hSession),
                message_begin(&call, OPERATION_MESSAGE_SIGN, ulParameterLen));
}

CK_RV C_SignMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                        CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
                        CK_ULONG_PTR pulSignatureLen)
{
    (void)pParameter;
    CALL_RETURN(call_on_session(&call, hSession),
                message_sign_next(&call, ulParameterLen, pData, ulDataLen, pSignature, pulSignatureLen));
}

CK_RV C_MessageSignFinal(CK_SESSION_HANDLE hSession)
{
    CALL_RETURN(call_on_session(&call, hSession), message_end(&call, OPERATION_MESSAGE_SIGN));
}

CK_RV C_MessageVerifyInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_init(&call, OPERATION_MESSAGE_VERIFY, pMechanism, hKey));
}

CK_RV C_VerifyMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                      CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
{
    (void)pParameter;
    CALL_RETURN(call_on_session(&call, hSession),
                message_verify(&call, ulParameterLen, pData, ulDataLen, pSignature, ulSignatureLen));
}

CK_RV C_VerifyMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen)
{
    (void)pParameter;
    CALL_RETURN(call_on_session(&call, hSession),
                message_begin(&call, OPERATION_MESSAGE_VERIFY, ulParameterLen));
}

CK_RV C_VerifyMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                          CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
                          CK_ULONG ulSignatureLen)
{
    (void)pParameter;
    CALL_RETURN(call_on_session(&call, hSession),
                message_verify_next(&call, ulParameterLen, pData, ulDataLen, pSignature, ulSignatureLen));
}

CK_RV C_MessageVerifyFinal(CK_SESSION_HANDLE hSession)
{
    CALL_RETURN(call_on_session(&call, hSession), message_end(&call, OPERATION_MESSAGE_VERIFY));
}
