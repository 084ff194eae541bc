/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* certificate.h: what an X.509 certificate says about itself, as attributes (PKCS#11 3.2, 4.6.3). */
#ifndef ECP_MODULE_CERTIFICATE_H
#define ECP_MODULE_CERTIFICATE_H

#include "module/token/object.h"

/**
 * Gives a certificate object with CKA_VALUE what can be told from it and is not there yet, and its public
 * key, and the defaults. A value that is no certificate leaves those empty. CRYPTO computes CKA_CHECK_VALUE;
 * NULL: it stays empty.
 */
CK_RV certificate_fill(struct object *object, struct crypto *crypto);

#endif
