/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_piv_slots.h: keys in their slots: made, brought in, moved, told about (SP 800-73-4 part 2, 3.3.1;
 * Yubico). */
#ifndef ECP_VCARD_VCARD_PIV_SLOTS_H
#define ECP_VCARD_VCARD_PIV_SLOTS_H

#include "vcard/vcard_piv_card.h"

/** The slot with REFERENCE, which may be empty; NULL if the card has no such slot. */
struct piv_key *piv_slot_find(struct piv_card *card, uint8_t reference);

/** The same in a memory that need not be a card's yet. */
struct piv_key *piv_slot_in(const struct piv_profile *profile, struct piv_memory *memory, uint8_t reference);

/** Gives the slots their references; all are empty. */
void piv_slots_init(struct piv_memory *memory);

/** Frees the keys of all slots but the one with KEPT (0: none kept). */
void piv_slots_clear(struct piv_memory *memory, uint8_t kept);

/** Puts a key into a slot, frees the one before. PKEY belongs to the slot now. */
void piv_slot_fill(struct piv_key *slot, EVP_PKEY *pkey, uint8_t algorithm, uint8_t origin);

/** Gives the slot the policies of the standard where DEFAULT (0) was asked for. */
void piv_slot_set_policies(struct piv_key *slot, uint8_t pin_policy, uint8_t touch_policy);

/** Cards of PROFILE can have keys of this algorithm. */
bool piv_slot_algorithm_allowed(const struct piv_profile *profile, uint8_t algorithm);

/** The commands, as iso_handler: GENERATE 47, IMPORT FE, MOVE KEY F6, METADATA F7. */
uint16_t piv_slot_generate(struct piv_card *card, const struct iso_command *command, struct buf *out);
uint16_t piv_slot_import(struct piv_card *card, const struct iso_command *command, struct buf *out);
uint16_t piv_slot_move(struct piv_card *card, const struct iso_command *command, struct buf *out);
uint16_t piv_slot_metadata(struct piv_card *card, const struct iso_command *command, struct buf *out);

#endif
