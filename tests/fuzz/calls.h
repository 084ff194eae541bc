/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* calls.h: C_ functions, each with arguments of the input's. */
#ifndef ECP_TESTS_FUZZ_CALLS_H
#define ECP_TESTS_FUZZ_CALLS_H

#include "tests/fuzz/source.h"
#include "tests/fuzz/values.h"

/** A program that uses the module. */
struct fuzz_program {
    struct fuzz_values values;
    struct fuzz_source source;
};

/** The next call, or a card's event, of the input; a plan for each card before it. */
void fuzz_calls_next(struct fuzz_program *program);

#endif
