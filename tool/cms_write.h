/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cms_write.h: a signature on its way into a file, DER or PEM, around a content of any length. */
#ifndef ECP_TOOL_CMS_WRITE_H
#define ECP_TOOL_CMS_WRITE_H

#include "tool/base64.h"
#include "tool/file.h"
#include "tool/stream.h"

/** A file being written. */
struct cms_write {
    const struct ui *ui;
    struct file_writer file;
    bool pem;
    struct base64_writer base64;
    uint8_t *text;
};

/** Begins (file_begin). Then RET is the caller's (cms_write_abandon). */
enum exit_code cms_write_begin(const struct ui *ui, const char *path, bool force, bool pem, struct cms_write *ret);

/** The sink for what is to be written, piece by piece. Long rows of zeros become holes in the file, as they are in sparse
 * contents. */
struct sink cms_write_sink(struct cms_write *write);

/** All was given: the file gets its name (file_commit). */
enum exit_code cms_write_commit(struct cms_write *write);

/** Gives up what was not committed, and frees. Fit for SCOPED; a struct of zeros is allowed. */
void cms_write_abandon(struct cms_write *write);

#endif
