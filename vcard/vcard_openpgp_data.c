/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_data.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_openpgp_algorithm.h"
#include "vcard/vcard_openpgp_keys.h"
#include "vcard/vcard_openpgp_pin.h"

enum {
    TAG_CERTIFICATE = 0x7F21,
    TAG_ATTRIBUTES = 0xC1,
    TAG_STATUS = 0xC4,
    TAG_FINGERPRINT = 0xC7,
    TAG_AUTHORITY = 0xCA,
    TAG_DATE = 0xCE,
    TAG_CODE = 0xD3,
    TAG_BUTTON = 0xD6,
    BUTTON_IS_KEY = 0x20,
    SELECT_DATA_P2 = 0x04,
    CHILDREN_MAX = 13,
};

/* Who may read or write */
enum right {
    RIGHT_ALL,
    RIGHT_USER,
    RIGHT_ADMIN,
};

static bool right_given(const struct openpgp_card *card, enum right right)
{
    return right == RIGHT_ALL || (right == RIGHT_USER ? card->session.user : card->session.admin);
}

/* 4.4.1 and 4.4.2, by enum openpgp_value_id; the certificates share a tag. A value may be shorter than
 * SHORTEST if it is empty. */
static const struct value_row {
    uint32_t tag;
    uint8_t shortest;
    uint16_t longest;
    enum right read, write;
} value_rows[OPENPGP_VALUES] = {
    [OPENPGP_NAME] = { 0x5B, 1, 39, RIGHT_ALL, RIGHT_ADMIN },
    [OPENPGP_LANGUAGE] = { 0x5F2D, 2, 8, RIGHT_ALL, RIGHT_ADMIN },
    [OPENPGP_SEX] = { 0x5F35, 1, 1, RIGHT_ALL, RIGHT_ADMIN },
    [OPENPGP_LOGIN] = { 0x5E, 1, OPENPGP_SPECIAL_MAX, RIGHT_ALL, RIGHT_ADMIN },
    [OPENPGP_URL] = { 0x5F50, 1, OPENPGP_SPECIAL_MAX, RIGHT_ALL, RIGHT_ADMIN },
    [OPENPGP_PRIVATE_1] = { 0x0101, 1, OPENPGP_SPECIAL_MAX, RIGHT_ALL, RIGHT_USER },
    [OPENPGP_PRIVATE_2] = { 0x0102, 1, OPENPGP_SPECIAL_MAX, RIGHT_ALL, RIGHT_ADMIN },
    [OPENPGP_PRIVATE_3] = { 0x0103, 1, OPENPGP_SPECIAL_MAX, RIGHT_USER, RIGHT_USER },
    [OPENPGP_PRIVATE_4] = { 0x0104, 1, OPENPGP_SPECIAL_MAX, RIGHT_ADMIN, RIGHT_ADMIN },
    [OPENPGP_CERTIFICATE] = { TAG_CERTIFICATE, 1, OPENPGP_CERTIFICATE_MAX, RIGHT_ALL, RIGHT_ADMIN },
    [OPENPGP_CERTIFICATE + 1] = { TAG_CERTIFICATE, 1, OPENPGP_CERTIFICATE_MAX, RIGHT_ALL, RIGHT_ADMIN },
    [OPENPGP_CERTIFICATE + 2] = { TAG_CERTIFICATE, 1, OPENPGP_CERTIFICATE_MAX, RIGHT_ALL, RIGHT_ADMIN },
};

/* The value with TAG, of certificates the one that is meant; OPENPGP_VALUES if there is none */
static enum openpgp_value_id value_find(const struct openpgp_card *card, uint32_t tag)
{
    unsigned id = 0;

    while (id < OPENPGP_VALUES && value_rows[id].tag != tag)
        id++;
    return (enum openpgp_value_id)(id == OPENPGP_CERTIFICATE ? id + card->session.certificate : id);
}

enum result openpgp_value_put(struct openpgp_memory *memory, enum openpgp_value_id id, struct bytes contents)
{
    const struct value_row *row = &value_rows[id];
    struct openpgp_value *value = &memory->values[id];
    uint8_t *data = NULL;

    if (contents.size > row->longest)
        return RESULT_TOO_LARGE;
    if (contents.size > 0 && contents.size < row->shortest)
        return RESULT_MALFORMED;
    if (contents.size > 0) {
        data = malloc(contents.size);
        if (!data)
            return RESULT_NO_MEMORY;
        memcpy(data, contents.data, contents.size);
    }
    secret_wipe(value->data, value->size);
    free(value->data);
    *value = (struct openpgp_value){ data, contents.size };
    return RESULT_OK;
}

struct bytes openpgp_value_get(const struct openpgp_memory *memory, enum openpgp_value_id id)
{
    return bytes_make(memory->values[id].data, memory->values[id].size);
}

void openpgp_values_clear(struct openpgp_memory *memory)
{
    for (unsigned id = 0; id < OPENPGP_VALUES; id++) {
        secret_wipe(memory->values[id].data, memory->values[id].size);
        free(memory->values[id].data);
        memory->values[id] = (struct openpgp_value){ NULL, 0 };
    }
}

/* 4.2.1: version, manufacturer of test cards, serial number */
static void write_aid(const struct openpgp_card *card, struct buf *out)
{
    buf_add(out, BYTES_LIT(0xD2, 0x76, 0x00, 0x01, 0x24, 0x01, 0x03, 0x04, 0xFF, 0xFE));
    buf_add(out, BYTES_OF(card->memory.serial));
    buf_add_number(out, 0, 2);
}

/* 6: found by name, DOs by GET DATA, no master file; chaining and extended lengths; the state of life */
void openpgp_historical(const struct openpgp_memory *memory, struct buf *out)
{
    buf_add(out, BYTES_LIT(0x00, 0x31, 0xC5, 0x73, 0xC0, 0x01, 0xC0));
    buf_add_byte(out, memory->terminated ? 0x03 : 0x05);
    buf_add_number(out, ISO_SW_OK, 2);
}

static void write_historical(const struct openpgp_card *card, struct buf *out)
{
    openpgp_historical(&card->memory, out);
}

/* General feature management: there are buttons */
static void write_features(const struct openpgp_card *card, struct buf *out)
{
    (void)card;
    tlv_add_byte(out, 0x81, BUTTON_IS_KEY);
}

static void write_lengths(const struct openpgp_card *card, struct buf *out)
{
    (void)card;
    tlv_add(out, 0x02, BYTES_LIT(OPENPGP_COMMAND_MAX >> 8, OPENPGP_COMMAND_MAX & 0xFF));
    tlv_add(out, 0x02, BYTES_LIT(OPENPGP_ANSWER_MAX >> 8, OPENPGP_ANSWER_MAX & 0xFF));
}

/* 4.4.3: GET CHALLENGE, import, changeable PW status, objects for private use, changeable attributes; MSE
 */
static void write_capabilities(const struct openpgp_card *card, struct buf *out)
{
    (void)card;
    buf_add(out, BYTES_LIT(0x7C, 0x00));
    buf_add_number(out, OPENPGP_CHALLENGE_MAX, 2);
    buf_add_number(out, OPENPGP_CERTIFICATE_MAX, 2);
    buf_add_number(out, OPENPGP_SPECIAL_MAX, 2);
    buf_add(out, BYTES_LIT(0x00, 0x01));
}

static void write_status(const struct openpgp_card *card, struct buf *out)
{
    openpgp_pin_status(&card->memory, out);
}

static void write_fingerprints(const struct openpgp_card *card, struct buf *out)
{
    for (size_t i = 0; i < OPENPGP_KEYS; i++)
        buf_add(out, BYTES_OF(card->memory.keys[i].fingerprint));
}

static void write_authorities(const struct openpgp_card *card, struct buf *out)
{
    for (size_t i = 0; i < OPENPGP_KEYS; i++)
        buf_add(out, BYTES_OF(card->memory.keys[i].authority));
}

static void write_dates(const struct openpgp_card *card, struct buf *out)
{
    for (size_t i = 0; i < OPENPGP_KEYS; i++)
        buf_add(out, BYTES_OF(card->memory.keys[i].date));
}

static void write_key_information(const struct openpgp_card *card, struct buf *out)
{
    for (unsigned i = 0; i < OPENPGP_KEYS; i++)
        buf_add(out, BYTES_LIT((uint8_t)(i + 1), card->memory.keys[i].origin));
}

static void write_counter(const struct openpgp_card *card, struct buf *out)
{
    buf_add_number(out, card->memory.counter, 3);
}

static void write_algorithms(const struct openpgp_card *card, struct buf *out)
{
    (void)card;
    openpgp_attributes_list(out);
}

/* Objects that are not stored as they are read: either written by a function or made of other objects */
static const struct object_row {
    uint32_t tag;
    bool constructed; /* GET DATA gives it with its tag (ISO 7816-4, 7.4.2) */
    void (*write)(const struct openpgp_card *card, struct buf *out);
    uint32_t children[CHILDREN_MAX + 1];
} object_rows[] = {
    { 0x4F, false, write_aid, { 0 } },
    { 0x5F52, false, write_historical, { 0 } },
    { 0x7F74, true, write_features, { 0 } },
    { 0x7F66, true, write_lengths, { 0 } },
    { 0xC0, false, write_capabilities, { 0 } },
    { TAG_STATUS, false, write_status, { 0 } },
    { 0xC5, false, write_fingerprints, { 0 } },
    { 0xC6, false, write_authorities, { 0 } },
    { 0xCD, false, write_dates, { 0 } },
    { 0xDE, false, write_key_information, { 0 } },
    { 0x93, false, write_counter, { 0 } },
    { 0xFA, true, write_algorithms, { 0 } },
    { 0x65, true, NULL, { 0x5B, 0x5F2D, 0x5F35 } },
    { 0x6E, true, NULL, { 0x4F, 0x5F52, 0x7F74, 0x7F66, 0x73 } },
    { 0x73, true, NULL, { 0xC0, 0xC1, 0xC2, 0xC3, TAG_STATUS, 0xC5, 0xC6, 0xCD, 0xDE, 0xD6, 0xD7, 0xD8 } },
    { 0x7A, true, NULL, { 0x93 } },
};

static const struct object_row *object_find(uint32_t tag)
{
    for (size_t i = 0; i < sizeof(object_rows) / sizeof(object_rows[0]); i++) {
        if (object_rows[i].tag == tag)
            return &object_rows[i];
    }
    return NULL;
}

/* TAG is one of three that follow each other, one for each key */
static bool is_of_key(uint32_t tag, uint32_t first, unsigned *ret)
{
    *ret = (unsigned)(tag - first);
    return tag >= first && tag < first + OPENPGP_KEYS;
}

/* The contents of an object that is not made of others */
static bool simple_write(const struct openpgp_card *card, uint32_t tag, struct buf *out)
{
    const struct object_row *row = object_find(tag);
    enum openpgp_value_id id = value_find(card, tag);
    unsigned key;

    if (row)
        row->write(card, out);
    else if (id < OPENPGP_VALUES)
        buf_add(out, openpgp_value_get(&card->memory, id));
    else if (is_of_key(tag, TAG_ATTRIBUTES, &key))
        buf_add(out, openpgp_attributes(&card->memory.keys[key]));
    else if (is_of_key(tag, TAG_BUTTON, &key))
        buf_add(out, BYTES_LIT(card->memory.keys[key].button, BUTTON_IS_KEY));
    else
        return false;
    return true;
}

static bool is_template(uint32_t tag)
{
    const struct object_row *row = object_find(tag);

    return row && !row->write;
}

/* A template in a template is the deepest there is */
static void template_write(const struct openpgp_card *card, const struct object_row *row, struct buf *out)
{
    size_t whole = tlv_begin(out, row->tag), part;

    for (const uint32_t *child = row->children; *child; child++) {
        part = tlv_begin(out, *child);
        if (!is_template(*child)) {
            (void)simple_write(card, *child, out);
        } else {
            for (const uint32_t *inner = object_find(*child)->children; *inner; inner++) {
                size_t mark = tlv_begin(out, *inner);

                (void)simple_write(card, *inner, out);
                tlv_end(out, mark);
            }
        }
        tlv_end(out, part);
    }
    tlv_end(out, whole);
}

static uint32_t tag_of(const struct iso_command *command)
{
    return (uint32_t)command->p1 << 8 | command->p2;
}

static uint16_t object_read(const struct openpgp_card *card, uint32_t tag, struct buf *out)
{
    const struct object_row *row = object_find(tag);
    enum openpgp_value_id id = value_find(card, tag);
    size_t mark;

    if (id < OPENPGP_VALUES && !right_given(card, value_rows[id].read))
        return ISO_SW_SECURITY;
    if (row && !row->write) {
        template_write(card, row, out);
    } else if (row && row->constructed) {
        mark = tlv_begin(out, tag);
        row->write(card, out);
        tlv_end(out, mark);
    } else if (!simple_write(card, tag, out)) {
        return ISO_SW_NO_REF;
    }
    return ISO_SW_OK;
}

uint16_t openpgp_data_get(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    if (command->data.size > 0)
        return ISO_SW_LENGTH;
    return object_read(card, tag_of(command), out);
}

uint16_t openpgp_data_next(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    if (command->data.size > 0)
        return ISO_SW_LENGTH;
    if (tag_of(command) != TAG_CERTIFICATE || card->session.certificate + 1 >= OPENPGP_KEYS)
        return ISO_SW_NO_REF;
    card->session.certificate++;
    return object_read(card, TAG_CERTIFICATE, out);
}

/* 7.2.5: P1 is the occurrence, the data name the certificate */
uint16_t openpgp_data_select(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    (void)out;
    if (command->p2 != SELECT_DATA_P2)
        return OPENPGP_SW_P1P2;
    if (!bytes_equal(command->data, BYTES_LIT(0x60, 0x04, 0x5C, 0x02, 0x7F, 0x21)))
        return ISO_SW_DATA;
    if (command->p1 >= OPENPGP_KEYS)
        return ISO_SW_NO_REF;
    card->session.certificate = command->p1;
    return ISO_SW_OK;
}

static uint16_t put_value(struct openpgp_card *card, enum openpgp_value_id id, struct bytes contents)
{
    enum result result;

    if (!right_given(card, value_rows[id].write))
        return ISO_SW_SECURITY;
    result = openpgp_value_put(&card->memory, id, contents);
    if (result != RESULT_OK)
        return result == RESULT_NO_MEMORY ? ISO_SW_MEMORY : ISO_SW_LENGTH;
    card->changes++;
    return ISO_SW_OK;
}

static uint16_t put_fixed(struct openpgp_card *card, struct bytes contents, uint8_t *place, size_t size)
{
    if (contents.size != size)
        return ISO_SW_LENGTH;
    memcpy(place, contents.data, size);
    card->changes++;
    return ISO_SW_OK;
}

/* Other attributes are those of another key: there is none yet */
static uint16_t put_attributes(struct openpgp_card *card, enum openpgp_use use, struct bytes contents)
{
    struct openpgp_key *key = &card->memory.keys[use];

    if (bytes_equal(openpgp_attributes(key), contents))
        return ISO_SW_OK;
    if (openpgp_attributes_set(key, use, contents) != RESULT_OK)
        return ISO_SW_DATA;
    openpgp_key_remove(key);
    card->changes++;
    return ISO_SW_OK;
}

static uint16_t put_button(struct openpgp_card *card, struct openpgp_key *key, struct bytes contents)
{
    if (contents.size != 2)
        return ISO_SW_LENGTH;
    if (contents.data[0] > OPENPGP_BUTTON_FIXED || contents.data[1] != BUTTON_IS_KEY)
        return ISO_SW_DATA;
    if (key->button == OPENPGP_BUTTON_FIXED)
        return ISO_SW_CONDITION;
    key->button = contents.data[0];
    card->changes++;
    return ISO_SW_OK;
}

static uint16_t put_status(struct openpgp_card *card, struct bytes contents)
{
    if (contents.size != 1)
        return ISO_SW_LENGTH;
    if (contents.data[0] > 1)
        return ISO_SW_DATA;
    card->memory.several = contents.data[0] == 1;
    card->changes++;
    return ISO_SW_OK;
}

static uint16_t put_code(struct openpgp_card *card, struct bytes contents)
{
    if (openpgp_pin_set_code(card, contents) != RESULT_OK)
        return ISO_SW_LENGTH;
    card->changes++;
    return ISO_SW_OK;
}

static uint16_t put_for_admin(struct openpgp_card *card, uint32_t tag, struct bytes contents)
{
    struct openpgp_key *keys = card->memory.keys;
    unsigned key;

    if (tag == TAG_STATUS)
        return put_status(card, contents);
    if (tag == TAG_CODE)
        return put_code(card, contents);
    if (is_of_key(tag, TAG_ATTRIBUTES, &key))
        return put_attributes(card, (enum openpgp_use)key, contents);
    if (is_of_key(tag, TAG_FINGERPRINT, &key))
        return put_fixed(card, contents, keys[key].fingerprint, sizeof(keys[key].fingerprint));
    if (is_of_key(tag, TAG_AUTHORITY, &key))
        return put_fixed(card, contents, keys[key].authority, sizeof(keys[key].authority));
    if (is_of_key(tag, TAG_DATE, &key))
        return put_fixed(card, contents, keys[key].date, sizeof(keys[key].date));
    if (is_of_key(tag, TAG_BUTTON, &key))
        return put_button(card, &keys[key], contents);
    return ISO_SW_NO_REF;
}

uint16_t openpgp_data_put(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    uint32_t tag = tag_of(command);
    enum openpgp_value_id id = value_find(card, tag);

    (void)out;
    if (id < OPENPGP_VALUES)
        return put_value(card, id, command->data);
    if (!card->session.admin)
        return ISO_SW_SECURITY;
    return put_for_admin(card, tag, command->data);
}
