/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/hashing.h"

#include <stdlib.h>
#include <string.h>

#include "tool/text.h"

#define ROWS (HASH_GOST94 + 1)

enum exit_code hashing_open(const struct ui *ui, struct crypto *crypto, struct hashing *ret)
{
    *ret = (struct hashing){ .ui = ui, .crypto = crypto, .rows = calloc(ROWS, sizeof(struct hashing_row)),
                             .start = malloc(HASHING_START_MAX) };
    if (ret->rows && ret->start)
        return EXIT_CODE_OK;
    hashing_close(ret);
    return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
}

void hashing_close(struct hashing *hashing)
{
    for (size_t i = 0; hashing->rows && i < ROWS; i++)
        digest_free(&hashing->rows[i].digest);
    free(hashing->rows);
    free(hashing->start);
    *hashing = (struct hashing){ 0 };
}

void hashing_add(struct hashing *hashing, enum hash hash)
{
    if (hash != HASH_NONE && !hashing->rows[hash].digest &&
        digest_new(hashing->crypto, hash, &hashing->rows[hash].digest) != RESULT_OK)
        hashing->rows[hash].digest = NULL;
}

static enum exit_code tell_failed(const struct hashing *hashing)
{
    return ui_fail(hashing->ui, EXIT_CODE_FAILED, NULL, _("the hash of the content cannot be computed"));
}

static enum exit_code hashing_take(void *ctx, struct bytes piece)
{
    struct hashing *hashing = ctx;

    if (hashing->size < HASHING_START_MAX) {
        struct bytes kept = bytes_slice(piece, 0, HASHING_START_MAX - (size_t)hashing->size);

        memcpy(hashing->start + hashing->size, kept.data, kept.size);
    }
    hashing->size += piece.size;
    for (size_t i = 0; i < ROWS; i++)
        if (hashing->rows[i].digest && digest_update(hashing->rows[i].digest, piece) != RESULT_OK)
            return tell_failed(hashing);
    return EXIT_CODE_OK;
}

struct sink hashing_sink(struct hashing *hashing)
{
    return (struct sink){ hashing_take, hashing };
}

enum exit_code hashing_end(struct hashing *hashing)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct buf out = BUF_OVER(hashing->rows[i].value);

        if (!hashing->rows[i].digest)
            continue;
        if (digest_final(hashing->rows[i].digest, &out) != RESULT_OK)
            return tell_failed(hashing);
        hashing->rows[i].done = true;
    }
    return EXIT_CODE_OK;
}

struct bytes hashing_value(const struct hashing *hashing, enum hash hash)
{
    return hashing->rows[hash].done ? bytes_make(hashing->rows[hash].value, hash_size(hash)) : BYTES_NONE;
}

bool hashing_content(const struct hashing *hashing, struct bytes *ret)
{
    *ret = bytes_make(hashing->start, hashing->size < HASHING_START_MAX ? (size_t)hashing->size : HASHING_START_MAX);
    return hashing->size <= HASHING_START_MAX;
}
