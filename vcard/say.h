/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* say.h: messages of the program ecp-vcard to the person who runs it. */
#ifndef ECP_VCARD_SAY_H
#define ECP_VCARD_SAY_H

/** Prints "ecp-vcard: ", the text made from FORMAT as by printf(), and a newline to standard error, in one
 * write. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
