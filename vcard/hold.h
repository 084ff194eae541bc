/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hold.h: a client of the PC/SC daemon, in a process of its own: it looks when a card is seen to come or go,
 * resets cards as another program would, and on request keeps an idle connection to each card so that its
 * power stays on.
 */
#ifndef ECP_VCARD_HOLD_H
#define ECP_VCARD_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "vcard/pcscd.h"

/** What the client is asked to do. */
enum hold_wish {
    HOLD_WAIT_PRESENT, /**< wait until the daemon sees a card that answers */
    HOLD_WAIT_EMPTY,   /**< wait until the daemon sees no card */
    HOLD_RESET,        /**< connect, reset the card, disconnect */
};

struct hold {
    pid_t pid; /**< -1 if there is none */
    int fd;    /**< where its replies are to be read */
};

/** Starts the client. With CONNECTED it keeps a shared connection to every card for which it was asked to
 * wait. */
bool hold_start(struct hold *hold, const struct pcscd *pcscd, bool connected);

/** Ends the client; connections and transactions end with it. */
void hold_stop(struct hold *hold);

/** Asks for WISH on the reader of card INDEX; it must be carried out within MILLISECONDS. False if the client
 * is gone. */
bool hold_ask(const struct hold *hold, enum hold_wish wish, size_t index, int milliseconds);

/** Reads the reply to the last request: 0 or a PC/SC error. False if the client is gone. */
bool hold_reply(const struct hold *hold, long *error);

#endif
