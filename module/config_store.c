/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/config_store.h"

#include <stdlib.h>
#include <string.h>

#define COMPLAINTS_MAX 50

/* --- Memory: a failure is remembered, and asked for once at the end. */

/* ARRAY of COUNT items with room for one more; NULL, and the array as it was, if there is no memory. */
void *config_store_grow(struct config_store *store, void *array, size_t count, size_t size)
{
    void *grown = reallocarray(array, count + 1, size);

    if (!grown)
        store->no_memory = true;
    return grown;
}

/* Keeps TEXT, which was allocated, until the store is freed. */
static const char *config_store_own(struct config_store *store, char *text)
{
    char **pool = text ? config_store_grow(store, store->pool, store->pool_count, sizeof(*pool)) : NULL;

    if (!pool) {
        free(text);
        store->no_memory = true;
        return NULL;
    }
    store->pool = pool;
    pool[store->pool_count++] = text;
    return text;
}

const char *config_store_keep(struct config_store *store, const char *text)
{
    return config_store_own(store, strdup(text));
}

/* The texts up to NULL, one after another. */
const char *config_store_join(struct config_store *store, const char *const *texts)
{
    size_t size = 1;
    char *joined, *end;

    for (const char *const *text = texts; *text; text++)
        size += strlen(*text);
    joined = malloc(size);
    if (!joined)
        return config_store_own(store, NULL);
    end = joined;
    for (const char *const *text = texts; *text; text++)
        end = stpcpy(end, *text);
    *end = '\0';
    return config_store_own(store, joined);
}

/* --- Complaints */

static void number_text(unsigned number, char text[static 12])
{
    char digits[12];
    size_t count = 0, at = 0;

    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        text[at++] = digits[--count];
    text[at] = '\0';
}

/* "FILE:LINE: KEY = VALUE: WHY"; without a line if it is 0, without a key or a value if that is NULL. */
void config_store_complain(struct config_store *store, unsigned line, const char *key, const char *value,
                           const char *why)
{
    const char **complaints;
    char number[12];

    if (store->complaint_count == COMPLAINTS_MAX)
        return;
    number_text(line, number);
    complaints = config_store_grow(store, store->complaints, store->complaint_count, sizeof(char *));
    if (!complaints)
        return;
    store->complaints = complaints;
    complaints[store->complaint_count] = config_store_join(
        store, (const char *const[]){ store->file ? store->file : "", line > 0 ? ":" : "",
                                      line > 0 ? number : "", store->file ? ": " : "", key ? key : "",
                                      value ? " = " : "", value ? value : "", key ? ": " : "", why, NULL });
    if (complaints[store->complaint_count])
        store->complaint_count++;
}

void config_store_complain_allowed(struct config_store *store, unsigned line, const char *key,
                                   const char *value, const char *allowed)
{
    const char *why = config_store_join(store, (const char *const[]){ "allowed: ", allowed, NULL });

    if (why)
        config_store_complain(store, line, key, value, why);
}

/* --- Sections */

static struct config_part *config_store_part(struct config_store *store, unsigned line, const char *name)
{
    struct config_part *parts;

    for (size_t i = 0; i < store->part_count; i++)
        if (strcmp(store->parts[i].name, name) == 0)
            return &store->parts[i];
    parts = config_store_grow(store, store->parts, store->part_count, sizeof(*parts));
    if (!parts)
        return NULL;
    store->parts = parts;
    parts[store->part_count] = (struct config_part){ config_store_keep(store, name), line, NULL, NULL, 0 };
    return parts[store->part_count].name ? &parts[store->part_count++] : NULL;
}

void config_store_setting(struct config_store *store, unsigned line, const char *section, const char *key,
                          const char *value)
{
    struct config_part *part = config_store_part(store, line, section);
    struct card_setting *settings,
        setting = { config_store_keep(store, key), config_store_keep(store, value) };
    unsigned *lines;

    if (!part || !setting.key || !setting.value)
        return;
    settings = config_store_grow(store, part->settings, part->count, sizeof(*settings));
    if (!settings)
        return;
    part->settings = settings;
    lines = config_store_grow(store, part->lines, part->count, sizeof(*lines));
    if (!lines)
        return;
    part->lines = lines;
    settings[part->count] = setting;
    lines[part->count++] = line;
}

void config_store_clear(struct config_store *store)
{
    for (size_t i = 0; i < store->part_count; i++) {
        free(store->parts[i].settings);
        free(store->parts[i].lines);
    }
    for (size_t i = 0; i < store->pool_count; i++)
        free(store->pool[i]);
    free(store->parts);
    free(store->pool);
    free(store->complaints);
    *store = (struct config_store){ 0 };
}
