/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ber.h: BER with lengths that are not known in advance and strings in pieces (X.690 8.1.3.6, 8.7.3), as
 * programs write that stream, turned into the plain form that tlv.h reads.
 */
#ifndef ECP_ASN1_BER_H
#define ECP_ASN1_BER_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** The deepest nesting of objects that is followed. */
#define BER_DEPTH_MAX 64

/**
 * The first object in INPUT with all lengths definite and all OCTET STRINGs in one piece. If it is so
 * already, *RET is a view into INPUT and MEMORY is not touched; else it is appended to MEMORY and *RET is a
 * view of that. What has only definite lengths inside is copied as it is: a certificate keeps its bytes.
 * INPUT.size bytes of room always suffice. RESULT_MALFORMED, RESULT_UNSUPPORTED for other strings in pieces,
 * RESULT_TOO_LARGE.
 */
enum result ber_flatten(struct bytes input, struct buf *memory, struct bytes *ret) MUST_USE;

#endif
