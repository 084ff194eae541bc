/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* story.h: what an application does, how it tries again after something went wrong, and what has to be there then. */
#ifndef ECP_TESTS_SWEEP_STORY_H
#define ECP_TESTS_SWEEP_STORY_H

#include "tests/sweep/run.h"

/** A story. Each function calls the module and gives the first return value that is not CKR_OK. */
struct story {
    const char *name;
    bool reads; /**< the card's memory is afterwards what it was before */
    bool heals; /**< a reset and another application between two transactions are not noticed by the application */
    bool key_seen; /**< what is sent depends on which key is there */
    bool format;  /**< what was on the card goes */
    bool verifies; /**< what the old key signs afterwards is verified, which takes longer than all the rest */

    /** The card is made ready, if need be, before the module starts. */
    void (*prepare)(struct world *world);

    /** The story itself. */
    CK_RV (*tell)(struct run *run);

    /** How it is told while allocations fail; NULL: it is not. */
    CK_RV (*starve)(struct run *run);

    /** The next attempt of an application that does not know how far it came: succeeds. */
    CK_RV (*again)(struct run *run);
};

/** The stories, ended by one without a name. */
extern const struct story stories[];

/** What every card of the sweep holds: a key with its certificate. The card is in the state of delivery before. */
CK_RV story_furnish(struct run *run);

/** What was there before is there, and works. */
CK_RV story_whole(struct run *run, const struct story *story);

#endif
