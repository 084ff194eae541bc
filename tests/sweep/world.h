/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world.h: one reader, one virtual card in the same process, and one thing that goes wrong between them.
 *
 * The module is given world_source() as its readers. Commands are counted from world_begin() on; at the one that a
 * trouble names, it happens. A reset, another application or a new PIN come between two transactions where the
 * command is the first of one, as other programs can; elsewhere in the middle of a transaction, as they should not.
 */
#ifndef ECP_TESTS_SWEEP_WORLD_H
#define ECP_TESTS_SWEEP_WORLD_H

#include "pcsc/channel.h"
#include "tests/sweep/peek.h"
#include "vcard/vcard.h"

/** The most commands of a story, the longest answer that is remembered of one, in bytes. */
#define WORLD_COMMANDS_MAX 1024
#define WORLD_ANSWER_MAX 4096

/** A module that sends more than this in one call will not end. */
#define WORLD_CALL_MAX 4000

/** The most PINs that are remembered as refused. */
#define WORLD_REFUSED_MAX 16

/** What goes wrong. */
enum trouble_kind {
    TROUBLE_NONE,
    TROUBLE_PULL,     /**< the card is pulled out until world_mend() */
    TROUBLE_RESET,    /**< another program resets the card */
    TROUBLE_OTHER,    /**< another program selects another application */
    TROUBLE_LOSE,     /**< the exchange breaks and the card is reset by it */
    TROUBLE_SERVICE,  /**< the PC/SC service is stopped and started; LASTING: started by world_mend() only */
    TROUBLE_PIN,      /**< another program resets the card and changes the user PIN to WORLD_NEW_PIN */
    TROUBLE_WORD,     /**< the answer is WORD */
    TROUBLE_ENDLESS,  /**< the answer has no end: 61xx again and again; PLACE bytes each time */
    TROUBLE_LENGTH,   /**< 6Cxx; LASTING: to every command of the kind */
    TROUBLE_CUT,      /**< only PLACE bytes of the answer's data come */
    TROUBLE_LONGER,   /**< PLACE bytes too many come */
    TROUBLE_EMPTY,    /**< PLACE bytes come instead of the answer: 0, 1, or 9000 alone */
    TROUBLE_FLIP,     /**< BITS of byte PLACE of the answer are turned */
};

/** One trouble. AFTER: the card has done what it was told. */
struct trouble {
    enum trouble_kind kind;
    unsigned at; /**< the number of the command, from 0 */
    bool after, lasting;
    unsigned word;
    size_t place;
    uint8_t bits;
};

/** The PIN that TROUBLE_PIN sets: fit for both families. */
#define WORLD_NEW_PIN "777777"

/** An exchange as it was without trouble. */
struct world_exchange {
    uint8_t ins;
    size_t size;
    uint8_t answer[WORLD_ANSWER_MAX];
};

/** A PIN, or another's PIN that unblocks, which was refused, or of which nobody knows whether it was. */
struct world_refusal {
    uint8_t body[64]; /**< its reference and itself */
    size_t size;
    bool lost; /**< the answer never came */
};

struct world {
    struct reader_source source; /**< first */
    struct vcard *card;
    uint8_t *response;
    bool t0, present, service, stale;
    uint32_t counter;
    unsigned generation, resets, epoch;
    unsigned channels, transactions;
    struct trouble trouble;
    bool armed, happened, between, pin_changed; /**< BETWEEN: it happened between two transactions */
    uint8_t last_ins;
    unsigned said, said_in_call, longest; /**< LONGEST: the most commands of a call so far */
    unsigned falls[2]; /**< of the PINs' counters, by enum peek_who, since they were last zeroed */
    struct world_refusal refused[WORLD_REFUSED_MAX];
    size_t refused_count;
    unsigned resent; /**< how often a refused PIN was sent again */
    bool endless;    /**< WORLD_CALL_MAX was reached */
    bool clean;      /**< nobody but the card has changed its memory since it was loaded … */
    unsigned loaded; /**< … when it counted so many changes */
    struct world_exchange *record; /**< WORLD_COMMANDS_MAX of them, or NULL */
};

/** A world with a card NAME in its state of delivery, for world_close(). False without memory. */
bool world_open(struct world *world, const char *name);
void world_close(struct world *world);

/** The card gets MEMORY and is put in; all is well and counts begin anew. False if the card does not like it. */
bool world_begin(struct world *world, struct bytes memory);

/** The card's user PIN is blocked, by somebody else. */
void world_block(struct world *world);

/** From now on TROUBLE is waited for, its AT counted from now. */
void world_arm(struct world *world, const struct trouble *trouble);

/** What went wrong is over: the card is in the reader, the service runs. */
void world_mend(struct world *world);

/**
 * The card lied, or another program was where none can be: what was believed then may be believed until the card is
 * put in again.
 */
bool world_lied(const struct world *world);

/** A call begins. */
void world_enter(struct world *world);

/** An application presents PINs of its own in the call that begins: what was refused before may come again. */
void world_forget_refusals(struct world *world);

#endif
