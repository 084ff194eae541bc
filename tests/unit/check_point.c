/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "module/token/point.h"
#include "tests/unit/unit.h"

#define P256_POINT 65
#define OCTETS 0x04
#define BITS 0x03

static size_t wrap(uint8_t *place, uint8_t tag, const uint8_t *value, size_t size, bool bits)
{
    size_t at = 0;

    place[at++] = tag;
    place[at++] = (uint8_t)(size + (bits ? 1 : 0));
    if (bits)
        place[at++] = 0;
    memcpy(place + at, value, size);
    return at + size;
}

START_TEST(test_a_point_may_come_raw_or_as_octets_or_as_bits)
{
    uint8_t point[P256_POINT] = { 0x04, 1, 2, 3 }, octets[80], bits[80];
    size_t octets_size = wrap(octets, OCTETS, point, sizeof(point), false);
    size_t bits_size = wrap(bits, BITS, point, sizeof(point), true);
    struct bytes found;

    assert_ok(point_decode(CURVE_P256, BYTES_OF(point), &found));
    assert_bytes(found, BYTES_OF(point));
    assert_ok(point_decode(CURVE_P256, bytes_make(octets, octets_size), &found));
    assert_bytes(found, BYTES_OF(point));
    assert_ok(point_decode(CURVE_P256, bytes_make(bits, bits_size), &found));
    assert_bytes(found, BYTES_OF(point));
}
END_TEST

START_TEST(test_edwards_points_come_raw_or_wrapped)
{
    uint8_t point[32] = { 0x04, 30 }, octets[40];
    size_t size = wrap(octets, OCTETS, point, sizeof(point), false);
    struct bytes found;

    assert_ok(point_decode(CURVE_ED25519, BYTES_OF(point), &found));
    assert_bytes(found, BYTES_OF(point));
    assert_ok(point_decode(CURVE_ED25519, bytes_make(octets, size), &found));
    assert_bytes(found, BYTES_OF(point));
}
END_TEST

START_TEST(test_points_of_another_length_are_refused)
{
    uint8_t point[P256_POINT + 1] = { 0x04 }, octets[80], compressed[33] = { 0x02 };
    size_t size = wrap(octets, OCTETS, point, P256_POINT - 1, false);
    struct bytes found;

    assert_result(point_decode(CURVE_P256, BYTES_OF(point), &found), RESULT_MALFORMED);
    assert_result(point_decode(CURVE_P256, bytes_make(octets, size), &found), RESULT_MALFORMED);
    assert_result(point_decode(CURVE_P256, BYTES_OF(compressed), &found), RESULT_MALFORMED);
    assert_result(point_decode(CURVE_P256, BYTES_NONE, &found), RESULT_MALFORMED);
    assert_result(point_decode(CURVE_P256, BYTES_LIT(0x03, 0x00), &found), RESULT_MALFORMED);
    assert_result(point_decode(CURVE_NONE, BYTES_LIT(0x04), &found), RESULT_MALFORMED);
}
END_TEST

START_TEST(test_what_is_encoded_is_decoded)
{
    uint8_t point[133] = { 0x04 }, memory[POINT_ENCODED_MAX];
    struct buf encoded = BUF_OVER(memory);
    struct bytes found;

    point_encode(BYTES_OF(point), &encoded);
    assert_ok(buf_check(&encoded));
    assert_ok(point_decode(CURVE_P521, buf_bytes(&encoded), &found));
    assert_bytes(found, BYTES_OF(point));
}
END_TEST

UNIT_MAIN("point", test_a_point_may_come_raw_or_as_octets_or_as_bits, test_edwards_points_come_raw_or_wrapped,
          test_points_of_another_length_are_refused, test_what_is_encoded_is_decoded)
