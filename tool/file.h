/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* file.h: files read within limits, and written whole or not at all. */
#ifndef ECP_TOOL_FILE_H
#define ECP_TOOL_FILE_H

#include <stdint.h>

#include "asn1/bytes.h"
#include "asn1/result.h"
#include "tool/ui.h"

/** The contents of a small file; DATA is the holder's. */
struct file {
    uint8_t *data;
    size_t size;
};

/** The largest file that file_read() takes: certificates, requests and chains are smaller. */
#define FILE_READ_MAX (4u << 20)

/** Reads PATH ("-": standard input) whole. EXIT_CODE_NOT_FOUND, EXIT_CODE_BAD_INPUT if it is larger than
 * FILE_READ_MAX. */
enum exit_code file_read(const struct ui *ui, const char *path, struct file *ret);

/** Frees. Fit for SCOPED. */
void file_free(struct file *file);

/** A view of the contents. */
struct bytes file_bytes(const struct file *file);

/** A file written to PATH would take the place of OTHER, or of the link that OTHER is. "-" is no file. */
bool file_would_replace(const char *path, const char *other);

/** A file being written beside PATH, to take its place when it is whole. */
struct file_writer {
    const char *path;
    char *temporary; /**< NULL: standard output */
    bool nameless;   /**< TEMPORARY is not there yet: nothing is left of the file if the program is ended */
    FILE *stream;
    bool force;
};

/**
 * Begins to write PATH ("-": standard output). What exists there is left alone unless FORCE: EXIT_CODE_EXISTS, said
 * before any work is done. A device, pipe or folder is left alone even with FORCE. Its mode is 0666 less the umask.
 */
enum exit_code file_begin(const struct ui *ui, const char *path, bool force, struct file_writer *ret);

/** Everything was written to RET->stream: flushes it to the disk and gives it its name. A full disk is told here, and
 * nothing is left at PATH. */
enum exit_code file_commit(const struct ui *ui, struct file_writer *writer);

/** What was written so far is on the disk, which is told here if it is full: before something else is done that is not
 * undone. The writer stays open. */
enum exit_code file_flush(const struct ui *ui, const struct file_writer *writer);

/** Gives up what was not committed. Fit for SCOPED. */
void file_abandon(struct file_writer *writer);

/** file_begin(), CONTENTS, file_commit(). */
enum exit_code file_write(const struct ui *ui, const char *path, bool force, struct bytes contents);

#endif
