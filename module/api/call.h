/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * call.h: the guard that every C_ function opens with.
 *
 *     CK_RV C_Sign(…)
 *     {
 *         CALL_RETURN(call_on_session(&call, hSession), sign(&call, pData, …));
 *     }
 *
 * It asks in this order: is the module initialised? is there such a session? is its slot free to work? was it
 * closed meanwhile? is its token still there? Then the work is done, with the slot's lock held, and
 * everything is given back.
 */
#ifndef ECP_MODULE_CALL_H
#define ECP_MODULE_CALL_H

#include "module/api/library.h"

/** One call of a C_ function. */
struct call {
    const char *name;
    struct library *library;      /**< NULL: not inside */
    struct slot *slot;            /**< its lock is held; NULL: no lock is held */
    unsigned generation;          /**< of the slot */
    struct session *session;      /**< NULL for functions of slots */
    struct operation_place place; /**< the token may be NULL: see who called */
};

/** ENTER opens the call, WORK is done if that succeeded; the function returns what came out, and the trace
 * shows it. */
#define CALL_RETURN(enter, work)                                                                             \
    struct call call = { .name = __func__ };                                                                 \
    CK_RV call_rv_ = (enter);                                                                                \
    if (call_rv_ == CKR_OK)                                                                                  \
        call_rv_ = (work);                                                                                   \
    return call_end(&call, call_rv_)

/** Only that the module is initialised. CKR_CRYPTOKI_NOT_INITIALIZED. */
CK_RV call_on_library(struct call *call);

/** Slot ID with its lock and its token, which is probed if it was not. CKR_SLOT_ID_INVALID,
 * CKR_TOKEN_NOT_PRESENT … */
CK_RV call_on_slot(struct call *call, CK_SLOT_ID id);

/** As call_on_slot(), without asking for a token. */
CK_RV call_on_slot_alone(struct call *call, CK_SLOT_ID id);

/** A session with its slot's lock and its live token. CKR_SESSION_HANDLE_INVALID, CKR_DEVICE_REMOVED. */
CK_RV call_on_session(struct call *call, CK_SESSION_HANDLE handle);

/** As call_on_session(), after a look at the readers: a card that was pulled is noticed though nothing is
 * sent to it. */
CK_RV call_on_session_now(struct call *call, CK_SESSION_HANDLE handle);

/** A session with its slot's lock; place.token is NULL if the card is gone. */
CK_RV call_on_session_alone(struct call *call, CK_SESSION_HANDLE handle);

/** A read/write session: CKR_SESSION_READ_ONLY for the others. */
CK_RV call_on_writable(struct call *call, CK_SESSION_HANDLE handle);

/** Publishes what the token shows, gives the locks back, writes the trace, returns RV. */
CK_RV call_end(struct call *call, CK_RV rv);

/** The SIZE bytes at DATA as a view. CKR_ARGUMENTS_BAD for NULL with a size. */
CK_RV call_bytes(const void *data, CK_ULONG size, struct bytes *ret);

#endif
