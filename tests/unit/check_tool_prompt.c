/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/prompt.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"
#include "tool/pin_source.h"
#include "tool/pinentry.h"

static struct tool_ear ear;

/* The reading end of a pipe with TEXT. */
static int pipe_of(const char *text)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    return ends[0];
}

static enum exit_code read_from(const char *text, struct secret **ret)
{
    int fd = pipe_of(text);
    enum exit_code code = prompt_secret_from(&ear.ui, fd, "the pipe", ret);

    close(fd);
    return code;
}

START_TEST(an_empty_line_is_no_pin)
{
    static const char *const empty[] = { "", "\n", "\r\n", "\n1234\n" };
    struct secret *secret;

    tool_listen(&ear, 80);
    for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
        ck_assert_int_eq((int)read_from(empty[i], &secret), EXIT_CODE_CANCELLED);
        ck_assert_ptr_null(secret);
    }
    ck_assert_int_eq((int)read_from("1234\r\n", &secret), EXIT_CODE_OK);
    assert_bytes(secret_bytes(secret), bytes_text("1234"));
    secret_free(&secret);
    tool_deaf(&ear);
}
END_TEST

START_TEST(what_no_keyboard_writes_is_no_part_of_a_pin)
{
    int fd, ends[2];
    struct secret *secret;

    tool_listen(&ear, 80);
    ck_assert_int_eq((int)read_from("\xEF\xBB\xBF"
                                    "1234\r\n",
                                    &secret),
                     EXIT_CODE_OK);
    assert_bytes(secret_bytes(secret), bytes_text("1234"));
    secret_free(&secret);
    ck_assert_int_eq((int)read_from("\xEF\xBB\xBF\n", &secret), EXIT_CODE_CANCELLED);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "1234\0\n", 6), 6);
    close(ends[1]);
    ck_assert_int_eq((int)prompt_secret_from(&ear.ui, ends[0], "the pipe", &secret), EXIT_CODE_BAD_INPUT);
    ck_assert_ptr_null(secret);
    close(ends[0]);
    fd = open("/", O_RDONLY | O_DIRECTORY);
    ck_assert_int_eq((int)prompt_secret_from(&ear.ui, fd, "the folder", &secret), EXIT_CODE_NOT_FOUND);
    close(fd);
    ck_assert_int_eq((int)prompt_secret_from(&ear.ui, fd, "what is closed", &secret), EXIT_CODE_NOT_FOUND);
    tool_flush(&ear);
    ck_assert_ptr_nonnull(strstr(ear.err, "the line in the pipe has a NUL"));
    ck_assert_ptr_nonnull(strstr(ear.err, "no PIN can be read from the folder: Is a directory"));
    ck_assert_ptr_nonnull(strstr(ear.err, "no PIN can be read from what is closed: Bad file descriptor"));
    tool_deaf(&ear);
}
END_TEST

START_TEST(no_other_program_gets_the_descriptor_with_the_pin)
{
    struct pin_source source;
    struct common common = { .pin_fd = pipe_of("1234\n") };

    tool_listen(&ear, 80);
    ck_assert_int_eq((int)pin_source_open(&ear.ui, &common, &source), EXIT_CODE_OK);
    ck_assert_int_eq(fcntl(source.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    close(source.fd);
    tool_deaf(&ear);
}
END_TEST

START_TEST(a_pinentry_that_goes_away_is_no_pin)
{
    char path[] = "/tmp/ecp-pinentry.XXXXXX";
    static const char script[] = "#!/bin/sh\necho OK\n";
    int fd = mkstemp(path);
    struct secret *secret;

    tool_listen(&ear, 80);
    ck_assert_int_eq(write(fd, script, strlen(script)), (ssize_t)strlen(script));
    ck_assert_int_eq(fchmod(fd, 0700), 0);
    close(fd);
    setenv("PINENTRY_PROGRAM", path, 1);
    ck_assert_int_eq((int)pinentry_ask(&ear.ui, "PIN?", NULL, &secret), EXIT_CODE_CANCELLED);
    ck_assert_ptr_null(secret);
    tool_flush(&ear);
    ck_assert_str_eq(ear.err, "ecp test: no PIN was entered in the window\n");
    unlink(path);
    tool_deaf(&ear);
}
END_TEST

static bool shows(int terminal)
{
    struct termios now;

    ck_assert_int_eq(tcgetattr(terminal, &now), 0);
    return now.c_lflag & ECHO;
}

/* A question at a terminal of its own, which signal NUMBER ends when nothing is shown any more. */
static void end_question(int number)
{
    int terminal, there, status;
    struct secret *secret;
    pid_t child;

    ck_assert_int_eq(openpty(&terminal, &there, NULL, NULL, NULL), 0);
    ck_assert(shows(terminal));
    child = fork();
    if (child == 0) {
        if (login_tty(there) != 0)
            _exit(99);
        signal(number, SIG_DFL);
        tool_listen(&ear, 80);
        _exit((int)prompt_secret(&ear.ui, "PIN", &secret));
    }
    ck_assert_int_gt(child, 0);
    while (shows(terminal)) {
        ck_assert_int_eq(waitpid(child, &status, WNOHANG), 0);
        usleep(1000);
    }
    ck_assert_int_eq(kill(child, number), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), number);
    ck_assert(shows(terminal));
    close(terminal);
    close(there);
}

START_TEST(a_signal_at_the_question_leaves_a_terminal_that_shows)
{
    end_question(SIGHUP);
    end_question(SIGINT);
    end_question(SIGQUIT);
    end_question(SIGTERM);
}
END_TEST

static void await(int terminal, bool showing)
{
    while (shows(terminal) != showing)
        usleep(1000);
}

/* In a session of its own: a shell whose job asks a question, is stopped, and goes on when a byte comes from GO. */
static int shell(int go)
{
    struct secret *secret;
    int status;
    char byte;
    pid_t job = fork();

    if (job == 0) {
        setpgid(0, 0);
        signal(SIGTTOU, SIG_IGN);
        tcsetpgrp(STDIN_FILENO, getpid());
        signal(SIGTTOU, SIG_DFL);
        signal(SIGTSTP, SIG_DFL);
        tool_listen(&ear, 80);
        _exit((int)prompt_secret(&ear.ui, "PIN", &secret));
    }
    if (job < 0 || waitpid(job, &status, WUNTRACED) != job || !WIFSTOPPED(status) || read(go, &byte, 1) != 1)
        return 98;
    kill(job, SIGCONT);
    return waitpid(job, &status, 0) == job && WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}

START_TEST(a_question_that_is_stopped_shows_and_is_asked_again)
{
    int terminal, there, status, go[2];
    pid_t child;

    ck_assert_int_eq(openpty(&terminal, &there, NULL, NULL, NULL), 0);
    ck_assert_int_eq(pipe(go), 0);
    child = fork();
    if (child == 0)
        _exit(login_tty(there) == 0 ? shell(go[0]) : 99);
    ck_assert_int_gt(child, 0);
    await(terminal, false);
    ck_assert_int_eq(write(terminal, "\x1A", 1), 1); /* Ctrl-Z */
    await(terminal, true);
    ck_assert_int_eq(write(go[1], "", 1), 1);
    await(terminal, false);
    ck_assert_int_eq(write(terminal, "1234\n", 5), 5);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), EXIT_CODE_OK);
    ck_assert(shows(terminal));
    close(terminal);
    close(there);
    close(go[0]);
    close(go[1]);
}
END_TEST

UNIT_MAIN("tool/prompt", an_empty_line_is_no_pin, no_other_program_gets_the_descriptor_with_the_pin,
          a_pinentry_that_goes_away_is_no_pin, a_signal_at_the_question_leaves_a_terminal_that_shows,
          what_no_keyboard_writes_is_no_part_of_a_pin, a_question_that_is_stopped_shows_and_is_asked_again)
