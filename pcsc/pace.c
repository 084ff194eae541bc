/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/pace.h"

#include <time.h>

#define PAUSE_FIRST_MS 10
#define PAUSE_MAX_MS 200

/* libpcsclite asks again after 100 ms. Gaps of one length would keep many programs in step, and one of them might never meet
 * another. */
#define GAP_MS 110
#define GAP_MORE_MS 60
#define ROW_MS 2000
/* Long enough to meet the other again though both leave gaps and their turns are short. */
#define SHARED_MS 20000
/* Far more than a free card takes to be given, and less than one interval of asking. */
#define WAITED_MS 50

int64_t pace_now(void)
{
    struct timespec now = { 0, 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void pace_sleep(unsigned ms)
{
    struct timespec time = { ms / 1000, (long)(ms % 1000) * 1000000 };

    (void)nanosleep(&time, NULL);
}

struct pace pace_begin(unsigned patience_ms)
{
    return (struct pace){ pace_now() + patience_ms, PAUSE_FIRST_MS };
}

bool pace_wait(struct pace *pace)
{
    if (pace_now() >= pace->end)
        return false;
    pace_sleep(pace->pause);
    pace->pause = pace->pause * 2 < PAUSE_MAX_MS ? pace->pause * 2 : PAUSE_MAX_MS;
    return true;
}

unsigned pace_left(int64_t end, unsigned most)
{
    int64_t left = end - pace_now();

    if (left <= 0)
        return 0;
    return left < (int64_t)most ? (unsigned)left : most;
}

void courtesy_ask(struct courtesy *courtesy)
{
    unsigned gap = pace_left(courtesy->ended + courtesy->gap, courtesy->gap);
    int64_t now = pace_now();

    if (gap == 0)
        courtesy->row = now;
    if (gap > 0 && (now < courtesy->shared || now - courtesy->row >= ROW_MS)) {
        pace_sleep(gap);
        courtesy->row = pace_now();
    }
    courtesy->asked = pace_now();
}

void courtesy_begin(struct courtesy *courtesy)
{
    int64_t now = pace_now();

    if (now - courtesy->asked >= WAITED_MS)
        courtesy->shared = now + SHARED_MS;
}

void courtesy_end(struct courtesy *courtesy)
{
    struct timespec now = { 0, 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    courtesy->ended = pace_now();
    courtesy->gap = GAP_MS + (unsigned)(now.tv_nsec / 1000 % GAP_MORE_MS);
}
