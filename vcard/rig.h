/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rig.h: cards, and perhaps a PC/SC daemon of our own with its readers, run by one process that takes
 * requests.
 *
 * The process of the rig only waits and gives orders: each card, the daemon and its client (hold.h) are
 * processes of their own, so it may wait for one of them without holding up another.
 */
#ifndef ECP_VCARD_RIG_H
#define ECP_VCARD_RIG_H

#include "vcard/control.h"
#include "vcard/hold.h"
#include "vcard/options.h"
#include "vcard/pcscd.h"
#include "vcard/slot.h"

struct rig {
    const struct options *options;
    bool has_daemon; /**< a daemon of our own is wanted; otherwise the cards serve somebody else's reader */
    struct slot slots[PCSCD_CARDS_MAX];
    struct count *counts; /**< one a card, shared by all processes */
    struct pcscd pcscd;
    struct hold hold;
    int signals;  /**< signalfd */
    int listener; /**< where requests come in; -1 for nowhere */
    bool stopping;
    bool broken; /**< something ended that should not have */
};

/** Makes the cards. Says what is wrong and returns false on failure; rig_free() is due in any case. */
bool rig_make(struct rig *rig, const struct options *options, bool has_daemon);

/** Frees what rig_make() made. */
void rig_free(struct rig *rig);

/**
 * Runs until SIGTERM, SIGINT or SIGHUP comes, which the caller has blocked together with SIGCHLD. DIRECTORY
 * is for the files of the daemon; SOCKET, or NULL, is the path of the socket for requests. When every card is
 * seen in its reader, one byte is written to READY, unless it is negative. At the end the counters are
 * written where the options say. Returns false, having said why, if something did not work.
 */
bool rig_run(struct rig *rig, const char *directory, const char *socket, int ready);

/** Carries out one request, "CARD VERB..." with cards counted from 1, and stores the reply. */
void rig_obey(struct rig *rig, const char *request, char reply[CONTROL_MAX]);

#endif
