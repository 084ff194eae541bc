/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIV driver word by word: what is found on cards that tell it in their own ways. */
#include "tests/unit/piv_objects.h"

/* Public points for answers; nobody looks whether they are on the curve. */
#define POINT_P256                                                                                           \
    "04 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"                                    \
    "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"

#define METADATA_9A "> 00F7009A 000000\n"
#define METADATA_9C "> 00F7009C 000000\n"
#define METADATA_9E "> 00F7009E 000000\n"

START_TEST(a_card_where_another_application_is_selected_says_so)
{
    /* The second two may also be about the extended form. */
    static const char *const words[] = { "< 6986\n", "< 6D00\n", "< 6E00\n" };

    for (size_t i = 0; i < 3; i++) {
        bench_say(OPEN_NIST GET_9A);
        bench_say(words[i]);
        bench_say(i > 0 ? GET_9A_SHORT : "");
        bench_say(i > 0 ? words[i] : "");
        bench_open(bench.text, ATR_PLAIN);
        assert_result(bench_list(CARD_CERT, 1), RESULT_WRONG_STATE);
        bench_down();
        bench_say(OPEN_YUBICO METADATA_9A);
        bench_say(words[i]);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(bench_list(CARD_KEY, 1), RESULT_WRONG_STATE);
        bench_down();
    }
}
END_TEST

START_TEST(a_listing_that_broke_goes_on_where_it_was)
{
    const struct card_query query = { .kinds = CARD_CERT, .id = BYTES_LIT(1), .value = &bench.value };
    struct card_cursor cursor = { 0 };

    bench_say(OPEN_NIST GET_9A "! reset\n" GET_9A);
    say_certificate(p256(), 0);
    bench_open(bench.text, ATR_PLAIN);
    assert_result(card_piv.list(bench.card, &query, &cursor, &bench.item), RESULT_CARD_RESET);
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    assert_result(card_piv.list(bench.card, &query, &cursor, &bench.item), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

START_TEST(a_look_takes_the_first_part_and_sees_the_same_fingerprint)
{
    const struct card_query query = { .kinds = CARD_CERT, .id = BYTES_LIT(1) };
    struct card_cursor cursor = { 0 };
    uint8_t memory[1024];
    struct buf object = BUF_OVER(memory), contents;
    uint8_t inner[1024];
    uint64_t whole;

    contents = BUF_OVER(inner);
    add(&contents, 0x70, p256());
    add(&object, 0x53, buf_bytes(&contents));
    bench_say(OPEN_NIST GET_9A);
    say_object(buf_bytes(&contents));
    bench_say(GET_9A_SHORT "< ");
    bench_say_hex(bytes_slice(buf_bytes(&object), 0, 255));
    bench_say(" 6196\n" GET_9A_SHORT "< ");
    bench_say_hex(bytes_slice(buf_bytes(&object), 0, 1));
    bench_say(" 61FF\n" GET_9A);
    say_object(buf_bytes(&contents));
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(bench_list(CARD_CERT, 1));
    whole = bench.item.cert.fingerprint;
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    ck_assert(bench.item.cert.fingerprint == whole);
    /* A card that answers in crumbs is read whole. */
    cursor = (struct card_cursor){ 0 };
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    ck_assert(bench.item.cert.fingerprint == whole);
    bench_down();
}
END_TEST

START_TEST(without_metadata_key_and_certificate_come_from_one_reading)
{
    const struct card_query query = { .kinds = CARD_KEY | CARD_CERT,
                                      .id = BYTES_LIT(3),
                                      .value = &bench.value };
    struct card_cursor cursor = { 0 };

    bench_say(OPEN_NIST "> 00CB3FFF 000005 5C035FC10B 0000\n");
    say_certificate(p256(), 0);
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    ck_assert_int_eq((int)bench.item.kind, (int)CARD_KEY);
    ck_assert_int_eq((int)bench.item.key.public_key.curve, (int)CURVE_P256);
    /* The standard has 9D for agreeing only. */
    ck_assert_uint_eq(bench.item.key.uses, CARD_USE_AGREE);
    ck_assert_uint_eq(bench.item.key.can, CARD_CAN_ECDH);
    ck_assert(!bench.item.key.origin_known);
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    ck_assert_int_eq((int)bench.item.kind, (int)CARD_CERT);
    assert_bytes(buf_bytes(&bench.value), bench.vector.bytes);
    ck_assert_str_eq(bench.item.cert.label, "Key Management");
    bench_down();
}
END_TEST

START_TEST(a_caller_who_clears_the_value_gets_it_read_again)
{
    const struct card_query query = { .kinds = CARD_KEY | CARD_CERT,
                                      .id = BYTES_LIT(1),
                                      .value = &bench.value };
    struct card_cursor cursor = { 0 };

    bench_say(OPEN_NIST GET_9A);
    say_certificate(p256(), 0);
    bench_say(GET_9A);
    say_certificate(p256(), 0);
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    buf_clear(&bench.value);
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    assert_bytes(buf_bytes(&bench.value), bench.vector.bytes);
    bench_down();
}
END_TEST

START_TEST(a_certificate_with_a_key_that_piv_does_not_have_is_no_key)
{
    bench_say(OPEN_NIST GET_9A);
    say_certificate(vector_load("asn1/ed448.crt", &bench.vector), 0);
    bench_say(GET_9A);
    say_certificate(vector_load("asn1/p521.crt", &bench.vector), 0);
    bench_open(bench.text, ATR_PLAIN);
    assert_result(bench_list(CARD_KEY, 1), RESULT_NOT_FOUND);
    assert_result(bench_list(CARD_KEY, 1), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

START_TEST(lengths_that_are_not_minimal_and_any_order_of_tags_are_read_in_metadata)
{
    bench_open(OPEN_YUBICO METADATA_9A "< 048144 868141 " POINT_P256 " 02020201 030101 010111 9000\n",
               ATR_PLAIN);
    assert_ok(bench_list(CARD_KEY, 1));
    ck_assert_int_eq((int)bench.item.key.public_key.kind, (int)KEY_EC);
    ck_assert_uint_eq(bench.item.key.public_key.point_size, 65);
    ck_assert(bench.item.key.origin_known && bench.item.key.generated);
    ck_assert_uint_eq(bench.item.key.uses, CARD_USE_SIGN | CARD_USE_AGREE);
    bench_down();
}
END_TEST

/* An RSA-1024 key's metadata with the exponent as given. */
static void say_rsa_metadata(const char *length, const char *exponent)
{
    bench_say(METADATA_9A "< 010106 02020201 030101 04");
    bench_say(length);
    bench_say(" 818180 C1 A7*127 ");
    bench_say(exponent);
    bench_say(" 9000\n");
}

START_TEST(an_exponent_with_leading_zeros_is_the_number_that_it_is)
{
    bench_say(OPEN_YUBICO);
    say_rsa_metadata("8189", "8204 00010001");
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(bench_list(CARD_KEY, 1));
    assert_bytes(pubkey_exponent(&bench.item.key.public_key), BYTES_LIT(0x01, 0x00, 0x01));
    ck_assert_uint_eq(pubkey_bits(&bench.item.key.public_key), 1024);
    bench_down();
}
END_TEST

START_TEST(an_empty_slot_is_empty_in_each_cards_way)
{
    static const char *const ways[] = { "< 6A88\n", "< 6A86\n", "< 6A82\n",
                                        /* PivApplet: policies and origin of nothing */
                                        "< 02020201 030100 9000\n", "< 9000\n", "< 0100 9000\n" };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        bench_say(OPEN_YUBICO METADATA_9A);
        bench_say(ways[i]);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(bench_list(CARD_KEY, 1), RESULT_NOT_FOUND);
        bench_down();
    }
}
END_TEST

START_TEST(pivapplet_counts_origins_from_zero)
{
    bench_open(SELECT_APPLET SERIAL_YUBICO PIN_METADATA METADATA_9A
               "< 010111 02020201 030100 0443 8641 " POINT_P256 " 9000\n" METADATA_9A
               "< 010111 02020201 030101 0443 8641 " POINT_P256 " 9000\n",
               ATR_PLAIN);
    assert_ok(bench_list(CARD_KEY, 1));
    ck_assert(bench.item.key.origin_known && bench.item.key.generated);
    assert_ok(bench_list(CARD_KEY, 1));
    ck_assert(bench.item.key.origin_known && !bench.item.key.generated);
    bench_down();
}
END_TEST

START_TEST(an_origin_that_nobody_defined_is_unknown)
{
    bench_open(OPEN_YUBICO METADATA_9A "< 010111 030107 0443 8641 " POINT_P256 " 9000\n", ATR_PLAIN);
    assert_ok(bench_list(CARD_KEY, 1));
    ck_assert(!bench.item.key.origin_known);
    bench_down();
}
END_TEST

START_TEST(policies_are_what_metadata_says_and_the_slots_own_where_it_says_default)
{
    static const struct {
        const char *command, *policies;
        uint8_t id;
        enum card_pin_policy policy;
        bool touch;
    } rows[] = {
        { METADATA_9A, "0000", 1, CARD_PIN_ONCE, false },  { METADATA_9C, "0000", 2, CARD_PIN_ALWAYS, false },
        { METADATA_9E, "0000", 4, CARD_PIN_NEVER, false }, { METADATA_9A, "0101", 1, CARD_PIN_NEVER, false },
        { METADATA_9C, "0202", 2, CARD_PIN_ONCE, true },   { METADATA_9A, "0303", 1, CARD_PIN_ALWAYS, true },
        { METADATA_9A, "0401", 1, CARD_PIN_ONCE, false },  { METADATA_9E, "0501", 4, CARD_PIN_ALWAYS, false },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench_say(OPEN_YUBICO);
        bench_say(rows[i].command);
        bench_say("< 010111 0202");
        bench_say(rows[i].policies);
        bench_say(" 0443 8641 " POINT_P256 " 9000\n");
        bench_open(bench.text, ATR_PLAIN);
        assert_ok(bench_list(CARD_KEY, rows[i].id));
        ck_assert_int_eq((int)bench.item.key.policy, (int)rows[i].policy);
        ck_assert(bench.item.key.touch == rows[i].touch);
        bench_down();
    }
}
END_TEST

START_TEST(a_key_whose_metadata_fails_is_known_by_its_certificate)
{
    bench_say(OPEN_YUBICO METADATA_9A "< 6F00\n" GET_9A);
    say_certificate(p256(), 0);
    bench_say(METADATA_9A "< 6F00\n" GET_9A "< 6A82\n");
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(bench_list(CARD_KEY, 1));
    ck_assert_int_eq((int)bench.item.key.public_key.curve, (int)CURVE_P256);
    assert_result(bench_list(CARD_KEY, 1), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

START_TEST(a_key_without_its_public_half_gets_it_from_the_certificate_if_that_suits)
{
    bench_say(OPEN_YUBICO METADATA_9A "< 010111 02020201 030102 9000\n" GET_9A);
    say_certificate(p256(), 0);
    bench_say(METADATA_9A "< 010114 02020201 030102 9000\n" GET_9A);
    say_certificate(p256(), 0);
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(bench_list(CARD_KEY, 1));
    ck_assert_int_eq((int)bench.item.key.public_key.curve, (int)CURVE_P256);
    assert_ok(bench_list(CARD_KEY, 1));
    ck_assert_int_eq((int)bench.item.key.public_key.kind, (int)KEY_NONE);
    ck_assert_uint_eq(bench.item.key.uses, CARD_USE_SIGN | CARD_USE_AGREE);
    bench_down();
}
END_TEST

START_TEST(a_key_of_an_unknown_algorithm_is_left_out_and_its_certificate_is_not)
{
    const struct card_query query = { .kinds = CARD_KEY | CARD_CERT,
                                      .id = BYTES_LIT(1),
                                      .value = &bench.value };
    struct card_cursor cursor = { 0 };

    bench_say(OPEN_YUBICO METADATA_9A "< 010153 02020201 030101 9000\n" GET_9A);
    say_certificate(vector_load("asn1/explicit.crt", &bench.vector), 0);
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    ck_assert_int_eq((int)bench.item.kind, (int)CARD_CERT);
    assert_result(card_piv.list(bench.card, &query, &cursor, &bench.item), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

START_TEST(key_history_says_where_retired_keys_are)
{
    const struct card_query query = { .kinds = CARD_KEY | CARD_CERT,
                                      .id = BYTES_LIT(6),
                                      .value = &bench.value };
    struct card_cursor cursor = { 0 };

    /* Two here: the second is asked for. None: nothing is. Garbage: nothing is. */
    bench_say(OPEN_NIST "> 00CB3FFF 000005 5C035FC10C 0000\n< 530A C10102 C20100 F300 FE00 9000\n"
                        "> 00CB3FFF 000005 5C035FC10E 0000\n");
    say_certificate(p256(), 0);
    bench_say("> 00CB3FFF 000005 5C035FC10C 0000\n< 530A C10101 C20100 F300 FE00 9000\n"
              "> 00CB3FFF 000005 5C035FC10C 0000\n< 53FF C1 9000\n"
              "> 00CB3FFF 000005 5C035FC10C 0000\n< 6A82\n");
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    ck_assert_str_eq(bench.item.key.label, "Retired Key 2");
    ck_assert_uint_eq(bench.item.key.id[0], 0x06);
    for (int i = 0; i < 3; i++)
        assert_result(bench_list(CARD_KEY | CARD_CERT, 6), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

START_TEST(a_key_history_of_more_keys_than_there_are_slots_does_no_harm)
{
    const struct card_query query = { .kinds = CARD_CERT, .value = &bench.value };
    struct card_cursor cursor = { 0 };
    char line[64];

    bench_say(OPEN_NIST "> 00CB3FFF 000005 5C035FC10C 0000\n< 530A C101FF C201FF F300 FE00 9000\n");
    bench_say(GET_9A
              "< 6A82\n> 00CB3FFF 000005 5C035FC10A 0000\n< 6A82\n> 00CB3FFF 000005 5C035FC10B 0000\n< 6A82\n"
              "> 00CB3FFF 000005 5C035FC101 0000\n< 6A82\n");
    for (unsigned i = 0; i < 20; i++) {
        snprintf(line, sizeof(line), "> 00CB3FFF 000005 5C035FC1%02X 0000\n< 6A82\n", 0x0D + i);
        bench_say(line);
    }
    bench_open(bench.text, ATR_PLAIN);
    assert_result(card_piv.list(bench.card, &query, &cursor, &bench.item), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

START_TEST(data_objects_come_without_their_wrapper_and_bare_ones_as_they_are)
{
    const struct card_query query = { .kinds = CARD_DATUM, .value = &bench.value };
    struct card_cursor cursor = { 0 };

    bench_open(OPEN_YUBICO "> 00CB3FFF 000005 5C035FC10C 0000\n< 6A82\n"
                           "> 00CB3FFF 000005 5C035FC102 0000\n< 5304 3400FE00 9000\n"
                           "> 00CB3FFF 000005 5C035FC107 0000\n< 5300 9000\n"
                           "> 00CB3FFF 000003 5C017E 0000\n< 7E05 5F2F024010 9000\n",
               ATR_PLAIN);
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    ck_assert_uint_eq(bench.item.datum.reference, 0x5FC102);
    ck_assert_str_eq(bench.item.datum.application, "PIV");
    assert_bytes(buf_bytes(&bench.value), BYTES_LIT(0x34, 0x00, 0xFE, 0x00));
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    ck_assert_uint_eq(bench.item.datum.reference, 0x7E);
    ck_assert(!bench.item.datum.writable && !bench.item.datum.needs_pin);
    assert_bytes(buf_bytes(&bench.value), BYTES_LIT(0x7E, 0x05, 0x5F, 0x2F, 0x02, 0x40, 0x10));
    assert_result(card_piv.list(bench.card, &query, &cursor, &bench.item), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

START_TEST(printed_information_is_hidden_when_it_may_hold_a_key)
{
    static const struct {
        const char *answer;
        enum result expected;
    } rows[] = {
        { "< 5304 0102 4D65 9000\n", RESULT_OK },
        { "< 531C 881A 8918 11*24 9000\n", RESULT_NOT_FOUND },
        { "< 531A 8918 11*24 9000\n", RESULT_NOT_FOUND },
        { "< 5320 0102 4D65 881A 8918 11*24 9000\n", RESULT_NOT_FOUND },
        { "< 531A 01FF 11*24 9000\n", RESULT_NOT_FOUND },
        { "< 5300 9000\n", RESULT_NOT_FOUND },
        { "< 6982\n", RESULT_NOT_AUTHENTICATED },
        { "< 6A82\n", RESULT_NOT_FOUND },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench_say(OPEN_YUBICO "> 00CB3FFF 000005 5C035FC109 0000\n");
        bench_say(rows[i].answer);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(card_piv.read(bench.card, CARD_DATUM, 0x5FC109, &bench.value), rows[i].expected);
        ck_assert_uint_eq(bench.value.size, rows[i].expected == RESULT_OK ? 4 : 0);
        bench_down();
    }
}
END_TEST

START_TEST(what_the_driver_does_not_list_it_does_not_read)
{
    bench_open(OPEN_YUBICO, ATR_PLAIN);
    assert_result(card_piv.read(bench.card, CARD_DATUM, 0x5FFF00, &bench.value), RESULT_NOT_FOUND);
    assert_result(card_piv.read(bench.card, CARD_CERT, 0x5FFF01, &bench.value), RESULT_NOT_FOUND);
    assert_result(card_piv.read(bench.card, CARD_KEY, 0x119A, &bench.value), RESULT_NOT_FOUND);
    assert_result(card_piv.erase(bench.card, CARD_DATUM, 0x5FFF00), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

UNIT_MAIN(
    "card_piv_list", a_card_where_another_application_is_selected_says_so,
    a_listing_that_broke_goes_on_where_it_was, a_look_takes_the_first_part_and_sees_the_same_fingerprint,
    without_metadata_key_and_certificate_come_from_one_reading,
    a_caller_who_clears_the_value_gets_it_read_again,
    a_certificate_with_a_key_that_piv_does_not_have_is_no_key,
    lengths_that_are_not_minimal_and_any_order_of_tags_are_read_in_metadata,
    an_exponent_with_leading_zeros_is_the_number_that_it_is, an_empty_slot_is_empty_in_each_cards_way,
    pivapplet_counts_origins_from_zero, an_origin_that_nobody_defined_is_unknown,
    policies_are_what_metadata_says_and_the_slots_own_where_it_says_default,
    a_key_whose_metadata_fails_is_known_by_its_certificate,
    a_key_without_its_public_half_gets_it_from_the_certificate_if_that_suits,
    a_key_of_an_unknown_algorithm_is_left_out_and_its_certificate_is_not,
    key_history_says_where_retired_keys_are, a_key_history_of_more_keys_than_there_are_slots_does_no_harm,
    data_objects_come_without_their_wrapper_and_bare_ones_as_they_are,
    printed_information_is_hidden_when_it_may_hold_a_key, what_the_driver_does_not_list_it_does_not_read)
