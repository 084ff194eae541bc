/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import.h: a certificate from a file to the token: read and checked, put beside its key, kept as a .cer. */
#ifndef ECP_TOOL_IMPORT_H
#define ECP_TOOL_IMPORT_H

#include "tool/certificates.h"
#include "tool/options.h"
#include "tool/session.h"

/** What is wanted. REQUEST: the file of the request that the certificate must answer; SAVE: where a copy goes; LABEL; each may
 * be NULL. FORCE: another certificate of the key is replaced without a question, and SAVE's file. */
struct import_wish {
    const char *file, *request, *save, *label;
    struct options_list chain;
    bool force;
};

/** The most files with certificates: the one, and what --chain names. */
#define IMPORT_FILES_MAX 17

/** What was read; the holder's (import_free). LEAF is the certificate for the token, NULL if only the token can tell. */
struct import {
    struct certificates *files;
    size_t count;
    struct request request;
    const struct x509 *leaf;
    struct file_writer writer;
};

/** Reads the files and checks what can be checked without a token. On success RET is the caller's. */
enum exit_code import_open(const struct ui *ui, const struct import_wish *wish, struct import *ret);

/** Frees, and gives up a copy that is not finished. Fit for SCOPED. */
void import_free(struct import *import);

/**
 * With SESSION logged in: finds the key that the certificate certifies, checks, asks where another certificate of it is there,
 * writes, reads back and keeps the copy. *RET (may be NULL) becomes what JSON says of it.
 */
enum exit_code import_place(const struct ui *ui, struct session *session, const struct import_wish *wish,
                            struct import *import, json_t **ret);

#endif
