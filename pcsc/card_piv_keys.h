/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_keys.h: algorithms (SP 800-78-4, table 6-2; E0 and E1 are Yubico's), metadata, using keys. */
#ifndef ECP_PCSC_CARD_PIV_KEYS_H
#define ECP_PCSC_CARD_PIV_KEYS_H

#include "pcsc/card_piv_parts.h"

/** One identifier, as it goes into P1. */
struct piv_algorithm {
    uint8_t id;
    enum key_kind kind;
    enum curve curve;
    size_t bits;
    unsigned can; /**< enum card_can */
};

/** The row of an identifier, or of a kind of key; NULL if PIV has none. */
const struct piv_algorithm *card_piv_algorithm_by_id(uint8_t id);
const struct piv_algorithm *card_piv_algorithm_find(enum key_kind kind, enum curve curve, size_t bits);

/** Describes a key of ROW in SLOT with the slot's defaults; PUBLIC may be NULL. */
void card_piv_key_fill(struct card *card, const struct piv_slot *slot, const struct piv_algorithm *row,
                       const struct pubkey *public, struct card_key *ret);

/** KEY is held in SLOT under these policies, in Yubico's numbers; 0 is the slot's own. */
void card_piv_key_policies(const struct piv_slot *slot, uint8_t pin, uint8_t touch, struct card_key *key);

/** Reads the public key in BODY: 81 and 82, or 86. RESULT_MALFORMED also if it is not what ROW says. */
enum result card_piv_public_parse(const struct piv_algorithm *row, struct bytes body,
                                  struct pubkey *ret) MUST_USE;

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
const struct card_algorithm *card_piv_algorithms(struct card *card);

#endif
