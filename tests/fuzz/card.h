/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * card.h: a virtual card whose answers the input spoils, and the channels to it.
 *
 * Before each operation the harness makes a plan (fuzz_card_plan): one byte of input says which of the
 * operation's exchanges goes wrong, and how. So a good session stays one, and mutations are small: the same
 * operations with another answer here and there. In a raw plan every answer from that exchange on is the
 * input's.
 */
#ifndef ECP_TESTS_FUZZ_CARD_H
#define ECP_TESTS_FUZZ_CARD_H

#include "pcsc/channel.h"
#include "tests/fuzz/fuzz.h"
#include "vcard/vcard.h"

/** What goes wrong in an exchange. */
enum fuzz_fault {
    FUZZ_NOTHING = 0,
    FUZZ_NOTHING_TOO,
    FUZZ_WORD,    /**< not executed; a status word of the input's */
    FUZZ_ANSWER,  /**< not executed; data and status word of the input's */
    FUZZ_CUT,     /**< executed; the data ends early, or goes on */
    FUZZ_ALTERED, /**< executed; bytes of the data are others */
    FUZZ_FAILURE, /**< executed or not; the channel fails */
    FUZZ_RAW,     /**< from here on all answers are the input's */
};

/** A card. COMMANDS and PINS count what was sent since the plan was made: all, and those that cost a try. */
struct fuzz_card {
    struct vcard *vcard;
    struct fuzz *fuzz;
    bool t0, removed, reset;
    enum fuzz_fault fault;
    unsigned after, commands, pins, insertions;
    uint8_t *response;
};

/** A card NAME ("piv:nist") in the state SAVED (empty: of delivery). Ends the program if there is no such
 * card. */
void fuzz_card_open(struct fuzz_card *card, const char *name, struct bytes saved);
void fuzz_card_close(struct fuzz_card *card);

/** The card comes back as it was saved; its answers are spoilt by FUZZ (NULL: not). */
void fuzz_card_start(struct fuzz_card *card, struct bytes saved, struct fuzz *fuzz);

/** Takes the plan for the next operation. */
void fuzz_card_plan(struct fuzz_card *card);

/** Another program: EVENT (any byte) is a reset, a SELECT of something else, a pulled card or one put in
 * again. */
void fuzz_card_event(struct fuzz_card *card, uint8_t event);

/** A channel to the card, which outlives it. The caller's (channel->ops->close). */
struct channel *fuzz_card_connect(struct fuzz_card *card);

#endif
