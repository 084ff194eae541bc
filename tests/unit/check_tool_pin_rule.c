/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/pin_rule.h"

#include "tests/unit/unit.h"

static enum pin_fault judge(CK_ULONG min, CK_ULONG max, bool officer, const char *text)
{
    SCOPED(secret_free) struct secret *pin = NULL;
    const CK_TOKEN_INFO info = { .ulMinPinLen = min, .ulMaxPinLen = max };
    struct pin_rule rule;

    pin_rule_make(&info, officer, &rule);
    assert_ok(secret_new(bytes_text(text), &pin));
    return pin_rule_check(&rule, pin);
}

START_TEST(a_token_with_room_wants_letters_and_digits)
{
    ck_assert_int_eq(judge(6, 32, false, "secret13"), PIN_FINE);
    ck_assert_int_eq(judge(6, 32, false, "ключ2468"), PIN_FINE);
    ck_assert_int_eq(judge(6, 32, false, "secret1"), PIN_SHORT);
    ck_assert_int_eq(judge(6, 32, false, "ключ246"), PIN_SHORT);
    ck_assert_int_eq(judge(6, 32, false, "13572468"), PIN_NO_LETTER);
    ck_assert_int_eq(judge(6, 32, false, "secretive"), PIN_NO_DIGIT);
    ck_assert_int_eq(judge(6, 10, false, "secret12468"), PIN_LONG);
    ck_assert_int_eq(judge(10, 32, false, "secret135"), PIN_SHORT);
    ck_assert_int_eq(judge(6, 32, false, ""), PIN_SHORT);
    ck_assert_int_eq(judge(6, 32, false, "secret\t135"), PIN_CONTROL);
}
END_TEST

START_TEST(a_token_that_ends_at_eight_wants_eight_digits)
{
    ck_assert_int_eq(judge(6, 8, false, "13572468"), PIN_FINE);
    ck_assert_int_eq(judge(6, 8, false, "secret13"), PIN_FINE);
    ck_assert_int_eq(judge(6, 8, false, "1357246"), PIN_SHORT);
    ck_assert_int_eq(judge(6, 8, false, "135724680"), PIN_LONG);
    ck_assert_int_eq(judge(6, 8, false, "1357-468"), PIN_NO_LETTER);
    ck_assert_int_eq(judge(4, 6, false, "135246"), PIN_FINE);
    ck_assert_int_eq(judge(4, 6, false, "13524"), PIN_SHORT);
}
END_TEST

START_TEST(a_token_that_tells_no_limits_wants_letters)
{
    ck_assert_int_eq(judge(0, 0, false, "13572468"), PIN_NO_LETTER);
    ck_assert_int_eq(judge(0, CK_EFFECTIVELY_INFINITE, false, "secret13"), PIN_FINE);
    ck_assert_int_eq(judge(0, CK_UNAVAILABLE_INFORMATION, false, "13572468"), PIN_NO_LETTER);
}
END_TEST

START_TEST(what_everybody_tries_first_is_refused)
{
    ck_assert_int_eq(judge(6, 8, false, "12345678"), PIN_FACTORY);
    ck_assert_int_eq(judge(6, 8, false, "123456"), PIN_FACTORY);
    ck_assert_int_eq(judge(6, 32, true, "87654321"), PIN_FACTORY);
    ck_assert_int_eq(judge(6, 8, false, "23456789"), PIN_SIMPLE);
    ck_assert_int_eq(judge(6, 8, false, "98765432"), PIN_SIMPLE);
    ck_assert_int_eq(judge(6, 8, false, "22222222"), PIN_SIMPLE);
}
END_TEST

START_TEST(a_management_key_is_for_the_security_officer_of_a_piv_token)
{
    const char *key = "00112233445566778899AABBCCDDEEFF0011223344556677";

    ck_assert_int_eq(judge(6, 8, true, key), PIN_FINE);
    ck_assert_int_eq(judge(6, 8, false, key), PIN_LONG);
    ck_assert_int_eq(judge(6, 32, true, key), PIN_LONG);
    ck_assert_int_eq(judge(6, 8, true, key + 1), PIN_LONG);
}
END_TEST

START_TEST(random_pins_keep_the_rule_and_differ)
{
    static const CK_ULONG most[] = { 6, 8, 12, 32, 0 };

    for (size_t i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
        SCOPED(secret_free) struct secret *one = NULL;
        SCOPED(secret_free) struct secret *two = NULL;
        const CK_TOKEN_INFO info = { .ulMinPinLen = 6, .ulMaxPinLen = most[i] };
        struct pin_rule rule;

        pin_rule_make(&info, true, &rule);
        assert_ok(pin_rule_random(&rule, &one));
        ck_assert_int_eq(pin_rule_check(&rule, one), PIN_FINE);
        for (int again = 0; again < 4 && !two; again++) {
            assert_ok(pin_rule_random(&rule, &two));
            if (secret_equal(one, two))
                secret_free(&two);
        }
        ck_assert_ptr_nonnull(two);
    }
}
END_TEST

UNIT_MAIN("tool/pin_rule", a_token_with_room_wants_letters_and_digits, a_token_that_ends_at_eight_wants_eight_digits,
          a_token_that_tells_no_limits_wants_letters, what_everybody_tries_first_is_refused,
          a_management_key_is_for_the_security_officer_of_a_piv_token, random_pins_keep_the_rule_and_differ)
