/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_state.h"

#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_openpgp_algorithm.h"
#include "vcard/vcard_openpgp_data.h"
#include "vcard/vcard_openpgp_keys.h"
#include "vcard/vcard_openpgp_pin.h"

enum {
    FORMAT = 1,
    TAG_STATE = 0x70,
    TAG_FORMAT = 0x80,
    TAG_SERIAL = 0x82,
    TAG_FLAGS = 0x83,
    TAG_COUNTER = 0x84,
    TAG_PASSWORD = 0x85,
    TAG_KEY = 0xA6,
    TAG_VALUE = 0xA7,
    TAG_KEY_ATTRIBUTES = 0x80,
    TAG_KEY_FACTS = 0x81,
    TAG_KEY_FINGERPRINT = 0x82,
    TAG_KEY_AUTHORITY = 0x83,
    TAG_KEY_DATE = 0x84,
    TAG_KEY_NUMBERS = 0xA1,
    TAG_VALUE_NUMBER = 0x80,
    TAG_VALUE_CONTENTS = 0x81,
};

void openpgp_memory_clear(struct openpgp_memory *memory)
{
    openpgp_keys_clear(memory);
    openpgp_values_clear(memory);
    secret_wipe(memory, sizeof(*memory));
}

static void save_password(const struct openpgp_pin *pin, uint32_t tag, struct buf *out)
{
    tlv_add_header(out, tag, 1u + pin->size);
    buf_add_byte(out, pin->left);
    buf_add(out, bytes_make(pin->value, pin->size));
}

static enum result save_key(const struct openpgp_key *key, struct buf *out)
{
    size_t mark = tlv_begin(out, TAG_KEY), numbers;

    tlv_add(out, TAG_KEY_ATTRIBUTES, openpgp_attributes(key));
    tlv_add(out, TAG_KEY_FACTS, BYTES_LIT(key->origin, key->button));
    tlv_add(out, TAG_KEY_FINGERPRINT, BYTES_OF(key->fingerprint));
    tlv_add(out, TAG_KEY_AUTHORITY, BYTES_OF(key->authority));
    tlv_add(out, TAG_KEY_DATE, BYTES_OF(key->date));
    if (key->pkey) {
        numbers = tlv_begin(out, TAG_KEY_NUMBERS);
        TRY(vcard_key_export(key->pkey, key->algorithm, out));
        tlv_end(out, numbers);
    }
    tlv_end(out, mark);
    return RESULT_OK;
}

static void save_value(const struct openpgp_memory *memory, enum openpgp_value_id id, struct buf *out)
{
    struct bytes contents = openpgp_value_get(memory, id);
    size_t mark;

    if (contents.size == 0)
        return;
    mark = tlv_begin(out, TAG_VALUE);
    tlv_add_byte(out, TAG_VALUE_NUMBER, (uint8_t)id);
    tlv_add(out, TAG_VALUE_CONTENTS, contents);
    tlv_end(out, mark);
}

enum result openpgp_state_save(const struct openpgp_card *card, struct buf *out)
{
    const struct openpgp_memory *memory = &card->memory;
    size_t mark = tlv_begin(out, TAG_STATE);

    tlv_add_byte(out, TAG_FORMAT, FORMAT);
    tlv_add(out, TAG_SERIAL, BYTES_OF(memory->serial));
    tlv_add(out, TAG_FLAGS, BYTES_LIT(memory->terminated, memory->several));
    tlv_add_header(out, TAG_COUNTER, 3);
    buf_add_number(out, memory->counter, 3);
    for (unsigned i = 0; i < OPENPGP_PASSWORDS; i++)
        save_password(&memory->pins[i], TAG_PASSWORD + i, out);
    for (unsigned i = 0; i < OPENPGP_KEYS; i++)
        TRY(save_key(&memory->keys[i], out));
    for (unsigned id = 0; id < OPENPGP_VALUES; id++)
        save_value(memory, (enum openpgp_value_id)id, out);
    tlv_end(out, mark);
    return buf_check(out);
}

/* A value of this length and no other */
static enum result load_fixed(struct tlv_cursor *cursor, uint32_t tag, uint8_t *place, size_t size)
{
    struct bytes value;

    TRY(tlv_expect(cursor, tag, &value));
    if (value.size != size)
        return RESULT_MALFORMED;
    memcpy(place, value.data, size);
    return RESULT_OK;
}

static enum result load_password(struct tlv_cursor *cursor, enum openpgp_password which,
                                 struct openpgp_pin *pin)
{
    struct bytes saved, value;

    TRY(tlv_expect(cursor, TAG_PASSWORD + (uint32_t)which, &saved));
    value = bytes_from(saved, 1);
    if (saved.size == 0 || value.size > sizeof(pin->value))
        return RESULT_MALFORMED;
    pin->left = saved.data[0];
    pin->size = (uint8_t)value.size;
    if (value.size == 0)
        return which == OPENPGP_RC && pin->left == 0 ? RESULT_OK : RESULT_MALFORMED;
    memcpy(pin->value, value.data, value.size);
    return openpgp_pin_allowed(which, value.size) && pin->left <= OPENPGP_TRIES ? RESULT_OK
                                                                                : RESULT_MALFORMED;
}

static enum result load_head(struct tlv_cursor *cursor, struct openpgp_memory *memory)
{
    uint8_t format, flags[2], counter[3];

    TRY(load_fixed(cursor, TAG_FORMAT, &format, sizeof(format)));
    TRY(load_fixed(cursor, TAG_SERIAL, memory->serial, sizeof(memory->serial)));
    TRY(load_fixed(cursor, TAG_FLAGS, flags, sizeof(flags)));
    TRY(load_fixed(cursor, TAG_COUNTER, counter, sizeof(counter)));
    if (format != FORMAT || flags[0] > 1 || flags[1] > 1)
        return RESULT_MALFORMED;
    memory->terminated = flags[0] == 1;
    memory->several = flags[1] == 1;
    memory->counter = (uint32_t)bytes_number(BYTES_OF(counter));
    for (unsigned i = 0; i < OPENPGP_PASSWORDS; i++)
        TRY(load_password(cursor, (enum openpgp_password)i, &memory->pins[i]));
    return RESULT_OK;
}

/* Where a key comes from is known if and only if there is one */
static enum result load_numbers(const struct openpgp_card *card, struct tlv_cursor *cursor, uint8_t origin,
                                struct openpgp_key *key)
{
    struct bytes numbers;
    EVP_PKEY *pkey;

    if (tlv_at_end(cursor))
        return origin == OPENPGP_ORIGIN_NONE ? RESULT_OK : RESULT_MALFORMED;
    TRY(tlv_expect(cursor, TAG_KEY_NUMBERS, &numbers));
    if (!tlv_at_end(cursor) || (origin != OPENPGP_ORIGIN_GENERATED && origin != OPENPGP_ORIGIN_IMPORTED))
        return RESULT_MALFORMED;
    TRY(vcard_key_import(card->crypto, key->algorithm, numbers, &pkey));
    openpgp_key_fill(key, pkey, (enum openpgp_origin)origin);
    return RESULT_OK;
}

static enum result load_key(const struct openpgp_card *card, struct tlv_cursor *outer, enum openpgp_use use,
                            struct openpgp_key *key)
{
    struct bytes saved, attributes;
    struct tlv_cursor cursor;
    uint8_t facts[2];

    TRY(tlv_expect(outer, TAG_KEY, &saved));
    cursor = tlv_open(saved);
    TRY(tlv_expect(&cursor, TAG_KEY_ATTRIBUTES, &attributes));
    TRY(openpgp_attributes_set(key, use, attributes));
    TRY(load_fixed(&cursor, TAG_KEY_FACTS, facts, sizeof(facts)));
    TRY(load_fixed(&cursor, TAG_KEY_FINGERPRINT, key->fingerprint, sizeof(key->fingerprint)));
    TRY(load_fixed(&cursor, TAG_KEY_AUTHORITY, key->authority, sizeof(key->authority)));
    TRY(load_fixed(&cursor, TAG_KEY_DATE, key->date, sizeof(key->date)));
    if (facts[1] > OPENPGP_BUTTON_FIXED)
        return RESULT_MALFORMED;
    key->button = facts[1];
    return load_numbers(card, &cursor, facts[0], key);
}

static enum result load_value(struct tlv_cursor *outer, struct openpgp_memory *memory)
{
    struct bytes saved, contents;
    struct tlv_cursor cursor;
    uint8_t id;

    TRY(tlv_expect(outer, TAG_VALUE, &saved));
    cursor = tlv_open(saved);
    TRY(load_fixed(&cursor, TAG_VALUE_NUMBER, &id, sizeof(id)));
    TRY(tlv_expect(&cursor, TAG_VALUE_CONTENTS, &contents));
    if (!tlv_at_end(&cursor) || id >= OPENPGP_VALUES || contents.size == 0 || memory->values[id].size > 0)
        return RESULT_MALFORMED;
    return openpgp_value_put(memory, (enum openpgp_value_id)id, contents);
}

static enum result load_memory(const struct openpgp_card *card, struct bytes saved,
                               struct openpgp_memory *memory)
{
    struct tlv_cursor outer = tlv_open(saved), cursor;
    struct bytes state;

    TRY(tlv_expect(&outer, TAG_STATE, &state));
    if (!tlv_at_end(&outer))
        return RESULT_MALFORMED;
    cursor = tlv_open(state);
    TRY(load_head(&cursor, memory));
    for (unsigned i = 0; i < OPENPGP_KEYS; i++)
        TRY(load_key(card, &cursor, (enum openpgp_use)i, &memory->keys[i]));
    while (!tlv_at_end(&cursor))
        TRY(load_value(&cursor, memory));
    return RESULT_OK;
}

enum result openpgp_state_load(struct openpgp_card *card, struct bytes saved)
{
    SCOPED(openpgp_memory_clear) struct openpgp_memory memory = { 0 };
    struct openpgp_memory old;
    enum result result = load_memory(card, saved, &memory);

    if (result != RESULT_OK)
        return result == RESULT_NO_MEMORY ? result : RESULT_MALFORMED;
    /* the scope's end frees what the card had */
    old = card->memory;
    card->memory = memory;
    memory = old;
    secret_wipe(&old, sizeof(old));
    return RESULT_OK;
}
