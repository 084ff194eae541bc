/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fault.h: what goes wrong on purpose between a reader and a virtual card, and when. */
#ifndef ECP_VCARD_FAULT_H
#define ECP_VCARD_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "asn1/bytes.h"
#include "asn1/result.h"

/** The longest answer that can be given in a fault, in bytes, and the most faults that wait at a time. */
#define FAULT_ANSWER_MAX 512
#define FAULT_WAITING_MAX 16

/** What happens instead of, or after, the execution of a command. */
enum fault_kind {
    FAULT_NONE,       /**< nothing: the command is executed and answered */
    FAULT_ANSWER,     /**< not executed; the answer is the one given */
    FAULT_FILL,       /**< not executed; the answer is so many zero bytes and 9000 */
    FAULT_DROP,       /**< not executed; the card is pulled out */
    FAULT_DROP_AFTER, /**< executed; the answer is lost and the card pulled out */
    FAULT_LOSE,       /**< not executed; the connection breaks and comes back too quickly to be seen */
    FAULT_LOSE_AFTER, /**< executed; the connection breaks before the answer and comes back as quickly */
};

/** One fault. */
struct fault {
    enum fault_kind kind;
    unsigned after; /**< how many commands from now; 1 is the next */
    unsigned times; /**< for so many commands in a row; 0 is for ever */
    size_t fill;    /**< FAULT_FILL */
    size_t answer_size;
    uint8_t answer[FAULT_ANSWER_MAX];
};

/** The faults that wait. Zero bytes are an empty list. */
struct fault_list {
    size_t size;
    struct fault waiting[FAULT_WAITING_MAX];
};

/**
 * Reads a fault from TEXT, words separated by spaces: after=K (1 if it is missing), times=N (1 if it is
 * missing) and one of sw=XXXX, answer=HEX, fill=N, drop, drop-after, lose,
 * lose-after. RESULT_MALFORMED; RESULT_TOO_LARGE
 * for an answer that is too long.
 */
enum result fault_parse(const char *text, struct fault *ret) MUST_USE;

/** Adds a fault. RESULT_TOO_LARGE if too many wait. */
enum result fault_add(struct fault_list *list, const struct fault *fault) MUST_USE;

/** Forgets all faults. */
void fault_clear(struct fault_list *list);

/**
 * Called once for each command: counts down all faults, and stores the one whose turn has come in *RET; of
 * several the oldest. *RET is of the kind FAULT_NONE when there is none.
 */
void fault_next(struct fault_list *list, struct fault *ret);

#endif
