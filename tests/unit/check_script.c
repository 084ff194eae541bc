/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/script/script.h"

#include <string.h>

#include "tests/unit/unit.h"

START_TEST(the_script_tells_what_was_wrong)
{
    struct channel *channel;
    uint8_t memory[16];
    struct buf answer = BUF_OVER(memory);

    assert_ok(script_open("> 00 A4 ?? 00 \n < 9000 \n > 01", &channel));
    assert_ok(channel->ops->transmit(channel, BYTES_LIT(0x00, 0xA4, 0x77, 0x00), &answer));
    ck_assert_ptr_nonnull(strstr(script_verdict(channel), "step 3 of 3"));
    assert_result(channel->ops->transmit(channel, BYTES_LIT(0x01, 0x02), &answer), RESULT_INTERNAL);
    ck_assert_ptr_nonnull(strstr(script_verdict(channel), "differs from byte 1"));
    ck_assert_ptr_nonnull(strstr(script_verdict(channel), "(2) 0102"));
    script_close(&channel);
    assert_ok(script_open("", &channel));
    assert_result(channel->ops->transmit(channel, BYTES_LIT(0x01), &answer), RESULT_INTERNAL);
    ck_assert_str_ne(script_verdict(channel), "");
    script_close(&channel);
    assert_result(script_open("> 0G", &channel), RESULT_MALFORMED);
    assert_result(script_open("! nonsense", &channel), RESULT_MALFORMED);
    assert_result(script_open("? 00", &channel), RESULT_MALFORMED);
    ck_assert_ptr_null(channel);
}
END_TEST

START_TEST(plays_a_file_of_the_source_tree)
{
    struct channel *channel;
    uint8_t memory[64];
    struct buf answer = BUF_OVER(memory);

    assert_ok(script_open_file("iso7816/select-and-login.apdu", &channel));
    assert_ok(channel->ops->transmit(
        channel, BYTES_LIT(0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00), &answer));
    ck_assert_uint_eq(answer.size, 21);
    assert_ok(channel->ops->transmit(channel, BYTES_LIT(0x00, 0x20, 0x00, 0x80), &answer));
    assert_ok(channel->ops->transmit(
        channel, BYTES_LIT(0x00, 0x20, 0x00, 0x80, 0x08, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0xFF, 0xFF),
        &answer));
    ck_assert_str_eq(script_verdict(channel), "");
    ck_assert_uint_eq(script_counts(channel).commands, 3);
    script_close(&channel);
    assert_result(script_open_file("iso7816/nothing.apdu", &channel), RESULT_NOT_FOUND);
    ck_assert_ptr_null(channel);
}
END_TEST

START_TEST(events_stand_for_what_happens_to_a_card)
{
    struct channel *channel;
    uint8_t memory[64];
    struct buf answer = BUF_OVER(memory);
    bool reset = true;

    assert_ok(script_open("! reset \n > 01 \n ! transport \n ! removed", &channel));
    assert_ok(channel->ops->begin(channel, &reset));
    ck_assert(reset);
    assert_result(channel->ops->transmit(channel, BYTES_LIT(0x01), &answer), RESULT_TRANSPORT);
    assert_result(channel->ops->begin(channel, &reset), RESULT_CARD_REMOVED);
    assert_ok(channel->ops->begin(channel, &reset));
    ck_assert(!reset);
    channel->ops->end(channel);
    ck_assert_uint_eq(script_counts(channel).begins, 3);
    ck_assert_uint_eq(script_counts(channel).ends, 1);
    ck_assert_str_eq(script_verdict(channel), "");
    script_close(&channel);
}
END_TEST

UNIT_MAIN("script", the_script_tells_what_was_wrong, plays_a_file_of_the_source_tree,
          events_stand_for_what_happens_to_a_card)
