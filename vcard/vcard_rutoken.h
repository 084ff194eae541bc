/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard_rutoken.h: a virtual Rutoken ECP, after what is publicly known of the commands of that family.
 *
 * A token as it is sold: the vendor's folders, both PINs (user 12345678, security officer 87654321), no key.
 * Profiles:
 * "" (ECP 2.0 and 3.0, USB, T=1), "sc-t0" and "sc-t1" (smart cards), "lite" (without keys), "vendor" (keys
 * that the vendor's software made, which no PKCS#15 file mentions).
 *
 * Where the family's behaviour is not known, this card does what is hardest for the program on the other
 * side. Each such place in the source says "not known".
 */
#ifndef ECP_VCARD_VCARD_RUTOKEN_H
#define ECP_VCARD_VCARD_RUTOKEN_H

#include "vcard/vcard.h"

extern const struct vcard_family vcard_rutoken;

#endif
