/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIV driver with virtual cards: PINs, the management key, writing, and starting over. */
#include "tests/unit/piv_rig.h"

#define OTHER_3DES "1112131415161718212223242526272831323334353637FF"
#define FACTORY_AES KEY_3DES

static struct card_pin status(struct rig *rig, enum card_role role)
{
    struct card_pin pin;

    assert_ok(card_piv.pin_status(rig->card, role, &pin));
    return pin;
}

START_TEST(a_wrong_pin_tells_the_tries_that_are_left_until_none_is)
{
    static const char *const names[] = { "piv", "piv:nist" };
    struct rig *rig = &the_rig;
    int tries;

    for (size_t i = 0; i < 2; i++) {
        rig_up(rig, names[i]);
        assert_result(verify(rig, CARD_USER, "654321", &tries), RESULT_PIN_WRONG);
        ck_assert_int_eq(tries, 2);
        assert_result(verify(rig, CARD_USER, "654321", &tries), RESULT_PIN_WRONG);
        ck_assert_int_eq(tries, 1);
        assert_result(verify(rig, CARD_USER, "654321", &tries), RESULT_PIN_BLOCKED);
        ck_assert_int_eq(tries, 0);
        ck_assert(status(rig, CARD_USER).blocked);
        assert_result(verify(rig, CARD_USER, "123456", &tries), RESULT_PIN_BLOCKED);
        rig_down(rig);
    }
}
END_TEST

START_TEST(a_pin_outside_the_cards_limits_is_not_sent)
{
    static const struct {
        const char *name, *pin;
        enum result expected;
    } rows[] = {
        { "piv", "", RESULT_PIN_LENGTH },           { "piv", "12345", RESULT_PIN_LENGTH },
        { "piv", "123456789", RESULT_PIN_LENGTH },  { "piv", "12345\xC3\xA4", RESULT_PIN_CHARACTERS },
        { "piv:nist", "12345", RESULT_PIN_LENGTH }, { "piv:nist", "letters", RESULT_PIN_CHARACTERS },
    };
    struct rig *rig = &the_rig;
    int tries;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rig_up(rig, rows[i].name);
        vcard_channel_count(rig->channel);
        assert_result(verify(rig, CARD_USER, rows[i].pin, &tries), rows[i].expected);
        assert_result(change(rig, CARD_USER, "123456", rows[i].pin), rows[i].expected);
        assert_result(change(rig, CARD_USER, rows[i].pin, "123456"), rows[i].expected);
        assert_result(init_pin(rig, "12345678", rows[i].pin), rows[i].expected);
        ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
        rig_down(rig);
    }
}
END_TEST

START_TEST(a_yubico_like_pin_may_have_letters)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_up(rig, "piv");
    ck_assert(!rig->info.user.digits_only);
    assert_ok(change(rig, CARD_USER, "123456", "let-ters"));
    assert_ok(verify(rig, CARD_USER, "let-ters", &tries));
    rig_down(rig);
}
END_TEST

START_TEST(a_changed_pin_is_no_factory_pin_any_more)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_up(rig, "piv");
    ck_assert(rig->info.user.known && rig->info.user.factory);
    assert_result(change(rig, CARD_USER, "111111", "222222"), RESULT_PIN_WRONG);
    assert_ok(change(rig, CARD_USER, "123456", "222222"));
    assert_ok(verify(rig, CARD_USER, "222222", &tries));
    assert_ok(card_piv.open(rig->card, &rig->info));
    ck_assert(rig->info.user.known && !rig->info.user.factory);
    ck_assert_int_eq(rig->info.user.tries_left, 3);
    rig_down(rig);
}
END_TEST

START_TEST(a_puk_is_checked_by_changing_it_into_itself)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_up(rig, "piv");
    vcard_channel_count(rig->channel);
    assert_ok(verify(rig, CARD_SO, "12345678", &tries));
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 1);
    assert_result(verify(rig, CARD_SO, "87654321", &tries), RESULT_PIN_WRONG);
    ck_assert_int_eq(tries, 2);
    ck_assert_int_eq(status(rig, CARD_SO).tries_left, 2);
    assert_ok(verify(rig, CARD_SO, "12345678", &tries));
    ck_assert_int_eq(status(rig, CARD_SO).tries_left, 3);
    rig_down(rig);
}
END_TEST

START_TEST(the_puk_unblocks_and_sets_the_pin)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_up(rig, "piv");
    for (int i = 0; i < 3; i++)
        (void)!verify(rig, CARD_USER, "999999", &tries);
    assert_result(init_pin(rig, "11111111", "777777"), RESULT_PIN_WRONG);
    assert_ok(init_pin(rig, "12345678", "777777"));
    assert_ok(verify(rig, CARD_USER, "777777", &tries));
    assert_ok(change(rig, CARD_SO, "12345678", "abcdef"));
    assert_ok(init_pin(rig, "abcdef", "888888"));
    assert_ok(verify(rig, CARD_USER, "888888", &tries));
    rig_down(rig);
}
END_TEST

START_TEST(a_security_officers_secret_has_one_of_the_known_forms)
{
    static const struct {
        const char *text;
        enum result expected;
    } rows[] = {
        { "", RESULT_PIN_LENGTH },
        { "12345", RESULT_PIN_LENGTH },
        { "123456789", RESULT_PIN_LENGTH },
        { "0102030405060708", RESULT_PIN_LENGTH },
        { "01020304050607080102030405060708010203040506070", RESULT_PIN_LENGTH },
        { "zz0203040506070801020304050607080102030405060708", RESULT_PIN_CHARACTERS },
        { "01020304050607080102030405060708", RESULT_PIN_LENGTH },
        { OTHER_3DES, RESULT_PIN_WRONG },
        { KEY_3DES, RESULT_OK },
    };
    struct rig *rig = &the_rig;
    int tries;

    rig_up(rig, "piv");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_result(verify(rig, CARD_SO, rows[i].text, &tries), rows[i].expected);
    rig_down(rig);
}
END_TEST

START_TEST(the_algorithm_of_the_management_key_is_learnt_from_the_card)
{
    static const char *const names[] = { "piv", "piv:aes", "piv:nist", "piv:short", "piv:t0" };
    struct rig *rig = &the_rig;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        rig_up(rig, names[i]);
        assert_result(authenticate(rig, OTHER_3DES), RESULT_PIN_WRONG);
        assert_ok(authenticate(rig, FACTORY_AES));
        assert_ok(store(rig, 1, "asn1/p256.crt", false));
        rig_down(rig);
    }
}
END_TEST

START_TEST(a_puk_gives_no_right_to_write)
{
    struct rig *rig = &the_rig;

    rig_up(rig, "piv");
    assert_result(authenticate(rig, "12345678"), RESULT_NOT_AUTHENTICATED);
    assert_result(store(rig, 1, "asn1/p256.crt", false), RESULT_NOT_AUTHENTICATED);
    assert_result(generate(rig, KEY_EC, CURVE_P256, 0, 1, &rig->key), RESULT_NOT_AUTHENTICATED);
    rig_down(rig);
}
END_TEST

START_TEST(a_management_key_can_be_changed_into_one_of_the_same_length)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_up(rig, "piv");
    assert_result(change(rig, CARD_SO, OTHER_3DES, KEY_3DES), RESULT_PIN_WRONG);
    assert_result(change(rig, CARD_SO, KEY_3DES, "01020304050607080102030405060708"), RESULT_PIN_LENGTH);
    assert_result(change(rig, CARD_SO, KEY_3DES, "12345678"), RESULT_PIN_LENGTH);
    assert_ok(change(rig, CARD_SO, KEY_3DES, OTHER_3DES));
    assert_result(verify(rig, CARD_SO, KEY_3DES, &tries), RESULT_PIN_WRONG);
    assert_ok(verify(rig, CARD_SO, OTHER_3DES, &tries));
    rig_down(rig);
}
END_TEST

START_TEST(the_management_key_sets_the_pin_only_while_it_is_the_one_of_delivery)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_up(rig, "piv");
    assert_result(init_pin(rig, OTHER_3DES, "777777"), RESULT_PIN_WRONG);
    assert_ok(init_pin(rig, KEY_3DES, "777777"));
    assert_ok(verify(rig, CARD_USER, "777777", &tries));
    assert_result(init_pin(rig, KEY_3DES, "888888"), RESULT_NOT_ALLOWED);
    ck_assert_int_eq(status(rig, CARD_USER).tries_left, 3);
    rig_down(rig);
}
END_TEST

START_TEST(a_logout_works_or_says_that_it_did_not)
{
    static const char *const names[] = { "piv", "piv:nist", "piv:t0" };
    struct rig *rig = &the_rig;
    int tries;

    for (size_t i = 0; i < 3; i++) {
        rig_up(rig, names[i]);
        for (int round = 0; round < 2; round++) {
            assert_ok(verify(rig, CARD_USER, "123456", &tries));
            ck_assert(status(rig, CARD_USER).verified);
            assert_ok(card_piv.logout(rig->card));
            ck_assert(!status(rig, CARD_USER).verified);
        }
        rig_down(rig);
    }
}
END_TEST

/* Writing. */

static enum result store_long(struct rig *rig, size_t size, bool replace)
{
    static uint8_t value[CARD_OBJECT_MAX];
    struct card_item item = { .kind = CARD_DATUM, .datum = { .reference = 0x5FC102 } };

    for (size_t i = 0; i < size; i++)
        value[i] = (uint8_t)(i * 37 ^ i >> 8);
    return card_piv.store(rig->card, &item, bytes_make(value, size), replace);
}

START_TEST(a_certificate_is_written_read_replaced_and_erased)
{
    static const char *const names[] = { "piv", "piv:nist", "piv:short", "piv:t0" };
    struct rig *rig = &the_rig;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct buf value = BUF_OVER(rig->value);
        uint64_t fingerprint;

        rig_up(rig, names[i]);
        assert_ok(authenticate(rig, KEY_3DES));
        assert_ok(store(rig, 1, "asn1/rsa4096.crt", false));
        ck_assert_uint_eq(rig->item.cert.reference, 0x5FC105);
        ck_assert_str_eq(rig->item.cert.label, "PIV Authentication");
        fingerprint = rig->item.cert.fingerprint;
        ck_assert_uint_eq(list(rig, CARD_CERT, 1, false, false), 1);
        ck_assert_uint_eq(rig->items[0].cert.fingerprint, fingerprint);
        assert_ok(card_piv.read(rig->card, CARD_CERT, 0x5FC105, &value));
        assert_bytes(buf_bytes(&value), rig->vector.bytes);
        assert_result(store(rig, 1, "asn1/p256.crt", false), RESULT_EXISTS);
        assert_ok(store(rig, 1, "asn1/p256.crt", true));
        ck_assert_uint_ne(rig->item.cert.fingerprint, fingerprint);
        assert_ok(card_piv.erase(rig->card, CARD_CERT, 0x5FC105));
        ck_assert_uint_eq(list(rig, CARD_CERT, 1, false, true), 0);
        assert_result(card_piv.read(rig->card, CARD_CERT, 0x5FC105, &value), RESULT_NOT_FOUND);
        rig_down(rig);
    }
}
END_TEST

START_TEST(what_is_no_certificate_or_has_no_place_is_not_written)
{
    struct rig *rig = &the_rig;
    struct card_item item = { .kind = CARD_CERT, .cert = { .id = { 1 }, .id_size = 1 } };

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    vcard_channel_count(rig->channel);
    assert_result(card_piv.store(rig->card, &item, BYTES_LIT(0x30, 0x03, 0x02, 0x01, 0x00), false),
                  RESULT_MALFORMED);
    assert_result(store(rig, 0x19, "asn1/p256.crt", false), RESULT_BAD_ARGUMENT);
    assert_result(store(rig, 0, "asn1/p256.crt", false), RESULT_BAD_ARGUMENT);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
    rig_down(rig);
}
END_TEST

START_TEST(an_object_too_large_for_the_card_is_not_begun)
{
    struct rig *rig = &the_rig;

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(store_long(rig, 3000, true));
    vcard_channel_count(rig->channel);
    assert_result(store_long(rig, 3001, true), RESULT_TOO_LARGE);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
    rig_down(rig);
}
END_TEST

START_TEST(data_objects_are_written_by_name_and_only_where_the_card_takes_them)
{
    struct rig *rig = &the_rig;
    struct card_item item = { .kind = CARD_DATUM, .datum = { .label = "Security Object" } };
    struct card_item fixed = { .kind = CARD_DATUM, .datum = { .reference = 0x7E } };
    struct card_item unknown = { .kind = CARD_DATUM, .datum = { .label = "Shopping list" } };
    struct buf value = BUF_OVER(rig->value);

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(card_piv.store(rig->card, &item, BYTES_LIT(0xBA, 0x01, 0x77), false));
    ck_assert_uint_eq(item.datum.reference, 0x5FC106);
    assert_bytes(bytes_make(item.datum.oid, item.datum.oid_size),
                 BYTES_LIT(0x06, 0x0B, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x07, 0x02, 0x81, 0x10, 0x00));
    assert_ok(card_piv.read(rig->card, CARD_DATUM, 0x5FC106, &value));
    assert_bytes(buf_bytes(&value), BYTES_LIT(0xBA, 0x01, 0x77));
    assert_result(card_piv.store(rig->card, &item, BYTES_LIT(0xBA, 0x00), false), RESULT_EXISTS);
    assert_ok(card_piv.erase(rig->card, CARD_DATUM, 0x5FC106));
    assert_result(card_piv.read(rig->card, CARD_DATUM, 0x5FC106, &value), RESULT_NOT_FOUND);
    assert_result(card_piv.store(rig->card, &fixed, BYTES_LIT(0x01), true), RESULT_NOT_ALLOWED);
    assert_result(card_piv.erase(rig->card, CARD_DATUM, 0x7E), RESULT_NOT_ALLOWED);
    assert_result(card_piv.store(rig->card, &unknown, BYTES_LIT(0x01), true), RESULT_BAD_ARGUMENT);
    rig_down(rig);
}
END_TEST

/* Starting over. */

static void use_up(struct rig *rig)
{
    assert_ok(change(rig, CARD_USER, "123456", "246802"));
    assert_ok(change(rig, CARD_SO, "12345678", "puk-1234"));
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 1, &rig->key));
    assert_ok(store(rig, 1, "asn1/p256.crt", false));
    rig_select(rig);
}

static void assert_started_over(struct rig *rig, const char *puk)
{
    int tries;

    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT, 0, false, true), 0);
    assert_ok(verify(rig, CARD_SO, puk, &tries));
    assert_result(authenticate(rig, KEY_3DES), RESULT_PIN_WRONG);
    rig_select(rig);
    assert_result(authenticate(rig, NULL), RESULT_NOT_AUTHENTICATED);
    assert_ok(init_pin(rig, puk, "135791"));
    assert_ok(verify(rig, CARD_USER, "135791", &tries));
    assert_ok(authenticate(rig, NULL));
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 1, &rig->key));
    assert_ok(store(rig, 1, "asn1/p256.crt", false));
}

START_TEST(formatting_with_the_puk_keeps_it_and_puts_a_random_key_behind_the_pin)
{
    static const char *const names[] = { "piv", "piv:aes", "piv:short", "piv:t0" };
    struct rig *rig = &the_rig;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        rig_up(rig, names[i]);
        use_up(rig);
        assert_ok(format(rig, "puk-1234"));
        rig_select(rig);
        assert_started_over(rig, "puk-1234");
        rig_down(rig);
    }
}
END_TEST

START_TEST(formatting_with_the_management_key_keeps_exactly_it)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_up(rig, "piv");
    use_up(rig);
    assert_ok(change(rig, CARD_SO, KEY_3DES, OTHER_3DES));
    assert_result(format(rig, KEY_3DES), RESULT_PIN_WRONG);
    assert_ok(format(rig, OTHER_3DES));
    rig_select(rig);
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT, 0, false, true), 0);
    assert_ok(authenticate(rig, OTHER_3DES));
    assert_ok(init_pin(rig, OTHER_3DES, "135791"));
    rig_select(rig);
    assert_ok(verify(rig, CARD_USER, "135791", &tries));
    assert_result(authenticate(rig, NULL), RESULT_NOT_AUTHENTICATED);
    rig_down(rig);
}
END_TEST

START_TEST(formatting_with_a_wrong_secret_loses_nothing)
{
    struct rig *rig = &the_rig;
    int tries;

    rig_up(rig, "piv");
    use_up(rig);
    assert_result(format(rig, "12345678"), RESULT_PIN_WRONG);
    assert_result(format(rig, OTHER_3DES), RESULT_PIN_WRONG);
    assert_result(format(rig, "12345"), RESULT_PIN_LENGTH);
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT, 0, false, true), 2);
    assert_ok(verify(rig, CARD_USER, "246802", &tries));
    ck_assert_int_eq(status(rig, CARD_SO).tries_left, 2);
    rig_down(rig);
}
END_TEST

START_TEST(a_card_in_use_with_factory_pins_still_wants_the_right_secret)
{
    struct rig *rig = &the_rig;

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 0x18, &rig->key));
    rig_select(rig);
    assert_result(format(rig, "87654321"), RESULT_PIN_WRONG);
    ck_assert_uint_eq(list(rig, CARD_KEY, 0x18, false, true), 1);
    rig_down(rig);
}
END_TEST

START_TEST(a_card_of_delivery_takes_any_new_secret)
{
    struct rig *rig = &the_rig;

    rig_up(rig, "piv");
    assert_ok(format(rig, "brandnew"));
    rig_select(rig);
    assert_started_over(rig, "brandnew");
    rig_down(rig);
}
END_TEST

/* Formats until the command after STEP breaks, then once more; returns what the first try gave. */
static enum result format_interrupted(struct rig *rig, const char *so, int step, bool executed)
{
    enum result result;

    rig_up(rig, "piv");
    use_up(rig);
    vcard_channel_break(rig->channel, step, RESULT_TRANSPORT, executed);
    result = format(rig, so);
    if (result != RESULT_OK)
        assert_result(result, RESULT_TRANSPORT);
    vcard_channel_break(rig->channel, VCARD_CHANNEL_NEVER, RESULT_OK, false);
    vcard_channel_reset(rig->channel);
    rig_select(rig);
    if (result != RESULT_OK)
        assert_ok(format(rig, so));
    vcard_channel_reset(rig->channel);
    rig_select(rig);
    return result;
}

START_TEST(formatting_interrupted_anywhere_can_be_run_again)
{
    static const char *const secrets[] = { "puk-1234", KEY_3DES };
    struct rig *rig = &the_rig;

    for (int round = 0; round < 4; round++) {
        enum result result = RESULT_TRANSPORT;
        int step;

        for (step = 0; result != RESULT_OK; step++) {
            result = format_interrupted(rig, secrets[round % 2], step, round >= 2);
            if (round % 2 == 0)
                assert_started_over(rig, secrets[0]);
            else
                assert_ok(authenticate(rig, secrets[1]));
            rig_down(rig);
        }
        ck_assert_int_gt(step, 15);
    }
}
END_TEST

/* A PUK that is blocked beside a PIN that is not can never prove itself again. */
START_TEST(a_card_that_says_blocked_too_early_can_be_formatted_again)
{
    struct rig *rig = &the_rig;
    unsigned commands, failures = 0;

    rig_up(rig, "piv");
    use_up(rig);
    vcard_channel_count(rig->channel);
    assert_ok(format(rig, "puk-1234"));
    commands = vcard_channel_count(rig->channel);
    rig_down(rig);
    for (unsigned step = 0; step < commands; step++) {
        rig_up(rig, "piv");
        use_up(rig);
        vcard_channel_slip(rig->channel, (int)step, VCARD_CHANNEL_BLOCKED);
        failures += format(rig, "puk-1234") != RESULT_OK;
        vcard_channel_reset(rig->channel);
        rig_select(rig);
        ck_assert_msg(format(rig, "puk-1234") == RESULT_OK, "after a lie about command %u", step);
        rig_down(rig);
    }
    ck_assert_uint_gt(failures, 0);
}
END_TEST

START_TEST(a_card_without_the_reset_command_is_left_alone)
{
    struct rig *rig = &the_rig;

    rig_up(rig, "piv:nist");
    ck_assert(!rig->info.can_format);
    vcard_channel_count(rig->channel);
    assert_result(format(rig, "12345678"), RESULT_UNSUPPORTED);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
    rig_down(rig);
}
END_TEST

START_TEST(a_management_key_behind_the_pin_is_never_a_data_object)
{
    struct rig *rig = &the_rig;
    struct buf value = BUF_OVER(rig->value);
    struct card_item printed = { .kind = CARD_DATUM, .datum = { .reference = 0x5FC109 } };
    int tries;

    rig_up(rig, "piv");
    assert_ok(format(rig, "brandnew"));
    rig_select(rig);
    assert_ok(verify(rig, CARD_USER, "123456", &tries));
    for (int with_values = 0; with_values < 2; with_values++) {
        size_t count = list(rig, CARD_DATUM, 0, true, with_values);
        for (size_t i = 0; i < count; i++)
            ck_assert_uint_ne(rig->items[i].datum.reference, 0x5FC109);
    }
    assert_result(card_piv.read(rig->card, CARD_DATUM, 0x5FC109, &value), RESULT_NOT_FOUND);
    ck_assert_uint_eq(value.size, 0);
    assert_ok(authenticate(rig, NULL));
    assert_result(card_piv.store(rig->card, &printed, BYTES_LIT(0x01, 0x00), true), RESULT_NOT_ALLOWED);
    assert_result(card_piv.erase(rig->card, CARD_DATUM, 0x5FC109), RESULT_NOT_ALLOWED);
    rig_select(rig);
    assert_ok(verify(rig, CARD_USER, "123456", &tries));
    assert_ok(authenticate(rig, NULL));
    rig_down(rig);
}
END_TEST

START_TEST(printed_information_is_listed_after_login_where_it_is_what_it_says)
{
    struct rig *rig = &the_rig;
    struct card_item printed = { .kind = CARD_DATUM, .datum = { .reference = 0x5FC109 } };
    struct buf value = BUF_OVER(rig->value);
    size_t count;
    int tries;
    bool found = false;

    rig_up(rig, "piv:nist");
    assert_ok(verify(rig, CARD_USER, "123456", &tries));
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(card_piv.store(rig->card, &printed, BYTES_LIT(0x01, 0x02, 'M', 'e', 0xFE, 0x00), true));
    assert_ok(card_piv.read(rig->card, CARD_DATUM, 0x5FC109, &value));
    count = list(rig, CARD_DATUM, 0, true, true);
    for (size_t i = 0; i < count; i++)
        found = found || rig->items[i].datum.reference == 0x5FC109;
    ck_assert(found);
    rig_down(rig);
}
END_TEST

UNIT_MAIN("piv card admin", a_wrong_pin_tells_the_tries_that_are_left_until_none_is,
          a_pin_outside_the_cards_limits_is_not_sent, a_yubico_like_pin_may_have_letters,
          a_changed_pin_is_no_factory_pin_any_more, a_puk_is_checked_by_changing_it_into_itself,
          the_puk_unblocks_and_sets_the_pin, a_security_officers_secret_has_one_of_the_known_forms,
          the_algorithm_of_the_management_key_is_learnt_from_the_card, a_puk_gives_no_right_to_write,
          a_management_key_can_be_changed_into_one_of_the_same_length,
          the_management_key_sets_the_pin_only_while_it_is_the_one_of_delivery,
          a_logout_works_or_says_that_it_did_not, a_certificate_is_written_read_replaced_and_erased,
          what_is_no_certificate_or_has_no_place_is_not_written,
          an_object_too_large_for_the_card_is_not_begun,
          data_objects_are_written_by_name_and_only_where_the_card_takes_them,
          formatting_with_the_puk_keeps_it_and_puts_a_random_key_behind_the_pin,
          formatting_with_the_management_key_keeps_exactly_it, formatting_with_a_wrong_secret_loses_nothing,
          a_card_in_use_with_factory_pins_still_wants_the_right_secret,
          a_card_of_delivery_takes_any_new_secret, formatting_interrupted_anywhere_can_be_run_again,
          a_card_that_says_blocked_too_early_can_be_formatted_again,
          a_card_without_the_reset_command_is_left_alone,
          a_management_key_behind_the_pin_is_never_a_data_object,
          printed_information_is_listed_after_login_where_it_is_what_it_says)
