/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_keys.h"

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_openpgp_algorithm.h"

enum {
    TAG_PUBLIC = 0x7F49,
    TAG_HEADER_LIST = 0x4D,
    TAG_LENGTHS = 0x7F48,
    TAG_NUMBERS = 0x5F48,
    TAG_MODULUS = 0x81,
    TAG_EXPONENT = 0x82,
    GENERATE = 0x80,
    READ = 0x81,
    IMPORT_P1 = 0x3F,
    IMPORT_P2 = 0xFF,
    RSA_NUMBERS_MAX = 5 * (VCARD_RSA_MAX / 2 + 4),
    PUBLIC_MAX = VCARD_RSA_MAX + 16,
};

/* The numbers of a private key template, by the last digit of their tags (4.4.3) */
enum number {
    NUMBER_E = 1,
    NUMBER_P = 2,
    NUMBER_PRIVATE = 2, /* of a curve */
    NUMBER_Q = 3,
    NUMBER_QINV = 4,
    NUMBER_DP = 5,
    NUMBER_DQ = 6,
    NUMBER_N = 7,
    NUMBER_PUBLIC = 9,
    NUMBERS = 10,
    NUMBER_FIRST_TAG = 0x90,
};

void openpgp_key_remove(struct openpgp_key *key)
{
    EVP_PKEY_free(key->pkey);
    key->pkey = NULL;
    key->origin = OPENPGP_ORIGIN_NONE;
}

void openpgp_key_fill(struct openpgp_key *key, EVP_PKEY *pkey, enum openpgp_origin origin)
{
    EVP_PKEY_free(key->pkey);
    key->pkey = pkey;
    key->origin = (uint8_t)origin;
}

void openpgp_keys_clear(struct openpgp_memory *memory)
{
    for (unsigned use = 0; use < OPENPGP_KEYS; use++) {
        openpgp_key_remove(&memory->keys[use]);
        memory->keys[use] = (struct openpgp_key){ 0 };
    }
}

void openpgp_keys_deliver(struct openpgp_memory *memory)
{
    openpgp_keys_clear(memory);
    for (unsigned use = 0; use < OPENPGP_KEYS; use++)
        (void)!openpgp_attributes_set(&memory->keys[use], (enum openpgp_use)use,
                                      BYTES_LIT(0x01, 0x08, 0x00, 0x00, 0x11, OPENPGP_FORMAT_STANDARD));
    memory->counter = 0;
}

/* A control reference template: which key is meant; it may be empty or hold a reference */
static struct openpgp_key *key_meant(struct openpgp_card *card, uint32_t tag)
{
    switch (tag) {
    case 0xB6:
        return &card->memory.keys[OPENPGP_SIGN];
    case 0xB8:
        return &card->memory.keys[OPENPGP_DECIPHER];
    case 0xA4:
        return &card->memory.keys[OPENPGP_AUTHENTICATE];
    default:
        return NULL;
    }
}

/* As vcard_key_public(), with an exponent of the length that the attributes say */
static enum result public_add(const struct openpgp_key *key, struct buf *out)
{
    uint8_t memory[PUBLIC_MAX];
    struct buf fields = BUF_OVER(memory);
    struct bytes modulus, exponent;
    size_t mark = tlv_begin(out, TAG_PUBLIC), size;

    TRY(vcard_key_public(key->pkey, key->algorithm, &fields));
    if (openpgp_attributes_rsa(key)) {
        TRY(tlv_find(buf_bytes(&fields), TAG_MODULUS, &modulus));
        TRY(tlv_find(buf_bytes(&fields), TAG_EXPONENT, &exponent));
        size = openpgp_attributes_exponent(key);
        tlv_add(out, TAG_MODULUS, modulus);
        tlv_add_header(out, TAG_EXPONENT, size);
        buf_add_padded(out, exponent, size);
    } else {
        buf_add(out, buf_bytes(&fields));
    }
    tlv_end(out, mark);
    return buf_check(out);
}

/* A new key for signatures has made none */
static void key_replace(struct openpgp_card *card, struct openpgp_key *key, EVP_PKEY *pkey,
                        enum openpgp_origin origin)
{
    openpgp_key_fill(key, pkey, origin);
    if (key == &card->memory.keys[OPENPGP_SIGN])
        card->memory.counter = 0;
    card->changes++;
}

uint16_t openpgp_key_generate(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    struct tlv_cursor cursor = tlv_open(command->data);
    struct openpgp_key *key;
    struct tlv meant;
    EVP_PKEY *pkey;

    if ((command->p1 != GENERATE && command->p1 != READ) || command->p2 != 0x00)
        return OPENPGP_SW_P1P2;
    if (tlv_next(&cursor, &meant) != RESULT_OK || !tlv_at_end(&cursor))
        return ISO_SW_DATA;
    key = key_meant(card, meant.tag);
    if (!key)
        return ISO_SW_DATA;
    if (command->p1 == GENERATE) {
        if (!card->session.admin)
            return ISO_SW_SECURITY;
        if (vcard_key_generate(card->crypto, key->algorithm, &pkey) != RESULT_OK)
            return ISO_SW_UNKNOWN;
        key_replace(card, key, pkey, OPENPGP_ORIGIN_GENERATED);
    }
    if (!key->pkey)
        return ISO_SW_NO_REF;
    return public_add(key, out) == RESULT_OK ? ISO_SW_OK : ISO_SW_UNKNOWN;
}

/* A length as BER writes it, without a value behind it */
static bool length_take(struct bytes *rest, size_t *ret)
{
    size_t more;

    if (rest->size == 0)
        return false;
    more = rest->data[0] < 0x80 ? 0 : rest->data[0] - 0x80u;
    if (rest->data[0] == 0x80 || more > 2 || rest->size < 1 + more)
        return false;
    *ret = (size_t)bytes_number(more > 0 ? bytes_slice(*rest, 1, more) : bytes_slice(*rest, 0, 1));
    *rest = bytes_from(*rest, 1 + more);
    return true;
}

/* LENGTHS are tags with lengths; the values stand in NUMBERS one after the other */
static bool numbers_split(struct bytes lengths, struct bytes numbers, struct bytes ret[NUMBERS])
{
    size_t size;
    uint8_t tag;

    while (lengths.size > 0) {
        tag = lengths.data[0];
        lengths = bytes_from(lengths, 1);
        if (tag <= NUMBER_FIRST_TAG || tag >= NUMBER_FIRST_TAG + NUMBERS || !length_take(&lengths, &size) ||
            size > numbers.size)
            return false;
        ret[tag - NUMBER_FIRST_TAG] = bytes_slice(numbers, 0, size);
        numbers = bytes_from(numbers, size);
    }
    return numbers.size == 0;
}

static void add_number(struct buf *out, uint32_t tag, struct bytes number, size_t size)
{
    tlv_add_header(out, tag, size);
    buf_add_padded(out, bytes_strip_zeros(number), size);
}

/* The order of vcard_key_import() */
static enum result rsa_import(struct openpgp_card *card, const struct openpgp_key *key,
                              const struct bytes numbers[NUMBERS], EVP_PKEY **ret)
{
    static const enum number order[] = { NUMBER_P, NUMBER_Q, NUMBER_DP, NUMBER_DQ, NUMBER_QINV };
    uint8_t memory[RSA_NUMBERS_MAX];
    SCOPED(buf_wipe) struct buf fields = BUF_OVER(memory);
    size_t half = vcard_key_size(key->algorithm) / 2;

    if (bytes_number(numbers[NUMBER_E]) != VCARD_EXPONENT)
        return RESULT_UNSUPPORTED;
    if (openpgp_attributes_format(key) == OPENPGP_FORMAT_STANDARD)
        return vcard_key_factors(card->crypto, key->algorithm, numbers[NUMBER_P], numbers[NUMBER_Q], ret);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        add_number(&fields, 0x01 + (uint32_t)i, numbers[order[i]], half);
    TRY(buf_check(&fields));
    return vcard_key_import(card->crypto, key->algorithm, buf_bytes(&fields), ret);
}

static uint32_t private_tag(uint8_t algorithm)
{
    switch (algorithm) {
    case VCARD_ED25519:
        return 0x07;
    case VCARD_X25519:
        return 0x08;
    default:
        return 0x06;
    }
}

/* GnuPG gives the number of X25519 from its highest byte on, as that of any curve */
static void add_scalar(struct buf *out, uint8_t algorithm, struct bytes number)
{
    size_t size = vcard_key_size(algorithm);

    add_number(out, private_tag(algorithm), number, size);
    if (algorithm == VCARD_X25519 && buf_check(out) == RESULT_OK) {
        for (size_t i = 0; i < size / 2; i++) {
            uint8_t *low = out->data + out->size - size + i, *high = out->data + out->size - 1 - i,
                    byte = *low;

            *low = *high;
            *high = byte;
        }
    }
}

static enum result curve_import(struct openpgp_card *card, const struct openpgp_key *key,
                                const struct bytes numbers[NUMBERS], EVP_PKEY **ret)
{
    uint8_t private[64], public[PUBLIC_MAX];
    SCOPED(buf_wipe) struct buf fields = BUF_OVER(private);
    struct buf made = BUF_OVER(public);
    struct bytes point;

    add_scalar(&fields, key->algorithm, numbers[NUMBER_PRIVATE]);
    TRY(buf_check(&fields));
    TRY(vcard_key_import(card->crypto, key->algorithm, buf_bytes(&fields), ret));
    if (numbers[NUMBER_PUBLIC].size == 0)
        return RESULT_OK;
    TRY(vcard_key_public(*ret, key->algorithm, &made));
    TRY(tlv_find(buf_bytes(&made), 0x86, &point));
    return bytes_equal(point, numbers[NUMBER_PUBLIC]) ? RESULT_OK : RESULT_MALFORMED;
}

/* 4.4.3: which key, the lengths of its numbers, the numbers */
static bool import_parse(struct openpgp_card *card, struct bytes data, struct openpgp_key **key,
                         struct bytes numbers[NUMBERS])
{
    struct tlv_cursor outer = tlv_open(data), cursor;
    struct bytes list, lengths, values;
    struct tlv meant;

    if (tlv_expect(&outer, TAG_HEADER_LIST, &list) != RESULT_OK || !tlv_at_end(&outer))
        return false;
    cursor = tlv_open(list);
    if (tlv_next(&cursor, &meant) != RESULT_OK || tlv_expect(&cursor, TAG_LENGTHS, &lengths) != RESULT_OK ||
        tlv_expect(&cursor, TAG_NUMBERS, &values) != RESULT_OK || !tlv_at_end(&cursor))
        return false;
    *key = key_meant(card, meant.tag);
    return *key && numbers_split(lengths, values, numbers);
}

uint16_t openpgp_key_import(struct openpgp_card *card, const struct iso_command *command, struct buf *out)
{
    struct bytes numbers[NUMBERS] = { { NULL, 0 } };
    struct openpgp_key *key;
    EVP_PKEY *pkey = NULL;
    enum result result;

    (void)out;
    if (command->p1 != IMPORT_P1 || command->p2 != IMPORT_P2)
        return OPENPGP_SW_P1P2;
    if (!card->session.admin)
        return ISO_SW_SECURITY;
    if (!import_parse(card, command->data, &key, numbers))
        return ISO_SW_DATA;
    result = openpgp_attributes_rsa(key) ? rsa_import(card, key, numbers, &pkey)
                                         : curve_import(card, key, numbers, &pkey);
    if (result != RESULT_OK) {
        EVP_PKEY_free(pkey);
        return ISO_SW_DATA;
    }
    key_replace(card, key, pkey, OPENPGP_ORIGIN_IMPORTED);
    return ISO_SW_OK;
}
