/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * values.h: arguments of C_ functions that the input chooses.
 *
 * Zeros give what a sensible program would; other bytes what no program should. Memory is always as long as
 * its length says: a length that lies about memory is the program's own error, and no module can help.
 */
#ifndef ECP_TESTS_FUZZ_VALUES_H
#define ECP_TESTS_FUZZ_VALUES_H

#include "pkcs11-headers/pkcs11.h"
#include "tests/fuzz/ready.h"

#define VALUES_MEMORY_MAX 96
#define VALUES_HANDLES_MAX 24
#define VALUES_ATTRIBUTES_MAX 10

/** Handles that were given out. */
struct fuzz_handles {
    CK_ULONG items[VALUES_HANDLES_MAX];
    size_t count;
};

/** What a program has: its input, what the module gave it, and memory that is freed after each call. */
struct fuzz_values {
    struct fuzz *fuzz;
    struct fuzz_ready *kinds[2];
    struct fuzz_handles slots, sessions, objects;
    void *memory[VALUES_MEMORY_MAX];
    size_t memory_count;
    CK_ATTRIBUTE attributes[VALUES_ATTRIBUTES_MAX];
};

/** Data for a call, or where it is to write. NULL with a length at times. */
struct fuzz_area {
    CK_BYTE_PTR data;
    CK_ULONG size;
};

/** Memory of just SIZE bytes, filled with ones, until values_free(). */
void *values_memory(struct fuzz_values *values, size_t size);
void values_free(struct fuzz_values *values);

/** Remembers a handle. */
void values_keep(struct fuzz_handles *handles, CK_ULONG handle);

/** One of the handles, or none that was ever given. */
CK_ULONG values_handle(struct fuzz_values *values, const struct fuzz_handles *handles);

/** Data of the input's, and room for an answer. */
struct fuzz_area values_data(struct fuzz_values *values);
struct fuzz_area values_room(struct fuzz_values *values);

/** A PIN: the user's of the first or the second card, an SO's, or the input's. */
struct fuzz_area values_pin(struct fuzz_values *values);

/** A mechanism with the parameters that it wants, or others. NULL at times. */
CK_MECHANISM *values_mechanism(struct fuzz_values *values, CK_MECHANISM *ret);

/** A template with values; *RET_COUNT attributes of values->attributes. NULL at times. */
CK_ATTRIBUTE *values_template(struct fuzz_values *values, CK_ULONG *ret_count);

/** A template with room for values. */
CK_ATTRIBUTE *values_question(struct fuzz_values *values, CK_ULONG *ret_count);

#endif
