/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* verdict.h: what is to be said of each signature in a message: does it hold, whose is it, when was it made, who vouches. */
#ifndef ECP_TOOL_VERDICT_H
#define ECP_TOOL_VERDICT_H

#include "tool/cms_check.h"
#include "tool/trust.h"

/** What is judged, and by what. OTHERS: certificates that are not in the message. */
struct verdict_case {
    const struct cms *cms;
    const struct hashing *hashing;
    const struct der_list *others;
    struct trust *trust;
};

/** How many signers the message has; EXIT_CODE_BAD_INPUT if one cannot be read or there is none. PATH names the file. */
enum exit_code verdict_prepare(const struct ui *ui, const char *path, const struct cms *cms, struct hashing *hashing);

/**
 * Judges all signatures, telling the person of each. *JSON becomes an array of them for the script. Returns the
 * gravest of their exit codes; for once EXIT_CODE_OK is the only one that means that all is well, and nothing more
 * needs to be told for the others.
 */
enum exit_code verdict_tell(const struct ui *ui, const struct verdict_case *verdict_case, json_t **json);

/** What JSON calls an exit code of a verdict: "good", "bad-signature", "untrusted" … */
const char *verdict_word(enum exit_code code);

/** The time in a signature. */
time_t verdict_time(const struct cms_time *time);

/** The graver of two verdicts. */
enum exit_code verdict_worse(enum exit_code a, enum exit_code b);

#endif
