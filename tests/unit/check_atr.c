/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/atr.h"

#include "tests/unit/unit.h"

/* A YubiKey 5 over USB. Its capabilities end in C0: chaining and extended lengths. */
static const uint8_t yubikey[] = { 0x3B, 0xFD, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x15, 0x80, 0x73, 0xC0,
                                   0x21, 0xC0, 0x57, 0x59, 0x75, 0x62, 0x69, 0x4B, 0x65, 0x79, 0x40 };

START_TEST(historical_bytes_are_found_behind_any_interface_bytes)
{
    static const uint8_t plain[] = { 0x3B, 0x03, 0x11, 0x22, 0x33 },
                         tb[] = { 0x3B, 0x62, 0x00, 0x00, 0x11, 0x22 },
                         two[] = { 0x3B, 0x81, 0x80, 0x01, 0x77, 0x77 };

    assert_bytes(atr_historical(BYTES_OF(plain)), BYTES_LIT(0x11, 0x22, 0x33));
    assert_bytes(atr_historical(BYTES_OF(tb)), BYTES_LIT(0x11, 0x22));
    assert_bytes(atr_historical(BYTES_OF(two)), BYTES_LIT(0x77));
    assert_bytes(atr_historical(BYTES_OF(yubikey)), bytes_make(yubikey + 9, 13));
}
END_TEST

START_TEST(a_broken_atr_has_no_historical_bytes)
{
    static const uint8_t endless[] = { 0x3B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };

    ck_assert_uint_eq(atr_historical(BYTES_NONE).size, 0);
    ck_assert_uint_eq(atr_historical(BYTES_LIT(0x3B)).size, 0);
    ck_assert_uint_eq(atr_historical(BYTES_LIT(0x3B, 0x8F)).size, 0);
    ck_assert_uint_eq(atr_historical(BYTES_LIT(0x3B, 0x05)).size, 0);
    ck_assert_uint_eq(atr_historical(BYTES_LIT(0x3B, 0x05, 0x01)).size, 1);
    ck_assert_uint_eq(atr_historical(BYTES_OF(endless)).size, 0);
}
END_TEST

START_TEST(a_card_that_says_it_has_extended_lengths_does_not_deny_them)
{
    ck_assert(!atr_denies_extended(BYTES_OF(yubikey)));
}
END_TEST

START_TEST(a_card_that_says_it_has_none_does)
{
    static const uint8_t objects[] = { 0x3B, 0x07, 0x80, 0x31, 0x55, 0x73, 0xC0, 0x21, 0x80 };
    static const uint8_t status[] = { 0x3B, 0x08, 0x00, 0x73, 0xC0, 0x21, 0x80, 0x05, 0x90, 0x00 };

    ck_assert(atr_denies_extended(BYTES_OF(objects)));
    ck_assert(atr_denies_extended(BYTES_OF(status)));
}
END_TEST

START_TEST(silence_denies_nothing)
{
    static const uint8_t text[] = { 0x3B, 0x04, 't', 'e', 'x', 't' },
                         one[] = { 0x3B, 0x03, 0x80, 0x71, 0x00 },
                         cut[] = { 0x3B, 0x04, 0x80, 0x73, 0x00, 0x00 },
                         status[] = { 0x3B, 0x03, 0x00, 0x90, 0x00 };

    ck_assert(!atr_denies_extended(BYTES_NONE));
    ck_assert(!atr_denies_extended(BYTES_OF(text)));
    ck_assert(!atr_denies_extended(BYTES_OF(one)));
    ck_assert(!atr_denies_extended(BYTES_OF(cut)));
    ck_assert(!atr_denies_extended(BYTES_OF(status)));
}
END_TEST

UNIT_MAIN("atr", historical_bytes_are_found_behind_any_interface_bytes, a_broken_atr_has_no_historical_bytes,
          a_card_that_says_it_has_extended_lengths_does_not_deny_them, a_card_that_says_it_has_none_does,
          silence_denies_nothing)
