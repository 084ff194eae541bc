/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * operation.h: one running sign, verify, encrypt, decrypt or digest.
 *
 * CK_MECHANISM and handles of keys stop here. What the card cannot do is done around it on the host: the
 * mechanism's row and the key say which. The length of an answer is known from both before any work, so a
 * size query or a small buffer is answered in one place and the operation stays as it was.
 */
#ifndef ECP_MODULE_OPERATION_H
#define ECP_MODULE_OPERATION_H

#include "asn1/secret.h"
#include "module/crypto/digest.h"
#include "module/session/mechanism.h"
#include "module/token/token.h"

/** What can run in a session, each beside the others. */
enum operation_use {
    OPERATION_DIGEST,
    OPERATION_SIGN,
    OPERATION_SIGN_RECOVER,
    OPERATION_VERIFY,
    OPERATION_VERIFY_RECOVER,
    OPERATION_ENCRYPT,
    OPERATION_DECRYPT,
    OPERATION_MESSAGE_SIGN,     /**< C_MessageSignInit to C_MessageSignFinal */
    OPERATION_MESSAGE_VERIFY,   /**< C_MessageVerifyInit to C_MessageVerifyFinal */
    OPERATION_SIGNATURE_VERIFY, /**< C_VerifySignatureInit: the signature comes first */
    OPERATION_WRAP,             /**< within one call, never kept in a session: these two */
    OPERATION_UNWRAP,
    OPERATION_USES, /**< how many there are */
};

/** Where an operation works. With the slot's lock held. */
struct operation_place {
    struct token *token;
    struct crypto *crypto;
};

/** A running operation. */
struct operation {
    enum operation_use use;
    const struct mechanism *row;
    struct mechanism_params params;
    CK_OBJECT_HANDLE key;     /**< looked up again when it is used */
    struct pubkey public_key; /**< KEY_NONE for digests */
    unsigned can;             /**< what the card does with the key */
    bool always_pin;          /**< the key wants the PIN before each use */
    struct secret *pin;       /**< presented for this use (C_Login, CKU_CONTEXT_SPECIFIC) */
    struct digest *digest;    /**< of the data, where the row hashes it */
    uint8_t *data;            /**< the data, where it does not */
    size_t data_size, data_max;
    bool parts;                            /**< C_…Update was called */
    bool whole;                            /**< a single-part function was told the length and comes again */
    struct secret *result;                 /**< finished work that did not fit the application's buffer */
    bool answered;                         /**< a part already gave out what was decrypted */
    uint8_t signature[PUBKEY_MODULUS_MAX]; /**< of OPERATION_SIGNATURE_VERIFY */
    size_t signature_size;
};

/**
 * Begins USE of MECHANISM with the key that has handle KEY (CK_INVALID_HANDLE for digests). On success *RET
 * belongs to the caller. CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID, CKR_KEY_HANDLE_INVALID,
 * CKR_KEY_TYPE_INCONSISTENT, CKR_KEY_FUNCTION_NOT_PERMITTED, CKR_USER_NOT_LOGGED_IN, CKR_HOST_MEMORY.
 */
CK_RV operation_new(const struct operation_place *place, enum operation_use use,
                    const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key, struct operation **ret);

/** Wipes and frees *OPERATION and sets it to NULL. NULL is allowed. Fit for SCOPED. */
void operation_free(struct operation **operation);

/** Makes the operation stand where operation_new() left it (messages of 3.0). */
CK_RV operation_restart(const struct operation_place *place, struct operation *operation);

/** Adds data. CKR_DATA_LEN_RANGE, CKR_ENCRYPTED_DATA_LEN_RANGE if it is more than the mechanism takes. */
CK_RV operation_update(struct operation *operation, struct bytes data);

/** The most bytes that the operation will give out; exactly that many unless something is decrypted or
 * recovered. */
size_t operation_output_max(const struct operation *operation);

/** What comes out may be shorter than operation_output_max(): something is decrypted or recovered. */
bool operation_output_varies(const struct operation *operation);

/**
 * Finishes *RUNNING with LAST (WHOLE: all of the data, the single-part functions) and puts the answer in OUT,
 * whose room is *SIZE. A size query (OUT NULL) or CKR_BUFFER_TOO_SMALL leaves the operation running, and so does
 * CKR_OPERATION_ACTIVE for a whole after parts: the parts can still be finished; anything else ends it.
 * CKR_OPERATION_NOT_INITIALIZED if *RUNNING is NULL.
 */
CK_RV operation_finish(const struct operation_place *place, struct operation **running, struct bytes last,
                       bool whole, CK_BYTE_PTR out, CK_ULONG_PTR size);

/**
 * As operation_finish() for one message of many: afterwards OPERATION stands ready for the next. A failure
 * ends the message, not the operation.
 */
CK_RV operation_message(const struct operation_place *place, struct operation *operation, struct bytes last,
                        bool whole, CK_BYTE_PTR out, CK_ULONG_PTR size);

/** As operation_finish_verify() for one message of many. */
CK_RV operation_message_verify(const struct operation_place *place, struct operation *operation,
                               struct bytes last, bool whole, struct bytes signature);

/**
 * Adds DATA to a running decryption; when the block is complete, its plaintext is the answer, as
 * operation_finish() gives it, and nothing is left for the end. Else *SIZE is 0.
 */
CK_RV operation_decrypt_part(const struct operation_place *place, struct operation **running,
                             struct bytes data, CK_BYTE_PTR out, CK_ULONG_PTR size);

/** Compares SIGNATURE with the data; ends *RUNNING whatever comes out. CKR_SIGNATURE_INVALID,
 * CKR_SIGNATURE_LEN_RANGE. */
CK_RV operation_finish_verify(const struct operation_place *place, struct operation **running,
                              struct bytes last, bool whole, struct bytes signature);

/** The bytes of a signature, or of an HMAC. */
size_t operation_signature_size(const struct operation *operation);

/** The private key or other object with handle KEY; CKR_USER_NOT_LOGGED_IN if it is there but not for this
 * caller. */
CK_RV operation_key(struct token *token, CK_OBJECT_HANDLE key, struct object **ret);

/** KEY has the right ATTRIBUTE (CKA_SIGN …) and allows mechanism TYPE; else CKR_KEY_FUNCTION_NOT_PERMITTED.
 */
CK_RV operation_permitted(const struct object *key, CK_ATTRIBUTE_TYPE attribute, CK_MECHANISM_TYPE type);

/* The work itself; each appends to OUT. */

/** What is signed or compared: the hash, or the data. VIEW lives as long as OPERATION and HASH. */
CK_RV operation_input(struct operation *operation, struct buf *hash, struct bytes *ret);

/** Appends what PKCS#1 v1.5 pads: a DigestInfo of INPUT, or INPUT itself. CKR_DATA_LEN_RANGE,
 * CKR_KEY_SIZE_RANGE. */
CK_RV operation_pkcs1_input(const struct operation *operation, struct bytes input, struct buf *out);

/** Signs with the card's key. */
CK_RV operation_sign(const struct operation_place *place, struct operation *operation, struct buf *out);

/** Checks SIGNATURE over the data. CKR_SIGNATURE_INVALID, CKR_SIGNATURE_LEN_RANGE. */
CK_RV operation_verify(const struct operation_place *place, struct operation *operation,
                       struct bytes signature);

/** Gives the data that a signature (the operation's data) carries. */
CK_RV operation_recover(const struct operation_place *place, struct operation *operation, struct buf *out);

/** Encrypts for the public key. */
CK_RV operation_encrypt(const struct operation_place *place, struct operation *operation, struct buf *out);

/** Decrypts with the card's key. CKR_ENCRYPTED_DATA_INVALID for everything that is wrong with the plaintext.
 */
CK_RV operation_decrypt(const struct operation_place *place, struct operation *operation, struct buf *out);

#endif
