/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* key_wrap.h: keys wrapped with AES (RFC 3394), as messages for elliptic-curve keys have them. */
#ifndef ECP_MODULE_KEY_WRAP_H
#define ECP_MODULE_KEY_WRAP_H

#include "asn1/secret.h"
#include "module/crypto/context.h"

/** By how many bytes a wrapped key is longer than the key. */
#define KEY_WRAP_OVERHEAD 8

/** Whether a wrapped key can have SIZE bytes. */
bool key_wrap_size_possible(size_t size);

/**
 * Unwraps WRAPPED with the AES key KEY; on success *RET belongs to the caller. RESULT_MALFORMED if it has no
 * possible length, was changed or was wrapped with another key, RESULT_BAD_ARGUMENT if KEY is no AES key.
 */
enum result key_wrap_open(struct crypto *crypto, const struct secret *key, struct bytes wrapped,
                          struct secret **ret) MUST_USE;

#endif
