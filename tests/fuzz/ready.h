/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ready.h: cards with keys, certificates and data on them, made once and brought back for each input. */
#ifndef ECP_TESTS_FUZZ_READY_H
#define ECP_TESTS_FUZZ_READY_H

#include "pcsc/card.h"
#include "tests/fuzz/card.h"

/** A kind of card: its name, its driver (NULL: the module has none), its secrets, and what was made of it. */
struct fuzz_ready {
    const char *name;
    const struct card_driver *driver;
    const char *user, *so;
    bool ready;
    struct fuzz_card card;
    struct buf saved;
};

/** The kinds: PIV, Rutoken, OpenPGP. */
extern struct fuzz_ready fuzz_readies[];
#define FUZZ_PIV_COUNT 5
#define FUZZ_RUTOKEN_COUNT 5
#define FUZZ_OPENPGP (FUZZ_PIV_COUNT + FUZZ_RUTOKEN_COUNT)

/** The card of a kind, as it was made, for FUZZ. The first time it is made: with whatever its driver can put
 * on it. */
struct fuzz_card *fuzz_ready_start(struct fuzz_ready *kind, struct fuzz *fuzz);

/** The sections of the configuration that let the drivers do everything; COUNT of them. */
extern const struct card_section fuzz_sections[];
#define FUZZ_SECTION_COUNT 2

#endif
