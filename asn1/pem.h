/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pem.h: bytes written as text between lines BEGIN and END (RFC 7468). */
#ifndef ECP_ASN1_PEM_H
#define ECP_ASN1_PEM_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/**
 * Appends to OUT what the first block with LABEL ("CERTIFICATE") in TEXT holds; text around it means nothing.
 * RESULT_NOT_FOUND: there is no such block. RESULT_MALFORMED: it has no end, or is not base64 (RFC 4648 4) with nothing
 * but white space in it. RESULT_TOO_LARGE.
 */
enum result pem_read(struct bytes text, const char *label, struct buf *out) MUST_USE;

/** One block of a text: LABEL, and the base64 between its lines (views of the text). */
struct pem_block {
    struct bytes label, base64;
};

/**
 * Finds the next block in *TEXT and moves *TEXT behind it. RESULT_NOT_FOUND if no further one begins, RESULT_MALFORMED if
 * one begins and does not end as it should (a truncated file).
 */
enum result pem_next(struct bytes *text, struct pem_block *ret) MUST_USE;

/**
 * Appends what base64 TEXT stands for; white space in it does not count. RESULT_MALFORMED for other characters, or if it
 * ends within a group; RESULT_TOO_LARGE.
 */
enum result pem_read_base64(struct bytes text, struct buf *out) MUST_USE;

/** No more bytes than this are in the base64, with line ends, of SIZE bytes. */
#define PEM_BASE64_SIZE(size) (((size) + 2) / 3 * 4 + (size) / 48 + 2)

/** No more bytes than this are in the block of SIZE bytes with a label of at most 64 characters. */
#define PEM_SIZE(size) (PEM_BASE64_SIZE(size) + 2 * (64 + 18))

/** Appends VIEW in base64, in lines of 64 characters that end with a newline. */
void pem_add_base64(struct bytes view, struct buf *out);

/** Appends a block: VIEW between the lines BEGIN LABEL and END LABEL. */
void pem_add(const char *label, struct bytes view, struct buf *out);

#endif
