/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/cms_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/base64.h"
#include "tool/text.h"

/** How far the line BEGIN is looked for. */
#define BEGIN_MAX 65536

/** The most bytes that a piece of text says. */
#define BYTES_MAX (STREAM_PIECE + BASE64_HELD)

/** What is copied into a temporary file: as it is, or out of base64. */
struct copy {
    const struct ui *ui;
    struct stream *stream;
    FILE *file;
    bool text, over;
    uint64_t skip; /**< bytes before the base64 */
    struct base64_reader reader;
    uint8_t *bytes;
};

static enum exit_code tell_text(const struct copy *copy)
{
    return ui_fail(copy->ui, EXIT_CODE_BAD_INPUT, _("Name the file with the signature: it usually ends in .sig or .p7s."),
                   _("\"%s\" is no signature, or it is damaged or cut off"), copy->stream->path);
}

static enum exit_code tell_temporary(const struct copy *copy)
{
    return ui_fail(copy->ui, EXIT_CODE_FAILED, _("Make room, or let TMPDIR name a folder with more."),
                   _("the temporary file cannot be written: %s"), strerror(errno));
}

static enum exit_code put(const struct copy *copy, struct bytes bytes)
{
    return fwrite(bytes.data, 1, bytes.size, copy->file) == bytes.size ? EXIT_CODE_OK : tell_temporary(copy);
}

static enum exit_code copy_take(void *ctx, struct bytes piece)
{
    struct copy *copy = ctx;
    struct buf out = buf_make(copy->bytes, BYTES_MAX);
    uint64_t skipped = copy->skip < piece.size ? copy->skip : piece.size;
    const uint8_t *dash;

    if (!copy->text)
        return put(copy, piece);
    copy->skip -= skipped;
    piece = bytes_from(piece, (size_t)skipped);
    if (copy->over || piece.size == 0)
        return EXIT_CODE_OK;
    dash = memchr(piece.data, '-', piece.size); /* of the line END */
    if (dash) {
        copy->over = true;
        piece = bytes_slice(piece, 0, (size_t)(dash - piece.data));
    }
    if (base64_read(&copy->reader, piece, &out) != RESULT_OK)
        return tell_text(copy);
    return put(copy, buf_bytes(&out));
}

static enum exit_code copy_end(struct copy *copy)
{
    struct buf out = buf_make(copy->bytes, BYTES_MAX);

    if (base64_read_end(&copy->reader, &out) != RESULT_OK)
        return tell_text(copy);
    return put(copy, buf_bytes(&out));
}

/** Reads from the beginning as much as the first look needs. */
static size_t look(struct stream *stream, uint8_t *ret, size_t most)
{
    ssize_t count = 0;
    size_t size = 0;

    while (size < most && (count = pread(stream->fd, ret + size, most - size, (off_t)size)) > 0)
        size += (size_t)count;
    return size;
}

/** What a regular file begins with: bytes, or text and where its base64 begins. */
static bool is_text(struct copy *copy, bool *empty)
{
    static const char begin[] = "-----BEGIN ", line[] = "-----";
    uint8_t *start = malloc(BEGIN_MAX);
    size_t size = start ? look(copy->stream, start, BEGIN_MAX) : 0;
    const uint8_t *place, *end;

    *empty = size == 0;
    copy->text = size > 0 && start[0] != 0x30;
    if (copy->text && size >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0)
        copy->skip = 3;
    place = copy->text ? memmem(start, size, begin, strlen(begin)) : NULL;
    if (place) {
        end = memmem(place + strlen(begin), size - (size_t)(place - start) - strlen(begin), line, strlen(line));
        copy->skip = end ? (uint64_t)(end - start) + strlen(line) : 0;
    }
    free(start);
    return copy->text;
}

static enum exit_code copy_run(struct copy *copy)
{
    const struct sink sink = { copy_take, copy };
    enum exit_code code;
    int fd;

    copy->file = tmpfile();
    copy->bytes = malloc(BYTES_MAX);
    stream_rewind(copy->stream);
    code = copy->file && copy->bytes ? stream_read(copy->ui, copy->stream, &sink) : tell_temporary(copy);
    if (code == EXIT_CODE_OK && copy->text)
        code = copy_end(copy);
    if (code == EXIT_CODE_OK && fflush(copy->file) != 0)
        code = tell_temporary(copy);
    fd = code == EXIT_CODE_OK ? dup(fileno(copy->file)) : -1;
    if (fd >= 0) {
        close(copy->stream->fd);
        copy->stream->fd = fd;
        (void)fstat(fd, &copy->stream->stat);
    }
    if (copy->file)
        fclose(copy->file);
    free(copy->bytes);
    return code;
}

enum exit_code cms_text_undo(const struct ui *ui, struct stream *stream, bool *text)
{
    struct copy spooling = { .ui = ui, .stream = stream }, decoding = spooling;
    bool empty;

    *text = false;
    if (!S_ISREG(stream->stat.st_mode))
        TRY_CODE(copy_run(&spooling));
    *text = is_text(&decoding, &empty);
    if (empty)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("\"%s\" is empty"), stream->path);
    return *text ? copy_run(&decoding) : EXIT_CODE_OK;
}
