/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* officer.h: the security officer's secret (PIV: PUK or management key) of a command that asks for the user's, too. */
#ifndef ECP_TOOL_OFFICER_H
#define ECP_TOOL_OFFICER_H

#include "tool/pin_source.h"

/** Where the secrets come from: OWN has the command's --so-pin-fd or --so-pin-source, SHARED what comes with --pin-fd and the
 * like; without an own source it is the shared one, a line each in the order in which they are asked for. */
struct officer {
    long fd;          /**< --so-pin-fd, -1 if not given */
    const char *file; /**< --so-pin-source, NULL if not given */
    bool has_own;
    struct pin_source own, shared;
};

/** What no option has named anything of. */
#define OFFICER_NONE { .fd = -1, .own = { .fd = -1 }, .shared = { .fd = -1 } }

/** The rows of the two options, for a command's table. */
#define OFFICER_ROWS(officer)                                                                                \
    { "so-pin-fd", N_("NUMBER"), N_("read the PUK or security officer's PIN from this descriptor"), OPTION_NUMBER, \
      &(officer).fd },                                                                                       \
    { "so-pin-source", N_("FILE"), N_("read the PUK or security officer's PIN from this file"), OPTION_TEXT, \
      &(officer).file }

/** Opens both. On success RET's sources are the caller's (officer_close). FD and FILE are set before. */
enum exit_code officer_open(const struct ui *ui, const struct common *common, struct officer *officer);

/** Closes both. Fit for SCOPED. */
void officer_close(struct officer *officer);

/** The source to read the security officer's secret from. */
struct pin_source *officer_source(struct officer *officer);

#endif
