/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/creation.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/x509.h"
#include "module/rv.h"
#include "module/session/import.h"
#include "module/session/search.h"

CK_RV creation_name(struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count)
{
    static const CK_ATTRIBUTE_TYPE names[] = { CKA_ID, CKA_LABEL };
    CK_ATTRIBUTE changes[2];
    CK_ULONG changed = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const CK_ATTRIBUTE *wanted = template_get(template, count, names[i]);
        const struct attribute *is = attributes_get(&object->attributes, names[i]);
        if (wanted == NULL || wanted->ulValueLen == 0)
            continue;
        if (is == NULL || !bytes_equal(is->value, bytes_make(wanted->pValue, wanted->ulValueLen)))
            changes[changed++] = *wanted;
    }
    return changed != 0 ? object_modify(object, changes, changed) : CKR_OK;
}

/* Puts a new session object into the token's store, or frees it. */
static CK_RV creation_keep(const struct operation_place *place, CK_SESSION_HANDLE owner,
                           struct object *object, CK_OBJECT_HANDLE *ret)
{
    object->owner = owner;
    if (!search_sees(place->token, object)) {
        object_free(&object);
        return CKR_USER_NOT_LOGGED_IN;
    }
    object_store_add(token_objects(place->token), object);
    *ret = object->handle;
    return CKR_OK;
}

CK_RV creation_check_secret(const CK_ATTRIBUTE *template, CK_ULONG count)
{
    TRY_RV(template_check(template, count));
    if (template_ulong(template, count, CKA_CLASS, CKO_SECRET_KEY) != CKO_SECRET_KEY ||
        template_bool(template, count, CKA_TOKEN, false))
        return CKR_TEMPLATE_INCONSISTENT;
    return CKR_OK;
}

CK_RV creation_secret(const struct operation_place *place, CK_SESSION_HANDLE owner,
                      const CK_ATTRIBUTE *template, CK_ULONG count, const struct secret *value,
                      CK_OBJECT_HANDLE *ret)
{
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_ATTRIBUTE *whole = calloc((size_t)count + 1, sizeof(*whole));
    struct object *object = NULL;
    CK_RV rv;

    if (whole == NULL)
        return CKR_HOST_MEMORY;
    if (count != 0)
        memcpy(whole, template, count * sizeof(*whole));
    /* the mechanism says the class where the template does not */
    if (template_get(template, count, CKA_CLASS) == NULL)
        whole[count++] = (CK_ATTRIBUTE){ CKA_CLASS, &class, sizeof(class) };
    rv = object_from_template(whole, count, value, &object);
    free(whole);
    return rv == CKR_OK ? creation_keep(place, owner, object, ret) : rv;
}

static bool creation_has_key(const struct object *object, const struct pubkey *key)
{
    return object->public_key != NULL && object->owner == CK_INVALID_HANDLE &&
           pubkey_equal(object->public_key, key);
}

/* The token's object of CLASS with public key KEY, or NULL. */
static struct object *creation_find_key(struct token *token, CK_OBJECT_CLASS class, const struct pubkey *key)
{
    for (struct object *object = token_objects(token)->first; object != NULL; object = object->next)
        if (object->class == class && creation_has_key(object, key))
            return object;
    return NULL;
}

/* The card's key that the application knows as ID, or NULL. */
static const struct object *creation_key_named(struct token *token, struct bytes id)
{
    for (const struct object *object = token_objects(token)->first; object != NULL; object = object->next) {
        const struct attribute *is = attributes_get(&object->attributes, CKA_ID);
        if (object->class == CKO_PRIVATE_KEY && object->key != NULL && is != NULL &&
            bytes_equal(is->value, id))
            return object;
    }
    return NULL;
}

static CK_RV creation_look(struct token *token, CK_OBJECT_CLASS class)
{
    const CK_ATTRIBUTE template = { CKA_CLASS, &class, sizeof(class) };
    return token_look(token, &template, 1);
}

/* Looks at what decides where a certificate goes: at the key that its CKA_ID names, and at all keys and
 * certificates, which takes dozens of commands on some cards, only where that key does not decide. */
static CK_RV creation_look_place(struct token *token, struct bytes id)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    const CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) },
                                      { CKA_ID, (CK_VOID_PTR)(uintptr_t)id.data, id.size } };
    const struct object *key;

    if (id.size != 0) {
        TRY_RV(token_look(token, template, 2));
        key = creation_key_named(token, id);
        if (key != NULL && key->public_key != NULL)
            return CKR_OK;
    }
    TRY_RV(creation_look(token, CKO_PRIVATE_KEY));
    return creation_look(token, CKO_CERTIFICATE);
}

/* Tells where on the card a certificate goes: with the key of its CKA_ID, else with the key that it
 * certifies. */
static CK_RV creation_place_cert(struct token *token, const struct x509 *x509, struct bytes id,
                                 struct card_cert *cert)
{
    const struct object *key = id.size != 0 ? creation_key_named(token, id) : NULL;

    if (key == NULL && x509->has_key && (id.size == 0 || id.size > 1))
        key = creation_find_key(token, CKO_PRIVATE_KEY, &x509->key);
    if (key != NULL && key->key != NULL)
        id = bytes_make(key->key->id, key->key->id_size);
    if (id.size == 0)
        return CKR_TEMPLATE_INCOMPLETE;
    if (id.size > sizeof(cert->id))
        return CKR_ATTRIBUTE_VALUE_INVALID;
    memcpy(cert->id, id.data, id.size);
    cert->id_size = id.size;
    return CKR_OK;
}

/* A certificate may take the place of another of the same key, a renewed one that is; it must not push out a
 * stranger. */
static bool creation_renews(struct token *token, const struct x509 *x509, const struct card_cert *cert)
{
    const struct object *key = creation_key_named(token, bytes_make(cert->id, cert->id_size));
    if (!x509->has_key)
        return false;
    if (key != NULL && key->public_key != NULL)
        return pubkey_equal(key->public_key, &x509->key);
    return creation_find_key(token, CKO_CERTIFICATE, &x509->key) != NULL;
}

static CK_RV creation_cert(const struct operation_place *place, const CK_ATTRIBUTE *template, CK_ULONG count,
                           struct object **ret)
{
    struct card_item item = { .kind = CARD_CERT };
    const char *label;
    struct x509 x509;

    if (template_ulong(template, count, CKA_CERTIFICATE_TYPE, CKC_X_509) != CKC_X_509)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    if (template_get(template, count, CKA_VALUE) == NULL)
        return CKR_TEMPLATE_INCOMPLETE;
    if (x509_read(template_bytes(template, count, CKA_VALUE), &x509) != RESULT_OK)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RV(import_label(template, count, item.cert.label, &label));
    TRY_RV(creation_look_place(place->token, template_bytes(template, count, CKA_ID)));
    TRY_RV(creation_place_cert(place->token, &x509, template_bytes(template, count, CKA_ID), &item.cert));
    TRY_RV(token_store(place->token, &item, x509.der, creation_renews(place->token, &x509, &item.cert), ret));
    /* it is stored: a name that cannot be given is no reason to say otherwise */
    (void)creation_name(*ret, template, count);
    return CKR_OK;
}

static CK_RV creation_datum(const struct operation_place *place, const CK_ATTRIBUTE *template, CK_ULONG count,
                            struct object **ret)
{
    const struct bytes application = template_bytes(template, count, CKA_APPLICATION);
    const struct bytes oid = template_bytes(template, count, CKA_OBJECT_ID);
    struct card_item item = { .kind = CARD_DATUM };
    const char *label;

    if (application.size >= sizeof(item.datum.application) || oid.size > sizeof(item.datum.oid))
        return CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RV(import_label(template, count, item.datum.label, &label));
    if (application.size != 0)
        memcpy(item.datum.application, application.data, application.size);
    if (oid.size != 0)
        memcpy(item.datum.oid, oid.data, oid.size);
    item.datum.oid_size = oid.size;
    return token_store(place->token, &item, template_bytes(template, count, CKA_VALUE), false, ret);
}

/* The object of the pair that is on the card; there is no place for a public key alone. */
static CK_RV creation_public(const struct operation_place *place, const CK_ATTRIBUTE *template,
                             CK_ULONG count, struct object **ret)
{
    SCOPED(object_free) struct object *wanted = NULL;

    TRY_RV(import_public(template, count, &wanted));
    if (wanted->public_key == NULL)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RV(creation_look(place->token, CKO_PUBLIC_KEY));
    *ret = creation_find_key(place->token, CKO_PUBLIC_KEY, wanted->public_key);
    return *ret != NULL ? CKR_OK : CKR_TEMPLATE_INCONSISTENT;
}

/* The public object of the pair that PRIVATE_KEY belongs to, or NULL. */
static struct object *creation_public_half(struct token *token, const struct object *private_key)
{
    for (struct object *object = token_objects(token)->first; object != NULL; object = object->next)
        if (object->class == CKO_PUBLIC_KEY && object->owner == CK_INVALID_HANDLE &&
            object->kind == CARD_KEY && object->reference == private_key->reference)
            return object;
    return NULL;
}

/* Imports a key and gives both halves the names that the application wants. */
static CK_RV creation_private(const struct operation_place *place, const CK_ATTRIBUTE *template,
                              CK_ULONG count, struct object **ret)
{
    struct object *public_half;

    TRY_RV(import_private(place, template, count, ret));
    (void)creation_name(*ret, template, count);
    public_half = creation_public_half(place->token, *ret);
    if (public_half != NULL)
        (void)creation_name(public_half, template, count);
    return CKR_OK;
}

static CK_RV creation_on_card(const struct operation_place *place, CK_OBJECT_CLASS class,
                              const CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *ret)
{
    struct object *object = NULL;
    CK_RV rv;

    switch (class) {
    case CKO_CERTIFICATE:
        rv = creation_cert(place, template, count, &object);
        break;
    case CKO_DATA:
        rv = creation_datum(place, template, count, &object);
        break;
    case CKO_PRIVATE_KEY:
        rv = creation_private(place, template, count, &object);
        break;
    case CKO_PUBLIC_KEY:
        rv = creation_public(place, template, count, &object);
        break;
    default:
        rv = CKR_TEMPLATE_INCONSISTENT;
    }
    if (rv == CKR_OK)
        *ret = object->handle;
    return rv;
}

CK_RV creation_create(const struct operation_place *place, const struct creation_owner *owner,
                      const CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *ret)
{
    struct object *object = NULL;

    TRY_RV(template_check(template, count));
    if (template_get(template, count, CKA_CLASS) == NULL)
        return CKR_TEMPLATE_INCOMPLETE;
    if (template_bool(template, count, CKA_TOKEN, false)) {
        if (!owner->read_write)
            return CKR_SESSION_READ_ONLY;
        return creation_on_card(place, template_ulong(template, count, CKA_CLASS, CKO_VENDOR_DEFINED),
                                template, count, ret);
    }
    TRY_RV(object_from_template(template, count, NULL, &object));
    return creation_keep(place, owner->session, object, ret);
}

CK_RV creation_copy(const struct operation_place *place, const struct creation_owner *owner,
                    CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *template, CK_ULONG count,
                    CK_OBJECT_HANDLE *ret)
{
    struct object *object = search_object(place->token, handle), *copy = NULL;

    if (object == NULL)
        return CKR_OBJECT_HANDLE_INVALID;
    TRY_RV(template_check(template, count));
    if (object->class == CKO_PRIVATE_KEY || !attributes_bool(&object->attributes, CKA_COPYABLE, true) ||
        template_bool(template, count, CKA_TOKEN, object->owner == CK_INVALID_HANDLE))
        return CKR_ACTION_PROHIBITED;
    if (object->class == CKO_DATA && !object->value_loaded)
        TRY_RV(token_load(place->token, object));
    TRY_RV(object_copy(object, template, count, &copy));
    return creation_keep(place, owner->session, copy, ret);
}

/* Writes the new value of a datum, then the rest of the template. */
static CK_RV creation_rewrite(const struct operation_place *place, struct object *object,
                              const CK_ATTRIBUTE *template, CK_ULONG count)
{
    const struct attribute *application = attributes_get(&object->attributes, CKA_APPLICATION);
    const struct attribute *label = attributes_get(&object->attributes, CKA_LABEL);
    struct card_item item = { .kind = CARD_DATUM };

    if (count != 1 || !object->writable)
        return CKR_ATTRIBUTE_READ_ONLY;
    item.datum.reference = object->reference;
    item.datum.writable = true;
    if (label != NULL && label->value.size < sizeof(item.datum.label))
        memcpy(item.datum.label, label->value.data, label->value.size);
    if (application != NULL && application->value.size < sizeof(item.datum.application))
        memcpy(item.datum.application, application->value.data, application->value.size);
    return token_store(place->token, &item, template_bytes(template, count, CKA_VALUE), true, &object);
}

CK_RV creation_change(const struct operation_place *place, const struct creation_owner *owner,
                      CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *template, CK_ULONG count)
{
    struct object *object = search_object(place->token, handle);

    if (object == NULL)
        return CKR_OBJECT_HANDLE_INVALID;
    TRY_RV(template_check(template, count));
    if (object->owner == CK_INVALID_HANDLE && !owner->read_write)
        return CKR_SESSION_READ_ONLY;
    if (object->owner == CK_INVALID_HANDLE && object->class == CKO_DATA &&
        template_get(template, count, CKA_VALUE) != NULL)
        return creation_rewrite(place, object, template, count);
    return object_modify(object, template, count);
}

CK_RV creation_destroy(const struct operation_place *place, const struct creation_owner *owner,
                       CK_OBJECT_HANDLE handle)
{
    struct object *object = search_object(place->token, handle);

    if (object == NULL)
        return CKR_OBJECT_HANDLE_INVALID;
    if (object->owner != CK_INVALID_HANDLE) {
        if (!attributes_bool(&object->attributes, CKA_DESTROYABLE, true))
            return CKR_ACTION_PROHIBITED;
        object_store_remove(token_objects(place->token), object);
        return CKR_OK;
    }
    if (!owner->read_write)
        return CKR_SESSION_READ_ONLY;
    if (object->class != CKO_PRIVATE_KEY && object->class != CKO_CERTIFICATE && object->class != CKO_DATA)
        return CKR_ACTION_PROHIBITED;
    return token_erase(place->token, object);
}
