/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/token/slot.h"

#include <string.h>

#include "module/rv.h"
#include "pcsc/pinpad.h"
#include "pcsc/probe.h"

/** What a probe came to. */
struct probing {
    struct probe_found found[PROBE_MAX];
    size_t count;
    int selected;
    bool pinpad;
};

static void close_channel(struct channel **channel)
{
    if (*channel)
        (*channel)->ops->close(*channel);
}

static void free_found(struct probing *probing)
{
    for (size_t i = 0; i < PROBE_MAX; i++)
        card_free(&probing->found[i].card);
}

static enum result probe(struct slots *slots, struct slot *slot, const struct slot_now *now,
                         struct probing *ret)
{
    SCOPED(close_channel) struct channel *channel = NULL;
    struct bytes atr = bytes_make(now->seen.atr, now->seen.atr_size);
    bool reset = false;
    enum result result;

    TRY(slots->source->ops->connect(slots->source, slot->reader, &channel));
    TRY(channel->ops->begin(channel, &reset));
    result = probe_card(slots->drivers, channel, atr, slots->config->sections, slots->config->section_count,
                        ret->found, PROBE_MAX, &ret->count, &ret->selected);
    channel->ops->end(channel);
    ret->pinpad = result == RESULT_OK && slots->config->use_pinpad && pinpad_present(channel);
    return result;
}

CK_RV slot_probe_card(struct slots *slots, struct slot *slot, const struct slot_now *now, struct token **ret,
                      size_t *ret_count)
{
    SCOPED(free_found) struct probing probing = { .selected = -1 };
    const struct token_place place = { slots->source, slots->config, slots->crypto };
    struct token_origin origin = { .seen = now->seen };
    enum result result = probe(slots, slot, now, &probing);

    *ret = NULL;
    if (result == RESULT_CARD_REMOVED || result == RESULT_READER_GONE)
        return CKR_TOKEN_NOT_PRESENT;
    TRY_RESULT(result);
    *ret_count = probing.count;
    if (slot->application >= probing.count)
        return CKR_OK;
    origin.selected = probing.selected == (int)slot->application;
    origin.pinpad = probing.pinpad;
    return token_new(&probing.found[slot->application], &place, &origin, ret);
}
