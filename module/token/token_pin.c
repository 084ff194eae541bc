/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* token_pin.c: login, logout, and PINs that change. Each PIN is presented after a SELECT, in one transaction,
 * once. */
#include <string.h>

#include "module/rv.h"
#include "module/token/token_state.h"

#define LABEL_SIZE 32
#define NOT_SENT_TRIES 2

/** What a PIN command is about. */
struct pin_job {
    enum card_role role;
    const struct secret *pin; /**< presented; NULL: entered on the reader's keys */
    const struct secret *new_pin;
    const char *label;
    int tries;
    bool sent; /**< something reached the card, or may have */
    enum result (*run)(struct token *token, struct pin_job *job);
};

/**
 * The user PIN has no tries left, truly: what is believed may be out of date, and a card that does not know the
 * question has to see the PIN. Not so for the security officer, who may have another secret than the one whose tries are
 * counted, and may start over when nothing else helps.
 */
static enum result pin_check_blocked(struct token *token, enum card_role role)
{
    struct card_pin *known = &token->view.info.user;
    struct card_pin now;
    enum result result;

    if (role != CARD_USER || !known->blocked || !token->card->driver->pin_status)
        return RESULT_OK;
    memset(&now, 0, sizeof(now));
    result = token->card->driver->pin_status(token->card, role, &now);
    if (result != RESULT_OK)
        return token_not_asked(result) ? result : RESULT_OK;
    *known = now;
    return known->blocked ? RESULT_PIN_BLOCKED : RESULT_OK;
}

/** After a success the card counts anew; where it does not say from what number, it is asked if that matters.
 */
static void pin_count_anew(struct token *token, enum card_role role)
{
    struct card_pin *known = role == CARD_USER ? &token->view.info.user : &token->view.info.so;
    struct card_pin now;

    if (!known->known || known->tries_max != CARD_TRIES_UNKNOWN || known->tries_left > 2 ||
        !token->card->driver->pin_status)
        return;
    memset(&now, 0, sizeof(now));
    if (token->card->driver->pin_status(token->card, role, &now) == RESULT_OK)
        *known = now;
}

/** After a failure whose answer did not tell how many tries are left. */
static void pin_ask_tries(struct token *token, const struct pin_job *job)
{
    struct card_pin now;

    if (job->tries != CARD_TRIES_UNKNOWN || !token->card->driver->pin_status)
        return;
    memset(&now, 0, sizeof(now));
    if (token->card->driver->pin_status(token->card, job->role, &now) != RESULT_OK)
        return;
    if (job->role == CARD_USER)
        token->view.info.user = now;
    else
        token->view.info.so = now;
}

static enum result pin_attempt(struct token *token, struct pin_job *job)
{
    enum result result;

    TRY(token_recognise(token));
    if (token->suspicious)
        TRY(token_compare(token));
    TRY(pin_check_blocked(token, job->role));
    job->tries = CARD_TRIES_UNKNOWN;
    result = job->run(token, job);
    job->sent = !token_not_sent(result);
    token_note_pin(token, job->role, result, job->tries);
    if (result == RESULT_OK)
        pin_count_anew(token, job->role);
    else if (result == RESULT_PIN_WRONG)
        pin_ask_tries(token, job);
    return result;
}

/** Runs JOB in a transaction; again only if nothing was sent the first time. */
static enum result pin_do(struct token *token, struct pin_job *job)
{
    enum result result = RESULT_OK;

    TRY(token_enter(token));
    for (int i = 0; i < NOT_SENT_TRIES; i++) {
        result = pin_attempt(token, job);
        if (result != RESULT_CARD_RESET && result != RESULT_NO_SERVICE)
            break;
        TRY(token_again(token, result));
    }
    return result;
}

/**
 * A PIN that cannot be given: an empty one is never sent, because a card may take it for a question. The
 * reader's keys are for the user's PIN: what the security officer knows is needed again later.
 */
static CK_RV pin_check_given(const struct token *token, enum card_role role, const struct secret *pin)
{
    if (pin)
        return secret_size(pin) > 0 ? CKR_OK : CKR_PIN_INCORRECT;
    return token->view.pinpad && role == CARD_USER ? CKR_OK : CKR_ARGUMENTS_BAD;
}

static CK_RV pin_check_new(const struct secret *pin)
{
    if (!pin)
        return CKR_ARGUMENTS_BAD;
    return secret_size(pin) > 0 ? CKR_OK : CKR_PIN_LEN_RANGE;
}

/** For a PIN that is to be right already, wrong length and wrong characters are just wrong. */
static CK_RV pin_rv(CK_RV rv)
{
    return rv == CKR_PIN_LEN_RANGE || rv == CKR_PIN_INVALID ? CKR_PIN_INCORRECT : rv;
}

/** What no function that presents a PIN may say (PKCS#11 5.5 and 5.6): the card refuses, for a reason of its own. */
static enum result pin_outcome(enum result result)
{
    return result == RESULT_NOT_AUTHENTICATED || result == RESULT_NOT_ALLOWED || result == RESULT_EXISTS
               ? RESULT_REFUSED
               : result;
}

/** Whether the card took the PIN for a right one, and which one it knows now, nobody will know. */
static bool pin_unknown(const struct pin_job *job, enum result result)
{
    return job->sent && (result == RESULT_TRANSPORT || result == RESULT_CARD_FAILURE);
}

/** Whatever the card made of a PIN that was sent, and of the rights that went with it: they end here. */
static void pin_resign(struct token *token, const struct pin_job *job)
{
    if (!job->sent)
        return;
    token_unverify(token);
    if (job->role == CARD_SO && token->open)
        (void)!token_recognise(token);
}

bool token_pin_unclear(enum result result)
{
    return result != RESULT_OK && result != RESULT_PIN_WRONG && result != RESULT_PIN_BLOCKED &&
           result != RESULT_PIN_LENGTH && result != RESULT_PIN_CHARACTERS && result != RESULT_NO_MEMORY &&
           !token_not_sent(result);
}

static enum result run_verify(struct token *token, struct pin_job *job)
{
    if (!token->card->driver->verify_pin)
        return RESULT_UNSUPPORTED;
    return token->card->driver->verify_pin(token->card, job->role, job->pin, &job->tries);
}

static CK_RV login_check(const struct token *token, CK_USER_TYPE user)
{
    if (user != CKU_USER && user != CKU_SO)
        return CKR_USER_TYPE_INVALID;
    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (token->view.login == TOKEN_PUBLIC)
        return user == CKU_USER && !token->view.info.pin_initialized ? CKR_USER_PIN_NOT_INITIALIZED : CKR_OK;
    return (token->view.login == TOKEN_USER) == (user == CKU_USER) ? CKR_USER_ALREADY_LOGGED_IN
                                                                   : CKR_USER_ANOTHER_ALREADY_LOGGED_IN;
}

static enum result login_user(struct token *token, const struct secret *pin)
{
    struct pin_job job = { .role = CARD_USER, .pin = pin, .run = run_verify };
    SCOPED(secret_free) struct secret *kept = NULL;
    enum result result;

    /* First: a card that was told the PIN belongs to somebody who is logged in. */
    if (pin && token->place.config->keep_pin)
        TRY(secret_copy(pin, &kept));
    result = pin_do(token, &job);
    if (token_pin_unclear(result))
        token_unverify(token);
    TRY(result);
    token_forget(token, false);
    token->pin = kept;
    kept = NULL;
    token->view.login = TOKEN_USER;
    token->verified = true;
    token_suspect(token);
    return RESULT_OK;
}

static enum result login_so(struct token *token, const struct secret *pin)
{
    struct pin_job job = { .role = CARD_SO, .pin = pin, .run = run_verify };
    SCOPED(secret_free) struct secret *kept = NULL;
    enum result result;

    if (pin)
        TRY(secret_copy(pin, &kept));
    result = pin_do(token, &job);
    if (result != RESULT_OK)
        pin_resign(token, &job);
    TRY(result);
    token_forget(token, false);
    token->so = kept;
    kept = NULL;
    token->view.login = TOKEN_SO;
    /* What the card may have allowed to whoever knows this PIN lasts until the application is selected again.
     */
    (void)!token_recognise(token);
    return RESULT_OK;
}

CK_RV token_login(struct token *token, CK_USER_TYPE user, const struct secret *pin)
{
    TRY_RV(login_check(token, user));
    TRY_RV(pin_check_given(token, user == CKU_USER ? CARD_USER : CARD_SO, pin));
    return pin_rv(
        token_finish(token, pin_outcome(user == CKU_USER ? login_user(token, pin) : login_so(token, pin))));
}

/** To select alone is not enough where the card may still have the PIN verified: some keep it then. */
static enum result logout_attempt(struct token *token)
{
    if (!token->selected)
        TRY(token_recognise(token));
    return token->card->driver->logout ? token->card->driver->logout(token->card) : RESULT_UNSUPPORTED;
}

/** Makes the card forget the PIN; if it will not hear of it, selects, after which none counts. */
static enum result logout_card(struct token *token)
{
    enum result result;

    TRY(token_enter(token));
    result = logout_attempt(token);
    if (result == RESULT_TRANSPORT || result == RESULT_NO_SERVICE) {
        TRY(token_again(token, result));
        result = logout_attempt(token);
    }
    if (result != RESULT_OK && result != RESULT_CARD_REMOVED && result != RESULT_READER_GONE)
        result = token_recognise(token);
    return result;
}

CK_RV token_logout(struct token *token)
{
    enum token_login_state before = token->view.login;
    enum result result;

    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (before == TOKEN_PUBLIC) {
        /* It ended by itself; the application may tidy up. */
        bool lost = token->lost;
        token->lost = false;
        return lost ? CKR_OK : CKR_USER_NOT_LOGGED_IN;
    }
    result = before == TOKEN_USER ? logout_card(token) : RESULT_OK;
    token_forget(token, false);
    return token_finish(token, result);
}

CK_RV token_login_context(struct token *token, const struct secret *pin, struct secret **ret_pin)
{
    *ret_pin = NULL;
    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (token->view.login != TOKEN_USER)
        return CKR_USER_NOT_LOGGED_IN;
    TRY_RV(pin_check_given(token, CARD_USER, pin));
    if (!pin) {
        token->pad_once = true;
        return CKR_OK;
    }
    if (!token->pin || !secret_equal(pin, token->pin)) {
        CK_RV rv = pin_rv(token_finish(token, pin_outcome(login_user(token, pin))));
        if (rv != CKR_OK)
            return rv;
    }
    return rv_from_result(secret_copy(pin, ret_pin));
}

static enum result run_change(struct token *token, struct pin_job *job)
{
    const struct card_driver *driver = token->card->driver;

    return driver->change_pin(token->card, job->role, job->pin, job->new_pin, &job->tries);
}

/** Presents the PIN that the card has just been given: one that it refuses all the same, or perhaps, is never presented
 * again. */
static void pin_present_new(struct token *token, const struct secret *new_pin)
{
    int tries = CARD_TRIES_UNKNOWN;
    enum result result = token->card->driver->verify_pin(token->card, CARD_USER, new_pin, &tries);

    token->verified = result == RESULT_OK;
    token_note_pin(token, CARD_USER, result, tries);
    if (result == RESULT_OK || result == RESULT_NO_MEMORY || token_not_sent(result))
        return;
    if (token_pin_unclear(result))
        token_unverify(token);
    token_forget(token, true);
}

/** The card now knows NEW_PIN: whoever was logged in stays so, and who was not must not be. */
static void pin_changed(struct token *token, const struct pin_job *job, enum token_login_state before)
{
    if (job->role == CARD_SO) {
        if (before == TOKEN_SO && job->new_pin) {
            secret_free(&token->so);
            (void)!secret_copy(job->new_pin, &token->so);
        }
        return;
    }
    token->view.info.user.factory = false;
    if (before == TOKEN_PUBLIC) {
        if (!token->card->driver->logout || token->card->driver->logout(token->card) != RESULT_OK)
            (void)!token_recognise(token);
        return;
    }
    secret_free(&token->pin);
    if (job->new_pin && token->place.config->keep_pin)
        (void)!secret_copy(job->new_pin, &token->pin);
    token->view.login = TOKEN_USER;
    token->lost = false;
    if (job->new_pin)
        pin_present_new(token, job->new_pin);
}

/** RESULT is a failure: who was not logged in is not now, and a PIN that may be an old one is not presented again. */
static void pin_not_changed(struct token *token, const struct pin_job *job, enum token_login_state before,
                            enum result result)
{
    bool unknown = pin_unknown(job, result);

    if (before == TOKEN_PUBLIC || unknown)
        pin_resign(token, job);
    if (before != TOKEN_PUBLIC && unknown)
        token_forget(token, true);
}

static enum result set_pin(struct token *token, struct pin_job *job)
{
    enum token_login_state before = token->view.login;
    enum result result = pin_do(token, job);

    if (result == RESULT_OK)
        pin_changed(token, job, before);
    else
        pin_not_changed(token, job, before, result);
    return result;
}

CK_RV token_set_pin(struct token *token, const struct secret *old_pin, const struct secret *new_pin)
{
    struct pin_job job = { .role = token->view.login == TOKEN_SO ? CARD_SO : CARD_USER,
                           .pin = old_pin,
                           .new_pin = new_pin,
                           .run = run_change };

    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (!token->card->driver->change_pin)
        return CKR_FUNCTION_NOT_SUPPORTED;
    TRY_RV(pin_check_given(token, job.role, old_pin));
    if (old_pin || new_pin)
        TRY_RV(pin_check_new(new_pin));
    return token_finish(token, pin_outcome(set_pin(token, &job)));
}

static enum result run_init_pin(struct token *token, struct pin_job *job)
{
    return token->card->driver->init_pin(token->card, token->so, job->new_pin, &job->tries);
}

static enum result init_pin(struct token *token, struct pin_job *job)
{
    enum result result = pin_do(token, job);

    if (result != RESULT_OK)
        pin_resign(token, job);
    if (result == RESULT_PIN_WRONG || result == RESULT_PIN_BLOCKED || pin_unknown(job, result))
        token_forget(token, true);
    if (result == RESULT_PIN_WRONG || result == RESULT_PIN_BLOCKED)
        return RESULT_NOT_AUTHENTICATED;
    TRY(pin_outcome(result));
    token->view.info.pin_initialized = true;
    token->view.info.user.factory = false;
    token_note_pin(token, CARD_USER, RESULT_OK, CARD_TRIES_UNKNOWN);
    (void)!token_recognise(token);
    return RESULT_OK;
}

CK_RV token_init_pin(struct token *token, const struct secret *new_pin)
{
    struct pin_job job = { .role = CARD_SO, .pin = token->so, .new_pin = new_pin, .run = run_init_pin };

    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (token->view.login != TOKEN_SO)
        return CKR_USER_NOT_LOGGED_IN;
    if (!token->card->driver->init_pin)
        return CKR_FUNCTION_NOT_SUPPORTED;
    TRY_RV(pin_check_new(new_pin));
    return token_finish(token, init_pin(token, &job));
}

static enum result run_format(struct token *token, struct pin_job *job)
{
    return token->card->driver->format(token->card, job->pin, job->label, &job->tries);
}

static enum result format(struct token *token, struct pin_job *job)
{
    struct card_info info;
    enum result result = pin_do(token, job);

    if (job->sent)
        token_forget_objects(token);
    if (result != RESULT_OK)
        pin_resign(token, job);
    TRY(result);
    TRY(token_recognise(token));
    memset(&info, 0, sizeof(info));
    TRY(token->card->driver->open(token->card, &info));
    token->view.info = info;
    return RESULT_OK;
}

CK_RV token_init(struct token *token, const struct secret *so_pin, struct bytes label)
{
    char text[LABEL_SIZE + 1] = { 0 };
    struct pin_job job = { .role = CARD_SO, .pin = so_pin, .label = text, .run = run_format };
    size_t size = label.size < LABEL_SIZE ? label.size : LABEL_SIZE;

    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (!token->card->driver->format || !token->view.info.can_format)
        return CKR_FUNCTION_NOT_SUPPORTED;
    TRY_RV(pin_check_given(token, CARD_SO, so_pin));
    while (size > 0 && label.data[size - 1] == ' ')
        size--;
    if (size > 0)
        memcpy(text, label.data, size);
    return pin_rv(token_finish(token, pin_outcome(format(token, &job))));
}
