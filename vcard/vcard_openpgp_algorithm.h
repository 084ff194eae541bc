/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_openpgp_algorithm.h: algorithm attributes (4.4.3). */
#ifndef ECP_VCARD_VCARD_OPENPGP_ALGORITHM_H
#define ECP_VCARD_VCARD_OPENPGP_ALGORITHM_H

#include "vcard/vcard_openpgp_card.h"

/** How the numbers of an RSA key are imported. */
enum openpgp_format {
    OPENPGP_FORMAT_STANDARD = 0, /**< e, p, q */
    OPENPGP_FORMAT_CRT = 2,      /**< and 1/q mod p, d mod p-1, d mod q-1 */
};

/** Sets the attributes of a key for USE. RESULT_UNSUPPORTED if such a key cannot have these: nothing is
 * changed then. */
enum result openpgp_attributes_set(struct openpgp_key *key, enum openpgp_use use,
                                   struct bytes attributes) MUST_USE;

/** The key's attributes. */
struct bytes openpgp_attributes(const struct openpgp_key *key);

/** The attributes say RSA. */
bool openpgp_attributes_rsa(const struct openpgp_key *key);

/** The length of the public exponent of an RSA key as the attributes say it, in bytes. */
size_t openpgp_attributes_exponent(const struct openpgp_key *key);

/** How the numbers of an RSA key are imported (enum openpgp_format). */
uint8_t openpgp_attributes_format(const struct openpgp_key *key);

/** Appends all attributes that keys can have, as C1 to C3. */
void openpgp_attributes_list(struct buf *out);

#endif
