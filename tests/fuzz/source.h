/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* source.h: two readers with cards that the input spoils, pulls out and puts in. */
#ifndef ECP_TESTS_FUZZ_SOURCE_H
#define ECP_TESTS_FUZZ_SOURCE_H

#include "tests/fuzz/card.h"

#define FUZZ_READERS 2

/** Readers "Reader 0" and "Reader 1". */
struct fuzz_source {
    struct reader_source base;
    struct fuzz_card *cards[FUZZ_READERS];
};

/** A source with two cards; it belongs to the caller, close() frees nothing. */
void fuzz_source_start(struct fuzz_source *source, struct fuzz_card *first, struct fuzz_card *second);

#endif
