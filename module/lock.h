/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lock.h: the application's mutexes, or pthread's (PKCS#11 3.2, C_Initialize). */
#ifndef ECP_MODULE_LOCK_H
#define ECP_MODULE_LOCK_H

#include <pthread.h>

#include "pkcs11-headers/pkcs11.h"

/** How locks are made: the application's four functions, or all NULL for pthread's. */
struct lock_functions {
    CK_CREATEMUTEX create;
    CK_DESTROYMUTEX destroy;
    CK_LOCKMUTEX lock;
    CK_UNLOCKMUTEX unlock;
};

/** A mutex. Not recursive. */
struct lock {
    const struct lock_functions *functions;
    CK_VOID_PTR mutex;      /**< the application's */
    pthread_mutex_t native; /**< or ours */
};

/** Prepares LOCK; FUNCTIONS must outlive it. CKR_HOST_MEMORY, or what the application's function returns. */
CK_RV lock_init(struct lock *lock, const struct lock_functions *functions);

/** Frees what lock_init() made. The lock must be free. */
void lock_clear(struct lock *lock);

/** Takes and releases. An application's function that fails here leaves no way on: it is treated as success. */
void lock_take(struct lock *lock);
void lock_release(struct lock *lock);

/** Holds a lock until the scope ends: LOCK_SCOPE(&library->lock); */
void lock_scope_end(struct lock **held);
#define LOCK_SCOPE(lock_)                                                                                          \
    __attribute__((cleanup(lock_scope_end), unused)) struct lock *lock_scope_ = (lock_);                           \
    lock_take(lock_scope_)

#endif
