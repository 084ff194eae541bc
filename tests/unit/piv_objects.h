/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* piv_objects.h: certificates' objects in a transcript of piv_bench.h. */
#ifndef ECP_TESTS_PIV_OBJECTS_H
#define ECP_TESTS_PIV_OBJECTS_H

#include "asn1/tlv.h"
#include "tests/unit/piv_bench.h"

#define GET_9A "> 00CB3FFF 000005 5C035FC105 0000\n"
#define GET_9A_SHORT "> 00CB3FFF 05 5C035FC105 00\n"

static inline void add(struct buf *buf, uint32_t tag, struct bytes value)
{
    tlv_add(buf, tag, value);
}

/* "< 53 … 9000" around CONTENTS. */
static inline void say_object(struct bytes contents)
{
    static uint8_t memory[CARD_OBJECT_MAX];
    struct buf object = BUF_OVER(memory);

    add(&object, 0x53, contents);
    bench_say("< ");
    bench_say_hex(buf_bytes(&object));
    bench_say(" 9000\n");
}

/* A certificate's object with info byte INFO, of what is in VALUE. */
static inline void say_certificate(struct bytes value, uint8_t info)
{
    static uint8_t memory[CARD_OBJECT_MAX];
    struct buf contents = BUF_OVER(memory);

    add(&contents, 0x70, value);
    tlv_add_byte(&contents, 0x71, info);
    add(&contents, 0xFE, BYTES_NONE);
    say_object(buf_bytes(&contents));
}

static inline struct bytes p256(void)
{
    return vector_load("asn1/p256.crt", &bench.vector);
}

#endif
