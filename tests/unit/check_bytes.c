/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/bytes.h"

#include "tests/unit/unit.h"

START_TEST(slices_stay_inside_the_view)
{
    struct bytes view = BYTES_LIT(1, 2, 3, 4);

    assert_bytes(bytes_slice(view, 1, 2), BYTES_LIT(2, 3));
    assert_bytes(bytes_slice(view, 3, 5), BYTES_LIT(4));
    assert_bytes(bytes_slice(view, 3, SIZE_MAX), BYTES_LIT(4));
    assert_bytes(bytes_slice(view, 4, 1), BYTES_NONE);
    assert_bytes(bytes_slice(view, SIZE_MAX, SIZE_MAX), BYTES_NONE);
    assert_bytes(bytes_from(view, 2), BYTES_LIT(3, 4));
    assert_bytes(bytes_from(view, 5), BYTES_NONE);
    assert_bytes(bytes_slice(BYTES_NONE, 0, 1), BYTES_NONE);
}
END_TEST

START_TEST(a_null_pointer_is_a_view_of_nothing)
{
    ck_assert_uint_eq(bytes_make(NULL, 7).size, 0);
    ck_assert_uint_eq(bytes_text(NULL).size, 0);
    assert_bytes(bytes_text("ab"), BYTES_LIT('a', 'b'));
}
END_TEST

START_TEST(both_comparisons_agree)
{
    struct bytes a = BYTES_LIT(1, 2, 3), same = BYTES_LIT(1, 2, 3), last = BYTES_LIT(1, 2, 4),
                 first = BYTES_LIT(0, 2, 3);
    struct bytes longer = BYTES_LIT(1, 2, 3, 0);
    bool (*const compare[])(struct bytes, struct bytes) = { bytes_equal, bytes_equal_secret };

    for (size_t i = 0; i < 2; i++) {
        ck_assert(compare[i](a, same));
        ck_assert(!compare[i](a, last));
        ck_assert(!compare[i](a, first));
        ck_assert(!compare[i](a, longer));
        ck_assert(!compare[i](a, BYTES_NONE));
        ck_assert(compare[i](BYTES_NONE, bytes_text("")));
    }
}
END_TEST

START_TEST(a_prefix_is_no_longer_than_the_view)
{
    struct bytes view = BYTES_LIT(1, 2);

    ck_assert(bytes_start_with(view, BYTES_NONE));
    ck_assert(bytes_start_with(view, BYTES_LIT(1)));
    ck_assert(bytes_start_with(view, view));
    ck_assert(!bytes_start_with(view, BYTES_LIT(2)));
    ck_assert(!bytes_start_with(view, BYTES_LIT(1, 2, 3)));
}
END_TEST

START_TEST(numbers_are_big_endian_and_saturate)
{
    ck_assert_uint_eq(bytes_number(BYTES_NONE), 0);
    ck_assert_uint_eq(bytes_number(BYTES_LIT(0x01, 0x02)), 0x0102);
    ck_assert_uint_eq(bytes_number(BYTES_LIT(0, 0, 0, 0, 0, 0, 0, 0, 0, 7)), 7);
    ck_assert(bytes_number(BYTES_LIT(1, 0, 0, 0, 0, 0, 0, 0, 0)) == UINT64_MAX);
    ck_assert(bytes_number(BYTES_LIT(0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)) ==
              0xFEFFFFFFFFFFFFFFULL);
}
END_TEST

START_TEST(bits_count_from_the_first_set_one)
{
    ck_assert_uint_eq(bytes_bit_length(BYTES_NONE), 0);
    ck_assert_uint_eq(bytes_bit_length(BYTES_LIT(0, 0)), 0);
    ck_assert_uint_eq(bytes_bit_length(BYTES_LIT(0, 1)), 1);
    ck_assert_uint_eq(bytes_bit_length(BYTES_LIT(0x80)), 8);
    ck_assert_uint_eq(bytes_bit_length(BYTES_LIT(0x00, 0x7F, 0x00)), 15);
    assert_bytes(bytes_strip_zeros(BYTES_LIT(0, 0, 5, 0)), BYTES_LIT(5, 0));
    assert_bytes(bytes_strip_zeros(BYTES_LIT(0, 0)), BYTES_NONE);
}
END_TEST

UNIT_MAIN("bytes", slices_stay_inside_the_view, a_null_pointer_is_a_view_of_nothing, both_comparisons_agree,
          a_prefix_is_no_longer_than_the_view, numbers_are_big_endian_and_saturate,
          bits_count_from_the_first_set_one)
