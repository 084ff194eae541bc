/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The module, from the C_ functions down to the cards: calls with any arguments, cards that lie, come and go.
 */
#include "module/api/library.h"
#include "pcsc/cards.h"
#include "tests/fuzz/calls.h"

#define CALLS_MAX 40

/* As C_Initialize does it, on readers of the input's. */
static void initialize(struct fuzz_program *program, uint8_t how)
{
    struct library_parts parts = { .source = &program->source.base, .drivers = card_drivers };

    FUZZ_CHECK(library_claim() == CKR_OK && config_load_from(NULL, NULL, &parts.config) == RESULT_OK);
    parts.config->keep_pin = (how & 1) == 0;
    parts.config->reuse_pin = (how & 2) != 0;
    parts.config->hold = how & 4 ? CONFIG_HOLD_OPERATION : CONFIG_HOLD_LOGIN;
    parts.config->edwards_point = how & 8 ? CONFIG_POINT_RAW : CONFIG_POINT_DER;
    parts.config->use_pinpad = (how & 16) != 0;
    if (how & 32 || getenv(FUZZ_TRACE))
        FUZZ_IGNORE(trace_open(TRACE_CARD, getenv(FUZZ_TRACE) ? NULL : "/dev/null"));
    FUZZ_CHECK(library_start(&parts) == CKR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz fuzz = { bytes_make(data, size) };
    struct fuzz_program program = { .values = { .fuzz = &fuzz } };
    uint8_t which = fuzz_byte(&fuzz), how = fuzz_byte(&fuzz);

    program.values.kinds[0] = &fuzz_readies[which / 16 % FUZZ_PIV_COUNT];
    program.values.kinds[1] = &fuzz_readies[FUZZ_PIV_COUNT + which % FUZZ_RUTOKEN_COUNT];
    fuzz_source_start(&program.source, fuzz_ready_start(program.values.kinds[0], &fuzz),
                      fuzz_ready_start(program.values.kinds[1], &fuzz));
    initialize(&program, how);
    for (unsigned i = 0; i < CALLS_MAX && fuzz.rest.size > 0; i++)
        fuzz_calls_next(&program);
    FUZZ_CHECK(C_Finalize(NULL) == CKR_OK);
    return 0;
}
