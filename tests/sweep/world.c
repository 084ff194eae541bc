/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/world.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/tlv.h"
#include "tests/sweep/memory.h"
#include "tests/sweep/wire.h"

#define READER "Reader of the sweep"

/* A connection. */
struct world_channel {
    struct channel channel;
    struct world *world;
    unsigned generation, epoch, resets;
    bool open, lost;
};

static struct world *world_of(struct reader_source *source)
{
    return (struct world *)(void *)source;
}

static struct world_channel *channel_of(struct channel *channel)
{
    return (struct world_channel *)(void *)channel;
}

static void world_reset_card(struct world *world)
{
    world->card->family->reset(world->card);
    world->resets++;
}

static void world_pull(struct world *world)
{
    world->card->family->reset(world->card);
    world->present = false;
    world->counter++;
    world->generation++;
}

static void world_stop_service(struct world *world)
{
    world->card->family->reset(world->card);
    world->epoch++;
    world->stale = true;
    world->counter = 0;
    world->service = !world->trouble.lasting;
}

/* What happens to a command that the trouble keeps from being answered. */
static enum result world_happen(struct world *world, bool after)
{
    switch (world->trouble.kind) {
    case TROUBLE_PULL:
        world_pull(world);
        return after ? RESULT_TRANSPORT : RESULT_CARD_REMOVED;
    case TROUBLE_RESET:
        world_reset_card(world);
        return after ? RESULT_TRANSPORT : RESULT_CARD_RESET;
    case TROUBLE_OTHER:
        wire_select_other(world->card);
        return RESULT_OK;
    case TROUBLE_LOSE:
        world_reset_card(world);
        return RESULT_TRANSPORT;
    case TROUBLE_SERVICE:
        world_stop_service(world);
        return RESULT_TRANSPORT;
    case TROUBLE_PIN:
        world_reset_card(world);
        /* who changes a PIN has presented it, which nobody can while it is blocked */
        if (peek_tries(world->card, PEEK_USER) > 0) {
            world->pin_changed = peek_set_pin(world->card, WORLD_NEW_PIN);
            world->clean = false;
        }
        return after ? RESULT_TRANSPORT : RESULT_CARD_RESET;
    case TROUBLE_NONE:
    case TROUBLE_WORD:
    case TROUBLE_ENDLESS:
    case TROUBLE_LENGTH:
    case TROUBLE_CUT:
    case TROUBLE_LONGER:
    case TROUBLE_EMPTY:
    case TROUBLE_FLIP:
        break;
    }
    return RESULT_OK;
}

static bool world_due(const struct world *world)
{
    return world->armed && !world->happened && world->said == world->trouble.at;
}

/* Between transactions everybody is equal. */
static void world_happen_between(struct world *world)
{
    if (!world_due(world) || world->trouble.after || world->trouble.kind == TROUBLE_LOSE ||
        world->trouble.kind >= TROUBLE_WORD)
        return;
    world->happened = world->between = true;
    (void)!world_happen(world, false);
}

static enum result channel_alive(const struct world_channel *channel)
{
    const struct world *world = channel->world;

    if (!world->service || channel->epoch != world->epoch)
        return RESULT_NO_SERVICE;
    return world->present && channel->generation == world->generation ? RESULT_OK : RESULT_CARD_REMOVED;
}

static void world_witness(struct world *world, struct bytes command, const unsigned before[2])
{
    for (int who = PEEK_USER; who <= PEEK_SO; who++)
        if (peek_tries(world->card, (enum peek_who)who) < before[who])
            world->falls[who]++;
    world->resent += wire_refused(world, command);
}

static void world_execute(struct world *world, struct bytes command, struct buf *response)
{
    const unsigned before[2] = { peek_tries(world->card, PEEK_USER), peek_tries(world->card, PEEK_SO) };

    world->card->family->respond(world->card, command, response);
    world_witness(world, command, before);
}

static void world_remember(struct world *world, uint8_t ins, struct bytes answer)
{
    struct world_exchange *exchange;

    if (!world->record || world->said >= WORLD_COMMANDS_MAX)
        return;
    exchange = &world->record[world->said];
    exchange->ins = ins;
    exchange->size = answer.size;
    if (answer.size <= WORLD_ANSWER_MAX)
        memcpy(exchange->answer, answer.data, answer.size);
}

/* The answer as the card gives it, or as the trouble has it. */
static void world_answer(struct world *world, struct bytes command, struct buf *response)
{
    bool now = world_due(world) && world->trouble.kind >= TROUBLE_WORD;

    if (now)
        world->happened = true;
    else
        now = world->happened && wire_goes_on(world, command.size > 1 ? command.data[1] : 0);
    if (!now || world->trouble.after)
        world_execute(world, command, response);
    if (now)
        wire_spoil(&world->trouble, response);
}

static enum result world_exchange(struct world *world, struct bytes command, struct buf *answer)
{
    struct buf response = buf_make(world->response, VCARD_RESPONSE_MAX);
    bool now = world_due(world) && world->trouble.kind < TROUBLE_WORD;
    enum result result = RESULT_OK;

    if (now)
        world->happened = true;
    if (now && !world->trouble.after)
        result = world_happen(world, false);
    if (result == RESULT_OK)
        world_answer(world, command, &response);
    world->last_ins = command.size > 1 ? command.data[1] : 0;
    if (now && world->trouble.after)
        result = world_happen(world, true);
    world_remember(world, world->last_ins, buf_bytes(&response));
    world->said++;
    wire_note_refusal(world, command, result == RESULT_OK ? buf_bytes(&response) : BYTES_NONE, result);
    TRY(result);
    buf_add(answer, buf_bytes(&response));
    return buf_check(answer);
}

static enum result channel_transmit(struct channel *base, struct bytes command, struct buf *answer)
{
    struct world_channel *channel = channel_of(base);
    struct world *world = channel->world;
    bool inside = memory_inside(false);
    enum result result = channel_alive(channel);

    /* The real one: a service that vanishes may do so while the card works. */
    if (result == RESULT_NO_SERVICE)
        result = RESULT_TRANSPORT;
    if (++world->said_in_call > world->longest)
        world->longest = world->said_in_call;
    if (world->said_in_call > WORLD_CALL_MAX) {
        world->endless = true;
        result = RESULT_CARD_REMOVED;
    }
    if (result == RESULT_OK)
        result = world_exchange(world, command, answer);
    if (result == RESULT_OK && answer->size < 2)
        result = RESULT_TRANSPORT;
    channel->lost = channel->lost || result != RESULT_OK;
    memory_inside(inside);
    return result;
}

static enum result channel_begin(struct channel *base, bool *ret_reset)
{
    struct world_channel *channel = channel_of(base);
    struct world *world = channel->world;
    bool inside = memory_inside(false);
    enum result result;

    world_happen_between(world);
    result = channel_alive(channel);
    if (result == RESULT_OK) {
        *ret_reset = channel->lost || channel->resets != world->resets;
        channel->lost = false;
        channel->resets = world->resets;
        channel->open = true;
        world->transactions++;
    }
    memory_inside(inside);
    return result;
}

static void channel_end(struct channel *base)
{
    struct world_channel *channel = channel_of(base);

    if (channel->open)
        channel->world->transactions--;
    channel->open = false;
}

static enum result channel_control(struct channel *base, uint32_t code, struct bytes input, struct buf *answer)
{
    (void)base, (void)code, (void)input, (void)answer;
    return RESULT_UNSUPPORTED;
}

static void channel_close(struct channel *base)
{
    channel_end(base);
    channel_of(base)->world->channels--;
    free(base);
}

static const struct channel_ops world_channel_ops = {
    .transmit = channel_transmit,
    .begin = channel_begin,
    .end = channel_end,
    .control = channel_control,
    .close = channel_close,
};

static enum result source_list(struct reader_source *source, struct reader_state *states, size_t max,
                               size_t *ret_count)
{
    struct world *world = world_of(source);
    struct bytes atr = world->card->family->atr(world->card);

    *ret_count = 0;
    if (world->stale)
        atomic_fetch_add(&source->restarts, 1);
    world->stale = false;
    if (!world->service)
        return RESULT_NO_SERVICE;
    if (max == 0)
        return RESULT_OK;
    *ret_count = 1;
    states[0] = (struct reader_state){ .name = READER, .present = world->present, .counter = world->counter };
    if (!world->present)
        return RESULT_OK;
    memcpy(states[0].atr, atr.data, atr.size);
    states[0].atr_size = atr.size;
    return RESULT_OK;
}

static enum result source_wait(struct reader_source *source, const struct reader_state *known, size_t count,
                               unsigned timeout_ms)
{
    (void)source, (void)known, (void)count, (void)timeout_ms;
    return RESULT_TIMEOUT;
}

static void source_interrupt(struct reader_source *source)
{
    (void)source;
}

static enum result source_connect(struct reader_source *source, const char *name, struct channel **ret)
{
    struct world *world = world_of(source);
    struct world_channel *channel;

    *ret = NULL;
    if (!world->service)
        return RESULT_NO_SERVICE;
    if (strcmp(name, READER) != 0)
        return RESULT_READER_GONE;
    if (!world->present)
        return RESULT_CARD_REMOVED;
    channel = calloc(1, sizeof(*channel));
    if (!channel)
        return RESULT_NO_MEMORY;
    channel->channel.ops = &world_channel_ops;
    channel->channel.t0 = world->t0;
    channel->world = world;
    channel->generation = world->generation;
    channel->epoch = world->epoch;
    channel->resets = world->resets;
    world->channels++;
    *ret = &channel->channel;
    return RESULT_OK;
}

/* The world is the test's. */
static void source_close(struct reader_source *source, bool forked)
{
    (void)source, (void)forked;
}

static const struct reader_source_ops world_source_ops = {
    .list = source_list,
    .wait = source_wait,
    .interrupt = source_interrupt,
    .connect = source_connect,
    .close = source_close,
};

bool world_open(struct world *world, const char *name)
{
    memset(world, 0, sizeof(*world));
    world->source.ops = &world_source_ops;
    world->t0 = strstr(name, ":t0") || strstr(name, "-t0");
    world->response = malloc(VCARD_RESPONSE_MAX);
    return world->response && vcard_create(name, &world->card) == RESULT_OK;
}

void world_close(struct world *world)
{
    vcard_destroy(&world->card);
    free(world->response);
    free(world->record);
    memset(world, 0, sizeof(*world));
}

/* To load keys takes longer than most stories do. */
static bool world_load(struct world *world, struct bytes memory)
{
    const struct vcard_family *family = world->card->family;

    if (memory.size == 0 || (world->clean && world->loaded == family->changes(world->card)))
        return true;
    world->clean = family->load(world->card, memory) == RESULT_OK;
    world->loaded = family->changes(world->card);
    return world->clean;
}

bool world_begin(struct world *world, struct bytes memory)
{
    if (!world_load(world, memory))
        return false;
    world->card->family->reset(world->card);
    world->present = world->service = true;
    world->stale = false;
    world->counter = 1;
    world->generation++;
    world->armed = world->happened = world->between = world->pin_changed = world->endless = false;
    world->said = world->said_in_call = world->resent = 0;
    world->falls[PEEK_USER] = world->falls[PEEK_SO] = 0;
    world->refused_count = 0;
    return true;
}

void world_block(struct world *world)
{
    peek_block(world->card);
    world->clean = false;
}

void world_arm(struct world *world, const struct trouble *trouble)
{
    world->trouble = *trouble;
    world->armed = trouble->kind != TROUBLE_NONE;
    world->happened = world->between = false;
    world->said = 0;
}

bool world_lied(const struct world *world)
{
    return world->happened &&
           (world->trouble.kind >= TROUBLE_WORD || (world->trouble.kind == TROUBLE_OTHER && !world->between));
}

void world_mend(struct world *world)
{
    world->armed = false;
    world->happened = false;
    world->service = true;
    if (world->present)
        return;
    world->present = true;
    world->counter++;
    world->generation++;
}

/* In one call a PIN whose answer was lost does not come again; in the next it may. */
void world_enter(struct world *world)
{
    size_t kept = 0;

    world->said_in_call = 0;
    world->falls[PEEK_USER] = world->falls[PEEK_SO] = 0;
    for (size_t i = 0; i < world->refused_count; i++)
        if (!world->refused[i].lost)
            world->refused[kept++] = world->refused[i];
    world->refused_count = kept;
}

void world_forget_refusals(struct world *world)
{
    world->refused_count = 0;
}
