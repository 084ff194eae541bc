/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* attributes.h: a list of attributes that owns its values: get, match, copy out as the standard says. */
#ifndef ECP_MODULE_ATTRIBUTES_H
#define ECP_MODULE_ATTRIBUTES_H

#include "asn1/bytes.h"
#include "asn1/result.h"
#include "pkcs11-headers/pkcs11.h"

/** One attribute; the value belongs to the list. */
struct attribute {
    CK_ATTRIBUTE_TYPE type;
    struct bytes value;
};

/** A list. Zero-initialised it is empty. */
struct attributes {
    struct attribute *items;
    size_t count, room;
};

/** Wipes and frees everything; the list is empty afterwards. Fit for SCOPED. */
void attributes_clear(struct attributes *list);

/** Sets TYPE to a copy of VALUE, adding or replacing. CKR_HOST_MEMORY leaves the list as it was. */
CK_RV attributes_set(struct attributes *list, CK_ATTRIBUTE_TYPE type, struct bytes value);
CK_RV attributes_set_bool(struct attributes *list, CK_ATTRIBUTE_TYPE type, CK_BBOOL value);
CK_RV attributes_set_ulong(struct attributes *list, CK_ATTRIBUTE_TYPE type, CK_ULONG value);
CK_RV attributes_set_text(struct attributes *list, CK_ATTRIBUTE_TYPE type, const char *text);

/** Removes TYPE if it is there. */
void attributes_remove(struct attributes *list, CK_ATTRIBUTE_TYPE type);

/** The value of TYPE, or NULL; lives until the list changes. */
const struct attribute *attributes_get(const struct attributes *list, CK_ATTRIBUTE_TYPE type);

/** The value of TYPE as a number or truth value; FALLBACK if it is absent or of another length. */
CK_ULONG attributes_ulong(const struct attributes *list, CK_ATTRIBUTE_TYPE type, CK_ULONG fallback);
bool attributes_bool(const struct attributes *list, CK_ATTRIBUTE_TYPE type, bool fallback);

/** Copies all of FROM into LIST. */
CK_RV attributes_copy(struct attributes *list, const struct attributes *from);

/* The same questions to an application's template. */

/** The entry for TYPE in a template of COUNT, or NULL. */
const CK_ATTRIBUTE *template_get(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE_TYPE type);
CK_ULONG template_ulong(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE_TYPE type,
                        CK_ULONG fallback);
bool template_bool(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE_TYPE type, bool fallback);
struct bytes template_bytes(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE_TYPE type);

/** No entry has a NULL value with a length, an impossible length, or occurs twice: else
 * CKR_ATTRIBUTE_VALUE_INVALID, CKR_TEMPLATE_INCONSISTENT, CKR_ARGUMENTS_BAD (NULL template with a count). */
CK_RV template_check(const CK_ATTRIBUTE *template, CK_ULONG count);

/** Every entry of TEMPLATE is in LIST with the same value (C_FindObjectsInit). */
bool attributes_match(const struct attributes *list, const CK_ATTRIBUTE *template, CK_ULONG count);

/**
 * Answers one entry of C_GetAttributeValue: VALUE is the attribute's, NULL if the object has none.
 * Sets ulValueLen and copies, or sets it to CK_UNAVAILABLE_INFORMATION and returns
 * CKR_ATTRIBUTE_TYPE_INVALID, CKR_ATTRIBUTE_SENSITIVE or CKR_BUFFER_TOO_SMALL.
 */
CK_RV attribute_copy_out(CK_ATTRIBUTE *entry, const struct attribute *value, bool sensitive);

#endif
