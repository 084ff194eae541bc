/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * admin_key.h: challenge and response with a symmetric management key (3DES or AES, one block in ECB mode),
 * as PIV has it for the key 9B (SP 800-73-4 part 2, 3.2.4 and A.1).
 *
 * Mutual: the card sends a witness, enciphered; the host deciphers it and adds a challenge of its own; the
 * card returns that challenge enciphered. Nothing global is touched: every call has an OpenSSL library
 * context of its own.
 */
#ifndef ECP_PCSC_ADMIN_KEY_H
#define ECP_PCSC_ADMIN_KEY_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"
#include "asn1/secret.h"

/** The longest block and the longest key, in bytes. */
#define ADMIN_BLOCK_MAX 16
#define ADMIN_KEY_MAX 32

/** Ciphers that a management key can be for. */
enum admin_cipher {
    ADMIN_3DES, /**< three keys, 24 bytes; parity bits are not looked at */
    ADMIN_AES128,
    ADMIN_AES192,
    ADMIN_AES256,
};

/** The length of a key, and of a block, in bytes. */
size_t admin_key_size(enum admin_cipher cipher);
size_t admin_block_size(enum admin_cipher cipher);

/** The host's half of one mutual authentication. Wipe it with admin_proof_wipe(). */
struct admin_proof {
    size_t size;                        /**< of each of the following, in bytes */
    uint8_t witness[ADMIN_BLOCK_MAX];   /**< the card's witness, deciphered */
    uint8_t challenge[ADMIN_BLOCK_MAX]; /**< random, for the card */
    uint8_t response[ADMIN_BLOCK_MAX];  /**< what the card must make of it */
};

/**
 * Makes the host's half for the card's enciphered WITNESS. RESULT_PIN_LENGTH if KEY is not admin_key_size()
 * long, RESULT_MALFORMED if WITNESS is not one block, RESULT_INTERNAL if OpenSSL cannot.
 */
enum result admin_proof_make(enum admin_cipher cipher, const struct secret *key, struct bytes witness,
                             struct admin_proof *ret) MUST_USE;

/** RESPONSE is the one that only the key's holder can make; compared in constant time. */
bool admin_proof_check(const struct admin_proof *proof, struct bytes response);

/** Overwrites a proof. Fit for SCOPED. */
void admin_proof_wipe(struct admin_proof *proof);

/** Appends SIZE random bytes of the system, fit for a key, at most 256. RESULT_INTERNAL if it has none. */
enum result admin_key_random(size_t size, struct buf *out) MUST_USE;

/** Makes a random key. *RET belongs to the caller (secret_free). Errors as above and RESULT_NO_MEMORY. */
enum result admin_key_generate(enum admin_cipher cipher, struct secret **ret) MUST_USE;

#endif
