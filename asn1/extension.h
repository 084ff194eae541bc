/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * extension.h: extensions of certificates (RFC 5280 4.2 and the Russian ones), made one after the other and
 * found again.
 *
 * Each function appends one DER Extension; together they are what csr_make() takes. All of them give
 * RESULT_BAD_ARGUMENT for a value that the standard does not allow, and RESULT_TOO_LARGE.
 */
#ifndef ECP_ASN1_EXTENSION_H
#define ECP_ASN1_EXTENSION_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** Dotted identifiers for extension_add_extended_usage(). */
#define EXTENSION_CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define EXTENSION_EMAIL_PROTECTION "1.3.6.1.5.5.7.3.4"

/** Dotted identifiers for extension_add_policies(): the classes of signature tools (order 795 of the FSB of
 * Russia). */
#define EXTENSION_CLASS_KC1 "1.2.643.100.113.1"
#define EXTENSION_CLASS_KC2 "1.2.643.100.113.2"
#define EXTENSION_CLASS_KC3 "1.2.643.100.113.3"

/** The longest subjectSignTool, in characters. */
#define EXTENSION_SIGN_TOOL_MAX 200

/** The forms of a GeneralName (RFC 5280 4.2.1.6), by their tags. */
enum extension_name_form {
    EXTENSION_EMAIL = 0x81,     /**< IA5String: a mailbox */
    EXTENSION_DNS = 0x82,       /**< IA5String: a host */
    EXTENSION_DIRECTORY = 0xA4, /**< a DER Name */
    EXTENSION_URI = 0x86,       /**< IA5String */
    EXTENSION_IP = 0x87,        /**< 4 or 16 bytes */
};

/** One alternative name. */
struct extension_name {
    enum extension_name_form form;
    struct bytes value;
};

/** Any extension: OID with tag and length, VALUE the DER that goes into extnValue. */
enum result extension_add(struct bytes oid, bool critical, struct bytes value, struct buf *out) MUST_USE;

/** keyUsage (4.2.1.3), critical; USAGE is a sum of enum x509_usage, not 0. */
enum result extension_add_key_usage(unsigned usage, struct buf *out) MUST_USE;

/** extKeyUsage (4.2.1.12) with COUNT dotted identifiers. */
enum result extension_add_extended_usage(const char *const *oids, size_t count, struct buf *out) MUST_USE;

/** certificatePolicies (4.2.1.4) with COUNT dotted identifiers and no qualifiers. */
enum result extension_add_policies(const char *const *oids, size_t count, struct buf *out) MUST_USE;

/** subjectAltName (4.2.1.6) with COUNT names. */
enum result extension_add_names(const struct extension_name *names, size_t count, struct buf *out) MUST_USE;

/** subjectSignTool 1.2.643.100.111: the name of the signature tool, in UTF-8. */
enum result extension_add_sign_tool(const char *tool, struct buf *out) MUST_USE;

/**
 * identificationKind 1.2.643.100.114: how the bearer was identified: 0 in person, 1 by a qualified signature,
 * 2 by a passport with a chip, 3 by the unified biometric system. At most 127.
 */
enum result extension_add_identification(unsigned kind, struct buf *out) MUST_USE;

/**
 * The value (the contents of extnValue) of the first extension with OID (tag and length included) in
 * EXTENSIONS, a row of DER Extension. RESULT_NOT_FOUND, RESULT_MALFORMED.
 */
enum result extension_find(struct bytes extensions, struct bytes oid, struct bytes *ret) MUST_USE;

#endif
