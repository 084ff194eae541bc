/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/** Stands before the C library's: a file system that answers FLOCK_ERROR, and how often it was asked and waited for. */
static bool interrupted;
static unsigned renamed, renamed_at_signal;
static int flock_error, rename_errors;
static unsigned flock_asked, waited;

int flock(int fd, int operation)
{
    (void)fd;
    (void)operation;
    flock_asked++;
    errno = flock_error;
    return flock_error ? -1 : 0;
}

int nanosleep(const struct timespec *wanted, struct timespec *rest)
{
    (void)wanted;
    (void)rest;
    waited++;
    return 0;
}

/** The one behind the next RENAME_ERRORS - 1 fails. With INTERRUPTED, a person loses patience. */
int rename(const char *from, const char *to)
{
    if (interrupted) {
        renamed++;
        raise(SIGINT);
    }
    if (rename_errors > 0 && --rename_errors == 0) {
        errno = EBUSY;
        return -1;
    }
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

/** A folder of its own, with the names of files in it. */
struct place {
    char folder[64], path[96], kept[128], link[96];
};

static void enter(struct place *place)
{
    strcpy(place->folder, "/tmp/ecp-replacement.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place->folder));
    snprintf(place->path, sizeof(place->path), "%s/file", place->folder);
    snprintf(place->kept, sizeof(place->kept), "%s" REPLACEMENT_KEPT, place->path);
    snprintf(place->link, sizeof(place->link), "%s/link", place->folder);
}

/** Nothing else is left there. */
static void leave(const struct place *place)
{
    unlink(place->link);
    unlink(place->path);
    unlink(place->kept);
    ck_assert_int_eq(rmdir(place->folder), 0);
}

static void put(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    ck_assert_int_eq(chmod(path, mode), 0);
}

static void assert_file(const char *path, const char *text, mode_t mode)
{
    SCOPED(file_free) struct file file = { 0 };
    struct stat status;
    bool exists;

    ck_assert_int_eq(replacement_read(path, &exists, &file), 0);
    ck_assert(exists);
    assert_bytes(file_bytes(&file), bytes_text(text));
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, mode);
}

static void replace(const char *path, const char *text, bool keep)
{
    SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;

    ck_assert_int_eq(replacement_open(path, 0600, &file), 0);
    ck_assert_int_eq(replacement_write(&file, bytes_text(text), keep), 0);
}

START_TEST(a_file_keeps_its_mode_and_what_it_was)
{
    struct place place;

    enter(&place);
    put(place.path, "one", 0640);
    replace(place.path, "two", true);
    assert_file(place.path, "two", 0640);
    assert_file(place.kept, "one", 0640);
    leave(&place);
}
END_TEST

START_TEST(a_link_stays_a_link)
{
    struct place place;
    struct stat status;

    enter(&place);
    put(place.path, "one", 0600);
    ck_assert_int_eq(symlink("file", place.link), 0);
    replace(place.link, "two", true);
    ck_assert_int_eq(lstat(place.link, &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
    assert_file(place.path, "two", 0600);
    assert_file(place.kept, "one", 0600);
    leave(&place);
}
END_TEST

START_TEST(a_new_file_has_the_mode_that_was_asked_for)
{
    struct place place;
    char folder[128], path[160];
    struct stat status;

    enter(&place);
    snprintf(folder, sizeof(folder), "%s/a", place.folder);
    snprintf(path, sizeof(path), "%s/new", folder);
    replace(path, "x", true);
    assert_file(path, "x", 0600);
    ck_assert_int_eq(stat(folder, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0700);
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0);
    leave(&place);
}
END_TEST

START_TEST(a_mask_does_not_shut_a_folder)
{
    struct place place;
    char folder[128], path[160];
    struct stat status;
    mode_t mask = umask(0077);

    enter(&place);
    snprintf(folder, sizeof(folder), "%s/a", place.folder);
    snprintf(path, sizeof(path), "%s/new", folder);
    {
        SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;

        ck_assert_int_eq(replacement_open(path, 0644, &file), 0);
        ck_assert_int_eq(replacement_write(&file, bytes_text("x"), true), 0);
    }
    ck_assert_uint_eq(umask(mask), 0077);
    assert_file(path, "x", 0644);
    ck_assert_int_eq(stat(folder, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0755);
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0);
    leave(&place);
}
END_TEST

START_TEST(a_file_keeps_its_access_list)
{
    /* user::rw-, user:12345:rw-, group::---, mask::rw-, other::--- */
    static const uint8_t list[] = { 2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 6, 0, 0x39, 0x30, 0, 0, 4, 0, 0, 0, 255, 255, 255, 255,
                                    16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255 };
    const char *name = "system.posix_acl_access";
    uint8_t got[256];
    struct place place;

    enter(&place);
    put(place.path, "one", 0600);
    if (setxattr(place.path, name, list, sizeof(list), 0) == 0) {
        replace(place.path, "two", true);
        assert_file(place.path, "two", 0660);
        ck_assert_int_eq(getxattr(place.path, name, got, sizeof(got)), sizeof(list));
        ck_assert_mem_eq(got, list, sizeof(list));
        ck_assert_int_eq(getxattr(place.kept, name, got, sizeof(got)), sizeof(list));
    } else {
        ck_assert_int_eq(errno, EOPNOTSUPP);
    }
    leave(&place);
}
END_TEST

START_TEST(where_there_are_no_locks_nobody_waits)
{
    static const int none[] = { EBADF, ENOLCK, EOPNOTSUPP };
    struct place place;

    enter(&place);
    put(place.path, "one", 0600);
    waited = 0;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        flock_error = none[i];
        replace(place.path, "two", false);
    }
    ck_assert_uint_eq(waited, 0);
    flock_error = 0;
    leave(&place);
}
END_TEST

START_TEST(a_lock_that_is_held_for_ever_is_given_up)
{
    SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;
    struct place place;

    enter(&place);
    put(place.path, "one", 0600);
    waited = 0;
    flock_error = EWOULDBLOCK;
    ck_assert_int_eq(replacement_open(place.path, 0600, &file), ETIMEDOUT);
    ck_assert_uint_gt(waited, 10);
    ck_assert_uint_gt(flock_asked, waited);
    flock_error = 0;
    leave(&place);
}
END_TEST

START_TEST(what_failed_leaves_nothing_beside_the_file)
{
    struct place place;

    enter(&place);
    put(place.path, "one", 0600);
    for (int error = 1; error <= 2; error++) {
        SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;

        ck_assert_int_eq(replacement_open(place.path, 0600, &file), 0);
        rename_errors = error;
        ck_assert_int_eq(replacement_write(&file, bytes_text("two"), true), EBUSY);
        assert_file(place.path, "one", 0600);
        ck_assert_int_ne(access(place.kept, F_OK), 0);
    }
    leave(&place);
}
END_TEST

START_TEST(a_file_that_came_meanwhile_stays)
{
    SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;
    struct place place;

    enter(&place);
    ck_assert_int_eq(replacement_open(place.path, 0600, &file), 0);
    put(place.path, "another's", 0644);
    ck_assert_int_eq(replacement_write(&file, bytes_text("two"), true), EEXIST);
    assert_file(place.path, "another's", 0644);
    leave(&place);
}
END_TEST

START_TEST(what_could_not_be_read_again_is_not_written)
{
    SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;
    SCOPED(file_free) struct file large = { .data = calloc(1, REPLACEMENT_MAX + 1), .size = REPLACEMENT_MAX + 1 };
    struct place place;

    enter(&place);
    put(place.path, "one", 0600);
    ck_assert_int_eq(replacement_open(place.path, 0600, &file), 0);
    ck_assert_int_eq(replacement_write(&file, file_bytes(&large), true), EFBIG);
    assert_file(place.path, "one", 0600);
    large.size--;
    ck_assert_int_eq(replacement_write(&file, file_bytes(&large), false), 0);
    leave(&place);
}
END_TEST

static void note_signal(int number)
{
    (void)number;
    renamed_at_signal = renamed;
}

START_TEST(a_signal_waits_until_the_file_is_whole)
{
    struct place place;

    enter(&place);
    put(place.path, "one", 0600);
    ck_assert(signal(SIGINT, note_signal) != SIG_ERR);
    interrupted = true;
    replace(place.path, "two", true);
    interrupted = false;
    ck_assert_uint_eq(renamed_at_signal, 2);
    assert_file(place.path, "two", 0600);
    leave(&place);
}
END_TEST

START_TEST(what_is_kept_goes_when_it_says_nothing_else)
{
    SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;
    struct place place;
    char *kept;

    enter(&place);
    put(place.path, "one", 0600);
    replace(place.path, "two", true);
    ck_assert_int_eq(replacement_open(place.path, 0600, &file), 0);
    ck_assert_int_eq(replacement_drop_kept(&file, &kept), 0);
    ck_assert_str_eq(kept, place.kept);
    free(kept);
    ck_assert_int_eq(replacement_write(&file, bytes_text("one"), false), 0);
    ck_assert_int_eq(replacement_drop_kept(&file, &kept), 0);
    ck_assert_ptr_null(kept);
    ck_assert_int_ne(access(place.kept, F_OK), 0);
    leave(&place);
}
END_TEST

START_TEST(a_file_goes_with_empty_folders)
{
    SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;
    struct place place;
    char path[160];

    enter(&place);
    put(place.path, "stays", 0600);
    snprintf(path, sizeof(path), "%s/a/b/c", place.folder);
    ck_assert_int_eq(replacement_open(path, 0644, &file), 0);
    ck_assert_int_eq(replacement_write(&file, bytes_text("x"), true), 0);
    ck_assert_int_eq(replacement_remove(&file, 5), 0);
    leave(&place);
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
    SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;
    struct file text;
    struct place place;
    bool exists;

    enter(&place);
    ck_assert_int_eq(replacement_read(place.folder, &exists, &text), ENOTSUP);
    ck_assert_int_eq(replacement_read("/dev/zero", &exists, &text), ENOTSUP);
    ck_assert_int_eq(mkfifo(place.path, 0600), 0);
    ck_assert_int_eq(replacement_read(place.path, &exists, &text), ENOTSUP);
    ck_assert_int_eq(replacement_open(place.path, 0600, &file), ENOTSUP);
    replacement_close(&file);
    ck_assert_int_eq(symlink("nowhere", place.link), 0);
    ck_assert_int_eq(replacement_read(place.link, &exists, &text), ENOENT);
    ck_assert_int_eq(replacement_open(place.link, 0600, &file), ENOENT);
    leave(&place);
}
END_TEST

UNIT_MAIN("tool/replacement", a_mask_does_not_shut_a_folder, a_file_keeps_its_access_list, where_there_are_no_locks_nobody_waits,
          a_lock_that_is_held_for_ever_is_given_up, a_signal_waits_until_the_file_is_whole,
          a_file_that_came_meanwhile_stays, what_could_not_be_read_again_is_not_written, what_failed_leaves_nothing_beside_the_file,
          a_file_keeps_its_mode_and_what_it_was, a_link_stays_a_link, a_new_file_has_the_mode_that_was_asked_for,
          what_is_kept_goes_when_it_says_nothing_else, a_file_goes_with_empty_folders, what_is_no_file_is_refused)
