/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * exit_code.h: how a command ends. The numbers are part of the interface (ecp(1), EXIT STATUS) and never change.
 *
 * A function that returns one has told the person what is wrong, if it is not EXIT_CODE_OK.
 */
#ifndef ECP_TOOL_EXIT_CODE_H
#define ECP_TOOL_EXIT_CODE_H

enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_FAILED = 1,         /**< any failure without a number of its own */
    EXIT_CODE_USAGE = 2,          /**< the command line is wrong; nothing was done */
    EXIT_CODE_NO_TOKEN = 3,       /**< no module, no reader or no token as asked for; or several and none was named */
    EXIT_CODE_NOT_FOUND = 4,      /**< no such key, certificate or file */
    EXIT_CODE_PIN_WRONG = 5,      /**< the PIN was refused */
    EXIT_CODE_PIN_LOCKED = 6,     /**< no tries are left */
    EXIT_CODE_PIN_RULE = 7,       /**< a new PIN breaks the rule; or the factory PIN has to be changed first */
    EXIT_CODE_BAD_INPUT = 8,      /**< a file or value is not what it should be; nothing was written */
    EXIT_CODE_EXISTS = 9,         /**< something is in the way and was left as it was */
    EXIT_CODE_CANCELLED = 10,     /**< the person said no, or nobody was there to answer */
    EXIT_CODE_CARD_GONE = 11,     /**< the token was pulled out or does not answer */
    EXIT_CODE_UNSUPPORTED = 12,   /**< the token or the module cannot do this */
    EXIT_CODE_AUTHORITY = 13,     /**< the certification authority refused, or could not be reached */
    EXIT_CODE_EXPIRING = 20,      /**< status: a certificate ends within the days of --warn */
    EXIT_CODE_EXPIRED = 21,       /**< a certificate has ended, or is not valid yet */
    EXIT_CODE_PROBLEM = 22,       /**< doctor: something stands in the way of using the token */
    EXIT_CODE_BAD_SIGNATURE = 30, /**< verify: the signature is not one of this content by this certificate */
    EXIT_CODE_UNTRUSTED = 31,     /**< verify: the signature is good, its certificate leads to no trusted authority */
    EXIT_CODE_NOT_VALID_THEN = 32, /**< verify: good, but the certificate was not valid at the time of signing */
    EXIT_CODE_REVOKED = 33,       /**< verify: good, but the certificate is on a revocation list */
    EXIT_CODE_UNCHECKED = 34,     /**< verify: good, but the chain could not be checked (algorithm not known) */
    EXIT_CODE_WRONG_USE = 35,     /**< verify: good, but the certificate is not one for signing documents */
};

/** Returns from the enclosing function with the code of EXPR, unless it is EXIT_CODE_OK. */
#define TRY_CODE(expr)                                                                                       \
    do {                                                                                                     \
        enum exit_code try_code_ = (expr);                                                                   \
        if (try_code_ != EXIT_CODE_OK)                                                                       \
            return try_code_;                                                                                \
    } while (0)

#endif
