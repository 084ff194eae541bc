/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* token_write.c: what changes the card's contents: generate, import, store, erase. Never repeated once it was
 * sent. */
#include "module/rv.h"
#include "module/token/token_state.h"

/** A change. */
struct write_job {
    enum result (*run)(struct token *token, struct write_job *job);
    const struct card_key_template *wanted;
    const struct card_private_key *parts;
    struct card_key key;
    struct card_item *item;
    struct bytes value;
    bool replace;
    enum card_kind kind; /**< to be erased; 0: something is made */
    uint32_t reference;
};

/** The right to write, as the security officer or with what the user PIN gives. */
static enum result write_authenticate(struct token *token)
{
    const struct card_driver *driver = token->card->driver;
    bool so = token->view.login == TOKEN_SO;
    enum result result;

    if (!so)
        TRY(token_ready(token));
    else if (!token->selected)
        TRY(token_recognise(token));
    if (so && token->suspicious)
        TRY(token_compare(token));
    if (!driver->authenticate)
        return RESULT_OK;
    result = driver->authenticate(token->card, so ? token->so : NULL);
    if (so && (result == RESULT_PIN_WRONG || result == RESULT_PIN_BLOCKED)) {
        token_note_pin(token, CARD_SO, result, CARD_TRIES_UNKNOWN);
        token_forget(token, true);
        return RESULT_NOT_AUTHENTICATED;
    }
    if (result == RESULT_OK)
        token->proven = true;
    return result;
}

/** Gives the right back, which may outlast a logout on the card, and restores the user's. */
static void write_resign(struct token *token)
{
    if (!token->open || !token->card->driver->authenticate)
        return;
    if (token_recognise(token) != RESULT_OK || token->view.login != TOKEN_USER || !token->pin)
        return;
    /* How many tries there are is known from the last look at the PIN, which may be long ago. */
    if (token->card->driver->pin_status)
        token->view.info.user.known = false;
    (void)!token_present(token);
}

static enum result write_attempt(struct token *token, struct write_job *job)
{
    enum result result;

    TRY(write_authenticate(token));
    result = job->run(token, job);
    if (result == RESULT_OK)
        token->proven = true;
    return result;
}

/** The card said, or it is known otherwise, that nothing was done, and that it may be the selection's fault.
 */
static bool write_may_repeat(enum result result)
{
    return result == RESULT_NOT_AUTHENTICATED || result == RESULT_WRONG_STATE ||
           result == RESULT_CARD_RESET || result == RESULT_NO_SERVICE;
}

static enum result write_do(struct token *token, struct write_job *job)
{
    enum result result;

    TRY(token_enter(token));
    result = write_attempt(token, job);
    if (write_may_repeat(result) && token->view.login != TOKEN_PUBLIC &&
        token_again(token, result) == RESULT_OK)
        result = write_attempt(token, job);
    if (result != RESULT_CARD_REMOVED && result != RESULT_READER_GONE && result != RESULT_TRANSPORT &&
        result != RESULT_NO_SERVICE)
        write_resign(token);
    return result;
}

/**
 * What no function that makes objects may say (PKCS#11 5.7, 5.18): a place that is taken is a value that the template
 * cannot have, and a right that the card does not grant is that of somebody who is not logged in.
 */
static enum result write_outcome(const struct write_job *job, enum result result)
{
    if (result == RESULT_EXISTS && job->kind == 0)
        return RESULT_BAD_ARGUMENT;
    if (result == RESULT_NOT_ALLOWED && job->kind == 0)
        return RESULT_REFUSED;
    if (result == RESULT_PIN_WRONG || result == RESULT_PIN_BLOCKED)
        return RESULT_NOT_AUTHENTICATED;
    return result == RESULT_PIN_LENGTH || result == RESULT_PIN_CHARACTERS ? RESULT_REFUSED : result;
}

static CK_RV write_card(struct token *token, struct write_job *job)
{
    CK_RV rv;

    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (token->view.login == TOKEN_PUBLIC)
        return CKR_USER_NOT_LOGGED_IN;
    rv = token_finish(token, write_outcome(job, write_do(token, job)));
    /* What the application asked for is not possible: that is about its template. */
    return rv == CKR_ARGUMENTS_BAD ? CKR_ATTRIBUTE_VALUE_INVALID : rv;
}

static enum result run_generate(struct token *token, struct write_job *job)
{
    return token->card->driver->generate(token->card, job->wanted, &job->key);
}

CK_RV token_generate(struct token *token, const struct card_key_template *wanted, struct object **ret_public,
                     struct object **ret_private)
{
    struct write_job job = { .run = run_generate, .wanted = wanted };

    if (!token->card->driver->generate)
        return CKR_FUNCTION_NOT_SUPPORTED;
    TRY_RV(write_card(token, &job));
    token_drop(token, CARD_KEY, job.key.reference);
    TRY_RV(token_add_key(token, &job.key, ret_public, ret_private));
    return *ret_public ? CKR_OK : CKR_DEVICE_ERROR;
}

static enum result run_import(struct token *token, struct write_job *job)
{
    return token->card->driver->import_key(token->card, job->wanted, job->parts, &job->key);
}

CK_RV token_import(struct token *token, const struct card_key_template *wanted,
                   const struct card_private_key *parts, struct object **ret)
{
    struct write_job job = { .run = run_import, .wanted = wanted, .parts = parts };

    if (!token->card->driver->import_key)
        return CKR_FUNCTION_NOT_SUPPORTED;
    TRY_RV(write_card(token, &job));
    token_drop(token, CARD_KEY, job.key.reference);
    return token_add_key(token, &job.key, NULL, ret);
}

static enum result run_store(struct token *token, struct write_job *job)
{
    return token->card->driver->store(token->card, job->item, job->value, job->replace);
}

CK_RV token_store(struct token *token, struct card_item *item, struct bytes value, bool replace,
                  struct object **ret)
{
    struct write_job job = { .run = run_store, .item = item, .value = value, .replace = replace };

    if (!token->card->driver->store || item->kind == CARD_KEY)
        return CKR_FUNCTION_NOT_SUPPORTED;
    TRY_RV(write_card(token, &job));
    if (item->kind == CARD_CERT)
        return token_add_cert(token, &item->cert, value, ret);
    return token_add_datum(token, &item->datum, value, ret);
}

static enum result run_erase(struct token *token, struct write_job *job)
{
    return token->card->driver->erase(token->card, job->kind, job->reference);
}

CK_RV token_erase(struct token *token, struct object *object)
{
    struct write_job job = { .run = run_erase, .kind = object->kind, .reference = object->reference };

    if (object->kind == 0 || object->owner != CK_INVALID_HANDLE)
        return CKR_ACTION_PROHIBITED;
    if (!token->card->driver->erase)
        return CKR_FUNCTION_NOT_SUPPORTED;
    TRY_RV(write_card(token, &job));
    token_drop(token, job.kind, job.reference);
    return CKR_OK;
}
