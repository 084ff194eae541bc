/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/reader_code.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct code_row {
    uint32_t code;
    enum result result;
};

/* 8010000F: no protocol in common; a card that is pulled out while it is connected to has none at all. */
static const struct code_row code_table[] = {
    { 0x00000000, RESULT_OK },           { 0x80100002, RESULT_CANCELLED },
    { 0x80100003, RESULT_NO_SERVICE },   { 0x80100006, RESULT_NO_MEMORY },
    { 0x80100008, RESULT_TOO_LARGE },    { 0x80100009, RESULT_READER_GONE },
    { 0x8010000A, RESULT_TIMEOUT },      { 0x8010000B, RESULT_BUSY },
    { 0x8010000C, RESULT_CARD_REMOVED }, { 0x8010000D, RESULT_CARD_FAILURE },
    { 0x8010000F, RESULT_CARD_FAILURE }, { 0x80100010, RESULT_BUSY },
    { 0x80100013, RESULT_NO_SERVICE },   { 0x80100016, RESULT_TRANSPORT },
    { 0x80100017, RESULT_READER_GONE },  { 0x8010001D, RESULT_NO_SERVICE },
    { 0x8010001E, RESULT_NO_SERVICE },   { 0x8010001F, RESULT_UNSUPPORTED },
    { 0x80100022, RESULT_UNSUPPORTED },  { 0x8010002E, RESULT_READER_GONE },
    { 0x8010002F, RESULT_TRANSPORT },    { 0x80100065, RESULT_CARD_FAILURE },
    { 0x80100066, RESULT_CARD_FAILURE }, { 0x80100067, RESULT_CARD_RESET },
    { 0x80100068, RESULT_CARD_RESET },   { 0x80100069, RESULT_CARD_REMOVED },
    { 0x8010006A, RESULT_NO_ACCESS },
};

enum result reader_code_result(long code)
{
    for (size_t i = 0; i < sizeof(code_table) / sizeof(code_table[0]); i++) {
        if (code_table[i].code == (uint32_t)code)
            return code_table[i].result;
    }
    return RESULT_INTERNAL;
}

enum result reader_code_transmit_result(long code)
{
    enum result result = reader_code_result(code);
    bool certain = result == RESULT_OK || result == RESULT_CARD_RESET || result == RESULT_CARD_REMOVED ||
                   result == RESULT_READER_GONE;

    /* A service that vanishes may do so while the card works, so even that is not certain. */
    return certain ? result : RESULT_TRANSPORT;
}
