/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pcsc_check.h: what stands between a program and its card, which no PKCS#11 module can tell: the PC/SC service itself. */
#ifndef ECP_TOOL_PCSC_CHECK_H
#define ECP_TOOL_PCSC_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCSC_READERS_MAX 8

/** How the service answers. */
enum pcsc_state {
    PCSC_ANSWERS,
    PCSC_NOT_RUNNING, /**< no pcscd, and none that is started on demand */
    PCSC_REFUSED,     /**< it refuses this process (polkit) */
    PCSC_BROKEN,      /**< anything else; ERROR says what */
};

/** What can be said of a card without knowing it. */
enum pcsc_card {
    PCSC_EMPTY,
    PCSC_FREE,    /**< it can be talked to */
    PCSC_MUTE,    /**< it does not answer to power: upside down, dirty, dead */
    PCSC_HELD,    /**< another program has it for itself, or has not let go of it for as long as was waited */
    PCSC_DENIED,  /**< the service refuses this process the card (polkit) */
    PCSC_UNKNOWN, /**< it could not be tried */
};

/** A reader. ATR is empty without a card. */
struct pcsc_reader {
    char name[128];
    enum pcsc_card card;
    uint8_t atr[33];
    size_t atr_size;
};

/** All that was found. ERROR is the service's name for what went wrong, or NULL. */
struct pcsc_check {
    enum pcsc_state state;
    const char *error;
    struct pcsc_reader readers[PCSC_READERS_MAX];
    size_t count;
};

/**
 * Asks the service for its readers, and tries for SECONDS whether each card can be had. Cards are not changed; they are
 * tried by a child process each, because a wait for a held card cannot be ended from inside.
 */
void pcsc_check(unsigned seconds, struct pcsc_check *ret);

#endif
