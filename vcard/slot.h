/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * slot.h: one virtual card behind one slot of a virtual reader: a process of its own, so that a card which
 * computes for seconds holds up nobody but those who wait for it.
 */
#ifndef ECP_VCARD_SLOT_H
#define ECP_VCARD_SLOT_H

#include <sys/types.h>

#include "vcard/count.h"
#include "vcard/fault.h"
#include "vcard/vcard.h"
#include "vcard/vpcd.h"

/** The longest delay of a response, in milliseconds. */
#define LATENCY_MAX_MS 60000

/** A card, its surroundings, and what the processes know of each other. Zero bytes are nothing yet. */
struct slot {
    struct vcard *card;
    char *state_path;    /**< where the memory is stored; NULL for nowhere */
    char *trace_path;    /**< where the trace is written; NULL for nowhere */
    struct count *count; /**< in memory shared by all processes */
    const char *host;    /**< where the reader is */
    unsigned port;       /**< and its port */
    unsigned latency_ms; /**< delay of every response */
    pid_t pid;           /**< the parent's side: the process; -1 if it does not run */
    int control;         /**< the connection between the parent and the process */
    struct vpcd *vpcd;   /**< the process's side, from here on */
    int trace;           /**< file descriptor, -1 for none */
    bool inserted;       /**< the card is to be in the reader */
    unsigned attempts;   /**< to connect, without success, since the last event */
    unsigned saved;      /**< changes() of the card when it was stored */
    struct fault_list *faults;
    uint8_t *response; /**< VCARD_RESPONSE_MAX bytes */
    uint8_t *memory;   /**< STORE_MAX bytes */
};

/**
 * Makes the card NAME ("FAMILY[:PROFILE]") and loads its memory from STATE_PATH if there is such a file. Says
 * what is wrong and returns false on failure. slot_free() is due in any case. The strings and COUNT must
 * outlive the slot.
 */
bool slot_make(struct slot *slot, const char *name, const char *state_path, const char *trace_path);

/** Frees what slot_make() made. */
void slot_free(struct slot *slot);

/** Starts the process, with the card in the reader if INSERTED says so. False if the system refuses. */
bool slot_start(struct slot *slot, bool inserted);

/** Lets the process finish the command that it executes, at most some seconds, and end. */
void slot_stop(struct slot *slot);

#endif
