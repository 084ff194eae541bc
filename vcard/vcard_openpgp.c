/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "asn1/secret.h"
#include "vcard/vcard_openpgp_card.h"
#include "vcard/vcard_openpgp_data.h"
#include "vcard/vcard_openpgp_delivery.h"
#include "vcard/vcard_openpgp_keys.h"
#include "vcard/vcard_openpgp_pin.h"
#include "vcard/vcard_openpgp_state.h"
#include "vcard/vcard_openpgp_use.h"

enum {
    INS_ACTIVATE = 0x44,
    INS_SELECT = 0xA4,
    AID_SIZE = 16,
    RID_SIZE = 5,
};

static const uint8_t aid_other[] = { 0xA0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01 };

/* T=1; the historical bytes are those of data object 5F52 */
static const uint8_t atr[] = { 0x3B, 0x8A, 0x01, 0x00, 0x31, 0xC5, 0x73,
                               0xC0, 0x01, 0xC0, 0x05, 0x90, 0x00, 0x98 };

static void session_clear(struct openpgp_card *card)
{
    secret_wipe(&card->session, sizeof(card->session));
}

static bool is_asked_for(struct openpgp_card *card, struct bytes asked)
{
    const struct iso_command get = { .p1 = 0x00, .p2 = 0x4F };
    uint8_t memory[AID_SIZE];
    struct buf aid = BUF_OVER(memory);

    return asked.size >= RID_SIZE && openpgp_data_get(card, &get, &aid) == ISO_SW_OK &&
           bytes_start_with(buf_bytes(&aid), asked);
}

/* 7.2.1: nothing but the status word comes back */
static uint16_t command_select(struct openpgp_card *card, const struct iso_command *command)
{
    if (command->p1 != 0x04 || (command->p2 != 0x00 && command->p2 != 0x0C))
        return OPENPGP_SW_P1P2;
    if (is_asked_for(card, command->data))
        card->selected = OPENPGP_APPLICATION_OPENPGP;
    else if (bytes_equal(command->data, BYTES_OF(aid_other)))
        card->selected = OPENPGP_APPLICATION_OTHER;
    else
        return ISO_SW_NO_FILE;
    session_clear(card);
    return card->selected == OPENPGP_APPLICATION_OPENPGP && card->memory.terminated
               ? (uint16_t)OPENPGP_SW_TERMINATED
               : (uint16_t)ISO_SW_OK;
}

static uint16_t command_challenge(struct openpgp_card *card, const struct iso_command *command,
                                  struct buf *out)
{
    uint8_t *place;

    if (command->p1 != 0x00 || command->p2 != 0x00)
        return OPENPGP_SW_P1P2;
    if (command->data.size > 0 || !command->has_le || command->le > OPENPGP_CHALLENGE_MAX)
        return ISO_SW_LENGTH;
    place = buf_reserve(out, command->le);
    return place && RAND_bytes_ex(card->crypto, place, command->le, 0) == 1 ? ISO_SW_OK : ISO_SW_UNKNOWN;
}

static const struct {
    uint8_t ins;
    uint16_t (*run)(struct openpgp_card *card, const struct iso_command *command, struct buf *out);
} commands[] = {
    { 0x20, openpgp_pin_verify },         { 0x22, openpgp_use_environment },
    { 0x24, openpgp_pin_change },         { 0x2A, openpgp_use_operation },
    { 0x2C, openpgp_pin_unblock },        { INS_ACTIVATE, openpgp_delivery_activate },
    { 0x47, openpgp_key_generate },       { 0x84, command_challenge },
    { 0x88, openpgp_use_authenticate },   { 0xA5, openpgp_data_select },
    { 0xCA, openpgp_data_get },           { 0xCC, openpgp_data_next },
    { 0xDA, openpgp_data_put },           { 0xDB, openpgp_key_import },
    { 0xE6, openpgp_delivery_terminate },
};

static uint16_t handle(void *data, const struct iso_command *command, struct buf *out)
{
    struct openpgp_card *card = data;

    if (command->ins == INS_SELECT)
        return command_select(card, command);
    if (card->selected != OPENPGP_APPLICATION_OPENPGP)
        return ISO_SW_INS;
    if (card->memory.terminated && command->ins != INS_ACTIVATE)
        return OPENPGP_SW_TERMINATED;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].ins == command->ins)
            return commands[i].run(card, command, out);
    }
    return ISO_SW_INS;
}

static void openpgp_destroy(struct vcard *base)
{
    struct openpgp_card *card = (struct openpgp_card *)base;

    iso_line_close(&card->line);
    openpgp_memory_clear(&card->memory);
    OSSL_LIB_CTX_free(card->crypto);
    secret_wipe(card, sizeof(*card));
    free(card);
}

static enum result card_prepare(struct openpgp_card *card)
{
    const struct iso_options options = { .extended = true,
                                         .command_max = OPENPGP_COMMAND_MAX,
                                         .answer_max = OPENPGP_ANSWER_MAX };

    TRY(iso_line_open(&card->line, options));
    card->crypto = OSSL_LIB_CTX_new();
    return card->crypto ? openpgp_deliver(card) : RESULT_NO_MEMORY;
}

static enum result openpgp_create(const char *profile, struct vcard **ret)
{
    struct openpgp_card *card = calloc(1, sizeof(*card));
    enum result result;

    (void)profile;
    *ret = NULL;
    if (!card)
        return RESULT_NO_MEMORY;
    card->card.family = &vcard_openpgp;
    result = card_prepare(card);
    if (result != RESULT_OK) {
        openpgp_destroy(&card->card);
        return result;
    }
    *ret = &card->card;
    return RESULT_OK;
}

static struct bytes openpgp_atr(const struct vcard *base)
{
    (void)base;
    return BYTES_OF(atr);
}

static void openpgp_reset(struct vcard *base)
{
    struct openpgp_card *card = (struct openpgp_card *)base;

    iso_line_reset(&card->line);
    session_clear(card);
    card->selected = OPENPGP_APPLICATION_NONE;
}

static void openpgp_respond(struct vcard *base, struct bytes command, struct buf *response)
{
    struct openpgp_card *card = (struct openpgp_card *)base;

    iso_line_respond(&card->line, command, handle, card, response);
}

static unsigned openpgp_changes(const struct vcard *base)
{
    return ((const struct openpgp_card *)base)->changes;
}

static enum result openpgp_save(const struct vcard *base, struct buf *out)
{
    return openpgp_state_save((const struct openpgp_card *)base, out);
}

static enum result openpgp_load(struct vcard *base, struct bytes saved)
{
    TRY(openpgp_state_load((struct openpgp_card *)base, saved));
    openpgp_reset(base);
    return RESULT_OK;
}

static const char *const profile_names[] = { "", NULL };

const struct vcard_family vcard_openpgp = {
    .name = "openpgp",
    .profiles = profile_names,
    .create = openpgp_create,
    .destroy = openpgp_destroy,
    .atr = openpgp_atr,
    .reset = openpgp_reset,
    .respond = openpgp_respond,
    .changes = openpgp_changes,
    .save = openpgp_save,
    .load = openpgp_load,
};
