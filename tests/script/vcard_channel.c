/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/script/vcard_channel.h"

#include <stdlib.h>
#include <string.h>

struct vcard_channel {
    struct channel base;
    struct vcard *card;
    unsigned count;
    int passing;
    enum result failure;
    bool executed;
    int slipping;
    enum vcard_channel_slip slip;
    uint32_t seed;
    uint8_t *response;
};

static struct vcard_channel *vcard_channel_of(struct channel *channel)
{
    return (struct vcard_channel *)channel;
}

/* xorshift: the same seed gives the same card. */
static uint32_t vcard_channel_random(struct vcard_channel *self, uint32_t limit)
{
    self->seed ^= self->seed << 13;
    self->seed ^= self->seed >> 17;
    self->seed ^= self->seed << 5;
    return self->seed % limit;
}

/* One answer of four is spoilt. */
static void vcard_channel_alter(struct vcard_channel *self, struct buf *response)
{
    uint32_t way = vcard_channel_random(self, 16);

    if (way == 0)
        buf_truncate(response, vcard_channel_random(self, (uint32_t)response->size + 1));
    else if (way == 1)
        buf_add_fill(response, (uint8_t)vcard_channel_random(self, 256), vcard_channel_random(self, 600));
    else if (way == 2 && response->size > 2)
        response->data[vcard_channel_random(self, (uint32_t)response->size - 2)] =
            (uint8_t)vcard_channel_random(self, 256);
    else if (way == 3)
        for (uint32_t i = 0; i < 8 && response->size > 0; i++)
            response->data[vcard_channel_random(self, (uint32_t)response->size)] =
                (uint8_t)vcard_channel_random(self, 256);
}

/* Of the slips in which nothing is done. */
static const unsigned words[] = {
    [VCARD_CHANNEL_WORD] = 0x6F00,
    [VCARD_CHANNEL_BLOCKED] = 0x6983,
    [VCARD_CHANNEL_MISSING] = 0x6A82,
    [VCARD_CHANNEL_DONE] = 0x9000,
};

static enum result vcard_channel_transmit(struct channel *channel, struct bytes command, struct buf *answer)
{
    struct vcard_channel *self = vcard_channel_of(channel);
    struct buf response = buf_make(self->response, VCARD_RESPONSE_MAX);

    if (self->passing == 0) {
        if (self->executed)
            self->card->family->respond(self->card, command, &response);
        self->executed = false;
        return self->failure;
    }
    if (self->passing > 0)
        self->passing--;
    self->count++;
    if (self->slipping == 0 && self->slip != VCARD_CHANNEL_CUT)
        buf_add_number(&response, words[self->slip], 2);
    else
        self->card->family->respond(self->card, command, &response);
    if (self->slipping == 0 && self->slip == VCARD_CHANNEL_CUT)
        buf_truncate(&response, response.size / 2);
    if (self->slipping >= 0)
        self->slipping--;
    if (self->seed != 0)
        vcard_channel_alter(self, &response);
    buf_add(answer, buf_bytes(&response));
    return buf_check(answer);
}

static enum result vcard_channel_begin(struct channel *channel, bool *ret_reset)
{
    (void)channel;
    *ret_reset = false;
    return RESULT_OK;
}

static void vcard_channel_end(struct channel *channel)
{
    (void)channel;
}

static enum result vcard_channel_control(struct channel *channel, uint32_t code, struct bytes input,
                                         struct buf *answer)
{
    (void)channel, (void)code, (void)input, (void)answer;
    return RESULT_UNSUPPORTED;
}

static void vcard_channel_destroy(struct channel *channel)
{
    vcard_channel_close(&channel);
}

static const struct channel_ops vcard_channel_ops = {
    vcard_channel_transmit, vcard_channel_begin,   vcard_channel_end,
    vcard_channel_control,  vcard_channel_destroy,
};

enum result vcard_channel_open(const char *name, struct channel **ret)
{
    struct vcard_channel *self = calloc(1, sizeof(*self));
    enum result result;

    *ret = NULL;
    if (!self)
        return RESULT_NO_MEMORY;
    self->base.ops = &vcard_channel_ops;
    self->base.t0 = strstr(name, ":t0") || strstr(name, "-t0");
    self->passing = self->slipping = VCARD_CHANNEL_NEVER;
    self->response = malloc(VCARD_RESPONSE_MAX);
    result = self->response ? vcard_create(name, &self->card) : RESULT_NO_MEMORY;
    *ret = &self->base;
    if (result != RESULT_OK)
        vcard_channel_close(ret);
    return result;
}

struct bytes vcard_channel_atr(struct channel *channel)
{
    const struct vcard *card = vcard_channel_of(channel)->card;

    return card->family->atr(card);
}

void vcard_channel_reset(struct channel *channel)
{
    struct vcard *card = vcard_channel_of(channel)->card;

    card->family->reset(card);
}

unsigned vcard_channel_count(struct channel *channel)
{
    struct vcard_channel *self = vcard_channel_of(channel);
    unsigned count = self->count;

    self->count = 0;
    return count;
}

void vcard_channel_break(struct channel *channel, int after, enum result failure, bool executed)
{
    vcard_channel_of(channel)->passing = after;
    vcard_channel_of(channel)->failure = failure;
    vcard_channel_of(channel)->executed = executed;
}

void vcard_channel_slip(struct channel *channel, int after, enum vcard_channel_slip slip)
{
    vcard_channel_of(channel)->slipping = after;
    vcard_channel_of(channel)->slip = slip;
}

void vcard_channel_spoil(struct channel *channel, uint32_t seed)
{
    vcard_channel_of(channel)->seed = seed;
}

void vcard_channel_close(struct channel **channel)
{
    struct vcard_channel *self = *channel ? vcard_channel_of(*channel) : NULL;

    if (!self)
        return;
    vcard_destroy(&self->card);
    free(self->response);
    free(self);
    *channel = NULL;
}
