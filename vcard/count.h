/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* count.h: what went over the wire of a virtual card, in figures (count) and in full (trace). */
#ifndef ECP_VCARD_COUNT_H
#define ECP_VCARD_COUNT_H

#include <stdatomic.h>
#include <stddef.h>

#include "asn1/bytes.h"
#include "asn1/result.h"

/** The longest text of count_line(), with its NUL. */
#define COUNT_LINE_MAX 96

/** Totals of one card. Lies in memory that several processes share: one of them adds, the others look. */
struct count {
    atomic_ullong apdus;    /**< command APDUs that reached the card */
    atomic_ullong sent;     /**< bytes of commands */
    atomic_ullong received; /**< bytes of responses with their status words */
};

/** Adds one exchange: a command of SENT bytes and a response of RECEIVED bytes. */
void count_add(struct count *count, size_t sent, size_t received);

/** Back to zero. */
void count_reset(struct count *count);

/** The sum of SIZE counters as "apdus=N sent=N received=N", without a newline. */
void count_line(const struct count *counts, size_t size, char line[COUNT_LINE_MAX]);

/** Writes the line of count_line() and a newline to the file PATH, which is replaced. RESULT_INTERNAL: errno
 * tells. */
enum result count_write(const struct count *counts, size_t size, const char *path) MUST_USE;

/**
 * Writes one line to the open file FD: "> " and the command in hexadecimal. The body of a command that
 * carries a PIN or a key (VERIFY, CHANGE and RESET RETRY; GENERAL AUTHENTICATE with the management key; SET
 * MANAGEMENT KEY; IMPORT) is given as its length only: "**(8)".
 */
void trace_command(int fd, struct bytes command);

/** Writes one line to the open file FD: "< " and the response in hexadecimal. */
void trace_response(int fd, struct bytes response);

/** True if the body of COMMAND must not be shown; see trace_command(). */
bool trace_is_secret(struct bytes command);

#endif
