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

/* Asks for a turn, which is given at once or, if another has the card, after 60 ms. The time from the end of the last turn
 * until it was asked for, in ms. */
static int64_t turn(struct courtesy *courtesy, bool other)
{
    int64_t gap = courtesy->ended;

    courtesy_ask(courtesy);
    gap = courtesy->asked - gap;
    if (other)
        pace_sleep(60);
    courtesy_begin(courtesy);
    courtesy_end(courtesy);
    return gap;
}

START_TEST(a_turn_that_was_waited_for_is_followed_by_gaps_for_others)
{
    struct courtesy courtesy = { 0 };

    turn(&courtesy, true);
    ck_assert_int_ge(turn(&courtesy, false), 100);
    ck_assert_int_ge(turn(&courtesy, false), 100);
    /* A turn that is given at once is no sign of another; that it is, a busy machine may take a few tries to show. */
    for (int tries = 0; tries < 100 && courtesy.shared >= pace_now(); tries++) {
        courtesy.shared = pace_now() - 1;
        courtesy.row = courtesy.ended = pace_now();
        turn(&courtesy, false);
    }
    ck_assert_int_lt(courtesy.shared, pace_now());
}
END_TEST

START_TEST(gaps_are_of_different_lengths_so_that_programs_do_not_keep_in_step)
{
    struct courtesy courtesy = { 0 };
    unsigned first, different = 0;

    courtesy_end(&courtesy);
    first = courtesy.gap;
    for (int i = 0; i < 20; i++) {
        pace_sleep(1);
        courtesy_end(&courtesy);
        ck_assert_uint_gt(courtesy.gap, 100);
        different += courtesy.gap != first;
    }
    ck_assert_uint_gt(different, 0);
}
END_TEST

START_TEST(a_long_row_of_turns_has_gaps_and_a_short_one_has_none)
{
    struct courtesy courtesy = { 0 };
    int64_t begun;

    turn(&courtesy, false);
    begun = courtesy.row;
    turn(&courtesy, false);
    ck_assert_msg(courtesy.row == begun || courtesy.row >= begun + 110, "a gap in a short row");
    courtesy.row -= 4000;
    courtesy.ended = pace_now();
    ck_assert_int_ge(turn(&courtesy, false), 100);
    ck_assert_int_gt(courtesy.row, begun);
}
END_TEST

START_TEST(what_is_left_of_a_time_has_bounds)
{
    ck_assert_uint_eq(pace_left(pace_now() - 5, 100), 0);
    ck_assert_uint_eq(pace_left(pace_now() + 100000, 100), 100);
    ck_assert_uint_gt(pace_left(pace_now() + 100000, UINT32_MAX), 1000);
}
END_TEST

UNIT_MAIN("pace", sleeping_lets_the_clock_go_on, tries_become_rarer_and_come_to_an_end,
          no_patience_means_no_wait, what_is_left_of_a_time_has_bounds,
          a_turn_that_was_waited_for_is_followed_by_gaps_for_others,
          a_long_row_of_turns_has_gaps_and_a_short_one_has_none,
          gaps_are_of_different_lengths_so_that_programs_do_not_keep_in_step)
