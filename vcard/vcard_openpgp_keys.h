/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_openpgp_keys.h: the three keys: made and brought in (7.2.14, 7.2.8 with 4D). */
#ifndef ECP_VCARD_VCARD_OPENPGP_KEYS_H
#define ECP_VCARD_VCARD_OPENPGP_KEYS_H

#include "vcard/vcard_openpgp_card.h"

/** Puts a key in its place and frees the one before. PKEY belongs to the card now. */
void openpgp_key_fill(struct openpgp_key *key, EVP_PKEY *pkey, enum openpgp_origin origin);

/** Frees the key; what belongs to it stays. */
void openpgp_key_remove(struct openpgp_key *key);

/** Three places without a key, for RSA of 2048 bits. */
void openpgp_keys_deliver(struct openpgp_memory *memory);

/** Frees the keys and forgets what belongs to them. */
void openpgp_keys_clear(struct openpgp_memory *memory);

/** The commands, as iso_handler: GENERATE ASYMMETRIC KEY PAIR 47, PUT DATA DB (import). */
uint16_t openpgp_key_generate(struct openpgp_card *card, const struct iso_command *command, struct buf *out);
uint16_t openpgp_key_import(struct openpgp_card *card, const struct iso_command *command, struct buf *out);

#endif
