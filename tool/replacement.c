/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

/** Ten of them are a second. */
#define LOCK_TRIES 600

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void text_free(char **text)
{
    free(*text);
}

/** Reads from FD to its end. */
static int read_all(int fd, struct file *ret)
{
    ssize_t got;

    *ret = (struct file){ .data = malloc(REPLACEMENT_MAX + 1) };
    if (!ret->data)
        return ENOMEM;
    while ((got = read(fd, ret->data + ret->size, REPLACEMENT_MAX + 1 - ret->size)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno;
        ret->size += (size_t)got;
    }
    return ret->size > REPLACEMENT_MAX ? EFBIG : 0;
}

static int read_file(const char *path, struct stat *ret_status, struct file *ret)
{
    SCOPED(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int error;

    *ret = (struct file){ 0 };
    if (fd < 0 || fstat(fd, ret_status) != 0)
        return errno;
    if (!S_ISREG(ret_status->st_mode))
        return ENOTSUP;
    error = read_all(fd, ret);
    if (error)
        file_free(ret);
    return error;
}

/** Whether nothing is there at PATH, not even a link that leads nowhere. */
static bool is_absent(const char *path)
{
    struct stat status;

    return lstat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

int replacement_read(const char *path, bool *ret_exists, struct file *ret)
{
    struct stat status;

    *ret = (struct file){ 0 };
    *ret_exists = !is_absent(path);
    return *ret_exists ? read_file(path, &status, ret) : 0;
}

/** Makes the folders on the way to PATH that are not there. A mask is not asked: who may read the file has to get to it. */
static int make_folders(const char *path, mode_t mode)
{
    SCOPED(text_free) char *way = strdup(path);
    mode_t folder = 0700 | (mode & 040 ? 050 : 0) | (mode & 04 ? 05 : 0), mask = umask(0);
    int error = way ? 0 : ENOMEM;

    for (char *slash = way ? strchr(way + 1, '/') : NULL; slash && !error; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(way, folder) != 0 && errno != EEXIST)
            error = errno;
        *slash = '/';
    }
    umask(mask);
    return error;
}

/** File systems without locks; over NFS, one that shuts others out wants a file that is open for writing, which no folder is. */
static bool cannot_lock(int error)
{
    return error == EBADF || error == ENOLCK || error == ENOSYS || error == EOPNOTSUPP || error == EINVAL;
}

/* Everybody may lock a folder that they may read: whoever holds it for ever is not waited for. */
int replacement_lock(const char *folder, int *ret_fd)
{
    const struct timespec pause = { .tv_nsec = 100000000 };

    *ret_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*ret_fd < 0)
        return errno;
    for (unsigned tries = 0; flock(*ret_fd, LOCK_EX | LOCK_NB) != 0; tries++) {
        if (cannot_lock(errno))
            return 0;
        if (errno != EINTR && errno != EWOULDBLOCK)
            return errno;
        if (tries == LOCK_TRIES)
            return ETIMEDOUT;
        nanosleep(&pause, NULL);
    }
    return 0;
}

static int lock_folder(struct replacement *replacement)
{
    SCOPED(text_free) char *folder = strdup(replacement->real);

    if (!folder)
        return ENOMEM;
    folder[strrchr(folder, '/') - folder + (strrchr(folder, '/') == folder)] = '\0';
    return replacement_lock(folder, &replacement->folder);
}

int replacement_open(const char *path, mode_t mode, struct replacement *ret)
{
    struct stat status = { 0 };
    int error = 0;

    *ret = (struct replacement){ .folder = -1, .mode = mode, .owner = (uid_t)-1, .group = (gid_t)-1 };
    ret->real = realpath(path, NULL);
    if (!ret->real && (errno == ENOENT || errno == ENOTDIR) && is_absent(path)) {
        error = make_folders(path, mode);
        ret->real = strdup(path);
    }
    if (!ret->real)
        return errno;
    if (!error)
        error = lock_folder(ret);
    if (error || is_absent(ret->real))
        return error;
    ret->exists = true;
    error = read_file(ret->real, &status, &ret->text);
    ret->mode = status.st_mode & 07777;
    ret->owner = status.st_uid;
    ret->group = status.st_gid;
    return error;
}

static int write_all(int fd, struct bytes text)
{
    while (text.size > 0) {
        ssize_t written = write(fd, text.data, text.size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        text = bytes_from(text, (size_t)written);
    }
    return 0;
}

/** The list of whom else the file is for. Without it the group would get what the mode says, which is the most for anyone on the list. */
static int copy_list(const struct replacement *replacement, int fd)
{
    static const char name[] = "system.posix_acl_access";
    char list[2048];
    ssize_t size = replacement->exists ? getxattr(replacement->real, name, list, sizeof(list)) : 0;

    if (size < 0 && errno == ENODATA && fremovexattr(fd, name) == 0) /* the folder's own for new files */
        return 0;
    if (size < 0 && (errno == ENODATA || errno == EOPNOTSUPP))
        return 0;
    return size < 0 || (size > 0 && fsetxattr(fd, name, list, (size_t)size, 0) != 0) ? errno : 0;
}

/** The owner first: a change of it takes some modes away. */
static int fill(const struct replacement *replacement, int fd, struct bytes text)
{
    struct stat status;
    int error = write_all(fd, text);

    if (error)
        return error;
    if (fstat(fd, &status) != 0)
        return errno;
    if (replacement->exists && (status.st_uid != replacement->owner || status.st_gid != replacement->group) &&
        fchown(fd, replacement->owner, replacement->group) != 0)
        return errno;
    error = copy_list(replacement, fd);
    if (error)
        return error;
    return fchmod(fd, replacement->mode) != 0 || fsync(fd) != 0 ? errno : 0;
}

/** Not every file system can do that to a folder. */
static int sync_folder(const struct replacement *replacement)
{
    return fsync(replacement->folder) != 0 && errno != EINVAL && errno != EBADF ? errno : 0;
}

/** FROM takes the name TO; if there was no file, not in the place of one that came meanwhile. */
static int take_name(const struct replacement *replacement, const char *from, const char *to)
{
    if (!replacement->exists && renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (!replacement->exists && errno != EINVAL && errno != ENOSYS)
        return errno;
    return rename(from, to) != 0 ? errno : 0;
}

/** TEXT is written to a file of its own, which takes the name TO when it is whole. */
static int write_as(const struct replacement *replacement, const char *to, struct bytes text)
{
    SCOPED(text_free) char *temporary = NULL;
    SCOPED(fd_close) int fd = -1;
    int error;

    if (asprintf(&temporary, "%s.XXXXXX", replacement->real) < 0) {
        temporary = NULL;
        return ENOMEM;
    }
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return errno;
    error = fill(replacement, fd, text);
    if (!error)
        error = take_name(replacement, temporary, to);
    if (error) {
        unlink(temporary);
        return error;
    }
    return sync_folder(replacement);
}

static char *kept_name(const struct replacement *replacement)
{
    char *name = NULL;

    return asprintf(&name, "%s" REPLACEMENT_KEPT, replacement->real) < 0 ? NULL : name;
}

/** Both files, the one that is KEPT (NULL: none) first. */
static int write_both(const struct replacement *replacement, const char *kept, struct bytes text)
{
    int error = kept ? write_as(replacement, kept, file_bytes(&replacement->text)) : 0;

    if (error)
        return error;
    error = write_as(replacement, replacement->real, text);
    if (error && kept)
        unlink(kept);
    return error;
}

/* A signal waits, so that it leaves no unfinished file behind. */
int replacement_write(struct replacement *replacement, struct bytes text, bool keep)
{
    SCOPED(text_free) char *kept = kept_name(replacement);
    sigset_t signals, before;
    int error;

    if (!kept || text.size > REPLACEMENT_MAX)
        return kept ? EFBIG : ENOMEM;
    sigfillset(&signals);
    sigprocmask(SIG_BLOCK, &signals, &before);
    error = write_both(replacement, keep && replacement->exists ? kept : NULL, text);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return error;
}

int replacement_remove(struct replacement *replacement, unsigned folders)
{
    int error;

    if (unlink(replacement->real) != 0)
        return errno;
    error = sync_folder(replacement);
    while (folders-- > 0 && strrchr(replacement->real, '/') > replacement->real) {
        *strrchr(replacement->real, '/') = '\0';
        if (rmdir(replacement->real) != 0)
            break;
    }
    return error;
}

int replacement_drop_kept(struct replacement *replacement, char **ret)
{
    SCOPED(file_free) struct file kept = { 0 }, now = { 0 };
    SCOPED(text_free) char *name = kept_name(replacement);
    struct stat status;

    *ret = NULL;
    if (!name)
        return ENOMEM;
    if (is_absent(name))
        return 0;
    if (read_file(name, &status, &kept) == 0 && read_file(replacement->real, &status, &now) == 0 &&
        bytes_equal(file_bytes(&kept), file_bytes(&now)))
        return unlink(name) != 0 ? errno : 0;
    *ret = name;
    name = NULL;
    return 0;
}

void replacement_close(struct replacement *replacement)
{
    file_free(&replacement->text);
    free(replacement->real);
    fd_close(&replacement->folder);
    *replacement = REPLACEMENT_NONE;
}
