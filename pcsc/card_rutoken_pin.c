/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PINs of the user and of the security officer. The card knows one of them at a time. */
#include "pcsc/card_rutoken_parts.h"

#define INS_LOGOUT 0x40
#define INS_RESET_RETRY 0x2C

#define PIN_NEW_MIN 6
#define PIN_NEW_MAX 32
#define PIN_MAX 249

void card_rutoken_pin_limits(struct card_pin *ret)
{
    *ret = (struct card_pin){ .tries_left = CARD_TRIES_UNKNOWN,
                              .tries_max = CARD_TRIES_UNKNOWN,
                              .min = PIN_NEW_MIN,
                              .max = PIN_NEW_MAX };
}

uint8_t card_rutoken_pin_reference(enum card_role role)
{
    return role == CARD_SO ? RUTOKEN_SO_PIN : RUTOKEN_USER_PIN;
}

enum result card_rutoken_pin_check(const struct secret *pin)
{
    return secret_size(pin) < PIN_NEW_MIN || secret_size(pin) > PIN_NEW_MAX ? RESULT_PIN_LENGTH : RESULT_OK;
}

enum result card_rutoken_pin_status(struct card *card, enum card_role role, struct card_pin *ret)
{
    enum result result;
    int tries;

    card_rutoken_pin_limits(ret);
    result = iso7816_verify_status(&card->link, card_rutoken_pin_reference(role), &tries);
    if (result >= RESULT_CARD_RESET || result == RESULT_NO_MEMORY)
        return result;
    ret->verified = result == RESULT_OK;
    ret->blocked = result == RESULT_PIN_BLOCKED;
    ret->known = ret->verified || ret->blocked || result == RESULT_NOT_AUTHENTICATED;
    ret->tries_left = ret->blocked ? 0 : tries;
    return RESULT_OK;
}

enum result card_rutoken_logout(struct card *card)
{
    TRY(apdu_send(&card->link, &(struct apdu){ .cla = 0x80, .ins = INS_LOGOUT, .short_only = true }, NULL,
                  NULL));
    card_rutoken_state(card)->presented = false;
    return RESULT_OK;
}

/* A reset logs out as well. */
enum result card_rutoken_logout_after(struct card *card)
{
    enum result result = card_rutoken_logout(card);

    if (result != RESULT_CARD_RESET)
        return card_rutoken_after_change(result);
    card_rutoken_state(card)->presented = false;
    return RESULT_OK;
}

/*
 * A refusal without a number: the card tells it when asked, and asking costs no try. Whatever becomes of the question,
 * the PIN was presented and is wrong: nobody may take a reset here for one before it.
 */
static enum result rutoken_pin_count(struct card *card, uint8_t reference, int *ret_tries)
{
    enum result result = iso7816_verify_status(&card->link, reference, ret_tries);

    if (result >= RESULT_CARD_RESET || result == RESULT_NO_MEMORY)
        *ret_tries = CARD_TRIES_UNKNOWN;
    if (result == RESULT_PIN_BLOCKED)
        *ret_tries = 0;
    return result == RESULT_PIN_BLOCKED ? RESULT_PIN_BLOCKED : RESULT_PIN_WRONG;
}

enum result card_rutoken_pin_present(struct card *card, uint8_t reference, const struct secret *pin,
                                     int *ret_tries)
{
    const struct pin_format format = { .reference = reference, .min = 1, .max = PIN_MAX };
    enum result result = iso7816_verify(&card->link, &format, pin, ret_tries);

    /* Somebody is logged in, and the PIN was not looked at. */
    if (result == RESULT_EXISTS) {
        TRY(card_rutoken_logout(card));
        result = iso7816_verify(&card->link, &format, pin, ret_tries);
    }
    if (result == RESULT_EXISTS)
        return RESULT_WRONG_STATE;
    if (result == RESULT_OK)
        card_rutoken_state(card)->presented = true;
    if (result == RESULT_PIN_WRONG && *ret_tries == CARD_TRIES_UNKNOWN)
        return rutoken_pin_count(card, reference, ret_tries);
    return result;
}

/* Who proves to be the security officer here has not thereby got his rights. */
enum result card_rutoken_verify_pin(struct card *card, enum card_role role, const struct secret *pin,
                                    int *ret_tries)
{
    *ret_tries = CARD_TRIES_UNKNOWN;
    if (!pin && role == CARD_SO)
        return RESULT_UNSUPPORTED;
    TRY(card_rutoken_pin_present(card, card_rutoken_pin_reference(role), pin, ret_tries));
    return role == CARD_SO ? card_rutoken_logout_after(card) : RESULT_OK;
}

enum result card_rutoken_pin_set(struct card *card, uint8_t reference, const struct secret *pin)
{
    TRY(card_rutoken_pin_check(pin));
    return card_rutoken_set(card, reference, pin);
}

enum result card_rutoken_change_pin(struct card *card, enum card_role role, const struct secret *old_pin,
                                    const struct secret *new_pin, int *ret_tries)
{
    uint8_t reference = card_rutoken_pin_reference(role);
    enum result result;

    *ret_tries = CARD_TRIES_UNKNOWN;
    if (!old_pin || !new_pin)
        return RESULT_UNSUPPORTED;
    TRY(card_rutoken_pin_check(new_pin));
    TRY(card_rutoken_pin_present(card, reference, old_pin, ret_tries));
    result = card_rutoken_pin_set(card, reference, new_pin);
    /* The old one was right: what the card does not like is the new one. */
    if (result == RESULT_REFUSED || result == RESULT_NOT_ALLOWED)
        result = RESULT_PIN_CHARACTERS;
    if (role == CARD_SO && result < RESULT_CARD_RESET)
        TRY(card_rutoken_logout_after(card));
    return card_rutoken_after_change(result);
}

static enum result rutoken_pin_unblock(struct card *card)
{
    return apdu_send(&card->link,
                     &(struct apdu){ .ins = INS_RESET_RETRY,
                                     .p1 = 0x03,
                                     .p2 = RUTOKEN_USER_PIN,
                                     .short_only = true,
                                     .verb = SW_ADMIN },
                     NULL, NULL);
}

static enum result rutoken_pin_init(struct card *card, const struct secret *new_pin)
{
    TRY(rutoken_pin_unblock(card));
    TRY(card_rutoken_pin_set(card, RUTOKEN_USER_PIN, new_pin));
    return card_rutoken_info_note_pin(card);
}

enum result card_rutoken_init_pin(struct card *card, const struct secret *so, const struct secret *new_pin,
                                  int *ret_tries)
{
    enum result result;

    *ret_tries = CARD_TRIES_UNKNOWN;
    TRY(card_rutoken_pin_check(new_pin));
    TRY(card_rutoken_pin_present(card, RUTOKEN_SO_PIN, so, ret_tries));
    result = rutoken_pin_init(card, new_pin);
    if (result < RESULT_CARD_RESET)
        TRY(card_rutoken_logout_after(card));
    return card_rutoken_after_change(result);
}
