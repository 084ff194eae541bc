/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fake/fake_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const fake_words[FAKE_CALLS] = {
    [FAKE_CONNECT] = "connect",
    [FAKE_BEGIN] = "begin",
    [FAKE_END] = "end",
    [FAKE_CLOSE] = "close",
    [FAKE_RECOGNISE] = "recognise",
    [FAKE_OPEN] = "open",
    [FAKE_LIST] = "list",
    [FAKE_READ] = "read",
    [FAKE_PIN_STATUS] = "pin_status",
    [FAKE_VERIFY] = "verify",
    [FAKE_VERIFY_SO] = "verify_so",
    [FAKE_CHANGE] = "change",
    [FAKE_INIT_PIN] = "init_pin",
    [FAKE_AUTHENTICATE] = "authenticate",
    [FAKE_LOGOUT] = "logout",
    [FAKE_FORMAT] = "format",
    [FAKE_SIGN] = "sign",
    [FAKE_DECIPHER] = "decipher",
    [FAKE_AGREE] = "agree",
    [FAKE_GENERATE] = "generate",
    [FAKE_IMPORT] = "import",
    [FAKE_STORE] = "store",
    [FAKE_ERASE] = "erase",
    [FAKE_RANDOM] = "random",
};

static void fake_tell(struct fake *fake, enum fake_call call)
{
    size_t used = strlen(fake->story);

    fake->counts[call]++;
    if (!fake_words[call] || (call == FAKE_LIST && fake->last_word == FAKE_LIST))
        return;
    fake->last_word = call;
    snprintf(fake->story + used, sizeof(fake->story) - used, "%s%s", used > 0 ? " " : "", fake_words[call]);
}

static struct fake_fault *fake_fault_due(struct fake *fake, enum fake_call call, bool after)
{
    struct fake_fault *due = NULL;

    for (size_t i = 0; i < FAKE_FAULTS; i++) {
        struct fake_fault *fault = &fake->faults[i];
        if (fault->countdown > 0 && fault->call == call && fault->after == after && --fault->countdown == 0)
            due = fault;
    }
    return due;
}

static void fake_stop(struct fake *fake, enum fake_call call, bool after)
{
    if (!fake->hold || fake->hold_call != call || fake->hold_after != after)
        return;
    fake->hold = false;
    fake->held = true;
    pthread_cond_broadcast(&fake->changed);
    while (fake->held)
        pthread_cond_wait(&fake->changed, &fake->mutex);
}

enum result fake_enter(struct fake *fake, enum fake_call call, struct fake_channel *channel)
{
    struct fake_fault *fault;

    fake_tell(fake, call);
    fake_stop(fake, call, false);
    fault = fake_fault_due(fake, call, false);
    if (!fault)
        return RESULT_OK;
    if (fault->pull && channel) {
        struct fake_reader *reader = fake_reader_find(fake, channel->reader);
        if (reader)
            fake_reader_empty(fake, reader);
        return RESULT_OK;
    }
    return fault->result;
}

enum result fake_leave(struct fake *fake, enum fake_call call, enum result result)
{
    struct fake_fault *fault = fake_fault_due(fake, call, true);

    fake_stop(fake, call, true);
    return fault ? fault->result : result;
}

static void fake_fault_add(struct fake *fake, struct fake_fault fault)
{
    pthread_mutex_lock(&fake->mutex);
    for (size_t i = 0; i < FAKE_FAULTS; i++)
        if (fake->faults[i].countdown == 0) {
            fake->faults[i] = fault;
            break;
        }
    pthread_mutex_unlock(&fake->mutex);
}

void fake_fail(struct fake *fake, enum fake_call call, unsigned nth, enum result result)
{
    fake_fault_add(fake, (struct fake_fault){ .call = call, .countdown = nth, .result = result });
}

void fake_fail_after(struct fake *fake, enum fake_call call, unsigned nth, enum result result)
{
    fake_fault_add(fake,
                   (struct fake_fault){ .call = call, .countdown = nth, .after = true, .result = result });
}

void fake_pull_at(struct fake *fake, enum fake_call call, unsigned nth)
{
    fake_fault_add(fake, (struct fake_fault){ .call = call, .countdown = nth, .pull = true });
}

static void fake_hold_at(struct fake *fake, enum fake_call call, bool after)
{
    pthread_mutex_lock(&fake->mutex);
    fake->hold = true;
    fake->hold_call = call;
    fake->hold_after = after;
    pthread_mutex_unlock(&fake->mutex);
}

void fake_hold(struct fake *fake, enum fake_call call)
{
    fake_hold_at(fake, call, false);
}

void fake_hold_after(struct fake *fake, enum fake_call call)
{
    fake_hold_at(fake, call, true);
}

void fake_await(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    while (!fake->held)
        pthread_cond_wait(&fake->changed, &fake->mutex);
    pthread_mutex_unlock(&fake->mutex);
}

void fake_let_go(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    fake->held = false;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

unsigned fake_count(struct fake *fake, enum fake_call call)
{
    unsigned count;

    pthread_mutex_lock(&fake->mutex);
    count = fake->counts[call];
    pthread_mutex_unlock(&fake->mutex);
    return count;
}

const char *fake_story(struct fake *fake)
{
    return fake->story;
}

unsigned fake_open_channels(struct fake *fake)
{
    unsigned count;

    pthread_mutex_lock(&fake->mutex);
    count = fake->channels;
    pthread_mutex_unlock(&fake->mutex);
    return count;
}

unsigned fake_open_transactions(struct fake *fake)
{
    unsigned count;

    pthread_mutex_lock(&fake->mutex);
    count = fake->transactions;
    pthread_mutex_unlock(&fake->mutex);
    return count;
}

void fake_forget(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    memset(fake->counts, 0, sizeof(fake->counts));
    fake->story[0] = '\0';
    fake->last_word = FAKE_LIST_READERS;
    pthread_mutex_unlock(&fake->mutex);
}

unsigned fake_violations(struct fake *fake)
{
    unsigned count;

    pthread_mutex_lock(&fake->mutex);
    count = fake->violations;
    pthread_mutex_unlock(&fake->mutex);
    return count;
}

unsigned fake_closed(struct fake *fake)
{
    unsigned count;

    pthread_mutex_lock(&fake->mutex);
    count = fake->closed;
    pthread_mutex_unlock(&fake->mutex);
    return count;
}

void fake_free(struct fake **fake)
{
    if (!*fake)
        return;
    for (size_t i = 0; i < (*fake)->card_count; i++)
        free((*fake)->cards[i]);
    pthread_mutex_destroy(&(*fake)->mutex);
    pthread_cond_destroy(&(*fake)->changed);
    free(*fake);
    *fake = NULL;
}
