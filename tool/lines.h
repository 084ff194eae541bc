/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lines.h: walks over the lines of a configuration file. */
#ifndef ECP_TOOL_LINES_H
#define ECP_TOOL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "asn1/bytes.h"

/** Where one is: zeroed but for TEXT before the first call of lines_next(). LINE is without its end and without white space
 * around it; it stands at START, and the next line at NEXT. */
struct lines {
    struct bytes text, line;
    size_t start, next;
};

/** Goes to the next line. False at the end. */
bool lines_next(struct lines *lines);

/** LINE is TEXT, byte for byte. */
bool lines_is(const struct lines *lines, const char *text);

/**
 * LINE is the setting KEY, with whatever of SEPARATORS and white space between it and its value ("=": "key = value", "": "key value");
 * KEY in any case if ANY_CASE. *RET is the value.
 */
bool lines_setting(const struct lines *lines, const char *key, uint8_t separator, bool any_case, struct bytes *ret);

/** LINE is the head of a section, "[name]"; *RET is the name. */
bool lines_section(const struct lines *lines, struct bytes *ret);

/** VIEW without white space around it. */
struct bytes lines_trim(struct bytes view);

#endif
