/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gost.h: the parameter sets of GOST R 34.10 (RFC 4357 10.8, RFC 7836 A, RFC 9215 4.2). Several names stand
 * for one curve: what a key was made with is remembered by its identifier, not by its curve.
 */
#ifndef ECP_ASN1_GOST_H
#define ECP_ASN1_GOST_H

#include "asn1/bytes.h"
#include "asn1/oid.h"

/** One parameter set. */
struct gost_set {
    enum curve curve;
    const char *name;      /**< as RFC 9215 and people call it: "CryptoPro-A", "tc26-256-B" */
    size_t size;           /**< of a coordinate and of the private key, in bytes: 32 or 64 */
    bool names_digest;     /**< RFC 9215 4.2: keys of 2012 name their digest beside this set */
    unsigned number;       /**< in PKCS#15 records (pkcs15.h) */
    const uint8_t oid[12]; /**< DER OBJECT IDENTIFIER, tag and length included */
};

/** The set with a DER OBJECT IDENTIFIER (tag and length included); NULL if there is none. */
const struct gost_set *gost_set_from_oid(struct bytes oid);

/** The set with a name, in any case of letters; NULL if there is none. */
const struct gost_set *gost_set_from_name(struct bytes name);

/** The set with a number; NULL if there is none. */
const struct gost_set *gost_set_from_number(unsigned number);

/** The sets one after the other, from 0; NULL at the end. */
const struct gost_set *gost_set_at(size_t index);

/** The DER OBJECT IDENTIFIER of SET. Static memory. */
struct bytes gost_set_oid(const struct gost_set *set);

/**
 * What CKA_GOSTR3411_PARAMS and a SubjectPublicKeyInfo say of the digest: the DER OBJECT IDENTIFIER of
 * Streebog itself, or for HASH_GOST94 that of CryptoPro's parameters 1.2.643.2.2.30.1. Empty for other
 * hashes. Static memory.
 */
struct bytes gost_digest_oid(enum hash hash);

/** The hash whose gost_digest_oid() OID is; HASH_NONE if there is none. */
enum hash gost_digest_from_oid(struct bytes oid);

#endif
