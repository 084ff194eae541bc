/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_piv_attest.h"
#include "vcard/vcard_piv_auth.h"
#include "vcard/vcard_piv_card.h"
#include "vcard/vcard_piv_data.h"
#include "vcard/vcard_piv_delivery.h"
#include "vcard/vcard_piv_management.h"
#include "vcard/vcard_piv_pin.h"
#include "vcard/vcard_piv_slots.h"
#include "vcard/vcard_piv_state.h"

enum {
    INS_SELECT = 0xA4,
    RID_SIZE = 5,
};

static const uint8_t aid_piv[] = { 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00 };
static const uint8_t aid_other[] = { 0xA0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01 };

static const uint8_t atr_yubico[] = { 0x3B, 0xFD, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x15, 0x80, 0x73, 0xC0,
                                      0x21, 0xC0, 0x57, 0x59, 0x75, 0x62, 0x69, 0x4B, 0x65, 0x79, 0x40 };
/* the same, whose capabilities have no extended lengths (and the check byte follows) */
static const uint8_t atr_short[] = { 0x3B, 0xFD, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x15, 0x80, 0x73, 0xC0,
                                     0x21, 0x80, 0x57, 0x59, 0x75, 0x62, 0x69, 0x4B, 0x65, 0x79, 0x00 };
static const uint8_t atr_t0[] = { 0x3B, 0x6D, 0x00, 0x00, 0x80, 0x73, 0xC0, 0x21, 0x80,
                                  0x57, 0x59, 0x75, 0x62, 0x69, 0x4B, 0x65, 0x79 };
static const uint8_t atr_nist[] = { 0x3B, 0xF8, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x15,
                                    0x80, 0x73, 0xC0, 0x21, 0xC0, 0x52, 0x50, 0x56, 0x36 };

static const struct piv_profile profiles[] = {
    { "", true, true, false, PIV_3DES, 3072, 3052, { atr_yubico, sizeof(atr_yubico) } },
    { "aes", true, true, false, PIV_AES192, 3072, 3052, { atr_yubico, sizeof(atr_yubico) } },
    { "nist", false, true, false, PIV_3DES, 13000, 12710, { atr_nist, sizeof(atr_nist) } },
    { "short", true, false, false, PIV_3DES, 3072, 3052, { atr_short, sizeof(atr_short) } },
    { "t0", true, false, true, PIV_3DES, 3072, 3052, { atr_t0, sizeof(atr_t0) } },
};

static const char *const profile_names[] = { "", "aes", "nist", "short", "t0", NULL };

/* SP 800-73-4 part 2, 3.1.1; algorithms are announced only by cards whose version nobody can ask for */
static void add_template(const struct piv_card *card, struct buf *out)
{
    static const uint8_t algorithms[] = { PIV_3DES, PIV_RSA2048, PIV_P256, PIV_P384 };
    size_t whole = tlv_begin(out, 0x61), part;

    tlv_add(out, 0x4F, bytes_from(BYTES_OF(aid_piv), RID_SIZE));
    part = tlv_begin(out, 0x79);
    tlv_add(out, 0x4F, bytes_slice(BYTES_OF(aid_piv), 0, RID_SIZE));
    tlv_end(out, part);
    if (!card->profile->yubico) {
        tlv_add(out, 0x50, bytes_text("PIV"));
        part = tlv_begin(out, 0xAC);
        for (size_t i = 0; i < sizeof(algorithms); i++)
            tlv_add_byte(out, 0x80, algorithms[i]);
        tlv_add_byte(out, 0x06, 0x00);
        tlv_end(out, part);
    }
    tlv_end(out, whole);
}

static void session_clear(struct piv_card *card)
{
    secret_wipe(&card->session, sizeof(card->session));
}

static bool aid_matches(struct bytes asked, struct bytes aid)
{
    return asked.size >= RID_SIZE && bytes_start_with(aid, asked);
}

static uint16_t command_select(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    if (command->p1 != 0x04 || command->p2 != 0x00)
        return ISO_SW_P1P2;
    if (aid_matches(command->data, BYTES_OF(aid_piv))) {
        card->selected = PIV_APPLICATION_PIV;
        add_template(card, out);
    } else if (bytes_equal(command->data, BYTES_OF(aid_other))) {
        card->selected = PIV_APPLICATION_OTHER;
    } else {
        return ISO_SW_NO_FILE;
    }
    session_clear(card);
    return ISO_SW_OK;
}

static uint16_t command_version(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    (void)card;
    (void)command;
    buf_add(out, BYTES_OF(piv_version));
    return ISO_SW_OK;
}

static uint16_t command_serial(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    (void)command;
    buf_add(out, BYTES_OF(card->memory.serial));
    return ISO_SW_OK;
}

static const struct {
    uint8_t ins;
    bool yubico; /* other cards do not know it */
    uint16_t (*run)(struct piv_card *card, const struct iso_command *command, struct buf *out);
} commands[] = {
    { 0x20, false, piv_pin_verify },    { 0x24, false, piv_pin_change },
    { 0x2C, false, piv_pin_unblock },   { 0x47, false, piv_slot_generate },
    { 0x87, false, piv_authenticate },  { 0xCB, false, piv_data_get },
    { 0xDB, false, piv_data_put },      { 0xF6, true, piv_slot_move },
    { 0xF7, true, piv_slot_metadata },  { 0xF8, true, command_serial },
    { 0xF9, true, piv_attest },         { 0xFA, true, piv_pin_set_retries },
    { 0xFB, true, piv_delivery_reset }, { 0xFD, true, command_version },
    { 0xFE, true, piv_slot_import },    { 0xFF, true, piv_management_set },
};

static uint16_t handle(void *data, const struct iso_command *command, struct buf *out)
{
    struct piv_card *card = data;

    if (command->ins == INS_SELECT)
        return command_select(card, command, out);
    if (card->selected != PIV_APPLICATION_PIV)
        return ISO_SW_INS;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].ins == command->ins && (card->profile->yubico || !commands[i].yubico))
            return commands[i].run(card, command, out);
    }
    return ISO_SW_INS;
}

static void piv_destroy(struct vcard *base)
{
    struct piv_card *card = (struct piv_card *)base;

    iso_line_close(&card->line);
    piv_memory_clear(&card->memory);
    OSSL_LIB_CTX_free(card->crypto);
    secret_wipe(card, sizeof(*card));
    free(card);
}

static const struct piv_profile *profile_find(const char *name)
{
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
        if (strcmp(profiles[i].name, name) == 0)
            return &profiles[i];
    }
    return NULL;
}

static enum result card_prepare(struct piv_card *card)
{
    const struct iso_options options = { .t0 = card->profile->t0,
                                         .extended = card->profile->extended,
                                         .command_max = card->profile->command_max,
                                         .answer_max = PIV_ANSWER_MAX };

    TRY(iso_line_open(&card->line, options));
    card->crypto = OSSL_LIB_CTX_new();
    return card->crypto ? piv_deliver(card) : RESULT_NO_MEMORY;
}

static enum result piv_create(const char *name, struct vcard **ret)
{
    const struct piv_profile *profile = profile_find(name);
    struct piv_card *card;
    enum result result;

    *ret = NULL;
    if (!profile)
        return RESULT_NOT_FOUND;
    card = calloc(1, sizeof(*card));
    if (!card)
        return RESULT_NO_MEMORY;
    card->card.family = &vcard_piv;
    card->profile = profile;
    result = card_prepare(card);
    if (result != RESULT_OK) {
        piv_destroy(&card->card);
        return result;
    }
    *ret = &card->card;
    return RESULT_OK;
}

static struct bytes piv_atr(const struct vcard *base)
{
    return ((const struct piv_card *)base)->profile->atr;
}

static void piv_reset(struct vcard *base)
{
    struct piv_card *card = (struct piv_card *)base;

    iso_line_reset(&card->line);
    session_clear(card);
    card->selected = PIV_APPLICATION_NONE;
}

static void piv_respond(struct vcard *base, struct bytes command, struct buf *response)
{
    struct piv_card *card = (struct piv_card *)base;

    iso_line_respond(&card->line, command, handle, card, response);
}

static unsigned piv_changes(const struct vcard *base)
{
    return ((const struct piv_card *)base)->changes;
}

static enum result piv_save(const struct vcard *base, struct buf *out)
{
    return piv_state_save((const struct piv_card *)base, out);
}

static enum result piv_load(struct vcard *base, struct bytes saved)
{
    TRY(piv_state_load((struct piv_card *)base, saved));
    piv_reset(base);
    return RESULT_OK;
}

const struct vcard_family vcard_piv = {
    .name = "piv",
    .profiles = profile_names,
    .create = piv_create,
    .destroy = piv_destroy,
    .atr = piv_atr,
    .reset = piv_reset,
    .respond = piv_respond,
    .changes = piv_changes,
    .save = piv_save,
    .load = piv_load,
};
