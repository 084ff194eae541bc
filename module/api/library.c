/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/api/library.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "module/rv.h"
#include "pcsc/trace.h"

/* How often waiters are woken until the last has left: an interrupt does not reach a wait that begins after
 * it. */
#define WAKE_INTERVAL_NS (50L * 1000 * 1000)

/*
 * OWNER is the process that MUTEX is valid in: negative while one of its threads is making it so. After a
 * fork it names the parent, and nothing else here may be looked at: another thread of the parent may have
 * held the mutex.
 */
static struct {
    atomic_int owner;
    pthread_mutex_t mutex;
    pthread_cond_t left;
    struct library *library;
    unsigned active;
    bool starting, finishing;
} process;

/* This thread is counted in. It goes with its thread, which may be cancelled. */
static _Thread_local bool inside;

/* Outlives initialisation, as the list that the application holds does. */
static atomic_bool asked_for_modern;

void library_asked_for(const CK_VERSION *version)
{
    if (version->major > 3 || (version->major == 3 && version->minor >= 1))
        atomic_store(&asked_for_modern, true);
}

bool library_modern(void)
{
    return atomic_load(&asked_for_modern);
}

static bool process_ready(void)
{
    return atomic_load(&process.owner) == (int)getpid();
}

/* Makes the mutex ours. False: another thread is doing it this moment. */
static bool process_take(void)
{
    const int self = (int)getpid();
    int owner = atomic_load(&process.owner);

    if (owner == self)
        return true;
    if (owner == -self || !atomic_compare_exchange_strong(&process.owner, &owner, -self))
        return false;
    pthread_mutex_init(&process.mutex, NULL);
    pthread_cond_init(&process.left, NULL);
    process.library = NULL;
    process.active = 0;
    inside = false;
    process.starting = process.finishing = false;
    atomic_store(&process.owner, self);
    return true;
}

static void library_free(struct library *library)
{
    sessions_clear(&library->sessions);
    slots_clear(&library->slots);
    crypto_free(&library->crypto);
    if (library->source != NULL)
        library->source->ops->close(library->source, false);
    config_free(&library->config);
    lock_clear(&library->lock);
    free(library);
}

static void library_parts_free(struct library_parts *parts)
{
    if (parts->source != NULL)
        parts->source->ops->close(parts->source, false);
    config_free(&parts->config);
}

static CK_RV library_new(struct library_parts *parts, struct library **ret)
{
    struct library *library = calloc(1, sizeof(*library));
    CK_RV rv;

    if (library == NULL)
        return CKR_HOST_MEMORY;
    library->lock_functions = parts->lock_functions;
    rv = rv_from_result(crypto_new(&library->crypto));
    if (rv == CKR_OK)
        rv = lock_init(&library->lock, &library->lock_functions);
    if (rv != CKR_OK) {
        crypto_free(&library->crypto);
        free(library);
        return rv;
    }
    library->config = parts->config;
    library->source = parts->source;
    atomic_init(&library->stop, false);
    sessions_init(&library->sessions);
    slots_init(&library->slots, &library->lock, &library->lock_functions, library->source, parts->drivers,
               library->config, library->crypto);
    *ret = library;
    return CKR_OK;
}

CK_RV library_claim(void)
{
    CK_RV rv = CKR_CRYPTOKI_ALREADY_INITIALIZED;

    if (!process_take())
        return rv;
    pthread_mutex_lock(&process.mutex);
    if (process.library == NULL && !process.starting) {
        process.starting = true;
        rv = CKR_OK;
    }
    pthread_mutex_unlock(&process.mutex);
    return rv;
}

CK_RV library_start(struct library_parts *parts)
{
    struct library *library = NULL;
    CK_RV rv = parts != NULL ? library_new(parts, &library) : CKR_OK;

    if (rv != CKR_OK)
        library_parts_free(parts);
    pthread_mutex_lock(&process.mutex);
    process.library = library;
    process.starting = false;
    pthread_mutex_unlock(&process.mutex);
    return rv;
}

CK_RV library_enter(struct library **ret)
{
    CK_RV rv = CKR_CRYPTOKI_NOT_INITIALIZED;

    if (!process_ready())
        return rv;
    if (inside)
        return CKR_FUNCTION_FAILED;
    pthread_mutex_lock(&process.mutex);
    if (process.library != NULL && !process.finishing) {
        process.active++;
        inside = true;
        *ret = process.library;
        rv = CKR_OK;
    }
    pthread_mutex_unlock(&process.mutex);
    return rv;
}

void library_leave(void)
{
    inside = false;
    pthread_mutex_lock(&process.mutex);
    if (--process.active == 0)
        pthread_cond_broadcast(&process.left);
    pthread_mutex_unlock(&process.mutex);
}

/* With the mutex held, which is given back while waiting. */
static void process_wait_until_left(struct library *library)
{
    while (process.active > 0) {
        struct timespec until;
        pthread_mutex_unlock(&process.mutex);
        if (library->source != NULL)
            library->source->ops->interrupt(library->source);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += WAKE_INTERVAL_NS;
        if (until.tv_nsec >= 1000L * 1000 * 1000) {
            until.tv_nsec -= 1000L * 1000 * 1000;
            until.tv_sec++;
        }
        pthread_mutex_lock(&process.mutex);
        if (process.active > 0)
            pthread_cond_timedwait(&process.left, &process.mutex, &until);
    }
}

CK_RV library_finish(void)
{
    struct library *library;

    if (!process_ready())
        return CKR_CRYPTOKI_NOT_INITIALIZED;
    if (inside)
        return CKR_FUNCTION_FAILED;
    pthread_mutex_lock(&process.mutex);
    library = process.library;
    if (library == NULL || process.finishing) {
        pthread_mutex_unlock(&process.mutex);
        return CKR_CRYPTOKI_NOT_INITIALIZED;
    }
    process.finishing = true;
    atomic_store(&library->stop, true);
    process_wait_until_left(library);
    pthread_mutex_unlock(&process.mutex);

    /* still "initialised" for C_Initialize: logging out may take the card a moment, and the trace is the
     * process's */
    library_free(library);
    if (trace_wants(TRACE_CALL))
        trace_call("C_Finalize", rv_name(CKR_OK));
    trace_close();

    pthread_mutex_lock(&process.mutex);
    process.library = NULL;
    process.finishing = false;
    pthread_mutex_unlock(&process.mutex);
    return CKR_OK;
}
