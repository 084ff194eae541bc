/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* certificate_store.h: a certificate put beside its key on a token, in the place of an older one if that is wanted. */
#ifndef ECP_TOOL_CERTIFICATE_STORE_H
#define ECP_TOOL_CERTIFICATE_STORE_H

#include "tool/objects.h"

/**
 * Writes CERTIFICATE to the token with the id of KEY and LABEL, if it is not there, and reads it back. OLD (may be NULL), another certificate of
 * KEY, is taken away when the new one is there; where a token has one place for both, it is written back if the new one
 * cannot be written. The person is told how it ended.
 */
enum exit_code certificate_store(const struct ui *ui, const struct session *session, const struct x509 *certificate,
                                 const struct key *key, const char *label, const struct certificate *old);

/** CERTIFICATE is on the token, byte by byte, with the id of KEY. */
bool certificate_is_stored(const struct session *session, struct bytes certificate, const struct key *key);

#endif
