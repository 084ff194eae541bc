/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generating (SP 800-73-4 part 2, 3.3.1), importing and erasing keys (Yubico's commands FE and F6). */
#include "pcsc/card_piv_make.h"

#include "asn1/tlv.h"
#include "pcsc/card_piv_keys.h"
#include "pcsc/card_piv_objects.h"

#define INS_GENERATE 0x47
#define INS_IMPORT 0xFE
#define INS_MOVE 0xF6
#define MOVE_TO_NOWHERE 0xFF
#define TAG_TEMPLATE 0xAC
#define TAG_ALGORITHM 0x80
#define TAG_PUBLIC_KEY 0x7F49
#define GENERATED_MAX 1024
#define IMPORT_MAX 2048
#define FIRST_PART_MAX 512

static enum result piv_slot_without_certificate(struct card *card, const struct piv_slot *slot)
{
    uint8_t memory[FIRST_PART_MAX];
    struct buf buf = BUF_OVER(memory);
    enum result result = card_piv_object_get(card, slot->object, PIV_FIRST_PART, &buf);

    if (card_piv_is_fatal(result))
        return result;
    return result == RESULT_NOT_FOUND ? RESULT_OK : RESULT_EXISTS;
}

/* By metadata. An answer that says neither yes nor no counts as a key. */
static enum result piv_slot_without_key(struct card *card, const struct piv_slot *slot)
{
    struct card_key key;
    enum result result = card_piv_key_from_metadata(card, slot, &key);

    if (card_piv_is_fatal(result))
        return result;
    return result == RESULT_NOT_FOUND ? RESULT_OK : RESULT_EXISTS;
}

/*
 * RESULT_OK if a key may be made in SLOT. Where metadata tells, it decides. Elsewhere a slot without a
 * certificate may hold a key all the same, and only the owner can know.
 */
static enum result piv_slot_free(struct card *card, const struct piv_slot *slot)
{
    bool overwrite = card_piv_setting_is(card, "overwrite", "yes");

    if (card_piv_state(card)->metadata)
        return overwrite ? RESULT_OK : piv_slot_without_key(card, slot);
    TRY(piv_slot_without_certificate(card, slot));
    return overwrite ? RESULT_OK : RESULT_EXISTS;
}

/* The first with neither a key nor a certificate that would not belong to the new one. */
static enum result piv_slot_first_free(struct card *card, const struct piv_slot **ret)
{
    bool metadata = card_piv_state(card)->metadata;

    if (!metadata && !card_piv_setting_is(card, "overwrite", "yes"))
        return RESULT_EXISTS;
    for (size_t i = 0; i < PIV_SLOT_COUNT; i++) {
        enum result result = metadata ? piv_slot_without_key(card, &card_piv_slots[i]) : RESULT_OK;
        if (result == RESULT_OK)
            result = piv_slot_without_certificate(card, &card_piv_slots[i]);
        if (result == RESULT_OK)
            *ret = &card_piv_slots[i];
        if (result != RESULT_EXISTS)
            return result;
    }
    return RESULT_CARD_FULL;
}

static enum result piv_slot_choose(struct card *card, struct bytes id, const struct piv_slot **ret)
{
    if (id.size == 0)
        return piv_slot_first_free(card, ret);
    *ret = card_piv_slot_by_id(id);
    return *ret ? piv_slot_free(card, *ret) : RESULT_BAD_ARGUMENT;
}

/* What the card itself says of a key that was just made: policies are the firmware's choice. Its silence is
 * no failure. */
static enum result piv_key_confirm(struct card *card, const struct piv_slot *slot, struct card_key *key)
{
    struct card_key told;
    enum result result;

    if (!card_piv_state(card)->metadata)
        return RESULT_OK;
    result = card_piv_key_from_metadata(card, slot, &told);
    if (card_piv_is_fatal(result))
        return result;
    if (result != RESULT_OK || told.reference != key->reference)
        return RESULT_OK;
    if (told.public_key.kind == KEY_NONE)
        told.public_key = key->public_key;
    *key = told;
    return RESULT_OK;
}

static enum result piv_generate_send(struct card *card, const struct piv_slot *slot,
                                     const struct piv_algorithm *row, struct pubkey *ret)
{
    const uint8_t body[] = { TAG_TEMPLATE, 0x03, TAG_ALGORITHM, 0x01, row->id };
    const struct apdu command = {
        .ins = INS_GENERATE,
        .p2 = slot->reference,
        .body = BYTES_OF(body),
        .expected = row->kind == KEY_RSA ? APDU_ALL : 256,
        .verb = SW_ADMIN,
    };
    uint8_t memory[GENERATED_MAX];
    struct buf answer = BUF_OVER(memory);
    struct bytes public;
    enum result result;
    unsigned sw;

    result = apdu_send(&card->link, &command, &answer, &sw);
    /* The template has nothing in it but the algorithm. */
    if (sw == 0x6A80 || sw == 0x6A81 || sw == 0x6A86)
        return RESULT_UNSUPPORTED;
    TRY(result);
    TRY(tlv_find(buf_bytes(&answer), TAG_PUBLIC_KEY, &public) == RESULT_OK ? RESULT_OK : RESULT_MALFORMED);
    return card_piv_public_parse(row, public, ret) == RESULT_OK ? RESULT_OK : RESULT_MALFORMED;
}

enum result card_piv_generate(struct card *card, const struct card_key_template *template,
                              struct card_key *ret)
{
    const struct piv_algorithm *row =
        card_piv_algorithm_find(template->kind, template->curve, template->bits);
    const struct piv_slot *slot;
    struct pubkey public;

    if (!row)
        return RESULT_UNSUPPORTED;
    TRY(piv_slot_choose(card, template->id, &slot));
    TRY(piv_generate_send(card, slot, row, &public));
    card_piv_key_fill(card, slot, row, &public, ret);
    ret->origin_known = true;
    ret->generated = true;
    TRY(card_piv_after_change(card_piv_history_note(card, slot, true)));
    return card_piv_after_change(piv_key_confirm(card, slot, ret));
}

/* Five numbers, each half the modulus long, or one scalar; the tags count from 01. */
static enum result piv_import_body(const struct piv_algorithm *row, const struct card_private_key *parts,
                                   struct buf *body)
{
    const struct secret *numbers[] = { parts->p, parts->q, parts->dp, parts->dq, parts->qinv };
    size_t half = row->bits / 16;

    if (row->kind == KEY_RSA) {
        for (uint8_t i = 0; i < 5; i++) {
            if (secret_size(numbers[i]) == 0)
                return RESULT_BAD_ARGUMENT;
            tlv_add_header(body, (uint32_t)i + 1, half);
            buf_add_padded(body, secret_bytes(numbers[i]), half);
        }
    } else {
        size_t size = curve_size(row->curve);
        if (secret_size(parts->scalar) == 0 || (row->kind != KEY_EC && secret_size(parts->scalar) != size))
            return RESULT_BAD_ARGUMENT;
        tlv_add_header(body, row->kind == KEY_EC ? 0x06 : row->kind == KEY_EDWARDS ? 0x07 : 0x08, size);
        if (row->kind == KEY_EC)
            buf_add_padded(body, secret_bytes(parts->scalar), size);
        else
            buf_add(body, secret_bytes(parts->scalar));
    }
    return buf_check(body) == RESULT_OK ? RESULT_OK : RESULT_BAD_ARGUMENT;
}

/* A caller may know the modulus's length only through its factors. */
static const struct piv_algorithm *piv_import_algorithm(const struct card_key_template *template,
                                                        const struct card_private_key *parts)
{
    size_t bits = template->bits;

    if (template->kind == KEY_RSA && bits == 0)
        bits = 16 * bytes_strip_zeros(secret_bytes(parts->p)).size;
    return card_piv_algorithm_find(template->kind, template->curve, bits);
}

enum result card_piv_import_key(struct card *card, const struct card_key_template *template,
                                const struct card_private_key *parts, struct card_key *ret)
{
    const struct piv_algorithm *row = piv_import_algorithm(template, parts);
    SCOPED(secret_free) struct secret *body = NULL;
    struct apdu command = { .ins = INS_IMPORT, .secret = true, .verb = SW_ADMIN };
    const struct piv_slot *slot;
    enum result result;
    unsigned sw;

    if (!row || !card_piv_state(card)->yubico)
        return RESULT_UNSUPPORTED;
    TRY(secret_new_empty(IMPORT_MAX, &body));
    TRY(piv_import_body(row, parts, secret_buf(body)));
    TRY(piv_slot_choose(card, template->id, &slot));
    command.p1 = row->id;
    command.p2 = slot->reference;
    command.body = secret_bytes(body);
    result = apdu_send(&card->link, &command, NULL, &sw);
    if (sw == 0x6D00 || sw == 0x6A81 || sw == 0x6A86)
        return RESULT_UNSUPPORTED;
    TRY(result);
    card_piv_key_fill(card, slot, row, NULL, ret);
    ret->origin_known = true;
    TRY(card_piv_after_change(card_piv_history_note(card, slot, true)));
    return card_piv_after_change(piv_key_confirm(card, slot, ret));
}

enum result card_piv_key_erase(struct card *card, uint32_t reference)
{
    const struct piv_slot *slot = card_piv_slot_by_reference(reference);
    struct apdu command = { .ins = INS_MOVE, .p1 = MOVE_TO_NOWHERE, .verb = SW_ADMIN };
    enum result result;
    unsigned sw;

    if (!slot || !card_piv_state(card)->yubico)
        return slot ? RESULT_UNSUPPORTED : RESULT_NOT_FOUND;
    command.p2 = slot->reference;
    result = apdu_send(&card->link, &command, NULL, &sw);
    if (sw == 0x6D00 || sw == 0x6A81)
        return RESULT_UNSUPPORTED;
    return sw == 0x6A88 ? RESULT_NOT_FOUND : result;
}
