/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pinentry.h: a window that asks for a PIN: GnuPG's pinentry programs, by their protocol (Assuan). */
#ifndef ECP_TOOL_PINENTRY_H
#define ECP_TOOL_PINENTRY_H

#include "asn1/secret.h"
#include "tool/ui.h"

/**
 * Asks with QUESTION as description and TROUBLE (may be NULL) as an error shown beside it, through the program that the
 * environment's PINENTRY_PROGRAM names, or "pinentry". *RET belongs to the caller. EXIT_CODE_CANCELLED if the
 * person closed the window or no window could be shown.
 */
enum exit_code pinentry_ask(const struct ui *ui, const char *question, const char *trouble, struct secret **ret);

#endif
