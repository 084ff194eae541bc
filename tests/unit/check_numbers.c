/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/numbers.h"

#include <string.h>

#include "tests/unit/unit.h"

static const struct {
    enum number_kind kind;
    const char *text, *digits;
} good[] = {
    { NUMBER_INN, "500100732259", "500100732259" },
    { NUMBER_INN, "5001 0073 2259", "500100732259" },
    { NUMBER_INNLE, "7707083893", "7707083893" },
    { NUMBER_INNLE, "7830002293", "7830002293" },
    { NUMBER_SNILS, "112-233-445 95", "11223344595" },
    { NUMBER_SNILS, "087-654-302 00", "08765430200" }, /* the sum is 201, which leaves 100: written 00 */
    { NUMBER_SNILS, "087-654-303 00", "08765430300" }, /* the sum is 202, which leaves 0 */
    { NUMBER_SNILS, "001-001-998 77", "00100199877" }, /* too old for check digits */
    { NUMBER_OGRN, "1027700132195", "1027700132195" },
    { NUMBER_OGRN, "1037739010891", "1037739010891" },
    { NUMBER_OGRNIP, "304500116000157", "304500116000157" },
};

START_TEST(good_numbers_are_good)
{
    char digits[NUMBER_DIGITS_MAX + 1];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ck_assert_msg(number_check(good[i].kind, good[i].text, digits) == NUMBER_GOOD, "%s", good[i].text);
        ck_assert_str_eq(digits, good[i].digits);
        ck_assert_uint_eq(strlen(digits), number_length(good[i].kind));
    }
}
END_TEST

/* One wrong digit, wherever it is, is noticed in every kind of number (in OGRN and OGRNIP unless the sum ends alike). */
START_TEST(a_wrong_digit_is_noticed)
{
    unsigned noticed = 0, all = 0;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (strncmp(good[i].digits, "001001998", 9) == 0)
            continue;
        for (size_t place = 0; place < strlen(good[i].digits); place++) {
            for (char other = '0'; other <= '9'; other++) {
                char wrong[NUMBER_DIGITS_MAX + 1], digits[NUMBER_DIGITS_MAX + 1];

                strcpy(wrong, good[i].digits);
                if (wrong[place] == other)
                    continue;
                wrong[place] = other;
                all++;
                noticed += number_check(good[i].kind, wrong, digits) == NUMBER_CHECK;
            }
        }
    }
    ck_assert_msg(noticed * 100 > all * 95, "%u of %u", noticed, all);
}
END_TEST

START_TEST(known_mistakes_are_refused)
{
    static const struct {
        enum number_kind kind;
        const char *text;
        enum number_fault fault;
    } bad[] = {
        { NUMBER_INN, "500100732258", NUMBER_CHECK },
        { NUMBER_INN, "500100732269", NUMBER_CHECK }, /* the first of the two check digits */
        { NUMBER_INN, "7707083893", NUMBER_LENGTH },
        { NUMBER_INN, "5001007322599", NUMBER_LENGTH },
        { NUMBER_INNLE, "7707083894", NUMBER_CHECK },
        { NUMBER_INNLE, "770708389", NUMBER_LENGTH },
        { NUMBER_INNLE, "0000000000", NUMBER_CHECK },
        { NUMBER_SNILS, "112-233-445 96", NUMBER_CHECK },
        { NUMBER_SNILS, "087-654-303 01", NUMBER_CHECK },
        { NUMBER_SNILS, "001-001-999 77", NUMBER_CHECK },
        { NUMBER_SNILS, "112.233.445 95", NUMBER_NOT_DIGITS },
        { NUMBER_SNILS, "", NUMBER_LENGTH },
        { NUMBER_OGRN, "1027700132194", NUMBER_CHECK },
        { NUMBER_OGRN, "102770013219", NUMBER_LENGTH },
        { NUMBER_OGRN, "1O27700132195", NUMBER_NOT_DIGITS },
        { NUMBER_OGRNIP, "304500116000158", NUMBER_CHECK },
        { NUMBER_OGRNIP, "1027700132195", NUMBER_LENGTH },
        { NUMBER_OGRNIP, "99999999999999999999999999999999", NUMBER_LENGTH },
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char digits[NUMBER_DIGITS_MAX + 1];

        ck_assert_msg(number_check(bad[i].kind, bad[i].text, digits) == bad[i].fault, "%s", bad[i].text);
    }
}
END_TEST

UNIT_MAIN("numbers", good_numbers_are_good, a_wrong_digit_is_noticed, known_mistakes_are_refused)
