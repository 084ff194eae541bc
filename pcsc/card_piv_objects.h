/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* card_piv_objects.h: data objects on the wire, certificates among them, and Key History. */
#ifndef ECP_PCSC_CARD_PIV_OBJECTS_H
#define ECP_PCSC_CARD_PIV_OBJECTS_H

#include "asn1/x509.h"
#include "pcsc/card_piv_parts.h"

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

#endif
