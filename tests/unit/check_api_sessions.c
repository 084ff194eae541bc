/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/unit/api.h"

static CK_STATE state_of(CK_SESSION_HANDLE session)
{
    CK_SESSION_INFO info;
    assert_rv(C_GetSessionInfo(session, &info), CKR_OK);
    return info.state;
}

static CK_RV set_pin(CK_SESSION_HANDLE session, const char *old_pin, const char *new_pin)
{
    return C_SetPIN(session, (CK_UTF8CHAR *)(uintptr_t)old_pin, strlen(old_pin),
                    (CK_UTF8CHAR *)(uintptr_t)new_pin, strlen(new_pin));
}

START_TEST(test_sessions_are_serial)
{
    struct api api;
    CK_SESSION_HANDLE session = 77;
    api_start(&api);
    assert_rv(C_OpenSession(api.slot, CKF_RW_SESSION, NULL, NULL, &session),
              CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    assert_rv(C_OpenSession(api.slot, CKF_SERIAL_SESSION, NULL, NULL, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_OpenSession(99, CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_SLOT_ID_INVALID);
    ck_assert_uint_eq(session, 77);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_session_tells_its_slot_flags_and_state)
{
    struct api api;
    CK_SESSION_INFO info;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, CKF_RW_SESSION);
    assert_rv(C_GetSessionInfo(session, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetSessionInfo(session + 1, &info), CKR_SESSION_HANDLE_INVALID);
    assert_rv(C_GetSessionInfo(session, &info), CKR_OK);
    ck_assert_uint_eq(info.slotID, api.slot);
    ck_assert_uint_eq(info.flags, CKF_SERIAL_SESSION | CKF_RW_SESSION);
    ck_assert_uint_eq(info.state, CKS_RW_PUBLIC_SESSION);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_login_is_shared_by_all_sessions_of_the_token)
{
    struct api api;
    api_start(&api);
    const CK_SESSION_HANDLE first = api_session(&api, 0), second = api_session(&api, CKF_RW_SESSION);
    api_login(first);
    ck_assert_uint_eq(state_of(second), CKS_RW_USER_FUNCTIONS);
    ck_assert_uint_eq(state_of(api_session(&api, 0)), CKS_RO_USER_FUNCTIONS);
    assert_rv(api_login_as(second, CKU_USER, FAKE_USER_PIN), CKR_USER_ALREADY_LOGGED_IN);
    assert_rv(C_Logout(second), CKR_OK);
    ck_assert_uint_eq(state_of(first), CKS_RO_PUBLIC_SESSION);
    assert_rv(C_Logout(first), CKR_USER_NOT_LOGGED_IN);
    api_stop(&api);
}
END_TEST

START_TEST(test_closing_the_last_session_logs_the_card_out)
{
    struct api api;
    CK_SESSION_INFO info;
    api_start(&api);
    const CK_SESSION_HANDLE first = api_session(&api, 0), second = api_session(&api, 0);
    api_login(first);
    assert_rv(C_CloseSession(first), CKR_OK);
    ck_assert(api.card->apps[0].verified);
    assert_rv(C_CloseSession(first), CKR_SESSION_HANDLE_INVALID);
    assert_rv(C_CloseSession(second), CKR_OK);
    ck_assert(!api.card->apps[0].verified);
    ck_assert_uint_eq(fake_open_channels(api.fake), 0);
    assert_rv(C_GetSessionInfo(second, &info), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(state_of(api_session(&api, 0)), CKS_RO_PUBLIC_SESSION);
    api_stop(&api);
}
END_TEST

START_TEST(test_all_sessions_close_at_once)
{
    struct api api;
    CK_SESSION_INFO info;
    api_start(&api);
    const CK_SESSION_HANDLE first = api_session(&api, 0), second = api_session(&api, CKF_RW_SESSION);
    api_login(second);
    assert_rv(C_CloseAllSessions(99), CKR_SLOT_ID_INVALID);
    assert_rv(C_CloseAllSessions(api.slot), CKR_OK);
    assert_rv(C_GetSessionInfo(first, &info), CKR_SESSION_HANDLE_INVALID);
    assert_rv(C_GetSessionInfo(second, &info), CKR_SESSION_HANDLE_INVALID);
    ck_assert(!api.card->apps[0].verified);
    assert_rv(C_CloseAllSessions(api.slot), CKR_OK);
    api_stop(&api);
}
END_TEST

/* P0 28: CVE-2023-40660 */
START_TEST(test_an_empty_pin_is_no_pin_even_on_a_verified_card)
{
    struct api api;
    CK_UTF8CHAR empty[1] = "";
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    api.card->apps[0].verified = true;
    assert_rv(C_Login(session, CKU_USER, empty, 0), CKR_PIN_INCORRECT);
    assert_rv(C_Login(session, CKU_USER, NULL, 0), CKR_ARGUMENTS_BAD);
    assert_rv(C_Login(session, CKU_USER, NULL, 6), CKR_ARGUMENTS_BAD);
    assert_rv(C_Login(session, CKU_SO, empty, 0), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(state_of(session), CKS_RO_PUBLIC_SESSION);
    ck_assert_int_eq(api.card->apps[0].user_tries, FAKE_TRIES);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_pin_of_impossible_length_costs_no_try)
{
    struct api api;
    static CK_UTF8CHAR huge[8192];
    memset(huge, '1', sizeof(huge));
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    assert_rv(C_Login(session, CKU_USER, huge, sizeof(huge)), CKR_PIN_INCORRECT);
    assert_rv(api_login_as(session, CKU_USER, "1"), CKR_PIN_INCORRECT);
    ck_assert_int_eq(api.card->apps[0].user_tries, FAKE_TRIES);
    api_stop(&api);
}
END_TEST

/* P0 26 */
START_TEST(test_a_wrong_pin_is_presented_once)
{
    struct api api;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    assert_rv(api_login_as(session, CKU_USER, "999999"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_VERIFY), 1);
    ck_assert_int_eq(api.card->apps[0].user_tries, FAKE_TRIES - 1);
    ck_assert_uint_eq(state_of(session), CKS_RO_PUBLIC_SESSION);
    api_stop(&api);
}
END_TEST

START_TEST(test_unknown_users_are_refused)
{
    struct api api;
    CK_UTF8CHAR name[] = "anna", pin[] = FAKE_USER_PIN;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    assert_rv(api_login_as(session, 42, FAKE_USER_PIN), CKR_USER_TYPE_INVALID);
    assert_rv(C_LoginUser(session, CKU_USER, pin, 6, name, 4), CKR_FUNCTION_NOT_SUPPORTED);
    assert_rv(C_LoginUser(session, CKU_USER, pin, 6, NULL, 0), CKR_OK);
    ck_assert_uint_eq(state_of(session), CKS_RO_USER_FUNCTIONS);
    api_stop(&api);
}
END_TEST

START_TEST(test_the_security_officer_works_in_read_write_sessions_only)
{
    struct api api;
    CK_SESSION_HANDLE other;
    api_start(&api);
    const CK_SESSION_HANDLE writing = api_session(&api, CKF_RW_SESSION), reading = api_session(&api, 0);
    assert_rv(api_login_as(writing, CKU_SO, FAKE_SO_PIN), CKR_SESSION_READ_ONLY_EXISTS);
    assert_rv(C_CloseSession(reading), CKR_OK);
    assert_rv(api_login_as(writing, CKU_SO, FAKE_SO_PIN), CKR_OK);
    ck_assert_uint_eq(state_of(writing), CKS_RW_SO_FUNCTIONS);
    assert_rv(C_OpenSession(api.slot, CKF_SERIAL_SESSION, NULL, NULL, &other),
              CKR_SESSION_READ_WRITE_SO_EXISTS);
    assert_rv(api_login_as(writing, CKU_USER, FAKE_USER_PIN), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
    api_stop(&api);
}
END_TEST

/* P1 30: unblocking the standard's way. */
START_TEST(test_the_security_officer_unblocks_the_user_pin)
{
    struct api api;
    CK_UTF8CHAR pin[] = "654321";
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, CKF_RW_SESSION);
    for (int i = 0; i < FAKE_TRIES; i++)
        (void)api_login_as(session, CKU_USER, "000000");
    assert_rv(api_login_as(session, CKU_USER, FAKE_USER_PIN), CKR_PIN_LOCKED);
    assert_rv(C_InitPIN(session, pin, 6), CKR_USER_NOT_LOGGED_IN);
    assert_rv(api_login_as(session, CKU_SO, FAKE_SO_PIN), CKR_OK);
    assert_rv(C_InitPIN(session, pin, 0), CKR_PIN_LEN_RANGE);
    assert_rv(C_InitPIN(session, pin, 6), CKR_OK);
    assert_rv(C_Logout(session), CKR_OK);
    assert_rv(api_login_as(session, CKU_USER, "654321"), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_the_user_changes_the_pin_in_a_read_write_session)
{
    struct api api;
    api_start(&api);
    const CK_SESSION_HANDLE reading = api_session(&api, 0), writing = api_session(&api, CKF_RW_SESSION);
    assert_rv(set_pin(reading, FAKE_USER_PIN, "654321"), CKR_SESSION_READ_ONLY);
    assert_rv(set_pin(writing, "000000", "654321"), CKR_PIN_INCORRECT);
    assert_rv(set_pin(writing, FAKE_USER_PIN, ""), CKR_PIN_LEN_RANGE);
    assert_rv(C_SetPIN(writing, NULL, 0, NULL, 0), CKR_ARGUMENTS_BAD);
    assert_rv(set_pin(writing, FAKE_USER_PIN, "654321"), CKR_OK);
    assert_rv(api_login_as(reading, CKU_USER, "654321"), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_context_login_needs_an_operation_that_waits_for_it)
{
    struct api api;
    CK_MECHANISM mechanism = { CKM_ECDSA, NULL, 0 };
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    api_login(session);
    assert_rv(api_login_as(session, CKU_CONTEXT_SPECIFIC, FAKE_USER_PIN), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(C_SignInit(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, 3)), CKR_OK);
    assert_rv(api_login_as(session, CKU_CONTEXT_SPECIFIC, FAKE_USER_PIN), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(C_SessionCancel(session, CKF_SIGN), CKR_OK);
    assert_rv(C_SignInit(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, 2)), CKR_OK);
    assert_rv(api_login_as(session, CKU_CONTEXT_SPECIFIC, FAKE_USER_PIN), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_sessions_of_a_removed_card_are_dead_but_can_be_closed)
{
    struct api api;
    CK_SESSION_INFO info;
    CK_ULONG count;
    CK_OBJECT_HANDLE object;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, CKF_RW_SESSION);
    api_login(session);
    fake_remove(api.fake, "A");
    assert_rv(C_GetSessionInfo(session, &info), CKR_DEVICE_REMOVED);
    assert_rv(C_FindObjectsInit(session, NULL, 0), CKR_DEVICE_REMOVED);
    assert_rv(C_FindObjects(session, &object, 1, &count), CKR_DEVICE_REMOVED);
    assert_rv(C_Logout(session), CKR_DEVICE_REMOVED);
    assert_rv(C_CloseSession(session), CKR_OK);
    assert_rv(C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_card_put_in_again_is_a_new_token_for_old_sessions)
{
    struct api api;
    CK_SESSION_INFO info;
    api_start(&api);
    const CK_SESSION_HANDLE old = api_session(&api, 0);
    api_login(old);
    fake_remove(api.fake, "A");
    fake_insert(api.fake, "A", api.card);
    assert_rv(C_GetSessionInfo(old, &info), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(state_of(api_session(&api, 0)), CKS_RO_PUBLIC_SESSION);
    assert_rv(C_CloseAllSessions(api.slot), CKR_OK);
    assert_rv(C_GetSessionInfo(old, &info), CKR_SESSION_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

/* P0 12 */
START_TEST(test_a_reset_by_another_program_is_no_removal)
{
    struct api api;
    CK_MECHANISM mechanism = { CKM_ECDSA, NULL, 0 };
    uint8_t hash[32] = { 1 }, signature[64];
    CK_ULONG size = sizeof(signature);
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    api_login(session);
    const CK_OBJECT_HANDLE key = api_find(session, CKO_PRIVATE_KEY, 3);
    fake_reset(api.card);
    ck_assert_uint_eq(state_of(session), CKS_RO_USER_FUNCTIONS);
    assert_rv(C_SignInit(session, &mechanism, key), CKR_OK);
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &size), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_running_operations_can_be_cancelled)
{
    struct api api;
    CK_MECHANISM mechanism = { CKM_SHA256, NULL, 0 };
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    assert_rv(C_DigestInit(session, &mechanism), CKR_OK);
    assert_rv(C_FindObjectsInit(session, NULL, 0), CKR_OK);
    assert_rv(C_SessionCancel(session, CKF_SIGN), CKR_OK);
    assert_rv(C_DigestInit(session, &mechanism), CKR_OPERATION_ACTIVE);
    assert_rv(C_SessionCancel(session, CKF_DIGEST | CKF_FIND_OBJECTS), CKR_OK);
    assert_rv(C_DigestInit(session, &mechanism), CKR_OK);
    assert_rv(C_FindObjectsInit(session, NULL, 0), CKR_OK);
    assert_rv(C_SessionCancel(session + 1, CKF_DIGEST), CKR_SESSION_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_no_validation_is_claimed)
{
    struct api api;
    CK_FLAGS flags = 1;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    assert_rv(C_GetSessionValidationFlags(session, CKS_LAST_VALIDATION_OK, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetSessionValidationFlags(session, CKS_LAST_VALIDATION_OK, &flags), CKR_OK);
    ck_assert_uint_eq(flags, 0);
    api_stop(&api);
}
END_TEST

START_TEST(test_random_numbers_come_from_the_card_or_by_leave)
{
    struct api api;
    uint8_t random[32] = { 0 }, zero[32] = { 0 };
    CK_TOKEN_INFO info;
    api_start(&api);
    api.card->apps[0].info.has_random = false;
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    api.config->software_random = false;
    assert_rv(C_SeedRandom(session, random, 32), CKR_RANDOM_NO_RNG);
    assert_rv(C_GetTokenInfo(api.slot, &info), CKR_OK);
    ck_assert_uint_eq(info.flags & CKF_RNG, 0);
    assert_rv(C_GenerateRandom(session, random, 32), CKR_RANDOM_NO_RNG);
    api.config->software_random = true;
    assert_rv(C_GetTokenInfo(api.slot, &info), CKR_OK);
    ck_assert_uint_ne(info.flags & CKF_RNG, 0);
    assert_rv(C_SeedRandom(session, random, 32), CKR_RANDOM_SEED_NOT_SUPPORTED);
    assert_rv(C_GenerateRandom(session, NULL, 32), CKR_ARGUMENTS_BAD);
    assert_rv(C_GenerateRandom(session, random, 32), CKR_OK);
    ck_assert_mem_ne(random, zero, 32);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_login_does_not_outlive_the_last_session_while_the_service_is_down)
{
    struct api api;
    CK_ULONG count = 0;
    api_start(&api);
    const CK_SESSION_HANDLE first = api_session(&api, CKF_RW_SESSION), second = api_session(&api, 0);
    api_login(first);
    fake_service_down(api.fake);
    assert_rv(C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
    assert_rv(C_CloseSession(first), CKR_OK);
    assert_rv(C_CloseAllSessions(api.slot), CKR_OK);
    assert_rv(C_CloseSession(second), CKR_SESSION_HANDLE_INVALID);
    fake_service_up(api.fake);
    ck_assert_uint_eq(state_of(api_session(&api, CKF_RW_SESSION)), CKS_RW_PUBLIC_SESSION);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_logout_takes_back_the_pin_that_an_operation_was_given)
{
    struct api api;
    CK_MECHANISM ecdsa = { CKM_ECDSA, NULL, 0 };
    CK_BYTE hash[32] = { 1 }, signature[64];
    CK_ULONG size = sizeof(signature);
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, CKF_RW_SESSION), other = api_session(&api, 0);
    api_login(session);
    assert_rv(C_SignInit(session, &ecdsa, api_find(session, CKO_PRIVATE_KEY, 2)), CKR_OK);
    assert_rv(api_login_as(session, CKU_CONTEXT_SPECIFIC, FAKE_USER_PIN), CKR_OK);
    assert_rv(C_Logout(other), CKR_OK);
    api_login(other);
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &size), CKR_USER_NOT_LOGGED_IN);
    api_stop(&api);
}
END_TEST

/** A session whose operation with the always-PIN key was given the user's PIN. */
static CK_SESSION_HANDLE waiting(struct api *api, CK_SESSION_HANDLE *ret_other)
{
    CK_MECHANISM ecdsa = { CKM_ECDSA, NULL, 0 };
    const CK_SESSION_HANDLE session = api_session(api, CKF_RW_SESSION);

    *ret_other = api_session(api, CKF_RW_SESSION);
    api_login(session);
    assert_rv(C_SignInit(session, &ecdsa, api_find(session, CKO_PRIVATE_KEY, 2)), CKR_OK);
    assert_rv(api_login_as(session, CKU_CONTEXT_SPECIFIC, FAKE_USER_PIN), CKR_OK);
    return session;
}

/** The PIN that SESSION's operation was given is not presented. */
static void assert_not_presented(struct api *api, CK_SESSION_HANDLE session)
{
    CK_BYTE hash[32] = { 1 }, signature[64];
    CK_ULONG size = sizeof(signature);

    fake_forget(api->fake);
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &size), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(api->fake, FAKE_VERIFY), 0);
    ck_assert_int_eq(api->card->apps[0].user_tries, FAKE_TRIES);
}

START_TEST(test_an_operation_does_not_present_a_pin_that_was_changed_since)
{
    struct api api;
    CK_SESSION_HANDLE other;
    api_start(&api);
    const CK_SESSION_HANDLE session = waiting(&api, &other);
    assert_rv(set_pin(other, FAKE_USER_PIN, "654321"), CKR_OK);
    assert_not_presented(&api, session);
    api_stop(&api);
}
END_TEST

START_TEST(test_an_operation_does_not_present_a_pin_after_another_was_right)
{
    struct api api;
    CK_MECHANISM ecdsa = { CKM_ECDSA, NULL, 0 };
    CK_SESSION_HANDLE other;
    CK_BYTE hash[32] = { 1 }, signature[64];
    CK_ULONG size = sizeof(signature);
    api_start(&api);
    const CK_SESSION_HANDLE session = waiting(&api, &other);
    fake_change_pin(api.card, "654321");
    assert_rv(C_SignInit(other, &ecdsa, api_find(other, CKO_PRIVATE_KEY, 2)), CKR_OK);
    assert_rv(api_login_as(other, CKU_CONTEXT_SPECIFIC, "654321"), CKR_OK);
    assert_not_presented(&api, session);
    assert_rv(C_Sign(other, hash, sizeof(hash), signature, &size), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_an_operation_does_not_present_a_pin_of_a_login_that_was_lost)
{
    struct api api;
    CK_SESSION_HANDLE other;
    CK_MECHANISM rsa = { CKM_RSA_PKCS, NULL, 0 };
    CK_BYTE hash[32] = { 1 }, signature[256];
    CK_ULONG size = sizeof(signature);
    api_start(&api);
    const CK_SESSION_HANDLE session = waiting(&api, &other);
    fake_change_pin(api.card, "654321");
    fake_reset(api.card);
    assert_rv(C_SignInit(other, &rsa, api_find(other, CKO_PRIVATE_KEY, 1)), CKR_OK);
    assert_rv(C_Sign(other, hash, sizeof(hash), signature, &size), CKR_USER_NOT_LOGGED_IN);
    assert_rv(api_login_as(other, CKU_USER, "654321"), CKR_OK);
    assert_not_presented(&api, session);
    api_stop(&api);
}
END_TEST

START_TEST(test_the_last_session_closed_while_the_service_is_down_logs_out)
{
    struct api api;
    CK_ULONG count = 0;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, CKF_RW_SESSION);
    api_login(session);
    fake_service_down(api.fake);
    assert_rv(C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
    assert_rv(C_CloseSession(session), CKR_OK);
    fake_service_up(api.fake);
    ck_assert_uint_eq(state_of(api_session(&api, CKF_RW_SESSION)), CKS_RW_PUBLIC_SESSION);
    api_stop(&api);
}
END_TEST

UNIT_MAIN("api sessions", test_sessions_are_serial, test_a_session_tells_its_slot_flags_and_state,
          test_a_login_is_shared_by_all_sessions_of_the_token,
          test_closing_the_last_session_logs_the_card_out,
          test_a_login_does_not_outlive_the_last_session_while_the_service_is_down,
          test_the_last_session_closed_while_the_service_is_down_logs_out,
          test_a_logout_takes_back_the_pin_that_an_operation_was_given,
          test_an_operation_does_not_present_a_pin_that_was_changed_since,
          test_an_operation_does_not_present_a_pin_after_another_was_right,
          test_an_operation_does_not_present_a_pin_of_a_login_that_was_lost, test_all_sessions_close_at_once,
          test_an_empty_pin_is_no_pin_even_on_a_verified_card, test_a_pin_of_impossible_length_costs_no_try,
          test_a_wrong_pin_is_presented_once, test_unknown_users_are_refused,
          test_the_security_officer_works_in_read_write_sessions_only,
          test_the_security_officer_unblocks_the_user_pin,
          test_the_user_changes_the_pin_in_a_read_write_session,
          test_a_context_login_needs_an_operation_that_waits_for_it,
          test_sessions_of_a_removed_card_are_dead_but_can_be_closed,
          test_a_card_put_in_again_is_a_new_token_for_old_sessions,
          test_a_reset_by_another_program_is_no_removal, test_running_operations_can_be_cancelled,
          test_no_validation_is_claimed, test_random_numbers_come_from_the_card_or_by_leave)
