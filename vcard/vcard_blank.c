/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_blank.h"

#include <stdlib.h>

#define INS_SELECT 0xA4

static enum result blank_create(const char *profile, struct vcard **ret)
{
    (void)profile;
    *ret = calloc(1, sizeof(**ret));
    if (!*ret)
        return RESULT_NO_MEMORY;
    (*ret)->family = &vcard_blank;
    return RESULT_OK;
}

static void blank_destroy(struct vcard *card)
{
    free(card);
}

static struct bytes blank_atr(const struct vcard *card)
{
    /* T=1, historical bytes "BLANK", check byte */
    static const uint8_t atr[] = { 0x3B, 0x85, 0x01, 'B', 'L', 'A', 'N', 'K', 0xCE };

    (void)card;
    return BYTES_OF(atr);
}

static void blank_reset(struct vcard *card)
{
    (void)card;
}

static void blank_respond(struct vcard *card, struct bytes command, struct buf *response)
{
    (void)card;
    if (command.size < 4)
        buf_add_number(response, 0x6700, 2);
    else
        buf_add_number(response, command.data[1] == INS_SELECT ? 0x6A82 : 0x6D00, 2);
}

static unsigned blank_changes(const struct vcard *card)
{
    (void)card;
    return 0;
}

static enum result blank_save(const struct vcard *card, struct buf *out)
{
    (void)card;
    return buf_check(out);
}

static enum result blank_load(struct vcard *card, struct bytes saved)
{
    (void)card;
    return saved.size == 0 ? RESULT_OK : RESULT_MALFORMED;
}

static const char *const blank_profiles[] = { "", NULL };

const struct vcard_family vcard_blank = {
    .name = "blank",
    .profiles = blank_profiles,
    .create = blank_create,
    .destroy = blank_destroy,
    .atr = blank_atr,
    .reset = blank_reset,
    .respond = blank_respond,
    .changes = blank_changes,
    .save = blank_save,
    .load = blank_load,
};
