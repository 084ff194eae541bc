/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pkcs11.h: the dictionary of Cryptoki, PKCS#11 3.2 (OASIS), with 3.0 and 2.40 in it: types, constants,
 * functions and the three function lists. An application needs nothing else; it compiles with the folder
 * above this one in the path.
 *
 * The order of the functions here is the order in the function lists, which is part of the binary interface.
 */
#ifndef ECP_PKCS11_H
#define ECP_PKCS11_H

#include "pkcs11-headers/pkcs11-attributes.h"
#include "pkcs11-headers/pkcs11-mechanisms.h"
#include "pkcs11-headers/pkcs11-parameters.h"
#include "pkcs11-headers/pkcs11-types.h"
#include "pkcs11-headers/pkcs11-values.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CK_FUNCTION_LIST CK_FUNCTION_LIST;
typedef CK_FUNCTION_LIST *CK_FUNCTION_LIST_PTR, **CK_FUNCTION_LIST_PTR_PTR;
typedef struct CK_FUNCTION_LIST_3_0 CK_FUNCTION_LIST_3_0;
typedef CK_FUNCTION_LIST_3_0 *CK_FUNCTION_LIST_3_0_PTR, **CK_FUNCTION_LIST_3_0_PTR_PTR;
typedef struct CK_FUNCTION_LIST_3_2 CK_FUNCTION_LIST_3_2;
typedef CK_FUNCTION_LIST_3_2 *CK_FUNCTION_LIST_3_2_PTR, **CK_FUNCTION_LIST_3_2_PTR_PTR;

/** Declares a function, visible outside its library, and CK_C_…, the type of a pointer to it. */
#define CK_DECLARE(name, ...)                                                                                \
    CK_RV name(__VA_ARGS__) __attribute__((visibility("default")));                                          \
    typedef CK_RV (*CK_##name)(__VA_ARGS__);

/* general (5.4) */
CK_DECLARE(C_Initialize, CK_VOID_PTR pInitArgs)
CK_DECLARE(C_Finalize, CK_VOID_PTR pReserved)
CK_DECLARE(C_GetInfo, CK_INFO_PTR pInfo)
CK_DECLARE(C_GetFunctionList, CK_FUNCTION_LIST_PTR_PTR ppFunctionList)

/* slots and tokens (5.5) */
CK_DECLARE(C_GetSlotList, CK_BBOOL tokenPresent, CK_SLOT_ID_PTR pSlotList, CK_ULONG_PTR pulCount)
CK_DECLARE(C_GetSlotInfo, CK_SLOT_ID slotID, CK_SLOT_INFO_PTR pInfo)
CK_DECLARE(C_GetTokenInfo, CK_SLOT_ID slotID, CK_TOKEN_INFO_PTR pInfo)
CK_DECLARE(C_GetMechanismList, CK_SLOT_ID slotID, CK_MECHANISM_TYPE_PTR pMechanismList, CK_ULONG_PTR pulCount)
CK_DECLARE(C_GetMechanismInfo, CK_SLOT_ID slotID, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO_PTR pInfo)
CK_DECLARE(C_InitToken, CK_SLOT_ID slotID, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen, CK_UTF8CHAR_PTR pLabel)
CK_DECLARE(C_InitPIN, CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen)
CK_DECLARE(C_SetPIN, CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pOldPin, CK_ULONG ulOldLen,
           CK_UTF8CHAR_PTR pNewPin, CK_ULONG ulNewLen)

/* sessions (5.6) */
CK_DECLARE(C_OpenSession, CK_SLOT_ID slotID, CK_FLAGS flags, CK_VOID_PTR pApplication, CK_NOTIFY Notify,
           CK_SESSION_HANDLE_PTR phSession)
CK_DECLARE(C_CloseSession, CK_SESSION_HANDLE hSession)
CK_DECLARE(C_CloseAllSessions, CK_SLOT_ID slotID)
CK_DECLARE(C_GetSessionInfo, CK_SESSION_HANDLE hSession, CK_SESSION_INFO_PTR pInfo)
CK_DECLARE(C_GetOperationState, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pOperationState,
           CK_ULONG_PTR pulOperationStateLen)
CK_DECLARE(C_SetOperationState, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pOperationState,
           CK_ULONG ulOperationStateLen, CK_OBJECT_HANDLE hEncryptionKey, CK_OBJECT_HANDLE hAuthenticationKey)
CK_DECLARE(C_Login, CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin,
           CK_ULONG ulPinLen)
CK_DECLARE(C_Logout, CK_SESSION_HANDLE hSession)

/* objects (5.7) */
CK_DECLARE(C_CreateObject, CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount,
           CK_OBJECT_HANDLE_PTR phObject)
CK_DECLARE(C_CopyObject, CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
           CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phNewObject)
CK_DECLARE(C_DestroyObject, CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject)
CK_DECLARE(C_GetObjectSize, CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ULONG_PTR pulSize)
CK_DECLARE(C_GetAttributeValue, CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject,
           CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount)
CK_DECLARE(C_SetAttributeValue, CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject,
           CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount)
CK_DECLARE(C_FindObjectsInit, CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount)
CK_DECLARE(C_FindObjects, CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE_PTR phObject,
           CK_ULONG ulMaxObjectCount, CK_ULONG_PTR pulObjectCount)
CK_DECLARE(C_FindObjectsFinal, CK_SESSION_HANDLE hSession)

/* encryption and decryption (5.8, 5.10) */
CK_DECLARE(C_EncryptInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_Encrypt, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
           CK_BYTE_PTR pEncryptedData, CK_ULONG_PTR pulEncryptedDataLen)
CK_DECLARE(C_EncryptUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
           CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
CK_DECLARE(C_EncryptFinal, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastEncryptedPart,
           CK_ULONG_PTR pulLastEncryptedPartLen)
CK_DECLARE(C_DecryptInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_Decrypt, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedData, CK_ULONG ulEncryptedDataLen,
           CK_BYTE_PTR pData, CK_ULONG_PTR pulDataLen)
CK_DECLARE(C_DecryptUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
           CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)
CK_DECLARE(C_DecryptFinal, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastPart, CK_ULONG_PTR pulLastPartLen)

/* digests (5.12) */
CK_DECLARE(C_DigestInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism)
CK_DECLARE(C_Digest, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pDigest,
           CK_ULONG_PTR pulDigestLen)
CK_DECLARE(C_DigestUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
CK_DECLARE(C_DigestKey, CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_DigestFinal, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pDigest, CK_ULONG_PTR pulDigestLen)

/* signatures (5.13, 5.15) */
CK_DECLARE(C_SignInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_Sign, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
           CK_ULONG_PTR pulSignatureLen)
CK_DECLARE(C_SignUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
CK_DECLARE(C_SignFinal, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen)
CK_DECLARE(C_SignRecoverInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_SignRecover, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
           CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen)
CK_DECLARE(C_VerifyInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_Verify, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
           CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
CK_DECLARE(C_VerifyUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
CK_DECLARE(C_VerifyFinal, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
CK_DECLARE(C_VerifyRecoverInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_VerifyRecover, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen,
           CK_BYTE_PTR pData, CK_ULONG_PTR pulDataLen)

/* two at once (5.17) */
CK_DECLARE(C_DigestEncryptUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
           CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
CK_DECLARE(C_DecryptDigestUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
           CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)
CK_DECLARE(C_SignEncryptUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
           CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
CK_DECLARE(C_DecryptVerifyUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
           CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)

/* keys (5.18) */
CK_DECLARE(C_GenerateKey, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_ATTRIBUTE_PTR pTemplate,
           CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phKey)
CK_DECLARE(C_GenerateKeyPair, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_ATTRIBUTE_PTR pPublicKeyTemplate, CK_ULONG ulPublicKeyAttributeCount,
           CK_ATTRIBUTE_PTR pPrivateKeyTemplate, CK_ULONG ulPrivateKeyAttributeCount,
           CK_OBJECT_HANDLE_PTR phPublicKey, CK_OBJECT_HANDLE_PTR phPrivateKey)
CK_DECLARE(C_WrapKey, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hWrappingKey,
           CK_OBJECT_HANDLE hKey, CK_BYTE_PTR pWrappedKey, CK_ULONG_PTR pulWrappedKeyLen)
CK_DECLARE(C_UnwrapKey, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hUnwrappingKey, CK_BYTE_PTR pWrappedKey, CK_ULONG ulWrappedKeyLen,
           CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phKey)
CK_DECLARE(C_DeriveKey, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hBaseKey,
           CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phKey)

/* random numbers (5.19), what is left of parallel functions (5.20), slot events (5.5.4) */
CK_DECLARE(C_SeedRandom, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSeed, CK_ULONG ulSeedLen)
CK_DECLARE(C_GenerateRandom, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pRandomData, CK_ULONG ulRandomLen)
CK_DECLARE(C_GetFunctionStatus, CK_SESSION_HANDLE hSession)
CK_DECLARE(C_CancelFunction, CK_SESSION_HANDLE hSession)
CK_DECLARE(C_WaitForSlotEvent, CK_FLAGS flags, CK_SLOT_ID_PTR pSlot, CK_VOID_PTR pReserved)

/* 3.0: interfaces, named users, cancelling */
CK_DECLARE(C_GetInterfaceList, CK_INTERFACE_PTR pInterfacesList, CK_ULONG_PTR pulCount)
CK_DECLARE(C_GetInterface, CK_UTF8CHAR_PTR pInterfaceName, CK_VERSION_PTR pVersion,
           CK_INTERFACE_PTR_PTR ppInterface, CK_FLAGS flags)
CK_DECLARE(C_LoginUser, CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin,
           CK_ULONG ulPinLen, CK_UTF8CHAR_PTR pUsername, CK_ULONG ulUsernameLen)
CK_DECLARE(C_SessionCancel, CK_SESSION_HANDLE hSession, CK_FLAGS flags)

/* 3.0: messages (5.9, 5.11, 5.14, 5.16) */
CK_DECLARE(C_MessageEncryptInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_EncryptMessage, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen, CK_BYTE_PTR pPlaintext,
           CK_ULONG ulPlaintextLen, CK_BYTE_PTR pCiphertext, CK_ULONG_PTR pulCiphertextLen)
CK_DECLARE(C_EncryptMessageBegin, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen)
CK_DECLARE(C_EncryptMessageNext, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pPlaintextPart, CK_ULONG ulPlaintextPartLen, CK_BYTE_PTR pCiphertextPart,
           CK_ULONG_PTR pulCiphertextPartLen, CK_FLAGS flags)
CK_DECLARE(C_MessageEncryptFinal, CK_SESSION_HANDLE hSession)
CK_DECLARE(C_MessageDecryptInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_DecryptMessage, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen, CK_BYTE_PTR pCiphertext,
           CK_ULONG ulCiphertextLen, CK_BYTE_PTR pPlaintext, CK_ULONG_PTR pulPlaintextLen)
CK_DECLARE(C_DecryptMessageBegin, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen)
CK_DECLARE(C_DecryptMessageNext, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pCiphertextPart, CK_ULONG ulCiphertextPartLen, CK_BYTE_PTR pPlaintextPart,
           CK_ULONG_PTR pulPlaintextPartLen, CK_FLAGS flags)
CK_DECLARE(C_MessageDecryptFinal, CK_SESSION_HANDLE hSession)
CK_DECLARE(C_MessageSignInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_SignMessage, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen)
CK_DECLARE(C_SignMessageBegin, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen)
CK_DECLARE(C_SignMessageNext, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen)
CK_DECLARE(C_MessageSignFinal, CK_SESSION_HANDLE hSession)
CK_DECLARE(C_MessageVerifyInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hKey)
CK_DECLARE(C_VerifyMessage, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
CK_DECLARE(C_VerifyMessageBegin, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen)
CK_DECLARE(C_VerifyMessageNext, CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
           CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
CK_DECLARE(C_MessageVerifyFinal, CK_SESSION_HANDLE hSession)

/* 3.2: key encapsulation, signature first, validation, asynchronous operations, authenticated wrapping */
CK_DECLARE(C_EncapsulateKey, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hPublicKey, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount, CK_BYTE_PTR pCiphertext,
           CK_ULONG_PTR pulCiphertextLen, CK_OBJECT_HANDLE_PTR phKey)
CK_DECLARE(C_DecapsulateKey, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hPrivateKey, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount,
           CK_BYTE_PTR pCiphertext, CK_ULONG ulCiphertextLen, CK_OBJECT_HANDLE_PTR phKey)
CK_DECLARE(C_VerifySignatureInit, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hKey, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
CK_DECLARE(C_VerifySignature, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen)
CK_DECLARE(C_VerifySignatureUpdate, CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
CK_DECLARE(C_VerifySignatureFinal, CK_SESSION_HANDLE hSession)
CK_DECLARE(C_GetSessionValidationFlags, CK_SESSION_HANDLE hSession, CK_SESSION_VALIDATION_FLAGS_TYPE type,
           CK_FLAGS_PTR pFlags)
CK_DECLARE(C_AsyncComplete, CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName,
           CK_ASYNC_DATA_PTR pResult)
CK_DECLARE(C_AsyncGetID, CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ULONG_PTR pulID)
CK_DECLARE(C_AsyncJoin, CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ULONG ulID,
           CK_BYTE_PTR pData, CK_ULONG ulData)
CK_DECLARE(C_WrapKeyAuthenticated, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hWrappingKey, CK_OBJECT_HANDLE hKey, CK_BYTE_PTR pAssociatedData,
           CK_ULONG ulAssociatedDataLen, CK_BYTE_PTR pWrappedKey, CK_ULONG_PTR pulWrappedKeyLen)
CK_DECLARE(C_UnwrapKeyAuthenticated, CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
           CK_OBJECT_HANDLE hUnwrappingKey, CK_BYTE_PTR pWrappedKey, CK_ULONG ulWrappedKeyLen,
           CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount, CK_BYTE_PTR pAssociatedData,
           CK_ULONG ulAssociatedDataLen, CK_OBJECT_HANDLE_PTR phKey)

/** The functions of 2.40 in the order of the list: X(name) for each. */
#define CK_FUNCTIONS_2_40(X)                                                                                 \
    X(C_Initialize) X(C_Finalize) X(C_GetInfo) X(C_GetFunctionList) X(C_GetSlotList) X(C_GetSlotInfo)        \
    X(C_GetTokenInfo) X(C_GetMechanismList) X(C_GetMechanismInfo) X(C_InitToken) X(C_InitPIN)                \
    X(C_SetPIN) X(C_OpenSession) X(C_CloseSession) X(C_CloseAllSessions) X(C_GetSessionInfo)                 \
    X(C_GetOperationState) X(C_SetOperationState) X(C_Login) X(C_Logout) X(C_CreateObject)                   \
    X(C_CopyObject) X(C_DestroyObject) X(C_GetObjectSize) X(C_GetAttributeValue) X(C_SetAttributeValue)      \
    X(C_FindObjectsInit) X(C_FindObjects) X(C_FindObjectsFinal) X(C_EncryptInit) X(C_Encrypt)                \
    X(C_EncryptUpdate) X(C_EncryptFinal) X(C_DecryptInit) X(C_Decrypt) X(C_DecryptUpdate)                    \
    X(C_DecryptFinal) X(C_DigestInit) X(C_Digest) X(C_DigestUpdate) X(C_DigestKey) X(C_DigestFinal)          \
    X(C_SignInit) X(C_Sign) X(C_SignUpdate) X(C_SignFinal) X(C_SignRecoverInit) X(C_SignRecover)             \
    X(C_VerifyInit) X(C_Verify) X(C_VerifyUpdate) X(C_VerifyFinal) X(C_VerifyRecoverInit)                    \
    X(C_VerifyRecover) X(C_DigestEncryptUpdate) X(C_DecryptDigestUpdate) X(C_SignEncryptUpdate)              \
    X(C_DecryptVerifyUpdate) X(C_GenerateKey) X(C_GenerateKeyPair) X(C_WrapKey) X(C_UnwrapKey)               \
    X(C_DeriveKey) X(C_SeedRandom) X(C_GenerateRandom) X(C_GetFunctionStatus) X(C_CancelFunction)            \
    X(C_WaitForSlotEvent)

/** What 3.0 adds. */
#define CK_FUNCTIONS_3_0(X)                                                                                  \
    X(C_GetInterfaceList) X(C_GetInterface) X(C_LoginUser) X(C_SessionCancel) X(C_MessageEncryptInit)        \
    X(C_EncryptMessage) X(C_EncryptMessageBegin) X(C_EncryptMessageNext) X(C_MessageEncryptFinal)            \
    X(C_MessageDecryptInit) X(C_DecryptMessage) X(C_DecryptMessageBegin) X(C_DecryptMessageNext)             \
    X(C_MessageDecryptFinal) X(C_MessageSignInit) X(C_SignMessage) X(C_SignMessageBegin)                     \
    X(C_SignMessageNext) X(C_MessageSignFinal) X(C_MessageVerifyInit) X(C_VerifyMessage)                     \
    X(C_VerifyMessageBegin) X(C_VerifyMessageNext) X(C_MessageVerifyFinal)

/** What 3.2 adds. */
#define CK_FUNCTIONS_3_2(X)                                                                                  \
    X(C_EncapsulateKey) X(C_DecapsulateKey) X(C_VerifySignatureInit) X(C_VerifySignature)                    \
    X(C_VerifySignatureUpdate) X(C_VerifySignatureFinal) X(C_GetSessionValidationFlags)                      \
    X(C_AsyncComplete) X(C_AsyncGetID) X(C_AsyncJoin) X(C_WrapKeyAuthenticated)                              \
    X(C_UnwrapKeyAuthenticated)

#define CK_MEMBER(name) CK_##name name;

struct CK_FUNCTION_LIST {
    CK_VERSION version;
    CK_FUNCTIONS_2_40(CK_MEMBER)
};

struct CK_FUNCTION_LIST_3_0 {
    CK_VERSION version;
    CK_FUNCTIONS_2_40(CK_MEMBER)
    CK_FUNCTIONS_3_0(CK_MEMBER)
};

struct CK_FUNCTION_LIST_3_2 {
    CK_VERSION version;
    CK_FUNCTIONS_2_40(CK_MEMBER)
    CK_FUNCTIONS_3_0(CK_MEMBER)
    CK_FUNCTIONS_3_2(CK_MEMBER)
};

#undef CK_MEMBER
#undef CK_DECLARE

#ifdef __cplusplus
}
#endif

#endif
