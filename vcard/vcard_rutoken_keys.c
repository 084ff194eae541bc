/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_keys.h"

#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_rutoken_files.h"
#include "vcard/vcard_rutoken_gost.h"
#include "vcard/vcard_rutoken_rsa.h"

enum {
    SW_SIGN_ONLY = 0x6994,
    TEMPLATE_SIGN = 0xB6,
    TEMPLATE_DECIPHER = 0xB8,
    USAGE_AGREE = 0x40,
    RSA_SILENT_BITS = 2048, /* the longest key made without the public exponent's template */
    UKM_MIN = 8,
    FILE_MAX = 5 * RUTOKEN_RSA_BITS_MAX / 16 + 8,
};

static bool is_rsa(const struct rutoken_file *file)
{
    return file->property[0] == RUTOKEN_RSA_PRIVATE;
}

static unsigned rsa_bits(const struct rutoken_file *private)
{
    return (unsigned)(private->size - 8) / 5 * 16;
}

/* The two files are halves of one kind of key and of one size */
static bool pair_fits(const struct rutoken_file *private, const struct rutoken_file *public)
{
    size_t size = is_rsa(private) ? rsa_bits(private) / 16 * 3 : (size_t) private->size * 2;

    return public->property[0] == private->property[0] + 0x10 && public->size == size &&
           (is_rsa(private) || public->property[1] == private->property[1]);
}

enum result rutoken_pair_make(OSSL_LIB_CTX *crypto, struct rutoken_file *private, struct rutoken_file *public)
{
    uint8_t private_memory[FILE_MAX], public_memory[FILE_MAX];
    SCOPED(buf_wipe) struct buf private_value = BUF_OVER(private_memory);
    struct buf public_value = BUF_OVER(public_memory);

    if (!pair_fits(private, public))
        return RESULT_MALFORMED;
    if (is_rsa(private))
        TRY(rutoken_rsa_generate(crypto, rsa_bits(private), &private_value, &public_value));
    else
        TRY(rutoken_gost_generate(private->size, private->property[1], &private_value, &public_value));
    TRY(rutoken_fill(private, buf_bytes(&private_value)));
    return rutoken_fill(public, buf_bytes(&public_value));
}

/*
 * For RSA the template with the public exponent 65537; without it long keys came out wrong. For GOST nothing.
 * Byte 1 of an RSA key's property asks for more rounds of a primality test, at which ECP 2.0 fails; how it
 * says so is not known.
 */
static uint16_t generate_check(const struct rutoken_file *private, struct bytes data)
{
    const struct bytes exponent = BYTES_LIT(0xA6, 0x06, 0x94, 0x04, 0x01, 0x00, 0x01, 0x00);

    if (!is_rsa(private))
        return data.size == 0 ? ISO_SW_OK : ISO_SW_DATA;
    if (data.size == 0 ? rsa_bits(private) > RSA_SILENT_BITS : !bytes_equal(data, exponent))
        return ISO_SW_DATA;
    return private->property[1] == 0 ? ISO_SW_OK : ISO_SW_UNKNOWN;
}

uint16_t rutoken_generate(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file *private = rutoken_key_file(&card->memory, true, command->p2);
    struct rutoken_file *public = rutoken_key_file(&card->memory, false, command->p2);
    uint16_t sw;

    if (command->p1 != 0x80)
        return ISO_SW_P1P2;
    if (!private || !public)
        return ISO_SW_NO_REF;
    if (!rutoken_may(card, private, RUTOKEN_MAY_UPDATE) || !rutoken_may(card, public, RUTOKEN_MAY_UPDATE))
        return ISO_SW_SECURITY;
    if (!pair_fits(private, public))
        return ISO_SW_CONDITION;
    sw = generate_check(private, command->data);
    if (sw != ISO_SW_OK)
        return sw;
    if (rutoken_pair_make(card->crypto, private, public) != RESULT_OK)
        return ISO_SW_UNKNOWN;
    card->changes++;
    buf_add(out,
            bytes_slice(rutoken_contents(public), 0, is_rsa(private) ? rsa_bits(private) / 8 : public->size));
    return ISO_SW_OK;
}

/* 84 key; for key agreement also 95 usage and 87 UKM, and maybe 80 algorithm. All that is said of the last
 * three is weakly founded. */
static bool environment_parse(uint8_t template, struct bytes data, struct rutoken_environment *ret)
{
    struct tlv_cursor cursor = tlv_open(data);
    bool referenced = false;
    struct tlv part;

    *ret = (struct rutoken_environment){ .template = template };
    while (!tlv_at_end(&cursor)) {
        if (tlv_next(&cursor, &part) != RESULT_OK)
            return false;
        if (part.tag == 0x84 && part.value.size == 1) {
            ret->reference = part.value.data[0];
            referenced = true;
        } else if (template == TEMPLATE_DECIPHER && part.tag == 0x95 &&
                   bytes_equal(part.value, BYTES_LIT(USAGE_AGREE))) {
            ret->agree = true;
        } else if (template == TEMPLATE_DECIPHER && part.tag == 0x87 && part.value.size >= UKM_MIN &&
                   part.value.size <= RUTOKEN_UKM_MAX) {
            memcpy(ret->ukm, part.value.data, part.value.size);
            ret->ukm_size = part.value.size;
        } else if (template != TEMPLATE_DECIPHER || part.tag != 0x80 || part.value.size != 1) {
            return false;
        }
    }
    return referenced && (ret->ukm_size == 0 || ret->agree);
}

uint16_t rutoken_set_environment(struct rutoken_card *card, const struct iso_command *command,
                                 struct buf *out)
{
    struct rutoken_environment environment;

    (void)out;
    if (command->p1 != 0x41 || (command->p2 != TEMPLATE_SIGN && command->p2 != TEMPLATE_DECIPHER))
        return ISO_SW_P1P2;
    if (!environment_parse(command->p2, command->data, &environment))
        return ISO_SW_DATA;
    /* whether a missing key is noticed here or when it is used is not known */
    card->session.environment = environment;
    return ISO_SW_OK;
}

/*
 * The key that the environment names, if it may be used. Whether the environment's reference alone is enough
 * is not known: here the key's file must be the current one, as it was in every signature seen on a token.
 */
static uint16_t key_get(const struct rutoken_card *card, uint8_t template, struct rutoken_file **ret)
{
    const struct rutoken_environment *environment = &card->session.environment;
    struct rutoken_file *key = rutoken_key_file(&card->memory, true, environment->reference);

    if (environment->template != template)
        return ISO_SW_CONDITION;
    if (!key || card->session.current != key)
        return ISO_SW_NO_REF;
    if (!rutoken_may(card, key, RUTOKEN_MAY_USE))
        return ISO_SW_SECURITY;
    *ret = key;
    return key->filled ? ISO_SW_OK : ISO_SW_CONDITION;
}

static uint16_t status_of(enum result result)
{
    if (result == RESULT_OK)
        return ISO_SW_OK;
    return result == RESULT_MALFORMED ? ISO_SW_DATA : ISO_SW_UNKNOWN;
}

static uint16_t sign(struct rutoken_card *card, struct bytes data, struct buf *out)
{
    struct rutoken_file *key;
    uint16_t sw = key_get(card, TEMPLATE_SIGN, &key);

    if (sw != ISO_SW_OK)
        return sw;
    if (is_rsa(key))
        return status_of(rutoken_rsa_use(card->crypto, rutoken_contents(key), data, out));
    return status_of(rutoken_gost_sign(rutoken_contents(key), key->property[1], data, out));
}

/*
 * A key for signatures only answers 6994. What makes it one is not known; the only key seen to do so lists
 * access mode 0 in its security attribute, which no key with known key agreement does.
 */
static uint16_t agree(const struct rutoken_card *card, const struct rutoken_file *key, struct bytes peer,
                      struct buf *out)
{
    const struct rutoken_environment *environment = &card->session.environment;

    if (key->security[0] & 0x01)
        return SW_SIGN_ONLY;
    return status_of(rutoken_gost_agree(rutoken_contents(key), key->property[1], peer,
                                        bytes_make(environment->ukm, environment->ukm_size), out));
}

static uint16_t decipher(struct rutoken_card *card, struct bytes data, struct buf *out)
{
    struct rutoken_file *key;
    uint16_t sw = key_get(card, TEMPLATE_DECIPHER, &key);

    if (sw != ISO_SW_OK)
        return sw;
    if (is_rsa(key) && card->session.environment.agree)
        return ISO_SW_CONDITION;
    if (is_rsa(key))
        return status_of(rutoken_rsa_use(card->crypto, rutoken_contents(key), data, out));
    return agree(card, key, data, out);
}

uint16_t rutoken_perform(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    if (command->p1 == 0x9E && command->p2 == 0x9A)
        return sign(card, command->data, out);
    if (command->p1 == 0x80 && command->p2 == 0x86)
        return decipher(card, command->data, out);
    return ISO_SW_P1P2;
}
