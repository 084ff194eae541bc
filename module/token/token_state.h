/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * token_state.h: what the files token*.c share: the token's inside, and how they reach the card.
 *
 * A belief is what was true when this process last spoke to the card; another program may have changed it
 * since. A transaction is begun by token_enter() and ended by token_leave(); everything that follows "in a
 * transaction" below needs one.
 */
#ifndef ECP_MODULE_TOKEN_STATE_H
#define ECP_MODULE_TOKEN_STATE_H

#include "module/token/token.h"

/** A part of the card's contents that was looked at. */
struct token_looked {
    enum card_kind kind;
    uint8_t id[CARD_ID_MAX];
    size_t id_size; /**< 0: all ids */
    bool logged_in;
    unsigned epoch;
    uint64_t when; /**< milliseconds */
};

struct token {
    struct token_place place;
    struct reader_state seen;
    struct card *card;
    struct channel *channel; /**< NULL: not connected */
    struct token_view view;
    struct object_store store;
    struct object_store
        names; /**< objects of the token's former life, for the names that the application gave */
    struct secret *pin, *so;

    unsigned restarts; /**< of the service, that SEEN is from */
    bool gone, doubt, forked;
    bool lost;               /**< the login ended without C_Logout */
    bool pad_once;           /**< the next always-PIN use asks for the PIN on the reader's keys */
    bool selected, verified; /**< beliefs */

    bool open;       /**< a transaction is */
    bool proven;     /**< in this transaction the card showed that our application is selected */
    bool suspicious; /**< something happened that another card may have come by; until token_compare() */

    unsigned look, epoch; /**< EPOCH counts the reasons to look at certificates again */
    struct token_looked *looked;
    size_t looked_count;
    uint64_t (*clock)(void); /**< milliseconds; replaced by tests */
};

/* token_card.c: reaching the card */

/** Connects if need be and begins a transaction. RESULT_CARD_REMOVED also if it is not the card it was. */
enum result token_enter(struct token *token) MUST_USE;

/** Ends the transaction, and the connection if it is not to be held. Nothing if there is none. */
void token_leave(struct token *token);

/** In a transaction: selects the application. After it no PIN counts as verified. */
enum result token_recognise(struct token *token) MUST_USE;

/** In a transaction, application selected: RESULT_CARD_REMOVED if it is not the token it was; refreshes the
 * view. */
enum result token_compare(struct token *token) MUST_USE;

/** In a transaction: the user PIN is verified, as far as is believed, or again from the PIN that is kept. */
enum result token_ready(struct token *token) MUST_USE;

/** In a transaction: selects, compares, verifies from the PIN that is kept. RESULT_NOT_AUTHENTICATED: login
 * is lost. */
enum result token_heal(struct token *token) MUST_USE;

/** Forgets PINs and who was logged in. LOST: not because the application said so. */
void token_forget(struct token *token, bool lost);

/** Notes in the view what presenting a PIN of ROLE came to. TRIES: left after a failure, or unknown. */
void token_note_pin(struct token *token, enum card_role role, enum result result, int tries);

/** In a transaction, or after one that broke: makes the card forget the user PIN, as well as it can be done. */
void token_unverify(struct token *token);

/** RESULT of a question says that the card was not reached, or that its answer was not: nothing about the card. */
bool token_not_asked(enum result result);

/** RESULT of presenting a PIN says that it did not reach the card: it is as good as before. */
bool token_not_sent(enum result result);

/**
 * RESULT of presenting a PIN says neither that it is right nor that it is wrong: nobody is logged in, and whatever the
 * card made of the PIN, it shall not be left verified. In token_pin.c.
 */
bool token_pin_unclear(enum result result);

/**
 * In a transaction, application selected, user's view up to date: presents the PIN that is kept, unless a
 * wrong one would be the end of it. RESULT_NOT_AUTHENTICATED: login is lost. After any other failure the PIN was not
 * presented.
 */
enum result token_present(struct token *token) MUST_USE;

/** Something to do on the card. */
struct token_job {
    enum result (*run)(struct token *token, void *arg); /**< in a transaction; may be called again */
    void *arg;
    bool login; /**< only with the user PIN verified */
};

/**
 * Does JOB, a read or a use of a key: in a transaction, on the belief that everything is as it was; if the
 * card's answer speaks against that, selects (and verifies) and does it once more. Also once more after a
 * broken exchange.
 */
enum result token_do(struct token *token, const struct token_job *job) MUST_USE;

/** Prepares to repeat what failed with WHY: RESULT_OK if that makes sense and a transaction is open. */
enum result token_again(struct token *token, enum result why) MUST_USE;

/** Ends the transaction; the token is gone if RESULT says so. RESULT as a return value. */
CK_RV token_finish(struct token *token, enum result result);

/* token_objects.c: what is known of the card's contents */

/** Whatever is known of certificates may be out of date. */
void token_suspect(struct token *token);

/** Nothing is known any more (the card was formatted). */
void token_forget_objects(struct token *token);

/** Adds the objects of KEY to the store in place of older ones; either of RET may be NULL. */
CK_RV token_add_key(struct token *token, const struct card_key *key, struct object **ret_public,
                    struct object **ret_private);

/** Adds a certificate with value DER, in place of an older one. */
CK_RV token_add_cert(struct token *token, const struct card_cert *cert, struct bytes der,
                     struct object **ret);

/** Adds a datum, in place of an older one; VALUE is set if not empty. */
CK_RV token_add_datum(struct token *token, const struct card_datum *datum, struct bytes value,
                      struct object **ret);

/** Takes the objects of (KIND, REFERENCE) out of the store. */
void token_drop(struct token *token, enum card_kind kind, uint32_t reference);

/* token_folder.c: certificates that the person has in files, shown with the keys that they are for */

/** Those of the person's folder that could be for a key of this token and that are not on it, by what is known of it. *RET
 * belongs to the caller. CKR_HOST_MEMORY. */
CK_RV token_folder_read(const struct token *token, struct folder **ret);

/** Shows those of FOLDER that are for a known key (one that the card calls ID; empty: any), and those of these keys' that
 * were shown before and are not in FOLDER no more. */
CK_RV token_folder_show(struct token *token, const struct folder *folder, struct bytes id);

/** CERT is on the card: what the folder has for the same key is not shown any more. */
void token_folder_yield(struct token *token, const struct object *cert);

#endif
