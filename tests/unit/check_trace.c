/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/trace.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static char path[64];
static char text[1 << 20];

static void begin(enum trace_level level)
{
    (void)snprintf(path, sizeof(path), "/tmp/check-trace-%ld", (long)getpid());
    (void)unlink(path);
    assert_ok(trace_open(level, path));
}

/* Closes the trace and returns what it wrote. */
static const char *finish(void)
{
    FILE *file;
    size_t size;

    trace_close();
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    size = fread(text, 1, sizeof(text) - 1, file);
    text[size] = '\0';
    (void)fclose(file);
    (void)unlink(path);
    return text;
}

static size_t count_lines(const char *lines)
{
    size_t count = 0;

    for (; *lines; lines++)
        count += *lines == '\n';
    return count;
}

static void say_everything(void)
{
    const uint8_t header[] = { 0x00, 0xCB, 0x3F, 0xFF };

    trace_text(TRACE_ERROR, "config", "no such key", "[piv] colour");
    trace_call("C_Sign", "CKR_OK");
    trace_exchange(&(struct trace_line){ .header = BYTES_OF(header), .body = BYTES_LIT(0x5C, 0x01, 0x7E) });
    trace_exchange(&(struct trace_line){ .answer = true, .body = BYTES_LIT(0xAB), .sw = 0x6110 });
    trace_exchange(&(struct trace_line){ .answer = true, .sw = 0x9000 });
}

START_TEST(each_level_adds_its_lines)
{
    begin(TRACE_ERROR);
    say_everything();
    ck_assert_uint_eq(count_lines(finish()), 1);
    begin(TRACE_CALL);
    say_everything();
    ck_assert_uint_eq(count_lines(finish()), 2);
    begin(TRACE_CARD);
    say_everything();
    ck_assert_uint_eq(count_lines(finish()), 5);
    ck_assert_ptr_nonnull(strstr(text, "config: no such key: [piv] colour\n"));
    ck_assert_ptr_nonnull(strstr(text, "C_Sign = CKR_OK\n"));
    ck_assert_ptr_nonnull(strstr(text, "> 00CB3FFF (3) 5C017E\n"));
    ck_assert_ptr_nonnull(strstr(text, "< (1) AB 6110\n"));
    ck_assert_ptr_nonnull(strstr(text, "< 9000\n"));
}
END_TEST

START_TEST(an_unopened_or_closed_trace_is_silent)
{
    say_everything();
    ck_assert(!trace_wants(TRACE_ERROR));
    begin(TRACE_CARD);
    ck_assert(trace_wants(TRACE_CARD));
    ck_assert(!trace_wants(TRACE_OFF));
    ck_assert_str_eq(finish(), "");
    ck_assert(!trace_wants(TRACE_ERROR));
    say_everything();
    ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

START_TEST(a_secret_body_is_a_length)
{
    const uint8_t header[] = { 0x00, 0x20, 0x00, 0x80 };

    begin(TRACE_CARD);
    trace_exchange(&(struct trace_line){ .secret = true,
                                         .header = BYTES_OF(header),
                                         .body = BYTES_LIT(0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0xFF, 0xFF) });
    trace_exchange(
        &(struct trace_line){ .answer = true, .secret = true, .body = BYTES_LIT(0x77, 0x78), .sw = 0x9000 });
    finish();
    ck_assert_ptr_nonnull(strstr(text, "> 00200080 **(8)\n"));
    ck_assert_ptr_nonnull(strstr(text, "< **(2) 9000\n"));
    ck_assert_ptr_null(strstr(text, "313233"));
    ck_assert_ptr_null(strstr(text, "123456"));
    ck_assert_ptr_null(strstr(text, "7778"));
}
END_TEST

START_TEST(the_file_is_for_its_owner_alone_and_is_continued)
{
    struct stat status;

    begin(TRACE_ERROR);
    trace_text(TRACE_ERROR, "a", "first", NULL);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
    trace_close();
    assert_ok(trace_open(TRACE_ERROR, path));
    trace_text(TRACE_ERROR, "a", "second", NULL);
    finish();
    ck_assert_ptr_nonnull(strstr(text, "a: first\n"));
    ck_assert_ptr_nonnull(strstr(text, "a: second\n"));
}
END_TEST

START_TEST(a_file_that_cannot_be_opened_is_refused)
{
    assert_result(trace_open(TRACE_CARD, "/nonexistent/trace"), RESULT_REFUSED);
    ck_assert(!trace_wants(TRACE_ERROR));
}
END_TEST

START_TEST(names_cannot_forge_lines_or_drive_a_terminal)
{
    begin(TRACE_ERROR);
    trace_text(TRACE_ERROR, "reader", "arrived", "Evil\nreader\x1b[2J\x7F");
    finish();
    ck_assert_uint_eq(count_lines(text), 1);
    ck_assert_ptr_nonnull(strstr(text, "Evil?reader?[2J?\n"));
}
END_TEST

START_TEST(a_long_answer_is_one_line)
{
    static uint8_t body[65536];

    begin(TRACE_CARD);
    memset(body, 0xA5, sizeof(body));
    trace_exchange(&(struct trace_line){ .answer = true, .body = BYTES_OF(body), .sw = 0x9000 });
    finish();
    ck_assert_uint_eq(count_lines(text), 1);
    ck_assert_uint_gt(strlen(text), 2 * sizeof(body));
}
END_TEST

static void *write_lines(void *unused)
{
    for (int i = 0; i < 200; i++)
        trace_text(TRACE_ERROR, "thread", "a line that must stay whole", NULL);
    return unused;
}

START_TEST(lines_of_several_threads_do_not_mix)
{
    pthread_t threads[4];
    size_t whole = 0;

    begin(TRACE_ERROR);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_lines, NULL), 0);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (const char *p = finish(); (p = strstr(p, "thread: a line that must stay whole\n")) != NULL; p++)
        whole++;
    ck_assert_uint_eq(whole, 800);
    ck_assert_uint_eq(count_lines(text), 800);
}
END_TEST

START_TEST(a_forked_child_is_silent_until_it_opens_its_own_trace)
{
    int status;
    pid_t child;

    begin(TRACE_ERROR);
    child = fork();
    if (child == 0) {
        trace_text(TRACE_ERROR, "child", "before", NULL);
        if (trace_open(TRACE_ERROR, path) != RESULT_OK)
            _exit(1);
        trace_text(TRACE_ERROR, "child", "after", NULL);
        trace_close();
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    finish();
    ck_assert_ptr_null(strstr(text, "before"));
    ck_assert_ptr_nonnull(strstr(text, "child: after\n"));
}
END_TEST

UNIT_MAIN("trace", each_level_adds_its_lines, an_unopened_or_closed_trace_is_silent,
          a_secret_body_is_a_length, the_file_is_for_its_owner_alone_and_is_continued,
          a_file_that_cannot_be_opened_is_refused, names_cannot_forge_lines_or_drive_a_terminal,
          a_long_answer_is_one_line, lines_of_several_threads_do_not_mix,
          a_forked_child_is_silent_until_it_opens_its_own_trace)
