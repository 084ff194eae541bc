/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * slot.h: readers and slots. A slot is (reader, application on its card); its id never changes, the list
 * never shrinks.
 *
 * Two locks: the library's guards the table and what information functions show, is held for moments and
 * never during I/O; the slot's guards the token and is held while a card works. Order: slot, then library.
 */
#ifndef ECP_MODULE_SLOT_H
#define ECP_MODULE_SLOT_H

#include <stdatomic.h>

#include "module/config.h"
#include "module/lock.h"
#include "module/token/token.h"
#include "pcsc/channel.h"

/** What is known of the card in a slot. */
enum slot_state {
    SLOT_EMPTY,
    SLOT_UNPROBED,     /**< a card, not looked at yet */
    SLOT_RECOGNISED,   /**< VIEW is valid */
    SLOT_UNRECOGNISED, /**< nobody knows it: not asked again until the card changes */
};

/** One slot. Never freed before the table is. */
struct slot {
    CK_SLOT_ID id;
    char reader[READER_NAME_MAX];
    unsigned application; /**< 0: the first one found on the card */

    struct lock lock;    /**< guards TOKEN and all that it does */
    struct token *token; /**< NULL until probed; stale if its generation is not the slot's */
    unsigned token_generation;
    struct token *former; /**< the one before it, gone: for the names that the application gave; or NULL */
    CK_OBJECT_HANDLE last_handle; /**< of all tokens that were here: none means another object later */

    /* under the library's lock: */
    enum slot_state state;
    unsigned generation; /**< counts insertions: what belongs to another generation is gone */
    struct token_view view;
    struct reader_state seen;
    bool event;                /**< something happened that C_WaitForSlotEvent has not told yet */
    bool doubt;                /**< the service was restarted: it may be another card */
    enum slot_state suspended; /**< in doubt and absent: the state to come back to; else SLOT_EMPTY */
    uint64_t suspended_since;  /**< milliseconds */
};

/** All slots. */
struct slots {
    struct lock *library_lock;
    const struct lock_functions *lock_functions;
    struct reader_source *source;
    const struct card_driver *const *drivers;
    const struct config *config;
    struct crypto *crypto;
    struct slot **items;
    size_t count;
    unsigned looks, applied;    /**< looks at the readers begun; the last of those whose news was taken */
    bool listed;                /**< a look was taken: only differences to it are events */
    unsigned restarts;          /**< of the service, that are known */
    struct reader_state *known; /**< readers at the last look, ignored ones too */
    size_t known_count;
    uint64_t (*clock)(void); /**< milliseconds; replaced by tests */
};

/** How long the card may be missing after a restart of the service before it counts as removed, in
 * milliseconds. */
#define SLOT_GRACE_MS 10000U

/** Prepares an empty table; nothing is asked of the service. The parameters must outlive it. CRYPTO: see
 * token_new. */
void slots_init(struct slots *slots, struct lock *library_lock, const struct lock_functions *functions,
                struct reader_source *source, const struct card_driver *const *drivers,
                const struct config *config, struct crypto *crypto);

/** Logs out, disconnects and frees everything. No other function may be running. */
void slots_clear(struct slots *slots);

/** This is a forked child: slots_clear() will free memory without a word to the service or a card. Takes no
 * locks. */
void slots_forked(struct slots *slots);

/**
 * Looks at the readers (never at cards) and brings the table up to date: new readers get slots, cards that
 * left end their generation. Called without locks. A service that does not run is no error: the slots are
 * then empty.
 */
CK_RV slots_refresh(struct slots *slots);

/** The slot with ID, or NULL. Takes the library's lock for a moment. */
struct slot *slots_find(struct slots *slots, CK_SLOT_ID id);

/**
 * Makes SLOT's token ready: probes the card if that was not done since it came. Called with the slot's lock
 * held. CKR_TOKEN_NOT_PRESENT, CKR_TOKEN_NOT_RECOGNIZED, CKR_DEVICE_ERROR, CKR_DEVICE_MEMORY …
 * *RET_GENERATION may be NULL.
 */
CK_RV slot_token(struct slots *slots, struct slot *slot, struct token **ret, unsigned *ret_generation);

/**
 * The token that a session of GENERATION was opened on, without probing: CKR_DEVICE_REMOVED if it is gone.
 * With the slot's lock held.
 */
CK_RV slot_session_token(struct slots *slots, struct slot *slot, unsigned generation, struct token **ret);

/**
 * The token that a session of GENERATION leaves behind, whether or not it can be reached now; NULL if its
 * card is gone. With the slot's lock held.
 */
struct token *slot_left_token(struct slots *slots, struct slot *slot, unsigned generation);

/** Publishes what the token shows. Called with the slot's lock held, at the end of every operation. */
void slot_publish(struct slots *slots, struct slot *slot);

/**
 * Waits for a slot event (C_WaitForSlotEvent): what differs from the last look or the last event told. *STOP,
 * which another thread may set before source->interrupt(), ends it with CKR_CRYPTOKI_NOT_INITIALIZED.
 * CKR_NO_EVENT if DONT_BLOCK and nothing happened. Called without locks.
 */
CK_RV slots_wait(struct slots *slots, bool dont_block, const atomic_bool *stop, CK_SLOT_ID *ret);

/* What follows is for the files slot*.c. */

/** What the table of slots said of a slot at some moment. */
struct slot_now {
    enum slot_state state;
    unsigned generation;
    bool doubt, suspended;
    struct reader_state seen;
};

/**
 * Probes the card. *RET is a token for the slot's application, not connected, or NULL if nobody knows it;
 * *RET_COUNT the number of applications found. A failure tells nothing about the card. CKR_TOKEN_NOT_PRESENT,
 * CKR_DEVICE_ERROR, CKR_HOST_MEMORY. Called with the slot's lock held.
 */
CK_RV slot_probe_card(struct slots *slots, struct slot *slot, const struct slot_now *now, struct token **ret,
                      size_t *ret_count);

#endif
