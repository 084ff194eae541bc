/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* atr.h: what an answer to reset says about the card (ISO 7816-3, 8.2; its historical bytes: ISO
 * 7816-4, 12.1.1). */
#ifndef ECP_PCSC_ATR_H
#define ECP_PCSC_ATR_H

#include "asn1/bytes.h"

/** The historical bytes: a view into ATR; empty if there are none or the ATR is broken. */
struct bytes atr_historical(struct bytes atr);

/** The card says of itself that it has no extended lengths. False where it says nothing. */
bool atr_denies_extended(struct bytes atr);

#endif
