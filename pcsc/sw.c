/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/sw.h"

#include <stddef.h>

/* One row: status words SW with (SW & MASK) == VALUE, and what they mean to each verb, in the order of enum
 * sw_verb. */
struct sw_row {
    unsigned mask, value;
    enum result meaning[SW_PROVE + 1];
};

#define EVERY(meaning)                                                                                       \
    {                                                                                                        \
        meaning, meaning, meaning, meaning, meaning                                                          \
    }

/* The first row that fits counts, so exact words stand before their families. Columns: read, verify, use,
 * admin, prove. */
static const struct sw_row sw_table[] = {
    { 0xFFFF, 0x9000, EVERY(RESULT_OK) },
    { 0xFF00, 0x6100, EVERY(RESULT_OK) },
    /* 6281: the data returned may be corrupted. 6283, 6285: what was selected is deactivated or terminated.
     */
    { 0xFFFF, 0x6281, EVERY(RESULT_CARD_FAILURE) },
    { 0xFFFF, 0x6283, EVERY(RESULT_NOT_ALLOWED) },
    { 0xFFFF, 0x6285, EVERY(RESULT_NOT_ALLOWED) },
    { 0xFF00, 0x6200, EVERY(RESULT_OK) },
    { 0xFFFF, 0x63C0, { RESULT_OK, RESULT_PIN_BLOCKED, RESULT_REFUSED, RESULT_OK, RESULT_PIN_BLOCKED } },
    { 0xFFF0, 0x63C0, { RESULT_OK, RESULT_PIN_WRONG, RESULT_REFUSED, RESULT_OK, RESULT_PIN_WRONG } },
    { 0xFFFF, 0x6381, { RESULT_OK, RESULT_PIN_WRONG, RESULT_REFUSED, RESULT_CARD_FULL, RESULT_PIN_WRONG } },
    { 0xFF00, 0x6300, { RESULT_OK, RESULT_PIN_WRONG, RESULT_REFUSED, RESULT_REFUSED, RESULT_PIN_WRONG } },
    { 0xFF00, 0x6400, EVERY(RESULT_CARD_FAILURE) },
    { 0xFF00, 0x6500, EVERY(RESULT_CARD_FAILURE) },
    { 0xFFFF, 0x6700, { RESULT_REFUSED, RESULT_PIN_LENGTH, RESULT_REFUSED, RESULT_REFUSED, RESULT_REFUSED } },
    { 0xFFFF, 0x6883, EVERY(RESULT_REFUSED) },
    { 0xFF00, 0x6800, EVERY(RESULT_UNSUPPORTED) },
    /* To a proof "security status not satisfied" is the answer to a wrong key, not a demand for one. */
    { 0xFFFF,
      0x6982,
      { RESULT_NOT_AUTHENTICATED, RESULT_NOT_AUTHENTICATED, RESULT_NOT_AUTHENTICATED,
        RESULT_NOT_AUTHENTICATED, RESULT_PIN_WRONG } },
    { 0xFFFF,
      0x6983,
      { RESULT_NOT_AUTHENTICATED, RESULT_PIN_BLOCKED, RESULT_PIN_BLOCKED, RESULT_PIN_BLOCKED,
        RESULT_PIN_BLOCKED } },
    { 0xFFFF,
      0x6984,
      { RESULT_REFUSED, RESULT_NOT_ALLOWED, RESULT_REFUSED, RESULT_REFUSED, RESULT_REFUSED } },
    { 0xFFFF, 0x6985, EVERY(RESULT_NOT_ALLOWED) },
    { 0xFFFF, 0x6986, EVERY(RESULT_WRONG_STATE) },
    { 0xFFFF,
      0x6A80,
      { RESULT_REFUSED, RESULT_PIN_CHARACTERS, RESULT_REFUSED, RESULT_REFUSED, RESULT_PIN_WRONG } },
    { 0xFFFF, 0x6A81, EVERY(RESULT_WRONG_STATE) },
    { 0xFFFE, 0x6A82, EVERY(RESULT_NOT_FOUND) },
    { 0xFFFF, 0x6A84, EVERY(RESULT_CARD_FULL) },
    { 0xFFFF, 0x6A86, EVERY(RESULT_WRONG_STATE) },
    { 0xFFFF,
      0x6A88,
      { RESULT_NOT_FOUND, RESULT_WRONG_STATE, RESULT_WRONG_STATE, RESULT_WRONG_STATE, RESULT_WRONG_STATE } },
    { 0xFFFF, 0x6A89, { RESULT_EXISTS, RESULT_REFUSED, RESULT_EXISTS, RESULT_EXISTS, RESULT_EXISTS } },
    { 0xFFFF, 0x6A8A, { RESULT_EXISTS, RESULT_REFUSED, RESULT_EXISTS, RESULT_EXISTS, RESULT_EXISTS } },
    { 0xFFFF, 0x6D00, EVERY(RESULT_WRONG_STATE) },
    { 0xFFFF, 0x6E00, EVERY(RESULT_WRONG_STATE) },
    /* A Rutoken does not look at a PIN while another one, or the same, is verified. No other word may mean so much: the
     * PIN is presented again after it. */
    { 0xFFFF,
      0x6F86,
      { RESULT_CARD_FAILURE, RESULT_EXISTS, RESULT_CARD_FAILURE, RESULT_CARD_FAILURE,
        RESULT_CARD_FAILURE } },
    { 0xFF00, 0x6F00, EVERY(RESULT_CARD_FAILURE) },
};

enum result sw_result(unsigned sw, enum sw_verb verb)
{
    for (size_t i = 0; i < sizeof(sw_table) / sizeof(sw_table[0]); i++) {
        if ((sw & sw_table[i].mask) == sw_table[i].value)
            return sw_table[i].meaning[verb];
    }
    return RESULT_REFUSED;
}

int sw_tries(unsigned sw)
{
    if ((sw & 0xFFF0) == 0x63C0)
        return (int)(sw & 0x0F);
    if (sw == 0x6983)
        return 0;
    /* The first YubiKeys count without the C; a bare 6300 is most other cards' "wrong" without a number. */
    if ((sw & 0xFFF0) == 0x6300 && sw != 0x6300)
        return (int)(sw & 0x0F);
    return SW_TRIES_UNKNOWN;
}
