/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * apdu.h: one command to a card and its whole answer (ISO 7816-4, 5.1; 7816-3, 12).
 *
 * apdu_send() chooses short, extended or chained form, collects 61xx with GET RESPONSE, repeats after 6Cxx,
 * and turns the status word into a result. It learns per card whether extended lengths work: they are tried
 * where they save an exchange, with bodies up to APDU_EXTENDED_MAX, and given up for good after a refusal. A
 * refused one goes again in short or chained form only if the status word says that nothing was done, or the
 * command reads; after a broken exchange nothing is sent again here, because only the caller knows what may
 * be repeated.
 */
#ifndef ECP_PCSC_APDU_H
#define ECP_PCSC_APDU_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"
#include "pcsc/channel.h"
#include "pcsc/sw.h"

/** The longest command body that can be sent in one apdu_send(), chained or not. */
#define APDU_BODY_MAX 16384

/** Longer bodies are always chained: cards that take extended lengths at all take this much. */
#define APDU_EXTENDED_MAX 1024

/**
 * What is known about the way to one card; belongs to struct card. Zero-initialised it knows nothing. What is
 * learned about extended lengths is never unlearned: an object of this kind lives as long as one card in one
 * reader.
 */
struct apdu_link {
    struct channel *channel;
    uint8_t *answer;         /**< CHANNEL_ANSWER_MAX bytes for one raw answer, the card's */
    bool extended_works;     /**< an extended command succeeded */
    bool extended_fails;     /**< one was refused before any succeeded: never again on this card */
    size_t extended_longest; /**< the longest body that an extended command has carried */
    size_t extended_refused; /**< the shortest body that was too long for one, 0 if none was */
};

/** A command. Bytes are views; the caller's memory must live until apdu_send() returns. */
struct apdu {
    uint8_t cla, ins, p1, p2;
    struct bytes body; /**< command data, empty if none */
    size_t expected;   /**< Ne: the most answer bytes wanted; 0: none; APDU_ALL: as many as there are */
    bool secret;       /**< the body holds a PIN, a key or a plaintext: of body and answer the trace tells the
                          lengths */
    bool secret_answer;   /**< the answer does: of it the trace tells the length */
    bool short_only;      /**< never extended: PIN commands, SELECT */
    bool first_part_only; /**< take what comes first and leave a 61xx unanswered: a cheap look at a long
                             object */
    enum sw_verb verb;    /**< what the status word is about */
};

#define APDU_ALL ((size_t)65536)

/**
 * Sends COMMAND and appends the answer's data, without status words, to ANSWER; NULL if none is wanted: then
 * more data that the card has (61xx) is left there. Returns what the last status word means for the verb
 * (sw_result), or the channel's failure; after any failure ANSWER is as it was. *RET_SW (may be NULL) is that
 * status word, 0 if none came. RESULT_TOO_LARGE if the body is longer than APDU_BODY_MAX or the answer does
 * not fit ANSWER; RESULT_MALFORMED if the card answers less than two bytes, or announces more data without
 * end.
 */
enum result apdu_send(struct apdu_link *link, const struct apdu *command, struct buf *answer,
                      unsigned *ret_sw) MUST_USE;

#endif
