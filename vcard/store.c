/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fd_close(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void text_free(char **text)
{
    free(*text);
}

enum result store_read(const char *path, struct buf *out)
{
    SCOPED(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    uint8_t part[1024];
    ssize_t got;

    if (fd < 0)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_INTERNAL;
    while ((got = read(fd, part, sizeof(part))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return RESULT_INTERNAL;
        buf_add(out, bytes_make(part, (size_t)got));
        TRY(buf_check(out));
    }
    return RESULT_OK;
}

static bool bytes_write(int fd, struct bytes left)
{
    while (left.size > 0) {
        ssize_t put = write(fd, left.data, left.size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        left = bytes_from(left, (size_t)put);
    }
    return true;
}

/** Makes the new name of a file last: without it, a power cut may bring the old file back. */
static bool directory_sync(const char *path)
{
    SCOPED(text_free) char *copy = strdup(path);
    SCOPED(fd_close) int fd = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    /* Some file systems do not let a directory be synchronised; they have nothing more to offer. */
    return fd >= 0 && (fsync(fd) == 0 || errno == EINVAL || errno == EROFS);
}

enum result store_write(const char *path, struct bytes contents)
{
    SCOPED(text_free) char *temporary = NULL;
    bool ok;

    if (asprintf(&temporary, "%s.XXXXXX", path) < 0) {
        temporary = NULL;
        return RESULT_NO_MEMORY;
    }
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return RESULT_INTERNAL;
    ok = fchmod(fd, S_IRUSR | S_IWUSR) == 0 && bytes_write(fd, contents) && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    ok = ok && rename(temporary, path) == 0;
    if (!ok) {
        int cause = errno;
        unlink(temporary);
        errno = cause;
        return RESULT_INTERNAL;
    }
    return directory_sync(path) ? RESULT_OK : RESULT_INTERNAL;
}
