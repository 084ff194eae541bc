/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unit.h: what every unit-test program shares: a main() from a list of tests, and assertions on results and views.
 *
 *     UNIT_MAIN("tlv", test_reads_nested, test_refuses_indefinite)
 */
#ifndef ECP_TESTS_UNIT_H
#define ECP_TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>

#include "asn1/bytes.h"
#include "asn1/result.h"

/** EXPR gives exactly the result EXPECTED. */
#define assert_result(expr, expected) ck_assert_int_eq((int)(expr), (int)(expected))

/** EXPR succeeds. */
#define assert_ok(expr) assert_result(expr, RESULT_OK)

/** Two views have the same contents; the first differing bytes are shown. */
#define assert_bytes(actual, expected)                                                                             \
    do {                                                                                                           \
        struct bytes unit_a_ = (actual), unit_e_ = (expected);                                                     \
        ck_assert_uint_eq(unit_a_.size, unit_e_.size);                                                             \
        if (unit_e_.size > 0)                                                                                      \
            ck_assert_mem_eq(unit_a_.data, unit_e_.data, unit_e_.size);                                            \
    } while (0)

/** Defines main(): one suite NAME with the given START_TEST functions. */
#define UNIT_MAIN(name, ...)                                                                                       \
    int main(void)                                                                                                 \
    {                                                                                                              \
        const TTest *const tests[] = { __VA_ARGS__ };                                                              \
        Suite *suite = suite_create(name);                                                                         \
        TCase *tcase = tcase_create(name);                                                                         \
        SRunner *runner;                                                                                           \
        int failed;                                                                                                \
        for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)                                              \
            tcase_add_test(tcase, tests[i]);                                                                       \
        tcase_set_timeout(tcase, 120);                                                                             \
        suite_add_tcase(suite, tcase);                                                                             \
        runner = srunner_create(suite);                                                                            \
        srunner_run_all(runner, CK_NORMAL);                                                                        \
        failed = srunner_ntests_failed(runner);                                                                    \
        srunner_free(runner);                                                                                      \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                                          \
    }

#endif
