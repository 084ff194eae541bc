/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * strict.h: small fixed shapes where only one encoding is right (X.690 chapter 10): the shortest length, the
 * shortest integer, nothing left over. Keys and signatures are compared byte by byte, so a second spelling is
 * an error.
 */
#ifndef ECP_ASN1_STRICT_H
#define ECP_ASN1_STRICT_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"
#include "asn1/tlv.h"

#define DER_BOOLEAN 0x01
#define DER_INTEGER 0x02
#define DER_BIT_STRING 0x03
#define DER_OCTET_STRING 0x04
#define DER_NULL 0x05
#define DER_OID 0x06
#define DER_UTF8_STRING 0x0C
#define DER_NUMERIC_STRING 0x12
#define DER_PRINTABLE_STRING 0x13
#define DER_T61_STRING 0x14
#define DER_IA5_STRING 0x16
#define DER_UTC_TIME 0x17
#define DER_GENERALIZED_TIME 0x18
#define DER_VISIBLE_STRING 0x1A
#define DER_UNIVERSAL_STRING 0x1C
#define DER_BMP_STRING 0x1E
#define DER_SEQUENCE 0x30
#define DER_SET 0x31

/** As tlv_next(), and RESULT_MALFORMED if the length is longer than needed. */
enum result strict_next(struct tlv_cursor *cursor, struct tlv *ret) MUST_USE;

/** Reads the next object, which must have TAG. RESULT_MALFORMED if it has another, is broken or missing. */
enum result strict_expect(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret) MUST_USE;

/** RESULT_MALFORMED if anything is left to read. */
enum result strict_end(const struct tlv_cursor *cursor) MUST_USE;

/** The value of the one object that VIEW consists of. RESULT_MALFORMED if its tag is not TAG or something
 * follows. */
enum result strict_whole(struct bytes view, uint32_t tag, struct bytes *ret) MUST_USE;

/** Reads an INTEGER that is not negative; *RET is without leading zeros (empty for 0). RESULT_MALFORMED. */
enum result strict_unsigned(struct tlv_cursor *cursor, struct bytes *ret) MUST_USE;

/** Reads a BIT STRING of whole bytes. RESULT_MALFORMED. */
enum result strict_bit_string(struct tlv_cursor *cursor, struct bytes *ret) MUST_USE;

/**
 * Closes a SET OF that tlv_begin() opened at MARK: its elements, appended in any order since, are put in the order
 * of X.690 11.6. RESULT_MALFORMED if what was appended is not a row of whole objects, RESULT_TOO_LARGE.
 */
enum result strict_end_set(struct buf *buf, size_t mark) MUST_USE;

/** Appends an INTEGER of an unsigned big-endian number with or without leading zeros. */
void strict_add_unsigned(struct buf *buf, struct bytes number);

#endif
