/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/pace.h"

#include "tests/unit/unit.h"

START_TEST(sleeping_lets_the_clock_go_on)
{
    int64_t before = pace_now();

    pace_sleep(30);
    ck_assert_int_ge(pace_now() - before, 29);
}
END_TEST

START_TEST(tries_become_rarer_and_come_to_an_end)
{
    struct pace pace = pace_begin(300);
    int64_t before = pace_now();
    unsigned tries = 0;

    while (pace_wait(&pace))
        tries++;
    ck_assert_int_ge(pace_now() - before, 300);
    ck_assert_uint_ge(tries, 3);
    ck_assert_uint_le(tries, 6);
    ck_assert_uint_eq(pace.pause <= 200, 1);
}
END_TEST

START_TEST(no_patience_means_no_wait)
{
    struct pace pace = pace_begin(0);

    ck_assert(!pace_wait(&pace));
}
END_TEST

UNIT_MAIN("pace", sleeping_lets_the_clock_go_on, tries_become_rarer_and_come_to_an_end,
          no_patience_means_no_wait)
