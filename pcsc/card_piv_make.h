/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_make.h: generating, importing and erasing keys. */
#ifndef ECP_PCSC_CARD_PIV_MAKE_H
#define ECP_PCSC_CARD_PIV_MAKE_H

#include "pcsc/card_piv_parts.h"

/** The driver's operations (pcsc/card.h); the last erases a key. */
enum result card_piv_generate(struct card *card, const struct card_key_template *template,
                              struct card_key *ret);
enum result card_piv_import_key(struct card *card, const struct card_key_template *template,
                                const struct card_private_key *parts, struct card_key *ret);
enum result card_piv_key_erase(struct card *card, uint32_t reference) MUST_USE;

#endif
