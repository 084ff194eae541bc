/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fake_data.h: keys and certificates that a fake card holds, as constants. */
#ifndef ECP_FAKE_DATA_H
#define ECP_FAKE_DATA_H

#include "asn1/bytes.h"

/** DER private keys: RSA-2048 (RSAPrivateKey), P-256 (ECPrivateKey). */
extern const struct bytes fake_rsa_key, fake_ec_key;

/** A number that is a private key on every GOST curve of 512 bits; its first 32 bytes, of those of 256 bits. */
extern const struct bytes fake_gost_key;

/** DER certificates: of the RSA key (CN=Anna Fake), its renewal, of the EC key (CN=Boris Fake). */
extern const struct bytes fake_rsa_cert, fake_rsa_cert_renewed, fake_ec_cert;

#endif
