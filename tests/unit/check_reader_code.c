/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/reader_code.h"

#include "tests/unit/unit.h"

START_TEST(every_code_of_the_service_has_a_meaning)
{
    static const struct {
        unsigned code;
        enum result any, transmit;
    } codes[] = {
        { 0x00000000, RESULT_OK, RESULT_OK },
        { 0x80100001, RESULT_INTERNAL, RESULT_TRANSPORT },
        { 0x80100002, RESULT_CANCELLED, RESULT_TRANSPORT },
        { 0x80100003, RESULT_NO_SERVICE, RESULT_TRANSPORT },
        { 0x80100004, RESULT_INTERNAL, RESULT_TRANSPORT },
        { 0x80100006, RESULT_NO_MEMORY, RESULT_TRANSPORT },
        { 0x80100008, RESULT_TOO_LARGE, RESULT_TRANSPORT },
        { 0x80100009, RESULT_READER_GONE, RESULT_READER_GONE },
        { 0x8010000A, RESULT_TIMEOUT, RESULT_TRANSPORT },
        { 0x8010000B, RESULT_BUSY, RESULT_TRANSPORT },
        { 0x8010000C, RESULT_CARD_REMOVED, RESULT_CARD_REMOVED },
        { 0x8010000D, RESULT_CARD_FAILURE, RESULT_TRANSPORT },
        { 0x8010000F, RESULT_CARD_FAILURE, RESULT_TRANSPORT },
        { 0x80100010, RESULT_BUSY, RESULT_TRANSPORT },
        { 0x80100013, RESULT_NO_SERVICE, RESULT_TRANSPORT },
        { 0x80100016, RESULT_TRANSPORT, RESULT_TRANSPORT },
        { 0x80100017, RESULT_READER_GONE, RESULT_READER_GONE },
        { 0x8010001D, RESULT_NO_SERVICE, RESULT_TRANSPORT },
        { 0x8010001E, RESULT_NO_SERVICE, RESULT_TRANSPORT },
        { 0x8010001F, RESULT_UNSUPPORTED, RESULT_TRANSPORT },
        { 0x80100022, RESULT_UNSUPPORTED, RESULT_TRANSPORT },
        { 0x8010002E, RESULT_READER_GONE, RESULT_READER_GONE },
        { 0x8010002F, RESULT_TRANSPORT, RESULT_TRANSPORT },
        { 0x80100065, RESULT_CARD_FAILURE, RESULT_TRANSPORT },
        { 0x80100066, RESULT_CARD_FAILURE, RESULT_TRANSPORT },
        { 0x80100067, RESULT_CARD_RESET, RESULT_CARD_RESET },
        { 0x80100068, RESULT_CARD_RESET, RESULT_CARD_RESET },
        { 0x80100069, RESULT_CARD_REMOVED, RESULT_CARD_REMOVED },
        { 0x8010006A, RESULT_NO_ACCESS, RESULT_TRANSPORT },
        { 0x8010006B, RESULT_INTERNAL, RESULT_TRANSPORT },
        { 0x12345678, RESULT_INTERNAL, RESULT_TRANSPORT },
    };

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        long plain = (long)codes[i].code, negative = (long)(int)codes[i].code;

        ck_assert_msg(reader_code_result(plain) == codes[i].any, "%08X", codes[i].code);
        ck_assert_msg(reader_code_result(negative) == codes[i].any, "%08X, negative", codes[i].code);
        ck_assert_msg(reader_code_transmit_result(plain) == codes[i].transmit, "%08X, transmit",
                      codes[i].code);
    }
}
END_TEST

UNIT_MAIN("reader_code", every_code_of_the_service_has_a_meaning)
