/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIN and the PUK: what is known of them, presenting, forgetting (SP 800-73-4 part 2, 3.2.1 to 3.2.3). */
#include "pcsc/card_piv_pin.h"

#include "asn1/tlv.h"
#include "pcsc/card_piv_applet.h"
#include "pcsc/card_piv_keys.h"
#include "pcsc/card_piv_objects.h"

#define INS_VERIFY 0x20
#define PIN_SIZE 8
#define PIN_MIN 6
#define PIN_PAD 0xFF
#define SO_TEXT_MAX 64
#define STATUS_MAX 512

void card_piv_pin_limits(struct card *card, enum card_role role, struct card_pin *ret)
{
    const struct piv_state *state = card_piv_state(card);

    *ret = (struct card_pin){
        .tries_left = CARD_TRIES_UNKNOWN, .tries_max = CARD_TRIES_UNKNOWN, .min = PIN_MIN, .max = SO_TEXT_MAX
    };
    if (role == CARD_USER) {
        ret->max = PIN_SIZE;
        ret->digits_only = !state->yubico || state->applet;
    }
}

/* What metadata knows of a PIN: tries and whether it is the one of delivery, but not whether it is verified.
 */
enum result card_piv_pin_from_metadata(struct card *card, uint8_t reference, struct card_pin *pin)
{
    uint8_t memory[STATUS_MAX];
    struct buf buf = BUF_OVER(memory);
    struct piv_metadata metadata;

    TRY(card_piv_metadata_read(card, reference, &buf, &metadata));
    if (!metadata.has_tries)
        return RESULT_NOT_FOUND;
    pin->known = true;
    pin->factory = metadata.has_factory && metadata.factory;
    pin->tries_left = metadata.tries_left;
    pin->tries_max = metadata.tries_max;
    pin->blocked = metadata.tries_left == 0;
    return RESULT_OK;
}

enum result card_piv_pin_ask(struct card *card, uint8_t reference, unsigned *ret_sw)
{
    const struct apdu command = { .ins = INS_VERIFY, .p2 = reference, .short_only = true, .verb = SW_VERIFY };
    enum result result = apdu_send(&card->link, &command, NULL, ret_sw);

    return result >= RESULT_CARD_RESET ? result : RESULT_OK;
}

enum result card_piv_pin_from_status(struct card *card, struct card_pin *pin, bool *ret_exists)
{
    uint8_t reference = card_piv_state(card)->global_pin ? PIV_PIN_GLOBAL : PIV_PIN;
    unsigned sw;

    TRY(card_piv_pin_ask(card, reference, &sw));
    if (sw == 0x6A88 && reference == PIV_PIN) {
        /* No PIN of PIV's own: the card lives with the global one. */
        TRY(card_piv_pin_reference(card, &reference));
        if (reference != PIV_PIN)
            TRY(card_piv_pin_ask(card, reference, &sw));
    }
    *ret_exists = sw != 0x6A88;
    if (card_piv_sw_unselected(sw))
        return RESULT_WRONG_STATE;
    pin->verified = sw == 0x9000;
    if (pin->verified || sw_result(sw, SW_VERIFY) == RESULT_PIN_BLOCKED || sw_tries(sw) != SW_TRIES_UNKNOWN)
        pin->known = true;
    if (sw_tries(sw) != SW_TRIES_UNKNOWN)
        pin->tries_left = sw_tries(sw);
    if (pin->tries_left == 0)
        pin->blocked = true;
    return RESULT_OK;
}

enum result card_piv_pin_status(struct card *card, enum card_role role, struct card_pin *ret)
{
    enum result result = RESULT_NOT_FOUND;
    bool exists;

    card_piv_pin_limits(card, role, ret);
    if (card_piv_state(card)->metadata)
        result = card_piv_pin_from_metadata(card, role == CARD_USER ? PIV_PIN : PIV_PUK, ret);
    if (card_piv_is_fatal(result))
        return result;
    return role == CARD_USER ? card_piv_pin_from_status(card, ret, &exists) : RESULT_OK;
}

enum result card_piv_pin_check(struct card *card, const struct secret *pin)
{
    struct bytes bytes = secret_bytes(pin);
    struct card_pin limits;

    card_piv_pin_limits(card, CARD_USER, &limits);
    if (bytes.size < limits.min || bytes.size > limits.max)
        return RESULT_PIN_LENGTH;
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t byte = bytes.data[i];
        if (byte > 0x7F || (limits.digits_only && (byte < '0' || byte > '9')))
            return RESULT_PIN_CHARACTERS;
    }
    return RESULT_OK;
}

enum result card_piv_puk_check(const struct secret *puk)
{
    return secret_size(puk) < PIN_MIN || secret_size(puk) > PIN_SIZE ? RESULT_PIN_LENGTH : RESULT_OK;
}

struct pin_format card_piv_pin_format(struct card *card, uint8_t reference)
{
    struct card_pin limits;

    card_piv_pin_limits(card, CARD_USER, &limits);
    return (struct pin_format){
        .reference = reference,
        .min = PIN_MIN,
        .max = PIN_SIZE,
        .padded = PIN_SIZE,
        .padding = PIN_PAD,
        .digits_only = reference != PIV_PUK && limits.digits_only,
    };
}

/* The first YubiKeys count down 630x: there a bare 6300 is no "wrong" without a number but the end. */
static enum result piv_pin_outcome(struct card *card, enum result result, int *ret_tries)
{
    if (result != RESULT_PIN_WRONG || *ret_tries != CARD_TRIES_UNKNOWN || !card_piv_is_neo(card))
        return result;
    *ret_tries = 0;
    return RESULT_PIN_BLOCKED;
}

/* A new PIN that breaks a rule of the card's own (its length, its complexity): the old one was right. */
static enum result piv_pin_new_outcome(struct card *card, enum result result, int *ret_tries)
{
    return result == RESULT_NOT_ALLOWED ? RESULT_PIN_CHARACTERS : piv_pin_outcome(card, result, ret_tries);
}

enum result card_piv_pin_present(struct card *card, uint8_t reference, const struct secret *pin,
                                 int *ret_tries)
{
    const struct pin_format format = card_piv_pin_format(card, reference);

    return piv_pin_outcome(card, iso7816_verify(&card->link, &format, pin, ret_tries), ret_tries);
}

enum result card_piv_pin_change(struct card *card, uint8_t reference, const struct secret *old_pin,
                                const struct secret *new_pin, int *ret_tries)
{
    const struct pin_format format = card_piv_pin_format(card, reference);

    return piv_pin_new_outcome(card, iso7816_change(&card->link, &format, old_pin, new_pin, ret_tries),
                               ret_tries);
}

enum result card_piv_pin_unblock(struct card *card, const struct secret *puk, const struct secret *new_pin,
                                 int *ret_tries)
{
    const struct pin_format puk_format = card_piv_pin_format(card, PIV_PUK),
                            format = card_piv_pin_format(card, PIV_PIN);

    return piv_pin_new_outcome(
        card, iso7816_unblock(&card->link, &puk_format, puk, &format, new_pin, ret_tries), ret_tries);
}

/*
 * Which PIN people of this card have is in the discovery object (part 1, 3.3.2). Yubico's kin has no global
 * PIN, so only others are asked, and once.
 */
enum result card_piv_pin_reference(struct card *card, uint8_t *ret)
{
    const uint32_t path[] = { PIV_OBJECT_DISCOVERY, 0x5F2F };
    struct piv_state *state = card_piv_state(card);
    uint8_t memory[STATUS_MAX];
    struct buf buf = BUF_OVER(memory);
    struct bytes policy;
    enum result result;

    if (!state->discovery && !state->yubico) {
        result = card_piv_object_get(card, PIV_OBJECT_DISCOVERY, PIV_SHORT, &buf);
        if (card_piv_is_fatal(result))
            return result;
        state->discovery = true;
        state->global_pin = result == RESULT_OK &&
                            tlv_find_path(buf_bytes(&buf), path, 2, &policy) == RESULT_OK &&
                            policy.size == 2 && (policy.data[0] & 0x20) && policy.data[1] == 0x20;
    }
    *ret = state->global_pin ? PIV_PIN_GLOBAL : PIV_PIN;
    return RESULT_OK;
}

/* A name that no application has: where selecting it does not lose the PIN, selecting PIV again may. */
static enum result piv_deselect(struct card *card)
{
    static const uint8_t management[] = { 0xA0, 0x00, 0x00, 0x05, 0x27, 0x47, 0x11, 0x17 };
    enum result result = iso7816_select(&card->link, BYTES_OF(management), NULL);

    if (result >= RESULT_CARD_RESET)
        return result;
    return card_piv_select(card);
}

/*
 * VERIFY with P1 = FF is young (SP 800-73-4): cards from before refuse it, or do not look at P1 and report
 * the state. So it is believed only of cards with metadata, which are younger still, and of others once it
 * was seen to work.
 */
enum result card_piv_logout(struct card *card)
{
    struct piv_state *state = card_piv_state(card);
    uint8_t reference = state->global_pin ? PIV_PIN_GLOBAL : PIV_PIN;
    enum result result = iso7816_logout(&card->link, reference);
    unsigned sw;

    if (result >= RESULT_CARD_RESET)
        return result;
    if (result == RESULT_OK && (state->metadata || state->logout_works))
        return RESULT_OK;
    if (result == RESULT_OK) {
        TRY(card_piv_pin_ask(card, reference, &sw));
        state->logout_works = sw != 0x9000;
        if (state->logout_works)
            return RESULT_OK;
    }
    result = piv_deselect(card);
    if (result != RESULT_OK)
        return result >= RESULT_CARD_RESET ? result : RESULT_REFUSED;
    TRY(card_piv_pin_ask(card, reference, &sw));
    return sw == 0x9000 ? RESULT_REFUSED : RESULT_OK;
}
