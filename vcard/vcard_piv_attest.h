/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_piv_attest.h: the card's word that it made a key itself (Yubico). */
#ifndef ECP_VCARD_VCARD_PIV_ATTEST_H
#define ECP_VCARD_VCARD_PIV_ATTEST_H

#include "vcard/vcard_piv_card.h"

enum {
    PIV_VERSION_SIZE = 3,
    PIV_CERTIFICATE_MAX = 3000, /**< longest certificate, in bytes */
};

/** The version of the firmware that the card follows, PIV_VERSION_SIZE bytes. */
extern const uint8_t piv_version[PIV_VERSION_SIZE];

/** Appends a certificate of the attestation key F9, signed by itself. RESULT_INTERNAL, RESULT_TOO_LARGE. */
enum result piv_attest_root(struct piv_card *card, struct buf *out) MUST_USE;

/** The command ATTEST F9, as iso_handler: a certificate of a generated key, signed by F9. */
uint16_t piv_attest(struct piv_card *card, const struct iso_command *command, struct buf *out);

#endif
