/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys made, wrapped, unwrapped and derived (PKCS#11 3.2, 5.18). */
#include "module/api/call.h"
#include "module/rv.h"
#include "module/session/agreement.h"
#include "module/session/generation.h"
#include "module/session/wrapping.h"

static CK_RV keys_generate(struct call *call, const CK_MECHANISM *mechanism,
                           struct generation_template public_half, struct generation_template private_half,
                           CK_OBJECT_HANDLE *ret_public, CK_OBJECT_HANDLE *ret_private)
{
    if (mechanism == NULL || ret_public == NULL || ret_private == NULL)
        return CKR_ARGUMENTS_BAD;
    return generation_generate(&call->place, mechanism, &public_half, &private_half, ret_public, ret_private);
}

CK_RV C_GenerateKeyPair(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
                        CK_ATTRIBUTE_PTR pPublicKeyTemplate, CK_ULONG ulPublicKeyAttributeCount,
                        CK_ATTRIBUTE_PTR pPrivateKeyTemplate, CK_ULONG ulPrivateKeyAttributeCount,
                        CK_OBJECT_HANDLE_PTR phPublicKey, CK_OBJECT_HANDLE_PTR phPrivateKey)
{
    CALL_RETURN(call_on_writable(&call, hSession),
                keys_generate(&call, pMechanism,
                              (struct generation_template){ pPublicKeyTemplate, ulPublicKeyAttributeCount },
                              (struct generation_template){ pPrivateKeyTemplate, ulPrivateKeyAttributeCount },
                              phPublicKey, phPrivateKey));
}

static CK_RV keys_wrap(struct call *call, const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE wrapping_key,
                       CK_OBJECT_HANDLE key, CK_BYTE_PTR out, CK_ULONG_PTR size)
{
    if (mechanism == NULL || size == NULL)
        return CKR_ARGUMENTS_BAD;
    return wrapping_wrap(&call->place, mechanism, wrapping_key, key, out, size);
}

CK_RV C_WrapKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hWrappingKey,
                CK_OBJECT_HANDLE hKey, CK_BYTE_PTR pWrappedKey, CK_ULONG_PTR pulWrappedKeyLen)
{
    CALL_RETURN(call_on_session(&call, hSession),
                keys_wrap(&call, pMechanism, hWrappingKey, hKey, pWrappedKey, pulWrappedKeyLen));
}

static CK_RV keys_unwrap(struct call *call, const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE unwrapping_key,
                         const void *wrapped, CK_ULONG size, struct generation_template template,
                         CK_OBJECT_HANDLE *ret)
{
    if (mechanism == NULL || wrapped == NULL || ret == NULL)
        return CKR_ARGUMENTS_BAD;
    return wrapping_unwrap(&call->place, call->session->handle, mechanism, unwrapping_key,
                           bytes_make(wrapped, size), template.items, template.count, ret);
}

CK_RV C_UnwrapKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hUnwrappingKey,
                  CK_BYTE_PTR pWrappedKey, CK_ULONG ulWrappedKeyLen, CK_ATTRIBUTE_PTR pTemplate,
                  CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phKey)
{
    CALL_RETURN(call_on_session(&call, hSession),
                keys_unwrap(&call, pMechanism, hUnwrappingKey, pWrappedKey, ulWrappedKeyLen,
                            (struct generation_template){ pTemplate, ulCount }, phKey));
}

static CK_RV keys_derive(struct call *call, const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE base,
                         const CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *ret)
{
    if (mechanism == NULL || ret == NULL)
        return CKR_ARGUMENTS_BAD;
    return agreement_derive(&call->place, call->session->handle, mechanism, base, template, count, ret);
}

CK_RV C_DeriveKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hBaseKey,
                  CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phKey)
{
    CALL_RETURN(call_on_session(&call, hSession),
                keys_derive(&call, pMechanism, hBaseKey, pTemplate, ulCount, phKey));
}
