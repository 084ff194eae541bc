/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/api.h"

START_TEST(test_nothing_works_before_initialisation)
{
    CK_INFO info;
    CK_ULONG count = 0;
    CK_SLOT_ID slot;
    assert_rv(C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
    assert_rv(C_GetSlotList(CK_FALSE, NULL, &count), CKR_CRYPTOKI_NOT_INITIALIZED);
    assert_rv(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
    assert_rv(C_CloseSession(1), CKR_CRYPTOKI_NOT_INITIALIZED);
    assert_rv(C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
}
END_TEST

/* P0 1: a program that merely loads modules must not wait for cards. */
START_TEST(test_initialisation_asks_neither_cards_nor_the_service)
{
    struct api api;
    api_world(&api);
    fake_insert(api.fake, "A", fake_card_new(api.fake));
    assert_rv(api_initialize(&api, NULL), CKR_OK);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_LIST_READERS), 0);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_CONNECT), 0);
    ck_assert_str_eq(fake_story(api.fake), "");
    api_stop(&api);
}
END_TEST

/* P0 34: a recursion through the application's OpenSSL must not wait for itself. */
START_TEST(test_a_second_initialisation_is_refused_at_once)
{
    struct api api;
    api_start(&api);
    assert_rv(C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    assert_rv(C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_claimed_initialisation_refuses_others_and_lets_nobody_in)
{
    CK_INFO info;
    assert_rv(library_claim(), CKR_OK);
    assert_rv(library_claim(), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    assert_rv(C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
    assert_rv(library_start(NULL), CKR_OK);
    assert_rv(library_claim(), CKR_OK);
    assert_rv(library_start(NULL), CKR_OK);
}
END_TEST

/* P0, applications: three cycles in one process. */
START_TEST(test_it_can_be_initialised_again_and_again)
{
    for (int i = 0; i < 3; i++) {
        struct api api;
        api_start(&api);
        api_login(api_session(&api, 0));
        assert_rv(C_Finalize(NULL), CKR_OK);
        ck_assert_uint_eq(fake_closed(api.fake), 1);
        api_stop(&api);
    }
}
END_TEST

START_TEST(test_finalize_logs_the_card_out)
{
    struct api api;
    api_start(&api);
    api_login(api_session(&api, 0));
    fake_forget(api.fake);
    assert_rv(C_Finalize(NULL), CKR_OK);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_LOGOUT), 1);
    ck_assert(!api.card->apps[0].verified);
    api_stop(&api);
}
END_TEST

START_TEST(test_finalize_takes_no_argument)
{
    struct api api;
    int something;
    api_start(&api);
    assert_rv(C_Finalize(&something), CKR_ARGUMENTS_BAD);
    assert_rv(C_Finalize(NULL), CKR_OK);
    api_stop(&api);
}
END_TEST

static void *wait_for_event(void *ret)
{
    CK_SLOT_ID slot;
    *(CK_RV *)ret = C_WaitForSlotEvent(0, &slot, NULL);
    return NULL;
}

/* P0 17: "Firefox cannot be closed". */
START_TEST(test_finalize_ends_a_blocking_wait)
{
    struct api api;
    pthread_t threads[3];
    CK_RV rvs[3] = { CKR_OK, CKR_OK, CKR_OK };
    api_start(&api);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, wait_for_event, &rvs[i]), 0);
    usleep(100 * 1000);
    assert_rv(C_Finalize(NULL), CKR_OK);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        assert_rv(rvs[i], CKR_CRYPTOKI_NOT_INITIALIZED);
    }
    api_stop(&api);
}
END_TEST

struct signer {
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
    CK_RV rv;
};

static void *sign_once(void *data)
{
    struct signer *signer = data;
    CK_MECHANISM mechanism = { CKM_SHA256_RSA_PKCS, NULL, 0 };
    uint8_t message[] = "message", signature[256];
    CK_ULONG size = sizeof(signature);
    signer->rv = C_SignInit(signer->session, &mechanism, signer->key);
    if (signer->rv == CKR_OK)
        signer->rv = C_Sign(signer->session, message, sizeof(message), signature, &size);
    return NULL;
}

static void *finalize(void *ret)
{
    *(CK_RV *)ret = C_Finalize(NULL);
    return NULL;
}

START_TEST(test_finalize_waits_for_a_running_signature_and_lets_nobody_else_in)
{
    struct api api;
    struct signer signer = { 0 };
    pthread_t signing, finalizing;
    CK_RV rv = CKR_GENERAL_ERROR, seen;
    CK_INFO info;

    api_start(&api);
    signer.session = api_session(&api, 0);
    api_login(signer.session);
    signer.key = api_find(signer.session, CKO_PRIVATE_KEY, 1);
    fake_hold(api.fake, FAKE_SIGN);
    ck_assert_int_eq(pthread_create(&signing, NULL, sign_once, &signer), 0);
    fake_await(api.fake);
    ck_assert_int_eq(pthread_create(&finalizing, NULL, finalize, &rv), 0);
    for (seen = CKR_OK; seen == CKR_OK; usleep(1000))
        seen = C_GetInfo(&info);
    assert_rv(seen, CKR_CRYPTOKI_NOT_INITIALIZED);
    assert_rv(C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    fake_let_go(api.fake);
    pthread_join(signing, NULL);
    pthread_join(finalizing, NULL);
    assert_rv(signer.rv, CKR_OK);
    assert_rv(rv, CKR_OK);
    api_stop(&api);
}
END_TEST

/* Runs TEST in a forked child; true if it returned true. */
static bool in_child(bool (*test)(struct api *), struct api *api)
{
    int status = -1;
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(test(api) ? 0 : 1);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool child_is_not_initialised(struct api *api)
{
    CK_INFO info;
    CK_SLOT_ID slot;
    CK_SESSION_INFO session;
    (void)api;
    return C_GetInfo(&info) == CKR_CRYPTOKI_NOT_INITIALIZED &&
           C_GetSessionInfo(1, &session) == CKR_CRYPTOKI_NOT_INITIALIZED &&
           C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL) == CKR_CRYPTOKI_NOT_INITIALIZED &&
           C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED;
}

/* P0 38 */
START_TEST(test_a_forked_child_is_not_initialised_and_leaves_the_parent_alone)
{
    struct api api;
    struct signer signer = { 0 };
    api_start(&api);
    signer.session = api_session(&api, 0);
    api_login(signer.session);
    signer.key = api_find(signer.session, CKO_PRIVATE_KEY, 1);
    ck_assert(in_child(child_is_not_initialised, &api));
    sign_once(&signer);
    assert_rv(signer.rv, CKR_OK);
    api_stop(&api);
}
END_TEST

static bool child_initialises_itself(struct api *parent)
{
    struct api api = { .fake = parent->fake };
    CK_ULONG count = 0;
    const unsigned closed = fake_closed(parent->fake), logouts = fake_count(parent->fake, FAKE_LOGOUT);
    CK_SESSION_INFO info;
    return api_initialize(&api, NULL) == CKR_OK && C_GetSessionInfo(1, &info) == CKR_SESSION_HANDLE_INVALID &&
           C_GetSlotList(CK_FALSE, NULL, &count) == CKR_OK && count == 1 &&
           fake_closed(parent->fake) == closed && fake_count(parent->fake, FAKE_LOGOUT) == logouts &&
           C_Finalize(NULL) == CKR_OK && C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED;
}

START_TEST(test_a_child_that_initialises_begins_anew_without_a_word_on_the_parents_connection)
{
    struct api api;
    struct signer signer = { 0 };
    api_start(&api);
    signer.session = api_session(&api, 0);
    api_login(signer.session);
    signer.key = api_find(signer.session, CKO_PRIVATE_KEY, 1);
    ck_assert(in_child(child_initialises_itself, &api));
    sign_once(&signer);
    assert_rv(signer.rv, CKR_OK);
    api_stop(&api);
}
END_TEST

/* The parent's thread may hold any lock at the moment of the fork. */
START_TEST(test_a_child_forked_while_the_parent_works_can_initialise)
{
    struct api api;
    struct signer signer = { 0 };
    pthread_t signing;
    api_start(&api);
    signer.session = api_session(&api, 0);
    api_login(signer.session);
    signer.key = api_find(signer.session, CKO_PRIVATE_KEY, 1);
    fake_hold(api.fake, FAKE_SIGN);
    ck_assert_int_eq(pthread_create(&signing, NULL, sign_once, &signer), 0);
    fake_await(api.fake);
    ck_assert(in_child(child_is_not_initialised, &api));
    fake_let_go(api.fake);
    pthread_join(signing, NULL);
    assert_rv(signer.rv, CKR_OK);
    api_stop(&api);
}
END_TEST

static struct api at_exit_api;

static void finalize_at_exit(void)
{
    const CK_RV rv = C_CloseAllSessions(at_exit_api.slot);
    if (rv != CKR_OK || C_Finalize(NULL) != CKR_OK)
        _exit(7);
    fake_free(&at_exit_api.fake);
}

/* OpenSSL's own exit handler is registered later, and therefore runs before the application's. */
static bool child_finalizes_at_exit(struct api *api)
{
    struct signer signer = { 0 };
    (void)api;
    atexit(finalize_at_exit);
    api_start(&at_exit_api);
    signer.session = api_session(&at_exit_api, 0);
    api_login(signer.session);
    signer.key = api_find(signer.session, CKO_PRIVATE_KEY, 1);
    sign_once(&signer);
    if (signer.rv != CKR_OK)
        _exit(8);
    exit(0);
}

/* P0 35 and applications: pdfsig and strongSwan unload the module from an exit handler. */
START_TEST(test_finalizing_from_an_exit_handler)
{
    ck_assert(in_child(child_finalizes_at_exit, NULL));
}
END_TEST

UNIT_MAIN("library", test_nothing_works_before_initialisation,
          test_initialisation_asks_neither_cards_nor_the_service,
          test_a_second_initialisation_is_refused_at_once,
          test_a_claimed_initialisation_refuses_others_and_lets_nobody_in,
          test_it_can_be_initialised_again_and_again, test_finalize_logs_the_card_out,
          test_finalize_takes_no_argument, test_finalize_ends_a_blocking_wait,
          test_finalize_waits_for_a_running_signature_and_lets_nobody_else_in,
          test_a_forked_child_is_not_initialised_and_leaves_the_parent_alone,
          test_a_child_that_initialises_begins_anew_without_a_word_on_the_parents_connection,
          test_a_child_forked_while_the_parent_works_can_initialise, test_finalizing_from_an_exit_handler)
