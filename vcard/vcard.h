/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard.h: a virtual card is a function from command bytes to response bytes, with a memory.
 *
 * Nothing here knows sockets, readers or time. The same object answers behind a real PC/SC daemon (vpcd), in a unit
 * test, and in a fuzzer.
 */
#ifndef ECP_VCARD_VCARD_H
#define ECP_VCARD_VCARD_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** The longest response with its status word, in bytes (ISO 7816-4 extended length). */
#define VCARD_RESPONSE_MAX (65536 + 2)

/** Room that is enough for what save() of any family appends, in bytes. */
#define VCARD_SAVED_MAX (256 * 1024)

struct vcard;

/** One family of cards: a row in the table of vcards.c. */
struct vcard_family {
    const char *name;            /**< "piv" */
    const char *const *profiles; /**< what may follow the colon, NULL-terminated; the first is the default, named "" */

    /**
     * Makes a card in the state of delivery. PROFILE is one of the profiles. *RET belongs to the caller (destroy).
     */
    enum result (*create)(const char *profile, struct vcard **ret);

    /** Frees the card and wipes its keys. */
    void (*destroy)(struct vcard *card);

    /** The answer to reset; lives as long as the card. */
    struct bytes (*atr)(const struct vcard *card);

    /** Power-off, power-on and reset alike: session state (selection, PINs, chains) is lost, memory stays. */
    void (*reset)(struct vcard *card);

    /**
     * Executes one command APDU, whatever it is, and appends the response with its status word to RESPONSE, which is
     * empty and has room for VCARD_RESPONSE_MAX bytes.
     */
    void (*respond)(struct vcard *card, struct bytes command, struct buf *response);

    /** The number of changes to the memory since creation or load; the caller stores the card when it moves. */
    unsigned (*changes)(const struct vcard *card);

    /** Appends the whole memory in a form of the family's own, to be stored in a file. */
    enum result (*save)(const struct vcard *card, struct buf *out);

    /** Replaces the memory by one that save() made. RESULT_MALFORMED leaves the card as it was. */
    enum result (*load)(struct vcard *card, struct bytes saved);
};

/** What every card begins with: its family. */
struct vcard {
    const struct vcard_family *family;
};

/** The families, NULL-terminated. */
extern const struct vcard_family *const vcard_families[];

/**
 * Makes a card from "FAMILY" or "FAMILY:PROFILE". RESULT_NOT_FOUND if there is no such family or profile,
 * RESULT_NO_MEMORY. *RET belongs to the caller (vcard_destroy).
 */
enum result vcard_create(const char *name, struct vcard **ret) MUST_USE;

/** Frees *CARD and sets it to NULL; NULL is allowed. Fit for SCOPED. */
void vcard_destroy(struct vcard **card);

#endif
