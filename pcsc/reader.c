/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/reader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <winscard.h>

#include "asn1/secret.h"
#include "pcsc/pace.h"
#include "pcsc/reader_code.h"
#include "pcsc/trace.h"

/* Refusals because another program has the card for itself are waited out this long. */
#define PATIENCE_MS 2000

/* A wait is cut into slices, because a cancel may be lost and the list of readers may change unnoticed. */
#define SLICE_MS 500
#define SLICE_PAUSE_MS 10

#define LIST_TRIES 3
#define RESET_TRIES 5
#define PROTOCOLS (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
#define NEWCOMERS "\\\\?PnP?\\Notification"

/* A multi-string: names one after the other, an empty one last. */
#define NAMES_SIZE (READERS_MAX * READER_NAME_MAX + 1)

/* One wait() that is running; lives on its thread's stack. */
struct waiter {
    struct waiter *next;
    SCARDCONTEXT context;
    bool established, cancelled;
};

struct pcsc_source {
    struct reader_source source;
    pthread_mutex_t list_lock; /* the listing context */
    SCARDCONTEXT listing;
    bool listing_open;
    pthread_mutex_t wait_lock; /* the waiters; never held during a call that can block */
    struct waiter *waiters;
};

struct pcsc_channel {
    struct channel channel;
    SCARDCONTEXT context;
    SCARDHANDLE handle;
    bool connected;
    bool transaction;
    struct courtesy courtesy;
    bool lost; /* the card may have forgotten its state since the last begin() */
    uint8_t answer[MAX_BUFFER_SIZE_EXTENDED];
};

static enum result context_establish(SCARDCONTEXT *ret)
{
    enum result result = reader_code_result(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, ret));

    if (result == RESULT_NO_ACCESS)
        trace_text(TRACE_ERROR, "reader", "the PC/SC service refuses this process (see polkit)", NULL);
    return result;
}

/* NAMES gets NAMES_SIZE bytes. No reader is an empty list, not a failure. */
static enum result context_names(SCARDCONTEXT context, char *names)
{
    DWORD size = NAMES_SIZE;
    enum result result = reader_code_result(SCardListReaders(context, NULL, names, &size));

    if (result == RESULT_READER_GONE) {
        names[0] = '\0';
        return RESULT_OK;
    }
    return result;
}

static void free_text(char **text)
{
    free(*text);
}

static void free_raw_states(SCARD_READERSTATE **states)
{
    free(*states);
}

static struct reader_state state_of(const SCARD_READERSTATE *raw)
{
    struct reader_state state = { .present = (raw->dwEventState & SCARD_STATE_PRESENT) != 0,
                                  .mute = (raw->dwEventState & SCARD_STATE_MUTE) != 0,
                                  .exclusive = (raw->dwEventState & SCARD_STATE_EXCLUSIVE) != 0,
                                  .counter = (uint32_t)(raw->dwEventState >> 16) & 0xFFFF };

    memcpy(state.name, raw->szReader, strlen(raw->szReader) + 1);
    if (state.present) {
        state.atr_size = raw->cbAtr < READER_ATR_MAX ? raw->cbAtr : READER_ATR_MAX;
        memcpy(state.atr, raw->rgbAtr, state.atr_size);
    }
    return state;
}

/* RESULT_READER_GONE: one vanished between the two questions; asking again will do. */
static enum result context_list(SCARDCONTEXT context, struct reader_state *states, size_t max,
                                size_t *ret_count)
{
    SCOPED(free_text) char *names = calloc(1, NAMES_SIZE);
    SCOPED(free_raw_states) SCARD_READERSTATE *raw = calloc(READERS_MAX, sizeof(*raw));
    enum result result;
    size_t count = 0;

    *ret_count = 0;
    if (!names || !raw)
        return RESULT_NO_MEMORY;
    TRY(context_names(context, names));
    for (const char *name = names; *name && count < max && count < READERS_MAX; name += strlen(name) + 1) {
        if (strlen(name) < READER_NAME_MAX)
            raw[count++].szReader = name;
    }
    if (count == 0)
        return RESULT_OK;
    result = reader_code_result(SCardGetStatusChange(context, 0, raw, (DWORD)count));
    if (result != RESULT_TIMEOUT)
        TRY(result);
    for (size_t i = 0; i < count; i++)
        states[i] = state_of(&raw[i]);
    *ret_count = count;
    return RESULT_OK;
}

static struct pcsc_source *source_of(struct reader_source *source)
{
    return (struct pcsc_source *)(void *)source;
}

static void source_drop_listing(struct pcsc_source *source)
{
    if (source->listing_open)
        (void)SCardReleaseContext(source->listing);
    source->listing_open = false;
}

static enum result source_list_locked(struct pcsc_source *source, struct reader_state *states, size_t max,
                                      size_t *ret_count)
{
    enum result result = RESULT_NO_SERVICE;

    for (int tries = 0; tries < LIST_TRIES; tries++) {
        if (!source->listing_open)
            TRY(context_establish(&source->listing));
        source->listing_open = true;
        result = context_list(source->listing, states, max, ret_count);
        /* The service was restarted: what this context knew is gone with it. */
        if (result == RESULT_NO_SERVICE) {
            source_drop_listing(source);
            atomic_fetch_add(&source->source.restarts, 1);
        } else if (result != RESULT_READER_GONE) {
            break;
        }
    }
    return result;
}

static enum result source_list(struct reader_source *base, struct reader_state *states, size_t max,
                               size_t *ret_count)
{
    struct pcsc_source *source = source_of(base);
    enum result result;

    *ret_count = 0;
    (void)pthread_mutex_lock(&source->list_lock);
    result = source_list_locked(source, states, max, ret_count);
    (void)pthread_mutex_unlock(&source->list_lock);
    return result;
}

static void source_enlist(struct pcsc_source *source, struct waiter *waiter)
{
    (void)pthread_mutex_lock(&source->wait_lock);
    waiter->next = source->waiters;
    source->waiters = waiter;
    (void)pthread_mutex_unlock(&source->wait_lock);
}

/* From here on interrupt() leaves the waiter's context alone. */
static void source_delist(struct pcsc_source *source, struct waiter *waiter)
{
    struct waiter **place = &source->waiters;

    (void)pthread_mutex_lock(&source->wait_lock);
    while (*place != waiter)
        place = &(*place)->next;
    *place = waiter->next;
    (void)pthread_mutex_unlock(&source->wait_lock);
}

static void source_set_established(struct pcsc_source *source, struct waiter *waiter)
{
    (void)pthread_mutex_lock(&source->wait_lock);
    waiter->established = true;
    (void)pthread_mutex_unlock(&source->wait_lock);
}

static bool source_cancelled(struct pcsc_source *source, const struct waiter *waiter)
{
    bool cancelled;

    (void)pthread_mutex_lock(&source->wait_lock);
    cancelled = waiter->cancelled;
    (void)pthread_mutex_unlock(&source->wait_lock);
    return cancelled;
}

/* What a wait compares with: KNOWN, told to the service in RAW, which has one entry more for newcomers. */
struct watch {
    const struct reader_state *known;
    size_t count;
    SCARD_READERSTATE *raw;
    bool newcomers;
};

static void watch_begin(struct watch *watch)
{
    for (size_t i = 0; i < watch->count; i++) {
        const struct reader_state *known = &watch->known[i];

        watch->raw[i].szReader = known->name;
        watch->raw[i].dwCurrentState = (DWORD)(known->present ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY) |
                                       (DWORD)(known->mute ? SCARD_STATE_MUTE : 0) |
                                       (DWORD)(known->exclusive ? SCARD_STATE_EXCLUSIVE : 0) |
                                       (DWORD)known->counter << 16;
    }
    watch->raw[watch->count].szReader = NEWCOMERS;
    watch->newcomers = true;
}

static bool watch_knows(const struct watch *watch, const char *name)
{
    for (size_t i = 0; i < watch->count; i++) {
        if (strcmp(watch->known[i].name, name) == 0)
            return true;
    }
    return false;
}

/* *RET_DIFFERS: a reader came or went. */
static enum result watch_compare_names(const struct watch *watch, SCARDCONTEXT context, bool *ret_differs)
{
    SCOPED(free_text) char *names = calloc(1, NAMES_SIZE);
    size_t count = 0;

    if (!names)
        return RESULT_NO_MEMORY;
    TRY(context_names(context, names));
    *ret_differs = false;
    for (const char *name = names; *name && count < READERS_MAX; name += strlen(name) + 1) {
        if (strlen(name) >= READER_NAME_MAX)
            continue;
        count++;
        if (!watch_knows(watch, name))
            *ret_differs = true;
    }
    if (count != watch->count)
        *ret_differs = true;
    return RESULT_OK;
}

/* A card came or went, perhaps both since KNOWN was seen. Other changes (somebody connects) are not waited
 * for. */
static bool watch_compare_cards(struct watch *watch)
{
    bool differs = false;

    for (size_t i = 0; i < watch->count; i++) {
        const struct reader_state *known = &watch->known[i];
        DWORD event = watch->raw[i].dwEventState;

        /* Neither: the service says nothing about this reader. If it is gone, the names tell. */
        if (!(event & (SCARD_STATE_PRESENT | SCARD_STATE_EMPTY)))
            continue;
        if (((event & SCARD_STATE_PRESENT) != 0) != known->present ||
            (uint32_t)(event >> 16 & 0xFFFF) != known->counter)
            differs = true;
    }
    for (size_t i = 0; i <= watch->count; i++)
        watch->raw[i].dwCurrentState = watch->raw[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    return differs;
}

/* One slice. *RET_DIFFERS: cards came or went. */
static enum result watch_slice(struct watch *watch, SCARDCONTEXT context, unsigned duration,
                               bool *ret_differs)
{
    DWORD count = (DWORD)(watch->count + (watch->newcomers ? 1 : 0));
    enum result result = reader_code_result(SCardGetStatusChange(context, duration, watch->raw, count));

    *ret_differs = false;
    if (result == RESULT_CANCELLED)
        return RESULT_OK;
    if (result == RESULT_READER_GONE) {
        /* Either a reader went, which the names will tell, or this service has no news of newcomers. */
        watch->newcomers = false;
        pace_sleep(SLICE_PAUSE_MS);
        return RESULT_OK;
    }
    if (result != RESULT_TIMEOUT)
        TRY(result);
    /* Also at the end of a quiet slice: a counter that was 0 is not compared by the service. */
    *ret_differs = watch_compare_cards(watch);
    if (result == RESULT_OK && !*ret_differs)
        pace_sleep(SLICE_PAUSE_MS);
    return RESULT_OK;
}

static enum result watch_run(struct watch *watch, struct pcsc_source *source, struct waiter *waiter,
                             unsigned timeout_ms)
{
    const int64_t end = pace_now() + timeout_ms;
    bool differs;

    for (;;) {
        if (source_cancelled(source, waiter))
            return RESULT_CANCELLED;
        TRY(watch_compare_names(watch, waiter->context, &differs));
        if (differs)
            return RESULT_OK;
        const unsigned left = pace_left(end, SLICE_MS);
        TRY(watch_slice(watch, waiter->context, left, &differs));
        if (differs)
            return RESULT_OK;
        if (left == 0)
            return RESULT_TIMEOUT;
    }
}

static enum result source_wait_enlisted(struct pcsc_source *source, struct waiter *waiter,
                                        const struct reader_state *known, size_t count, unsigned timeout_ms)
{
    SCOPED(free_raw_states) SCARD_READERSTATE *raw = calloc(count + 1, sizeof(*raw));
    struct watch watch = { .known = known, .count = count, .raw = raw };

    if (!raw)
        return RESULT_NO_MEMORY;
    TRY(context_establish(&waiter->context));
    source_set_established(source, waiter);
    watch_begin(&watch);
    return watch_run(&watch, source, waiter, timeout_ms);
}

static enum result source_wait(struct reader_source *base, const struct reader_state *known, size_t count,
                               unsigned timeout_ms)
{
    struct pcsc_source *source = source_of(base);
    struct waiter waiter = { 0 };
    enum result result;

    source_enlist(source, &waiter);
    result = source_wait_enlisted(source, &waiter, known, count, timeout_ms);
    source_delist(source, &waiter);
    if (waiter.established)
        (void)SCardReleaseContext(waiter.context);
    return result;
}

static void source_interrupt(struct reader_source *base)
{
    struct pcsc_source *source = source_of(base);

    (void)pthread_mutex_lock(&source->wait_lock);
    for (struct waiter *waiter = source->waiters; waiter; waiter = waiter->next) {
        waiter->cancelled = true;
        /* Lost if the service does not wait yet: then the flag is seen after this slice. */
        if (waiter->established)
            (void)SCardCancel(waiter->context);
    }
    (void)pthread_mutex_unlock(&source->wait_lock);
}

static struct pcsc_channel *channel_of(struct channel *channel)
{
    return (struct pcsc_channel *)(void *)channel;
}

static enum result channel_transmit(struct channel *base, struct bytes command, struct buf *answer)
{
    struct pcsc_channel *channel = channel_of(base);
    const SCARD_IO_REQUEST *protocol = base->t0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    DWORD size = sizeof(channel->answer);
    enum result result;

    if (!channel->connected)
        return RESULT_CARD_REMOVED;
    result = reader_code_transmit_result(SCardTransmit(channel->handle, protocol, command.data,
                                                       (DWORD)command.size, NULL, channel->answer, &size));
    if (result == RESULT_OK && size < 2)
        result = RESULT_TRANSPORT;
    if (result != RESULT_OK) {
        channel->lost = true;
        return result;
    }
    buf_add(answer, bytes_make(channel->answer, size));
    secret_wipe(channel->answer, size);
    return buf_check(answer);
}

static enum result channel_reconnect(struct pcsc_channel *channel)
{
    DWORD protocol = 0;

    TRY(reader_code_result(
        SCardReconnect(channel->handle, SCARD_SHARE_SHARED, PROTOCOLS, SCARD_LEAVE_CARD, &protocol)));
    channel->channel.t0 = protocol == SCARD_PROTOCOL_T0;
    return RESULT_OK;
}

/* A handle that saw a reset refuses everything until it is connected again. */
static enum result channel_begin_once(struct pcsc_channel *channel)
{
    enum result result = RESULT_BUSY;

    for (int tries = 0; tries < RESET_TRIES; tries++) {
        result = reader_code_result(SCardBeginTransaction(channel->handle));
        if (result != RESULT_CARD_RESET)
            return result;
        channel->lost = true;
        TRY(channel_reconnect(channel));
    }
    return RESULT_BUSY;
}

static enum result channel_begin(struct channel *base, bool *ret_reset)
{
    struct pcsc_channel *channel = channel_of(base);
    struct pace pace = pace_begin(PATIENCE_MS);
    enum result result;

    *ret_reset = false;
    if (!channel->connected)
        return RESULT_CARD_REMOVED;
    if (channel->transaction)
        return RESULT_INTERNAL;
    courtesy_ask(&channel->courtesy);
    do {
        result = channel_begin_once(channel);
    } while (result == RESULT_BUSY && pace_wait(&pace));
    TRY(result);
    courtesy_begin(&channel->courtesy);
    channel->transaction = true;
    *ret_reset = channel->lost;
    channel->lost = false;
    return RESULT_OK;
}

static void channel_disconnect(struct pcsc_channel *channel)
{
    if (channel->connected)
        (void)SCardDisconnect(channel->handle, SCARD_LEAVE_CARD);
    channel->connected = false;
    channel->transaction = false;
}

static void channel_end(struct channel *base)
{
    struct pcsc_channel *channel = channel_of(base);
    enum result result;

    if (!channel->transaction)
        return;
    result = reader_code_result(SCardEndTransaction(channel->handle, SCARD_LEAVE_CARD));
    if (result == RESULT_CARD_RESET) {
        channel->lost = true;
        result = channel_reconnect(channel);
        if (result == RESULT_OK)
            result = reader_code_result(SCardEndTransaction(channel->handle, SCARD_LEAVE_CARD));
    }
    channel->transaction = false;
    courtesy_end(&channel->courtesy);
    /* Whatever keeps the transaction from ending, other programs must not wait for it: the handle goes. */
    if (result != RESULT_OK)
        channel_disconnect(channel);
}

static enum result channel_control(struct channel *base, uint32_t code, struct bytes input,
                                   struct buf *answer)
{
    struct pcsc_channel *channel = channel_of(base);
    DWORD size = 0;
    enum result result;

    if (!channel->connected)
        return RESULT_CARD_REMOVED;
    result = reader_code_result(SCardControl(channel->handle, code, input.data, (DWORD)input.size,
                                             channel->answer, sizeof(channel->answer), &size));
    /* To a question without input the reader answers by itself; anything else may have reached the card. */
    if (result == RESULT_NO_SERVICE && input.size > 0)
        result = RESULT_TRANSPORT;
    if (result == RESULT_TRANSPORT && input.size > 0)
        channel->lost = true;
    if (result == RESULT_INTERNAL)
        return RESULT_UNSUPPORTED;
    TRY(result);
    buf_add(answer, bytes_make(channel->answer, size));
    return buf_check(answer);
}

static void channel_close(struct channel *base)
{
    struct pcsc_channel *channel = channel_of(base);

    if (!base->forked) {
        channel_end(base);
        channel_disconnect(channel);
        (void)SCardReleaseContext(channel->context);
    }
    free(channel);
}

static const struct channel_ops pcsc_channel_ops = {
    .transmit = channel_transmit,
    .begin = channel_begin,
    .end = channel_end,
    .control = channel_control,
    .close = channel_close,
};

static enum result channel_connect(struct pcsc_channel *channel, const char *name)
{
    struct pace pace = pace_begin(PATIENCE_MS);
    DWORD protocol = 0;
    enum result result;

    do {
        result = reader_code_result(
            SCardConnect(channel->context, name, SCARD_SHARE_SHARED, PROTOCOLS, &channel->handle, &protocol));
    } while (result == RESULT_BUSY && pace_wait(&pace));
    TRY(result);
    channel->connected = true;
    channel->channel.t0 = protocol == SCARD_PROTOCOL_T0;
    return RESULT_OK;
}

static enum result source_connect(struct reader_source *source, const char *name, struct channel **ret)
{
    struct pcsc_channel *channel = calloc(1, sizeof(*channel));
    enum result result;

    (void)source;
    *ret = NULL;
    if (!channel)
        return RESULT_NO_MEMORY;
    channel->channel.ops = &pcsc_channel_ops;
    result = context_establish(&channel->context);
    if (result != RESULT_OK) {
        free(channel);
        return result;
    }
    result = channel_connect(channel, name);
    if (result != RESULT_OK) {
        channel_close(&channel->channel);
        return result;
    }
    trace_text(TRACE_CARD, "reader", "connected", name);
    *ret = &channel->channel;
    return RESULT_OK;
}

static void source_close(struct reader_source *base, bool forked)
{
    struct pcsc_source *source = source_of(base);

    if (!forked) {
        source_drop_listing(source);
        (void)pthread_mutex_destroy(&source->list_lock);
        (void)pthread_mutex_destroy(&source->wait_lock);
    }
    free(source);
}

static const struct reader_source_ops pcsc_source_ops = {
    .list = source_list,
    .wait = source_wait,
    .interrupt = source_interrupt,
    .connect = source_connect,
    .close = source_close,
};

enum result reader_source_pcsc(struct reader_source **ret)
{
    struct pcsc_source *source = calloc(1, sizeof(*source));

    *ret = NULL;
    if (!source)
        return RESULT_NO_MEMORY;
    source->source.ops = &pcsc_source_ops;
    (void)pthread_mutex_init(&source->list_lock, NULL);
    (void)pthread_mutex_init(&source->wait_lock, NULL);
    *ret = &source->source;
    return RESULT_OK;
}
