/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* plan.h: every trouble of a sort, for every command of a story. */
#ifndef ECP_TESTS_SWEEP_PLAN_H
#define ECP_TESTS_SWEEP_PLAN_H

#include "tests/sweep/world.h"

/** Sorts of trouble; each is one point of ./check. */
enum plan_sort {
    PLAN_PULLED,
    PLAN_RESET,
    PLAN_OTHER,
    PLAN_BROKEN,
    PLAN_SERVICE,
    PLAN_PIN,
    PLAN_WORDS,
    PLAN_ENDLESS,
    PLAN_LENGTHS,
    PLAN_TRUNCATED,
    PLAN_LENGTHENED,
    PLAN_EMPTY,
    PLAN_FLIPS,
    PLAN_SORTS,
};

/** The first sort in which the card lies: the others are accidents. */
#define PLAN_LIES PLAN_WORDS

/** What a sort is called. */
extern const char *const plan_names[PLAN_SORTS];

/** Troubles. ITEMS is owned. */
struct plan {
    struct trouble *items;
    size_t count, room;
};

/**
 * Which of them: all if EVERY is 1. Else all accidents; of each status word to each command the one before or the one
 * after it; of the other lies about each command one in EVERY, at least one of each sort. FIRST: which one is the first.
 */
struct plan_choice {
    unsigned every, first;
};

/** Fills PLAN, which is empty, with troubles of SORT for the COUNT commands of RECORD. False without memory. */
bool plan_make(struct plan *plan, enum plan_sort sort, const struct world_exchange *record, unsigned count,
               const struct plan_choice *choice);

/** Frees what is in it. */
void plan_clear(struct plan *plan);

/** Writes what TROUBLE is into RET, SIZE bytes. */
void plan_describe(const struct trouble *trouble, char *ret, size_t size);

#endif
