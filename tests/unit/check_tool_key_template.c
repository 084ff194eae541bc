/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/key_template.h"

#include "asn1/gost.h"
#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"
#include "tool/objects.h"

static enum exit_code make(const char *algorithm, const char *set, const char *id, struct key_template *ret)
{
    struct tool_ear ear;
    enum exit_code code;

    tool_listen(&ear, 80);
    code = key_template_make(&ear.ui, algorithm, set, NULL, id, ret);
    tool_deaf(&ear);
    return code;
}

START_TEST(a_gost_key_has_the_set_that_was_asked_for_and_streebog_of_its_size)
{
    struct key_template template;

    ck_assert_int_eq(make("gost256", NULL, NULL, &template), EXIT_CODE_OK);
    assert_bytes(template.set, gost_set_oid(gost_set_from_name(bytes_text("CryptoPro-A"))));
    assert_bytes(template.digest, gost_digest_oid(HASH_STREEBOG_256));
    ck_assert_int_eq(make("gost256", "tc26-256-B", NULL, &template), EXIT_CODE_OK);
    assert_bytes(template.set, gost_set_oid(gost_set_from_name(bytes_text("tc26-256-B"))));
    ck_assert_int_eq(make("gost512", NULL, NULL, &template), EXIT_CODE_OK);
    assert_bytes(template.digest, gost_digest_oid(HASH_STREEBOG_512));
}
END_TEST

START_TEST(sets_of_another_size_and_for_other_keys_are_refused)
{
    struct key_template template;

    ck_assert_int_eq(make("gost256", "tc26-512-A", NULL, &template), EXIT_CODE_USAGE);
    ck_assert_int_eq(make("gost512", "CryptoPro-A", NULL, &template), EXIT_CODE_USAGE);
    ck_assert_int_eq(make("gost256", "nonsense", NULL, &template), EXIT_CODE_USAGE);
    ck_assert_int_eq(make("rsa2048", "CryptoPro-A", NULL, &template), EXIT_CODE_USAGE);
}
END_TEST

START_TEST(an_id_is_hexadecimal)
{
    static const uint8_t expected[] = { 0x01, 0xAF };
    static const char *const wrong[] = { "", "1", "0g", "01 2" };
    struct key_template template;

    ck_assert_int_eq(make("p256", NULL, "01aF", &template), EXIT_CODE_OK);
    assert_bytes(bytes_make(template.id, template.id_size), BYTES_OF(expected));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_int_eq(make("p256", NULL, wrong[i], &template), EXIT_CODE_USAGE);
}
END_TEST

START_TEST(a_label_is_what_can_be_shown)
{
    static const char *const wrong[] = { "a\nb", "\033[31m", "\xFF", "a\u202E" };
    struct tool_ear ear;
    char longest[130];

    tool_listen(&ear, 80);
    memset(longest, 'a', sizeof(longest));
    longest[128] = '\0';
    ck_assert_int_eq(label_check(&ear.ui, NULL), EXIT_CODE_OK);
    ck_assert_int_eq(label_check(&ear.ui, "Ключ № 1"), EXIT_CODE_OK);
    ck_assert_int_eq(label_check(&ear.ui, longest), EXIT_CODE_OK);
    longest[128] = 'a';
    longest[129] = '\0';
    ck_assert_int_eq(label_check(&ear.ui, longest), EXIT_CODE_USAGE);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_int_eq(label_check(&ear.ui, wrong[i]), EXIT_CODE_USAGE);
    tool_deaf(&ear);
}
END_TEST

START_TEST(unknown_algorithms_are_refused)
{
    struct key_template template;

    ck_assert_int_eq(make("rsa1024", NULL, NULL, &template), EXIT_CODE_USAGE);
    ck_assert_int_eq(make("", NULL, NULL, &template), EXIT_CODE_USAGE);
}
END_TEST

UNIT_MAIN("tool/key_template", a_gost_key_has_the_set_that_was_asked_for_and_streebog_of_its_size,
          sets_of_another_size_and_for_other_keys_are_refused, an_id_is_hexadecimal, a_label_is_what_can_be_shown, unknown_algorithms_are_refused)
