/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_piv_management.h: the management key 9B and its cipher. */
#ifndef ECP_VCARD_VCARD_PIV_MANAGEMENT_H
#define ECP_VCARD_VCARD_PIV_MANAGEMENT_H

#include "vcard/vcard_piv_card.h"

/** The management key of delivery. */
void piv_management_deliver(struct piv_card *card);

/** The management key is the one of delivery. */
bool piv_management_is_default(const struct piv_card *card);

/** The length in bytes of a management key of this algorithm; 0 for other algorithms. */
size_t piv_management_size(uint8_t algorithm);

/** The length in bytes of a block of the present key's cipher, at most PIV_BLOCK_MAX. */
size_t piv_management_block(const struct piv_card *card);

/** Encrypts one block; false if the library fails. */
bool piv_management_encrypt(const struct piv_card *card, const uint8_t *in, uint8_t *out);

/** The command SET MANAGEMENT KEY FF (Yubico), as iso_handler. */
uint16_t piv_management_set(struct piv_card *card, const struct iso_command *command, struct buf *out);

#endif
