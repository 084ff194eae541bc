/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * token_folder.c: certificates that the person has in files, for keys of the token whose own place for
 * certificates is empty, or not known. What is on the token goes before what is in the folder.
 */
#include "module/rv.h"
#include "module/token/token_state.h"

/* The same numbers. A key of the vendor's software may not say which year of the standard it is of; its
 * certificate does. */
static bool keys_match(const struct pubkey *a, const struct pubkey *b)
{
    if (a->kind == KEY_RSA || b->kind == KEY_RSA)
        return pubkey_equal(a, b);
    return a->kind != KEY_NONE && b->kind != KEY_NONE && a->curve == b->curve &&
           bytes_equal(pubkey_point(a), pubkey_point(b));
}

static bool is_own(const struct object *object)
{
    return object->owner == CK_INVALID_HANDLE;
}

static struct bytes value_of(const struct object *object)
{
    const struct attribute *value = attributes_get(&object->attributes, CKA_VALUE);

    return value ? value->value : BYTES_NONE;
}

/* As the application knows it. */
static struct bytes id_of(const struct object *object)
{
    const struct attribute *id = attributes_get(&object->attributes, CKA_ID);

    return id ? id->value : BYTES_NONE;
}

/* The card can have a key like that. */
static bool card_could(const struct token *token, const struct pubkey *key)
{
    const struct card_algorithm *row = token_algorithms(token);

    for (; row->kind != KEY_NONE; row++)
        if (row->curve == key->curve && key_kind_is_gost(row->kind) == key_kind_is_gost(key->kind) &&
            (key_kind_is_gost(key->kind) || row->kind == key->kind))
            return true;
    return false;
}

/* CERT, an object of the card, stands for a certificate of the folder with this value and key. */
static bool cert_covers(const struct object *cert, struct bytes der, const struct pubkey *key)
{
    return is_own(cert) && cert->kind == CARD_CERT && cert->class == CKO_CERTIFICATE &&
           (bytes_equal(value_of(cert), der) ||
            (cert->public_key && key && keys_match(cert->public_key, key)));
}

static bool card_has(const struct token *token, const struct folder_cert *cert)
{
    for (const struct object *object = token->store.first; object; object = object->next)
        if (cert_covers(object, cert->der, &cert->key))
            return true;
    return false;
}

static bool could_be_shown(const struct token *token, const struct folder_cert *cert)
{
    return card_could(token, &cert->key) && !card_has(token, cert);
}

CK_RV token_folder_read(const struct token *token, struct folder **ret)
{
    TRY_RESULT(folder_read(token->place.config->certificate_folder, ret));
    for (size_t i = (*ret)->count; i > 0; i--)
        if (!could_be_shown(token, &(*ret)->certs[i - 1]))
            folder_drop(*ret, i - 1);
    return CKR_OK;
}

/* The private key, one that the card calls ID, that CERT is for. */
static const struct object *key_for(const struct token *token, const struct folder_cert *cert,
                                    struct bytes id)
{
    for (const struct object *object = token->store.first; object; object = object->next)
        if (is_own(object) && object->class == CKO_PRIVATE_KEY && object->kind == CARD_KEY &&
            object->public_key && keys_match(object->public_key, &cert->key) &&
            (id.size == 0 || bytes_equal(object_card_id(object), id)))
            return object;
    return NULL;
}

/* What is shown already of CERT for KEY. */
static struct object *shown(struct token *token, const struct folder_cert *cert, const struct object *key)
{
    for (struct object *object = token->store.first; object; object = object->next)
        if (is_own(object) && object->from_folder && object->reference == key->reference &&
            bytes_equal(value_of(object), cert->der) && bytes_equal(id_of(object), id_of(key)))
            return object;
    return NULL;
}

static CK_RV cert_show(struct token *token, const struct folder_cert *cert, const struct object *key)
{
    struct object *object = shown(token, cert, key);

    if (!object) {
        TRY_RV(object_from_folder(cert, key, token->place.crypto, &object));
        object_store_add(&token->store, object);
    }
    object->look = token->look;
    return CKR_OK;
}

CK_RV token_folder_show(struct token *token, const struct folder *folder, struct bytes id)
{
    struct object *next;

    token->look++;
    for (size_t i = 0; i < folder->count; i++) {
        const struct object *key = key_for(token, &folder->certs[i], id);
        if (key)
            TRY_RV(cert_show(token, &folder->certs[i], key));
    }
    for (struct object *object = token->store.first; object; object = next) {
        next = object->next;
        if (is_own(object) && object->from_folder && object->look != token->look &&
            (id.size == 0 || bytes_equal(object_card_id(object), id)))
            object_store_remove(&token->store, object);
    }
    return CKR_OK;
}

void token_folder_yield(struct token *token, const struct object *cert)
{
    struct object *next;

    for (struct object *object = token->store.first; object; object = next) {
        next = object->next;
        if (is_own(object) && object->from_folder && cert_covers(cert, value_of(object), object->public_key))
            object_store_remove(&token->store, object);
    }
}
