/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* token_objects.c: the objects that are known of the card, and how long what is known is believed. */
#include <string.h>

#include "module/rv.h"
#include "module/token/token_state.h"

/** A token object of this class at that place, or NULL. */
static struct object *token_find(const struct object_store *store, CK_OBJECT_CLASS class, uint32_t reference)
{
    for (struct object *object = store->first; object; object = object->next)
        if (object->owner == CK_INVALID_HANDLE && object->class == class && object->kind != 0 &&
            object->reference == reference)
            return object;
    return NULL;
}

/** Gives OBJECT the names that the application gave to DONOR, its former self. */
static void token_rename(struct object *object, const struct object *donor)
{
    for (size_t i = 0; donor && i < donor->card_names.count; i++) {
        CK_ATTRIBUTE_TYPE type = donor->card_names.items[i].type;
        const struct attribute *name = attributes_get(&donor->attributes, type);
        CK_ATTRIBUTE entry = { type, NULL, 0 };
        if (!name)
            continue;
        entry.pValue = (CK_VOID_PTR)(uintptr_t)name->value.data;
        entry.ulValueLen = name->value.size;
        (void)object_modify(object, &entry, 1);
    }
}

/** Puts OBJECT in the place of OLD, which may be NULL. */
static void token_put(struct token *token, struct object *object, struct object *old)
{
    struct object *donor = old ? old : token_find(&token->names, object->class, object->reference);

    token_rename(object, donor);
    object->look = token->look;
    if (old)
        object_store_remove(&token->store, old);
    object_store_add(&token->store, object);
}

static bool key_same(const struct card_key *a, const struct card_key *b)
{
    return pubkey_equal(&a->public_key, &b->public_key) && a->uses == b->uses && a->can == b->can &&
           a->policy == b->policy &&
           bytes_equal(bytes_make(a->id, a->id_size), bytes_make(b->id, b->id_size));
}

static CK_RV token_add_half(struct token *token, CK_OBJECT_CLASS class, const struct card_key *key,
                            struct object **ret)
{
    struct object *old = token_find(&token->store, class, key->reference), *object = NULL;
    enum config_point point = token->place.config->edwards_point;

    if (old && key_same(old->key, key)) {
        *old->key = *key;
        old->look = token->look;
        *ret = old;
        return CKR_OK;
    }
    TRY_RV(class == CKO_PRIVATE_KEY ? object_from_private_key(key, point, &object)
                                    : object_from_public_key(key, point, &object));
    token_put(token, object, old);
    *ret = object;
    return CKR_OK;
}

CK_RV token_add_key(struct token *token, const struct card_key *key, struct object **ret_public,
                    struct object **ret_private)
{
    struct object *public = NULL, *private = NULL;

    if (key->public_key.kind != KEY_NONE)
        TRY_RV(token_add_half(token, CKO_PUBLIC_KEY, key, &public));
    TRY_RV(token_add_half(token, CKO_PRIVATE_KEY, key, &private));
    if (ret_public)
        *ret_public = public;
    if (ret_private)
        *ret_private = private;
    return CKR_OK;
}

CK_RV token_add_cert(struct token *token, const struct card_cert *cert, struct bytes der, struct object **ret)
{
    struct object *old = token_find(&token->store, CKO_CERTIFICATE, cert->reference), *object = NULL;

    TRY_RV(object_from_cert(cert, der, token->place.crypto, &object));
    token_put(token, object, old);
    token_folder_yield(token, object);
    if (ret)
        *ret = object;
    return CKR_OK;
}

static bool datum_same(const struct object *object, const struct card_datum *datum)
{
    const struct attribute *label = attributes_get(&object->card_names, CKA_LABEL);
    const struct attribute *application = attributes_get(&object->attributes, CKA_APPLICATION);

    if (!label)
        label = attributes_get(&object->attributes, CKA_LABEL);
    return label && application && object->private == datum->needs_pin &&
           bytes_equal(label->value, bytes_text(datum->label)) &&
           bytes_equal(application->value, bytes_text(datum->application));
}

CK_RV token_add_datum(struct token *token, const struct card_datum *datum, struct bytes value,
                      struct object **ret)
{
    struct object *object = token_find(&token->store, CKO_DATA, datum->reference);

    if (object && datum_same(object, datum)) {
        object->look = token->look;
    } else {
        struct object *old = object;
        TRY_RV(object_from_datum(datum, &object));
        token_put(token, object, old);
    }
    if (ret)
        *ret = object;
    if (value.size == 0)
        return CKR_OK;
    object->value_loaded = true;
    return attributes_set(&object->attributes, CKA_VALUE, value);
}

void token_drop(struct token *token, enum card_kind kind, uint32_t reference)
{
    struct object *next;

    for (struct object *object = token->store.first; object; object = next) {
        next = object->next;
        if (object->owner == CK_INVALID_HANDLE && object->reference == reference &&
            (object->kind == kind || (object->from_folder && kind == CARD_KEY)))
            object_store_remove(&token->store, object);
    }
}

void token_suspect(struct token *token)
{
    token->epoch++;
}

void token_forget_objects(struct token *token)
{
    struct object *next;

    for (struct object *object = token->store.first; object; object = next) {
        next = object->next;
        if (object->owner == CK_INVALID_HANDLE && (object->kind != 0 || object->from_folder))
            object_store_remove(&token->store, object);
    }
    object_store_clear(&token->names);
    token->looked_count = 0;
}
