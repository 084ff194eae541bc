/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_select.h"

#include "tests/unit/rutoken_talk.h"

#define FCI_MF "80020000 81020040 82023800 83023F00 860F470202010000 00FF00000000000000 8A0105"
#define CREATE(fid, type, security) "00E00000 1F 6F1D 80020010 8202" type "00 8302" fid " 860F" security
#define FREE "430000000000000000000000000000"

START_TEST(select_answers_with_what_p2_asks_for)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_talk(card, "00A40000 02 3F00", "6F24" FCI_MF "9000");
    assert_talk(card, "00A40004 02 3F00", "6224" FCI_MF "9000");
    assert_talk(card, "00A4000C 02 3F00", "9000");
    assert_talk(card, "00A40001 02 3F00", "6A86");
    assert_talk(card, "00A40900 02 1000", "6A86");
    assert_talk(card, "00A40000 03 3F0010", "6700");
    assert_talk(card, "00A40800 03 100010", "6700");
}
END_TEST

START_TEST(files_are_found_by_id_by_path_and_upwards)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, "00A40000 02 3F00", "00A40000 02 1000", "00A40000 02 1000", "00A40000 02 6002");
    assert_talk(card, "00A40000 02 6001", "6A82");
    RUTOKEN_SAY(card, "00A40300", "00A40000 02 6001", "00A40800 04 1000 1002", "00A40300", "00A40300");
    assert_talk(card, "00A40300", "6A82");
    RUTOKEN_SAY(card, "00A40800 02 2F00", "00A40000 02 1000");
    assert_talk(card, "00A40800 04 3F00 1000", "6A82");
}
END_TEST

START_TEST(a_failed_select_leaves_the_former_file)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, "00A40800 02 2F00");
    assert_talk(card, "00A40800 02 5000", "6A82");
    assert_sw(card, "00B0000010", 0x9000);
}
END_TEST

START_TEST(a_select_by_name_finds_nothing_and_loses_the_selection)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, "00A40800 02 2F00");
    assert_talk(card, "00A40400 05 A000000308 00", "6A82");
    assert_talk(card, "00B0000010", "6986");
}
END_TEST

START_TEST(a_folder_is_listed_file_by_file)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    static const uint16_t expected[] = { 0x1000, 0x2F00, 0x0001, 0x0002 };
    uint8_t next[] = { 0x00, 0xA4, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00 };
    struct bytes answer = talk(card, "00A4000000");

    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct bytes fid = bytes_slice(answer, 16, 2);

        ck_assert_uint_eq(talk_sw(answer), 0x9000);
        ck_assert_uint_eq(bytes_number(fid), expected[i]);
        memcpy(next + 5, fid.data, 2);
        answer = talk_raw(card, BYTES_OF(next));
    }
    ck_assert_uint_eq(talk_sw(answer), 0x6A82);
    assert_talk(card, "00A40002 02 4444", "6A82");
    assert_talk(card, "00A40002 01 44", "6700");
    RUTOKEN_SAY(card, "00A40800 04 1000 1002");
    assert_talk(card, "00A4000000", "6A82");
}
END_TEST

START_TEST(created_files_are_found_and_empty)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, CREATE("5000", "38", FREE), CREATE("5031", "01", FREE),
                "00B0000004", "00A40800 04 5000 5031");
    assert_talk(card, "00B0000004", "000000009000");
    RUTOKEN_SAY(card, "00A40000 02 3F00");
    assert_talk(card, CREATE("5000", "01", FREE), "6A89");
    RUTOKEN_SAY(card, "00E00000 1F 621D 80020010 82020100 83024000 860F" FREE, "00A40800 02 4000");
}
END_TEST

START_TEST(templates_that_make_no_file_are_refused)
{
    static const struct {
        const char *command, *sw;
    } rows[] = {
        { "00E00000 1F 6F1D 82020100 80020010 83024000 860F" FREE, "6A89" }, /* order */
        { "00E00000 1F 701D 80020010 82020100 83024000 860F" FREE, "6A80" },
        { "00E00100 1F 6F1D 80020010 82020100 83024000 860F" FREE, "6A86" },
        { "00E00000 1B 6F19 80020010 82020100 860F" FREE, "6A80" }, /* no id */
        { "00E00000 0E 6F0C 80020010 82020100 83024000", "6A80" },  /* no rights */
        { CREATE("4000", "02", FREE), "6A80" },                     /* type */
        { CREATE("4000", "10", FREE), "6A80" },                     /* RSF without a property */
        { CREATE("0000", "01", FREE), "6A80" },
        { CREATE("3FFF", "01", FREE), "6A80" },
        { CREATE("3F00", "38", FREE), "6A89" },
        { CREATE("4000", "01", "430400000000000000000000000000"), "6A80" }, /* condition */
        { "00E00000 27 6F25 80020008 82021000 83020003 8506010601AA0000 " RUTOKEN_SECURITY_FREE, "6A80" },
        { "00E00000 27 6F25 80020008 82021000 83020001 8506010601AB0000 " RUTOKEN_SECURITY_FREE, "6A80" },
        { "00E00000 27 6F25 800200A8 82021000 83020100 8506230000AA0000 " RUTOKEN_SECURITY_KEY, "6A80" },
        { "00E00000 27 6F25 800200A9 82021000 83020001 8506230000AA0000 " RUTOKEN_SECURITY_KEY, "6A80" },
        { "00E00000 27 6F25 800200A8 82021000 83020001 8506230001AA0000 " RUTOKEN_SECURITY_KEY, "6A80" },
        { "00E00000 27 6F25 80020020 82021000 83020001 8506031000AA0000 " RUTOKEN_SECURITY_KEY, "6A80" },
        { "00E00000 27 6F25 80020020 82021000 83020001 8506032002AA0000 " RUTOKEN_SECURITY_KEY, "6A80" },
        { "00E00000 27 6F25 80020040 82021000 83020001 8506032000AA0000 " RUTOKEN_SECURITY_KEY, "6A80" },
        { "00E00000 27 6F25 80020020 82021000 83020001 85061F0000FF0000 " RUTOKEN_SECURITY_KEY, "6A80" },
    };
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_sw(card, RUTOKEN_LOGIN_USER, 0x9000);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_talk(card, rows[i].command, rows[i].sw);
}
END_TEST

START_TEST(one_profile_knows_no_keys_of_2012)
{
    static const char command[] =
        "00E00000 27 6F25 80020020 82021000 83020001 8506032001AA0000 " RUTOKEN_SECURITY_KEY;
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    SCOPED(vcard_destroy) struct vcard *other = rutoken_open("rutoken:sc-t0");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, command);
    RUTOKEN_SAY(other, RUTOKEN_LOGIN_USER);
    assert_talk(other, command, "6A80");
}
END_TEST

START_TEST(key_files_land_in_the_folders_of_keys)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, "00A40800 04 1000 1002", RUTOKEN_CREATE_RSA512("05"),
                RUTOKEN_SELECT_PRIVATE("05"), RUTOKEN_SELECT_PUBLIC("05"));
    assert_talk(card, RUTOKEN_SELECT_PUBLIC("05"),
                "6F2C 80020060 810200A0 82021000 83020005 8506330000AA0000" RUTOKEN_SECURITY_KEY
                " 8A0105 9000");
}
END_TEST

START_TEST(creating_and_deleting_need_the_right_level)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_talk(card, CREATE("4000", "01", FREE), "6982");
    assert_talk(card, "00E00000 27 6F25 800200A8 82021000 83020001 8506230000AA0000 " RUTOKEN_SECURITY_KEY,
                "6982");
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_SO);
    assert_talk(card, CREATE("4000", "01", FREE), "6982");
    RUTOKEN_SAY(card, RUTOKEN_LOGOUT, RUTOKEN_LOGIN_USER,
                CREATE("4000", "01", "430000000000000100000000000000"), "00A40000 02 3F00",
                CREATE("4001", "01", "430000000000000200000000000000"), "00A40000 02 3F00",
                CREATE("4002", "01", "430000000000000300000000000000"), "00A40000 02 3F00",
                CREATE("4003", "01", "43000000000000FF00000000000000"), "00A40000 02 3F00",
                CREATE("4004", "01", "030000000000000000000000000000"), "00A40000 02 3F00");
    assert_talk(card, "00E40000 02 4000", "6982");
    assert_talk(card, "00E40000 02 4003", "6982");
    assert_talk(card, "00E40000 02 4004", "6982");
    assert_talk(card, "00E40000 02 4001", "9000");
    RUTOKEN_SAY(card, RUTOKEN_LOGOUT);
    assert_talk(card, "00E40000 02 4002", "6982");
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_SO, "00E40000 02 4000", "00E40000 02 4002");
}
END_TEST

START_TEST(deleting_takes_the_named_or_the_current_file)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, CREATE("5000", "38", FREE), CREATE("0101", "01", FREE),
                CREATE("0102", "01", FREE));
    assert_talk(card, "00E40000 02 0103", "6A82");
    assert_talk(card, "00E40000 01 01", "6700");
    assert_talk(card, "00E40001 02 0101", "6A86");
    RUTOKEN_SAY(card, "00E40000 02 0101", "00A40800 02 5000");
    assert_talk(card, "00E40000", "6985"); /* not empty */
    RUTOKEN_SAY(card, "00A40000 02 0102", "00E40000", "00E40000");
    assert_talk(card, "00A40800 02 5000", "6A82");
}
END_TEST

START_TEST(formatting_asks_for_no_rights_until_its_end)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_talk(card, "80844E19", "6985");
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, "808A0000");
    assert_talk(card, "00A40000 02 3F00", "6A82");
    assert_talk(card, "00200002", "6A88");
    assert_talk(card, "80844E19", "6985");
    assert_talk(card, CREATE("4000", "01", FREE), "6A82");
    RUTOKEN_SAY(card, CREATE("3F00", "38", "430202FFFFFFFFFF00000000000000"), CREATE("4000", "01", FREE));
    card->family->reset(card);
    RUTOKEN_SAY(card, "00E00000 27 6F25 80020008 82021000 83020001 8506010801AA0000 " RUTOKEN_SECURITY_FREE,
                "00240101 0E 80020008 A508 3131313131313131", CREATE("4001", "01", FREE));
    assert_talk(card, "80844E18", "6A86");
    RUTOKEN_SAY(card, "80844E19");
    assert_talk(card, CREATE("4002", "01", FREE), "6982");
    RUTOKEN_SAY(card, "00A40800 02 4001", "00200001 08 3131313131313131");
}
END_TEST

START_TEST(a_card_gets_full_and_has_room_again)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    static const char *const creates[] = {
        "00E00000 1F 6F1D 80027000 82020100 83024001 860F" FREE,
        "00E00000 1F 6F1D 80027000 82020100 83024002 860F" FREE,
        "00E00000 1F 6F1D 80027000 82020100 83024003 860F" FREE,
    };

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, creates[0], "00A40000 02 3F00", creates[1], "00A40000 02 3F00");
    assert_talk(card, creates[2], "6A84");
    RUTOKEN_SAY(card, "00E40000 02 4001", creates[2]);
}
END_TEST

START_TEST(folders_go_only_so_deep)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_sw(card, RUTOKEN_LOGIN_USER, 0x9000);
    for (size_t i = 1; i < 8; i++)
        assert_sw(card, CREATE("4000", "38", FREE), 0x9000);
    assert_sw(card, CREATE("4000", "38", FREE), 0x6A80);
}
END_TEST

UNIT_MAIN("vcard_rutoken_select", select_answers_with_what_p2_asks_for,
          files_are_found_by_id_by_path_and_upwards, a_failed_select_leaves_the_former_file,
          a_select_by_name_finds_nothing_and_loses_the_selection, a_folder_is_listed_file_by_file,
          created_files_are_found_and_empty, templates_that_make_no_file_are_refused,
          one_profile_knows_no_keys_of_2012, key_files_land_in_the_folders_of_keys,
          creating_and_deleting_need_the_right_level, deleting_takes_the_named_or_the_current_file,
          formatting_asks_for_no_rights_until_its_end, a_card_gets_full_and_has_room_again,
          folders_go_only_so_deep)
