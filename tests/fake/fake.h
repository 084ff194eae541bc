/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake.h: a world in memory with readers, cards and a PC/SC service, for tests of the module without any
 * APDU.
 *
 * A test makes a world, gives fake_source() and fake_drivers to what it tests (library_new(), slots_init()),
 * and then plays: puts cards in, takes them out, lets another program reset them, makes the next signature
 * fail. Everything is counted, and every call that reached a card is a word of the story.
 *
 *     struct fake *fake = fake_new();
 *     struct fake_card *card = fake_card_new(fake);
 *     fake_reader_add(fake, "Reader A");
 *     fake_insert(fake, "Reader A", card);
 *     … log in, sign …
 *     ck_assert_str_eq(fake_story(fake), "connect begin recognise verify end begin sign end");
 *
 * The card's keys are real ones (OpenSSL), so that what it signs can be verified. Every function may be
 * called by every thread.
 */
#ifndef ECP_FAKE_H
#define ECP_FAKE_H

#include "pcsc/card.h"
#include "pcsc/channel.h"
#include "tests/fake/fake_data.h"

#define FAKE_OBJECTS 32
#define FAKE_VALUE_MAX 2048
#define FAKE_PIN_MAX 16

/** The PINs that a new card has, its number of tries, its serial number. */
#define FAKE_USER_PIN "123456"
#define FAKE_SO_PIN "12345678"
#define FAKE_TRIES 3
#define FAKE_SERIAL "FAKE0001"

/** What is counted, can be made to fail and can be held up. */
enum fake_call {
    FAKE_LIST_READERS = 0, /**< not in the story */
    FAKE_CONNECT,
    FAKE_BEGIN,
    FAKE_END,
    FAKE_CLOSE,
    FAKE_RECOGNISE,
    FAKE_OPEN,
    FAKE_LIST, /**< each call; in the story only once in a row */
    FAKE_READ,
    FAKE_PIN_STATUS,
    FAKE_VERIFY,
    FAKE_VERIFY_SO,
    FAKE_CHANGE,
    FAKE_INIT_PIN,
    FAKE_AUTHENTICATE,
    FAKE_LOGOUT,
    FAKE_FORMAT,
    FAKE_SIGN,
    FAKE_DECIPHER,
    FAKE_AGREE,
    FAKE_GENERATE,
    FAKE_IMPORT,
    FAKE_STORE,
    FAKE_ERASE,
    FAKE_RANDOM,
    FAKE_CALLS,
};

/** An object on a card. */
struct fake_object {
    bool present;
    struct card_item item;
    struct bytes private_key; /**< of a key: DER, static memory; the card cannot use it if empty */
    size_t value_size;
    uint8_t value[FAKE_VALUE_MAX]; /**< of a certificate or datum */
};

/** One application on a card. A test may change anything before the card is used. */
struct fake_app {
    struct card_info info; /**< of the PINs: what is told (known, tries_max, min, max); the truth is below */
    char user_pin[FAKE_PIN_MAX + 1], so_pin[FAKE_PIN_MAX + 1];
    char typed_pin[FAKE_PIN_MAX + 1]; /**< what a person enters on the reader's keys */
    int user_tries, so_tries;
    bool user_factory;
    bool management;    /**< writing needs authenticate() */
    bool pin_protected; /**< authenticate(NULL) works after the user PIN */
    bool list_values;   /**< list() hands over values */
    struct fake_object objects[FAKE_OBJECTS];

    bool verified, authenticated; /**< lost by a reset and by SELECT */
    bool just_verified;           /**< nothing came between VERIFY and now */
};

/** A card: one application (of fake_driver), or two (the second of fake_other_driver). */
struct fake_card {
    struct fake *world;
    bool known; /**< false: no driver knows it */
    bool two;   /**< the second application is there */
    struct fake_app apps[2];
    int selected;      /**< index, or -1: something else */
    bool touch_missed; /**< touch keys answer as if nobody had touched */
    uint8_t atr[4];
};

struct fake;

/** A world with a running service and without readers; fake_free() frees it with its cards. */
struct fake *fake_new(void);
void fake_free(struct fake **fake);

/** The service as the module sees it. It belongs to the world: close() only counts (fake_closed). */
struct reader_source *fake_source(struct fake *fake);
unsigned fake_closed(struct fake *fake);

/** The families: fake_driver knows a card's first application, fake_other_driver its second one. */
extern const struct card_driver fake_driver, fake_other_driver;
extern const struct card_driver *const fake_drivers[];

/** A family whose cards have GOST keys too; it knows a card's first application. */
extern const struct card_driver fake_gost_driver;
extern const struct card_driver *const fake_gost_drivers[];

/**
 * A card with: user PIN 123456, SO PIN 12345678, writing needs the SO or (pin_protected) the user PIN;
 * 01 RSA-2048 key (raw RSA; sign, decipher) and certificate; 02 P-256 key (ECDSA, ECDH), PIN always, and
 * certificate; 03 P-256 key, PIN once; a public datum "Note" and one "Secret" behind the PIN.
 */
struct fake_card *fake_card_new(struct fake *fake);

/** Adds and takes away objects, between calls. ID is one byte. Returns the object to be adapted. */
struct fake_object *fake_key_add(struct fake_card *card, uint8_t id, struct bytes private_key);
struct fake_object *fake_gost_key_add(struct fake_card *card, uint8_t id, struct bytes set, struct bytes digest);
struct fake_object *fake_cert_add(struct fake_card *card, uint8_t id, struct bytes der);
struct fake_object *fake_datum_add(struct fake_card *card, const char *label, struct bytes value,
                                   bool needs_pin);
struct fake_object *fake_find(struct fake_card *card, enum card_kind kind, uint8_t id);

/** Readers: at most READERS_MAX. */
void fake_reader_add(struct fake *fake, const char *name);
void fake_reader_remove(struct fake *fake, const char *name);

/** Cards come and go. */
void fake_insert(struct fake *fake, const char *reader, struct fake_card *card);
void fake_remove(struct fake *fake, const char *reader);

/** What other programs do: reset the card, select another application, change the user PIN, hold it
 * exclusively. */
void fake_reset(struct fake_card *card);
void fake_select_other(struct fake_card *card);
void fake_change_pin(struct fake_card *card, const char *pin);
void fake_exclusive(struct fake *fake, const char *reader, bool exclusive);

/** The service ends, and starts again: with the same cards, counting insertions anew. */
void fake_service_down(struct fake *fake);
void fake_service_up(struct fake *fake);

/** The NTH (1: next) CALL from now fails with RESULT before anything is done; AFTER: after it was done. */
void fake_fail(struct fake *fake, enum fake_call call, unsigned nth, enum result result);
void fake_fail_after(struct fake *fake, enum fake_call call, unsigned nth, enum result result);

/** At the beginning of the NTH CALL from now the card is pulled out. */
void fake_pull_at(struct fake *fake, enum fake_call call, unsigned nth);

/** The next CALL is held up until fake_let_go(); fake_await() waits until a thread is held. */
void fake_hold(struct fake *fake, enum fake_call call);
void fake_hold_after(struct fake *fake, enum fake_call call); /**< at its end: what it found may be old then */
void fake_await(struct fake *fake);
void fake_let_go(struct fake *fake);

/** How often CALL came since fake_forget(); all that reached a card, as words; transactions and connections
 * open now. */
unsigned fake_count(struct fake *fake, enum fake_call call);
const char *fake_story(struct fake *fake);
unsigned fake_open_channels(struct fake *fake);
unsigned fake_open_transactions(struct fake *fake);

/** Forgets counts and story. */
void fake_forget(struct fake *fake);

/** How often a driver was called outside a transaction or by two threads at once: never, in a sound module.
 */
unsigned fake_violations(struct fake *fake);

#endif
