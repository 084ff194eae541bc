/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard_openpgp.h: an OpenPGP card (Functional Specification of the OpenPGP application on ISO smart card
 * operating systems, version 3.4), of the range of manufacturers whose serial numbers nobody manages.
 *
 * It has chained and extended commands, the three keys with RSA, NIST P-256 and P-384, and the two curves
 * 25519 as GnuPG uses them; import; three certificates; data objects for private use; buttons that are always
 * pressed. It has no secure messaging, no key for AES and no derivation of passwords (KDF).
 */
#ifndef ECP_VCARD_VCARD_OPENPGP_H
#define ECP_VCARD_VCARD_OPENPGP_H

#include "vcard/vcard.h"

/** The OpenPGP family, of one profile. */
extern const struct vcard_family vcard_openpgp;

#endif
