/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sandbox.h: a view of the system in which /run/pcscd is private, so that a PC/SC daemon can run there beside
 * the system's own, and as an ordinary user.
 */
#ifndef ECP_VCARD_SANDBOX_H
#define ECP_VCARD_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

/** Where the daemon keeps its socket; fixed when the daemon is compiled. */
#define SANDBOX_RUN_DIRECTORY "/run/pcscd"

/** How the view was made. */
enum sandbox_kind {
    SANDBOX_NONE, /**< not at all: the system's own /run/pcscd is used, which was free */
    SANDBOX_ROOT, /**< a mount namespace made by root */
    SANDBOX_USER, /**< a mount namespace inside a user namespace in which the caller is called root */
};

struct sandbox {
    enum sandbox_kind kind;
    uid_t uid;
    gid_t gid;
    bool made_directory; /**< SANDBOX_NONE: /run/pcscd was not there before */
};

/**
 * Moves the calling process, which must have one thread, into a new sandbox. Says what is wrong and what can
 * be done, and returns false, if there is no way.
 */
bool sandbox_enter(struct sandbox *ret);

/**
 * Moves the calling process, inside a sandbox, into a network of its own, where only its descendants can
 * reach the ports that it opens. If the system refuses, says so and goes on.
 */
void sandbox_enter_network(void);

/** Gives the calling process, inside a sandbox, the user and group back that it had outside. False: errno
 * tells. */
bool sandbox_restore_user(const struct sandbox *sandbox);

/** Removes what a sandbox without a namespace has left in the file system. */
void sandbox_leave(const struct sandbox *sandbox);

#endif
