/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* request_make.h: PKCS#10 requests signed by a key on a token, and read back from files. */
#ifndef ECP_TOOL_REQUEST_MAKE_H
#define ECP_TOOL_REQUEST_MAKE_H

#include "asn1/csr.h"
#include "tool/file.h"
#include "tool/signing.h"

/** The longest request, in bytes of DER. */
#define REQUEST_MAX 16384

/** The longest row of extensions and the longest subject that are put into one. */
#define REQUEST_EXTENSIONS_MAX 4096
#define REQUEST_SUBJECT_MAX 4096

/** A request in DER and what is in it; MEMORY and CSR are the holder's (request_free). */
struct request {
    uint8_t *memory;
    struct bytes der;
    struct csr *csr;
};

/**
 * Makes a request for KEY with SUBJECT (DER Name) and EXTENSIONS (row of DER Extension, may be empty), has KEY sign it,
 * and checks the signature. On success RET is the caller's.
 */
enum exit_code request_make(const struct ui *ui, struct session *session, const struct common *common,
                            const struct key *key, struct bytes subject, struct bytes extensions, struct request *ret);

/** Reads a request, PEM or DER, from PATH and checks that its own key signed it. EXIT_CODE_BAD_INPUT. */
enum exit_code request_read(const struct ui *ui, const char *path, struct request *ret);

/** Frees. Fit for SCOPED. */
void request_free(struct request *request);

/** REQUEST as PEM (a string, for the caller to free), NULL if there is no memory. */
char *request_pem(const struct request *request);

/** Writes REQUEST to WRITER, as PEM or DER. */
enum exit_code request_write(const struct ui *ui, const struct request *request, bool der, struct file_writer *writer);

#endif
