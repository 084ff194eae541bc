/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* generation.h: C_GenerateKeyPair on the card (PKCS#11 3.2, 5.18). */
#ifndef ECP_MODULE_GENERATION_H
#define ECP_MODULE_GENERATION_H

#include "module/session/operation.h"

/** One half of what the application wants. */
struct generation_template {
    const CK_ATTRIBUTE *items;
    CK_ULONG count;
};

/**
 * Generates a key pair on the card. Key pairs are always on the card: CKA_TOKEN false is
 * CKR_TEMPLATE_INCONSISTENT, as are two different ids. CKR_MECHANISM_INVALID, CKR_TEMPLATE_INCOMPLETE,
 * CKR_ATTRIBUTE_VALUE_INVALID, CKR_CURVE_NOT_SUPPORTED, and those of token_generate().
 */
CK_RV generation_generate(const struct operation_place *place, const CK_MECHANISM *mechanism,
                          const struct generation_template *public_half,
                          const struct generation_template *private_half, CK_OBJECT_HANDLE *ret_public,
                          CK_OBJECT_HANDLE *ret_private);

#endif
