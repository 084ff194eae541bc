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
#define MEMORY_SECRETS_MAX 8

/** From here on the module works (INSIDE) or somebody else does: only the module's allocations count. Returns what
 * was before. */
bool memory_inside(bool inside);

/** The NTH allocation of the module from now fails (1: the next), once; 0: none does. Counting begins anew. */
void memory_fail(unsigned nth);

/** How many blocks the module has asked for and not given back, since the program began; 0 with a sanitizer. */
long memory_used(void);

/** Libraries that cannot do without the memory that they ask for. */
enum memory_how {
    MEMORY_SPARED, /**< they crash, or end the process: they get it */
    MEMORY_LOSING, /**< they do not give back all that they have got before */
};

/** LIBRARY (a part of its file's name that stays where it is) is such a one. False if there is none in the process. */
bool memory_know(const char *library, enum memory_how how);

/** The allocation that failed was one of a MEMORY_LOSING library. */
bool memory_lost(void);

/** The one that was to fail has failed. */
bool memory_failed(void);

/** From now on blocks that the module frees are searched for these COUNT secrets, of 2 to 255 bytes, which must
 * stay where they are. */
void memory_watch(const struct bytes *secrets, size_t count);

/** How many blocks were freed with a secret in them since the last call. */
unsigned memory_spilt(void);

#endif
