/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_pin.h"

#include "tests/unit/vcard_talk.h"

#define WRONG_PIN "00 20 00 80 08 303030303030FFFF"
#define PUK "3132333435363738"
#define PIN "313233343536FFFF"
#define NEW "363534333231FFFF"

START_TEST(verify_counts_down_and_a_right_pin_restores)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, "00200080", "63C3");
    assert_talk(card, WRONG_PIN, "63C2");
    assert_talk(card, "00200080", "63C2");
    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, "0020008000", "9000");
    assert_talk(card, "0020FF80", "9000");
    assert_talk(card, "00200080", "63C3");
}
END_TEST

START_TEST(a_wrong_pin_ends_the_login)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, WRONG_PIN, "63C2");
    assert_talk(card, "00200080", "63C2");
}
END_TEST

START_TEST(a_blocked_pin_stays_blocked_even_for_the_right_one)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, WRONG_PIN, "63C2");
    assert_talk(card, WRONG_PIN, "63C1");
    assert_talk(card, WRONG_PIN, "63C0");
    assert_talk(card, WRONG_PIN, "6983");
    assert_talk(card, TALK_PIN, "6983");
    assert_talk(card, "00200080", "6983");
    assert_talk(card, "0024008010" PIN NEW, "6983");
}
END_TEST

START_TEST(verify_refuses_other_references_and_forms)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, "00200000", "6A88");
    assert_talk(card, "00200081", "6A88");
    assert_talk(card, "00200096", "6A88");
    assert_talk(card, "00200180", "6A86");
    assert_talk(card, "0020FF8008" PIN, "6A80");
    assert_talk(card, "0020008006313233343536", "6A80");
    assert_talk(card, "00200080", "63C3");
}
END_TEST

START_TEST(a_pin_of_another_form_costs_a_try_on_yubico_cards_only)
{
    SCOPED(vcard_destroy) struct vcard *yubico = talk_open("piv");
    SCOPED(vcard_destroy) struct vcard *nist = talk_open("piv:nist");

    assert_talk(yubico, "002000800831323334FFFFFFFF", "63C2");
    assert_talk(nist, "002000800831323334FFFFFFFF", "6A80");
    assert_talk(nist, "0020008008414141414141FFFF", "6A80");
    assert_talk(nist, "002000800831323334FF3536FF", "6A80");
    assert_talk(nist, "00200080", "63C3");
}
END_TEST

START_TEST(change_replaces_the_pin)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, "0024008010" PIN NEW, "9000");
    assert_talk(card, "00200080", "63C3");
    assert_talk(card, TALK_PIN, "63C2");
    assert_talk(card, "0024008010" PIN NEW, "63C1");
    assert_talk(card, "0020008008" NEW, "9000");
}
END_TEST

START_TEST(after_a_change_the_nist_card_counts_the_pin_as_verified)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv:nist");

    assert_talk(card, "0024008010" PIN NEW, "9000");
    assert_talk(card, "00200080", "9000");
}
END_TEST

START_TEST(change_refuses_a_new_pin_of_a_wrong_form)
{
    SCOPED(vcard_destroy) struct vcard *yubico = talk_open("piv");
    SCOPED(vcard_destroy) struct vcard *nist = talk_open("piv:nist");

    assert_talk(yubico, "0024008010" PIN "3132333435FFFFFF", "6A80");
    assert_talk(yubico, "0024008010" PIN "3132333435368080", "6A80");
    assert_talk(yubico, "0024008010" PIN "FFFFFFFFFFFFFFFF", "6A80");
    assert_talk(yubico, "0024008010" PIN "414243444546FFFF", "9000");
    assert_talk(nist, "0024008010" PIN "414243444546FFFF", "6A80");
    assert_talk(nist,
                "0024008010303030303030FFFF"
                "414243444546FFFF",
                "6A80");
    assert_talk(nist, "00200080", "63C3");
    assert_talk(nist, "002400800F" PIN "31323334353637", "6A80");
    assert_talk(nist, "0024000010" PIN NEW, "6A88");
}
END_TEST

START_TEST(change_replaces_the_puk_and_leaves_the_login_alone)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card,
                "0024008110"
                "3030303030303030" PUK,
                "63C2");
    assert_talk(card, "0024008110" PUK PUK, "9000");
    assert_talk(card, "00F70081", "0101FF 050101 06020303 9000");
    assert_talk(card, "0024008110" PUK "3837363534333231", "9000");
    assert_talk(card, "00F70081", "0101FF 050100 06020303 9000");
    assert_talk(card, "00200080", "9000");
}
END_TEST

START_TEST(the_puk_unblocks_and_runs_out)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    for (int i = 0; i < 3; i++)
        talk(card, WRONG_PIN);
    assert_talk(card,
                "002C008010"
                "3030303030303030" NEW,
                "63C2");
    assert_talk(card, "002C008010" PUK "31FFFFFFFFFFFFFF", "6A80");
    assert_talk(card, "00200080", "6983");
    assert_talk(card, "002C008010" PUK NEW, "9000");
    assert_talk(card, "00200080", "63C3");
    assert_talk(card, "0020008008" NEW, "9000");
    for (int i = 0; i < 3; i++)
        assert_sw(card,
                  "002C008010"
                  "3030303030303030" NEW,
                  0x63C2u - (unsigned)i);
    assert_talk(card, "002C008010" PUK NEW, "6983");
    assert_talk(card, "0024008110" PUK PUK, "6983");
    assert_talk(card, "002C008110" PUK NEW, "6A88");
    assert_talk(card, "002C008008" PUK, "6A80");
}
END_TEST

START_TEST(tries_can_be_set_by_who_shows_pin_and_management_key)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, "00FA0508", "6982");
    assert_talk(card, "0024008010" PIN NEW, "9000");
    assert_talk(card, "0020008008" NEW, "9000");
    assert_talk(card, "00FA0508", "6982");
    talk_manage(card);
    assert_talk(card, "00FA0008", "6A86");
    assert_talk(card, "00FA0508", "9000");
    assert_talk(card, "00F70080", "0101FF 050101 06020505 9000");
    assert_talk(card, "00F70081", "0101FF 050101 06020808 9000");
    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, WRONG_PIN, "63C4");
    assert_talk(card, "00F70080", "0101FF 050101 06020504 9000");
    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, "00FAFF01", "9000");
    assert_talk(card, WRONG_PIN, "63CF");
}
END_TEST

START_TEST(only_what_changes_the_memory_counts_as_a_change)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    unsigned before = card->family->changes(card);

    talk(card, TALK_PIN);
    talk(card, "00200080");
    talk(card, "00F70080");
    ck_assert_uint_eq(card->family->changes(card), before);
    talk(card, WRONG_PIN);
    ck_assert_uint_gt(card->family->changes(card), before);
    before = card->family->changes(card);
    talk(card, TALK_PIN);
    ck_assert_uint_gt(card->family->changes(card), before);
}
END_TEST

UNIT_MAIN("vcard_piv_pin", verify_counts_down_and_a_right_pin_restores, a_wrong_pin_ends_the_login,
          a_blocked_pin_stays_blocked_even_for_the_right_one, verify_refuses_other_references_and_forms,
          a_pin_of_another_form_costs_a_try_on_yubico_cards_only, change_replaces_the_pin,
          after_a_change_the_nist_card_counts_the_pin_as_verified, change_refuses_a_new_pin_of_a_wrong_form,
          change_replaces_the_puk_and_leaves_the_login_alone, the_puk_unblocks_and_runs_out,
          tries_can_be_set_by_who_shows_pin_and_management_key,
          only_what_changes_the_memory_counts_as_a_change)
