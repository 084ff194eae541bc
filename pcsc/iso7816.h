/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iso7816.h: verbs that families of cards share (ISO 7816-4 and 7816-8).
 *
 * Each sends one command with class byte 00, chained or extended as the link allows, and returns what
 * apdu_send() does for the verb's kind. PINs are put together in secret memory and appear nowhere else.
 */
#ifndef ECP_PCSC_ISO7816_H
#define ECP_PCSC_ISO7816_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/secret.h"
#include "pcsc/apdu.h"
#include "pcsc/pinpad.h"

/** SELECT by application identifier (AID: 5 to 16 bytes, may be shortened). ANSWER may be NULL. */
enum result iso7816_select(struct apdu_link *link, struct bytes aid, struct buf *answer) MUST_USE;

/**
 * GET DATA, odd instruction (CB): PLACE is P1 and P2 (3FFF: the current application), BODY a tag list 5C.
 * Extended where possible: the whole object comes at once.
 */
enum result iso7816_get_data(struct apdu_link *link, unsigned place, struct bytes body,
                             struct buf *answer) MUST_USE;

/** PUT DATA, odd instruction (DB). SECRET: the body is for the card alone. */
enum result iso7816_put_data(struct apdu_link *link, unsigned place, struct bytes body, bool secret) MUST_USE;

/**
 * VERIFY: presents PIN once; NULL: entered on the reader's keys. *RET_TRIES: tries left after a refusal, or
 * SW_TRIES_UNKNOWN. RESULT_PIN_LENGTH, RESULT_PIN_CHARACTERS by FORMAT: not sent.
 */
enum result iso7816_verify(struct apdu_link *link, const struct pin_format *format, const struct secret *pin,
                           int *ret_tries) MUST_USE;

/**
 * VERIFY without a PIN: what the card knows, without a try. RESULT_OK: verified. RESULT_NOT_AUTHENTICATED:
 * not, with *RET_TRIES left. RESULT_PIN_BLOCKED. Any other failure: the card does not tell.
 */
enum result iso7816_verify_status(struct apdu_link *link, uint8_t reference, int *ret_tries) MUST_USE;

/** VERIFY with P1 = FF: the card forgets that REFERENCE was verified. */
enum result iso7816_logout(struct apdu_link *link, uint8_t reference) MUST_USE;

/**
 * CHANGE REFERENCE DATA: old and new, one after the other. Both NULL: entered on the reader's keys. Errors as
 * iso7816_verify().
 */
enum result iso7816_change(struct apdu_link *link, const struct pin_format *format,
                           const struct secret *old_pin, const struct secret *new_pin,
                           int *ret_tries) MUST_USE;

/**
 * RESET RETRY COUNTER: sets the PIN of FORMAT to NEW_PIN. PUK, in its PUK_FORMAT, is sent before it; PUK
 * NULL: the card has seen its administrator already (P1 = 02). *RET_TRIES are the PUK's.
 */
enum result iso7816_unblock(struct apdu_link *link, const struct pin_format *puk_format,
                            const struct secret *puk, const struct pin_format *format,
                            const struct secret *new_pin, int *ret_tries) MUST_USE;

/** MANAGE SECURITY ENVIRONMENT: OPERATION is P1 (41 sign or decipher, 81 verify …), TEMPLATE is P2 (B6, B8,
 * A4). */
enum result iso7816_set_environment(struct apdu_link *link, uint8_t operation, uint8_t template,
                                    struct bytes body) MUST_USE;

/** PERFORM SECURITY OPERATION: compute a digital signature (9E 9A) of INPUT. */
enum result iso7816_sign(struct apdu_link *link, struct bytes input, struct buf *answer) MUST_USE;

/** PERFORM SECURITY OPERATION: decipher (80 86) INPUT; the answer is traced as its length. */
enum result iso7816_decipher(struct apdu_link *link, struct bytes input, struct buf *answer) MUST_USE;

/** GET CHALLENGE: appends SIZE (1 to 256) random bytes. RESULT_MALFORMED if the card sends another number of
 * them. */
enum result iso7816_challenge(struct apdu_link *link, size_t size, struct buf *answer) MUST_USE;

#endif
