/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/buf.h"

#include <string.h>

#include "tests/unit/unit.h"

START_TEST(appends_in_order)
{
    uint8_t memory[16];
    struct buf buf = BUF_OVER(memory);

    buf_add(&buf, BYTES_LIT(1, 2));
    buf_add_byte(&buf, 3);
    buf_add_number(&buf, 0x0405, 3);
    buf_add_fill(&buf, 0xAA, 2);
    buf_add_padded(&buf, BYTES_LIT(0, 0, 0, 6), 2);
    buf_add(&buf, BYTES_NONE);
    assert_ok(buf_check(&buf));
    assert_bytes(buf_bytes(&buf), BYTES_LIT(1, 2, 3, 0, 4, 5, 0xAA, 0xAA, 0, 6));
    ck_assert_uint_eq(buf_room(&buf), 6);
}
END_TEST

START_TEST(fills_to_the_last_byte)
{
    uint8_t memory[4];
    struct buf buf = BUF_OVER(memory);

    buf_add(&buf, BYTES_LIT(1, 2, 3, 4));
    assert_ok(buf_check(&buf));
    ck_assert_uint_eq(buf_room(&buf), 0);
    buf_add(&buf, BYTES_NONE);
    assert_ok(buf_check(&buf));
    buf_add_byte(&buf, 5);
    assert_result(buf_check(&buf), RESULT_TOO_LARGE);
}
END_TEST

START_TEST(an_overflow_sticks_and_writes_nothing)
{
    uint8_t memory[4] = { 9, 9, 9, 9 };
    struct buf buf = BUF_OVER(memory);

    buf_add_fill(&buf, 1, 5);
    buf_add_byte(&buf, 1);
    ck_assert_ptr_null(buf_reserve(&buf, 1));
    assert_result(buf_check(&buf), RESULT_TOO_LARGE);
    ck_assert_uint_eq(buf_bytes(&buf).size, 0);
    ck_assert_uint_eq(buf_room(&buf), 0);
    assert_bytes(BYTES_OF(memory), BYTES_LIT(9, 9, 9, 9));
    buf_clear(&buf);
    buf_add_byte(&buf, 1);
    assert_ok(buf_check(&buf));
}
END_TEST

START_TEST(sizes_near_the_largest_do_not_wrap)
{
    uint8_t memory[4];
    struct buf buf = BUF_OVER(memory);

    buf_add_byte(&buf, 1);
    ck_assert_ptr_null(buf_reserve(&buf, SIZE_MAX));
    assert_result(buf_check(&buf), RESULT_TOO_LARGE);
}
END_TEST

START_TEST(a_number_wider_than_its_field_overflows)
{
    uint8_t memory[8];
    struct buf buf = BUF_OVER(memory);

    buf_add_padded(&buf, BYTES_LIT(1, 0, 0), 2);
    assert_result(buf_check(&buf), RESULT_TOO_LARGE);
}
END_TEST

START_TEST(truncating_never_lengthens)
{
    uint8_t memory[8];
    struct buf buf = BUF_OVER(memory);

    buf_add(&buf, BYTES_LIT(1, 2, 3));
    buf_truncate(&buf, 5);
    ck_assert_uint_eq(buf.size, 3);
    buf_truncate(&buf, 1);
    assert_bytes(buf_bytes(&buf), BYTES_LIT(1));
}
END_TEST

START_TEST(wiping_clears_the_whole_array)
{
    uint8_t memory[8];
    struct buf buf = BUF_OVER(memory);

    memset(memory, 0x5A, sizeof(memory));
    buf_add_byte(&buf, 1);
    buf_wipe(&buf);
    assert_bytes(BYTES_OF(memory), BYTES_LIT(0, 0, 0, 0, 0, 0, 0, 0));
    ck_assert_uint_eq(buf.size, 0);
}
END_TEST

START_TEST(over_no_memory_nothing_fits)
{
    struct buf buf = buf_make(NULL, 10);

    buf_add(&buf, BYTES_NONE);
    assert_ok(buf_check(&buf));
    buf_add_byte(&buf, 1);
    assert_result(buf_check(&buf), RESULT_TOO_LARGE);
    buf_wipe(&buf);
}
END_TEST

UNIT_MAIN("buf", appends_in_order, fills_to_the_last_byte, an_overflow_sticks_and_writes_nothing,
          sizes_near_the_largest_do_not_wrap, a_number_wider_than_its_field_overflows,
          truncating_never_lengthens, wiping_clears_the_whole_array, over_no_memory_nothing_fits)
