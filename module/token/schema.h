/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* schema.h: which attributes an object has (PKCS#11 3.2, 4): tables of type, rights and default. */
#ifndef ECP_MODULE_SCHEMA_H
#define ECP_MODULE_SCHEMA_H

#include "module/token/attributes.h"

/** What a value looks like. */
enum schema_shape {
    SCHEMA_BOOL,
    SCHEMA_ULONG,
    SCHEMA_TEXT,
    SCHEMA_BYTES,
    SCHEMA_DATE, /**< CK_DATE or nothing */
    SCHEMA_LIST, /**< mechanisms */
};

/** Who may do what with an attribute of a session object. */
enum schema_right {
    SCHEMA_CREATE = 1 << 0, /**< may be given when the object is made */
    SCHEMA_NEEDED = 1 << 1, /**< must be given */
    SCHEMA_MODIFY = 1 << 2, /**< C_SetAttributeValue */
    SCHEMA_COPY = 1 << 3,   /**< C_CopyObject */
    SCHEMA_NAME = 1 << 4,   /**< on a token object C_SetAttributeValue gives it another value in memory */
    SCHEMA_SECRET = 1 << 5, /**< never readable on a private key */
    SCHEMA_RAISE = 1 << 6,  /**< may only become CK_TRUE */
    SCHEMA_LOWER = 1 << 7,  /**< may only become CK_FALSE */
};

/** The value of an attribute that nobody gave. */
enum schema_default {
    SCHEMA_ABSENT, /**< the object then does not have it */
    SCHEMA_EMPTY,
    SCHEMA_FALSE,
    SCHEMA_TRUE,
    SCHEMA_ZERO,
    SCHEMA_UNAVAILABLE,
};

/** One attribute of some kind of object. */
struct schema_row {
    CK_ATTRIBUTE_TYPE type;
    unsigned groups; /**< an object that is in all of these has it */
    enum schema_shape shape;
    unsigned rights;
    enum schema_default fallback;
};

/** The groups that an object of CLASS (and KEY_TYPE, for keys) is in; 0 for a class that is not known here.
 */
unsigned schema_groups(CK_OBJECT_CLASS class, CK_KEY_TYPE key_type);

/** The row of TYPE for objects in GROUPS, or NULL: such an object has no such attribute. Static memory. */
const struct schema_row *schema_find(unsigned groups, CK_ATTRIBUTE_TYPE type);

/** VALUE has the shape that ROW wants: else CKR_ATTRIBUTE_VALUE_INVALID. */
CK_RV schema_check_value(const struct schema_row *row, struct bytes value);

/** Gives LIST its defaults for GROUPS: every attribute that is not there yet and has one. CKR_HOST_MEMORY. */
CK_RV schema_fill(unsigned groups, struct attributes *list);

/** All that is needed for GROUPS is in LIST: else CKR_TEMPLATE_INCOMPLETE. */
CK_RV schema_check_complete(unsigned groups, const struct attributes *list);

#endif
