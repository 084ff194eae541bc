/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sw.h: the one table that says what a status word (ISO 7816-4, 5.1.3) means for a kind of command. */
#ifndef ECP_PCSC_SW_H
#define ECP_PCSC_SW_H

#include "asn1/result.h"

/** Kinds of commands: the same status word means different things to them. */
enum sw_verb {
    SW_READ = 0, /**< selecting and reading */
    SW_VERIFY,   /**< presenting, changing or unblocking a PIN */
    SW_USE,      /**< using a key */
    SW_ADMIN,    /**< generating, importing, writing, erasing, formatting */
    SW_PROVE,    /**< proving knowledge of a management key */
};

/** Tries left, where a status word does not tell. */
#define SW_TRIES_UNKNOWN (-1)

/** What SW means to VERB. 9000 and the harmless warnings 62xx with data are RESULT_OK. */
enum result sw_result(unsigned sw, enum sw_verb verb) MUST_USE;

/** The tries left that SW tells (63Cx, 6983), else SW_TRIES_UNKNOWN. */
int sw_tries(unsigned sw);

#endif
