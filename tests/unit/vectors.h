/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vectors.h: reads the files of tests/vectors. */
#ifndef ECP_TESTS_VECTORS_H
#define ECP_TESTS_VECTORS_H

#include <stdio.h>
#include <string.h>

#include "asn1/buf.h"
#include "tests/unit/unit.h"

/** Where the vectors are; a build outside the source folder says it. */
#ifndef VECTORS
#define VECTORS "tests/vectors"
#endif

/** The longest vector, in bytes. */
#define VECTOR_MAX 4096

struct vector {
    uint8_t memory[VECTOR_MAX];
    struct bytes bytes;
};

/** Fills *RET with the file FOLDER_AND_NAME of tests/vectors; the test fails if there is none. Returns
 * RET->bytes. */
static inline struct bytes vector_load(const char *folder_and_name, struct vector *ret)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", VECTORS, folder_and_name);
    file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "no vector %s", path);
    ret->bytes = bytes_make(ret->memory, fread(ret->memory, 1, sizeof(ret->memory), file));
    ck_assert_msg(ret->bytes.size > 0 && ret->bytes.size < sizeof(ret->memory), "unusable vector %s", path);
    fclose(file);
    return ret->bytes;
}

/** A copy of VIEW that ends where its allocation ends, so that the sanitizer sees one byte too many. free()
 * its data. */
static inline struct bytes vector_exact(struct bytes view)
{
    uint8_t *copy = malloc(view.size > 0 ? view.size : 1);

    ck_assert_ptr_nonnull(copy);
    if (view.size > 0)
        memcpy(copy, view.data, view.size);
    return (struct bytes){ copy, view.size };
}

/** Calls READ on VIEW with each byte changed in some ways (all values of one bit, 00, FF), one at a time. */
static inline void vector_mutate(struct bytes view, void (*read)(struct bytes))
{
    for (size_t at = 0; at < view.size; at++) {
        for (unsigned way = 0; way < 10; way++) {
            struct bytes copy = vector_exact(view);
            uint8_t *byte = (uint8_t *)(uintptr_t)copy.data + at;

            *byte = (uint8_t)(way < 8 ? *byte ^ 1U << way : way == 8 ? 0x00 : 0xFF);
            read(copy);
            free((void *)(uintptr_t)copy.data);
        }
    }
}

/** Calls READ on each beginning of VIEW that is shorter than VIEW. */
static inline void vector_truncate(struct bytes view, void (*read)(struct bytes))
{
    for (size_t size = 0; size < view.size; size++) {
        struct bytes copy = vector_exact(bytes_slice(view, 0, size));

        read(copy);
        free((void *)(uintptr_t)copy.data);
    }
}

#endif
