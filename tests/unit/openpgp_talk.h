/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* openpgp_talk.h: tests speak to a virtual OpenPGP card in hexadecimal, as vcard_talk.h does. */
#ifndef ECP_TESTS_UNIT_OPENPGP_TALK_H
#define ECP_TESTS_UNIT_OPENPGP_TALK_H

#include "tests/unit/vcard_talk.h"

#define OPENPGP_SELECT "00A4040006D27600012401"
#define OPENPGP_SIGN "0020008106313233343536"
#define OPENPGP_USER "0020008206313233343536"
#define OPENPGP_ADMIN "00200083083132333435363738"
#define OPENPGP_P256 "132A8648CE3D030107"
#define OPENPGP_P256_ECDH "122A8648CE3D030107"
#define OPENPGP_ED25519 "162B06010401DA470F01"
#define OPENPGP_X25519 "122B060104019755010501"

/* the generator of P-256: the public key of the private key 1 */
#define OPENPGP_P256_X "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
#define OPENPGP_P256_Y "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
#define OPENPGP_ONE "0000000000000000000000000000000000000000000000000000000000000001"

/** A card after reset; the application is selected. */
static inline struct vcard *openpgp_open(void)
{
    struct vcard *card;

    assert_ok(vcard_create("openpgp", &card));
    card->family->reset(card);
    assert_talk(card, OPENPGP_SELECT, "9000");
    return card;
}

/** Brings the private key 1 of P-256 to the place that TEMPLATE names ("B600"), whose attributes have TAG
 * ("C1"). */
static inline void openpgp_bring_one(struct vcard *card, const char *tag, const char *attributes,
                                     const char *template)
{
    char command[256];

    assert_talk(card, OPENPGP_ADMIN, "9000");
    snprintf(command, sizeof(command), "00DA00%s09%s", tag, attributes);
    assert_talk(card, command, "9000");
    snprintf(command, sizeof(command), "00DB3FFF2C4D2A%s7F480292205F4820" OPENPGP_ONE, template);
    assert_talk(card, command, "9000");
}

#endif
