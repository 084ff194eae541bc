/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* x509.h: the fields of a certificate (RFC 5280) that Cryptoki and people ask for. */
#ifndef ECP_ASN1_X509_H
#define ECP_ASN1_X509_H

#include "asn1/algorithm.h"
#include "asn1/bytes.h"
#include "asn1/oid.h"
#include "asn1/pubkey.h"
#include "asn1/result.h"

/** Bits of the keyUsage extension, as masks (RFC 5280 4.2.1.3; bit 0 of the standard is the lowest here). */
enum x509_usage {
    X509_DIGITAL_SIGNATURE = 1 << 0,
    X509_NON_REPUDIATION = 1 << 1,
    X509_KEY_ENCIPHERMENT = 1 << 2,
    X509_DATA_ENCIPHERMENT = 1 << 3,
    X509_KEY_AGREEMENT = 1 << 4,
    X509_KEY_CERT_SIGN = 1 << 5,
    X509_CRL_SIGN = 1 << 6,
};

/** A calendar day, UTC. */
struct x509_date {
    unsigned year, month, day;
};

/**
 * A certificate taken apart. The views point into the DER given to x509_read() and live as long as it does.
 * SERIAL is the DER INTEGER with tag and length, ISSUER and SUBJECT are DER Names, SPKI the DER SubjectPublicKeyInfo,
 * DER the certificate alone, without what followed it. TBS is what was signed, with its header; EXTENSIONS the row of DER
 * Extension; SIGNATURE the contents of the BIT STRING. HAS_KEY and HAS_ALGORITHM tell whether KEY and ALGORITHM (of the
 * signature) were understood. USAGE is 0 with HAS_USAGE false if the certificate has no keyUsage extension.
 */
struct x509 {
    struct bytes der, serial, issuer, subject, spki, tbs, extensions, signature;
    struct x509_date not_before, not_after;
    bool has_usage, is_ca, has_key, has_algorithm;
    unsigned usage;
    struct pubkey key;
    struct algorithm algorithm;
};

/**
 * Takes a DER certificate apart. Bytes after its end are left out (RET->der says where it ends).
 * RESULT_MALFORMED if it is none; an unknown key algorithm is no error (has_key is false).
 */
enum result x509_read(struct bytes der, struct x509 *ret) MUST_USE;

#endif
