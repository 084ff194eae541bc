/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* session.h: sessions, their states and the table of them (PKCS#11 3.2, 5.6). */
#ifndef ECP_MODULE_SESSION_H
#define ECP_MODULE_SESSION_H

#include "module/lock.h"
#include "module/session/operation.h"
#include "module/session/search.h"
#include "module/token/slot.h"
#include "pkcs11-headers/pkcs11.h"

/**
 * A session. It is changed and freed only with its slot's lock held; the table it is in is guarded by the
 * library's lock as well.
 */
struct session {
    CK_SESSION_HANDLE handle;
    struct slot *slot;
    unsigned generation; /**< of the slot, when the session was opened */
    bool read_write;
    struct operation *operations[OPERATION_USES]; /**< NULL: not running */
    struct search *search;                        /**< of C_FindObjectsInit; NULL: not running */
    struct session *next;
};

/** All sessions. Handles are not used twice. Every function but sessions_init() is called with the library's
 * lock. */
struct sessions {
    struct session *first;
    CK_SESSION_HANDLE last_handle;
};

/** An empty table. */
void sessions_init(struct sessions *sessions);

/** Frees all sessions; nobody may be using one. */
void sessions_clear(struct sessions *sessions);

/** Opens a session on SLOT as it is in GENERATION. CKR_HOST_MEMORY. */
CK_RV sessions_add(struct sessions *sessions, struct slot *slot, unsigned generation, bool read_write,
                   CK_SESSION_HANDLE *ret);

/** The session with HANDLE, or NULL. */
struct session *sessions_find(const struct sessions *sessions, CK_SESSION_HANDLE handle);

/** Takes SESSION out of the table and frees it with its operations; the slot's lock is held. */
void sessions_remove(struct sessions *sessions, struct session *session);

/** Any session on SLOT, or NULL. */
struct session *sessions_on_slot(const struct sessions *sessions, const struct slot *slot);

/** How many sessions there are on SLOT in GENERATION; of them *RET_READ_WRITE (may be NULL) are read/write.
 */
CK_ULONG sessions_count(const struct sessions *sessions, const struct slot *slot, unsigned generation,
                        CK_ULONG *ret_read_write);

/** The state (CKS_…) of a session when LOGIN is the token's state. */
CK_STATE session_state(bool read_write, enum token_login_state login);

#endif
