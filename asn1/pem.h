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

#endif
