/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_pin.h"

#include "tests/unit/openpgp_talk.h"

START_TEST(verifies_each_use_by_itself)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, "00200081", "63C3");
    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_talk(card, "00200081", "9000");
    assert_talk(card, "00200082", "63C3");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00200083", "9000");
    assert_talk(card, "0020FF81", "9000");
    assert_talk(card, "00200081", "63C3");
    assert_talk(card, "00200082", "9000");
    assert_talk(card, "0020FF82", "9000");
    assert_talk(card, "0020FF83", "9000");
    assert_talk(card, "00200082", "63C3");
    assert_talk(card, "00200083", "63C3");
}
END_TEST

START_TEST(refuses_other_references)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, "00200080", "6B00");
    assert_talk(card, "00200184", "6B00");
    assert_talk(card, "0020018106313233343536", "6B00");
    assert_talk(card, "0020FF8106313233343536", "6700");
    assert_talk(card, "002400820C313233343536363534333231", "6B00");
    assert_talk(card, "002C0082063132333435 36", "6B00");
    assert_talk(card, "002C018106313233343536", "6B00");
}
END_TEST

START_TEST(counts_wrong_passwords_and_gives_the_tries_back)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, "00CA00C400", "007F7F7F0300039000");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, "0020008106303030303030", "6982");
    assert_talk(card, "00200082", "63C2");
    assert_talk(card, "0020008206303030303030", "6982");
    assert_talk(card, "00CA00C400", "007F7F7F0100039000");
    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_talk(card, "00CA00C400", "007F7F7F0300039000");
    for (int i = 0; i < 3; i++)
        assert_talk(card, "0020008106303030303030", "6982");
    assert_talk(card, OPENPGP_SIGN, "6983");
    assert_talk(card, OPENPGP_USER, "6983");
    assert_talk(card, "00200081", "63C0");
    assert_talk(card, OPENPGP_ADMIN, "9000");
}
END_TEST

START_TEST(a_length_that_no_password_has_costs_no_try)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card,
                "0020008105"
                "3132333435",
                "6700");
    assert_talk(card,
                "0020008307"
                "31323334353637",
                "6700");
    assert_talk(card, "00CA00C400", "007F7F7F0300039000");
}
END_TEST

START_TEST(changes_a_password_that_is_known)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card,
                "002400810E"
                "313233343536"
                "6162636465666768",
                "9000");
    assert_talk(card, OPENPGP_SIGN, "6982");
    assert_talk(card,
                "0020008108"
                "6162636465666768",
                "9000");
    assert_talk(card,
                "002400810E"
                "313233343536"
                "6162636465666768",
                "6982");
    assert_talk(card, "00200081", "63C2");
    assert_talk(card,
                "002400810D"
                "6162636465666768"
                "3132333435",
                "6700");
    assert_talk(card, "00200081086162636465666768", "9000");
    assert_talk(card,
                "0024008310"
                "3132333435363738"
                "3837363534333231",
                "9000");
    assert_talk(card, OPENPGP_ADMIN, "6982");
    assert_talk(card,
                "0020008308"
                "3837363534333231",
                "9000");
}
END_TEST

START_TEST(the_administrator_sets_a_new_password)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, "002C028106363534333231", "6982");
    for (int i = 0; i < 3; i++)
        assert_talk(card, "0020008106303030303030", "6982");
    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "002C0281053635343332", "6700");
    assert_talk(card, "002C028106363534333231", "9000");
    assert_talk(card, "0020008106363534333231", "9000");
}
END_TEST

START_TEST(the_resetting_code_sets_a_new_password)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card,
                "002C00810E"
                "6162636465666768"
                "363534333231",
                "6983");
    assert_talk(card, "00DA00D3086162636465666768", "6982");
    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00DA00D30761626364656667", "6700");
    assert_talk(card, "00DA00D3086162636465666768", "9000");
    assert_talk(card, "00CA00C400", "007F7F7F0303039000");
    assert_talk(card,
                "002C00810E"
                "6162636465666769"
                "363534333231",
                "6982");
    assert_talk(card, "00CA00C400", "007F7F7F0302039000");
    assert_talk(card,
                "002C00810E"
                "6162636465666768"
                "363534333231",
                "9000");
    assert_talk(card, "00CA00C400", "007F7F7F0303039000");
    assert_talk(card, "0020008106363534333231", "9000");
    assert_talk(card, "00DA00D3", "9000");
    assert_talk(card, "00CA00C400", "007F7F7F0300039000");
    assert_talk(card,
                "002C00810E"
                "6162636465666768"
                "363534333231",
                "6983");
}
END_TEST

START_TEST(one_signature_or_several_is_the_administrators_choice)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    openpgp_bring_one(card, "C1", OPENPGP_P256, "B600");
    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_sw(card, "002A9E9A20" OPENPGP_ONE "00", 0x9000);
    assert_talk(card, "002A9E9A20" OPENPGP_ONE "00", "6982");
    assert_talk(card, "00DA00C40102", "6A80");
    assert_talk(card, "00DA00C4020101", "6700");
    assert_talk(card, "00DA00C40101", "9000");
    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_sw(card, "002A9E9A20" OPENPGP_ONE "00", 0x9000);
    assert_sw(card, "002A9E9A20" OPENPGP_ONE "00", 0x9000);
    assert_talk(card, "00CA007A00",
                "7A059303000003"
                "9000");
}
END_TEST

UNIT_MAIN("vcard_openpgp_pin", verifies_each_use_by_itself, refuses_other_references,
          counts_wrong_passwords_and_gives_the_tries_back, a_length_that_no_password_has_costs_no_try,
          changes_a_password_that_is_known, the_administrator_sets_a_new_password,
          the_resetting_code_sets_a_new_password, one_signature_or_several_is_the_administrators_choice)
