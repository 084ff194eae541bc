/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* bytes.h: a view of somebody else's memory. It owns nothing and is passed by value. */
#ifndef ECP_ASN1_BYTES_H
#define ECP_ASN1_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A view: SIZE bytes at DATA. DATA may be NULL only if SIZE is 0. The memory must outlive the view. */
struct bytes {
    const uint8_t *data;
    size_t size;
};

/** The view with nothing in it. */
#define BYTES_NONE ((struct bytes){ NULL, 0 })

/** A view of an array (not of a pointer). */
#define BYTES_OF(array) ((struct bytes){ (array), sizeof(array) })

/**
 * A view of byte values given in place: BYTES_LIT(0x5C, 0x01, 0x7E). Lives as long as the enclosing block,
 * and the body of a macro such as TRY() is one: what a macro's argument makes must not be kept beyond it.
 */
#define BYTES_LIT(...)                                                                                             \
    ((struct bytes){ (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }) })

/** A view of SIZE bytes at DATA; of nothing if DATA is NULL. */
struct bytes bytes_make(const void *data, size_t size);

/** A view of a string without its terminating NUL; of nothing for NULL. */
struct bytes bytes_text(const char *text);

/** SIZE bytes from OFFSET on. What lies outside the view is cut off: the result may be shorter or empty. */
struct bytes bytes_slice(struct bytes view, size_t offset, size_t size);

/** Everything from OFFSET on; empty if OFFSET is beyond the end. */
struct bytes bytes_from(struct bytes view, size_t offset);

/** Same length and same contents. Not for secrets: the time depends on the contents. */
bool bytes_equal(struct bytes a, struct bytes b);

/** As bytes_equal(), in a time that depends on the lengths alone. */
bool bytes_equal_secret(struct bytes a, struct bytes b);

/** VIEW begins with PREFIX. */
bool bytes_start_with(struct bytes view, struct bytes prefix);

/** Without leading zero bytes; a view of zeros becomes empty. For unsigned big-endian numbers. */
struct bytes bytes_strip_zeros(struct bytes view);

/** The unsigned big-endian number in VIEW (0 for an empty one), saturated at UINT64_MAX if it is wider than 64 bits. */
uint64_t bytes_number(struct bytes view);

/** The number of significant bits of the unsigned big-endian number in VIEW. */
size_t bytes_bit_length(struct bytes view);

#endif
