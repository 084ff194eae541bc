/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/token/object.h"

#include <stdlib.h>
#include <string.h>

#include "module/rv.h"
#include "module/token/schema.h"

CK_RV object_new(CK_OBJECT_CLASS class, struct object **ret)
{
    SCOPED(object_free) struct object *object = calloc(1, sizeof(*object));

    if (!object)
        return CKR_HOST_MEMORY;
    object->class = class;
    TRY_RV(attributes_set_ulong(&object->attributes, CKA_CLASS, class));
    *ret = object;
    object = NULL;
    return CKR_OK;
}

void object_free(struct object **object)
{
    if (!*object)
        return;
    attributes_clear(&(*object)->attributes);
    attributes_clear(&(*object)->card_names);
    secret_free(&(*object)->value);
    free((*object)->key);
    free((*object)->public_key);
    free(*object);
    *object = NULL;
}

struct bytes object_card_id(const struct object *object)
{
    const struct attribute *name = attributes_get(&object->card_names, CKA_ID);

    if (!name)
        name = attributes_get(&object->attributes, CKA_ID);
    return name ? name->value : BYTES_NONE;
}

void object_store_add(struct object_store *store, struct object *object)
{
    struct object **end = &store->first;

    while (*end)
        end = &(*end)->next;
    object->handle = ++store->last_handle;
    object->next = NULL;
    *end = object;
}

void object_store_take(struct object_store *store, struct object *object)
{
    for (struct object **at = &store->first; *at; at = &(*at)->next)
        if (*at == object) {
            *at = object->next;
            object->next = NULL;
            return;
        }
}

void object_store_remove(struct object_store *store, struct object *object)
{
    object_store_take(store, object);
    object_free(&object);
}

static void object_store_clear_if(struct object_store *store, bool all, CK_SESSION_HANDLE owner)
{
    struct object *next;

    for (struct object *object = store->first; object; object = next) {
        next = object->next;
        if (all || object->owner == owner)
            object_store_remove(store, object);
    }
}

void object_store_clear(struct object_store *store)
{
    object_store_clear_if(store, true, CK_INVALID_HANDLE);
}

void object_store_clear_session(struct object_store *store, CK_SESSION_HANDLE owner)
{
    if (owner != CK_INVALID_HANDLE)
        object_store_clear_if(store, false, owner);
}

struct object *object_store_find(const struct object_store *store, CK_OBJECT_HANDLE handle)
{
    for (struct object *object = store->first; object; object = object->next)
        if (object->handle == handle)
            return object;
    return NULL;
}

static unsigned object_groups(const struct object *object)
{
    return schema_groups(object->class,
                         attributes_ulong(&object->attributes, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION));
}

/** A value that exists and is not told. */
static bool object_hides(const struct object *object, const struct schema_row *row)
{
    if (row->rights & SCHEMA_SECRET)
        return true;
    if (object->class != CKO_SECRET_KEY || row->type != CKA_VALUE)
        return false;
    return attributes_bool(&object->attributes, CKA_SENSITIVE, true) ||
           !attributes_bool(&object->attributes, CKA_EXTRACTABLE, false);
}

static CK_RV object_read_one(const struct object *object, unsigned groups, CK_ATTRIBUTE *entry)
{
    const struct schema_row *row = schema_find(groups, entry->type);
    struct attribute secret = { entry->type, BYTES_NONE };

    if (!row)
        return attribute_copy_out(entry, NULL, false);
    if (object_hides(object, row))
        return attribute_copy_out(entry, NULL, true);
    if (object->class == CKO_SECRET_KEY && entry->type == CKA_VALUE) {
        secret.value = secret_bytes(object->value);
        return attribute_copy_out(entry, &secret, false);
    }
    return attribute_copy_out(entry, attributes_get(&object->attributes, entry->type), false);
}

CK_RV object_read(const struct object *object, CK_ATTRIBUTE *template, CK_ULONG count)
{
    unsigned groups = object_groups(object);
    CK_RV rv = CKR_OK;

    for (CK_ULONG i = 0; i < count; i++) {
        CK_RV one = object_read_one(object, groups, &template[i]);
        if (one != CKR_OK)
            rv = one;
    }
    return rv;
}

CK_ULONG object_size(const struct object *object)
{
    size_t size = sizeof(*object) + secret_size(object->value);

    for (size_t i = 0; i < object->attributes.count; i++)
        size += sizeof(struct attribute) + object->attributes.items[i].value.size;
    if (object->key)
        size += sizeof(*object->key);
    if (object->public_key)
        size += sizeof(*object->public_key);
    return size;
}

/** ENTRY says nothing new. */
static bool object_has_already(const struct object *object, const CK_ATTRIBUTE *entry)
{
    return attributes_match(&object->attributes, entry, 1);
}

static CK_RV object_check_change(const struct object *object, unsigned groups, const CK_ATTRIBUTE *entry,
                                 bool copy)
{
    const struct schema_row *row = schema_find(groups, entry->type);
    struct bytes value = bytes_make(entry->pValue, entry->ulValueLen);
    bool token = attributes_bool(&object->attributes, CKA_TOKEN, false) && !copy;
    unsigned wanted = token ? SCHEMA_NAME : SCHEMA_MODIFY | (copy ? SCHEMA_COPY : 0);

    if (!row)
        return CKR_ATTRIBUTE_TYPE_INVALID;
    TRY_RV(schema_check_value(row, value));
    if (object_has_already(object, entry))
        return CKR_OK;
    if (!(row->rights & wanted))
        return CKR_ATTRIBUTE_READ_ONLY;
    if ((row->rights & SCHEMA_RAISE) && value.data[0] == CK_FALSE)
        return CKR_ATTRIBUTE_READ_ONLY;
    if ((row->rights & SCHEMA_LOWER) && value.data[0] == CK_TRUE)
        return CKR_ATTRIBUTE_READ_ONLY;
    return CKR_OK;
}

static CK_RV object_check_changes(const struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count,
                                  bool copy)
{
    unsigned groups = object_groups(object);

    TRY_RV(template_check(template, count));
    for (CK_ULONG i = 0; i < count; i++)
        TRY_RV(object_check_change(object, groups, &template[i], copy));
    return CKR_OK;
}

/** Remembers what the card calls it, before an application's name hides it. */
static CK_RV object_keep_name(struct object *object, CK_ATTRIBUTE_TYPE type)
{
    const struct attribute *item = attributes_get(&object->attributes, type);

    if (object->owner != CK_INVALID_HANDLE || !item || attributes_get(&object->card_names, type))
        return CKR_OK;
    return attributes_set(&object->card_names, type, item->value);
}

static CK_RV object_apply(struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count)
{
    struct attributes changed = { NULL, 0, 0 };
    CK_RV rv = attributes_copy(&changed, &object->attributes);

    for (CK_ULONG i = 0; rv == CKR_OK && i < count; i++) {
        rv = object_keep_name(object, template[i].type);
        if (rv == CKR_OK)
            rv = attributes_set(&changed, template[i].type,
                                bytes_make(template[i].pValue, template[i].ulValueLen));
    }
    if (rv != CKR_OK) {
        attributes_clear(&changed);
        return rv;
    }
    attributes_clear(&object->attributes);
    object->attributes = changed;
    object->private = attributes_bool(&object->attributes, CKA_PRIVATE, false);
    return CKR_OK;
}

CK_RV object_modify(struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count)
{
    if (!attributes_bool(&object->attributes, CKA_MODIFIABLE, false))
        return CKR_ACTION_PROHIBITED;
    TRY_RV(object_check_changes(object, template, count, false));
    return object_apply(object, template, count);
}

static CK_RV object_clone(const struct object *object, struct object **ret)
{
    SCOPED(object_free) struct object *copy = NULL;

    TRY_RV(object_new(object->class, &copy));
    TRY_RV(attributes_copy(&copy->attributes, &object->attributes));
    if (object->public_key) {
        copy->public_key = malloc(sizeof(*copy->public_key));
        if (!copy->public_key)
            return CKR_HOST_MEMORY;
        *copy->public_key = *object->public_key;
    }
    if (object->value)
        TRY_RESULT(secret_copy(object->value, &copy->value));
    copy->private = object->private;
    copy->value_loaded = object->value_loaded;
    *ret = copy;
    copy = NULL;
    return CKR_OK;
}

CK_RV object_copy(const struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count,
                  struct object **ret)
{
    SCOPED(object_free) struct object *copy = NULL;

    if (!attributes_bool(&object->attributes, CKA_COPYABLE, false) || object->class == CKO_PRIVATE_KEY)
        return CKR_ACTION_PROHIBITED;
    TRY_RV(object_check_changes(object, template, count, true));
    if (template_bool(template, count, CKA_TOKEN, false))
        return CKR_TEMPLATE_INCONSISTENT;
    TRY_RV(object_clone(object, &copy));
    TRY_RV(attributes_set_bool(&copy->attributes, CKA_TOKEN, CK_FALSE));
    TRY_RV(attributes_set(&copy->attributes, CKA_UNIQUE_ID, BYTES_NONE));
    TRY_RV(object_apply(copy, template, count));
    attributes_clear(&copy->card_names);
    *ret = copy;
    copy = NULL;
    return CKR_OK;
}
