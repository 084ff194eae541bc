/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/unit.h"

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

UNIT_MAIN("tool/replacement", a_file_keeps_its_mode_and_what_it_was, a_link_stays_a_link, a_new_file_has_the_mode_that_was_asked_for,
          what_is_kept_goes_when_it_says_nothing_else, a_file_goes_with_empty_folders, what_is_no_file_is_refused)
