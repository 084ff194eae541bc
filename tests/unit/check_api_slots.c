/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "module/api/text.h"
#include "tests/unit/api.h"

static CK_ULONG slot_count(CK_BBOOL present)
{
    CK_ULONG count = 0;
    assert_rv(C_GetSlotList(present, NULL, &count), CKR_OK);
    return count;
}

static CK_FLAGS token_flags(const struct api *api)
{
    CK_TOKEN_INFO info;
    assert_rv(C_GetTokenInfo(api->slot, &info), CKR_OK);
    return info.flags;
}

START_TEST(test_it_works_without_readers)
{
    struct api api = { .fake = fake_new() };
    CK_ULONG count = 7;
    CK_SLOT_ID slot;
    CK_SLOT_INFO info;
    assert_rv(api_initialize(&api, NULL), CKR_OK);
    assert_rv(C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
    assert_rv(C_GetSlotList(CK_FALSE, &slot, &count), CKR_OK);
    assert_rv(C_GetSlotInfo(0, &info), CKR_SLOT_ID_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_it_works_without_the_service)
{
    struct api api = { .fake = fake_new() };
    fake_service_down(api.fake);
    assert_rv(api_initialize(&api, NULL), CKR_OK);
    ck_assert_uint_eq(slot_count(CK_FALSE), 0);
    fake_service_up(api.fake);
    fake_reader_add(api.fake, "A");
    ck_assert_uint_eq(slot_count(CK_FALSE), 1);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_short_list_is_refused_with_the_count_needed)
{
    struct api api;
    CK_SLOT_ID slots[2] = { 0, 0xAA };
    CK_ULONG count = 1;
    api_start(&api);
    fake_reader_add(api.fake, "B");
    ck_assert_uint_eq(slot_count(CK_FALSE), 2);
    assert_rv(C_GetSlotList(CK_FALSE, slots, &count), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(slots[1], 0xAA);
    assert_rv(C_GetSlotList(CK_FALSE, slots, NULL), CKR_ARGUMENTS_BAD);
    api_stop(&api);
}
END_TEST

/* P0 19: the size that was asked for stays right until the next question. */
START_TEST(test_new_slots_come_into_view_when_the_application_asks_how_many)
{
    struct api api;
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    api_start(&api);
    fake_reader_add(api.fake, "B");
    assert_rv(C_GetSlotList(CK_FALSE, slots, &count), CKR_OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(slot_count(CK_FALSE), 2);
    count = 8;
    assert_rv(C_GetSlotList(CK_FALSE, slots, &count), CKR_OK);
    ck_assert_uint_eq(count, 2);
    api_stop(&api);
}
END_TEST

/* P0 19 */
START_TEST(test_the_list_never_shrinks_and_a_reader_that_comes_back_is_the_same_slot)
{
    struct api api;
    CK_SLOT_INFO info;
    api_start(&api);
    fake_reader_remove(api.fake, "A");
    ck_assert_uint_eq(slot_count(CK_FALSE), 1);
    ck_assert_uint_eq(slot_count(CK_TRUE), 0);
    assert_rv(C_GetSlotInfo(api.slot, &info), CKR_OK);
    ck_assert_uint_eq(info.flags & CKF_TOKEN_PRESENT, 0);
    fake_reader_add(api.fake, "A");
    ck_assert_uint_eq(slot_count(CK_FALSE), 1);
    fake_insert(api.fake, "A", api.card);
    assert_rv(C_GetSlotInfo(api.slot, &info), CKR_OK);
    ck_assert_uint_eq(info.flags, CKF_TOKEN_PRESENT | CKF_REMOVABLE_DEVICE | CKF_HW_SLOT);
    api_stop(&api);
}
END_TEST

START_TEST(test_slots_are_described_with_blanks)
{
    struct api api;
    CK_SLOT_INFO info;
    api_start(&api);
    assert_rv(C_GetSlotInfo(api.slot, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetSlotInfo(api.slot, &info), CKR_OK);
    ck_assert_mem_eq(info.slotDescription, "A               ", 16);
    ck_assert_uint_eq(info.slotDescription[63], ' ');
    api_stop(&api);
}
END_TEST

/* P0 1, 3 */
START_TEST(test_slot_list_and_slot_information_never_touch_a_card)
{
    struct api api;
    CK_SLOT_INFO info;
    api_start(&api);
    for (int i = 0; i < 10; i++) {
        ck_assert_uint_eq(slot_count(CK_TRUE), 1);
        assert_rv(C_GetSlotInfo(api.slot, &info), CKR_OK);
    }
    ck_assert_str_eq(fake_story(api.fake), "");
    api_stop(&api);
}
END_TEST

/* P0 3, 33 */
START_TEST(test_repeated_token_information_never_touches_the_card)
{
    struct api api;
    CK_SESSION_INFO session_info;
    api_start(&api);
    token_flags(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    fake_forget(api.fake);
    for (int i = 0; i < 10; i++) {
        token_flags(&api);
        assert_rv(C_GetSessionInfo(session, &session_info), CKR_OK);
    }
    ck_assert_str_eq(fake_story(api.fake), "");
    api_stop(&api);
}
END_TEST

struct polling {
    struct api *api;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
    CK_RV rv;
};

static void *sign_slowly(void *data)
{
    struct polling *polling = data;
    CK_MECHANISM mechanism = { CKM_ECDSA, NULL, 0 };
    uint8_t hash[32] = { 1 }, signature[64];
    CK_ULONG size = sizeof(signature);
    polling->rv = C_SignInit(polling->session, &mechanism, polling->key);
    if (polling->rv == CKR_OK)
        polling->rv = C_Sign(polling->session, hash, sizeof(hash), signature, &size);
    return NULL;
}

START_TEST(test_information_never_waits_for_a_card_that_is_busy)
{
    struct api api;
    struct polling polling = { .api = &api };
    pthread_t thread;
    CK_SLOT_INFO slot_info;
    CK_SESSION_INFO session_info;
    api_start(&api);
    polling.session = api_session(&api, 0);
    api_login(polling.session);
    polling.key = api_find(polling.session, CKO_PRIVATE_KEY, 3);
    fake_hold(api.fake, FAKE_SIGN);
    ck_assert_int_eq(pthread_create(&thread, NULL, sign_slowly, &polling), 0);
    fake_await(api.fake);
    assert_rv(C_GetSlotInfo(api.slot, &slot_info), CKR_OK);
    ck_assert_uint_eq(slot_count(CK_TRUE), 1);
    ck_assert_uint_ne(token_flags(&api) & CKF_TOKEN_INITIALIZED, 0);
    assert_rv(C_GetSessionInfo(polling.session, &session_info), CKR_OK);
    ck_assert_uint_eq(session_info.state, CKS_RO_USER_FUNCTIONS);
    fake_let_go(api.fake);
    pthread_join(thread, NULL);
    assert_rv(polling.rv, CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_the_token_is_described_truthfully)
{
    struct api api;
    CK_TOKEN_INFO info;
    api_start(&api);
    assert_rv(C_GetTokenInfo(api.slot, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetTokenInfo(99, &info), CKR_SLOT_ID_INVALID);
    assert_rv(C_GetTokenInfo(api.slot, &info), CKR_OK);
    ck_assert_mem_eq(info.serialNumber, "FAKE0001        ", 16);
    ck_assert_uint_eq(info.flags & (CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED),
                      CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED);
    ck_assert_uint_eq(info.flags & (CKF_WRITE_PROTECTED | CKF_PROTECTED_AUTHENTICATION_PATH), 0);
    ck_assert_uint_eq(info.ulFreePublicMemory, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(info.ulSessionCount, 0);
    ck_assert_uint_eq(info.utcTime[15], ' ');
    api_session(&api, 0);
    api_session(&api, CKF_RW_SESSION);
    assert_rv(C_GetTokenInfo(api.slot, &info), CKR_OK);
    ck_assert_uint_eq(info.ulSessionCount, 2);
    ck_assert_uint_eq(info.ulRwSessionCount, 1);
    api_stop(&api);
}
END_TEST

/* P0 27 */
START_TEST(test_flags_of_the_pin_follow_the_tries)
{
    const CK_FLAGS all = CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED;
    struct api api;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    ck_assert_uint_eq(token_flags(&api) & all, 0);
    assert_rv(api_login_as(session, CKU_USER, "000000"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(token_flags(&api) & all, CKF_USER_PIN_COUNT_LOW);
    assert_rv(api_login_as(session, CKU_USER, "000000"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(token_flags(&api) & all, CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
    (void)api_login_as(session, CKU_USER, "000000");
    ck_assert_uint_eq(token_flags(&api) & all, CKF_USER_PIN_LOCKED);
    assert_rv(api_login_as(session, CKU_USER, FAKE_USER_PIN), CKR_PIN_LOCKED);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_factory_pin_is_to_be_changed)
{
    struct api api;
    api_start(&api);
    api.card->apps[0].user_factory = true;
    ck_assert_uint_ne(token_flags(&api) & CKF_USER_PIN_TO_BE_CHANGED, 0);
    ck_assert_uint_eq(token_flags(&api) & CKF_SO_PIN_TO_BE_CHANGED, 0);
    api_stop(&api);
}
END_TEST

START_TEST(test_an_empty_slot_has_no_token)
{
    struct api api;
    CK_TOKEN_INFO info;
    CK_MECHANISM_INFO mechanism;
    CK_ULONG count = 0;
    CK_SESSION_HANDLE session;
    api_start(&api);
    fake_remove(api.fake, "A");
    assert_rv(C_GetTokenInfo(api.slot, &info), CKR_TOKEN_NOT_PRESENT);
    assert_rv(C_GetMechanismList(api.slot, NULL, &count), CKR_TOKEN_NOT_PRESENT);
    assert_rv(C_GetMechanismInfo(api.slot, CKM_RSA_PKCS, &mechanism), CKR_TOKEN_NOT_PRESENT);
    assert_rv(C_OpenSession(api.slot, CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_TOKEN_NOT_PRESENT);
    api_stop(&api);
}
END_TEST

/* P0 2 */
START_TEST(test_an_unknown_card_is_looked_at_once)
{
    struct api api;
    CK_TOKEN_INFO info;
    CK_SLOT_INFO slot_info;
    api_start(&api);
    api.card->known = false;
    assert_rv(C_GetTokenInfo(api.slot, &info), CKR_TOKEN_NOT_RECOGNIZED);
    fake_forget(api.fake);
    for (int i = 0; i < 5; i++) {
        assert_rv(C_GetTokenInfo(api.slot, &info), CKR_TOKEN_NOT_RECOGNIZED);
        assert_rv(C_GetSlotInfo(api.slot, &slot_info), CKR_OK);
        ck_assert_uint_ne(slot_info.flags & CKF_TOKEN_PRESENT, 0);
        ck_assert_uint_eq(slot_count(CK_TRUE), 1);
    }
    ck_assert_str_eq(fake_story(api.fake), "");
    api_stop(&api);
}
END_TEST

START_TEST(test_mechanisms_are_those_of_the_card)
{
    struct api api;
    CK_MECHANISM_TYPE list[128];
    CK_MECHANISM_INFO info;
    CK_ULONG count = 128, again = 128;
    api_start(&api);
    assert_rv(C_GetMechanismList(api.slot, NULL, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetMechanismList(api.slot, NULL, &count), CKR_OK);
    assert_rv(C_GetMechanismList(api.slot, list, &again), CKR_OK);
    ck_assert_uint_eq(count, again);
    assert_rv(C_GetMechanismInfo(api.slot, CKM_SHA256_RSA_PKCS, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetMechanismInfo(api.slot, CKM_SHA256_RSA_PKCS, &info), CKR_OK);
    ck_assert_uint_ne(info.flags & CKF_HW, 0);
    assert_rv(C_GetMechanismInfo(api.slot, CKM_AES_CBC, &info), CKR_MECHANISM_INVALID);
    api_stop(&api);
}
END_TEST

/* P0 18 */
START_TEST(test_a_card_that_was_there_already_is_no_event)
{
    struct api api;
    CK_SLOT_ID slot = 99;
    api_start(&api);
    assert_rv(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_NO_EVENT);
    fake_remove(api.fake, "A");
    assert_rv(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_OK);
    ck_assert_uint_eq(slot, api.slot);
    assert_rv(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_NO_EVENT);
    assert_rv(C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, &slot), CKR_ARGUMENTS_BAD);
    api_stop(&api);
}
END_TEST

static void *insert_later(void *data)
{
    struct api *api = data;
    usleep(50 * 1000);
    fake_insert(api->fake, "A", api->card);
    return NULL;
}

/* P0 16 */
START_TEST(test_a_blocking_wait_ends_when_a_card_comes)
{
    struct api api;
    pthread_t thread;
    CK_SLOT_ID slot = 99;
    api_world(&api);
    api.card = fake_card_new(api.fake);
    assert_rv(api_initialize(&api, NULL), CKR_OK);
    ck_assert_uint_eq(slot_count(CK_TRUE), 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, insert_later, &api), 0);
    assert_rv(C_WaitForSlotEvent(0, &slot, NULL), CKR_OK);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(slot_count(CK_TRUE), 1);
    api_stop(&api);
}
END_TEST

START_TEST(test_init_token_needs_the_so_pin_and_no_session)
{
    CK_UTF8CHAR label[32 + 1] = "New label                       ", pin[] = FAKE_SO_PIN, wrong[] = "87654321";
    struct api api;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    assert_rv(C_InitToken(api.slot, pin, 8, label), CKR_SESSION_EXISTS);
    assert_rv(C_CloseSession(session), CKR_OK);
    assert_rv(C_InitToken(api.slot, NULL, 0, label), CKR_ARGUMENTS_BAD);
    assert_rv(C_InitToken(api.slot, pin, 0, label), CKR_PIN_INCORRECT);
    assert_rv(C_InitToken(api.slot, pin, 8, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_FORMAT), 0);
    assert_rv(C_InitToken(api.slot, wrong, 8, label), CKR_PIN_INCORRECT);
    assert_rv(C_InitToken(api.slot, pin, 8, label), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_texts_are_cut_at_characters_and_numbers_at_their_beginning)
{
    unsigned char field[4];
    text_pad(field, sizeof(field), "ab");
    ck_assert_mem_eq(field, "ab  ", 4);
    text_pad(field, sizeof(field), "abc\xC3\xA9");
    ck_assert_mem_eq(field, "abc ", 4);
    text_pad_end(field, sizeof(field), "123456");
    ck_assert_mem_eq(field, "3456", 4);
}
END_TEST

UNIT_MAIN("api slots", test_it_works_without_readers, test_it_works_without_the_service,
          test_a_short_list_is_refused_with_the_count_needed,
          test_new_slots_come_into_view_when_the_application_asks_how_many,
          test_the_list_never_shrinks_and_a_reader_that_comes_back_is_the_same_slot,
          test_slots_are_described_with_blanks, test_slot_list_and_slot_information_never_touch_a_card,
          test_repeated_token_information_never_touches_the_card,
          test_information_never_waits_for_a_card_that_is_busy, test_the_token_is_described_truthfully,
          test_flags_of_the_pin_follow_the_tries, test_a_factory_pin_is_to_be_changed,
          test_an_empty_slot_has_no_token, test_an_unknown_card_is_looked_at_once,
          test_mechanisms_are_those_of_the_card, test_a_card_that_was_there_already_is_no_event,
          test_a_blocking_wait_ends_when_a_card_comes, test_init_token_needs_the_so_pin_and_no_session,
          test_texts_are_cut_at_characters_and_numbers_at_their_beginning)
