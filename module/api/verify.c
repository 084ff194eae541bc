/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checking signatures on the host (PKCS#11 3.2, 5.15, and the signature-first functions of 3.2). */
#include <string.h>

#include "module/api/running.h"
#include "module/rv.h"

/* A whole message or the end of parts; the signature is the application's. */
static CK_RV verify_finish(struct call *call, const void *data, CK_ULONG size, bool whole,
                           const void *signature, CK_ULONG signature_size)
{
    struct operation **running = &call->session->operations[OPERATION_VERIFY];
    struct bytes data_view, signature_view;

    if (*running == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (call_bytes(data, size, &data_view) != CKR_OK ||
        call_bytes(signature, signature_size, &signature_view) != CKR_OK) {
        operation_free(running);
        return CKR_ARGUMENTS_BAD;
    }
    return operation_finish_verify(&call->place, running, data_view, whole, signature_view);
}

CK_RV C_VerifyInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
    CALL_RETURN(call_on_session(&call, hSession), running_init(&call, OPERATION_VERIFY, pMechanism, hKey));
}

CK_RV C_Verify(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
               CK_ULONG ulSignatureLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                verify_finish(&call, pData, ulDataLen, true, pSignature, ulSignatureLen));
}

CK_RV C_VerifyUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession), running_update(&call, OPERATION_VERIFY, pPart, ulPartLen));
}

CK_RV C_VerifyFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                verify_finish(&call, NULL, 0, false, pSignature, ulSignatureLen));
}

CK_RV C_VerifyRecoverInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_init(&call, OPERATION_VERIFY_RECOVER, pMechanism, hKey));
}

CK_RV C_VerifyRecover(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen,
                      CK_BYTE_PTR pData, CK_ULONG_PTR pulDataLen)
{
    CALL_RETURN(call_on_session(&call, hSession), running_whole(&call, OPERATION_VERIFY_RECOVER, pSignature,
                                                                ulSignatureLen, pData, pulDataLen));
}

/* The signature is kept beside the operation until the data has come. */
static CK_RV verify_signature_init(struct call *call, const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key,
                                   const void *signature, CK_ULONG size)
{
    struct operation **running = &call->session->operations[OPERATION_SIGNATURE_VERIFY];
    struct bytes view;

    TRY_RV(call_bytes(signature, size, &view));
    TRY_RV(running_init(call, OPERATION_SIGNATURE_VERIFY, mechanism, key));
    if (*running == NULL)
        return CKR_OK;
    if (view.size != pubkey_signature_size(&(*running)->public_key)) {
        operation_free(running);
        return CKR_SIGNATURE_LEN_RANGE;
    }
    memcpy((*running)->signature, view.data, view.size);
    (*running)->signature_size = view.size;
    return CKR_OK;
}

static CK_RV verify_signature_finish(struct call *call, const void *data, CK_ULONG size, bool whole)
{
    struct operation **running = &call->session->operations[OPERATION_SIGNATURE_VERIFY];
    struct bytes view;

    if (*running == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (call_bytes(data, size, &view) != CKR_OK) {
        operation_free(running);
        return CKR_ARGUMENTS_BAD;
    }
    return operation_finish_verify(&call->place, running, view, whole,
                                   bytes_make((*running)->signature, (*running)->signature_size));
}

CK_RV C_VerifySignatureInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey,
                            CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                verify_signature_init(&call, pMechanism, hKey, pSignature, ulSignatureLen));
}

CK_RV C_VerifySignature(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen)
{
    CALL_RETURN(call_on_session(&call, hSession), verify_signature_finish(&call, pData, ulDataLen, true));
}

CK_RV C_VerifySignatureUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_update(&call, OPERATION_SIGNATURE_VERIFY, pPart, ulPartLen));
}

CK_RV C_VerifySignatureFinal(CK_SESSION_HANDLE hSession)
{
    CALL_RETURN(call_on_session(&call, hSession), verify_signature_finish(&call, NULL, 0, false));
}
