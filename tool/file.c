/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/text.h"

static void stream_close(FILE **stream)
{
    if (*stream && *stream != stdin)
        fclose(*stream);
}

enum exit_code file_read(const struct ui *ui, const char *path, struct file *ret)
{
    SCOPED(stream_close) FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
    uint8_t *data = malloc(FILE_READ_MAX + 1), *fitting;
    size_t size = 0;

    *ret = (struct file){ 0 };
    if (stream && data)
        size = fread(data, 1, FILE_READ_MAX + 1, stream);
    if (!stream || !data || ferror(stream)) {
        free(data);
        return ui_fail(ui, EXIT_CODE_NOT_FOUND, NULL, _("\"%s\" cannot be read: %s"), path, strerror(errno));
    }
    if (size > FILE_READ_MAX) {
        free(data);
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("\"%s\" is too large to be what is wanted here"), path);
    }
    fitting = realloc(data, size + 1);
    *ret = (struct file){ fitting ? fitting : data, size };
    ret->data[size] = 0;
    return EXIT_CODE_OK;
}

void file_free(struct file *file)
{
    free(file->data);
    *file = (struct file){ 0 };
}

struct bytes file_bytes(const struct file *file)
{
    return bytes_make(file->data, file->size);
}

static enum exit_code tell_write(const struct ui *ui, const char *path)
{
    return ui_fail(ui, EXIT_CODE_FAILED, _("Nothing was left half-written."), _("\"%s\" cannot be written: %s"), path,
                   strerror(errno));
}

/** A device, a pipe or a folder: what --force means is the contents of a file. */
static bool is_special(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode);
}

static bool is_one(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool file_would_replace(const char *path, const char *other)
{
    struct stat target, link, whole;

    return strcmp(path, "-") != 0 && strcmp(other, "-") != 0 && lstat(path, &target) == 0 &&
           ((lstat(other, &link) == 0 && is_one(&target, &link)) || (stat(other, &whole) == 0 && is_one(&target, &whole)));
}

/** Takes the temporary name away, if there is such a file. */
static void forget(const struct file_writer *writer)
{
    if (!writer->nameless)
        unlink(writer->temporary);
}

/** A file without a name in the folder where PATH will be; -1 where the file system, or a system without /proc, has none. */
static int nameless_open(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    int fd = folder && access("/proc/self/fd", F_OK) == 0 ? open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666) : -1;

    free(folder);
    return fd;
}

/** The nameless file gets its temporary name, which is a template until then. */
static bool nameless_appear(struct file_writer *writer)
{
    char place[64];
    int fd = mkostemp(writer->temporary, O_CLOEXEC);

    if (fd < 0)
        return false;
    close(fd);
    snprintf(place, sizeof(place), "/proc/self/fd/%d", fileno(writer->stream));
    writer->nameless = unlink(writer->temporary) != 0 ||
                       linkat(AT_FDCWD, place, AT_FDCWD, writer->temporary, AT_SYMLINK_FOLLOW) != 0;
    return !writer->nameless;
}

static int named_open(struct file_writer *writer, mode_t mask)
{
    int fd = mkostemp(writer->temporary, O_CLOEXEC);

    if (fd < 0 || fchmod(fd, 0666 & ~mask) == 0)
        return fd;
    close(fd);
    unlink(writer->temporary);
    return -1;
}

enum exit_code file_begin(const struct ui *ui, const char *path, bool force, struct file_writer *ret)
{
    mode_t mask = umask(077);
    int fd;

    umask(mask);
    *ret = (struct file_writer){ .path = path, .force = force };
    if (strcmp(path, "-") == 0) {
        ret->stream = stdout;
        return EXIT_CODE_OK;
    }
    if (!force && access(path, F_OK) == 0)
        return ui_fail(ui, EXIT_CODE_EXISTS, _("Choose another name, or say --force."),
                       _("\"%s\" exists and was left as it is"), path);
    if (is_special(path))
        return ui_fail(ui, EXIT_CODE_EXISTS, _("Choose another name."), _("\"%s\" is no ordinary file and was left as it is"), path);
    if (asprintf(&ret->temporary, "%s.XXXXXX", path) < 0) {
        ret->temporary = NULL;
        return tell_write(ui, path);
    }
    fd = nameless_open(path);
    ret->nameless = fd >= 0;
    if (fd < 0)
        fd = named_open(ret, mask);
    ret->stream = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (ret->stream)
        return EXIT_CODE_OK;
    if (fd >= 0) {
        close(fd);
        forget(ret);
    }
    free(ret->temporary);
    ret->temporary = NULL;
    return tell_write(ui, path);
}

/** Where there are no links: the name is taken by an empty file, which only then is replaced. */
static bool take_name_first(const struct file_writer *writer)
{
    int fd = open(writer->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), error;

    if (fd < 0)
        return false;
    close(fd);
    if (rename(writer->temporary, writer->path) == 0)
        return true;
    error = errno;
    unlink(writer->path);
    errno = error;
    return false;
}

/** Takes the name; without FORCE in a way that never replaces what came there meanwhile. */
static bool take_name(const struct file_writer *writer)
{
    if (writer->force && is_special(writer->path)) {
        errno = EEXIST;
        return false;
    }
    if (writer->force)
        return rename(writer->temporary, writer->path) == 0;
    if (renameat2(AT_FDCWD, writer->temporary, AT_FDCWD, writer->path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (link(writer->temporary, writer->path) == 0)
        return unlink(writer->temporary) == 0;
    return (errno == EPERM || errno == ENOSYS || errno == EOPNOTSUPP) && take_name_first(writer);
}

enum exit_code file_flush(const struct ui *ui, const struct file_writer *writer)
{
    if (fflush(writer->stream) == 0 && !ferror(writer->stream) &&
        (!writer->temporary || fsync(fileno(writer->stream)) == 0))
        return EXIT_CODE_OK;
    return tell_write(ui, writer->path);
}

enum exit_code file_commit(const struct ui *ui, struct file_writer *writer)
{
    bool written = fflush(writer->stream) == 0 && !ferror(writer->stream);
    enum exit_code code = EXIT_CODE_OK;

    if (!writer->temporary)
        return written ? EXIT_CODE_OK : tell_write(ui, _("standard output"));
    written = written && fsync(fileno(writer->stream)) == 0 && (!writer->nameless || nameless_appear(writer));
    written = fclose(writer->stream) == 0 && written;
    writer->stream = NULL;
    if (!written || !take_name(writer)) {
        code = tell_write(ui, writer->path);
        forget(writer);
    }
    free(writer->temporary);
    writer->temporary = NULL;
    return code;
}

void file_abandon(struct file_writer *writer)
{
    if (!writer->temporary)
        return;
    if (writer->stream)
        fclose(writer->stream);
    forget(writer);
    free(writer->temporary);
    *writer = (struct file_writer){ 0 };
}

enum exit_code file_write(const struct ui *ui, const char *path, bool force, struct bytes contents)
{
    SCOPED(file_abandon) struct file_writer writer = { 0 };

    TRY_CODE(file_begin(ui, path, force, &writer));
    if (contents.size > 0)
        fwrite(contents.data, 1, contents.size, writer.stream);
    return file_commit(ui, &writer);
}
