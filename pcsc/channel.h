/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * channel.h: the seam between what is said to a card and what carries it.
 *
 * A channel is a way to send bytes to one card; a reader source lists readers and opens channels. Production
 * has one of each (reader.c, over PC/SC); tests bring their own: a transcript, a virtual card in the same
 * process.
 */
#ifndef ECP_PCSC_CHANNEL_H
#define ECP_PCSC_CHANNEL_H

#include <stdatomic.h>

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** Longest reader name with its NUL, longest ATR (ISO 7816-3), in bytes. */
#define READER_NAME_MAX 128
#define READER_ATR_MAX 33

/** The most readers that are looked after (pcsc-lite knows 16). */
#define READERS_MAX 32

/** The longest answer with its status word: a receive buffer must never be smaller. */
#define CHANNEL_ANSWER_MAX (65536 + 2)

struct channel;
struct reader_source;

/** What a channel can do. Called by one thread at a time. */
struct channel_ops {
    /**
     * Sends one command APDU as it is and appends the answer, status word included (at least 2 bytes), to
     * ANSWER. RESULT_CARD_RESET: not sent, the card was reset by another program. RESULT_CARD_REMOVED,
     * RESULT_READER_GONE, RESULT_NO_SERVICE: not sent, nothing more will be. RESULT_TRANSPORT: it may have
     * been executed; the card's state is unknown.
     */
    enum result (*transmit)(struct channel *channel, struct bytes command, struct buf *answer);

    /**
     * Takes the card for this process alone until end(). *RET_RESET tells whether the card lost its state
     * since the last end() (reset or power-off by another program, a broken exchange): the transaction is
     * open all the same. RESULT_BUSY after 2 s of refusals; RESULT_CARD_REMOVED, RESULT_READER_GONE,
     * RESULT_NO_SERVICE.
     */
    enum result (*begin)(struct channel *channel, bool *ret_reset);

    /** Gives the card back, untouched. */
    void (*end)(struct channel *channel);

    /**
     * Sends a control code (PC/SC part 10) to the reader. RESULT_UNSUPPORTED if the reader or this channel
     * cannot.
     */
    enum result (*control)(struct channel *channel, uint32_t code, struct bytes input, struct buf *answer);

    /** Disconnects (the card is left as it is) and frees the channel. */
    void (*close)(struct channel *channel);
};

/** The control codes of a reader with keys, 0 for what it does not have; asked once a connection (pinpad.h).
 */
struct channel_pinpad {
    bool asked;
    uint32_t verify, modify;
};

/** What every channel begins with; its maker fills in OPS and T0 and leaves the rest zero. */
struct channel {
    const struct channel_ops *ops;
    bool t0;     /**< T=0: commands are TPDUs, no extended lengths */
    bool forked; /**< set by the owner in a forked child: close() then frees memory without a word to the
                    daemon */
    struct channel_pinpad pinpad;
};

/** A reader as the service reports it, without having asked the card. */
struct reader_state {
    char name[READER_NAME_MAX];
    bool present;     /**< a card is in it */
    bool mute;        /**< the card does not answer to reset */
    bool exclusive;   /**< another program holds the card for itself */
    uint32_t counter; /**< changes with every insertion and removal */
    uint8_t atr[READER_ATR_MAX];
    size_t atr_size;
};

/** Where readers come from. Each function may be called by several threads at once. */
struct reader_source_ops {
    /**
     * Fills STATES with the readers there are, at most MAX; *RET_COUNT may be 0. Never talks to a card and
     * never waits for one. RESULT_NO_SERVICE if the service is not running, RESULT_NO_ACCESS if it refuses
     * this process.
     */
    enum result (*list)(struct reader_source *source, struct reader_state *states, size_t max,
                        size_t *ret_count);

    /**
     * Waits until something differs from KNOWN (COUNT readers: one came or went, a card came or went), at
     * most TIMEOUT_MS. RESULT_OK: look with list(). RESULT_TIMEOUT; RESULT_CANCELLED after interrupt();
     * RESULT_NO_SERVICE comes at once, so that the caller paces itself.
     */
    enum result (*wait)(struct reader_source *source, const struct reader_state *known, size_t count,
                        unsigned timeout_ms);

    /** Makes every wait() that runs now return soon (within 500 ms) with RESULT_CANCELLED. Later waits are
     * not affected. */
    void (*interrupt)(struct reader_source *source);

    /**
     * Opens a shared connection to the card in reader NAME. *RET belongs to the caller (close). RESULT_BUSY
     * after 2 s of refusals because another program holds the card exclusively; RESULT_CARD_REMOVED if there
     * is no card.
     */
    enum result (*connect)(struct reader_source *source, const char *name, struct channel **ret);

    /** Frees the source. No other function may be running. FORKED: in a child, without a word to the daemon.
     */
    void (*close)(struct reader_source *source, bool forked);
};

/**
 * What every reader source begins with. RESTARTS counts how often list() found that the service had been restarted:
 * what was known of insertions, and every channel, is from before then.
 */
struct reader_source {
    const struct reader_source_ops *ops;
    atomic_uint restarts;
};

#endif
