/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* text.h: the character strings of ASN.1 (X.680 chapter 41), read one character at a time, and UTF-8. */
#ifndef ECP_ASN1_TEXT_H
#define ECP_ASN1_TEXT_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** What is still to be read of a string; TAG is its DER tag. */
struct text_reader {
    uint32_t tag;
    struct bytes rest;
};

/**
 * Begins to read VALUE, the contents of a string with TAG: UTF8String, PrintableString, NumericString,
 * IA5String, VisibleString, T61String (taken as Latin-1, which is what it contains in practice), BMPString,
 * UniversalString. RESULT_UNSUPPORTED for other tags; RESULT_MALFORMED if any character in it is broken, so
 * that reading cannot fail later.
 */
enum result text_open(uint32_t tag, struct bytes value, struct text_reader *ret) MUST_USE;

/** Reads the next character's code point. RESULT_NOT_FOUND at the end, RESULT_MALFORMED. */
enum result text_next(struct text_reader *reader, uint32_t *ret) MUST_USE;

/** Appends a code point in UTF-8. */
void text_add(struct buf *buf, uint32_t code);

#endif
