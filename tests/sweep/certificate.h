/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* certificate.h: a certificate for the key that a card has made, as a certification authority would give it. */
#ifndef ECP_TESTS_SWEEP_CERTIFICATE_H
#define ECP_TESTS_SWEEP_CERTIFICATE_H

#include <stdbool.h>

#include "asn1/buf.h"

/** Appends a certificate in DER for PUBLIC_KEY, a SubjectPublicKeyInfo, to OUT; for another key if OpenSSL does not know
 * its algorithm. False if OpenSSL cannot. */
bool certificate_make(struct bytes public_key, struct buf *out);

#endif
