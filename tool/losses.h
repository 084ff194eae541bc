/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* losses.h: what would be lost, named before a question, for a person; and for a script afterwards. */
#ifndef ECP_TOOL_LOSSES_H
#define ECP_TOOL_LOSSES_H

#include "tool/objects.h"

/** A line for one key: its algorithm, label, id, and whose certificate goes with it. On standard error, as questions are. */
void losses_show_key(const struct ui *ui, const struct objects *objects, const struct key *key);

/** A line for one certificate: whose, from whom, until when. */
void losses_show_certificate(const struct ui *ui, const struct certificate *certificate);

/** All of them; false if there are none. */
bool losses_show(const struct ui *ui, const struct objects *objects);

/** {"keys": [...], "certificates": [...]} */
json_t *losses_json(const struct objects *objects);

#endif
