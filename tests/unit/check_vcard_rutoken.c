/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken.h"

#include "tests/unit/rutoken_talk.h"

START_TEST(each_profile_has_its_answer_to_reset)
{
    static const struct {
        const char *name, *atr;
    } rows[] = {
        { "rutoken", "3B 8B 01 52 75 74 6F 6B 65 6E 20 44 53 20 C1" },
        { "rutoken:vendor", "3B 8B 01 52 75 74 6F 6B 65 6E 20 44 53 20 C1" },
        { "rutoken:lite", "3B 8B 01 52 75 74 6F 6B 65 6E 6C 69 74 65 C2" },
        { "rutoken:sc-t0", "3B 9C 96 00 52 75 74 6F 6B 65 6E 45 43 50 73 63" },
        { "rutoken:sc-t1", "3B 9C 94 80 11 40 52 75 74 6F 6B 65 6E 45 43 50 73 63 C3" },
    };
    static struct talk_memory memory;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        SCOPED(vcard_destroy) struct vcard *card = rutoken_open(rows[i].name);

        assert_bytes(card->family->atr(card), talk_hex(&memory, rows[i].atr));
    }
}
END_TEST

START_TEST(an_unknown_profile_is_no_card)
{
    struct vcard *card;

    assert_result(vcard_create("rutoken:plus", &card), RESULT_NOT_FOUND);
    assert_result(vcard_rutoken.create("plus", &card), RESULT_NOT_FOUND);
    ck_assert(card == NULL);
}
END_TEST

START_TEST(the_serial_number_has_eight_bytes_and_is_its_own)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    SCOPED(vcard_destroy) struct vcard *other = rutoken_open("rutoken");
    uint8_t serial[8];
    struct bytes answer = talk(card, "00CA018100");

    ck_assert_uint_eq(answer.size, 10);
    ck_assert_uint_eq(talk_sw(answer), 0x9000);
    memcpy(serial, answer.data, sizeof(serial));
    ck_assert(!bytes_equal(bytes_slice(talk(other, "00CA018100"), 0, 8), BYTES_OF(serial)));
    assert_talk(card, "00CA018200", "6A88");
}
END_TEST

START_TEST(random_bytes_are_as_many_as_asked_for_and_differ)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    uint8_t first[16];
    struct bytes answer = talk(card, "0084000010");

    ck_assert_uint_eq(answer.size, 18);
    memcpy(first, answer.data, sizeof(first));
    ck_assert(!bytes_equal(bytes_slice(talk(card, "0084000010"), 0, 16), BYTES_OF(first)));
    ck_assert_uint_eq(talk(card, "0084000000").size, 258);
    assert_talk(card, "0084000108", "6A86");
}
END_TEST

START_TEST(unknown_commands_and_classes_are_refused)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_talk(card, "00D0000001AA", "6D00");
    assert_talk(card, "00400000", "6D00");
    assert_talk(card, "80200002", "6D00");
    assert_talk(card, "A0A4000000", "6E00");
    assert_talk(card, "0CA4000000", "6882");
    assert_talk(card, "00A40000 000002 3F00", "6700");
}
END_TEST

START_TEST(a_lite_token_has_files_and_pins_but_no_keys)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken:lite");

    assert_sw(card, RUTOKEN_LOGIN_USER, 0x9000);
    assert_sw(card, "00E00000 1F 6F1D 80020010 82020100 83020ABC " RUTOKEN_SECURITY_FREE, 0x9000);
    assert_sw(card, "00E00000 27 6F25 800200A8 82021000 83020001 8506230000AA0000 " RUTOKEN_SECURITY_KEY,
              0x6A80);
    assert_talk(card, "002241B603840101", "6D00");
    assert_talk(card, "002A9E9A01AA00", "6D00");
    assert_talk(card, "0046800100", "6D00");
}
END_TEST

START_TEST(on_t0_data_after_data_are_fetched_and_select_cannot_be_silent)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken:sc-t0");

    assert_talk(card, "00A40000 02 3F00", "6126");
    ck_assert_uint_eq(talk(card, "00C0000026").size, 0x28);
    assert_talk(card, "00A4000C 02 3F00", "6A86");
    assert_talk(card, "00CA018100", "6C08");
    ck_assert_uint_eq(talk(card, "00CA018108").size, 10);
    assert_talk(card, "0020000200", "63CA");
    assert_talk(card, "8040000000", "9000");
}
END_TEST

START_TEST(reset_logs_out_and_forgets_the_selection)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_sw(card, RUTOKEN_LOGIN_USER, 0x9000);
    assert_sw(card, "00A40000022F00", 0x9000);
    assert_talk(card, "00200002", "9000");
    card->family->reset(card);
    assert_talk(card, "00200002", "63CA");
    assert_talk(card, "00B0000010", "6986");
}
END_TEST

START_TEST(changes_are_counted_when_memory_changes)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    unsigned before = card->family->changes(card);

    RUTOKEN_SAY(card, "00A40000023F00", "00CA018100", RUTOKEN_LOGIN_USER, RUTOKEN_LOGOUT);
    ck_assert_uint_eq(card->family->changes(card), before);
    assert_talk(card, "0020000201AA", "6300");
    ck_assert_uint_gt(card->family->changes(card), before);
    before = card->family->changes(card);
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER);
    ck_assert_uint_gt(card->family->changes(card), before);
    before = card->family->changes(card);
    RUTOKEN_SAY(card, "00E00000 1F 6F1D 80020010 82020100 83020ABC " RUTOKEN_SECURITY_FREE);
    ck_assert_uint_gt(card->family->changes(card), before);
}
END_TEST

/* Flipped bits and cut ends of real commands: whatever comes, the card answers and lives */
START_TEST(spoiled_commands_never_break_the_card)
{
    static const char *const commands[] = {
        "00A40800 08 1000 1000 6002 0001",
        "00E00000 27 6F25 800200A8 82021000 83020001 8506230000AA0000 " RUTOKEN_SECURITY_KEY,
        "00E00000 1F 6F1D 80020010 82020100 83020ABC " RUTOKEN_SECURITY_FREE,
        "00240102 0C 80020006 A506 313233343536",
        "0046800108A6069404010001 0000",
        "002241B8 10 950140 840101 8708 0102030405060708",
        "00D6000004 01020304",
    };
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    static struct talk_memory memory;

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        struct bytes command = talk_hex(&memory, commands[i]);

        for (size_t j = 0; j < command.size; j++)
            talk_raw(card, bytes_make(memory.bytes, j));
        for (size_t bit = 0; bit < command.size * 8; bit++) {
            memory.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            talk_raw(card, command);
            memory.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
    ck_assert_uint_eq(talk(card, "00CA018100").size, 10);
}
END_TEST

UNIT_MAIN("vcard_rutoken", each_profile_has_its_answer_to_reset, an_unknown_profile_is_no_card,
          the_serial_number_has_eight_bytes_and_is_its_own, random_bytes_are_as_many_as_asked_for_and_differ,
          unknown_commands_and_classes_are_refused, a_lite_token_has_files_and_pins_but_no_keys,
          on_t0_data_after_data_are_fetched_and_select_cannot_be_silent,
          reset_logs_out_and_forgets_the_selection, changes_are_counted_when_memory_changes,
          spoiled_commands_never_break_the_card)
