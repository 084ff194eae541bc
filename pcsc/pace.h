/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pace.h: time, and growing pauses between tries. */
#ifndef ECP_PCSC_PACE_H
#define ECP_PCSC_PACE_H

#include <stdbool.h>
#include <stdint.h>

/** Milliseconds of a clock that only goes forward. */
int64_t pace_now(void);

/** Sleeps for MS milliseconds, or less if a signal comes. */
void pace_sleep(unsigned ms);

/** Tries until END, the next one after PAUSE milliseconds. */
struct pace {
    int64_t end;
    unsigned pause;
};

/** Begins a row of tries that ends after PATIENCE_MS. */
struct pace pace_begin(unsigned patience_ms);

/** Waits before the next try; false, at once, when patience is at its end. */
bool pace_wait(struct pace *pace);

#endif
