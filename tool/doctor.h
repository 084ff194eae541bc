/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor.h: the examinations of "ecp doctor". */
#ifndef ECP_TOOL_DOCTOR_H
#define ECP_TOOL_DOCTOR_H

#include <time.h>

#include "tool/client.h"
#include "tool/finding.h"
#include "tool/pcsc_check.h"

/** The service, its readers and whether cards can be had. False if nothing can be learnt from a module either. */
bool doctor_pcsc(struct findings *findings, const struct pcsc_check *check);

/** The clock at NOW against the day of this release: certain if it is behind, likely wrong if it is far ahead. */
void doctor_clock(struct findings *findings, time_t now);

/** Whether other programs find MODULE: p11-kit's configuration, NSS's databases. */
void doctor_registration(struct findings *findings, const char *module);

/** A token: its PIN, and its keys and certificates. LOGIN (may be NULL): where the PIN comes from, to see all keys. */
enum exit_code doctor_token(struct findings *findings, const struct client *client, const struct token *token,
                            const struct common *login);

#endif
