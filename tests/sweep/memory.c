/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/memory.h"

#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library's own, and those of a sanitizer if there is one. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void __libc_free(void *block);
extern void *__interceptor_malloc(size_t size) __attribute__((weak));
extern void *__interceptor_calloc(size_t count, size_t size) __attribute__((weak));
extern void *__interceptor_realloc(void *block, size_t size) __attribute__((weak));
extern void __interceptor_free(void *block) __attribute__((weak));

#define RANGES_MAX 4

/* The dynamic linker allocates before a sanitizer is ready. */
#define PLAIN __attribute__((no_sanitize("address", "undefined")))

struct memory_range {
    const char *library;
    enum memory_how how;
    uintptr_t begin, end;
};

static struct {
    bool inside, failed;
    unsigned count, fail_at;
    long used;
    struct bytes secrets[MEMORY_SECRETS_MAX];
    size_t secret_count, window; /**< WINDOW: the size of the shortest */
    uint8_t shifts[65536];       /**< by two bytes */
    unsigned spilt;
    struct memory_range ranges[RANGES_MAX];
    size_t range_count;
    bool lost; /**< the one that failed was a library's that loses memory then */
} memory;

/* Where the code of a library is. */
static int memory_find(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct memory_range *range = arg;

    (void)size;
    if (!strstr(info->dlpi_name, range->library))
        return 0;
    range->begin = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD)
            range->end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
    return 1;
}

bool memory_know(const char *library, enum memory_how how)
{
    struct memory_range *range = &memory.ranges[memory.range_count];

    if (memory.range_count == RANGES_MAX)
        return false;
    *range = (struct memory_range){ .library = library, .how = how };
    memory.range_count++;
    return dl_iterate_phdr(memory_find, range) != 0;
}

PLAIN static bool memory_is_of(const void *caller, enum memory_how how)
{
    for (size_t i = 0; i < memory.range_count; i++)
        if (memory.ranges[i].how == how && (uintptr_t)caller >= memory.ranges[i].begin &&
            (uintptr_t)caller < memory.ranges[i].end)
            return true;
    return false;
}

bool memory_inside(bool inside)
{
    bool before = memory.inside;

    memory.inside = inside;
    return before;
}

void memory_fail(unsigned nth)
{
    memory.count = 0;
    memory.fail_at = nth;
    memory.failed = false;
    /* what was lost stays lost until the module is finalized, which is after the last failure */
    memory.lost = memory.lost && nth == 0;
}

bool memory_lost(void)
{
    return memory.lost;
}

/* A sanitizer has a strdup() of its own, and looks for what is lost by itself. */
long memory_used(void)
{
    return __interceptor_malloc ? 0 : memory.used;
}

bool memory_failed(void)
{
    return memory.failed;
}

static void memory_make_shifts(void)
{
    memory.window = memory.secret_count > 0 ? SIZE_MAX : 0;
    for (size_t i = 0; i < memory.secret_count; i++)
        if (memory.secrets[i].size < memory.window)
            memory.window = memory.secrets[i].size;
    memset(memory.shifts, (int)memory.window - 1, sizeof(memory.shifts));
    for (size_t i = 0; i < memory.secret_count; i++)
        for (size_t end = 2; end <= memory.window; end++) {
            const uint8_t *pair = memory.secrets[i].data + end - 2;
            uint8_t *shift = &memory.shifts[(size_t)pair[0] << 8 | pair[1]];
            if (memory.window - end < *shift)
                *shift = (uint8_t)(memory.window - end);
        }
}

void memory_watch(const struct bytes *secrets, size_t count)
{
    memory.secret_count = 0;
    for (size_t i = 0; i < count && i < MEMORY_SECRETS_MAX; i++)
        memory.secrets[memory.secret_count++] = secrets[i];
    memory_make_shifts();
}

unsigned memory_spilt(void)
{
    unsigned spilt = memory.spilt;

    memory.spilt = 0;
    return spilt;
}

/* One more allocation, for CALLER: false if it is the one that fails. */
PLAIN static bool memory_grant(const void *caller)
{
    if (!memory.inside || (memory.fail_at != 0 && memory_is_of(caller, MEMORY_SPARED)))
        return true;
    memory.count++;
    if (memory.count != memory.fail_at)
        return true;
    memory.failed = true;
    memory.lost = memory_is_of(caller, MEMORY_LOSING);
    errno = ENOMEM;
    return false;
}

PLAIN static bool memory_is_secret(const uint8_t *place, size_t left)
{
    for (size_t i = 0; i < memory.secret_count; i++)
        if (memory.secrets[i].size <= left && memcmp(place, memory.secrets[i].data, memory.secrets[i].size) == 0)
            return true;
    return false;
}

/*
 * All secrets at a time, by the two bytes at the end of a window as long as the shortest: how far it may be moved until
 * they could be those of a secret's beginning (Wu and Manber, 1994).
 */
PLAIN static void memory_search(const uint8_t *block, size_t size)
{
    const size_t window = memory.window;

    for (size_t at = 0; window > 0 && at + window <= size;) {
        const uint8_t *end = block + at + window;
        size_t shift = memory.shifts[(size_t)end[-2] << 8 | end[-1]];

        if (shift == 0 && memory_is_secret(block + at, size - at))
            memory.spilt++;
        at += shift > 0 ? shift : 1;
    }
}

/* A block that the module got, or did not. */
PLAIN static void *memory_got(void *block)
{
    memory.used += memory.inside && block;
    return block;
}

/* What the card and the test give back is made clean: the module may get it, and give it back as it was. */
PLAIN static void memory_gives_back(uint8_t *block, size_t size)
{
    if (memory.inside) {
        memory.used--;
        memory_search(block, size);
    } else {
        memset(block, 0, size);
    }
}

/* Seen by the libraries, or they use the C library's own. */
#pragma GCC visibility push(default)

PLAIN void *malloc(size_t size)
{
    if (!memory_grant(__builtin_return_address(0)))
        return NULL;
    return memory_got(__interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size));
}

PLAIN void *calloc(size_t count, size_t size)
{
    if (!memory_grant(__builtin_return_address(0)))
        return NULL;
    return memory_got(__interceptor_calloc ? __interceptor_calloc(count, size) : __libc_calloc(count, size));
}

PLAIN static void *memory_move(void *block, size_t size)
{
    size_t before = malloc_usable_size(block);
    void *moved = malloc(size);

    if (!moved)
        return NULL;
    memcpy(moved, block, before < size ? before : size);
    free(block);
    return moved;
}

/* The old block may go where it is not wiped. */
PLAIN void *realloc(void *block, size_t size)
{
    if (!memory_grant(__builtin_return_address(0)))
        return NULL;
    if (block && !memory.inside && memory.secret_count > 0)
        return memory_move(block, size);
    if (block && memory.secret_count > 0)
        memory_gives_back(block, malloc_usable_size(block));
    return memory_got(__interceptor_realloc ? __interceptor_realloc(block, size) : __libc_realloc(block, size));
}

PLAIN void free(void *block)
{
    if (block && memory.secret_count > 0)
        memory_gives_back(block, malloc_usable_size(block));
    if (__interceptor_free)
        __interceptor_free(block);
    else
        __libc_free(block);
}

/* Secrets have pages of their own. */
PLAIN void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    void *pages;

    if (!memory_grant(__builtin_return_address(0)))
        return MAP_FAILED;
    pages = (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
    memory.used += memory.inside && pages != MAP_FAILED;
    return pages;
}

PLAIN int munmap(void *address, size_t size)
{
    if (memory.inside)
        memory_gives_back(address, size);
    return (int)syscall(SYS_munmap, address, size);
}

#pragma GCC visibility pop
