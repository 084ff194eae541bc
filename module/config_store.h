/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * config_store.h: a configuration while it is being put together: its memory, sections and complaints. For
 * config.c.
 *
 * Every text is kept in a pool and freed with it. No memory is remembered (NO_MEMORY) and asked for once at
 * the end, so functions that return a pointer return NULL then, and the others do nothing.
 */
#ifndef ECP_MODULE_CONFIG_STORE_H
#define ECP_MODULE_CONFIG_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "pcsc/card.h"

/* A section while it is being read. The line numbers stand beside the settings, for complaints that come
 * later. */
struct config_part {
    const char *name;
    unsigned line;
    struct card_setting *settings;
    unsigned *lines;
    size_t count;
};

/** Zero-initialise. */
struct config_store {
    struct config_part *parts;
    size_t part_count;
    const char **complaints;
    size_t complaint_count;
    char **pool;
    size_t pool_count;
    const char *file; /**< what complaints are about; NULL: not a file */
    bool no_memory;
};

/** Frees everything in STORE, and leaves it empty. */
void config_store_clear(struct config_store *store);

/** ARRAY of COUNT items of SIZE bytes with room for one more; NULL, and the array as it was, without memory.
 */
void *config_store_grow(struct config_store *store, void *array, size_t count, size_t size);

/** A copy of TEXT that lives as long as the store. */
const char *config_store_keep(struct config_store *store, const char *text);

/** The TEXTS up to NULL, one after another, kept likewise. */
const char *config_store_join(struct config_store *store, const char *const *texts);

/** Adds "FILE:LINE: KEY = VALUE: WHY"; without a line if it is 0, without a key or a value if that is NULL.
 */
void config_store_complain(struct config_store *store, unsigned line, const char *key, const char *value,
                           const char *why);

/** As config_store_complain(), with "allowed: ALLOWED" for a reason. */
void config_store_complain_allowed(struct config_store *store, unsigned line, const char *key,
                                   const char *value, const char *allowed);

/** Adds a setting to the section of that name, which is made if it was not there. */
void config_store_setting(struct config_store *store, unsigned line, const char *section, const char *key,
                          const char *value);

#endif
