/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* point.h: a public point in the forms that applications write it in. */
#ifndef ECP_MODULE_POINT_H
#define ECP_MODULE_POINT_H

#include "asn1/buf.h"
#include "asn1/oid.h"

/** Enough for any point in its DER form. */
#define POINT_ENCODED_MAX 140

/**
 * The bytes of a point of CURVE (04 || X || Y, or the raw bytes of Edwards and Montgomery curves) in ENCODED,
 * which may be those bytes, or a DER OCTET STRING or BIT STRING of them. *RET is a view into ENCODED.
 * RESULT_MALFORMED.
 */
enum result point_decode(enum curve curve, struct bytes encoded, struct bytes *ret) MUST_USE;

/** Appends POINT as DER OCTET STRING. */
void point_encode(struct bytes point, struct buf *out);

#endif
