/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "module/token/attributes.h"
#include "tests/unit/unit.h"

static CK_ATTRIBUTE entry(CK_ATTRIBUTE_TYPE type, const void *value, size_t size)
{
    return (CK_ATTRIBUTE){ type, (CK_VOID_PTR)(uintptr_t)value, size };
}

START_TEST(test_setting_twice_replaces)
{
    SCOPED(attributes_clear) struct attributes list = { NULL, 0, 0 };

    ck_assert_uint_eq(attributes_set_text(&list, CKA_LABEL, "one"), CKR_OK);
    ck_assert_uint_eq(attributes_set_text(&list, CKA_LABEL, "two"), CKR_OK);
    ck_assert_uint_eq(list.count, 1);
    assert_bytes(attributes_get(&list, CKA_LABEL)->value, bytes_text("two"));
}
END_TEST

START_TEST(test_a_value_can_be_set_from_itself)
{
    SCOPED(attributes_clear) struct attributes list = { NULL, 0, 0 };

    ck_assert_uint_eq(attributes_set_text(&list, CKA_LABEL, "abc"), CKR_OK);
    ck_assert_uint_eq(
        attributes_set(&list, CKA_LABEL, bytes_from(attributes_get(&list, CKA_LABEL)->value, 1)), CKR_OK);
    assert_bytes(attributes_get(&list, CKA_LABEL)->value, bytes_text("bc"));
}
END_TEST

START_TEST(test_many_attributes_are_kept_apart)
{
    SCOPED(attributes_clear) struct attributes list = { NULL, 0, 0 };

    for (CK_ULONG i = 0; i < 100; i++)
        ck_assert_uint_eq(attributes_set_ulong(&list, i, i * i), CKR_OK);
    for (CK_ULONG i = 0; i < 100; i++)
        ck_assert_uint_eq(attributes_ulong(&list, i, 1), i * i);
    attributes_remove(&list, 50);
    ck_assert_ptr_null(attributes_get(&list, 50));
    ck_assert_uint_eq(attributes_ulong(&list, 99, 1), 99 * 99);
}
END_TEST

START_TEST(test_a_value_of_another_length_is_no_number_and_no_truth)
{
    SCOPED(attributes_clear) struct attributes list = { NULL, 0, 0 };

    ck_assert_uint_eq(attributes_set_text(&list, CKA_CLASS, "abc"), CKR_OK);
    ck_assert_uint_eq(attributes_ulong(&list, CKA_CLASS, 7), 7);
    ck_assert(attributes_bool(&list, CKA_CLASS, true));
    ck_assert(!attributes_bool(&list, CKA_TOKEN, false));
}
END_TEST

START_TEST(test_a_template_matches_only_if_every_entry_does)
{
    SCOPED(attributes_clear) struct attributes list = { NULL, 0, 0 };
    CK_ATTRIBUTE template[] = { entry(CKA_LABEL, "key", 3), entry(CKA_ID, "\x01", 1) };

    ck_assert_uint_eq(attributes_set_text(&list, CKA_LABEL, "key"), CKR_OK);
    ck_assert(attributes_match(&list, template, 0));
    ck_assert(attributes_match(&list, template, 1));
    ck_assert(!attributes_match(&list, template, 2));
    ck_assert_uint_eq(attributes_set(&list, CKA_ID, BYTES_LIT(0x01)), CKR_OK);
    ck_assert(attributes_match(&list, template, 2));
    ck_assert_uint_eq(attributes_set(&list, CKA_ID, BYTES_LIT(0x01, 0x02)), CKR_OK);
    ck_assert(!attributes_match(&list, template, 2));
}
END_TEST

START_TEST(test_an_empty_value_matches_an_empty_attribute_and_no_other)
{
    SCOPED(attributes_clear) struct attributes list = { NULL, 0, 0 };
    CK_ATTRIBUTE template = entry(CKA_LABEL, NULL, 0);

    ck_assert(!attributes_match(&list, &template, 1));
    ck_assert_uint_eq(attributes_set(&list, CKA_LABEL, BYTES_NONE), CKR_OK);
    ck_assert(attributes_match(&list, &template, 1));
    ck_assert_uint_eq(attributes_set_text(&list, CKA_LABEL, "x"), CKR_OK);
    ck_assert(!attributes_match(&list, &template, 1));
}
END_TEST

START_TEST(test_hostile_templates_are_refused)
{
    CK_ATTRIBUTE null_value = entry(CKA_LABEL, NULL, 5), absurd = entry(CKA_LABEL, "x", (size_t)-1);
    CK_ATTRIBUTE twice[] = { entry(CKA_ID, "\x01", 1), entry(CKA_ID, "\x02", 1) };
    CK_ATTRIBUTE good = entry(CKA_LABEL, NULL, 0);

    ck_assert_uint_eq(template_check(NULL, 1), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(template_check(&good, (CK_ULONG)-1), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(template_check(&null_value, 1), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_uint_eq(template_check(&absurd, 1), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_uint_eq(template_check(twice, 2), CKR_TEMPLATE_INCONSISTENT);
    ck_assert_uint_eq(template_check(&good, 1), CKR_OK);
    ck_assert_uint_eq(template_check(NULL, 0), CKR_OK);
}
END_TEST

START_TEST(test_a_null_buffer_asks_for_the_length)
{
    const struct attribute value = { CKA_LABEL, bytes_text("hello") };
    CK_ATTRIBUTE asked = entry(CKA_LABEL, NULL, 99);

    ck_assert_uint_eq(attribute_copy_out(&asked, &value, false), CKR_OK);
    ck_assert_uint_eq(asked.ulValueLen, 5);
}
END_TEST

START_TEST(test_a_small_buffer_is_left_alone)
{
    const struct attribute value = { CKA_LABEL, bytes_text("hello") };
    char buffer[8] = "zzzz";
    CK_ATTRIBUTE asked = entry(CKA_LABEL, buffer, 4);

    ck_assert_uint_eq(attribute_copy_out(&asked, &value, false), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(asked.ulValueLen, CK_UNAVAILABLE_INFORMATION);
    ck_assert_str_eq(buffer, "zzzz");
    asked.ulValueLen = sizeof(buffer);
    ck_assert_uint_eq(attribute_copy_out(&asked, &value, false), CKR_OK);
    ck_assert_uint_eq(asked.ulValueLen, 5);
    ck_assert_mem_eq(buffer, "hello", 5);
}
END_TEST

START_TEST(test_missing_and_sensitive_values_say_so)
{
    const struct attribute value = { CKA_LABEL, bytes_text("hello") };
    char buffer[8];
    CK_ATTRIBUTE asked = entry(CKA_LABEL, buffer, sizeof(buffer));

    ck_assert_uint_eq(attribute_copy_out(&asked, NULL, false), CKR_ATTRIBUTE_TYPE_INVALID);
    ck_assert_uint_eq(asked.ulValueLen, CK_UNAVAILABLE_INFORMATION);
    asked.ulValueLen = sizeof(buffer);
    ck_assert_uint_eq(attribute_copy_out(&asked, &value, true), CKR_ATTRIBUTE_SENSITIVE);
    ck_assert_uint_eq(asked.ulValueLen, CK_UNAVAILABLE_INFORMATION);
}
END_TEST

UNIT_MAIN("attributes", test_setting_twice_replaces, test_a_value_can_be_set_from_itself,
          test_many_attributes_are_kept_apart, test_a_value_of_another_length_is_no_number_and_no_truth,
          test_a_template_matches_only_if_every_entry_does,
          test_an_empty_value_matches_an_empty_attribute_and_no_other, test_hostile_templates_are_refused,
          test_a_null_buffer_asks_for_the_length, test_a_small_buffer_is_left_alone,
          test_missing_and_sensitive_values_say_so)
