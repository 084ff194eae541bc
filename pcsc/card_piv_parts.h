/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * card_piv_parts.h: what every part of the PIV driver needs (SP 800-73-4 and Yubico's extensions): names and
 * numbers, the slots, what is known of the card. Only the driver's parts include it and each other; each uses
 * those before it:
 *
 *     card_piv_parts      names, slots, state
 *     card_piv_applet     the application: selecting it, whose make it is
 *     card_piv_items      how objects are described; the table of data objects
 *     card_piv_objects    data objects on the wire, certificates, Key History
 *     card_piv_keys       algorithms, metadata, using keys
 *     card_piv_attest     keys as the card attests them
 *     card_piv_pin        the PIN and the PUK: state, presenting, forgetting
 *     card_piv_list       what is on the card
 *     card_piv_make       generating, importing and erasing keys
 *     card_piv_store      writing and erasing certificates and data
 *     card_piv_admin      the management key, both roles' secrets: checking and changing them
 *     card_piv_format     starting over
 *     card_piv            the row: opening, and who does what
 */
#ifndef ECP_PCSC_CARD_PIV_PARTS_H
#define ECP_PCSC_CARD_PIV_PARTS_H

#include "pcsc/card.h"

/* References of PINs and of keys that are no slots (SP 800-73-4 part 1, table 4b). */
#define PIV_PIN_GLOBAL 0x00
#define PIV_PIN 0x80
#define PIV_PUK 0x81
#define PIV_KEY_MANAGEMENT 0x9B

/* The secrets of delivery (Yubico's, and of everybody who follows). */
#define PIV_FACTORY_PIN "123456"
#define PIV_FACTORY_PUK "12345678"

/* Data objects that the driver itself needs (SP 800-73-4 part 1, table 3); the last is Yubico's. */
#define PIV_OBJECT_CHUID 0x5FC102
#define PIV_OBJECT_AUTHENTICATION 0x5FC105
#define PIV_OBJECT_CCC 0x5FC107
#define PIV_OBJECT_DISCOVERY 0x7E
#define PIV_OBJECT_HISTORY 0x5FC10C
#define PIV_OBJECT_PRINTED 0x5FC109
#define PIV_OBJECT_BIT_GROUP 0x7F61
#define PIV_OBJECT_ADMIN 0x5FFF00

/* Tag of the template that wraps every object but two. */
#define PIV_TAG_OBJECT 0x53

/** The longest contents that are sent to a slot of a card whose limit is not known, in bytes. */
#define PIV_CONTENTS_MAX 3000

/** Retired keys are the slots after the first four. */
#define PIV_SLOT_COUNT 24
#define PIV_RETIRED_FIRST 4
#define PIV_RETIRED_COUNT 20

/** A place for a key and its certificate. Its CKA_ID is one byte: its index from 1. */
struct piv_slot {
    uint8_t reference;
    uint8_t id;
    uint32_t object; /**< of the certificate */
    const char *label;
};
extern const struct piv_slot card_piv_slots[PIV_SLOT_COUNT];

/** The slot with a key reference, a certificate's object, or a CKA_ID; NULL if there is none. */
const struct piv_slot *card_piv_slot_by_reference(uint32_t reference);
const struct piv_slot *card_piv_slot_by_object(uint32_t object);
const struct piv_slot *card_piv_slot_by_id(struct bytes id);
bool card_piv_slot_is_retired(const struct piv_slot *slot);

/** What was learned about the card and does not change; kept in card->state. */
struct piv_state {
    bool asked;        /**< whether the card has the serial command was seen; if not, it is not asked again */
    bool serial;       /**< it has (F8) */
    bool yubico;       /**< Yubico's commands are worth trying */
    bool metadata;     /**< it tells what is in a slot (F7) */
    bool applet;       /**< it is PivApplet, which differs in its limits and in the origin's values */
    bool discovery;    /**< the discovery object was asked which PIN is the primary one */
    bool global_pin;   /**< it is the global one */
    bool logout_works; /**< P1=FF was seen to make the card forget the PIN */
    bool whole_aid;    /**< it is selected by nothing but the whole AID */
    bool mute;         /**< it does not say that it is PIV when it is selected, but has shown it */
};
struct piv_state *card_piv_state(struct card *card);

/** The configuration section says KEY = VALUE. */
bool card_piv_setting_is(const struct card *card, const char *key, const char *value);

/** Failures of the way to the card, or a card where PIV is not selected: never explained away as an absent
 * object. */
bool card_piv_is_fatal(enum result result);

/**
 * What came AFTER a change that was made. A failure that would say "nothing was done", and have everything
 * done again, becomes RESULT_TRANSPORT.
 */
enum result card_piv_after_change(enum result after) MUST_USE;

/** A status word that a card gives when PIV is not selected. */
bool card_piv_sw_unselected(unsigned sw);

/** A buffer on the heap; freed and wiped by card_piv_heap_free(). Fit for SCOPED. */
enum result card_piv_heap_new(size_t capacity, struct buf *ret) MUST_USE;
void card_piv_heap_free(struct buf *buf);

#endif
