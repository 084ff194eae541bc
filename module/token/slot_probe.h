/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* slot_probe.h: asking the card in a slot which families know it. */
#ifndef ECP_MODULE_SLOT_PROBE_H
#define ECP_MODULE_SLOT_PROBE_H

#include "module/token/slot.h"

/** What the table of slots said of a slot at some moment. */
struct slot_now {
    enum slot_state state;
    unsigned generation;
    bool doubt, suspended;
    struct reader_state seen;
};

/**
 * Probes the card. *RET is a token for the slot's application, not connected, or NULL if nobody knows it; *RET_COUNT
 * the number of applications found. A failure tells nothing about the card. CKR_TOKEN_NOT_PRESENT, CKR_DEVICE_ERROR,
 * CKR_HOST_MEMORY. Called with the slot's lock held.
 */
CK_RV slot_probe_card(struct slots *slots, struct slot *slot, const struct slot_now *now, struct token **ret,
                      size_t *ret_count);

#endif
