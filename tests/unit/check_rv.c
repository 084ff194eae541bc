/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "module/rv.h"
#include "tests/unit/unit.h"

START_TEST(test_success_is_success)
{
    ck_assert_uint_eq(rv_from_result(RESULT_OK), CKR_OK);
}
END_TEST

START_TEST(test_every_failure_stays_a_failure)
{
    for (int result = RESULT_OK + 1; result <= RESULT_CANCELLED; result++)
        ck_assert_uint_ne(rv_from_result((enum result)result), CKR_OK);
}
END_TEST

START_TEST(test_pins_and_removal_have_their_own_names)
{
    ck_assert_uint_eq(rv_from_result(RESULT_PIN_WRONG), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(rv_from_result(RESULT_PIN_BLOCKED), CKR_PIN_LOCKED);
    ck_assert_uint_eq(rv_from_result(RESULT_PIN_LENGTH), CKR_PIN_LEN_RANGE);
    ck_assert_uint_eq(rv_from_result(RESULT_NOT_AUTHENTICATED), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(rv_from_result(RESULT_CARD_REMOVED), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(rv_from_result(RESULT_READER_GONE), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(rv_from_result(RESULT_CARD_FULL), CKR_DEVICE_MEMORY);
    ck_assert_uint_eq(rv_from_result(RESULT_NO_MEMORY), CKR_HOST_MEMORY);
}
END_TEST

START_TEST(test_a_return_value_has_the_name_of_the_standard)
{
    ck_assert_str_eq(rv_name(CKR_OK), "CKR_OK");
    ck_assert_str_eq(rv_name(CKR_PIN_INCORRECT), "CKR_PIN_INCORRECT");
    ck_assert_str_eq(rv_name(CKR_TOKEN_NOT_INITIALIZED), "CKR_TOKEN_NOT_INITIALIZED");
    ck_assert_str_eq(rv_name(0x7777), "CKR_?");
}
END_TEST

UNIT_MAIN("rv", test_success_is_success, test_every_failure_stays_a_failure,
          test_pins_and_removal_have_their_own_names, test_a_return_value_has_the_name_of_the_standard)
