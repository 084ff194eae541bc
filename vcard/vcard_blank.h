/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_blank.h: a card that nobody knows: it answers to reset, has no application and no file. */
#ifndef ECP_VCARD_VCARD_BLANK_H
#define ECP_VCARD_VCARD_BLANK_H

#include "vcard/vcard.h"

/** The family "blank", of one profile. */
extern const struct vcard_family vcard_blank;

#endif
