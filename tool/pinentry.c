/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/pinentry.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/prompt.h"
#include "tool/text.h"

/** A running pinentry: we write commands to TO and read answers from FROM. */
struct pinentry {
    pid_t pid;
    int to, from;
};

static void pinentry_end(struct pinentry *pinentry)
{
    if (pinentry->to >= 0)
        close(pinentry->to);
    if (pinentry->from >= 0)
        close(pinentry->from);
    if (pinentry->pid > 0)
        while (waitpid(pinentry->pid, NULL, 0) < 0 && errno == EINTR)
            ;
}

static bool spawn(const char *program, const int *in, const int *out, pid_t *ret)
{
    char *const arguments[] = { (char *)(uintptr_t)program, NULL };
    posix_spawn_file_actions_t actions;
    bool done;

    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    done = posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO) == 0 &&
           posix_spawnp(ret, program, &actions, NULL, arguments, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return done;
}

static bool pinentry_start(struct pinentry *ret)
{
    const char *program = getenv("PINENTRY_PROGRAM");
    int in[2], out[2];
    bool done;

    if (pipe2(in, O_CLOEXEC) != 0)
        return false;
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    done = spawn(program && *program ? program : "pinentry", in, out, &ret->pid);
    close(in[0]);
    close(out[1]);
    ret->to = in[1];
    ret->from = out[0];
    return done;
}

static bool send(const struct pinentry *pinentry, const char *command, const char *value)
{
    char line[1000];
    size_t size = (size_t)snprintf(line, sizeof(line), "%s%s", command, value ? " " : "");

    for (; value && *value && size + 4 < sizeof(line); value++)
        if (*value == '%' || (unsigned char)*value < 0x20)
            size += (size_t)snprintf(line + size, sizeof(line) - size, "%%%02X", (unsigned)(unsigned char)*value);
        else
            line[size++] = *value;
    line[size++] = '\n';
    return write(pinentry->to, line, size) == (ssize_t)size;
}

static int digit(uint8_t character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    character |= 0x20;
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

/** Undoes the percent signs of a data line in place: the PIN never leaves the secret. */
static bool unescape(struct buf *line)
{
    size_t to = 0;

    for (size_t from = 2; from < line->size; from++) {
        int high, low;

        if (line->data[from] != '%') {
            line->data[to++] = line->data[from];
            continue;
        }
        high = from + 2 < line->size ? digit(line->data[from + 1]) : -1;
        low = from + 2 < line->size ? digit(line->data[from + 2]) : -1;
        if (high < 0 || low < 0)
            return false;
        line->data[to++] = (uint8_t)(high << 4 | low);
        from += 2;
    }
    buf_truncate(line, to);
    return true;
}

static bool is_line(const struct secret *line, const char *beginning)
{
    return bytes_start_with(secret_bytes(line), bytes_text(beginning));
}

/** Reads answers up to OK or ERR; a data line on the way goes to *DATA if that is wanted. */
static bool answered(const struct pinentry *pinentry, struct secret **data)
{
    for (;;) {
        SCOPED(secret_free) struct secret *line = NULL;

        if (prompt_secret_line(pinentry->from, &line) != PROMPT_READ)
            return false;
        if (is_line(line, "OK"))
            return true;
        if (is_line(line, "ERR"))
            return false;
        if (!data || !is_line(line, "D "))
            continue;
        secret_free(data);
        if (!unescape(secret_buf(line)))
            return false;
        *data = line;
        line = NULL;
    }
}

static bool say_to(const struct pinentry *pinentry, const char *command, const char *value)
{
    return send(pinentry, command, value) && answered(pinentry, NULL);
}

static bool prepare(const struct pinentry *pinentry, const char *question, const char *trouble)
{
    char option[300];
    const char *terminal = ttyname(STDIN_FILENO), *type = getenv("TERM");

    if (!answered(pinentry, NULL))
        return false;
    if (terminal && snprintf(option, sizeof(option), "ttyname=%s", terminal) < (int)sizeof(option))
        say_to(pinentry, "OPTION", option);
    if (type && snprintf(option, sizeof(option), "ttytype=%s", type) < (int)sizeof(option))
        say_to(pinentry, "OPTION", option);
    say_to(pinentry, "OPTION", "lc-ctype=C.UTF-8");
    say_to(pinentry, "SETTITLE", "ecp");
    say_to(pinentry, "SETPROMPT", "PIN:");
    if (trouble)
        say_to(pinentry, "SETERROR", trouble);
    return say_to(pinentry, "SETDESC", question);
}

enum exit_code pinentry_ask(const struct ui *ui, const char *question, const char *trouble, struct secret **ret)
{
    SCOPED(pinentry_end) struct pinentry pinentry = { .to = -1, .from = -1 };

    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction before;
    bool done;

    *ret = NULL;
    if (!pinentry_start(&pinentry))
        return ui_fail(ui, EXIT_CODE_CANCELLED, _("Install a package pinentry-…, or leave --pinentry out."),
                       _("pinentry cannot be started"));
    sigaction(SIGPIPE, &ignore, &before); /* one that is closed is no PIN, and not the end of this program */
    done = prepare(&pinentry, question, trouble) && send(&pinentry, "GETPIN", NULL) && answered(&pinentry, ret) && *ret;
    sigaction(SIGPIPE, &before, NULL);
    if (done)
        return EXIT_CODE_OK;
    secret_free(ret);
    return ui_fail(ui, EXIT_CODE_CANCELLED, NULL, _("no PIN was entered in the window"));
}
