/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mention.h: whether configuration files name a module. */
#ifndef ECP_TOOL_MENTION_H
#define ECP_TOOL_MENTION_H

#include <stdbool.h>

/** A file that fits one of PATTERNS (of $HOME, if they begin with "~"; NULL ends them) has a line with WORD that is no comment.
 * *RET_ANY: there is a file. */
bool mention_find(const char *const *patterns, const char *word, bool *ret_any);

/** The file MODULE is registered with p11-kit. */
bool mention_p11_kit(const char *module);

#endif
