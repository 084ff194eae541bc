/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIV driver word by word: using and making keys. */
#include "tests/unit/piv_bench.h"

/* A key as list() would have it, of which only the reference and the public half count for use. */
static struct card_key key_of(uint32_t reference)
{
    struct card_key key;

    memset(&key, 0, sizeof(key));
    key.reference = reference;
    return key;
}

/* A transcript file, up to the open card. */
static void bench_file(const char *name)
{
    assert_ok(script_open_file(name, &bench.channel));
    assert_ok(card_new(&card_piv, bench.channel, BYTES_NONE, NULL, 0, &bench.card));
    bench.value = BUF_OVER(bench.value_memory);
    assert_ok(card_piv.recognise(bench.card));
    assert_ok(card_piv.open(bench.card, &bench.info));
}

static uint8_t block[PUBKEY_MODULUS_MAX];

static struct bytes filled(size_t size, bool small)
{
    memset(block, 0x11, sizeof(block));
    if (small)
        block[0] = 0;
    return bytes_make(block, size);
}

static struct bytes all(uint8_t byte, size_t size)
{
    static uint8_t memory[PUBKEY_MODULUS_MAX];

    memset(memory, byte, sizeof(memory));
    return bytes_make(memory, size);
}

START_TEST(an_rsa_block_goes_in_two_parts_where_it_must)
{
    struct card_key key = key_of(0x079A);
    int tries;

    bench_file("piv/sign-rsa2048-short.apdu");
    bench.card->link.extended_fails = true;
    assert_ok(bench_verify(CARD_USER, "123456", &tries));
    assert_ok(card_piv.sign(bench.card, &key, CARD_CAN_RSA_RAW, filled(256, true), &bench.value));
    assert_bytes(buf_bytes(&bench.value), all(0x22, 256));
    bench_down();
}
END_TEST

START_TEST(an_rsa_block_goes_in_one_command_where_it_can)
{
    struct card_key key = key_of(0x079A);
    int tries;

    bench_file("piv/sign-rsa2048-extended.apdu");
    assert_ok(bench_verify(CARD_USER, "123456", &tries));
    assert_ok(card_piv.sign(bench.card, &key, CARD_CAN_RSA_RAW, filled(256, true), &bench.value));
    assert_bytes(buf_bytes(&bench.value), all(0x22, 256));
    buf_clear(&bench.value);
    assert_ok(card_piv.decipher(bench.card, &key, CARD_CAN_RSA_RAW, filled(256, true), &bench.value));
    assert_bytes(buf_bytes(&bench.value), all(0x22, 256));
    bench_down();
}
END_TEST

START_TEST(a_hash_becomes_as_long_as_the_field_and_the_answer_two_numbers)
{
    struct card_key key = key_of(0x119C);
    uint8_t expected[64] = { [31] = 5, [63] = 7 };

    bench_file("piv/sign-p256.apdu");
    assert_ok(card_piv.sign(bench.card, &key, CARD_CAN_ECDSA, filled(64, false), &bench.value));
    assert_bytes(buf_bytes(&bench.value), BYTES_OF(expected));
    buf_clear(&bench.value);
    assert_ok(card_piv.sign(bench.card, &key, CARD_CAN_ECDSA, filled(32, false), &bench.value));
    assert_bytes(bytes_slice(buf_bytes(&bench.value), 0, 32), all(0x33, 32));
    assert_bytes(bytes_from(buf_bytes(&bench.value), 32), all(0x44, 32));
    buf_clear(&bench.value);
    assert_ok(card_piv.sign(bench.card, &key, CARD_CAN_ECDSA, filled(20, false), &bench.value));
    assert_bytes(bytes_slice(buf_bytes(&bench.value), 0, 32), all(0x88, 32));
    bench_down();
}
END_TEST

START_TEST(agreeing_returns_the_x_coordinate)
{
    struct card_key key = key_of(0x119D);
    uint8_t point[65] = { 0x04 };

    memset(point + 1, 0x11, 32);
    memset(point + 33, 0x22, 32);
    bench_file("piv/agree-p256.apdu");
    assert_ok(card_piv.agree(bench.card, &key, ECDH_WITH(BYTES_OF(point)), &bench.value));
    assert_bytes(buf_bytes(&bench.value), all(0x33, 32));
    bench_down();
}
END_TEST

START_TEST(an_answer_that_is_not_what_was_asked_for_is_malformed)
{
    static const char *const answers[] = {
        "< 9000\n",
        "< 7C00 9000\n",
        "< 7C02 8200 9000\n",
        "< 7C03 820101 9000\n",
        "< 8203 010203 9000\n",
        "< 7C0A 8108 3006020105020107 9000\n",
        "< 7C0A 8208 3006020105020185 9000\n",
        "< 7C0B 8209 300602010502010700 9000\n",
        "< 7C4A 8248 3046 022101 88*32 022100 99*32 9000\n",
        "< 7CFF 8208 3006 020105 020107 9000\n",
    };
    struct card_key key = key_of(0x119A);

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        bench_say(OPEN_YUBICO "> 0087119A 26 7C24 8200 8120 11*32 00\n");
        bench_say(answers[i]);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(card_piv.sign(bench.card, &key, CARD_CAN_ECDSA, filled(32, false), &bench.value),
                      RESULT_MALFORMED);
        ck_assert_uint_eq(bench.value.size, 0);
        bench_down();
    }
}
END_TEST

START_TEST(an_rsa_answer_of_another_length_is_malformed)
{
    static const char *const answers[] = { "< 7C8183 828180 22*127 9000\n", "< 7C8182 82817F 22*127 9000\n",
                                           "< 7C8184 828181 22*129 9000\n" };
    struct card_key key = key_of(0x069A);

    for (size_t i = 0; i < 3; i++) {
        bench_say(OPEN_YUBICO "> 0087069A 88 7C8185 8200 818180 00 11*127 00\n");
        bench_say(answers[i]);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(card_piv.sign(bench.card, &key, CARD_CAN_RSA_RAW, filled(128, true), &bench.value),
                      RESULT_MALFORMED);
        ck_assert_uint_eq(bench.value.size, 0);
        bench_down();
    }
}
END_TEST

START_TEST(an_ed25519_or_x25519_answer_of_another_length_is_malformed)
{
    struct card_key sign = key_of(0xE09A), agree = key_of(0xE19A);

    bench_open(OPEN_YUBICO "> 0087E09A 09 7C07 8200 8103 111111 00\n< 7C41 823F 22*63 9000\n"
                           "> 0087E19A 26 7C24 8200 8520 11*32 00\n< 7C23 8221 22*33 9000\n",
               ATR_PLAIN);
    assert_result(card_piv.sign(bench.card, &sign, CARD_CAN_EDDSA, filled(3, false), &bench.value),
                  RESULT_MALFORMED);
    assert_result(card_piv.agree(bench.card, &agree, ECDH_WITH(filled(32, false)), &bench.value), RESULT_MALFORMED);
    ck_assert_uint_eq(bench.value.size, 0);
    bench_down();
}
END_TEST

START_TEST(the_cards_refusals_are_told_apart)
{
    static const struct {
        const char *answer;
        enum result expected;
    } rows[] = {
        { "< 6982\n", RESULT_NOT_AUTHENTICATED }, { "< 6985\n", RESULT_NOT_ALLOWED },
        { "< 6A80\n", RESULT_REFUSED },           { "< 6A86\n", RESULT_WRONG_STATE },
        { "< 6D00\n", RESULT_WRONG_STATE },       { "< 6F00\n", RESULT_CARD_FAILURE },
        { "! reset\n", RESULT_CARD_RESET },       { "! removed\n", RESULT_CARD_REMOVED },
    };
    struct card_key key = key_of(0x119A);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench_say(OPEN_YUBICO "> 0087119A 26 7C24 8200 8120 11*32 00\n");
        bench_say(rows[i].answer);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(card_piv.sign(bench.card, &key, CARD_CAN_ECDSA, filled(32, false), &bench.value),
                      rows[i].expected);
        bench_down();
    }
}
END_TEST

START_TEST(what_a_key_cannot_do_is_not_sent)
{
    struct card_key rsa = key_of(0x079A), ec = key_of(0x119A), unknown = key_of(0x539A);

    bench_open(OPEN_YUBICO, ATR_PLAIN);
    assert_result(card_piv.sign(bench.card, &rsa, CARD_CAN_RSA_PKCS1_SIGN, filled(32, false), &bench.value),
                  RESULT_UNSUPPORTED);
    assert_result(card_piv.sign(bench.card, &ec, CARD_CAN_ECDH, filled(32, false), &bench.value),
                  RESULT_UNSUPPORTED);
    assert_result(card_piv.sign(bench.card, &unknown, CARD_CAN_ECDSA, filled(32, false), &bench.value),
                  RESULT_UNSUPPORTED);
    assert_result(card_piv.decipher(bench.card, &ec, CARD_CAN_RSA_RAW, filled(32, false), &bench.value),
                  RESULT_UNSUPPORTED);
    assert_result(
        card_piv.decipher(bench.card, &rsa, CARD_CAN_RSA_PKCS1_UNWRAP, filled(256, true), &bench.value),
        RESULT_UNSUPPORTED);
    assert_result(card_piv.agree(bench.card, &rsa, ECDH_WITH(filled(65, false)), &bench.value), RESULT_UNSUPPORTED);
    assert_result(card_piv.agree(bench.card, &ec, ECDH_WITH(filled(64, false)), &bench.value), RESULT_BAD_ARGUMENT);
    assert_result(card_piv.sign(bench.card, &rsa, CARD_CAN_RSA_RAW, filled(255, true), &bench.value),
                  RESULT_BAD_ARGUMENT);
    bench_down();
}
END_TEST

static enum result generate(enum key_kind kind, size_t bits, uint8_t id, struct card_key *ret)
{
    const struct card_key_template template = { .kind = kind,
                                                .curve = kind == KEY_EC ? CURVE_P256 : CURVE_NONE,
                                                .bits = bits,
                                                .id = bytes_make(&id, 1) };

    return card_piv.generate(bench.card, &template, ret);
}

START_TEST(a_generated_keys_public_half_is_read_in_every_cards_way)
{
    static const char *const answers[] = {
        "< 7F498188 818180 C1 A7*127 8203 010001 9000\n",
        /* CanoKey */
        "< 7F498189 818180 C1 A7*127 8204 00010001 9000\n",
        "< 7F4982008A 81818100 C1 A7*127 8204 00010001 9000\n",
    };
    struct card_key key;

    for (size_t i = 0; i < 3; i++) {
        bench_say(OPEN_YUBICO "> 00F7009A 000000\n< 6A88\n> 0047009A 000005 AC03 800106 0000\n");
        bench_say(answers[i]);
        bench_say("> 00F7009A 000000\n< 010106 02020302 030101 9000\n");
        bench_open(bench.text, ATR_PLAIN);
        assert_ok(generate(KEY_RSA, 1024, 1, &key));
        assert_bytes(pubkey_exponent(&key.public_key), BYTES_LIT(0x01, 0x00, 0x01));
        ck_assert_uint_eq(pubkey_bits(&key.public_key), 1024);
        /* Metadata knows the policy that the firmware chose. */
        ck_assert_int_eq((int)key.policy, (int)CARD_PIN_ALWAYS);
        ck_assert(key.touch && key.generated && key.origin_known);
        bench_down();
    }
}
END_TEST

START_TEST(a_key_that_was_generated_and_cannot_be_read_is_malformed)
{
    static const char *const answers[] = {
        "< 9000\n",
        "< 7F4900 9000\n",
        "< 7F4943 8641 05 11*64 9000\n",
        "< 7F4942 8640 11*64 9000\n",
        "< 8641 04 11*64 9000\n",
    };
    struct card_key key;

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        bench_say(OPEN_YUBICO "> 00F7009A 000000\n< 6A88\n> 0047009A 05 AC03 800111 00\n");
        bench_say(answers[i]);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(generate(KEY_EC, 0, 1, &key), RESULT_MALFORMED);
        bench_down();
    }
}
END_TEST

START_TEST(a_card_that_refuses_to_generate_says_why)
{
    static const struct {
        const char *answer;
        enum result expected;
    } rows[] = {
        { "< 6A80\n", RESULT_UNSUPPORTED },       { "< 6A86\n", RESULT_UNSUPPORTED },
        { "< 6982\n", RESULT_NOT_AUTHENTICATED }, { "< 6A84\n", RESULT_CARD_FULL },
        { "< 6581\n", RESULT_CARD_FAILURE },      { "! transport\n", RESULT_TRANSPORT },
    };
    struct card_key key;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench_say(OPEN_YUBICO "> 00F7009A 000000\n< 6A88\n> 0047009A 05 AC03 800111 00\n");
        bench_say(rows[i].answer);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(generate(KEY_EC, 0, 1, &key), rows[i].expected);
        bench_down();
    }
}
END_TEST

START_TEST(a_slot_that_will_not_say_whether_it_is_empty_counts_as_taken)
{
    static const char *const answers[] = { "< 6F00\n", "< 010111 9000\n", "< 010153 9000\n", "< 6982\n" };
    struct card_key key;

    for (size_t i = 0; i < 4; i++) {
        bench_say(OPEN_YUBICO "> 00F7009A 000000\n");
        bench_say(answers[i]);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(generate(KEY_EC, 0, 1, &key), RESULT_EXISTS);
        bench_down();
    }
}
END_TEST

START_TEST(a_card_that_cannot_delete_keys_says_so)
{
    static const struct {
        const char *answer;
        enum result expected;
    } rows[] = {
        { "< 9000\n", RESULT_OK },
        { "< 6D00\n", RESULT_UNSUPPORTED },
        { "< 6A88\n", RESULT_NOT_FOUND },
        { "< 6982\n", RESULT_NOT_AUTHENTICATED },
    };

    for (size_t i = 0; i < 4; i++) {
        bench_say(OPEN_YUBICO "> 00F6FF9A\n");
        bench_say(rows[i].answer);
        bench_open(bench.text, ATR_PLAIN);
        assert_result(card_piv.erase(bench.card, CARD_KEY, 0x119A), rows[i].expected);
        bench_down();
    }
    bench_open(OPEN_NIST, ATR_PLAIN);
    assert_result(card_piv.erase(bench.card, CARD_KEY, 0x119A), RESULT_UNSUPPORTED);
    assert_result(card_piv.erase(bench.card, CARD_KEY, 0x119B), RESULT_NOT_FOUND);
    assert_result(card_piv.erase(bench.card, CARD_KEY, 0x11F9), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

static struct secret *secret_of(uint8_t byte, size_t size)
{
    struct secret *secret;

    assert_ok(secret_new(all(byte, size), &secret));
    return secret;
}

START_TEST(imported_numbers_are_filled_up_to_half_the_modulus)
{
    SCOPED(secret_free) struct secret *p = secret_of(0xC1, 64);
    SCOPED(secret_free) struct secret *q = secret_of(0xC3, 64);
    SCOPED(secret_free) struct secret *dp = secret_of(0x21, 63);
    SCOPED(secret_free) struct secret *dq = secret_of(0x23, 64);
    SCOPED(secret_free) struct secret *qinv = secret_of(0x25, 60);
    const struct card_private_key parts = { .p = p, .q = q, .dp = dp, .dq = dq, .qinv = qinv };
    struct card_key_template template = { .kind = KEY_RSA, .id = BYTES_LIT(0x02) };
    struct card_key key;

    bench_open(OPEN_YUBICO
               "> 00F7009C 000000\n< 6A88\n"
               "> 00FE069C 00014A 0140 C1*64 0240 C3*64 0340 00 21*63 0440 23*64 0540 00*4 25*60\n< 9000\n"
               "> 00F7009C 000000\n< 6F00\n",
               ATR_PLAIN);
    /* The length that the caller did not say is in the factors. */
    assert_ok(card_piv.import_key(bench.card, &template, &parts, &key));
    ck_assert_uint_eq(key.reference, 0x069C);
    ck_assert(key.origin_known && !key.generated);
    ck_assert_int_eq((int)key.public_key.kind, (int)KEY_NONE);
    bench_down();
}
END_TEST

START_TEST(an_ec_scalar_is_filled_up_and_raw_keys_are_not)
{
    SCOPED(secret_free) struct secret *scalar = secret_of(0x77, 31);
    SCOPED(secret_free) struct secret *raw = secret_of(0x78, 32);
    const struct card_private_key ec = { .scalar = scalar }, edwards = { .scalar = raw };
    struct card_key_template template = { .kind = KEY_EC, .curve = CURVE_P256, .id = BYTES_LIT(0x01) };
    struct card_key key;

    bench_open(OPEN_YUBICO
               "> 00F7009A 000000\n< 6A88\n> 00FE119A 22 0620 00 77*31\n< 9000\n> 00F7009A 000000\n< 6A88\n"
               "> 00F7009A 000000\n< 6A88\n> 00FEE09A 22 0720 78*32\n< 6A80\n"
               "> 00F7009A 000000\n< 6A88\n> 00FEE19A 22 0820 78*32\n< 6D00\n",
               ATR_PLAIN);
    assert_ok(card_piv.import_key(bench.card, &template, &ec, &key));
    template.kind = KEY_EDWARDS;
    template.curve = CURVE_ED25519;
    assert_result(card_piv.import_key(bench.card, &template, &ec, &key), RESULT_BAD_ARGUMENT);
    assert_result(card_piv.import_key(bench.card, &template, &edwards, &key), RESULT_REFUSED);
    template.kind = KEY_MONTGOMERY;
    template.curve = CURVE_X25519;
    assert_result(card_piv.import_key(bench.card, &template, &edwards, &key), RESULT_UNSUPPORTED);
    bench_down();
}
END_TEST

UNIT_MAIN("card_piv_keys", an_rsa_block_goes_in_two_parts_where_it_must,
          an_rsa_block_goes_in_one_command_where_it_can,
          a_hash_becomes_as_long_as_the_field_and_the_answer_two_numbers, agreeing_returns_the_x_coordinate,
          an_answer_that_is_not_what_was_asked_for_is_malformed, an_rsa_answer_of_another_length_is_malformed,
          an_ed25519_or_x25519_answer_of_another_length_is_malformed, the_cards_refusals_are_told_apart,
          what_a_key_cannot_do_is_not_sent, a_generated_keys_public_half_is_read_in_every_cards_way,
          a_key_that_was_generated_and_cannot_be_read_is_malformed, a_card_that_refuses_to_generate_says_why,
          a_slot_that_will_not_say_whether_it_is_empty_counts_as_taken,
          a_card_that_cannot_delete_keys_says_so, imported_numbers_are_filled_up_to_half_the_modulus,
          an_ec_scalar_is_filled_up_and_raw_keys_are_not)
