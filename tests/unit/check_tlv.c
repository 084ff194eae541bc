/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/tlv.h"

#include "tests/unit/unit.h"

START_TEST(reads_short_and_long_tags_and_lengths)
{
    struct bytes input = BYTES_LIT(0x53, 0x01, 0xAA, 0x7F, 0x49, 0x81, 0x02, 0x01, 0x02, 0x5F, 0xC1, 0x05, 0x00);
    struct tlv_cursor cursor = tlv_open(input);
    struct tlv object;

    assert_ok(tlv_next(&cursor, &object));
    ck_assert_uint_eq(object.tag, 0x53);
    assert_bytes(object.value, BYTES_LIT(0xAA));
    assert_ok(tlv_next(&cursor, &object));
    ck_assert_uint_eq(object.tag, 0x7F49);
    assert_bytes(object.value, BYTES_LIT(0x01, 0x02));
    assert_ok(tlv_next(&cursor, &object));
    ck_assert_uint_eq(object.tag, 0x5FC105);
    ck_assert_uint_eq(object.value.size, 0);
    assert_result(tlv_next(&cursor, &object), RESULT_NOT_FOUND);
}
END_TEST

START_TEST(refuses_what_runs_past_the_end)
{
    const struct bytes broken[] = {
        BYTES_LIT(0x53),                         BYTES_LIT(0x53, 0x02, 0x01),       BYTES_LIT(0x5F),
        BYTES_LIT(0x5F, 0xC1),                   BYTES_LIT(0x53, 0x80, 0x00, 0x00), BYTES_LIT(0x53, 0x82, 0x01),
        BYTES_LIT(0x53, 0x85, 0, 0, 0, 0, 1, 0xAA), BYTES_LIT(0x5F, 0xC1, 0x85, 0x01, 0x00),
        BYTES_LIT(0x53, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0xAA),
    };
    struct tlv object;

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct tlv_cursor cursor = tlv_open(broken[i]);
        assert_result(tlv_next(&cursor, &object), RESULT_MALFORMED);
        ck_assert_uint_eq(cursor.rest.size, broken[i].size);
    }
}
END_TEST

START_TEST(accepts_lengths_that_are_not_minimal)
{
    struct bytes two = BYTES_LIT(0x04, 0x81, 0x01, 0x77), four = BYTES_LIT(0x04, 0x83, 0x00, 0x00, 0x01, 0x77), value;

    assert_ok(tlv_find(two, 0x04, &value));
    assert_bytes(value, BYTES_LIT(0x77));
    assert_ok(tlv_find(four, 0x04, &value));
    assert_bytes(value, BYTES_LIT(0x77));
}
END_TEST

START_TEST(expect_stays_in_place_on_another_tag)
{
    struct tlv_cursor cursor = tlv_open(BYTES_LIT(0x81, 0x00));
    struct bytes value;

    assert_result(tlv_expect(&cursor, 0x82, &value), RESULT_MALFORMED);
    assert_ok(tlv_expect(&cursor, 0x81, &value));
    ck_assert(tlv_at_end(&cursor));
}
END_TEST

START_TEST(finds_by_path)
{
    struct bytes input = BYTES_LIT(0x61, 0x05, 0x79, 0x03, 0x4F, 0x01, 0xA0), value;
    const uint32_t path[] = { 0x61, 0x79, 0x4F };

    assert_ok(tlv_find_path(input, path, 3, &value));
    assert_bytes(value, BYTES_LIT(0xA0));
    assert_result(tlv_find(input, 0x50, &value), RESULT_NOT_FOUND);
}
END_TEST

START_TEST(writes_nested_objects_with_lengths_of_each_size)
{
    static const size_t sizes[] = { 0, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        static uint8_t memory[0x10100];
        struct buf buf = BUF_OVER(memory);
        struct bytes value;
        size_t outer = tlv_begin(&buf, 0x7C), inner;

        tlv_add_byte(&buf, 0x80, 0x01);
        inner = tlv_begin(&buf, 0x5FC105);
        buf_add_fill(&buf, 0x5A, sizes[i]);
        tlv_end(&buf, inner);
        tlv_end(&buf, outer);
        assert_ok(buf_check(&buf));
        assert_ok(tlv_find_path(buf_bytes(&buf), (const uint32_t[]){ 0x7C, 0x5FC105 }, 2, &value));
        ck_assert_uint_eq(value.size, sizes[i]);
        ck_assert_uint_eq(buf.size, tlv_size(0x7C, 3 + tlv_size(0x5FC105, sizes[i])));
    }
}
END_TEST

START_TEST(overflow_is_sticky_and_yields_nothing)
{
    uint8_t memory[8];
    struct buf buf = BUF_OVER(memory);

    tlv_add(&buf, 0x81, BYTES_LIT(1, 2, 3, 4, 5, 6, 7));
    assert_result(buf_check(&buf), RESULT_TOO_LARGE);
    buf_add_byte(&buf, 0);
    ck_assert_uint_eq(buf_bytes(&buf).size, 0);
}
END_TEST

UNIT_MAIN("tlv", reads_short_and_long_tags_and_lengths, refuses_what_runs_past_the_end,
          accepts_lengths_that_are_not_minimal, expect_stays_in_place_on_another_tag, finds_by_path,
          writes_nested_objects_with_lengths_of_each_size, overflow_is_sticky_and_yields_nothing)
