/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* certificate_use.h: may a certificate sign documents (RFC 5280 4.2.1.3 keyUsage, 4.2.1.12 extendedKeyUsage)?
 */
#ifndef ECP_TOOL_CERTIFICATE_USE_H
#define ECP_TOOL_CERTIFICATE_USE_H

#include <gnutls/x509.h>

#include "asn1/bytes.h"

/** NULL if CERTIFICATE may sign documents, else why not, in the person's language. An extension that cannot
 * be read forbids. */
const char *certificate_misuse(gnutls_x509_crt_t certificate);

/** The same of a certificate in DER; NULL also if GnuTLS cannot read it at all. */
const char *certificate_misuse_der(struct bytes der);

#endif
