/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pem.h"

#include "tests/unit/unit.h"

#define BLOCK(text) "-----BEGIN THING-----\n" text "\n-----END THING-----\n"

static enum result read_text(const char *text, struct bytes *ret)
{
    static uint8_t memory[64];
    struct buf out = BUF_OVER(memory);
    enum result result = pem_read(bytes_text(text), "THING", &out);

    *ret = buf_bytes(&out);
    return result;
}

/* RFC 4648, 10 */
START_TEST(the_rfcs_examples_are_read)
{
    static const char *const texts[][2] = {
        { BLOCK(""), "" },
        { BLOCK("Zg=="), "f" },
        { BLOCK("Zm8="), "fo" },
        { BLOCK("Zm9v"), "foo" },
        { BLOCK("Zm9vYg=="), "foob" },
        { BLOCK("Zm9vYmE="), "fooba" },
        { BLOCK("Zm9vYmFy"), "foobar" },
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct bytes got;
        assert_ok(read_text(texts[i][0], &got));
        assert_bytes(got, bytes_text(texts[i][1]));
    }
}
END_TEST

START_TEST(every_digit_has_its_value)
{
    const uint8_t expected[] = { 0x00, 0x10, 0x83, 0xFB, 0xFF, 0xBF };
    struct bytes got;

    assert_ok(read_text(BLOCK("ABCD+/+/"), &got));
    assert_bytes(got, BYTES_OF(expected));
}
END_TEST

START_TEST(what_is_around_a_block_and_white_space_in_it_mean_nothing)
{
    struct bytes got;

    assert_ok(read_text("a certificate:\r\n" BLOCK("Zm9v\r\n \tYmFy") BLOCK("Zg=="), &got));
    assert_bytes(got, bytes_text("foobar"));
    assert_ok(read_text("-----BEGIN OTHER-----\nZg==\n-----END OTHER-----\n" BLOCK("Zm9v"), &got));
    assert_bytes(got, bytes_text("foo"));
}
END_TEST

START_TEST(what_is_no_block_is_not_found)
{
    struct bytes got;

    assert_result(read_text("", &got), RESULT_NOT_FOUND);
    assert_result(read_text("Zm9v", &got), RESULT_NOT_FOUND);
    assert_result(read_text("-----BEGIN THINGS-----\nZm9v\n-----END THINGS-----\n", &got), RESULT_NOT_FOUND);
    assert_result(read_text("-----BEGIN THING-----\nZm9v\n", &got), RESULT_MALFORMED);
    assert_result(read_text("-----BEGIN THING-----\nZm9v\n-----END OTHER-----\n", &got), RESULT_MALFORMED);
}
END_TEST

START_TEST(broken_base64_is_refused)
{
    static const char *const texts[] = {
        BLOCK("Zm9"),  BLOCK("Z"),     BLOCK("Zg="),      BLOCK("Zg==="),   BLOCK("===="), BLOCK("Zg==Zg=="),
        BLOCK("Zm-v"), BLOCK("Zm9v,"), BLOCK("Zm9v\x80"), BLOCK("Proc: 4"), BLOCK("Zh=="), BLOCK("Zm9="),
    };
    struct bytes got;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_result(read_text(texts[i], &got), RESULT_MALFORMED);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    uint8_t memory[5];
    struct buf out = BUF_OVER(memory);

    assert_result(pem_read(bytes_text(BLOCK("Zm9vYmFy")), "THING", &out), RESULT_TOO_LARGE);
}
END_TEST

UNIT_MAIN("pem", the_rfcs_examples_are_read, every_digit_has_its_value,
          what_is_around_a_block_and_white_space_in_it_mean_nothing, what_is_no_block_is_not_found,
          broken_base64_is_refused, what_does_not_fit_is_refused)
