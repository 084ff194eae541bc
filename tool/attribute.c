/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/attribute.h"

#include <stdlib.h>

#define VALUE_MAX (1ul << 20)

CK_RV attribute_get(const struct session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, struct buf *out)
{
    size_t room = buf_room(out);
    CK_ATTRIBUTE attribute = { type, NULL, room };
    CK_RV rv;

    if (!room)
        return CKR_BUFFER_TOO_SMALL;
    attribute.pValue = buf_reserve(out, room);
    rv = session->client->p11->C_GetAttributeValue(session->handle, object, &attribute, 1);
    if (rv == CKR_OK && attribute.ulValueLen > room)
        rv = CKR_GENERAL_ERROR;
    buf_truncate(out, out->size - room + (rv == CKR_OK ? attribute.ulValueLen : 0));
    return rv;
}

uint8_t *attribute_new(const struct session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, size_t *size)
{
    CK_ATTRIBUTE attribute = { type, NULL, 0 };
    CK_FUNCTION_LIST_PTR p11 = session->client->p11;
    CK_ULONG length;

    *size = 0;
    if (p11->C_GetAttributeValue(session->handle, object, &attribute, 1) != CKR_OK || attribute.ulValueLen == 0 ||
        attribute.ulValueLen > VALUE_MAX)
        return NULL;
    length = attribute.ulValueLen;
    attribute.pValue = malloc(length);
    if (attribute.pValue && p11->C_GetAttributeValue(session->handle, object, &attribute, 1) == CKR_OK &&
        attribute.ulValueLen <= length) {
        *size = attribute.ulValueLen;
        return attribute.pValue;
    }
    free(attribute.pValue);
    return NULL;
}

bool attribute_bool(const struct session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
    uint8_t value[1] = { 0 };
    struct buf out = BUF_OVER(value);

    return attribute_get(session, object, type, &out) == CKR_OK && out.size == 1 && value[0];
}

CK_ULONG attribute_number(const struct session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
    CK_ULONG value = 0;
    CK_ATTRIBUTE attribute = { type, &value, sizeof(value) };

    if (session->client->p11->C_GetAttributeValue(session->handle, object, &attribute, 1) != CKR_OK ||
        attribute.ulValueLen != sizeof(value))
        return CK_UNAVAILABLE_INFORMATION;
    return value;
}

static CK_RV collect(const struct session *session, CK_OBJECT_HANDLE **ret, size_t *found)
{
    size_t room = 0;

    for (;;) {
        CK_OBJECT_HANDLE *grown;
        CK_ULONG count = 0;
        CK_RV rv;

        grown = realloc(*ret, (room + 32) * sizeof(**ret));
        if (!grown)
            return CKR_HOST_MEMORY;
        *ret = grown;
        room += 32;
        rv = session->client->p11->C_FindObjects(session->handle, grown + *found, room - *found, &count);
        if (rv != CKR_OK || count == 0 || count > room - *found)
            return rv;
        *found += count;
        room = *found;
    }
}

CK_RV attribute_find(const struct session *session, CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE **ret,
                     size_t *found)
{
    CK_FUNCTION_LIST_PTR p11 = session->client->p11;
    CK_RV rv = p11->C_FindObjectsInit(session->handle, template, count);

    *ret = NULL;
    *found = 0;
    if (rv != CKR_OK)
        return rv;
    rv = collect(session, ret, found);
    p11->C_FindObjectsFinal(session->handle);
    if (rv == CKR_OK)
        return CKR_OK;
    free(*ret);
    *ret = NULL;
    *found = 0;
    return rv;
}
