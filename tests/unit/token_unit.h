/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* token_unit.h: a fake card in a slot, with its token: what the tests of the token floor begin with. */
#ifndef ECP_TESTS_TOKEN_UNIT_H
#define ECP_TESTS_TOKEN_UNIT_H

#include <string.h>

#include "module/token/slot.h"
#include "module/token/token_state.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

#define READER "Reader A"

/** Everything that a test of a token needs. */
struct bench {
    struct fake *fake;
    struct fake_card *card;
    struct config config;
    struct crypto *crypto;
    struct lock_functions functions;
    struct lock library_lock;
    const struct card_driver *drivers[2]; /**< one family; a test may give the slots fake_drivers instead */
    struct slots slots;
    struct slot *slot;
    struct token *token;
    unsigned generation;
};

/** A world with one reader and nothing in it. */
static inline void bench_empty(struct bench *bench)
{
    memset(bench, 0, sizeof(*bench));
    bench->fake = fake_new();
    bench->card = fake_card_new(bench->fake);
    bench->config.keep_pin = true;
    bench->drivers[0] = &fake_driver;
    ck_assert_int_eq(crypto_new(&bench->crypto), RESULT_OK);
    fake_reader_add(bench->fake, READER);
    ck_assert_uint_eq(lock_init(&bench->library_lock, &bench->functions), CKR_OK);
    slots_init(&bench->slots, &bench->library_lock, &bench->functions, fake_source(bench->fake),
               bench->drivers, &bench->config, bench->crypto);
}

/** The slot's token, as every operation begins. */
static inline CK_RV bench_token(struct bench *bench)
{
    return slot_token(&bench->slots, bench->slot, &bench->token, &bench->generation);
}

/** A world with the card in the reader, found and probed; the story begins after that. */
static inline void bench_open(struct bench *bench)
{
    bench_empty(bench);
    fake_insert(bench->fake, READER, bench->card);
    ck_assert_uint_eq(slots_refresh(&bench->slots), CKR_OK);
    bench->slot = slots_find(&bench->slots, 0);
    ck_assert_ptr_nonnull(bench->slot);
    ck_assert_uint_eq(bench_token(bench), CKR_OK);
    fake_forget(bench->fake);
}

/** Frees all; nothing may have been left open, and no driver called out of turn. */
static inline void bench_close(struct bench *bench)
{
    slots_clear(&bench->slots);
    ck_assert_uint_eq(fake_open_channels(bench->fake), 0);
    ck_assert_uint_eq(fake_open_transactions(bench->fake), 0);
    ck_assert_uint_eq(fake_violations(bench->fake), 0);
    lock_clear(&bench->library_lock);
    crypto_free(&bench->crypto);
    fake_free(&bench->fake);
}

/** The caller's. */
static inline struct secret *bench_secret(const char *text)
{
    struct secret *secret = NULL;

    ck_assert_int_eq(secret_new(bytes_text(text), &secret), RESULT_OK);
    return secret;
}

static inline CK_RV bench_set_pin(struct bench *bench, const char *old_text, const char *new_text)
{
    SCOPED(secret_free) struct secret *old_pin = bench_secret(old_text), *new_pin = bench_secret(new_text);

    return token_set_pin(bench->token, old_pin, new_pin);
}

static inline CK_RV bench_init_pin(struct bench *bench, const char *text)
{
    SCOPED(secret_free) struct secret *pin = bench_secret(text);

    return token_init_pin(bench->token, pin);
}

static inline CK_RV bench_login(struct bench *bench, CK_USER_TYPE user, const char *text)
{
    SCOPED(secret_free) struct secret *pin = NULL;

    ck_assert_int_eq(secret_new(bytes_text(text), &pin), RESULT_OK);
    return token_login(bench->token, user, pin);
}

/** Logged in as the user, and the story begins. */
static inline void bench_user(struct bench *bench)
{
    bench_open(bench);
    ck_assert_uint_eq(bench_login(bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    fake_forget(bench->fake);
}

/** Looks for an object of CLASS with a one-byte ID (0: any); NULL if there is none in the store afterwards.
 */
static inline struct object *bench_find(struct bench *bench, CK_OBJECT_CLASS class, uint8_t id)
{
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) }, { CKA_ID, &id, sizeof(id) } };
    CK_ULONG count = id != 0 ? 2 : 1;

    ck_assert_uint_eq(token_look(bench->token, template, count), CKR_OK);
    for (struct object *object = token_objects(bench->token)->first; object; object = object->next)
        if (attributes_match(&object->attributes, template, count))
            return object;
    return NULL;
}

/** Logged in as the user, with the private key ID in hand, and the story begins. */
static inline struct object *bench_key(struct bench *bench, uint8_t id)
{
    struct object *key;

    bench_user(bench);
    key = bench_find(bench, CKO_PRIVATE_KEY, id);
    ck_assert_ptr_nonnull(key);
    fake_forget(bench->fake);
    return key;
}

/** How many objects of CLASS a search finds. */
static inline unsigned bench_count(struct bench *bench, CK_OBJECT_CLASS class)
{
    CK_ATTRIBUTE template = { CKA_CLASS, &class, sizeof(class) };
    unsigned count = 0;

    ck_assert_uint_eq(token_look(bench->token, &template, 1), CKR_OK);
    for (struct object *object = token_objects(bench->token)->first; object; object = object->next)
        count += object->class == class;
    return count;
}

/** Signs a hash with the key ID; PIN for an always-PIN key. */
static inline CK_RV bench_sign(struct bench *bench, struct object *key, const struct secret *pin)
{
    uint8_t hash[256] = { 0, 1, 2, 3 }, memory[512];
    struct buf out = BUF_OVER(memory);
    bool rsa = key->key->public_key.kind == KEY_RSA;
    CK_RV rv = token_sign(bench->token, key, rsa ? CARD_CAN_RSA_RAW : CARD_CAN_ECDSA,
                          bytes_make(hash, rsa ? 256 : 32), pin, &out);

    ck_assert_uint_eq(out.size, rv != CKR_OK ? 0 : rsa ? 256 : 64);
    return rv;
}

#define assert_story(bench, text) ck_assert_str_eq(fake_story((bench)->fake), text)
#define assert_rv(expr, expected) ck_assert_str_eq(rv_name(expr), rv_name(expected))

#endif
