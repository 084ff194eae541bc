/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_applet.h: the application on the card, and what is known of the card by its maker. */
#ifndef ECP_PCSC_CARD_PIV_APPLET_H
#define ECP_PCSC_CARD_PIV_APPLET_H

#include "pcsc/card_piv_parts.h"

/** What an ATR's historical bytes tell by name. */
struct piv_maker {
    const char *text, *manufacturer, *model;
    bool old; /**< Yubico's, from before it told its serial */
};

/** The maker's row; that of an unknown one if the ATR names none. Never NULL. */
const struct piv_maker *card_piv_maker(const struct card *card);

/** A YubiKey NEO, whose status words count tries in a way of their own. */
bool card_piv_is_neo(const struct card *card);

/** Selects the application. RESULT_NOT_FOUND if the card does not have it; RESULT_MALFORMED if it has
 * something by that name and does not say that it is PIV. */
enum result card_piv_select(struct card *card) MUST_USE;

#endif
