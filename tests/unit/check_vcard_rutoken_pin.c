/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_pin.h"

#include "tests/unit/rutoken_talk.h"

#define WRONG "00200002 08 3030303030303030"

START_TEST(the_pins_of_delivery_log_in)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_talk(card, "00200002", "63CA");
    assert_talk(card, RUTOKEN_LOGIN_USER, "9000");
    assert_talk(card, "00200002", "9000");
    assert_talk(card, "00200001", "63CA");
    assert_talk(card, RUTOKEN_LOGOUT, "9000");
    assert_talk(card, "00200002", "63CA");
    assert_talk(card, RUTOKEN_LOGIN_SO, "9000");
    assert_talk(card, "00200001", "9000");
    assert_talk(card, "00200003", "6A88");
    assert_talk(card, "00200102", "6A86");
    assert_talk(card, "80400001", "6A86");
}
END_TEST

START_TEST(while_somebody_is_logged_in_nobody_else_can)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER);
    assert_talk(card, RUTOKEN_LOGIN_SO, "6F86");
    assert_talk(card, RUTOKEN_LOGIN_USER, "6F86");
    assert_talk(card, WRONG, "6F86");
    RUTOKEN_SAY(card, RUTOKEN_LOGOUT);
    assert_talk(card, "00200002", "63CA"); /* the wrong one did not count */
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_SO);
}
END_TEST

START_TEST(wrong_pins_use_up_tries_and_a_right_one_gives_them_back)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_talk(card, WRONG, "6300");
    assert_talk(card, "00200002", "63C9");
    assert_talk(card, "0020000207 31323334353637", "6300"); /* a beginning is not enough */
    assert_talk(card, "0020000209 313233343536373800", "6300");
    assert_talk(card, "00200002", "63C7");
    assert_talk(card, "00200001", "63CA");
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, RUTOKEN_LOGOUT);
    assert_talk(card, "00200002", "63CA");
}
END_TEST

START_TEST(a_pin_without_tries_is_blocked_until_the_so_unblocks_it)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    for (size_t i = 0; i < 10; i++)
        assert_talk(card, WRONG, "6300");
    assert_talk(card, "00200002", "63C0");
    assert_talk(card, RUTOKEN_LOGIN_USER, "6983");
    assert_talk(card, "002C0302", "6982");
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_SO);
    assert_talk(card, "002C0301", "6982"); /* his own nobody unblocks */
    assert_talk(card, "002C0302 01 31", "6700");
    assert_talk(card, "002C0002", "6A86");
    assert_talk(card, "002C0303", "6A88");
    RUTOKEN_SAY(card, "002C0302", RUTOKEN_LOGOUT, RUTOKEN_LOGIN_USER);
}
END_TEST

START_TEST(pins_are_changed_by_who_may)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_talk(card, "00240102 0C 80020006 A506 363534333231", "6982");
    assert_talk(card, "00240103 0C 80020006 A506 363534333231", "6A88");
    assert_talk(card, "00240002 0C 80020006 A506 363534333231", "6A86");
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, "00240102 0C 80020006 A506 363534333231");
    assert_talk(card, "00240101 0C 80020006 A506 363534333231", "6982");
    RUTOKEN_SAY(card, RUTOKEN_LOGOUT, "00200002 06 363534333231", RUTOKEN_LOGOUT, RUTOKEN_LOGIN_SO,
                "00240102 0E 80020008 A508 3132333435363738", "00240101 0D 80020007 A507 31313131313131",
                RUTOKEN_LOGOUT, RUTOKEN_LOGIN_USER, RUTOKEN_LOGOUT, "00200001 07 31313131313131");
}
END_TEST

START_TEST(values_of_a_wrong_form_or_length_change_nothing)
{
    static const char *const commands[] = {
        "00240102 0B 80020005 A505 3132333435",   /* too short a PIN */
        "00240102 0C 80020007 A506 313233343536", /* another length than said */
        "00240102 0C 80020006 A507 313233343536", /* beyond the end */
        "00240102 0C 80020006 A606 313233343536", /* tag */
        "00240102 0C 81020006 A506 313233343536", /* tag */
        "00240102 08 A506 313233343536",          /* no length */
        "00240102 06 80020000 A500",              /* nothing */
        "00240102 03 800200",
        "00240102",
    };
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        assert_talk(card, commands[i], "6A80");
    RUTOKEN_SAY(card, RUTOKEN_LOGOUT, RUTOKEN_LOGIN_USER);
}
END_TEST

/* The length of a value is one byte even above 127: a PIN of 249 bytes fills the command */
START_TEST(the_longest_pin_fits_one_command)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    uint8_t memory[261], verify[5 + 249] = { 0x00, 0x20, 0x00, 0x02, 249 };
    struct buf command = BUF_OVER(memory);

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER);
    buf_add(&command, BYTES_LIT(0x00, 0x24, 0x01, 0x02, 255, 0x80, 0x02, 0x00, 249, 0xA5, 249));
    buf_add_fill(&command, '7', 249);
    memset(verify + 5, '7', 249);
    ck_assert_uint_eq(talk_sw(talk_raw(card, buf_bytes(&command))), 0x9000);
    RUTOKEN_SAY(card, RUTOKEN_LOGOUT);
    ck_assert_uint_eq(talk_sw(talk_raw(card, BYTES_OF(verify))), 0x9000);
}
END_TEST

START_TEST(a_chained_value_begins_anew_in_every_part)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, "10240102 09 80020006 A503 313233");
    assert_talk(card, "00240102 03 343536", "6A80");
    RUTOKEN_SAY(card, "10240102 08 80020006 A506 3132");
    assert_talk(card, "00240102 04 33343536", "6A80");
    RUTOKEN_SAY(card, "10240102 09 80020006 A503 313233", "00240102 05 A503 343536", RUTOKEN_LOGOUT,
                "00200002 06 313233343536");
}
END_TEST

START_TEST(a_pin_without_a_value_is_no_pin_yet)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, "808A0000",
                "00E00000 1F 6F1D 80020010 82023800 83023F00 860F 430000000000000000000000000000",
                "00E00000 27 6F25 80020008 82021000 83020002 8506010601550000 " RUTOKEN_SECURITY_FREE);
    assert_talk(card, "00200002 08 0000000000000000", "6985");
    assert_talk(card, "00200002", "63C5");
    RUTOKEN_SAY(card, "00240102 0C 80020006 A506 363534333231", "00200002 06 363534333231");
}
END_TEST

UNIT_MAIN("vcard_rutoken_pin", the_pins_of_delivery_log_in, while_somebody_is_logged_in_nobody_else_can,
          wrong_pins_use_up_tries_and_a_right_one_gives_them_back,
          a_pin_without_tries_is_blocked_until_the_so_unblocks_it, pins_are_changed_by_who_may,
          values_of_a_wrong_form_or_length_change_nothing, the_longest_pin_fits_one_command,
          a_chained_value_begins_anew_in_every_part, a_pin_without_a_value_is_no_pin_yet)
