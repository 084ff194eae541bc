/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/objects.h"

#include <stdlib.h>
#include <string.h>

#include "tool/attribute.h"
#include "tool/printable.h"
#include "tool/public_key.h"
#include "tool/rv_text.h"
#include "tool/text.h"

static void handles_free(CK_OBJECT_HANDLE **handles)
{
    free(*handles);
}

static void read_id(const struct session *session, CK_OBJECT_HANDLE object, uint8_t *id, size_t *size)
{
    struct buf out = buf_make(id, OBJECTS_ID_MAX);

    *size = attribute_get(session, object, CKA_ID, &out) == CKR_OK ? out.size : 0;
}

/** Labels come from a stranger's card. */
static void read_label(const struct session *session, CK_OBJECT_HANDLE object, char *label)
{
    struct buf out = buf_make((uint8_t *)label, OBJECTS_LABEL_MAX - 1);

    if (attribute_get(session, object, CKA_LABEL, &out) != CKR_OK)
        buf_clear(&out);
    printable_copy(label, buf_bytes(&out));
}

/** The two are halves of one pair: their numbers tell; where one of them does not show any, an id that both have. */
static bool is_pair(const struct key *key, const struct key *half)
{
    if (!bytes_equal(bytes_make(key->id, key->id_size), bytes_make(half->id, half->id_size)))
        return false;
    if (key->public.kind != KEY_NONE && half->public.kind != KEY_NONE)
        return pubkey_equal(&key->public, &half->public);
    return half->id_size > 0;
}

static struct key *key_for(struct objects *objects, const struct key *half, bool private)
{
    for (size_t i = 0; i < objects->key_count; i++) {
        struct key *key = &objects->keys[i];
        bool taken = private ? key->private_key != CK_INVALID_HANDLE : key->public_key != CK_INVALID_HANDLE;

        if (!taken && is_pair(key, half))
            return key;
    }
    objects->keys[objects->key_count] = *half;
    return &objects->keys[objects->key_count++];
}

static void add_key(const struct session *session, struct objects *objects, CK_OBJECT_HANDLE handle, bool private)
{
    struct key half = { .id_size = 0 }, *key;

    read_id(session, handle, half.id, &half.id_size);
    public_key_read(session, handle, &half.public);
    key = key_for(objects, &half, private);
    if (!*key->label)
        read_label(session, handle, key->label);
    if (private) {
        key->private_key = handle;
        key->always_authenticate = attribute_bool(session, handle, CKA_ALWAYS_AUTHENTICATE);
        key->signs = attribute_bool(session, handle, CKA_SIGN);
        key->decrypts = attribute_bool(session, handle, CKA_DECRYPT);
    } else {
        key->public_key = handle;
    }
    if (key->public.kind == KEY_NONE)
        key->public = half.public;
}

static CK_RV read_keys(const struct session *session, CK_OBJECT_CLASS class, struct objects *objects)
{
    SCOPED(handles_free) CK_OBJECT_HANDLE *handles = NULL;
    CK_ATTRIBUTE template = { CKA_CLASS, &class, sizeof(class) };
    struct key *grown;
    size_t count;
    CK_RV rv = attribute_find(session, &template, 1, &handles, &count);

    if (rv != CKR_OK || count == 0)
        return rv;
    grown = realloc(objects->keys, (objects->key_count + count) * sizeof(*grown));
    if (!grown)
        return CKR_HOST_MEMORY;
    memset(grown + objects->key_count, 0, count * sizeof(*grown));
    objects->keys = grown;
    for (size_t i = 0; i < count; i++)
        add_key(session, objects, handles[i], class == CKO_PRIVATE_KEY);
    return CKR_OK;
}

static void add_certificate(const struct session *session, struct certificate *ret, CK_OBJECT_HANDLE handle)
{
    ret->handle = handle;
    read_id(session, handle, ret->id, &ret->id_size);
    read_label(session, handle, ret->label);
    ret->der = attribute_new(session, handle, CKA_VALUE, &ret->size);
    ret->readable = ret->der && x509_read(bytes_make(ret->der, ret->size), &ret->x509) == RESULT_OK;
}

static CK_RV read_certificates(const struct session *session, struct objects *objects)
{
    SCOPED(handles_free) CK_OBJECT_HANDLE *handles = NULL;
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE template = { CKA_CLASS, &class, sizeof(class) };
    size_t count;
    CK_RV rv = attribute_find(session, &template, 1, &handles, &count);

    if (rv != CKR_OK || count == 0)
        return rv;
    objects->certificates = calloc(count, sizeof(*objects->certificates));
    if (!objects->certificates)
        return CKR_HOST_MEMORY;
    objects->certificate_count = count;
    for (size_t i = 0; i < count; i++)
        add_certificate(session, &objects->certificates[i], handles[i]);
    return CKR_OK;
}

enum exit_code objects_read(const struct ui *ui, const struct session *session, struct objects *ret)
{
    CK_RV rv;

    *ret = (struct objects){ .token = &session->token };
    rv = read_keys(session, CKO_PRIVATE_KEY, ret);
    if (rv == CKR_OK)
        rv = read_keys(session, CKO_PUBLIC_KEY, ret);
    if (rv == CKR_OK)
        rv = read_certificates(session, ret);
    if (rv == CKR_OK)
        return EXIT_CODE_OK;
    objects_free(ret);
    return rv_fail(ui, rv, _("reading what is on the token"));
}

void objects_free(struct objects *objects)
{
    for (size_t i = 0; i < objects->certificate_count; i++)
        free(objects->certificates[i].der);
    free(objects->certificates);
    free(objects->keys);
    *objects = (struct objects){ 0 };
}

const struct key *objects_key_of(const struct objects *objects, const struct certificate *certificate)
{
    if (!certificate->readable || !certificate->x509.has_key)
        return NULL;
    for (size_t i = 0; i < objects->key_count; i++)
        if (pubkey_equal(&objects->keys[i].public, &certificate->x509.key))
            return &objects->keys[i];
    return NULL;
}

static bool ends_later(const struct x509_date *a, const struct x509_date *b)
{
    return a->year != b->year ? a->year > b->year : a->month != b->month ? a->month > b->month : a->day > b->day;
}

const struct certificate *objects_certificate_of(const struct objects *objects, const struct key *key)
{
    const struct certificate *best = NULL;

    for (size_t i = 0; i < objects->certificate_count; i++) {
        const struct certificate *certificate = &objects->certificates[i];

        if (objects_key_of(objects, certificate) == key &&
            (!best || ends_later(&certificate->x509.not_after, &best->x509.not_after)))
            best = certificate;
    }
    return best;
}
