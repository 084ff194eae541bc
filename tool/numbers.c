/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/numbers.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/** SNILS had no check digits up to this one. */
#define SNILS_UNCHECKED "001001998"

static unsigned digit(const char *digits, size_t index)
{
    return (unsigned)(digits[index] - '0');
}

static unsigned weighted(const char *digits, const unsigned *weights, size_t count)
{
    unsigned sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += digit(digits, i) * weights[i];
    return sum;
}

/** The remainder of the first COUNT digits, as one number, by DIVISOR; its last digit. */
static unsigned remainder_digit(const char *digits, size_t count, unsigned divisor)
{
    unsigned rest = 0;

    for (size_t i = 0; i < count; i++)
        rest = (rest * 10 + digit(digits, i)) % divisor;
    return rest % 10;
}

/** The weights of the second check digit of an INN of 12 digits; those of the first, and of the one of 10 digits, are their
 * ends. */
static const unsigned inn_weights[] = { 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8 };

static bool check_inn(const char *digits)
{
    return weighted(digits, inn_weights + 1, 10) % 11 % 10 == digit(digits, 10) &&
           weighted(digits, inn_weights, 11) % 11 % 10 == digit(digits, 11);
}

static bool check_innle(const char *digits)
{
    return weighted(digits, inn_weights + 2, 9) % 11 % 10 == digit(digits, 9);
}

static bool check_snils(const char *digits)
{
    static const unsigned weights[] = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };

    if (strncmp(digits, SNILS_UNCHECKED, strlen(SNILS_UNCHECKED)) <= 0)
        return true;
    return weighted(digits, weights, 9) % 101 % 100 == digit(digits, 9) * 10 + digit(digits, 10);
}

static bool check_ogrn(const char *digits)
{
    return remainder_digit(digits, 12, 11) == digit(digits, 12);
}

static bool check_ogrnip(const char *digits)
{
    return remainder_digit(digits, 14, 13) == digit(digits, 14);
}

static const struct {
    unsigned length;
    bool (*check)(const char *digits);
} rows[] = {
    [NUMBER_INN] = { 12, check_inn },
    [NUMBER_INNLE] = { 10, check_innle },
    [NUMBER_SNILS] = { 11, check_snils },
    [NUMBER_OGRN] = { 13, check_ogrn },
    [NUMBER_OGRNIP] = { 15, check_ogrnip },
};

unsigned number_length(enum number_kind kind)
{
    return rows[kind].length;
}

/** Zeros alone pass every sum, and are nobody's number. */
static bool all_zeros(const char *digits)
{
    return digits[strspn(digits, "0")] == '\0';
}

enum number_fault number_check(enum number_kind kind, const char *text, char *ret)
{
    size_t count = 0;

    for (const char *c = text; *c; c++) {
        if (*c == ' ' || *c == '-')
            continue;
        if (*c < '0' || *c > '9')
            return NUMBER_NOT_DIGITS;
        if (count == rows[kind].length)
            return NUMBER_LENGTH;
        ret[count++] = *c;
    }
    ret[count] = '\0';
    if (count != rows[kind].length)
        return NUMBER_LENGTH;
    return all_zeros(ret) || !rows[kind].check(ret) ? NUMBER_CHECK : NUMBER_GOOD;
}
