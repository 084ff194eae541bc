/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* token_key.c: uses of private keys, and random bytes. */
#include "module/rv.h"
#include "module/token/token_state.h"

#define RISK_TRIES_MIN 2

/** One use of a key. */
struct key_use {
    enum result (*run)(struct token *token, struct key_use *use);
    const struct card_key *key;
    enum card_can how;
    struct bytes input;
    const struct card_agreement *with;
    const struct secret *pin;
    bool pad;
    bool kept;    /**< PIN is the one of the login: nobody entered it for this use */
    bool refused; /**< the PIN was, or perhaps was: it is not presented again */
    struct buf *out;
    size_t out_size; /**< of OUT before: what a failed attempt left is taken back */
};

/** Empties OUT down to what was in it before an attempt that failed. */
static void take_back(struct buf *out, size_t size)
{
    buf_truncate(out, size);
    out->overflow = false;
}

static enum result run_sign(struct token *token, struct key_use *use)
{
    return token->card->driver->sign(token->card, use->key, use->how, use->input, use->out);
}

static enum result run_decipher(struct token *token, struct key_use *use)
{
    return token->card->driver->decipher(token->card, use->key, use->how, use->input, use->out);
}

static enum result run_agree(struct token *token, struct key_use *use)
{
    return token->card->driver->agree(token->card, use->key, use->with, use->out);
}

/**
 * A use was refused for want of a PIN. RESULT_TIMEOUT: the key wants a touch and the PIN is verified, so nobody
 * touched it in time. A card that went away meanwhile is told as that.
 */
static enum result touch_outcome(struct token *token, const struct key_use *use)
{
    struct card_pin now = { .known = false };
    enum result result;

    if (!use->key->touch || !token->card->driver->pin_status)
        return RESULT_NOT_AUTHENTICATED;
    result = token->card->driver->pin_status(token->card, CARD_USER, &now);
    if (token_not_asked(result))
        return result;
    return result == RESULT_OK && (now.verified || use->key->policy != CARD_PIN_ONCE) ? RESULT_TIMEOUT
                                                                                    : RESULT_NOT_AUTHENTICATED;
}

static enum result use_run(struct token *token, void *arg)
{
    struct key_use *use = arg;
    enum result result;

    take_back(use->out, use->out_size);
    result = use->run(token, use);
    return result == RESULT_NOT_AUTHENTICATED ? touch_outcome(token, use) : result;
}

static enum result always_refused(struct token *token, struct key_use *use, enum result result)
{
    if (token_not_sent(result) || (use->pin && result == RESULT_NO_MEMORY))
        return result;
    use->refused = true;
    if (token_pin_unclear(result))
        token_unverify(token);
    if (token->pin && secret_equal(token->pin, use->pin))
        token_forget(token, true);
    return result;
}

/** The token is the same, and a wrong PIN would not be its end. */
static enum result always_compare(struct token *token)
{
    const struct card_pin *pin = &token->view.info.user;

    TRY(token_compare(token));
    if (pin->blocked || !pin->known || pin->tries_left == CARD_TRIES_UNKNOWN ||
        pin->tries_left < RISK_TRIES_MIN)
        return RESULT_NOT_AUTHENTICATED;
    return RESULT_OK;
}

/** One more wrong PIN is known to be the end of it. */
static bool always_last_try(const struct token *token)
{
    const struct card_pin *pin = &token->view.info.user;

    return pin->known && (pin->blocked || (pin->tries_left != CARD_TRIES_UNKNOWN && pin->tries_left < RISK_TRIES_MIN));
}

/** Select, verify, use: nothing between the last two. */
static enum result always_attempt(struct token *token, struct key_use *use)
{
    int tries = CARD_TRIES_UNKNOWN;
    enum result result;

    TRY(token_recognise(token));
    if (token->suspicious)
        TRY(always_compare(token));
    if (use->kept && always_last_try(token))
        return RESULT_NOT_AUTHENTICATED;
    result = token->card->driver->verify_pin(token->card, CARD_USER, use->pin, &tries);
    token_note_pin(token, CARD_USER, result, tries);
    if (result != RESULT_OK)
        return always_refused(token, use, result);
    token->verified = true;
    token->view.login = TOKEN_USER;
    token->lost = false;
    return use_run(token, use);
}

static enum result always_do(struct token *token, struct key_use *use)
{
    enum result result;

    TRY(token_enter(token));
    result = always_attempt(token, use);
    if (use->refused || (result != RESULT_TRANSPORT && result != RESULT_CARD_RESET && result != RESULT_NO_SERVICE))
        return result;
    TRY(token_again(token, result));
    return always_attempt(token, use);
}

/** What no function that uses a key or wants random bytes may say (PKCS#11 5.13, 5.20): a PIN that the card does not take is none. */
static enum result use_outcome(enum result result)
{
    if (result == RESULT_PIN_WRONG || result == RESULT_PIN_BLOCKED || result == RESULT_PIN_LENGTH ||
        result == RESULT_PIN_CHARACTERS)
        return RESULT_NOT_AUTHENTICATED;
    return result == RESULT_NOT_ALLOWED || result == RESULT_EXISTS ? RESULT_REFUSED : result;
}

static CK_RV use_key(struct token *token, const struct object *key, struct key_use *use)
{
    const struct card_key *card_key = key->key;
    struct token_job job = { .run = use_run, .arg = use };
    SCOPED(secret_free) struct secret *kept = NULL;
    enum result result;
    CK_RV rv;

    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (!card_key)
        return CKR_KEY_TYPE_INCONSISTENT;
    if (card_key->policy != CARD_PIN_NEVER && token->view.login != TOKEN_USER)
        return CKR_USER_NOT_LOGGED_IN;
    use->key = card_key;
    use->out_size = use->out->size;
    use->pad = token->pad_once;
    token->pad_once = false;
    job.login = card_key->policy == CARD_PIN_ONCE;
    if (card_key->policy == CARD_PIN_ALWAYS && !use->pin && !use->pad && token->pin &&
        token->place.config->reuse_pin) {
        /* a copy: what goes wrong may make the token forget its own */
        TRY_RESULT(secret_copy(token->pin, &kept));
        use->pin = kept;
        use->kept = true;
    }
    if (card_key->policy == CARD_PIN_ALWAYS && !use->pin && !use->pad)
        return CKR_USER_NOT_LOGGED_IN;
    result = card_key->policy == CARD_PIN_ALWAYS ? always_do(token, use) : token_do(token, &job);
    rv = token_finish(token, use_outcome(result));
    if (result != RESULT_OK)
        take_back(use->out, use->out_size);
    return result == RESULT_TIMEOUT ? CKR_FUNCTION_REJECTED : rv;
}

CK_RV token_sign(struct token *token, const struct object *key, enum card_can how, struct bytes input,
                 const struct secret *pin, struct buf *out)
{
    struct key_use use = { .run = run_sign, .how = how, .input = input, .pin = pin, .out = out };

    return token->card->driver->sign ? use_key(token, key, &use) : CKR_FUNCTION_NOT_SUPPORTED;
}

CK_RV token_decipher(struct token *token, const struct object *key, enum card_can how, struct bytes input,
                     const struct secret *pin, struct buf *out)
{
    struct key_use use = { .run = run_decipher, .how = how, .input = input, .pin = pin, .out = out };

    return token->card->driver->decipher ? use_key(token, key, &use) : CKR_FUNCTION_NOT_SUPPORTED;
}

CK_RV token_agree(struct token *token, const struct object *key, const struct card_agreement *with,
                  const struct secret *pin, struct buf *out)
{
    struct key_use use = { .run = run_agree, .with = with, .pin = pin, .out = out };

    return token->card->driver->agree ? use_key(token, key, &use) : CKR_FUNCTION_NOT_SUPPORTED;
}

/** Random bytes wanted. */
struct random_job {
    size_t size, out_size;
    struct buf *out;
};

static enum result run_random(struct token *token, void *arg)
{
    struct random_job *job = arg;

    take_back(job->out, job->out_size);
    return token->card->driver->random(token->card, job->size, job->out);
}

CK_RV token_random(struct token *token, size_t size, struct buf *out)
{
    struct random_job random = { size, out->size, out };
    struct token_job job = { .run = run_random, .arg = &random };

    if (token->gone)
        return CKR_DEVICE_REMOVED;
    if (!token->card->driver->random || !token->view.info.has_random)
        return CKR_RANDOM_NO_RNG;
    return token_finish(token, use_outcome(token_do(token, &job)));
}
