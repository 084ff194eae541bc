/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* options.h: what the person asks of "run" and "serve". */
#ifndef ECP_VCARD_OPTIONS_H
#define ECP_VCARD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "vcard/pcscd.h"

/** Exit statuses of the program itself; 126 and 127 are those of a shell. */
#define EXIT_USAGE 2
#define EXIT_RUN_FAILED 125
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NO_COMMAND 127

/** The strings are those of the command line. */
struct options {
    const char *cards[PCSCD_CARDS_MAX]; /**< "FAMILY[:PROFILE]" */
    size_t card_count;                  /**< at least 1 */
    const char *state;                  /**< NULL if it was not given, as the next ones */
    const char *count;
    const char *trace;
    const char *socket; /**< serve */
    const char *reader_name;
    const char *host; /**< serve */
    unsigned port;    /**< serve */
    unsigned latency_ms;
    char **command; /**< run: NULL-terminated */
};

/**
 * Reads the arguments of "run" (IS_RUN) or "serve"; ARGV[0] is the subcommand. Says what is wrong and returns
 * false on failure.
 */
bool options_parse(struct options *ret, int argc, char **argv, bool is_run);

/** PATH for the first of several cards, "PATH.2" for the second and so on; NULL for NULL. The caller frees
 * it. */
char *options_path(const char *path, size_t index);

/** Reads a decimal number of at most LIMIT. */
bool options_number(const char *text, unsigned limit, unsigned *ret);

#endif
