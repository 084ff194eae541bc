/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wrap.h: sentences broken into lines that fit a terminal. */
#ifndef ECP_TOOL_WRAP_H
#define ECP_TOOL_WRAP_H

#include <stddef.h>

/**
 * TEXT with line ends put in the place of blanks, so that no line is wider than WIDTH columns, if no word is; what follows
 * such an end is indented as the line was. Colour codes take no room. For the caller to free; NULL without memory.
 */
char *wrap_text(const char *text, size_t width);

#endif
