/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_data.h"

#include "asn1/tlv.h"
#include "tests/unit/vcard_talk.h"

static const uint8_t put_header[] = { 0x00, 0xDB, 0x3F, 0xFF };

/* PUT DATA of SIZE bytes under TAG, chained; returns the status word */
static unsigned put(struct vcard *card, uint32_t tag, size_t size)
{
    size_t capacity = size + 32;
    struct buf data = buf_make(malloc(capacity), capacity);
    uint8_t nothing[4];
    struct buf answer = BUF_OVER(nothing);
    unsigned sw;

    tlv_add_header(&data, 0x5C, 3);
    buf_add_number(&data, tag, 3);
    tlv_add_header(&data, 0x53, size);
    buf_add_fill(&data, 0xA5, size);
    assert_ok(buf_check(&data));
    sw = talk_chain(card, put_header, buf_bytes(&data), &answer);
    free(data.data);
    return sw;
}

START_TEST(an_object_is_written_read_and_deleted)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, "00CB3FFF055C035FC10500", "6A82");
    assert_talk(card, "00DB3FFF095C035FC10553027000", "6982");
    talk_manage(card);
    assert_talk(card, "00DB3FFF0B5C035FC10553047002AABB", "9000");
    assert_talk(card, "00CB3FFF055C035FC10500", "53047002AABB9000");
    assert_talk(card, "00DB3FFF095C035FC10553027000", "9000");
    assert_talk(card, "00CB3FFF055C035FC10500", "530270009000");
    assert_talk(card, "00DB3FFF075C035FC1055300", "9000");
    assert_talk(card, "00CB3FFF055C035FC10500", "6A82");
    assert_talk(card, "00DB3FFF075C035FC1055300", "9000");
}
END_TEST

START_TEST(a_large_object_goes_in_and_out_in_parts_or_at_once)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static uint8_t memory[4096];
    struct buf whole = BUF_OVER(memory);
    struct bytes at_once;

    talk_manage(card);
    ck_assert_uint_eq(put(card, 0x5FC105, 700), 0x9000);
    ck_assert_uint_eq(
        talk_whole(card, BYTES_LIT(0, 0xCB, 0x3F, 0xFF, 5, 0x5C, 3, 0x5F, 0xC1, 0x05, 0), &whole), 0x9000);
    ck_assert_uint_eq(whole.size, 704);
    ck_assert_uint_eq(memory[703], 0xA5);
    at_once = talk(card, "00CB3FFF0000055C035FC1050000");
    ck_assert_uint_eq(at_once.size, 706);
    ck_assert_mem_eq(at_once.data, memory, 704);
}
END_TEST

START_TEST(objects_are_limited_one_by_one_and_together)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    unsigned written = 0;

    talk_manage(card);
    ck_assert_uint_eq(put(card, 0x5FC105, 3053), 0x6700);
    ck_assert_uint_eq(put(card, 0x5FC105, 3100), 0x6700);
    assert_talk(card, "00CB3FFF055C035FC10500", "6A82");
    while (written < 100 && put(card, 0x5FC10D + written, 3052) == 0x9000)
        written++;
    ck_assert_uint_ge(written, 15);
    ck_assert_uint_le(written, 17);
    ck_assert_uint_eq(put(card, 0x5FC10D + written, 3052), 0x6A84);
    ck_assert_uint_eq(put(card, 0x5FC10D, 3000), 0x9000);
    ck_assert_uint_eq(put(card, 0x5FC10D, 0), 0x9000);
    ck_assert_uint_eq(put(card, 0x5FC10D + written, 3052), 0x9000);
}
END_TEST

START_TEST(protected_objects_want_the_pin)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static const char *const reads[] = { "00CB3FFF055C035FC10300", "00CB3FFF055C035FC10800",
                                         "00CB3FFF055C035FC10900", "00CB3FFF055C035FC12100" };

    for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
        assert_talk(card, reads[i], "6982");
    assert_talk(card, "00CB3FFF055C035FC12300", "6A82");
    assert_talk(card, TALK_PIN, "9000");
    for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
        assert_talk(card, reads[i], "6A82");
}
END_TEST

START_TEST(the_management_key_can_be_kept_behind_the_pin)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    talk_manage(card);
    assert_talk(card, "00DB3FFF0C5C035FFF005305 8003 810102", "9000");
    assert_talk(card, "00DB3FFF0B5C035FC1095304 8802 8900", "9000");
    assert_talk(card, "0020FF80", "9000");
    assert_talk(card, "00CB3FFF055C035FFF0000", "5305 8003 810102 9000");
    assert_talk(card, "00CB3FFF055C035FC10900", "6982");
    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, "00CB3FFF055C035FC10900", "5304 8802 8900 9000");
}
END_TEST

START_TEST(discovery_object_is_the_cards_own)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, "00CB3FFF035C017E00", "7E124F0BA0000003080000100001005F2F0240009000");
    talk_manage(card);
    assert_talk(card, "00DB3FFF055C017E5300", "6A80");
}
END_TEST

START_TEST(biometric_group_template_is_its_own_wrapper)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv:nist");

    assert_talk(card, "00CB3FFF045C027F6100", "6A82");
    talk_manage(card);
    assert_talk(card, "00DB3FFF067F6103020100", "9000");
    assert_talk(card, "00CB3FFF045C027F6100", "7F61030201009000");
}
END_TEST

START_TEST(malformed_requests_are_refused)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    talk_manage(card);
    assert_talk(card, "00CB3FFE055C035FC10500", "6A86");
    assert_talk(card, "00CB3FFF", "6A80");
    assert_talk(card, "00CB3FFF025C00", "6A80");
    assert_talk(card, "00CB3FFF055C045FC105", "6A80");
    assert_talk(card, "00CB3FFF075C035FC1055300", "6A80");
    assert_talk(card, "00CB3FFF065C0400000000", "6A80");
    assert_talk(card, "00DB3FFF", "6A80");
    assert_talk(card, "00DB3FFF055C035FC105", "6A80");
    assert_talk(card, "00DB3FFF095C035FC10553037000", "6A80");
    assert_talk(card, "00DB3FFF0A5C035FC1055302700000", "6A80");
    assert_talk(card, "00DB0000095C035FC10553027000", "6A86");
    assert_talk(card, "00CB3FFF055C035FC10500", "6A82");
}
END_TEST

START_TEST(unknown_tags_are_not_stored)
{
    SCOPED(vcard_destroy) struct vcard *yubico = talk_open("piv");
    SCOPED(vcard_destroy) struct vcard *nist = talk_open("piv:nist");

    talk_manage(yubico);
    assert_talk(yubico, "00DB3FFF095C0360C10553027000", "6A81");
    assert_talk(yubico, "00DB3FFF095C035F123453027000", "9000");
    talk_manage(nist);
    assert_talk(nist, "00CB3FFF055C035FFF0000", "6A82");
    assert_talk(nist, "00DB3FFF095C035FFF0053027000", "6A81");
    assert_talk(nist, "00DB3FFF095C035FC10453027000", "6A81");
    assert_talk(nist, "00DB3FFF095C035FC12053027000", "9000");
}
END_TEST

/* Five bits a character, least significant first, odd parity; the last one checks the columns */
static void assert_fascn(struct bytes fascn)
{
    uint8_t check = 0, value = 0;

    ck_assert_uint_eq(fascn.size, 25);
    for (size_t i = 0; i < 40; i++) {
        unsigned ones = 0;

        value = 0;
        for (size_t j = 0; j < 5; j++) {
            size_t bit = 5 * i + j;
            unsigned one = fascn.data[bit / 8] >> (7 - bit % 8) & 1;

            ones += one;
            value = (uint8_t)(value | (j < 4 ? one << j : 0));
        }
        ck_assert_uint_eq(ones % 2, 1);
        if (i == 0)
            ck_assert_uint_eq(value, 0xB);
        if (i == 38)
            ck_assert_uint_eq(value, 0xF);
        if (i < 39)
            check ^= value;
    }
    ck_assert_uint_eq(check, value);
}

START_TEST(nist_card_comes_with_the_mandatory_objects)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv:nist");
    const uint32_t fascn[] = { 0x53, 0x30 }, guid[] = { 0x53, 0x34 }, id[] = { 0x53, 0xF0 };
    struct bytes answer = talk(card, "00CB3FFF055C035FC10200"), value;

    ck_assert_uint_eq(answer.size, 63);
    assert_ok(tlv_find_path(answer, fascn, 2, &value));
    assert_fascn(value);
    assert_ok(tlv_find_path(answer, guid, 2, &value));
    ck_assert_uint_eq(value.size, 16);
    answer = talk(card, "00CB3FFF055C035FC10700");
    assert_ok(tlv_find_path(answer, id, 2, &value));
    ck_assert_uint_eq(value.size, 21);
    assert_talk(card, "00CB3FFF055C035FC10C00", "5308 C10100 C20100 FE00 9000");
    ck_assert_uint_eq(talk(card, "00CB3FFF035C017E00").size, 22);
}
END_TEST

UNIT_MAIN("vcard_piv_data", an_object_is_written_read_and_deleted,
          a_large_object_goes_in_and_out_in_parts_or_at_once, objects_are_limited_one_by_one_and_together,
          protected_objects_want_the_pin, the_management_key_can_be_kept_behind_the_pin,
          discovery_object_is_the_cards_own, biometric_group_template_is_its_own_wrapper,
          malformed_requests_are_refused, unknown_tags_are_not_stored,
          nist_card_comes_with_the_mandatory_objects)
