/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library.h: the module while it is initialised, and the only global pointer to it.
 *
 * The door of C_Initialize and the door of tests are the same: library_start() takes the reader source, the
 * drivers and the configuration as parameters.
 */
#ifndef ECP_MODULE_LIBRARY_H
#define ECP_MODULE_LIBRARY_H

#include <stdatomic.h>

#include "module/config.h"
#include "module/crypto/context.h"
#include "module/lock.h"
#include "module/session/session.h"
#include "module/token/slot.h"

/** Everything. LOCK is the library's lock: it guards SLOTS' table, SESSIONS and LISTED, and is never held
 * during I/O. */
struct library {
    struct lock_functions lock_functions;
    struct lock lock;
    struct config *config;
    struct crypto *crypto;
    struct reader_source *source;
    struct slots slots;
    struct sessions sessions;
    size_t listed;    /**< so many slots were shown by C_GetSlotList so far */
    atomic_bool stop; /**< C_Finalize wants the waiters to leave */
};

/** What a library is made of. What is NULL is left out; everything else belongs to the library from the call
 * on. */
struct library_parts {
    struct reader_source *source;
    const struct card_driver *const *drivers; /**< NULL-terminated; not owned */
    struct config *config;
    struct lock_functions lock_functions; /**< the application's, or all NULL */
};

/**
 * Begins an initialisation: CKR_CRYPTOKI_ALREADY_INITIALIZED at once if the module is initialised or somebody
 * is just about it. Forgets what a forked child inherited, without touching the parent's locks, connection or
 * daemon.
 */
CK_RV library_claim(void);

/** Ends a claimed initialisation in success (PARTS) or failure (NULL). No card and no daemon is asked for
 * anything. */
CK_RV library_start(struct library_parts *parts);

/** An application asked for the interface of VERSION by its number. */
void library_asked_for(const CK_VERSION *version);

/** Somebody in this process asked for 3.1 or later, whose text has points of Edwards and Montgomery keys raw. */
bool library_modern(void);

/**
 * Counts the caller in. CKR_CRYPTOKI_NOT_INITIALIZED, also in a forked child and during C_Finalize. CKR_FUNCTION_FAILED for a
 * thread that is inside: what the module itself calls has called the module (an OpenSSL that reads its configuration then,
 * and finds a provider in it), and would wait for itself.
 */
CK_RV library_enter(struct library **ret);

/** Counts the caller out. */
void library_leave(void);

/** C_Finalize: nobody comes in any more, waiters are woken, everybody left is waited for, all is freed, the
 * trace closed. CKR_FUNCTION_FAILED for a thread that is inside, as library_enter(). */
CK_RV library_finish(void);

#endif
