/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base64.h: base64 (asn1/pem.h) a piece at a time, so that a file of any size can be in it. */
#ifndef ECP_TOOL_BASE64_H
#define ECP_TOOL_BASE64_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** How many characters are held back: a multiple of four, and of a line. */
#define BASE64_HELD 64

/** A text being read. All zeros is the beginning. */
struct base64_reader {
    uint8_t held[BASE64_HELD];
    size_t count;
    bool over; /**< there was padding */
};

/**
 * Appends what TEXT, the next piece, says, and what was held back before it; white space in it means nothing. OUT needs
 * three bytes for four of text, and BASE64_HELD more. RESULT_MALFORMED for other characters and for anything but white
 * space after the padding, RESULT_TOO_LARGE.
 */
enum result base64_read(struct base64_reader *reader, struct bytes text, struct buf *out) MUST_USE;

/** Appends what is still held back: the text is over. RESULT_MALFORMED if it ends within a group of four. */
enum result base64_read_end(struct base64_reader *reader, struct buf *out) MUST_USE;

/** Bytes being written as text in lines of 64 characters. All zeros is the beginning. */
struct base64_writer {
    uint8_t held[BASE64_HELD / 4 * 3];
    size_t count;
};

/** Appends the whole lines of text that DATA, the next piece, and what was held back before it make: PEM_BASE64_SIZE() of
 * both at most. */
void base64_write(struct base64_writer *writer, struct bytes data, struct buf *out);

/** Appends the last line. */
void base64_write_end(struct base64_writer *writer, struct buf *out);

#endif
