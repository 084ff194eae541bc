/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process.h: child processes that never outlive their parent. */
#ifndef ECP_VCARD_PROCESS_H
#define ECP_VCARD_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * Called by a child: SIGNAL comes when PARENT, which forked it, ends. If PARENT has already ended, the
 * calling process exits at once. Must be called again after a change of user or user namespace, which forgets
 * it.
 */
void process_die_with(pid_t parent, int signal);

/** Waits at most MILLISECONDS for the child PID to end. True if it did; *STATUS is then as waitpid() gives
 * it. */
bool process_wait(pid_t pid, int milliseconds, int *status);

/** Ends the child *PID with SIGNAL, after GRACE milliseconds with SIGKILL, waits for it and sets *PID to -1.
 */
void process_stop(pid_t *pid, int signal, int grace);

/**
 * Ends every child of the calling process except the child SPARED. The caller should be a subreaper: the
 * children of a child that ends are then ended too. They get SIGTERM first and SIGKILL after GRACE
 * milliseconds.
 */
void process_end_children(pid_t spared, int grace);

/** Milliseconds on a clock that only goes forward. */
long long process_clock(void);

#endif
