/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_data.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"

enum {
    TAG_LIST = 0x5C,
    TAG_DATA = 0x53,
    TAG_FINGERPRINTS = 0x5FC103,
    TAG_UNASSIGNED = 0x5FC104,
    TAG_FACE = 0x5FC108,
    TAG_IRIS = 0x5FC121,
    TAG_PAIRING_CODE = 0x5FC123,
    TAG_NIST_FIRST = 0x5FC101,
    TAG_NIST_LAST = 0x5FC123,
    TAG_YUBICO_FIRST = 0x5F0000,
    TAG_YUBICO_LAST = 0x5FFFFF,
};

bool piv_object_allowed(const struct piv_profile *profile, uint32_t tag)
{
    if (tag == PIV_TAG_BIOMETRIC_GROUP)
        return true;
    if (profile->yubico)
        return tag >= TAG_YUBICO_FIRST && tag <= TAG_YUBICO_LAST;
    return tag >= TAG_NIST_FIRST && tag <= TAG_NIST_LAST && tag != TAG_UNASSIGNED;
}

static struct piv_object **object_place(struct piv_memory *memory, uint32_t tag)
{
    struct piv_object **place = &memory->objects;

    while (*place && (*place)->tag != tag)
        place = &(*place)->next;
    return place;
}

struct bytes piv_object_get(const struct piv_memory *memory, uint32_t tag)
{
    for (const struct piv_object *object = memory->objects; object; object = object->next) {
        if (object->tag == tag)
            return bytes_make(object->contents, object->size);
    }
    return BYTES_NONE;
}

static size_t objects_size(const struct piv_memory *memory, uint32_t without)
{
    size_t total = 0;

    for (const struct piv_object *object = memory->objects; object; object = object->next) {
        if (object->tag != without)
            total += object->size + PIV_OBJECT_OVERHEAD;
    }
    return total;
}

static void object_remove(struct piv_object **place)
{
    struct piv_object *object = *place;

    *place = object->next;
    secret_wipe(object->contents, object->size);
    free(object);
}

enum result piv_object_put(const struct piv_profile *profile, struct piv_memory *memory, uint32_t tag,
                           struct bytes contents)
{
    struct piv_object **place = object_place(memory, tag), *object = NULL;

    if (contents.size > profile->object_max)
        return RESULT_TOO_LARGE;
    if (objects_size(memory, tag) + contents.size + PIV_OBJECT_OVERHEAD > PIV_OBJECTS_TOTAL)
        return RESULT_CARD_FULL;
    if (contents.size > 0) {
        object = malloc(sizeof(*object) + contents.size);
        if (!object)
            return RESULT_NO_MEMORY;
        *object = (struct piv_object){ .tag = tag, .size = contents.size };
        memcpy(object->contents, contents.data, contents.size);
    }
    if (*place)
        object_remove(place);
    if (object) {
        object->next = *place;
        *place = object;
    }
    return RESULT_OK;
}

void piv_objects_clear(struct piv_memory *memory, uint32_t kept)
{
    struct piv_object **place = &memory->objects;

    while (*place) {
        if ((*place)->tag == kept)
            place = &(*place)->next;
        else
            object_remove(place);
    }
}

/* Part 1, table 2; Yubico's cards do not protect the pairing code */
static bool object_protected(const struct piv_profile *profile, uint32_t tag)
{
    if (tag == TAG_PAIRING_CODE)
        return !profile->yubico;
    return tag == TAG_FINGERPRINTS || tag == TAG_FACE || tag == TAG_IRIS || tag == PIV_TAG_PRINTED;
}

/* Part 1, 3.3.2: this card has a PIV PIN and nothing else */
static void add_discovery(struct buf *out)
{
    size_t mark = tlv_begin(out, PIV_TAG_DISCOVERY);

    tlv_add(out, 0x4F, BYTES_LIT(0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00));
    tlv_add(out, 0x5F2F, BYTES_LIT(0x40, 0x00));
    tlv_end(out, mark);
}

static bool tag_number(struct bytes bytes, uint32_t *ret)
{
    if (bytes.size < 1 || bytes.size > 3)
        return false;
    *ret = (uint32_t)bytes_number(bytes);
    return true;
}

uint16_t piv_data_get(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    struct tlv_cursor cursor = tlv_open(command->data);
    struct bytes name, contents;
    uint32_t tag;

    if (command->p1 != 0x3F || command->p2 != 0xFF)
        return ISO_SW_P1P2;
    if (tlv_expect(&cursor, TAG_LIST, &name) != RESULT_OK || !tlv_at_end(&cursor) || !tag_number(name, &tag))
        return ISO_SW_DATA;
    if (tag == PIV_TAG_DISCOVERY) {
        add_discovery(out);
        return ISO_SW_OK;
    }
    if (object_protected(card->profile, tag) && !card->session.pin_verified)
        return ISO_SW_SECURITY;
    contents = piv_object_get(&card->memory, tag);
    if (contents.size == 0)
        return ISO_SW_NO_FILE;
    tlv_add(out, tag == PIV_TAG_BIOMETRIC_GROUP ? (uint32_t)PIV_TAG_BIOMETRIC_GROUP : (uint32_t)TAG_DATA,
            contents);
    return ISO_SW_OK;
}

/* 3.3.2: tag list and data; the biometric group template is its own wrapper */
static bool put_parse(struct bytes data, uint32_t *tag, struct bytes *contents)
{
    struct tlv_cursor cursor = tlv_open(data);
    struct tlv first;

    if (tlv_next(&cursor, &first) != RESULT_OK)
        return false;
    if (first.tag == PIV_TAG_BIOMETRIC_GROUP) {
        *tag = first.tag;
        *contents = first.value;
        return tlv_at_end(&cursor);
    }
    return first.tag == TAG_LIST && tag_number(first.value, tag) && *tag != PIV_TAG_DISCOVERY &&
           tlv_expect(&cursor, TAG_DATA, contents) == RESULT_OK && tlv_at_end(&cursor);
}

uint16_t piv_data_put(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    struct bytes contents;
    enum result result;
    uint32_t tag = 0;

    (void)out;
    if (command->p1 != 0x3F || command->p2 != 0xFF)
        return ISO_SW_P1P2;
    if (!card->session.managed)
        return ISO_SW_SECURITY;
    if (!put_parse(command->data, &tag, &contents))
        return ISO_SW_DATA;
    if (!piv_object_allowed(card->profile, tag))
        return ISO_SW_FUNCTION;
    result = piv_object_put(card->profile, &card->memory, tag, contents);
    if (result != RESULT_OK)
        return result == RESULT_TOO_LARGE ? ISO_SW_LENGTH : ISO_SW_FULL;
    card->changes++;
    return ISO_SW_OK;
}
