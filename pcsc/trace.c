/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/trace.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* The one trace of the process. PID is whose it is: in a forked child the lock may have been copied while
 * held. */
struct trace {
    pthread_mutex_t lock;
    atomic_int level;
    int fd;
    bool owned;
    atomic_int pid;
};

static struct trace trace = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };

/* A line under construction; FAILED is sticky, and a failed line is dropped. */
struct line {
    char *text;
    size_t size, capacity;
    bool failed;
};

static void line_free(struct line *line)
{
    free(line->text);
}

static bool line_grow(struct line *line, size_t more)
{
    size_t capacity;
    char *text;

    if (line->failed)
        return false;
    if (more <= line->capacity - line->size)
        return true;
    capacity = line->capacity * 2 + more;
    text = realloc(line->text, capacity);
    if (!text) {
        line->failed = true;
        return false;
    }
    line->text = text;
    line->capacity = capacity;
    return true;
}

/* Names come from cards and readers: a control character must not begin a line of its own or drive a
 * terminal. */
static void line_add(struct line *line, const char *text)
{
    size_t size = strlen(text);

    if (!line_grow(line, size))
        return;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        line->text[line->size++] = (char)(c < 0x20 || c == 0x7F ? '?' : c);
    }
}

static void line_add_hex(struct line *line, struct bytes view)
{
    static const char digits[] = "0123456789ABCDEF";

    if (!line_grow(line, 2 * view.size))
        return;
    for (size_t i = 0; i < view.size; i++) {
        line->text[line->size++] = digits[view.data[i] >> 4];
        line->text[line->size++] = digits[view.data[i] & 0x0F];
    }
}

static void line_begin(struct line *line)
{
    struct timespec now = { 0, 0 };
    struct tm utc;
    char stamp[32] = "", text[96];

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (gmtime_r(&now.tv_sec, &utc))
        (void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &utc);
    (void)snprintf(text, sizeof(text), "%s.%06ldZ %ld/%ld ", stamp, now.tv_nsec / 1000, (long)getpid(),
                   syscall(SYS_gettid));
    line_add(line, text);
}

/* A line is one write(), so that several processes can share a file; if it fails, nobody is told: nobody
 * could act. */
static void line_write(struct line *line)
{
    ssize_t written;

    if (!line_grow(line, 1))
        return;
    line->text[line->size++] = '\n';
    if (atomic_load(&trace.pid) != getpid())
        return;
    (void)pthread_mutex_lock(&trace.lock);
    if (trace.fd >= 0) {
        written = write(trace.fd, line->text, line->size);
        (void)written;
    }
    (void)pthread_mutex_unlock(&trace.lock);
}

/* To be called with the lock held. */
static void trace_shut(void)
{
    atomic_store(&trace.level, TRACE_OFF);
    if (trace.owned && trace.fd >= 0)
        (void)close(trace.fd);
    trace.fd = -1;
    trace.owned = false;
}

static void trace_adopt(void)
{
    int owner = atomic_exchange(&trace.pid, (int)getpid());

    if (owner != 0 && owner != getpid())
        (void)pthread_mutex_init(&trace.lock, NULL);
}

enum result trace_open(enum trace_level level, const char *file)
{
    int fd = STDERR_FILENO;

    if (file && level != TRACE_OFF) {
        fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
        if (fd < 0)
            return RESULT_REFUSED;
    }
    trace_adopt();
    (void)pthread_mutex_lock(&trace.lock);
    trace_shut();
    trace.fd = fd;
    trace.owned = fd != STDERR_FILENO;
    atomic_store(&trace.level, level);
    (void)pthread_mutex_unlock(&trace.lock);
    return RESULT_OK;
}

void trace_close(void)
{
    trace_adopt();
    (void)pthread_mutex_lock(&trace.lock);
    trace_shut();
    (void)pthread_mutex_unlock(&trace.lock);
}

bool trace_wants(enum trace_level level)
{
    return level != TRACE_OFF && (int)level <= atomic_load(&trace.level);
}

void trace_text(enum trace_level level, const char *topic, const char *text, const char *detail)
{
    SCOPED(line_free) struct line line = { 0 };

    if (!trace_wants(level))
        return;
    line_begin(&line);
    line_add(&line, topic);
    line_add(&line, ": ");
    line_add(&line, text);
    if (detail) {
        line_add(&line, ": ");
        line_add(&line, detail);
    }
    line_write(&line);
}

void trace_call(const char *function, const char *rv)
{
    SCOPED(line_free) struct line line = { 0 };

    if (!trace_wants(TRACE_CALL))
        return;
    line_begin(&line);
    line_add(&line, function);
    line_add(&line, " = ");
    line_add(&line, rv);
    line_write(&line);
}

static void line_add_body(struct line *line, const struct trace_line *exchange)
{
    char text[32];

    if (exchange->body.size == 0)
        return;
    if (exchange->secret) {
        (void)snprintf(text, sizeof(text), " **(%zu)", exchange->body.size);
        line_add(line, text);
        return;
    }
    (void)snprintf(text, sizeof(text), " (%zu) ", exchange->body.size);
    line_add(line, text);
    line_add_hex(line, exchange->body);
}

void trace_exchange(const struct trace_line *exchange)
{
    SCOPED(line_free) struct line line = { 0 };
    char text[16];

    if (!trace_wants(TRACE_CARD))
        return;
    line_begin(&line);
    line_add(&line, exchange->answer ? "<" : "> ");
    line_add_hex(&line, exchange->header);
    line_add_body(&line, exchange);
    if (exchange->answer) {
        (void)snprintf(text, sizeof(text), " %04X", exchange->sw & 0xFFFFU);
        line_add(&line, text);
    }
    line_write(&line);
}
