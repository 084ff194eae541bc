/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/search.h"

#include <stdlib.h>

#include "module/rv.h"

struct search {
    size_t count, next;
    CK_OBJECT_HANDLE handles[];
};

bool search_sees(const struct token *token, const struct object *object)
{
    switch (token_view(token)->login) {
    case TOKEN_USER:
        return true;
    case TOKEN_SO:
        return !object->private || (object->class == CKO_PRIVATE_KEY && object->owner == CK_INVALID_HANDLE);
    case TOKEN_PUBLIC:
        break;
    }
    return !object->private;
}

struct object *search_object(struct token *token, CK_OBJECT_HANDLE handle)
{
    struct object *object = object_store_find(token_objects(token), handle);
    return object != NULL && search_sees(token, object) ? object : NULL;
}

/* A datum's value is read only for somebody who compares it. */
static bool object_found(struct token *token, struct object *object, const CK_ATTRIBUTE *template,
                         CK_ULONG count)
{
    if (!search_sees(token, object))
        return false;
    if (object->class == CKO_DATA && !object->value_loaded &&
        template_get(template, count, CKA_VALUE) != NULL && token_load(token, object) != CKR_OK)
        return false;
    return attributes_match(&object->attributes, template, count);
}

CK_RV search_new(struct token *token, const CK_ATTRIBUTE *template, CK_ULONG count, struct search **ret)
{
    struct search *search;
    size_t room = 0;

    TRY_RV(template_check(template, count));
    TRY_RV(token_look(token, template, count));
    for (const struct object *object = token_objects(token)->first; object != NULL; object = object->next)
        room++;
    search = malloc(sizeof(*search) + room * sizeof(search->handles[0]));
    if (search == NULL)
        return CKR_HOST_MEMORY;
    search->count = search->next = 0;
    for (struct object *object = token_objects(token)->first; object != NULL && search->count < room;
         object = object->next)
        if (object_found(token, object, template, count))
            search->handles[search->count++] = object->handle;
    *ret = search;
    return CKR_OK;
}

void search_free(struct search **search)
{
    free(*search);
    *search = NULL;
}

CK_ULONG search_next(struct search *search, CK_OBJECT_HANDLE *ret, CK_ULONG max)
{
    CK_ULONG given = 0;
    while (given < max && search->next < search->count)
        ret[given++] = search->handles[search->next++];
    return given;
}
