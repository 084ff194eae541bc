/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/unit.h"

#include <string.h>

#include "vcard/fault.h"

static void assert_next(struct fault_list *list, enum fault_kind kind)
{
    struct fault fault;

    fault_next(list, &fault);
    ck_assert_int_eq((int)fault.kind, (int)kind);
}

static void add(struct fault_list *list, const char *text)
{
    struct fault fault;

    assert_ok(fault_parse(text, &fault));
    assert_ok(fault_add(list, &fault));
}

START_TEST(test_without_faults_nothing_happens)
{
    struct fault_list *list = calloc(1, sizeof(*list));

    assert_next(list, FAULT_NONE);
    free(list);
}
END_TEST

START_TEST(test_fault_meets_the_command_that_was_counted_and_no_other)
{
    struct fault_list *list = calloc(1, sizeof(*list));

    add(list, "after=3 drop");
    assert_next(list, FAULT_NONE);
    assert_next(list, FAULT_NONE);
    assert_next(list, FAULT_DROP);
    assert_next(list, FAULT_NONE);
    free(list);
}
END_TEST

START_TEST(test_fault_lasts_as_many_commands_as_it_says)
{
    struct fault_list *list = calloc(1, sizeof(*list));

    add(list, "times=2 lose");
    assert_next(list, FAULT_LOSE);
    assert_next(list, FAULT_LOSE);
    assert_next(list, FAULT_NONE);
    free(list);
}
END_TEST

START_TEST(test_fault_without_end_lasts_until_it_is_cleared)
{
    struct fault_list *list = calloc(1, sizeof(*list));

    add(list, "times=0 sw=6110");
    for (int i = 0; i < 100; i++)
        assert_next(list, FAULT_ANSWER);
    fault_clear(list);
    assert_next(list, FAULT_NONE);
    free(list);
}
END_TEST

START_TEST(test_two_faults_count_at_the_same_time)
{
    struct fault_list *list = calloc(1, sizeof(*list));

    add(list, "after=2 drop-after");
    add(list, "after=1 lose-after");
    assert_next(list, FAULT_LOSE_AFTER);
    assert_next(list, FAULT_DROP_AFTER);
    assert_next(list, FAULT_NONE);
    free(list);
}
END_TEST

START_TEST(test_of_two_faults_for_one_command_the_younger_waits)
{
    struct fault_list *list = calloc(1, sizeof(*list));

    add(list, "drop");
    add(list, "lose");
    assert_next(list, FAULT_DROP);
    assert_next(list, FAULT_LOSE);
    assert_next(list, FAULT_NONE);
    free(list);
}
END_TEST

START_TEST(test_answers_are_read_as_hexadecimal_in_either_case)
{
    struct fault fault;

    assert_ok(fault_parse("after=7 answer=00fFa9", &fault));
    ck_assert_uint_eq(fault.after, 7);
    ck_assert_uint_eq(fault.times, 1);
    assert_bytes(bytes_make(fault.answer, fault.answer_size), BYTES_LIT(0x00, 0xFF, 0xA9));
    assert_ok(fault_parse("  fill=300  times=5 ", &fault));
    ck_assert_int_eq((int)fault.kind, FAULT_FILL);
    ck_assert_uint_eq(fault.fill, 300);
    ck_assert_uint_eq(fault.times, 5);
}
END_TEST

START_TEST(test_nonsense_is_refused)
{
    static const char *const texts[] = {
        "",         "after=1",     "after=0 drop", "after=-1 drop", "after=x drop",
        "sw=6",     "sw=6F0",      "sw=6F0G",      "sw=6F0000",     "answer=",
        "answer=1", "fill=999999", "drop lose",    "times= drop",   "explode"
    };
    struct fault fault;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        ck_assert_msg(fault_parse(texts[i], &fault) == RESULT_MALFORMED, "accepted: %s", texts[i]);
}
END_TEST

START_TEST(test_answer_beyond_the_limit_is_refused_and_the_longest_is_not)
{
    char text[2 * FAULT_ANSWER_MAX + 16] = "answer=";
    struct fault fault;

    memset(text + 7, 'A', 2 * FAULT_ANSWER_MAX);
    text[7 + 2 * FAULT_ANSWER_MAX] = '\0';
    assert_ok(fault_parse(text, &fault));
    ck_assert_uint_eq(fault.answer_size, FAULT_ANSWER_MAX);
    strcat(text, "AA");
    assert_result(fault_parse(text, &fault), RESULT_TOO_LARGE);
}
END_TEST

START_TEST(test_more_faults_than_can_wait_are_refused)
{
    struct fault_list *list = calloc(1, sizeof(*list));
    struct fault fault;

    for (int i = 0; i < FAULT_WAITING_MAX; i++)
        add(list, "after=1000 drop");
    assert_ok(fault_parse("drop", &fault));
    assert_result(fault_add(list, &fault), RESULT_TOO_LARGE);
    assert_next(list, FAULT_NONE);
    free(list);
}
END_TEST

UNIT_MAIN("fault", test_without_faults_nothing_happens,
          test_fault_meets_the_command_that_was_counted_and_no_other,
          test_fault_lasts_as_many_commands_as_it_says, test_fault_without_end_lasts_until_it_is_cleared,
          test_two_faults_count_at_the_same_time, test_of_two_faults_for_one_command_the_younger_waits,
          test_answers_are_read_as_hexadecimal_in_either_case, test_nonsense_is_refused,
          test_answer_beyond_the_limit_is_refused_and_the_longest_is_not,
          test_more_faults_than_can_wait_are_refused)
