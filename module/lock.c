/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/lock.h"

#include <string.h>

CK_RV lock_init(struct lock *lock, const struct lock_functions *functions)
{
    memset(lock, 0, sizeof(*lock));
    lock->functions = functions;
    if (functions->create)
        return functions->create(&lock->mutex);
    return pthread_mutex_init(&lock->native, NULL) == 0 ? CKR_OK : CKR_HOST_MEMORY;
}

void lock_clear(struct lock *lock)
{
    if (lock->functions->create)
        (void)lock->functions->destroy(lock->mutex);
    else
        pthread_mutex_destroy(&lock->native);
}

void lock_take(struct lock *lock)
{
    if (lock->functions->create)
        (void)lock->functions->lock(lock->mutex);
    else
        pthread_mutex_lock(&lock->native);
}

void lock_release(struct lock *lock)
{
    if (lock->functions->create)
        (void)lock->functions->unlock(lock->mutex);
    else
        pthread_mutex_unlock(&lock->native);
}

void lock_scope_end(struct lock **held)
{
    lock_release(*held);
}
