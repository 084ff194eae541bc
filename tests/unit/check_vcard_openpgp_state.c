/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_state.h"

#include "asn1/tlv.h"
#include "tests/unit/openpgp_talk.h"
#include "tests/unit/vcard_saved.h"

/* A card with keys of three kinds and some objects, passwords changed and counted down */
static struct vcard *used_card(void)
{
    static const char *const commands[] = {
        "0047800002B60000",
        "00DA00C20B" OPENPGP_X25519,
        "0047800002B80000",
        "00DA00C30A" OPENPGP_ED25519,
        "0047800002A40000",
        "00DA00C40101",
        "00DA00C714000102030405060708090A0B0C0D0E0F10111213",
        "00DA00CC14000102030405060708090A0B0C0D0E0F10111213",
        "00DA00CF0401020304",
        "00DA00D7020220",
        "00DA00D3086162636465666768",
        "00DA005E03626F62",
        "00DA01040134",
        "00A5010406"
        "60045C027F21",
        "00DA7F21023000",
    };
    struct vcard *card = openpgp_open();

    assert_talk(card, OPENPGP_ADMIN, "9000");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        unsigned sw = talk_sw(talk(card, commands[i]));

        ck_assert_msg(sw == 0x9000 || sw >> 8 == 0x61, "%s: %04X", commands[i], sw);
    }
    assert_talk(card, "002400810C313233343536363534333231", "9000");
    assert_talk(card, OPENPGP_USER, "6982");
    return card;
}

START_TEST(a_loaded_card_answers_like_the_saved_one)
{
    static const char *const questions[] = {
        "00CA004F00", "00CA006E000000",   "00CA006500",       "00CA007A00",
        "00CA005E00", "00CA00C400",       "00CC7F2100",       "00CC7F2100",
        "00CA010400", "0047810002B60000", "0047810002B80000", "0047810002A40000",
    };
    SCOPED(vcard_destroy) struct vcard *card = used_card();
    SCOPED(vcard_destroy) struct vcard *other = openpgp_open();
    struct saved *saved = save(card);
    uint8_t answer[600];

    assert_ok(other->family->load(other, buf_bytes(&saved->buf)));
    card->family->reset(card);
    assert_talk(card, OPENPGP_SELECT, "9000");
    assert_talk(other, OPENPGP_SELECT, "9000");
    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(other, OPENPGP_ADMIN, "9000");
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        struct buf copy = BUF_OVER(answer);

        buf_add(&copy, talk(card, questions[i]));
        assert_bytes(talk(other, questions[i]), buf_bytes(&copy));
    }
    free(saved);
}
END_TEST

START_TEST(what_is_saved_again_is_the_same)
{
    SCOPED(vcard_destroy) struct vcard *card = used_card();
    SCOPED(vcard_destroy) struct vcard *other = openpgp_open();
    struct saved *saved = save(card), *again;

    assert_ok(other->family->load(other, buf_bytes(&saved->buf)));
    again = save(other);
    assert_bytes(buf_bytes(&again->buf), buf_bytes(&saved->buf));
    free(saved);
    free(again);
}
END_TEST

START_TEST(a_terminated_card_stays_so)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    SCOPED(vcard_destroy) struct vcard *other = openpgp_open();
    struct saved *saved;

    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00E60000", "9000");
    saved = save(card);
    assert_ok(other->family->load(other, buf_bytes(&saved->buf)));
    assert_talk(other, OPENPGP_SELECT, "6285");
    free(saved);
}
END_TEST

START_TEST(nothing_verified_survives_loading)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    struct saved *saved = save(card);

    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_ok(card->family->load(card, buf_bytes(&saved->buf)));
    assert_talk(card, "00200081", "6D00");
    assert_talk(card, OPENPGP_SELECT, "9000");
    assert_talk(card, "00200081", "63C3");
    free(saved);
}
END_TEST

START_TEST(changes_are_counted)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    unsigned before = card->family->changes(card);

    assert_sw(card, "00CA006E000000", 0x9000);
    assert_talk(card, OPENPGP_USER, "9000");
    ck_assert_uint_eq(card->family->changes(card), before);
    assert_talk(card, "0020008106303030303030", "6982");
    ck_assert_uint_eq(card->family->changes(card), before + 1);
    assert_talk(card, OPENPGP_USER, "9000");
    ck_assert_uint_eq(card->family->changes(card), before + 2);
    openpgp_bring_one(card, "C1", OPENPGP_P256, "B600");
    ck_assert_uint_eq(card->family->changes(card), before + 4);
    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_sw(card, "002A9E9A20" OPENPGP_ONE "00", 0x9000);
    ck_assert_uint_eq(card->family->changes(card), before + 5);
}
END_TEST

/* Whatever is cut off or changed in length: the card stays as it was */
START_TEST(a_damaged_memory_is_refused)
{
    SCOPED(vcard_destroy) struct vcard *card = used_card();
    SCOPED(vcard_destroy) struct vcard *other = openpgp_open();
    struct saved *saved = save(card);
    struct bytes whole = buf_bytes(&saved->buf);

    assert_talk(other, OPENPGP_ADMIN, "9000");
    assert_talk(other, "00DA005E03626F62", "9000");
    for (size_t size = 0; size < whole.size; size++)
        assert_result(other->family->load(other, bytes_slice(whole, 0, size)), RESULT_MALFORMED);
    buf_add_byte(&saved->buf, 0x00);
    assert_result(other->family->load(other, buf_bytes(&saved->buf)), RESULT_MALFORMED);
    assert_talk(other, "00CA005E00", "626F629000");
    free(saved);
}
END_TEST

/* Loads the memory of a new card with one byte of the data object at PATH changed */
static void assert_refused_with(uint32_t tag, size_t offset, uint8_t byte)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    struct saved *saved = save(card);
    const uint32_t path[] = { 0x70, tag };
    struct bytes value;

    assert_ok(tlv_find_path(buf_bytes(&saved->buf), path, 2, &value));
    ck_assert_uint_lt(offset, value.size);
    saved->memory[(size_t)(value.data - saved->memory) + offset] = byte;
    assert_result(card->family->load(card, buf_bytes(&saved->buf)), RESULT_MALFORMED);
    free(saved);
}

START_TEST(a_memory_that_cannot_be_is_refused)
{
    assert_refused_with(0x80, 0, 2);    /* format */
    assert_refused_with(0x83, 0, 2);    /* terminated */
    assert_refused_with(0x83, 1, 2);    /* several */
    assert_refused_with(0x85, 0, 4);    /* tries */
    assert_refused_with(0x86, 0, 1);    /* tries of a code that is not there */
    assert_refused_with(0xA6, 2, 0x13); /* attributes */
    assert_refused_with(0xA6, 10, 1);   /* origin without a key */
    assert_refused_with(0xA6, 11, 3);   /* button */
    assert_refused_with(0xA7, 2, 12);   /* number of a value */
}
END_TEST

UNIT_MAIN("vcard_openpgp_state", a_loaded_card_answers_like_the_saved_one, what_is_saved_again_is_the_same,
          a_terminated_card_stays_so, nothing_verified_survives_loading, changes_are_counted,
          a_damaged_memory_is_refused, a_memory_that_cannot_be_is_refused)
