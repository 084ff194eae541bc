/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * context.h: everything that the module computes on the host happens in an OpenSSL library context of its
 * own.
 *
 * The process may use OpenSSL itself, and its OpenSSL may have loaded this module: so nothing of it is
 * configured, read or left behind here: no configuration, no providers but the default one, no errors in the
 * thread's queue.
 */
#ifndef ECP_MODULE_CONTEXT_H
#define ECP_MODULE_CONTEXT_H

#include "asn1/buf.h"
#include "asn1/result.h"

struct crypto;

/** Makes a context, cheaply: OpenSSL is asked for nothing before the first use. RESULT_NO_MEMORY. */
enum result crypto_new(struct crypto **ret) MUST_USE;

/** Frees *CRYPTO, sets it to NULL. No other function may be using it. NULL is allowed. Fit for SCOPED. */
void crypto_free(struct crypto **crypto);

/** Appends SIZE random bytes of OpenSSL's generator. RESULT_TOO_LARGE, RESULT_INTERNAL if the generator
 * fails. */
enum result crypto_random(struct crypto *crypto, struct buf *out, size_t size) MUST_USE;

/* What follows is for the other files of this folder. */

/** Runs READY until it succeeds, never in two threads at once; afterwards only says RESULT_OK. For one READY. */
enum result crypto_once(struct crypto *crypto, enum result (*ready)(void)) MUST_USE;

/** OpenSSL's name for the private library context (OSSL_LIB_CTX); NULL if it cannot be made. Safe in every
 * thread. */
struct ossl_lib_ctx_st *crypto_library(struct crypto *crypto);

/** Releases what OpenSSL keeps for the calling thread in the private context: after anything that needs
 * random bytes. */
void crypto_leave_thread(struct crypto *crypto);

/** Until the scope ends, what OpenSSL adds to the thread's queue of errors is taken out again. */
#define CRYPTO_QUIET SCOPED(crypto_quiet_end) __attribute__((unused)) int crypto_quiet_ = crypto_quiet_begin()
int crypto_quiet_begin(void);
void crypto_quiet_end(int *mark);

#endif
