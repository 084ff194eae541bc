/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pace.h: time, growing pauses between tries, and turns that others get too. */
#ifndef ECP_PCSC_PACE_H
#define ECP_PCSC_PACE_H

#include <stdbool.h>
#include <stdint.h>

/** Milliseconds of a clock that only goes forward. */
int64_t pace_now(void);

/** Sleeps for MS milliseconds, or less if a signal comes. */
void pace_sleep(unsigned ms);

/** Milliseconds until END, at least 0 and at most MOST. */
unsigned pace_left(int64_t end, unsigned most);

/** Tries until END, the next one after PAUSE milliseconds. */
struct pace {
    int64_t end;
    unsigned pause;
};

/** Begins a row of tries that ends after PATIENCE_MS. */
struct pace pace_begin(unsigned patience_ms);

/** Waits before the next try; false, at once, when patience is at its end. */
bool pace_wait(struct pace *pace);

/**
 * One program's turns with a card that it may share. The PC/SC service gives a turn to whoever asks first when it is
 * free, and who has to wait asks ten times a second: a program that takes one turn after the other would keep the others
 * out. So a gap is left in which each of the others has asked: between turns for some seconds after one that had to be
 * waited for, as somebody else is there, and now and then in a long row of turns, to find out. All zero at the beginning.
 */
struct courtesy {
    int64_t row;    /**< when the row of turns without a gap began */
    int64_t asked;  /**< when the present turn was asked for */
    int64_t ended;  /**< when the last turn ended */
    unsigned gap;   /**< milliseconds to leave before the next turn, if one is left */
    int64_t shared; /**< until then somebody else is believed to be there */
};

/** Before a turn is asked for: leaves the gap, if it is time for one. */
void courtesy_ask(struct courtesy *courtesy);

/** The turn has begun. */
void courtesy_begin(struct courtesy *courtesy);

/** The turn has ended. */
void courtesy_end(struct courtesy *courtesy);

#endif
