/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ui.h: what the person, or the script, gets to see.
 *
 * For a person: sentences on standard output, troubles and progress on standard error. For a script (--json): one JSON
 * object on standard output, whatever happens, and nothing else there.
 */
#ifndef ECP_TOOL_UI_H
#define ECP_TOOL_UI_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "asn1/result.h"
#include "tool/exit_code.h"

/** Where a command speaks. COMMAND is its full name, "ecp pin set". COLOUR only on a terminal and without NO_COLOR. */
struct ui {
    FILE *out, *err;
    const char *command;
    bool json, colour;
    unsigned width; /**< columns of the terminal, at most 80 where there is none */
};

/** Standard output and standard error, as the environment asks for it. COMMAND lives as long as RET. */
void ui_open(struct ui *ret, const char *command);

/** TEXT and a newline to FILE, whatever the mode; on a terminal broken between words into lines of UI->width. */
void ui_print(const struct ui *ui, FILE *file, const char *text);

/** A line for the person: FORMAT as printf(), and a newline. Nothing in JSON mode. */
void ui_say(const struct ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** A remark beside the result, to standard error, in both modes. */
void ui_note(const struct ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * Tells of a failure: "COMMAND: what happened", then what to do NEXT (a translated sentence, or NULL). In JSON mode
 * {"error": {"exit": CODE, "message": …, "next": …}} on standard output too. Returns CODE.
 */
enum exit_code ui_fail(const struct ui *ui, enum exit_code code, const char *next, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** The result of a command for a script: prints RESULT in JSON mode. Takes RESULT over, which may not be NULL. */
void ui_result(const struct ui *ui, json_t *result);

/** Colours for a piece of text; empty strings without colour. */
enum ui_colour { UI_PLAIN, UI_GOOD, UI_WARNING, UI_BAD, UI_BOLD };
const char *ui_colour(const struct ui *ui, enum ui_colour colour);

/**
 * Shows that work goes on: DONE of TOTAL (TOTAL 0: unknown, only WHAT is shown). Only on a terminal, overwriting its
 * own line; ui_progress_end() clears it.
 */
void ui_progress(const struct ui *ui, const char *what, unsigned long long done, unsigned long long total);
void ui_progress_end(const struct ui *ui);

#endif
