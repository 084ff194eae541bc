/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_state.h"

#include "asn1/tlv.h"
#include "tests/unit/rutoken_talk.h"
#include "tests/unit/vcard_saved.h"

#define GOST(ref, size, kind)                                                                                \
    "00E00000 27 6F25 8002" size " 82021000 830200" ref " 8506" kind "2001AA0000 " RUTOKEN_SECURITY_KEY

/* A card with keys of each kind, a file and counted tries; the user's PIN is 654321 */
static struct vcard *used_card(void)
{
    struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, RUTOKEN_CREATE_RSA512("05"), "0046800500", GOST("06", "0020", "03"),
                GOST("06", "0040", "13"), "0046800600", GOST("07", "0040", "43"), GOST("07", "0080", "53"),
                "0046800700", GOST("08", "0020", "03"), "00A40000 02 3F00",
                "00E00000 1F 6F1D 80020004 82020100 83024000 " RUTOKEN_SECURITY_FREE, "00D60000 04 DEADBEEF",
                "00240102 0C 80020006 A506 363534333231", RUTOKEN_LOGOUT);
    assert_talk(card, "00200001 01 30", "6300");
    return card;
}

START_TEST(a_loaded_card_is_the_saved_one)
{
    SCOPED(vcard_destroy) struct vcard *card = used_card();
    SCOPED(vcard_destroy) struct vcard *copy = rutoken_open("rutoken");
    struct saved *saved = save(card), *again;

    assert_ok(copy->family->load(copy, buf_bytes(&saved->buf)));
    again = save(copy);
    assert_bytes(buf_bytes(&again->buf), buf_bytes(&saved->buf));
    assert_talk(copy, "00200001", "63C9");
    RUTOKEN_SAY(copy, "00200002 06 363534333231", "00A40800 02 4000");
    assert_talk(copy, "00B0000004", "DEADBEEF9000");
    RUTOKEN_SAY(copy, RUTOKEN_SELECT_PRIVATE("06"), "002241B603840106");
    ck_assert_uint_eq(
        talk(copy, "002A9E9A 20 0102030405060708091011121314151617181920212223242526272829303132 00").size,
        66);
    free(again);
    free(saved);
}
END_TEST

START_TEST(loading_logs_out)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    struct saved *saved = save(card);

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, "00A40800 02 2F00");
    assert_ok(card->family->load(card, buf_bytes(&saved->buf)));
    assert_talk(card, "00200002", "63CA");
    assert_talk(card, "00B0000001", "6986");
    free(saved);
}
END_TEST

START_TEST(a_card_between_format_begin_and_end_is_saved_as_such)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    SCOPED(vcard_destroy) struct vcard *copy = rutoken_open("rutoken");
    struct saved *saved;

    RUTOKEN_SAY(card, "808A0000");
    saved = save(card);
    assert_ok(copy->family->load(copy, buf_bytes(&saved->buf)));
    RUTOKEN_SAY(copy, "00E00000 1F 6F1D 80020010 82023800 83023F00 " RUTOKEN_SECURITY_FREE, "80844E19");
    free(saved);
}
END_TEST

START_TEST(a_state_belongs_to_one_profile)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    SCOPED(vcard_destroy) struct vcard *other = rutoken_open("rutoken:sc-t1");
    struct saved *saved = save(card);

    assert_result(other->family->load(other, buf_bytes(&saved->buf)), RESULT_MALFORMED);
    assert_talk(other, "00200002", "63CA");
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

/* Where a changed byte makes a different but possible state (a serial number, a file's contents) it is taken
 */
START_TEST(a_spoiled_state_never_breaks_the_card)
{
    SCOPED(vcard_destroy) struct vcard *card = used_card();
    SCOPED(vcard_destroy) struct vcard *victim = rutoken_open("rutoken");
    struct saved *saved = save(card);
    unsigned refused = 0;

    for (size_t i = 0; i < saved->buf.size; i++) {
        uint8_t kept = saved->memory[i];
        enum result result;

        saved->memory[i] = (uint8_t)(kept ^ (0x80 >> i % 8));
        result = victim->family->load(victim, buf_bytes(&saved->buf));
        ck_assert(result == RESULT_OK || result == RESULT_MALFORMED);
        refused += result == RESULT_MALFORMED;
        assert_sw(victim, "00CA018100", 0x9000);
        talk(victim, RUTOKEN_SELECT_PRIVATE("05"));
        talk(victim, "0020000206363534333231");
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
        { "800101 8100", "800102 8100" },                   /* format */
        { "830100", "830102" },                             /* neither formatting nor not */
        { "3F00 38 00 0000", "3F01 38 00 0000" },           /* an MF with another name */
        { "3F00 38 00 0000", "3F00 01 00 0000" },           /* an MF that is none */
        { "3F00 38 00 0000", "3F00 38 01 0000" },           /* a filled folder */
        { "2F00 01 00 0080", "2F00 01 00 0081" },           /* another size */
        { "2F00 01 00 0080", "1000 01 00 0080" },           /* a name twice */
        { "2F00 01 00 0080", "2F00 02 00 0080" },           /* no such type */
        { "0001 10 01 0008 01", "0003 10 01 0008 01" },     /* a third PIN */
        { "0001 10 01 0008 0106", "0001 10 01 0008 0109" }, /* shorter than the shortest */
        { "010601A9", "010601AB" },                         /* more tries than there are */
        { "0002 10 01 0006 0106", "0002 10 01 0006 2306" }, /* a key among the PINs */
        { "0005 10 01 00A8 23", "0005 10 01 00A8 33" },     /* a public half among private ones */
        { "0005 10 01 00A8 23", "0005 10 00 00A8 23" },     /* empty and yet not */
        { "0006 10 01 0020 0320", "0006 10 01 0020 0310" }, /* a set without a curve */
        { "0006 10 01 0020 03", "0006 10 01 0020 43" },     /* of another size */
        { "0008 10 00 0020 03", "0006 10 00 0020 03" },     /* a key twice */
        { "0008 10 00 0020 03", "0008 10 01 0020 03" },     /* a key of zeros */
        { "4000 01 00 0004 00", "4000 01 00 0004 01" },     /* a property of what has none */
        { "4000 01 00 0004", "4000 01 01 0004" },
        { "4000 01 00 0004", "3F00 01 00 0004" },
    };
    SCOPED(vcard_destroy) struct vcard *card = used_card();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct saved *saved = save(card);

        patch(saved, rows[i].find, rows[i].replace);
        ck_assert_msg(card->family->load(card, buf_bytes(&saved->buf)) == RESULT_MALFORMED, "row %zu", i);
        free(saved);
    }
}
END_TEST

/* Folders in folders, deeper than any card makes them */
START_TEST(a_state_as_deep_as_a_well_is_refused)
{
    static const char facts[] = "801B 4000 38 00 0010 000000000000 430000000000000000000000000000";
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    struct saved *saved = calloc(1, sizeof(*saved)), *inner = calloc(1, sizeof(*inner));
    static struct talk_memory memory;
    struct bytes folder = talk_hex(&memory, facts);

    ck_assert(saved != NULL && inner != NULL);
    saved->buf = BUF_OVER(saved->memory);
    inner->buf = BUF_OVER(inner->memory);
    for (size_t i = 0; i < 5000; i++) {
        size_t size = inner->buf.size + folder.size;

        memmove(inner->memory + folder.size + 5, inner->memory, inner->buf.size);
        inner->buf.size = 0;
        buf_add(&inner->buf, BYTES_LIT(0xA6, 0x83));
        buf_add_number(&inner->buf, size, 3);
        if (i == 4999)
            memory.bytes[2] = 0x3F;
        buf_add(&inner->buf, folder);
        inner->buf.size = size + 5;
    }
    tlv_add_header(&saved->buf, 0x70, 3 + 2 + 10 + 3 + inner->buf.size);
    buf_add(&saved->buf, BYTES_LIT(0x80, 1, 1, 0x81, 0, 0x82, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0x83, 1, 0));
    buf_add(&saved->buf, buf_bytes(&inner->buf));
    assert_result(card->family->load(card, buf_bytes(&saved->buf)), RESULT_MALFORMED);
    free(inner);
    free(saved);
}
END_TEST

START_TEST(a_small_place_to_save_is_an_error)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    uint8_t memory[100];
    struct buf small = BUF_OVER(memory);

    assert_result(card->family->save(card, &small), RESULT_TOO_LARGE);
}
END_TEST

UNIT_MAIN("vcard_rutoken_state", a_loaded_card_is_the_saved_one, loading_logs_out,
          a_card_between_format_begin_and_end_is_saved_as_such, a_state_belongs_to_one_profile,
          a_cut_off_state_is_refused_and_changes_nothing, a_spoiled_state_never_breaks_the_card,
          impossible_states_are_refused, a_state_as_deep_as_a_well_is_refused,
          a_small_place_to_save_is_an_error)
