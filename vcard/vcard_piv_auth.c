/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_auth.h"

#include <openssl/rand.h>
#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_keys.h"
#include "vcard/vcard_piv_management.h"
#include "vcard/vcard_piv_pin.h"
#include "vcard/vcard_piv_slots.h"

enum {
    TAG_TEMPLATE = 0x7C,
    TAG_WITNESS = 0x80,
    TAG_CHALLENGE = 0x81,
    TAG_RESPONSE = 0x82,
    TAG_EXPONENTIATION = 0x85,
    FIELDS = TAG_EXPONENTIATION - TAG_WITNESS + 1,
};

/* The dynamic authentication template: what is in it, by tag (table 7) */
struct template
{
    bool present[FIELDS];
    struct bytes value[FIELDS];
};

static bool template_has(const struct template *template, uint32_t tag)
{
    return template->present[tag - TAG_WITNESS];
}

static struct bytes template_value(const struct template *template, uint32_t tag)
{
    return template->value[tag - TAG_WITNESS];
}

static bool template_asks(const struct template *template, uint32_t tag)
{
    return template_has(template, tag) && template_value(template, tag).size == 0;
}

static bool template_parse(struct bytes data, struct template *ret)
{
    struct tlv_cursor outer = tlv_open(data), inner;
    struct bytes contents;
    struct tlv object;

    *ret = (struct template){ 0 };
    if (tlv_expect(&outer, TAG_TEMPLATE, &contents) != RESULT_OK || !tlv_at_end(&outer))
        return false;
    inner = tlv_open(contents);
    while (!tlv_at_end(&inner)) {
        if (tlv_next(&inner, &object) != RESULT_OK)
            return false;
        if (object.tag < TAG_WITNESS || object.tag > TAG_EXPONENTIATION || template_has(ret, object.tag))
            return false;
        ret->present[object.tag - TAG_WITNESS] = true;
        ret->value[object.tag - TAG_WITNESS] = object.value;
    }
    return true;
}

static void template_answer(struct buf *out, uint32_t tag, struct bytes value)
{
    size_t mark = tlv_begin(out, TAG_TEMPLATE);

    tlv_add(out, tag, value);
    tlv_end(out, mark);
}

/* First step of either kind: fresh random numbers, shown as they are or encrypted */
static uint16_t challenge_make(struct piv_card *card, enum piv_challenge step, struct buf *out)
{
    struct piv_session *session = &card->session;
    size_t size = piv_management_block(card);
    uint8_t encrypted[PIV_BLOCK_MAX];

    session->step = PIV_CHALLENGE_NONE;
    if (RAND_bytes_ex(card->crypto, session->challenge, size, 0) != 1)
        return ISO_SW_UNKNOWN;
    if (step == PIV_CHALLENGE_EXTERNAL) {
        template_answer(out, TAG_CHALLENGE, bytes_make(session->challenge, size));
    } else {
        if (!piv_management_encrypt(card, session->challenge, encrypted))
            return ISO_SW_UNKNOWN;
        template_answer(out, TAG_WITNESS, bytes_make(encrypted, size));
    }
    session->step = step;
    return ISO_SW_OK;
}

/* A challenge is good for one answer, right or wrong */
static uint16_t challenge_finish(struct piv_card *card, struct bytes expected, struct bytes given)
{
    card->session.managed = bytes_equal_secret(expected, given);
    card->session.step = PIV_CHALLENGE_NONE;
    secret_wipe(card->session.challenge, sizeof(card->session.challenge));
    return card->session.managed ? ISO_SW_OK : ISO_SW_SECURITY;
}

static uint16_t external_finish(struct piv_card *card, const struct template *template, size_t size)
{
    uint8_t expected[PIV_BLOCK_MAX];

    if (card->session.step != PIV_CHALLENGE_EXTERNAL)
        return ISO_SW_CONDITION;
    if (!piv_management_encrypt(card, card->session.challenge, expected))
        return ISO_SW_UNKNOWN;
    return challenge_finish(card, bytes_make(expected, size), template_value(template, TAG_RESPONSE));
}

static uint16_t mutual_finish(struct piv_card *card, const struct template *template, size_t size,
                              struct buf *out)
{
    struct bytes challenge = template_value(template, TAG_CHALLENGE);
    uint8_t witness[PIV_BLOCK_MAX], response[PIV_BLOCK_MAX];
    uint16_t sw;

    if (card->session.step != PIV_CHALLENGE_MUTUAL)
        return ISO_SW_CONDITION;
    if (challenge.size != size)
        return ISO_SW_DATA;
    memcpy(witness, card->session.challenge, sizeof(witness));
    sw = challenge_finish(card, bytes_make(witness, size), template_value(template, TAG_WITNESS));
    if (sw != ISO_SW_OK)
        return sw;
    if (!piv_management_encrypt(card, challenge.data, response))
        return ISO_SW_UNKNOWN;
    template_answer(out, TAG_RESPONSE, bytes_make(response, size));
    return ISO_SW_OK;
}

static uint16_t authenticate_management(struct piv_card *card, const struct iso_command *command,
                                        struct buf *out)
{
    uint8_t algorithm = command->p1 == PIV_NO_ALGORITHM ? (uint8_t)PIV_3DES : command->p1;
    struct template template;
    size_t size;

    if (algorithm != card->memory.management.algorithm)
        return ISO_SW_P1P2;
    if (!template_parse(command->data, &template) || template_has(&template, TAG_EXPONENTIATION))
        return ISO_SW_DATA;
    size = piv_management_block(card);
    if (template_has(&template, TAG_WITNESS)) {
        if (template_asks(&template, TAG_WITNESS))
            return challenge_make(card, PIV_CHALLENGE_MUTUAL, out);
        return mutual_finish(card, &template, size, out);
    }
    if (template_asks(&template, TAG_CHALLENGE))
        return challenge_make(card, PIV_CHALLENGE_EXTERNAL, out);
    if (template_has(&template, TAG_RESPONSE) && !template_has(&template, TAG_CHALLENGE))
        return external_finish(card, &template, size);
    return ISO_SW_DATA;
}

static uint16_t answer_result(enum result result, const struct buf *value, struct buf *out)
{
    if (result == RESULT_MALFORMED || result == RESULT_UNSUPPORTED)
        return ISO_SW_DATA;
    if (result != RESULT_OK)
        return ISO_SW_UNKNOWN;
    template_answer(out, TAG_RESPONSE, buf_bytes(value));
    return ISO_SW_OK;
}

/* Part 1, table 4b: key agreement is for the key management keys; Yubico's cards do not mind */
static bool agreement_allowed(const struct piv_profile *profile, uint8_t slot)
{
    return profile->yubico || slot == PIV_KEY_MANAGEMENT ||
           (slot >= PIV_RETIRED_FIRST && slot <= PIV_RETIRED_LAST);
}

static uint16_t authenticate_key(struct piv_card *card, const struct piv_key *key,
                                 const struct iso_command *command, struct buf *out)
{
    uint8_t memory[512];
    SCOPED(buf_wipe) struct buf value = BUF_OVER(memory);
    struct template template;
    enum result result;

    if (!piv_pin_satisfies(card, key->pin_policy, command))
        return ISO_SW_SECURITY;
    if (!template_parse(command->data, &template) || !template_asks(&template, TAG_RESPONSE) ||
        template_has(&template, TAG_CHALLENGE) == template_has(&template, TAG_EXPONENTIATION))
        return ISO_SW_DATA;
    if (template_has(&template, TAG_EXPONENTIATION)) {
        if (!agreement_allowed(card->profile, key->slot))
            return ISO_SW_DATA;
        result = vcard_key_agree(card->crypto, key->pkey, key->algorithm,
                               template_value(&template, TAG_EXPONENTIATION), &value);
    } else {
        result = vcard_key_sign(card->crypto, key->pkey, key->algorithm,
                              template_value(&template, TAG_CHALLENGE), &value);
    }
    return answer_result(result, &value, out);
}

uint16_t piv_authenticate(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    const struct piv_key *key = piv_slot_find(card, command->p2);

    if (command->p2 == PIV_MANAGEMENT)
        return authenticate_management(card, command, out);
    /* the attestation key signs attestations only */
    if (!key || !key->pkey || key->slot == PIV_ATTESTATION || key->algorithm != command->p1)
        return ISO_SW_P1P2;
    return authenticate_key(card, key, command, out);
}
