/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trace.h: the only writer of logs and the only printer of hex.
 *
 * It takes filled lines, never loose bytes: of a body marked secret it can print the length alone. One
 * process has one trace; it is set up by the library from its configuration and silent until then.
 */
#ifndef ECP_PCSC_TRACE_H
#define ECP_PCSC_TRACE_H

#include "asn1/bytes.h"
#include "asn1/result.h"

/** How much is written. */
enum trace_level {
    TRACE_OFF = 0,
    TRACE_ERROR, /**< what a person should know: a configuration value that is wrong, the daemon refusing
                    access */
    TRACE_CALL,  /**< C_ functions and their return values */
    TRACE_CARD,  /**< commands and answers, secrets as their length */
};

/** Opens FILE (NULL: standard error) for appending, mode 0600, and sets the level. RESULT_REFUSED if it
 * cannot. */
enum result trace_open(enum trace_level level, const char *file) MUST_USE;

/** Flushes and closes; silent again. */
void trace_close(void);

/** Lines of this level are written: ask before work that only a trace needs. */
bool trace_wants(enum trace_level level);

/** A fact in words: TOPIC names the place, TEXT says what happened; DETAIL (may be NULL) is a name, never a
 * secret. */
void trace_text(enum trace_level level, const char *topic, const char *text, const char *detail);

/** A C_ function and what it returned, by name. */
void trace_call(const char *function, const char *rv);

/** One command or answer. HEADER is printed; BODY is printed unless SECRET, when only its length is. */
struct trace_line {
    bool answer;         /**< card to host */
    bool secret;         /**< the body holds a PIN, a key or a plaintext */
    struct bytes header; /**< CLA INS P1 P2 of a command; empty for an answer */
    struct bytes body;   /**< data of the command or answer */
    unsigned sw;         /**< status word of an answer */
};
void trace_exchange(const struct trace_line *line);

#endif
