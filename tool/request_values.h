/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* request_values.h: what a person says about a wanted certificate: on the command line and in a file. */
#ifndef ECP_TOOL_REQUEST_VALUES_H
#define ECP_TOOL_REQUEST_VALUES_H

#include "tool/options.h"
#include "tool/subject.h"

/** What was given on the command line; NULL for what was not. */
struct request_values {
    const char *profile, *file, *sign_tool;
    const char *fields[SUBJECT_FIELDS];
};

/** How many rows request_values_rows() makes. */
#define REQUEST_VALUES_ROWS (SUBJECT_FIELDS + 3)

/** The rows of options that fill VALUES, into ROWS. */
void request_values_rows(struct request_values *values, struct option_row *rows);

/** Values from file and command line together, which the holder frees (request_given_free). */
struct request_given {
    char *profile, *sign_tool;
    struct subject subject;
};

/**
 * Reads VALUES->file, if one was named: lines "option = value" with the names of the options; then the command line, which
 * goes first. EXIT_CODE_BAD_INPUT for a line that is not understood or a value that cannot be.
 */
enum exit_code request_values_read(const struct ui *ui, const struct request_values *values, struct request_given *ret);

/** Frees. Fit for SCOPED. */
void request_given_free(struct request_given *given);

#endif
