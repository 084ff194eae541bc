/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys: what their files and records say of them, and using them. The card's numbers are little-endian. */
#include <string.h>

#include "asn1/gost.h"
#include "asn1/tlv.h"
#include "pcsc/card_rutoken_parts.h"

#define TAG_KEY 0x84
#define TAG_AGREEMENT 0x95
#define TAG_UKM 0x87

#define BLOCK_MAX 512
#define PUBLIC_MAX 1024
#define UKM_MAX 64

/* The first byte of a private half's property. */
#define PROPERTY_RSA 0x23
#define PROPERTY_GOST256 0x03
#define PROPERTY_GOST512 0x43

/* The exponent of every key that the card has made. */
static const uint8_t rutoken_exponent[] = { 0x01, 0x00, 0x01 };

/* A curve's code in the property: the card knows three of each length. */
struct rutoken_curve {
    enum curve curve;
    uint8_t first, code;
    const char *set; /* what the curve is called where nobody says */
};

static const struct rutoken_curve rutoken_curves[] = {
    { CURVE_GOST_256_CPA, PROPERTY_GOST256, 0x20, "CryptoPro-A" },
    { CURVE_GOST_256_CPB, PROPERTY_GOST256, 0x30, "CryptoPro-B" },
    { CURVE_GOST_256_CPC, PROPERTY_GOST256, 0x40, "CryptoPro-C" },
    { CURVE_GOST_512_A, PROPERTY_GOST512, 0x20, "tc26-512-A" },
    { CURVE_GOST_512_B, PROPERTY_GOST512, 0x30, "tc26-512-B" },
    { CURVE_GOST_512_C, PROPERTY_GOST512, 0x40, "tc26-512-C" },
};

#define RUTOKEN_CURVES (sizeof(rutoken_curves) / sizeof(rutoken_curves[0]))

static const struct card_algorithm rutoken_lite[] = { { .kind = KEY_NONE } };

static const struct card_algorithm rutoken_confirmed[] = {
    { KEY_RSA, CURVE_NONE, 1024, 4096, CARD_CAN_RSA_RAW, true },
    { KEY_GOST256, CURVE_GOST_256_CPA, 0, 0, CARD_CAN_GOST, true },
    { KEY_GOST256, CURVE_GOST_256_CPB, 0, 0, CARD_CAN_GOST, true },
    { KEY_GOST256, CURVE_GOST_256_CPC, 0, 0, CARD_CAN_GOST, true },
    { KEY_GOST2001, CURVE_GOST_256_CPA, 0, 0, CARD_CAN_GOST, true },
    { KEY_GOST2001, CURVE_GOST_256_CPB, 0, 0, CARD_CAN_GOST, true },
    { KEY_GOST2001, CURVE_GOST_256_CPC, 0, 0, CARD_CAN_GOST, true },
    { .kind = KEY_NONE },
};

#define SIGN_AND_AGREE (CARD_CAN_GOST | CARD_CAN_VKO)

static const struct card_algorithm rutoken_unverified[] = {
    { KEY_RSA, CURVE_NONE, 1024, 4096, CARD_CAN_RSA_RAW, true },
    { KEY_GOST256, CURVE_GOST_256_CPA, 0, 0, SIGN_AND_AGREE, true },
    { KEY_GOST256, CURVE_GOST_256_CPB, 0, 0, SIGN_AND_AGREE, true },
    { KEY_GOST256, CURVE_GOST_256_CPC, 0, 0, SIGN_AND_AGREE, true },
    { KEY_GOST2001, CURVE_GOST_256_CPA, 0, 0, SIGN_AND_AGREE, true },
    { KEY_GOST2001, CURVE_GOST_256_CPB, 0, 0, SIGN_AND_AGREE, true },
    { KEY_GOST2001, CURVE_GOST_256_CPC, 0, 0, SIGN_AND_AGREE, true },
    { KEY_GOST512, CURVE_GOST_512_A, 0, 0, SIGN_AND_AGREE, true },
    { KEY_GOST512, CURVE_GOST_512_B, 0, 0, SIGN_AND_AGREE, true },
    { KEY_GOST512, CURVE_GOST_512_C, 0, 0, SIGN_AND_AGREE, true },
    { .kind = KEY_NONE },
};

const struct card_algorithm *card_rutoken_algorithms(struct card *card)
{
    if (card_rutoken_is_lite(card))
        return rutoken_lite;
    return card_rutoken_unverified(card) ? rutoken_unverified : rutoken_confirmed;
}

void card_rutoken_reverse(struct bytes view, struct buf *out)
{
    for (size_t i = view.size; i > 0; i--)
        buf_add_byte(out, view.data[i - 1]);
}

uint8_t card_rutoken_curve_code(enum curve curve)
{
    for (size_t i = 0; i < RUTOKEN_CURVES; i++)
        if (rutoken_curves[i].curve == curve)
            return rutoken_curves[i].code;
    return 0;
}

static const struct rutoken_curve *rutoken_curve_find(uint8_t first, uint8_t code)
{
    for (size_t i = 0; i < RUTOKEN_CURVES; i++)
        if (rutoken_curves[i].first == first && rutoken_curves[i].code == code)
            return &rutoken_curves[i];
    return NULL;
}

/* The third byte is 01 on keys of 2012, as far as has been seen. */
static enum key_kind rutoken_property_gost(const uint8_t *property)
{
    if (property[0] == PROPERTY_GOST512)
        return KEY_GOST512;
    return property[2] == 0x01 ? KEY_GOST256 : KEY_GOST2001;
}

enum result card_rutoken_property_read(const struct rutoken_file *file, struct rutoken_property *ret)
{
    const struct rutoken_curve *curve;

    *ret = (struct rutoken_property){ .kind = KEY_NONE };
    if (!file->internal || !file->has_property)
        return RESULT_UNSUPPORTED;
    if (file->property[0] == PROPERTY_RSA) {
        if (file->size < 8 || (file->size - 8) % 5 != 0)
            return RESULT_UNSUPPORTED;
        ret->kind = KEY_RSA;
        ret->bits = (file->size - 8) / 5 * 16;
        return RESULT_OK;
    }
    curve = rutoken_curve_find(file->property[0], file->property[1]);
    if (!curve)
        return RESULT_UNSUPPORTED;
    ret->kind = rutoken_property_gost(file->property);
    ret->curve = curve->curve;
    return RESULT_OK;
}

unsigned card_rutoken_can(const struct card *card, enum key_kind kind)
{
    bool unverified = card_rutoken_unverified(card);

    if (card_rutoken_is_lite(card))
        return 0;
    if (kind == KEY_RSA)
        return CARD_CAN_RSA_RAW;
    if (kind == KEY_GOST512 && !unverified)
        return 0;
    return key_kind_is_gost(kind) ? CARD_CAN_GOST | (unverified ? CARD_CAN_VKO : 0) : 0;
}

/* What the owner of RECORD allows its key to do. */
static unsigned rutoken_uses(unsigned usage)
{
    unsigned uses = 0;

    if (usage & (PKCS15_SIGN | PKCS15_SIGN_RECOVER | PKCS15_NON_REPUDIATION))
        uses |= CARD_USE_SIGN;
    if (usage & (PKCS15_DECRYPT | PKCS15_UNWRAP))
        uses |= CARD_USE_DECIPHER;
    if (usage & PKCS15_DERIVE)
        uses |= CARD_USE_AGREE;
    return uses;
}

/* The modulus, and the exponent where the card has not made the key and so does not say by itself what it is.
 */
static enum result rutoken_public_rsa(struct card *card, const struct rutoken_file *file, bool generated,
                                      struct pubkey *ret)
{
    size_t modulus = file->size / 3 * 2, size = generated ? modulus : file->size;
    SCOPED(card_rutoken_heap_free) struct buf raw = { 0 };
    uint8_t memory[PUBLIC_MAX];
    struct buf numbers = BUF_OVER(memory);
    struct bytes exponent = BYTES_OF(rutoken_exponent);

    if (file->size % 3 != 0 || file->size > PUBLIC_MAX)
        return RESULT_UNSUPPORTED;
    TRY(card_rutoken_heap_new(PUBLIC_MAX, &raw));
    TRY(card_rutoken_read_part(card, 0, size, &raw));
    card_rutoken_reverse(bytes_slice(buf_bytes(&raw), 0, modulus), &numbers);
    card_rutoken_reverse(bytes_from(buf_bytes(&raw), modulus), &numbers);
    if (!generated)
        exponent = bytes_from(buf_bytes(&numbers), modulus);
    return pubkey_set_rsa(ret, bytes_slice(buf_bytes(&numbers), 0, modulus), exponent);
}

static enum result rutoken_public_gost(struct card *card, const struct rutoken_file *file, struct bytes set,
                                       struct bytes digest, struct pubkey *ret)
{
    uint8_t memory[PUBKEY_POINT_MAX];
    struct buf point = BUF_OVER(memory);

    if (file->size > sizeof(memory))
        return RESULT_UNSUPPORTED;
    TRY(card_rutoken_read_part(card, 0, file->size, &point));
    return pubkey_set_gost(ret, set, digest, buf_bytes(&point));
}

/* Completes KEY, of KIND, with its public half. A half that is not there or is nonsense leaves it without. */
static enum result rutoken_public_read(struct card *card, enum key_kind kind, struct bytes set,
                                       struct bytes digest, struct card_key *key)
{
    bool generated = key->origin_known && key->generated;
    struct rutoken_file file;
    enum result result = card_rutoken_select_key(card, RUTOKEN_PUBLIC_FOLDER, (uint8_t)key->reference, &file);

    if (result == RESULT_OK && kind == KEY_RSA)
        result = rutoken_public_rsa(card, &file, generated, &key->public_key);
    else if (result == RESULT_OK)
        result = rutoken_public_gost(card, &file, set, digest, &key->public_key);
    if (card_rutoken_is_fatal(result))
        return result;
    if (result != RESULT_OK)
        key->public_key = (struct pubkey){ .kind = KEY_NONE };
    return RESULT_OK;
}

bool card_rutoken_record_key(struct bytes record, uint8_t *ret_reference, struct bytes *ret_id)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct pkcs15_key key;

    if (pkcs15_next_private_key(&cursor, &key) != RESULT_OK)
        return false;
    *ret_id = key.id;
    *ret_reference = (uint8_t)(key.has_reference && key.reference <= 0xFF ? key.reference : 0);
    return true;
}

/* RSA or GOST, with a name for the second's parameters. */
static enum result rutoken_record_kind(const struct pkcs15_key *record, enum key_kind *ret, struct bytes *set,
                                       struct bytes *digest)
{
    *set = *digest = BYTES_NONE;
    *ret = KEY_RSA;
    if (record->type == PKCS15_KEY_RSA)
        return RESULT_OK;
    TRY(pkcs15_key_gost(record, set, digest));
    *ret = record->bits == 512 ? KEY_GOST512 : record->gost_digest <= 1 ? KEY_GOST2001 : KEY_GOST256;
    return RESULT_OK;
}

static void rutoken_label(struct bytes text, char *ret)
{
    struct bytes part = bytes_slice(text, 0, CARD_TEXT_MAX - 1);

    if (part.size > 0)
        memcpy(ret, part.data, part.size);
    ret[part.size] = '\0';
}

enum result card_rutoken_key_from_record(struct card *card, struct bytes record, struct card_key *ret)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct bytes set, digest;
    struct pkcs15_key key;
    enum key_kind kind;

    if (pkcs15_next_private_key(&cursor, &key) != RESULT_OK || !key.has_reference || key.reference == 0 ||
        key.reference > 0xFF || key.id.size == 0 || key.id.size > CARD_ID_MAX ||
        rutoken_record_kind(&key, &kind, &set, &digest) != RESULT_OK)
        return RESULT_NOT_FOUND;
    *ret = (struct card_key){ .id_size = key.id.size, .reference = key.reference, .policy = CARD_PIN_ONCE };
    memcpy(ret->id, key.id.data, key.id.size);
    rutoken_label(key.common.label, ret->label);
    ret->origin_known = true;
    ret->generated = (key.access & PKCS15_LOCAL) != 0;
    ret->uses = rutoken_uses(key.usage);
    ret->can = card_rutoken_can(card, kind);
    /* every GOST record allows it, as OpenSC writes them; what counts is what is done here */
    ret->uses &= ~(unsigned)CARD_USE_AGREE;
    if (ret->can & CARD_CAN_VKO)
        ret->uses |= CARD_USE_AGREE;
    return rutoken_public_read(card, kind, set, digest, ret);
}

enum result card_rutoken_key_from_file(struct card *card, const struct rutoken_file *file,
                                       struct card_key *ret)
{
    struct bytes set = BYTES_NONE, digest = BYTES_NONE;
    struct rutoken_property property;
    const struct rutoken_curve *curve;

    if (file->id == 0 || file->id > 0xFF || card_rutoken_property_read(file, &property) != RESULT_OK)
        return RESULT_NOT_FOUND;
    *ret = (struct card_key){ .id_size = 1, .reference = file->id, .policy = CARD_PIN_ONCE };
    ret->id[0] = (uint8_t)file->id;
    ret->uses = CARD_USE_SIGN | (property.kind == KEY_RSA ? CARD_USE_DECIPHER : 0);
    ret->can = card_rutoken_can(card, property.kind);
    if (ret->can & CARD_CAN_VKO)
        ret->uses |= CARD_USE_AGREE;
    if (property.kind != KEY_RSA) {
        curve = rutoken_curve_find(file->property[0], file->property[1]);
        set = gost_set_oid(gost_set_from_name(bytes_text(curve->set)));
        digest = gost_digest_oid(property.kind == KEY_GOST512   ? HASH_STREEBOG_512
                                 : property.kind == KEY_GOST256 ? HASH_STREEBOG_256
                                                                : HASH_GOST94);
    }
    return rutoken_public_read(card, property.kind, set, digest, ret);
}

/* The key's file is the current one and the security environment is for it: each time, because nobody tells
 * when another program has changed either, and the card would use the wrong key without a word. */
static enum result rutoken_key_choose(struct card *card, const struct card_key *key, uint8_t template,
                                      struct bytes before, struct bytes after)
{
    uint8_t memory[UKM_MAX + 16];
    struct buf body = BUF_OVER(memory);

    if (key->reference == 0 || key->reference > 0xFF)
        return RESULT_NOT_FOUND;
    TRY(card_rutoken_select_key(card, RUTOKEN_PRIVATE_FOLDER, (uint8_t)key->reference, NULL));
    buf_add(&body, before);
    tlv_add_byte(&body, TAG_KEY, (uint8_t)key->reference);
    buf_add(&body, after);
    TRY(buf_check(&body));
    return iso7816_set_environment(&card->link, 0x41, template, buf_bytes(&body));
}

/* PERFORM SECURITY OPERATION on a key that is chosen; the answer has SIZE bytes. */
static enum result rutoken_operate(struct card *card, bool sign, struct bytes input, size_t size,
                                   struct buf *out)
{
    const struct apdu command = {
        .ins = 0x2A,
        .p1 = sign ? 0x9E : 0x80,
        .p2 = sign ? 0x9A : 0x86,
        .body = input,
        .expected = size < 256 ? size : 256,
        .short_only = true,
        .secret = !sign,
        .secret_answer = !sign,
        .verb = SW_USE,
    };

    TRY(apdu_send(&card->link, &command, out, NULL));
    return out->size == size ? RESULT_OK : RESULT_MALFORMED;
}

static enum result rutoken_rsa(struct card *card, const struct card_key *key, bool sign, struct bytes input,
                               struct buf *out)
{
    SCOPED(card_rutoken_heap_free) struct buf block = { 0 };
    SCOPED(card_rutoken_heap_free) struct buf answer = { 0 };

    if (input.size == 0 || input.size > BLOCK_MAX)
        return RESULT_BAD_ARGUMENT;
    TRY(card_rutoken_heap_new(BLOCK_MAX, &block));
    TRY(card_rutoken_heap_new(BLOCK_MAX + 256, &answer));
    card_rutoken_reverse(input, &block);
    TRY(rutoken_key_choose(card, key, sign ? 0xB6 : 0xB8, BYTES_NONE, BYTES_NONE));
    TRY(rutoken_operate(card, sign, buf_bytes(&block), input.size, &answer));
    card_rutoken_reverse(buf_bytes(&answer), out);
    return buf_check(out);
}

/* The digest goes as the hash gives it; the card's r || s, little-endian, is s || r backwards. */
static enum result rutoken_gost(struct card *card, const struct card_key *key, struct bytes digest,
                                struct buf *out)
{
    uint8_t memory[BLOCK_MAX];
    struct buf answer = BUF_OVER(memory);

    if (digest.size != 32 && digest.size != 64)
        return RESULT_BAD_ARGUMENT;
    TRY(rutoken_key_choose(card, key, 0xB6, BYTES_NONE, BYTES_NONE));
    TRY(rutoken_operate(card, true, digest, 2 * digest.size, &answer));
    card_rutoken_reverse(buf_bytes(&answer), out);
    return buf_check(out);
}

enum result card_rutoken_sign(struct card *card, const struct card_key *key, enum card_can how,
                              struct bytes input, struct buf *out)
{
    if (!(key->can & how))
        return RESULT_UNSUPPORTED;
    if (how == CARD_CAN_RSA_RAW)
        return rutoken_rsa(card, key, true, input, out);
    return how == CARD_CAN_GOST ? rutoken_gost(card, key, input, out) : RESULT_UNSUPPORTED;
}

enum result card_rutoken_decipher(struct card *card, const struct card_key *key, enum card_can how,
                                  struct bytes input, struct buf *out)
{
    if (how != CARD_CAN_RSA_RAW || !(key->can & how))
        return RESULT_UNSUPPORTED;
    return rutoken_rsa(card, key, false, input, out);
}

enum result card_rutoken_agree(struct card *card, const struct card_key *key,
                               const struct card_agreement *with, struct buf *out)
{
    const uint8_t agreement[] = { TAG_AGREEMENT, 0x01, 0x40 };
    uint8_t memory[UKM_MAX + 2], answer_memory[BLOCK_MAX];
    struct buf ukm = BUF_OVER(memory), answer = BUF_OVER(answer_memory);
    enum result result;

    if (with->how != CARD_CAN_VKO || !(key->can & CARD_CAN_VKO))
        return RESULT_UNSUPPORTED;
    if (with->ukm.size == 0 || with->ukm.size > UKM_MAX ||
        (with->point.size != 64 && with->point.size != 128))
        return RESULT_BAD_ARGUMENT;
    tlv_add(&ukm, TAG_UKM, with->ukm);
    TRY(rutoken_key_choose(card, key, 0xB8, BYTES_OF(agreement), buf_bytes(&ukm)));
    result = rutoken_operate(card, false, with->point, 32, &answer);
    buf_add(out, buf_bytes(&answer));
    secret_wipe(answer_memory, sizeof(answer_memory));
    TRY(result);
    return buf_check(out);
}
