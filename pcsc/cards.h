/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cards.h: the table of families: one row each, and row order means nothing. */
#ifndef ECP_PCSC_CARDS_H
#define ECP_PCSC_CARDS_H

#include "pcsc/card.h"

/** One line a family, as its card_<family>.c defines it. */
extern const struct card_driver card_piv;
extern const struct card_driver card_rutoken;

/** The families, NULL-terminated. */
extern const struct card_driver *const card_drivers[];

#endif
