/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wrapping.h: C_WrapKey with an RSA public key, C_UnwrapKey with the card's RSA key or a secret key that was
 * agreed on: secret keys of the session. */
#ifndef ECP_MODULE_WRAPPING_H
#define ECP_MODULE_WRAPPING_H

#include "module/session/operation.h"

/** Wraps secret key KEY. The answer as in operation_finish(). CKR_KEY_UNEXTRACTABLE, CKR_KEY_NOT_WRAPPABLE …
 */
CK_RV wrapping_wrap(const struct operation_place *place, const CK_MECHANISM *mechanism,
                    CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, CK_BYTE_PTR out, CK_ULONG_PTR size);

/** Unwraps WRAPPED into a secret key of TEMPLATE, a session object of OWNER. CKR_WRAPPED_KEY_INVALID … */
CK_RV wrapping_unwrap(const struct operation_place *place, CK_SESSION_HANDLE owner,
                      const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE unwrapping_key, struct bytes wrapped,
                      const CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *ret);

#endif
