/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/e2e/memory.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "tests/e2e/client.h"

#define CHUNK 65536
#define MAPPINGS_MAX 4096

struct mapping {
    uintptr_t start, end;
    bool readable, dumped, locked, inherited;
};

/* One that is read by many searches; the search leaves it empty, and does not look into it. */
static uint8_t chunk[CHUNK];

void pattern_take(struct pattern *pattern, const char *name, void *data, size_t size)
{
    CLIENT_NEED(size > 0 && size <= PATTERN_MAX);
    *pattern = (struct pattern){ .name = name, .size = size };
    for (size_t i = 0; i < size; i++)
        pattern->masked[i] = ((uint8_t *)data)[i] ^ MEMORY_MASK;
    explicit_bzero(data, size);
}

void pattern_show(const struct pattern *pattern, void *out)
{
    for (size_t i = 0; i < pattern->size; i++)
        ((uint8_t *)out)[i] = pattern->masked[i] ^ MEMORY_MASK;
}

struct pattern pattern_hex(const struct pattern *pattern, bool capital)
{
    const char *digits = capital ? "0123456789ABCDEF" : "0123456789abcdef";
    struct pattern hex = { .name = pattern->name };

    for (size_t i = 0; i < pattern->size && hex.size + 2 <= PATTERN_MAX; i++) {
        uint8_t byte = pattern->masked[i] ^ MEMORY_MASK;

        hex.masked[hex.size++] = (uint8_t)digits[byte >> 4] ^ MEMORY_MASK;
        hex.masked[hex.size++] = (uint8_t)digits[byte & 15] ^ MEMORY_MASK;
    }
    return hex;
}

static bool pattern_at(const struct pattern *pattern, const uint8_t *data)
{
    for (size_t i = 0; i < pattern->size; i++)
        if ((data[i] ^ MEMORY_MASK) != pattern->masked[i])
            return false;
    return true;
}

/* How often it is in FD from START to END. */
static unsigned range_search(int fd, uintptr_t start, uintptr_t end, const struct pattern *pattern)
{
    unsigned count = 0;

    for (uintptr_t at = start; at < end; at += CHUNK - pattern->size + 1) {
        size_t want = end - at < CHUNK ? end - at : CHUNK;
        ssize_t got = pread(fd, chunk, want, (off_t)at);

        for (ssize_t i = 0; i + (ssize_t)pattern->size <= got; i++)
            if ((chunk[i] ^ MEMORY_MASK) == pattern->masked[0] && pattern_at(pattern, chunk + i))
                count++;
        explicit_bzero(chunk, sizeof(chunk));
        if (got < (ssize_t)want)
            break;
    }
    return count;
}

static unsigned mappings_read(struct mapping *mappings)
{
    FILE *smaps = fopen("/proc/self/smaps", "r");
    char line[512], access[5];
    uintptr_t start, end;
    unsigned count = 0;

    CLIENT_NEED(smaps != NULL);
    while (fgets(line, sizeof(line), smaps)) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &start, &end, access) == 3) {
            CLIENT_NEED(count < MAPPINGS_MAX);
            mappings[count++] = (struct mapping){ .start = start, .end = end, .readable = access[0] == 'r' };
        } else if (count > 0 && strncmp(line, "VmFlags:", 8) == 0) {
            mappings[count - 1].dumped = strstr(line, " dd") == NULL;
            mappings[count - 1].locked = strstr(line, " lo") != NULL;
            mappings[count - 1].inherited = strstr(line, " wf") == NULL;
        }
    }
    fclose(smaps);
    return count;
}

struct sightings memory_search(const struct pattern *pattern)
{
    static struct mapping mappings[MAPPINGS_MAX];
    unsigned count = mappings_read(mappings);
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    uintptr_t own = (uintptr_t)chunk;
    struct sightings seen = { 0 };

    CLIENT_NEED(memory >= 0);
    for (unsigned i = 0; i < count; i++) {
        struct mapping *at = &mappings[i];
        unsigned found;

        if (!at->readable)
            continue;
        if (at->start <= own && own < at->end)
            found = range_search(memory, at->start, own, pattern) +
                    range_search(memory, own + sizeof(chunk), at->end, pattern);
        else
            found = range_search(memory, at->start, at->end, pattern);
        seen.count += found;
        seen.unlocked += at->locked ? 0 : found;
        seen.dumped += at->dumped ? found : 0;
        seen.inherited += at->inherited ? found : 0;
    }
    close(memory);
    return seen;
}

long file_search(const char *path, const struct pattern *pattern)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
    long count = -1;

    if (size >= 0)
        count = (long)range_search(fd, 0, (uintptr_t)size, pattern);
    if (fd >= 0)
        close(fd);
    return count;
}
