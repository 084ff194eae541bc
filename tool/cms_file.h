/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cms_file.h: a CMS signature in a file, in any form (DER, BER, PEM, bare base64) and of any size: what is about the
 * signers is in memory, the content that may be inside stays in the file.
 */
#ifndef ECP_TOOL_CMS_FILE_H
#define ECP_TOOL_CMS_FILE_H

#include "asn1/cms.h"
#include "tool/stream.h"

/** The most bytes that everything but the content may have. */
#define CMS_FILE_MOST (64u << 20)

/**
 * An open message. CMS is what is in it; where there is a content, CMS.content is empty and CONTENT_SIZE tells its
 * length. TEXT: it was PEM or base64. The rest is for cms_file.c.
 */
struct cms_file {
    struct stream stream;
    bool text;
    uint8_t *skeleton, *flat;
    uint64_t content_at, content_size;
    struct cms cms;
};

/**
 * Opens PATH ("-": standard input). EXIT_CODE_NOT_FOUND; EXIT_CODE_BAD_INPUT if it is empty, cut off or no signature, or goes on
 * after the message (text around PEM may).
 * On success RET is the caller's (cms_file_close).
 */
enum exit_code cms_file_open(const struct ui *ui, const char *path, struct cms_file *ret);

/** Closes. Fit for SCOPED; a struct of zeros is allowed. */
void cms_file_close(struct cms_file *file);

/** Gives the content inside to SINK, as often as wanted. Nothing if there is none. */
enum exit_code cms_file_content(const struct ui *ui, struct cms_file *file, const struct sink *sink);

#endif
