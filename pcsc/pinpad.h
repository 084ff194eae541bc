/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pinpad.h: PIN entry on the reader's own keys (PC/SC part 10, 2.6): the PIN never comes into this process.
 *
 * The reader fills the PIN into a command that it is given and sends it to the card; its answer is the
 * card's, or one of its own status words when the person cancels or waits too long.
 */
#ifndef ECP_PCSC_PINPAD_H
#define ECP_PCSC_PINPAD_H

#include "pcsc/channel.h"

/** How a card wants a PIN: its reference (P2), its limits in bytes, and what a shorter one is filled up with.
 */
struct pin_format {
    uint8_t reference;
    uint8_t min, max;
    uint8_t padded;   /**< length on the wire, at most 16; 0: as long as the PIN is */
    uint8_t padding;  /**< the byte to fill with */
    bool digits_only; /**< anything but 30h–39h is not sent */
};

/** The reader has keys to verify a PIN with. Asks the reader once a connection and never the card. */
bool pinpad_present(struct channel *channel);

/**
 * Has the person enter a PIN and the card verify it (VERIFY, ISO 7816-4, 11.6.6). *RET_SW (may be NULL) is
 * the status word. RESULT_OK, RESULT_PIN_WRONG, RESULT_PIN_BLOCKED; RESULT_CANCELLED, RESULT_TIMEOUT,
 * RESULT_PIN_LENGTH: nothing was sent to the card; RESULT_UNSUPPORTED: the reader has no keys, or cannot do
 * this; a channel failure.
 */
enum result pinpad_verify(struct channel *channel, const struct pin_format *format,
                          unsigned *ret_sw) MUST_USE;

/**
 * Has the person enter the old PIN and twice the new one (CHANGE REFERENCE DATA, ISO 7816-4, 11.6.7). Results
 * as pinpad_verify(); RESULT_PIN_CHARACTERS if the two new ones differ.
 */
enum result pinpad_change(struct channel *channel, const struct pin_format *format,
                          unsigned *ret_sw) MUST_USE;

#endif
