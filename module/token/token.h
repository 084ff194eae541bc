/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * token.h: one application on one card: login state, objects, cache. THE CUSTOMS POST: the only caller of
 * drivers.
 *
 * Here, and only here: the transaction opens and closes (one operation, never across an application's call);
 * a reset or another application selected by another program is noticed and healed; it is decided what may be
 * repeated; a result becomes a CK_RV. Every function is called with the slot's lock held.
 */
#ifndef ECP_MODULE_TOKEN_H
#define ECP_MODULE_TOKEN_H

#include "asn1/secret.h"
#include "module/config.h"
#include "module/token/object.h"
#include "pcsc/channel.h"
#include "pcsc/probe.h"
#include "pkcs11-headers/pkcs11.h"

struct token;

/** Who is logged in. */
enum token_login_state {
    TOKEN_PUBLIC,
    TOKEN_USER,
    TOKEN_SO,
};

/**
 * What information functions show without asking the card or waiting for it: a copy that the slot publishes
 * under the library's lock whenever the token says that it changed.
 */
struct token_view {
    struct card_info info;
    enum token_login_state login;
    bool pinpad; /**< the PIN can be entered on the reader */
};

/** Where a token lives. All must outlive it. CRYPTO computes certificates' check values; NULL: there are
 * none. */
struct token_place {
    struct reader_source *source;
    const struct config *config;
    struct crypto *crypto;
};

/** How a token was found. */
struct token_origin {
    struct reader_state
        seen;      /**< a connection that finds another count of insertions has found another card */
    bool selected; /**< the probe left this application selected */
    bool pinpad;   /**< the reader has keys, and they may be used */
};

/**
 * Makes a token of what a probe FOUND (its card becomes the token's, found->card NULL). Nothing is connected.
 * CKR_HOST_MEMORY.
 */
CK_RV token_new(struct probe_found *found, const struct token_place *place, const struct token_origin *origin,
                struct token **ret);

/** Logs out if somebody is logged in (unless the card is gone or this is a forked child), disconnects, wipes,
 * frees. */
void token_free(struct token **token);

/** The card is gone for good: nothing is sent any more and every operation gives CKR_DEVICE_REMOVED. */
void token_mark_gone(struct token *token);
bool token_gone(const struct token *token);

/** This is a forked child: the connection belongs to the parent and nothing is said on it, not even goodbye.
 */
void token_forked(struct token *token);

/** The service was restarted: before anything else, see whether it is still the same card, now SEEN so. */
void token_doubt(struct token *token, const struct reader_state *seen);

/** A connection to the card is open: a card that was changed would be noticed by it. */
bool token_connected(const struct token *token);

/** Takes over the ids and labels that the application gave to objects of OLD, if it is the same card put in
 * again. */
void token_inherit(struct token *token, struct token *old);

/** The time since some moment in the past, in milliseconds. */
uint64_t token_clock(void);

/** What information functions show. Valid until the next call for this token. */
const struct token_view *token_view(const struct token *token);

/** The token's objects and its sessions' objects. */
struct object_store *token_objects(struct token *token);

/** The drivers' table of algorithms for mechanism lists, ended by KEY_NONE; and whether the card can do an
 * operation. */
const struct card_algorithm *token_algorithms(const struct token *token);
bool token_can_import(const struct token *token);

/* Login. PIN NULL: entered on the reader's keys (CKR_ARGUMENTS_BAD without such). */

/**
 * CKR_PIN_INCORRECT (also, without asking the card, for a PIN that is empty or of an impossible length),
 * CKR_PIN_LOCKED, CKR_USER_ALREADY_LOGGED_IN, CKR_USER_ANOTHER_ALREADY_LOGGED_IN,
 * CKR_USER_PIN_NOT_INITIALIZED. Every PIN is presented once, after a SELECT, in a transaction of its own; one
 * that failed is never presented again by the module.
 */
CK_RV token_login(struct token *token, CK_USER_TYPE user, const struct secret *pin);

/** Forgets the PIN, makes the card forget it, gives the card back. CKR_USER_NOT_LOGGED_IN. */
CK_RV token_logout(struct token *token);

/**
 * The PIN for one use of an always-PIN key: accepted without the card if it equals the one that is kept, else
 * presented now. *RET_PIN is a copy for token_sign() and belongs to the caller.
 */
CK_RV token_login_context(struct token *token, const struct secret *pin, struct secret **ret_pin);

/**
 * C_SetPIN, C_InitPIN, C_InitToken. Errors of PINs as token_login(); CKR_PIN_LEN_RANGE and CKR_PIN_INVALID
 * for a new PIN's length and characters.
 */
CK_RV token_set_pin(struct token *token, const struct secret *old_pin, const struct secret *new_pin);
CK_RV token_init_pin(struct token *token, const struct secret *new_pin);
CK_RV token_init(struct token *token, const struct secret *so_pin, struct bytes label);

/* Objects */

/** Makes sure that every object on the card that TEMPLATE could match has been looked at, as cheaply as
 * possible. */
CK_RV token_look(struct token *token, const CK_ATTRIBUTE *template, CK_ULONG count);

/** Reads CKA_VALUE of a datum into its object. */
CK_RV token_load(struct token *token, struct object *object);

/** Generates a key pair on the card; both objects belong to the store. LABEL and ID as card_key_template
 * says. */
CK_RV token_generate(struct token *token, const struct card_key_template *wanted, struct object **ret_public,
                     struct object **ret_private);

/** Imports a private key (C_CreateObject). */
CK_RV token_import(struct token *token, const struct card_key_template *wanted,
                   const struct card_private_key *parts, struct object **ret);

/** Writes a certificate (ID) or datum (LABEL, APPLICATION, OID in ITEM). */
CK_RV token_store(struct token *token, struct card_item *item, struct bytes value, bool replace,
                  struct object **ret);

/** Erases a token object on the card and removes it (and for a key its other half) from the store. */
CK_RV token_erase(struct token *token, struct object *object);

/* Keys. PIN: from token_login_context() for an always-PIN key, else NULL. */
CK_RV token_sign(struct token *token, const struct object *key, enum card_can how, struct bytes input,
                 const struct secret *pin, struct buf *out);
CK_RV token_decipher(struct token *token, const struct object *key, enum card_can how, struct bytes input,
                     const struct secret *pin, struct buf *out);
CK_RV token_agree(struct token *token, const struct object *key, const struct card_agreement *with,
                  const struct secret *pin, struct buf *out);

/** Random bytes of the card. CKR_RANDOM_NO_RNG if it has none. */
CK_RV token_random(struct token *token, size_t size, struct buf *out);

#endif
