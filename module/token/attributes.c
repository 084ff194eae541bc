/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/token/attributes.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/secret.h"
#include "module/rv.h"

/* More than any object has, and longer than anything that fits one: what exceeds them is a mistake or an
 * attack. */
#define TEMPLATE_COUNT_MAX 512
#define TEMPLATE_VALUE_MAX (16UL * 1024 * 1024)

static void attribute_clear(struct attribute *item)
{
    uint8_t *memory = (uint8_t *)(uintptr_t)item->value.data;

    secret_wipe(memory, item->value.size);
    free(memory);
    item->value = BYTES_NONE;
}

void attributes_clear(struct attributes *list)
{
    for (size_t i = 0; i < list->count; i++)
        attribute_clear(&list->items[i]);
    free(list->items);
    memset(list, 0, sizeof(*list));
}

static struct attribute *attributes_find(const struct attributes *list, CK_ATTRIBUTE_TYPE type)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].type == type)
            return &list->items[i];
    return NULL;
}

static CK_RV attributes_make_room(struct attributes *list)
{
    size_t room = list->room > 0 ? 2 * list->room : 16;
    struct attribute *items;

    if (list->count < list->room)
        return CKR_OK;
    items = realloc(list->items, room * sizeof(*items));
    if (!items)
        return CKR_HOST_MEMORY;
    list->items = items;
    list->room = room;
    return CKR_OK;
}

CK_RV attributes_set(struct attributes *list, CK_ATTRIBUTE_TYPE type, struct bytes value)
{
    struct attribute *item = attributes_find(list, type);
    uint8_t *copy;

    if (!item)
        TRY_RV(attributes_make_room(list));
    copy = malloc(value.size > 0 ? value.size : 1);
    if (!copy)
        return CKR_HOST_MEMORY;
    if (value.size > 0)
        memcpy(copy, value.data, value.size);
    if (item)
        attribute_clear(item);
    else
        item = &list->items[list->count++];
    item->type = type;
    item->value = bytes_make(copy, value.size);
    return CKR_OK;
}

CK_RV attributes_set_bool(struct attributes *list, CK_ATTRIBUTE_TYPE type, CK_BBOOL value)
{
    return attributes_set(list, type, bytes_make(&value, sizeof(value)));
}

CK_RV attributes_set_ulong(struct attributes *list, CK_ATTRIBUTE_TYPE type, CK_ULONG value)
{
    return attributes_set(list, type, bytes_make(&value, sizeof(value)));
}

CK_RV attributes_set_text(struct attributes *list, CK_ATTRIBUTE_TYPE type, const char *text)
{
    return attributes_set(list, type, bytes_text(text));
}

void attributes_remove(struct attributes *list, CK_ATTRIBUTE_TYPE type)
{
    struct attribute *item = attributes_find(list, type);

    if (!item)
        return;
    attribute_clear(item);
    *item = list->items[--list->count];
}

const struct attribute *attributes_get(const struct attributes *list, CK_ATTRIBUTE_TYPE type)
{
    return attributes_find(list, type);
}

static CK_ULONG ulong_value(struct bytes value, CK_ULONG fallback)
{
    CK_ULONG number;

    if (!value.data || value.size != sizeof(number))
        return fallback;
    memcpy(&number, value.data, sizeof(number));
    return number;
}

static bool bool_value(struct bytes value, bool fallback)
{
    if (!value.data || value.size != sizeof(CK_BBOOL))
        return fallback;
    return value.data[0] != CK_FALSE;
}

CK_ULONG attributes_ulong(const struct attributes *list, CK_ATTRIBUTE_TYPE type, CK_ULONG fallback)
{
    const struct attribute *item = attributes_get(list, type);

    return item ? ulong_value(item->value, fallback) : fallback;
}

bool attributes_bool(const struct attributes *list, CK_ATTRIBUTE_TYPE type, bool fallback)
{
    const struct attribute *item = attributes_get(list, type);

    return item ? bool_value(item->value, fallback) : fallback;
}

CK_RV attributes_copy(struct attributes *list, const struct attributes *from)
{
    for (size_t i = 0; i < from->count; i++)
        TRY_RV(attributes_set(list, from->items[i].type, from->items[i].value));
    return CKR_OK;
}

const CK_ATTRIBUTE *template_get(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE_TYPE type)
{
    for (CK_ULONG i = 0; i < count; i++)
        if (template[i].type == type)
            return &template[i];
    return NULL;
}

struct bytes template_bytes(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE_TYPE type)
{
    const CK_ATTRIBUTE *entry = template_get(template, count, type);

    return entry ? bytes_make(entry->pValue, entry->ulValueLen) : BYTES_NONE;
}

CK_ULONG template_ulong(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE_TYPE type,
                        CK_ULONG fallback)
{
    return ulong_value(template_bytes(template, count, type), fallback);
}

bool template_bool(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE_TYPE type, bool fallback)
{
    return bool_value(template_bytes(template, count, type), fallback);
}

CK_RV template_check(const CK_ATTRIBUTE *template, CK_ULONG count)
{
    if (count == 0)
        return CKR_OK;
    if (!template || count > TEMPLATE_COUNT_MAX)
        return CKR_ARGUMENTS_BAD;
    for (CK_ULONG i = 0; i < count; i++) {
        if (template[i].ulValueLen > TEMPLATE_VALUE_MAX ||
            (!template[i].pValue && template[i].ulValueLen > 0))
            return CKR_ATTRIBUTE_VALUE_INVALID;
        if (template_get(template, i, template[i].type))
            return CKR_TEMPLATE_INCONSISTENT;
    }
    return CKR_OK;
}

bool attributes_match(const struct attributes *list, const CK_ATTRIBUTE *template, CK_ULONG count)
{
    for (CK_ULONG i = 0; i < count; i++) {
        const struct attribute *item = attributes_get(list, template[i].type);
        if (!item || !bytes_equal(item->value, bytes_make(template[i].pValue, template[i].ulValueLen)))
            return false;
    }
    return true;
}

CK_RV attribute_copy_out(CK_ATTRIBUTE *entry, const struct attribute *value, bool sensitive)
{
    CK_RV failure = CKR_OK;

    if (sensitive)
        failure = CKR_ATTRIBUTE_SENSITIVE;
    else if (!value)
        failure = CKR_ATTRIBUTE_TYPE_INVALID;
    else if (entry->pValue && entry->ulValueLen < value->value.size)
        failure = CKR_BUFFER_TOO_SMALL;
    if (failure != CKR_OK) {
        entry->ulValueLen = CK_UNAVAILABLE_INFORMATION;
        return failure;
    }
    if (entry->pValue && value->value.size > 0)
        memcpy(entry->pValue, value->value.data, value->value.size);
    entry->ulValueLen = value->value.size;
    return CKR_OK;
}
