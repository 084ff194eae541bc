/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_state.h"

#include "asn1/tlv.h"
#include "tests/unit/vcard_saved.h"
#include "tests/unit/vcard_talk.h"

/* A card with a key of each kind and some objects, PINs changed and counted down */
static struct vcard *used_card(void)
{
    static const char *const commands[] = {
        "0047009A05AC03800106",
        "0047009C05AC03800111",
        "0047009D05AC038001E1",
        "0047009E05AC038001E0",
        "0047008205AC03800114",
        "00DB3FFF0B5C035FC10553047002AABB",
        "00DB3FFF0C5C035FFF00530580038101 02",
        "00DB3FFF067F6103020100",
        "0024008110 3132333435363738 3837363534333231",
        "002000800830303030303030FF",
        "00FFFFFE13089B10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF",
    };
    struct vcard *card = talk_open("piv");

    talk_manage(card);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        unsigned sw = talk_sw(talk(card, commands[i]));

        ck_assert(sw == 0x9000 || sw == 0x63C2);
    }
    return card;
}

START_TEST(a_loaded_card_answers_like_the_saved_one)
{
    static const char *const questions[] = {
        "00F80000",
        "00F7009A",
        "00F7009C",
        "00F7009D",
        "00F7009E",
        "00F70082",
        "00F700F9",
        "00F70083",
        "00F70080",
        "00F70081",
        "00F7009B",
        "00CB3FFF055C035FC105",
        "00CB3FFF055C035FFF00",
        "00CB3FFF055C035FFF01",
        "00CB3FFF045C027F61",
        "00200080",
    };
    SCOPED(vcard_destroy) struct vcard *card = used_card();
    SCOPED(vcard_destroy) struct vcard *copy = talk_open("piv");
    struct saved *saved = save(card), *again;
    static uint8_t memory[VCARD_RESPONSE_MAX];

    assert_ok(copy->family->load(copy, buf_bytes(&saved->buf)));
    assert_talk(copy, "00200080", "6D00");
    assert_sw(copy, TALK_SELECT, 0x9000);
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        struct bytes answer = talk(card, questions[i]);
        struct bytes first = bytes_make(memory, answer.size);

        memcpy(memory, answer.data, answer.size);
        assert_bytes(talk(copy, questions[i]), first);
    }
    again = save(copy);
    assert_bytes(buf_bytes(&again->buf), buf_bytes(&saved->buf));
    free(again);
    free(saved);
}
END_TEST

START_TEST(loaded_keys_still_work)
{
    SCOPED(vcard_destroy) struct vcard *card = used_card();
    struct saved *saved = save(card);

    assert_ok(card->family->load(card, buf_bytes(&saved->buf)));
    assert_sw(card, TALK_SELECT, 0x9000);
    assert_sw(card, "0087E09E077C0582008101AA", 0x9000);
    assert_talk(card, TALK_PIN, "9000");
    assert_sw(card, "0087119C077C0582008101AA", 0x9000);
    ck_assert_uint_gt(talk(card, "00F99A00").size, 200);
    free(saved);
}
END_TEST

START_TEST(a_state_belongs_to_one_profile)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    SCOPED(vcard_destroy) struct vcard *other = talk_open("piv:short");
    struct saved *saved = save(card);

    assert_result(other->family->load(other, buf_bytes(&saved->buf)), RESULT_MALFORMED);
    assert_talk(other, "00200080", "63C3");
    free(saved);
}
END_TEST

START_TEST(a_cut_off_state_is_refused_and_changes_nothing)
{
    SCOPED(vcard_destroy) struct vcard *card = used_card();
    struct saved *saved = save(card), *after;

    for (size_t size = 0; size < saved->buf.size; size++)
        assert_result(card->family->load(card, bytes_make(saved->memory, size)), RESULT_MALFORMED);
    after = save(card);
    assert_bytes(buf_bytes(&after->buf), buf_bytes(&saved->buf));
    free(after);
    free(saved);
}
END_TEST

/* Where a changed byte makes a different but possible state (a serial number, an object's contents) it is
 * taken */
START_TEST(a_spoiled_state_never_breaks_the_card)
{
    SCOPED(vcard_destroy) struct vcard *card = used_card();
    SCOPED(vcard_destroy) struct vcard *victim = talk_open("piv");
    struct saved *saved = save(card);
    unsigned refused = 0;

    for (size_t i = 0; i < saved->buf.size; i++) {
        uint8_t kept = saved->memory[i];
        enum result result;

        saved->memory[i] = (uint8_t)(kept ^ (0x80 >> i % 8));
        result = victim->family->load(victim, buf_bytes(&saved->buf));
        ck_assert(result == RESULT_OK || result == RESULT_MALFORMED);
        refused += result == RESULT_MALFORMED;
        assert_sw(victim, TALK_SELECT, 0x9000);
        assert_talk(victim, "00FD0000", "0507029000");
        saved->memory[i] = kept;
    }
    ck_assert_uint_gt(refused, 300);
    free(saved);
}
END_TEST

/* Replaces the first occurrence of FIND by the equally long REPLACE; both in hexadecimal */
START_TEST(impossible_states_are_refused)
{
    static const struct {
        const char *find, *replace;
    } rows[] = {
        { "800101 8100", "800102 8100" },                           /* format */
        { "82 04 01", "82 04 81" },                                 /* serial number below zero */
        { "830A313233343536FFFF0302", "830A313233343536FFFF0304" }, /* more tries than there are */
        { "830A313233343536FFFF0302", "830A313233343536FFFF0000" }, /* none at all */
        { "85120802A0", "85120A02A0" },                             /* a cipher for other keys */
        { "85120802A0", "85120804A0" },                             /* touch policy */
        { "80059A06", "80059B06" },                                 /* no such slot */
        { "80059A06", "80059C06" },                                 /* a slot twice */
        { "80059A06", "80059A07" },                                 /* algorithm of another length */
        { "80059A06", "80059A03" },                                 /* no algorithm of keys */
        { "80059A06020101", "80059A06000101" },                     /* PIN policy */
        { "80059A06020101", "80059A06020001" },                     /* touch policy */
        { "80059A06020101", "80059A06020103" },                     /* origin */
        { "80035FC105", "80035FFF00" },                             /* an object twice */
        { "80035FC105", "800360C105" },                             /* no such object */
    };
    SCOPED(vcard_destroy) struct vcard *card = used_card();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct saved *saved = save(card);

        patch(saved, rows[i].find, rows[i].replace);
        assert_result(card->family->load(card, buf_bytes(&saved->buf)), RESULT_MALFORMED);
        free(saved);
    }
}
END_TEST

START_TEST(more_objects_than_fit_are_refused)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    struct saved *saved = save(card);
    struct buf grown = buf_make(malloc(VCARD_SAVED_MAX), VCARD_SAVED_MAX);
    size_t mark, part;
    struct bytes inside;

    assert_ok(tlv_find(buf_bytes(&saved->buf), 0x70, &inside));
    mark = tlv_begin(&grown, 0x70);
    buf_add(&grown, inside);
    for (uint32_t i = 0; i < 20; i++) {
        part = tlv_begin(&grown, 0xA7);
        tlv_add_header(&grown, 0x80, 3);
        buf_add_number(&grown, 0x5FC10D + i, 3);
        tlv_add_header(&grown, 0x81, 3000);
        buf_add_fill(&grown, 1, 3000);
        tlv_end(&grown, part);
    }
    tlv_end(&grown, mark);
    assert_ok(buf_check(&grown));
    assert_result(card->family->load(card, buf_bytes(&grown)), RESULT_MALFORMED);
    free(grown.data);
    free(saved);
}
END_TEST

START_TEST(a_small_place_to_save_is_an_error)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    uint8_t memory[100];
    struct buf small = BUF_OVER(memory);

    assert_result(card->family->save(card, &small), RESULT_TOO_LARGE);
}
END_TEST

UNIT_MAIN("vcard_piv_state", a_loaded_card_answers_like_the_saved_one, loaded_keys_still_work,
          a_state_belongs_to_one_profile, a_cut_off_state_is_refused_and_changes_nothing,
          a_spoiled_state_never_breaks_the_card, impossible_states_are_refused,
          more_objects_than_fit_are_refused, a_small_place_to_save_is_an_error)
