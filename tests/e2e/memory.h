/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* memory.h: looks for a pattern in this process, in a file, and at how the system treats the pages that hold it. */
#ifndef ECP_TESTS_E2E_MEMORY_H
#define ECP_TESTS_E2E_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATTERN_MAX 64

/** Bytes that nobody shall find, kept so that the copy here is not found: each is mixed with MEMORY_MASK. */
struct pattern {
    const char *name;
    size_t size;
    uint8_t masked[PATTERN_MAX];
};

#define MEMORY_MASK 0xA5

/** What a search found. */
struct sightings {
    unsigned count;
    unsigned unlocked;  /**< in pages that may be swapped */
    unsigned dumped;    /**< in pages that a core file shows */
    unsigned inherited; /**< in pages that a forked child sees */
};

/** Remembers SIZE bytes at DATA (at most PATTERN_MAX) and overwrites them. */
void pattern_take(struct pattern *pattern, const char *name, void *data, size_t size);

/** Writes the bytes to OUT. The caller wipes them. */
void pattern_show(const struct pattern *pattern, void *out);

/** Another pattern: the bytes of this one as hexadecimal text, at most half of PATTERN_MAX of them. */
struct pattern pattern_hex(const struct pattern *pattern, bool capital);

/** Every place in this process that can be read and holds the pattern. */
struct sightings memory_search(const struct pattern *pattern);

/** How often the file holds the pattern; -1: it cannot be read. */
long file_search(const char *path, const struct pattern *pattern);

#endif
