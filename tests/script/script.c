/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/script/script.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line of a transcript. ANY marks the bytes that may be anything. */
struct step {
    char kind; /* '>' '<' '%' '!' */
    uint32_t code;
    enum result event;
    uint8_t *bytes;
    bool *any;
    size_t size, capacity;
};

struct script {
    struct channel channel;
    struct step *steps;
    size_t count, position;
    struct script_counts counts;
    char verdict[8192];
    char open_verdict[128];
};

struct event_name {
    const char *name;
    enum result result;
};

static const struct event_name event_names[] = {
    { "reset", RESULT_CARD_RESET },        { "removed", RESULT_CARD_REMOVED }, { "gone", RESULT_READER_GONE },
    { "service", RESULT_NO_SERVICE },      { "transport", RESULT_TRANSPORT },  { "busy", RESULT_BUSY },
    { "unsupported", RESULT_UNSUPPORTED }, { "cancelled", RESULT_CANCELLED },  { "timeout", RESULT_TIMEOUT },
};

static enum result step_grow(struct step *step, size_t more)
{
    size_t capacity = step->capacity;
    uint8_t *bytes;
    bool *any;

    if (more <= capacity - step->size)
        return RESULT_OK;
    capacity = capacity * 2 + more;
    bytes = realloc(step->bytes, capacity);
    if (!bytes)
        return RESULT_NO_MEMORY;
    step->bytes = bytes;
    any = realloc(step->any, capacity * sizeof(*any));
    if (!any)
        return RESULT_NO_MEMORY;
    step->any = any;
    step->capacity = capacity;
    return RESULT_OK;
}

static enum result step_add(struct step *step, uint8_t byte, bool any, size_t count)
{
    TRY(step_grow(step, count));
    for (size_t i = 0; i < count; i++) {
        step->bytes[step->size] = byte;
        step->any[step->size++] = any;
    }
    return RESULT_OK;
}

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *place = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

    return place ? (int)(place - digits) : -1;
}

/* One byte at *TEXT: two hex digits or ??, perhaps followed by *COUNT. */
static enum result step_parse_byte(struct step *step, const char **text)
{
    const char *p = *text;
    bool any = p[0] == '?' && p[1] == '?';
    unsigned long count = 1;
    int high = hex_value(p[0]), low = high >= 0 ? hex_value(p[1]) : -1;
    char *end;

    if (!any && low < 0)
        return RESULT_MALFORMED;
    p += 2;
    if (*p == '*') {
        count = strtoul(p + 1, &end, 10);
        if (end == p + 1 || count > 100000)
            return RESULT_MALFORMED;
        p = end;
    }
    *text = p;
    return step_add(step, any ? 0 : (uint8_t)(high * 16 + low), any, count);
}

static enum result step_parse_hex(struct step *step, const char *text)
{
    while (*text) {
        if (isspace((unsigned char)*text))
            text++;
        else
            TRY(step_parse_byte(step, &text));
    }
    return RESULT_OK;
}

static enum result step_parse_event(struct step *step, const char *name)
{
    for (size_t i = 0; i < sizeof(event_names) / sizeof(event_names[0]); i++) {
        if (strcmp(name, event_names[i].name) == 0) {
            step->event = event_names[i].result;
            return RESULT_OK;
        }
    }
    return RESULT_MALFORMED;
}

static struct step *script_new_step(struct script *script, char kind)
{
    struct step *steps = realloc(script->steps, (script->count + 1) * sizeof(*steps));

    if (!steps)
        return NULL;
    script->steps = steps;
    steps[script->count] = (struct step){ .kind = kind };
    return &steps[script->count++];
}

/* ARGUMENT is what follows the first character, without spaces around it. */
static enum result script_parse_step(struct script *script, char kind, const char *argument)
{
    struct step *step;
    char *end;

    if (kind == '+' && script->count > 0)
        return step_parse_hex(&script->steps[script->count - 1], argument);
    if (kind == '!' && strcmp(argument, "t0") == 0 && script->count == 0) {
        script->channel.t0 = true;
        return RESULT_OK;
    }
    if (!strchr("><%!", kind))
        return RESULT_MALFORMED;
    step = script_new_step(script, kind);
    if (!step)
        return RESULT_NO_MEMORY;
    if (kind == '!')
        return step_parse_event(step, argument);
    if (kind == '%') {
        step->code = (uint32_t)strtoul(argument, &end, 16);
        if (end == argument)
            return RESULT_MALFORMED;
        argument = end;
    }
    return step_parse_hex(step, argument);
}

static enum result script_parse_line(struct script *script, char *line)
{
    char *end = line + strlen(line);

    line[strcspn(line, "#")] = '\0';
    end = line + strlen(line);
    while (end > line && isspace((unsigned char)end[-1]))
        *--end = '\0';
    while (isspace((unsigned char)*line))
        line++;
    if (!*line)
        return RESULT_OK;
    return script_parse_step(script, line[0], line + 1 + strspn(line + 1, " \t"));
}

static enum result script_parse(struct script *script, const char *text)
{
    enum result result = RESULT_OK;
    char *copy = strdup(text), *rest = copy, *line;

    if (!copy)
        return RESULT_NO_MEMORY;
    while (result == RESULT_OK && (line = strsep(&rest, "\n")) != NULL)
        result = script_parse_line(script, line);
    free(copy);
    return result;
}

static struct script *script_of(struct channel *channel)
{
    return (struct script *)(void *)channel;
}

/* The first complaint stays: what follows it is mostly its consequence. */
static void __attribute__((format(printf, 2, 3)))
script_complain(struct script *script, const char *format, ...)
{
    va_list arguments;

    if (script->verdict[0])
        return;
    va_start(arguments, format);
    (void)vsnprintf(script->verdict, sizeof(script->verdict), format, arguments);
    va_end(arguments);
}

static const char *hex_text(struct bytes view, const bool *any, char *text, size_t capacity)
{
    size_t at = 0;

    text[0] = '\0';
    for (size_t i = 0; i < view.size && at + 6 < capacity; i++)
        at += (size_t)snprintf(text + at, capacity - at, any && any[i] ? "??" : "%02X", view.data[i]);
    if (2 * view.size + 6 > capacity)
        (void)snprintf(text + at, capacity - at, "...");
    return text;
}

/* Where ACTUAL first differs from STEP; the longer one's size counts as a difference. */
static size_t step_difference(const struct step *step, struct bytes actual)
{
    size_t i = 0;

    while (i < step->size && i < actual.size && (step->any[i] || step->bytes[i] == actual.data[i]))
        i++;
    return i;
}

static bool step_matches(const struct step *step, struct bytes actual)
{
    return step->size == actual.size && step_difference(step, actual) == actual.size;
}

static void script_complain_diff(struct script *script, const struct step *step, struct bytes actual)
{
    char expected_text[900], actual_text[900];

    script_complain(
        script, "step %zu differs from byte %zu on\n  expected (%zu) %s\n  actual   (%zu) %s",
        script->position + 1, step_difference(step, actual), step->size,
        hex_text(bytes_make(step->bytes, step->size), step->any, expected_text, sizeof(expected_text)),
        actual.size, hex_text(actual, NULL, actual_text, sizeof(actual_text)));
}

static struct step *script_step(struct script *script)
{
    return script->position < script->count ? &script->steps[script->position] : NULL;
}

/* What follows a command that was right: an answer, or an event in its place. */
static enum result script_answer(struct script *script, struct buf *answer)
{
    struct step *step = script_step(script);

    if (!step || (step->kind != '<' && step->kind != '!')) {
        script_complain(script, "step %zu: the transcript has no answer here", script->position + 1);
        return RESULT_INTERNAL;
    }
    script->position++;
    if (step->kind == '!')
        return step->event;
    buf_add(answer, bytes_make(step->bytes, step->size));
    return buf_check(answer);
}

static enum result script_expect(struct script *script, char kind, uint32_t code, struct bytes input,
                                 struct buf *answer)
{
    struct step *step = script_step(script);
    char text[600];

    if (step && step->kind == '!') {
        script->position++;
        return step->event;
    }
    if (!step || step->kind != kind) {
        script_complain(script, "step %zu: nothing of this kind was expected\n  actual %c (%zu) %s",
                        script->position + 1, kind, input.size, hex_text(input, NULL, text, sizeof(text)));
        return RESULT_INTERNAL;
    }
    if (step->code != code || !step_matches(step, input)) {
        script_complain_diff(script, step, input);
        return RESULT_INTERNAL;
    }
    script->position++;
    return script_answer(script, answer);
}

static enum result script_transmit(struct channel *channel, struct bytes command, struct buf *answer)
{
    script_of(channel)->counts.commands++;
    return script_expect(script_of(channel), '>', 0, command, answer);
}

static enum result script_control(struct channel *channel, uint32_t code, struct bytes input,
                                  struct buf *answer)
{
    return script_expect(script_of(channel), '%', code, input, answer);
}

static enum result script_begin(struct channel *channel, bool *ret_reset)
{
    struct script *script = script_of(channel);
    struct step *step = script_step(script);

    script->counts.begins++;
    *ret_reset = false;
    if (!step || step->kind != '!')
        return RESULT_OK;
    script->position++;
    if (step->event != RESULT_CARD_RESET && step->event != RESULT_TRANSPORT)
        return step->event;
    *ret_reset = true;
    return RESULT_OK;
}

static void script_end(struct channel *channel)
{
    script_of(channel)->counts.ends++;
}

static void script_destroy(struct channel *channel)
{
    struct script *script = script_of(channel);

    for (size_t i = 0; i < script->count; i++) {
        free(script->steps[i].bytes);
        free(script->steps[i].any);
    }
    free(script->steps);
    free(script);
}

static const struct channel_ops script_ops = {
    .transmit = script_transmit,
    .begin = script_begin,
    .end = script_end,
    .control = script_control,
    .close = script_destroy,
};

enum result script_open(const char *text, struct channel **ret)
{
    struct script *script = calloc(1, sizeof(*script));
    enum result result;

    *ret = NULL;
    if (!script)
        return RESULT_NO_MEMORY;
    script->channel.ops = &script_ops;
    result = script_parse(script, text);
    if (result != RESULT_OK) {
        script_destroy(&script->channel);
        return result;
    }
    *ret = &script->channel;
    return RESULT_OK;
}

/* Tests run in the build folder; automake tells them where the sources are. */
static FILE *script_find(const char *name)
{
    const char *root = getenv("srcdir");
    char path[1024];

    (void)snprintf(path, sizeof(path), "%s/tests/script/transcripts/%s", root ? root : SCRIPT_SOURCES, name);
    return fopen(path, "re");
}

static char *file_text(FILE *file)
{
    size_t size = 0, got;
    char *text = NULL, *longer;

    do {
        longer = realloc(text, size + 65536 + 1);
        if (!longer) {
            free(text);
            return NULL;
        }
        text = longer;
        got = fread(text + size, 1, 65536, file);
        size += got;
    } while (got > 0);
    text[size] = '\0';
    return text;
}

enum result script_open_file(const char *name, struct channel **ret)
{
    FILE *file = script_find(name);
    enum result result;
    char *text;

    *ret = NULL;
    if (!file)
        return RESULT_NOT_FOUND;
    text = file_text(file);
    (void)fclose(file);
    if (!text)
        return RESULT_NO_MEMORY;
    result = script_open(text, ret);
    free(text);
    return result;
}

const char *script_verdict(struct channel *channel)
{
    struct script *script = script_of(channel);

    if (script->verdict[0] || script->position == script->count)
        return script->verdict;
    (void)snprintf(script->open_verdict, sizeof(script->open_verdict),
                   "step %zu of %zu and what follows never came", script->position + 1, script->count);
    return script->open_verdict;
}

struct script_counts script_counts(const struct channel *channel)
{
    return ((const struct script *)(const void *)channel)->counts;
}

void script_close(struct channel **channel)
{
    if (*channel)
        (*channel)->ops->close(*channel);
    *channel = NULL;
}
