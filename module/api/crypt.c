/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encryption on the host, decryption on the card, and two at once (PKCS#11 3.2, 5.8, 5.10, 5.17). */
#include "module/api/running.h"
#include "module/rv.h"

CK_RV C_EncryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
    CALL_RETURN(call_on_session(&call, hSession), running_init(&call, OPERATION_ENCRYPT, pMechanism, hKey));
}

CK_RV C_Encrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pEncryptedData,
                CK_ULONG_PTR pulEncryptedDataLen)
{
    CALL_RETURN(call_on_session(&call, hSession), running_whole(&call, OPERATION_ENCRYPT, pData, ulDataLen,
                                                                pEncryptedData, pulEncryptedDataLen));
}

CK_RV C_EncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
                      CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_encrypt_part(&call, pPart, ulPartLen, pEncryptedPart, pulEncryptedPartLen));
}

CK_RV C_EncryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastEncryptedPart,
                     CK_ULONG_PTR pulLastEncryptedPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_final(&call, OPERATION_ENCRYPT, pLastEncryptedPart, pulLastEncryptedPartLen));
}

CK_RV C_DecryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
    CALL_RETURN(call_on_session(&call, hSession), running_init(&call, OPERATION_DECRYPT, pMechanism, hKey));
}

CK_RV C_Decrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedData, CK_ULONG ulEncryptedDataLen,
                CK_BYTE_PTR pData, CK_ULONG_PTR pulDataLen)
{
    CALL_RETURN(call_on_session(&call, hSession), running_whole(&call, OPERATION_DECRYPT, pEncryptedData,
                                                                ulEncryptedDataLen, pData, pulDataLen));
}

CK_RV C_DecryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart, CK_ULONG ulEncryptedPartLen,
                      CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_decrypt_part(&call, pEncryptedPart, ulEncryptedPartLen, pPart, pulPartLen));
}

CK_RV C_DecryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastPart, CK_ULONG_PTR pulLastPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                running_final(&call, OPERATION_DECRYPT, pLastPart, pulLastPartLen));
}

/* Both must run before either is fed. */
static CK_RV crypt_with(struct call *call, enum operation_use with, const void *data, CK_ULONG size,
                        CK_BYTE_PTR out, CK_ULONG_PTR out_size)
{
    if (call->session->operations[with] == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    TRY_RV(running_encrypt_part(call, data, size, out, out_size));
    return out == NULL ? CKR_OK : running_update(call, with, data, size);
}

CK_RV C_DigestEncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
                            CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                crypt_with(&call, OPERATION_DIGEST, pPart, ulPartLen, pEncryptedPart, pulEncryptedPartLen));
}

CK_RV C_SignEncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
                          CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                crypt_with(&call, OPERATION_SIGN, pPart, ulPartLen, pEncryptedPart, pulEncryptedPartLen));
}

/* What comes out of the decryption goes into the other one. */
static CK_RV decrypt_with(struct call *call, enum operation_use with, const void *data, CK_ULONG size,
                          CK_BYTE_PTR out, CK_ULONG_PTR out_size)
{
    if (call->session->operations[with] == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    TRY_RV(running_decrypt_part(call, data, size, out, out_size));
    return out == NULL || *out_size == 0 ? CKR_OK : running_update(call, with, out, *out_size);
}

CK_RV C_DecryptDigestUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
                            CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                decrypt_with(&call, OPERATION_DIGEST, pEncryptedPart, ulEncryptedPartLen, pPart, pulPartLen));
}

CK_RV C_DecryptVerifyUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
                            CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                decrypt_with(&call, OPERATION_VERIFY, pEncryptedPart, ulEncryptedPartLen, pPart, pulPartLen));
}
