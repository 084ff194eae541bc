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
    uint8_t *response;
};

static struct vcard_channel *vcard_channel_of(struct channel *channel)
{
    return (struct vcard_channel *)channel;
}

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
    self->card->family->respond(self->card, command, &response);
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
    self->base.t0 = strstr(name, ":t0") != NULL;
    self->passing = VCARD_CHANNEL_NEVER;
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
