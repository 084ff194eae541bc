/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Rutoken driver with a token that goes away at every moment there is, in every way: pulled out before or
 * after the card has done what it was told, reset by somebody, out of order for one command, or with half an
 * answer. After each the token lists, signs and can be completed, and nothing that was there before is lost.
 */
#include "tests/unit/rutoken_rig.h"

#define STEPS_MAX 400

enum way {
    PULLED_BEFORE,
    PULLED_AFTER,
    RESET,
    WORD,
    CUT,
    WAYS,
};

static void fail_at(struct rig *rig, int step, enum way way)
{
    switch (way) {
    case PULLED_BEFORE:
        vcard_channel_break(rig->channel, step, RESULT_CARD_REMOVED, false);
        break;
    case PULLED_AFTER:
        vcard_channel_break(rig->channel, step, RESULT_TRANSPORT, true);
        break;
    case RESET:
        vcard_channel_break(rig->channel, step, RESULT_CARD_RESET, false);
        break;
    case WORD:
        vcard_channel_slip(rig->channel, step, VCARD_CHANNEL_WORD);
        break;
    case CUT:
    case WAYS:
        vcard_channel_slip(rig->channel, step, VCARD_CHANNEL_CUT);
        break;
    }
}

/* What was on the token before: a GOST key with its certificate, another certificate, and two data objects.
 */
static void fill(struct rig *rig)
{
    assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0x45, &rig->key));
    assert_ok(store_cert(rig, 0x45, "asn1/p256.crt", false));
    assert_ok(store_cert(rig, 0x46, "asn1/rsa2048.crt", false));
    assert_ok(store_datum(rig, "public", false, "for everybody", false));
    assert_ok(store_datum(rig, "private", true, "for me", false));
}

static unsigned count_id(struct rig *rig, unsigned kind, uint8_t id)
{
    size_t count = list(rig, kind, id, true, true);

    for (size_t i = 0; i < count; i++)
        if (kind == CARD_CERT)
            ck_assert_uint_gt(rig->value_sizes[i], 0);
    return (unsigned)count;
}

static void assert_datum(struct rig *rig, const char *label, const char *value)
{
    size_t count = list(rig, CARD_DATUM, 0, true, true);
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        struct buf out = BUF_OVER(rig->value);
        assert_ok(card_rutoken.read(rig->card, CARD_DATUM, rig->items[i].datum.reference, &out));
        found = found || (strcmp(rig->items[i].datum.label, label) == 0 &&
                          bytes_equal(buf_bytes(&out), bytes_text(value)));
    }
    ck_assert_msg(found, "no datum %s with %s", label, value);
}

/* It lists, it signs, and everything from fill() is there. */
static void assert_whole(struct rig *rig)
{
    struct buf out = BUF_OVER(rig->answer);
    uint8_t digest[32] = { 7, 7, 7 };

    rig_again(rig);
    assert_ok(login(rig));
    ck_assert_uint_eq(list(rig, CARD_KEY, 0x45, true, true), 1);
    ck_assert_int_eq(rig->items[0].key.public_key.kind, KEY_GOST256);
    assert_ok(card_rutoken.sign(rig->card, &rig->items[0].key, CARD_CAN_GOST, BYTES_OF(digest), &out));
    ck_assert_uint_eq(count_id(rig, CARD_CERT, 0x45), 1);
    ck_assert_uint_ge(count_id(rig, CARD_CERT, 0x46), 1);
    assert_datum(rig, "public", "for everybody");
    assert_datum(rig, "private", "for me");
    /* no record without its file */
    for (size_t i = 0, count = list(rig, CARD_CERT | CARD_KEY, 0, true, true); i < count; i++) {
        if (rig->items[i].kind == CARD_CERT)
            ck_assert_uint_gt(rig->value_sizes[i], 0);
    }
}

static void ready(struct rig *rig)
{
    rig_ready(rig, "rutoken");
    fill(rig);
}

/* An operation under way: what is there before, and what must be true and possible after it. */
struct story {
    void (*before)(struct rig *rig);
    enum result (*run)(struct rig *rig);
    void (*after)(struct rig *rig);
    bool logs_out; /* with its last command, and a reset does that as well */
};

/* The number of commands that the operation takes. */
static int steps_of(const struct story *story)
{
    struct rig *rig = &the_rig;
    int steps;

    story->before(rig);
    vcard_channel_count(rig->channel);
    assert_ok(story->run(rig));
    steps = (int)vcard_channel_count(rig->channel);
    rig_down(rig);
    ck_assert_int_gt(steps, 0);
    ck_assert_int_lt(steps, STEPS_MAX);
    return steps;
}

/* The operation with each of its commands going wrong. Some failures are shrugged off: then it has succeeded.
 */
static void tell(const struct story *story, enum way way)
{
    struct rig *rig = &the_rig;
    int steps = steps_of(story);

    for (int step = 0; step < steps; step++) {
        story->before(rig);
        fail_at(rig, step, way);
        if (story->run(rig) == RESULT_OK)
            ck_assert_msg(way == WORD || way == CUT ||
                              (way == RESET && story->logs_out && step == steps - 1),
                          "step %d of %d, way %d", step, steps, (int)way);
        story->after(rig);
        rig_down(rig);
    }
}

static enum result run_generate(struct rig *rig)
{
    return generate_gost(rig, "CryptoPro-B", HASH_STREEBOG_256, 0x50, &rig->key);
}

static enum result run_generate_rsa(struct rig *rig)
{
    return generate_rsa(rig, 1024, 0x50, &rig->key);
}

/* The key is there already, or can be made; what an interruption has left besides can be erased. */
static void complete_key(struct rig *rig, enum result (*run)(struct rig *rig), enum key_kind kind)
{
    size_t count;

    assert_whole(rig);
    if (list(rig, CARD_KEY, 0x50, true, true) == 0)
        assert_ok(run(rig));
    ck_assert_uint_eq(list(rig, CARD_KEY, 0x50, true, true), 1);
    ck_assert_int_eq((int)rig->items[0].key.public_key.kind, (int)kind);
    count = list(rig, CARD_KEY, 0, true, true);
    ck_assert_uint_le(count, 3);
    for (size_t i = 0; i < count; i++)
        if (rig->items[i].key.id[0] != 0x45 && rig->items[i].key.id[0] != 0x50)
            assert_ok(card_rutoken.erase(rig->card, CARD_KEY, rig->items[i].key.reference));
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, true, true), 2);
    assert_whole(rig);
}

static void complete_generate(struct rig *rig)
{
    complete_key(rig, run_generate, KEY_GOST256);
}

static void complete_generate_rsa(struct rig *rig)
{
    complete_key(rig, run_generate_rsa, KEY_RSA);
}

static enum result run_store(struct rig *rig)
{
    return store_cert(rig, 0x51, "asn1/rsa2048.crt", false);
}

static void complete_store(struct rig *rig)
{
    assert_whole(rig);
    if (list(rig, CARD_CERT, 0x51, true, true) == 0)
        assert_ok(run_store(rig));
    ck_assert_uint_eq(list(rig, CARD_CERT, 0x51, true, true), 1);
    ck_assert_uint_eq(rig->value_sizes[0], vector_load("asn1/rsa2048.crt", &rig->vector).size);
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, true, true), 3);
    assert_whole(rig);
}

static enum result run_replace(struct rig *rig)
{
    return store_cert(rig, 0x46, "asn1/p256.crt", true);
}

static void complete_replace(struct rig *rig)
{
    assert_whole(rig);
    assert_ok(run_replace(rig));
    ck_assert_uint_eq(list(rig, CARD_CERT, 0x46, true, true), 1);
    ck_assert_uint_eq(rig->value_sizes[0], vector_load("asn1/p256.crt", &rig->vector).size);
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, true, true), 2);
    assert_whole(rig);
}

/* Erasing the one that all others stand behind. */
static void ready_behind_a_certificate(struct rig *rig)
{
    rig_ready(rig, "rutoken");
    assert_ok(store_cert(rig, 0x40, "asn1/p256.crt", false));
    fill(rig);
    ck_assert_uint_eq(list(rig, CARD_CERT, 0x40, true, true), 1);
}

static enum result run_erase(struct rig *rig)
{
    return card_rutoken.erase(rig->card, CARD_CERT, rig->items[0].cert.reference);
}

static void complete_erase(struct rig *rig)
{
    assert_whole(rig);
    if (list(rig, CARD_CERT, 0x40, true, true) > 0)
        assert_ok(run_erase(rig));
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, true, true), 2);
    assert_whole(rig);
}

static void ready_behind_a_key(struct rig *rig)
{
    rig_ready(rig, "rutoken");
    assert_ok(generate_gost(rig, "CryptoPro-C", HASH_STREEBOG_256, 0x40, &rig->key));
    fill(rig);
}

static enum result run_erase_key(struct rig *rig)
{
    return card_rutoken.erase(rig->card, CARD_KEY, 1);
}

static void complete_erase_key(struct rig *rig)
{
    enum result result;

    assert_whole(rig);
    result = run_erase_key(rig);
    ck_assert(result == RESULT_OK || result == RESULT_NOT_FOUND);
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, true, true), 1);
    assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0, &rig->key));
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, true, true), 2);
    assert_whole(rig);
}

static enum result run_format(struct rig *rig)
{
    return format(rig, SO_PIN);
}

/* What it was formatted for works. */
static void complete_format(struct rig *rig)
{
    uint8_t digest[32] = { 7 };
    struct buf out = BUF_OVER(rig->answer);

    rig_again(rig);
    list(rig, CARD_KEY | CARD_CERT | CARD_DATUM, 0, false, true);
    assert_ok(format(rig, SO_PIN));
    rig_again(rig);
    ck_assert(!rig->info.pin_initialized);
    assert_ok(init_pin(rig, SO_PIN, USER_PIN));
    rig_again(rig);
    ck_assert(rig->info.pin_initialized);
    assert_ok(login(rig));
    assert_ok(store_cert(rig, 1, "asn1/p256.crt", false));
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT | CARD_DATUM, 0, true, true), 1);
    assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 2, &rig->key));
    assert_ok(card_rutoken.sign(rig->card, &rig->key, CARD_CAN_GOST, BYTES_OF(digest), &out));
}

static enum result run_init_pin(struct rig *rig)
{
    return init_pin(rig, SO_PIN, "another PIN");
}

static void complete_init_pin(struct rig *rig)
{
    rig_again(rig);
    assert_ok(init_pin(rig, SO_PIN, USER_PIN));
    assert_whole(rig);
}

START_TEST(a_new_key_can_be_completed)
{
    tell(&(struct story){ ready, run_generate, complete_generate, false }, (enum way)_i);
}
END_TEST

START_TEST(a_new_rsa_key_can_be_completed)
{
    tell(&(struct story){ ready, run_generate_rsa, complete_generate_rsa, false }, (enum way)_i);
}
END_TEST

START_TEST(a_new_certificate_can_be_completed)
{
    tell(&(struct story){ ready, run_store, complete_store, false }, (enum way)_i);
}
END_TEST

/* The certificate that was there is the one that it was. */
static void assert_own_certificate(struct rig *rig)
{
    struct buf out = BUF_OVER(rig->value);

    ck_assert_uint_eq(list(rig, CARD_CERT, 0x45, true, false), 1);
    assert_ok(card_rutoken.read(rig->card, CARD_CERT, rig->items[0].cert.reference, &out));
    assert_bytes(buf_bytes(&out), vector_load("asn1/p256.crt", &rig->vector));
}

/* "There is no such file", of one that is there; "done", and it is not. */
START_TEST(a_lie_about_a_file_loses_no_certificate_and_the_new_one_can_be_written)
{
    const struct story story = { ready, run_store, complete_store, false };
    enum vcard_channel_slip lie = _i == 0 ? VCARD_CHANNEL_MISSING : VCARD_CHANNEL_DONE;
    struct rig *rig = &the_rig;
    int steps = steps_of(&story);

    for (int step = 0; step < steps; step++) {
        ready(rig);
        vcard_channel_slip(rig->channel, step, lie);
        (void)!run_store(rig);
        complete_store(rig);
        assert_own_certificate(rig);
        rig_down(rig);
    }
}
END_TEST

/* The certificate that was there is still there, alone or with one that was written beside it. */
static void assert_still_there(struct rig *rig)
{
    struct card_item items[ITEMS_MAX];
    size_t count = list(rig, CARD_CERT, 0x45, true, false);
    bool found = false;

    memcpy(items, rig->items, sizeof(items));
    for (size_t i = 0; i < count; i++) {
        struct buf out = BUF_OVER(rig->value);
        assert_ok(card_rutoken.read(rig->card, CARD_CERT, items[i].cert.reference, &out));
        found = found || bytes_equal(buf_bytes(&out), vector_load("asn1/p256.crt", &rig->vector));
    }
    ck_assert(found);
}

static enum result run_store_over(struct rig *rig)
{
    return store_cert(rig, 0x45, "asn1/rsa2048.crt", false);
}

static enum result run_store_datum_over(struct rig *rig)
{
    return store_datum(rig, "public", false, "for nobody", false);
}

/* What shall not be replaced is not taken for the leavings of an interruption because the card was wrong once. */
START_TEST(a_lie_about_what_is_there_does_not_have_it_replaced)
{
    enum vcard_channel_slip lie = _i % 2 == 0 ? VCARD_CHANNEL_MISSING : VCARD_CHANNEL_DONE;
    enum result (*run)(struct rig *rig) = _i < 2 ? run_store_over : run_store_datum_over;
    struct rig *rig = &the_rig;
    int steps;

    ready(rig);
    (void)vcard_channel_count(rig->channel);
    assert_result(run(rig), RESULT_EXISTS);
    steps = (int)vcard_channel_count(rig->channel);
    rig_down(rig);
    ck_assert_int_gt(steps, 2);
    for (int step = 0; step < steps; step++) {
        ready(rig);
        vcard_channel_slip(rig->channel, step, lie);
        (void)!run(rig);
        rig_again(rig);
        assert_ok(login(rig));
        assert_still_there(rig);
        assert_datum(rig, "public", "for everybody");
        rig_down(rig);
    }
}
END_TEST

START_TEST(a_replaced_certificate_is_the_old_one_or_the_new_one)
{
    tell(&(struct story){ ready, run_replace, complete_replace, false }, (enum way)_i);
}
END_TEST

START_TEST(erasing_a_certificate_keeps_the_others)
{
    tell(&(struct story){ ready_behind_a_certificate, run_erase, complete_erase, false }, (enum way)_i);
}
END_TEST

START_TEST(erasing_a_key_keeps_the_others)
{
    tell(&(struct story){ ready_behind_a_key, run_erase_key, complete_erase_key, false }, (enum way)_i);
}
END_TEST

START_TEST(a_format_can_be_run_again)
{
    tell(&(struct story){ ready, run_format, complete_format, true }, (enum way)_i);
}
END_TEST

START_TEST(a_user_pin_can_be_set_again)
{
    tell(&(struct story){ ready, run_init_pin, complete_init_pin, true }, (enum way)_i);
}
END_TEST

/* Who took it for a PIN that was not sent would present it once more. */
START_TEST(a_refused_pin_is_wrong_though_its_tries_cannot_be_asked_for)
{
    static const enum result failures[] = { RESULT_CARD_RESET, RESULT_TRANSPORT, RESULT_CARD_REMOVED };
    struct rig *rig = &the_rig;

    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        int tries = 0;
        rig_up(rig, "rutoken");
        vcard_channel_break(rig->channel, 1, failures[i], false);
        assert_result(verify(rig, CARD_USER, "11111111", &tries), RESULT_PIN_WRONG);
        ck_assert_int_eq(tries, CARD_TRIES_UNKNOWN);
        rig_down(rig);
    }
}
END_TEST

static enum result run_verify_so(struct rig *rig)
{
    int tries;

    return verify(rig, CARD_SO, SO_PIN, &tries);
}

static enum result run_change_so(struct rig *rig)
{
    return change(rig, CARD_SO, SO_PIN, "11223344");
}

static enum result run_change_user(struct rig *rig)
{
    return change(rig, CARD_USER, USER_PIN, "11223344");
}

static void nobody_logged_in(struct rig *rig)
{
    rig_ready(rig, "rutoken");
    rig_again(rig);
}

/* A reset "before anything was sent" has a PIN presented again: an old one, if it was changed. */
START_TEST(a_reset_after_a_right_pin_does_not_have_it_presented_again)
{
    static const struct story rows[] = { { nobody_logged_in, run_verify_so, NULL, true },
                                         { nobody_logged_in, run_change_so, NULL, true },
                                         { nobody_logged_in, run_change_user, NULL, false },
                                         { nobody_logged_in, run_init_pin, NULL, true } };
    struct rig *rig = &the_rig;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int steps = steps_of(&rows[i]);
        for (int step = 0; step < steps; step++) {
            bool last = rows[i].logs_out && step == steps - 1;
            rows[i].before(rig);
            fail_at(rig, step, RESET);
            assert_result(rows[i].run(rig), step == 0 ? RESULT_CARD_RESET
                                                  : last    ? RESULT_OK
                                                            : RESULT_TRANSPORT);
            rig_down(rig);
        }
    }
}
END_TEST

/* "Nothing was done", once something was, has it all done again: a second key, a second file. */
START_TEST(a_reset_after_a_change_does_not_have_it_made_again)
{
    static const struct story rows[] = { { ready, run_generate, NULL, false },
                                         { ready, run_generate_rsa, NULL, false },
                                         { ready, run_store, NULL, false },
                                         { ready, run_replace, NULL, false } };
    struct rig *rig = &the_rig;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int steps = steps_of(&rows[i]);
        bool changed = false;
        for (int step = 0; step < steps; step++) {
            enum result result;
            rows[i].before(rig);
            fail_at(rig, step, RESET);
            result = rows[i].run(rig);
            changed = changed || result != RESULT_CARD_RESET;
            assert_result(result, changed ? RESULT_TRANSPORT : RESULT_CARD_RESET);
            ck_assert_msg(step > 0 || !changed, "nothing was done yet");
            rig_down(rig);
        }
        ck_assert_msg(changed, "row %zu: everything would be done again", i);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { a_new_key_can_be_completed,
                                   a_new_rsa_key_can_be_completed,
                                   a_new_certificate_can_be_completed,
                                   a_replaced_certificate_is_the_old_one_or_the_new_one,
                                   erasing_a_certificate_keeps_the_others,
                                   erasing_a_key_keeps_the_others,
                                   a_format_can_be_run_again,
                                   a_user_pin_can_be_set_again };
    Suite *suite = suite_create("rutoken faults");
    TCase *tcase = tcase_create("rutoken faults");
    SRunner *runner;
    int failed;

    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_loop_test(tcase, tests[i], 0, WAYS);
    tcase_add_loop_test(tcase, a_lie_about_a_file_loses_no_certificate_and_the_new_one_can_be_written, 0, 2);
    tcase_add_loop_test(tcase, a_lie_about_what_is_there_does_not_have_it_replaced, 0, 4);
    tcase_add_test(tcase, a_refused_pin_is_wrong_though_its_tries_cannot_be_asked_for);
    tcase_add_test(tcase, a_reset_after_a_right_pin_does_not_have_it_presented_again);
    tcase_add_test(tcase, a_reset_after_a_change_does_not_have_it_made_again);
    tcase_set_timeout(tcase, 300);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
