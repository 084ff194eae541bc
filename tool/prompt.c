/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <regex.h>
#include <signal.h>
#include <string.h>
#include <langinfo.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "tool/text.h"

static void fd_close(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum exit_code open_terminal(const struct ui *ui, int *ret)
{
    *ret = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*ret >= 0)
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_CANCELLED, _("Give answers on the command line: --help tells which options there are."),
                   _("there is a question, and no terminal to ask it on"));
}

static bool show_bytes(int fd, struct bytes view)
{
    while (view.size > 0) {
        ssize_t written = write(fd, view.data, view.size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        view = bytes_make(view.data + written, view.size - (size_t)written);
    }
    return true;
}

static bool show(int fd, const char *text)
{
    return show_bytes(fd, bytes_text(text));
}

/** One byte of a line: 1, or 0 at its end, or -1 if the input ended before it. */
static int read_byte(int fd, uint8_t *ret)
{
    ssize_t count;

    do
        count = read(fd, ret, 1);
    while (count < 0 && errno == EINTR);
    if (count <= 0)
        return -1;
    return *ret != '\n';
}

/** What editors on other systems put before a text (U+FEFF). */
static void drop_mark(struct buf *line)
{
    static const uint8_t mark[] = { 0xEF, 0xBB, 0xBF };

    if (!bytes_start_with(buf_bytes(line), BYTES_OF(mark)))
        return;
    memmove(line->data, line->data + sizeof(mark), line->size - sizeof(mark));
    buf_truncate(line, line->size - sizeof(mark));
}

enum prompt_outcome prompt_secret_line(int fd, struct secret **ret)
{
    SCOPED(secret_free) struct secret *secret = NULL;
    struct buf *buf;
    int state;

    *ret = NULL;
    if (secret_new_empty(PROMPT_SECRET_MAX + 1, &secret) != RESULT_OK)
        return PROMPT_NO_MEMORY;
    buf = secret_buf(secret);
    buf_clear(buf);
    do {
        uint8_t *byte = buf_reserve(buf, 1);

        if (!byte)
            return PROMPT_TOO_LONG;
        errno = 0;
        state = read_byte(fd, byte);
    } while (state == 1);
    if (state < 0 && errno != 0)
        return PROMPT_UNREADABLE;
    buf_truncate(buf, buf->size - 1);
    if (buf->size > 0 && buf->data[buf->size - 1] == '\r')
        buf_truncate(buf, buf->size - 1);
    drop_mark(buf);
    if (buf->size == 0)
        return PROMPT_NOTHING;
    if (memchr(buf->data, 0, buf->size))
        return PROMPT_HAS_NUL;
    *ret = secret;
    secret = NULL;
    return PROMPT_READ;
}

enum exit_code prompt_secret_from(const struct ui *ui, int fd, const char *name, struct secret **ret)
{
    switch (prompt_secret_line(fd, ret)) {
    case PROMPT_READ:
        return EXIT_CODE_OK;
    case PROMPT_NOTHING:
        return ui_fail(ui, EXIT_CODE_CANCELLED, NULL, _("there is no PIN in %s"), name);
    case PROMPT_TOO_LONG:
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("the line in %s is too long for a PIN"), name);
    case PROMPT_HAS_NUL:
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("The PIN was not used. Write it as text, on a line of its own."),
                       _("the line in %s has a NUL character, which no PIN has"), name);
    case PROMPT_UNREADABLE:
        return ui_fail(ui, EXIT_CODE_NOT_FOUND, NULL, _("no PIN can be read from %s: %s"), name, strerror(errno));
    case PROMPT_NO_MEMORY:
        break;
    }
    return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
}

/** Signals by which a program ends or stops, and would leave the terminal as it is: showing nothing that is typed. */
static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP };

#define ENDINGS (sizeof(ending) / sizeof(ending[0]))

/** Waits for a line on FD. Returns 0, or which of the signals SET, which are blocked, comes before it; -1 if waiting fails. */
static int line_awaited(int fd, const sigset_t *set)
{
    SCOPED(fd_close) int signals = signalfd(-1, set, SFD_CLOEXEC);
    struct pollfd both[] = { { fd, POLLIN, 0 }, { signals, POLLIN, 0 } };
    sigset_t pending;

    while (poll(both, 2, -1) < 0)
        if (errno != EINTR)
            return -1;
    if (!both[1].revents)
        return 0;
    for (size_t i = 0; sigpending(&pending) == 0 && i < ENDINGS; i++)
        if (sigismember(&pending, ending[i]))
            return ending[i];
    return -1;
}

static void signals_hold(sigset_t *ret, sigset_t *before)
{
    sigemptyset(ret);
    for (size_t i = 0; i < ENDINGS; i++)
        sigaddset(ret, ending[i]);
    pthread_sigmask(SIG_BLOCK, ret, before);
}

enum exit_code prompt_secret(const struct ui *ui, const char *question, struct secret **ret)
{
    SCOPED(fd_close) int fd = -1;
    struct termios shown, hidden;
    sigset_t held, before;
    enum exit_code code;
    int number;

    *ret = NULL;
    TRY_CODE(open_terminal(ui, &fd));
    if (tcgetattr(fd, &shown) != 0)
        return ui_fail(ui, EXIT_CODE_CANCELLED, NULL, _("the terminal cannot hide what is typed"));
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    hidden.c_lflag |= ICANON;
    do {
        signals_hold(&held, &before);
        if (tcsetattr(fd, TCSAFLUSH, &hidden) != 0) {
            pthread_sigmask(SIG_SETMASK, &before, NULL);
            return ui_fail(ui, EXIT_CODE_CANCELLED, NULL, _("the terminal cannot hide what is typed"));
        }
        show(fd, question);
        show(fd, ": ");
        number = line_awaited(fd, &held);
        code = number == 0 ? prompt_secret_from(ui, fd, _("the terminal"), ret) : EXIT_CODE_CANCELLED;
        tcsetattr(fd, TCSAFLUSH, &shown);
        pthread_sigmask(SIG_SETMASK, &before, NULL); /* what came meanwhile ends or stops the program now */
        show(fd, "\n");
    } while (number == SIGTSTP); /* it goes on, and the question was long ago */
    return code;
}

enum exit_code prompt_show_secret(const struct ui *ui, const char *words, const struct secret *secret)
{
    SCOPED(fd_close) int fd = -1;

    TRY_CODE(open_terminal(ui, &fd));
    if (show(fd, words) && show(fd, ": ") && show_bytes(fd, secret_bytes(secret)) && show(fd, "\n"))
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_CANCELLED, NULL, _("the terminal cannot be written to"));
}

enum exit_code prompt_line(const struct ui *ui, const char *question, const char *fallback, char *ret, size_t size)
{
    SCOPED(fd_close) int fd = -1;
    size_t length = 0;
    uint8_t byte;
    int state;

    TRY_CODE(open_terminal(ui, &fd));
    show(fd, question);
    if (fallback && *fallback) {
        show(fd, " [");
        show(fd, fallback);
        show(fd, "]");
    }
    show(fd, ": ");
    while ((state = read_byte(fd, &byte)) == 1)
        if (length + 1 < size)
            ret[length++] = (char)byte;
    if (state < 0 && length == 0)
        return ui_fail(ui, EXIT_CODE_CANCELLED, NULL, _("the question was not answered"));
    ret[length] = '\0';
    if (length == 0 && fallback && strlen(fallback) < size)
        memcpy(ret, fallback, strlen(fallback) + 1);
    return EXIT_CODE_OK;
}

/** The language's own yes, and English always. */
static bool means_yes(const char *answer)
{
    static const char *const always[] = { "y", "Y", "yes", "д", "Д", "да", "Да" };
    regex_t pattern;
    bool found = false;

    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
        found = found || strcmp(answer, always[i]) == 0;
    if (found || !*answer || regcomp(&pattern, nl_langinfo(YESEXPR), REG_EXTENDED | REG_NOSUB) != 0)
        return found;
    found = regexec(&pattern, answer, 0, NULL, 0) == 0;
    regfree(&pattern);
    return found;
}

enum exit_code prompt_confirm(const struct ui *ui, bool yes, const char *question)
{
    char answer[PROMPT_LINE_MAX], whole[PROMPT_LINE_MAX];

    if (yes)
        return EXIT_CODE_OK;
    snprintf(whole, sizeof(whole), "%s %s", question, _("(y/n)"));
    TRY_CODE(prompt_line(ui, whole, NULL, answer, sizeof(answer)));
    if (means_yes(answer))
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_CANCELLED, NULL, _("you did not say yes; nothing was done"));
}

bool prompt_agrees(const struct ui *ui, const char *question)
{
    char answer[PROMPT_LINE_MAX], whole[PROMPT_LINE_MAX];
    SCOPED(fd_close) int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (fd < 0 || ui->json)
        return false;
    snprintf(whole, sizeof(whole), "%s %s", question, _("(y/n)"));
    return prompt_line(ui, whole, NULL, answer, sizeof(answer)) == EXIT_CODE_OK && means_yes(answer);
}
