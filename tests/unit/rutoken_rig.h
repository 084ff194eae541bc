/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rutoken_rig.h: the Rutoken driver on a virtual card in the same process, and its verbs with PINs as text.
 */
#ifndef ECP_TESTS_RUTOKEN_RIG_H
#define ECP_TESTS_RUTOKEN_RIG_H

#include <string.h>

#include "asn1/gost.h"
#include "pcsc/cards.h"
#include "pcsc/probe.h"
#include "tests/script/vcard_channel.h"
#include "tests/unit/vectors.h"

#define SO_PIN "87654321"
#define USER_PIN "12345678"
#define ITEMS_MAX 64

/* A virtual card, opened by the driver as the module would. */
static struct rig {
    struct channel *channel;
    struct card *card;
    struct card_info info;
    struct vector vector;
    struct card_key key;
    struct card_item item;
    struct card_item items[ITEMS_MAX];
    uint8_t value[CARD_OBJECT_MAX];
    size_t value_sizes[ITEMS_MAX];
    uint8_t answer[1024];
} the_rig;

static const struct card_setting unverified[] = { { "unverified", "yes" } };

static inline void rig_open(struct rig *rig)
{
    assert_ok(card_rutoken.recognise(rig->card));
    assert_ok(card_rutoken.open(rig->card, &rig->info));
}

static inline void rig_up(struct rig *rig, const char *name)
{
    memset(rig, 0, sizeof(*rig));
    assert_ok(vcard_channel_open(name, &rig->channel));
    assert_ok(card_new(&card_rutoken, rig->channel, vcard_channel_atr(rig->channel), NULL, 0, &rig->card));
    rig_open(rig);
}

static inline void rig_down(struct rig *rig)
{
    card_free(&rig->card);
    vcard_channel_close(&rig->channel);
}

static inline void rig_allow(struct rig *rig)
{
    rig->card->settings = unverified;
    rig->card->settings_count = 1;
}

static inline enum result verify(struct rig *rig, enum card_role role, const char *text, int *tries)
{
    SCOPED(secret_free) struct secret *pin = NULL;

    TRY(secret_new(bytes_text(text), &pin));
    return card_rutoken.verify_pin(rig->card, role, pin, tries);
}

static inline enum result login(struct rig *rig)
{
    int tries;

    return verify(rig, CARD_USER, USER_PIN, &tries);
}

static inline enum result change(struct rig *rig, enum card_role role, const char *old_text,
                                 const char *new_text)
{
    SCOPED(secret_free) struct secret *old_pin = NULL;
    SCOPED(secret_free) struct secret *new_pin = NULL;
    int tries;

    TRY(secret_new(bytes_text(old_text), &old_pin));
    TRY(secret_new(bytes_text(new_text), &new_pin));
    return card_rutoken.change_pin(rig->card, role, old_pin, new_pin, &tries);
}

static inline enum result init_pin(struct rig *rig, const char *so_text, const char *new_text)
{
    SCOPED(secret_free) struct secret *so = NULL;
    SCOPED(secret_free) struct secret *new_pin = NULL;
    int tries;

    TRY(secret_new(bytes_text(so_text), &so));
    TRY(secret_new(bytes_text(new_text), &new_pin));
    return card_rutoken.init_pin(rig->card, so, new_pin, &tries);
}

static inline enum result format(struct rig *rig, const char *text)
{
    SCOPED(secret_free) struct secret *so = NULL;
    int tries;

    TRY(secret_new(bytes_text(text), &so));
    return card_rutoken.format(rig->card, so, "my token", &tries);
}

/* Formatted, with a user PIN, and logged in. */
static inline void rig_ready(struct rig *rig, const char *name)
{
    rig_up(rig, name);
    assert_ok(format(rig, SO_PIN));
    assert_ok(init_pin(rig, SO_PIN, USER_PIN));
    rig_open(rig);
    assert_ok(login(rig));
    vcard_channel_count(rig->channel);
}

/* After an interruption: the card lost its power, and another process comes. */
static inline void rig_again(struct rig *rig)
{
    const struct card_setting *settings = rig->card->settings;
    size_t count = rig->card->settings_count;

    card_free(&rig->card);
    assert_ok(card_new(&card_rutoken, rig->channel, vcard_channel_atr(rig->channel), NULL, 0, &rig->card));
    rig->card->settings = settings;
    rig->card->settings_count = count;
    vcard_channel_break(rig->channel, VCARD_CHANNEL_NEVER, RESULT_OK, false);
    vcard_channel_slip(rig->channel, VCARD_CHANNEL_NEVER, VCARD_CHANNEL_WORD);
    vcard_channel_reset(rig->channel);
    rig_open(rig);
}

static inline enum result generate_rsa(struct rig *rig, size_t bits, uint8_t id, struct card_key *ret)
{
    const struct card_key_template template = {
        .kind = KEY_RSA, .bits = bits, .id = bytes_make(&id, id ? 1 : 0), .label = "an RSA key"
    };

    return card_rutoken.generate(rig->card, &template, ret);
}

static inline enum result generate_gost(struct rig *rig, const char *set_name, enum hash digest, uint8_t id,
                                        struct card_key *ret)
{
    const struct gost_set *set = gost_set_from_name(bytes_text(set_name));
    const struct card_key_template template = {
        .kind = digest == HASH_STREEBOG_512 ? KEY_GOST512
                : digest == HASH_GOST94     ? KEY_GOST2001
                                            : KEY_GOST256,
        .curve = set->curve,
        .set = gost_set_oid(set),
        .digest = gost_digest_oid(digest),
        .id = bytes_make(&id, id ? 1 : 0),
        .label = "ключ",
    };

    return card_rutoken.generate(rig->card, &template, ret);
}

static inline enum result store_cert(struct rig *rig, uint8_t id, const char *vector, bool replace)
{
    rig->item = (struct card_item){ .kind = CARD_CERT,
                                    .cert = { .id = { id }, .id_size = 1, .label = "a certificate" } };
    return card_rutoken.store(rig->card, &rig->item, vector_load(vector, &rig->vector), replace);
}

static inline enum result store_datum(struct rig *rig, const char *label, bool needs_pin, const char *value,
                                      bool replace)
{
    rig->item =
        (struct card_item){ .kind = CARD_DATUM, .datum = { .application = "tests", .needs_pin = needs_pin } };
    strcpy(rig->item.datum.label, label);
    return card_rutoken.store(rig->card, &rig->item, bytes_text(value), replace);
}

static inline size_t list(struct rig *rig, unsigned kinds, uint8_t id, bool logged_in, bool with_values)
{
    struct buf value = BUF_OVER(rig->value);
    const struct card_query query = {
        .kinds = kinds,
        .id = bytes_make(&id, id ? 1 : 0),
        .logged_in = logged_in,
        .value = with_values ? &value : NULL,
    };
    struct card_cursor cursor = { 0 };
    size_t count = 0;
    enum result result;

    while ((result = card_rutoken.list(rig->card, &query, &cursor, &rig->items[count])) == RESULT_OK) {
        rig->value_sizes[count] = value.size;
        ck_assert_uint_lt(++count, ITEMS_MAX);
    }
    assert_result(result, RESULT_NOT_FOUND);
    return count;
}

#endif
