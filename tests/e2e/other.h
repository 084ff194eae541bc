/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* other.h: another program that uses the same card through PC/SC. */
#ifndef ECP_TESTS_E2E_OTHER_H
#define ECP_TESTS_E2E_OTHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct other;

/** Connects to the first reader, shared or exclusive; NULL if the service refuses. */
struct other *other_connect(bool exclusive);

/** Disconnects, leaving the card as it is, or resetting it. */
void other_disconnect(struct other *other, bool reset);

/** Sends SIZE bytes; the status word of the answer, or 0 if the exchange broke. */
unsigned other_send(struct other *other, const uint8_t *command, size_t size);

/** Holds and releases a transaction. */
bool other_begin(struct other *other);
void other_end(struct other *other);

/** Sends bytes given in place. */
#define OTHER_SEND(other, ...)                                                                                     \
    other_send(other, (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

#endif
