/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* describe.h: certificates and dates in words. */
#ifndef ECP_TOOL_DESCRIBE_H
#define ECP_TOOL_DESCRIBE_H

#include "asn1/x509.h"
#include "tool/objects.h"

#define DESCRIBE_NAME_MAX 512

/** A DER Name as text (RFC 4514), into RET; control characters become '?' (printable.h). */
void describe_name(struct bytes name, char *ret, size_t size);

/** Whose name it is, shortly: the common name. */
void describe_bearer(struct bytes name, char *ret, size_t size);

/** A day as the language writes it, the same on every machine, into RET. */
void describe_date(const struct x509_date *date, char *ret, size_t size);

/** A day as ISO 8601 for scripts, into RET. */
void describe_date_iso(const struct x509_date *date, char *ret, size_t size);

/** Whole days from today (UTC) to DATE; negative when it has passed. */
long describe_days_left(const struct x509_date *date);

/** The serial number (DER INTEGER) in hexadecimal, into RET. */
void describe_serial(struct bytes serial, char *ret, size_t size);

/** What JSON says of a certificate: label, id, subject, issuer, serial, not_before, not_after, days_left, has_key. */
json_t *describe_certificate(const struct objects *objects, const struct certificate *certificate);

/** What JSON says of a key: label, id, algorithm, has_private, has_certificate. */
json_t *describe_key(const struct objects *objects, const struct key *key);

/** What JSON says of a token: label, serial, model, manufacturer, reader, uri. */
json_t *describe_token(const struct token *token);

#endif
