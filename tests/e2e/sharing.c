/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sharing: an application and the card's other users. Each story starts from a token with keys 01 and 02 (RSA-2048, the
 * second with the PIN for each use), PIN 13572468, in the first reader; it prints "ok - …" or "not ok - …".
 *
 *     sharing MODULE STORY
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/e2e/client.h"
#include "tests/e2e/other.h"

#define PIN "13572468"
#define WRONG_PIN "24681357"

/* What the stories act on: one user's session with the RSA key found. */
struct actor {
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key, public_key;
};

static struct actor actor_begin(bool login)
{
    struct actor actor;

    client_initialize();
    actor.slot = client_slot(0);
    actor.session = client_session(actor.slot, true);
    if (login)
        CLIENT_OK(client_login(actor.session, CKU_USER, PIN));
    actor.key = login ? client_find(actor.session, CKO_PRIVATE_KEY, 1) : CK_INVALID_HANDLE;
    actor.public_key = client_find(actor.session, CKO_PUBLIC_KEY, 1);
    CLIENT_NEED(!login || actor.key != CK_INVALID_HANDLE);
    CLIENT_NEED(actor.public_key != CK_INVALID_HANDLE);
    return actor;
}

static CK_RV actor_sign(struct actor *actor)
{
    CK_BYTE signature[512];
    CK_ULONG size = sizeof(signature);
    CK_RV rv = client_sign(actor->session, actor->key, CKM_SHA256_RSA_PKCS, NULL, signature, &size);

    if (rv == CKR_OK)
        CLIENT_OK(client_verify(actor->session, actor->public_key, CKM_SHA256_RSA_PKCS, signature, size));
    return rv;
}

/* Tries left as the card itself says, asked by another program after logging the PIN out. */
static unsigned other_tries(void)
{
    struct other *other = other_connect(false);
    unsigned sw;

    CLIENT_NEED(other != NULL);
    CLIENT_NEED(OTHER_SEND(other, 0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08) >> 8 != 0x6A);
    CLIENT_NEED(OTHER_SEND(other, 0x00, 0x20, 0xFF, 0x80) == 0x9000);
    sw = OTHER_SEND(other, 0x00, 0x20, 0x00, 0x80);
    other_disconnect(other, false);
    CLIENT_NEED((sw & 0xFFF0) == 0x63C0);
    return sw & 0xF;
}

static void story_a_reset_by_another_program_is_not_a_removal(void)
{
    struct actor actor = actor_begin(true);
    CK_SESSION_INFO info;

    CLIENT_OK(actor_sign(&actor));
    client_ctl("reset");
    CLIENT_OK(actor_sign(&actor));
    CLIENT_OK(p11->C_GetSessionInfo(actor.session, &info));
    CLIENT_NEED(info.state == CKS_RW_USER_FUNCTIONS);
    CLIENT_OK(p11->C_Finalize(NULL));
    CLIENT_NEED(other_tries() == 3);
}

static void story_another_application_selected_is_healed(void)
{
    struct actor actor = actor_begin(true);

    client_ctl("select-foreign");
    CLIENT_OK(actor_sign(&actor));
    client_ctl("select-foreign");
    CLIENT_OK(p11->C_Logout(actor.session));
    CLIENT_OK(client_login(actor.session, CKU_USER, PIN));
    CLIENT_OK(actor_sign(&actor));
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_a_daemon_restart_is_survived(void)
{
    struct actor actor = actor_begin(true);

    CLIENT_OK(actor_sign(&actor));
    client_ctl("restart-daemon");
    CLIENT_OK(actor_sign(&actor));
    CLIENT_OK(p11->C_Logout(actor.session));
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_a_stopped_daemon_is_an_empty_list_and_comes_back(void)
{
    CK_ULONG count = 99;

    client_ctl("stop-daemon");
    client_initialize();
    CLIENT_OK(p11->C_GetSlotList(CK_TRUE, NULL, &count));
    CLIENT_NEED(count == 0);
    client_ctl("start-daemon");
    CLIENT_OK(p11->C_GetSlotList(CK_TRUE, NULL, &count));
    CLIENT_NEED(count >= 1);
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_a_pulled_out_card_ends_its_sessions(void)
{
    struct actor actor = actor_begin(true);
    CK_SLOT_INFO info;
    CK_RV rv;

    client_ctl("remove");
    rv = actor_sign(&actor);
    CLIENT_NEED(rv == CKR_DEVICE_REMOVED || rv == CKR_SESSION_HANDLE_INVALID || rv == CKR_TOKEN_NOT_PRESENT);
    CLIENT_OK(p11->C_GetSlotInfo(actor.slot, &info));
    CLIENT_NEED(!(info.flags & CKF_TOKEN_PRESENT));
    client_ctl("insert");
    CLIENT_OK(p11->C_GetSlotInfo(actor.slot, &info));
    CLIENT_NEED(info.flags & CKF_TOKEN_PRESENT);
    rv = actor_sign(&actor);
    CLIENT_NEED(rv == CKR_DEVICE_REMOVED || rv == CKR_SESSION_HANDLE_INVALID);
    actor.session = client_session(actor.slot, true);
    CLIENT_OK(client_login(actor.session, CKU_USER, PIN));
    actor.key = client_find(actor.session, CKO_PRIVATE_KEY, 1);
    actor.public_key = client_find(actor.session, CKO_PUBLIC_KEY, 1);
    CLIENT_OK(actor_sign(&actor));
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_no_handle_is_held_while_nobody_is_logged_in(void)
{
    struct actor actor = actor_begin(false);
    struct other *other = other_connect(true);

    CLIENT_NEED(other != NULL);
    other_disconnect(other, false);
    CLIENT_OK(client_login(actor.session, CKU_USER, PIN));
    CLIENT_OK(p11->C_Logout(actor.session));
    other = other_connect(true);
    CLIENT_NEED(other != NULL);
    other_disconnect(other, false);
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_a_card_held_exclusively_fails_that_call_only(void)
{
    CK_TOKEN_INFO info;
    CK_SLOT_INFO slot_info;
    CK_SLOT_ID slot;
    struct other *other = other_connect(true);

    CLIENT_NEED(other != NULL);
    client_initialize();
    slot = client_slot(0);
    CLIENT_OK(p11->C_GetSlotInfo(slot, &slot_info));
    CLIENT_NEED(slot_info.flags & CKF_TOKEN_PRESENT);
    CLIENT_NEED(p11->C_GetTokenInfo(slot, &info) != CKR_OK);
    other_disconnect(other, false);
    CLIENT_OK(p11->C_GetTokenInfo(slot, &info));
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_logout_makes_the_card_forget_the_pin(void)
{
    struct actor actor = actor_begin(true);
    struct other *other = other_connect(false);

    CLIENT_NEED(OTHER_SEND(other, 0x00, 0x20, 0x00, 0x80) == 0x9000);
    CLIENT_OK(p11->C_Logout(actor.session));
    CLIENT_NEED((OTHER_SEND(other, 0x00, 0x20, 0x00, 0x80) & 0xFFF0) == 0x63C0);
    CLIENT_NEED(actor_sign(&actor) == CKR_USER_NOT_LOGGED_IN);
    other_disconnect(other, false);
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_finalize_does_not_reset_the_card(void)
{
    struct actor actor = actor_begin(true);
    struct other *other = other_connect(false);

    (void)actor;
    CLIENT_OK(p11->C_Finalize(NULL));
    CLIENT_NEED(OTHER_SEND(other, 0x00, 0x20, 0x00, 0x80) != 0);
    other_disconnect(other, false);
}

static void story_an_empty_pin_never_logs_in(void)
{
    struct other *other = other_connect(false);
    CK_SESSION_HANDLE session;

    CLIENT_NEED(OTHER_SEND(other, 0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08) >> 8 != 0x6A);
    CLIENT_NEED(OTHER_SEND(other, 0x00, 0x20, 0x00, 0x80, 0x08, '1', '3', '5', '7', '2', '4', '6', '8') == 0x9000);
    client_initialize();
    session = client_session(client_slot(0), true);
    CLIENT_NEED(client_login(session, CKU_USER, "") != CKR_OK);
    CLIENT_NEED(p11->C_Login(session, CKU_USER, NULL, 0) != CKR_OK);
    CLIENT_NEED(client_find(session, CKO_PRIVATE_KEY, 1) == CK_INVALID_HANDLE);
    CLIENT_OK(p11->C_Finalize(NULL));
    other_disconnect(other, true);
}

static void story_a_wrong_pin_costs_one_try_and_is_told(void)
{
    struct actor actor = actor_begin(false);
    CK_TOKEN_INFO info;

    CLIENT_RV(client_login(actor.session, CKU_USER, WRONG_PIN), CKR_PIN_INCORRECT);
    CLIENT_OK(p11->C_GetTokenInfo(actor.slot, &info));
    CLIENT_NEED(info.flags & CKF_USER_PIN_COUNT_LOW);
    CLIENT_NEED(!(info.flags & CKF_USER_PIN_FINAL_TRY));
    CLIENT_RV(client_login(actor.session, CKU_USER, WRONG_PIN), CKR_PIN_INCORRECT);
    CLIENT_OK(p11->C_GetTokenInfo(actor.slot, &info));
    CLIENT_NEED(info.flags & CKF_USER_PIN_FINAL_TRY);
    CLIENT_NEED(other_tries() == 1);
    CLIENT_OK(client_login(actor.session, CKU_USER, PIN));
    CLIENT_OK(p11->C_GetTokenInfo(actor.slot, &info));
    CLIENT_NEED(!(info.flags & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED)));
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_a_pin_changed_elsewhere_costs_one_try_at_most(void)
{
    struct actor actor = actor_begin(true);
    struct other *other = other_connect(false);

    CLIENT_NEED(OTHER_SEND(other, 0x00, 0x24, 0x00, 0x80, 0x10, '1', '3', '5', '7', '2', '4', '6', '8', '1', '1', '2',
                           '2', '3', '3', '4', '4') == 0x9000);
    other_disconnect(other, true);
    CLIENT_RV(actor_sign(&actor), CKR_USER_NOT_LOGGED_IN);
    CLIENT_NEED(actor_sign(&actor) != CKR_OK);
    CLIENT_NEED(actor_sign(&actor) != CKR_OK);
    CLIENT_NEED(other_tries() == 2);
    (void)p11->C_Logout(actor.session);
    CLIENT_OK(client_login(actor.session, CKU_USER, "11223344"));
    actor.key = client_find(actor.session, CKO_PRIVATE_KEY, 1);
    CLIENT_OK(actor_sign(&actor));
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_an_always_pin_key_is_verified_right_before_the_signature(void)
{
    struct actor actor = actor_begin(true);
    CK_OBJECT_HANDLE key = client_find(actor.session, CKO_PRIVATE_KEY, 2);
    CK_OBJECT_HANDLE public_key = client_find(actor.session, CKO_PUBLIC_KEY, 2);
    CK_BYTE signature[512];
    CK_ULONG size = sizeof(signature);

    CLIENT_RV(client_sign(actor.session, key, CKM_SHA256_RSA_PKCS, NULL, signature, &size), CKR_USER_NOT_LOGGED_IN);
    for (int i = 0; i < 3; i++) {
        size = sizeof(signature);
        client_ctl("reset");
        CLIENT_OK(client_sign(actor.session, key, CKM_SHA256_RSA_PKCS, PIN, signature, &size));
        CLIENT_OK(client_verify(actor.session, public_key, CKM_SHA256_RSA_PKCS, signature, size));
    }
    size = sizeof(signature);
    CLIENT_RV(client_sign(actor.session, key, CKM_SHA256_RSA_PKCS, WRONG_PIN, signature, &size), CKR_PIN_INCORRECT);
    CLIENT_OK(p11->C_Finalize(NULL));
    CLIENT_NEED(other_tries() == 2);
}

static void story_a_forked_child_must_initialize_and_leaves_the_parent_alone(void)
{
    struct actor actor = actor_begin(true);
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    int status;
    pid_t child = fork();

    CLIENT_NEED(child >= 0);
    if (child == 0) {
        CK_RV rv = p11->C_GetSlotList(CK_TRUE, slots, &count);
        struct actor own;

        if (rv != CKR_CRYPTOKI_NOT_INITIALIZED || actor_sign(&actor) != CKR_CRYPTOKI_NOT_INITIALIZED)
            _exit(2);
        own = actor_begin(true);
        if (actor_sign(&own) != CKR_OK || p11->C_Finalize(NULL) != CKR_OK)
            _exit(3);
        _exit(0);
    }
    CLIENT_NEED(waitpid(child, &status, 0) == child && WIFEXITED(status));
    CLIENT_NEED(WEXITSTATUS(status) == 0);
    CLIENT_OK(actor_sign(&actor));
    CLIENT_OK(p11->C_Finalize(NULL));
}

static atomic_int wait_done;

static void *wait_for_event(void *ret_slot)
{
    CK_RV rv = p11->C_WaitForSlotEvent(0, ret_slot, NULL);

    atomic_store(&wait_done, 1);
    return (void *)rv;
}

static void story_waiting_sees_insertions_and_ends_with_finalize(void)
{
    CK_SLOT_ID slot, expected;
    pthread_t thread;
    void *rv;

    client_initialize();
    expected = client_slot(0);
    CLIENT_RV(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_NO_EVENT);
    client_ctl("remove");
    CLIENT_OK(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL));
    CLIENT_NEED(slot == expected);
    CLIENT_RV(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_NO_EVENT);
    atomic_store(&wait_done, 0);
    CLIENT_NEED(pthread_create(&thread, NULL, wait_for_event, &slot) == 0);
    usleep(300000);
    CLIENT_NEED(!atomic_load(&wait_done));
    client_ctl("insert");
    CLIENT_NEED(pthread_join(thread, &rv) == 0);
    CLIENT_NEED((CK_RV)rv == CKR_OK && slot == expected);
    atomic_store(&wait_done, 0);
    CLIENT_NEED(pthread_create(&thread, NULL, wait_for_event, &slot) == 0);
    usleep(100000);
    CLIENT_NEED(!atomic_load(&wait_done));
    CLIENT_OK(p11->C_Finalize(NULL));
    CLIENT_NEED(pthread_join(thread, &rv) == 0);
    CLIENT_NEED((CK_RV)rv == CKR_CRYPTOKI_NOT_INITIALIZED);
}

static atomic_int sign_running;

static void *sign_slowly(void *arg)
{
    CK_RV rv;

    atomic_store(&sign_running, 1);
    rv = actor_sign(arg);
    atomic_store(&sign_running, 0);
    return (void *)rv;
}

static void story_information_never_waits_for_a_busy_card(void)
{
    struct actor actor = actor_begin(true);
    CK_SESSION_HANDLE second = client_session(actor.slot, false);
    CK_SESSION_INFO session_info;
    CK_TOKEN_INFO token_info;
    CK_SLOT_INFO slot_info;
    pthread_t thread;
    void *rv;

    CLIENT_OK(p11->C_GetTokenInfo(actor.slot, &token_info));
    client_ctl("latency 2000");
    CLIENT_NEED(pthread_create(&thread, NULL, sign_slowly, &actor) == 0);
    while (!atomic_load(&sign_running))
        usleep(1000);
    usleep(50000);
    CLIENT_OK(p11->C_GetSessionInfo(second, &session_info));
    CLIENT_OK(p11->C_GetTokenInfo(actor.slot, &token_info));
    CLIENT_OK(p11->C_GetSlotInfo(actor.slot, &slot_info));
    CLIENT_NEED(atomic_load(&sign_running));
    CLIENT_NEED(pthread_join(thread, &rv) == 0);
    client_ctl("latency 0");
    CLIENT_NEED((CK_RV)rv == CKR_OK);
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_two_tokens_work_side_by_side(void)
{
    struct actor first, second;
    pthread_t thread;
    void *rv;

    first = actor_begin(true);
    second = first;
    second.slot = client_slot(1);
    CLIENT_NEED(second.slot != first.slot);
    second.session = client_session(second.slot, true);
    CLIENT_OK(client_login(second.session, CKU_USER, PIN));
    second.key = client_find(second.session, CKO_PRIVATE_KEY, 1);
    second.public_key = client_find(second.session, CKO_PUBLIC_KEY, 1);
    client_ctl("--card 1 latency 2000");
    CLIENT_NEED(pthread_create(&thread, NULL, sign_slowly, &first) == 0);
    while (!atomic_load(&sign_running))
        usleep(1000);
    CLIENT_OK(actor_sign(&second));
    CLIENT_NEED(atomic_load(&sign_running));
    CLIENT_NEED(pthread_join(thread, &rv) == 0);
    CLIENT_NEED((CK_RV)rv == CKR_OK);
    client_ctl("--card 1 latency 0");
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_loading_and_polling_asks_the_card_nothing(void)
{
    CK_SESSION_INFO session_info;
    CK_TOKEN_INFO token_info;
    CK_SLOT_INFO slot_info;
    CK_SESSION_HANDLE session;
    CK_SLOT_ID slot;

    client_ctl("count-reset");
    client_initialize();
    slot = client_slot(0);
    CLIENT_OK(p11->C_GetSlotInfo(slot, &slot_info));
    CLIENT_NEED(client_count() == 0);
    CLIENT_OK(p11->C_GetTokenInfo(slot, &token_info));
    session = client_session(slot, false);
    client_ctl("count-reset");
    for (int i = 0; i < 20; i++) {
        CLIENT_OK(p11->C_GetTokenInfo(slot, &token_info));
        CLIENT_OK(p11->C_GetSlotInfo(slot, &slot_info));
        CLIENT_OK(p11->C_GetSessionInfo(session, &session_info));
    }
    CLIENT_NEED(client_count() == 0);
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_a_renewed_certificate_appears_after_a_reset(void)
{
    struct actor actor = actor_begin(false);
    unsigned before = client_count_objects(actor.session, CKO_CERTIFICATE);

    CLIENT_NEED(before == 4);
    client_ctl("count-reset");
    CLIENT_NEED(client_count_objects(actor.session, CKO_CERTIFICATE) == 4);
    CLIENT_NEED(client_count() <= 2);
    /* $ECP_RENEW is a command of another program's: it replaces the certificate of key 01 and resets the card */
    CLIENT_NEED(getenv("ECP_RENEW") != NULL);
    CLIENT_NEED(system(getenv("ECP_RENEW")) == 0);
    CLIENT_OK(client_login(actor.session, CKU_USER, PIN));
    CLIENT_NEED(client_count_objects(actor.session, CKO_CERTIFICATE) == 4);
    {
        CK_OBJECT_HANDLE certificate = client_find(actor.session, CKO_CERTIFICATE, 1);
        CK_BYTE subject[256];
        CK_ATTRIBUTE wanted = { CKA_SUBJECT, subject, sizeof(subject) };

        CLIENT_OK(p11->C_GetAttributeValue(actor.session, certificate, &wanted, 1));
        CLIENT_NEED(memmem(subject, wanted.ulValueLen, "renewed", 7) != NULL);
    }
    CLIENT_OK(p11->C_Finalize(NULL));
}

struct story {
    const char *name;
    void (*run)(void);
};

#define STORY(name) { #name, story_##name }

static const struct story stories[] = {
    STORY(a_reset_by_another_program_is_not_a_removal),
    STORY(another_application_selected_is_healed),
    STORY(a_daemon_restart_is_survived),
    STORY(a_stopped_daemon_is_an_empty_list_and_comes_back),
    STORY(a_pulled_out_card_ends_its_sessions),
    STORY(no_handle_is_held_while_nobody_is_logged_in),
    STORY(a_card_held_exclusively_fails_that_call_only),
    STORY(logout_makes_the_card_forget_the_pin),
    STORY(finalize_does_not_reset_the_card),
    STORY(an_empty_pin_never_logs_in),
    STORY(a_wrong_pin_costs_one_try_and_is_told),
    STORY(a_pin_changed_elsewhere_costs_one_try_at_most),
    STORY(an_always_pin_key_is_verified_right_before_the_signature),
    STORY(a_forked_child_must_initialize_and_leaves_the_parent_alone),
    STORY(waiting_sees_insertions_and_ends_with_finalize),
    STORY(information_never_waits_for_a_busy_card),
    STORY(two_tokens_work_side_by_side),
    STORY(loading_and_polling_asks_the_card_nothing),
    STORY(a_renewed_certificate_appears_after_a_reset),
};

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        if (argc < 3) {
            printf("%s\n", stories[i].name);
        } else if (strcmp(argv[2], stories[i].name) == 0) {
            client_load(argv[1]);
            stories[i].run();
            printf("ok - %s\n", stories[i].name);
            return 0;
        }
    }
    return argc < 3 ? 0 : 2;
}
