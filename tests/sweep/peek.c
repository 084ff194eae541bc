/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/peek.h"

#include <string.h>

#include "vcard/vcard_piv_card.h"
#include "vcard/vcard_rutoken_card.h"
#include "vcard/vcard_rutoken_files.h"

#define PAD 0xFF

static bool is_piv(const struct vcard *card)
{
    return strcmp(card->family->name, "piv") == 0;
}

static const struct piv_pin *piv_pin(const struct vcard *card, enum peek_who who)
{
    const struct piv_memory *memory = &((const struct piv_card *)card)->memory;

    return who == PEEK_USER ? &memory->pin : &memory->puk;
}

static struct rutoken_file *rutoken_pin(const struct vcard *card, enum peek_who who)
{
    return rutoken_pin_file(&((const struct rutoken_card *)card)->memory, who == PEEK_USER ? RUTOKEN_USER : RUTOKEN_SO);
}

unsigned peek_tries(const struct vcard *card, enum peek_who who)
{
    const struct rutoken_file *file;

    if (is_piv(card))
        return piv_pin(card, who)->left;
    file = rutoken_pin(card, who);
    return file ? file->property[3] & 0x0F : 0;
}

bool peek_verified(const struct vcard *card)
{
    if (is_piv(card))
        return ((const struct piv_card *)card)->session.pin_verified;
    return ((const struct rutoken_card *)card)->session.level == RUTOKEN_USER;
}

static void piv_fill_up(const char *text, uint8_t ret[PIV_PIN_SIZE])
{
    memset(ret, PAD, PIV_PIN_SIZE);
    memcpy(ret, text, strnlen(text, PIV_PIN_SIZE));
}

bool peek_pin_is(const struct vcard *card, enum peek_who who, const char *text)
{
    uint8_t value[PIV_PIN_SIZE];
    const struct rutoken_file *file;

    if (is_piv(card)) {
        piv_fill_up(text, value);
        return memcmp(piv_pin(card, who)->value, value, sizeof(value)) == 0;
    }
    file = rutoken_pin(card, who);
    return file && file->filled && bytes_equal(rutoken_contents(file), bytes_text(text));
}

bool peek_set_pin(struct vcard *card, const char *text)
{
    struct piv_pin *pin = &((struct piv_card *)card)->memory.pin;
    struct rutoken_file *file;

    if (is_piv(card)) {
        piv_fill_up(text, pin->value);
        pin->left = pin->max;
        return true;
    }
    file = rutoken_pin(card, PEEK_USER);
    if (!file || rutoken_fill(file, bytes_text(text)) != RESULT_OK)
        return false;
    file->property[3] = (uint8_t)((file->property[3] & 0xF0) | file->property[3] >> 4);
    return true;
}

void peek_block(struct vcard *card)
{
    if (is_piv(card))
        ((struct piv_card *)card)->memory.pin.left = 0;
    else
        rutoken_pin(card, PEEK_USER)->property[3] &= 0xF0;
}
