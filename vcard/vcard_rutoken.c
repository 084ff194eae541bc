/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/secret.h"
#include "vcard/vcard_rutoken_card.h"
#include "vcard/vcard_rutoken_data.h"
#include "vcard/vcard_rutoken_delivery.h"
#include "vcard/vcard_rutoken_files.h"
#include "vcard/vcard_rutoken_gost.h"
#include "vcard/vcard_rutoken_keys.h"
#include "vcard/vcard_rutoken_pin.h"
#include "vcard/vcard_rutoken_select.h"
#include "vcard/vcard_rutoken_state.h"

/* "Rutoken DS ": ECP 2.0 and 3.0 have the same */
static const uint8_t atr_usb[] = { 0x3B, 0x8B, 0x01, 0x52, 0x75, 0x74, 0x6F, 0x6B,
                                   0x65, 0x6E, 0x20, 0x44, 0x53, 0x20, 0xC1 };
/* "RutokenECPsc" */
static const uint8_t atr_sc_t0[] = { 0x3B, 0x9C, 0x96, 0x00, 0x52, 0x75, 0x74, 0x6F,
                                     0x6B, 0x65, 0x6E, 0x45, 0x43, 0x50, 0x73, 0x63 };
static const uint8_t atr_sc_t1[] = { 0x3B, 0x9C, 0x94, 0x80, 0x11, 0x40, 0x52, 0x75, 0x74, 0x6F,
                                     0x6B, 0x65, 0x6E, 0x45, 0x43, 0x50, 0x73, 0x63, 0xC3 };
/* "Rutokenlite" */
static const uint8_t atr_lite[] = { 0x3B, 0x8B, 0x01, 0x52, 0x75, 0x74, 0x6F, 0x6B,
                                    0x65, 0x6E, 0x6C, 0x69, 0x74, 0x65, 0xC2 };

/*
 * Which firmware takes 01 as byte 3 of a GOST key's property is not known. One profile does not, so that
 * there is one to try programs with.
 */
static const struct rutoken_profile profiles[] = {
    { "", false, true, true, false, { atr_usb, sizeof(atr_usb) } },
    { "lite", false, false, false, false, { atr_lite, sizeof(atr_lite) } },
    { "sc-t0", true, true, false, false, { atr_sc_t0, sizeof(atr_sc_t0) } },
    { "sc-t1", false, true, true, false, { atr_sc_t1, sizeof(atr_sc_t1) } },
    { "vendor", false, true, true, true, { atr_usb, sizeof(atr_usb) } },
};

static const char *const profile_names[] = { "", "lite", "sc-t0", "sc-t1", "vendor", NULL };

static const struct {
    uint8_t cla;
    uint8_t ins;
    bool keys; /* tokens without cryptography do not know it */
    uint16_t (*run)(struct rutoken_card *card, const struct iso_command *command, struct buf *out);
} commands[] = {
    { 0x00, 0x20, false, rutoken_verify },      { 0x00, 0x22, true, rutoken_set_environment },
    { 0x00, 0x24, false, rutoken_write_rsf },   { 0x00, 0x2A, true, rutoken_perform },
    { 0x00, 0x2C, false, rutoken_unblock },     { 0x00, 0x46, true, rutoken_generate },
    { 0x00, 0x84, false, rutoken_random },      { 0x00, 0xA4, false, rutoken_select },
    { 0x00, 0xB0, false, rutoken_read },        { 0x00, 0xCA, false, rutoken_get_data },
    { 0x00, 0xD6, false, rutoken_update },      { 0x00, 0xE0, false, rutoken_create_file },
    { 0x00, 0xE4, false, rutoken_delete_file }, { 0x80, 0x40, false, rutoken_logout },
    { 0x80, 0x84, false, rutoken_format_end },  { 0x80, 0x8A, false, rutoken_format_begin },
};

static uint16_t handle(void *data, const struct iso_command *command, struct buf *out)
{
    struct rutoken_card *card = data;

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].cla == command->cla && commands[i].ins == command->ins &&
            (card->profile->keys || !commands[i].keys))
            return commands[i].run(card, command, out);
    }
    return ISO_SW_INS;
}

static void family_destroy(struct vcard *base)
{
    struct rutoken_card *card = (struct rutoken_card *)base;

    iso_line_close(&card->line);
    rutoken_memory_clear(&card->memory);
    OSSL_LIB_CTX_free(card->crypto);
    secret_wipe(card, sizeof(*card));
    free(card);
}

static const struct rutoken_profile *profile_find(const char *name)
{
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
        if (strcmp(profiles[i].name, name) == 0)
            return &profiles[i];
    }
    return NULL;
}

static enum result card_prepare(struct rutoken_card *card)
{
    const struct iso_options options = { .t0 = card->profile->t0,
                                         .proprietary = true,
                                         .command_max = RUTOKEN_COMMAND_MAX,
                                         .answer_max = RUTOKEN_ANSWER_MAX };

    TRY(iso_line_open(&card->line, options));
    TRY(rutoken_gost_open());
    card->crypto = OSSL_LIB_CTX_new();
    return card->crypto ? rutoken_deliver(card) : RESULT_NO_MEMORY;
}

static enum result family_create(const char *name, struct vcard **ret)
{
    const struct rutoken_profile *profile = profile_find(name);
    struct rutoken_card *card;
    enum result result;

    *ret = NULL;
    if (!profile)
        return RESULT_NOT_FOUND;
    card = calloc(1, sizeof(*card));
    if (!card)
        return RESULT_NO_MEMORY;
    card->card.family = &vcard_rutoken;
    card->profile = profile;
    result = card_prepare(card);
    if (result != RESULT_OK) {
        family_destroy(&card->card);
        return result;
    }
    *ret = &card->card;
    return RESULT_OK;
}

static struct bytes family_atr(const struct vcard *base)
{
    return ((const struct rutoken_card *)base)->profile->atr;
}

static void family_reset(struct vcard *base)
{
    struct rutoken_card *card = (struct rutoken_card *)base;

    iso_line_reset(&card->line);
    secret_wipe(&card->session, sizeof(card->session));
}

static void family_respond(struct vcard *base, struct bytes command, struct buf *response)
{
    struct rutoken_card *card = (struct rutoken_card *)base;

    iso_line_respond(&card->line, command, handle, card, response);
}

static unsigned family_changes(const struct vcard *base)
{
    return ((const struct rutoken_card *)base)->changes;
}

static enum result family_save(const struct vcard *base, struct buf *out)
{
    return rutoken_state_save((const struct rutoken_card *)base, out);
}

static enum result family_load(struct vcard *base, struct bytes saved)
{
    TRY(rutoken_state_load((struct rutoken_card *)base, saved));
    family_reset(base);
    return RESULT_OK;
}

const struct vcard_family vcard_rutoken = {
    .name = "rutoken",
    .profiles = profile_names,
    .create = family_create,
    .destroy = family_destroy,
    .atr = family_atr,
    .reset = family_reset,
    .respond = family_respond,
    .changes = family_changes,
    .save = family_save,
    .load = family_load,
};
