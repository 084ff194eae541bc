/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/token/slot.h"

#include <stdlib.h>
#include <string.h>

#include "module/rv.h"

#define PROBE_TRIES 3

void slots_init(struct slots *slots, struct lock *library_lock, const struct lock_functions *functions,
                struct reader_source *source, const struct card_driver *const *drivers,
                const struct config *config, struct crypto *crypto)
{
    memset(slots, 0, sizeof(*slots));
    slots->library_lock = library_lock;
    slots->lock_functions = functions;
    slots->source = source;
    slots->drivers = drivers;
    slots->config = config;
    slots->crypto = crypto;
    slots->clock = token_clock;
}

void slots_clear(struct slots *slots)
{
    for (size_t i = 0; i < slots->count; i++) {
        token_free(&slots->items[i]->token);
        token_free(&slots->items[i]->former);
        lock_clear(&slots->items[i]->lock);
        free(slots->items[i]);
    }
    free(slots->items);
    free(slots->known);
    slots->items = NULL;
    slots->known = NULL;
    slots->count = slots->known_count = 0;
}

void slots_forked(struct slots *slots)
{
    for (size_t i = 0; i < slots->count; i++)
        if (slots->items[i]->token)
            token_forked(slots->items[i]->token);
}

struct slot *slots_find(struct slots *slots, CK_SLOT_ID id)
{
    LOCK_SCOPE(slots->library_lock);
    for (size_t i = 0; i < slots->count; i++)
        if (slots->items[i]->id == id)
            return slots->items[i];
    return NULL;
}

static struct slot *find_place(const struct slots *slots, const char *reader, unsigned application)
{
    for (size_t i = 0; i < slots->count; i++)
        if (slots->items[i]->application == application && strcmp(slots->items[i]->reader, reader) == 0)
            return slots->items[i];
    return NULL;
}

/** Appends a slot. With the library's lock held. */
static CK_RV slot_append(struct slots *slots, const char *reader, unsigned application, struct slot **ret)
{
    struct slot **items = realloc(slots->items, (slots->count + 1) * sizeof(*items));
    struct slot *slot;
    CK_RV rv;

    if (!items)
        return CKR_HOST_MEMORY;
    slots->items = items;
    slot = calloc(1, sizeof(*slot));
    if (!slot)
        return CKR_HOST_MEMORY;
    rv = lock_init(&slot->lock, slots->lock_functions);
    if (rv != CKR_OK) {
        free(slot);
        return rv;
    }
    slot->id = slots->count;
    slot->application = application;
    memcpy(slot->reader, reader, strnlen(reader, sizeof(slot->reader) - 1));
    slots->items[slots->count++] = slot;
    *ret = slot;
    return CKR_OK;
}

static bool same_card_type(const struct reader_state *a, const struct reader_state *b)
{
    return bytes_equal(bytes_make(a->atr, a->atr_size), bytes_make(b->atr, b->atr_size));
}

/** What is known of a card that just came. Further applications exist once the first one's probe says so. */
static enum slot_state state_of_new_card(const struct slot *slot, const struct reader_state *now)
{
    if (!now || !now->present || slot->application > 0)
        return SLOT_EMPTY;
    return now->mute ? SLOT_UNRECOGNISED : SLOT_UNPROBED;
}

/** Another card, or none: what belonged to the old one is gone. */
static void slot_change(struct slot *slot, const struct reader_state *now)
{
    bool visible = slot->state != SLOT_EMPTY;

    slot->generation++;
    slot->state = state_of_new_card(slot, now);
    slot->doubt = false;
    slot->suspended = SLOT_EMPTY;
    memset(&slot->view, 0, sizeof(slot->view));
    if (now)
        slot->seen = *now;
    else
        memset(&slot->seen, 0, sizeof(slot->seen));
    if (visible || slot->state != SLOT_EMPTY)
        slot->event = true;
}

/** The service went away, or came back without the card: perhaps only for a moment. */
static void slot_suspend(struct slot *slot, uint64_t clock)
{
    if (slot->state == SLOT_EMPTY)
        return;
    slot->suspended = slot->state;
    slot->suspended_since = clock;
    slot->state = SLOT_EMPTY;
    slot->doubt = slot->event = true;
}

/** Readers that count insertions anew: a card of the same type is taken for the same until it says otherwise.
 */
static void slot_resume(struct slot *slot, const struct reader_state *now)
{
    if (slot->suspended != SLOT_EMPTY) {
        slot->state = slot->suspended;
        slot->event = true;
    }
    slot->suspended = SLOT_EMPTY;
    slot->seen = *now;
    slot->doubt = slot->state == SLOT_RECOGNISED;
}

/** Brings SLOT up to date. NOW: its reader, NULL if there is none. RESTARTED: what was known is from before
 * then. */
static void slot_apply(struct slots *slots, struct slot *slot, const struct reader_state *now, bool restarted)
{
    bool present = now && now->present, was_present = slot->seen.present;

    if (slot->suspended != SLOT_EMPTY || (restarted && was_present)) {
        if (present && same_card_type(now, &slot->seen))
            slot_resume(slot, now);
        else if (present)
            slot_change(slot, now);
        else if (slot->suspended == SLOT_EMPTY)
            slot_suspend(slot, slots->clock());
        else if (slots->clock() - slot->suspended_since > SLOT_GRACE_MS)
            slot_change(slot, now);
        return;
    }
    if (present != was_present || (present && now->counter != slot->seen.counter))
        slot_change(slot, now);
    else if (now)
        slot->seen = *now;
}

static const struct reader_state *find_reader(const struct reader_state *states, size_t count,
                                              const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(states[i].name, name) == 0)
            return &states[i];
    return NULL;
}

/** Readers that were never seen get slots. */
static CK_RV slots_add_new(struct slots *slots, const struct reader_state *states, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct slot *slot = NULL;
        if (find_place(slots, states[i].name, 0) || config_reader_ignored(slots->config, states[i].name))
            continue;
        TRY_RV(slot_append(slots, states[i].name, 0, &slot));
        slot->event = true;
    }
    return CKR_OK;
}

/** With the library's lock held. STATES becomes the table's. */
static CK_RV slots_apply(struct slots *slots, struct reader_state *states, size_t count, bool service,
                         unsigned restarts)
{
    bool restarted = !service || restarts != slots->restarts;
    CK_RV rv = slots_add_new(slots, states, count);

    for (size_t i = 0; i < slots->count; i++) {
        struct slot *slot = slots->items[i];
        slot_apply(slots, slot, find_reader(states, count, slot->reader), restarted);
        if (!slots->listed)
            slot->event = false;
    }
    slots->listed = true;
    slots->restarts = restarts;
    free(slots->known);
    slots->known = states;
    slots->known_count = count;
    return rv;
}

static unsigned slots_begin_look(struct slots *slots)
{
    LOCK_SCOPE(slots->library_lock);
    return ++slots->looks;
}

/** Asks the service until nobody, at the same time, found that it had been restarted: the states are of
 * RESTARTS. */
static enum result slots_list(struct slots *slots, struct reader_state *states, size_t *ret_count,
                              unsigned *ret_restarts)
{
    enum result result;

    do {
        *ret_restarts = atomic_load(&slots->source->restarts);
        result = slots->source->ops->list(slots->source, states, READERS_MAX, ret_count);
    } while (*ret_restarts != atomic_load(&slots->source->restarts));
    return result;
}

CK_RV slots_refresh(struct slots *slots)
{
    struct reader_state *states = calloc(READERS_MAX, sizeof(*states));
    unsigned look = slots_begin_look(slots), restarts;
    enum result result;
    size_t count = 0;

    if (!states)
        return CKR_HOST_MEMORY;
    result = slots_list(slots, states, &count, &restarts);
    /* Readers that come and go while they are asked for say nothing about the service: the next look will
     * tell. */
    if (result == RESULT_READER_GONE || result == RESULT_NO_MEMORY) {
        free(states);
        return result == RESULT_NO_MEMORY ? CKR_HOST_MEMORY : CKR_OK;
    }
    LOCK_SCOPE(slots->library_lock);
    /* One that began later has brought its news already: this is older. */
    if ((int)(look - slots->applied) < 0) {
        free(states);
        return CKR_OK;
    }
    slots->applied = look;
    return slots_apply(slots, states, result == RESULT_OK ? count : 0, result == RESULT_OK, restarts);
}

/** What the table says of SLOT now. */
static struct slot_now slot_look(struct slots *slots, const struct slot *slot)
{
    LOCK_SCOPE(slots->library_lock);
    return (struct slot_now){ slot->state, slot->generation, slot->doubt, slot->suspended != SLOT_EMPTY,
                              slot->seen };
}

/** The card's first application was probed: COUNT were found. With the library's lock held. */
static CK_RV slots_found(struct slots *slots, const struct slot *first, size_t count)
{
    for (unsigned application = 1; application < count; application++) {
        struct slot *slot = find_place(slots, first->reader, application);
        if (!slot)
            TRY_RV(slot_append(slots, first->reader, application, &slot));
        if (slot->state != SLOT_EMPTY)
            continue;
        slot->generation++;
        slot->seen = first->seen;
        slot->state = SLOT_UNPROBED;
        slot->event = true;
    }
    return CKR_OK;
}

/** Puts what a probe found into the slot, unless the card was changed meanwhile. */
static CK_RV slot_accept(struct slots *slots, struct slot *slot, unsigned generation, struct token **token,
                         size_t found_count)
{
    LOCK_SCOPE(slots->library_lock);
    if (slot->generation != generation || slot->state != SLOT_UNPROBED)
        return CKR_TOKEN_NOT_PRESENT;
    if (*token)
        slot->state = SLOT_RECOGNISED;
    else
        slot->state = slot->application > 0 ? SLOT_EMPTY : SLOT_UNRECOGNISED;
    if (*token)
        slot->view = *token_view(*token);
    slot->token = *token;
    slot->token_generation = generation;
    *token = NULL;
    if (slot->application > 0)
        return CKR_OK;
    return slots_found(slots, slot, found_count);
}

/** Forgets a token whose card left; what the application named in it may come back with the card. */
static void slot_retire(struct slot *slot)
{
    token_mark_gone(slot->token);
    token_free(&slot->former);
    slot->former = slot->token;
    slot->last_handle = token_objects(slot->token)->last_handle;
    slot->token = NULL;
}

static CK_RV slot_probe(struct slots *slots, struct slot *slot, const struct slot_now *now)
{
    SCOPED(token_free) struct token *token = NULL;
    size_t count = 0;

    TRY_RV(slot_probe_card(slots, slot, now, &token, &count));
    TRY_RV(slots_refresh(slots));
    if (token) {
        if (slot->former)
            token_inherit(token, slot->former);
        token_objects(token)->last_handle += slot->last_handle;
    }
    return slot_accept(slots, slot, now->generation, &token, count);
}

/** One look at the slot: RET->state is SLOT_UNPROBED if the card has to be probed. */
static CK_RV slot_prepare(struct slots *slots, struct slot *slot, struct slot_now *ret)
{
    if (!slot->token || !token_connected(slot->token))
        TRY_RV(slots_refresh(slots));
    if (slot->token && token_gone(slot->token))
        slot_publish(slots, slot);
    *ret = slot_look(slots, slot);
    if (slot->token && slot->token_generation != ret->generation)
        slot_retire(slot);
    if (ret->state == SLOT_EMPTY)
        return CKR_TOKEN_NOT_PRESENT;
    return ret->state == SLOT_UNRECOGNISED ? CKR_TOKEN_NOT_RECOGNIZED : CKR_OK;
}

static void slot_settle(struct slots *slots, struct slot *slot, const struct slot_now *now)
{
    if (!now->doubt)
        return;
    token_doubt(slot->token, &now->seen);
    LOCK_SCOPE(slots->library_lock);
    slot->doubt = false;
}

CK_RV slot_token(struct slots *slots, struct slot *slot, struct token **ret, unsigned *ret_generation)
{
    struct slot_now now;

    for (int i = 0; i < PROBE_TRIES; i++) {
        TRY_RV(slot_prepare(slots, slot, &now));
        if (now.state == SLOT_RECOGNISED && slot->token) {
            slot_settle(slots, slot, &now);
            *ret = slot->token;
            if (ret_generation)
                *ret_generation = now.generation;
            return CKR_OK;
        }
        CK_RV rv = slot_probe(slots, slot, &now);
        if (rv != CKR_OK && rv != CKR_TOKEN_NOT_PRESENT)
            return rv;
    }
    return CKR_TOKEN_NOT_PRESENT;
}

CK_RV slot_session_token(struct slots *slots, struct slot *slot, unsigned generation, struct token **ret)
{
    struct slot_now now;

    if (!slot->token || !token_connected(slot->token))
        TRY_RV(slots_refresh(slots));
    if (slot->token && token_gone(slot->token))
        slot_publish(slots, slot);
    now = slot_look(slots, slot);
    /* Its PIN is of no use any more. */
    if (slot->token && slot->token_generation != now.generation)
        token_mark_gone(slot->token);
    if (now.generation != generation || !slot->token || slot->token_generation != generation)
        return CKR_DEVICE_REMOVED;
    if (now.suspended)
        return CKR_DEVICE_ERROR;
    slot_settle(slots, slot, &now);
    *ret = slot->token;
    return CKR_OK;
}

struct token *slot_left_token(struct slots *slots, struct slot *slot, unsigned generation)
{
    struct slot_now now = slot_look(slots, slot);

    return now.generation == generation && slot->token_generation == generation ? slot->token : NULL;
}

void slot_publish(struct slots *slots, struct slot *slot)
{
    LOCK_SCOPE(slots->library_lock);
    if (!slot->token || slot->token_generation != slot->generation)
        return;
    if (!token_gone(slot->token)) {
        slot->view = *token_view(slot->token);
        return;
    }
    /* Pulled out, or not the card it was: the next look, and the next probe, will tell which. */
    slot->generation++;
    slot->state = SLOT_UNPROBED;
    memset(&slot->view, 0, sizeof(slot->view));
}
