/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_pin.h"

#include <string.h>

#include "asn1/secret.h"

enum {
    REFERENCE_SIGN = 0x81,
    REFERENCE_USER = 0x82,
    REFERENCE_ADMIN = 0x83,
    VERIFY_FORGET = 0xFF,
    UNBLOCK_WITH_CODE = 0x00,
    UNBLOCK_AS_ADMIN = 0x02,
};

bool openpgp_pin_allowed(enum openpgp_password which, size_t size)
{
    static const uint8_t shortest[OPENPGP_PASSWORDS] = { 6, 8, 8 };

    return size >= shortest[which] && size <= OPENPGP_PASSWORD_MAX;
}

static void pin_set(struct openpgp_pin *pin, struct bytes value)
{
    secret_wipe(pin, sizeof(*pin));
    if (value.size > 0)
        memcpy(pin->value, value.data, value.size);
    pin->size = (uint8_t)value.size;
    pin->left = value.size > 0 ? OPENPGP_TRIES : 0;
}

void openpgp_pins_deliver(struct openpgp_memory *memory)
{
    pin_set(&memory->pins[OPENPGP_PW1], bytes_text("123456"));
    pin_set(&memory->pins[OPENPGP_RC], BYTES_NONE);
    pin_set(&memory->pins[OPENPGP_PW3], bytes_text("12345678"));
    memory->several = false;
}

enum result openpgp_pin_set_code(struct openpgp_card *card, struct bytes value)
{
    if (value.size > 0 && !openpgp_pin_allowed(OPENPGP_RC, value.size))
        return RESULT_MALFORMED;
    pin_set(&card->memory.pins[OPENPGP_RC], value);
    return RESULT_OK;
}

void openpgp_pin_status(const struct openpgp_memory *memory, struct buf *out)
{
    buf_add_byte(out, memory->several);
    buf_add_fill(out, OPENPGP_PASSWORD_MAX, OPENPGP_PASSWORDS);
    for (size_t i = 0; i < OPENPGP_PASSWORDS; i++)
        buf_add_byte(out, memory->pins[i].left);
}

/* The one place where a password is compared and its counter moves */
static uint16_t pin_check(struct openpgp_card *card, enum openpgp_password which, struct bytes value)
{
    struct openpgp_pin *pin = &card->memory.pins[which];

    if (pin->left == 0)
        return ISO_SW_BLOCKED;
    if (!bytes_equal_secret(bytes_make(pin->value, pin->size), value)) {
        pin->left--;
        card->changes++;
        return ISO_SW_SECURITY;
    }
    if (pin->left != OPENPGP_TRIES) {
        pin->left = OPENPGP_TRIES;
        card->changes++;
    }
    return ISO_SW_OK;
}

/* What VERIFY with this P2 sets; NULL for others */
static bool *verified(struct openpgp_card *card, uint8_t reference)
{
    switch (reference) {
    case REFERENCE_SIGN:
        return &card->session.sign;
    case REFERENCE_USER:
        return &card->session.user;
    case REFERENCE_ADMIN:
        return &card->session.admin;
    default:
        return NULL;
    }
}

/* A password that was refused or replaced is verified no more, under neither of its numbers */
static void forget(struct openpgp_card *card, enum openpgp_password which)
{
    if (which == OPENPGP_PW3) {
        card->session.admin = false;
        return;
    }
    card->session.sign = false;
    card->session.user = false;
}

uint16_t openpgp_pin_verify(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    bool *state = verified(card, command->p2);
    enum openpgp_password which = command->p2 == REFERENCE_ADMIN ? OPENPGP_PW3 : OPENPGP_PW1;
    uint16_t sw;

    (void)out;
    if (!state || (command->p1 != 0x00 && command->p1 != VERIFY_FORGET))
        return OPENPGP_SW_P1P2;
    if (command->p1 == VERIFY_FORGET) {
        if (command->data.size > 0)
            return ISO_SW_LENGTH;
        *state = false;
        return ISO_SW_OK;
    }
    if (command->data.size == 0)
        return *state ? ISO_SW_OK : (uint16_t)(ISO_SW_TRIES | card->memory.pins[which].left);
    if (!openpgp_pin_allowed(which, command->data.size))
        return ISO_SW_LENGTH;
    sw = pin_check(card, which, command->data);
    if (sw == ISO_SW_OK)
        *state = true;
    else
        forget(card, which);
    return sw;
}

/* The present password is followed by the new one, and nothing stands between them */
uint16_t openpgp_pin_change(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    enum openpgp_password which = command->p2 == REFERENCE_ADMIN ? OPENPGP_PW3 : OPENPGP_PW1;
    struct openpgp_pin *pin = &card->memory.pins[which];
    struct bytes old = bytes_slice(command->data, 0, pin->size), new = bytes_from(command->data, pin->size);
    uint16_t sw;

    (void)out;
    if (command->p1 != 0x00 || (command->p2 != REFERENCE_SIGN && command->p2 != REFERENCE_ADMIN))
        return OPENPGP_SW_P1P2;
    if (command->data.size == 0)
        return ISO_SW_LENGTH;
    sw = pin_check(card, which, old);
    if (sw != ISO_SW_OK) {
        forget(card, which);
        return sw;
    }
    if (!openpgp_pin_allowed(which, new.size))
        return ISO_SW_LENGTH;
    pin_set(pin, new);
    card->changes++;
    return ISO_SW_OK;
}

uint16_t openpgp_pin_unblock(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    const struct openpgp_pin *code = &card->memory.pins[OPENPGP_RC];
    struct bytes new = command->data;
    uint16_t sw;

    (void)out;
    if (command->p2 != REFERENCE_SIGN ||
        (command->p1 != UNBLOCK_WITH_CODE && command->p1 != UNBLOCK_AS_ADMIN))
        return OPENPGP_SW_P1P2;
    if (command->p1 == UNBLOCK_AS_ADMIN) {
        if (!card->session.admin)
            return ISO_SW_SECURITY;
    } else {
        sw = pin_check(card, OPENPGP_RC, bytes_slice(command->data, 0, code->size));
        if (sw != ISO_SW_OK)
            return sw;
        new = bytes_from(command->data, code->size);
    }
    if (!openpgp_pin_allowed(OPENPGP_PW1, new.size))
        return ISO_SW_LENGTH;
    pin_set(&card->memory.pins[OPENPGP_PW1], new);
    forget(card, OPENPGP_PW1);
    card->changes++;
    return ISO_SW_OK;
}
