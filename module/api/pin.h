/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pin.h: an application's PIN pointer becomes a secret before anything else looks at it. */
#ifndef ECP_MODULE_PIN_H
#define ECP_MODULE_PIN_H

#include "asn1/secret.h"
#include "module/token/token.h"
#include "pkcs11-headers/pkcs11.h"

/**
 * Wraps the SIZE bytes at PIN; *RET belongs to the caller. With a PIN pad in VIEW a NULL or empty PIN is
 * entered there
 * (*RET is NULL). Without one NULL is CKR_ARGUMENTS_BAD. An empty PIN, which a verified card could take for a
 * question and answer with success, and one that no card can take are IMPOSSIBLE: CKR_PIN_INCORRECT where the
 * PIN is to be right already, CKR_PIN_LEN_RANGE for a new one.
 */
CK_RV pin_take(const struct token_view *view, const void *pin, CK_ULONG size, CK_RV impossible,
               struct secret **ret);

#endif
