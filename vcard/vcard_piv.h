/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard_piv.h: a PIV card (NIST SP 800-73-4, SP 800-78-4), with the extensions of Yubico's firmware 5.7.
 *
 * Profiles: "" like a YubiKey, but with the 3DES management key of older ones; "aes" with the AES-192 key of
 * delivery; "nist" knows nothing of Yubico's commands and comes with the mandatory objects; "short" without
 * extended lengths; "t0" speaks T=0.
 */
#ifndef ECP_VCARD_VCARD_PIV_H
#define ECP_VCARD_VCARD_PIV_H

#include "vcard/vcard.h"

/** The PIV family. */
extern const struct vcard_family vcard_piv;

#endif
