/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Starting over with Yubico's reset, which a card allows only when both PIN and PUK are blocked. Every step
 * can be the last one before an interruption, and the whole can be run again with the same secret:
 *
 *     PIN blocked, PUK not         the PUK still proves itself
 *     both blocked                 nothing can prove itself, and nothing is left to protect: on to the reset
 *     reset, secrets of delivery   the card says so by itself: any secret is welcome as the new one
 *     PUK set, the rest not        the PUK proves itself, all over
 *
 * So the PIN is blocked first, the PUK is set first, and a key is written down before it becomes the key.
 */
#include "pcsc/card_piv_format.h"

#include "asn1/tlv.h"
#include "pcsc/card_piv_admin.h"
#include "pcsc/card_piv_applet.h"
#include "pcsc/card_piv_keys.h"
#include "pcsc/card_piv_pin.h"

#define INS_RESET 0xFB
#define TRIES_USUAL 16
#define GUESS_SIZE 8

static const uint8_t piv_factory_key[] = {
    1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8,
};

static enum result piv_guess_new(struct secret **ret)
{
    SCOPED(secret_free) struct secret *random = NULL;

    TRY(secret_new_empty(GUESS_SIZE, &random));
    TRY(admin_key_random(GUESS_SIZE, secret_buf(random)));
    TRY(secret_new_empty(GUESS_SIZE, ret));
    for (size_t i = 0; i < GUESS_SIZE; i++)
        buf_add_byte(secret_buf(*ret), (uint8_t)('0' + secret_bytes(random).data[i] % 10));
    return RESULT_OK;
}

/* Metadata says that a PIN is the one of delivery. */
static enum result piv_pin_is_factory(struct card *card, uint8_t reference, bool *ret)
{
    struct card_pin pin = { 0 };
    enum result result = card_piv_pin_from_metadata(card, reference, &pin);

    *ret = result == RESULT_OK && pin.factory && !pin.blocked;
    return card_piv_is_fatal(result) ? result : RESULT_OK;
}

/* As after a reset: the secrets of delivery and not one key. Not a card in use whose owner never changed the
 * PIN. */
static enum result piv_is_fresh(struct card *card, bool *ret)
{
    struct piv_management management;
    struct card_key key;
    enum result result;

    *ret = false;
    if (!card_piv_state(card)->metadata)
        return RESULT_OK;
    TRY(piv_pin_is_factory(card, PIV_PIN, ret));
    if (*ret)
        TRY(piv_pin_is_factory(card, PIV_PUK, ret));
    if (*ret) {
        result = card_piv_management_ask(card, sizeof(piv_factory_key), &management);
        if (card_piv_is_fatal(result))
            return result;
        *ret = result == RESULT_OK && management.known && management.factory;
    }
    for (size_t i = 0; i < PIV_SLOT_COUNT && *ret; i++) {
        result = card_piv_key_from_metadata(card, &card_piv_slots[i], &key);
        if (card_piv_is_fatal(result))
            return result;
        *ret = result == RESULT_NOT_FOUND;
    }
    return RESULT_OK;
}

/* Where changing the PUK into itself proves nothing, using it does: the user PIN is about to go anyway. A card that fails
 * at it may have counted a try, and gets it no second time. */
static enum result piv_puk_prove(struct card *card, const struct secret *puk, int *ret_tries)
{
    SCOPED(secret_free) struct secret *guess = NULL;
    struct card_pin pin;
    enum result result = card_piv_pin_change(card, PIV_PUK, puk, puk, ret_tries);

    if (result == RESULT_OK || result == RESULT_PIN_WRONG || result == RESULT_CARD_FAILURE ||
        result == RESULT_NO_MEMORY || result >= RESULT_CARD_RESET)
        return result;
    if (result != RESULT_PIN_BLOCKED) {
        TRY(piv_guess_new(&guess));
        return card_piv_pin_unblock(card, puk, guess, ret_tries);
    }
    TRY(card_piv_pin_status(card, CARD_USER, &pin));
    return pin.known && pin.blocked ? RESULT_OK : RESULT_PIN_BLOCKED;
}

/* SO may start over. */
static enum result piv_format_admit(struct card *card, const struct secret *so, const struct secret *key,
                                    int *ret_tries)
{
    bool fresh;

    TRY(piv_is_fresh(card, &fresh));
    if (fresh)
        return RESULT_OK;
    return key ? card_piv_management_prove(card, key) : piv_puk_prove(card, so, ret_tries);
}

/* *RET_DONE: it worked. RESULT_UNSUPPORTED: the card has no such command; other refusals are about
 * conditions. */
static enum result piv_reset_try(struct card *card, bool *ret_done)
{
    const struct apdu command = { .ins = INS_RESET, .short_only = true, .verb = SW_ADMIN };
    unsigned sw;
    enum result result = apdu_send(&card->link, &command, NULL, &sw);

    *ret_done = result == RESULT_OK;
    if (result == RESULT_NO_MEMORY || result >= RESULT_CARD_RESET)
        return result;
    return sw == 0x6D00 || sw == 0x6E00 || sw == 0x6A81 ? RESULT_UNSUPPORTED : RESULT_OK;
}

/* A PUK that is blocked while the PIN is not could never prove itself again: that the PIN is blocked is asked twice. */
static enum result piv_pin_doubt(struct card *card, uint8_t reference, bool *ret_blocked)
{
    struct card_pin pin = { 0 };
    enum result result;

    *ret_blocked = true;
    if (reference == PIV_PUK)
        return RESULT_OK;
    result = card_piv_pin_status(card, CARD_USER, &pin);
    *ret_blocked = result != RESULT_OK || !pin.known || pin.blocked;
    return card_piv_is_fatal(result) ? result : RESULT_OK;
}

/* Wrong values until the card says that it is blocked; one that is right by chance begins the count anew. */
static enum result piv_pin_exhaust(struct card *card, uint8_t reference)
{
    struct card_pin pin = { .tries_max = TRIES_USUAL };
    enum result result = RESULT_OK;
    bool blocked = false;
    int tries;

    if (card_piv_state(card)->metadata)
        result = card_piv_pin_from_metadata(card, reference, &pin);
    if (card_piv_is_fatal(result))
        return result;
    for (int i = 0; i < (pin.tries_max > TRIES_USUAL ? pin.tries_max + 1 : TRIES_USUAL); i++) {
        SCOPED(secret_free) struct secret *guess = NULL;
        TRY(piv_guess_new(&guess));
        result = reference == PIV_PUK ? card_piv_pin_change(card, PIV_PUK, guess, guess, &tries)
                                      : card_piv_pin_present(card, reference, guess, &tries);
        if (result == RESULT_PIN_BLOCKED)
            TRY(piv_pin_doubt(card, reference, &blocked));
        if (blocked)
            return RESULT_OK;
        if (result == RESULT_NO_MEMORY || result >= RESULT_CARD_RESET)
            return result;
    }
    return RESULT_REFUSED;
}

static enum result piv_reset(struct card *card)
{
    bool done, pin, puk;

    /* A reset that may not happen yet changes nothing, and tells that the command is there before tries are
     * spent. */
    TRY(piv_reset_try(card, &done));
    if (done)
        return RESULT_OK;
    TRY(piv_pin_exhaust(card, PIV_PIN));
    TRY(piv_pin_exhaust(card, PIV_PUK));
    TRY(piv_reset_try(card, &done));
    if (done)
        return RESULT_OK;
    if (!card_piv_state(card)->metadata)
        return RESULT_REFUSED;
    /* PivApplet may stumble at the end of it: what it says of its secrets counts. */
    TRY(card_piv_select(card));
    TRY(piv_pin_is_factory(card, PIV_PIN, &pin));
    TRY(piv_pin_is_factory(card, PIV_PUK, &puk));
    return pin && puk ? RESULT_OK : RESULT_REFUSED;
}

static enum result piv_restore_puk(struct card *card, const struct secret *puk, int *ret_tries)
{
    SCOPED(secret_free) struct secret *factory = NULL;

    TRY(secret_new(bytes_text(PIV_FACTORY_PUK), &factory));
    if (secret_equal(factory, puk))
        return RESULT_OK;
    return card_piv_pin_change(card, PIV_PUK, factory, puk, ret_tries);
}

/* The management key that was given, or with a PUK a random one that only the user PIN opens. */
static enum result piv_restore_key(struct card *card, const struct piv_management *before,
                                   const struct secret *given)
{
    SCOPED(secret_free) struct secret *factory = NULL;
    SCOPED(secret_free) struct secret *random = NULL;
    struct piv_management now;

    TRY(secret_new(BYTES_OF(piv_factory_key), &factory));
    TRY(card_piv_management_prove(card, factory));
    TRY(card_piv_management_ask(card, sizeof(piv_factory_key), &now));
    if (given) {
        if (admin_key_size(before->cipher) == secret_size(given))
            now = *before;
        return card_piv_management_set(card, now.algorithm, given);
    }
    TRY(admin_key_generate(now.cipher, &random));
    TRY(card_piv_management_protect(card, random));
    return card_piv_management_set(card, now.algorithm, random);
}

/* The algorithm that a given key is for; a card whose own takes keys of another length gets the one for its
 * length. */
static enum result piv_management_before(struct card *card, const struct secret *key,
                                         struct piv_management *ret)
{
    struct piv_management guess;
    size_t size = key ? secret_size(key) : sizeof(piv_factory_key);

    TRY(card_piv_management_ask(card, size, ret));
    if (admin_key_size(ret->cipher) == size)
        return RESULT_OK;
    TRY(card_piv_management_guess(size, &guess));
    *ret = guess;
    return RESULT_OK;
}

enum result card_piv_format(struct card *card, const struct secret *so, const char *label, int *ret_tries)
{
    SCOPED(secret_free) struct secret *key = NULL;
    struct piv_management before;

    (void)label;
    *ret_tries = CARD_TRIES_UNKNOWN;
    if (!so || !card_piv_state(card)->yubico)
        return RESULT_UNSUPPORTED;
    if (card_piv_so_is_puk(so))
        TRY(card_piv_puk_check(so));
    else
        TRY(card_piv_management_key(so, &key));
    TRY(piv_management_before(card, key, &before));
    TRY(piv_format_admit(card, so, key, ret_tries));
    *ret_tries = CARD_TRIES_UNKNOWN;
    TRY(piv_reset(card));
    if (!key)
        TRY(piv_restore_puk(card, so, ret_tries));
    return piv_restore_key(card, &before, key);
}
