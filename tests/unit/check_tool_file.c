/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"

/** A folder of its own, and somebody to talk to. */
struct place {
    char folder[32], path[64];
    struct tool_ear ear;
};

static void enter(struct place *place)
{
    strcpy(place->folder, "/tmp/ecp-file.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place->folder));
    snprintf(place->path, sizeof(place->path), "%s/f", place->folder);
    tool_listen(&place->ear, 80);
}

/** How many files lie there. */
static unsigned count(const struct place *place)
{
    DIR *folder = opendir(place->folder);
    unsigned total = 0;

    for (struct dirent *entry; (entry = readdir(folder));)
        total += entry->d_name[0] != '.';
    closedir(folder);
    return total;
}

static void leave(struct place *place)
{
    unlink(place->path);
    ck_assert_uint_eq(count(place), 0);
    rmdir(place->folder);
    tool_deaf(&place->ear);
}

static void assert_contents(struct place *place, const char *text)
{
    SCOPED(file_free) struct file file = { 0 };

    ck_assert_int_eq(file_read(&place->ear.ui, place->path, &file), EXIT_CODE_OK);
    assert_bytes(file_bytes(&file), bytes_text(text));
}

START_TEST(what_exists_is_left_alone_unless_forced)
{
    struct place place;

    enter(&place);
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, false, bytes_text("one")), EXIT_CODE_OK);
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, false, bytes_text("two")), EXIT_CODE_EXISTS);
    assert_contents(&place, "one");
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, true, bytes_text("two")), EXIT_CODE_OK);
    assert_contents(&place, "two");
    leave(&place);
}
END_TEST

START_TEST(what_came_there_meanwhile_is_left_alone_too)
{
    struct place place;
    struct file_writer writer;

    enter(&place);
    ck_assert_int_eq(file_begin(&place.ear.ui, place.path, false, &writer), EXIT_CODE_OK);
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, false, bytes_text("other")), EXIT_CODE_OK);
    fputs("mine", writer.stream);
    ck_assert_int_ne(file_commit(&place.ear.ui, &writer), EXIT_CODE_OK);
    assert_contents(&place, "other");
    leave(&place);
}
END_TEST

START_TEST(nothing_is_there_before_it_is_whole)
{
    struct place place;
    struct file_writer writer;

    enter(&place);
    ck_assert_int_eq(file_begin(&place.ear.ui, place.path, false, &writer), EXIT_CODE_OK);
    fputs("half", writer.stream);
    ck_assert_int_ne(access(place.path, F_OK), 0);
    file_abandon(&writer);
    ck_assert_uint_eq(count(&place), 0);
    leave(&place);
}
END_TEST

/** The file system knows neither links nor how to rename without replacing, as some that are shared with other systems. */
static bool is_poor;

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    if (!is_poor)
        return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    errno = EINVAL;
    return -1;
}

int link(const char *from, const char *to)
{
    if (!is_poor)
        return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
    errno = EPERM;
    return -1;
}

START_TEST(a_poor_file_system_is_written_to)
{
    struct place place;
    struct file_writer writer;

    enter(&place);
    is_poor = true;
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, false, bytes_text("one")), EXIT_CODE_OK);
    assert_contents(&place, "one");
    ck_assert_uint_eq(count(&place), 1);
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, true, bytes_text("two")), EXIT_CODE_OK);
    unlink(place.path);
    ck_assert_int_eq(file_begin(&place.ear.ui, place.path, false, &writer), EXIT_CODE_OK);
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, false, bytes_text("other")), EXIT_CODE_OK);
    fputs("mine", writer.stream);
    ck_assert_int_eq(file_commit(&place.ear.ui, &writer), EXIT_CODE_FAILED);
    assert_contents(&place, "other");
    is_poor = false;
    leave(&place);
}
END_TEST

/** Files without names are there; where the file system has none, what is killed cannot but leave its temporary file. */
static bool has_nameless(const struct place *place)
{
    int fd = open(place->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0)
        return false;
    close(fd);
    return true;
}

START_TEST(a_program_that_is_killed_leaves_nothing_half_written)
{
    struct place place;
    struct file_writer writer;
    int status;
    pid_t child;

    enter(&place);
    if (!has_nameless(&place)) {
        leave(&place);
        return;
    }
    child = fork();
    if (child == 0) {
        if (file_begin(&place.ear.ui, place.path, false, &writer) != EXIT_CODE_OK || fputs("half", writer.stream) < 0 ||
            fflush(writer.stream) != 0)
            _exit(1);
        kill(getpid(), SIGKILL);
    }
    ck_assert_int_gt(child, 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGKILL);
    ck_assert_int_ne(access(place.path, F_OK), 0);
    leave(&place);
}
END_TEST

START_TEST(a_full_disk_is_told_and_leaves_nothing)
{
    struct place place;
    struct file_writer writer;

    enter(&place);
    ck_assert_int_eq(file_begin(&place.ear.ui, place.path, false, &writer), EXIT_CODE_OK);
    ck_assert_ptr_nonnull(freopen("/dev/full", "wb", writer.stream));
    fputs("lost", writer.stream);
    ck_assert_int_eq(file_commit(&place.ear.ui, &writer), EXIT_CODE_FAILED);
    tool_flush(&place.ear);
    ck_assert_ptr_nonnull(strstr(place.ear.err, "No space left"));
    ck_assert_uint_eq(count(&place), 0);
    leave(&place);
}
END_TEST

START_TEST(the_umask_decides_who_may_read)
{
    struct place place;
    struct stat status;

    enter(&place);
    umask(027);
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, false, bytes_text("x")), EXIT_CODE_OK);
    ck_assert_int_eq(stat(place.path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0640);
    leave(&place);
}
END_TEST

START_TEST(force_replaces_no_device_or_pipe)
{
    struct place place;
    struct stat status;
    struct file_writer writer;

    enter(&place);
    ck_assert_int_eq(mkfifo(place.path, 0600), 0);
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, true, bytes_text("x")), EXIT_CODE_EXISTS);
    ck_assert_int_eq(unlink(place.path), 0);
    ck_assert_int_eq(file_begin(&place.ear.ui, place.path, true, &writer), EXIT_CODE_OK);
    ck_assert_int_eq(mkfifo(place.path, 0600), 0);
    ck_assert_int_eq(file_commit(&place.ear.ui, &writer), EXIT_CODE_FAILED);
    ck_assert_int_eq(lstat(place.path, &status), 0);
    ck_assert(S_ISFIFO(status.st_mode));
    leave(&place);
}
END_TEST

START_TEST(force_replaces_a_symbolic_link)
{
    struct place place;
    struct stat status;

    enter(&place);
    ck_assert_int_eq(symlink("/dev/null", place.path), 0);
    ck_assert_int_eq(file_write(&place.ear.ui, place.path, true, bytes_text("x")), EXIT_CODE_OK);
    ck_assert_int_eq(lstat(place.path, &status), 0);
    ck_assert(S_ISREG(status.st_mode));
    leave(&place);
}
END_TEST

START_TEST(files_that_cannot_be_meant_are_refused)
{
    SCOPED(file_free) struct file file = { 0 };
    struct place place;

    enter(&place);
    ck_assert_int_eq(file_read(&place.ear.ui, place.path, &file), EXIT_CODE_NOT_FOUND);
    ck_assert_int_eq(file_read(&place.ear.ui, place.folder, &file), EXIT_CODE_NOT_FOUND);
    ck_assert_int_eq(file_read(&place.ear.ui, "/dev/zero", &file), EXIT_CODE_BAD_INPUT);
    leave(&place);
}
END_TEST

UNIT_MAIN("tool/file", what_exists_is_left_alone_unless_forced, what_came_there_meanwhile_is_left_alone_too,
          a_poor_file_system_is_written_to, nothing_is_there_before_it_is_whole,
          a_program_that_is_killed_leaves_nothing_half_written, a_full_disk_is_told_and_leaves_nothing, the_umask_decides_who_may_read,
          force_replaces_no_device_or_pipe, force_replaces_a_symbolic_link, files_that_cannot_be_meant_are_refused)
