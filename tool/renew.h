/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renew.h: the parts of "ecp renew": what a new certificate takes over from the old one, and the end of the old one. */
#ifndef ECP_TOOL_RENEW_H
#define ECP_TOOL_RENEW_H

#include "tool/import.h"
#include "tool/signing.h"

/**
 * Appends the extensions that a request for the successor of CERTIFICATE asks for: usages, policies, alternative names and
 * signature tool as they were; a Russian certificate's bearer is identified by a signature (identificationKind 1).
 */
enum result renew_extensions(const struct x509 *certificate, struct buf *out) MUST_USE;

/** Writes REQUEST to WRITER inside a CMS message that KEY signs with its certificate OLD (CAdES-BES). */
enum exit_code renew_wrap(const struct ui *ui, struct session *session, const struct common *common, const struct key *key,
                          const struct certificate *old, struct bytes request, struct file_writer *writer);

/**
 * What the certificate LEAF of OBJECTS takes the place of: the one whose DER is OLD; if OLD is empty, one of the same name
 * (its DER) and keyUsage for another key, that does not end later. Returns how many there are; *RET is the last, or NULL.
 */
size_t renew_find_old(const struct objects *objects, const struct certificate *leaf, struct bytes old,
                      const struct certificate **ret);

/**
 * With a new certificate LEAF in place: offers to remove the one that renew_find_old() finds with OLD, if it is the only one;
 * YES removes it without a question. What was removed is appended to the list *RET, for JSON.
 */
enum exit_code renew_remove_old(const struct ui *ui, struct session *session, struct bytes leaf, struct bytes old, bool yes,
                                json_t **ret);

#endif
