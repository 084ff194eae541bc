/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import.h: keys out of templates: a private key on its way to the card, a public key to compare with. */
#ifndef ECP_MODULE_IMPORT_H
#define ECP_MODULE_IMPORT_H

#include "module/session/operation.h"

/**
 * Imports the private key of TEMPLATE (RSA, EC, Ed25519, X25519; missing numbers are computed) into the card.
 * *RET belongs to the token's store. CKR_TEMPLATE_INCOMPLETE, CKR_TEMPLATE_INCONSISTENT,
 * CKR_ATTRIBUTE_VALUE_INVALID, CKR_CURVE_NOT_SUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, and those of
 * token_import().
 */
CK_RV import_private(const struct operation_place *place, const CK_ATTRIBUTE *template, CK_ULONG count,
                     struct object **ret);

/** Makes an object of a public key's TEMPLATE, whatever CKA_TOKEN says; it belongs to the caller. */
CK_RV import_public(const CK_ATTRIBUTE *template, CK_ULONG count, struct object **ret);

/** The label of TEMPLATE as a C string in TEXT; NULL if it has none. CKR_ATTRIBUTE_VALUE_INVALID if it is too
 * long. */
CK_RV import_label(const CK_ATTRIBUTE *template, CK_ULONG count, char text[CARD_TEXT_MAX], const char **ret);

/** The curve in CKA_EC_PARAMS of TEMPLATE. CKR_TEMPLATE_INCOMPLETE, CKR_CURVE_NOT_SUPPORTED,
 * CKR_DOMAIN_PARAMS_INVALID. */
CK_RV import_curve(const CK_ATTRIBUTE *template, CK_ULONG count, enum key_kind kind, enum curve *ret);

/**
 * A private key's template claims nothing that a key on a card is not: CKA_EXTRACTABLE true, CKA_SENSITIVE
 * false, another class or key type than KIND's: CKR_TEMPLATE_INCONSISTENT.
 */
CK_RV import_check_claims(const CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_CLASS class,
                          enum key_kind kind);

#endif
