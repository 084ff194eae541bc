/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_slots.h"

#include "asn1/tlv.h"
#include "vcard/vcard_keys.h"
#include "vcard/vcard_piv_management.h"
#include "vcard/vcard_piv_pin.h"

enum {
    MOVE_TO_NOWHERE = 0xFF,
    TAG_ALGORITHM = 0x80,
    TAG_EXPONENT = 0x81,
    TAG_PIN_POLICY = 0xAA,
    TAG_TOUCH_POLICY = 0xAB,
};

void piv_slots_init(struct piv_memory *memory)
{
    static const uint8_t first[] = { PIV_AUTHENTICATION, PIV_SIGNATURE, PIV_KEY_MANAGEMENT,
                                     PIV_CARD_AUTHENTICATION, PIV_ATTESTATION };

    for (size_t i = 0; i < PIV_SLOTS; i++)
        memory->keys[i] =
            (struct piv_key){ .slot = i < sizeof(first) ? first[i]
                                                        : (uint8_t)(PIV_RETIRED_FIRST + i - sizeof(first)) };
}

struct piv_key *piv_slot_in(const struct piv_profile *profile, struct piv_memory *memory, uint8_t reference)
{
    if (reference == PIV_ATTESTATION && !profile->yubico)
        return NULL;
    for (size_t i = 0; i < PIV_SLOTS; i++) {
        if (memory->keys[i].slot == reference)
            return &memory->keys[i];
    }
    return NULL;
}

struct piv_key *piv_slot_find(struct piv_card *card, uint8_t reference)
{
    return piv_slot_in(card->profile, &card->memory, reference);
}

static void slot_empty(struct piv_key *slot)
{
    EVP_PKEY_free(slot->pkey);
    *slot = (struct piv_key){ .slot = slot->slot };
}

void piv_slots_clear(struct piv_memory *memory, uint8_t kept)
{
    for (size_t i = 0; i < PIV_SLOTS; i++) {
        if (memory->keys[i].slot != kept)
            slot_empty(&memory->keys[i]);
    }
}

void piv_slot_fill(struct piv_key *slot, EVP_PKEY *pkey, uint8_t algorithm, uint8_t origin)
{
    slot_empty(slot);
    slot->pkey = pkey;
    slot->algorithm = algorithm;
    slot->origin = origin;
}

void piv_slot_set_policies(struct piv_key *slot, uint8_t pin_policy, uint8_t touch_policy)
{
    uint8_t usual = PIV_PIN_ONCE;

    if (slot->slot == PIV_SIGNATURE)
        usual = PIV_PIN_ALWAYS;
    else if (slot->slot == PIV_CARD_AUTHENTICATION)
        usual = PIV_PIN_NEVER;
    slot->pin_policy = pin_policy ? pin_policy : usual;
    slot->touch_policy = touch_policy ? touch_policy : (uint8_t)PIV_TOUCH_NEVER;
}

/* SP 800-78-4, table 3-1 */
bool piv_slot_algorithm_allowed(const struct piv_profile *profile, uint8_t algorithm)
{
    if (profile->yubico)
        return vcard_key_known(algorithm);
    return algorithm == PIV_RSA2048 || algorithm == PIV_P256 || algorithm == PIV_P384;
}

struct parameters {
    uint8_t algorithm;
    uint8_t pin_policy;
    uint8_t touch_policy;
};

static bool read_policy(struct bytes value, uint8_t last, uint8_t *ret)
{
    if (value.size != 1 || value.data[0] > last)
        return false;
    *ret = value.data[0];
    return true;
}

/* One data object of AC, or one that follows an imported key */
static bool parameter_read(const struct piv_profile *profile, const struct tlv *object,
                           struct parameters *ret)
{
    switch (object->tag) {
    case TAG_PIN_POLICY:
        return profile->yubico && read_policy(object->value, PIV_PIN_ALWAYS, &ret->pin_policy);
    case TAG_TOUCH_POLICY:
        return profile->yubico && read_policy(object->value, PIV_TOUCH_CACHED, &ret->touch_policy);
    case TAG_ALGORITHM:
        return read_policy(object->value, 0xFF, &ret->algorithm);
    case TAG_EXPONENT:
        return bytes_number(object->value) == 65537;
    default:
        return false;
    }
}

static bool generate_parse(const struct piv_profile *profile, struct bytes data, struct parameters *ret)
{
    struct tlv_cursor outer = tlv_open(data), inner;
    struct bytes control;
    struct tlv object;

    if (tlv_expect(&outer, 0xAC, &control) != RESULT_OK || !tlv_at_end(&outer))
        return false;
    inner = tlv_open(control);
    while (!tlv_at_end(&inner)) {
        if (tlv_next(&inner, &object) != RESULT_OK || !parameter_read(profile, &object, ret))
            return false;
    }
    return piv_slot_algorithm_allowed(profile, ret->algorithm);
}

uint16_t piv_slot_generate(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    struct piv_key *slot = piv_slot_find(card, command->p2);
    struct parameters parameters = { 0 };
    EVP_PKEY *pkey;
    size_t mark;

    if (command->p1 != 0x00 || !slot)
        return ISO_SW_P1P2;
    if (!card->session.managed)
        return ISO_SW_SECURITY;
    if (!generate_parse(card->profile, command->data, &parameters))
        return ISO_SW_DATA;
    if (vcard_key_generate(card->crypto, parameters.algorithm, &pkey) != RESULT_OK)
        return ISO_SW_UNKNOWN;
    piv_slot_fill(slot, pkey, parameters.algorithm, PIV_ORIGIN_GENERATED);
    piv_slot_set_policies(slot, parameters.pin_policy, parameters.touch_policy);
    card->changes++;
    mark = tlv_begin(out, 0x7F49);
    if (vcard_key_public(pkey, parameters.algorithm, out) != RESULT_OK)
        return ISO_SW_UNKNOWN;
    tlv_end(out, mark);
    return ISO_SW_OK;
}

/* The numbers of the key, 01 to 08, are looked at by vcard_key_import() */
static bool import_parse(const struct piv_profile *profile, struct bytes data, struct parameters *ret)
{
    struct tlv_cursor cursor = tlv_open(data);
    struct tlv object;

    while (!tlv_at_end(&cursor)) {
        if (tlv_next(&cursor, &object) != RESULT_OK)
            return false;
        if (object.tag >= 0x01 && object.tag <= 0x08)
            continue;
        if (object.tag == TAG_ALGORITHM || object.tag == TAG_EXPONENT ||
            !parameter_read(profile, &object, ret))
            return false;
    }
    return true;
}

uint16_t piv_slot_import(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    struct piv_key *slot = piv_slot_find(card, command->p2);
    struct parameters parameters = { 0 };
    EVP_PKEY *pkey;

    (void)out;
    if (!slot || !piv_slot_algorithm_allowed(card->profile, command->p1))
        return ISO_SW_P1P2;
    if (!card->session.managed)
        return ISO_SW_SECURITY;
    if (!import_parse(card->profile, command->data, &parameters) ||
        vcard_key_import(card->crypto, command->p1, command->data, &pkey) != RESULT_OK)
        return ISO_SW_DATA;
    piv_slot_fill(slot, pkey, command->p1, PIV_ORIGIN_IMPORTED);
    piv_slot_set_policies(slot, parameters.pin_policy, parameters.touch_policy);
    card->changes++;
    return ISO_SW_OK;
}

/* P1 is where to, P2 where from; the certificate stays where it is */
uint16_t piv_slot_move(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    struct piv_key *from = piv_slot_find(card, command->p2), *to = piv_slot_find(card, command->p1);
    uint8_t reference;

    (void)out;
    if (!from || (!to && command->p1 != MOVE_TO_NOWHERE))
        return ISO_SW_P1P2;
    if (command->p1 != MOVE_TO_NOWHERE && (command->p1 == PIV_ATTESTATION || command->p2 == PIV_ATTESTATION))
        return ISO_SW_P1P2;
    if (!card->session.managed)
        return ISO_SW_SECURITY;
    if (!from->pkey)
        return ISO_SW_NO_REF;
    if (to) {
        if (to->pkey)
            return ISO_SW_CONDITION;
        reference = to->slot;
        *to = *from;
        to->slot = reference;
        from->pkey = NULL;
    }
    slot_empty(from);
    card->changes++;
    return ISO_SW_OK;
}

static void metadata_pin(const struct piv_card *card, uint8_t reference, struct buf *out)
{
    const struct piv_pin *pin = reference == PIV_PIN ? &card->memory.pin : &card->memory.puk;

    tlv_add_byte(out, 0x01, PIV_PIN_ALGORITHM);
    tlv_add_byte(out, 0x05, piv_pin_is_default(card, reference));
    tlv_add(out, 0x06, BYTES_LIT(pin->max, pin->left));
}

static void metadata_management(const struct piv_card *card, struct buf *out)
{
    tlv_add_byte(out, 0x01, card->memory.management.algorithm);
    tlv_add(out, 0x02, BYTES_LIT(PIV_PIN_DEFAULT, card->memory.management.touch_policy));
    tlv_add_byte(out, 0x05, piv_management_is_default(card));
}

static uint16_t metadata_key(const struct piv_key *key, struct buf *out)
{
    size_t mark;

    tlv_add_byte(out, 0x01, key->algorithm);
    tlv_add(out, 0x02, BYTES_LIT(key->pin_policy, key->touch_policy));
    tlv_add_byte(out, 0x03, key->origin);
    mark = tlv_begin(out, 0x04);
    if (vcard_key_public(key->pkey, key->algorithm, out) != RESULT_OK)
        return ISO_SW_UNKNOWN;
    tlv_end(out, mark);
    return ISO_SW_OK;
}

uint16_t piv_slot_metadata(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    struct piv_key *slot = piv_slot_find(card, command->p2);

    if (command->p1 != 0x00)
        return ISO_SW_P1P2;
    if (command->data.size > 0)
        return ISO_SW_LENGTH;
    if (command->p2 == PIV_PIN || command->p2 == PIV_PUK)
        metadata_pin(card, command->p2, out);
    else if (command->p2 == PIV_MANAGEMENT)
        metadata_management(card, out);
    else if (slot && slot->pkey)
        return metadata_key(slot, out);
    else
        return ISO_SW_NO_REF;
    return ISO_SW_OK;
}
