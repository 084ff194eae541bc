/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys that are known by the card's attestation alone: YubiKeys from before metadata. */
#include "tests/unit/piv_bench.h"

#define GET_9A "> 00CB3FFF 000005 5C035FC105 0000\n"
#define OPEN_OLD SELECT_YUBICO SERIAL_YUBICO "> 00F70080 00\n< 6D00\n" PIN_STATUS
#define ATTEST_9A "> 00F99A00 000000\n"

START_TEST(a_key_without_metadata_and_certificate_is_known_by_its_attestation)
{
    const struct card_query query = { .kinds = CARD_KEY | CARD_CERT, .id = BYTES_LIT(1) };
    struct card_cursor cursor = { 0 };

    bench_say(OPEN_OLD GET_9A "< 6A82\n" ATTEST_9A "< ");
    bench_say_hex(vector_load("asn1/attested.crt", &bench.vector));
    bench_say(" 9000\n");
    bench_open(bench.text, ATR_YUBIKEY_5);
    assert_ok(card_piv.list(bench.card, &query, &cursor, &bench.item));
    ck_assert_int_eq((int)bench.item.kind, (int)CARD_KEY);
    ck_assert_uint_eq(bench.item.key.reference, 0x119A);
    ck_assert_int_eq((int)bench.item.key.public_key.curve, (int)CURVE_P256);
    ck_assert(bench.item.key.origin_known && bench.item.key.generated && bench.item.key.touch);
    /* What the card says, not what the slot is usually held under. */
    ck_assert_int_eq((int)bench.item.key.policy, (int)CARD_PIN_ALWAYS);
    assert_result(card_piv.list(bench.card, &query, &cursor, &bench.item), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

START_TEST(an_attestation_without_policies_leaves_the_slots_own)
{
    bench_say(OPEN_OLD GET_9A "< 6A82\n" ATTEST_9A "< ");
    bench_say_hex(vector_load("asn1/p256.crt", &bench.vector));
    bench_say(" 9000\n");
    bench_open(bench.text, ATR_YUBIKEY_5);
    assert_ok(bench_list(CARD_KEY, 1));
    ck_assert_int_eq((int)bench.item.key.policy, (int)CARD_PIN_ONCE);
    ck_assert(!bench.item.key.touch);
    bench_down();
}
END_TEST

START_TEST(what_the_card_does_not_attest_is_no_key)
{
    static const char *const answers[] = { "< 6A80\n", "< 6D00\n", "< 6985\n",
                                           "< 6A88\n", "< 9000\n", "< 3082 9000\n" };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        bench_say(OPEN_OLD GET_9A "< 6A82\n" ATTEST_9A);
        bench_say(answers[i]);
        bench_open(bench.text, ATR_YUBIKEY_5);
        assert_result(bench_list(CARD_KEY, 1), RESULT_NOT_FOUND);
        bench_down();
    }
    bench_open(OPEN_OLD GET_9A "< 6A82\n" ATTEST_9A "! removed\n", ATR_YUBIKEY_5);
    assert_result(bench_list(CARD_KEY, 1), RESULT_CARD_REMOVED);
    bench_down();
}
END_TEST

START_TEST(only_a_yubikey_that_may_attest_is_asked_to)
{
    bench_open(OPEN_NIST GET_9A "< 6A82\n", ATR_PLAIN);
    assert_result(bench_list(CARD_KEY, 1), RESULT_NOT_FOUND);
    bench_down();
    bench_open(SELECT_YUBICO SERIAL_NONE CHUID PIN_STATUS GET_9A "< 6A82\n", ATR_NEO);
    assert_result(bench_list(CARD_KEY, 1), RESULT_NOT_FOUND);
    bench_down();
}
END_TEST

UNIT_MAIN("card_piv_attest", a_key_without_metadata_and_certificate_is_known_by_its_attestation,
          an_attestation_without_policies_leaves_the_slots_own, what_the_card_does_not_attest_is_no_key,
          only_a_yubikey_that_may_attest_is_asked_to)
