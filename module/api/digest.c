/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digests (PKCS#11 3.2, 5.12), computed on the host. */
#include "module/api/running.h"
#include "module/rv.h"

CK_RV C_DigestInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_init(&call, OPERATION_DIGEST, pMechanism, CK_INVALID_HANDLE));
}

CK_RV C_Digest(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pDigest,
               CK_ULONG_PTR pulDigestLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_whole(&call, OPERATION_DIGEST, pData, ulDataLen, pDigest, pulDigestLen));
}

CK_RV C_DigestUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession), running_update(&call, OPERATION_DIGEST, pPart, ulPartLen));
}

static CK_RV digest_key(struct call *call, CK_OBJECT_HANDLE handle)
{
    struct object *key;

    if (call->session->operations[OPERATION_DIGEST] == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    TRY_RV(operation_key(call->place.token, handle, &key));
    if (key->value == NULL)
        return CKR_KEY_INDIGESTIBLE;
    const struct bytes value = secret_bytes(key->value);
    return running_update(call, OPERATION_DIGEST, value.data, value.size);
}

CK_RV C_DigestKey(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hKey)
{
    CALL_RETURN(call_on_session(&call, hSession), digest_key(&call, hKey));
}

CK_RV C_DigestFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pDigest, CK_ULONG_PTR pulDigestLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_final(&call, OPERATION_DIGEST, pDigest, pulDigestLen));
}
