/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/probe.h"

#include <stdlib.h>
#include <string.h>

#include "pcsc/atr.h"

/* Carries everything on and counts the commands: that is how to know whose application is still selected. */
struct counter {
    struct channel base;
    struct channel *inner;
    unsigned commands;
};

static struct counter *counter_of(struct channel *channel)
{
    return (struct counter *)channel;
}

static enum result counter_transmit(struct channel *channel, struct bytes command, struct buf *answer)
{
    struct counter *counter = counter_of(channel);

    counter->commands++;
    return counter->inner->ops->transmit(counter->inner, command, answer);
}

static enum result counter_begin(struct channel *channel, bool *ret_reset)
{
    return counter_of(channel)->inner->ops->begin(counter_of(channel)->inner, ret_reset);
}

static void counter_end(struct channel *channel)
{
    counter_of(channel)->inner->ops->end(counter_of(channel)->inner);
}

static enum result counter_control(struct channel *channel, uint32_t code, struct bytes input,
                                   struct buf *answer)
{
    return counter_of(channel)->inner->ops->control(counter_of(channel)->inner, code, input, answer);
}

static void counter_close(struct channel *channel)
{
    (void)channel;
}

static const struct channel_ops counter_ops = {
    counter_transmit, counter_begin, counter_end, counter_control, counter_close,
};

static const struct card_section *section_find(const struct card_section *sections, size_t count,
                                               const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(sections[i].name, name) == 0)
            return &sections[i];
    }
    return NULL;
}

enum result card_new(const struct card_driver *driver, struct channel *channel, struct bytes atr,
                     const struct card_section *sections, size_t count, struct card **ret)
{
    const struct card_section *section = section_find(sections, count, driver->name);
    struct bytes known = bytes_slice(atr, 0, READER_ATR_MAX);
    struct card *card = calloc(1, sizeof(*card));

    *ret = card;
    if (!card)
        return RESULT_NO_MEMORY;
    card->driver = driver;
    card->settings = section ? section->settings : NULL;
    card->settings_count = section ? section->count : 0;
    if (known.size > 0)
        memcpy(card->atr, known.data, known.size);
    card->atr_size = known.size;
    card->link.channel = channel;
    /* It would be found out by a refusal; believing the card saves that exchange. */
    card->link.extended_fails = atr_denies_extended(known);
    card->link.answer = malloc(CHANNEL_ANSWER_MAX);
    if (card->link.answer)
        return RESULT_OK;
    card_free(ret);
    return RESULT_NO_MEMORY;
}

void card_free(struct card **card)
{
    if (!*card)
        return;
    if ((*card)->link.answer)
        secret_wipe((*card)->link.answer, CHANNEL_ANSWER_MAX);
    free((*card)->link.answer);
    secret_wipe(*card, sizeof(**card));
    free(*card);
    *card = NULL;
}

void card_attach(struct card *card, struct channel *channel)
{
    card->link.channel = channel;
}

/* One driver's answer. RESULT_NOT_FOUND: not its card, or one that it cannot open. */
static enum result probe_driver(const struct card_driver *driver, struct channel *channel, struct bytes atr,
                                const struct card_section *sections, size_t count, struct probe_found *ret)
{
    struct probe_found found = { 0 };
    enum result result;

    TRY(card_new(driver, channel, atr, sections, count, &found.card));
    result = driver->recognise(found.card);
    if (result == RESULT_OK)
        result = driver->open(found.card, &found.info);
    if (result == RESULT_OK) {
        *ret = found;
        return RESULT_OK;
    }
    card_free(&found.card);
    return result == RESULT_NO_MEMORY || result >= RESULT_CARD_RESET ? result : RESULT_NOT_FOUND;
}

static void probe_forget(struct probe_found *found, size_t *count, int *selected)
{
    while (*count > 0)
        card_free(&found[--*count].card);
    *selected = -1;
}

/* One look at a card by all families. */
struct look {
    struct counter counter;
    struct bytes atr;
    const struct card_section *sections;
    size_t section_count;
    struct probe_found *found;
    size_t max, count;
    int selected;
};

static enum result look_driver(struct look *look, const struct card_driver *driver)
{
    unsigned before = look->counter.commands;
    enum result result = probe_driver(driver, &look->counter.base, look->atr, look->sections, look->section_count,
                                      &look->found[look->count]);

    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return result;
    /* A family that could tell by the ATR alone has not disturbed the one before it. */
    if (look->counter.commands != before)
        look->selected = -1;
    if (result == RESULT_OK)
        look->selected = (int)look->count++;
    return RESULT_OK;
}

static enum result look_drivers(struct look *look, const struct card_driver *const *drivers, bool alone)
{
    for (; *drivers && look->count < look->max; drivers++) {
        if ((*drivers)->alone != alone)
            continue;
        TRY(look_driver(look, *drivers));
        if (alone && look->count > 0)
            break;
    }
    return RESULT_OK;
}

enum result probe_card(const struct card_driver *const *drivers, struct channel *channel, struct bytes atr,
                       const struct card_section *sections, size_t section_count, struct probe_found *found,
                       size_t max, size_t *ret_count, int *ret_selected)
{
    struct look look = { .counter = { .base = *channel, .inner = channel },
                         .atr = atr,
                         .sections = sections,
                         .section_count = section_count,
                         .found = found,
                         .max = max,
                         .selected = -1 };
    enum result result;

    look.counter.base.ops = &counter_ops;
    /* Who knows its cards by their ATR spares the others' questions. */
    result = look_drivers(&look, drivers, true);
    if (result == RESULT_OK && look.count == 0)
        result = look_drivers(&look, drivers, false);
    if (result != RESULT_OK)
        probe_forget(found, &look.count, &look.selected);
    for (size_t i = 0; i < look.count; i++)
        card_attach(found[i].card, channel);
    *ret_count = look.count;
    *ret_selected = look.selected;
    return result;
}
