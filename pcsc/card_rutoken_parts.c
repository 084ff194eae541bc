/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/card_rutoken_parts.h"

#include <stdlib.h>
#include <string.h>

#define ATR_MAX 19

/* An ATR's historical bytes name the family; the interface bytes before them are the reader's business. */
struct rutoken_atr {
    struct rutoken_model model;
    size_t size, from, to; /* what is compared */
    uint8_t bytes[ATR_MAX];
};

static const struct rutoken_atr rutoken_atrs[] = {
    { { "Rutoken ECP", false }, 15, 0, 15, "\x3B\x8B\x01Rutoken ECP\xA0" },
    { { "Rutoken ECP", false }, 15, 0, 15, "\x3B\x8B\x01Rutoken DS \xC1" },
    { { "Rutoken ECP SC", false }, 16, 4, 16, "\x3B\x9C\x96\x00RutokenECPsc" },
    { { "Rutoken ECP SC", false }, 19, 6, 18, "\x3B\x9C\x94\x80\x11\x40RutokenECPsc" },
    { { "Rutoken ECP NFC", false }, 13, 4, 8, "\x3B\x88\x80\x01RtSC\x77\x81\x83\x20\x6A" },
    { { "Rutoken Lite", true }, 15, 0, 15, "\x3B\x8B\x01Rutokenlite\xC2" },
    { { "Rutoken Lite SC", true }, 18, 4, 18, "\x3B\x9E\x96\x00RutokenLiteSC2" },
};

const struct rutoken_model *card_rutoken_model(const struct card *card)
{
    for (size_t i = 0; i < sizeof(rutoken_atrs) / sizeof(rutoken_atrs[0]); i++) {
        const struct rutoken_atr *row = &rutoken_atrs[i];
        if (card->atr_size == row->size &&
            memcmp(card->atr + row->from, row->bytes + row->from, row->to - row->from) == 0)
            return &row->model;
    }
    return NULL;
}

struct rutoken_state *card_rutoken_state(struct card *card)
{
    _Static_assert(sizeof(struct rutoken_state) <= CARD_PRIVATE_STATE, "the state fits its place");
    return (struct rutoken_state *)(void *)card->state;
}

bool card_rutoken_is_lite(const struct card *card)
{
    const struct rutoken_model *model = card_rutoken_model(card);

    return model && model->lite;
}

bool card_rutoken_unverified(const struct card *card)
{
    for (size_t i = 0; i < card->settings_count; i++)
        if (strcmp(card->settings[i].key, "unverified") == 0)
            return strcmp(card->settings[i].value, "yes") == 0;
    return false;
}

bool card_rutoken_is_fatal(enum result result)
{
    return result == RESULT_NO_MEMORY || result == RESULT_WRONG_STATE || result == RESULT_CARD_FAILURE ||
           result >= RESULT_CARD_RESET;
}

enum result card_rutoken_after_change(enum result after)
{
    bool repeated = after == RESULT_CARD_RESET || after == RESULT_NO_SERVICE || after == RESULT_WRONG_STATE ||
                    after == RESULT_NOT_AUTHENTICATED;

    return repeated ? RESULT_TRANSPORT : after;
}

enum result card_rutoken_heap_new(size_t capacity, struct buf *ret)
{
    *ret = buf_make(calloc(1, capacity), capacity);
    return ret->data ? RESULT_OK : RESULT_NO_MEMORY;
}

void card_rutoken_heap_free(struct buf *buf)
{
    buf_wipe(buf);
    free(buf->data);
    *buf = buf_make(NULL, 0);
}
