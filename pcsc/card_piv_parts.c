/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/card_piv_parts.h"

#include <stdlib.h>
#include <string.h>

const struct piv_slot card_piv_slots[PIV_SLOT_COUNT] = {
    { 0x9A, 0x01, 0x5FC105, "PIV Authentication" }, { 0x9C, 0x02, 0x5FC10A, "Digital Signature" },
    { 0x9D, 0x03, 0x5FC10B, "Key Management" },     { 0x9E, 0x04, 0x5FC101, "Card Authentication" },
    { 0x82, 0x05, 0x5FC10D, "Retired Key 1" },      { 0x83, 0x06, 0x5FC10E, "Retired Key 2" },
    { 0x84, 0x07, 0x5FC10F, "Retired Key 3" },      { 0x85, 0x08, 0x5FC110, "Retired Key 4" },
    { 0x86, 0x09, 0x5FC111, "Retired Key 5" },      { 0x87, 0x0A, 0x5FC112, "Retired Key 6" },
    { 0x88, 0x0B, 0x5FC113, "Retired Key 7" },      { 0x89, 0x0C, 0x5FC114, "Retired Key 8" },
    { 0x8A, 0x0D, 0x5FC115, "Retired Key 9" },      { 0x8B, 0x0E, 0x5FC116, "Retired Key 10" },
    { 0x8C, 0x0F, 0x5FC117, "Retired Key 11" },     { 0x8D, 0x10, 0x5FC118, "Retired Key 12" },
    { 0x8E, 0x11, 0x5FC119, "Retired Key 13" },     { 0x8F, 0x12, 0x5FC11A, "Retired Key 14" },
    { 0x90, 0x13, 0x5FC11B, "Retired Key 15" },     { 0x91, 0x14, 0x5FC11C, "Retired Key 16" },
    { 0x92, 0x15, 0x5FC11D, "Retired Key 17" },     { 0x93, 0x16, 0x5FC11E, "Retired Key 18" },
    { 0x94, 0x17, 0x5FC11F, "Retired Key 19" },     { 0x95, 0x18, 0x5FC120, "Retired Key 20" },
};

const struct piv_slot *card_piv_slot_by_reference(uint32_t reference)
{
    for (size_t i = 0; i < PIV_SLOT_COUNT; i++) {
        if (card_piv_slots[i].reference == (reference & 0xFF))
            return &card_piv_slots[i];
    }
    return NULL;
}

const struct piv_slot *card_piv_slot_by_object(uint32_t object)
{
    for (size_t i = 0; i < PIV_SLOT_COUNT; i++) {
        if (card_piv_slots[i].object == object)
            return &card_piv_slots[i];
    }
    return NULL;
}

const struct piv_slot *card_piv_slot_by_id(struct bytes id)
{
    if (id.size != 1 || id.data[0] == 0 || id.data[0] > PIV_SLOT_COUNT)
        return NULL;
    return &card_piv_slots[id.data[0] - 1];
}

bool card_piv_slot_is_retired(const struct piv_slot *slot)
{
    return slot->id > PIV_RETIRED_FIRST;
}

struct piv_state *card_piv_state(struct card *card)
{
    _Static_assert(sizeof(struct piv_state) <= CARD_PRIVATE_STATE, "the state fits its place");
    return (struct piv_state *)(void *)card->state;
}

bool card_piv_setting_is(const struct card *card, const char *key, const char *value)
{
    for (size_t i = 0; i < card->settings_count; i++) {
        if (strcmp(card->settings[i].key, key) == 0)
            return strcmp(card->settings[i].value, value) == 0;
    }
    return false;
}

bool card_piv_is_fatal(enum result result)
{
    return result == RESULT_NO_MEMORY || result == RESULT_WRONG_STATE || result >= RESULT_CARD_RESET;
}

enum result card_piv_after_change(enum result after)
{
    bool repeated = after == RESULT_CARD_RESET || after == RESULT_NO_SERVICE || after == RESULT_WRONG_STATE ||
                    after == RESULT_NOT_AUTHENTICATED;

    return repeated ? RESULT_TRANSPORT : after;
}

bool card_piv_sw_unselected(unsigned sw)
{
    return sw == 0x6D00 || sw == 0x6E00 || sw == 0x6986;
}

enum result card_piv_heap_new(size_t capacity, struct buf *ret)
{
    *ret = buf_make(calloc(1, capacity), capacity);
    return ret->data ? RESULT_OK : RESULT_NO_MEMORY;
}

void card_piv_heap_free(struct buf *buf)
{
    buf_wipe(buf);
    free(buf->data);
    *buf = buf_make(NULL, 0);
}
