/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIV driver word by word: the management key, and writing objects to cards that stop in the middle. */
#include "asn1/tlv.h"
#include "pcsc/inflate.h"
#include "tests/unit/piv_bench.h"

#define KEY_24 "010203040506070801020304050607080102030405060708"
#define KEY_16 "01020304050607080102030405060708"
#define METADATA_3DES "> 00F7009B 00\n< 010103 02020001 050101 9000\n"
#define WITNESS_3DES "> 0087039B 04 7C02 8000 00\n< 7C0A 8008 0102030405060708 9000\n"
#define PROOF_3DES "> 0087039B 18 7C16 8008 ??*8 8108 ??*8 8200 00\n"

START_TEST(a_wrong_management_key_is_wrong_in_each_cards_words)
{
    static const char *const words[] = { "< 6982\n", "< 6A80\n" };

    for (size_t i = 0; i < 2; i++) {
        bench_say(OPEN_YUBICO METADATA_3DES WITNESS_3DES PROOF_3DES);
        bench_say(words[i]);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(bench_authenticate(KEY_24), RESULT_PIN_WRONG);
        bench_down();
    }
}
END_TEST

START_TEST(a_card_that_cannot_prove_that_it_knows_the_key_is_refused)
{
    static const struct {
        const char *answer;
        enum result expected;
    } rows[] = {
        { "< 7C0A 8208 0000000000000000 9000\n", RESULT_REFUSED },
        { "< 7C09 8207 00000000000000 9000\n", RESULT_REFUSED },
        { "< 7C02 8200 9000\n", RESULT_REFUSED },
        { "< 7C00 9000\n", RESULT_MALFORMED },
        { "< 9000\n", RESULT_MALFORMED },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench_say(OPEN_YUBICO METADATA_3DES WITNESS_3DES PROOF_3DES);
        bench_say(rows[i].answer);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(bench_authenticate(KEY_24), rows[i].expected);
        bench_down();
    }
}
END_TEST

START_TEST(a_witness_of_another_length_is_malformed)
{
    bench_open(OPEN_YUBICO METADATA_3DES "> 0087039B 04 7C02 8000 00\n< 7C12 8010 11*16 9000\n", ATR_PLAIN);
    assert_result(bench_authenticate(KEY_24), RESULT_MALFORMED);
    bench_down();
}
END_TEST

START_TEST(the_cipher_is_the_one_that_metadata_names)
{
    bench_open(OPEN_YUBICO
               "> 00F7009B 00\n< 010108 9000\n> 0087089B 04 7C02 8000 00\n< 7C12 8010 11*16 9000\n"
               "> 0087089B 28 7C26 8010 ??*16 8110 ??*16 8200 00\n< 6982\n"
               "> 00F7009B 00\n< 01010A 9000\n> 00870A9B 04 7C02 8000 00\n< 6A86\n"
               "> 00F7009B 00\n< 01010C 9000\n> 00F7009B 00\n< 010177 9000\n",
               ATR_PLAIN);
    assert_result(bench_authenticate(KEY_16), RESULT_PIN_WRONG);
    assert_result(bench_authenticate(KEY_24), RESULT_WRONG_STATE);
    /* AES-256 wants another length; 77 is nothing that is known. */
    assert_result(bench_authenticate(KEY_24), RESULT_PIN_LENGTH);
    assert_result(bench_authenticate(KEY_24), RESULT_UNSUPPORTED);
    bench_down();
}
END_TEST

START_TEST(without_metadata_the_length_tells_the_cipher_and_24_bytes_are_tried_as_both)
{
    bench_open(OPEN_NIST
               "> 0087089B 04 7C02 8000 00\n< 6A86\n"
               "> 0087039B 04 7C02 8000 00\n< 6A86\n> 00870A9B 04 7C02 8000 00\n< 7C12 8010 11*16 9000\n"
               "> 00870A9B 28 7C26 8010 ??*16 8110 ??*16 8200 00\n< 6982\n",
               ATR_PLAIN);
    assert_result(bench_authenticate(KEY_16), RESULT_WRONG_STATE);
    assert_result(bench_authenticate(KEY_24), RESULT_PIN_WRONG);
    bench_down();
}
END_TEST

START_TEST(a_key_behind_the_pin_is_looked_for_where_the_flag_says_and_where_no_flag_can_be)
{
    static const struct {
        const char *talk;
        enum result expected;
    } rows[] = {
        /* the flag says no: nothing else is read */
        { "> 00CB3FFF 05 5C035FFF00 00\n< 5305 8003 810100 9000\n", RESULT_NOT_AUTHENTICATED },
        { "> 00CB3FFF 05 5C035FFF00 00\n< 5305 8003 810101 9000\n", RESULT_NOT_AUTHENTICATED },
        /* it says yes: found; absent; not readable; not a key */
        { "> 00CB3FFF 05 5C035FFF00 00\n< 5305 8003 810102 9000\n"
          "> 00CB3FFF 05 5C035FC109 00\n< 531C 881A 8918 01*24 9000\n" METADATA_3DES WITNESS_3DES PROOF_3DES
          "< 6982\n",
          RESULT_PIN_WRONG },
        { "> 00CB3FFF 05 5C035FFF00 00\n< 5305 8003 810103 9000\n> 00CB3FFF 05 5C035FC109 00\n< 6A82\n",
          RESULT_NOT_AUTHENTICATED },
        { "> 00CB3FFF 05 5C035FFF00 00\n< 5305 8003 810102 9000\n> 00CB3FFF 05 5C035FC109 00\n< 6982\n",
          RESULT_NOT_AUTHENTICATED },
        { "> 00CB3FFF 05 5C035FFF00 00\n< 5305 8003 810102 9000\n> 00CB3FFF 05 5C035FC109 00\n< 5304 "
          "01024D65 9000\n",
          RESULT_NOT_AUTHENTICATED },
        /* CanoKey has no place for the flag */
        { "> 00CB3FFF 05 5C035FFF00 00\n< 6A82\n"
          "> 00CB3FFF 05 5C035FC109 00\n< 531F 881D 810101 8918 01*24 9000\n" METADATA_3DES WITNESS_3DES
              PROOF_3DES "< 6A80\n",
          RESULT_PIN_WRONG },
        { "> 00CB3FFF 05 5C035FFF00 00\n! reset\n", RESULT_CARD_RESET },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench_say(OPEN_YUBICO);
        bench_say(rows[i].talk);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(bench_authenticate(NULL), rows[i].expected);
        bench_down();
    }
}
END_TEST

START_TEST(the_card_must_have_the_command_to_change_a_management_key)
{
    bench_open(OPEN_NIST, ATR_PLAIN);
    assert_result(bench_change(CARD_SO, KEY_24, KEY_24), RESULT_UNSUPPORTED);
    bench_down();
}
END_TEST

/* Objects. The certificate is 400 bytes: a chain of two parts. */

static struct buf contents_of(struct bytes value, uint8_t info)
{
    static uint8_t memory[4096];
    struct buf contents = BUF_OVER(memory);

    tlv_add(&contents, 0x70, value);
    tlv_add_byte(&contents, 0x71, info);
    tlv_add(&contents, 0xFE, BYTES_NONE);
    return contents;
}

/* PUT DATA of CONTENTS in short parts; LAST answers the last part that is sent, PARTS (0: all of them). */
static void say_put(struct bytes contents, size_t parts, const char *last)
{
    static uint8_t memory[8192];
    struct buf body = BUF_OVER(memory);
    struct bytes rest;
    size_t sent = 0;

    tlv_add(&body, 0x5C, BYTES_LIT(0x5F, 0xC1, 0x05));
    tlv_add(&body, 0x53, contents);
    for (rest = buf_bytes(&body); rest.size > 0; rest = bytes_from(rest, 255)) {
        struct bytes part = bytes_slice(rest, 0, 255);
        uint8_t size = (uint8_t)part.size;
        bool final = rest.size <= 255 || ++sent == parts;
        bench_say(rest.size > 255 ? "> 10DB3FFF " : "> 00DB3FFF ");
        bench_say_hex(bytes_make(&size, 1));
        bench_say(" ");
        bench_say_hex(part);
        bench_say("\n< ");
        bench_say(final ? last : "9000");
        bench_say("\n");
        if (final)
            return;
    }
}

static enum result store(struct bytes der, bool replace)
{
    struct card_item item = { .kind = CARD_CERT, .cert = { .id = { 1 }, .id_size = 1 } };

    bench.card->link.extended_fails = true;
    return card_piv.store(bench.card, &item, der, replace);
}

#define GET_9A "> 00CB3FFF 05 5C035FC105 00\n"

static struct bytes der(void)
{
    return vector_load("asn1/p256.crt", &bench.vector);
}

START_TEST(a_truncated_object_is_replaced_by_what_was_there_before)
{
    uint8_t small[1024];
    struct buf packed = BUF_OVER(small), contents;

    assert_ok(inflate_pack(der(), &packed));
    bench_say(OPEN_YUBICO GET_9A "< 5307 7003 300101 FE00 9000\n");
    contents = contents_of(der(), 0);
    say_put(buf_bytes(&contents), 1, "6700");
    say_put(BYTES_LIT(0x70, 0x03, 0x30, 0x01, 0x01, 0xFE, 0x00), 0, "9000");
    /* Too long as it is; packed it may fit. */
    contents = contents_of(buf_bytes(&packed), 1);
    say_put(buf_bytes(&contents), 0, "9000");
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(store(der(), true));
    bench_down();
}
END_TEST

START_TEST(a_truncated_object_is_deleted_where_nothing_was_before)
{
    static const struct {
        const char *word;
        enum result expected;
    } rows[] = { { "6581", RESULT_CARD_FAILURE },
                 { "6F00", RESULT_CARD_FAILURE },
                 { "6A80", RESULT_REFUSED } };

    for (size_t i = 0; i < 3; i++) {
        struct buf contents = contents_of(der(), 0);
        bench_say(OPEN_YUBICO GET_9A "< 6A82\n");
        say_put(buf_bytes(&contents), 0, rows[i].word);
        say_put(BYTES_NONE, 0, "9000");
        bench_open(bench.text, ATR_PLAIN);
        assert_result(store(der(), false), rows[i].expected);
        bench_down();
    }
}
END_TEST

START_TEST(what_cannot_be_put_back_is_deleted)
{
    struct buf contents = contents_of(der(), 0);

    bench_say(OPEN_YUBICO GET_9A "< 5307 7003 300101 FE00 9000\n");
    say_put(buf_bytes(&contents), 2, "6581");
    say_put(BYTES_LIT(0x70, 0x03, 0x30, 0x01, 0x01, 0xFE, 0x00), 0, "6A84");
    say_put(BYTES_NONE, 0, "9000");
    bench_open(bench.text, ATR_PLAIN);
    assert_result(store(der(), true), RESULT_CARD_FAILURE);
    bench_down();
}
END_TEST

START_TEST(a_refusal_before_anything_was_written_is_not_undone)
{
    struct buf contents = contents_of(der(), 0);

    bench_say(OPEN_YUBICO GET_9A "< 6A82\n");
    say_put(buf_bytes(&contents), 1, "6982");
    bench_open(bench.text, ATR_PLAIN);
    assert_result(store(der(), false), RESULT_NOT_AUTHENTICATED);
    bench_down();
}
END_TEST

START_TEST(a_write_that_broke_on_the_way_is_left_to_the_caller)
{
    struct buf contents = contents_of(der(), 0);

    bench_say(OPEN_YUBICO GET_9A "< 6A82\n");
    say_put(buf_bytes(&contents), 1, "9000");
    bench_say("> 00DB3FFF ");
    bench_say("A3 ??*163\n! transport\n");
    bench_open(bench.text, ATR_PLAIN);
    assert_result(store(der(), false), RESULT_TRANSPORT);
    bench_down();
}
END_TEST

START_TEST(an_object_that_the_card_has_no_place_for_is_unsupported)
{
    struct buf contents = contents_of(der(), 0);

    bench_say(OPEN_YUBICO GET_9A "< 6A82\n");
    say_put(buf_bytes(&contents), 1, "6A82");
    bench_open(bench.text, ATR_PLAIN);
    assert_result(store(der(), false), RESULT_UNSUPPORTED);
    bench_down();
}
END_TEST

START_TEST(an_old_object_that_must_stay_stays)
{
    bench_open(OPEN_YUBICO GET_9A "< 5303 700101 9000\n", ATR_PLAIN);
    assert_result(store(der(), false), RESULT_EXISTS);
    bench_down();
}
END_TEST

START_TEST(an_object_that_cannot_be_read_may_be_one_that_must_stay)
{
    static const struct {
        const char *word;
        enum result expected;
    } rows[] = { { "< 6F00\n", RESULT_CARD_FAILURE },
                 { "< 6581\n", RESULT_CARD_FAILURE },
                 { "< 6982\n", RESULT_NOT_AUTHENTICATED },
                 { "< 6985\n", RESULT_NOT_ALLOWED },
                 { "< 6110\n> 00C00000 10\n< 6110\n", RESULT_MALFORMED } };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench_say(OPEN_YUBICO GET_9A);
        bench_say(rows[i].word);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(store(der(), false), rows[i].expected);
        bench_down();
    }
}
END_TEST

UNIT_MAIN("card_piv_admin", a_wrong_management_key_is_wrong_in_each_cards_words,
          a_card_that_cannot_prove_that_it_knows_the_key_is_refused, a_witness_of_another_length_is_malformed,
          the_cipher_is_the_one_that_metadata_names,
          without_metadata_the_length_tells_the_cipher_and_24_bytes_are_tried_as_both,
          a_key_behind_the_pin_is_looked_for_where_the_flag_says_and_where_no_flag_can_be,
          the_card_must_have_the_command_to_change_a_management_key,
          a_truncated_object_is_replaced_by_what_was_there_before,
          a_truncated_object_is_deleted_where_nothing_was_before, what_cannot_be_put_back_is_deleted,
          a_refusal_before_anything_was_written_is_not_undone,
          a_write_that_broke_on_the_way_is_left_to_the_caller,
          an_object_that_the_card_has_no_place_for_is_unsupported, an_old_object_that_must_stay_stays,
          an_object_that_cannot_be_read_may_be_one_that_must_stay)
