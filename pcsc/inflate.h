/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* inflate.h: compressed certificates (gzip, RFC 1952; also zlib, RFC 1950), with a limit on what comes out.
 */
#ifndef ECP_PCSC_INFLATE_H
#define ECP_PCSC_INFLATE_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/**
 * Appends what PACKED unpacks to. Bytes after its end are left out. RESULT_MALFORMED if it is neither gzip
 * nor zlib, is damaged or cut off; RESULT_TOO_LARGE if it does not fit OUT; RESULT_NO_MEMORY. OUT is as it
 * was after a failure.
 */
enum result inflate_unpack(struct bytes packed, struct buf *out) MUST_USE;

/** Appends PLAIN packed with gzip. RESULT_TOO_LARGE if it does not fit OUT (which stays as it was),
 * RESULT_NO_MEMORY. */
enum result inflate_pack(struct bytes plain, struct buf *out) MUST_USE;

#endif
