/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * secret.h: the owner of a PIN or a key.
 *
 * Its memory is locked (never swapped, where the limit allows), left out of core files, not inherited by a forked
 * child, and overwritten when the secret is freed. Nothing prints a secret: it has no function for it. The bytes are
 * opened with secret_bytes() only in the files listed in tests/lint/secret-files.
 */
#ifndef ECP_ASN1_SECRET_H
#define ECP_ASN1_SECRET_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

struct secret;

/** The longest secret, in bytes: an RSA-4096 private key in the five numbers of PKCS#1 and their wrapping fits. */
#define SECRET_MAX 4096

/**
 * Makes a secret with a copy of VIEW, which may be empty. On success *RET belongs to the caller (secret_free).
 * RESULT_TOO_LARGE above SECRET_MAX, RESULT_NO_MEMORY; *RET is NULL then.
 */
enum result secret_new(struct bytes view, struct secret **ret) MUST_USE;

/**
 * Makes a secret of SIZE zero bytes, to be filled through secret_buf(). Errors as secret_new().
 */
enum result secret_new_empty(size_t capacity, struct secret **ret) MUST_USE;

/** Another secret with the same contents. Errors as secret_new(). */
enum result secret_copy(const struct secret *secret, struct secret **ret) MUST_USE;

/** Overwrites and frees *SECRET and sets it to NULL. NULL is allowed. Fit for SCOPED. */
void secret_free(struct secret **secret);

/** The contents, readable until the secret is freed. Empty for NULL. */
struct bytes secret_bytes(const struct secret *secret);

/** The length in bytes; 0 for NULL. */
size_t secret_size(const struct secret *secret);

/** A builder over the secret's own memory: appends go straight into locked memory. Lives as long as the secret. */
struct buf *secret_buf(struct secret *secret);

/** Same contents, compared in a time that depends on the lengths alone. NULL equals only NULL. */
bool secret_equal(const struct secret *a, const struct secret *b);

/** Overwrites SIZE bytes at MEMORY in a way that the compiler does not drop. NULL is allowed. */
void secret_wipe(void *memory, size_t size);

#endif
