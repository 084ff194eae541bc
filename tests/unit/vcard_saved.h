/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_saved.h: what a virtual card would write into its state file, in memory. */
#ifndef ECP_TESTS_UNIT_VCARD_SAVED_H
#define ECP_TESTS_UNIT_VCARD_SAVED_H

#include "tests/unit/vcard_talk.h"

struct saved {
    uint8_t memory[VCARD_SAVED_MAX];
    struct buf buf;
};

/** What CARD saves; to be freed. */
static inline struct saved *save(const struct vcard *card)
{
    struct saved *saved = calloc(1, sizeof(*saved));

    ck_assert(saved != NULL);
    saved->buf = BUF_OVER(saved->memory);
    assert_ok(card->family->save(card, &saved->buf));
    return saved;
}

/** The first FIND in SAVED becomes REPLACE: hexadecimal, of one length. */
static inline void patch(struct saved *saved, const char *find, const char *replace)
{
    static struct talk_memory a, b;
    struct bytes from = talk_hex(&a, find), to = talk_hex(&b, replace);
    uint8_t *place = memmem(saved->memory, saved->buf.size, from.data, from.size);

    ck_assert_msg(place != NULL && from.size == to.size, "no %s", find);
    memcpy(place, to.data, to.size);
}

#endif
