/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/profile.h"

#include <string.h>

#include "asn1/extension.h"
#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"

#define RUSSIAN(last) BYTES_LIT(0x06, 0x05, 0x2A, 0x85, 0x03, 0x64, last)
#define STANDARD(last) BYTES_LIT(0x06, 0x03, 0x55, 0x1D, last)

static struct tool_ear ear;

static struct bytes extensions_of(const char *profile, const struct profile_choice *choice)
{
    static uint8_t memory[1024];
    struct buf out = BUF_OVER(memory);

    assert_ok(profile_extensions(profile_find(profile), choice, &out));
    return buf_bytes(&out);
}

START_TEST(russian_profiles_ask_for_what_a_qualified_certificate_has)
{
    const struct profile_choice choice = { .sign_tool = "tool", .identification = 1 };
    struct bytes row = extensions_of("person", &choice), value;

    assert_ok(extension_find(row, STANDARD(0x0F), &value));
    assert_bytes(value, BYTES_LIT(0x03, 0x02, 0x06, 0xC0));
    assert_ok(extension_find(row, STANDARD(0x25), &value));
    assert_ok(extension_find(row, STANDARD(0x20), &value));
    assert_bytes(value, BYTES_LIT(0x30, 0x0A, 0x30, 0x08, 0x06, 0x06, 0x2A, 0x85, 0x03, 0x64, 0x71, 0x01));
    assert_ok(extension_find(row, RUSSIAN(0x6F), &value));
    assert_bytes(value, BYTES_LIT(0x0C, 0x04, 't', 'o', 'o', 'l'));
    assert_ok(extension_find(row, RUSSIAN(0x72), &value));
    assert_bytes(value, BYTES_LIT(0x02, 0x01, 0x01));
}
END_TEST

START_TEST(a_plain_profile_has_nothing_russian)
{
    const struct profile_choice choice = { .email = "a@b", .decrypts = true };
    struct bytes row = extensions_of("plain", &choice), value;

    assert_ok(extension_find(row, STANDARD(0x0F), &value));
    assert_bytes(value, BYTES_LIT(0x03, 0x02, 0x04, 0xF0));
    assert_ok(extension_find(row, STANDARD(0x11), &value));
    assert_bytes(value, BYTES_LIT(0x30, 0x05, 0x81, 0x03, 'a', '@', 'b'));
    assert_result(extension_find(row, RUSSIAN(0x6F), &value), RESULT_NOT_FOUND);
    assert_result(extension_find(row, STANDARD(0x20), &value), RESULT_NOT_FOUND);
}
END_TEST

START_TEST(what_follows_from_the_rest_is_filled_in)
{
    SCOPED(subject_free) struct subject subject = { { NULL } };

    tool_listen(&ear, 80);
    subject_set(&ear.ui, &subject, SUBJECT_SN, "Иванов");
    subject_set(&ear.ui, &subject, SUBJECT_GN, "Иван");
    subject_set(&ear.ui, &subject, SUBJECT_INN, "500100732259");
    ck_assert_int_eq((int)profile_complete(&ear.ui, profile_find("person"), false, &subject), EXIT_CODE_USAGE);
    subject_set(&ear.ui, &subject, SUBJECT_SNILS, "11223344595");
    ck_assert_int_eq((int)profile_complete(&ear.ui, profile_find("person"), false, &subject), EXIT_CODE_OK);
    ck_assert_str_eq(subject.values[SUBJECT_CN], "Иванов Иван");
    ck_assert_str_eq(subject.values[SUBJECT_C], "RU");
    ck_assert_int_eq((int)profile_complete(&ear.ui, profile_find("entrepreneur"), false, &subject), EXIT_CODE_USAGE);
    subject_set(&ear.ui, &subject, SUBJECT_O, "Example");
    ck_assert_int_eq((int)profile_complete(&ear.ui, profile_find("person"), false, &subject), EXIT_CODE_USAGE);
    tool_flush(&ear);
    ck_assert_ptr_nonnull(strstr(ear.err, "--organisation does not belong"));
    tool_deaf(&ear);
}
END_TEST

START_TEST(only_known_profiles_are_found)
{
    ck_assert_ptr_null(profile_find("emperor"));
    ck_assert_ptr_null(profile_find(""));
    ck_assert_ptr_nonnull(profile_find("organisation"));
}
END_TEST

UNIT_MAIN("profile", russian_profiles_ask_for_what_a_qualified_certificate_has, a_plain_profile_has_nothing_russian,
          what_follows_from_the_rest_is_filled_in, only_known_profiles_are_found)
