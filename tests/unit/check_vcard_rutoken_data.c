/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_data.h"

#include "tests/unit/rutoken_talk.h"

#define CREATE(fid, security) "00E00000 1F 6F1D 80020010 82020100 8302" fid " 860F" security

START_TEST(what_is_written_is_read)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, CREATE("4000", "430000000000000000000000000000"),
                "00D60000 04 01020304", "00D6000E 02 AABB", "00D60002 01 FF");
    assert_talk(card, "00B0000010", "0102FF04 00000000 00000000 0000AABB 9000");
    assert_talk(card, "00B0000203", "FF04009000");
    assert_talk(card, "00B0000E00", "AABB9000");
}
END_TEST

START_TEST(reading_and_writing_stay_inside_the_file)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, CREATE("4000", "430000000000000000000000000000"));
    assert_talk(card, "00B0001000", "6B00");
    assert_talk(card, "00B07FFF00", "6B00");
    assert_talk(card, "00B0810000", "6A86");
    assert_talk(card, "00D6000F 02 0102", "6A84");
    assert_talk(card, "00D60010 01 01", "6B00");
    assert_talk(card, "00D68100 01 01", "6A86");
    assert_talk(card, "00D60000", "6700");
    assert_talk(card, "00B0000001AA", "6700");
    assert_talk(card, "00B0000F01", "009000");
}
END_TEST

START_TEST(rights_of_reading_and_writing_are_asked)
{
    static const struct {
        const char *create;
        unsigned nobody[2], so[2], user[2]; /* status words of read and write */
    } rows[] = {
        { CREATE("4000", "430000000000000000000000000000"),
          { 0x9000, 0x9000 },
          { 0x9000, 0x9000 },
          { 0x9000, 0x9000 } },
        { CREATE("4000", "430102000000000000000000000000"),
          { 0x6982, 0x6982 },
          { 0x9000, 0x6982 },
          { 0x6982, 0x9000 } },
        { CREATE("4000", "430301000000000000000000000000"),
          { 0x6982, 0x6982 },
          { 0x9000, 0x9000 },
          { 0x9000, 0x6982 } },
        { CREATE("4000", "43FFFF000000000000000000000000"),
          { 0x6982, 0x6982 },
          { 0x6982, 0x6982 },
          { 0x6982, 0x6982 } },
        { CREATE("4000", "400000000000000000000000000000"),
          { 0x6982, 0x6982 },
          { 0x6982, 0x6982 },
          { 0x6982, 0x6982 } },
    };
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, rows[i].create, RUTOKEN_LOGOUT);
        assert_sw(card, "00B0000001", rows[i].nobody[0]);
        assert_sw(card, "00D600000101", rows[i].nobody[1]);
        RUTOKEN_SAY(card, RUTOKEN_LOGIN_SO);
        assert_sw(card, "00B0000001", rows[i].so[0]);
        assert_sw(card, "00D600000101", rows[i].so[1]);
        RUTOKEN_SAY(card, RUTOKEN_LOGOUT, RUTOKEN_LOGIN_USER);
        assert_sw(card, "00B0000001", rows[i].user[0]);
        assert_sw(card, "00D600000101", rows[i].user[1]);
        RUTOKEN_SAY(card, "00E40000", RUTOKEN_LOGOUT);
    }
}
END_TEST

START_TEST(only_public_halves_of_keys_are_read_and_none_is_written_as_a_file)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, RUTOKEN_CREATE_RSA512("05"), "00B0000004");
    assert_talk(card, "00D600000101", "6981");
    RUTOKEN_SAY(card, RUTOKEN_SELECT_PRIVATE("05"));
    assert_talk(card, "00B0000004", "6982");
    assert_talk(card, "00D600000101", "6981");
    RUTOKEN_SAY(card, "00A40000 02 3F00");
    assert_talk(card, "00B0000004", "6981");
    assert_talk(card, "00D600000101", "6981");
    RUTOKEN_SAY(card, "00A40000 02 0002");
    assert_talk(card, "00B0000004", "6982");
}
END_TEST

UNIT_MAIN("vcard_rutoken_data", what_is_written_is_read, reading_and_writing_stay_inside_the_file,
          rights_of_reading_and_writing_are_asked,
          only_public_halves_of_keys_are_read_and_none_is_written_as_a_file)
