/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* text.h: the blank-padded texts of CK_INFO, CK_SLOT_INFO and CK_TOKEN_INFO. */
#ifndef ECP_MODULE_TEXT_H
#define ECP_MODULE_TEXT_H

#include <stddef.h>

/** Fills FIELD of SIZE bytes with TEXT (UTF-8) and blanks; what does not fit is cut at the border of a
 * character. */
void text_pad(unsigned char *field, size_t size, const char *text);

/** As text_pad(), but of a TEXT that is too long the end is kept: of numbers it tells more. */
void text_pad_end(unsigned char *field, size_t size, const char *text);

#endif
