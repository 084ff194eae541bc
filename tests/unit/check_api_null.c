/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole surface: functions at the wrong moment, NULL where the standard does not allow it, threads, the
 * trace. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pcsc/trace.h"
#include "tests/unit/api.h"

/* What each function said. */
struct answers {
    struct {
        const char *name;
        CK_RV rv;
    } items[128];
    size_t count;
};

static void answer(struct answers *answers, const char *name, CK_RV rv)
{
    ck_assert_uint_lt(answers->count, API_COUNT(answers->items));
    answers->items[answers->count].name = name;
    answers->items[answers->count++].rv = rv;
}

/* Calls FUNCTION with the session and zeros. */
#define CALL(function, ...) answer(ret, #function, function(session __VA_OPT__(, ) __VA_ARGS__))

static void call_sessions_and_objects(CK_SESSION_HANDLE session, struct answers *ret)
{
    CALL(C_InitPIN, NULL, 0);
    CALL(C_SetPIN, NULL, 0, NULL, 0);
    CALL(C_GetSessionInfo, NULL);
    CALL(C_GetOperationState, NULL, NULL);
    CALL(C_SetOperationState, NULL, 0, 1, 1);
    CALL(C_Login, 0, NULL, 0);
    CALL(C_Logout);
    CALL(C_CreateObject, NULL, 0, NULL);
    CALL(C_CopyObject, 1, NULL, 0, NULL);
    CALL(C_DestroyObject, 1);
    CALL(C_GetObjectSize, 1, NULL);
    CALL(C_GetAttributeValue, 1, NULL, 0);
    CALL(C_SetAttributeValue, 1, NULL, 0);
    CALL(C_FindObjectsInit, NULL, 0);
    CALL(C_FindObjects, NULL, 0, NULL);
    CALL(C_FindObjectsFinal);
}

static void call_single_operations(CK_SESSION_HANDLE session, struct answers *ret)
{
    CALL(C_EncryptInit, NULL, 1);
    CALL(C_Encrypt, NULL, 0, NULL, NULL);
    CALL(C_EncryptUpdate, NULL, 0, NULL, NULL);
    CALL(C_EncryptFinal, NULL, NULL);
    CALL(C_DecryptInit, NULL, 1);
    CALL(C_Decrypt, NULL, 0, NULL, NULL);
    CALL(C_DecryptUpdate, NULL, 0, NULL, NULL);
    CALL(C_DecryptFinal, NULL, NULL);
    CALL(C_DigestInit, NULL);
    CALL(C_Digest, NULL, 0, NULL, NULL);
    CALL(C_DigestUpdate, NULL, 0);
    CALL(C_DigestKey, 1);
    CALL(C_DigestFinal, NULL, NULL);
    CALL(C_SignInit, NULL, 1);
    CALL(C_Sign, NULL, 0, NULL, NULL);
    CALL(C_SignUpdate, NULL, 0);
    CALL(C_SignFinal, NULL, NULL);
    CALL(C_SignRecoverInit, NULL, 1);
    CALL(C_SignRecover, NULL, 0, NULL, NULL);
    CALL(C_VerifyInit, NULL, 1);
    CALL(C_Verify, NULL, 0, NULL, 0);
    CALL(C_VerifyUpdate, NULL, 0);
    CALL(C_VerifyFinal, NULL, 0);
    CALL(C_VerifyRecoverInit, NULL, 1);
    CALL(C_VerifyRecover, NULL, 0, NULL, NULL);
}

static void call_messages_and_keys(CK_SESSION_HANDLE session, struct answers *ret)
{
    CALL(C_DigestEncryptUpdate, NULL, 0, NULL, NULL);
    CALL(C_DecryptDigestUpdate, NULL, 0, NULL, NULL);
    CALL(C_SignEncryptUpdate, NULL, 0, NULL, NULL);
    CALL(C_DecryptVerifyUpdate, NULL, 0, NULL, NULL);
    CALL(C_GenerateKey, NULL, NULL, 0, NULL);
    CALL(C_GenerateKeyPair, NULL, NULL, 0, NULL, 0, NULL, NULL);
    CALL(C_WrapKey, NULL, 1, 1, NULL, NULL);
    CALL(C_UnwrapKey, NULL, 1, NULL, 0, NULL, 0, NULL);
    CALL(C_DeriveKey, NULL, 1, NULL, 0, NULL);
    CALL(C_SeedRandom, NULL, 0);
    CALL(C_GenerateRandom, NULL, 0);
    CALL(C_GetFunctionStatus);
    CALL(C_CancelFunction);
    CALL(C_LoginUser, 0, NULL, 0, NULL, 0);
    CALL(C_SessionCancel, 0);
    CALL(C_MessageEncryptInit, NULL, 1);
    CALL(C_EncryptMessage, NULL, 0, NULL, 0, NULL, 0, NULL, NULL);
    CALL(C_EncryptMessageBegin, NULL, 0, NULL, 0);
    CALL(C_EncryptMessageNext, NULL, 0, NULL, 0, NULL, NULL, 0);
    CALL(C_MessageEncryptFinal);
    CALL(C_MessageDecryptInit, NULL, 1);
    CALL(C_DecryptMessage, NULL, 0, NULL, 0, NULL, 0, NULL, NULL);
    CALL(C_DecryptMessageBegin, NULL, 0, NULL, 0);
    CALL(C_DecryptMessageNext, NULL, 0, NULL, 0, NULL, NULL, 0);
    CALL(C_MessageDecryptFinal);
    CALL(C_MessageSignInit, NULL, 1);
    CALL(C_SignMessage, NULL, 0, NULL, 0, NULL, NULL);
    CALL(C_SignMessageBegin, NULL, 0);
    CALL(C_SignMessageNext, NULL, 0, NULL, 0, NULL, NULL);
    CALL(C_MessageSignFinal);
    CALL(C_MessageVerifyInit, NULL, 1);
    CALL(C_VerifyMessage, NULL, 0, NULL, 0, NULL, 0);
    CALL(C_VerifyMessageBegin, NULL, 0);
    CALL(C_VerifyMessageNext, NULL, 0, NULL, 0, NULL, 0);
    CALL(C_MessageVerifyFinal);
    CALL(C_EncapsulateKey, NULL, 1, NULL, 0, NULL, NULL, NULL);
    CALL(C_DecapsulateKey, NULL, 1, NULL, 0, NULL, 0, NULL);
    CALL(C_VerifySignatureInit, NULL, 1, NULL, 0);
    CALL(C_VerifySignature, NULL, 0);
    CALL(C_VerifySignatureUpdate, NULL, 0);
    CALL(C_VerifySignatureFinal);
    CALL(C_GetSessionValidationFlags, 0, NULL);
    CALL(C_AsyncComplete, NULL, NULL);
    CALL(C_AsyncGetID, NULL, NULL);
    CALL(C_AsyncJoin, NULL, 0, NULL, 0);
    CALL(C_WrapKeyAuthenticated, NULL, 1, 1, NULL, 0, NULL, NULL);
    CALL(C_UnwrapKeyAuthenticated, NULL, 1, NULL, 0, NULL, 0, NULL, 0, NULL);
}

/* Calls every function of a session but C_CloseSession with nothing but zeros. */
static void call_all(CK_SESSION_HANDLE session, struct answers *ret)
{
    ret->count = 0;
    call_sessions_and_objects(session, ret);
    call_single_operations(session, ret);
    call_messages_and_keys(session, ret);
    ck_assert_uint_gt(ret->count, 80);
}

/* C_GetSessionInfo looks at its pointer first: there is nothing to be held against. */
static void all_answer(CK_SESSION_HANDLE session, CK_RV expected, CK_RV expected_info)
{
    struct answers answers;
    call_all(session, &answers);
    for (size_t i = 0; i < answers.count; i++)
        ck_assert_msg(answers.items[i].rv ==
                          (strcmp(answers.items[i].name, "C_GetSessionInfo") == 0 ? expected_info : expected),
                      "%s gives %s", answers.items[i].name, rv_name(answers.items[i].rv));
}

START_TEST(test_every_function_refuses_before_initialisation)
{
    all_answer(1, CKR_CRYPTOKI_NOT_INITIALIZED, CKR_CRYPTOKI_NOT_INITIALIZED);
    assert_rv(C_CloseSession(1), CKR_CRYPTOKI_NOT_INITIALIZED);
}
END_TEST

START_TEST(test_every_function_refuses_an_unknown_session)
{
    struct api api;
    api_start(&api);
    all_answer(4711, CKR_SESSION_HANDLE_INVALID, CKR_ARGUMENTS_BAD);
    assert_rv(C_CloseSession(4711), CKR_SESSION_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_every_function_refuses_a_session_whose_card_is_gone)
{
    struct api api;
    CK_ULONG count = 0;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, CKF_RW_SESSION);
    api_login(session);
    fake_remove(api.fake, "A");
    assert_rv(C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
    all_answer(session, CKR_DEVICE_REMOVED, CKR_ARGUMENTS_BAD);
    assert_rv(C_CloseSession(session), CKR_OK);
    api_stop(&api);
}
END_TEST

static bool takes_zeros(const char *name)
{
    static const char *const names[] = { "C_FindObjectsInit", "C_FindObjectsFinal", "C_Logout",
                                         "C_SessionCancel",   "C_GenerateRandom",   "C_GetAttributeValue" };
    for (size_t i = 0; i < API_COUNT(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* With a live session zeros are never a success but where the standard says so, and nothing crashes. */
START_TEST(test_nothing_takes_zeros_for_arguments)
{
    struct api api;
    struct answers answers;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, CKF_RW_SESSION);
    api_login(session);
    call_all(session, &answers);
    for (size_t i = 0; i < answers.count; i++) {
        const CK_RV rv = answers.items[i].rv;
        ck_assert_msg(rv != CKR_OK || takes_zeros(answers.items[i].name), "%s takes it",
                      answers.items[i].name);
        ck_assert_msg(rv != CKR_GENERAL_ERROR && rv != CKR_DEVICE_ERROR, "%s gives %s", answers.items[i].name,
                      rv_name(rv));
    }
    api_stop(&api);
}
END_TEST

START_TEST(test_what_cards_do_not_do_is_not_supported)
{
    struct api api;
    CK_OBJECT_HANDLE key;
    CK_ULONG size = 0;
    CK_MECHANISM mechanism = { CKM_AES_GCM, NULL, 0 };
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    assert_rv(C_GenerateKey(session, &mechanism, NULL, 0, &key), CKR_FUNCTION_NOT_SUPPORTED);
    assert_rv(C_GetOperationState(session, NULL, &size), CKR_FUNCTION_NOT_SUPPORTED);
    assert_rv(C_MessageEncryptInit(session, &mechanism, 1), CKR_FUNCTION_NOT_SUPPORTED);
    assert_rv(C_EncapsulateKey(session, &mechanism, 1, NULL, 0, NULL, &size, &key),
              CKR_FUNCTION_NOT_SUPPORTED);
    assert_rv(C_GetFunctionStatus(session), CKR_FUNCTION_NOT_PARALLEL);
    assert_rv(C_CancelFunction(session), CKR_FUNCTION_NOT_PARALLEL);
    api_stop(&api);
}
END_TEST

static CK_RV sign_null(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_BYTE_PTR data, CK_ULONG size,
                       CK_BYTE_PTR out, CK_ULONG_PTR out_size)
{
    CK_MECHANISM mechanism = { CKM_SHA256_RSA_PKCS, NULL, 0 };
    assert_rv(C_SignInit(session, &mechanism, key), CKR_OK);
    return C_Sign(session, data, size, out, out_size);
}

START_TEST(test_null_in_a_running_operation_is_an_error_and_empty_data_is_none)
{
    struct api api;
    uint8_t data[4] = { 0 }, signature[256];
    CK_ULONG size = sizeof(signature);
    CK_MECHANISM mechanism = { CKM_SHA256_RSA_PKCS, NULL, 0 };
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    api_login(session);
    const CK_OBJECT_HANDLE key = api_find(session, CKO_PRIVATE_KEY, 1),
                           public_key = api_find(session, CKO_PUBLIC_KEY, 1);
    assert_rv(sign_null(session, key, NULL, 4, signature, &size), CKR_ARGUMENTS_BAD);
    assert_rv(sign_null(session, key, data, 4, signature, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(sign_null(session, key, NULL, 0, signature, &size), CKR_OK);
    assert_rv(C_VerifyInit(session, &mechanism, public_key), CKR_OK);
    assert_rv(C_Verify(session, NULL, 0, signature, size), CKR_OK);
    assert_rv(C_VerifyInit(session, &mechanism, public_key), CKR_OK);
    assert_rv(C_Verify(session, data, 4, NULL, 256), CKR_ARGUMENTS_BAD);
    mechanism.ulParameterLen = 7;
    assert_rv(C_SignInit(session, &mechanism, key), CKR_MECHANISM_PARAM_INVALID);
    api_stop(&api);
}
END_TEST

struct worker {
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
    CK_RV rv;
    atomic_bool done;
};

static void *sign_once(void *data)
{
    struct worker *worker = data;
    CK_MECHANISM mechanism = { CKM_ECDSA, NULL, 0 };
    uint8_t hash[32] = { 1 }, signature[64];
    CK_ULONG size = sizeof(signature);
    worker->rv = C_SignInit(worker->session, &mechanism, worker->key);
    if (worker->rv == CKR_OK)
        worker->rv = C_Sign(worker->session, hash, sizeof(hash), signature, &size);
    atomic_store(&worker->done, true);
    return NULL;
}

static struct worker worker_on(CK_SLOT_ID slot)
{
    struct worker worker = { .rv = CKR_GENERAL_ERROR };
    assert_rv(C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &worker.session), CKR_OK);
    CK_SESSION_INFO info;
    assert_rv(C_GetSessionInfo(worker.session, &info), CKR_OK);
    if (info.state == CKS_RO_PUBLIC_SESSION)
        api_login(worker.session);
    worker.key = api_find(worker.session, CKO_PRIVATE_KEY, 3);
    return worker;
}

/* P0 39 */
START_TEST(test_two_tokens_work_at_the_same_time)
{
    struct api api;
    CK_SLOT_ID slots[2];
    CK_ULONG count = 2;
    pthread_t thread;
    api_start(&api);
    fake_reader_add(api.fake, "B");
    fake_insert(api.fake, "B", fake_card_new(api.fake));
    assert_rv(C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
    assert_rv(C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
    ck_assert_uint_eq(count, 2);
    struct worker first = worker_on(slots[0]), second = worker_on(slots[1]);
    fake_hold(api.fake, FAKE_SIGN);
    ck_assert_int_eq(pthread_create(&thread, NULL, sign_once, &first), 0);
    fake_await(api.fake);
    sign_once(&second);
    assert_rv(second.rv, CKR_OK);
    ck_assert(!atomic_load(&first.done));
    fake_let_go(api.fake);
    pthread_join(thread, NULL);
    assert_rv(first.rv, CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_session_that_is_closed_while_a_call_waits_is_not_touched)
{
    struct api api;
    pthread_t holder, waiter;
    api_start(&api);
    struct worker first = worker_on(api.slot), second = worker_on(api.slot);
    fake_hold(api.fake, FAKE_SIGN);
    ck_assert_int_eq(pthread_create(&holder, NULL, sign_once, &first), 0);
    fake_await(api.fake);
    ck_assert_int_eq(pthread_create(&waiter, NULL, sign_once, &second), 0);
    usleep(20 * 1000);
    fake_let_go(api.fake);
    pthread_join(holder, NULL);
    (void)C_CloseSession(second.session);
    pthread_join(waiter, NULL);
    ck_assert(second.rv == CKR_OK || second.rv == CKR_SESSION_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

#define STRESS_THREADS 6
#define STRESS_ROUNDS 20

static void *open_sign_close(void *data)
{
    const struct api *api = data;
    for (int i = 0; i < STRESS_ROUNDS; i++) {
        struct worker worker = { 0 };
        CK_SESSION_INFO info;
        if (C_OpenSession(api->slot, CKF_SERIAL_SESSION, NULL, NULL, &worker.session) != CKR_OK)
            continue;
        (void)api_login_as(worker.session, CKU_USER, FAKE_USER_PIN);
        worker.key = 1 + (CK_OBJECT_HANDLE)i % 8;
        sign_once(&worker);
        (void)C_GetSessionInfo(worker.session, &info);
        (void)C_CloseSession(worker.session);
    }
    return NULL;
}

/* P0 39: removal in the middle of everything; a sanitizer watches. */
START_TEST(test_many_threads_and_a_card_that_comes_and_goes)
{
    struct api api;
    pthread_t threads[STRESS_THREADS];
    api_start(&api);
    for (size_t i = 0; i < STRESS_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, open_sign_close, &api), 0);
    for (int i = 0; i < 5; i++) {
        usleep(10 * 1000);
        fake_remove(api.fake, "A");
        usleep(5 * 1000);
        fake_insert(api.fake, "A", api.card);
    }
    for (size_t i = 0; i < STRESS_THREADS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(api.card->apps[0].user_tries, FAKE_TRIES);
    api_stop(&api);
}
END_TEST

static bool file_contains(const char *path, const char *text)
{
    static char contents[1 << 20];
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    const size_t size = fread(contents, 1, sizeof(contents), file);
    fclose(file);
    return memmem(contents, size, text, strlen(text)) != NULL;
}

/* P0 51 */
START_TEST(test_the_trace_names_calls_and_never_shows_a_pin)
{
    struct api api;
    char path[] = "/tmp/check_api_null.XXXXXX";
    const int fd = mkstemp(path);
    CK_UTF8CHAR pin[] = "135246";
    ck_assert_int_ge(fd, 0);
    close(fd);
    assert_ok(trace_open(TRACE_CARD, path));
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, CKF_RW_SESSION);
    assert_rv(api_login_as(session, CKU_USER, "999999"), CKR_PIN_INCORRECT);
    api_login(session);
    assert_rv(C_SetPIN(session, (CK_UTF8CHAR *)(uintptr_t)FAKE_USER_PIN, 6, pin, 6), CKR_OK);
    assert_rv(C_Logout(session), CKR_OK);
    assert_rv(api_login_as(session, CKU_SO, FAKE_SO_PIN), CKR_OK);
    assert_rv(C_InitPIN(session, pin, 6), CKR_OK);
    api_stop(&api);
    trace_close();
    ck_assert(file_contains(path, "C_Login"));
    ck_assert(file_contains(path, "CKR_PIN_INCORRECT"));
    ck_assert(!file_contains(path, FAKE_USER_PIN));
    ck_assert(!file_contains(path, "999999"));
    ck_assert(!file_contains(path, "135246"));
    ck_assert(!file_contains(path, "313335323436"));
    ck_assert(!file_contains(path, "31 33 35 32 34 36"));
    unlink(path);
}
END_TEST

UNIT_MAIN("api null", test_every_function_refuses_before_initialisation,
          test_every_function_refuses_an_unknown_session,
          test_every_function_refuses_a_session_whose_card_is_gone, test_nothing_takes_zeros_for_arguments,
          test_what_cards_do_not_do_is_not_supported,
          test_null_in_a_running_operation_is_an_error_and_empty_data_is_none,
          test_two_tokens_work_at_the_same_time,
          test_a_session_that_is_closed_while_a_call_waits_is_not_touched,
          test_many_threads_and_a_card_that_comes_and_goes, test_the_trace_names_calls_and_never_shows_a_pin)
