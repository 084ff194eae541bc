/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp.h"

#include "tests/unit/openpgp_talk.h"

START_TEST(is_made_by_name_without_a_profile)
{
    struct vcard *card;

    assert_ok(vcard_create("openpgp", &card));
    vcard_destroy(&card);
    assert_ok(vcard_create("openpgp:", &card));
    vcard_destroy(&card);
    assert_result(vcard_create("openpgp:3", &card), RESULT_NOT_FOUND);
}
END_TEST

START_TEST(has_an_answer_to_reset_that_holds_the_historical_bytes)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    struct bytes atr = card->family->atr(card), historical = talk(card, "00CA5F5200");
    uint8_t check = 0;

    ck_assert_uint_eq(atr.data[1] & 0x0F, 10);
    ck_assert_uint_eq(historical.size, 12);
    ck_assert(bytes_equal(bytes_slice(atr, 3, 10), bytes_slice(historical, 0, 10)));
    for (size_t i = 1; i < atr.size; i++)
        check ^= atr.data[i];
    ck_assert_uint_eq(check, 0);
}
END_TEST

START_TEST(is_selected_by_the_beginning_of_its_name)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    struct bytes name = bytes_slice(talk(card, "00CA004F00"), 0, 16);
    uint8_t whole[21] = { 0x00, 0xA4, 0x04, 0x00, 0x10 };

    ck_assert(bytes_start_with(name, BYTES_LIT(0xD2, 0x76, 0x00, 0x01, 0x24, 0x01, 0x03, 0x04, 0xFF, 0xFE)));
    memcpy(whole + 5, name.data, name.size);
    ck_assert_uint_eq(talk_sw(talk_raw(card, BYTES_OF(whole))), 0x9000);
    whole[20] ^= 1;
    ck_assert_uint_eq(talk_sw(talk_raw(card, BYTES_OF(whole))), 0x6A82);
    assert_talk(card, "00A4040005D27600012400", "9000");
    assert_talk(card, "00A4040004D2760001", "6A82");
    assert_talk(card, "00A4040005A000000308", "6A82");
    assert_talk(card, "00A40000023F00", "6B00");
}
END_TEST

START_TEST(two_cards_have_two_numbers)
{
    SCOPED(vcard_destroy) struct vcard *one = openpgp_open();
    SCOPED(vcard_destroy) struct vcard *other = openpgp_open();
    uint8_t name[16];

    memcpy(name, talk(one, "00CA004F00").data, sizeof(name));
    ck_assert(!bytes_equal(BYTES_OF(name), bytes_slice(talk(other, "00CA004F00"), 0, 16)));
}
END_TEST

START_TEST(answers_nothing_before_it_is_selected)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    card->family->reset(card);
    assert_talk(card, "00CA004F00", "6D00");
    assert_talk(card, OPENPGP_SIGN, "6D00");
}
END_TEST

START_TEST(selecting_reset_and_another_application_forget_what_was_verified)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, OPENPGP_SELECT, "9000");
    assert_talk(card, "00200082", "63C3");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, "00A4040007A0000005272101", "9000");
    assert_talk(card, "00200082", "6D00");
    assert_talk(card, OPENPGP_SELECT, "9000");
    assert_talk(card, "00200082", "63C3");
    assert_talk(card, OPENPGP_USER, "9000");
    card->family->reset(card);
    assert_talk(card, OPENPGP_SELECT, "9000");
    assert_talk(card, "00200082", "63C3");
}
END_TEST

START_TEST(gives_random_numbers_as_many_as_it_says)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    uint8_t first[8];

    memcpy(first, talk(card, "0084000008").data, sizeof(first));
    ck_assert(!bytes_equal(BYTES_OF(first), bytes_slice(talk(card, "0084000008"), 0, 8)));
    ck_assert_uint_eq(talk(card, "00840000FF").size, 255 + 2);
    assert_talk(card, "0084000000", "6700");
    assert_talk(card, "00840000", "6700");
    assert_talk(card, "0084010008", "6B00");
}
END_TEST

START_TEST(refuses_what_it_does_not_know)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, "00B0000000", "6D00");
    assert_talk(card, "80CA004F00", "6E00");
    assert_talk(card, "04CA004F00", "6882");
    assert_talk(card, "01CA004F00", "6881");
}
END_TEST

START_TEST(is_terminated_by_the_administrator_alone)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, "00E60000", "6982");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, "00E60000", "6982");
    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00E60001", "6B00");
    assert_talk(card, "00E60000", "9000");
    assert_talk(card, "00CA004F00", "6285");
    assert_talk(card, OPENPGP_SELECT, "6285");
    assert_talk(card, "00CA004F00", "6285");
    assert_talk(card, "00440000", "9000");
    assert_talk(card, OPENPGP_SELECT, "9000");
}
END_TEST

static void block(struct vcard *card, const char *wrong)
{
    for (int i = 0; i < 3; i++)
        assert_talk(card, wrong, "6982");
    assert_talk(card, wrong, "6983");
}

START_TEST(is_terminated_when_both_passwords_are_blocked)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    block(card, "0020008106303030303030");
    assert_talk(card, "00E60000", "6982");
    block(card, "00200083083030303030303030");
    assert_talk(card, "00E60000", "9000");
}
END_TEST

START_TEST(activation_makes_it_new_but_for_its_number)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    uint8_t name[16];

    memcpy(name, talk(card, "00CA004F00").data, sizeof(name));
    openpgp_bring_one(card, "C1", OPENPGP_P256, "B600");
    assert_talk(card, "00DA005E03626F62", "9000");
    assert_talk(card,
                "0024008308"
                "3132333435363738",
                "6700");
    assert_talk(card, "00440000", "9000");
    assert_talk(card, "00CA005E00", "626F629000");
    assert_talk(card, "00E60000", "9000");
    assert_talk(card, "00440000", "9000");
    assert_talk(card, "00CA005E00", "9000");
    assert_talk(card, "00CA00C100", "0108000011009000");
    assert_talk(card, "00CA00DE00", "0100020003009000");
    assert_talk(card, "0047810002B60000", "6A88");
    assert_talk(card, OPENPGP_ADMIN, "9000");
    ck_assert(bytes_equal(BYTES_OF(name), bytes_slice(talk(card, "00CA004F00"), 0, 16)));
}
END_TEST

UNIT_MAIN("vcard_openpgp", is_made_by_name_without_a_profile,
          has_an_answer_to_reset_that_holds_the_historical_bytes, is_selected_by_the_beginning_of_its_name,
          two_cards_have_two_numbers, answers_nothing_before_it_is_selected,
          selecting_reset_and_another_application_forget_what_was_verified,
          gives_random_numbers_as_many_as_it_says, refuses_what_it_does_not_know,
          is_terminated_by_the_administrator_alone, is_terminated_when_both_passwords_are_blocked,
          activation_makes_it_new_but_for_its_number)
