/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/pinpad.h"

#include <stdio.h>
#include <string.h>

#include "tests/script/script.h"
#include "tests/unit/unit.h"

/* The feature list of a reader with keys: verify, modify, and one that is of no interest. */
#define ASK "% 42000D48 \n < 12 04 42330012 06 04 42330006 07 04 42330007 \n"

/* PIN_VERIFY: times, format, block of 8, no length; 6 to 8 digits; key, message, language, index; TEO;
 * length; APDU. */
#define VERIFY_PIV "% 42330006 3C 3C 82 08 00 0806 02 01 0904 00 000000 0D000000 0020008008 FF*8 \n"

/* PIN_MODIFY: as above, then offsets 0 and 8, digits, confirm, key, messages, language, three indices; TEO;
 * APDU. */
#define MODIFY_PIV                                                                                           \
    "% 42330007 3C 3C 82 08 00 00 08 0806 03 02 03 0904 00 01 02 000000 15000000 0024008010 FF*16 \n"

static const struct pin_format piv_pin = { 0x80, 6, 8, 8, 0xFF, true };

static struct channel *script(const char *text)
{
    struct channel *channel;

    assert_ok(script_open(text, &channel));
    return channel;
}

static void finish(struct channel *channel)
{
    ck_assert_str_eq(script_verdict(channel), "");
    script_close(&channel);
}

START_TEST(a_reader_is_asked_for_its_features_once)
{
    struct channel *channel = script(ASK);

    ck_assert(pinpad_present(channel));
    ck_assert(pinpad_present(channel));
    finish(channel);
}
END_TEST

START_TEST(a_reader_without_keys_has_no_pin_pad)
{
    static const char *const answers[] = {
        "% 42000D48 \n ! unsupported",  "% 42000D48 \n ! transport",      "% 42000D48 \n <",
        "% 42000D48 \n < 06",           "% 42000D48 \n < 06 04 423300",   "% 42000D48 \n < 06 02 4233",
        "% 42000D48 \n < 06 FF 423300", "% 42000D48 \n < 12 04 42330012",
    };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct channel *channel = script(answers[i]);

        ck_assert(!pinpad_present(channel));
        assert_result(pinpad_verify(channel, &piv_pin, NULL), RESULT_UNSUPPORTED);
        assert_result(pinpad_change(channel, &piv_pin, NULL), RESULT_UNSUPPORTED);
        finish(channel);
    }
}
END_TEST

START_TEST(a_busy_reader_is_asked_again)
{
    struct channel *channel = script("% 42000D48 \n ! busy \n" ASK);

    ck_assert(!pinpad_present(channel));
    ck_assert(pinpad_present(channel));
    finish(channel);
}
END_TEST

START_TEST(verifies_with_the_structure_of_the_specification)
{
    struct channel *channel = script(ASK VERIFY_PIV "< 9000 \n" VERIFY_PIV "< 63C2");
    unsigned sw;

    assert_ok(pinpad_verify(channel, &piv_pin, &sw));
    ck_assert_uint_eq(sw, 0x9000);
    assert_result(pinpad_verify(channel, &piv_pin, &sw), RESULT_PIN_WRONG);
    ck_assert_uint_eq(sw, 0x63C2);
    finish(channel);
}
END_TEST

START_TEST(a_pin_of_any_length_leaves_the_length_to_the_reader)
{
    struct channel *channel =
        script(ASK "% 42330006 3C 3C 82 00 00 2004 02 01 0904 00 000000 05000000 0020008100 \n < 9000");

    assert_ok(pinpad_verify(channel, &(struct pin_format){ .reference = 0x81, .min = 4, .max = 32 }, NULL));
    finish(channel);
}
END_TEST

START_TEST(changes_with_the_structure_of_the_specification)
{
    struct channel *channel = script(ASK MODIFY_PIV "< 9000 \n" MODIFY_PIV "< 6983");
    unsigned sw;

    assert_ok(pinpad_change(channel, &piv_pin, &sw));
    assert_result(pinpad_change(channel, &piv_pin, &sw), RESULT_PIN_BLOCKED);
    ck_assert_uint_eq(sw, 0x6983);
    finish(channel);
}
END_TEST

START_TEST(a_reader_that_only_verifies_does_not_change)
{
    struct channel *channel = script("% 42000D48 \n < 06 04 42330006");

    ck_assert(pinpad_present(channel));
    assert_result(pinpad_change(channel, &piv_pin, NULL), RESULT_UNSUPPORTED);
    finish(channel);
}
END_TEST

START_TEST(what_the_person_does_is_told_apart_from_what_the_card_says)
{
    static const struct {
        const char *answer;
        enum result result;
    } words[] = {
        { "< 6400", RESULT_TIMEOUT },        { "< 6401", RESULT_CANCELLED },
        { "< 6402", RESULT_PIN_CHARACTERS }, { "< 6403", RESULT_PIN_LENGTH },
        { "< 6B80", RESULT_UNSUPPORTED },    { "< 6983", RESULT_PIN_BLOCKED },
        { "<", RESULT_TRANSPORT },           { "< 90", RESULT_TRANSPORT },
        { "< 009000", RESULT_TRANSPORT },    { "! removed", RESULT_CARD_REMOVED },
        { "! transport", RESULT_TRANSPORT }, { "! reset", RESULT_CARD_RESET },
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        char text[512];
        struct channel *channel;

        (void)snprintf(text, sizeof(text), "%s%s%s", ASK, VERIFY_PIV, words[i].answer);
        channel = script(text);
        assert_result(pinpad_verify(channel, &piv_pin, NULL), words[i].result);
        finish(channel);
    }
}
END_TEST

UNIT_MAIN("pinpad", a_reader_is_asked_for_its_features_once, a_reader_without_keys_has_no_pin_pad,
          a_busy_reader_is_asked_again, verifies_with_the_structure_of_the_specification,
          a_pin_of_any_length_leaves_the_length_to_the_reader,
          changes_with_the_structure_of_the_specification, a_reader_that_only_verifies_does_not_change,
          what_the_person_does_is_told_apart_from_what_the_card_says)
