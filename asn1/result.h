/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * result.h: how functions of asn1 and pcsc say what happened.
 *
 * There is one enum. A function that can fail returns it, the compiler refuses to have it ignored, and TRY()
 * passes a failure up. Resources are freed by scope (SCOPED), so an early return needs no label.
 */
#ifndef ECP_ASN1_RESULT_H
#define ECP_ASN1_RESULT_H

/** What happened. module/rv.c maps every value to what Cryptoki calls it, pcsc/sw.c makes them from status words. */
enum result {
    RESULT_OK = 0,

    /* about data */
    RESULT_MALFORMED,    /**< the input does not follow its format (a card's answer, a certificate) */
    RESULT_TOO_LARGE,    /**< does not fit a buffer or exceeds a limit; nothing was truncated silently */
    RESULT_UNSUPPORTED,  /**< well-formed, but an algorithm or operation that this code or card does not have */
    RESULT_BAD_ARGUMENT, /**< the caller's value is out of range; nothing was sent to a card */
    RESULT_NO_MEMORY,    /**< the host has no memory */
    RESULT_INTERNAL,     /**< a library failed in a way that has no other name */

    /* about what the card holds */
    RESULT_NOT_FOUND,    /**< object, file, key or application absent; also the end of a listing */
    RESULT_EXISTS,       /**< the place is taken and is not overwritten */
    RESULT_CARD_FULL,    /**< no room on the card */
    RESULT_CARD_FAILURE, /**< the card reports that its memory or hardware failed */

    /* about rights: in each case the card says that nothing was done */
    RESULT_PIN_WRONG,         /**< this PIN, PUK or key was refused and a try is gone */
    RESULT_PIN_BLOCKED,       /**< no tries left */
    RESULT_PIN_LENGTH,        /**< length outside the card's limits; not sent */
    RESULT_PIN_CHARACTERS,    /**< characters that the card does not take; not sent */
    RESULT_NOT_AUTHENTICATED, /**< the command needs a PIN or key that the card has not seen (6982) */
    RESULT_NOT_ALLOWED,       /**< conditions of use not satisfied (6985), read-only, by the card's policy */
    RESULT_WRONG_STATE,       /**< the card does not know the command or reference here: perhaps another
                                   application is selected (6D00, 6E00, 6A81, 6A86, 6A88, 6986) */
    RESULT_REFUSED,           /**< any other refusal: the command's contents were not accepted (6A80, 6700 …) */

    /* about the way to the card */
    RESULT_CARD_RESET,     /**< somebody reset the card; this command was not sent */
    RESULT_CARD_REMOVED,   /**< no card, or not the one it was */
    RESULT_TRANSPORT,      /**< the exchange broke: the command may or may not have been executed */
    RESULT_READER_GONE,    /**< no such reader any more */
    RESULT_NO_SERVICE,     /**< the PC/SC service is not running or was restarted; a new connection is needed */
    RESULT_NO_ACCESS,      /**< the PC/SC service refuses this process (polkit) */
    RESULT_BUSY,           /**< another program holds the card exclusively */
    RESULT_TIMEOUT,        /**< nothing happened in the time given (events, PIN pad) */
    RESULT_CANCELLED,      /**< ended on request (interrupt of a wait; the person pressed Cancel on a PIN pad) */
};

#define MUST_USE __attribute__((warn_unused_result))

/** Frees a variable when its scope ends: SCOPED(buf_wipe) struct buf b = …; the function takes the variable's address. */
#define SCOPED(destructor) __attribute__((cleanup(destructor)))

/** Returns from the enclosing function with the failure of EXPR, if it failed. */
#define TRY(expr)                                                                                                  \
    do {                                                                                                           \
        enum result try_result_ = (expr);                                                                          \
        if (try_result_ != RESULT_OK)                                                                              \
            return try_result_;                                                                                    \
    } while (0)

#endif
