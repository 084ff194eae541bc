/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* certificate.h: a certificate for the key that a card has made, as a certification authority would give it. */
#ifndef ECP_TESTS_SWEEP_CERTIFICATE_H
#define ECP_TESTS_SWEEP_CERTIFICATE_H

#include <stdbool.h>

#include "asn1/buf.h"

/** Appends a certificate in DER for POINT (04 || X || Y on P-256) to OUT. False if OpenSSL cannot. */
bool certificate_make(struct bytes point, struct buf *out);

#endif
