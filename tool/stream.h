/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream.h: contents of any size, read from the beginning to the end in pieces. */
#ifndef ECP_TOOL_STREAM_H
#define ECP_TOOL_STREAM_H

#include <stdint.h>
#include <sys/stat.h>

#include "asn1/bytes.h"
#include "tool/ui.h"

/** The most bytes of a piece. */
#define STREAM_PIECE (1u << 20)

/** Who takes the pieces; a failure, already told, ends the reading. */
struct sink {
    enum exit_code (*take)(void *ctx, struct bytes piece);
    void *ctx;
};

/** An open file. LABEL is what progress calls it; the path unless it is set to something else. PERCENT was shown last. */
struct stream {
    const char *path, *label;
    int fd;
    unsigned percent;
    struct stat stat;
    uint8_t *piece;
};

/**
 * Opens PATH ("-": standard input). EXIT_CODE_NOT_FOUND if it cannot be opened, EXIT_CODE_BAD_INPUT for a folder. On
 * success RET is the caller's (stream_close).
 */
enum exit_code stream_open(const struct ui *ui, const char *path, struct stream *ret);

/** Closes. Fit for SCOPED; a struct of zeros is allowed. */
void stream_close(struct stream *stream);

/** The length of a regular file; EXIT_CODE_BAD_INPUT for what has none (a pipe). */
enum exit_code stream_size(const struct ui *ui, const struct stream *stream, uint64_t *ret);

/** Gives everything from where the stream stands to SINK, showing progress. EXIT_CODE_FAILED if reading fails. */
enum exit_code stream_read(const struct ui *ui, struct stream *stream, const struct sink *sink);

/** Gives SIZE bytes from OFFSET of a regular file to SINK, showing progress, which the caller ends. EXIT_CODE_BAD_INPUT
 * if the file ends before. */
enum exit_code stream_read_range(const struct ui *ui, struct stream *stream, uint64_t offset, uint64_t size,
                                 const struct sink *sink);

/** Back to the beginning of a regular file. */
void stream_rewind(struct stream *stream);

/** The file is what it was when it was opened. EXIT_CODE_BAD_INPUT: it was changed meanwhile. */
enum exit_code stream_unchanged(const struct ui *ui, const struct stream *stream);

#endif
