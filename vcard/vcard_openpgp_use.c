/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_use.h"

#include "asn1/signature.h"
#include "asn1/tlv.h"
#include "vcard/vcard_openpgp_algorithm.h"

enum {
    OPERATION_SIGN = 0x9E9A,
    OPERATION_DECIPHER = 0x8086,
    PADDING_RSA = 0x00,
    PADDING_MIN = 8,
    ECDSA_DER_MAX = 2 + 2 * (2 + 1 + 48) + 1,
    MSE_SET = 0x41,
    TEMPLATE_AUTHENTICATE = 0xA4,
    TEMPLATE_DECIPHER = 0xB8,
    REFERENCE_DECIPHER = 2,
    REFERENCE_AUTHENTICATE = 3,
};

static bool hash_size_known(size_t size)
{
    return size == 20 || size == 28 || size == 32 || size == 48 || size == 64;
}

/* Algorithm with or without NULL, and a hash */
static bool is_digest_info(struct bytes data)
{
    struct tlv_cursor outer = tlv_open(data), inner, algorithm;
    struct bytes sequence, part, hash;

    if (tlv_expect(&outer, 0x30, &sequence) != RESULT_OK || !tlv_at_end(&outer))
        return false;
    inner = tlv_open(sequence);
    if (tlv_expect(&inner, 0x30, &part) != RESULT_OK || tlv_expect(&inner, 0x04, &hash) != RESULT_OK ||
        !tlv_at_end(&inner) || !hash_size_known(hash.size))
        return false;
    algorithm = tlv_open(part);
    return tlv_expect(&algorithm, 0x06, &part) == RESULT_OK &&
           (tlv_at_end(&algorithm) ||
            (tlv_expect(&algorithm, 0x05, &part) == RESULT_OK && part.size == 0 && tlv_at_end(&algorithm)));
}

/* PKCS#1 block of type 1; the data are at most 40 per cent of it */
static enum result rsa_sign(struct openpgp_card *card, const struct openpgp_key *key, struct bytes data,
                            struct buf *out)
{
    uint8_t memory[VCARD_RSA_MAX];
    struct buf block = BUF_OVER(memory);
    size_t size = vcard_key_size(key->algorithm);

    if (data.size > size * 2 / 5)
        return RESULT_MALFORMED;
    buf_add_number(&block, 0x0001, 2);
    buf_add_fill(&block, 0xFF, size - 3 - data.size);
    buf_add_byte(&block, 0x00);
    buf_add(&block, data);
    return vcard_key_sign(card->crypto, key->pkey, key->algorithm, buf_bytes(&block), out);
}

/* Of a hash that is longer than the field the first bytes count (FIPS 186-4, 6.4) */
static enum result ecdsa_sign(struct openpgp_card *card, const struct openpgp_key *key, struct bytes hash,
                              struct buf *out)
{
    uint8_t memory[ECDSA_DER_MAX];
    struct buf der = BUF_OVER(memory);
    size_t size = vcard_key_size(key->algorithm);

    TRY(vcard_key_sign(card->crypto, key->pkey, key->algorithm, bytes_slice(hash, 0, size), &der));
    return signature_ecdsa_to_raw(buf_bytes(&der), size, out);
}

static enum result key_sign(struct openpgp_card *card, const struct openpgp_key *key, struct bytes data,
                            struct buf *out)
{
    if (openpgp_attributes_rsa(key))
        return rsa_sign(card, key, data, out);
    if (key->algorithm == VCARD_P256 || key->algorithm == VCARD_P384)
        return ecdsa_sign(card, key, data, out);
    return vcard_key_sign(card->crypto, key->pkey, key->algorithm, data, out);
}

static uint16_t sw_of(enum result result)
{
    if (result == RESULT_OK)
        return ISO_SW_OK;
    if (result == RESULT_MALFORMED)
        return ISO_SW_DATA;
    return result == RESULT_UNSUPPORTED ? ISO_SW_CONDITION : ISO_SW_UNKNOWN;
}

static uint16_t operation_sign(struct openpgp_card *card, struct bytes data, struct buf *out)
{
    const struct openpgp_key *key = &card->memory.keys[OPENPGP_SIGN];
    uint16_t sw;

    if (!card->session.sign)
        return ISO_SW_SECURITY;
    if (!key->pkey)
        return ISO_SW_NO_REF;
    if (data.size == 0)
        return ISO_SW_LENGTH;
    if (openpgp_attributes_rsa(key) && !is_digest_info(data))
        return ISO_SW_DATA;
    sw = sw_of(key_sign(card, key, data, out));
    if (sw != ISO_SW_OK)
        return sw;
    card->session.sign = card->memory.several;
    if (card->memory.counter < OPENPGP_COUNTER_MAX)
        card->memory.counter++;
    card->changes++;
    return ISO_SW_OK;
}

/* What follows the padding of type 2: at least eight bytes that are not zero, and a zero */
static enum result unpadded_add(struct bytes block, struct buf *out)
{
    size_t end = 2;

    if (!bytes_start_with(block, BYTES_LIT(0x00, 0x02)))
        return RESULT_MALFORMED;
    while (end < block.size && block.data[end] != 0x00)
        end++;
    if (end == block.size || end < 2 + PADDING_MIN)
        return RESULT_MALFORMED;
    buf_add(out, bytes_from(block, end + 1));
    return RESULT_OK;
}

static enum result rsa_decipher(struct openpgp_card *card, const struct openpgp_key *key, struct bytes data,
                                struct buf *out)
{
    uint8_t memory[VCARD_RSA_MAX];
    SCOPED(buf_wipe) struct buf block = BUF_OVER(memory);

    if (!bytes_start_with(data, BYTES_LIT(PADDING_RSA)))
        return RESULT_MALFORMED;
    TRY(vcard_key_sign(card->crypto, key->pkey, key->algorithm, bytes_from(data, 1), &block));
    return unpadded_add(buf_bytes(&block), out);
}

/* The other side's public key is in A6 { 7F49 { 86 } } */
static enum result curve_decipher(struct openpgp_card *card, const struct openpgp_key *key, struct bytes data,
                                  struct buf *out)
{
    static const uint32_t path[] = { 0xA6, 0x7F49, 0x86 };
    struct bytes point;

    if (tlv_find_path(data, path, sizeof(path) / sizeof(path[0]), &point) != RESULT_OK)
        return RESULT_MALFORMED;
    return vcard_key_agree(card->crypto, key->pkey, key->algorithm, point, out);
}

/* The key of a use, or of the other one if the environment says so */
static const struct openpgp_key *key_of(const struct openpgp_card *card, enum openpgp_use use)
{
    enum openpgp_use other = use == OPENPGP_DECIPHER ? OPENPGP_AUTHENTICATE : OPENPGP_DECIPHER;

    return &card->memory.keys[card->session.crossed[use] ? other : use];
}

static uint16_t operation_decipher(struct openpgp_card *card, struct bytes data, struct buf *out)
{
    const struct openpgp_key *key = key_of(card, OPENPGP_DECIPHER);

    if (!card->session.user)
        return ISO_SW_SECURITY;
    if (!key->pkey)
        return ISO_SW_NO_REF;
    if (data.size == 0)
        return ISO_SW_LENGTH;
    return sw_of(openpgp_attributes_rsa(key) ? rsa_decipher(card, key, data, out)
                                             : curve_decipher(card, key, data, out));
}

uint16_t openpgp_use_operation(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    unsigned operation = (unsigned)command->p1 << 8 | command->p2;

    if (operation == OPERATION_SIGN)
        return operation_sign(card, command->data, out);
    if (operation == OPERATION_DECIPHER)
        return operation_decipher(card, command->data, out);
    return OPENPGP_SW_P1P2;
}

uint16_t openpgp_use_authenticate(struct openpgp_card *card, const struct iso_command *command,
                                  struct buf *out)
{
    const struct openpgp_key *key = key_of(card, OPENPGP_AUTHENTICATE);

    if (command->p1 != 0x00 || command->p2 != 0x00)
        return OPENPGP_SW_P1P2;
    if (!card->session.user)
        return ISO_SW_SECURITY;
    if (!key->pkey)
        return ISO_SW_NO_REF;
    if (command->data.size == 0)
        return ISO_SW_LENGTH;
    return sw_of(key_sign(card, key, command->data, out));
}

uint16_t openpgp_use_environment(struct openpgp_card *card, const struct iso_command *command,
                                 struct buf *out)
{
    enum openpgp_use use = command->p2 == TEMPLATE_DECIPHER ? OPENPGP_DECIPHER : OPENPGP_AUTHENTICATE;
    struct tlv_cursor cursor = tlv_open(command->data);
    struct bytes reference;
    uint64_t number;

    (void)out;
    if (command->p1 != MSE_SET || (command->p2 != TEMPLATE_AUTHENTICATE && command->p2 != TEMPLATE_DECIPHER))
        return OPENPGP_SW_P1P2;
    if (tlv_expect(&cursor, 0x83, &reference) != RESULT_OK || !tlv_at_end(&cursor) || reference.size != 1)
        return ISO_SW_DATA;
    number = bytes_number(reference);
    if (number != REFERENCE_DECIPHER && number != REFERENCE_AUTHENTICATE)
        return ISO_SW_NO_REF;
    card->session.crossed[use] = (number == REFERENCE_DECIPHER) != (use == OPENPGP_DECIPHER);
    return ISO_SW_OK;
}
