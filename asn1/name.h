/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* name.h: distinguished names: the DER Name of X.509 and its text of RFC 4514 ("CN=Ivan
 * Petrov,O=Example,C=RU"). */
#ifndef ECP_ASN1_NAME_H
#define ECP_ASN1_NAME_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** The most relative names that a name may have here, and the most attributes in one relative name. */
#define NAME_PARTS_MAX 64
#define NAME_VALUES_MAX 8

/** The longest relative name, in bytes of DER, that name_from_text() makes. */
#define NAME_PART_SIZE_MAX 1024

/**
 * Appends the text of a DER Name in UTF-8, the last relative name first (RFC 4514 2.1). Attribute types that
 * have no short name here appear as dotted numbers with the value in hexadecimal. RESULT_MALFORMED,
 * RESULT_TOO_LARGE.
 */
enum result name_to_text(struct bytes name, struct buf *out) MUST_USE;

/**
 * Appends the DER Name of a text. Values become the string type that suits the attribute, UTF8String as a
 * rule; a multi-valued relative name is put in DER order. RESULT_MALFORMED if the text breaks the grammar of
 * RFC 4514 chapter 3, names an unknown attribute or holds characters that the attribute cannot take,
 * or if one of the Russian numbers (INN 12, INNLE 10, SNILS 11, OGRN 13, OGRNIP 15) has not just so many digits;
 * RESULT_TOO_LARGE.
 */
enum result name_from_text(const char *text, struct buf *out) MUST_USE;

/**
 * Appends what a person would call the bearer of a DER Name, in UTF-8: the last common name, or else the last
 * attribute that is text. As many characters as fit: what is longer is cut between two characters. Control
 * characters become spaces. RESULT_NOT_FOUND if there is no text, RESULT_MALFORMED.
 */
enum result name_label(struct bytes name, struct buf *out) MUST_USE;

#endif
