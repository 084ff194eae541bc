/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mechanism.h: the table of mechanisms. One row gives the list, the information, and how to sign, verify,
 * encrypt, decrypt, digest or derive; adding a mechanism is adding a row.
 */
#ifndef ECP_MODULE_MECHANISM_H
#define ECP_MODULE_MECHANISM_H

#include "asn1/oid.h"
#include "asn1/pubkey.h"
#include "pcsc/card.h"
#include "pkcs11-headers/pkcs11.h"

/** What is made of the data (or of its hash) before the key sees it. */
enum mechanism_shape {
    SHAPE_NONE,  /**< no key uses it: digests, generation */
    SHAPE_RAW,   /**< RSA: a block as it is, zeros in front */
    SHAPE_PKCS1, /**< RSA: PKCS#1 v1.5; with a hash, a DigestInfo of it */
    SHAPE_PSS,
    SHAPE_OAEP,
    SHAPE_ECDSA,
    SHAPE_EDDSA,
    SHAPE_AGREE,    /**< ECDH */
    SHAPE_GOST,     /**< GOST R 34.10: a hash as long as the curve */
    SHAPE_VKO,      /**< agreement with GOST keys; HASH is that of the agreed point */
    SHAPE_HMAC,     /**< a secret key's, on the host */
    SHAPE_TREE,     /**< KDF_TREE, of a secret key, on the host */
    SHAPE_KEY_WRAP, /**< a key wrapped with a secret key, which was agreed on, on the host */
};

/** Sets of key families, for rows that serve several. */
#define KIND_BIT(kind) (1U << (kind))

/** One row. USES are CKF_SIGN … CKF_DERIVE, CKF_DIGEST, CKF_GENERATE_KEY_PAIR: what the mechanism is for. */
struct mechanism {
    CK_MECHANISM_TYPE type;
    unsigned kinds; /**< KIND_BITs of the keys it works with, or that a card with it has; 0 for digests */
    enum mechanism_shape shape;
    enum hash hash; /**< the data is hashed first; HASH_NONE: it comes as it is */
    CK_FLAGS uses;
};

/** The longest OAEP label that is taken, in bytes. */
#define MECHANISM_LABEL_MAX 256

/** What a mechanism's parameter said. */
struct mechanism_params {
    enum hash hash, mgf;
    size_t salt; /**< PSS: bytes */
    uint8_t label[MECHANISM_LABEL_MAX];
    size_t label_size;
};

/** The row for TYPE, or NULL. */
const struct mechanism *mechanism_find(CK_MECHANISM_TYPE type);

/** The hash that digest mechanism TYPE computes; HASH_NONE if it is none. */
enum hash mechanism_hash(CK_MECHANISM_TYPE type);

/** The hash that a CKD_…_KDF of ANSI X9.63 uses; HASH_NONE if it is none. */
enum hash mechanism_kdf_hash(CK_EC_KDF_TYPE kdf);

/** The card's abilities of which a key needs one for USE (one CKF_ bit) of ROW; 0 if no card is needed. */
unsigned mechanism_card_can(const struct mechanism *row, CK_FLAGS use);

/**
 * Reads the parameter of MECHANISM, whose row is ROW, for a key of KEY's size (NULL: not checked against a
 * key). CKR_MECHANISM_PARAM_INVALID. The parameter of a derivation is left to who derives.
 */
CK_RV mechanism_params_read(const struct mechanism *row, const CK_MECHANISM *mechanism,
                            const struct pubkey *key, struct mechanism_params *ret);

/**
 * Fills LIST (NULL: only counts) with the mechanisms of a card that has ALGORITHMS (ended by KEY_NONE): what
 * it can carry, and the digests. *COUNT is the room in and the number out; CKR_BUFFER_TOO_SMALL.
 */
CK_RV mechanism_list(const struct card_algorithm *algorithms, CK_MECHANISM_TYPE *list, CK_ULONG *count);

/** The information on TYPE for such a card; CKR_MECHANISM_INVALID if it is not in its list. */
CK_RV mechanism_info(const struct card_algorithm *algorithms, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *ret);

#endif
