/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/strict.h"

#include "tests/unit/unit.h"

START_TEST(an_unsigned_integer_has_one_spelling)
{
    const struct bytes broken[] = { BYTES_LIT(0x02, 0x00),
                                    BYTES_LIT(0x02, 0x01, 0x80),
                                    BYTES_LIT(0x02, 0x02, 0x00, 0x7F),
                                    BYTES_LIT(0x02, 0x02, 0x00, 0x00),
                                    BYTES_LIT(0x02, 0x81, 0x01, 0x05),
                                    BYTES_LIT(0x02, 0x02, 0x05),
                                    BYTES_LIT(0x03, 0x01, 0x05),
                                    BYTES_NONE };
    struct tlv_cursor cursor =
        tlv_open(BYTES_LIT(0x02, 0x01, 0x00, 0x02, 0x01, 0x7F, 0x02, 0x02, 0x00, 0x80));
    struct bytes number;

    assert_ok(strict_unsigned(&cursor, &number));
    assert_bytes(number, BYTES_NONE);
    assert_ok(strict_unsigned(&cursor, &number));
    assert_bytes(number, BYTES_LIT(0x7F));
    assert_ok(strict_unsigned(&cursor, &number));
    assert_bytes(number, BYTES_LIT(0x80));
    assert_ok(strict_end(&cursor));
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        cursor = tlv_open(broken[i]);
        assert_result(strict_unsigned(&cursor, &number), RESULT_MALFORMED);
    }
}
END_TEST

START_TEST(an_integer_is_written_as_it_is_read)
{
    const struct bytes numbers[] = { BYTES_NONE, BYTES_LIT(0, 0), BYTES_LIT(1), BYTES_LIT(0, 0x80),
                                     BYTES_LIT(0x7F, 0xFF) };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        uint8_t memory[16];
        struct buf buf = BUF_OVER(memory);
        struct tlv_cursor cursor;
        struct bytes back;

        strict_add_unsigned(&buf, numbers[i]);
        cursor = tlv_open(buf_bytes(&buf));
        assert_ok(strict_unsigned(&cursor, &back));
        assert_bytes(back, bytes_strip_zeros(numbers[i]));
        assert_ok(strict_end(&cursor));
    }
}
END_TEST

START_TEST(a_length_longer_than_needed_is_refused)
{
    const struct bytes broken[] = { BYTES_LIT(0x04, 0x81, 0x01, 0xAA),
                                    BYTES_LIT(0x04, 0x82, 0x00, 0x01, 0xAA) };
    struct tlv object;

    for (size_t i = 0; i < 2; i++) {
        struct tlv_cursor cursor = tlv_open(broken[i]);
        assert_result(strict_next(&cursor, &object), RESULT_MALFORMED);
        ck_assert_uint_eq(cursor.rest.size, broken[i].size);
    }
}
END_TEST

START_TEST(a_whole_object_has_nothing_after_it)
{
    struct bytes whole = BYTES_LIT(0x04, 0x01, 0xAA), value;

    assert_ok(strict_whole(whole, DER_OCTET_STRING, &value));
    assert_bytes(value, BYTES_LIT(0xAA));
    assert_result(strict_whole(BYTES_LIT(0x04, 0x01, 0xAA, 0x00), DER_OCTET_STRING, &value),
                  RESULT_MALFORMED);
    assert_result(strict_whole(whole, DER_INTEGER, &value), RESULT_MALFORMED);
    assert_result(strict_whole(BYTES_NONE, DER_INTEGER, &value), RESULT_MALFORMED);
}
END_TEST

START_TEST(a_bit_string_is_whole_bytes)
{
    struct tlv_cursor cursor = tlv_open(BYTES_LIT(0x03, 0x02, 0x00, 0xAA));
    struct bytes value;

    assert_ok(strict_bit_string(&cursor, &value));
    assert_bytes(value, BYTES_LIT(0xAA));
    cursor = tlv_open(BYTES_LIT(0x03, 0x02, 0x01, 0xAA));
    assert_result(strict_bit_string(&cursor, &value), RESULT_MALFORMED);
    cursor = tlv_open(BYTES_LIT(0x03, 0x00));
    assert_result(strict_bit_string(&cursor, &value), RESULT_MALFORMED);
}
END_TEST

START_TEST(the_elements_of_a_set_are_put_in_order)
{
    uint8_t memory[64];
    struct buf buf = BUF_OVER(memory);
    size_t mark = tlv_begin(&buf, DER_SET);

    buf_add(&buf, BYTES_LIT(0x04, 0x02, 0x01, 0x02, 0x30, 0x00, 0x04, 0x01, 0xFF, 0x02, 0x01, 0x05, 0x04, 0x01, 0xFF));
    assert_ok(strict_end_set(&buf, mark));
    assert_bytes(buf_bytes(&buf), BYTES_LIT(0x31, 0x0F, 0x02, 0x01, 0x05, 0x04, 0x01, 0xFF, 0x04, 0x01, 0xFF, 0x04,
                                            0x02, 0x01, 0x02, 0x30, 0x00));
    mark = tlv_begin(&buf, DER_SET);
    assert_ok(strict_end_set(&buf, mark));
    mark = tlv_begin(&buf, DER_SET);
    buf_add(&buf, BYTES_LIT(0x30, 0x00, 0x04, 0x02, 0x00));
    assert_result(strict_end_set(&buf, mark), RESULT_MALFORMED);
}
END_TEST

UNIT_MAIN("strict", an_unsigned_integer_has_one_spelling, an_integer_is_written_as_it_is_read,
          a_length_longer_than_needed_is_refused, a_whole_object_has_nothing_after_it,
          a_bit_string_is_whole_bytes,
          the_elements_of_a_set_are_put_in_order)
