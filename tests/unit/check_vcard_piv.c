/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv.h"

#include "asn1/tlv.h"
#include "tests/unit/vcard_talk.h"

START_TEST(makes_every_profile_by_name_and_no_other)
{
    static const char *const names[] = { "piv", "piv:", "piv:aes", "piv:nist", "piv:short", "piv:t0" };
    static const char *const wrong[] = { "", "pi", "pivx", "piv:aes2", "piv:a", ":aes", "PIV" };
    struct vcard *card;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_ok(vcard_create(names[i], &card));
        vcard_destroy(&card);
        ck_assert(card == NULL);
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_result(vcard_create(wrong[i], &card), RESULT_NOT_FOUND);
        ck_assert(card == NULL);
    }
    vcard_destroy(NULL);
}
END_TEST

START_TEST(has_answers_to_reset_whose_check_byte_is_right)
{
    static const char *const names[] = { "piv", "piv:nist", "piv:short", "piv:t0" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct vcard *card = talk_open(names[i]);
        struct bytes atr = card->family->atr(card);
        size_t historical = atr.data[1] & 0x0F;
        uint8_t check = 0;

        for (size_t j = 1; j < atr.size; j++)
            check ^= atr.data[j];
        if (i < 3) {
            ck_assert_uint_eq(check, 0);
            ck_assert_uint_eq(atr.size, 9 + historical + 1);
        } else {
            ck_assert_uint_eq(atr.size, 4 + historical);
        }
        vcard_destroy(&card);
    }
}
END_TEST

START_TEST(answers_select_with_the_template)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    const char *answer = "61114F0600001000010079074F05A0000003089000";

    assert_talk(card, "00A4040005A00000030800", answer);
    assert_talk(card, "00A4040005A000000308", answer);
    assert_talk(card, "00A4040009A0000003080000100000", answer);
    assert_talk(card, "00A404000BA000000308000010000100", answer);
}
END_TEST

START_TEST(nist_card_announces_its_algorithms)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv:nist");

    assert_talk(
        card, TALK_SELECT,
        "61 27 4F06000010000100 7907 4F05A000000308 5003504956 AC0F 800103 800107 800111 800114 060100 9000");
}
END_TEST

START_TEST(stays_selected_when_an_application_is_not_found)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, "00A4040004A0000003", "6A82");
    assert_talk(card, "00A404000CA00000030800001000010000", "6A82");
    assert_talk(card, "00A4040006D27600012401", "6A82");
    assert_talk(card, "00A4040005A000000309", "6A82");
    assert_talk(card, "00A40000023F00", "6A86");
    assert_talk(card, "00200080", "9000");
}
END_TEST

START_TEST(another_application_takes_piv_away)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, "00A4040007A0000005272101", "9000");
    assert_talk(card, "00200080", "6D00");
    assert_talk(card, "00CB3FFF055C035FC105", "6D00");
    assert_sw(card, TALK_SELECT, 0x9000);
    assert_talk(card, "00200080", "63C3");
}
END_TEST

START_TEST(nothing_is_selected_after_reset)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    card->family->reset(card);
    assert_talk(card, "00200080", "6D00");
    assert_sw(card, TALK_SELECT, 0x9000);
    assert_talk(card, "00200080", "63C3");
}
END_TEST

START_TEST(selecting_again_forgets_pin_and_management_key)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, TALK_PIN, "9000");
    talk_manage(card);
    assert_sw(card, TALK_SELECT, 0x9000);
    assert_talk(card, "00200080", "63C3");
    assert_talk(card, "00DB3FFF095C035FC10553027000", "6982");
}
END_TEST

START_TEST(tells_version_and_serial_number)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    SCOPED(vcard_destroy) struct vcard *other = talk_open("piv");
    uint8_t serial[6];

    assert_talk(card, "00FD000000", "0507029000");
    memcpy(serial, talk(card, "00F8000000").data, sizeof(serial));
    ck_assert_uint_eq(talk_sw(BYTES_OF(serial)), 0x9000);
    assert_bytes(talk(card, "00F80000"), BYTES_OF(serial));
    ck_assert(!bytes_equal(talk(other, "00F80000"), BYTES_OF(serial)));
}
END_TEST

START_TEST(nist_card_knows_no_commands_of_the_vendor)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv:nist");
    static const char *const commands[] = { "00F6FF9A", "00F7009A", "00F80000",   "00F99A00", "00FA0303",
                                            "00FB0000", "00FD0000", "00FE119A01", "00FFFFFF" };

    talk_manage(card);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        assert_talk(card, commands[i], "6D00");
}
END_TEST

START_TEST(unknown_instructions_are_refused)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, "00B0000000", "6D00");
    assert_talk(card, "00000000", "6D00");
    assert_talk(card, "80CA00000000", "6700");
    assert_talk(card, "80CA000000", "6E00");
}
END_TEST

START_TEST(short_card_takes_no_extended_lengths)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv:short");

    assert_talk(card, "00CB3FFF0000055C035FC1050000", "6700");
    assert_talk(card, "00CB3FFF055C035FC10500", "6A82");
}
END_TEST

START_TEST(t0_card_makes_the_host_fetch)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv:t0");

    assert_talk(card, "00A4040005A000000308", "6113");
    assert_talk(card, "00C0000013", "61114F0600001000010079074F05A0000003089000");
    assert_talk(card, "00FD000000", "6C03");
    assert_talk(card, "00FD000003", "0507029000");
    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, "0020008000", "9000");
    assert_talk(card, "00CB3FFF055C035FC10500", "6700");
}
END_TEST

START_TEST(reset_command_needs_pin_and_puk_blocked)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    talk_manage(card);
    assert_talk(card, "00DB3FFF095C035FC10553027000", "9000");
    assert_sw(card, "0047009A05AC03800111", 0x9000);
    assert_talk(card, "00FB0000", "6985");
    for (int i = 0; i < 3; i++)
        assert_sw(card, "00200080083030303030303030", 0x63C2u - (unsigned)i);
    assert_talk(card, "00FB0000", "6985");
    for (int i = 0; i < 3; i++)
        assert_sw(card, "002C00801030303030303030303132333435363738", 0x63C2u - (unsigned)i);
    assert_talk(card, "00FB0001", "6A86");
    assert_talk(card, "00FB0000", "9000");
    assert_talk(card, "00CB3FFF055C035FC105", "6A82");
    assert_talk(card, "00F7009A", "6A88");
    assert_talk(card, "00DB3FFF095C035FC10553027000", "6982");
    assert_talk(card, TALK_PIN, "9000");
    ck_assert_uint_gt(talk(card, "00CB3FFF055C035FFF0100").size, 100);
    assert_sw(card, "00F700F9", 0x9000);
}
END_TEST

/* A generator of no quality but the same everywhere */
static unsigned next_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Logged in both ways, so that most of what is spoiled reaches the application */
START_TEST(no_spoiled_command_breaks_the_card)
{
    static const char *const seeds[] = {
        "00A4040005A00000030800",
        "0047009A0BAC09800111AA0102AB0103",
        "00CB3FFF055C035FC10500",
        "00DB3FFF0B5C035FC10553047002AABB",
        "0087119A077C0582008101AA",
        "0087039B047C02800000",
        "0087119D097C078200850304AABB",
        "00FE119A0606040102030400",
        "00FFFFFF12089B10A0A1A2A3A4A5A6A7A8A9AAABACADAE",
        "00F6829A",
        "00F7009A",
        "00F99A00",
        "00CB3FFF0000055C035FC1050000",
        "10DB3FFF055C035FC105",
        "00C0000000",
    };
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static struct talk_memory memory;
    uint8_t command[64];
    unsigned state = 1;

    for (unsigned i = 0; i < 4000; i++) {
        struct bytes seed =
            talk_hex(&memory, seeds[next_random(&state) % (sizeof(seeds) / sizeof(seeds[0]))]);
        size_t size = seed.size;
        unsigned sw;

        if (i % 50 == 0) {
            talk(card, TALK_SELECT);
            talk(card, TALK_PIN);
            talk_manage_with(card, TALK_DEFAULT_KEY);
        }
        memcpy(command, seed.data, size);
        for (unsigned j = next_random(&state) % 3; j > 0; j--)
            command[4 + next_random(&state) % (size - 4 + (size == 4))] ^=
                (uint8_t)(1u << next_random(&state) % 8);
        if (next_random(&state) % 8 == 0)
            size = next_random(&state) % (size + 1);
        sw = talk_sw(talk_raw(card, bytes_make(command, size)));
        ck_assert(sw == 0x9000 || sw >> 8 == 0x61 || (sw >= 0x6300 && sw < 0x6F00));
    }
    assert_sw(card, TALK_SELECT, 0x9000);
}
END_TEST

UNIT_MAIN("vcard_piv", makes_every_profile_by_name_and_no_other,
          has_answers_to_reset_whose_check_byte_is_right, answers_select_with_the_template,
          nist_card_announces_its_algorithms, stays_selected_when_an_application_is_not_found,
          another_application_takes_piv_away, nothing_is_selected_after_reset,
          selecting_again_forgets_pin_and_management_key, tells_version_and_serial_number,
          nist_card_knows_no_commands_of_the_vendor, unknown_instructions_are_refused,
          short_card_takes_no_extended_lengths, t0_card_makes_the_host_fetch,
          reset_command_needs_pin_and_puk_blocked, no_spoiled_command_breaks_the_card)
