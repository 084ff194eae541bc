/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Rutoken driver on tokens that lie. */
#include "tests/fuzz/driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz fuzz = { bytes_make(data, size) };

    fuzz_driver_run(&fuzz, fuzz_readies + FUZZ_PIV_COUNT, FUZZ_RUTOKEN_COUNT);
    return 0;
}
