/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_pin.h"

#include <string.h>

enum {
    PIN_SHORTEST = 6,
    PIN_PAD = 0xFF,
    VERIFY_RESET = 0xFF,
    TRIES_SHOWN = 15,
};

static const uint8_t default_pin[PIV_PIN_SIZE] = { '1', '2', '3', '4', '5', '6', PIN_PAD, PIN_PAD };
static const uint8_t default_puk[PIV_PIN_SIZE] = { '1', '2', '3', '4', '5', '6', '7', '8' };

static void pin_set(struct piv_pin *pin, struct bytes value, uint8_t max)
{
    memcpy(pin->value, value.data, PIV_PIN_SIZE);
    pin->max = max;
    pin->left = max;
}

void piv_pin_deliver(struct piv_card *card, uint8_t pin_tries, uint8_t puk_tries)
{
    pin_set(&card->memory.pin, BYTES_OF(default_pin), pin_tries);
    pin_set(&card->memory.puk, BYTES_OF(default_puk), puk_tries);
}

bool piv_pin_is_default(const struct piv_card *card, uint8_t reference)
{
    if (reference == PIV_PIN)
        return bytes_equal_secret(BYTES_OF(card->memory.pin.value), BYTES_OF(default_pin));
    return bytes_equal_secret(BYTES_OF(card->memory.puk.value), BYTES_OF(default_puk));
}

bool piv_pin_satisfies(const struct piv_card *card, uint8_t policy, const struct iso_command *command)
{
    const struct piv_session *session = &card->session;

    if (policy == PIV_PIN_NEVER)
        return true;
    if (policy == PIV_PIN_ALWAYS)
        return session->pin_verified && command->number == session->verified_at + 1;
    return session->pin_verified;
}

/* 2.4.3: six to eight characters, filled up with FF; digits for the PIN of NIST's, any byte for its PUK,
 * ASCII on Yubico's since 5.7 */
static bool pin_well_formed(const struct piv_card *card, uint8_t reference, struct bytes value)
{
    size_t size = 0;

    if (value.size != PIV_PIN_SIZE)
        return false;
    if (!card->profile->yubico && reference == PIV_PUK)
        return true;
    while (size < value.size && value.data[size] != PIN_PAD)
        size++;
    for (size_t i = 0; i < value.size; i++) {
        bool digit = value.data[i] >= '0' && value.data[i] <= '9';

        if (i >= size && value.data[i] != PIN_PAD)
            return false;
        if (i < size && !(card->profile->yubico ? value.data[i] <= 0x7F : digit))
            return false;
    }
    return size >= PIN_SHORTEST;
}

static uint16_t tries_sw(const struct piv_pin *pin)
{
    return (uint16_t)(ISO_SW_TRIES | (pin->left < TRIES_SHOWN ? pin->left : TRIES_SHOWN));
}

/* The one place where a PIN or PUK is compared and its counter moves */
static uint16_t pin_check(struct piv_card *card, struct piv_pin *pin, struct bytes value)
{
    if (pin->left == 0)
        return ISO_SW_BLOCKED;
    if (!bytes_equal_secret(BYTES_OF(pin->value), value)) {
        pin->left--;
        card->changes++;
        return tries_sw(pin);
    }
    if (pin->left != pin->max) {
        pin->left = pin->max;
        card->changes++;
    }
    return ISO_SW_OK;
}

static void set_verified(struct piv_card *card, bool verified, const struct iso_command *command)
{
    card->session.pin_verified = verified;
    card->session.verified_at = command->number;
}

static uint16_t pin_status(const struct piv_card *card)
{
    if (card->memory.pin.left == 0)
        return ISO_SW_BLOCKED;
    return card->session.pin_verified ? ISO_SW_OK : tries_sw(&card->memory.pin);
}

uint16_t piv_pin_verify(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    uint16_t sw;

    (void)out;
    if (command->p1 != 0x00 && command->p1 != VERIFY_RESET)
        return ISO_SW_P1P2;
    if (command->p2 != PIV_PIN)
        return ISO_SW_NO_REF;
    if (command->p1 == VERIFY_RESET) {
        if (command->data.size > 0)
            return ISO_SW_DATA;
        set_verified(card, false, command);
        return ISO_SW_OK;
    }
    if (command->data.size == 0)
        return pin_status(card);
    if (command->data.size != PIV_PIN_SIZE)
        return ISO_SW_DATA;
    if (!card->profile->yubico && !pin_well_formed(card, PIV_PIN, command->data))
        return ISO_SW_DATA;
    sw = pin_check(card, &card->memory.pin, command->data);
    set_verified(card, sw == ISO_SW_OK, command);
    return sw;
}

uint16_t piv_pin_change(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    struct piv_pin *pin = command->p2 == PIV_PIN ? &card->memory.pin : &card->memory.puk;
    struct bytes old = bytes_slice(command->data, 0, PIV_PIN_SIZE),
                 new = bytes_from(command->data, PIV_PIN_SIZE);
    bool well_formed = pin_well_formed(card, command->p2, new);
    uint16_t sw;

    (void)out;
    if (command->p1 != 0x00)
        return ISO_SW_P1P2;
    if (command->p2 != PIV_PIN && command->p2 != PIV_PUK)
        return ISO_SW_NO_REF;
    if (command->data.size != 2 * PIV_PIN_SIZE)
        return ISO_SW_DATA;
    /* NIST's cards look at the form first and leave the counter alone, Yubico's compare first */
    if (!card->profile->yubico && !(well_formed && pin_well_formed(card, command->p2, old)))
        return ISO_SW_DATA;
    sw = pin_check(card, pin, old);
    if (command->p2 == PIV_PIN)
        set_verified(card, false, command);
    if (sw != ISO_SW_OK)
        return sw;
    if (!well_formed)
        return ISO_SW_DATA;
    pin_set(pin, new, pin->max);
    card->changes++;
    if (command->p2 == PIV_PIN && !card->profile->yubico)
        set_verified(card, true, command);
    return ISO_SW_OK;
}

uint16_t piv_pin_unblock(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    struct bytes puk = bytes_slice(command->data, 0, PIV_PIN_SIZE),
                 new = bytes_from(command->data, PIV_PIN_SIZE);
    bool well_formed = pin_well_formed(card, PIV_PIN, new);
    uint16_t sw;

    (void)out;
    if (command->p1 != 0x00)
        return ISO_SW_P1P2;
    if (command->p2 != PIV_PIN)
        return ISO_SW_NO_REF;
    if (command->data.size != 2 * PIV_PIN_SIZE)
        return ISO_SW_DATA;
    if (!card->profile->yubico && !well_formed)
        return ISO_SW_DATA;
    sw = pin_check(card, &card->memory.puk, puk);
    if (sw != ISO_SW_OK)
        return sw;
    if (!well_formed)
        return ISO_SW_DATA;
    pin_set(&card->memory.pin, new, card->memory.pin.max);
    set_verified(card, false, command);
    card->changes++;
    return ISO_SW_OK;
}

uint16_t piv_pin_set_retries(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    (void)out;
    if (command->data.size > 0)
        return ISO_SW_LENGTH;
    if (!card->session.managed || !card->session.pin_verified)
        return ISO_SW_SECURITY;
    if (command->p1 == 0 || command->p2 == 0)
        return ISO_SW_P1P2;
    piv_pin_deliver(card, command->p1, command->p2);
    set_verified(card, false, command);
    card->changes++;
    return ISO_SW_OK;
}
