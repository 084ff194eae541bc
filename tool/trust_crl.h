/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* trust_crl.h: certificate revocation lists (RFC 5280 5), for trust.c. */
#ifndef ECP_TOOL_TRUST_CRL_H
#define ECP_TOOL_TRUST_CRL_H

#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "asn1/bytes.h"

/** GIVEN: by a person; else it came with a message. */
struct trust_crl {
    gnutls_x509_crl_t crl;
    bool given;
};

/** The lists at hand. WANTED: a person gave some. */
struct trust_crls {
    struct trust_crl *rows;
    size_t count;
    bool wanted;
};

/** Adds a list (DER), which a person gave or which came with a message. False if it cannot be read. */
bool trust_crls_add(struct trust_crls *crls, struct bytes der, bool given);

/** Frees. */
void trust_crls_free(struct trust_crls *crls);

/**
 * What the lists say of a certificate. COVERED: a list that a person gave and ISSUER signed, complete and new enough, does
 * not have it. OUTDATED: only lists that are too old say so. REVOKED: it is on one, since WHEN.
 */
struct trust_crl_answer {
    bool covered, outdated, revoked;
    time_t when;
};

/**
 * Looks for CERTIFICATE on the lists that ISSUER signed. A list is new enough if its next one is not due yet, or if it was
 * made after AT.
 */
void trust_crls_look(const struct trust_crls *crls, gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer, time_t at,
                     struct trust_crl_answer *ret);

#endif
