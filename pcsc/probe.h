/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* probe.h: which families know the card in a reader. */
#ifndef ECP_PCSC_PROBE_H
#define ECP_PCSC_PROBE_H

#include "pcsc/card.h"

/** The most applications that one card is found to have. */
#define PROBE_MAX 4

/** An application that a driver knows: the opened card (the receiver's, card_free) and what names the token. */
struct probe_found {
    struct card *card;
    struct card_info info;
};

/**
 * Makes a card object for DRIVER over CHANNEL, not yet recognised. The channel stays the caller's; ATR is copied;
 * SECTIONS (COUNT of them) must outlive the card. RESULT_NO_MEMORY. *RET belongs to the caller (card_free).
 */
enum result card_new(const struct card_driver *driver, struct channel *channel, struct bytes atr,
                     const struct card_section *sections, size_t count, struct card **ret) MUST_USE;

/** Frees *CARD, wiping what it held, and sets it to NULL; NULL is allowed. The channel is not closed. */
void card_free(struct card **card);

/** Points an existing card at another channel to the same card (after a new connection). */
void card_attach(struct card *card, struct channel *channel);

/**
 * Asks every driver of DRIVERS (NULL-terminated) whether it knows the card behind CHANNEL, and opens it if so; to be
 * called inside a transaction. FOUND gets at most MAX applications; *RET_COUNT may be 0 (RESULT_OK): nobody knows it.
 * *RET_SELECTED is the index of the one whose application is selected now, or -1. A channel failure ends it and
 * nothing is found. At most 8 exchanges on an unknown card.
 */
enum result probe_card(const struct card_driver *const *drivers, struct channel *channel, struct bytes atr,
                       const struct card_section *sections, size_t section_count, struct probe_found *found, size_t max,
                       size_t *ret_count, int *ret_selected) MUST_USE;

#endif
