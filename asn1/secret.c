/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Each secret has pages of its own: locking, dump and fork flags work on whole pages. */
struct secret {
    size_t mapped;
    struct buf contents;
    uint8_t memory[];
};

static size_t secret_pages(size_t capacity)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return (sizeof(struct secret) + capacity + page - 1) / page * page;
}

enum result secret_new_empty(size_t capacity, struct secret **ret)
{
    struct secret *secret;
    size_t mapped;

    *ret = NULL;
    if (capacity > SECRET_MAX)
        return RESULT_TOO_LARGE;
    mapped = secret_pages(capacity);
    secret = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (secret == MAP_FAILED)
        return RESULT_NO_MEMORY;
    /* Each is the best the system grants: RLIMIT_MEMLOCK may be small, and the secret is needed all the same. */
    (void)mlock(secret, mapped);
    (void)madvise(secret, mapped, MADV_DONTDUMP);
    (void)madvise(secret, mapped, MADV_WIPEONFORK);
    secret->mapped = mapped;
    secret->contents = buf_make(secret->memory, capacity);
    *ret = secret;
    return RESULT_OK;
}

enum result secret_new(struct bytes view, struct secret **ret)
{
    TRY(secret_new_empty(view.size, ret));
    buf_add(&(*ret)->contents, view);
    return RESULT_OK;
}

enum result secret_copy(const struct secret *secret, struct secret **ret)
{
    return secret_new(secret_bytes(secret), ret);
}

void secret_free(struct secret **secret)
{
    size_t mapped;

    if (!*secret)
        return;
    mapped = (*secret)->mapped;
    /* After a fork the child sees zero pages: there is nothing to wipe and no length to unmap by. */
    if (mapped > 0) {
        secret_wipe(*secret, mapped);
        (void)munmap(*secret, mapped);
    }
    *secret = NULL;
}

struct bytes secret_bytes(const struct secret *secret)
{
    return secret ? buf_bytes(&secret->contents) : BYTES_NONE;
}

size_t secret_size(const struct secret *secret)
{
    return secret_bytes(secret).size;
}

struct buf *secret_buf(struct secret *secret)
{
    return &secret->contents;
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
    if (!a || !b)
        return a == b;
    return bytes_equal_secret(secret_bytes(a), secret_bytes(b));
}

void secret_wipe(void *memory, size_t size)
{
    if (memory && size > 0)
        explicit_bzero(memory, size);
}
