/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who administers: the PUK, or the management key 9B, also one that is kept behind the user PIN. The user PIN
 * comes along where one operation serves both roles. */
#include "pcsc/card_piv_admin.h"

#include "asn1/tlv.h"
#include "pcsc/card_piv_keys.h"
#include "pcsc/card_piv_objects.h"
#include "pcsc/card_piv_pin.h"

#define INS_GENERAL_AUTHENTICATE 0x87
#define INS_SET_MANAGEMENT 0xFF
#define TAG_DYNAMIC 0x7C
#define TAG_WITNESS 0x80
#define TAG_CHALLENGE 0x81
#define TAG_RESPONSE 0x82
#define TAG_ADMIN 0x80
#define TAG_ADMIN_FLAGS 0x81
#define FLAG_PROTECTED 0x02
#define TAG_PROTECTED 0x88
#define TAG_PROTECTED_KEY 0x89
#define EXCHANGE_MAX 128
#define OBJECT_ROOM 512
#define METADATA_ROOM 256

struct piv_management_row {
    uint8_t id;
    enum admin_cipher cipher;
};

/* Algorithm identifiers (SP 800-78-4, table 6-2). For a key whose algorithm the card does not tell the first
 * that fits. */
static const struct piv_management_row piv_management_table[] = {
    { 0x03, ADMIN_3DES },   { 0x00, ADMIN_3DES },   { 0x08, ADMIN_AES128 },
    { 0x0A, ADMIN_AES192 }, { 0x0C, ADMIN_AES256 },
};

#define MANAGEMENT_COUNT (sizeof(piv_management_table) / sizeof(piv_management_table[0]))

static void piv_management_take(const struct piv_management_row *row, struct piv_management *ret)
{
    ret->algorithm = row->id;
    ret->cipher = row->cipher;
}

enum result card_piv_management_guess(size_t size, struct piv_management *ret)
{
    *ret = (struct piv_management){ 0 };
    for (size_t i = 0; i < MANAGEMENT_COUNT; i++) {
        if (admin_key_size(piv_management_table[i].cipher) == size)
            return piv_management_take(&piv_management_table[i], ret), RESULT_OK;
    }
    return RESULT_PIN_LENGTH;
}

enum result card_piv_management_ask(struct card *card, size_t size, struct piv_management *ret)
{
    uint8_t memory[METADATA_ROOM];
    struct buf buf = BUF_OVER(memory);
    struct piv_metadata metadata = { 0 };
    enum result result = RESULT_NOT_FOUND;

    if (card_piv_state(card)->metadata)
        result = card_piv_metadata_read(card, PIV_KEY_MANAGEMENT, &buf, &metadata);
    if (card_piv_is_fatal(result))
        return result;
    if (!metadata.has_algorithm)
        return card_piv_management_guess(size, ret);
    *ret = (struct piv_management){ .known = true, .factory = metadata.has_factory && metadata.factory };
    for (size_t i = 0; i < MANAGEMENT_COUNT; i++) {
        if (piv_management_table[i].id == metadata.algorithm)
            return piv_management_take(&piv_management_table[i], ret), RESULT_OK;
    }
    return RESULT_UNSUPPORTED;
}

bool card_piv_so_is_puk(const struct secret *so)
{
    return secret_size(so) <= PIV_PUK_MAX;
}

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

enum result card_piv_management_key(const struct secret *so, struct secret **ret)
{
    struct bytes text = secret_bytes(so);
    SCOPED(secret_free) struct secret *key = NULL;

    *ret = NULL;
    if (text.size != 32 && text.size != 48 && text.size != 64)
        return RESULT_PIN_LENGTH;
    TRY(secret_new_empty(text.size / 2, &key));
    for (size_t i = 0; i < text.size; i += 2) {
        int high = hex_digit(text.data[i]), low = hex_digit(text.data[i + 1]);
        if (high < 0 || low < 0)
            return RESULT_PIN_CHARACTERS;
        buf_add_byte(secret_buf(key), (uint8_t)(high << 4 | low));
    }
    *ret = key;
    key = NULL;
    return RESULT_OK;
}

/* GENERAL AUTHENTICATE of 9B with BODY inside 7C; *RET points into ANSWER: the value of TAG, if one is
 * wanted. */
static enum result piv_management_exchange(struct card *card, uint8_t algorithm, struct bytes body,
                                           enum sw_verb verb, uint32_t tag, struct buf *answer,
                                           struct bytes *ret, unsigned *ret_sw)
{
    const uint32_t path[] = { TAG_DYNAMIC, tag };
    uint8_t memory[EXCHANGE_MAX];
    SCOPED(buf_wipe) struct buf whole = BUF_OVER(memory);
    struct apdu command = { .ins = INS_GENERAL_AUTHENTICATE,
                            .p1 = algorithm,
                            .p2 = PIV_KEY_MANAGEMENT,
                            .expected = 256,
                            .secret = true,
                            .short_only = true,
                            .verb = verb };

    tlv_add(&whole, TAG_DYNAMIC, body);
    TRY(buf_check(&whole));
    command.body = buf_bytes(&whole);
    TRY(apdu_send(&card->link, &command, answer, ret_sw));
    return tlv_find_path(buf_bytes(answer), path, 2, ret) == RESULT_OK ? RESULT_OK : RESULT_MALFORMED;
}

static enum result piv_management_try(struct card *card, const struct piv_management *management,
                                      const struct secret *key, unsigned *ret_sw)
{
    SCOPED(admin_proof_wipe) struct admin_proof proof = { 0 };
    uint8_t first[EXCHANGE_MAX], second[EXCHANGE_MAX], memory[EXCHANGE_MAX];
    struct buf witness = BUF_OVER(first), response = BUF_OVER(second);
    SCOPED(buf_wipe) struct buf body = BUF_OVER(memory);
    struct bytes value;

    TRY(piv_management_exchange(card, management->algorithm, BYTES_LIT(TAG_WITNESS, 0x00), SW_ADMIN,
                                TAG_WITNESS, &witness, &value, ret_sw));
    TRY(admin_proof_make(management->cipher, key, value, &proof));
    tlv_add(&body, TAG_WITNESS, bytes_make(proof.witness, proof.size));
    tlv_add(&body, TAG_CHALLENGE, bytes_make(proof.challenge, proof.size));
    tlv_add(&body, TAG_RESPONSE, BYTES_NONE);
    TRY(piv_management_exchange(card, management->algorithm, buf_bytes(&body), SW_PROVE, TAG_RESPONSE,
                                &response, &value, ret_sw));
    /* A card that took our proof and cannot give its own does not know the key: not the card it says it is.
     */
    return admin_proof_check(&proof, value) ? RESULT_OK : RESULT_REFUSED;
}

enum result card_piv_management_prove(struct card *card, const struct secret *key)
{
    struct piv_management management = { 0 };
    enum result result;
    unsigned sw = 0;

    TRY(card_piv_management_ask(card, secret_size(key), &management));
    if (admin_key_size(management.cipher) != secret_size(key))
        return RESULT_PIN_LENGTH;
    result = piv_management_try(card, &management, key, &sw);
    /* 24 bytes are 3DES or AES-192; the wrong guess is refused before anything else happens. */
    if (!management.known && management.cipher == ADMIN_3DES && sw == 0x6A86) {
        management.algorithm = 0x0A;
        management.cipher = ADMIN_AES192;
        result = piv_management_try(card, &management, key, &sw);
    }
    return result;
}

enum result card_piv_management_set(struct card *card, uint8_t id, const struct secret *key)
{
    SCOPED(secret_free) struct secret *body = NULL;
    struct apdu command = {
        .ins = INS_SET_MANAGEMENT,
        .p1 = 0xFF,
        .p2 = 0xFF,
        .secret = true,
        .short_only = true,
        .verb = SW_ADMIN,
    };
    unsigned sw;
    enum result result;

    TRY(secret_new_empty(3 + ADMIN_KEY_MAX, &body));
    buf_add(secret_buf(body), BYTES_LIT(id, PIV_KEY_MANAGEMENT, (uint8_t)secret_size(key)));
    buf_add(secret_buf(body), secret_bytes(key));
    TRY(buf_check(secret_buf(body)));
    command.body = secret_bytes(body);
    result = apdu_send(&card->link, &command, NULL, &sw);
    return sw == 0x6D00 ? RESULT_UNSUPPORTED : result;
}

/* Whether Yubico's administrative data says that the management key is behind the PIN. RESULT_NOT_FOUND: no
 * such data. */
static enum result piv_protected_flag(struct card *card, bool *ret)
{
    const uint32_t path[] = { PIV_TAG_OBJECT, TAG_ADMIN, TAG_ADMIN_FLAGS };
    uint8_t memory[OBJECT_ROOM];
    struct buf raw = BUF_OVER(memory);
    struct bytes flags;

    *ret = false;
    TRY(card_piv_object_get(card, PIV_OBJECT_ADMIN, PIV_SHORT, &raw));
    if (tlv_find_path(buf_bytes(&raw), path, 3, &flags) == RESULT_OK && flags.size == 1)
        *ret = flags.data[0] & FLAG_PROTECTED;
    return RESULT_OK;
}

enum result card_piv_management_protect(struct card *card, const struct secret *key)
{
    static const uint8_t flags[] = { TAG_ADMIN, 0x03, TAG_ADMIN_FLAGS, 0x01, FLAG_PROTECTED };
    SCOPED(secret_free) struct secret *contents = NULL;
    enum result result;

    TRY(secret_new_empty(4 + ADMIN_KEY_MAX, &contents));
    tlv_add_header(secret_buf(contents), TAG_PROTECTED, tlv_size(TAG_PROTECTED_KEY, secret_size(key)));
    tlv_add(secret_buf(contents), TAG_PROTECTED_KEY, secret_bytes(key));
    TRY(buf_check(secret_buf(contents)));
    TRY(card_piv_object_put(card, PIV_OBJECT_PRINTED, secret_bytes(contents), true));
    result = card_piv_object_put(card, PIV_OBJECT_ADMIN, BYTES_OF(flags), false);
    /* A card without this object (CanoKey) is looked at for the key itself. */
    return result == RESULT_UNSUPPORTED ? RESULT_OK : result;
}

/* The management key behind the verified user PIN. RESULT_NOT_AUTHENTICATED if there is none, or no PIN was
 * verified. */
static enum result piv_protected_key(struct card *card, struct secret **ret)
{
    const uint32_t path[] = { PIV_TAG_OBJECT, TAG_PROTECTED, TAG_PROTECTED_KEY };
    SCOPED(secret_free) struct secret *raw = NULL;
    struct bytes value;
    bool protected;
    enum result result;

    result = piv_protected_flag(card, &protected);
    if (card_piv_is_fatal(result))
        return result;
    if (result == RESULT_OK && !protected)
        return RESULT_NOT_AUTHENTICATED;
    TRY(secret_new_empty(OBJECT_ROOM, &raw));
    result = card_piv_object_get(card, PIV_OBJECT_PRINTED, PIV_SHORT | PIV_SECRET, secret_buf(raw));
    if (card_piv_is_fatal(result))
        return result;
    if (result != RESULT_OK || tlv_find_path(secret_bytes(raw), path, 3, &value) != RESULT_OK)
        return RESULT_NOT_AUTHENTICATED;
    return secret_new(value, ret);
}

enum result card_piv_authenticate(struct card *card, const struct secret *so)
{
    SCOPED(secret_free) struct secret *key = NULL;

    /* A PUK rules the PIN and nothing else. */
    if (so && card_piv_so_is_puk(so))
        return RESULT_NOT_AUTHENTICATED;
    if (so)
        TRY(card_piv_management_key(so, &key));
    else
        TRY(piv_protected_key(card, &key));
    return card_piv_management_prove(card, key);
}

/*
 * A PUK is checked by changing it into itself. A card that will not have that (not because it is wrong)
 * leaves it unchecked until it is used; one that fails at it may have counted a try.
 */
static enum result piv_puk_verify(struct card *card, const struct secret *puk, int *ret_tries)
{
    enum result result;

    TRY(card_piv_puk_check(puk));
    result = card_piv_pin_change(card, PIV_PUK, puk, puk, ret_tries);
    if (result == RESULT_PIN_WRONG || result == RESULT_PIN_BLOCKED || result == RESULT_CARD_FAILURE ||
        result == RESULT_NO_MEMORY || result >= RESULT_CARD_RESET)
        return result;
    return RESULT_OK;
}

static enum result piv_so_verify(struct card *card, const struct secret *so, int *ret_tries)
{
    SCOPED(secret_free) struct secret *key = NULL;

    if (card_piv_so_is_puk(so))
        return piv_puk_verify(card, so, ret_tries);
    TRY(card_piv_management_key(so, &key));
    return card_piv_management_prove(card, key);
}

enum result card_piv_verify_pin(struct card *card, enum card_role role, const struct secret *pin,
                                int *ret_tries)
{
    uint8_t reference;

    *ret_tries = CARD_TRIES_UNKNOWN;
    if (role == CARD_SO)
        return pin ? piv_so_verify(card, pin, ret_tries) : RESULT_UNSUPPORTED;
    if (pin)
        TRY(card_piv_pin_check(card, pin));
    TRY(card_piv_pin_reference(card, &reference));
    return card_piv_pin_present(card, reference, pin, ret_tries);
}

/* A new management key of the same algorithm; a copy that is kept behind the PIN follows. */
static enum result piv_management_change(struct card *card, const struct secret *old_so,
                                         const struct secret *new_so)
{
    SCOPED(secret_free) struct secret *old_key = NULL;
    SCOPED(secret_free) struct secret *new_key = NULL;
    struct piv_management management;
    bool protected;
    enum result result;

    if (!card_piv_state(card)->yubico)
        return RESULT_UNSUPPORTED;
    TRY(card_piv_management_key(old_so, &old_key));
    TRY(card_piv_management_key(new_so, &new_key));
    if (secret_size(old_key) != secret_size(new_key))
        return RESULT_PIN_LENGTH;
    TRY(card_piv_management_prove(card, old_key));
    TRY(card_piv_management_ask(card, secret_size(new_key), &management));
    result = piv_protected_flag(card, &protected);
    if (card_piv_is_fatal(result))
        return result;
    TRY(card_piv_management_set(card, management.algorithm, new_key));
    return protected ? card_piv_after_change(card_piv_management_protect(card, new_key)) : RESULT_OK;
}

enum result card_piv_change_pin(struct card *card, enum card_role role, const struct secret *old_pin,
                                const struct secret *new_pin, int *ret_tries)
{
    uint8_t reference;

    *ret_tries = CARD_TRIES_UNKNOWN;
    if (!old_pin != !new_pin)
        return RESULT_BAD_ARGUMENT;
    if (role == CARD_USER) {
        if (old_pin) {
            TRY(card_piv_pin_check(card, old_pin));
            TRY(card_piv_pin_check(card, new_pin));
        }
        TRY(card_piv_pin_reference(card, &reference));
        return card_piv_pin_change(card, reference, old_pin, new_pin, ret_tries);
    }
    if (!old_pin)
        return RESULT_UNSUPPORTED;
    if (!card_piv_so_is_puk(old_pin))
        return piv_management_change(card, old_pin, new_pin);
    TRY(card_piv_puk_check(old_pin));
    TRY(card_piv_puk_check(new_pin));
    return card_piv_pin_change(card, PIV_PUK, old_pin, new_pin, ret_tries);
}

/* The management key has no say over a PIN; but while the PIN is still the one of delivery, everybody knows
 * it. */
static enum result piv_pin_from_factory(struct card *card, const struct secret *so,
                                        const struct secret *new_pin, int *ret_tries)
{
    SCOPED(secret_free) struct secret *factory = NULL;
    struct card_pin pin = { 0 };
    enum result result;

    TRY(piv_so_verify(card, so, ret_tries));
    result =
        card_piv_state(card)->metadata ? card_piv_pin_from_metadata(card, PIV_PIN, &pin) : RESULT_NOT_FOUND;
    if (card_piv_is_fatal(result))
        return result;
    if (result != RESULT_OK || !pin.factory || pin.blocked)
        return RESULT_NOT_ALLOWED;
    TRY(secret_new(bytes_text(PIV_FACTORY_PIN), &factory));
    return card_piv_pin_change(card, PIV_PIN, factory, new_pin, ret_tries);
}

enum result card_piv_init_pin(struct card *card, const struct secret *so, const struct secret *new_pin,
                              int *ret_tries)
{
    *ret_tries = CARD_TRIES_UNKNOWN;
    if (!so || !new_pin)
        return RESULT_UNSUPPORTED;
    TRY(card_piv_pin_check(card, new_pin));
    if (!card_piv_so_is_puk(so))
        return piv_pin_from_factory(card, so, new_pin, ret_tries);
    TRY(card_piv_puk_check(so));
    return card_piv_pin_unblock(card, so, new_pin, ret_tries);
}
