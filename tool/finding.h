/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* finding.h: what "ecp doctor" found: said at once to a person, gathered for a script. */
#ifndef ECP_TOOL_FINDING_H
#define ECP_TOOL_FINDING_H

#include "tool/ui.h"

/** How much it matters: a problem stands in the way, a hint does not. */
enum finding_level { FINDING_PROBLEM, FINDING_HINT };

/** All that was found. */
struct findings {
    const struct ui *ui;
    json_t *list;
    size_t problems, hints;
};

/**
 * Adds one. ID names its kind for scripts and never changes ("pin-locked"); CERTAIN: it is so, else it is likely, which a
 * person is told; NEXT: what to do, translated, or NULL; FORMAT: what is, translated.
 */
void finding_add(struct findings *findings, enum finding_level level, const char *id, bool certain, const char *next,
                 const char *format, ...) __attribute__((format(printf, 6, 7)));

/** Tells a person that something is as it should be. */
void finding_fine(const struct findings *findings, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
