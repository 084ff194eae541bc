/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_pin.h"

#include "asn1/secret.h"
#include "vcard/vcard_rutoken_files.h"
#include "vcard/vcard_rutoken_rsa.h"

enum {
    SW_WRONG = 0x6300, /* and not how many tries are left */
    SW_SOMEBODY = 0x6F86,
    TAG_SIZE = 0x80,
    TAG_VALUE = 0xA5,
    SIZE_FIELD = 4, /* 80 02 and two bytes */
};

static uint8_t tries_left(const struct rutoken_file *pin)
{
    return pin->property[3] & 0x0F;
}

static void tries_set(struct rutoken_card *card, struct rutoken_file *pin, uint8_t left)
{
    uint8_t tries = (uint8_t)((pin->property[3] & 0xF0) | left);

    card->changes += pin->property[3] != tries;
    pin->property[3] = tries;
}

static void tries_restore(struct rutoken_card *card, struct rutoken_file *pin)
{
    tries_set(card, pin, pin->property[3] >> 4);
}

static uint16_t pin_compare(struct rutoken_card *card, struct rutoken_file *pin, struct bytes given)
{
    if (tries_left(pin) == 0)
        return ISO_SW_BLOCKED;
    if (!bytes_equal_secret(given, rutoken_contents(pin))) {
        tries_set(card, pin, (uint8_t)(tries_left(pin) - 1));
        return SW_WRONG;
    }
    tries_restore(card, pin);
    card->session.level = (uint8_t)pin->fid;
    return ISO_SW_OK;
}

uint16_t rutoken_verify(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file *pin = rutoken_pin_file(&card->memory, command->p2);

    (void)out;
    if (command->p1 != 0x00)
        return ISO_SW_P1P2;
    if (!pin)
        return ISO_SW_NO_REF;
    if (command->data.size == 0 && card->session.level == pin->fid)
        return ISO_SW_OK;
    if (command->data.size == 0)
        return (uint16_t)(ISO_SW_TRIES + tries_left(pin));
    if (card->session.level)
        return SW_SOMEBODY;
    return pin->filled ? pin_compare(card, pin, command->data) : ISO_SW_CONDITION;
}

uint16_t rutoken_logout(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    (void)out;
    if (command->p1 != 0x00 || command->p2 != 0x00)
        return ISO_SW_P1P2;
    card->session.level = 0;
    return ISO_SW_OK;
}

/* A5, one byte of length whatever it is, value; again and again: appends the values */
static bool values_join(struct bytes part, struct buf *value)
{
    while (part.size > 0) {
        if (part.size < 2 || part.data[0] != TAG_VALUE || part.data[1] == 0 || part.size - 2 < part.data[1])
            return false;
        buf_add(value, bytes_slice(part, 2, part.data[1]));
        part = bytes_from(part, 2 + (size_t)part.data[1]);
    }
    return buf_check(value) == RESULT_OK;
}

/* 80 02 and the whole length begin the first part of the chain; every other part begins with an A5 of its own
 */
static bool value_parse(const struct iso_command *command, struct buf *value)
{
    struct bytes data = command->data;
    size_t size;

    if (command->part_count == 0 || data.size < SIZE_FIELD || data.data[0] != TAG_SIZE || data.data[1] != 2)
        return false;
    size = (size_t)bytes_number(bytes_slice(data, 2, 2));
    for (size_t i = 0; i < command->part_count; i++) {
        size_t from = i == 0 ? SIZE_FIELD : command->parts[i];
        size_t to = i + 1 < command->part_count ? command->parts[i + 1] : data.size;

        if (to < from || !values_join(bytes_slice(data, from, to - from), value))
            return false;
    }
    return value->size == size && size > 0;
}

static uint16_t value_check(struct rutoken_card *card, const struct rutoken_file *file, struct bytes value)
{
    switch (file->property[0]) {
    case RUTOKEN_PIN:
        return value.size >= file->property[1] && value.size <= RUTOKEN_PIN_MAX ? ISO_SW_OK : ISO_SW_DATA;
    case RUTOKEN_RSA_PRIVATE:
        return value.size == file->size && rutoken_rsa_check(card->crypto, value) == RESULT_OK ? ISO_SW_OK
                                                                                               : ISO_SW_DATA;
    case RUTOKEN_RSA_PUBLIC:
        return value.size == file->size ? ISO_SW_OK : ISO_SW_DATA;
    default:
        return ISO_SW_CONDITION; /* GOST keys cannot be brought in */
    }
}

static uint16_t write_value(struct rutoken_card *card, struct rutoken_file *file,
                            const struct iso_command *command, struct buf *value)
{
    uint16_t sw;

    if (!value_parse(command, value))
        return ISO_SW_DATA;
    sw = value_check(card, file, buf_bytes(value));
    if (sw != ISO_SW_OK)
        return sw;
    if (rutoken_fill(file, buf_bytes(value)) != RESULT_OK)
        return ISO_SW_MEMORY;
    card->changes++;
    return ISO_SW_OK;
}

uint16_t rutoken_write_rsf(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file *file =
        command->p2 ? rutoken_pin_file(&card->memory, command->p2) : card->session.current;
    uint8_t memory[RUTOKEN_COMMAND_MAX];
    SCOPED(buf_wipe) struct buf value = BUF_OVER(memory);

    (void)out;
    if (command->p1 != 0x01)
        return ISO_SW_P1P2;
    if (!file)
        return command->p2 ? ISO_SW_NO_REF : ISO_SW_NO_CURRENT;
    if (file->type != RUTOKEN_RSF)
        return ISO_SW_FILE_KIND;
    if (!rutoken_may(card, file, RUTOKEN_MAY_UPDATE))
        return ISO_SW_SECURITY;
    return write_value(card, file, command, &value);
}

uint16_t rutoken_unblock(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file *pin = rutoken_pin_file(&card->memory, command->p2);

    (void)out;
    if (command->p1 != 0x03)
        return ISO_SW_P1P2;
    if (!pin)
        return ISO_SW_NO_REF;
    if (command->data.size > 0)
        return ISO_SW_LENGTH;
    if (!rutoken_may(card, pin, RUTOKEN_MAY_UNBLOCK))
        return ISO_SW_SECURITY;
    tries_restore(card, pin);
    return ISO_SW_OK;
}
