/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIV driver with virtual cards, which were written from the card's side of the standards: what is found,
 * and what it costs. */
#include "tests/unit/piv_rig.h"

/* What it costs. */

START_TEST(recognising_and_opening_costs_three_exchanges_or_four_without_yubicos_commands)
{
    static const struct {
        const char *name;
        unsigned cost;
    } rows[] = { { "piv", 3 }, { "piv:aes", 3 }, { "piv:short", 3 }, { "piv:nist", 4 } };
    struct rig *rig = &the_rig;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rig_up(rig, rows[i].name);
        ck_assert_uint_eq(vcard_channel_count(rig->channel), rows[i].cost);
        rig_down(rig);
    }
}
END_TEST

START_TEST(what_a_card_lacks_is_not_asked_again)
{
    struct rig *rig = &the_rig;
    struct card_info again;

    rig_up(rig, "piv:nist");
    vcard_channel_count(rig->channel);
    vcard_channel_reset(rig->channel);
    rig_select(rig);
    assert_ok(card_piv.open(rig->card, &again));
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 3);
    ck_assert_str_eq(again.serial, rig->info.serial);
    rig_down(rig);
}
END_TEST

START_TEST(listing_reads_nothing_twice)
{
    static const struct {
        unsigned kinds;
        uint8_t id;
        unsigned cost, cost_nist;
    } rows[] = {
        { CARD_CERT, 0, 5, 5 },
        { CARD_KEY, 0, 5, 5 },
        { CARD_KEY | CARD_CERT, 0, 9, 5 },
        { CARD_KEY | CARD_CERT | CARD_DATUM, 0, 12, 9 },
        { CARD_KEY, 1, 1, 1 },
        { CARD_CERT, 4, 1, 1 },
        { CARD_KEY | CARD_CERT, 2, 2, 1 },
        { CARD_DATUM, 1, 0, 0 },
    };
    struct rig *rig = &the_rig;

    for (unsigned nist = 0; nist < 2; nist++) {
        rig_up(rig, nist ? "piv:nist" : "piv");
        rig_set(rig, history, 1);
        rig_fill(rig);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            list(rig, rows[i].kinds, rows[i].id, false, true);
            ck_assert_uint_eq(vcard_channel_count(rig->channel), nist ? rows[i].cost_nist : rows[i].cost);
        }
        rig_down(rig);
    }
}
END_TEST

START_TEST(a_look_at_certificates_costs_one_exchange_each_without_extended_lengths_too)
{
    struct rig *rig = &the_rig;
    uint64_t seen[4];

    rig_up(rig, "piv:short");
    rig_set(rig, history, 1);
    rig_fill(rig);
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, false, true), 4);
    for (size_t i = 0; i < 4; i++)
        seen[i] = rig->items[i].cert.fingerprint;
    vcard_channel_count(rig->channel);
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, false, false), 4);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 5);
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(seen[i], rig->items[i].cert.fingerprint);
    ck_assert_uint_ne(seen[1], seen[2]);
    rig_down(rig);
}
END_TEST

START_TEST(retired_slots_are_probed_only_by_a_query_that_could_match_them)
{
    struct rig *rig = &the_rig;
    struct card_key key;

    rig_up(rig, "piv");
    rig_fill(rig);
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 0x07, &key));
    vcard_channel_count(rig->channel);
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, false, true), 5);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 24);
    ck_assert_uint_eq(list(rig, CARD_KEY, 7, false, true), 1);
    ck_assert_uint_eq(list(rig, CARD_KEY, 8, false, true), 0);
    ck_assert_uint_eq(list(rig, CARD_KEY, 1, false, true), 1);
    ck_assert_uint_eq(list(rig, CARD_KEY, 0x19, false, true), 0);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 3);
    rig_set(rig, &(struct card_setting){ "retired-keys", "none" }, 1);
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, false, true), 4);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 4);
    rig_down(rig);
}
END_TEST

START_TEST(key_history_is_kept_true_by_what_is_written)
{
    struct rig *rig = &the_rig;

    rig_up(rig, "piv:nist");
    assert_ok(authenticate(rig, KEY_3DES));
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, false, true), 0);
    assert_ok(store(rig, 0x06, "asn1/p256.crt", false));
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT, 0, false, true), 2);
    ck_assert_uint_eq(rig->items[0].key.id[0], 0x06);
    ck_assert_str_eq(rig->items[0].key.label, "Retired Key 2");
    ck_assert_str_eq(rig->items[1].cert.label, "Retired Key 2");
    assert_ok(card_piv.erase(rig->card, CARD_CERT, 0x5FC10E));
    vcard_channel_count(rig->channel);
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, false, true), 0);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 6);
    rig_down(rig);
}
END_TEST

START_TEST(a_login_is_one_exchange_and_so_is_a_logout)
{
    struct rig *rig = &the_rig;
    struct card_pin pin;
    int tries;

    rig_up(rig, "piv");
    vcard_channel_count(rig->channel);
    assert_ok(verify(rig, CARD_USER, "123456", &tries));
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 1);
    assert_ok(card_piv.pin_status(rig->card, CARD_USER, &pin));
    ck_assert(pin.verified && pin.factory && pin.tries_left == 3);
    vcard_channel_count(rig->channel);
    assert_ok(card_piv.logout(rig->card));
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 1);
    assert_ok(card_piv.pin_status(rig->card, CARD_USER, &pin));
    ck_assert(!pin.verified);
    rig_down(rig);
}
END_TEST

UNIT_MAIN("piv card", recognising_and_opening_costs_three_exchanges_or_four_without_yubicos_commands,
          what_a_card_lacks_is_not_asked_again, listing_reads_nothing_twice,
          a_look_at_certificates_costs_one_exchange_each_without_extended_lengths_too,
          retired_slots_are_probed_only_by_a_query_that_could_match_them,
          key_history_is_kept_true_by_what_is_written, a_login_is_one_exchange_and_so_is_a_logout)
