/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/text.h"

#include "asn1/strict.h"
#include "tests/unit/unit.h"

static void assert_utf8(uint32_t tag, struct bytes value, const char *expected)
{
    uint8_t memory[64];
    struct buf out = BUF_OVER(memory);
    struct text_reader reader;
    uint32_t code;

    assert_ok(text_open(tag, value, &reader));
    while (text_next(&reader, &code) == RESULT_OK)
        text_add(&out, code);
    ck_assert_uint_eq(reader.rest.size, 0);
    assert_bytes(buf_bytes(&out), bytes_text(expected));
}

START_TEST(every_string_type_becomes_utf8)
{
    assert_utf8(DER_UTF8_STRING, bytes_text("aé→𝄞"), "aé→𝄞");
    assert_utf8(DER_PRINTABLE_STRING, bytes_text("abc"), "abc");
    assert_utf8(DER_NUMERIC_STRING, bytes_text("1 2"), "1 2");
    assert_utf8(DER_IA5_STRING, bytes_text("a@b"), "a@b");
    assert_utf8(DER_VISIBLE_STRING, bytes_text("a"), "a");
    assert_utf8(DER_T61_STRING, BYTES_LIT('a', 0xE9), "aé");
    assert_utf8(DER_BMP_STRING, BYTES_LIT(0x00, 'a', 0x04, 0x18), "aИ");
    assert_utf8(DER_BMP_STRING, BYTES_LIT(0xD8, 0x34, 0xDD, 0x1E), "𝄞");
    assert_utf8(DER_UNIVERSAL_STRING, BYTES_LIT(0, 1, 0xD1, 0x1E), "𝄞");
    assert_utf8(DER_UTF8_STRING, BYTES_NONE, "");
}
END_TEST

START_TEST(edges_of_utf8_are_kept)
{
    assert_utf8(DER_UNIVERSAL_STRING, BYTES_LIT(0, 0, 0, 0x7F, 0, 0, 0, 0x80, 0, 0, 7, 0xFF, 0, 0, 8, 0),
                "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80");
    assert_utf8(DER_UTF8_STRING, bytes_text("\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"),
                "\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
}
END_TEST

START_TEST(broken_strings_are_malformed_at_once)
{
    static const char *const utf8[] = { "\x80",
                                        "a\xC3",
                                        "\xC0\x80",
                                        "\xC1\xBF",
                                        "\xE0\x80\x80",
                                        "\xE0\x9F\xBF",
                                        "\xED\xA0\x80",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF4\x90\x80\x80",
                                        "\xF8\x88\x80\x80\x80",
                                        "\xFF",
                                        "\xE2\x82",
                                        "\xC3(" };
    struct text_reader reader;

    for (size_t i = 0; i < sizeof(utf8) / sizeof(utf8[0]); i++)
        assert_result(text_open(DER_UTF8_STRING, bytes_text(utf8[i]), &reader), RESULT_MALFORMED);
    assert_result(text_open(DER_BMP_STRING, BYTES_LIT(0x00), &reader), RESULT_MALFORMED);
    assert_result(text_open(DER_BMP_STRING, BYTES_LIT(0x00, 0x41, 0x00), &reader), RESULT_MALFORMED);
    assert_result(text_open(DER_BMP_STRING, BYTES_LIT(0xD8, 0x34), &reader), RESULT_MALFORMED);
    assert_result(text_open(DER_BMP_STRING, BYTES_LIT(0xD8, 0x34, 0x00, 0x41), &reader), RESULT_MALFORMED);
    assert_result(text_open(DER_BMP_STRING, BYTES_LIT(0xDD, 0x1E), &reader), RESULT_MALFORMED);
    assert_result(text_open(DER_UNIVERSAL_STRING, BYTES_LIT(0, 0x11, 0, 0), &reader), RESULT_MALFORMED);
    assert_result(text_open(DER_UNIVERSAL_STRING, BYTES_LIT(0, 0, 0xD8, 0), &reader), RESULT_MALFORMED);
    assert_result(text_open(DER_UNIVERSAL_STRING, BYTES_LIT(0, 0, 0), &reader), RESULT_MALFORMED);
}
END_TEST

START_TEST(other_types_are_no_text)
{
    struct text_reader reader;

    assert_result(text_open(DER_INTEGER, BYTES_LIT(1), &reader), RESULT_UNSUPPORTED);
    assert_result(text_open(0x10C, BYTES_LIT('a'), &reader), RESULT_UNSUPPORTED);
}
END_TEST

UNIT_MAIN("text", every_string_type_becomes_utf8, edges_of_utf8_are_kept,
          broken_strings_are_malformed_at_once, other_types_are_no_text)
