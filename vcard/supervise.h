/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * supervise.h: the process between "run" and everything that it starts. It is the parent of the rig and of
 * the command, and the one that stays behind to clear up when "run" itself is killed.
 */
#ifndef ECP_VCARD_SUPERVISE_H
#define ECP_VCARD_SUPERVISE_H

#include <signal.h>
#include <sys/types.h>

#include "vcard/rig.h"

/** The signals that "run" passes on to its command, and SIGCHLD. */
void supervise_signals(sigset_t *ret);

/**
 * Enters the sandbox, starts the rig, waits until its cards are seen, runs the command of the rig's options,
 * ends everything. To be called in a child of PARENT with supervise_signals() blocked; MASK is the signal
 * mask of the command. Returns the command's exit status (128 + n for a signal) or one of the program's own.
 */
int supervise(struct rig *rig, pid_t parent, const sigset_t *mask);

#endif
