/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* conform_sessions: sessions, login and who may do what (PKCS#11 3.2, 5.6), and old functions that are none
 * (5.22). */
#include "tests/e2e/conform.h"

static CK_STATE state_of(CK_SESSION_HANDLE session)
{
    CK_SESSION_INFO info = { .state = 99, .ulDeviceError = 99 };

    OK(p11->C_GetSessionInfo(session, &info));
    TRUE_THAT(info.ulDeviceError == 0);
    return info.state;
}

static void sessions_are_opened_and_closed(void)
{
    struct conform conform = conform_begin(false);
    CK_SESSION_HANDLE other = CK_INVALID_HANDLE;
    CK_SESSION_INFO info;

    RV(p11->C_OpenSession(conform.slot, 0, NULL, NULL, &other), CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    RV(p11->C_OpenSession(conform.slot, CKF_RW_SESSION, NULL, NULL, &other),
       CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    RV(p11->C_OpenSession(CONFORM_BAD_HANDLE, CKF_SERIAL_SESSION, NULL, NULL, &other), CKR_SLOT_ID_INVALID);
    RV(p11->C_OpenSession(conform.slot, CKF_SERIAL_SESSION, NULL, NULL, NULL), CKR_ARGUMENTS_BAD);
    OK(p11->C_OpenSession(conform.slot, CKF_SERIAL_SESSION, NULL, NULL, &other));
    TRUE_THAT(other != CK_INVALID_HANDLE && other != conform.session && other != conform.reader);
    RV(p11->C_GetSessionInfo(other, NULL), CKR_ARGUMENTS_BAD);
    OK(p11->C_GetSessionInfo(other, &info));
    TRUE_THAT(info.slotID == conform.slot && info.flags == CKF_SERIAL_SESSION && info.ulDeviceError == 0);
    OK(p11->C_GetSessionInfo(conform.session, &info));
    TRUE_THAT(info.flags == (CKF_SERIAL_SESSION | CKF_RW_SESSION));
    OK(p11->C_CloseSession(other));
    RV(p11->C_CloseSession(other), CKR_SESSION_HANDLE_INVALID);
    RV(p11->C_GetSessionInfo(other, &info), CKR_SESSION_HANDLE_INVALID);
    RV(p11->C_CloseAllSessions(CONFORM_BAD_HANDLE), CKR_SLOT_ID_INVALID);
    OK(p11->C_CloseAllSessions(conform.slot));
    OK(p11->C_CloseAllSessions(conform.slot));
    RV(p11->C_GetSessionInfo(conform.session, &info), CKR_SESSION_HANDLE_INVALID);
    conform_end();
}

static void login_changes_the_state_of_every_session(void)
{
    struct conform conform = conform_begin(false);

    TRUE_THAT(state_of(conform.session) == CKS_RW_PUBLIC_SESSION);
    TRUE_THAT(state_of(conform.reader) == CKS_RO_PUBLIC_SESSION);
    OK(client_login(conform.reader, CKU_USER, CONFORM_PIN));
    TRUE_THAT(state_of(conform.session) == CKS_RW_USER_FUNCTIONS);
    TRUE_THAT(state_of(conform.reader) == CKS_RO_USER_FUNCTIONS);
    TRUE_THAT(state_of(client_session(conform.slot, true)) == CKS_RW_USER_FUNCTIONS);
    OK(p11->C_Logout(conform.session));
    TRUE_THAT(state_of(conform.session) == CKS_RW_PUBLIC_SESSION);
    TRUE_THAT(state_of(conform.reader) == CKS_RO_PUBLIC_SESSION);
    RV(p11->C_Logout(conform.session), CKR_USER_NOT_LOGGED_IN);
    OK(client_login(conform.session, CKU_USER, CONFORM_PIN));
    OK(p11->C_CloseAllSessions(conform.slot));
    TRUE_THAT(state_of(client_session(conform.slot, true)) == CKS_RW_PUBLIC_SESSION);
    conform_end();
}

static void the_last_session_takes_the_login_with_it(void)
{
    struct conform conform = conform_begin(true);
    CK_SESSION_HANDLE again;

    OK(p11->C_CloseSession(conform.session));
    TRUE_THAT(state_of(conform.reader) == CKS_RO_USER_FUNCTIONS);
    OK(p11->C_CloseSession(conform.reader));
    again = client_session(conform.slot, false);
    TRUE_THAT(state_of(again) == CKS_RO_PUBLIC_SESSION);
    conform_end();
}

static void login_refuses_what_it_must(void)
{
    struct conform conform = conform_begin(false);
    CK_UTF8CHAR pin[] = CONFORM_PIN;

    RV(p11->C_Login(conform.session, 16, pin, 8), CKR_USER_TYPE_INVALID);
    RV(p11->C_Login(conform.session, CKU_USER, NULL, 8), CKR_ARGUMENTS_BAD);
    RV_OR(p11->C_Login(conform.session, CKU_USER, NULL, 0), CKR_ARGUMENTS_BAD, CKR_PIN_INCORRECT);
    RV_OR(p11->C_Login(conform.session, CKU_USER, pin, 0), CKR_PIN_INCORRECT, CKR_PIN_LEN_RANGE);
    RV(p11->C_Login(CONFORM_BAD_HANDLE, CKU_USER, pin, 8), CKR_SESSION_HANDLE_INVALID);
    RV(p11->C_Login(conform.session, CKU_CONTEXT_SPECIFIC, pin, 8), CKR_OPERATION_NOT_INITIALIZED);
    RV(client_login(conform.session, CKU_USER, "00000000"), CKR_PIN_INCORRECT);
    RV_OR(client_login(conform.session, CKU_USER, "1"), CKR_PIN_INCORRECT, CKR_PIN_LEN_RANGE);
    RV(client_login(conform.session, CKU_SO, CONFORM_PUK), CKR_SESSION_READ_ONLY_EXISTS);
    OK(client_login(conform.session, CKU_USER, CONFORM_PIN));
    RV(client_login(conform.session, CKU_USER, CONFORM_PIN), CKR_USER_ALREADY_LOGGED_IN);
    RV(client_login(conform.session, CKU_USER, "00000000"), CKR_USER_ALREADY_LOGGED_IN);
    OK(p11->C_CloseSession(conform.reader));
    RV(client_login(conform.session, CKU_SO, CONFORM_PUK), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
    OK(p11->C_Logout(conform.session));
    conform_end();
}

static void the_security_officer_has_read_write_sessions_only(void)
{
    struct conform conform = conform_begin(false);
    CK_SESSION_HANDLE reader;

    OK(p11->C_CloseSession(conform.reader));
    OK(client_login(conform.session, CKU_SO, CONFORM_PUK));
    TRUE_THAT(state_of(conform.session) == CKS_RW_SO_FUNCTIONS);
    RV(p11->C_OpenSession(conform.slot, CKF_SERIAL_SESSION, NULL, NULL, &reader),
       CKR_SESSION_READ_WRITE_SO_EXISTS);
    RV(client_login(conform.session, CKU_SO, CONFORM_PUK), CKR_USER_ALREADY_LOGGED_IN);
    RV(client_login(conform.session, CKU_USER, CONFORM_PIN), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
    OK(p11->C_Logout(conform.session));
    OK(p11->C_OpenSession(conform.slot, CKF_SERIAL_SESSION, NULL, NULL, &reader));
    conform_end();
}

static void named_users_are_told_from_the_plain_one(void)
{
    struct conform conform = conform_begin(false);
    const CK_FUNCTION_LIST_3_2 *list = conform_list();
    CK_UTF8CHAR pin[] = CONFORM_PIN, name[] = "somebody";

    OK(list->C_LoginUser(conform.session, CKU_USER, pin, 8, NULL, 0));
    OK(p11->C_Logout(conform.session));
    TRUE_THAT(list->C_LoginUser(conform.session, CKU_USER, pin, 8, name, 8) != CKR_OK);
    conform_end();
}

static void parallel_functions_are_of_the_past(void)
{
    struct conform conform = conform_begin(false);
    CK_BYTE state[64];
    CK_ULONG size = sizeof(state);

    RV(p11->C_GetFunctionStatus(conform.session), CKR_FUNCTION_NOT_PARALLEL);
    RV(p11->C_CancelFunction(conform.session), CKR_FUNCTION_NOT_PARALLEL);
    RV_OR(p11->C_GetOperationState(conform.session, state, &size), CKR_FUNCTION_NOT_SUPPORTED,
          CKR_STATE_UNSAVEABLE);
    RV_OR(p11->C_SetOperationState(conform.session, state, sizeof(state), 0, 0), CKR_FUNCTION_NOT_SUPPORTED,
          CKR_SAVED_STATE_INVALID);
    conform_end();
}

static void an_operation_is_cancelled(void)
{
    struct conform conform = conform_begin(false);
    const CK_FUNCTION_LIST_3_2 *list = conform_list();
    CK_MECHANISM digest = { CKM_SHA256, NULL, 0 };
    CK_BYTE out[32];
    CK_ULONG size = sizeof(out);

    OK(list->C_SessionCancel(conform.session, CKF_DIGEST));
    OK(p11->C_DigestInit(conform.session, &digest));
    OK(p11->C_FindObjectsInit(conform.session, NULL, 0));
    OK(list->C_SessionCancel(conform.session, CKF_DIGEST | CKF_FIND_OBJECTS));
    RV(p11->C_DigestFinal(conform.session, out, &size), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_FindObjectsFinal(conform.session), CKR_OPERATION_NOT_INITIALIZED);
    OK(p11->C_DigestInit(conform.session, &digest));
    OK(p11->C_DigestInit(conform.session, NULL));
    RV(p11->C_DigestFinal(conform.session, out, &size), CKR_OPERATION_NOT_INITIALIZED);
    RV(list->C_SessionCancel(CONFORM_BAD_HANDLE, CKF_DIGEST), CKR_SESSION_HANDLE_INVALID);
    conform_end();
}

const struct conform_story conform_sessions[] = {
    { "sessions are opened and closed", sessions_are_opened_and_closed },
    { "login changes the state of every session", login_changes_the_state_of_every_session },
    { "the last session takes the login with it", the_last_session_takes_the_login_with_it },
    { "login refuses what it must", login_refuses_what_it_must },
    { "the security officer has read/write sessions only",
      the_security_officer_has_read_write_sessions_only },
    { "named users are told from the plain one", named_users_are_told_from_the_plain_one },
    { "parallel functions are of the past", parallel_functions_are_of_the_past },
    { "an operation is cancelled", an_operation_is_cancelled },
    { NULL, NULL },
};

/* PINs: last, as they change the token. */

static CK_RV set_pin(CK_SESSION_HANDLE session, const char *old_pin, const char *new_pin)
{
    return p11->C_SetPIN(session, BYTES_OF_TEXT(old_pin), strlen(old_pin), BYTES_OF_TEXT(new_pin),
                         strlen(new_pin));
}

static void a_pin_is_changed(void)
{
    struct conform conform = conform_begin(false);

    RV(set_pin(conform.reader, CONFORM_PIN, "11223344"), CKR_SESSION_READ_ONLY);
    RV(p11->C_SetPIN(conform.session, NULL, 8, BYTES_OF_TEXT("11223344"), 8), CKR_ARGUMENTS_BAD);
    RV(p11->C_SetPIN(conform.session, BYTES_OF_TEXT(CONFORM_PIN), 8, NULL, 8), CKR_ARGUMENTS_BAD);
    RV(set_pin(conform.session, CONFORM_PIN, "1"), CKR_PIN_LEN_RANGE);
    RV(set_pin(conform.session, CONFORM_PIN, "123456789"), CKR_PIN_LEN_RANGE);
    RV(set_pin(conform.session, "00000000", "11223344"), CKR_PIN_INCORRECT);
    OK(set_pin(conform.session, CONFORM_PIN, "11223344"));
    OK(client_login(conform.session, CKU_USER, "11223344"));
    OK(set_pin(conform.session, "11223344", CONFORM_PIN));
    OK(p11->C_Logout(conform.session));
    RV(client_login(conform.session, CKU_USER, "11223344"), CKR_PIN_INCORRECT);
    OK(client_login(conform.session, CKU_USER, CONFORM_PIN));
    conform_end();
}

static void the_security_officer_sets_the_users_pin(void)
{
    struct conform conform = conform_begin(false);
    CK_UTF8CHAR pin[] = "99887766";

    RV(p11->C_InitPIN(conform.session, pin, 8), CKR_USER_NOT_LOGGED_IN);
    OK(client_login(conform.session, CKU_USER, CONFORM_PIN));
    RV(p11->C_InitPIN(conform.session, pin, 8), CKR_USER_NOT_LOGGED_IN);
    OK(p11->C_Logout(conform.session));
    RV_OR(p11->C_InitPIN(conform.reader, pin, 8), CKR_SESSION_READ_ONLY, CKR_USER_NOT_LOGGED_IN);
    OK(p11->C_CloseSession(conform.reader));
    OK(client_login(conform.session, CKU_SO, CONFORM_PUK));
    RV(p11->C_InitPIN(conform.session, NULL, 8), CKR_ARGUMENTS_BAD);
    RV(p11->C_InitPIN(conform.session, pin, 1), CKR_PIN_LEN_RANGE);
    OK(p11->C_InitPIN(conform.session, pin, 8));
    OK(p11->C_Logout(conform.session));
    OK(client_login(conform.session, CKU_USER, "99887766"));
    OK(set_pin(conform.session, "99887766", CONFORM_PIN));
    conform_end();
}

static void a_token_is_initialised_only_without_sessions(void)
{
    struct conform conform = conform_begin(false);
    CK_UTF8CHAR label[33] = "conformance                     ", so[] = CONFORM_SO;

    RV(p11->C_InitToken(conform.slot, so, sizeof(so) - 1, label), CKR_SESSION_EXISTS);
    OK(p11->C_CloseAllSessions(conform.slot));
    RV(p11->C_InitToken(CONFORM_BAD_HANDLE, so, sizeof(so) - 1, label), CKR_SLOT_ID_INVALID);
    RV(p11->C_InitToken(conform.slot, NULL, 8, label), CKR_ARGUMENTS_BAD);
    RV(p11->C_InitToken(conform.slot, so, sizeof(so) - 1, NULL), CKR_ARGUMENTS_BAD);
    so[0] = 'F';
    RV(p11->C_InitToken(conform.slot, so, sizeof(so) - 1, label), CKR_PIN_INCORRECT);
    conform_end();
}

static void an_initialised_token_is_empty(void)
{
    CK_UTF8CHAR label[33] = "conformance                     ", so[] = CONFORM_SO;
    CK_TOKEN_INFO info;
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session;

    client_initialize();
    slot = client_slot(0);
    OK(p11->C_InitToken(slot, so, sizeof(so) - 1, label));
    OK(p11->C_GetTokenInfo(slot, &info));
    TRUE_THAT((info.flags & CKF_TOKEN_INITIALIZED) != 0);
    session = client_session(slot, true);
    TRUE_THAT(client_count_objects(session, CKO_CERTIFICATE) == 0);
    TRUE_THAT(client_count_objects(session, CKO_PUBLIC_KEY) == 0);
    OK(client_login(session, CKU_SO, CONFORM_SO));
    OK(p11->C_InitPIN(session, BYTES_OF_TEXT(CONFORM_PIN), 8));
    OK(p11->C_Logout(session));
    OK(client_login(session, CKU_USER, CONFORM_PIN));
    TRUE_THAT(client_count_objects(session, CKO_PRIVATE_KEY) == 0);
    conform_end();
}

const struct conform_story conform_pins[] = {
    { "a PIN is changed", a_pin_is_changed },
    { "the security officer sets the user's PIN", the_security_officer_sets_the_users_pin },
    { "a token is initialised only without sessions", a_token_is_initialised_only_without_sessions },
    { "an initialised token is empty", an_initialised_token_is_empty },
    { NULL, NULL },
};
