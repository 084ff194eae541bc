/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Rutoken driver with virtual cards: PINs, formatting, importing keys, full and untidy directories. */
#include <openssl/bn.h>

#include "asn1/tlv.h"
#include "pcsc/card_rutoken_parts.h"
#include "tests/unit/openssl_key.h"
#include "tests/unit/rutoken_rig.h"

START_TEST(a_wrong_pin_costs_one_try_and_the_number_is_told)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_ready(rig, "rutoken");
    assert_result(verify(rig, CARD_USER, "00000000", &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 4);
    assert_result(verify(rig, CARD_USER, "00000000", &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 3);
    assert_ok(login(rig));
    assert_ok(card_rutoken.logout(rig->card));
    assert_ok(card_rutoken.open(rig->card, &rig->info));
    ck_assert_int_eq(rig->info.user.tries_left, 5);
    rig_down(rig);
}
END_TEST

START_TEST(a_blocked_pin_is_set_anew_by_the_security_officer)
{
    struct rig *rig = &the_rig;
    enum result result = RESULT_PIN_WRONG;
    struct card_pin pin;
    int tries;

    rig_ready(rig, "rutoken");
    for (int i = 0; i < 6 && result == RESULT_PIN_WRONG; i++)
        result = verify(rig, CARD_USER, "00000000", &tries);
    assert_result(result, RESULT_PIN_BLOCKED);
    assert_ok(card_rutoken.pin_status(rig->card, CARD_USER, &pin));
    ck_assert(pin.known && pin.blocked && !pin.verified);
    assert_result(login(rig), RESULT_PIN_BLOCKED);
    assert_result(init_pin(rig, "11111111", "new pin"), RESULT_PIN_WRONG);
    assert_ok(card_rutoken.open(rig->card, &rig->info));
    ck_assert(rig->info.so.known && !rig->info.so.blocked);
    assert_result(init_pin(rig, "11111111", "new pin"), RESULT_PIN_WRONG);
    assert_ok(init_pin(rig, SO_PIN, "new pin"));
    assert_ok(verify(rig, CARD_USER, "new pin", &tries));
    rig_down(rig);
}
END_TEST

START_TEST(a_security_officer_who_is_blocked_too_is_told_of_when_that_matters)
{
    struct rig *rig = &the_rig;
    enum result result = RESULT_PIN_WRONG;
    int tries;

    rig_ready(rig, "rutoken");
    while (result == RESULT_PIN_WRONG)
        result = init_pin(rig, "11111111", "new pin");
    assert_result(result, RESULT_PIN_BLOCKED);
    assert_ok(card_rutoken.open(rig->card, &rig->info));
    ck_assert(!rig->info.so.known); /* nobody needs to ask for it */
    for (result = RESULT_PIN_WRONG; result == RESULT_PIN_WRONG;)
        result = verify(rig, CARD_USER, "00000000", &tries);
    assert_ok(card_rutoken.open(rig->card, &rig->info));
    ck_assert(rig->info.so.known && rig->info.so.blocked);
    rig_down(rig);
}
END_TEST

START_TEST(whoever_is_logged_in_is_logged_out_first)
{
    struct rig *rig = &the_rig;
    struct card_pin pin;
    int tries;

    rig_ready(rig, "rutoken");
    assert_ok(login(rig));
    assert_ok(login(rig));
    assert_ok(card_rutoken.pin_status(rig->card, CARD_USER, &pin));
    ck_assert(pin.verified);
    assert_ok(verify(rig, CARD_SO, SO_PIN, &tries));
    assert_ok(card_rutoken.pin_status(rig->card, CARD_USER, &pin));
    ck_assert(!pin.verified);
    assert_ok(card_rutoken.pin_status(rig->card, CARD_SO, &pin));
    ck_assert(!pin.verified);
    rig_down(rig);
}
END_TEST

START_TEST(after_selecting_again_no_pin_counts_as_verified)
{
    struct rig *rig = &the_rig;
    struct card_pin pin;

    rig_ready(rig, "rutoken");
    assert_ok(card_rutoken.recognise(rig->card));
    assert_ok(card_rutoken.pin_status(rig->card, CARD_USER, &pin));
    ck_assert(!pin.verified);
    assert_ok(card_rutoken.open(rig->card, &rig->info));
    ck_assert_str_eq(rig->info.label, "my token");
    rig_down(rig);
}
END_TEST

START_TEST(pins_change_and_may_change_their_length)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_ready(rig, "rutoken");
    assert_ok(change(rig, CARD_USER, USER_PIN, "a much longer PIN, of words"));
    assert_result(login(rig), RESULT_PIN_WRONG);
    assert_ok(verify(rig, CARD_USER, "a much longer PIN, of words", &tries));
    assert_ok(change(rig, CARD_SO, SO_PIN, "87654321 and more"));
    assert_result(verify(rig, CARD_SO, SO_PIN, &tries), RESULT_PIN_WRONG);
    assert_ok(verify(rig, CARD_SO, "87654321 and more", &tries));
    assert_result(change(rig, CARD_USER, "wrong one", "another one"), RESULT_PIN_WRONG);
    vcard_channel_count(rig->channel);
    assert_result(change(rig, CARD_USER, "a much longer PIN, of words", "12345"), RESULT_PIN_LENGTH);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
    rig_down(rig);
}
END_TEST

START_TEST(a_format_by_a_stranger_loses_nothing)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    assert_ok(generate_rsa(rig, 1024, 0x45, &rig->key));
    assert_result(format(rig, "11111111"), RESULT_PIN_WRONG);
    assert_result(format(rig, "12345"), RESULT_PIN_LENGTH);
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, false, true), 1);
    rig_down(rig);
}
END_TEST

START_TEST(a_formatted_token_is_empty_and_says_that_nobody_has_set_its_pin)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    assert_ok(generate_rsa(rig, 1024, 0x45, &rig->key));
    assert_ok(format(rig, SO_PIN));
    rig_open(rig);
    ck_assert(!rig->info.pin_initialized);
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT | CARD_DATUM, 0, false, true), 0);
    assert_result(login(rig), RESULT_PIN_WRONG);
    assert_ok(init_pin(rig, SO_PIN, USER_PIN));
    rig_open(rig);
    ck_assert(rig->info.pin_initialized);
    assert_ok(login(rig));
    rig_down(rig);
}
END_TEST

START_TEST(a_vendors_token_becomes_ours_by_formatting)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken:vendor");
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, false, true), 0);
    assert_ok(generate_rsa(rig, 1024, 0x45, &rig->key));
    rig_down(rig);
}
END_TEST

/* An RSA key of OpenSSL's, in the parts that the caller of a driver has. */
struct parts {
    uint8_t memory[4096];
    struct secret *p, *q, *dp, *dq, *qinv;
    struct pubkey public_key;
};

static void parts_make(struct parts *parts, unsigned bits)
{
    static const char *const names[] = { OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
                                         OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
                                         OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
    struct secret **places[] = { &parts->p, &parts->q, &parts->dp, &parts->dq, &parts->qinv };
    EVP_PKEY *key = openssl_rsa_new(bits);
    struct buf buf = BUF_OVER(parts->memory);

    for (size_t i = 0; i < 5; i++)
        assert_ok(secret_new(openssl_number(key, names[i], &buf), places[i]));
    parts->public_key = openssl_rsa_public(key);
    EVP_PKEY_free(key);
}

static void parts_free(struct parts *parts)
{
    secret_free(&parts->p);
    secret_free(&parts->q);
    secret_free(&parts->dp);
    secret_free(&parts->dq);
    secret_free(&parts->qinv);
}

START_TEST(an_imported_key_is_the_one_it_was)
{
    static const unsigned sizes[] = { 1024, 2048, 3072 };
    struct rig *rig = &the_rig;
    struct parts parts;
    uint8_t block[384];

    rig_ready(rig, "rutoken");
    for (uint8_t i = 0; i < 3; i++) {
        const uint8_t id = (uint8_t)(0x30 + i);
        const struct card_key_template template = { .kind = KEY_RSA,
                                                    .id = bytes_make(&id, 1),
                                                    .label = "mine" };
        struct card_private_key key;
        struct buf out = BUF_OVER(rig->answer), back = BUF_OVER(rig->value);
        parts_make(&parts, sizes[i]);
        key = (struct card_private_key){ parts.p, parts.q, parts.dp, parts.dq, parts.qinv, NULL };
        assert_ok(card_rutoken.import_key(rig->card, &template, &key, &rig->key));
        ck_assert(pubkey_equal(&rig->key.public_key, &parts.public_key));
        ck_assert_uint_eq(list(rig, CARD_KEY, id, false, true), 1);
        ck_assert(pubkey_equal(&rig->items[0].key.public_key, &parts.public_key));
        ck_assert(!rig->items[0].key.generated);
        memset(block, 0x3C, sizeof(block));
        block[0] = 0;
        assert_ok(
            card_rutoken.sign(rig->card, &rig->key, CARD_CAN_RSA_RAW, bytes_make(block, sizes[i] / 8), &out));
        assert_ok(card_rutoken.decipher(rig->card, &rig->key, CARD_CAN_RSA_RAW, buf_bytes(&out), &back));
        ck_assert_uint_eq(back.size, sizes[i] / 8);
        parts_free(&parts);
    }
    rig_down(rig);
}
END_TEST

START_TEST(a_key_that_is_none_is_not_imported)
{
    const struct card_key_template template = { .kind = KEY_RSA };
    struct rig *rig = &the_rig;
    struct card_private_key key;
    struct parts parts;

    rig_ready(rig, "rutoken");
    parts_make(&parts, 1024);
    key = (struct card_private_key){ parts.p, parts.q, parts.dq, parts.dp, parts.qinv, NULL };
    assert_result(card_rutoken.import_key(rig->card, &template, &key, &rig->key), RESULT_UNSUPPORTED);
    key = (struct card_private_key){ parts.p, NULL, parts.dp, parts.dq, parts.qinv, NULL };
    assert_result(card_rutoken.import_key(rig->card, &template, &key, &rig->key), RESULT_BAD_ARGUMENT);
    key = (struct card_private_key){ parts.p, parts.q, parts.dp, NULL, parts.qinv, NULL };
    assert_result(card_rutoken.import_key(rig->card, &template, &key, &rig->key), RESULT_BAD_ARGUMENT);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
    parts_free(&parts);
    rig_down(rig);
}
END_TEST

/* A certificate's record of about SIZE bytes: by its label and by what an unknown tag at its end weighs. */
static void add_record(struct rig *rig, uint8_t number, size_t size)
{
    uint8_t memory[1024], id[20];
    struct buf record = BUF_OVER(memory);
    size_t mark = tlv_begin(&record, 0x30), part;

    memset(id, number, sizeof(id));
    part = tlv_begin(&record, 0x30);
    tlv_end(&record, part);
    part = tlv_begin(&record, 0x30);
    tlv_add(&record, 0x04, bytes_make(id, 1));
    tlv_end(&record, part);
    part = tlv_begin(&record, 0xA1);
    {
        size_t attributes = tlv_begin(&record, 0x30), path = tlv_begin(&record, 0x30);
        tlv_add(&record, 0x04, BYTES_LIT(0x3F, 0x00, 0x50, 0x00, 0x03, number));
        tlv_end(&record, path);
        if (size > record.size) {
            tlv_add_header(&record, 0x80, size - record.size);
            buf_add_fill(&record, number, size - record.size);
        }
        tlv_end(&record, attributes);
    }
    tlv_end(&record, part);
    tlv_end(&record, mark);
    assert_ok(buf_check(&record));
    assert_ok(card_rutoken_directory_append(rig->card, RUTOKEN_CDF, buf_bytes(&record)));
}

/* The numbers of the records, in order; two alike next to each other or not count once. */
static size_t numbers(struct rig *rig, bool *ret)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory directory = { 0 };
    struct tlv_cursor cursor;
    struct pkcs15_certificate found;
    size_t count = 0;

    memset(ret, 0, 64);
    assert_ok(card_rutoken_directory_load(rig->card, RUTOKEN_CDF, &directory));
    cursor = tlv_open(buf_bytes(&directory.content));
    while (pkcs15_next_certificate(&cursor, &found) == RESULT_OK) {
        ck_assert_uint_eq(found.id.size, 1);
        ck_assert_uint_lt(found.id.data[0], 64);
        count += !ret[found.id.data[0]];
        ret[found.id.data[0]] = true;
    }
    return count;
}

static bool has_number(struct bytes record, const void *arg)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct pkcs15_certificate found;

    return pkcs15_next_certificate(&cursor, &found) == RESULT_OK && found.id.size == 1 &&
           found.id.data[0] == *(const uint8_t *)arg;
}

START_TEST(records_of_every_length_are_removed_from_every_place_with_the_power_gone_at_every_step)
{
    static const size_t lengths[][5] = { { 40, 50, 60, 45, 55 },
                                         { 300, 40, 310, 60, 50 },
                                         { 40, 300, 50, 300, 45 },
                                         { 330, 320, 310, 300, 290 },
                                         { 60, 251, 252, 253, 70 } };
    struct rig *rig = &the_rig;
    bool seen[64];

    for (size_t row = 0; row < sizeof(lengths) / sizeof(lengths[0]); row++) {
        for (uint8_t victim = 1; victim <= 5; victim++) {
            enum result result = RESULT_TRANSPORT;
            for (int step = 0; result != RESULT_OK; step++) {
                ck_assert_int_lt(step, 64);
                rig_ready(rig, "rutoken");
                for (uint8_t i = 1; i <= 5; i++)
                    add_record(rig, i, lengths[row][i - 1]);
                vcard_channel_break(rig->channel, step, RESULT_TRANSPORT, step % 2);
                result = card_rutoken_directory_remove(rig->card, RUTOKEN_CDF, has_number, &victim);
                rig_again(rig);
                assert_ok(login(rig));
                ck_assert_uint_ge(numbers(rig, seen), 4);
                for (uint8_t i = 1; i <= 5; i++)
                    ck_assert(seen[i] || i == victim);
                /* the next edit tidies up */
                assert_ok(card_rutoken_directory_remove(rig->card, RUTOKEN_CDF, has_number, &victim));
                add_record(rig, 9, 40);
                ck_assert_uint_eq(numbers(rig, seen), 5);
                ck_assert(seen[9] && !seen[victim]);
                rig_down(rig);
            }
        }
    }
}
END_TEST

START_TEST(a_full_directory_takes_no_more_and_loses_nothing)
{
    struct rig *rig = &the_rig;
    bool seen[64];
    enum result result = RESULT_OK;
    uint8_t made = 0;

    rig_ready(rig, "rutoken");
    while (result == RESULT_OK && made < 60)
        result = store_cert(rig, ++made, "asn1/p256.crt", false);
    assert_result(result, RESULT_CARD_FULL);
    ck_assert_uint_eq(numbers(rig, seen), made - 1U);
    ck_assert_uint_eq(list(rig, CARD_CERT, 1, false, true), 1);
    assert_ok(card_rutoken.erase(rig->card, CARD_CERT, rig->items[0].cert.reference));
    ck_assert_uint_eq(numbers(rig, seen), made - 2U);
    assert_ok(store_cert(rig, made, "asn1/p256.crt", false));
    ck_assert_uint_eq(numbers(rig, seen), made - 1U);
    rig_down(rig);
}
END_TEST

UNIT_MAIN("rutoken card admin", a_wrong_pin_costs_one_try_and_the_number_is_told,
          a_blocked_pin_is_set_anew_by_the_security_officer,
          a_security_officer_who_is_blocked_too_is_told_of_when_that_matters, whoever_is_logged_in_is_logged_out_first,
          after_selecting_again_no_pin_counts_as_verified, pins_change_and_may_change_their_length,
          a_format_by_a_stranger_loses_nothing,
          a_formatted_token_is_empty_and_says_that_nobody_has_set_its_pin,
          a_vendors_token_becomes_ours_by_formatting, an_imported_key_is_the_one_it_was,
          a_key_that_is_none_is_not_imported,
          records_of_every_length_are_removed_from_every_place_with_the_power_gone_at_every_step,
          a_full_directory_takes_no_more_and_loses_nothing)
