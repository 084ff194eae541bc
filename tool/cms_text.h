/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cms_text.h: a message that came as text, or through a pipe, made a file of bytes that can be read at any place. */
#ifndef ECP_TOOL_CMS_TEXT_H
#define ECP_TOOL_CMS_TEXT_H

#include "tool/stream.h"

/**
 * If STREAM is no regular file, or PEM or bare base64, puts what it says into a nameless temporary file, of which STREAM
 * then is. *TEXT tells whether it was text. EXIT_CODE_BAD_INPUT if it is empty or no base64.
 */
enum exit_code cms_text_undo(const struct ui *ui, struct stream *stream, bool *text);

#endif
