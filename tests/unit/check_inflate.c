/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/inflate.h"

#include <zlib.h>

#include "tests/unit/unit.h"

#define PLAIN_SIZE 3000

/* Each test has a process of its own, so they share these. */
static uint8_t plain[PLAIN_SIZE], small[PLAIN_SIZE], memory[PLAIN_SIZE + 1], zeros[60000];

static void fill(void)
{
    for (size_t i = 0; i < sizeof(plain); i++)
        plain[i] = (uint8_t)(i % 7 * 31 + i / 500);
}

static void pack(struct buf *buf)
{
    fill();
    assert_ok(inflate_pack(BYTES_OF(plain), buf));
}

START_TEST(what_was_packed_unpacks_to_itself)
{
    struct buf packed = BUF_OVER(small), out = BUF_OVER(memory);

    pack(&packed);
    ck_assert_uint_lt(packed.size, PLAIN_SIZE / 4);
    ck_assert_uint_eq(packed.data[0], 0x1F);
    ck_assert_uint_eq(packed.data[1], 0x8B);
    buf_add_byte(&out, 0xAA);
    assert_ok(inflate_unpack(buf_bytes(&packed), &out));
    ck_assert_uint_eq(out.data[0], 0xAA);
    assert_bytes(bytes_from(buf_bytes(&out), 1), BYTES_OF(plain));
}
END_TEST

START_TEST(zlib_form_is_understood_too)
{
    uLongf size = sizeof(small);
    struct buf out = BUF_OVER(memory);

    fill();
    ck_assert_int_eq(compress(small, &size, plain, sizeof(plain)), Z_OK);
    assert_ok(inflate_unpack(bytes_make(small, size), &out));
    assert_bytes(buf_bytes(&out), BYTES_OF(plain));
}
END_TEST

START_TEST(what_does_not_fit_is_refused_and_leaves_nothing)
{
    struct buf packed = BUF_OVER(small);

    pack(&packed);
    for (size_t room = 0; room < PLAIN_SIZE; room += 97) {
        struct buf out = buf_make(memory, room);
        assert_result(inflate_unpack(buf_bytes(&packed), &out), RESULT_TOO_LARGE);
        ck_assert_uint_eq(out.size, 0);
    }
}
END_TEST

START_TEST(a_bomb_stops_at_the_limit)
{
    struct buf packed = BUF_OVER(small), out = buf_make(memory, 1000);

    assert_ok(inflate_pack(BYTES_OF(zeros), &packed));
    assert_result(inflate_unpack(buf_bytes(&packed), &out), RESULT_TOO_LARGE);
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

START_TEST(damaged_or_cut_off_is_malformed)
{
    struct buf packed = BUF_OVER(small), out = BUF_OVER(memory);

    pack(&packed);
    for (size_t size = 0; size < packed.size; size += 5)
        assert_result(inflate_unpack(bytes_slice(buf_bytes(&packed), 0, size), &out), RESULT_MALFORMED);
    packed.data[packed.size - 6] ^= 1;
    assert_result(inflate_unpack(buf_bytes(&packed), &out), RESULT_MALFORMED);
    assert_result(inflate_unpack(BYTES_LIT(0x30, 0x82, 0x01, 0x00), &out), RESULT_MALFORMED);
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

START_TEST(bytes_after_the_end_are_left_out)
{
    struct buf packed = BUF_OVER(small), out = BUF_OVER(memory);

    pack(&packed);
    buf_add_fill(&packed, 0xFF, 20);
    assert_ok(inflate_unpack(buf_bytes(&packed), &out));
    assert_bytes(buf_bytes(&out), BYTES_OF(plain));
}
END_TEST

START_TEST(packing_says_when_there_is_no_room)
{
    struct buf packed = buf_make(small, 20);

    fill();
    assert_result(inflate_pack(BYTES_OF(plain), &packed), RESULT_TOO_LARGE);
    ck_assert_uint_eq(packed.size, 0);
}
END_TEST

UNIT_MAIN("inflate", what_was_packed_unpacks_to_itself, zlib_form_is_understood_too,
          what_does_not_fit_is_refused_and_leaves_nothing, a_bomb_stops_at_the_limit,
          damaged_or_cut_off_is_malformed, bytes_after_the_end_are_left_out,
          packing_says_when_there_is_no_room)
