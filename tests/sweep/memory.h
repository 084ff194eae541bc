/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory.h: the program's own malloc and its relatives. While the module works they can fail on demand, and what is
 * given back is searched for secrets first.
 *
 * They stand in front of those of the C library (or of a sanitizer) because a program's symbols come first; every
 * library in the process uses them, OpenSSL and libgcrypt too.
 */
#ifndef ECP_TESTS_SWEEP_MEMORY_H
#define ECP_TESTS_SWEEP_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "asn1/bytes.h"

/** The most secrets that are looked for at a time. */
#define MEMORY_SECRETS_MAX 4

/** From here on the module works (INSIDE) or somebody else does: only the module's allocations count. Returns what
 * was before. */
bool memory_inside(bool inside);

/** The NTH allocation of the module from now fails (1: the next), once; 0: none does. Counting begins anew. */
void memory_fail(unsigned nth);

/** How many allocations the module has made since memory_fail(), and how many of its blocks are in use. */
unsigned memory_count(void);

/** The one that was to fail has failed. */
bool memory_failed(void);

/** From now on blocks that the module frees are searched for these COUNT secrets, which must stay where they are. */
void memory_watch(const struct bytes *secrets, size_t count);

/** How many blocks were freed with a secret in them since the last call. */
unsigned memory_spilt(void);

#endif
