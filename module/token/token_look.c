/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* token_look.c: looking at the card, at no more of it than a search can match and no more often than needed.
 */
#include <stdlib.h>
#include <string.h>

#include "module/rv.h"
#include "module/token/schema.h"
#include "module/token/token_state.h"

#define LOOKED_MAX 64
#define CERT_TRUST_MS 30000U

/** What is looked for. */
struct look {
    unsigned kinds;   /**< never looked at */
    bool check_certs; /**< known, but perhaps changed */
    uint8_t id[CARD_ID_MAX];
    size_t id_size;
    bool logged_in;
    struct buf value;
    CK_RV rv; /**< a failure that is not the card's */
};

static void free_memory(uint8_t **memory)
{
    if (*memory)
        secret_wipe(*memory, CARD_OBJECT_MAX);
    free(*memory);
}

static bool looked_covers(const struct token_looked *looked, enum card_kind kind, const struct look *look)
{
    if (looked->kind != kind || (kind == CARD_DATUM && look->logged_in && !looked->logged_in))
        return false;
    return looked->id_size == 0 ||
           bytes_equal(bytes_make(looked->id, looked->id_size), bytes_make(look->id, look->id_size));
}

/** KIND was looked at; FRESH: and nothing happened since that could have changed it. */
static bool token_knows(const struct token *token, enum card_kind kind, const struct look *look, bool fresh)
{
    for (size_t i = 0; i < token->looked_count; i++) {
        const struct token_looked *looked = &token->looked[i];
        if (!looked_covers(looked, kind, look))
            continue;
        if (!fresh || (looked->epoch == token->epoch && token->clock() - looked->when < CERT_TRUST_MS))
            return true;
    }
    return false;
}

static void token_forget_looked(struct token *token, size_t index)
{
    token->looked_count--;
    memmove(&token->looked[index], &token->looked[index + 1],
            (token->looked_count - index) * sizeof(token->looked[0]));
}

/** Keys may not be what they were: they are looked at again when asked for. */
static void token_forget_kind(struct token *token, enum card_kind kind)
{
    for (size_t i = token->looked_count; i > 0; i--)
        if (token->looked[i - 1].kind == kind)
            token_forget_looked(token, i - 1);
}

static CK_RV token_remember(struct token *token, enum card_kind kind, const struct look *look)
{
    struct token_looked *place;

    for (size_t i = token->looked_count; i > 0; i--)
        if (token->looked[i - 1].kind == kind && token->looked[i - 1].id_size == look->id_size &&
            memcmp(token->looked[i - 1].id, look->id, look->id_size) == 0)
            token_forget_looked(token, i - 1);
    if (!token->looked)
        token->looked = calloc(LOOKED_MAX, sizeof(token->looked[0]));
    if (!token->looked)
        return CKR_HOST_MEMORY;
    if (token->looked_count == LOOKED_MAX)
        token_forget_looked(token, 0);
    place = &token->looked[token->looked_count++];
    *place = (struct token_looked){ .kind = kind, .id_size = look->id_size, .logged_in = look->logged_in };
    memcpy(place->id, look->id, look->id_size);
    place->epoch = token->epoch;
    place->when = token->clock();
    return CKR_OK;
}

static struct object *find_cert(struct token *token, uint32_t reference)
{
    for (struct object *object = token->store.first; object; object = object->next)
        if (object->owner == CK_INVALID_HANDLE && object->kind == CARD_CERT && object->reference == reference)
            return object;
    return NULL;
}

/** A certificate that changed, came or went says that its key may have, too. */
static void token_cert_changed(struct token *token, const struct look *look)
{
    if (look->check_certs)
        token_forget_kind(token, CARD_KEY);
}

static enum result merge_cert(struct token *token, struct look *look, const struct card_cert *cert)
{
    struct object *known = find_cert(token, cert->reference);
    bool read_here = look->value.size == 0;
    enum result result;

    if (known && known->fingerprint == cert->fingerprint) {
        known->look = token->look;
        return RESULT_OK;
    }
    token_cert_changed(token, look);
    if (read_here) {
        result = token->card->driver->read(token->card, CARD_CERT, cert->reference, &look->value);
        /* Garbage in one place does not hide the others. */
        if (result == RESULT_MALFORMED || result == RESULT_TOO_LARGE || result == RESULT_NOT_FOUND ||
            result == RESULT_UNSUPPORTED) {
            buf_clear(&look->value);
            return RESULT_OK;
        }
        TRY(result);
    }
    look->rv = token_add_cert(token, cert, buf_bytes(&look->value), NULL);
    /* The driver is not to take for its own what it did not put there. */
    if (read_here)
        buf_clear(&look->value);
    if (look->rv == CKR_ATTRIBUTE_VALUE_INVALID)
        look->rv = CKR_OK;
    return look->rv == CKR_OK ? RESULT_OK : RESULT_NO_MEMORY;
}

static enum result merge(struct token *token, struct look *look, const struct card_item *item)
{
    switch (item->kind) {
    case CARD_KEY:
        look->rv = token_add_key(token, &item->key, NULL, NULL);
        break;
    case CARD_CERT:
        return merge_cert(token, look, &item->cert);
    case CARD_DATUM:
        look->rv = token_add_datum(token, &item->datum, buf_bytes(&look->value), NULL);
        break;
    }
    return look->rv == CKR_OK ? RESULT_OK : RESULT_NO_MEMORY;
}

/** What was asked for and not seen is not there any more. */
static void sweep(struct token *token, const struct look *look, unsigned kinds)
{
    struct bytes id = bytes_make(look->id, look->id_size);
    struct object *next;

    for (struct object *object = token->store.first; object; object = next) {
        next = object->next;
        if (object->owner != CK_INVALID_HANDLE || !(object->kind & kinds) || object->look == token->look)
            continue;
        if ((id.size > 0 && !bytes_equal(object_card_id(object), id)) ||
            (object->kind == CARD_DATUM && object->private && !look->logged_in))
            continue;
        if (object->kind == CARD_CERT)
            token_cert_changed(token, look);
        object_store_remove(&token->store, object);
    }
}

/**
 * It was our application that answered. To ask who it is is cheaper for somebody who is logged in than to
 * select it, after which the PIN would have to be presented again.
 */
static bool look_proven(struct token *token)
{
    if (!token->proven && token->verified && token_compare(token) == RESULT_OK)
        token->proven = true;
    return token->proven;
}

/** Lists KINDS. The first word of an answer proves whose it is; the end of an empty list proves nothing. */
static enum result look_at(struct token *token, struct look *look, unsigned kinds, bool values)
{
    struct card_query query = { .kinds = kinds,
                                .id = bytes_make(look->id, look->id_size),
                                .logged_in = look->logged_in,
                                .value = values ? &look->value : NULL };
    struct card_cursor cursor = { 0 };
    struct card_item item;
    enum result result;

    token->look++;
    for (;;) {
        memset(&item, 0, sizeof(item));
        /* A listing with values keeps what it read for a key until it is the certificate's turn. */
        if (!values)
            buf_clear(&look->value);
        result = token->card->driver->list(token->card, &query, &cursor, &item);
        if (result != RESULT_OK)
            break;
        token->proven = true;
        TRY(merge(token, look, &item));
    }
    if (result != RESULT_NOT_FOUND || !look_proven(token))
        return result;
    sweep(token, look, kinds);
    return RESULT_OK;
}

static CK_RV remember_all(struct token *token, const struct look *look)
{
    for (unsigned kind = CARD_KEY; kind <= CARD_DATUM; kind <<= 1)
        if (look->kinds & kind)
            TRY_RV(token_remember(token, (enum card_kind)kind, look));
    return look->check_certs ? token_remember(token, CARD_CERT, look) : CKR_OK;
}

static enum result look_run(struct token *token, void *arg)
{
    struct look *look = arg;
    enum result result;

    if ((look->kinds & CARD_DATUM) && look->logged_in) {
        result = token_ready(token);
        if (result == RESULT_NOT_AUTHENTICATED)
            look->logged_in = false;
        else
            TRY(result);
    }
    if (look->check_certs)
        TRY(look_at(token, look, CARD_CERT, false));
    if (look->kinds)
        TRY(look_at(token, look, look->kinds, true));
    look->rv = remember_all(token, look);
    return look->rv == CKR_OK ? RESULT_OK : RESULT_NO_MEMORY;
}

/** What no function that looks for or at objects may say (PKCS#11 5.7): the card does not show what it should. */
static enum result look_outcome(enum result result)
{
    bool refused = result == RESULT_PIN_WRONG || result == RESULT_PIN_BLOCKED || result == RESULT_PIN_LENGTH ||
                   result == RESULT_PIN_CHARACTERS || result == RESULT_NOT_AUTHENTICATED ||
                   result == RESULT_NOT_ALLOWED || result == RESULT_EXISTS || result == RESULT_UNSUPPORTED;

    return refused ? RESULT_REFUSED : result;
}

/** *RET_LOOKED: the kinds that were not known, or not known to be so still. */
static CK_RV look_for(struct token *token, unsigned kinds, struct bytes id, unsigned *ret_looked)
{
    struct look look = { .id_size = id.size, .logged_in = token->view.login == TOKEN_USER };
    SCOPED(free_memory) uint8_t *memory = NULL;
    struct token_job job = { .run = look_run, .arg = &look };

    if (id.size > 0)
        memcpy(look.id, id.data, id.size);
    for (unsigned kind = CARD_KEY; kind <= CARD_DATUM; kind <<= 1)
        if ((kinds & kind) && !token_knows(token, (enum card_kind)kind, &look, false))
            look.kinds |= kind;
    look.check_certs =
        (kinds & CARD_CERT) && !(look.kinds & CARD_CERT) && !token_knows(token, CARD_CERT, &look, true);
    *ret_looked = look.kinds | (look.check_certs ? CARD_CERT : 0);
    if (!*ret_looked)
        return CKR_OK;
    memory = malloc(CARD_OBJECT_MAX);
    if (!memory)
        return CKR_HOST_MEMORY;
    look.value = buf_make(memory, CARD_OBJECT_MAX);
    return token_finish(token, look_outcome(token_do(token, &job)));
}

/** A sort of object that cards hold, as a search may describe it. */
struct sort {
    enum card_kind kind;
    CK_OBJECT_CLASS class;
    CK_KEY_TYPE key_type;
    bool public_too; /**< some can be seen without login */
    bool private_too;
};

static const struct sort sorts[] = {
    { CARD_KEY, CKO_PUBLIC_KEY, CKK_RSA, true, false },
    { CARD_KEY, CKO_PUBLIC_KEY, CKK_EC, true, false },
    { CARD_KEY, CKO_PRIVATE_KEY, CKK_RSA, false, true },
    { CARD_KEY, CKO_PRIVATE_KEY, CKK_EC, false, true },
    { CARD_KEY, CKO_PUBLIC_KEY, CKK_GOSTR3410, true, false },
    { CARD_KEY, CKO_PRIVATE_KEY, CKK_GOSTR3410, false, true },
    { CARD_CERT, CKO_CERTIFICATE, 0, true, false },
    { CARD_DATUM, CKO_DATA, 0, true, true },
};

/** Objects of SORT have every attribute that the template names. */
static bool sort_has_all(const struct sort *sort, const CK_ATTRIBUTE *template, CK_ULONG count)
{
    unsigned groups = schema_groups(sort->class, sort->key_type);

    for (CK_ULONG i = 0; i < count; i++)
        if (!schema_find(groups, template[i].type))
            return false;
    return true;
}

/** An object of SORT could match TEMPLATE and be seen by whoever is LOGGED_IN. */
static bool sort_fits(const struct sort *sort, const CK_ATTRIBUTE *template, CK_ULONG count, bool logged_in)
{
    bool private = template_bool(template, count, CKA_PRIVATE, false);
    bool public = !template_bool(template, count, CKA_PRIVATE, false);

    if (!template_get(template, count, CKA_PRIVATE))
    private = true;
    if (template_ulong(template, count, CKA_CLASS, sort->class) != sort->class)
        return false;
    if (!(private && logged_in && sort->private_too) && !(public && sort->public_too))
        return false;
    return sort_has_all(sort, template, count);
}

/** The kinds of objects on the card that could match. */
static unsigned kinds_wanted(const struct token *token, const CK_ATTRIBUTE *template, CK_ULONG count)
{
    bool logged_in = token->view.login != TOKEN_PUBLIC;
    unsigned kinds = 0;

    if (!template_bool(template, count, CKA_TOKEN, true))
        return 0;
    for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
        if (sort_fits(&sorts[i], template, count, logged_in))
            kinds |= sorts[i].kind;
    return kinds;
}

/** What the card calls the object that the application gave the id WANTED. */
static struct bytes id_behind(const struct object_store *store, struct bytes wanted)
{
    for (const struct object *object = store->first; object; object = object->next) {
        const struct attribute *now = attributes_get(&object->attributes, CKA_ID);
        if (now && attributes_get(&object->card_names, CKA_ID) && bytes_equal(now->value, wanted))
            return object_card_id(object);
    }
    return wanted;
}

/** Certificates of the person's folder go with keys: those are looked at if one could be meant. */
static CK_RV look_in_folder(struct token *token, struct bytes id)
{
    SCOPED(folder_free) struct folder *folder = NULL;
    unsigned looked;
    CK_RV rv = CKR_OK;

    TRY_RV(token_folder_read(token, &folder));
    /* What the card itself has was found: that its keys cannot be listed now does not take it back. */
    if (folder->count > 0)
        rv = look_for(token, CARD_KEY, id, &looked);
    if (rv == CKR_HOST_MEMORY || rv == CKR_DEVICE_REMOVED)
        return rv;
    return token_folder_show(token, folder, id);
}

CK_RV token_look(struct token *token, const CK_ATTRIBUTE *template, CK_ULONG count)
{
    unsigned kinds = kinds_wanted(token, template, count);
    struct bytes wanted = template_bytes(template, count, CKA_ID), id = id_behind(&token->store, wanted);
    uint8_t copy[CARD_ID_MAX];
    unsigned looked;

    if (bytes_equal(id, wanted))
        id = id_behind(&token->names, wanted);
    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (kinds == 0 || (template_get(template, count, CKA_ID) && id.size == 0) || id.size > sizeof(copy))
        return CKR_OK;
    /* The object that the id belongs to may be replaced while the card is looked at. */
    if (id.size > 0)
        memcpy(copy, id.data, id.size);
    id = bytes_make(copy, id.size);
    TRY_RV(look_for(token, kinds, id, &looked));
    return looked & CARD_CERT ? look_in_folder(token, id) : CKR_OK;
}

/** A datum's value to be read. */
struct load {
    struct object *object;
    struct buf value;
};

static enum result load_run(struct token *token, void *arg)
{
    struct load *load = arg;

    buf_clear(&load->value);
    return token->card->driver->read(token->card, load->object->kind, load->object->reference, &load->value);
}

CK_RV token_load(struct token *token, struct object *object)
{
    SCOPED(free_memory) uint8_t *memory = NULL;
    struct load load = { .object = object };
    struct token_job job = { .run = load_run, .arg = &load, .login = object->private };

    if (object->owner != CK_INVALID_HANDLE || object->kind != CARD_DATUM || object->value_loaded)
        return CKR_OK;
    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (object->private && token->view.login != TOKEN_USER)
        return CKR_USER_NOT_LOGGED_IN;
    memory = malloc(CARD_OBJECT_MAX);
    if (!memory)
        return CKR_HOST_MEMORY;
    load.value = buf_make(memory, CARD_OBJECT_MAX);
    TRY_RV(token_finish(token, look_outcome(token_do(token, &job))));
    TRY_RV(attributes_set(&object->attributes, CKA_VALUE, buf_bytes(&load.value)));
    object->value_loaded = true;
    return CKR_OK;
}
