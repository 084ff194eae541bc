/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures with the card's keys (PKCS#11 3.2, 5.13). */
#include "module/api/running.h"

CK_RV C_SignInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
    CALL_RETURN(call_on_session(&call, hSession), running_init(&call, OPERATION_SIGN, pMechanism, hKey));
}

CK_RV C_Sign(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
             CK_ULONG_PTR pulSignatureLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_whole(&call, OPERATION_SIGN, pData, ulDataLen, pSignature, pulSignatureLen));
}

CK_RV C_SignUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession), running_update(&call, OPERATION_SIGN, pPart, ulPartLen));
}

CK_RV C_SignFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_final(&call, OPERATION_SIGN, pSignature, pulSignatureLen));
}

CK_RV C_SignRecoverInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_init(&call, OPERATION_SIGN_RECOVER, pMechanism, hKey));
}

CK_RV C_SignRecover(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
                    CK_ULONG_PTR pulSignatureLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_whole(&call, OPERATION_SIGN_RECOVER, pData, ulDataLen, pSignature, pulSignatureLen));
}
