/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vcard/process.h"

/** A child that sleeps until it is ended; deaf to SIGTERM if so wished. */
static pid_t sleeper_start(bool deaf)
{
    /* Before the fork: the test library has a handler of its own, which must not be met. */
    void (*before)(int) = signal(SIGTERM, deaf ? SIG_IGN : SIG_DFL);
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        for (;;)
            pause();
    }
    signal(SIGTERM, before);
    return pid;
}

static void assert_gone(pid_t pid)
{
    ck_assert_int_eq(kill(pid, 0), -1);
    ck_assert_int_eq(errno, ESRCH);
}

START_TEST(test_end_of_a_child_is_seen_with_its_status)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0)
        _exit(7);
    ck_assert(process_wait(pid, 5000, &status));
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 7);
}
END_TEST

START_TEST(test_wait_for_a_child_that_lives_ends_in_time)
{
    int status = 0;
    pid_t pid = sleeper_start(false);
    long long begin = process_clock();

    ck_assert(!process_wait(pid, 30, &status));
    ck_assert_int_ge(process_clock() - begin, 29);
    process_stop(&pid, SIGTERM, 5000);
}
END_TEST

START_TEST(test_stop_ends_and_collects_a_child)
{
    pid_t pid = sleeper_start(false), was = pid;

    process_stop(&pid, SIGTERM, 5000);
    ck_assert_int_eq(pid, -1);
    assert_gone(was);
    process_stop(&pid, SIGTERM, 5000); /* nothing to stop */
}
END_TEST

START_TEST(test_stop_ends_a_child_that_does_not_listen)
{
    pid_t pid = sleeper_start(true), was = pid;

    process_stop(&pid, SIGTERM, 20);
    assert_gone(was);
}
END_TEST

START_TEST(test_children_of_children_end_and_the_spared_one_does_not)
{
    int pair[2];
    pid_t grandchild = 0, spared = sleeper_start(false), was = spared;
    void (*before)(int);

    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    ck_assert_int_eq(pipe(pair), 0);
    /* Before the fork, as above: the child between may be ended before it has left by itself. */
    before = signal(SIGTERM, SIG_DFL);
    if (fork() == 0) {
        grandchild = sleeper_start(true);
        ck_assert_int_eq(write(pair[1], &grandchild, sizeof(grandchild)), (ssize_t)sizeof(grandchild));
        _exit(0);
    }
    signal(SIGTERM, before);
    ck_assert_int_eq(read(pair[0], &grandchild, sizeof(grandchild)), (ssize_t)sizeof(grandchild));
    process_end_children(spared, 20);
    assert_gone(grandchild);
    ck_assert_int_eq(kill(spared, 0), 0);
    process_stop(&spared, SIGTERM, 5000);
    assert_gone(was);
}
END_TEST

START_TEST(test_child_dies_with_its_parent)
{
    int pair[2];
    char byte = 0;
    pid_t parent = fork();

    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    if (parent == 0) {
        pid_t self = getpid();
        ck_assert_int_eq(pipe(pair), 0);
        if (fork() == 0) {
            process_die_with(self, SIGKILL);
            ck_assert_int_eq(write(pair[1], "x", 1), 1);
            for (;;)
                pause();
        }
        ck_assert_int_eq(read(pair[0], &byte, 1), 1);
        _exit(0);
    }
    int status = 0;
    ck_assert(process_wait(parent, 5000, &status));
    /* The orphan is ours now, and ended by the signal. */
    pid_t orphan = waitpid(-1, &status, 0);
    ck_assert_int_gt(orphan, 0);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGKILL);
}
END_TEST

UNIT_MAIN("process", test_end_of_a_child_is_seen_with_its_status,
          test_wait_for_a_child_that_lives_ends_in_time, test_stop_ends_and_collects_a_child,
          test_stop_ends_a_child_that_does_not_listen,
          test_children_of_children_end_and_the_spared_one_does_not, test_child_dies_with_its_parent)
