/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/extension.h"

#include "asn1/x509.h"
#include "tests/unit/vectors.h"

static uint8_t memory[2048];

START_TEST(key_usage_is_critical_and_ends_at_its_last_bit)
{
    struct buf out = BUF_OVER(memory);

    assert_ok(extension_add_key_usage(X509_DIGITAL_SIGNATURE | X509_NON_REPUDIATION, &out));
    assert_ok(extension_add_key_usage(X509_CRL_SIGN, &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0x30, 0x0E, 0x06, 0x03, 0x55, 0x1D, 0x0F, 0x01, 0x01, 0xFF, 0x04,
                                            0x04, 0x03, 0x02, 0x06, 0xC0, 0x30, 0x0E, 0x06, 0x03, 0x55, 0x1D,
                                            0x0F, 0x01, 0x01, 0xFF, 0x04, 0x04, 0x03, 0x02, 0x01, 0x02));
    assert_result(extension_add_key_usage(0, &out), RESULT_BAD_ARGUMENT);
    assert_result(extension_add_key_usage(1 << 7, &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(policies_have_the_encoding_of_the_lowest_class)
{
    static const char *const class[] = { EXTENSION_CLASS_KC1 };
    struct buf out = BUF_OVER(memory);

    assert_ok(extension_add_policies(class, 1, &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0x30, 0x13, 0x06, 0x03, 0x55, 0x1D, 0x20, 0x04, 0x0C, 0x30, 0x0A,
                                            0x30, 0x08, 0x06, 0x06, 0x2A, 0x85, 0x03, 0x64, 0x71, 0x01));
    assert_result(extension_add_policies(class, 0, &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(alternative_names_of_each_form_are_checked)
{
    static const uint8_t address[] = { 127, 0, 0, 1 };
    const struct extension_name good[] = { { EXTENSION_EMAIL, bytes_text("a@b") },
                                           { EXTENSION_DIRECTORY, BYTES_LIT(0x30, 0x00) },
                                           { EXTENSION_IP, BYTES_OF(address) } };
    const struct extension_name bad[] = { { EXTENSION_EMAIL, bytes_text("\xC3\xA9") },
                                          { EXTENSION_DNS, BYTES_NONE },
                                          { EXTENSION_DIRECTORY, BYTES_LIT(0x31, 0x00) },
                                          { EXTENSION_IP, bytes_slice(BYTES_OF(address), 0, 3) } };
    struct buf out = BUF_OVER(memory);
    struct bytes value;

    assert_ok(extension_add_names(good, 3, &out));
    assert_ok(extension_find(buf_bytes(&out), BYTES_LIT(0x06, 0x03, 0x55, 0x1D, 0x11), &value));
    assert_bytes(value, BYTES_LIT(0x30, 0x0F, 0x81, 0x03, 'a', '@', 'b', 0xA4, 0x02, 0x30, 0x00, 0x87, 0x04,
                                  127, 0, 0, 1));
    for (size_t i = 0; i < 4; i++)
        assert_result(extension_add_names(&bad[i], 1, &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(a_sign_tool_has_one_to_two_hundred_characters)
{
    char tool[2 * EXTENSION_SIGN_TOOL_MAX + 3] = "";
    struct buf out = BUF_OVER(memory);

    assert_result(extension_add_sign_tool(tool, &out), RESULT_BAD_ARGUMENT);
    for (size_t i = 0; i < EXTENSION_SIGN_TOOL_MAX; i++)
        strcat(tool, "\xD0\xAF");
    buf_clear(&out);
    assert_ok(extension_add_sign_tool(tool, &out));
    strcat(tool, "x");
    assert_result(extension_add_sign_tool(tool, &out), RESULT_BAD_ARGUMENT);
    assert_result(extension_add_sign_tool("\xD0", &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(the_kind_of_identification_is_a_small_number)
{
    struct buf out = BUF_OVER(memory);

    assert_ok(extension_add_identification(0, &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0x30, 0x0C, 0x06, 0x05, 0x2A, 0x85, 0x03, 0x64, 0x72, 0x04, 0x03,
                                            0x02, 0x01, 0x00));
    assert_result(extension_add_identification(128, &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(identifiers_that_are_none_are_refused)
{
    static const char *const oids[] = { EXTENSION_CLIENT_AUTH, "1.2.x" };
    struct buf out = BUF_OVER(memory);

    assert_result(extension_add_extended_usage(oids, 2, &out), RESULT_BAD_ARGUMENT);
    assert_result(extension_add_extended_usage(oids, 0, &out), RESULT_BAD_ARGUMENT);
    assert_result(extension_add(BYTES_LIT(0x2A), false, BYTES_LIT(5, 0), &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(finds_the_first_of_its_kind_or_says_there_is_none)
{
    struct bytes oid = BYTES_LIT(0x06, 0x01, 0x2A), other = BYTES_LIT(0x06, 0x01, 0x2B), value;
    struct buf out = BUF_OVER(memory);

    assert_ok(extension_add(other, true, BYTES_LIT(5, 0), &out));
    assert_result(extension_find(buf_bytes(&out), oid, &value), RESULT_NOT_FOUND);
    assert_ok(extension_add(oid, true, BYTES_LIT(1, 1, 0), &out));
    assert_ok(extension_add(oid, false, BYTES_LIT(5, 0), &out));
    assert_ok(extension_find(buf_bytes(&out), oid, &value));
    assert_bytes(value, BYTES_LIT(1, 1, 0));
    assert_result(extension_find(bytes_slice(buf_bytes(&out), 0, 5), oid, &value), RESULT_MALFORMED);
}
END_TEST

START_TEST(a_small_buffer_is_told)
{
    static const char *const oids[] = { EXTENSION_CLIENT_AUTH, EXTENSION_EMAIL_PROTECTION };

    for (size_t room = 0; room < 20; room++) {
        struct buf out = buf_make(memory, room);

        assert_result(extension_add_extended_usage(oids, 2, &out), RESULT_TOO_LARGE);
    }
}
END_TEST

UNIT_MAIN("extension", key_usage_is_critical_and_ends_at_its_last_bit,
          policies_have_the_encoding_of_the_lowest_class, alternative_names_of_each_form_are_checked,
          a_sign_tool_has_one_to_two_hundred_characters, the_kind_of_identification_is_a_small_number,
          identifiers_that_are_none_are_refused, finds_the_first_of_its_kind_or_says_there_is_none,
          a_small_buffer_is_told)
