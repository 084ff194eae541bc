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

UNIT_MAIN("script", the_script_tells_what_was_wrong)
