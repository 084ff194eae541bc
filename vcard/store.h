/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* store.h: the memory of a virtual card in a file. */
#ifndef ECP_VCARD_STORE_H
#define ECP_VCARD_STORE_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** The largest memory that is stored, in bytes. */
#define STORE_MAX (4u * 1024 * 1024)

/**
 * Appends the contents of the file PATH to OUT. RESULT_NOT_FOUND if there is no such file, RESULT_TOO_LARGE
 * if it does not fit, RESULT_INTERNAL if it cannot be read: errno tells why.
 */
enum result store_read(const char *path, struct buf *out) MUST_USE;

/**
 * Replaces the file PATH by CONTENTS, readable by its owner only. After any interruption, even of the power,
 * the file holds either what it held before or CONTENTS, and after a success it holds CONTENTS.
 * RESULT_INTERNAL if that is not possible: errno tells why, and the file is as it was.
 */
enum result store_write(const char *path, struct bytes contents) MUST_USE;

#endif
