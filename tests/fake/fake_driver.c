/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/fake/fake_world.h"

#define PIN_MIN 4
#define PIN_MAX 8
#define SO_PIN_MAX 16
#define ID_LAST 24
#define VALUE_FULL FAKE_VALUE_MAX

/** One call of the driver: from enter() to leave() the world stands still. */
struct call {
    struct fake *world;
    struct fake_channel *channel;
    struct fake_card *card;
    struct fake_app *app;
    enum fake_call what;
};

/** Begins a call. SELECTED: our application must be the selected one. */
static enum result call_begin(struct card *card, enum fake_call what, bool selected, struct call *ret)
{
    struct fake_channel *channel = fake_channel_behind(card->link.channel);
    int index = card->driver == &fake_other_driver ? 1 : 0;
    bool just_verified;

    *ret = (struct call){ .world = channel->world, .channel = channel, .what = what };
    pthread_mutex_lock(&channel->world->mutex);
    if (!channel->open || channel->working)
        channel->world->violations++;
    channel->working = true;
    TRY(fake_enter(channel->world, what, channel));
    TRY(fake_channel_card(channel, &ret->card));
    ret->app = &ret->card->apps[index];
    just_verified = ret->app->just_verified;
    ret->app->just_verified = false;
    if (selected && ret->card->selected != index)
        return RESULT_WRONG_STATE;
    ret->app->just_verified =
        just_verified && (what == FAKE_SIGN || what == FAKE_DECIPHER || what == FAKE_AGREE);
    return RESULT_OK;
}

static enum result call_end(struct call *call, enum result result)
{
    enum result told = fake_leave(call->world, call->what, result);

    call->channel->working = false;
    pthread_mutex_unlock(&call->world->mutex);
    return told;
}

/** Runs BODY in a call, with CALL filled in. */
#define DURING(card_, what_, selected_, body)                                                                \
    do {                                                                                                     \
        struct call call;                                                                                    \
        enum result during_ = call_begin(card_, what_, selected_, &call);                                    \
        if (during_ == RESULT_OK)                                                                            \
            during_ = (body);                                                                                \
        return call_end(&call, during_);                                                                     \
    } while (0)

static enum result recognise(struct call *call, int index)
{
    bool ours = call->card->known && (index == 0 || call->card->two);

    fake_card_forget(call->card);
    if (!ours)
        return RESULT_NOT_FOUND;
    call->card->selected = index;
    return RESULT_OK;
}

static enum result fake_recognise(struct card *card)
{
    DURING(card, FAKE_RECOGNISE, false, recognise(&call, card->driver == &fake_other_driver ? 1 : 0));
}

static void pin_now(const struct fake_app *app, enum card_role role, struct card_pin *ret)
{
    int tries = role == CARD_USER ? app->user_tries : app->so_tries;

    *ret = role == CARD_USER ? app->info.user : app->info.so;
    ret->tries_left = ret->known ? tries : CARD_TRIES_UNKNOWN;
    ret->blocked = ret->known && tries == 0;
    ret->verified = role == CARD_USER && app->verified;
    ret->factory = role == CARD_USER && app->user_factory;
}

static enum result open_app(const struct call *call, struct card_info *ret)
{
    *ret = call->app->info;
    pin_now(call->app, CARD_USER, &ret->user);
    pin_now(call->app, CARD_SO, &ret->so);
    return RESULT_OK;
}

static enum result fake_open(struct card *card, struct card_info *ret)
{
    DURING(card, FAKE_OPEN, true, open_app(&call, ret));
}

static uint64_t checksum(const struct fake_object *object)
{
    uint64_t sum = object->value_size;

    for (size_t i = 0; i < object->value_size; i++)
        sum = sum * 31 + object->value[i];
    return sum;
}

static bool matches(const struct fake_object *object, const struct card_query *query)
{
    struct bytes id = BYTES_NONE;

    if (!object->present || !(query->kinds & object->item.kind))
        return false;
    if (object->item.kind == CARD_KEY)
        id = bytes_make(object->item.key.id, object->item.key.id_size);
    else if (object->item.kind == CARD_CERT)
        id = bytes_make(object->item.cert.id, object->item.cert.id_size);
    else if (object->item.datum.needs_pin && !query->logged_in)
        return false;
    return query->id.size == 0 || bytes_equal(id, query->id);
}

static enum result list(const struct call *call, const struct card_query *query, struct card_cursor *cursor,
                        struct card_item *ret)
{
    while (cursor->position < FAKE_OBJECTS) {
        const struct fake_object *object = &call->app->objects[cursor->position++];
        if (!matches(object, query))
            continue;
        if (object->item.kind == CARD_DATUM && object->item.datum.needs_pin && !call->app->verified)
            return RESULT_NOT_AUTHENTICATED;
        *ret = object->item;
        if (ret->kind == CARD_CERT)
            ret->cert.fingerprint = checksum(object);
        if (query->value)
            buf_clear(query->value);
        if (query->value && call->app->list_values)
            buf_add(query->value, bytes_make(object->value, object->value_size));
        return RESULT_OK;
    }
    return RESULT_NOT_FOUND;
}

static enum result fake_list(struct card *card, const struct card_query *query, struct card_cursor *cursor,
                             struct card_item *ret)
{
    DURING(card, FAKE_LIST, true, list(&call, query, cursor, ret));
}

static uint32_t reference_of(const struct fake_object *object)
{
    if (object->item.kind == CARD_KEY)
        return object->item.key.reference;
    return object->item.kind == CARD_CERT ? object->item.cert.reference : object->item.datum.reference;
}

static struct fake_object *find(const struct call *call, enum card_kind kind, uint32_t reference)
{
    for (size_t i = 0; i < FAKE_OBJECTS; i++) {
        struct fake_object *object = &call->app->objects[i];
        if (object->present && object->item.kind == kind && reference_of(object) == reference)
            return object;
    }
    return NULL;
}

static enum result read(const struct call *call, enum card_kind kind, uint32_t reference, struct buf *out)
{
    const struct fake_object *object = find(call, kind, reference);

    if (!object)
        return RESULT_NOT_FOUND;
    if (kind == CARD_DATUM && object->item.datum.needs_pin && !call->app->verified)
        return RESULT_NOT_AUTHENTICATED;
    buf_add(out, bytes_make(object->value, object->value_size));
    return buf_check(out);
}

static enum result fake_read(struct card *card, enum card_kind kind, uint32_t reference, struct buf *out)
{
    DURING(card, FAKE_READ, true, read(&call, kind, reference, out));
}

static enum result pin_status(const struct call *call, enum card_role role, struct card_pin *ret)
{
    pin_now(call->app, role, ret);
    return RESULT_OK;
}

static enum result fake_pin_status(struct card *card, enum card_role role, struct card_pin *ret)
{
    DURING(card, FAKE_PIN_STATUS, true, pin_status(&call, role, ret));
}

/** The PIN given, or the one that a person enters on the reader's keys. */
static struct bytes pin_given(const struct fake_app *app, const struct secret *pin)
{
    return pin ? secret_bytes(pin) : bytes_text(app->typed_pin);
}

static enum result pin_form(enum card_role role, struct bytes view)
{
    if (view.size < PIN_MIN || view.size > (role == CARD_USER ? PIN_MAX : SO_PIN_MAX))
        return RESULT_PIN_LENGTH;
    for (size_t i = 0; i < view.size; i++)
        if (view.data[i] < 0x20 || view.data[i] > 0x7E)
            return RESULT_PIN_CHARACTERS;
    return RESULT_OK;
}

/** Compares a PIN and counts a wrong one. */
static enum result pin_try(struct fake_app *app, enum card_role role, const struct secret *pin,
                           int *ret_tries)
{
    int *tries = role == CARD_USER ? &app->user_tries : &app->so_tries;
    const char *truth = role == CARD_USER ? app->user_pin : app->so_pin;

    *ret_tries = CARD_TRIES_UNKNOWN;
    TRY(pin_form(role, pin_given(app, pin)));
    if (*tries == 0) {
        *ret_tries = 0;
        return RESULT_PIN_BLOCKED;
    }
    if (bytes_equal(pin_given(app, pin), bytes_text(truth))) {
        *tries = FAKE_TRIES;
        return RESULT_OK;
    }
    *ret_tries = --*tries;
    if (role == CARD_USER)
        app->verified = false;
    return RESULT_PIN_WRONG;
}

static enum result verify(const struct call *call, enum card_role role, const struct secret *pin,
                          int *ret_tries)
{
    TRY(pin_try(call->app, role, pin, ret_tries));
    if (role == CARD_USER)
        call->app->verified = call->app->just_verified = true;
    return RESULT_OK;
}

static enum result fake_verify_pin(struct card *card, enum card_role role, const struct secret *pin,
                                   int *ret_tries)
{
    DURING(card, role == CARD_USER ? FAKE_VERIFY : FAKE_VERIFY_SO, true, verify(&call, role, pin, ret_tries));
}

static void pin_set(struct fake_app *app, enum card_role role, const struct secret *pin)
{
    char *place = role == CARD_USER ? app->user_pin : app->so_pin;

    memset(place, 0, FAKE_PIN_MAX + 1);
    memcpy(place, secret_bytes(pin).data, secret_size(pin));
    if (role == CARD_USER) {
        app->user_tries = FAKE_TRIES;
        app->user_factory = false;
    }
}

static enum result change(const struct call *call, enum card_role role, const struct secret *old_pin,
                          const struct secret *new_pin, int *ret_tries)
{
    *ret_tries = CARD_TRIES_UNKNOWN;
    TRY(pin_form(role, secret_bytes(new_pin)));
    TRY(pin_try(call->app, role, old_pin, ret_tries));
    pin_set(call->app, role, new_pin);
    if (role == CARD_USER)
        call->app->verified = true;
    return RESULT_OK;
}

static enum result fake_change_pin_op(struct card *card, enum card_role role, const struct secret *old_pin,
                                      const struct secret *new_pin, int *ret_tries)
{
    DURING(card, FAKE_CHANGE, true, change(&call, role, old_pin, new_pin, ret_tries));
}

static enum result init_pin(const struct call *call, const struct secret *so, const struct secret *new_pin,
                            int *ret_tries)
{
    *ret_tries = CARD_TRIES_UNKNOWN;
    TRY(pin_form(CARD_USER, secret_bytes(new_pin)));
    TRY(pin_try(call->app, CARD_SO, so, ret_tries));
    pin_set(call->app, CARD_USER, new_pin);
    call->app->info.pin_initialized = true;
    return RESULT_OK;
}

static enum result fake_init_pin(struct card *card, const struct secret *so, const struct secret *new_pin,
                                 int *ret_tries)
{
    DURING(card, FAKE_INIT_PIN, true, init_pin(&call, so, new_pin, ret_tries));
}

static enum result authenticate(const struct call *call, const struct secret *so)
{
    int tries;

    if (so)
        TRY(pin_try(call->app, CARD_SO, so, &tries));
    else if (!call->app->pin_protected || !call->app->verified)
        return RESULT_NOT_AUTHENTICATED;
    call->app->authenticated = true;
    return RESULT_OK;
}

static enum result fake_authenticate(struct card *card, const struct secret *so)
{
    DURING(card, FAKE_AUTHENTICATE, true, authenticate(&call, so));
}

static enum result logout(const struct call *call)
{
    call->app->verified = false;
    return RESULT_OK;
}

static enum result fake_logout(struct card *card)
{
    DURING(card, FAKE_LOGOUT, true, logout(&call));
}

static enum result format(const struct call *call, const struct secret *so, const char *label, int *ret_tries)
{
    struct fake_app *app = call->app;

    TRY(pin_try(app, CARD_SO, so, ret_tries));
    memset(app->objects, 0, sizeof(app->objects));
    strncpy(app->info.label, label, sizeof(app->info.label) - 1);
    strcpy(app->user_pin, FAKE_USER_PIN);
    app->user_tries = FAKE_TRIES;
    app->user_factory = true;
    app->verified = app->authenticated = false;
    return RESULT_OK;
}

static enum result fake_format(struct card *card, const struct secret *so, const char *label, int *ret_tries)
{
    DURING(card, FAKE_FORMAT, true, format(&call, so, label, ret_tries));
}

static enum result key_ready(const struct call *call, const struct card_key *key,
                             const struct fake_object **ret)
{
    const struct fake_object *object = find(call, CARD_KEY, key->reference);
    bool just = call->app->just_verified;

    call->app->just_verified = false;
    if (!object || object->private_key.size == 0)
        return RESULT_WRONG_STATE;
    if (object->item.key.policy == CARD_PIN_ONCE && !call->app->verified)
        return RESULT_NOT_AUTHENTICATED;
    if (object->item.key.policy == CARD_PIN_ALWAYS && !just)
        return RESULT_NOT_AUTHENTICATED;
    if (object->item.key.touch && call->card->touch_missed)
        return RESULT_NOT_AUTHENTICATED;
    *ret = object;
    return RESULT_OK;
}

static enum result use(const struct call *call, const struct card_key *key, enum card_can how,
                       struct bytes input, struct buf *out)
{
    const struct fake_object *object = NULL;

    TRY(key_ready(call, key, &object));
    if (how == CARD_CAN_RSA_RAW)
        return fake_crypto_rsa_raw(object->private_key, input, out);
    if (how == CARD_CAN_ECDSA)
        return fake_crypto_ecdsa(object->private_key, input, out);
    if (how == CARD_CAN_ECDH)
        return fake_crypto_ecdh(object->private_key, input, out);
    if (how == CARD_CAN_GOST)
        return fake_gost_sign(object->item.key.public_key.curve, object->private_key, input, out);
    return RESULT_UNSUPPORTED;
}

static enum result fake_sign(struct card *card, const struct card_key *key, enum card_can how,
                             struct bytes input, struct buf *out)
{
    DURING(card, FAKE_SIGN, true, use(&call, key, how, input, out));
}

static enum result fake_decipher(struct card *card, const struct card_key *key, enum card_can how,
                                 struct bytes input, struct buf *out)
{
    DURING(card, FAKE_DECIPHER, true, use(&call, key, how, input, out));
}

static enum result agree(const struct call *call, const struct card_key *key,
                         const struct card_agreement *with, struct buf *out)
{
    const struct fake_object *object = NULL;

    if (with->how == CARD_CAN_ECDH)
        return use(call, key, with->how, with->point, out);
    TRY(key_ready(call, key, &object));
    return fake_gost_agree(object->item.key.public_key.curve, object->private_key, with, out);
}

static enum result fake_agree(struct card *card, const struct card_key *key,
                              const struct card_agreement *with, struct buf *out)
{
    DURING(card, FAKE_AGREE, true, agree(&call, key, with, out));
}

static enum result may_write(const struct call *call)
{
    bool allowed = call->app->management ? call->app->authenticated : call->app->verified;

    return allowed ? RESULT_OK : RESULT_NOT_AUTHENTICATED;
}

/** The id that a new key gets: the one wanted, or the first free one. */
static enum result choose_id(const struct call *call, struct bytes wanted, uint8_t *ret)
{
    struct fake_card *card = call->card;

    if (wanted.size > 1 || (wanted.size == 1 && (wanted.data[0] == 0 || wanted.data[0] > ID_LAST)))
        return RESULT_BAD_ARGUMENT;
    if (wanted.size == 1) {
        *ret = wanted.data[0];
        return fake_find(card, CARD_KEY, *ret) ? RESULT_EXISTS : RESULT_OK;
    }
    for (uint8_t id = 1; id <= ID_LAST; id++)
        if (!fake_find(card, CARD_KEY, id)) {
            *ret = id;
            return RESULT_OK;
        }
    return RESULT_CARD_FULL;
}

static enum result new_key(const struct call *call, const struct card_key_template *template, bool generated,
                           struct card_key *ret)
{
    struct fake_object *object;
    uint8_t id = 0;

    TRY(may_write(call));
    if (template->kind != KEY_RSA && template->kind != KEY_EC && !key_kind_is_gost(template->kind))
        return RESULT_UNSUPPORTED;
    TRY(choose_id(call, template->id, &id));
    if (key_kind_is_gost(template->kind)) {
        *ret = fake_gost_key_add(call->card, id, template->set, template->digest)->item.key;
        return RESULT_OK;
    }
    object = fake_key_add(call->card, id, template->kind == KEY_RSA ? fake_rsa_key : fake_ec_key);
    object->item.key.generated = generated;
    *ret = object->item.key;
    return RESULT_OK;
}

static enum result fake_generate(struct card *card, const struct card_key_template *template,
                                 struct card_key *ret)
{
    DURING(card, FAKE_GENERATE, true, new_key(&call, template, true, ret));
}

static enum result fake_import(struct card *card, const struct card_key_template *template,
                               const struct card_private_key *parts, struct card_key *ret)
{
    (void)parts;
    DURING(card, FAKE_IMPORT, true, new_key(&call, template, false, ret));
}

static struct fake_object *store_place(const struct call *call, const struct card_item *item)
{
    for (size_t i = 0; i < FAKE_OBJECTS; i++) {
        struct fake_object *object = &call->app->objects[i];
        if (!object->present || object->item.kind != item->kind)
            continue;
        if (item->kind == CARD_CERT && item->cert.id_size == 1 && object->item.cert.id[0] == item->cert.id[0])
            return object;
        if (item->kind == CARD_DATUM && strcmp(object->item.datum.label, item->datum.label) == 0)
            return object;
    }
    return NULL;
}

static enum result store(const struct call *call, struct card_item *item, struct bytes value, bool replace)
{
    struct fake_object *object = store_place(call, item);

    TRY(may_write(call));
    if (value.size > VALUE_FULL)
        return RESULT_TOO_LARGE;
    if (object && !replace)
        return RESULT_EXISTS;
    if (!object && item->kind == CARD_CERT && item->cert.id_size != 1)
        return RESULT_BAD_ARGUMENT;
    if (!object)
        object = item->kind == CARD_CERT ? fake_cert_add(call->card, item->cert.id[0], BYTES_NONE)
                                         : fake_datum_add(call->card, item->datum.label, BYTES_NONE, false);
    object->value_size = value.size;
    if (value.size > 0)
        memcpy(object->value, value.data, value.size);
    *item = object->item;
    if (item->kind == CARD_CERT)
        item->cert.fingerprint = checksum(object);
    return RESULT_OK;
}

static enum result fake_store(struct card *card, struct card_item *item, struct bytes value, bool replace)
{
    DURING(card, FAKE_STORE, true, store(&call, item, value, replace));
}

static enum result erase(const struct call *call, enum card_kind kind, uint32_t reference)
{
    struct fake_object *object = find(call, kind, reference);

    TRY(may_write(call));
    if (!object)
        return RESULT_NOT_FOUND;
    object->present = false;
    return RESULT_OK;
}

static enum result fake_erase(struct card *card, enum card_kind kind, uint32_t reference)
{
    DURING(card, FAKE_ERASE, true, erase(&call, kind, reference));
}

static enum result random_bytes(size_t size, struct buf *out)
{
    buf_add_fill(out, 0x42, size);
    return buf_check(out);
}

static enum result fake_random(struct card *card, size_t size, struct buf *out)
{
    DURING(card, FAKE_RANDOM, true, random_bytes(size, out));
}

static const struct card_algorithm fake_algorithms[] = {
    { KEY_RSA, CURVE_NONE, 1024, 4096, CARD_CAN_RSA_RAW, true },
    { KEY_EC, CURVE_P256, 256, 256, CARD_CAN_ECDSA | CARD_CAN_ECDH, true },
    { KEY_NONE, CURVE_NONE, 0, 0, 0, false },
};

#define GOST_KEYS (CARD_CAN_GOST | CARD_CAN_GOST_DH)

static const struct card_algorithm fake_gost_algorithms[] = {
    { KEY_RSA, CURVE_NONE, 1024, 4096, CARD_CAN_RSA_RAW, true },
    { KEY_GOST2001, CURVE_GOST_256_CPA, 256, 256, GOST_KEYS, true },
    { KEY_GOST256, CURVE_GOST_256_CPA, 256, 256, GOST_KEYS, true },
    { KEY_GOST256, CURVE_GOST_256_A, 256, 256, GOST_KEYS, true },
    { KEY_GOST512, CURVE_GOST_512_A, 512, 512, GOST_KEYS, true },
    { KEY_NONE, CURVE_NONE, 0, 0, 0, false },
};

static const struct card_algorithm *fake_keys(struct card *card)
{
    (void)card;
    return fake_algorithms;
}

static const struct card_algorithm *fake_gost_keys(struct card *card)
{
    (void)card;
    return fake_gost_algorithms;
}

#define FAKE_OPERATIONS                                                                                      \
    .recognise = fake_recognise, .open = fake_open, .list = fake_list, .read = fake_read,                    \
    .pin_status = fake_pin_status, .verify_pin = fake_verify_pin, .change_pin = fake_change_pin_op,          \
    .init_pin = fake_init_pin, .authenticate = fake_authenticate, .logout = fake_logout,                     \
    .format = fake_format, .sign = fake_sign, .decipher = fake_decipher, .agree = fake_agree,                \
    .generate = fake_generate, .import_key = fake_import, .store = fake_store, .erase = fake_erase,          \
    .random = fake_random

const struct card_driver fake_driver = { .name = "fake", .algorithms = fake_keys, FAKE_OPERATIONS };
const struct card_driver fake_other_driver = { .name = "other", .algorithms = fake_keys, FAKE_OPERATIONS };
const struct card_driver fake_gost_driver = { .name = "gost", .algorithms = fake_gost_keys, FAKE_OPERATIONS };
const struct card_driver *const fake_drivers[] = { &fake_driver, &fake_other_driver, NULL };
const struct card_driver *const fake_gost_drivers[] = { &fake_gost_driver, NULL };
