/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "module/rv.h"
#include "module/session/operation.h"
#include "tests/unit/unit.h"

#define assert_rv(expr, expected) ck_assert_str_eq(rv_name(expr), rv_name(expected))

/* SHA-256 of "abc" (FIPS 180-4 examples). */
static const uint8_t abc_hash[32] = { 0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40,
                                      0xDE, 0x5D, 0xAE, 0x22, 0x23, 0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17,
                                      0x7A, 0x9C, 0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD };

/* A digest needs no token. */
static struct operation *digest_begin(struct operation_place *place)
{
    const CK_MECHANISM mechanism = { CKM_SHA256, NULL, 0 };
    struct operation *operation = NULL;
    assert_ok(crypto_new(&place->crypto));
    assert_rv(operation_new(place, OPERATION_DIGEST, &mechanism, CK_INVALID_HANDLE, &operation), CKR_OK);
    return operation;
}

START_TEST(test_a_size_query_and_a_short_buffer_leave_the_operation_as_it_was)
{
    struct operation_place place = { 0 };
    struct operation *operation = digest_begin(&place);
    uint8_t out[32] = { 0 };
    CK_ULONG size = 0;
    assert_rv(operation_update(operation, bytes_text("a")), CKR_OK);
    operation->parts = true;
    assert_rv(operation_finish(&place, &operation, bytes_text("bc"), false, NULL, &size), CKR_OK);
    ck_assert_uint_eq(size, 32);
    size = 31;
    assert_rv(operation_finish(&place, &operation, bytes_text("bc"), false, out, &size),
              CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(size, 32);
    assert_rv(operation_finish(&place, &operation, bytes_text("bc"), false, out, &size), CKR_OK);
    ck_assert_ptr_null(operation);
    ck_assert_mem_eq(out, abc_hash, 32);
    crypto_free(&place.crypto);
}
END_TEST

START_TEST(test_nothing_runs_after_the_end)
{
    struct operation_place place = { 0 };
    struct operation *none = NULL;
    uint8_t out[32];
    CK_ULONG size = sizeof(out);
    assert_rv(operation_finish(&place, &none, BYTES_NONE, true, out, &size), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(operation_finish_verify(&place, &none, BYTES_NONE, true, BYTES_NONE),
              CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(operation_decrypt_part(&place, &none, BYTES_NONE, out, &size), CKR_OPERATION_NOT_INITIALIZED);
    operation_free(&none);
}
END_TEST

START_TEST(test_an_error_ends_the_operation)
{
    struct operation_place place = { 0 };
    struct operation *operation = digest_begin(&place);
    uint8_t out[32];
    assert_rv(operation_finish(&place, &operation, BYTES_NONE, true, out, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_ptr_null(operation);
    crypto_free(&place.crypto);
}
END_TEST

START_TEST(test_the_whole_does_not_come_after_parts)
{
    struct operation_place place = { 0 };
    struct operation *operation = digest_begin(&place);
    uint8_t out[32];
    CK_ULONG size = sizeof(out);
    operation->parts = true;
    assert_rv(operation_finish(&place, &operation, bytes_text("abc"), true, out, &size),
              CKR_OPERATION_ACTIVE);
    assert_rv(operation_finish(&place, &operation, BYTES_NONE, false, out, &size), CKR_OK);
    ck_assert_ptr_null(operation);
    crypto_free(&place.crypto);
}
END_TEST

START_TEST(test_the_end_of_parts_does_not_finish_a_whole)
{
    struct operation_place place = { 0 };
    struct operation *operation = digest_begin(&place);
    uint8_t out[32];
    CK_ULONG size = 0;
    assert_rv(operation_finish(&place, &operation, bytes_text("abc"), true, NULL, &size), CKR_OK);
    assert_rv(operation_finish(&place, &operation, BYTES_NONE, false, out, &size), CKR_OPERATION_ACTIVE);
    ck_assert_ptr_null(operation);
    crypto_free(&place.crypto);
}
END_TEST

START_TEST(test_a_message_is_followed_by_the_next)
{
    struct operation_place place = { 0 };
    struct operation *operation = digest_begin(&place);
    for (int i = 0; i < 3; i++) {
        uint8_t out[32] = { 0 };
        CK_ULONG size = sizeof(out);
        assert_rv(operation_message(&place, operation, bytes_text("abc"), true, out, &size), CKR_OK);
        ck_assert_mem_eq(out, abc_hash, 32);
    }
    operation_free(&operation);
    crypto_free(&place.crypto);
}
END_TEST

START_TEST(test_a_mechanism_is_held_to_its_use)
{
    const CK_MECHANISM rsa = { CKM_RSA_PKCS, NULL, 0 }, unknown = { 0x7FFFFFFF, NULL, 0 };
    struct operation_place place = { 0 };
    struct operation *operation = NULL;
    assert_rv(operation_new(&place, OPERATION_DIGEST, &rsa, CK_INVALID_HANDLE, &operation),
              CKR_MECHANISM_INVALID);
    assert_rv(operation_new(&place, OPERATION_DIGEST, &unknown, CK_INVALID_HANDLE, &operation),
              CKR_MECHANISM_INVALID);
    ck_assert_ptr_null(operation);
}
END_TEST

UNIT_MAIN("operation", test_a_size_query_and_a_short_buffer_leave_the_operation_as_it_was,
          test_nothing_runs_after_the_end, test_an_error_ends_the_operation,
          test_the_whole_does_not_come_after_parts, test_the_end_of_parts_does_not_finish_a_whole,
          test_a_message_is_followed_by_the_next, test_a_mechanism_is_held_to_its_use)
