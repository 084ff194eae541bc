/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * run.h: an application that calls the module, and what is asserted of every call that it makes.
 *
 *     TRY_CALL(run, C_FindObjectsInit, run->session, NULL, 0);
 *
 * Asserted each time: the return value is one that the standard allows; no transaction stays open; the PINs' counters
 * did not fall but for a wrong PIN of the application's own; no refused PIN was sent again, nor one whose answer was lost;
 * nothing was freed with a secret in it; the call ended. From run_start() to run_stop() all memory was given back.
 */
#ifndef ECP_TESTS_SWEEP_RUN_H
#define ECP_TESTS_SWEEP_RUN_H

#include "module/rv.h"
#include "tests/sweep/world.h"

#define RUN_ID_MAX 2
#define RUN_SIGNATURE_MAX 256
#define RUN_VALUE_MAX 2048
#define RUN_FAILURE_MAX 512

/** A family of cards as an application knows it. */
struct kin {
    const char *name;
    const char *const *profiles; /**< names of cards, NULL-terminated */
    const char *user_pin, *new_pin; /**< such that they, and SO_PIN, occur nowhere else in memory */
    const char *wrong_pin;
    const char *so_pin;     /**< for formatting and for setting the user PIN */
    const char *factory_pin; /**< what it is on a card that was only emptied; NULL: formatting is one step there */
    const char *config;     /**< what the configuration file says; NULL: there is none */
    const char *writer;     /**< the SO PIN that gives the right to write; NULL: the user PIN does */
    struct bytes writer_key; /**< the key that it stands for */
    CK_MECHANISM_TYPE generation, signature;
    CK_MECHANISM_TYPE digest_signature; /**< as SIGNATURE, of a text that is digested here */
    struct bytes parameters; /**< of a key to be generated */
    CK_ATTRIBUTE_TYPE parameters_type;
    CK_KEY_TYPE key_type;
    bool only_key;           /**< but for its key this is another family's token: what has nothing to do with keys is left out */
    struct bytes old_id, new_id; /**< of the key that is there, and of one that will be */
};

/** An application in its world. */
struct run {
    struct world *world;
    const struct kin *kin;
    const char *config;                          /**< the configuration file; NULL: none */
    struct bytes certificate, other_certificate; /**< the one that is there, and one that will be */
    struct buf *making;                          /**< furnishing: gets the certificate of the key that was made */
    const char *pin;                             /**< the user PIN, as far as the application knows */
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;        /**< the private key that was used last */
    CK_OBJECT_HANDLE public_key; /**< the one that was generated last */
    CK_ULONG seen;        /**< how many objects were listed */
    unsigned allowed[2];  /**< so many tries may the PINs lose in this call, by enum peek_who */
    bool spared;          /**< formatting: PINs are blocked on purpose */
    bool misled;          /**< the card lied, or another program changed a PIN meanwhile */
    bool once;            /**< a try was lost to a PIN that another program had changed */
    long used;            /**< blocks of memory before the module was initialised */
    const char *function;
    char failure[RUN_FAILURE_MAX]; /**< the first thing that was not as it should be; empty: nothing */
};

/** The first failure is remembered. */
void run_fail(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Nothing failed so far. */
bool run_well(const struct run *run);

/** Around each call. */
void run_enter(struct run *run, const char *function);
CK_RV run_leave(struct run *run, CK_RV rv);

#define CALL(run_, function_, ...) (run_enter(run_, #function_), run_leave(run_, function_(__VA_ARGS__)))
#define TRY_CALL(run_, function_, ...) TRY_RV(CALL(run_, function_, __VA_ARGS__))

/** Initialises the module in the world. CKR_HOST_MEMORY … */
CK_RV run_start(struct run *run);

/** Closes what is open and finalizes; nothing may be left. */
void run_stop(struct run *run);

/** A session in the first slot. */
CK_RV run_open(struct run *run, CK_FLAGS flags);

/** Closes the session; it may be dead. */
void run_close(struct run *run);

/** C_Login, C_SetPIN with texts: a wrong PIN may cost a try. */
CK_RV run_login(struct run *run, CK_USER_TYPE user, const char *pin);
CK_RV run_set_pin(struct run *run, const char *old_pin, const char *new_pin);

/** Logs in whoever may write. */
CK_RV run_login_writer(struct run *run);

/** In a public session the key that was used last signs nothing. */
void run_check_public(struct run *run);

/** Afterwards the card itself has nobody logged in. */
CK_RV run_logout(struct run *run);

/** The object of CLASS with ID; CK_INVALID_HANDLE if there is none. */
CK_RV run_find(struct run *run, CK_OBJECT_CLASS class, struct bytes id, CK_OBJECT_HANDLE *ret);

/** Signs with the private key ID; VERIFIED: what comes out is verified with its public key. CKR_KEY_HANDLE_INVALID if
 * the key is not there. */
CK_RV run_sign(struct run *run, struct bytes id, bool verified);

/** Signs a text with the private key ID and verifies that. */
CK_RV run_sign_text(struct run *run, struct bytes id);

/** CKA_VALUE of OBJECT is VALUE: *RET. */
CK_RV run_has_value(struct run *run, CK_OBJECT_HANDLE object, struct bytes value, bool *ret);

#endif
