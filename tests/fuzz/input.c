/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <string.h>

uint8_t fuzz_byte(struct fuzz *fuzz)
{
    return (uint8_t)fuzz_number(fuzz, 1);
}

uint32_t fuzz_number(struct fuzz *fuzz, size_t size)
{
    return (uint32_t)bytes_number(fuzz_take(fuzz, size));
}

struct bytes fuzz_take(struct fuzz *fuzz, size_t size)
{
    struct bytes view = bytes_slice(fuzz->rest, 0, size);

    fuzz->rest = bytes_from(fuzz->rest, view.size);
    return view;
}

struct bytes fuzz_part(struct fuzz *fuzz)
{
    size_t size = fuzz_byte(fuzz);

    return fuzz_take(fuzz, size == 0xFF ? fuzz_number(fuzz, 2) : size);
}

struct bytes fuzz_copy(struct bytes view)
{
    uint8_t *copy = malloc(view.size > 0 ? view.size : 1);

    FUZZ_CHECK(copy != NULL);
    if (view.size > 0)
        memcpy(copy, view.data, view.size);
    return (struct bytes){ copy, view.size };
}

void fuzz_free(struct bytes *copy)
{
    free((void *)(uintptr_t)copy->data);
}

struct buf fuzz_buf(size_t size)
{
    struct buf buf = buf_make(malloc(size > 0 ? size : 1), size);

    FUZZ_CHECK(buf.data != NULL);
    return buf;
}

void fuzz_buf_free(struct buf *buf)
{
    free(buf->data);
}
