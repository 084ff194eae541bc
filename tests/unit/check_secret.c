/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/secret.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#define PATTERN_SIZE 48
#define REGION_MAX (256UL << 20) /* the sanitizer's shadow is terabytes and holds no bytes of ours */

/* The pattern is computed, so that no copy of it lies in the program for the search to find. */
static uint8_t pattern_byte(size_t at)
{
    return (uint8_t)(0xC3 ^ (at * 37 + (at >> 2) * 11));
}

static void pattern_fill(struct buf *buf)
{
    for (size_t i = 0; i < PATTERN_SIZE; i++)
        buf_add_byte(buf, pattern_byte(i));
}

static bool pattern_in(const uint8_t *data, size_t size)
{
    for (size_t start = 0; start + PATTERN_SIZE <= size; start++) {
        size_t at = 0;

        while (at < PATTERN_SIZE && data[start + at] == pattern_byte(at))
            at++;
        if (at == PATTERN_SIZE)
            return true;
    }
    return false;
}

/* The search reads through one buffer with overlap; what it read is overwritten, lest it find its own copy.
 */
static bool region_has_pattern(int memory, uintptr_t start, uintptr_t end, uint8_t *chunk, size_t chunk_size)
{
    bool found = false;

    for (uintptr_t at = start; at < end && !found; at += chunk_size - PATTERN_SIZE) {
        size_t want = end - at < chunk_size ? end - at : chunk_size;
        ssize_t got = pread(memory, chunk, want, (off_t)at);

        found = got > 0 && pattern_in(chunk, (size_t)got);
        explicit_bzero(chunk, chunk_size);
    }
    return found;
}

/* Whether the pattern is anywhere in this process. */
static bool memory_has_pattern(void)
{
    static uint8_t chunk[1 << 16];
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY);
    char line[512], access[5];
    uintptr_t start, end;
    bool found = false;

    ck_assert_ptr_nonnull(maps);
    ck_assert_int_ge(memory, 0);
    while (!found && fgets(line, sizeof(line), maps)) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &start, &end, access) != 3)
            continue;
        if (access[0] != 'r' || access[1] != 'w' || end - start > REGION_MAX)
            continue;
        if (start <= (uintptr_t)chunk && (uintptr_t)chunk < end) {
            found = region_has_pattern(memory, start, (uintptr_t)chunk, chunk, sizeof(chunk)) ||
                    region_has_pattern(memory, (uintptr_t)chunk + sizeof(chunk), end, chunk, sizeof(chunk));
        } else {
            found = region_has_pattern(memory, start, end, chunk, sizeof(chunk));
        }
    }
    close(memory);
    fclose(maps);
    return found;
}

/* Whether the kernel has FLAG ("dd") on the mapping that holds ADDRESS. */
static bool mapping_has_flag(const void *address, const char *flag)
{
    FILE *smaps = fopen("/proc/self/smaps", "r");
    uintptr_t start = 0, end = 0, wanted = (uintptr_t)address;
    bool inside = false, found = false;
    char line[512];

    ck_assert_ptr_nonnull(smaps);
    while (fgets(line, sizeof(line), smaps)) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &start, &end) == 2)
            inside = start <= wanted && wanted < end;
        else if (inside && strncmp(line, "VmFlags:", 8) == 0)
            found = strstr(line, flag) != NULL;
    }
    fclose(smaps);
    return found;
}

static struct secret *pattern_secret(void)
{
    struct secret *secret;

    assert_ok(secret_new_empty(PATTERN_SIZE, &secret));
    pattern_fill(secret_buf(secret));
    return secret;
}

START_TEST(holds_what_it_was_given)
{
    SCOPED(secret_free) struct secret *secret = NULL;
    SCOPED(secret_free) struct secret *copy = NULL;
    SCOPED(secret_free) struct secret *empty = NULL;

    assert_ok(secret_new(BYTES_LIT('1', '2', '3'), &secret));
    assert_ok(secret_copy(secret, &copy));
    assert_ok(secret_new(BYTES_NONE, &empty));
    assert_bytes(secret_bytes(copy), BYTES_LIT('1', '2', '3'));
    ck_assert_ptr_ne(secret_bytes(copy).data, secret_bytes(secret).data);
    ck_assert_uint_eq(secret_size(secret), 3);
    ck_assert_uint_eq(secret_size(empty), 0);
    ck_assert_uint_eq(secret_size(NULL), 0);
    ck_assert_uint_eq(secret_bytes(NULL).size, 0);
}
END_TEST

START_TEST(equals_only_the_same_contents)
{
    SCOPED(secret_free) struct secret *a = NULL;
    SCOPED(secret_free) struct secret *same = NULL;
    SCOPED(secret_free) struct secret *other = NULL;

    assert_ok(secret_new(BYTES_LIT(1, 2, 3), &a));
    assert_ok(secret_new(BYTES_LIT(1, 2, 3), &same));
    assert_ok(secret_new(BYTES_LIT(1, 2, 4), &other));
    ck_assert(secret_equal(a, same));
    ck_assert(!secret_equal(a, other));
    ck_assert(!secret_equal(a, NULL));
    ck_assert(secret_equal(NULL, NULL));
}
END_TEST

START_TEST(has_a_largest_size)
{
    struct secret *secret = NULL;

    assert_ok(secret_new_empty(SECRET_MAX, &secret));
    buf_add_fill(secret_buf(secret), 7, SECRET_MAX);
    ck_assert_uint_eq(secret_size(secret), SECRET_MAX);
    buf_add_byte(secret_buf(secret), 7);
    assert_result(buf_check(secret_buf(secret)), RESULT_TOO_LARGE);
    secret_free(&secret);
    ck_assert_ptr_null(secret);
    assert_result(secret_new_empty(SECRET_MAX + 1, &secret), RESULT_TOO_LARGE);
    ck_assert_ptr_null(secret);
    secret_free(&secret);
}
END_TEST

START_TEST(leaves_nothing_in_memory_when_freed)
{
    struct secret *secret = pattern_secret(), *copy;

    assert_ok(secret_copy(secret, &copy));
    secret_free(&secret);
    ck_assert_msg(memory_has_pattern(), "the search does not find a secret that is there");
    secret_free(&copy);
    ck_assert_msg(!memory_has_pattern(), "a freed secret is still in memory");
}
END_TEST

START_TEST(stays_out_of_dumps_and_of_children)
{
    SCOPED(secret_free) struct secret *secret = pattern_secret();
    const uint8_t *data = secret_bytes(secret).data;
    static const uint8_t ordinary[1] = { 0 };

    ck_assert_msg(mapping_has_flag(data, " dd"), "the secret's pages would be dumped");
    ck_assert_msg(mapping_has_flag(data, " wf"), "the secret's pages would be inherited");
    ck_assert(!mapping_has_flag(ordinary, " dd"));
}
END_TEST

START_TEST(a_forked_child_sees_zeros_and_may_free)
{
    struct secret *secret = pattern_secret();
    const uint8_t *data = secret_bytes(secret).data;
    pid_t child;
    int status;

    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        uint8_t sum = 0;

        for (size_t i = 0; i < PATTERN_SIZE; i++)
            sum |= data[i];
        secret_free(&secret);
        _exit(sum == 0 && secret == NULL ? 42 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 42);
    ck_assert_uint_eq(data[0], pattern_byte(0));
    secret_free(&secret);
}
END_TEST

START_TEST(wipes_ordinary_memory)
{
    uint8_t memory[4] = { 1, 2, 3, 4 };

    secret_wipe(memory, 3);
    assert_bytes(BYTES_OF(memory), BYTES_LIT(0, 0, 0, 4));
    secret_wipe(NULL, 3);
}
END_TEST

UNIT_MAIN("secret", holds_what_it_was_given, equals_only_the_same_contents, has_a_largest_size,
          leaves_nothing_in_memory_when_freed, stays_out_of_dumps_and_of_children,
          a_forked_child_sees_zeros_and_may_free, wipes_ordinary_memory)
