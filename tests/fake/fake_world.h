/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fake_world.h: what the files of this folder share. Tests include fake.h. */
#ifndef ECP_FAKE_WORLD_H
#define ECP_FAKE_WORLD_H

#include <pthread.h>

#include "tests/fake/fake.h"

#define FAKE_FAULTS 16
#define FAKE_CARDS 8
#define FAKE_STORY_MAX 8192

/** A reader. CARD is NULL if it is empty. */
struct fake_reader {
    struct reader_state state;
    struct fake_card *card;
    unsigned generation; /**< channels of another one have lost their card */
    unsigned resets;
};

/** What shall happen at a call. */
struct fake_fault {
    enum fake_call call;
    unsigned countdown; /**< 0: free */
    bool after, pull;
    enum result result;
};

struct fake {
    struct reader_source source;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool service;
    unsigned epoch; /**< of the service: channels of another one are dead */
    bool stale;     /**< the source has not noticed a restart */
    struct fake_reader readers[READERS_MAX];
    size_t reader_count;
    struct fake_card *cards[FAKE_CARDS];
    size_t card_count;
    struct fake_fault faults[FAKE_FAULTS];
    unsigned counts[FAKE_CALLS];
    char story[FAKE_STORY_MAX];
    enum fake_call last_word;
    unsigned interrupts, closed, violations, channels, transactions;
    bool hold, held, hold_after;
    enum fake_call hold_call;
};

/** A connection. */
struct fake_channel {
    struct channel channel;
    struct fake *world;
    char reader[READER_NAME_MAX];
    unsigned generation, epoch, resets;
    bool open;    /**< a transaction */
    bool working; /**< a driver's call runs */
};

/** What a call came to: counted, told, held up, faulted. Called with the mutex held. */
enum result fake_enter(struct fake *fake, enum fake_call call, struct fake_channel *channel);

/** RESULT, or what a fault for after the call says. */
enum result fake_leave(struct fake *fake, enum fake_call call, enum result result);

/** The reader called NAME, or NULL. */
struct fake_reader *fake_reader_find(struct fake *fake, const char *name);

/** Takes the card out of READER. */
void fake_reader_empty(struct fake *fake, struct fake_reader *reader);

/** The card forgets what it knows while it has power. */
void fake_card_forget(struct fake_card *card);

/** The fake channel at the bottom of CHANNEL. */
struct fake_channel *fake_channel_behind(struct channel *channel);

/** The channel's card, or why there is none. */
enum result fake_channel_card(struct fake_channel *channel, struct fake_card **ret);

/* fake_crypto.c: what a card computes. PRIVATE_KEY is DER. */
enum result fake_crypto_public(struct bytes private_key, struct pubkey *ret);
enum result fake_crypto_rsa_raw(struct bytes private_key, struct bytes input, struct buf *out);
enum result fake_crypto_ecdsa(struct bytes private_key, struct bytes hash, struct buf *out);
enum result fake_crypto_ecdh(struct bytes private_key, struct bytes point, struct buf *out);

/* fake_gost.c: the same with GOST keys. PRIVATE_KEY is the number, little-endian, as long as the curve. */
enum result fake_gost_public(enum curve curve, struct bytes private_key, struct buf *out);
enum result fake_gost_sign(enum curve curve, struct bytes private_key, struct bytes digest, struct buf *out);
enum result fake_gost_agree(enum curve curve, struct bytes private_key, const struct card_agreement *with,
                            struct buf *out);

#endif
