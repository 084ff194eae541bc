/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/doctor.h"

#include <string.h>

#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"

/** A doctor whose words go into memory. */
struct practice {
    struct tool_ear ear;
    struct findings findings;
};

static void practice_open(struct practice *ret)
{
    tool_listen(&ret->ear, 80);
    ret->findings = (struct findings){ .ui = &ret->ear.ui, .list = json_array() };
}

static void practice_close(struct practice *practice)
{
    json_decref(practice->findings.list);
    tool_deaf(&practice->ear);
}

/** The one finding is ID, and certain or not. */
static void expect(const struct practice *practice, const char *id, bool certain)
{
    const json_t *finding = json_array_get(practice->findings.list, 0);

    ck_assert_uint_eq(json_array_size(practice->findings.list), 1);
    ck_assert_str_eq(json_string_value(json_object_get(finding, "id")), id);
    ck_assert_int_eq(json_is_true(json_object_get(finding, "certain")), certain);
    ck_assert_str_eq(json_string_value(json_object_get(finding, "level")), "problem");
    ck_assert_uint_eq(practice->findings.problems, 1);
}

START_TEST(a_clock_before_the_release_is_wrong_for_certain)
{
    struct practice practice;

    practice_open(&practice);
    doctor_clock(&practice.findings, 86400);
    expect(&practice, "clock-behind", true);
    practice_close(&practice);
}
END_TEST

START_TEST(a_clock_far_ahead_is_wrong_likely)
{
    struct practice practice;

    practice_open(&practice);
    doctor_clock(&practice.findings, 4102444800);
    expect(&practice, "clock-ahead", false);
    tool_flush(&practice.ear);
    ck_assert_ptr_nonnull(strstr(practice.ear.out, "likely"));
    practice_close(&practice);
}
END_TEST

START_TEST(a_clock_that_can_be_right_is_no_finding)
{
    struct practice practice;

    practice_open(&practice);
    doctor_clock(&practice.findings, 1830297600);
    ck_assert_uint_eq(json_array_size(practice.findings.list), 0);
    practice_close(&practice);
}
END_TEST

START_TEST(each_state_of_the_service_is_told_apart)
{
    static const struct {
        enum pcsc_state state;
        const char *id;
    } rows[] = { { PCSC_NOT_RUNNING, "pcsc-not-running" }, { PCSC_REFUSED, "pcsc-refused" }, { PCSC_BROKEN, "pcsc-broken" },
                 { PCSC_ANSWERS, "no-reader" } };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct pcsc_check check = { .state = rows[i].state };
        struct practice practice;

        practice_open(&practice);
        ck_assert(!doctor_pcsc(&practice.findings, &check));
        expect(&practice, rows[i].id, true);
        practice_close(&practice);
    }
}
END_TEST

START_TEST(each_state_of_a_card_is_told_apart)
{
    static const struct {
        enum pcsc_card card;
        const char *id;
        bool certain, go_on;
    } rows[] = { { PCSC_MUTE, "card-mute", true, true }, { PCSC_HELD, "card-held", true, false },
                 { PCSC_DENIED, "card-denied", true, false }, { PCSC_UNKNOWN, "card-unknown-state", false, true } };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pcsc_check check = { .count = 2 };
        struct practice practice;

        check.readers[1] = (struct pcsc_reader){ .name = "Reader", .card = rows[i].card };
        practice_open(&practice);
        ck_assert_int_eq(doctor_pcsc(&practice.findings, &check), rows[i].go_on);
        expect(&practice, rows[i].id, rows[i].certain);
        practice_close(&practice);
    }
}
END_TEST

UNIT_MAIN("tool/doctor", a_clock_before_the_release_is_wrong_for_certain, a_clock_far_ahead_is_wrong_likely,
          a_clock_that_can_be_right_is_no_finding, each_state_of_the_service_is_told_apart, each_state_of_a_card_is_told_apart)
