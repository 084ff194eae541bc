/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_state.h"

#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_piv_data.h"
#include "vcard/vcard_keys.h"
#include "vcard/vcard_piv_management.h"
#include "vcard/vcard_piv_slots.h"

enum {
    FORMAT = 1,
    TAG_STATE = 0x70,
    TAG_FORMAT = 0x80,
    TAG_PROFILE = 0x81,
    TAG_SERIAL = 0x82,
    TAG_PIN = 0x83,
    TAG_PUK = 0x84,
    TAG_MANAGEMENT = 0x85,
    TAG_KEY = 0xA6,
    TAG_OBJECT = 0xA7,
    TAG_KEY_FACTS = 0x80,
    TAG_KEY_NUMBERS = 0xA1,
    TAG_OBJECT_NAME = 0x80,
    TAG_OBJECT_CONTENTS = 0x81,
    KEY_FACTS_SIZE = 5,
};

void piv_memory_clear(struct piv_memory *memory)
{
    piv_slots_clear(memory, 0);
    piv_objects_clear(memory, 0);
    secret_wipe(memory, sizeof(*memory));
}

static void save_pin(const struct piv_pin *pin, uint32_t tag, struct buf *out)
{
    tlv_add_header(out, tag, sizeof(pin->value) + 2);
    buf_add(out, BYTES_OF(pin->value));
    buf_add_byte(out, pin->max);
    buf_add_byte(out, pin->left);
}

static void save_management(const struct piv_management *management, struct buf *out)
{
    tlv_add_header(out, TAG_MANAGEMENT, 2 + management->size);
    buf_add_byte(out, management->algorithm);
    buf_add_byte(out, management->touch_policy);
    buf_add(out, bytes_make(management->value, management->size));
}

static enum result save_key(const struct piv_key *key, struct buf *out)
{
    size_t mark = tlv_begin(out, TAG_KEY), numbers;

    tlv_add(out, TAG_KEY_FACTS,
            BYTES_LIT(key->slot, key->algorithm, key->pin_policy, key->touch_policy, key->origin));
    numbers = tlv_begin(out, TAG_KEY_NUMBERS);
    TRY(vcard_key_export(key->pkey, key->algorithm, out));
    tlv_end(out, numbers);
    tlv_end(out, mark);
    return RESULT_OK;
}

static void save_object(const struct piv_object *object, struct buf *out)
{
    size_t mark = tlv_begin(out, TAG_OBJECT);

    tlv_add_header(out, TAG_OBJECT_NAME, 3);
    buf_add_number(out, object->tag, 3);
    tlv_add(out, TAG_OBJECT_CONTENTS, bytes_make(object->contents, object->size));
    tlv_end(out, mark);
}

enum result piv_state_save(const struct piv_card *card, struct buf *out)
{
    const struct piv_memory *memory = &card->memory;
    size_t mark = tlv_begin(out, TAG_STATE);

    tlv_add_byte(out, TAG_FORMAT, FORMAT);
    tlv_add(out, TAG_PROFILE, bytes_text(card->profile->name));
    tlv_add(out, TAG_SERIAL, BYTES_OF(memory->serial));
    save_pin(&memory->pin, TAG_PIN, out);
    save_pin(&memory->puk, TAG_PUK, out);
    save_management(&memory->management, out);
    for (size_t i = 0; i < PIV_SLOTS; i++) {
        if (memory->keys[i].pkey)
            TRY(save_key(&memory->keys[i], out));
    }
    for (const struct piv_object *object = memory->objects; object; object = object->next)
        save_object(object, out);
    tlv_end(out, mark);
    return buf_check(out);
}

static enum result load_pin(struct tlv_cursor *cursor, uint32_t tag, struct piv_pin *pin)
{
    struct bytes value;

    TRY(tlv_expect(cursor, tag, &value));
    if (value.size != sizeof(pin->value) + 2)
        return RESULT_MALFORMED;
    memcpy(pin->value, value.data, sizeof(pin->value));
    pin->max = value.data[sizeof(pin->value)];
    pin->left = value.data[sizeof(pin->value) + 1];
    return pin->max > 0 && pin->left <= pin->max ? RESULT_OK : RESULT_MALFORMED;
}

static enum result load_management(struct tlv_cursor *cursor, struct piv_management *management)
{
    struct bytes value;

    TRY(tlv_expect(cursor, TAG_MANAGEMENT, &value));
    if (value.size <= 2)
        return RESULT_MALFORMED;
    management->algorithm = value.data[0];
    management->touch_policy = value.data[1];
    management->size = value.size - 2;
    if (management->size != piv_management_size(management->algorithm) ||
        management->touch_policy < PIV_TOUCH_NEVER || management->touch_policy > PIV_TOUCH_CACHED)
        return RESULT_MALFORMED;
    memcpy(management->value, value.data + 2, management->size);
    return RESULT_OK;
}

static enum result load_head(const struct piv_card *card, struct tlv_cursor *cursor,
                             struct piv_memory *memory)
{
    struct bytes value;

    TRY(tlv_expect(cursor, TAG_FORMAT, &value));
    if (!bytes_equal(value, BYTES_LIT(FORMAT)))
        return RESULT_MALFORMED;
    TRY(tlv_expect(cursor, TAG_PROFILE, &value));
    if (!bytes_equal(value, bytes_text(card->profile->name)))
        return RESULT_MALFORMED;
    TRY(tlv_expect(cursor, TAG_SERIAL, &value));
    if (value.size != sizeof(memory->serial) || value.data[0] > 0x7F)
        return RESULT_MALFORMED;
    memcpy(memory->serial, value.data, value.size);
    TRY(load_pin(cursor, TAG_PIN, &memory->pin));
    TRY(load_pin(cursor, TAG_PUK, &memory->puk));
    return load_management(cursor, &memory->management);
}

static bool facts_possible(const struct piv_profile *profile, const uint8_t facts[KEY_FACTS_SIZE])
{
    return piv_slot_algorithm_allowed(profile, facts[1]) && facts[2] >= PIV_PIN_NEVER &&
           facts[2] <= PIV_PIN_ALWAYS && facts[3] >= PIV_TOUCH_NEVER && facts[3] <= PIV_TOUCH_CACHED &&
           (facts[4] == PIV_ORIGIN_GENERATED || facts[4] == PIV_ORIGIN_IMPORTED);
}

static enum result load_key(const struct piv_card *card, struct bytes saved, struct piv_memory *memory)
{
    struct tlv_cursor cursor = tlv_open(saved);
    struct bytes facts, numbers;
    struct piv_key *slot;
    EVP_PKEY *pkey;

    TRY(tlv_expect(&cursor, TAG_KEY_FACTS, &facts));
    TRY(tlv_expect(&cursor, TAG_KEY_NUMBERS, &numbers));
    if (!tlv_at_end(&cursor) || facts.size != KEY_FACTS_SIZE || !facts_possible(card->profile, facts.data))
        return RESULT_MALFORMED;
    slot = piv_slot_in(card->profile, memory, facts.data[0]);
    if (!slot || slot->pkey)
        return RESULT_MALFORMED;
    TRY(vcard_key_import(card->crypto, facts.data[1], numbers, &pkey));
    piv_slot_fill(slot, pkey, facts.data[1], facts.data[4]);
    piv_slot_set_policies(slot, facts.data[2], facts.data[3]);
    return RESULT_OK;
}

static enum result load_object(const struct piv_card *card, struct bytes saved, struct piv_memory *memory)
{
    struct tlv_cursor cursor = tlv_open(saved);
    struct bytes name, contents;
    uint32_t tag;

    TRY(tlv_expect(&cursor, TAG_OBJECT_NAME, &name));
    TRY(tlv_expect(&cursor, TAG_OBJECT_CONTENTS, &contents));
    tag = (uint32_t)bytes_number(name);
    if (!tlv_at_end(&cursor) || name.size != 3 || contents.size == 0 ||
        !piv_object_allowed(card->profile, tag) || piv_object_get(memory, tag).size > 0)
        return RESULT_MALFORMED;
    return piv_object_put(card->profile, memory, tag, contents);
}

static enum result load_memory(const struct piv_card *card, struct bytes saved, struct piv_memory *memory)
{
    struct tlv_cursor outer = tlv_open(saved), cursor;
    struct bytes state;
    struct tlv part;

    TRY(tlv_expect(&outer, TAG_STATE, &state));
    if (!tlv_at_end(&outer))
        return RESULT_MALFORMED;
    cursor = tlv_open(state);
    TRY(load_head(card, &cursor, memory));
    while (!tlv_at_end(&cursor)) {
        TRY(tlv_next(&cursor, &part));
        if (part.tag == TAG_KEY)
            TRY(load_key(card, part.value, memory));
        else if (part.tag == TAG_OBJECT)
            TRY(load_object(card, part.value, memory));
        else
            return RESULT_MALFORMED;
    }
    return RESULT_OK;
}

enum result piv_state_load(struct piv_card *card, struct bytes saved)
{
    SCOPED(piv_memory_clear) struct piv_memory memory = { 0 };
    struct piv_memory old;
    enum result result;

    piv_slots_init(&memory);
    result = load_memory(card, saved, &memory);
    if (result != RESULT_OK)
        return result == RESULT_NO_MEMORY ? result : RESULT_MALFORMED;
    /* the scope's end frees what the card had */
    old = card->memory;
    card->memory = memory;
    memory = old;
    secret_wipe(&old, sizeof(old));
    return RESULT_OK;
}
