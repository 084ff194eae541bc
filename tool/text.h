/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* text.h: how messages for people are written: in English, marked, and translated by gettext when shown. */
#ifndef ECP_TOOL_TEXT_H
#define ECP_TOOL_TEXT_H

#include <libintl.h>

/** The translation of TEXT, a literal. */
#define _(text) gettext(text)

/** Marks TEXT in a table; whoever shows it says gettext(). */
#define N_(text) text

#endif
