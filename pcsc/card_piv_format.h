/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_format.h: starting over. */
#ifndef ECP_PCSC_CARD_PIV_FORMAT_H
#define ECP_PCSC_CARD_PIV_FORMAT_H

#include "pcsc/card_piv_parts.h"

/** The driver's format(). */
enum result card_piv_format(struct card *card, const struct secret *so, const char *label, int *ret_tries);

#endif
