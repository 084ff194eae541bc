/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz.h: what the harnesses share.
 *
 * A harness is one function, LLVMFuzzerTestOneInput(): libFuzzer calls it in `make fuzz`, replay.c with the
 * committed corpora in ./check. It never fails an input that is merely wrong; what must hold for every input
 * is a FUZZ_CHECK.
 */
#ifndef ECP_TESTS_FUZZ_H
#define ECP_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** The harness: SIZE bytes at DATA, in memory of just that length. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Where it is defined, libFuzzer calls it once before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/** What must hold for every input: the program ends with the place if it does not. */
#define FUZZ_CHECK(condition)                                                                                \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                   \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/** For results that an input may make what it likes. */
#define FUZZ_IGNORE(expr) ((void)!(expr))

/** An environment variable: set, a harness that has a trace writes it to standard error. */
#define FUZZ_TRACE "ECP_FUZZ_TRACE"

/** An input that is read piece by piece; at its end it gives zeros and empty views. */
struct fuzz {
    struct bytes rest;
};

/** The next byte. */
uint8_t fuzz_byte(struct fuzz *fuzz);

/** The next SIZE bytes (at most 4) as a big-endian number. */
uint32_t fuzz_number(struct fuzz *fuzz, size_t size);

/** At most SIZE further bytes. */
struct bytes fuzz_take(struct fuzz *fuzz, size_t size);

/** A part with its length before it: one byte; FF and two bytes for the long ones. */
struct bytes fuzz_part(struct fuzz *fuzz);

/**
 * A copy of VIEW that ends where its allocation ends, so that the sanitiser sees one byte too many. The
 * caller's (fuzz_free). Fit for SCOPED.
 */
struct bytes fuzz_copy(struct bytes view);
void fuzz_free(struct bytes *copy);

/** Memory of SIZE bytes to build in. The caller's (fuzz_buf_free). Fit for SCOPED. */
struct buf fuzz_buf(size_t size);
void fuzz_buf_free(struct buf *buf);

#endif
