/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * card_piv.h: what the files of the PIV driver share (SP 800-73-4 and Yubico's extensions). Nobody else
 * includes it.
 *
 *     card_piv.c          the row: recognising, opening
 *     card_piv_pin.c      the PIN and the PUK: state, presenting, forgetting
 *     card_piv_objects.c  data objects on the wire, certificates, Key History
 *     card_piv_list.c     what is on the card
 *     card_piv_store.c    writing and erasing certificates and data
 *     card_piv_keys.c     metadata, using keys
 *     card_piv_make.c     generating, importing and erasing keys
 *     card_piv_admin.c    the management key, changing PINs, the security officer
 *     card_piv_format.c   starting over
 */
#ifndef ECP_PCSC_CARD_PIV_H
#define ECP_PCSC_CARD_PIV_H

#include "asn1/x509.h"
#include "pcsc/card.h"
#include "pcsc/iso7816.h"

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
};
struct piv_state *card_piv_state(struct card *card);

/** The configuration section says KEY = VALUE. */
bool card_piv_setting_is(const struct card *card, const char *key, const char *value);

/** Failures of the way to the card, or a card where PIV is not selected: never explained away as an absent
 * object. */
bool card_piv_is_fatal(enum result result);

/** A status word that a card gives when PIV is not selected. */
bool card_piv_sw_unselected(unsigned sw);

/** A buffer on the heap; freed and wiped by card_piv_heap_free(). Fit for SCOPED. */
enum result card_piv_heap_new(size_t capacity, struct buf *ret) MUST_USE;
void card_piv_heap_free(struct buf *buf);

/* card_piv.c */

/** Selects the application: the driver's recognise(). */
enum result card_piv_select(struct card *card) MUST_USE;

/** A YubiKey NEO, whose status words count tries in a way of their own. */
bool card_piv_is_neo(const struct card *card);

/* card_piv_pin.c */

/** The limits of a PIN, with nothing known of its state. */
void card_piv_pin_limits(struct card *card, enum card_role role, struct card_pin *ret);

/** Adds what metadata knows of a PIN: tries, factory. Not whether it is verified. */
enum result card_piv_pin_from_metadata(struct card *card, uint8_t reference, struct card_pin *pin) MUST_USE;

/** Adds what a VERIFY without data tells of the user PIN: tries or that it is verified. */
enum result card_piv_pin_from_status(struct card *card, struct card_pin *pin, bool *ret_exists) MUST_USE;

/** The driver's operations (pcsc/card.h). */
enum result card_piv_pin_status(struct card *card, enum card_role role, struct card_pin *ret);
enum result card_piv_verify_pin(struct card *card, enum card_role role, const struct secret *pin,
                                int *ret_tries);
enum result card_piv_logout(struct card *card);

/** How the PIN or PUK of a reference goes over the wire: 8 bytes, padded with FF. */
struct pin_format card_piv_pin_format(struct card *card, uint8_t reference);

/** VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER, with what the family's cards say understood. */
enum result card_piv_pin_present(struct card *card, uint8_t reference, const struct secret *pin,
                                 int *ret_tries) MUST_USE;
enum result card_piv_pin_change(struct card *card, uint8_t reference, const struct secret *old_pin,
                                const struct secret *new_pin, int *ret_tries) MUST_USE;
enum result card_piv_pin_unblock(struct card *card, const struct secret *puk, const struct secret *new_pin,
                                 int *ret_tries) MUST_USE;

/** The limits of a user PIN, and of a PUK, kept by NOT sending what breaks them. */
enum result card_piv_pin_check(struct card *card, const struct secret *pin) MUST_USE;
enum result card_piv_puk_check(const struct secret *puk) MUST_USE;

/** The reference of the user PIN: PIV's own or the global one. */
enum result card_piv_pin_reference(struct card *card, uint8_t *ret) MUST_USE;

/** Asks what is known of a PIN: *RET_SW of a VERIFY without data. */
enum result card_piv_pin_ask(struct card *card, uint8_t reference, unsigned *ret_sw) MUST_USE;

/* card_piv_objects.c */

/** How an object is read. */
enum piv_reading {
    PIV_WHOLE = 0,
    PIV_SHORT = 1,      /**< it fits a short answer: not worth an extended command */
    PIV_FIRST_PART = 2, /**< what comes in one exchange */
    PIV_SECRET = 4,     /**< the trace must not show it */
};

/**
 * Appends an object as it comes from the card, wrapper included. RESULT_NOT_FOUND if it is absent or empty,
 * whatever the card's way to say so; RESULT_WRONG_STATE if PIV is not selected; RESULT_NOT_AUTHENTICATED.
 */
enum result card_piv_object_get(struct card *card, uint32_t object, unsigned how, struct buf *out) MUST_USE;

/** The contents in an object as it came (a view): without the wrapper 53, or all of those that have none. */
enum result card_piv_object_contents(uint32_t object, struct bytes raw, struct bytes *ret) MUST_USE;

/** Writes CONTENTS (empty: deletes). RESULT_UNSUPPORTED for an object that the card does not have. */
enum result card_piv_object_put(struct card *card, uint32_t object, struct bytes contents,
                                bool secret) MUST_USE;

/** The length of an object of which FIRST is the beginning; 0 if that cannot be told. */
size_t card_piv_object_size(struct bytes first);

/** The checksum that tells two objects apart by their beginnings, as they came from the card. */
uint64_t card_piv_fingerprint(struct bytes raw);

/** Bytes from the beginning of an object that the fingerprint covers. */
#define PIV_FINGERPRINT_SIZE 200

/**
 * Appends the certificate in an object's CONTENTS, unpacked, to OUT and takes it apart (*RET points into
 * OUT). RESULT_MALFORMED if there is none.
 */
enum result card_piv_certificate_unpack(struct bytes contents, struct buf *out, struct x509 *ret) MUST_USE;

/** Reads, unpacks and takes apart the certificate of a slot. */
enum result card_piv_certificate_read(struct card *card, const struct piv_slot *slot, struct buf *out,
                                      struct x509 *ret, uint64_t *ret_fingerprint) MUST_USE;

/** The driver's read(). */
enum result card_piv_read(struct card *card, enum card_kind kind, uint32_t reference, struct buf *out);

/** What Key History says: retired keys with certificates here (from 82 upward) and elsewhere (from 95
 * downward). */
struct piv_history {
    unsigned here, elsewhere;
};

/** The numbers in Key History's contents, made to fit the slots there are. */
struct piv_history card_piv_history_parse(struct bytes contents);

/** Where retired keys are looked for. */
enum piv_retired {
    PIV_RETIRED_PROBE,
    PIV_RETIRED_HISTORY,
    PIV_RETIRED_NONE,
};

/** By the configuration; else probed where metadata tells and history is not kept, believed elsewhere. */
enum piv_retired card_piv_retired_mode(struct card *card);

/** SLOT, if it is a retired one, was filled or emptied: makes Key History say so where anybody believes it.
 */
enum result card_piv_history_note(struct card *card, const struct piv_slot *slot, bool filled) MUST_USE;

/** Reads a data object's value. PRINTED is absent while a management key is kept in it. */
enum result card_piv_datum_read(struct card *card, uint32_t object, struct buf *out) MUST_USE;

/* card_piv_store.c */

/** The driver's operations (pcsc/card.h). */
enum result card_piv_store(struct card *card, struct card_item *item, struct bytes value, bool replace);
enum result card_piv_erase(struct card *card, enum card_kind kind, uint32_t reference);

/* card_piv_list.c */

/** The driver's list(). */
enum result card_piv_list(struct card *card, const struct card_query *query, struct card_cursor *cursor,
                          struct card_item *ret);

/** A row of the table of data objects. */
struct piv_datum {
    uint32_t object;
    const char *label;
    uint8_t oid_size;
    uint8_t oid[4]; /**< what follows 2.16.840.1.101.3.7 */
    bool needs_pin, writable;
    bool everywhere; /**< listed on cards with metadata too, and before login */
    bool rare;       /**< listed after login only */
};

/** The row of OBJECT, or if that is 0 the one that LIKE means by its OID or its label; NULL if there is none.
 */
const struct piv_datum *card_piv_datum_find(uint32_t object, const struct card_datum *like);

/** Describes an object to the caller of a driver. */
void card_piv_datum_fill(const struct piv_datum *row, struct card_datum *ret);
void card_piv_cert_fill(const struct piv_slot *slot, uint64_t fingerprint, struct card_cert *ret);

/* card_piv_keys.c */

/** What GET METADATA tells. Views into the buffer it was read into. */
struct piv_metadata {
    bool has_algorithm, has_policy, has_origin, has_factory, has_tries;
    uint8_t algorithm, pin_policy, touch_policy, origin;
    bool factory;
    int tries_max, tries_left;
    struct bytes public_key;
};

/** The most that metadata takes, in bytes: an RSA-4096 key and some tags. */
#define PIV_METADATA_MAX 1024

/** Asks for the metadata of a reference. RESULT_NOT_FOUND if the card says that there is nothing. */
enum result card_piv_metadata_read(struct card *card, uint8_t reference, struct buf *buf,
                                   struct piv_metadata *ret) MUST_USE;

/** The key in SLOT as its metadata tells. RESULT_NOT_FOUND: none. Else: it cannot be told this way. */
enum result card_piv_key_from_metadata(struct card *card, const struct piv_slot *slot,
                                       struct card_key *ret) MUST_USE;

/** The key in SLOT as its certificate's public key tells. RESULT_UNSUPPORTED: not an algorithm of PIV. */
enum result card_piv_key_from_public(struct card *card, const struct piv_slot *slot, const struct pubkey *key,
                                     struct card_key *ret) MUST_USE;

/** KEY lacks its public half: PUBLIC is it, if it suits. */
void card_piv_key_complete(struct card_key *key, const struct pubkey *public);

/** The driver's operations (pcsc/card.h). */
enum result card_piv_sign(struct card *card, const struct card_key *key, enum card_can how,
                          struct bytes input, struct buf *out);
enum result card_piv_decipher(struct card *card, const struct card_key *key, enum card_can how,
                              struct bytes input, struct buf *out);
enum result card_piv_agree(struct card *card, const struct card_key *key, const struct card_agreement *with,
                           struct buf *out);
extern const struct card_algorithm card_piv_algorithms[];

/* card_piv_make.c */

/** The driver's operations (pcsc/card.h); the last erases a key. */
enum result card_piv_generate(struct card *card, const struct card_key_template *template,
                              struct card_key *ret);
enum result card_piv_import_key(struct card *card, const struct card_key_template *template,
                                const struct card_private_key *parts, struct card_key *ret);
enum result card_piv_key_erase(struct card *card, uint32_t reference) MUST_USE;

/* card_piv_admin.c */

/** Checks SO, as verify_pin(CARD_SO). */
enum result card_piv_so_verify(struct card *card, const struct secret *so, int *ret_tries) MUST_USE;

/** The driver's operations (pcsc/card.h). */
enum result card_piv_change_pin(struct card *card, enum card_role role, const struct secret *old_pin,
                                const struct secret *new_pin, int *ret_tries);
enum result card_piv_init_pin(struct card *card, const struct secret *so, const struct secret *new_pin,
                              int *ret_tries);
enum result card_piv_authenticate(struct card *card, const struct secret *so);

/* card_piv_format.c */

/** The driver's format(). */
enum result card_piv_format(struct card *card, const struct secret *so, const char *label, int *ret_tries);

#endif
