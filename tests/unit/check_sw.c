/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/sw.h"

#include "tests/unit/unit.h"

struct expectation {
    unsigned sw;
    enum result read, verify, use, admin, prove;
};

#define ALIKE(sw, result) { sw, result, result, result, result, result }

static const struct expectation expectations[] = {
    ALIKE(0x9000, RESULT_OK),
    ALIKE(0x6100, RESULT_OK),
    ALIKE(0x61FF, RESULT_OK),
    ALIKE(0x6200, RESULT_OK),
    ALIKE(0x6281, RESULT_CARD_FAILURE),
    ALIKE(0x6282, RESULT_OK),
    ALIKE(0x6283, RESULT_NOT_ALLOWED),
    ALIKE(0x6285, RESULT_NOT_ALLOWED),
    { 0x63C0, RESULT_OK, RESULT_PIN_BLOCKED, RESULT_REFUSED, RESULT_OK, RESULT_PIN_BLOCKED },
    { 0x63C1, RESULT_OK, RESULT_PIN_WRONG, RESULT_REFUSED, RESULT_OK, RESULT_PIN_WRONG },
    { 0x63CF, RESULT_OK, RESULT_PIN_WRONG, RESULT_REFUSED, RESULT_OK, RESULT_PIN_WRONG },
    { 0x6300, RESULT_OK, RESULT_PIN_WRONG, RESULT_REFUSED, RESULT_REFUSED, RESULT_PIN_WRONG },
    { 0x6302, RESULT_OK, RESULT_PIN_WRONG, RESULT_REFUSED, RESULT_REFUSED, RESULT_PIN_WRONG },
    { 0x6381, RESULT_OK, RESULT_PIN_WRONG, RESULT_REFUSED, RESULT_CARD_FULL, RESULT_PIN_WRONG },
    ALIKE(0x6400, RESULT_CARD_FAILURE),
    ALIKE(0x6500, RESULT_CARD_FAILURE),
    ALIKE(0x6581, RESULT_CARD_FAILURE),
    ALIKE(0x6600, RESULT_REFUSED),
    { 0x6700, RESULT_REFUSED, RESULT_PIN_LENGTH, RESULT_REFUSED, RESULT_REFUSED, RESULT_REFUSED },
    ALIKE(0x6881, RESULT_UNSUPPORTED),
    ALIKE(0x6882, RESULT_UNSUPPORTED),
    ALIKE(0x6883, RESULT_REFUSED),
    ALIKE(0x6884, RESULT_UNSUPPORTED),
    ALIKE(0x6900, RESULT_REFUSED),
    ALIKE(0x6981, RESULT_REFUSED),
    { 0x6982, RESULT_NOT_AUTHENTICATED, RESULT_NOT_AUTHENTICATED, RESULT_NOT_AUTHENTICATED,
      RESULT_NOT_AUTHENTICATED, RESULT_PIN_WRONG },
    { 0x6983, RESULT_NOT_AUTHENTICATED, RESULT_PIN_BLOCKED, RESULT_PIN_BLOCKED, RESULT_PIN_BLOCKED,
      RESULT_PIN_BLOCKED },
    { 0x6984, RESULT_REFUSED, RESULT_NOT_ALLOWED, RESULT_REFUSED, RESULT_REFUSED, RESULT_REFUSED },
    ALIKE(0x6985, RESULT_NOT_ALLOWED),
    ALIKE(0x6986, RESULT_WRONG_STATE),
    ALIKE(0x6987, RESULT_REFUSED),
    { 0x6A80, RESULT_REFUSED, RESULT_PIN_CHARACTERS, RESULT_REFUSED, RESULT_REFUSED, RESULT_PIN_WRONG },
    ALIKE(0x6A81, RESULT_WRONG_STATE),
    ALIKE(0x6A82, RESULT_NOT_FOUND),
    ALIKE(0x6A83, RESULT_NOT_FOUND),
    ALIKE(0x6A84, RESULT_CARD_FULL),
    ALIKE(0x6A85, RESULT_REFUSED),
    ALIKE(0x6A86, RESULT_WRONG_STATE),
    ALIKE(0x6A87, RESULT_REFUSED),
    { 0x6A88, RESULT_NOT_FOUND, RESULT_WRONG_STATE, RESULT_WRONG_STATE, RESULT_WRONG_STATE, RESULT_WRONG_STATE },
    { 0x6A89, RESULT_EXISTS, RESULT_REFUSED, RESULT_EXISTS, RESULT_EXISTS, RESULT_EXISTS },
    { 0x6A8A, RESULT_EXISTS, RESULT_REFUSED, RESULT_EXISTS, RESULT_EXISTS, RESULT_EXISTS },
    ALIKE(0x6B00, RESULT_REFUSED),
    ALIKE(0x6C10, RESULT_REFUSED),
    ALIKE(0x6D00, RESULT_WRONG_STATE),
    ALIKE(0x6E00, RESULT_WRONG_STATE),
    ALIKE(0x6F00, RESULT_CARD_FAILURE),
    ALIKE(0x6F42, RESULT_CARD_FAILURE),
    { 0x6F86, RESULT_CARD_FAILURE, RESULT_EXISTS, RESULT_CARD_FAILURE, RESULT_CARD_FAILURE,
      RESULT_CARD_FAILURE },
};

START_TEST(each_status_word_means_the_same_as_in_the_standard)
{
    for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
        const struct expectation *e = &expectations[i];

        ck_assert_msg(sw_result(e->sw, SW_READ) == e->read, "read %04X", e->sw);
        ck_assert_msg(sw_result(e->sw, SW_VERIFY) == e->verify, "verify %04X", e->sw);
        ck_assert_msg(sw_result(e->sw, SW_USE) == e->use, "use %04X", e->sw);
        ck_assert_msg(sw_result(e->sw, SW_ADMIN) == e->admin, "admin %04X", e->sw);
        ck_assert_msg(sw_result(e->sw, SW_PROVE) == e->prove, "prove %04X", e->sw);
    }
}
END_TEST

START_TEST(a_word_outside_the_standard_is_a_refusal)
{
    assert_result(sw_result(0x0000, SW_READ), RESULT_REFUSED);
    assert_result(sw_result(0x9001, SW_USE), RESULT_REFUSED);
    assert_result(sw_result(0x9100, SW_VERIFY), RESULT_REFUSED);
    assert_result(sw_result(0xFFFF, SW_PROVE), RESULT_REFUSED);
}
END_TEST

START_TEST(no_word_but_success_lets_a_pin_pass)
{
    for (unsigned sw = 0x6300; sw <= 0xFFFF; sw++) {
        if (sw != 0x9000)
            ck_assert_msg(sw_result(sw, SW_VERIFY) != RESULT_OK, "%04X", sw);
    }
}
END_TEST

START_TEST(tells_the_tries_that_are_left)
{
    ck_assert_int_eq(sw_tries(0x63C0), 0);
    ck_assert_int_eq(sw_tries(0x63C3), 3);
    ck_assert_int_eq(sw_tries(0x63CF), 15);
    ck_assert_int_eq(sw_tries(0x6983), 0);
    ck_assert_int_eq(sw_tries(0x6302), 2);
    ck_assert_int_eq(sw_tries(0x6300), SW_TRIES_UNKNOWN);
    ck_assert_int_eq(sw_tries(0x6381), SW_TRIES_UNKNOWN);
    ck_assert_int_eq(sw_tries(0x9000), SW_TRIES_UNKNOWN);
    ck_assert_int_eq(sw_tries(0x6982), SW_TRIES_UNKNOWN);
}
END_TEST

UNIT_MAIN("sw", each_status_word_means_the_same_as_in_the_standard, a_word_outside_the_standard_is_a_refusal,
          no_word_but_success_lets_a_pin_pass, tells_the_tries_that_are_left)
