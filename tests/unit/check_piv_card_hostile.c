/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIV driver with cards that lie, and cards that vanish. The sanitizers are half of what is asserted
 * here. */
#include "tests/unit/piv_rig.h"

#define SEEDS 160
#define STEPS_MAX 400

/* Everything that an application can have done, whatever becomes of it. */
static void do_everything(struct rig *rig)
{
    static const uint32_t references[] = { 0x119A, 0x079C, 0x149D, 0xE09E, 0x0682 };
    uint8_t block[256] = { 0 }, memory[PUBKEY_MODULUS_MAX];
    struct card_pin pin;
    int tries;

    (void)!card_piv.recognise(rig->card);
    if (card_piv.open(rig->card, &rig->info) == RESULT_OK)
        ck_assert_uint_lt(strlen(rig->info.serial), CARD_TEXT_MAX);
    (void)!verify(rig, CARD_USER, "123456", &tries);
    (void)!card_piv.pin_status(rig->card, CARD_USER, &pin);
    (void)!authenticate(rig, NULL);
    (void)!authenticate(rig, KEY_3DES);
    (void)!generate(rig, KEY_EC, CURVE_P256, 0, 0, &rig->key);
    (void)!store(rig, 5, "asn1/rsa2048.crt", true);
    for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
        struct buf out = BUF_OVER(memory);
        rig->key.reference = references[i];
        (void)!card_piv.sign(rig->card, &rig->key, i == 1 || i == 4 ? CARD_CAN_RSA_RAW : CARD_CAN_ECDSA,
                             bytes_make(block, i == 1   ? 256
                                               : i == 4 ? 128
                                                        : 32),
                             &out);
        (void)!card_piv.agree(rig->card, &rig->key, ECDH_WITH(bytes_make(block, i == 2 ? 97 : 65)), &out);
    }
    (void)!card_piv.erase(rig->card, CARD_KEY, 0x119A);
    (void)!card_piv.logout(rig->card);
}

/* A listing ends, whatever the card says, and what it finds is whole. */
static void list_all(struct rig *rig, bool with_values)
{
    struct buf value = BUF_OVER(rig->value);
    const struct card_query query = { .kinds = CARD_KEY | CARD_CERT | CARD_DATUM,
                                      .logged_in = true,
                                      .value = with_values ? &value : NULL };
    struct card_cursor cursor = { 0 };
    enum result result = RESULT_OK;

    for (unsigned i = 0; i < STEPS_MAX && result != RESULT_NOT_FOUND; i++) {
        struct card_item *item = &rig->item;
        result = card_piv.list(rig->card, &query, &cursor, item);
        if (result == RESULT_OK && item->kind == CARD_KEY) {
            ck_assert_uint_lt(strlen(item->key.label), CARD_TEXT_MAX);
            ck_assert_uint_eq(item->key.id_size, 1);
        } else if (result == RESULT_OK && item->kind == CARD_DATUM) {
            ck_assert_uint_ne(item->datum.reference, 0);
        }
    }
    assert_result(result, RESULT_NOT_FOUND);
}

START_TEST(a_card_that_lies_does_no_harm)
{
    static const char *const names[] = { "piv", "piv:nist", "piv:short", "piv:t0" };
    struct rig *rig = &the_rig;

    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        rig_up(rig, names[seed % 4]);
        assert_ok(authenticate(rig, KEY_3DES));
        assert_ok(store(rig, 1, "asn1/rsa2048.crt", true));
        assert_ok(store(rig, 2, "asn1/p256.crt", true));
        rig_select(rig);
        vcard_channel_spoil(rig->channel, seed * 2654435761U);
        do_everything(rig);
        list_all(rig, seed % 2);
        rig_down(rig);
    }
}
END_TEST

START_TEST(a_lying_card_is_formatted_or_it_is_not)
{
    struct rig *rig = &the_rig;

    for (uint32_t seed = 1; seed <= SEEDS / 4; seed++) {
        rig_up(rig, "piv");
        vcard_channel_spoil(rig->channel, seed * 2654435761U);
        (void)!format(rig, "12345678");
        rig_down(rig);
    }
}
END_TEST

START_TEST(a_card_pulled_out_at_any_moment_is_said_to_be)
{
    struct rig *rig = &the_rig;
    struct buf value = BUF_OVER(rig->value);
    const struct card_query query = { .kinds = CARD_KEY | CARD_CERT | CARD_DATUM, .value = &value };
    enum result result = RESULT_CARD_REMOVED;

    for (int after = 0; result != RESULT_NOT_FOUND; after++) {
        struct card_cursor cursor = { 0 };
        rig_up(rig, after % 2 ? "piv" : "piv:nist");
        rig_fill(rig);
        vcard_channel_break(rig->channel, after / 2, RESULT_CARD_REMOVED, false);
        do {
            result = card_piv.list(rig->card, &query, &cursor, &rig->item);
        } while (result == RESULT_OK);
        if (result != RESULT_NOT_FOUND)
            assert_result(result, RESULT_CARD_REMOVED);
        rig_down(rig);
    }
}
END_TEST

START_TEST(writing_to_a_card_pulled_out_is_said_to_have_failed)
{
    struct rig *rig = &the_rig;
    enum result result = RESULT_TRANSPORT;
    int after;

    for (after = 0; result != RESULT_OK; after++) {
        rig_up(rig, "piv:short");
        assert_ok(authenticate(rig, KEY_3DES));
        vcard_channel_break(rig->channel, after, RESULT_TRANSPORT, false);
        result = store(rig, 0x05, "asn1/rsa4096.crt", true);
        if (result != RESULT_OK)
            assert_result(result, RESULT_TRANSPORT);
        rig_down(rig);
    }
    ck_assert_int_gt(after, 6);
}
END_TEST

UNIT_MAIN("piv card hostile", a_card_that_lies_does_no_harm, a_lying_card_is_formatted_or_it_is_not,
          a_card_pulled_out_at_any_moment_is_said_to_be, writing_to_a_card_pulled_out_is_said_to_have_failed)
