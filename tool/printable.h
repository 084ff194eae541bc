/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* printable.h: what a stranger wrote (a card, a certificate, an authority), made fit for a terminal and for
 * JSON. */
#ifndef ECP_TOOL_PRINTABLE_H
#define ECP_TOOL_PRINTABLE_H

#include <jansson.h>

#include "asn1/bytes.h"

/**
 * Copies TEXT to RET, which has room for its size and a NUL, as valid UTF-8: a byte that is none, each
 * control character (C0, DEL, C1) and each character that turns the direction of writing (U+202A-202E,
 * U+2066-2069) becomes '?'. RET may be TEXT itself.
 */
void printable_copy(char *ret, struct bytes text);

/**
 * TEXT as a JSON string, for what need not be UTF-8, as the name of a file: each byte that is none becomes U+FFFD, all else
 * stays. NULL if TEXT is NULL or memory is out.
 */
json_t *printable_json(const char *text);

#endif
