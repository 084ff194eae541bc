/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tlv.h: BER-TLV data objects as cards speak them (ISO 7816-4, 5.2.2): tags of one to three bytes, lengths of one
 * to five bytes that need not be minimal. Indefinite lengths do not occur on cards and are refused.
 *
 * Reading is a cursor over a view and never copies. Writing goes into a struct buf.
 */
#ifndef ECP_ASN1_TLV_H
#define ECP_ASN1_TLV_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** One data object. TAG is the tag's bytes as a number: 0x53, 0x7F49, 0x5FC105. */
struct tlv {
    uint32_t tag;
    struct bytes value;
};

/** A cursor: what is still to be read. */
struct tlv_cursor {
    struct bytes rest;
};

/** A cursor at the beginning of VIEW. */
struct tlv_cursor tlv_open(struct bytes view);

/** Nothing is left to read. */
bool tlv_at_end(const struct tlv_cursor *cursor);

/**
 * Reads the next data object and moves on. RESULT_NOT_FOUND at the end, RESULT_MALFORMED if tag or length is broken
 * or the value would run past the end (the cursor then stays where it was).
 */
enum result tlv_next(struct tlv_cursor *cursor, struct tlv *ret) MUST_USE;

/** Reads the next data object, which must have TAG: RESULT_MALFORMED if it is another, RESULT_NOT_FOUND at the end. */
enum result tlv_expect(struct tlv_cursor *cursor, uint32_t tag, struct bytes *ret) MUST_USE;

/**
 * The value of the first data object with TAG at the top level of VIEW. RESULT_NOT_FOUND if there is none before the
 * end, RESULT_MALFORMED if the encoding breaks before one is found.
 */
enum result tlv_find(struct bytes view, uint32_t tag, struct bytes *ret) MUST_USE;

/** As tlv_find(), inside constructed objects: PATH is COUNT tags from the outermost in. */
enum result tlv_find_path(struct bytes view, const uint32_t *path, size_t count, struct bytes *ret) MUST_USE;

/**
 * Appends tag and length for SIZE bytes of value, which the caller appends next or puts behind elsewhere: SIZE may be
 * more than memory holds. Lengths are minimal, and up to nine bytes long.
 */
void tlv_add_header(struct buf *buf, uint32_t tag, uint64_t size);

/** Appends a whole data object. */
void tlv_add(struct buf *buf, uint32_t tag, struct bytes value);

/** Appends a data object with a value of one byte. */
void tlv_add_byte(struct buf *buf, uint32_t tag, uint8_t value);

/** The number of bytes that a data object with a value of SIZE bytes takes. */
uint64_t tlv_size(uint32_t tag, uint64_t size);

/**
 * Opens a constructed data object whose length is not known yet; returns a mark for tlv_end(). Nest freely.
 *     size_t mark = tlv_begin(&buf, 0x7C); … tlv_end(&buf, mark);
 */
size_t tlv_begin(struct buf *buf, uint32_t tag);

/** Closes the data object opened at MARK: what was appended since becomes its value, with a minimal length. */
void tlv_end(struct buf *buf, size_t mark);

#endif
