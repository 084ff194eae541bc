/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* case.h: one story with one trouble, from the card's power-on to what is left on it. */
#ifndef ECP_TESTS_SWEEP_CASE_H
#define ECP_TESTS_SWEEP_CASE_H

#include "tests/sweep/plan.h"
#include "tests/sweep/story.h"

/** A card that is ready for stories. */
struct furnished {
    const struct kin *kin;
    const char *profile;
    const char *config;                          /**< the configuration file, or NULL */
    struct bytes certificate, other_certificate; /**< in DER */
    struct bytes memory;                         /**< what vcard_family.save() gave; owned */
    uint8_t made[RUN_VALUE_MAX];                 /**< where CERTIFICATE is */
};

/** Furnishes a card of FURNISHED->profile and fills in MEMORY and CERTIFICATE. False, and why in FAILURE, if that fails. */
bool case_furnish(struct furnished *furnished, char failure[RUN_FAILURE_MAX]);

/** Tells STORY without trouble; *RET_COUNT commands are in WORLD->record then. False, and why in FAILURE. */
bool case_rehearse(struct world *world, const struct furnished *furnished, const struct story *story,
                   unsigned *ret_count, char failure[RUN_FAILURE_MAX]);

/** Tells STORY with TROUBLE, and again without. */
bool case_run(struct world *world, const struct furnished *furnished, const struct story *story,
              const struct trouble *trouble, char failure[RUN_FAILURE_MAX]);

/** Tells STORY while the NTH allocation of the module fails. *RET_FAILED: there was such a one. */
bool case_starve(struct world *world, const struct furnished *furnished, const struct story *story, unsigned nth,
                 bool *ret_failed, char failure[RUN_FAILURE_MAX]);

#endif
