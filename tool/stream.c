/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/text.h"

/** Who waits looks at whole percents: nothing is shown more often. */
static void show_progress(const struct ui *ui, struct stream *stream, uint64_t done)
{
    double total = S_ISREG(stream->stat.st_mode) ? (double)stream->stat.st_size : 0;
    unsigned percent = total > 0 ? (unsigned)((double)done * 100 / total) : 0;

    if (percent == stream->percent || percent > 100)
        return;
    stream->percent = percent;
    ui_progress(ui, stream->label, percent, 100);
}

static enum exit_code tell_read(const struct ui *ui, enum exit_code code, const char *path, int error)
{
    return ui_fail(ui, code, NULL, _("\"%s\" cannot be read: %s"), path, strerror(error));
}

enum exit_code stream_open(const struct ui *ui, const char *path, struct stream *ret)
{
    bool standard = strcmp(path, "-") == 0;

    *ret = (struct stream){ .path = path, .label = path };
    ret->fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (ret->fd < 0)
        return tell_read(ui, EXIT_CODE_NOT_FOUND, path, errno);
    ret->piece = malloc(STREAM_PIECE);
    if (!ret->piece || fstat(ret->fd, &ret->stat) != 0) {
        stream_close(ret);
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    }
    if (S_ISDIR(ret->stat.st_mode)) {
        stream_close(ret);
        return tell_read(ui, EXIT_CODE_BAD_INPUT, path, EISDIR);
    }
    return EXIT_CODE_OK;
}

void stream_close(struct stream *stream)
{
    if (stream->path && stream->fd >= 0)
        close(stream->fd);
    free(stream->piece);
    *stream = (struct stream){ 0 };
}

enum exit_code stream_size(const struct ui *ui, const struct stream *stream, uint64_t *ret)
{
    *ret = (uint64_t)stream->stat.st_size;
    if (S_ISREG(stream->stat.st_mode))
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Save it to a file first."),
                   _("\"%s\" is no file, so its length is not known before its end"), stream->path);
}

/** One piece of at most MOST bytes: 1, 0 at the end, -1 with errno. */
static int read_piece(struct stream *stream, uint64_t most, struct bytes *ret)
{
    ssize_t count;

    do
        count = read(stream->fd, stream->piece, most < STREAM_PIECE ? (size_t)most : STREAM_PIECE);
    while (count < 0 && errno == EINTR);
    *ret = bytes_make(stream->piece, count > 0 ? (size_t)count : 0);
    return count < 0 ? -1 : count > 0;
}

/** At most MOST bytes, of which the first is the file's byte OFFSET; *DONE counts them. */
static enum exit_code read_all(const struct ui *ui, struct stream *stream, uint64_t offset, uint64_t most,
                               const struct sink *sink, uint64_t *done)
{
    struct bytes piece;
    int state = 1;

    for (*done = 0; *done < most; *done += piece.size) {
        state = read_piece(stream, most - *done, &piece);
        if (state <= 0)
            break;
        TRY_CODE(sink->take(sink->ctx, piece));
        show_progress(ui, stream, offset + *done + piece.size);
    }
    return state < 0 ? tell_read(ui, EXIT_CODE_FAILED, stream->path, errno) : EXIT_CODE_OK;
}

enum exit_code stream_read(const struct ui *ui, struct stream *stream, const struct sink *sink)
{
    enum exit_code code;
    uint64_t done;

    code = read_all(ui, stream, 0, UINT64_MAX, sink, &done);
    ui_progress_end(ui);
    return code;
}

enum exit_code stream_read_range(const struct ui *ui, struct stream *stream, uint64_t offset, uint64_t size,
                                 const struct sink *sink)
{
    uint64_t done;

    if (lseek(stream->fd, (off_t)offset, SEEK_SET) < 0)
        return tell_read(ui, EXIT_CODE_FAILED, stream->path, errno);
    TRY_CODE(read_all(ui, stream, offset, size, sink, &done));
    if (done < size)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("\"%s\" ends too early"), stream->path);
    return EXIT_CODE_OK;
}

void stream_rewind(struct stream *stream)
{
    (void)lseek(stream->fd, 0, SEEK_SET);
}

enum exit_code stream_unchanged(const struct ui *ui, const struct stream *stream)
{
    struct stat now;

    if (fstat(stream->fd, &now) == 0 && (!S_ISREG(now.st_mode) ||
                                         (now.st_size == stream->stat.st_size && now.st_mtim.tv_sec == stream->stat.st_mtim.tv_sec &&
                                          now.st_mtim.tv_nsec == stream->stat.st_mtim.tv_nsec)))
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Sign it again when no program writes to it any more."),
                   _("\"%s\" was changed while it was being signed; nothing was written"), stream->path);
}
