/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* token_card.c: connection, transaction, and what is done when another program was at the card. */
#include <stdlib.h>
#include <string.h>

#include "module/rv.h"
#include "module/token/token_state.h"
#include "pcsc/trace.h"

#define ENTER_TRIES 2
#define HEAL_TRIES_MIN 2

static void token_disconnect(struct token *token)
{
    if (!token->channel)
        return;
    if (token->open)
        token->channel->ops->end(token->channel);
    token->open = false;
    card_attach(token->card, NULL);
    token->channel->ops->close(token->channel);
    token->channel = NULL;
}

/** The token's reader as it is now. RESULT_READER_GONE; RESULT_CARD_REMOVED if it is empty. */
static enum result token_see(struct token *token, struct reader_state *ret, unsigned *ret_restarts)
{
    struct reader_state *states = calloc(READERS_MAX, sizeof(*states));
    struct reader_source *source = token->place.source;
    enum result result = RESULT_NO_MEMORY;
    size_t count = 0;

    /* What is seen has to be of the service that RESTARTS names: another thread may find a new one meanwhile.
     */
    do {
        *ret_restarts = atomic_load(&source->restarts);
        if (states)
            result = source->ops->list(source, states, READERS_MAX, &count);
    } while (*ret_restarts != atomic_load(&source->restarts));
    if (result == RESULT_OK)
        result = RESULT_READER_GONE;
    for (size_t i = 0; result == RESULT_READER_GONE && i < count; i++)
        if (strcmp(states[i].name, token->seen.name) == 0) {
            *ret = states[i];
            result = states[i].present ? RESULT_OK : RESULT_CARD_REMOVED;
        }
    free(states);
    return result;
}

/** The reader still counts as many insertions as when the token was made: it is the same card. */
static enum result token_check_seen(struct token *token)
{
    struct reader_state now;
    unsigned restarts;

    TRY(token_see(token, &now, &restarts));
    if (restarts != token->restarts)
        token->doubt = true;
    else if (now.counter != token->seen.counter)
        return RESULT_CARD_REMOVED;
    return RESULT_OK;
}

/** A new service counts anew; the card was found to be the same. */
static enum result token_settle(struct token *token)
{
    struct reader_state now;
    unsigned restarts;

    TRY(token_recognise(token));
    TRY(token_compare(token));
    TRY(token_see(token, &now, &restarts));
    token->seen = now;
    token->restarts = restarts;
    token->doubt = false;
    return RESULT_OK;
}

static enum result token_connect(struct token *token)
{
    struct channel *channel = NULL;
    enum result result;

    if (token->channel)
        return RESULT_OK;
    TRY(token->place.source->ops->connect(token->place.source, token->seen.name, &channel));
    result = token->doubt ? RESULT_OK : token_check_seen(token);
    if (result != RESULT_OK) {
        channel->ops->close(channel);
        return result;
    }
    token->channel = channel;
    card_attach(token->card, channel);
    return RESULT_OK;
}

static void token_disbelieve(struct token *token)
{
    token->selected = token->verified = token->proven = false;
    token->suspicious = true;
    token_suspect(token);
}

static enum result token_begin(struct token *token)
{
    bool reset = false;

    token->proven = false;
    TRY(token_connect(token));
    TRY(token->channel->ops->begin(token->channel, &reset));
    token->open = true;
    if (reset || token->doubt)
        token_disbelieve(token);
    return token->doubt ? token_settle(token) : RESULT_OK;
}

static bool service_failed(enum result result)
{
    return result == RESULT_NO_SERVICE || result == RESULT_TRANSPORT;
}

enum result token_enter(struct token *token)
{
    enum result result = RESULT_CARD_REMOVED;

    if (token->gone)
        return RESULT_CARD_REMOVED;
    for (int i = 0; i < ENTER_TRIES; i++) {
        result = token_begin(token);
        if (!service_failed(result))
            break;
        token->doubt = token->doubt || result == RESULT_NO_SERVICE;
        token_disconnect(token);
    }
    /* While readers come back after a restart, an absent card is not yet a removed one. */
    if (token->doubt && !token->open && (result == RESULT_CARD_REMOVED || result == RESULT_READER_GONE))
        return RESULT_NO_SERVICE;
    return result;
}

static bool token_holds(const struct token *token)
{
    return token->view.login != TOKEN_PUBLIC && token->place.config->hold == CONFIG_HOLD_LOGIN &&
           !token->gone;
}

void token_leave(struct token *token)
{
    if (token->open)
        token->channel->ops->end(token->channel);
    token->open = false;
    if (!token_holds(token))
        token_disconnect(token);
}

enum result token_recognise(struct token *token)
{
    enum result result;

    token->selected = token->verified = false;
    result = token->card->driver->recognise(token->card);
    if (result == RESULT_NOT_FOUND)
        return RESULT_CARD_REMOVED;
    token->selected = token->proven = result == RESULT_OK;
    if (token->selected && token->view.login == TOKEN_USER && !token->pin)
        token_forget(token, true);
    return result;
}

enum result token_compare(struct token *token)
{
    struct card_info info;

    memset(&info, 0, sizeof(info));
    TRY(token->card->driver->open(token->card, &info));
    if (strcmp(info.serial, token->view.info.serial) != 0) {
        trace_text(TRACE_ERROR, "token", "another card is in the reader", token->seen.name);
        return RESULT_CARD_REMOVED;
    }
    token->view.info = info;
    token->suspicious = false;
    return RESULT_OK;
}

void token_forget(struct token *token, bool lost)
{
    secret_free(&token->pin);
    secret_free(&token->so);
    token->view.login = TOKEN_PUBLIC;
    token->verified = token->pad_once = false;
    token->lost = lost;
}

void token_note_pin(struct token *token, enum card_role role, enum result result, int tries)
{
    struct card_pin *pin = role == CARD_USER ? &token->view.info.user : &token->view.info.so;

    if (result == RESULT_OK) {
        pin->blocked = false;
        /* The card counts anew; where it does not say from what number, few tries left are no longer believed in. */
        if (pin->tries_max != CARD_TRIES_UNKNOWN || pin->tries_left < HEAL_TRIES_MIN)
            pin->tries_left = pin->tries_max;
    } else if (result == RESULT_PIN_WRONG && tries != CARD_TRIES_UNKNOWN) {
        pin->known = true;
        pin->tries_left = tries;
        pin->blocked = tries == 0;
    } else if (result == RESULT_PIN_BLOCKED) {
        pin->known = pin->blocked = true;
        pin->tries_left = 0;
    }
}

/**
 * Tries enough to risk one with a PIN that was right once: RESULT_NOT_AUTHENTICATED if not. A card that could not be
 * asked has not said so.
 */
static enum result token_check_risk(struct token *token)
{
    struct card_pin *pin = &token->view.info.user, now;
    enum result result;

    if ((!pin->known || pin->tries_left == CARD_TRIES_UNKNOWN) && token->card->driver->pin_status) {
        memset(&now, 0, sizeof(now));
        result = token->card->driver->pin_status(token->card, CARD_USER, &now);
        if (token_not_asked(result))
            return result;
        if (result == RESULT_OK)
            *pin = now;
    }
    return pin->known && !pin->blocked && pin->tries_left >= HEAL_TRIES_MIN ? RESULT_OK : RESULT_NOT_AUTHENTICATED;
}

bool token_not_asked(enum result result)
{
    return result == RESULT_NO_MEMORY || result >= RESULT_CARD_RESET;
}

bool token_not_sent(enum result result)
{
    return result == RESULT_CARD_RESET || result == RESULT_NO_SERVICE || result == RESULT_CARD_REMOVED ||
           result == RESULT_READER_GONE;
}

void token_unverify(struct token *token)
{
    const struct card_driver *driver = token->card->driver;

    token->verified = false;
    if (token->open && (!driver->logout || driver->logout(token->card) != RESULT_OK))
        (void)!token_recognise(token);
}

enum result token_present(struct token *token)
{
    int tries = CARD_TRIES_UNKNOWN;
    enum result result = token->pin ? token_check_risk(token) : RESULT_NOT_AUTHENTICATED;

    if (result == RESULT_NOT_AUTHENTICATED)
        token_forget(token, true);
    TRY(result);
    result = token->card->driver->verify_pin(token->card, CARD_USER, token->pin, &tries);
    if (token_not_sent(result) || result == RESULT_NO_MEMORY)
        return result;
    token_note_pin(token, CARD_USER, result, tries);
    if (result != RESULT_OK) {
        trace_text(TRACE_ERROR, "token", "the PIN was changed elsewhere", token->view.info.label);
        token_forget(token, true);
        if (result != RESULT_PIN_WRONG && result != RESULT_PIN_BLOCKED)
            token_unverify(token);
        return RESULT_NOT_AUTHENTICATED;
    }
    token->verified = true;
    return RESULT_OK;
}

enum result token_heal(struct token *token)
{
    TRY(token_recognise(token));
    if (token->pin)
        TRY(token_compare(token));
    return token_present(token);
}

enum result token_ready(struct token *token)
{
    if (token->view.login != TOKEN_USER)
        return RESULT_NOT_AUTHENTICATED;
    if (token->selected && token->verified)
        return RESULT_OK;
    return token_heal(token);
}

enum result token_again(struct token *token, enum result why)
{
    switch (why) {
    case RESULT_CARD_RESET:
        token_disbelieve(token);
        return RESULT_OK;
    case RESULT_TRANSPORT:
    case RESULT_NO_SERVICE:
        token_disbelieve(token);
        token->doubt = token->doubt || why == RESULT_NO_SERVICE;
        token_disconnect(token);
        return token_enter(token);
    case RESULT_MALFORMED:
    case RESULT_TOO_LARGE:
    case RESULT_UNSUPPORTED:
    case RESULT_NOT_FOUND:
    case RESULT_NOT_AUTHENTICATED:
    case RESULT_NOT_ALLOWED:
    case RESULT_WRONG_STATE:
    case RESULT_REFUSED:
        /* Perhaps these were the words of another application. */
        if (token->proven)
            return why;
        token->selected = token->verified = false;
        return RESULT_OK;
    case RESULT_OK:
    case RESULT_BAD_ARGUMENT:
    case RESULT_NO_MEMORY:
    case RESULT_INTERNAL:
    case RESULT_EXISTS:
    case RESULT_CARD_FULL:
    case RESULT_CARD_FAILURE:
    case RESULT_PIN_WRONG:
    case RESULT_PIN_BLOCKED:
    case RESULT_PIN_LENGTH:
    case RESULT_PIN_CHARACTERS:
    case RESULT_CARD_REMOVED:
    case RESULT_READER_GONE:
    case RESULT_NO_ACCESS:
    case RESULT_BUSY:
    case RESULT_TIMEOUT:
    case RESULT_CANCELLED:
        break;
    }
    return why;
}

static enum result token_attempt(struct token *token, const struct token_job *job)
{
    enum result result;

    if (job->login)
        TRY(token_ready(token));
    else if (!token->selected)
        TRY(token_recognise(token));
    result = job->run(token, job->arg);
    if (result == RESULT_OK)
        token->proven = true;
    return result;
}

enum result token_do(struct token *token, const struct token_job *job)
{
    enum result result, why;

    TRY(token_enter(token));
    result = token_attempt(token, job);
    if (result == RESULT_OK)
        return RESULT_OK;
    TRY(token_again(token, result));
    why = result;
    result = token_attempt(token, job);
    /* It was another application that had answered; the end of an empty list is the same in all of them. */
    if (result == RESULT_OK && why != RESULT_NOT_FOUND)
        token_suspect(token);
    return result;
}

void token_mark_gone(struct token *token)
{
    token->gone = true;
    token_forget(token, false);
    token_leave(token);
}

CK_RV token_finish(struct token *token, enum result result)
{
    if (result == RESULT_TRANSPORT || result == RESULT_NO_SERVICE) {
        token_disbelieve(token);
        token->doubt = token->doubt || result == RESULT_NO_SERVICE;
        token_disconnect(token);
    }
    if (result == RESULT_CARD_REMOVED || result == RESULT_READER_GONE)
        token_mark_gone(token);
    token_leave(token);
    return rv_from_result(result);
}
