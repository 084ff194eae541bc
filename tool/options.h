/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options.h: a command's options as a table. From it come what is accepted, what --help shows and what the shells
 * complete.
 */
#ifndef ECP_TOOL_OPTIONS_H
#define ECP_TOOL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/ui.h"

/** What an option takes: nothing (target: bool), text (const char *), a number from 0 on (long), text each time that
 * it is given (struct options_list). */
enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_LIST };

/** The values of an option that may be given several times. */
struct options_list {
    const char *values[16];
    size_t count;
};

/** One option. VALUE is what --help calls its value, NULL for a flag; HELP and VALUE are marked with N_(). */
struct option_row {
    const char *name, *value, *help;
    enum option_kind kind;
    void *target;
};

/** What every command that asks for it has. */
struct common {
    const char *module;       /**< path of the PKCS#11 module */
    const char *token;        /**< PKCS#11 URI (RFC 7512), label or serial number; NULL: the one there is */
    const char *pin_source;   /**< a file; NULL if not given */
    long pin_fd;              /**< -1 if not given */
    bool pinentry, json, yes; /**< yes: questions are answered with yes */
};

/** Groups of the common options that a command has, beside --json and --help. */
enum option_group {
    OPTIONS_TOKEN = 1, /**< --module, --token */
    OPTIONS_PIN = 2,   /**< --pin-fd, --pin-source, --pinentry */
    OPTIONS_YES = 4,   /**< --yes */
};

/** A command's words. OPERANDS is what follows the options in --help ("FILE…"), NULL if nothing may follow; LEAST and
 * MOST count them. DESCRIPTION is a paragraph, marked. */
struct usage {
    const char *operands, *description;
    unsigned least, most;
    const struct option_row *rows;
    size_t row_count;
    unsigned groups;
};

/**
 * The last word of a command line on which a shell wants to know what may follow: a line for each option, its name, what its
 * value is called and what it does, with tabs between; "-" for what it does not have. Not in --help.
 */
#define OPTIONS_COMPLETE "--complete"

/** How the reading of a command line ended. */
enum options_result { OPTIONS_RUN, OPTIONS_HELPED, OPTIONS_WRONG };

/**
 * Reads the arguments of a command; ARGV[0] is its last word. COMMON is filled with defaults first, and UI told of
 * --json. *FIRST becomes the index of the first operand: options may stand behind operands.
 * OPTIONS_HELPED: --help was shown. OPTIONS_WRONG: the person was told what is wrong.
 */
enum options_result options_read(struct ui *ui, const struct usage *usage, struct common *common, int argc,
                                 char **argv, int *first);

/** Reads the arguments, and returns from the command if there is nothing more to do. */
#define OPTIONS_READ(ui, usage, common, argc, argv, first)                                                   \
    do {                                                                                                     \
        enum options_result options_read_ = options_read(ui, usage, common, argc, argv, first);              \
        if (options_read_ != OPTIONS_RUN)                                                                    \
            return options_read_ == OPTIONS_HELPED ? EXIT_CODE_OK : EXIT_CODE_USAGE;                         \
    } while (0)

#endif
