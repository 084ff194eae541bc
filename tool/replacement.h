/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * replacement.h: a configuration file of another program gets another text, whole or not at all. Links stay links, mode, owner and
 * access list stay, and the file as it was is kept beside it under its name and REPLACEMENT_KEPT.
 *
 * The functions return 0 or an errno.
 */
#ifndef ECP_TOOL_REPLACEMENT_H
#define ECP_TOOL_REPLACEMENT_H

#include <sys/types.h>

#include "asn1/bytes.h"
#include "tool/file.h"

#define REPLACEMENT_KEPT ".before-ecp"

/** The largest configuration file that is looked at. */
#define REPLACEMENT_MAX (1u << 20)

/** A file about to be replaced: read under a lock against others of our kind. TEXT is of the file as it is. */
struct replacement {
    char *real;
    int folder;
    bool exists;
    struct file text;
    mode_t mode;
    uid_t owner;
    gid_t group;
};

/** One that holds nothing. */
#define REPLACEMENT_NONE ((struct replacement){ .folder = -1 })

/** Reads PATH for a look. That it is not there is no error. EFBIG, ENOTSUP for what is no ordinary file. */
int replacement_read(const char *path, bool *ret_exists, struct file *ret);

/** Waits until no other program of our kind works in FOLDER, and keeps others waiting until *RET_FD is closed. ETIMEDOUT after
 * a minute. Where the file system has no locks, nobody waits. */
int replacement_lock(const char *folder, int *ret_fd);

/**
 * Locks the folder of PATH and reads the file. If there is no file it will have MODE, and missing folders are made, with a mode that
 * goes with it. RET is the caller's (replacement_close) in any case.
 */
int replacement_open(const char *path, mode_t mode, struct replacement *ret);

/** Gives the file another text, on the disk when this returns; EFBIG if it could not be read again. KEEP: what it was is kept beside it. */
int replacement_write(struct replacement *replacement, struct bytes text, bool keep);

/** Removes the file, and of the FOLDERS in which it is as many as are empty then. */
int replacement_remove(struct replacement *replacement, unsigned folders);

/** Drops what is kept beside the file, if it is what the file says now. *RET: the name of what is kept still, the caller's, or NULL. */
int replacement_drop_kept(struct replacement *replacement, char **ret);

/** Unlocks and frees. Fit for SCOPED. */
void replacement_close(struct replacement *replacement);

#endif
