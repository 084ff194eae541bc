/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* tlv, strict and ber with any bytes. */
#include "asn1/ber.h"
#include "asn1/strict.h"
#include "asn1/tlv.h"
#include "tests/fuzz/fuzz.h"

#define DEPTH_MAX 12

/* Every object lies in VIEW, is found by its tag, and is the same again after it was written. */
static void walk(struct bytes view, unsigned depth)
{
    struct tlv_cursor cursor = tlv_open(view);
    struct tlv tlv;

    while (tlv_next(&cursor, &tlv) == RESULT_OK) {
        SCOPED(fuzz_buf_free) struct buf out = fuzz_buf(tlv_size(tlv.tag, tlv.value.size));
        struct tlv_cursor again;
        struct bytes value;
        FUZZ_CHECK(tlv.value.size == 0 ||
                   (tlv.value.data >= view.data && tlv.value.data + tlv.value.size <= view.data + view.size));
        FUZZ_CHECK(tlv_find(view, tlv.tag, &value) == RESULT_OK);
        tlv_add(&out, tlv.tag, tlv.value);
        FUZZ_CHECK(buf_check(&out) == RESULT_OK && out.size == out.capacity);
        again = tlv_open(buf_bytes(&out));
        FUZZ_CHECK(tlv_expect(&again, tlv.tag, &value) == RESULT_OK && bytes_equal(value, tlv.value) &&
                   tlv_at_end(&again));
        if (depth < DEPTH_MAX)
            walk(tlv.value, depth + 1);
    }
}

/* What is read strictly has one spelling: the one that is written. */
static void walk_strictly(struct bytes view)
{
    struct tlv_cursor cursor = tlv_open(view), before = cursor;
    struct tlv tlv;

    while (strict_next(&cursor, &tlv) == RESULT_OK) {
        SCOPED(fuzz_buf_free) struct buf out = fuzz_buf(tlv_size(tlv.tag, tlv.value.size));
        struct tlv_cursor number = before, bits = before;
        struct bytes value;
        tlv_add(&out, tlv.tag, tlv.value);
        FUZZ_CHECK(bytes_equal(buf_bytes(&out), bytes_slice(before.rest, 0, out.size)));
        if (strict_unsigned(&number, &value) == RESULT_OK) {
            buf_clear(&out);
            strict_add_unsigned(&out, value);
            FUZZ_CHECK(bytes_equal(buf_bytes(&out), bytes_slice(before.rest, 0, out.size)));
        }
        FUZZ_IGNORE(strict_bit_string(&bits, &value));
        before = cursor;
    }
}

/* Lengths become definite once and for all, in no more room than promised. */
static void flatten(struct bytes input)
{
    SCOPED(fuzz_buf_free) struct buf memory = fuzz_buf(input.size);
    SCOPED(fuzz_buf_free) struct buf again = fuzz_buf(0);
    struct bytes flat, same;
    enum result result = ber_flatten(input, &memory, &flat);

    FUZZ_CHECK(result != RESULT_TOO_LARGE);
    if (result == RESULT_OK) {
        FUZZ_CHECK(ber_flatten(flat, &again, &same) == RESULT_OK);
        FUZZ_CHECK(bytes_equal(flat, same));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = bytes_make(data, size), value;
    const uint32_t path[] = { 0x30, 0x30, 0x02 };

    walk(input, 0);
    walk_strictly(input);
    flatten(input);
    FUZZ_IGNORE(tlv_find_path(input, path, sizeof(path) / sizeof(path[0]), &value));
    FUZZ_IGNORE(strict_whole(input, 0x30, &value));
    return 0;
}
