/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* width.h: how much room text takes on a terminal. */
#ifndef ECP_TOOL_WIDTH_H
#define ECP_TOOL_WIDTH_H

#include <stddef.h>

/** How many columns of a terminal TEXT (UTF-8) takes. */
size_t text_width(const char *text);

/** The next character of TEXT: its length in bytes, and its width. What is no character counts as one of width 1. */
size_t text_step(const char *text, size_t *width);

#endif
