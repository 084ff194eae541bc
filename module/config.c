/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "module/config_store.h"

#define FILE_NAME "ecp-pkcs11.conf"

/* What a struct config given out is the beginning of. */
struct config_whole {
    struct config config;
    struct config_store store;
};

/* --- Options */

/* The place of VALUE in ALLOWED, values with "|" between them; -1 if it is not there. */
static int choice_find(const char *allowed, const char *value)
{
    size_t size = strlen(value);

    for (int index = 0;; index++) {
        size_t length = strcspn(allowed, "|");

        if (length == size && size > 0 && strncmp(allowed, value, length) == 0)
            return index;
        if (allowed[length] == '\0')
            return -1;
        allowed += length + 1;
    }
}

static void choose_trace(struct config *config, int index)
{
    config->trace_level = (enum trace_level)index;
}

static void choose_keep_pin(struct config *config, int index)
{
    config->keep_pin = index == 0;
}

static void choose_always_pin(struct config *config, int index)
{
    config->reuse_pin = index == 1;
}

static void choose_hold(struct config *config, int index)
{
    config->hold = index == 0 ? CONFIG_HOLD_LOGIN : CONFIG_HOLD_OPERATION;
}

static void choose_pinpad(struct config *config, int index)
{
    config->use_pinpad = index == 0;
}

static void choose_random(struct config *config, int index)
{
    config->software_random = index == 0;
}

static void choose_point(struct config *config, int index)
{
    static const enum config_point points[] = { CONFIG_POINT_AUTO, CONFIG_POINT_DER, CONFIG_POINT_RAW };
    config->edwards_point = points[index];
}

/* Absolute, because nobody knows in which folder a process that loads the module will be. */
static bool set_trace_file(struct config_whole *whole, const char *value)
{
    if (value[0] != '/')
        return false;
    whole->config.trace_file = config_store_keep(&whole->store, value);
    return true;
}

/* The person's own folder, unless another one or none is wanted. */
static bool set_certificate_folder(struct config_whole *whole, const char *value)
{
    bool off = strcmp(value, "off") == 0;

    if (value[0] != '/' && !off)
        return false;
    whole->config.certificate_folder = off ? NULL : config_store_keep(&whole->store, value);
    return true;
}

static bool add_ignored_reader(struct config_whole *whole, const char *value)
{
    const char **patterns;

    if (value[0] == '\0')
        return false;
    patterns = config_store_grow(&whole->store, whole->config.ignored_readers, whole->config.ignored_count,
                                 sizeof(char *));
    if (!patterns)
        return true;
    whole->config.ignored_readers = patterns;
    patterns[whole->config.ignored_count] = config_store_keep(&whole->store, value);
    if (patterns[whole->config.ignored_count])
        whole->config.ignored_count++;
    return true;
}

#define TRACE_LEVELS "off|error|call|card"

/* An option is one of ALLOWED, or what its own function takes and ALLOWED describes. */
static const struct option {
    const char *key, *allowed;
    void (*choose)(struct config *config, int index);
    bool (*take)(struct config_whole *whole, const char *value);
} options[] = {
    { "trace", TRACE_LEVELS, choose_trace, NULL },
    { "trace-file", "an absolute path", NULL, set_trace_file },
    { "pin-keep", "yes|no", choose_keep_pin, NULL },
    { "always-pin", "ask|login", choose_always_pin, NULL },
    { "pin-pad", "yes|no", choose_pinpad, NULL },
    { "hold", "login|operation", choose_hold, NULL },
    { "ignore-reader", "a part of a reader's name, or a pattern with * and ?", NULL, add_ignored_reader },
    { "software-random", "yes|no", choose_random, NULL },
    { "edwards-point", "auto|der|raw", choose_point, NULL },
    { "certificate-folder", "an absolute path, or off", NULL, set_certificate_folder },
};
#define OPTIONS (sizeof(options) / sizeof(options[0]))

static void whole_option(struct config_whole *whole, unsigned line, const char *key, const char *value)
{
    const struct option *option = NULL;
    int index;

    for (size_t i = 0; i < OPTIONS && !option; i++)
        if (strcmp(options[i].key, key) == 0)
            option = &options[i];
    if (!option) {
        config_store_complain(&whole->store, line, key, value, "no such option");
        return;
    }
    if (option->take) {
        if (!option->take(whole, value))
            config_store_complain_allowed(&whole->store, line, key, value, option->allowed);
        return;
    }
    index = choice_find(option->allowed, value);
    if (index < 0)
        config_store_complain_allowed(&whole->store, line, key, value, option->allowed);
    else
        option->choose(&whole->config, index);
}

/* --- The file */

struct config_reading {
    struct config_whole *whole;
    FILE *file;
    unsigned line;
};

/*
 * inih tells a handler no line numbers, cuts long lines in two, and takes an indented line as a continuation
 * of the one before. So lines are counted, measured and straightened on their way to it. An empty line stands
 * for a bad one.
 */
static char *reading_line(char *text, int size, void *argument)
{
    struct config_reading *reading = argument;
    size_t blanks = 0;
    int c;

    if (size < 2 || !fgets(text, size, reading->file))
        return NULL;
    reading->line++;
    if (!strchr(text, '\n') && !feof(reading->file)) {
        c = fgetc(reading->file);
        if (c != EOF && c != '\n') {
            config_store_complain(&reading->whole->store, reading->line, NULL, NULL, "the line is too long");
            while (c != EOF && c != '\n')
                c = fgetc(reading->file);
            text[0] = '\0';
        }
    }
    while (isspace((unsigned char)text[blanks]))
        blanks++;
    memmove(text, text + blanks, strlen(text + blanks) + 1);
    return text;
}

static int reading_value(void *argument, const char *section, const char *key, const char *value)
{
    struct config_reading *reading = argument;

    if (section[0] == '\0')
        whole_option(reading->whole, reading->line, key, value);
    else
        config_store_setting(&reading->whole->store, reading->line, section, key, value);
    return 1;
}

/* NULL with errno ENOENT, or with a complaint. Nothing but a plain file: opening a pipe could wait for ever.
 */
static FILE *whole_open(struct config_whole *whole, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    FILE *file;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        errno = EINVAL;
        return NULL;
    }
    file = fdopen(fd, "re");
    if (!file) {
        close(fd);
        whole->store.no_memory = true;
    }
    return file;
}

static void whole_read(struct config_whole *whole, FILE *file)
{
    struct config_reading reading = { whole, file, 0 };
    int bad_line = ini_parse_stream(reading_line, &reading, reading_value, &reading);

    if (bad_line == -2)
        whole->store.no_memory = true;
    else if (bad_line > 0)
        config_store_complain(&whole->store, (unsigned)bad_line, NULL, NULL,
                              "neither a [section] nor key = value");
    (void)fclose(file);
}

/* False if there is no such file. */
static bool whole_read_path(struct config_whole *whole, const char *path)
{
    FILE *file = whole_open(whole, path);

    if (!file && errno == ENOENT)
        return false;
    whole->store.file = config_store_keep(&whole->store, path);
    if (file)
        whole_read(whole, file);
    else
        config_store_complain(&whole->store, 0, NULL, NULL, "cannot be read");
    return true;
}

/* --- The environment: level[:file], which goes before the file's words. */

static void whole_trace(struct config_whole *whole, const char *value)
{
    size_t length = strcspn(value, ":");
    const char *file = whole->store.file;
    char level[8] = { 0 };
    int index = -1;

    if (length < sizeof(level)) {
        memcpy(level, value, length);
        index = choice_find(TRACE_LEVELS, level);
        if (index < 0)
            index = choice_find("0|1|2|3", level);
    }
    if (index < 0 || (value[length] == ':' && value[length + 1] == '\0')) {
        whole->store.file = NULL;
        config_store_complain_allowed(&whole->store, 0, "ECP_PKCS11_TRACE", value,
                                      TRACE_LEVELS ", then perhaps :file");
        whole->store.file = file;
        return;
    }
    whole->config.trace_level = (enum trace_level)index;
    whole->config.trace_file =
        value[length] == ':' ? config_store_keep(&whole->store, value + length + 1) : NULL;
}

/* --- What callers see */

/* $XDG_DATA_HOME/ecp/certificates, or the same below ~/.local/share; NULL if the environment names neither.
 */
static const char *folder_default(struct config_store *store)
{
    static const char below[] = "/ecp/certificates";
    const char *xdg = secure_getenv("XDG_DATA_HOME"), *home = secure_getenv("HOME");

    if (xdg && xdg[0] == '/')
        return config_store_join(store, (const char *const[]){ xdg, below, NULL });
    if (home && home[0] == '/')
        return config_store_join(store, (const char *const[]){ home, "/.local/share", below, NULL });
    return NULL;
}

static struct config_whole *whole_new(void)
{
    struct config_whole *whole = calloc(1, sizeof(*whole));

    if (!whole)
        return NULL;
    whole->config.certificate_folder = folder_default(&whole->store);
    whole->config.trace_level = TRACE_ERROR;
    whole->config.keep_pin = true;
    whole->config.use_pinpad = true;
    return whole;
}

static void whole_free(struct config_whole *whole)
{
    free(whole->config.ignored_readers);
    free(whole->config.sections);
    config_store_clear(&whole->store);
    free(whole);
}

/* Makes what callers see of what was read: families with nothing said of them are left out. */
static void whole_publish(struct config_whole *whole)
{
    struct config *config = &whole->config;

    config->complaints = whole->store.complaints;
    config->complaint_count = whole->store.complaint_count;
    config->section_count = 0;
    free(config->sections);
    config->sections = calloc(whole->store.part_count + 1, sizeof(*config->sections));
    if (!config->sections) {
        whole->store.no_memory = true;
        return;
    }
    for (size_t i = 0; i < whole->store.part_count; i++) {
        const struct config_part *part = &whole->store.parts[i];

        if (part->count > 0)
            config->sections[config->section_count++] =
                (struct card_section){ part->name, part->settings, part->count };
    }
}

/* A set-uid process reads with rights that its caller does not have. */
static enum result whole_deliver(struct config_whole *whole, struct config **ret)
{
    if (getauxval(AT_SECURE) != 0)
        whole->config.certificate_folder = NULL;
    whole_publish(whole);
    if (whole->store.no_memory) {
        whole_free(whole);
        return RESULT_NO_MEMORY;
    }
    *ret = &whole->config;
    return whole->config.complaint_count > 0 ? RESULT_BAD_ARGUMENT : RESULT_OK;
}

enum result config_load_from(const char *file, const char *trace, struct config **ret)
{
    struct config_whole *whole = whole_new();

    *ret = NULL;
    if (!whole)
        return RESULT_NO_MEMORY;
    if (file && !whole_read_path(whole, file)) {
        whole->store.file = config_store_keep(&whole->store, file);
        config_store_complain(&whole->store, 0, NULL, NULL, "no such file");
    }
    if (trace && trace[0] != '\0')
        whole_trace(whole, trace);
    return whole_deliver(whole, ret);
}

/* False if there is no such file, or no such folder is named. */
static bool whole_read_below(struct config_whole *whole, const char *folder, const char *name)
{
    const char *path;

    if (!folder || folder[0] != '/')
        return false;
    path = config_store_join(&whole->store, (const char *const[]){ folder, "/", name, NULL });
    return path && whole_read_path(whole, path);
}

/* A set-uid process gets NULL from secure_getenv(): its caller must not choose what it reads and where it
 * writes. */
enum result config_load(struct config **ret)
{
    const char *file = secure_getenv("ECP_PKCS11_CONF"), *xdg = secure_getenv("XDG_CONFIG_HOME");
    const char *trace = secure_getenv("ECP_PKCS11_TRACE");
    struct config_whole *whole;

    if (file)
        return config_load_from(file[0] != '\0' ? file : NULL, trace, ret);
    *ret = NULL;
    whole = whole_new();
    if (!whole)
        return RESULT_NO_MEMORY;
    if (!(xdg && xdg[0] == '/' ? whole_read_below(whole, xdg, FILE_NAME)
                               : whole_read_below(whole, secure_getenv("HOME"), ".config/" FILE_NAME)))
        (void)whole_read_below(whole, SYSCONFDIR, FILE_NAME);
    if (trace && trace[0] != '\0')
        whole_trace(whole, trace);
    return whole_deliver(whole, ret);
}

/* --- Sections against the drivers */

/* Finds "key" or "key=value|value" among a driver's ALLOWED settings. RET_VALUES is NULL if any value will
 * do. */
static bool setting_find(const char *const *allowed, const char *key, const char **ret_values)
{
    size_t size = strlen(key);

    for (; allowed && *allowed; allowed++) {
        size_t length = strcspn(*allowed, "=");

        if (length != size || strncmp(*allowed, key, size) != 0)
            continue;
        *ret_values = (*allowed)[length] == '=' ? *allowed + length + 1 : NULL;
        return true;
    }
    return false;
}

/* Whether one of DRIVERS is called NAME; if KEY is given, one that knows it. */
static bool drivers_know(const struct card_driver *const *drivers, const char *name, const char *key,
                         const char **ret_values)
{
    for (; *drivers; drivers++)
        if (strcmp((*drivers)->name, name) == 0 &&
            (!key || setting_find((*drivers)->settings, key, ret_values)))
            return true;
    return false;
}

/* Takes the settings out of PART that cannot be used. */
static void whole_check_part(struct config_whole *whole, struct config_part *part,
                             const struct card_driver *const *drivers)
{
    size_t kept = 0;

    for (size_t i = 0; i < part->count; i++) {
        struct card_setting setting = part->settings[i];
        const char *values = NULL;

        if (!drivers_know(drivers, part->name, setting.key, &values)) {
            config_store_complain(&whole->store, part->lines[i], setting.key, setting.value,
                                  "no such setting in this section");
        } else if (values && choice_find(values, setting.value) < 0) {
            config_store_complain_allowed(&whole->store, part->lines[i], setting.key, setting.value, values);
        } else {
            part->settings[kept] = setting;
            part->lines[kept++] = part->lines[i];
        }
    }
    part->count = kept;
}

enum result config_check_sections(struct config *config, const struct card_driver *const *drivers)
{
    struct config_whole *whole = (struct config_whole *)config;
    size_t before = config->complaint_count;

    for (size_t i = 0; i < whole->store.part_count; i++) {
        struct config_part *part = &whole->store.parts[i];

        if (drivers_know(drivers, part->name, NULL, NULL)) {
            whole_check_part(whole, part, drivers);
            continue;
        }
        config_store_complain(&whole->store, part->line, part->name, NULL, "no card family has this name");
        part->count = 0;
    }
    whole_publish(whole);
    if (whole->store.no_memory)
        return RESULT_NO_MEMORY;
    return config->complaint_count > before ? RESULT_BAD_ARGUMENT : RESULT_OK;
}

void config_free(struct config **config)
{
    if (*config)
        whole_free((struct config_whole *)*config);
    *config = NULL;
}

/* "*" is any text, "?" one character; brackets are no sets, because readers have them in their names. */
static bool pattern_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *resume = NULL;

    while (*text) {
        if (*pattern == '*') {
            star = ++pattern;
            resume = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star;
            text = ++resume;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

bool config_reader_ignored(const struct config *config, const char *reader)
{
    for (size_t i = 0; i < config->ignored_count; i++) {
        const char *pattern = config->ignored_readers[i];

        if (strpbrk(pattern, "*?") ? pattern_matches(pattern, reader) : strstr(reader, pattern) != NULL)
            return true;
    }
    return false;
}

const struct card_setting *config_section(const struct config *config, const char *name, size_t *ret_count)
{
    for (size_t i = 0; i < config->section_count; i++) {
        if (strcmp(config->sections[i].name, name) == 0) {
            *ret_count = config->sections[i].count;
            return config->sections[i].settings;
        }
    }
    *ret_count = 0;
    return NULL;
}
