/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/admin_key.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct secret *secret_from(struct bytes bytes)
{
    struct secret *secret;

    assert_ok(secret_new(bytes, &secret));
    return secret;
}

/* FIPS 197 C.1 to C.3; SP 800-67 / SP 800-20 table A.1 has the DES plaintext for a key of one byte repeated.
 */
static const struct {
    enum admin_cipher cipher;
    size_t key_size, block_size;
    uint8_t key[32], plain[16], encrypted[16];
} known[] = {
    { ADMIN_AES128,
      16,
      16,
      { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
      { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF },
      { 0x69, 0xC4, 0xE0, 0xD8, 0x6A, 0x7B, 0x04, 0x30, 0xD8, 0xCD, 0xB7, 0x80, 0x70, 0xB4, 0xC5, 0x5A } },
    { ADMIN_AES192,
      24,
      16,
      { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 },
      { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF },
      { 0xDD, 0xA9, 0x7C, 0xA4, 0x86, 0x4C, 0xDF, 0xE0, 0x6E, 0xAF, 0x70, 0xA0, 0xEC, 0x0D, 0x71, 0x91 } },
    { ADMIN_AES256,
      32,
      16,
      { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 },
      { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF },
      { 0x8E, 0xA2, 0xB7, 0xCA, 0x51, 0x67, 0x45, 0xBF, 0xEA, 0xFC, 0x49, 0x90, 0x4B, 0x49, 0x60, 0x89 } },
    { ADMIN_3DES,
      24,
      8,
      { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
      { 0x80, 0, 0, 0, 0, 0, 0, 0 },
      { 0x95, 0xF8, 0xA5, 0xE5, 0xDD, 0x31, 0xD9, 0x00 } },
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

START_TEST(a_witness_is_deciphered_with_each_cipher)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        SCOPED(secret_free) struct secret *key = secret_from(bytes_make(known[i].key, known[i].key_size));
        struct admin_proof proof;

        ck_assert_uint_eq(admin_key_size(known[i].cipher), known[i].key_size);
        ck_assert_uint_eq(admin_block_size(known[i].cipher), known[i].block_size);
        assert_ok(admin_proof_make(known[i].cipher, key, bytes_make(known[i].encrypted, known[i].block_size),
                                   &proof));
        assert_bytes(bytes_make(proof.witness, proof.size), bytes_make(known[i].plain, known[i].block_size));
        admin_proof_wipe(&proof);
    }
}
END_TEST

START_TEST(the_expected_response_is_the_challenge_enciphered)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        SCOPED(secret_free) struct secret *key = secret_from(bytes_make(known[i].key, known[i].key_size));
        struct admin_proof proof, back;

        assert_ok(admin_proof_make(known[i].cipher, key, bytes_make(known[i].encrypted, known[i].block_size),
                                   &proof));
        /* What was enciphered as a response is deciphered as a witness to the challenge. */
        assert_ok(admin_proof_make(known[i].cipher, key, bytes_make(proof.response, proof.size), &back));
        assert_bytes(bytes_make(back.witness, back.size), bytes_make(proof.challenge, proof.size));
    }
}
END_TEST

START_TEST(only_the_exact_response_passes)
{
    SCOPED(secret_free) struct secret *key = secret_from(bytes_make(known[0].key, 16));
    struct admin_proof proof;

    assert_ok(admin_proof_make(ADMIN_AES128, key, BYTES_OF(known[0].encrypted), &proof));
    ck_assert(admin_proof_check(&proof, bytes_make(proof.response, 16)));
    ck_assert(!admin_proof_check(&proof, bytes_make(proof.response, 15)));
    ck_assert(!admin_proof_check(&proof, BYTES_NONE));
    ck_assert(!admin_proof_check(&proof, bytes_make(proof.challenge, 16)));
    for (size_t i = 0; i < 16; i++) {
        uint8_t wrong[16];
        memcpy(wrong, proof.response, 16);
        wrong[i] ^= 0x80;
        ck_assert(!admin_proof_check(&proof, BYTES_OF(wrong)));
    }
    admin_proof_wipe(&proof);
    ck_assert(!admin_proof_check(&proof, BYTES_NONE));
}
END_TEST

START_TEST(each_challenge_is_another_one)
{
    SCOPED(secret_free) struct secret *key = secret_from(bytes_make(known[0].key, 16));
    struct admin_proof one, two;

    assert_ok(admin_proof_make(ADMIN_AES128, key, BYTES_OF(known[0].encrypted), &one));
    assert_ok(admin_proof_make(ADMIN_AES128, key, BYTES_OF(known[0].encrypted), &two));
    ck_assert(!bytes_equal(BYTES_OF(one.challenge), BYTES_OF(two.challenge)));
}
END_TEST

START_TEST(lengths_that_do_not_suit_the_cipher_are_refused)
{
    SCOPED(secret_free) struct secret *key = secret_from(bytes_make(known[0].key, 16));
    struct admin_proof proof;

    assert_result(admin_proof_make(ADMIN_AES256, key, BYTES_OF(known[0].encrypted), &proof),
                  RESULT_PIN_LENGTH);
    assert_result(admin_proof_make(ADMIN_AES128, key, bytes_make(known[0].encrypted, 8), &proof),
                  RESULT_MALFORMED);
    assert_result(admin_proof_make(ADMIN_AES128, key, BYTES_NONE, &proof), RESULT_MALFORMED);
}
END_TEST

START_TEST(random_keys_have_the_ciphers_length_and_differ)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        SCOPED(secret_free) struct secret *one = NULL;
        SCOPED(secret_free) struct secret *two = NULL;

        assert_ok(admin_key_generate(known[i].cipher, &one));
        assert_ok(admin_key_generate(known[i].cipher, &two));
        ck_assert_uint_eq(secret_size(one), known[i].key_size);
        ck_assert(!secret_equal(one, two));
    }
}
END_TEST

START_TEST(random_bytes_need_room)
{
    uint8_t memory[8];
    struct buf buf = BUF_OVER(memory);

    assert_ok(admin_key_random(8, &buf));
    assert_result(admin_key_random(1, &buf), RESULT_TOO_LARGE);
}
END_TEST

UNIT_MAIN("admin_key", a_witness_is_deciphered_with_each_cipher,
          the_expected_response_is_the_challenge_enciphered, only_the_exact_response_passes,
          each_challenge_is_another_one, lengths_that_do_not_suit_the_cipher_are_refused,
          random_keys_have_the_ciphers_length_and_differ, random_bytes_need_room)
