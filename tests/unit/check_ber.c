/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/ber.h"

#include "tests/unit/vectors.h"

static uint8_t memory[8192];

static void assert_flat(struct bytes input, struct bytes expected)
{
    struct buf out = BUF_OVER(memory);
    struct bytes flat;

    assert_ok(ber_flatten(input, &out, &flat));
    assert_bytes(flat, expected);
    ck_assert_ptr_eq(flat.data, memory);
}

static enum result flatten(struct bytes input)
{
    struct buf out = BUF_OVER(memory);
    struct bytes flat;

    return ber_flatten(input, &out, &flat);
}

START_TEST(what_is_plain_is_not_copied)
{
    struct bytes input = BYTES_LIT(0x30, 0x81, 0x04, 0xA0, 0x02, 0x05, 0x00, 0xEE), flat;
    struct buf none = { 0 };

    assert_ok(ber_flatten(input, &none, &flat));
    ck_assert_ptr_eq(flat.data, input.data);
    ck_assert_uint_eq(flat.size, 7);
}
END_TEST

START_TEST(indefinite_lengths_become_definite)
{
    assert_flat(BYTES_LIT(0x30, 0x80, 0x02, 0x01, 0x07, 0xA0, 0x80, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0xEE),
                BYTES_LIT(0x30, 0x07, 0x02, 0x01, 0x07, 0xA0, 0x02, 0x05, 0x00));
    assert_flat(BYTES_LIT(0xBF, 0x81, 0x01, 0x80, 0x00, 0x00), BYTES_LIT(0xBF, 0x81, 0x01, 0x00));
}
END_TEST

START_TEST(pieces_of_a_string_are_joined)
{
    assert_flat(
        BYTES_LIT(0x24, 0x80, 0x04, 0x02, 'a', 'b', 0x24, 0x03, 0x04, 0x01, 'c', 0x04, 0x00, 0x00, 0x00),
        BYTES_LIT(0x04, 0x03, 'a', 'b', 'c'));
    assert_flat(BYTES_LIT(0x30, 0x05, 0x24, 0x03, 0x04, 0x01, 'x'), BYTES_LIT(0x30, 0x03, 0x04, 0x01, 'x'));
}
END_TEST

START_TEST(what_was_definite_keeps_its_bytes)
{
    assert_flat(BYTES_LIT(0x30, 0x80, 0x30, 0x81, 0x03, 0x02, 0x01, 0x07, 0x00, 0x00),
                BYTES_LIT(0x30, 0x06, 0x30, 0x81, 0x03, 0x02, 0x01, 0x07));
}
END_TEST

START_TEST(broken_and_unusual_encodings_are_refused)
{
    assert_result(flatten(BYTES_NONE), RESULT_MALFORMED);
    assert_result(flatten(BYTES_LIT(0x04, 0x80, 0x00, 0x00)), RESULT_MALFORMED);
    assert_result(flatten(BYTES_LIT(0x30, 0x80, 0x05, 0x00)), RESULT_MALFORMED);
    assert_result(flatten(BYTES_LIT(0x30, 0x80, 0x05, 0x00, 0x00)), RESULT_MALFORMED);
    assert_result(flatten(BYTES_LIT(0x24, 0x80, 0x02, 0x01, 0x00, 0x00, 0x00)), RESULT_MALFORMED);
    assert_result(flatten(BYTES_LIT(0x2C, 0x80, 0x0C, 0x00, 0x00, 0x00)), RESULT_UNSUPPORTED);
    assert_result(flatten(BYTES_LIT(0x3F, 0x80, 0x80, 0x80, 0x80)), RESULT_MALFORMED);
}
END_TEST

START_TEST(nesting_has_an_end)
{
    uint8_t deep[4 * BER_DEPTH_MAX];
    struct bytes rest;

    for (size_t depth = BER_DEPTH_MAX - 1; depth < BER_DEPTH_MAX + 2; depth++) {
        memset(deep, 0, sizeof(deep));
        for (size_t i = 0; i < depth; i++)
            memcpy(deep + 2 * i, "\x30\x80", 2);
        rest = bytes_make(deep, 4 * depth);
        assert_result(flatten(rest), depth <= BER_DEPTH_MAX ? RESULT_OK : RESULT_MALFORMED);
    }
}
END_TEST

START_TEST(a_small_memory_is_told_and_the_size_of_the_input_suffices)
{
    struct vector vector;
    struct bytes input = vector_load("requests/2012-256-ber.p7s", &vector), flat;

    for (size_t room = 0; room <= input.size; room++) {
        struct bytes exact = vector_exact(bytes_slice(input, 0, room));
        struct buf out = buf_make((uint8_t *)(uintptr_t)exact.data, room);
        enum result result = ber_flatten(input, &out, &flat);

        if (room == input.size)
            assert_ok(result);
        else
            ck_assert(result == RESULT_OK || result == RESULT_TOO_LARGE);
        if (room < 100)
            assert_result(result, RESULT_TOO_LARGE);
        free((void *)(uintptr_t)exact.data);
    }
}
END_TEST

static void read_any(struct bytes view)
{
    (void)!flatten(view);
}

START_TEST(broken_streams_do_no_harm)
{
    struct vector vector;

    vector_load("requests/2012-256-ber.p7s", &vector);
    vector_mutate(vector.bytes, read_any);
    vector_truncate(vector.bytes, read_any);
}
END_TEST

UNIT_MAIN("ber", what_is_plain_is_not_copied, indefinite_lengths_become_definite,
          pieces_of_a_string_are_joined, what_was_definite_keeps_its_bytes,
          broken_and_unusual_encodings_are_refused, nesting_has_an_end,
          a_small_memory_is_told_and_the_size_of_the_input_suffices, broken_streams_do_no_harm)
