/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_data.h"

#include <openssl/rand.h>
#include <string.h>

#include "vcard/vcard_rutoken_files.h"

static size_t offset_of(const struct iso_command *command)
{
    return (size_t)command->p1 << 8 | command->p2;
}

/* An EF reads by its right; the public half of a key to everybody, its other half to nobody */
static uint16_t may_read(const struct rutoken_card *card, const struct rutoken_file *file)
{
    if (!file)
        return ISO_SW_NO_CURRENT;
    if (file->type == RUTOKEN_DF)
        return ISO_SW_FILE_KIND;
    if (file->type == RUTOKEN_EF)
        return rutoken_may(card, file, RUTOKEN_MAY_READ) ? ISO_SW_OK : ISO_SW_SECURITY;
    return rutoken_is_public(file->property[0]) ? ISO_SW_OK : ISO_SW_SECURITY;
}

uint16_t rutoken_read(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    const struct rutoken_file *file = card->session.current;
    size_t offset = offset_of(command);
    uint16_t sw = may_read(card, file);

    if (command->data.size > 0)
        return ISO_SW_LENGTH;
    if (command->p1 & 0x80)
        return ISO_SW_P1P2;
    if (sw != ISO_SW_OK)
        return sw;
    if (offset >= file->size)
        return ISO_SW_OFFSET;
    buf_add(out, bytes_slice(rutoken_contents(file), offset, command->le));
    return ISO_SW_OK;
}

uint16_t rutoken_update(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file *file = card->session.current;
    size_t offset = offset_of(command);

    (void)out;
    if (command->data.size == 0)
        return ISO_SW_LENGTH;
    if (command->p1 & 0x80)
        return ISO_SW_P1P2;
    if (!file)
        return ISO_SW_NO_CURRENT;
    if (file->type != RUTOKEN_EF)
        return ISO_SW_FILE_KIND;
    if (!rutoken_may(card, file, RUTOKEN_MAY_UPDATE))
        return ISO_SW_SECURITY;
    if (offset >= file->size)
        return ISO_SW_OFFSET;
    if (command->data.size > file->size - offset)
        return ISO_SW_FULL;
    memcpy(file->contents + offset, command->data.data, command->data.size);
    card->changes++;
    return ISO_SW_OK;
}

uint16_t rutoken_get_data(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    if (command->p1 != 0x01 || command->p2 != 0x81)
        return ISO_SW_NO_REF;
    buf_add(out, BYTES_OF(card->memory.serial));
    return ISO_SW_OK;
}

uint16_t rutoken_random(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    uint8_t *place;

    if (command->p1 != 0x00 || command->p2 != 0x00)
        return ISO_SW_P1P2;
    if (command->data.size > 0 || command->le > 256)
        return ISO_SW_LENGTH;
    place = buf_reserve(out, command->le);
    if (!place || RAND_bytes_ex(card->crypto, place, command->le, 0) != 1)
        return ISO_SW_UNKNOWN;
    return ISO_SW_OK;
}
