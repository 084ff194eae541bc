/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * der.h: values of the types in ecp.asn, decoded and encoded by type name.
 *
 * A value is a tree; a field is named by its path ("tbsCertificate.subject"), an element of a SEQUENCE OF by
 * its place
 * ("extensions.?1"). "" is the value itself.
 */
#ifndef ECP_ASN1_DER_H
#define ECP_ASN1_DER_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

struct der;

/** The longest path, in characters. */
#define DER_PATH_MAX 120

/**
 * Makes an empty value of TYPE ("Certificate"), to be filled and encoded. On success *RET belongs to the
 * caller (der_free). RESULT_NO_MEMORY, RESULT_INTERNAL if there is no such type; *RET is NULL then.
 */
enum result der_new(const char *type, struct der **ret) MUST_USE;

/**
 * Decodes INPUT, which must be one value of TYPE and nothing more (RESULT_MALFORMED), and must outlive *RET.
 * Otherwise as der_new().
 */
enum result der_decode(const char *type, struct bytes input, struct der **ret) MUST_USE;

/** Frees *DER and sets it to NULL. NULL is allowed. Fit for SCOPED. */
void der_free(struct der **der);

/**
 * The whole encoding of a field of a decoded value, with tag and length, as a view into the input of
 * der_decode(). RESULT_NOT_FOUND if the field is absent or left to its default.
 */
enum result der_view(const struct der *der, const char *path, struct bytes *ret) MUST_USE;

/**
 * Appends a field's contents: an INTEGER's or OCTET STRING's bytes, a BIT STRING's bytes (RESULT_MALFORMED if
 * it does not consist of whole bytes), the dotted text of an OBJECT IDENTIFIER, the text of a time, the whole
 * encoding of an ANY. RESULT_NOT_FOUND if the field is absent, RESULT_TOO_LARGE if OUT is too small.
 */
enum result der_read(const struct der *der, const char *path, struct buf *out) MUST_USE;

/** The number of elements of a SEQUENCE OF or SET OF. RESULT_NOT_FOUND if it is absent. */
enum result der_count(const struct der *der, const char *path, size_t *ret) MUST_USE;

/**
 * Sets a field to VALUE: the two's complement of an INTEGER, the bytes of an OCTET STRING or BIT STRING, the
 * encoding of an ANY. RESULT_NOT_FOUND if there is no such field, RESULT_BAD_ARGUMENT if it cannot take the
 * value.
 */
enum result der_write(struct der *der, const char *path, struct bytes value) MUST_USE;

/**
 * Sets a field from text: a dotted OBJECT IDENTIFIER, a time, "TRUE", the name of the alternative of a
 * CHOICE; "NEW" appends an element to a SEQUENCE OF. Errors as der_write().
 */
enum result der_write_text(struct der *der, const char *path, const char *text) MUST_USE;

/** Leaves an optional field out, or a field with a default at its default. Errors as der_write(). */
enum result der_leave_out(struct der *der, const char *path) MUST_USE;

/** Appends the encoding. RESULT_MALFORMED if a field that is needed was not set; RESULT_TOO_LARGE. */
enum result der_encode(const struct der *der, struct buf *out) MUST_USE;

#endif
