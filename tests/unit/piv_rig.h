/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* piv_rig.h: the PIV driver on a virtual card in the same process, and its verbs with PINs and keys as text.
 */
#ifndef ECP_TESTS_PIV_RIG_H
#define ECP_TESTS_PIV_RIG_H

#include <string.h>

#include "pcsc/cards.h"
#include "pcsc/probe.h"
#include "tests/script/vcard_channel.h"
#include "tests/unit/vectors.h"

/* How a driver is asked for ECDH with POINT. */
#define ECDH_WITH(with_point) (&(struct card_agreement){ CARD_CAN_ECDH, with_point, BYTES_NONE })

#define KEY_3DES "010203040506070801020304050607080102030405060708"
#define ITEMS_MAX 64

/* A virtual card, opened by the driver as the module would. */
static struct rig {
    struct channel *channel;
    struct card *card;
    struct card_info info;
    bool nist;
    struct vector vector;
    struct card_item item;
    struct card_key key;
    struct card_item items[ITEMS_MAX];
    uint8_t value[CARD_OBJECT_MAX];
    size_t value_sizes[ITEMS_MAX];
} the_rig;

static inline void rig_up(struct rig *rig, const char *name)
{
    memset(rig, 0, sizeof(*rig));
    rig->nist = strcmp(name, "piv:nist") == 0;
    assert_ok(vcard_channel_open(name, &rig->channel));
    assert_ok(card_new(&card_piv, rig->channel, vcard_channel_atr(rig->channel), NULL, 0, &rig->card));
    assert_ok(card_piv.recognise(rig->card));
    assert_ok(card_piv.open(rig->card, &rig->info));
}

static inline void rig_set(struct rig *rig, const struct card_setting *settings, size_t count)
{
    rig->card->settings = settings;
    rig->card->settings_count = count;
}

static inline void rig_select(struct rig *rig)
{
    assert_ok(card_piv.recognise(rig->card));
}

static inline void rig_down(struct rig *rig)
{
    card_free(&rig->card);
    vcard_channel_close(&rig->channel);
}

static inline enum result with_secret(const char *text, struct secret **ret)
{
    return secret_new(bytes_text(text), ret);
}

static inline enum result verify(struct rig *rig, enum card_role role, const char *text, int *tries)
{
    SCOPED(secret_free) struct secret *pin = NULL;

    TRY(with_secret(text, &pin));
    return card_piv.verify_pin(rig->card, role, pin, tries);
}

static inline enum result change(struct rig *rig, enum card_role role, const char *old_text,
                                 const char *new_text)
{
    SCOPED(secret_free) struct secret *old_pin = NULL;
    SCOPED(secret_free) struct secret *new_pin = NULL;
    int tries;

    TRY(with_secret(old_text, &old_pin));
    TRY(with_secret(new_text, &new_pin));
    return card_piv.change_pin(rig->card, role, old_pin, new_pin, &tries);
}

static inline enum result init_pin(struct rig *rig, const char *so_text, const char *new_text)
{
    SCOPED(secret_free) struct secret *so = NULL;
    SCOPED(secret_free) struct secret *new_pin = NULL;
    int tries;

    TRY(with_secret(so_text, &so));
    TRY(with_secret(new_text, &new_pin));
    return card_piv.init_pin(rig->card, so, new_pin, &tries);
}

static inline enum result authenticate(struct rig *rig, const char *text)
{
    SCOPED(secret_free) struct secret *so = NULL;

    if (text)
        TRY(with_secret(text, &so));
    return card_piv.authenticate(rig->card, so);
}

static inline enum result format(struct rig *rig, const char *text)
{
    SCOPED(secret_free) struct secret *so = NULL;
    int tries;

    TRY(with_secret(text, &so));
    return card_piv.format(rig->card, so, "label", &tries);
}

static inline enum result generate(struct rig *rig, enum key_kind kind, enum curve curve, size_t bits,
                                   uint8_t id, struct card_key *ret)
{
    const struct card_key_template template = {
        .kind = kind,
        .curve = curve,
        .bits = bits,
        .id = bytes_make(&id, id ? 1 : 0),
    };

    return card_piv.generate(rig->card, &template, ret);
}

static inline enum result store(struct rig *rig, uint8_t id, const char *vector, bool replace)
{
    struct card_item *item = &rig->item;

    *item = (struct card_item){ .kind = CARD_CERT, .cert = { .id = { id }, .id_size = 1 } };
    return card_piv.store(rig->card, item, vector_load(vector, &rig->vector), replace);
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

    while ((result = card_piv.list(rig->card, &query, &cursor, &rig->items[count])) == RESULT_OK) {
        if (with_values && rig->items[count].kind != CARD_KEY)
            ck_assert_uint_gt(value.size, 0);
        rig->value_sizes[count] = value.size;
        ck_assert_uint_lt(++count, ITEMS_MAX);
    }
    assert_result(result, RESULT_NOT_FOUND);
    return count;
}

/* Four keys with certificates, as the numbers of exchanges are given for. */
static inline void rig_fill(struct rig *rig)
{
    static const char *const certificates[] = { "asn1/rsa2048.crt", "asn1/rsa2048.crt", "asn1/p256.crt",
                                                "asn1/p256.crt" };

    assert_ok(authenticate(rig, KEY_3DES));
    for (uint8_t i = 0; i < 4; i++) {
        if (!rig->nist)
            assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, (uint8_t)(i + 1), &rig->key));
        assert_ok(store(rig, (uint8_t)(i + 1), certificates[i], false));
    }
    rig_select(rig);
    vcard_channel_count(rig->channel);
}

static const struct card_setting history[] = { { "retired-keys", "history" } };
static const struct card_setting overwrite[] = { { "overwrite", "yes" } };

#endif
