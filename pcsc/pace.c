/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/pace.h"

#include <time.h>

#define PAUSE_FIRST_MS 10
#define PAUSE_MAX_MS 200

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
