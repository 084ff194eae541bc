/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* probe.h: which families know the card in a reader. */
#ifndef ECP_PCSC_PROBE_H
#define ECP_PCSC_PROBE_H

#include "pcsc/card.h"

/** The most applications that one card is found to have. */
#define PROBE_MAX 4

/**
 * Makes a card object for DRIVER over CHANNEL, not yet recognised. The channel stays the caller's; ATR is copied.
 * RESULT_NO_MEMORY. *RET belongs to the caller (card_free).
 */
enum result card_new(const struct card_driver *driver, struct channel *channel, struct bytes atr, struct card **ret) MUST_USE;

/** Frees *CARD, wiping what it held, and sets it to NULL; NULL is allowed. The channel is not closed. */
void card_free(struct card **card);

/**
 * Asks every driver of DRIVERS (NULL-terminated) whether it knows the card behind CHANNEL; to be called inside a
 * transaction. FOUND gets the drivers that do, at most MAX; *RET_COUNT may be 0 (RESULT_OK): nobody knows it.
 * The application selected afterwards is not defined. A channel failure ends it. At most 8 exchanges on an unknown card.
 */
enum result probe_card(const struct card_driver *const *drivers, struct channel *channel, struct bytes atr,
                       const struct card_driver **found, size_t max, size_t *ret_count) MUST_USE;

#endif
