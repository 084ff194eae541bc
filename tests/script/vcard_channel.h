/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_channel.h: a channel to a virtual card in the same process, which counts what crosses it. */
#ifndef ECP_TESTS_VCARD_CHANNEL_H
#define ECP_TESTS_VCARD_CHANNEL_H

#include "pcsc/channel.h"
#include "vcard/vcard.h"

/**
 * A channel to a new card NAME ("piv", "piv:nist"). *RET belongs to the caller (vcard_channel_close). Errors
 * as vcard_create().
 */
enum result vcard_channel_open(const char *name, struct channel **ret) MUST_USE;

/** The card's answer to reset. */
struct bytes vcard_channel_atr(struct channel *channel);

/** Resets the card: session state is lost, memory stays. */
void vcard_channel_reset(struct channel *channel);

/** The number of commands since the channel was opened or this was last called. */
unsigned vcard_channel_count(struct channel *channel);

/**
 * The next AFTER commands pass, then everything breaks with FAILURE until this is called again;
 * VCARD_CHANNEL_NEVER: nothing does. EXECUTED: the card still gets the first command that breaks, and its
 * answer is lost.
 */
#define VCARD_CHANNEL_NEVER (-1)
void vcard_channel_break(struct channel *channel, int after, enum result failure, bool executed);

/** What one answer becomes. */
enum vcard_channel_slip {
    VCARD_CHANNEL_WORD,    /**< nothing was done and the card says 6F00 */
    VCARD_CHANNEL_BLOCKED, /**< nothing was done and the card says 6983 */
    VCARD_CHANNEL_MISSING, /**< nothing was done and the card says 6A82 */
    VCARD_CHANNEL_DONE,    /**< nothing was done and the card says 9000 */
    VCARD_CHANNEL_CUT,     /**< all was done and half of the answer comes */
};

/** The next AFTER commands pass, the one after them slips, and all others pass again. */
void vcard_channel_slip(struct channel *channel, int after, enum vcard_channel_slip slip);

/** From now on answers are spoilt at random, in a way that SEED decides (0: no more): altered, cut off, made
 * longer. */
void vcard_channel_spoil(struct channel *channel, uint32_t seed);

/** Frees channel and card and sets *CHANNEL to NULL; NULL is allowed. Fit for SCOPED. */
void vcard_channel_close(struct channel **channel);

#endif
