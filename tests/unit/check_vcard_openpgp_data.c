/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_data.h"

#include "asn1/tlv.h"
#include "tests/unit/openpgp_talk.h"

#define FINGERPRINT "000102030405060708090A0B0C0D0E0F10111213"

/* The value at PATH in the whole answer to GET DATA 6E, in hexadecimal as EXPECTED */
static void assert_related(struct vcard *card, uint32_t first, uint32_t second, const char *expected)
{
    static const uint8_t get[] = { 0x00, 0xCA, 0x00, 0x6E, 0x00 };
    static struct talk_memory memory;
    const uint32_t path[] = { 0x6E, first, second };
    uint8_t answer[512];
    struct buf whole = BUF_OVER(answer);
    struct bytes value;

    ck_assert_uint_eq(talk_whole(card, BYTES_OF(get), &whole), 0x9000);
    assert_ok(tlv_find_path(buf_bytes(&whole), path, second ? 3 : 2, &value));
    ck_assert(bytes_equal(value, talk_hex(&memory, expected)));
}

START_TEST(tells_what_it_is)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_related(card, 0x5F52, 0, "0031C573C001C0059000");
    assert_related(card, 0x7F74, 0, "810120");
    assert_related(card, 0x7F66, 0, "0202120002021200");
    assert_related(card, 0x73, 0xC0, "7C0000FF100004000001");
    assert_related(card, 0x73, 0xC1, "010800001100");
    assert_related(card, 0x73, 0xC4, "007F7F7F030003");
    assert_related(card, 0x73, 0xDE, "010002000300");
    assert_related(card, 0x73, 0xD8, "0020");
    assert_talk(card, "00CA006500", "650B5B005F2D02656E5F3501399000");
    assert_talk(card, "00CA007A00", "7A0593030000009000");
    assert_talk(card, "00CA7F6600", "7F660802021200020212009000");
    assert_talk(card, "00CA00F900", "6A88");
    assert_talk(card, "00CA00FF00", "6A88");
}
END_TEST

START_TEST(the_long_answer_comes_whole_to_an_extended_command)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    struct bytes answer = talk(card, "00CA006E000000");

    ck_assert_uint_eq(talk_sw(answer), 0x9000);
    ck_assert_uint_gt(answer.size, 258);
    answer = talk(card, "00CA006E00");
    ck_assert_uint_eq(answer.size, 258);
    ck_assert_uint_eq(talk_sw(answer) >> 8, 0x61);
}
END_TEST

START_TEST(lists_its_algorithms)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    uint8_t copy[512];
    struct buf answer = BUF_OVER(copy);
    struct tlv_cursor cursor;
    struct bytes list;
    struct tlv one;
    unsigned found[3] = { 0 };

    buf_add(&answer, talk(card, "00CA00FA00"));
    assert_ok(tlv_find(bytes_slice(buf_bytes(&answer), 0, answer.size - 2), 0xFA, &list));
    assert_talk(card, OPENPGP_ADMIN, "9000");
    for (cursor = tlv_open(list); !tlv_at_end(&cursor);) {
        uint8_t memory[32];
        struct buf put = BUF_OVER(memory);

        assert_ok(tlv_next(&cursor, &one));
        ck_assert(one.tag >= 0xC1 && one.tag <= 0xC3);
        found[one.tag - 0xC1]++;
        buf_add(&put, BYTES_LIT(0x00, 0xDA, 0x00, (uint8_t)one.tag, (uint8_t)one.value.size));
        buf_add(&put, one.value);
        ck_assert_uint_eq(talk_sw(talk_raw(card, buf_bytes(&put))), 0x9000);
    }
    ck_assert_uint_eq(found[0], 6);
    ck_assert_uint_eq(found[1], 6);
    ck_assert_uint_eq(found[2], 6);
}
END_TEST

START_TEST(refuses_attributes_that_it_does_not_have)
{
    static const char *const wrong[] = {
        "00DA00C106010400001100",
        "00DA00C106010800001101",
        "00DA00C106010800001000",
        "00DA00C1050108000011",
        "00DA00C109" OPENPGP_P256_ECDH,
        "00DA00C209" OPENPGP_P256,
        "00DA00C10A" OPENPGP_P256 "00",
        "00DA00C1",
        "00DA00C10113",
        "00DA00C30B" OPENPGP_X25519,
    };
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, "00DA00C109" OPENPGP_P256, "6982");
    assert_talk(card, OPENPGP_ADMIN, "9000");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_talk(card, wrong[i], "6A80");
    assert_talk(card, "00DA00C10A" OPENPGP_P256 "FF", "9000");
    assert_talk(card, "00DA00C106010800002002", "9000");
    assert_talk(card, "00CA00C100", "0108000020029000");
}
END_TEST

START_TEST(other_attributes_take_the_key_away_and_the_same_do_not)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    openpgp_bring_one(card, "C1", OPENPGP_P256, "B600");
    assert_talk(card, "00CA00DE00", "0102020003009000");
    assert_talk(card, "00DA00C109" OPENPGP_P256, "9000");
    assert_sw(card, "0047810002B60000", 0x9000);
    assert_talk(card, "00DA00C10A" OPENPGP_ED25519, "9000");
    assert_talk(card, "0047810002B60000", "6A88");
    assert_talk(card, "00CA00DE00", "0100020003009000");
}
END_TEST

START_TEST(keeps_what_the_administrator_writes)
{
    static const struct {
        const char *tag, *value;
    } objects[] = {
        { "005B", "426F62" }, { "005E", "626F62" }, { "5F2D", "7275656E" }, { "5F35", "31" },
        { "5F50", "68" },     { "0102", "FFFE" },   { "7F21", "3000" },
    };
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    char command[64], answer[64];

    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
        snprintf(command, sizeof(command), "00DA%s%02X%s", objects[i].tag,
                 (unsigned)strlen(objects[i].value) / 2, objects[i].value);
        assert_talk(card, "0020FF83", "9000");
        assert_talk(card, command, "6982");
        assert_talk(card, OPENPGP_ADMIN, "9000");
        assert_talk(card, command, "9000");
        snprintf(command, sizeof(command), "00CA%s00", objects[i].tag);
        snprintf(answer, sizeof(answer), "%s9000", objects[i].value);
        assert_talk(card, command, answer);
    }
    assert_talk(card, "00DA005E", "9000");
    assert_talk(card, "00CA005E00", "9000");
}
END_TEST

START_TEST(keeps_fingerprints_dates_and_buttons)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, "00DA00C814" FINGERPRINT, "6982");
    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00DA00C814" FINGERPRINT, "9000");
    assert_talk(card, "00DA00C8020001", "6700");
    assert_talk(card, "00DA00CA14" FINGERPRINT, "9000");
    assert_talk(card, "00DA00D00401020304", "9000");
    assert_talk(card, "00CA00CD00", "0000000000000000010203049000");
    assert_talk(card, "00CA00C500",
                "0000000000000000000000000000000000000000" FINGERPRINT
                "0000000000000000000000000000000000000000"
                "9000");
    assert_talk(card, "00CA00C600",
                FINGERPRINT "0000000000000000000000000000000000000000"
                            "0000000000000000000000000000000000000000"
                            "9000");
    assert_talk(card, "00DA00D7020120", "9000");
    assert_talk(card, "00DA00D7020220", "9000");
    assert_talk(card, "00DA00D7020020", "6985");
    assert_talk(card, "00DA00D6020320", "6A80");
    assert_talk(card, "00DA00D6020100", "6A80");
    assert_talk(card, "00DA00D60101", "6700");
    assert_talk(card, "00CA00D700", "02209000");
    assert_talk(card, "00DA00C0020000", "6A88");
    assert_talk(card, "00DA00D5100000000000000000000000000000000000", "6A88");
}
END_TEST

START_TEST(private_objects_have_their_readers_and_writers)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, "00DA01010131", "6982");
    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_talk(card, "00DA01010131", "6982");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, "00DA01010131", "9000");
    assert_talk(card, "00DA01030133", "9000");
    assert_talk(card, "00DA01040134", "6982");
    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00DA01040134", "9000");
    assert_talk(card, "00CA010400", "349000");
    assert_talk(card, OPENPGP_SELECT, "9000");
    assert_talk(card, "00CA010100", "319000");
    assert_talk(card, "00CA010300", "6982");
    assert_talk(card, "00CA010400", "6982");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, "00CA010300", "339000");
    assert_talk(card, "00CA010400", "6982");
}
END_TEST

START_TEST(values_have_a_longest_and_a_shortest_length)
{
    static const uint8_t header[] = { 0x00, 0xDA, 0x00, 0x5E }, name[] = { 0x00, 0xDA, 0x00, 0x5B },
                         certificate[] = { 0x00, 0xDA, 0x7F, 0x21 };
    static uint8_t data[4097];
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    uint8_t memory[16];
    struct buf out = BUF_OVER(memory);

    assert_talk(card, OPENPGP_ADMIN, "9000");
    ck_assert_uint_eq(talk_chain(card, header, bytes_make(data, 1024), &out), 0x9000);
    ck_assert_uint_eq(talk_chain(card, header, bytes_make(data, 1025), &out), 0x6700);
    ck_assert_uint_eq(talk_chain(card, name, bytes_make(data, 39), &out), 0x9000);
    ck_assert_uint_eq(talk_chain(card, name, bytes_make(data, 40), &out), 0x6700);
    ck_assert_uint_eq(talk_chain(card, certificate, bytes_make(data, 4096), &out), 0x9000);
    ck_assert_uint_eq(talk_chain(card, certificate, bytes_make(data, 4097), &out), 0x6700);
    ck_assert_uint_eq(talk(card, "00CA7F21000000").size, 4096 + 2);
    assert_talk(card, "00DA5F2D0172", "6700");
    assert_talk(card, "00DA5F35023131", "6700");
}
END_TEST

START_TEST(three_certificates_are_selected_or_follow_each_other)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card,
                "00A5020406"
                "60045C027F21",
                "9000");
    assert_talk(card, "00DA7F210133", "9000");
    assert_talk(card,
                "00A5000406"
                "60045C027F21",
                "9000");
    assert_talk(card, "00DA7F210131", "9000");
    assert_talk(card, "00CA7F2100", "319000");
    assert_talk(card, "00CC7F2100", "9000");
    assert_talk(card, "00CC7F2100", "339000");
    assert_talk(card, "00CA7F2100", "339000");
    assert_talk(card, "00CC7F2100", "6A88");
    assert_talk(card, "00CC005E00", "6A88");
    assert_talk(card,
                "00A5030406"
                "60045C027F21",
                "6A88");
    assert_talk(card,
                "00A5000006"
                "60045C027F21",
                "6B00");
    assert_talk(card,
                "00A5000405"
                "60035C015E",
                "6A80");
    assert_talk(card, OPENPGP_SELECT, "9000");
    assert_talk(card, "00CA7F2100", "319000");
}
END_TEST

UNIT_MAIN("vcard_openpgp_data", tells_what_it_is, the_long_answer_comes_whole_to_an_extended_command,
          lists_its_algorithms, refuses_attributes_that_it_does_not_have,
          other_attributes_take_the_key_away_and_the_same_do_not, keeps_what_the_administrator_writes,
          keeps_fingerprints_dates_and_buttons, private_objects_have_their_readers_and_writers,
          values_have_a_longest_and_a_shortest_length, three_certificates_are_selected_or_follow_each_other)
