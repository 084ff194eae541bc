/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Rutoken driver word by word, with answers that cards in the field have given and some that none should
 * give. */
#include <string.h>

#include "pcsc/cards.h"
#include "pcsc/probe.h"
#include "tests/script/script.h"
#include "tests/unit/unit.h"

#define ATR_DS "\x3B\x8B\x01Rutoken DS \xC1"
#define NO_PKCS15 "> 00A40800 04 50005032 00\n< 6A82\n"
#define SERIAL "> 00CA0181 00\n< 000000001A2B3C4D 9000\n"
#define STATUS "> 00200002\n< 63CA\n"
#define OPEN NO_PKCS15 SERIAL NO_PKCS15 STATUS

static struct bench {
    struct channel *channel;
    struct card *card;
    struct card_info info;
    struct card_item item;
    uint8_t answer[512];
} bench;

static void up(const char *atr, size_t size)
{
    assert_ok(card_new(&card_rutoken, bench.channel, bytes_make(atr, size), NULL, 0, &bench.card));
}

static void play(const char *text)
{
    enum result result = script_open(text, &bench.channel);

    assert_ok(result);
    up(ATR_DS, sizeof(ATR_DS) - 1);
}

static void open_card(void)
{
    assert_ok(card_rutoken.recognise(bench.card));
    assert_ok(card_rutoken.open(bench.card, &bench.info));
}

static void down(void)
{
    ck_assert_str_eq(script_verdict(bench.channel), "");
    card_free(&bench.card);
    script_close(&bench.channel);
}

static enum result verify(enum card_role role, const char *text, int *tries)
{
    SCOPED(secret_free) struct secret *pin = NULL;

    TRY(secret_new(bytes_text(text), &pin));
    return card_rutoken.verify_pin(bench.card, role, pin, tries);
}

static enum result first_key(struct card_cursor *cursor)
{
    const struct card_query query = { .kinds = CARD_KEY };

    return card_rutoken.list(bench.card, &query, cursor, &bench.item);
}

START_TEST(the_atr_decides_and_what_a_card_answers_to_select_does_not)
{
    static const struct {
        const char *atr;
        size_t size;
        bool known;
    } rows[] = {
        { "\x3B\x8B\x01Rutoken ECP\xA0", 15, true },
        { "\x3B\x8B\x01Rutoken DS \xC1", 15, true },
        { "\x3B\x9C\x96\x00RutokenECPsc", 16, true },
        { "\x3B\x9C\x01\x02RutokenECPsc", 16, true },
        { "\x3B\x9C\x94\x80\x11\x40RutokenECPsc\xC3", 19, true },
        { "\x3B\x9C\x94\x80\x11\x40RutokenECPsc\x00", 19, true },
        { "\x3B\x88\x80\x01RtSC\x77\x81\x83\x20\x6A", 13, true },
        { "\x3B\x8B\x01Rutokenlite\xC2", 15, true },
        { "\x3B\x9E\x96\x00RutokenLiteSC2", 18, true },
        { "\x3B\x6F\x00\xFF\x00\x56\x72\x75\x54\x6F\x6B\x6E\x73\x30\x20\x00\x00\x90\x00", 19, false },
        { "\x3B\x8B\x01Rutoken ECP\xA1", 15, false },
        { "\x3B\x8B\x01Rutoken EC", 13, false },
        { "", 0, false },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_ok(script_open(rows[i].known ? NO_PKCS15 : "", &bench.channel));
        up(rows[i].atr, rows[i].size);
        assert_result(card_rutoken.recognise(bench.card), rows[i].known ? RESULT_OK : RESULT_NOT_FOUND);
        down();
    }
}
END_TEST

START_TEST(a_broken_way_to_the_card_is_not_another_card)
{
    play("> 00A40800 04 50005032 00\n! removed\n");
    assert_result(card_rutoken.recognise(bench.card), RESULT_CARD_REMOVED);
    down();
    play(NO_PKCS15 "> 00CA0181 00\n! transport\n");
    assert_ok(card_rutoken.recognise(bench.card));
    assert_result(card_rutoken.open(bench.card, &bench.info), RESULT_TRANSPORT);
    down();
}
END_TEST

START_TEST(a_token_of_delivery_is_named_by_its_number_and_its_model)
{
    play(OPEN);
    open_card();
    ck_assert_str_eq(bench.info.serial, "1a2b3c4d");
    ck_assert_str_eq(bench.info.label, "Rutoken ECP");
    ck_assert_str_eq(bench.info.manufacturer, "Aktiv Co.");
    ck_assert_int_eq(bench.info.user.tries_left, 10);
    ck_assert(bench.info.pin_initialized);
    down();
    play(NO_PKCS15 "> 00CA0181 00\n< 0102030405060708 9000\n" NO_PKCS15 STATUS);
    open_card();
    ck_assert_str_eq(bench.info.serial, "0102030405060708");
    down();
}
END_TEST

START_TEST(a_number_of_another_length_is_no_number)
{
    play(NO_PKCS15 "> 00CA0181 00\n< 1A2B3C4D 9000\n");
    assert_ok(card_rutoken.recognise(bench.card));
    assert_result(card_rutoken.open(bench.card, &bench.info), RESULT_MALFORMED);
    down();
}
END_TEST

START_TEST(contents_with_another_number_are_not_this_tokens)
{
    play("> 00A40800 04 50005032 00\n< 6F0C 80020013 82020100 83025032 9000\n" SERIAL
         "> 00B00000 13\n< 3011 020100 0408 9999999999999999 03020410 9000\n"
         "> 00A40800 04 50005032 00\n< 6F0C 80020019 82020100 83025032 9000\n"
         "> 00B00000 19\n< 3017 020100 0408 000000001A2B3C4D 800452696E67 03020410 9000\n" STATUS);
    open_card();
    ck_assert_str_eq(bench.info.label, "Ring");
    down();
}
END_TEST

START_TEST(a_select_that_ends_elsewhere_is_not_believed)
{
    struct card_cursor cursor = { 0 };

    play(OPEN "> 00A40800 04 50006002 00\n< 6F0C 80020100 82020100 83026001 9000\n"
              "> 00A40800 06 100010006002 00\n< 6A82\n");
    open_card();
    assert_result(first_key(&cursor), RESULT_NOT_FOUND);
    down();
}
END_TEST

START_TEST(a_refusal_without_a_number_is_asked_for_it)
{
    int tries;

    play(OPEN "> 00200002 04 31323334\n< 6300\n> 00200002\n< 63C4\n"
              "> 00200002 04 31323334\n< 63C3\n"
              "> 00200002 04 31323334\n< 6300\n> 00200002\n< 63C0\n"
              "> 00200002 04 31323334\n< 6983\n");
    open_card();
    assert_result(verify(CARD_USER, "1234", &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 4);
    assert_result(verify(CARD_USER, "1234", &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 3);
    assert_result(verify(CARD_USER, "1234", &tries), RESULT_PIN_BLOCKED);
    ck_assert_int_eq(tries, 0);
    assert_result(verify(CARD_USER, "1234", &tries), RESULT_PIN_BLOCKED);
    down();
}
END_TEST

START_TEST(a_pin_is_presented_once_more_only_if_the_card_has_not_looked_at_it)
{
    int tries;

    play(OPEN "> 00200002 04 31323334\n< 6F86\n> 80400000\n< 9000\n> 00200002 04 31323334\n< 6F86\n"
              "> 00200002 04 31323334\n< 6F00\n> 00200002 04 31323334\n< 6D00\n> 00200002 04 31323334\n< 6A89\n");
    open_card();
    assert_result(verify(CARD_USER, "1234", &tries), RESULT_WRONG_STATE);
    assert_result(verify(CARD_USER, "1234", &tries), RESULT_CARD_FAILURE);
    /* a card that counts a try and says that it does not know the command gets no second one */
    assert_result(verify(CARD_USER, "1234", &tries), RESULT_WRONG_STATE);
    assert_result(verify(CARD_USER, "1234", &tries), RESULT_REFUSED);
    down();
}
END_TEST

START_TEST(who_proves_to_be_the_security_officer_keeps_no_rights)
{
    int tries;

    play(OPEN "> 00200001 08 3837363534333231\n< 9000\n> 80400000\n< 9000\n");
    open_card();
    assert_ok(verify(CARD_SO, "87654321", &tries));
    down();
}
END_TEST

START_TEST(a_reset_after_a_pin_that_was_not_looked_at_does_not_have_it_presented_again)
{
    SCOPED(secret_free) struct secret *pin = NULL;
    int tries;

    play(OPEN "> 00200001\n< 63CA\n> 00200001 08 3837363534333231\n< 6984\n> 00A40800 02 5000 00\n! reset\n");
    open_card();
    assert_ok(secret_new(bytes_text("87654321"), &pin));
    assert_result(card_rutoken.format(bench.card, pin, "", &tries), RESULT_TRANSPORT);
    down();
}
END_TEST

START_TEST(files_that_go_in_circles_come_to_an_end)
{
    const struct card_query query = { .kinds = CARD_KEY };
    struct card_cursor cursor = { 0 };
    static char text[65536];

    strcpy(text,
           OPEN "> 00A40800 04 50006002 00\n< 6A82\n> 00A40800 06 100010006002 00\n< 6F04 83026002 9000\n"
                "> 00A40000 00\n< 6F04 83020101 9000\n");
    for (int i = 0; i < 511; i++)
        strcat(text, "> 00A40002 02 0101 00\n< 6F04 83020101 9000\n");
    play(text);
    open_card();
    assert_result(card_rutoken.list(bench.card, &query, &cursor, &bench.item), RESULT_NOT_FOUND);
    down();
}
END_TEST

START_TEST(a_live_tokens_gost_signature_word_by_word)
{
    struct card_cursor cursor = { 0 };
    struct buf out = BUF_OVER(bench.answer);
    uint8_t digest[32], expected[64] = { 4 };
    struct card_key key;
    int tries;

    for (size_t i = 0; i < sizeof(digest); i++)
        digest[i] = (uint8_t)(i + 1);
    expected[31] = 3;
    expected[32] = 2;
    expected[63] = 1;
    assert_ok(script_open_file("rutoken/sign-gost.apdu", &bench.channel));
    up(ATR_DS, sizeof(ATR_DS) - 1);
    open_card();
    assert_ok(first_key(&cursor));
    key = bench.item.key;
    ck_assert_int_eq(key.public_key.kind, KEY_GOST256);
    ck_assert_uint_eq(key.reference, 7);
    assert_result(first_key(&cursor), RESULT_NOT_FOUND);
    assert_ok(verify(CARD_USER, "12345678", &tries));
    assert_ok(card_rutoken.sign(bench.card, &key, CARD_CAN_GOST, BYTES_OF(digest), &out));
    assert_bytes(buf_bytes(&out), BYTES_OF(expected));
    assert_ok(card_rutoken.logout(bench.card));
    down();
}
END_TEST

START_TEST(an_rsa_key_signs_and_deciphers_word_by_word)
{
    const struct card_query query = { .kinds = CARD_KEY, .id = BYTES_LIT(0x45) };
    struct card_cursor cursor = { 0 };
    struct buf out = BUF_OVER(bench.answer);
    uint8_t block[128];
    struct card_key key;

    memset(block, 0x5A, sizeof(block));
    block[0] = 0x00;
    block[127] = 0xAB;
    assert_ok(script_open_file("rutoken/sign-rsa1024.apdu", &bench.channel));
    up(ATR_DS, sizeof(ATR_DS) - 1);
    assert_ok(card_rutoken.list(bench.card, &query, &cursor, &bench.item));
    key = bench.item.key;
    ck_assert_str_eq(key.label, "made");
    ck_assert_uint_eq(pubkey_bits(&key.public_key), 1024);
    ck_assert_uint_eq(pubkey_modulus(&key.public_key).data[0], 0xC7);
    ck_assert_uint_eq(key.uses, CARD_USE_SIGN);
    assert_ok(card_rutoken.sign(bench.card, &key, CARD_CAN_RSA_RAW, BYTES_OF(block), &out));
    ck_assert_uint_eq(out.size, 128);
    ck_assert_uint_eq(out.data[0], 2);
    ck_assert_uint_eq(out.data[127], 1);
    buf_clear(&out);
    assert_ok(card_rutoken.decipher(bench.card, &key, CARD_CAN_RSA_RAW, BYTES_OF(block), &out));
    ck_assert_uint_eq(out.data[0], 4);
    ck_assert_uint_eq(out.data[127], 3);
    down();
}
END_TEST

START_TEST(a_signature_of_another_length_is_none)
{
    const struct card_key key = { .reference = 7, .can = CARD_CAN_GOST };
    struct buf out = BUF_OVER(bench.answer);
    uint8_t digest[32] = { 0 };

    play("> 00A40800 08 1000100060020007 00\n< 6F04 83020007 9000\n> 002241B6 03 840107\n< 9000\n"
         "> 002A9E9A 20 00*32 40\n< 00*63 9000\n");
    assert_result(card_rutoken.sign(bench.card, &key, CARD_CAN_GOST, BYTES_OF(digest), &out),
                  RESULT_MALFORMED);
    ck_assert_uint_eq(out.size, 0);
    down();
}
END_TEST

START_TEST(what_nobody_has_confirmed_is_not_sent)
{
    const struct card_key key = { .reference = 7, .can = CARD_CAN_GOST };
    const struct card_agreement with = { .how = CARD_CAN_VKO, .point = BYTES_NONE, .ukm = BYTES_NONE };
    struct buf out = BUF_OVER(bench.answer);

    play("");
    assert_result(card_rutoken.agree(bench.card, &key, &with, &out), RESULT_UNSUPPORTED);
    down();
}
END_TEST

UNIT_MAIN("card_rutoken", the_atr_decides_and_what_a_card_answers_to_select_does_not,
          a_broken_way_to_the_card_is_not_another_card,
          a_token_of_delivery_is_named_by_its_number_and_its_model, a_number_of_another_length_is_no_number,
          contents_with_another_number_are_not_this_tokens, a_select_that_ends_elsewhere_is_not_believed,
          a_refusal_without_a_number_is_asked_for_it,
          a_pin_is_presented_once_more_only_if_the_card_has_not_looked_at_it,
          who_proves_to_be_the_security_officer_keeps_no_rights,
          a_reset_after_a_pin_that_was_not_looked_at_does_not_have_it_presented_again, files_that_go_in_circles_come_to_an_end,
          a_live_tokens_gost_signature_word_by_word, an_rsa_key_signs_and_deciphers_word_by_word,
          a_signature_of_another_length_is_none, what_nobody_has_confirmed_is_not_sent)
