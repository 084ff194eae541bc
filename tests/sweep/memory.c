/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/memory.h"

#include <errno.h>
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

static struct {
    bool inside, failed;
    unsigned count, fail_at;
    struct bytes secrets[MEMORY_SECRETS_MAX];
    size_t secret_count;
    unsigned spilt;
} memory;

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
}

unsigned memory_count(void)
{
    return memory.count;
}

bool memory_failed(void)
{
    return memory.failed;
}

void memory_watch(const struct bytes *secrets, size_t count)
{
    memory.secret_count = 0;
    for (size_t i = 0; i < count && i < MEMORY_SECRETS_MAX; i++)
        memory.secrets[memory.secret_count++] = secrets[i];
}

unsigned memory_spilt(void)
{
    unsigned spilt = memory.spilt;

    memory.spilt = 0;
    return spilt;
}

/* One more allocation: false if it is the one that fails. */
static bool memory_grant(void)
{
    if (!memory.inside)
        return true;
    memory.count++;
    if (memory.count != memory.fail_at)
        return true;
    memory.failed = true;
    errno = ENOMEM;
    return false;
}

static void memory_search(const void *block, size_t size)
{
    for (size_t i = 0; i < memory.secret_count; i++)
        if (memory.secrets[i].size <= size && memmem(block, size, memory.secrets[i].data, memory.secrets[i].size))
            memory.spilt++;
}

void *malloc(size_t size)
{
    if (!memory_grant())
        return NULL;
    return __interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (!memory_grant())
        return NULL;
    return __interceptor_calloc ? __interceptor_calloc(count, size) : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    if (!memory_grant())
        return NULL;
    return __interceptor_realloc ? __interceptor_realloc(block, size) : __libc_realloc(block, size);
}

void free(void *block)
{
    if (block && memory.inside && memory.secret_count > 0)
        memory_search(block, malloc_usable_size(block));
    if (__interceptor_free)
        __interceptor_free(block);
    else
        __libc_free(block);
}

/* Secrets have pages of their own. */
void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    if (!memory_grant())
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
}

int munmap(void *address, size_t size)
{
    if (memory.inside && memory.secret_count > 0)
        memory_search(address, size);
    return (int)syscall(SYS_munmap, address, size);
}
