/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* slot_wait.c: C_WaitForSlotEvent. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "module/rv.h"
#include "module/token/slot.h"

/* A wait is cut into slices, so that a lost interruption delays the end and does not prevent it. */
#define SLICE_MS 1000U
#define PAUSE_MS 100U
#define NANOSECONDS_PER_MILLISECOND 1000000

/** Takes the next untold event. */
static bool slots_take_event(struct slots *slots, CK_SLOT_ID *ret)
{
    LOCK_SCOPE(slots->library_lock);
    for (size_t i = 0; i < slots->count; i++)
        if (slots->items[i]->event) {
            slots->items[i]->event = false;
            *ret = slots->items[i]->id;
            return true;
        }
    return false;
}

/** A copy of the readers that the last look saw; *RET belongs to the caller (free). */
static CK_RV slots_copy_known(struct slots *slots, struct reader_state **ret, size_t *ret_count)
{
    struct reader_state *copy = calloc(READERS_MAX, sizeof(*copy));

    if (!copy)
        return CKR_HOST_MEMORY;
    LOCK_SCOPE(slots->library_lock);
    if (slots->known_count > 0)
        memcpy(copy, slots->known, slots->known_count * sizeof(*copy));
    *ret = copy;
    *ret_count = slots->known_count;
    return CKR_OK;
}

static void pause_for(unsigned milliseconds)
{
    struct timespec time = { .tv_nsec = (long)milliseconds * NANOSECONDS_PER_MILLISECOND };

    nanosleep(&time, NULL);
}

static CK_RV slots_wait_slice(struct slots *slots)
{
    struct reader_state *known = NULL;
    enum result result;
    size_t count = 0;

    TRY_RV(slots_copy_known(slots, &known, &count));
    result = slots->source->ops->wait(slots->source, known, count, SLICE_MS);
    free(known);
    if (result == RESULT_OK || result == RESULT_TIMEOUT || result == RESULT_CANCELLED)
        return CKR_OK;
    if (result == RESULT_NO_MEMORY)
        return CKR_HOST_MEMORY;
    pause_for(PAUSE_MS);
    return CKR_OK;
}

CK_RV slots_wait(struct slots *slots, bool dont_block, const atomic_bool *stop, CK_SLOT_ID *ret)
{
    while (!atomic_load(stop)) {
        TRY_RV(slots_refresh(slots));
        if (slots_take_event(slots, ret))
            return CKR_OK;
        if (dont_block)
            return CKR_NO_EVENT;
        TRY_RV(slots_wait_slice(slots));
    }
    return CKR_CRYPTOKI_NOT_INITIALIZED;
}
