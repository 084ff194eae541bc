/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/fake/fake_world.h"

#define WORLD(source_) ((struct fake *)(void *)(source_))

struct fake_reader *fake_reader_find(struct fake *fake, const char *name)
{
    for (size_t i = 0; i < fake->reader_count; i++)
        if (strcmp(fake->readers[i].state.name, name) == 0)
            return &fake->readers[i];
    return NULL;
}

void fake_card_forget(struct fake_card *card)
{
    card->selected = -1;
    for (size_t i = 0; i < 2; i++)
        card->apps[i].verified = card->apps[i].authenticated = card->apps[i].just_verified = false;
}

void fake_reader_empty(struct fake *fake, struct fake_reader *reader)
{
    if (!reader->card)
        return;
    fake_card_forget(reader->card);
    reader->card = NULL;
    reader->generation++;
    reader->state.counter++;
    reader->state.present = false;
    reader->state.atr_size = 0;
    pthread_cond_broadcast(&fake->changed);
}

enum result fake_channel_card(struct fake_channel *channel, struct fake_card **ret)
{
    struct fake *fake = channel->world;
    struct fake_reader *reader = fake_reader_find(fake, channel->reader);

    if (!fake->service || channel->epoch != fake->epoch)
        return RESULT_NO_SERVICE;
    if (!reader)
        return RESULT_READER_GONE;
    if (!reader->card || channel->generation != reader->generation)
        return RESULT_CARD_REMOVED;
    *ret = reader->card;
    return RESULT_OK;
}

/** The only command that a fake card answers: who are you? A channel may be wrapped, this goes through. */
static enum result fake_transmit(struct channel *channel, struct bytes command, struct buf *answer)
{
    (void)command;
    buf_add(answer, bytes_make(&channel, sizeof(channel)));
    return buf_check(answer);
}

struct fake_channel *fake_channel_behind(struct channel *channel)
{
    struct channel *found = NULL;
    uint8_t memory[sizeof(found)];
    struct buf answer = BUF_OVER(memory);

    if (channel->ops->transmit(channel, BYTES_LIT(0), &answer) != RESULT_OK || answer.size != sizeof(found))
        abort();
    memcpy(&found, memory, sizeof(found));
    return (struct fake_channel *)found;
}

static enum result fake_begin_locked(struct fake_channel *self, bool *ret_reset)
{
    struct fake_reader *reader;
    struct fake_card *card;

    TRY(fake_enter(self->world, FAKE_BEGIN, self));
    TRY(fake_channel_card(self, &card));
    if (self->open)
        self->world->violations++;
    self->open = true;
    self->world->transactions++;
    reader = fake_reader_find(self->world, self->reader);
    *ret_reset = self->resets != reader->resets;
    self->resets = reader->resets;
    return RESULT_OK;
}

static enum result fake_begin(struct channel *channel, bool *ret_reset)
{
    struct fake_channel *self = (struct fake_channel *)channel;
    enum result result;

    pthread_mutex_lock(&self->world->mutex);
    result = fake_begin_locked(self, ret_reset);
    pthread_mutex_unlock(&self->world->mutex);
    return result;
}

static void fake_end(struct channel *channel)
{
    struct fake_channel *self = (struct fake_channel *)channel;

    pthread_mutex_lock(&self->world->mutex);
    (void)fake_enter(self->world, FAKE_END, self);
    if (self->open)
        self->world->transactions--;
    else
        self->world->violations++;
    self->open = false;
    pthread_mutex_unlock(&self->world->mutex);
}

static enum result fake_control(struct channel *channel, uint32_t code, struct bytes input,
                                struct buf *answer)
{
    (void)channel;
    (void)code;
    (void)input;
    (void)answer;
    return RESULT_UNSUPPORTED;
}

static void fake_channel_close(struct channel *channel)
{
    struct fake_channel *self = (struct fake_channel *)channel;

    pthread_mutex_lock(&self->world->mutex);
    (void)fake_enter(self->world, FAKE_CLOSE, self);
    self->world->channels--;
    if (self->open) {
        self->world->transactions--;
        self->world->violations++;
    }
    pthread_mutex_unlock(&self->world->mutex);
    free(self);
}

static const struct channel_ops fake_channel_ops = {
    .transmit = fake_transmit,
    .begin = fake_begin,
    .end = fake_end,
    .control = fake_control,
    .close = fake_channel_close,
};

static enum result fake_list(struct reader_source *source, struct reader_state *states, size_t max,
                             size_t *ret_count)
{
    struct fake *fake = WORLD(source);
    enum result result;

    pthread_mutex_lock(&fake->mutex);
    result = fake_enter(fake, FAKE_LIST_READERS, NULL);
    if (fake->stale)
        atomic_fetch_add(&source->restarts, 1);
    fake->stale = false;
    if (result == RESULT_OK && !fake->service)
        result = RESULT_NO_SERVICE;
    *ret_count = 0;
    for (size_t i = 0; result == RESULT_OK && i < fake->reader_count && i < max; i++)
        states[(*ret_count)++] = fake->readers[i].state;
    result = fake_leave(fake, FAKE_LIST_READERS, result);
    pthread_mutex_unlock(&fake->mutex);
    return result;
}

static bool fake_differs(const struct fake *fake, const struct reader_state *known, size_t count)
{
    if (count != fake->reader_count)
        return true;
    for (size_t i = 0; i < count; i++) {
        const struct reader_state *now = &fake->readers[i].state;
        if (strcmp(known[i].name, now->name) != 0 || known[i].counter != now->counter ||
            known[i].present != now->present)
            return true;
    }
    return false;
}

static enum result fake_wait(struct reader_source *source, const struct reader_state *known, size_t count,
                             unsigned timeout_ms)
{
    struct fake *fake = WORLD(source);
    enum result result = RESULT_OK;
    struct timespec until;
    unsigned interrupts;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&fake->mutex);
    interrupts = fake->interrupts;
    while (result == RESULT_OK && fake->service && interrupts == fake->interrupts &&
           !fake_differs(fake, known, count))
        if (pthread_cond_timedwait(&fake->changed, &fake->mutex, &until) == ETIMEDOUT)
            result = RESULT_TIMEOUT;
    if (!fake->service)
        result = RESULT_NO_SERVICE;
    else if (interrupts != fake->interrupts)
        result = RESULT_CANCELLED;
    pthread_mutex_unlock(&fake->mutex);
    return result;
}

static void fake_interrupt(struct reader_source *source)
{
    struct fake *fake = WORLD(source);

    pthread_mutex_lock(&fake->mutex);
    fake->interrupts++;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

static enum result fake_connect_locked(struct fake *fake, const char *name, struct channel **ret)
{
    struct fake_reader *reader;
    struct fake_channel *channel;

    TRY(fake_enter(fake, FAKE_CONNECT, NULL));
    if (!fake->service)
        return RESULT_NO_SERVICE;
    reader = fake_reader_find(fake, name);
    if (!reader)
        return RESULT_READER_GONE;
    if (!reader->card)
        return RESULT_CARD_REMOVED;
    if (reader->state.exclusive)
        return RESULT_BUSY;
    channel = calloc(1, sizeof(*channel));
    if (!channel)
        return RESULT_NO_MEMORY;
    channel->channel.ops = &fake_channel_ops;
    channel->world = fake;
    memcpy(channel->reader, reader->state.name, sizeof(channel->reader));
    channel->generation = reader->generation;
    channel->resets = reader->resets;
    channel->epoch = fake->epoch;
    fake->channels++;
    *ret = &channel->channel;
    return RESULT_OK;
}

static enum result fake_connect(struct reader_source *source, const char *name, struct channel **ret)
{
    struct fake *fake = WORLD(source);
    enum result result;

    pthread_mutex_lock(&fake->mutex);
    result = fake_connect_locked(fake, name, ret);
    pthread_mutex_unlock(&fake->mutex);
    return result;
}

static void fake_source_close(struct reader_source *source, bool forked)
{
    struct fake *fake = WORLD(source);

    (void)forked;
    pthread_mutex_lock(&fake->mutex);
    fake->closed++;
    pthread_mutex_unlock(&fake->mutex);
}

static const struct reader_source_ops fake_source_ops = {
    .list = fake_list,
    .wait = fake_wait,
    .interrupt = fake_interrupt,
    .connect = fake_connect,
    .close = fake_source_close,
};

struct fake *fake_new(void)
{
    struct fake *fake = calloc(1, sizeof(*fake));

    if (!fake)
        abort();
    fake->source.ops = &fake_source_ops;
    fake->service = true;
    pthread_mutex_init(&fake->mutex, NULL);
    pthread_cond_init(&fake->changed, NULL);
    return fake;
}

struct reader_source *fake_source(struct fake *fake)
{
    return &fake->source;
}

void fake_reader_add(struct fake *fake, const char *name)
{
    struct fake_reader *reader;

    pthread_mutex_lock(&fake->mutex);
    reader = &fake->readers[fake->reader_count++];
    memset(reader, 0, sizeof(*reader));
    strncpy(reader->state.name, name, sizeof(reader->state.name) - 1);
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

void fake_reader_remove(struct fake *fake, const char *name)
{
    struct fake_reader *reader, *last;

    pthread_mutex_lock(&fake->mutex);
    reader = fake_reader_find(fake, name);
    last = &fake->readers[fake->reader_count - 1];
    if (reader) {
        fake_reader_empty(fake, reader);
        memmove(reader, reader + 1, (size_t)(last - reader) * sizeof(*reader));
        fake->reader_count--;
    }
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

void fake_insert(struct fake *fake, const char *name, struct fake_card *card)
{
    struct fake_reader *reader;

    pthread_mutex_lock(&fake->mutex);
    reader = fake_reader_find(fake, name);
    fake_reader_empty(fake, reader);
    fake_card_forget(card);
    reader->card = card;
    reader->generation++;
    reader->state.counter++;
    reader->state.present = true;
    reader->state.atr_size = sizeof(card->atr);
    memcpy(reader->state.atr, card->atr, sizeof(card->atr));
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

void fake_remove(struct fake *fake, const char *name)
{
    pthread_mutex_lock(&fake->mutex);
    fake_reader_empty(fake, fake_reader_find(fake, name));
    pthread_mutex_unlock(&fake->mutex);
}

void fake_exclusive(struct fake *fake, const char *name, bool exclusive)
{
    pthread_mutex_lock(&fake->mutex);
    fake_reader_find(fake, name)->state.exclusive = exclusive;
    pthread_mutex_unlock(&fake->mutex);
}

void fake_service_down(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    fake->service = false;
    fake->epoch++;
    fake->stale = true;
    for (size_t i = 0; i < fake->reader_count; i++)
        if (fake->readers[i].card)
            fake_card_forget(fake->readers[i].card);
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

void fake_service_up(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    fake->service = true;
    for (size_t i = 0; i < fake->reader_count; i++)
        fake->readers[i].state.counter = fake->readers[i].card ? 1 : 0;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

void fake_reset(struct fake_card *card)
{
    struct fake *fake = card->world;

    pthread_mutex_lock(&fake->mutex);
    fake_card_forget(card);
    for (size_t i = 0; i < fake->reader_count; i++)
        if (fake->readers[i].card == card)
            fake->readers[i].resets++;
    pthread_mutex_unlock(&fake->mutex);
}
