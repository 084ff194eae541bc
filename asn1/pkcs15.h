/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pkcs15.h: the directory files of PKCS#15 v1.1 / ISO 7816-15 as plain structs.
 *
 * Reading: give a file's contents to tlv_open() and call the pkcs15_next_… of its kind until
 * RESULT_NOT_FOUND. A file ends at its end or at the first byte 00 or FF in place of a tag: cards pad it. A
 * record of a kind that is not known, or that breaks the grammar inside, is skipped. Only a record whose
 * length runs past the end is RESULT_MALFORMED. RECORD in each struct is the whole encoding, for files that
 * are written anew with other records as they were. All views point into the file.
 *
 * Writing: pkcs15_add_… append one record each; RESULT_BAD_ARGUMENT for what the grammar has no place for,
 * RESULT_TOO_LARGE. Flags of 0, empty views and has_… false are left out. What is written is also what OpenSC
 * 0.23 can decode: it gives up a directory file at the first record that it cannot.
 *
 * GOST keys. The standard has no such keys; OpenSC has alternative [4] for those of 2001 with three numbers
 * after the path: the parameter set (1, 2, 3: CryptoPro-A, -B, -C), the digest (1: GOST R 34.11-94) and the
 * cipher. Keys of 2012 go into the same record with further numbers, which OpenSC reads and does not
 * understand: parameter set   the object identifier's last arcs as hexadecimal digits: 0x230 test
 * (1.2.643.2.2.35.0), 0x240 and 0x241 CryptoPro-XchA, -XchB (1.2.643.2.2.36.0, .1), 0x101 to 0x104 tc26-256-A
 * to -D (1.2.643.7.1.2.1.1.1 to .4), 0x200 tc26-512-test, 0x201 to 0x203 tc26-512-A to -C
 * (1.2.643.7.1.2.1.2.0 to .3); CryptoPro-A to -C stay 1 to 3 (gost.h) digest          2: Streebog-256, 3:
 * Streebog-512 cipher          left out The key's size follows from the parameter set. A public key's file
 * has the OCTET STRING of a SubjectPublicKeyInfo: X || Y, each little-endian.
 */
#ifndef ECP_ASN1_PKCS15_H
#define ECP_ASN1_PKCS15_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/oid.h"
#include "asn1/result.h"
#include "asn1/tlv.h"

/** Where something is: PATH in two bytes a file, from the MF (3F00…) or from the application's DF, and a part
 * of the file. */
struct pkcs15_path {
    struct bytes path;
    bool has_range;
    size_t index, length; /**< bytes (records, in a linear file); only with has_range */
};

/** The directory files that EF.ODF points to, by their tags there (6.2). */
enum pkcs15_file {
    PKCS15_PRIVATE_KEYS = 0xA0,
    PKCS15_PUBLIC_KEYS = 0xA1,
    PKCS15_TRUSTED_PUBLIC_KEYS = 0xA2,
    PKCS15_SECRET_KEYS = 0xA3,
    PKCS15_CERTIFICATES = 0xA4,
    PKCS15_TRUSTED_CERTIFICATES = 0xA5,
    PKCS15_USEFUL_CERTIFICATES = 0xA6,
    PKCS15_DATA = 0xA7,
    PKCS15_PINS = 0xA8,
};

/** One pointer in EF.ODF; FILE may be a number that is not in the enum. */
struct pkcs15_entry {
    struct bytes record;
    enum pkcs15_file file;
    struct pkcs15_path path;
};

/** One application in EF.DIR (ISO 7816-4 8.2.1.1). */
struct pkcs15_application {
    struct bytes record, aid, label, path;
};

/** Flags of EF.TokenInfo (6.9), as masks; bit 0 of the standard is the lowest, here and below. */
enum pkcs15_token_flag {
    PKCS15_READ_ONLY = 1 << 0,
    PKCS15_LOGIN_REQUIRED = 1 << 1,
    PKCS15_RANDOM = 1 << 2,
    PKCS15_EID_COMPLIANT = 1 << 3,
};

/** EF.TokenInfo. LAST_UPDATE is the text of a GeneralizedTime. */
struct pkcs15_token {
    struct bytes serial, manufacturer, label, last_update;
    unsigned flags;
};

/** Flags of any object (6.1.8). */
enum pkcs15_object_flag {
    PKCS15_PRIVATE = 1 << 0,
    PKCS15_MODIFIABLE = 1 << 1,
};

/** What every object has. LABEL is UTF-8; AUTH_ID names the PIN that guards it; CONSENT is 0 if none is asked
 * for. */
struct pkcs15_common {
    struct bytes label, auth_id;
    unsigned flags, consent;
};

/** What a key is for (6.1.9). */
enum pkcs15_usage {
    PKCS15_ENCRYPT = 1 << 0,
    PKCS15_DECRYPT = 1 << 1,
    PKCS15_SIGN = 1 << 2,
    PKCS15_SIGN_RECOVER = 1 << 3,
    PKCS15_WRAP = 1 << 4,
    PKCS15_UNWRAP = 1 << 5,
    PKCS15_VERIFY = 1 << 6,
    PKCS15_VERIFY_RECOVER = 1 << 7,
    PKCS15_DERIVE = 1 << 8,
    PKCS15_NON_REPUDIATION = 1 << 9,
};

/** What became of a key (6.1.9). */
enum pkcs15_access {
    PKCS15_SENSITIVE = 1 << 0,
    PKCS15_EXTRACTABLE = 1 << 1,
    PKCS15_ALWAYS_SENSITIVE = 1 << 2,
    PKCS15_NEVER_EXTRACTABLE = 1 << 3,
    PKCS15_LOCAL = 1 << 4,
};

/** Kinds of keys. */
enum pkcs15_key_type {
    PKCS15_KEY_RSA,
    PKCS15_KEY_EC,
    PKCS15_KEY_GOST,
};

/**
 * A private or public key. START_DATE and END_DATE are texts of GeneralizedTime, SUBJECT a DER Name. The
 * value is at PATH or, for a public key perhaps, in VALUE itself (then PATH is empty). BITS is the modulus
 * length, 0 if not told; GOST_SET and GOST_DIGEST are the numbers above, for PKCS15_KEY_GOST; see
 * pkcs15_key_gost() for what they mean.
 */
struct pkcs15_key {
    struct bytes record;
    struct pkcs15_common common;
    enum pkcs15_key_type type;
    struct bytes id;
    unsigned usage, access;
    bool has_reference;
    unsigned reference;
    struct bytes start_date, end_date, subject;
    struct pkcs15_path path;
    struct bytes value;
    size_t bits;
    unsigned gost_set, gost_digest;
};

/** An X.509 certificate (6.6); VALUE is the DER itself if it is not at PATH. */
struct pkcs15_certificate {
    struct bytes record;
    struct pkcs15_common common;
    struct bytes id;
    bool authority;
    struct pkcs15_path path;
    struct bytes value;
};

/** A data object (6.7). OID is a DER OBJECT IDENTIFIER with tag and length. */
struct pkcs15_data {
    struct bytes record;
    struct pkcs15_common common;
    struct bytes application, oid;
    struct pkcs15_path path;
    struct bytes value;
};

/** Flags of a PIN (6.8.2). */
enum pkcs15_pin_flag {
    PKCS15_PIN_CASE_SENSITIVE = 1 << 0,
    PKCS15_PIN_LOCAL = 1 << 1,
    PKCS15_PIN_CHANGE_DISABLED = 1 << 2,
    PKCS15_PIN_UNBLOCK_DISABLED = 1 << 3,
    PKCS15_PIN_INITIALIZED = 1 << 4,
    PKCS15_PIN_NEEDS_PADDING = 1 << 5,
    PKCS15_PIN_UNBLOCKING = 1 << 6,
    PKCS15_PIN_SO = 1 << 7,
};

/** How a PIN is encoded (6.8.2). */
enum pkcs15_pin_type {
    PKCS15_PIN_BCD = 0,
    PKCS15_PIN_ASCII = 1,
    PKCS15_PIN_UTF8 = 2,
};

/** A PIN. MAX_LENGTH is 0 and PAD is -1 if not told; lengths are in characters. */
struct pkcs15_pin {
    struct bytes record;
    struct pkcs15_common common;
    struct bytes auth_id;
    unsigned flags, type, min_length, stored_length, max_length, reference;
    int pad;
    struct pkcs15_path path;
};

/** The next record whatever it is, with its header. RESULT_NOT_FOUND at the end or the padding,
 * RESULT_MALFORMED. */
enum result pkcs15_next_record(struct tlv_cursor *cursor, struct bytes *ret) MUST_USE;

/** The next record of a file of its kind; errors as above. */
enum result pkcs15_next_application(struct tlv_cursor *cursor, struct pkcs15_application *ret) MUST_USE;
enum result pkcs15_next_entry(struct tlv_cursor *cursor, struct pkcs15_entry *ret) MUST_USE;
enum result pkcs15_next_private_key(struct tlv_cursor *cursor, struct pkcs15_key *ret) MUST_USE;
enum result pkcs15_next_public_key(struct tlv_cursor *cursor, struct pkcs15_key *ret) MUST_USE;
enum result pkcs15_next_certificate(struct tlv_cursor *cursor, struct pkcs15_certificate *ret) MUST_USE;
enum result pkcs15_next_data(struct tlv_cursor *cursor, struct pkcs15_data *ret) MUST_USE;
enum result pkcs15_next_pin(struct tlv_cursor *cursor, struct pkcs15_pin *ret) MUST_USE;

/** Reads EF.TokenInfo. RESULT_MALFORMED. */
enum result pkcs15_read_token(struct bytes file, struct pkcs15_token *ret) MUST_USE;

/** Append one record each; RECORD is not looked at. */
enum result pkcs15_add_application(const struct pkcs15_application *application, struct buf *out) MUST_USE;
enum result pkcs15_add_entry(const struct pkcs15_entry *entry, struct buf *out) MUST_USE;
enum result pkcs15_add_private_key(const struct pkcs15_key *key, struct buf *out) MUST_USE;
enum result pkcs15_add_public_key(const struct pkcs15_key *key, struct buf *out) MUST_USE;
enum result pkcs15_add_certificate(const struct pkcs15_certificate *certificate, struct buf *out) MUST_USE;
enum result pkcs15_add_data(const struct pkcs15_data *data, struct buf *out) MUST_USE;
enum result pkcs15_add_pin(const struct pkcs15_pin *pin, struct buf *out) MUST_USE;

/** Appends EF.TokenInfo, version 1.1. */
enum result pkcs15_add_token(const struct pkcs15_token *token, struct buf *out) MUST_USE;

/**
 * The parameter set and the digest of a GOST key's record as the DER OBJECT IDENTIFIERs of
 * CKA_GOSTR3410_PARAMS and CKA_GOSTR3411_PARAMS. Static memory. A digest that is not told is that of 2001, as
 * OpenSC means it. RESULT_UNSUPPORTED for numbers that are not in the table, or that do not go together.
 */
enum result pkcs15_key_gost(const struct pkcs15_key *key, struct bytes *set, struct bytes *digest) MUST_USE;

/** Puts the numbers of a parameter set and a digest, given as above, into KEY. RESULT_UNSUPPORTED. */
enum result pkcs15_key_set_gost(struct pkcs15_key *key, struct bytes set, struct bytes digest) MUST_USE;

#endif
