/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wire.h: what a trouble does to an answer, and what a world reads in commands. */
#ifndef ECP_TESTS_SWEEP_WIRE_H
#define ECP_TESTS_SWEEP_WIRE_H

#include "tests/sweep/world.h"

/** Another program selects another application, and logs out where that is the same for all. */
void wire_select_other(struct vcard *card);

/** The trouble that has happened goes on with a command of this INS. */
bool wire_goes_on(const struct world *world, uint8_t ins);

/** RESPONSE becomes what TROUBLE makes of it. */
void wire_spoil(const struct trouble *trouble, struct buf *response);

/** COMMAND presents a PIN that was refused, or in this call may have been: 1, else 0. */
unsigned wire_refused(const struct world *world, struct bytes command);

/** Remembers the PIN of COMMAND if ANSWER refuses it, or if RESULT tells that no answer came. */
void wire_note_refusal(struct world *world, struct bytes command, struct bytes answer, enum result result);

#endif
