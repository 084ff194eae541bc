/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * oid.h: the names of algorithms, curves and name parts, and the one table that ties them to object identifiers.
 */
#ifndef ECP_ASN1_OID_H
#define ECP_ASN1_OID_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** Families of keys. */
enum key_kind {
    KEY_NONE = 0,
    KEY_RSA,
    KEY_EC,         /**< short Weierstrass curves: ECDSA, ECDH */
    KEY_EDWARDS,    /**< Ed25519 (RFC 8032) */
    KEY_MONTGOMERY, /**< X25519 (RFC 7748) */
    KEY_GOST2001,   /**< GOST R 34.10-2001 (RFC 4491): the mathematics of KEY_GOST256 under another name */
    KEY_GOST256,    /**< GOST R 34.10-2012 (RFC 7091, RFC 9215), 256 bits */
    KEY_GOST512,    /**< the same, 512 bits */
};

/** KIND is one of the GOST kinds. */
bool key_kind_is_gost(enum key_kind kind);

/** Curves. Those of GOST have several identifiers each, which gost.h knows: its parameter sets. */
enum curve {
    CURVE_NONE = 0,
    CURVE_P256,
    CURVE_P384,
    CURVE_P521,
    CURVE_ED25519,
    CURVE_X25519,
    CURVE_GOST_256_TEST, /**< RFC 7091 7.1 */
    CURVE_GOST_256_CPA,  /**< CryptoPro-A, XchA, tc26-256-B */
    CURVE_GOST_256_CPB,  /**< CryptoPro-B, tc26-256-C */
    CURVE_GOST_256_CPC,  /**< CryptoPro-C, XchB, tc26-256-D */
    CURVE_GOST_256_A,    /**< tc26-256-A */
    CURVE_GOST_512_TEST, /**< RFC 7091 7.2 */
    CURVE_GOST_512_A,
    CURVE_GOST_512_B,
    CURVE_GOST_512_C,
};

/** Hash functions. */
enum hash {
    HASH_NONE = 0,
    HASH_SHA1,
    HASH_SHA224,
    HASH_SHA256,
    HASH_SHA384,
    HASH_SHA512,
    HASH_SHA3_224,
    HASH_SHA3_256,
    HASH_SHA3_384,
    HASH_SHA3_512,
    HASH_STREEBOG_256, /**< GOST R 34.11-2012 (RFC 6986) */
    HASH_STREEBOG_512,
    HASH_GOST94, /**< GOST R 34.11-94 (RFC 5831), with CryptoPro's parameters (RFC 4357 11.2) */
};

/** The length of a hash in bytes; 0 for HASH_NONE. */
size_t hash_size(enum hash hash);

/** The length of a coordinate (Weierstrass) or of the key (Edwards, Montgomery) in bytes; 0 for CURVE_NONE. */
size_t curve_size(enum curve curve);

/** The family that CURVE belongs to; KEY_NONE for CURVE_NONE. A GOST curve of 256 bits serves KEY_GOST2001 too. */
enum key_kind curve_kind(enum curve curve);

/**
 * CURVE as DER OBJECT IDENTIFIER, tag and length included (CKA_EC_PARAMS form); empty for CURVE_NONE and for GOST
 * curves. Static memory.
 */
struct bytes curve_oid(enum curve curve);

/**
 * The curve that PARAMS names: a DER OBJECT IDENTIFIER, or for Edwards and Montgomery curves also the PrintableString
 * of PKCS#11 ("edwards25519", "curve25519"). Never a GOST curve. RESULT_UNSUPPORTED for any other well-formed value, RESULT_MALFORMED else.
 */
enum result curve_from_params(struct bytes params, enum curve *ret) MUST_USE;

/** HASH as DER OBJECT IDENTIFIER, tag and length included; empty for HASH_NONE. Static memory. */
struct bytes hash_oid(enum hash hash);

/** The hash that a DER OBJECT IDENTIFIER (tag and length included) names; RESULT_UNSUPPORTED if none here. */
enum result hash_from_oid(struct bytes oid, enum hash *ret) MUST_USE;

/** A kind of attribute in a distinguished name. */
struct name_part {
    const char *text;     /**< its short name (RFC 4514 chapter 3, or the name in common use): "CN" */
    uint8_t string_tag;   /**< the DER tag of the string type that new values get */
    uint8_t digits;       /**< how many digits, and nothing else, a new value must have; 0: no such rule */
    const uint8_t oid[16]; /**< DER OBJECT IDENTIFIER, tag and length included */
};

/** The name part that a DER OBJECT IDENTIFIER (tag and length included) stands for; NULL if it is not in the table. */
const struct name_part *name_part_from_oid(struct bytes oid);

/** The name part with a short name, in any case of letters; NULL if it is not in the table. */
const struct name_part *name_part_from_text(struct bytes text);

/** The DER OBJECT IDENTIFIER of a name part. Static memory. */
struct bytes name_part_oid(const struct name_part *part);

/** Appends the dotted form of a DER OBJECT IDENTIFIER. RESULT_MALFORMED, RESULT_TOO_LARGE. */
enum result oid_to_text(struct bytes oid, struct buf *out) MUST_USE;

/** Appends the DER OBJECT IDENTIFIER of a dotted form. RESULT_MALFORMED, RESULT_TOO_LARGE. */
enum result oid_from_text(struct bytes text, struct buf *out) MUST_USE;

#endif
