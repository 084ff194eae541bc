/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* creation.h: making, copying, changing and destroying objects (PKCS#11 3.2, 5.7). */
#ifndef ECP_MODULE_CREATION_H
#define ECP_MODULE_CREATION_H

#include "module/session/operation.h"

/** Who asks: a session. */
struct creation_owner {
    CK_SESSION_HANDLE session;
    bool read_write;
};

/**
 * C_CreateObject: a session object, or with CKA_TOKEN a certificate, datum or private key on the card. A
 * public key "on the token" is the half of a key pair that is there already: its object is the answer.
 * CKR_SESSION_READ_ONLY, CKR_TEMPLATE_INCOMPLETE, CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_VALUE_INVALID,
 * CKR_USER_NOT_LOGGED_IN …
 */
CK_RV creation_create(const struct operation_place *place, const struct creation_owner *owner,
                      const CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *ret);

/** C_CopyObject. CKR_ACTION_PROHIBITED for keys of the card and for copies that would be on the card. */
CK_RV creation_copy(const struct operation_place *place, const struct creation_owner *owner,
                    CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *template, CK_ULONG count,
                    CK_OBJECT_HANDLE *ret);

/** C_SetAttributeValue. Ids and labels of the card's objects become aliases; a datum's value is written. */
CK_RV creation_change(const struct operation_place *place, const struct creation_owner *owner,
                      CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *template, CK_ULONG count);

/** C_DestroyObject. CKR_ACTION_PROHIBITED for what cannot go alone: a public key, a profile. */
CK_RV creation_destroy(const struct operation_place *place, const struct creation_owner *owner,
                       CK_OBJECT_HANDLE handle);

/** TEMPLATE may be that of a derived or unwrapped key: a secret key of the session.
 * CKR_TEMPLATE_INCONSISTENT. */
CK_RV creation_check_secret(const CK_ATTRIBUTE *template, CK_ULONG count);

/** Makes a secret key of TEMPLATE with VALUE (copied), a session object of OWNER. */
CK_RV creation_secret(const struct operation_place *place, CK_SESSION_HANDLE owner,
                      const CK_ATTRIBUTE *template, CK_ULONG count, const struct secret *value,
                      CK_OBJECT_HANDLE *ret);

/** Gives OBJECT the CKA_ID and CKA_LABEL of TEMPLATE where the card stored others: names until C_Finalize. */
CK_RV creation_name(struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count);

#endif
