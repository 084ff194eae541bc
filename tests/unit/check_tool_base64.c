/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/base64.h"

#include <string.h>

#include "asn1/pem.h"
#include "tests/unit/unit.h"

#define SIZE_MOST 300

static uint8_t data[SIZE_MOST], text_memory[PEM_BASE64_SIZE(SIZE_MOST)], back_memory[SIZE_MOST + BASE64_HELD];

/** Writes SIZE bytes of data in pieces of STEP. */
static struct bytes write_in_pieces(size_t size, size_t step)
{
    struct base64_writer writer = { 0 };
    struct buf text = BUF_OVER(text_memory);

    for (size_t i = 0; i < SIZE_MOST; i++)
        data[i] = (uint8_t)(i * 37 + size);
    for (size_t at = 0; at < size; at += step)
        base64_write(&writer, bytes_slice(bytes_make(data, size), at, step), &text);
    base64_write_end(&writer, &text);
    assert_ok(buf_check(&text));
    return buf_bytes(&text);
}

static enum result read_in_pieces(struct bytes text, size_t step, struct buf *out)
{
    struct base64_reader reader = { 0 };

    for (size_t at = 0; at < text.size; at += step)
        TRY(base64_read(&reader, bytes_slice(text, at, step), out));
    return base64_read_end(&reader, out);
}

START_TEST(pieces_of_any_size_make_the_text_of_the_whole)
{
    static const size_t steps[] = { 1, 2, 5, 47, 48, 49, 300 };
    uint8_t whole_memory[sizeof(text_memory)];

    for (size_t size = 1; size <= SIZE_MOST; size += 13)
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
            struct buf whole = BUF_OVER(whole_memory);
            struct bytes text = write_in_pieces(size, steps[i]);

            pem_add_base64(bytes_make(data, size), &whole);
            assert_bytes(text, buf_bytes(&whole));
        }
}
END_TEST

START_TEST(what_was_written_is_read_in_pieces_of_any_size)
{
    static const size_t steps[] = { 1, 3, 63, 64, 65, 1000 };

    for (size_t size = 0; size <= SIZE_MOST; size += 11)
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
            struct bytes text = write_in_pieces(size, 300);
            struct buf back = BUF_OVER(back_memory);

            assert_ok(read_in_pieces(text, steps[i], &back));
            assert_bytes(buf_bytes(&back), bytes_make(data, size));
        }
}
END_TEST

START_TEST(what_is_no_base64_is_refused_wherever_the_pieces_end)
{
    static const char *const texts[] = { "QUJD*UJD", "QUJ", "Q===", "QQ=", "QQ==QUJD", "QR==" };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        for (size_t step = 1; step < 9; step++) {
            struct buf back = BUF_OVER(back_memory);

            ck_assert_msg(read_in_pieces(bytes_text(texts[i]), step, &back) == RESULT_MALFORMED, "%s", texts[i]);
        }
}
END_TEST

START_TEST(nothing_follows_the_padding_of_a_full_group)
{
    uint8_t text[BASE64_HELD + 4];
    struct buf back = BUF_OVER(back_memory);

    memset(text, 'A', sizeof(text));
    text[BASE64_HELD - 1] = '=';
    assert_result(read_in_pieces(BYTES_OF(text), 1, &back), RESULT_MALFORMED);
    buf_clear(&back);
    assert_ok(read_in_pieces(bytes_make(text, BASE64_HELD), 1, &back));
    ck_assert_uint_eq(back.size, 47);
}
END_TEST

UNIT_MAIN("base64", pieces_of_any_size_make_the_text_of_the_whole, what_was_written_is_read_in_pieces_of_any_size,
          what_is_no_base64_is_refused_wherever_the_pieces_end, nothing_follows_the_padding_of_a_full_group)
