/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/source.h"

#include <string.h>

static enum result source_list(struct reader_source *base, struct reader_state *states, size_t max,
                               size_t *ret_count)
{
    struct fuzz_source *source = (struct fuzz_source *)base;

    *ret_count = 0;
    for (size_t i = 0; i < FUZZ_READERS && i < max; i++) {
        const struct fuzz_card *card = source->cards[i];
        struct bytes atr = card->vcard->family->atr(card->vcard);
        states[i] = (struct reader_state){ .present = !card->removed,
                                           .counter = 2 * card->insertions + card->removed };
        snprintf(states[i].name, sizeof(states[i].name), "Reader %u", (unsigned)i);
        states[i].atr_size = card->removed ? 0 : atr.size;
        memcpy(states[i].atr, atr.data, states[i].atr_size);
        (*ret_count)++;
    }
    return RESULT_OK;
}

static enum result source_wait(struct reader_source *base, const struct reader_state *known, size_t count,
                               unsigned timeout_ms)
{
    (void)base, (void)known, (void)count, (void)timeout_ms;
    return RESULT_TIMEOUT;
}

static void source_interrupt(struct reader_source *base)
{
    (void)base;
}

static enum result source_connect(struct reader_source *base, const char *name, struct channel **ret)
{
    struct fuzz_source *source = (struct fuzz_source *)base;
    struct fuzz_card *card = source->cards[name[strlen(name) - 1] == '1'];

    *ret = NULL;
    if (card->removed)
        return RESULT_CARD_REMOVED;
    *ret = fuzz_card_connect(card);
    return RESULT_OK;
}

static void source_close(struct reader_source *base, bool forked)
{
    (void)base, (void)forked;
}

void fuzz_source_start(struct fuzz_source *source, struct fuzz_card *first, struct fuzz_card *second)
{
    static const struct reader_source_ops ops = { source_list, source_wait, source_interrupt, source_connect,
                                                  source_close };

    memset(source, 0, sizeof(*source));
    source->base.ops = &ops;
    source->cards[0] = first;
    source->cards[1] = second;
}
