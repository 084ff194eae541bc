/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* tool_ui.h: a person who reads into memory what a command says. */
#ifndef ECP_TESTS_TOOL_UI_H
#define ECP_TESTS_TOOL_UI_H

#include <stdlib.h>

#include "tool/ui.h"

/** What was said: standard output and standard error. */
struct tool_ear {
    char *out, *err;
    size_t out_size, err_size;
    struct ui ui;
};

/** Begins to listen, with a terminal of WIDTH columns. */
static inline void tool_listen(struct tool_ear *ear, unsigned width)
{
    *ear = (struct tool_ear){ 0 };
    ear->ui = (struct ui){ .out = open_memstream(&ear->out, &ear->out_size),
                           .err = open_memstream(&ear->err, &ear->err_size), .command = "ecp test", .width = width };
}

/** Brings OUT and ERR up to date. */
static inline void tool_flush(struct tool_ear *ear)
{
    fflush(ear->ui.out);
    fflush(ear->ui.err);
}

static inline void tool_deaf(struct tool_ear *ear)
{
    fclose(ear->ui.out);
    fclose(ear->ui.err);
    free(ear->out);
    free(ear->err);
}

#endif
