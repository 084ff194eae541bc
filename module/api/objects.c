/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects (PKCS#11 3.2, 5.7). */
#include "module/api/call.h"
#include "module/rv.h"
#include "module/session/creation.h"

static struct creation_owner objects_owner(const struct call *call)
{
    return (struct creation_owner){ call->session->handle, call->session->read_write };
}

static CK_RV objects_create(struct call *call, const CK_ATTRIBUTE *template, CK_ULONG count,
                            CK_OBJECT_HANDLE *ret)
{
    const struct creation_owner owner = objects_owner(call);
    if (ret == NULL)
        return CKR_ARGUMENTS_BAD;
    return creation_create(&call->place, &owner, template, count, ret);
}

CK_RV C_CreateObject(CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount,
                     CK_OBJECT_HANDLE_PTR phObject)
{
    CALL_RETURN(call_on_session(&call, hSession), objects_create(&call, pTemplate, ulCount, phObject));
}

static CK_RV objects_copy(struct call *call, CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *template,
                          CK_ULONG count, CK_OBJECT_HANDLE *ret)
{
    const struct creation_owner owner = objects_owner(call);
    if (ret == NULL)
        return CKR_ARGUMENTS_BAD;
    return creation_copy(&call->place, &owner, handle, template, count, ret);
}

CK_RV C_CopyObject(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
                   CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phNewObject)
{
    CALL_RETURN(call_on_session(&call, hSession),
                objects_copy(&call, hObject, pTemplate, ulCount, phNewObject));
}

static CK_RV objects_destroy(struct call *call, CK_OBJECT_HANDLE handle)
{
    const struct creation_owner owner = objects_owner(call);
    return creation_destroy(&call->place, &owner, handle);
}

CK_RV C_DestroyObject(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject)
{
    CALL_RETURN(call_on_session(&call, hSession), objects_destroy(&call, hObject));
}

static CK_RV objects_size(struct call *call, CK_OBJECT_HANDLE handle, CK_ULONG *ret)
{
    const struct object *object = search_object(call->place.token, handle);
    if (ret == NULL)
        return CKR_ARGUMENTS_BAD;
    if (object == NULL)
        return CKR_OBJECT_HANDLE_INVALID;
    *ret = object_size(object);
    return CKR_OK;
}

CK_RV C_GetObjectSize(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ULONG_PTR pulSize)
{
    CALL_RETURN(call_on_session(&call, hSession), objects_size(&call, hObject, pulSize));
}

/* A datum's value is read from the card when somebody wants it. */
static CK_RV attributes_read(struct call *call, CK_OBJECT_HANDLE handle, CK_ATTRIBUTE *template, CK_ULONG count)
{
    struct object *object = search_object(call->place.token, handle);

    if (object == NULL)
        return CKR_OBJECT_HANDLE_INVALID;
    if (template == NULL)
        return count == 0 ? CKR_OK : CKR_ARGUMENTS_BAD;
    if (object->class == CKO_DATA && object->owner == CK_INVALID_HANDLE && !object->value_loaded &&
        template_get(template, count, CKA_VALUE) != NULL)
        TRY_RV(token_load(call->place.token, object));
    return object_read(object, template, count);
}

CK_RV C_GetAttributeValue(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
                          CK_ULONG ulCount)
{
    CALL_RETURN(call_on_session(&call, hSession), attributes_read(&call, hObject, pTemplate, ulCount));
}

static CK_RV objects_change(struct call *call, CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *template,
                            CK_ULONG count)
{
    const struct creation_owner owner = objects_owner(call);
    return creation_change(&call->place, &owner, handle, template, count);
}

CK_RV C_SetAttributeValue(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
                          CK_ULONG ulCount)
{
    CALL_RETURN(call_on_session(&call, hSession), objects_change(&call, hObject, pTemplate, ulCount));
}

static CK_RV objects_find_init(struct call *call, const CK_ATTRIBUTE *template, CK_ULONG count)
{
    if (call->session->search != NULL)
        return CKR_OPERATION_ACTIVE;
    return search_new(call->place.token, template, count, &call->session->search);
}

CK_RV C_FindObjectsInit(CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount)
{
    CALL_RETURN(call_on_session_now(&call, hSession), objects_find_init(&call, pTemplate, ulCount));
}

static CK_RV objects_find(struct call *call, CK_OBJECT_HANDLE *ret, CK_ULONG max, CK_ULONG *ret_count)
{
    if (call->session->search == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (ret_count == NULL || (ret == NULL && max != 0))
        return CKR_ARGUMENTS_BAD;
    *ret_count = search_next(call->session->search, ret, max);
    return CKR_OK;
}

CK_RV C_FindObjects(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE_PTR phObject, CK_ULONG ulMaxObjectCount,
                    CK_ULONG_PTR pulObjectCount)
{
    CALL_RETURN(call_on_session(&call, hSession),
                objects_find(&call, phObject, ulMaxObjectCount, pulObjectCount));
}

static CK_RV objects_find_final(struct call *call)
{
    if (call->session->search == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    search_free(&call->session->search);
    return CKR_OK;
}

CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE hSession)
{
    CALL_RETURN(call_on_session(&call, hSession), objects_find_final(&call));
}
