/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* driver.h: a driver that does what the input says with a card that does what the input says. */
#ifndef ECP_TESTS_FUZZ_DRIVER_H
#define ECP_TESTS_FUZZ_DRIVER_H

#include "tests/fuzz/ready.h"

/** Runs the operations in FUZZ on the first COUNT kinds from KIND on; the first byte chooses one. */
void fuzz_driver_run(struct fuzz *fuzz, struct fuzz_ready *kind, size_t count);

#endif
