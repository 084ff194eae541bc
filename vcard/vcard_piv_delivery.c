/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_delivery.h"

#include <openssl/rand.h>
#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_piv_attest.h"
#include "vcard/vcard_piv_data.h"
#include "vcard/vcard_keys.h"
#include "vcard/vcard_piv_management.h"
#include "vcard/vcard_piv_pin.h"
#include "vcard/vcard_piv_slots.h"

enum {
    TRIES = 3,
    GUID_SIZE = 16,
    CARD_ID_SIZE = 21,
    CARD_ID_RANDOM = 14,
    FASCN_DIGITS = 16, /* the random ones: card number, and so on */
    FASCN_SIZE = 25,
};

/* A character of the FASC-N's plan: a letter from a on stands for a random digit */
static uint8_t fascn_value(char c, const uint8_t digits[FASCN_DIGITS])
{
    switch (c) {
    case 'S':
        return 0xB;
    case 'D':
        return 0xD;
    case 'E':
        return 0xF;
    default:
        return c >= 'a' ? digits[c - 'a'] % 10 : (uint8_t)(c - '0');
    }
}

/*
 * 40 characters of five bits, least significant first, the fifth makes the number of ones odd; the last
 * character is the check of each column (TIG SCEPACS 2.2, 6): start, agency, system, card, series, issue,
 * person, association, end.
 */
static void add_fascn(const uint8_t digits[FASCN_DIGITS], struct buf *out)
{
    static const char plan[] = "S9999D9999DabcdefD0D1Dghijklmnop199991E";
    uint8_t packed[FASCN_SIZE] = { 0 }, check = 0, value;
    size_t bit = 0;

    for (size_t i = 0; i < sizeof(plan); i++) {
        value = i < sizeof(plan) - 1 ? fascn_value(plan[i], digits) : check;
        check ^= value;
        for (size_t j = 0; j < 5; j++, bit++) {
            bool one = j < 4 ? (value >> j & 1) != 0 : !__builtin_parity(value);

            if (one)
                packed[bit / 8] = (uint8_t)(packed[bit / 8] | 0x80 >> bit % 8);
        }
    }
    tlv_add(out, 0x30, BYTES_OF(packed));
}

/* Part 1, 3.1.2 */
static void add_chuid(const uint8_t random[FASCN_DIGITS + GUID_SIZE], struct buf *out)
{
    uint8_t guid[GUID_SIZE];

    memcpy(guid, random + FASCN_DIGITS, sizeof(guid));
    guid[6] = (uint8_t)((guid[6] & 0x0F) | 0x40); /* a random UUID says so (RFC 4122, 4.4) */
    guid[8] = (uint8_t)((guid[8] & 0x3F) | 0x80);
    add_fascn(random, out);
    tlv_add(out, 0x34, BYTES_OF(guid));
    tlv_add(out, 0x35, bytes_text("20491231"));
    tlv_add(out, 0x3E, BYTES_NONE);
    tlv_add(out, 0xFE, BYTES_NONE);
}

/* Part 1, 3.1.1 and table 8 */
static void add_ccc(const uint8_t random[CARD_ID_RANDOM], struct buf *out)
{
    static const uint8_t empty[] = { 0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE };

    tlv_add_header(out, 0xF0, CARD_ID_SIZE);
    buf_add(out, BYTES_LIT(0xA0, 0x00, 0x00, 0x01, 0x16, 0xFF, 0x02));
    buf_add(out, bytes_make(random, CARD_ID_RANDOM));
    tlv_add_byte(out, 0xF1, 0x21);
    tlv_add_byte(out, 0xF2, 0x21);
    tlv_add(out, 0xF3, BYTES_NONE);
    tlv_add_byte(out, 0xF4, 0x00);
    tlv_add_byte(out, 0xF5, 0x10);
    for (size_t i = 0; i < sizeof(empty); i++)
        tlv_add(out, empty[i], BYTES_NONE);
}

/* Part 1, 3.3.3: no retired keys on the card, none off it */
static void add_key_history(struct buf *out)
{
    tlv_add_byte(out, 0xC1, 0);
    tlv_add_byte(out, 0xC2, 0);
    tlv_add(out, 0xFE, BYTES_NONE);
}

static enum result object_deliver(struct piv_card *card, uint32_t tag, struct buf *contents)
{
    TRY(buf_check(contents));
    TRY(piv_object_put(card->profile, &card->memory, tag, buf_bytes(contents)));
    buf_clear(contents);
    return RESULT_OK;
}

static enum result deliver_nist(struct piv_card *card)
{
    uint8_t random[FASCN_DIGITS + GUID_SIZE], memory[128];
    struct buf contents = BUF_OVER(memory);

    if (RAND_bytes_ex(card->crypto, random, sizeof(random), 0) != 1)
        return RESULT_INTERNAL;
    add_chuid(random, &contents);
    TRY(object_deliver(card, PIV_TAG_CHUID, &contents));
    add_ccc(random + FASCN_DIGITS, &contents);
    TRY(object_deliver(card, PIV_TAG_CCC, &contents));
    add_key_history(&contents);
    return object_deliver(card, PIV_TAG_KEY_HISTORY, &contents);
}

static enum result deliver_yubico(struct piv_card *card)
{
    struct piv_key *slot = piv_slot_find(card, PIV_ATTESTATION);
    uint8_t memory[1024];
    struct buf contents = BUF_OVER(memory);
    EVP_PKEY *pkey;
    size_t mark;

    TRY(vcard_key_generate(card->crypto, PIV_P256, &pkey));
    piv_slot_fill(slot, pkey, PIV_P256, PIV_ORIGIN_IMPORTED);
    piv_slot_set_policies(slot, PIV_PIN_DEFAULT, PIV_TOUCH_DEFAULT);
    mark = tlv_begin(&contents, 0x70);
    TRY(piv_attest_root(card, &contents));
    tlv_end(&contents, mark);
    tlv_add_byte(&contents, 0x71, 0x00);
    tlv_add(&contents, 0xFE, BYTES_NONE);
    return object_deliver(card, PIV_TAG_ATTESTATION, &contents);
}

enum result piv_deliver(struct piv_card *card)
{
    piv_slots_init(&card->memory);
    piv_pin_deliver(card, TRIES, TRIES);
    piv_management_deliver(card);
    if (RAND_bytes_ex(card->crypto, card->memory.serial, sizeof(card->memory.serial), 0) != 1)
        return RESULT_INTERNAL;
    /* eight decimal digits, as they are printed on such keys */
    card->memory.serial[0] = 0x01;
    return card->profile->yubico ? deliver_yubico(card) : deliver_nist(card);
}

uint16_t piv_delivery_reset(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    (void)out;
    if (command->p1 != 0x00 || command->p2 != 0x00)
        return ISO_SW_P1P2;
    if (card->memory.pin.left > 0 || card->memory.puk.left > 0)
        return ISO_SW_CONDITION;
    piv_slots_clear(&card->memory, PIV_ATTESTATION);
    piv_objects_clear(&card->memory, PIV_TAG_ATTESTATION);
    piv_pin_deliver(card, TRIES, TRIES);
    piv_management_deliver(card);
    secret_wipe(&card->session, sizeof(card->session));
    card->changes++;
    return ISO_SW_OK;
}
