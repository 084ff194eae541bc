/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/reader.h"

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* The client library asks at its first call where the service is: nowhere. */
static struct reader_source *source_without_service(void)
{
    struct reader_source *source;

    (void)setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", 1);
    assert_ok(reader_source_pcsc(&source));
    return source;
}

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

START_TEST(without_a_service_every_call_says_so_at_once)
{
    struct reader_source *source = source_without_service();
    struct reader_state states[2];
    struct channel *channel;
    double begin = seconds();
    size_t count = 77;

    assert_result(source->ops->list(source, states, 2, &count), RESULT_NO_SERVICE);
    ck_assert_uint_eq(count, 0);
    assert_result(source->ops->list(source, states, 2, &count), RESULT_NO_SERVICE);
    assert_result(source->ops->wait(source, NULL, 0, 10000), RESULT_NO_SERVICE);
    assert_result(source->ops->connect(source, "No reader", &channel), RESULT_NO_SERVICE);
    ck_assert_ptr_null(channel);
    source->ops->interrupt(source);
    ck_assert(seconds() - begin < 2);
    source->ops->close(source, false);
}
END_TEST

START_TEST(a_forked_child_only_forgets)
{
    struct reader_source *source = source_without_service();
    int status;
    pid_t child = fork();

    if (child == 0) {
        source->ops->close(source, true);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    source->ops->close(source, false);
}
END_TEST

UNIT_MAIN("reader", without_a_service_every_call_says_so_at_once, a_forked_child_only_forgets)
