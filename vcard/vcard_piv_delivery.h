/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_piv_delivery.h: the state in which a card is delivered, and to which it can be brought back. */
#ifndef ECP_VCARD_VCARD_PIV_DELIVERY_H
#define ECP_VCARD_VCARD_PIV_DELIVERY_H

#include "vcard/vcard_piv_card.h"

/** Fills the memory of a new card: serial number, PINs, keys and objects of the profile. */
enum result piv_deliver(struct piv_card *card) MUST_USE;

/** The command RESET FB (Yubico), as iso_handler: only the attestation key and its certificate stay. */
uint16_t piv_delivery_reset(struct piv_card *card, const struct iso_command *command, struct buf *out);

#endif
