/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* attribute.h: attributes of objects, read one at a time with the lengths that a module says checked. */
#ifndef ECP_TOOL_ATTRIBUTE_H
#define ECP_TOOL_ATTRIBUTE_H

#include "asn1/buf.h"
#include "tool/session.h"

/** Appends the value of an attribute. CKR_BUFFER_TOO_SMALL if it does not fit, and what the module says. */
CK_RV attribute_get(const struct session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, struct buf *out);

/** The value in memory of its own, for the caller to free; NULL if there is none, it is empty or over 1 MiB. */
uint8_t *attribute_new(const struct session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, size_t *size);

/** A CK_BBOOL, false if it cannot be read. */
bool attribute_bool(const struct session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);

/** A CK_ULONG; CK_UNAVAILABLE_INFORMATION if it cannot be read. */
CK_ULONG attribute_number(const struct session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);

/** Finds all objects that match TEMPLATE; *RET is freed by the caller. */
CK_RV attribute_find(const struct session *session, CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE **ret,
                     size_t *found);

#endif
