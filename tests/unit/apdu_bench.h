/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* apdu_bench.h: a link to a scripted card, and what came back from it. */
#ifndef ECP_TESTS_APDU_BENCH_H
#define ECP_TESTS_APDU_BENCH_H

#include <string.h>

#include "pcsc/apdu.h"
#include "tests/script/script.h"
#include "tests/unit/unit.h"

struct bench {
    struct apdu_link link;
    uint8_t data[70000];
    struct buf answer;
    unsigned sw;
};

static inline struct bench *bench_open(const char *text)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    ck_assert_ptr_nonnull(bench);
    bench->link.answer = malloc(CHANNEL_ANSWER_MAX);
    ck_assert_ptr_nonnull(bench->link.answer);
    assert_ok(script_open(text, &bench->link.channel));
    bench->answer = buf_make(bench->data, sizeof(bench->data));
    return bench;
}

static inline void bench_close(struct bench *bench)
{
    ck_assert_str_eq(script_verdict(bench->link.channel), "");
    script_close(&bench->link.channel);
    free(bench->link.answer);
    free(bench);
}

static inline enum result bench_send(struct bench *bench, struct apdu command)
{
    buf_clear(&bench->answer);
    return apdu_send(&bench->link, &command, &bench->answer, &bench->sw);
}

static inline struct bytes filled(uint8_t byte, size_t size)
{
    static uint8_t memory[APDU_BODY_MAX + 1];

    memset(memory, byte, size);
    return bytes_make(memory, size);
}

static const struct apdu get_object = { .ins = 0xCB, .p1 = 0x3F, .p2 = 0xFF, .expected = APDU_ALL };

#endif
