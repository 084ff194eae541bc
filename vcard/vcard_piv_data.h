/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_piv_data.h: data objects (SP 800-73-4 part 1, table 3; part 2, 3.1.2 and 3.3.2). */
#ifndef ECP_VCARD_VCARD_PIV_DATA_H
#define ECP_VCARD_VCARD_PIV_DATA_H

#include "vcard/vcard_piv_card.h"

/** Tags of objects that the card itself knows. */
enum piv_tag {
    PIV_TAG_DISCOVERY = 0x7E,
    PIV_TAG_BIOMETRIC_GROUP = 0x7F61,
    PIV_TAG_CHUID = 0x5FC102,
    PIV_TAG_CCC = 0x5FC107,
    PIV_TAG_PRINTED = 0x5FC109,
    PIV_TAG_KEY_HISTORY = 0x5FC10C,
    PIV_TAG_ATTESTATION = 0x5FFF01,
};

/** An object with TAG can be stored on cards of PROFILE. */
bool piv_object_allowed(const struct piv_profile *profile, uint32_t tag);

/** The contents of an object; empty if it is absent. They live until the object changes. */
struct bytes piv_object_get(const struct piv_memory *memory, uint32_t tag);

/**
 * Replaces an object's contents; removes it if they are empty. RESULT_TOO_LARGE above the profile's limit,
 * RESULT_CARD_FULL above the card's, RESULT_NO_MEMORY: nothing has changed then.
 */
enum result piv_object_put(const struct piv_profile *profile, struct piv_memory *memory, uint32_t tag,
                           struct bytes contents) MUST_USE;

/** Wipes and removes all objects but the one with KEPT (0: none kept). */
void piv_objects_clear(struct piv_memory *memory, uint32_t kept);

/** The commands, as iso_handler: GET DATA CB, PUT DATA DB. */
uint16_t piv_data_get(struct piv_card *card, const struct iso_command *command, struct buf *out);
uint16_t piv_data_put(struct piv_card *card, const struct iso_command *command, struct buf *out);

#endif
