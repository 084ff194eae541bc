/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mozilla.h: the profiles of Firefox and Thunderbird, and the lock that one has while it is in use. */
#ifndef ECP_TOOL_MOZILLA_H
#define ECP_TOOL_MOZILLA_H

#include "asn1/bytes.h"

/**
 * The folders of the profiles that TEXT, the profiles.ini in FOLDER, names: one more with each call, the caller's; NULL at
 * the end. *POSITION is 0 before the first call.
 */
char *mozilla_profile(struct bytes text, const char *folder, size_t *position);

/** How mozilla_lock() ended. MOZILLA_UNKNOWN: the lock cannot be asked (a file system without locks, no rights). */
enum mozilla_state { MOZILLA_FREE, MOZILLA_IN_USE, MOZILLA_UNKNOWN };

/**
 * Takes the lock of the profile in FOLDER, as the program does when it starts: until *RET_FD is closed, it does not start with
 * this profile. *RET_FD is -1 where there is nothing to lock, in a profile that was never used.
 */
enum mozilla_state mozilla_lock(const char *folder, int *ret_fd);

#endif
