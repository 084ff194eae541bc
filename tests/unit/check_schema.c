/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/token/schema.h"
#include "tests/unit/unit.h"

START_TEST(test_unknown_classes_have_no_attributes)
{
    ck_assert_uint_eq(schema_groups(CKO_DOMAIN_PARAMETERS, 0), 0);
    ck_assert_uint_eq(schema_groups(CK_UNAVAILABLE_INFORMATION, 0), 0);
    ck_assert_ptr_null(schema_find(0, CKA_CLASS));
}
END_TEST

START_TEST(test_attributes_belong_to_classes_and_key_types)
{
    unsigned rsa = schema_groups(CKO_PUBLIC_KEY, CKK_RSA), ec = schema_groups(CKO_PUBLIC_KEY, CKK_EC);

    ck_assert_ptr_nonnull(schema_find(rsa, CKA_MODULUS));
    ck_assert_ptr_null(schema_find(rsa, CKA_EC_POINT));
    ck_assert_ptr_null(schema_find(ec, CKA_MODULUS));
    ck_assert_ptr_nonnull(schema_find(ec, CKA_EC_POINT));
    ck_assert_ptr_null(schema_find(rsa, CKA_PRIVATE_EXPONENT));
    ck_assert_ptr_nonnull(schema_find(schema_groups(CKO_PRIVATE_KEY, CKK_RSA), CKA_PRIVATE_EXPONENT));
    ck_assert_ptr_null(schema_find(schema_groups(CKO_CERTIFICATE, 0), CKA_SIGN));
}
END_TEST

START_TEST(test_values_are_held_against_their_shape)
{
    unsigned cert = schema_groups(CKO_CERTIFICATE, 0);
    const struct schema_row *token = schema_find(cert, CKA_TOKEN), *date = schema_find(cert, CKA_START_DATE);
    const struct schema_row *type = schema_find(cert, CKA_CERTIFICATE_TYPE);

    ck_assert_uint_eq(schema_check_value(token, BYTES_LIT(1)), CKR_OK);
    ck_assert_uint_eq(schema_check_value(token, BYTES_LIT(2)), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_uint_eq(schema_check_value(token, BYTES_NONE), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_uint_eq(schema_check_value(date, bytes_text("20260131")), CKR_OK);
    ck_assert_uint_eq(schema_check_value(date, BYTES_NONE), CKR_OK);
    ck_assert_uint_eq(schema_check_value(date, bytes_text("2026013x")), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_uint_eq(schema_check_value(date, bytes_text("202601")), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_uint_eq(schema_check_value(type, BYTES_LIT(0)), CKR_ATTRIBUTE_VALUE_INVALID);
}
END_TEST

START_TEST(test_defaults_do_not_replace_what_is_there)
{
    SCOPED(attributes_clear) struct attributes list = { NULL, 0, 0 };

    ck_assert_uint_eq(attributes_set_text(&list, CKA_LABEL, "mine"), CKR_OK);
    ck_assert_uint_eq(schema_fill(schema_groups(CKO_DATA, 0), &list), CKR_OK);
    assert_bytes(attributes_get(&list, CKA_LABEL)->value, bytes_text("mine"));
    ck_assert(attributes_bool(&list, CKA_MODIFIABLE, false));
    ck_assert_ptr_nonnull(attributes_get(&list, CKA_APPLICATION));
}
END_TEST

START_TEST(test_what_is_needed_and_missing_is_noticed)
{
    SCOPED(attributes_clear) struct attributes list = { NULL, 0, 0 };
    unsigned cert = schema_groups(CKO_CERTIFICATE, 0);

    ck_assert_uint_eq(schema_check_complete(cert, &list), CKR_TEMPLATE_INCOMPLETE);
    ck_assert_uint_eq(attributes_set_ulong(&list, CKA_CLASS, CKO_CERTIFICATE), CKR_OK);
    ck_assert_uint_eq(attributes_set_ulong(&list, CKA_CERTIFICATE_TYPE, CKC_X_509), CKR_OK);
    ck_assert_uint_eq(schema_check_complete(cert, &list), CKR_TEMPLATE_INCOMPLETE);
    ck_assert_uint_eq(attributes_set_text(&list, CKA_VALUE, "x"), CKR_OK);
    ck_assert_uint_eq(schema_check_complete(cert, &list), CKR_OK);
}
END_TEST

UNIT_MAIN("schema", test_unknown_classes_have_no_attributes, test_attributes_belong_to_classes_and_key_types,
          test_values_are_held_against_their_shape, test_defaults_do_not_replace_what_is_there,
          test_what_is_needed_and_missing_is_noticed)
