/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys: what they are and what is done with them (SP 800-73-4 part 2, 3.2.4; SP 800-78-4; Yubico's GET
 * METADATA). */
#include "pcsc/card_piv_keys.h"

#include <string.h>

#include "asn1/signature.h"
#include "asn1/tlv.h"

#define INS_GENERAL_AUTHENTICATE 0x87
#define INS_METADATA 0xF7
#define TAG_DYNAMIC 0x7C
#define TAG_CHALLENGE 0x81
#define TAG_RESPONSE 0x82
#define TAG_EXPONENTIATION 0x85
#define ALGORITHM_OVERHEAD 16
#define ANSWER_MAX (PUBKEY_MODULUS_MAX + ALGORITHM_OVERHEAD)

/* Longest message for Ed25519: what surely fits the command buffer of the smallest cards that have it. */
#define MESSAGE_MAX 2048

static const struct piv_algorithm piv_algorithm_table[] = {
    { 0x06, KEY_RSA, CURVE_NONE, 1024, CARD_CAN_RSA_RAW },
    { 0x07, KEY_RSA, CURVE_NONE, 2048, CARD_CAN_RSA_RAW },
    { 0x05, KEY_RSA, CURVE_NONE, 3072, CARD_CAN_RSA_RAW },
    { 0x16, KEY_RSA, CURVE_NONE, 4096, CARD_CAN_RSA_RAW },
    { 0x11, KEY_EC, CURVE_P256, 256, CARD_CAN_ECDSA | CARD_CAN_ECDH },
    { 0x14, KEY_EC, CURVE_P384, 384, CARD_CAN_ECDSA | CARD_CAN_ECDH },
    { 0xE0, KEY_EDWARDS, CURVE_ED25519, 256, CARD_CAN_EDDSA },
    { 0xE1, KEY_MONTGOMERY, CURVE_X25519, 256, CARD_CAN_ECDH },
};

#define ALGORITHM_COUNT (sizeof(piv_algorithm_table) / sizeof(piv_algorithm_table[0]))

/* What SP 800-78 names, in its revisions. */
static const struct card_algorithm piv_standard[] = {
    { KEY_RSA, CURVE_NONE, 1024, 3072, CARD_CAN_RSA_RAW, true },
    { KEY_EC, CURVE_P256, 256, 256, CARD_CAN_ECDSA | CARD_CAN_ECDH, true },
    { KEY_EC, CURVE_P384, 384, 384, CARD_CAN_ECDSA | CARD_CAN_ECDH, true },
    { KEY_NONE, CURVE_NONE, 0, 0, 0, false },
};

/* What Yubico and its kin have beside that. */
static const struct card_algorithm piv_extended[] = {
    { KEY_RSA, CURVE_NONE, 1024, 4096, CARD_CAN_RSA_RAW, true },
    { KEY_EC, CURVE_P256, 256, 256, CARD_CAN_ECDSA | CARD_CAN_ECDH, true },
    { KEY_EC, CURVE_P384, 384, 384, CARD_CAN_ECDSA | CARD_CAN_ECDH, true },
    { KEY_EDWARDS, CURVE_ED25519, 256, 256, CARD_CAN_EDDSA, true },
    { KEY_MONTGOMERY, CURVE_X25519, 256, 256, CARD_CAN_ECDH, true },
    { KEY_NONE, CURVE_NONE, 0, 0, 0, false },
};

const struct card_algorithm *card_piv_algorithms(struct card *card)
{
    return card_piv_state(card)->yubico ? piv_extended : piv_standard;
}

const struct piv_algorithm *card_piv_algorithm_by_id(uint8_t id)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
        if (piv_algorithm_table[i].id == id)
            return &piv_algorithm_table[i];
    }
    return NULL;
}

const struct piv_algorithm *card_piv_algorithm_find(enum key_kind kind, enum curve curve, size_t bits)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
        const struct piv_algorithm *row = &piv_algorithm_table[i];
        if (row->kind == kind && (kind == KEY_RSA ? row->bits == bits : row->curve == curve))
            return row;
    }
    return NULL;
}

static const struct piv_algorithm *piv_algorithm_of(const struct pubkey *key)
{
    return card_piv_algorithm_find(key->kind, key->curve, key->modulus_size * 8);
}

static bool piv_algorithm_suits(const struct piv_algorithm *row, const struct pubkey *key)
{
    return piv_algorithm_of(key) == row;
}

/* Without metadata the slot's purpose in the standard is all there is; Yubico's kin uses every slot for
 * everything. */
static unsigned piv_slot_can(const struct piv_state *state, const struct piv_slot *slot,
                             const struct piv_algorithm *row)
{
    bool management = slot->reference == 0x9D || card_piv_slot_is_retired(slot);

    if (state->yubico || row->kind != KEY_EC)
        return row->can;
    return management ? CARD_CAN_ECDH : CARD_CAN_ECDSA;
}

static unsigned piv_uses(const struct piv_algorithm *row, unsigned can)
{
    unsigned uses = 0;

    if (row->kind == KEY_RSA)
        uses |= CARD_USE_SIGN | CARD_USE_DECIPHER;
    if (can & (CARD_CAN_ECDSA | CARD_CAN_EDDSA))
        uses |= CARD_USE_SIGN;
    if (can & CARD_CAN_ECDH)
        uses |= CARD_USE_AGREE;
    return uses;
}

/* Policies 1 to 5 are Yubico's; 0 is the slot's own in the standard. Matching a finger counts as the PIN. */
static enum card_pin_policy piv_policy(const struct piv_slot *slot, uint8_t policy)
{
    switch (policy) {
    case 1:
        return CARD_PIN_NEVER;
    case 2:
    case 4:
        return CARD_PIN_ONCE;
    case 3:
    case 5:
        return CARD_PIN_ALWAYS;
    default:
        break;
    }
    if (slot->reference == 0x9C)
        return CARD_PIN_ALWAYS;
    return slot->reference == 0x9E ? CARD_PIN_NEVER : CARD_PIN_ONCE;
}

void card_piv_key_policies(const struct piv_slot *slot, uint8_t pin, uint8_t touch, struct card_key *key)
{
    key->policy = piv_policy(slot, pin);
    key->touch = touch > 1;
}

void card_piv_key_fill(struct card *card, const struct piv_slot *slot, const struct piv_algorithm *row,
                       const struct pubkey *public, struct card_key *ret)
{
    struct bytes label = bytes_text(slot->label);

    memset(ret, 0, sizeof(*ret));
    ret->id[0] = slot->id;
    ret->id_size = 1;
    memcpy(ret->label, label.data, label.size);
    ret->reference = (uint32_t)row->id << 8 | slot->reference;
    if (public)
        ret->public_key = *public;
    ret->can = piv_slot_can(card_piv_state(card), slot, row);
    ret->uses = piv_uses(row, ret->can);
    ret->message_max = row->kind == KEY_EDWARDS ? MESSAGE_MAX : 0;
    ret->policy = piv_policy(slot, 0);
}

void card_piv_key_complete(struct card_key *key, const struct pubkey *public)
{
    const struct piv_algorithm *row = card_piv_algorithm_by_id((uint8_t)(key->reference >> 8));

    if (row && piv_algorithm_suits(row, public))
        key->public_key = *public;
}

enum result card_piv_key_from_public(struct card *card, const struct piv_slot *slot, const struct pubkey *key,
                                     struct card_key *ret)
{
    const struct piv_algorithm *row = piv_algorithm_of(key);

    if (!row)
        return RESULT_UNSUPPORTED;
    card_piv_key_fill(card, slot, row, key, ret);
    return RESULT_OK;
}

enum result card_piv_public_parse(const struct piv_algorithm *row, struct bytes body, struct pubkey *ret)
{
    struct bytes modulus, exponent, point;

    if (row->kind != KEY_RSA) {
        TRY(tlv_find(body, 0x86, &point));
        return pubkey_set_point(ret, row->curve, point);
    }
    TRY(tlv_find(body, 0x81, &modulus));
    TRY(tlv_find(body, 0x82, &exponent));
    TRY(pubkey_set_rsa(ret, modulus, exponent));
    return piv_algorithm_suits(row, ret) ? RESULT_OK : RESULT_MALFORMED;
}

static void piv_metadata_take(const struct tlv *object, struct piv_metadata *ret)
{
    struct bytes value = object->value;

    if (object->tag == 0x01 && value.size == 1) {
        ret->has_algorithm = true;
        ret->algorithm = value.data[0];
    } else if (object->tag == 0x02 && value.size == 2) {
        ret->has_policy = true;
        ret->pin_policy = value.data[0];
        ret->touch_policy = value.data[1];
    } else if (object->tag == 0x03 && value.size == 1) {
        ret->has_origin = true;
        ret->origin = value.data[0];
    } else if (object->tag == 0x04) {
        ret->public_key = value;
    } else if (object->tag == 0x05 && value.size == 1) {
        ret->has_factory = true;
        ret->factory = value.data[0] != 0;
    } else if (object->tag == 0x06 && value.size == 2) {
        ret->has_tries = true;
        ret->tries_max = value.data[0];
        ret->tries_left = value.data[1];
    }
}

enum result card_piv_metadata_read(struct card *card, uint8_t reference, struct buf *buf,
                                   struct piv_metadata *ret)
{
    bool pin = reference == PIV_PIN || reference == PIV_PUK || reference == PIV_KEY_MANAGEMENT;
    const struct apdu command = { .ins = INS_METADATA, .p2 = reference, .expected = pin ? 256 : APDU_ALL };
    struct tlv_cursor cursor;
    struct tlv object;
    enum result result;
    unsigned sw;

    *ret = (struct piv_metadata){ 0 };
    result = apdu_send(&card->link, &command, buf, &sw);
    if (result == RESULT_WRONG_STATE)
        return card_piv_sw_unselected(sw) ? RESULT_WRONG_STATE : RESULT_NOT_FOUND;
    TRY(result);
    /* What breaks off after something useful has been useful. */
    cursor = tlv_open(buf_bytes(buf));
    while (tlv_next(&cursor, &object) == RESULT_OK)
        piv_metadata_take(&object, ret);
    return RESULT_OK;
}

static void piv_key_describe(struct card *card, const struct piv_slot *slot,
                             const struct piv_metadata *metadata, struct card_key *key)
{
    /* PivApplet counts its origins from 0, everybody else from 1. */
    uint8_t generated = card_piv_state(card)->applet ? 0 : 1;

    if (metadata->has_policy)
        card_piv_key_policies(slot, metadata->pin_policy, metadata->touch_policy, key);
    if (metadata->has_origin && (metadata->origin == generated || metadata->origin == generated + 1)) {
        key->origin_known = true;
        key->generated = metadata->origin == generated;
    }
}

enum result card_piv_key_from_metadata(struct card *card, const struct piv_slot *slot, struct card_key *ret)
{
    uint8_t memory[PIV_METADATA_MAX];
    struct buf buf = BUF_OVER(memory);
    const struct piv_algorithm *row;
    struct piv_metadata metadata;
    struct pubkey public;
    bool has_public;

    TRY(card_piv_metadata_read(card, slot->reference, &buf, &metadata));
    /* PivApplet describes an empty slot, too: with policies, without an algorithm. */
    if (!metadata.has_algorithm)
        return RESULT_NOT_FOUND;
    row = card_piv_algorithm_by_id(metadata.algorithm);
    if (!row)
        return RESULT_UNSUPPORTED;
    has_public = card_piv_public_parse(row, metadata.public_key, &public) == RESULT_OK;
    card_piv_key_fill(card, slot, row, has_public ? &public : NULL, ret);
    piv_key_describe(card, slot, &metadata, ret);
    return RESULT_OK;
}

/*
 * One private-key operation: the response's value is appended to OUT. An empty challenge is never sent: to
 * some cards it is a request for one, which silently ends a management login.
 */
static enum result piv_key_use(struct card *card, uint32_t reference, uint8_t tag, struct bytes input,
                               bool private, struct buf *out)
{
    static const uint32_t path[] = { TAG_DYNAMIC, TAG_RESPONSE };
    SCOPED(card_piv_heap_free) struct buf body = { 0 };
    uint8_t memory[ANSWER_MAX];
    SCOPED(buf_wipe) struct buf answer = BUF_OVER(memory);
    struct apdu command = { .ins = INS_GENERAL_AUTHENTICATE,
                            .p1 = (uint8_t)(reference >> 8),
                            .p2 = (uint8_t)reference,
                            .secret = private && tag == TAG_CHALLENGE,
                            .secret_answer = private,
                            .verb = SW_USE };
    struct bytes value;
    size_t mark;

    TRY(card_piv_heap_new(input.size + ALGORITHM_OVERHEAD, &body));
    mark = tlv_begin(&body, TAG_DYNAMIC);
    tlv_add(&body, TAG_RESPONSE, BYTES_NONE);
    tlv_add(&body, tag, input);
    tlv_end(&body, mark);
    TRY(buf_check(&body));
    command.body = buf_bytes(&body);
    /* An RSA block comes back with eight bytes around it; anything else fits a short answer. */
    command.expected = input.size > 240 && tag == TAG_CHALLENGE ? APDU_ALL : 256;
    TRY(apdu_send(&card->link, &command, &answer, NULL));
    TRY(tlv_find_path(buf_bytes(&answer), path, 2, &value) == RESULT_OK ? RESULT_OK : RESULT_MALFORMED);
    buf_add(out, value);
    return buf_check(out);
}

static enum result piv_rsa_use(struct card *card, const struct card_key *key, const struct piv_algorithm *row,
                               struct bytes input, bool private, struct buf *out)
{
    size_t size = row->bits / 8, before = out->size;
    struct bytes modulus = pubkey_modulus(&key->public_key);

    /* Cards disagree on how they refuse a block that is too long or too large a number; none does it well. */
    if (input.size != size)
        return RESULT_BAD_ARGUMENT;
    if (key->public_key.kind == KEY_RSA && modulus.size == size &&
        memcmp(input.data, modulus.data, size) >= 0)
        return RESULT_BAD_ARGUMENT;
    TRY(piv_key_use(card, key->reference, TAG_CHALLENGE, input, private, out));
    if (out->size - before != size) {
        buf_truncate(out, before);
        return RESULT_MALFORMED;
    }
    return RESULT_OK;
}

static enum result piv_ecdsa_use(struct card *card, const struct card_key *key,
                                 const struct piv_algorithm *row, struct bytes input, struct buf *out)
{
    uint8_t memory[ANSWER_MAX], hash_memory[PUBKEY_POINT_MAX];
    struct buf der = BUF_OVER(memory), hash = BUF_OVER(hash_memory);
    size_t size = curve_size(row->curve);

    if (input.size == 0)
        return RESULT_BAD_ARGUMENT;
    /* The leftmost bits of a longer hash count (FIPS 186-4, 6.4); not every card cuts it by itself. A shorter
     * one is a number with zeros before it; not every card takes it without. */
    buf_add_padded(&hash, bytes_slice(input, 0, size), size);
    TRY(buf_check(&hash));
    TRY(piv_key_use(card, key->reference, TAG_CHALLENGE, buf_bytes(&hash), false, &der));
    return signature_ecdsa_to_raw(buf_bytes(&der), size, out);
}

static enum result piv_eddsa_use(struct card *card, const struct card_key *key, struct bytes input,
                                 struct buf *out)
{
    size_t before = out->size;

    if (input.size == 0)
        return RESULT_UNSUPPORTED;
    if (input.size > MESSAGE_MAX)
        return RESULT_TOO_LARGE;
    TRY(piv_key_use(card, key->reference, TAG_CHALLENGE, input, true, out));
    if (out->size - before != 2 * curve_size(CURVE_ED25519)) {
        buf_truncate(out, before);
        return RESULT_MALFORMED;
    }
    return RESULT_OK;
}

enum result card_piv_sign(struct card *card, const struct card_key *key, enum card_can how,
                          struct bytes input, struct buf *out)
{
    const struct piv_algorithm *row = card_piv_algorithm_by_id((uint8_t)(key->reference >> 8));

    if (!row || !(row->can & how))
        return RESULT_UNSUPPORTED;
    if (how == CARD_CAN_RSA_RAW)
        return piv_rsa_use(card, key, row, input, false, out);
    if (how == CARD_CAN_ECDSA)
        return piv_ecdsa_use(card, key, row, input, out);
    return how == CARD_CAN_EDDSA ? piv_eddsa_use(card, key, input, out) : RESULT_UNSUPPORTED;
}

enum result card_piv_decipher(struct card *card, const struct card_key *key, enum card_can how,
                              struct bytes input, struct buf *out)
{
    const struct piv_algorithm *row = card_piv_algorithm_by_id((uint8_t)(key->reference >> 8));

    if (!row || row->kind != KEY_RSA || how != CARD_CAN_RSA_RAW)
        return RESULT_UNSUPPORTED;
    return piv_rsa_use(card, key, row, input, true, out);
}

enum result card_piv_agree(struct card *card, const struct card_key *key, const struct card_agreement *with,
                           struct buf *out)
{
    const struct piv_algorithm *row = card_piv_algorithm_by_id((uint8_t)(key->reference >> 8));
    size_t size, before = out->size;

    if (!row || !(row->can & CARD_CAN_ECDH) || with->how != CARD_CAN_ECDH)
        return RESULT_UNSUPPORTED;
    size = curve_size(row->curve);
    if (with->point.size != (row->kind == KEY_EC ? 1 + 2 * size : size))
        return RESULT_BAD_ARGUMENT;
    TRY(piv_key_use(card, key->reference, TAG_EXPONENTIATION, with->point, true, out));
    if (out->size - before != size) {
        buf_truncate(out, before);
        return RESULT_MALFORMED;
    }
    return RESULT_OK;
}
