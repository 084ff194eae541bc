/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* authority.h: a certification authority that is asked over the network, by CMP (RFC 4210) or EST (RFC 7030). */
#ifndef ECP_TOOL_AUTHORITY_H
#define ECP_TOOL_AUTHORITY_H

#include "asn1/secret.h"
#include "tool/certificates.h"
#include "tool/options.h"

/**
 * How it is reached. CMP or EST is its URL, the other NULL. TRUSTED: a PEM file of authorities that its answer (CMP) or its
 * server (EST; NULL: the system's) leads to. USER: the name that goes with the secret (CMP: reference value). The secret is
 * read from SECRET_SOURCE (a file), SECRET_FD (-1: none) or the terminal.
 */
struct authority {
    const char *cmp, *est, *trusted, *user, *secret_source, *recipient;
    long secret_fd;
};

/** How many rows authority_rows() makes. */
#define AUTHORITY_ROWS 7

/** The rows of options that fill AUTHORITY, into ROWS; and its defaults. */
void authority_rows(struct authority *authority, struct option_row *rows);

/** What is said can be used: EXIT_CODE_USAGE if both or an incomplete way was named. */
enum exit_code authority_check(const struct ui *ui, const struct authority *authority);

/**
 * Sends REQUEST and waits for the answer: certificates, of which *LEAF is the one for the request's key. On success RET is
 * the caller's. EXIT_CODE_AUTHORITY if it cannot be reached, refuses, or answers with something else.
 */
enum exit_code authority_ask(const struct ui *ui, const struct authority *authority, const struct request *request,
                             struct certificates *ret, const struct x509 **leaf);

/* The two protocols. What came back, a row of certificates in any form that certificates_take() reads, is put into RET, which
 * is the caller's. SECRET may be NULL. */
enum exit_code cmp_enroll(const struct ui *ui, const struct authority *authority, const struct secret *secret,
                          struct bytes request, struct file *ret);
enum exit_code est_enroll(const struct ui *ui, const struct authority *authority, const struct secret *secret,
                          struct bytes request, struct file *ret);

#endif
