/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a Rutoken says that its keys can be, held against the virtual cards: all of it, and nothing else. */
#include "tests/unit/rutoken_rig.h"

static const struct sort {
    enum key_kind kind;
    enum curve curve;
    const char *set;
    enum hash digest;
} sorts[] = {
    { KEY_RSA, CURVE_NONE, NULL, HASH_NONE },
    { KEY_GOST2001, CURVE_GOST_256_CPA, "CryptoPro-A", HASH_GOST94 },
    { KEY_GOST2001, CURVE_GOST_256_CPB, "CryptoPro-B", HASH_GOST94 },
    { KEY_GOST2001, CURVE_GOST_256_CPC, "CryptoPro-C", HASH_GOST94 },
    { KEY_GOST256, CURVE_GOST_256_CPA, "CryptoPro-A", HASH_STREEBOG_256 },
    { KEY_GOST256, CURVE_GOST_256_CPB, "CryptoPro-B", HASH_STREEBOG_256 },
    { KEY_GOST256, CURVE_GOST_256_CPC, "CryptoPro-C", HASH_STREEBOG_256 },
    { KEY_GOST256, CURVE_GOST_256_A, "tc26-256-A", HASH_STREEBOG_256 },
    { KEY_GOST512, CURVE_GOST_512_A, "tc26-512-A", HASH_STREEBOG_512 },
    { KEY_GOST512, CURVE_GOST_512_B, "tc26-512-B", HASH_STREEBOG_512 },
    { KEY_GOST512, CURVE_GOST_512_C, "tc26-512-C", HASH_STREEBOG_512 },
};

#define SORTS (sizeof(sorts) / sizeof(sorts[0]))

static const struct card_algorithm *told(struct rig *rig, const struct sort *sort)
{
    const struct card_algorithm *row = card_rutoken.algorithms(rig->card);

    for (; row->kind != KEY_NONE; row++)
        if (row->kind == sort->kind && row->curve == sort->curve)
            return row;
    return NULL;
}

static size_t rows(struct rig *rig)
{
    const struct card_algorithm *row = card_rutoken.algorithms(rig->card);
    size_t count = 0;

    while (row[count].kind != KEY_NONE)
        count++;
    return count;
}

static enum result make(struct rig *rig, const struct sort *sort, uint8_t id)
{
    return sort->kind == KEY_RSA ? generate_rsa(rig, 1024, id, &rig->key)
                                 : generate_gost(rig, sort->set, sort->digest, id, &rig->key);
}

/* A listing tells the same of the key as its making did: else the module takes it for another one, and the handle that
 * the application got for it is dead. */
static void assert_listed_as_made(struct rig *rig, uint8_t id)
{
    ck_assert_uint_eq(list(rig, CARD_KEY, id, false, true), 1);
    ck_assert(pubkey_equal(&rig->items[0].key.public_key, &rig->key.public_key));
    ck_assert_uint_eq(rig->items[0].key.uses, rig->key.uses);
    ck_assert_uint_eq(rig->items[0].key.can, rig->key.can);
    ck_assert_int_eq((int)rig->items[0].key.policy, (int)rig->key.policy);
    ck_assert(rig->items[0].key.generated == rig->key.generated);
}

/* Makes every sort of key: what is told is made and can do what was told, and the others are refused. */
static void assert_all_and_nothing_else(struct rig *rig, size_t expected)
{
    size_t made = 0;

    for (size_t i = 0; i < SORTS; i++) {
        const struct card_algorithm *row = told(rig, &sorts[i]);
        if (row == NULL) {
            assert_result(make(rig, &sorts[i], (uint8_t)(i + 1)), RESULT_UNSUPPORTED);
            continue;
        }
        assert_ok(make(rig, &sorts[i], (uint8_t)(i + 1)));
        ck_assert_uint_eq(rig->key.can, row->can);
        assert_listed_as_made(rig, (uint8_t)(i + 1));
        made++;
    }
    ck_assert_uint_eq(made, expected);
    ck_assert_uint_eq(rows(rig), expected);
}

START_TEST(a_token_tells_of_the_keys_that_are_confirmed)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    assert_all_and_nothing_else(rig, 7);
    rig_down(rig);
}
END_TEST

START_TEST(who_allows_what_is_unverified_is_told_of_it)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    rig_allow(rig);
    assert_all_and_nothing_else(rig, 10);
    rig_down(rig);
}
END_TEST

START_TEST(a_token_without_cryptography_tells_of_no_key)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken:lite");
    assert_all_and_nothing_else(rig, 0);
    rig_allow(rig);
    assert_all_and_nothing_else(rig, 0);
    rig_down(rig);
}
END_TEST

START_TEST(asking_what_keys_a_token_can_have_sends_nothing)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    ck_assert_uint_gt(rows(rig), 0);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
    rig_down(rig);
}
END_TEST

/* A card whose firmware does not know the third byte of a GOST property: it refuses the file, or the key in
 * it. */
struct firmware {
    struct channel base;
    struct channel *inner;
    uint8_t refuses; /* INS */
    bool marked;     /* the file that was made last has the byte */
    unsigned refused;
};

static enum result firmware_transmit(struct channel *channel, struct bytes command, struct buf *answer)
{
    struct firmware *firmware = (struct firmware *)channel;
    static const uint8_t property[] = { 0x85, 0x06, 0x03, 0x20, 0x01 };
    uint8_t ins = command.data[1];

    if (ins == 0xE0)
        firmware->marked =
            firmware->marked || memmem(command.data, command.size, property, sizeof(property)) != NULL;
    if (ins == firmware->refuses && firmware->marked) {
        firmware->marked = false;
        firmware->refused++;
        buf_add(answer, BYTES_LIT(0x6A, 0x80));
        return buf_check(answer);
    }
    return firmware->inner->ops->transmit(firmware->inner, command, answer);
}

static void assert_unmarked(struct rig *rig, uint8_t refuses)
{
    struct firmware firmware = { .base = *rig->channel, .inner = rig->channel, .refuses = refuses };
    struct channel_ops ops = *rig->channel->ops;
    struct buf out = BUF_OVER(rig->answer);
    uint8_t digest[32] = { 7 };

    ops.transmit = firmware_transmit;
    firmware.base.ops = &ops;
    card_attach(rig->card, &firmware.base);
    assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, refuses, &rig->key));
    card_attach(rig->card, rig->channel);
    ck_assert_uint_eq(firmware.refused, 1);
    /* the record says of which year it is */
    ck_assert_uint_eq(list(rig, CARD_KEY, refuses, true, true), 1);
    ck_assert_int_eq((int)rig->items[0].key.public_key.kind, (int)KEY_GOST256);
    assert_ok(card_rutoken.sign(rig->card, &rig->items[0].key, CARD_CAN_GOST, BYTES_OF(digest), &out));
    ck_assert_uint_eq(out.size, 64);
}

START_TEST(a_firmware_without_the_mark_of_2012_gets_keys_without_it)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    assert_unmarked(rig, 0xE0);
    assert_unmarked(rig, 0x46);
    /* what was refused has left nothing behind */
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, true, true), 2);
    rig_down(rig);
}
END_TEST

UNIT_MAIN("rutoken_card_algorithms", a_token_tells_of_the_keys_that_are_confirmed,
          who_allows_what_is_unverified_is_told_of_it, a_token_without_cryptography_tells_of_no_key,
          asking_what_keys_a_token_can_have_sends_nothing,
          a_firmware_without_the_mark_of_2012_gets_keys_without_it)
