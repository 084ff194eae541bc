/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/session.h"

#include <string.h>

#include "tool/pin_rule.h"
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

void session_logout(struct session *session)
{
    if (session->logged_in)
        session->client->p11->C_Logout(session->handle);
    session->logged_in = session->as_officer = false;
    secret_free(&session->pin);
}

void session_close(struct session *session)
{
    session_logout(session);
    if (session->client)
        session->client->p11->C_CloseSession(session->handle);
    *session = (struct session){ 0 };
}

/** Cryptoki's pointers are not const, and nothing is written through this one. */
static CK_UTF8CHAR_PTR pin_pointer(const struct secret *pin)
{
    return pin ? (CK_UTF8CHAR_PTR)(uintptr_t)secret_bytes(pin).data : NULL;
}

CK_RV session_present(struct session *session, CK_USER_TYPE user, const struct secret *pin)
{
    return session->client->p11->C_Login(session->handle, user, pin_pointer(pin), secret_size(pin));
}

CK_RV session_set_pin(const struct session *session, const struct secret *old_pin, const struct secret *new_pin)
{
    return session->client->p11->C_SetPIN(session->handle, pin_pointer(old_pin), secret_size(old_pin),
                                          pin_pointer(new_pin), secret_size(new_pin));
}

CK_RV session_init_pin(const struct session *session, const struct secret *new_pin)
{
    return session->client->p11->C_InitPIN(session->handle, pin_pointer(new_pin), secret_size(new_pin));
}

CK_RV session_init_token(const struct client *client, CK_SLOT_ID slot, const struct secret *so_pin, const char *label)
{
    CK_UTF8CHAR padded[32];
    size_t size = strlen(label);

    if (size > sizeof(padded))
        for (size = sizeof(padded); size > 0 && ((uint8_t)label[size] & 0xC0) == 0x80;)
            size--;
    memset(padded, ' ', sizeof(padded));
    memcpy(padded, label, size);
    return client->p11->C_InitToken(slot, pin_pointer(so_pin), secret_size(so_pin), padded);
}

enum exit_code session_tell_locked(const struct ui *ui, CK_USER_TYPE user)
{
    if (user != CKU_SO)
        return rv_fail(ui, CKR_PIN_LOCKED, _("logging in"));
    return ui_fail(ui, EXIT_CODE_PIN_LOCKED,
                   _("Nothing on the token can be administered any more; some tokens can be erased with \"ecp init\" and used again."),
                   _("the PUK or security officer's PIN is locked: too many wrong tries"));
}

static enum exit_code tell_refused(const struct ui *ui, struct session *session, CK_USER_TYPE user, CK_RV rv)
{
    CK_FLAGS flags = session->token.info.flags;
    bool user_pin = user != CKU_SO;

    if (rv != CKR_PIN_INCORRECT && rv != CKR_PIN_LOCKED)
        return rv_fail(ui, rv, _("logging in"));
    if (rv == CKR_PIN_LOCKED || flags & (user_pin ? CKF_USER_PIN_LOCKED : CKF_SO_PIN_LOCKED))
        return session_tell_locked(ui, user);
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

static enum exit_code refuse_factory(const struct ui *ui)
{
    return ui_fail(ui, EXIT_CODE_PIN_RULE, _("Choose your own PIN with \"ecp pin change\"; then start again."),
                   _("the token still has the PIN of the factory, which everybody knows"));
}

static enum exit_code check_before(const struct ui *ui, const struct session *session, CK_USER_TYPE user, bool factory)
{
    CK_FLAGS flags = session->token.info.flags;

    if (user == CKU_SO)
        return flags & CKF_SO_PIN_LOCKED ? session_tell_locked(ui, user) : EXIT_CODE_OK;
    if (flags & CKF_USER_PIN_LOCKED)
        return session_tell_locked(ui, user);
    if (!(flags & CKF_USER_PIN_INITIALIZED))
        return rv_fail(ui, CKR_USER_PIN_NOT_INITIALIZED, _("logging in"));
    return (flags & CKF_USER_PIN_TO_BE_CHANGED) && !factory ? refuse_factory(ui) : EXIT_CODE_OK;
}

static enum exit_code ask(const struct ui *ui, const struct session *session, struct pin_source *source,
                          CK_USER_TYPE user, struct secret **ret)
{
    CK_FLAGS last = user == CKU_SO ? CKF_SO_PIN_FINAL_TRY : CKF_USER_PIN_FINAL_TRY;

    return pin_source_read(ui, source, user == CKU_SO ? PIN_OF_OFFICER : PIN_OF_USER, session->token.label,
                           session->token.info.flags & last, ret);
}

/** The PIN was right, and the session keeps it; but one that everybody knows is for nothing else than changing it. */
static enum exit_code admit(const struct ui *ui, struct session *session, CK_USER_TYPE user, bool factory)
{
    session->logged_in = true;
    session->as_officer = user == CKU_SO;
    if (user == CKU_SO || factory || !session->pin || !pin_rule_is_factory(session->pin))
        return EXIT_CODE_OK;
    session_logout(session);
    return refuse_factory(ui);
}

enum exit_code session_login_from(const struct ui *ui, struct session *session, struct pin_source *source,
                                  CK_USER_TYPE user, bool factory)
{
    bool on_reader = session->token.info.flags & CKF_PROTECTED_AUTHENTICATION_PATH && user != CKU_SO;

    TRY_CODE(check_before(ui, session, user, factory));
    for (;;) {
        SCOPED(secret_free) struct secret *pin = NULL;
        CK_RV rv;

        if (on_reader)
            ui_note(ui, "%s", _("Enter the PIN on the keys of the reader."));
        else
            TRY_CODE(ask(ui, session, source, user, &pin));
        rv = session_present(session, user, pin);
        if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN) {
            session->pin = pin;
            pin = NULL;
            return admit(ui, session, user, factory);
        }
        client_look(session->client, session->token.slot, &session->token);
        if (on_reader || !pin_source_is_person(source) || !may_ask_again(session, user, rv))
            return tell_refused(ui, session, user, rv);
        ui_note(ui, "%s", _("The PIN is wrong. Try again."));
    }
}

enum exit_code session_login(const struct ui *ui, struct session *session, const struct common *common,
                             CK_USER_TYPE user, bool factory)
{
    SCOPED(pin_source_close) struct pin_source source = { .fd = -1 };

    TRY_CODE(pin_source_open(ui, common, &source));
    return session_login_from(ui, session, &source, user, factory);
}
