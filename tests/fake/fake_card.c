/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/gost.h"
#include "tests/fake/fake_world.h"

#define USER_TRIES_MAX FAKE_TRIES
#define PIN_MIN 4
#define PIN_MAX 8
#define SO_PIN_MAX 16
#define ID_FIRST 1
#define ID_LAST 24

static void fake_pin_fill(struct card_pin *pin, size_t max)
{
    *pin = (struct card_pin){
        .known = true, .tries_left = FAKE_TRIES, .tries_max = FAKE_TRIES, .min = PIN_MIN, .max = max
    };
}

static void fake_app_fill(struct fake_app *app, const char *label)
{
    strcpy(app->info.label, label);
    strcpy(app->info.manufacturer, "Nobody");
    strcpy(app->info.model, "Fake card");
    strcpy(app->info.serial, FAKE_SERIAL);
    app->info.firmware_major = 1;
    app->info.has_random = app->info.can_format = app->info.pin_initialized = true;
    fake_pin_fill(&app->info.user, PIN_MAX);
    fake_pin_fill(&app->info.so, SO_PIN_MAX);
    strcpy(app->user_pin, FAKE_USER_PIN);
    strcpy(app->so_pin, FAKE_SO_PIN);
    app->user_tries = app->so_tries = FAKE_TRIES;
    app->management = app->pin_protected = app->list_values = true;
}

static struct fake_object *fake_place(struct fake_card *card)
{
    for (size_t i = 0; i < FAKE_OBJECTS; i++)
        if (!card->apps[0].objects[i].present) {
            memset(&card->apps[0].objects[i], 0, sizeof(struct fake_object));
            card->apps[0].objects[i].present = true;
            return &card->apps[0].objects[i];
        }
    abort();
}

static void fake_label(char *label, uint8_t id)
{
    snprintf(label, CARD_TEXT_MAX, "Place %02X", id);
}

struct fake_object *fake_key_add(struct fake_card *card, uint8_t id, struct bytes private_key)
{
    struct fake_object *object = fake_place(card);
    struct card_key *key = &object->item.key;

    object->item.kind = CARD_KEY;
    object->private_key = private_key;
    key->id[0] = id;
    key->id_size = 1;
    key->reference = id;
    fake_label(key->label, id);
    key->origin_known = key->generated = true;
    if (fake_crypto_public(private_key, &key->public_key) != RESULT_OK)
        abort();
    if (key->public_key.kind == KEY_RSA) {
        key->uses = CARD_USE_SIGN | CARD_USE_DECIPHER;
        key->can = CARD_CAN_RSA_RAW;
    } else {
        key->uses = CARD_USE_SIGN | CARD_USE_AGREE;
        key->can = CARD_CAN_ECDSA | CARD_CAN_ECDH;
    }
    return object;
}

struct fake_object *fake_gost_key_add(struct fake_card *card, uint8_t id, struct bytes set,
                                      struct bytes digest)
{
    struct fake_object *object = fake_key_add(card, id, fake_ec_key);
    const struct gost_set *found = gost_set_from_oid(set);
    uint8_t memory[PUBKEY_POINT_MAX];
    struct buf point = BUF_OVER(memory);

    if (!found)
        abort();
    object->private_key = bytes_slice(fake_gost_key, 0, found->size);
    if (fake_gost_public(found->curve, object->private_key, &point) != RESULT_OK ||
        pubkey_set_gost(&object->item.key.public_key, set, digest, buf_bytes(&point)) != RESULT_OK)
        abort();
    object->item.key.can = CARD_CAN_GOST | CARD_CAN_GOST_DH;
    return object;
}

struct fake_object *fake_cert_add(struct fake_card *card, uint8_t id, struct bytes der)
{
    struct fake_object *object = fake_place(card);

    object->item.kind = CARD_CERT;
    object->item.cert.id[0] = id;
    object->item.cert.id_size = 1;
    object->item.cert.reference = 0x100U + id;
    fake_label(object->item.cert.label, id);
    object->value_size = der.size;
    if (der.size > 0)
        memcpy(object->value, der.data, der.size);
    return object;
}

struct fake_object *fake_datum_add(struct fake_card *card, const char *label, struct bytes value,
                                   bool needs_pin)
{
    struct fake_object *object = fake_place(card);

    object->item.kind = CARD_DATUM;
    snprintf(object->item.datum.label, CARD_TEXT_MAX, "%s", label);
    object->item.datum.reference = 0x200U + (uint32_t)(object - card->apps[0].objects);
    object->item.datum.needs_pin = needs_pin;
    object->item.datum.writable = true;
    object->value_size = value.size;
    if (value.size > 0)
        memcpy(object->value, value.data, value.size);
    return object;
}

struct fake_object *fake_find(struct fake_card *card, enum card_kind kind, uint8_t id)
{
    for (size_t i = 0; i < FAKE_OBJECTS; i++) {
        struct fake_object *object = &card->apps[0].objects[i];
        const uint8_t *name = kind == CARD_KEY ? object->item.key.id : object->item.cert.id;
        if (object->present && object->item.kind == kind && (kind == CARD_DATUM || name[0] == id))
            return object;
    }
    return NULL;
}

struct fake_card *fake_card_new(struct fake *fake)
{
    struct fake_card *card = calloc(1, sizeof(*card));

    if (!card || fake->card_count == FAKE_CARDS)
        abort();
    card->world = fake;
    card->known = true;
    card->selected = -1;
    memcpy(card->atr, (const uint8_t[]){ 0x3B, 0x80, 0x80, 0x01 }, sizeof(card->atr));
    fake_app_fill(&card->apps[0], "Fake token");
    fake_app_fill(&card->apps[1], "Other token");
    fake_key_add(card, 1, fake_rsa_key);
    fake_cert_add(card, 1, fake_rsa_cert);
    fake_key_add(card, 2, fake_ec_key)->item.key.policy = CARD_PIN_ALWAYS;
    fake_cert_add(card, 2, fake_ec_cert);
    fake_key_add(card, 3, fake_ec_key);
    fake_datum_add(card, "Note", bytes_text("a note"), false);
    fake_datum_add(card, "Secret", bytes_text("a secret note"), true);
    fake->cards[fake->card_count++] = card;
    return card;
}

void fake_select_other(struct fake_card *card)
{
    pthread_mutex_lock(&card->world->mutex);
    fake_card_forget(card);
    pthread_mutex_unlock(&card->world->mutex);
}

void fake_change_pin(struct fake_card *card, const char *pin)
{
    pthread_mutex_lock(&card->world->mutex);
    snprintf(card->apps[0].user_pin, sizeof(card->apps[0].user_pin), "%s", pin);
    pthread_mutex_unlock(&card->world->mutex);
}
