/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * buf.h: a bounded builder over the caller's array.
 *
 * Appending past the end appends nothing, now and ever after: the failure is sticky, so a function that appends
 * twenty times asks buf_check() once at its end.
 */
#ifndef ECP_ASN1_BUF_H
#define ECP_ASN1_BUF_H

#include "asn1/bytes.h"
#include "asn1/result.h"

/** SIZE of CAPACITY bytes at DATA are filled. OVERFLOW: something did not fit. The array belongs to the caller. */
struct buf {
    uint8_t *data;
    size_t capacity;
    size_t size;
    bool overflow;
};

/** An empty builder over an array (not over a pointer). */
#define BUF_OVER(array) ((struct buf){ (array), sizeof(array), 0, false })

/** An empty builder over CAPACITY bytes at DATA. */
struct buf buf_make(uint8_t *data, size_t capacity);

/** Appends a view. */
void buf_add(struct buf *buf, struct bytes view);

/** Appends one byte. */
void buf_add_byte(struct buf *buf, uint8_t byte);

/** Appends NUMBER as SIZE bytes, big-endian. SIZE is at most 8; higher bytes of NUMBER are dropped. */
void buf_add_number(struct buf *buf, uint64_t number, size_t size);

/** Appends COUNT copies of BYTE. */
void buf_add_fill(struct buf *buf, uint8_t byte, size_t count);

/** Appends an unsigned big-endian number left-padded with zeros to SIZE bytes; overflow if it is wider. */
void buf_add_padded(struct buf *buf, struct bytes number, size_t size);

/** Reserves SIZE bytes at the end for the caller to fill; NULL (and overflow) if they do not fit. */
uint8_t *buf_reserve(struct buf *buf, size_t size);

/** Makes the buffer SIZE bytes long, which must not be longer than it is. */
void buf_truncate(struct buf *buf, size_t size);

/** Empties the buffer and forgets an overflow. The bytes stay in the array: use buf_wipe() for secrets. */
void buf_clear(struct buf *buf);

/** Overwrites the whole array with zeros and empties the buffer. Fit for SCOPED. */
void buf_wipe(struct buf *buf);

/** What was built so far; nothing after an overflow. */
struct bytes buf_bytes(const struct buf *buf);

/** RESULT_TOO_LARGE if anything did not fit, else RESULT_OK. */
enum result buf_check(const struct buf *buf) MUST_USE;

/** The number of bytes that can still be appended; 0 after an overflow. */
size_t buf_room(const struct buf *buf);

#endif
