/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pcscd.h: a PC/SC daemon of our own, with virtual readers. */
#ifndef ECP_VCARD_PCSCD_H
#define ECP_VCARD_PCSCD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** The most cards: the daemon knows 16 slots, and each reader of the driver has two. */
#define PCSCD_CARDS_MAX 16

/** The longest name of a reader that the daemon takes, with its NUL. */
#define PCSCD_NAME_MAX 128

struct pcscd {
    const char *directory;   /**< ours, for its configuration and log */
    const char *reader_name; /**< as the person gave it */
    size_t cards;
    unsigned ports[PCSCD_CARDS_MAX]; /**< where the driver waits for each card */
    pid_t pid;                       /**< -1 while it does not run */
};

/** True if NAME can be a reader's name. */
bool pcscd_name_is_good(const char *name);

/** The PC/SC name of the reader in which card INDEX, counted from 0, is. */
void pcscd_reader_of(const struct pcscd *pcscd, size_t index, char ret[PCSCD_NAME_MAX]);

/** Starts the daemon on free ports. Says what is wrong and returns false on failure. */
bool pcscd_start(struct pcscd *pcscd);

/** Ends the daemon in order. */
void pcscd_stop(struct pcscd *pcscd);

/** Says the last lines that the daemon has logged. */
void pcscd_say_log(const struct pcscd *pcscd);

#endif
