/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/session.h"

#include "tool/pin_source.h"
#include "tool/rv_text.h"
#include "tool/text.h"

enum exit_code session_open(const struct ui *ui, const struct client *client, const struct token *token, bool write,
                            struct session *ret)
{
    CK_RV rv;

    *ret = (struct session){ .client = client, .token = *token };
    rv = client->p11->C_OpenSession(token->slot, CKF_SERIAL_SESSION | (write ? CKF_RW_SESSION : 0), NULL, NULL,
                                    &ret->handle);
    if (rv == CKR_OK)
        return EXIT_CODE_OK;
    *ret = (struct session){ 0 };
    return rv_fail(ui, rv, _("opening a session with the token"));
}

void session_close(struct session *session)
{
    if (session->client && session->logged_in)
        session->client->p11->C_Logout(session->handle);
    if (session->client)
        session->client->p11->C_CloseSession(session->handle);
    secret_free(&session->pin);
    *session = (struct session){ 0 };
}

CK_RV session_present(struct session *session, CK_USER_TYPE user, const struct secret *pin)
{
    struct bytes view = secret_bytes(pin);

    /* Cryptoki's pointers are not const, and nothing is written through this one */
    return session->client->p11->C_Login(session->handle, user, pin ? (CK_UTF8CHAR_PTR)(uintptr_t)view.data : NULL,
                                         pin ? view.size : 0);
}

static enum exit_code tell_refused(const struct ui *ui, struct session *session, CK_USER_TYPE user, CK_RV rv)
{
    CK_FLAGS flags = session->token.info.flags;
    bool user_pin = user != CKU_SO;

    if (rv != CKR_PIN_INCORRECT)
        return rv_fail(ui, rv, _("logging in"));
    if (flags & (user_pin ? CKF_USER_PIN_LOCKED : CKF_SO_PIN_LOCKED))
        return rv_fail(ui, CKR_PIN_LOCKED, _("logging in"));
    if (flags & (user_pin ? CKF_USER_PIN_FINAL_TRY : CKF_SO_PIN_FINAL_TRY))
        return ui_fail(ui, EXIT_CODE_PIN_WRONG, _("Be sure of the PIN before you try again: one more wrong one locks it."),
                       _("the PIN is wrong, and ONE try is left"));
    return rv_fail(ui, rv, _("logging in"));
}

static bool may_ask_again(const struct session *session, CK_USER_TYPE user, CK_RV rv)
{
    CK_FLAGS stop = user != CKU_SO ? CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED : CKF_SO_PIN_FINAL_TRY | CKF_SO_PIN_LOCKED;

    return rv == CKR_PIN_INCORRECT && !(session->token.info.flags & stop);
}

static enum exit_code check_before(const struct ui *ui, const struct session *session, CK_USER_TYPE user, bool factory)
{
    CK_FLAGS flags = session->token.info.flags;

    if (user == CKU_SO)
        return flags & CKF_SO_PIN_LOCKED ? rv_fail(ui, CKR_PIN_LOCKED, _("logging in")) : EXIT_CODE_OK;
    if (flags & CKF_USER_PIN_LOCKED)
        return rv_fail(ui, CKR_PIN_LOCKED, _("logging in"));
    if (!(flags & CKF_USER_PIN_INITIALIZED))
        return rv_fail(ui, CKR_USER_PIN_NOT_INITIALIZED, _("logging in"));
    if ((flags & CKF_USER_PIN_TO_BE_CHANGED) && !factory)
        return ui_fail(ui, EXIT_CODE_PIN_RULE, _("Choose your own PIN with \"ecp pin change\"; then start again."),
                       _("the token still has the PIN of the factory, which everybody knows"));
    return EXIT_CODE_OK;
}

enum exit_code session_login(const struct ui *ui, struct session *session, const struct common *common,
                             CK_USER_TYPE user, bool factory)
{
    SCOPED(pin_source_close) struct pin_source source = { 0 };
    bool on_reader = session->token.info.flags & CKF_PROTECTED_AUTHENTICATION_PATH;

    TRY_CODE(check_before(ui, session, user, factory));
    TRY_CODE(pin_source_open(ui, common, &source));
    for (;;) {
        SCOPED(secret_free) struct secret *pin = NULL;
        CK_RV rv;

        if (on_reader)
            ui_note(ui, _("Enter the PIN on the keys of the reader."));
        else
            TRY_CODE(pin_source_read(ui, &source, user == CKU_SO ? PIN_OF_OFFICER : PIN_OF_USER, session->token.label,
                                     session->token.info.flags & (user == CKU_SO ? CKF_SO_PIN_FINAL_TRY
                                                                                  : CKF_USER_PIN_FINAL_TRY),
                                     &pin));
        rv = session_present(session, user, pin);
        if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN) {
            session->logged_in = true;
            session->pin = pin;
            pin = NULL;
            return EXIT_CODE_OK;
        }
        client_look(session->client, session->token.slot, &session->token);
        if (on_reader || !pin_source_is_person(&source) || !may_ask_again(session, user, rv))
            return tell_refused(ui, session, user, rv);
        ui_note(ui, "%s", _("The PIN is wrong. Try again."));
    }
}
