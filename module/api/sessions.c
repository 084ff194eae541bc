/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sessions, login and PINs (PKCS#11 3.2, 5.6, and C_InitPIN and C_SetPIN of 5.5). */
#include "module/api/call.h"
#include "module/api/pin.h"
#include "module/rv.h"

static CK_RV sessions_open(struct call *call, CK_FLAGS flags, CK_SESSION_HANDLE *ret)
{
    const bool read_write = (flags & CKF_RW_SESSION) != 0;

    if (ret == NULL)
        return CKR_ARGUMENTS_BAD;
    if (!read_write && token_view(call->place.token)->login == TOKEN_SO)
        return CKR_SESSION_READ_WRITE_SO_EXISTS;
    LOCK_SCOPE(&call->library->lock);
    return sessions_add(&call->library->sessions, call->slot, call->generation, read_write, ret);
}

/* The flags are looked at before a card is. */
static CK_RV sessions_check_flags(struct call *call, CK_SLOT_ID id, CK_FLAGS flags)
{
    if ((flags & CKF_SERIAL_SESSION) == 0) {
        TRY_RV(call_on_library(call));
        return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
    }
    if ((flags & CKF_ASYNC_SESSION) != 0) {
        TRY_RV(call_on_library(call));
        return CKR_SESSION_ASYNC_NOT_SUPPORTED;
    }
    return call_on_slot(call, id);
}

CK_RV C_OpenSession(CK_SLOT_ID slotID, CK_FLAGS flags, CK_VOID_PTR pApplication, CK_NOTIFY Notify,
                    CK_SESSION_HANDLE_PTR phSession)
{
    (void)pApplication;
    (void)Notify;
    CALL_RETURN(sessions_check_flags(&call, slotID, flags), sessions_open(&call, flags, phSession));
}

/* What the user alone may see does not outlive the login. */
static void sessions_forget_private(struct token *token)
{
    struct object *object = token_objects(token)->first;
    while (object != NULL) {
        struct object *next = object->next;
        if (object->owner != CK_INVALID_HANDLE && object->private)
            object_store_remove(token_objects(token), object);
        object = next;
    }
}

/* A PIN that was given for one use is the login's, too. One that is not RIGHT (NULL: none is) is not presented any
 * more. */
static void sessions_forget_pins(struct call *call, const struct secret *right)
{
    LOCK_SCOPE(&call->library->lock);
    for (struct session *session = call->library->sessions.first; session != NULL; session = session->next)
        for (size_t i = 0; session->slot == call->slot && i < OPERATION_USES; i++)
            if (session->operations[i] != NULL && (right == NULL || !secret_equal(session->operations[i]->pin, right)))
                secret_free(&session->operations[i]->pin);
}

static CK_RV sessions_logout(struct call *call, struct token *token)
{
    CK_RV rv = token_logout(token);

    if (token_view(token)->login == TOKEN_PUBLIC) {
        sessions_forget_private(token);
        sessions_forget_pins(call, NULL);
    }
    return rv;
}

/* Takes SESSION out; the last one on a token logs out, or at least forgets the login if no card hears of it
 * now. */
static void sessions_close(struct call *call, struct session *session)
{
    const unsigned generation = session->generation;
    struct token *token = slot_left_token(&call->library->slots, call->slot, generation);
    CK_ULONG left;

    if (token != NULL)
        object_store_clear_session(token_objects(token), session->handle);
    lock_take(&call->library->lock);
    sessions_remove(&call->library->sessions, session);
    left = sessions_count(&call->library->sessions, call->slot, generation, NULL);
    lock_release(&call->library->lock);
    if (left == 0 && token != NULL && token_view(token)->login != TOKEN_PUBLIC)
        (void)sessions_logout(call, token);
}

static CK_RV sessions_close_one(struct call *call)
{
    sessions_close(call, call->session);
    return CKR_OK;
}

CK_RV C_CloseSession(CK_SESSION_HANDLE hSession)
{
    CALL_RETURN(call_on_session_alone(&call, hSession), sessions_close_one(&call));
}

static struct session *sessions_any(struct call *call)
{
    LOCK_SCOPE(&call->library->lock);
    return sessions_on_slot(&call->library->sessions, call->slot);
}

static CK_RV sessions_close_all(struct call *call)
{
    struct session *session;

    while ((session = sessions_any(call)) != NULL)
        sessions_close(call, session);
    return CKR_OK;
}

CK_RV C_CloseAllSessions(CK_SLOT_ID slotID)
{
    CALL_RETURN(call_on_slot_alone(&call, slotID), sessions_close_all(&call));
}

/* From what is known: a card is neither asked nor waited for. */
static CK_RV sessions_info(struct library *library, CK_SESSION_HANDLE handle, CK_SESSION_INFO *info)
{
    const struct session *session;

    if (info == NULL)
        return CKR_ARGUMENTS_BAD;
    TRY_RV(slots_refresh(&library->slots));
    LOCK_SCOPE(&library->lock);
    session = sessions_find(&library->sessions, handle);
    if (session == NULL)
        return CKR_SESSION_HANDLE_INVALID;
    const struct slot *slot = session->slot;
    if (slot->state == SLOT_EMPTY || slot->generation != session->generation)
        return CKR_DEVICE_REMOVED;
    *info = (CK_SESSION_INFO){
        .slotID = slot->id,
        .state = session_state(session->read_write,
                               slot->state == SLOT_RECOGNISED ? slot->view.login : TOKEN_PUBLIC),
        .flags = CKF_SERIAL_SESSION | (session->read_write ? CKF_RW_SESSION : 0),
    };
    return CKR_OK;
}

CK_RV C_GetSessionInfo(CK_SESSION_HANDLE hSession, CK_SESSION_INFO_PTR pInfo)
{
    CALL_RETURN(call_on_library(&call), sessions_info(call.library, hSession, pInfo));
}

static bool sessions_any_read_only(struct call *call)
{
    CK_ULONG all, read_write;
    LOCK_SCOPE(&call->library->lock);
    all = sessions_count(&call->library->sessions, call->slot, call->generation, &read_write);
    return all != read_write;
}

/* The running operation that waits for the PIN, or NULL. */
static struct operation *sessions_waiting(const struct session *session)
{
    static const enum operation_use uses[] = { OPERATION_SIGN, OPERATION_DECRYPT, OPERATION_SIGN_RECOVER,
                                               OPERATION_MESSAGE_SIGN };
    for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
        if (session->operations[uses[i]] != NULL && session->operations[uses[i]]->always_pin)
            return session->operations[uses[i]];
    return NULL;
}

static CK_RV sessions_login_context(struct call *call, const struct secret *pin)
{
    struct operation *operation = sessions_waiting(call->session);
    struct secret *presented = NULL;

    if (operation == NULL)
        return CKR_OPERATION_NOT_INITIALIZED;
    TRY_RV(token_login_context(call->place.token, pin, &presented));
    secret_free(&operation->pin);
    operation->pin = presented;
    if (pin != NULL)
        sessions_forget_pins(call, pin);
    return CKR_OK;
}

static CK_RV sessions_login(struct call *call, CK_USER_TYPE user, const void *pin, CK_ULONG size)
{
    SCOPED(secret_free) struct secret *secret = NULL;

    TRY_RV(pin_take(token_view(call->place.token), pin, size, CKR_PIN_INCORRECT, &secret));
    switch (user) {
    case CKU_CONTEXT_SPECIFIC:
        return sessions_login_context(call, secret);
    case CKU_SO:
        if (sessions_any_read_only(call))
            return CKR_SESSION_READ_ONLY_EXISTS;
        break;
    case CKU_USER:
        break;
    default:
        return CKR_USER_TYPE_INVALID;
    }
    /* a login that ended by itself */
    if (token_view(call->place.token)->login == TOKEN_PUBLIC)
        sessions_forget_pins(call, NULL);
    return token_login(call->place.token, user, secret);
}

CK_RV C_Login(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen)
{
    CALL_RETURN(call_on_session(&call, hSession), sessions_login(&call, userType, pPin, ulPinLen));
}

/* These tokens know one user and one security officer, without names. */
static CK_RV sessions_login_named(struct call *call, CK_USER_TYPE user, const void *pin, CK_ULONG size,
                                  CK_ULONG name_size)
{
    return name_size == 0 ? sessions_login(call, user, pin, size) : CKR_FUNCTION_NOT_SUPPORTED;
}

CK_RV C_LoginUser(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen,
                  CK_UTF8CHAR_PTR pUsername, CK_ULONG ulUsernameLen)
{
    (void)pUsername;
    CALL_RETURN(call_on_session(&call, hSession),
                sessions_login_named(&call, userType, pPin, ulPinLen, ulUsernameLen));
}

CK_RV C_Logout(CK_SESSION_HANDLE hSession)
{
    CALL_RETURN(call_on_session(&call, hSession), sessions_logout(&call, call.place.token));
}

static CK_RV sessions_init_pin(struct call *call, const void *pin, CK_ULONG size)
{
    SCOPED(secret_free) struct secret *secret = NULL;

    TRY_RV(pin_take(token_view(call->place.token), pin, size, CKR_PIN_LEN_RANGE, &secret));
    if (token_view(call->place.token)->login != TOKEN_SO)
        return CKR_USER_NOT_LOGGED_IN;
    return token_init_pin(call->place.token, secret);
}

CK_RV C_InitPIN(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen)
{
    CALL_RETURN(call_on_writable(&call, hSession), sessions_init_pin(&call, pPin, ulPinLen));
}

static CK_RV sessions_set_pin(struct call *call, const void *old_pin, CK_ULONG old_size, const void *new_pin,
                              CK_ULONG new_size)
{
    SCOPED(secret_free) struct secret *old_secret = NULL;
    SCOPED(secret_free) struct secret *new_secret = NULL;

    TRY_RV(pin_take(token_view(call->place.token), old_pin, old_size, CKR_PIN_INCORRECT, &old_secret));
    TRY_RV(pin_take(token_view(call->place.token), new_pin, new_size, CKR_PIN_LEN_RANGE, &new_secret));
    TRY_RV(token_set_pin(call->place.token, old_secret, new_secret));
    sessions_forget_pins(call, new_secret);
    return CKR_OK;
}

CK_RV C_SetPIN(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pOldPin, CK_ULONG ulOldLen,
               CK_UTF8CHAR_PTR pNewPin, CK_ULONG ulNewLen)
{
    CALL_RETURN(call_on_writable(&call, hSession),
                sessions_set_pin(&call, pOldPin, ulOldLen, pNewPin, ulNewLen));
}

static CK_RV sessions_cancel(struct session *session, CK_FLAGS flags)
{
    static const struct {
        CK_FLAGS flag;
        enum operation_use use;
    } rows[] = {
        { CKF_DIGEST, OPERATION_DIGEST },
        { CKF_SIGN, OPERATION_SIGN },
        { CKF_SIGN_RECOVER, OPERATION_SIGN_RECOVER },
        { CKF_VERIFY, OPERATION_VERIFY },
        { CKF_VERIFY, OPERATION_SIGNATURE_VERIFY },
        { CKF_VERIFY_RECOVER, OPERATION_VERIFY_RECOVER },
        { CKF_ENCRYPT, OPERATION_ENCRYPT },
        { CKF_DECRYPT, OPERATION_DECRYPT },
        { CKF_MESSAGE_SIGN, OPERATION_MESSAGE_SIGN },
        { CKF_MESSAGE_VERIFY, OPERATION_MESSAGE_VERIFY },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if ((flags & rows[i].flag) != 0)
            operation_free(&session->operations[rows[i].use]);
    if ((flags & CKF_FIND_OBJECTS) != 0)
        search_free(&session->search);
    return CKR_OK;
}

CK_RV C_SessionCancel(CK_SESSION_HANDLE hSession, CK_FLAGS flags)
{
    CALL_RETURN(call_on_session(&call, hSession), sessions_cancel(call.session, flags));
}

static CK_RV sessions_validation(CK_SESSION_VALIDATION_FLAGS_TYPE type, CK_FLAGS *ret)
{
    if (ret == NULL || type != CKS_LAST_VALIDATION_OK)
        return CKR_ARGUMENTS_BAD;
    /* no validation of this module or its cards is claimed */
    *ret = 0;
    return CKR_OK;
}

CK_RV C_GetSessionValidationFlags(CK_SESSION_HANDLE hSession, CK_SESSION_VALIDATION_FLAGS_TYPE type,
                                  CK_FLAGS_PTR pFlags)
{
    CALL_RETURN(call_on_session(&call, hSession), sessions_validation(type, pFlags));
}
