/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* agreement.h: C_DeriveKey: ECDH on the card's key (PKCS#11 3.2, 6.3), and what GOST has (gost_agreement.h).
 */
#ifndef ECP_MODULE_AGREEMENT_H
#define ECP_MODULE_AGREEMENT_H

#include "module/session/operation.h"

/**
 * Agrees with the peer named in MECHANISM's parameter, or derives as it says, and makes a secret key of
 * TEMPLATE, a session object of OWNER. The peer's point may come raw or in a DER OCTET STRING; it is checked
 * on the host before the card sees it.
 */
CK_RV agreement_derive(const struct operation_place *place, CK_SESSION_HANDLE owner,
                       const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE base, const CK_ATTRIBUTE *template,
                       CK_ULONG count, CK_OBJECT_HANDLE *ret);

#endif
