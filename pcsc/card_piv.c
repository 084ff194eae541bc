/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/card_piv.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/tlv.h"
#include "pcsc/cards.h"

#define INS_SERIAL 0xF8
#define SERIAL_SIZE 4
#define GUID_SIZE 16
#define FASCN_CARD_DIGITS 16
#define CARD_IDENTIFIER_SIZE 21
#define SELECT_ANSWER_MAX 512
#define CHUID_MAX 3072

const struct piv_slot card_piv_slots[PIV_SLOT_COUNT] = {
    { 0x9A, 0x01, 0x5FC105, "PIV Authentication" }, { 0x9C, 0x02, 0x5FC10A, "Digital Signature" },
    { 0x9D, 0x03, 0x5FC10B, "Key Management" },     { 0x9E, 0x04, 0x5FC101, "Card Authentication" },
    { 0x82, 0x05, 0x5FC10D, "Retired Key 1" },      { 0x83, 0x06, 0x5FC10E, "Retired Key 2" },
    { 0x84, 0x07, 0x5FC10F, "Retired Key 3" },      { 0x85, 0x08, 0x5FC110, "Retired Key 4" },
    { 0x86, 0x09, 0x5FC111, "Retired Key 5" },      { 0x87, 0x0A, 0x5FC112, "Retired Key 6" },
    { 0x88, 0x0B, 0x5FC113, "Retired Key 7" },      { 0x89, 0x0C, 0x5FC114, "Retired Key 8" },
    { 0x8A, 0x0D, 0x5FC115, "Retired Key 9" },      { 0x8B, 0x0E, 0x5FC116, "Retired Key 10" },
    { 0x8C, 0x0F, 0x5FC117, "Retired Key 11" },     { 0x8D, 0x10, 0x5FC118, "Retired Key 12" },
    { 0x8E, 0x11, 0x5FC119, "Retired Key 13" },     { 0x8F, 0x12, 0x5FC11A, "Retired Key 14" },
    { 0x90, 0x13, 0x5FC11B, "Retired Key 15" },     { 0x91, 0x14, 0x5FC11C, "Retired Key 16" },
    { 0x92, 0x15, 0x5FC11D, "Retired Key 17" },     { 0x93, 0x16, 0x5FC11E, "Retired Key 18" },
    { 0x94, 0x17, 0x5FC11F, "Retired Key 19" },     { 0x95, 0x18, 0x5FC120, "Retired Key 20" },
};

/* What an ATR's historical bytes tell by name. The first that fits counts. OLD: Yubico's, from before it told
 * its serial. */
struct piv_maker {
    const char *text, *manufacturer, *model;
    bool old;
};

static const struct piv_maker piv_makers[] = {
    { "YubikeyNEO", "Yubico", "YubiKey NEO", true }, { "Yubikey4", "Yubico", "YubiKey 4", true },
    { "Yubikey", "Yubico", "YubiKey", true },        { "YubiKey", "Yubico", "YubiKey 5", false },
    { "Nitrokey", "Nitrokey", "Nitrokey", false },   { "PIVKEY", "PIVKey", "PIVKey", false },
};

static const struct piv_maker piv_maker_unknown = { "", "PIV", "PIV", false };

const struct piv_slot *card_piv_slot_by_reference(uint32_t reference)
{
    for (size_t i = 0; i < PIV_SLOT_COUNT; i++) {
        if (card_piv_slots[i].reference == (reference & 0xFF))
            return &card_piv_slots[i];
    }
    return NULL;
}

const struct piv_slot *card_piv_slot_by_object(uint32_t object)
{
    for (size_t i = 0; i < PIV_SLOT_COUNT; i++) {
        if (card_piv_slots[i].object == object)
            return &card_piv_slots[i];
    }
    return NULL;
}

const struct piv_slot *card_piv_slot_by_id(struct bytes id)
{
    if (id.size != 1 || id.data[0] == 0 || id.data[0] > PIV_SLOT_COUNT)
        return NULL;
    return &card_piv_slots[id.data[0] - 1];
}

bool card_piv_slot_is_retired(const struct piv_slot *slot)
{
    return slot->id > PIV_RETIRED_FIRST;
}

struct piv_state *card_piv_state(struct card *card)
{
    _Static_assert(sizeof(struct piv_state) <= CARD_PRIVATE_STATE, "the state fits its place");
    return (struct piv_state *)(void *)card->state;
}

bool card_piv_setting_is(const struct card *card, const char *key, const char *value)
{
    for (size_t i = 0; i < card->settings_count; i++) {
        if (strcmp(card->settings[i].key, key) == 0)
            return strcmp(card->settings[i].value, value) == 0;
    }
    return false;
}

bool card_piv_is_fatal(enum result result)
{
    return result == RESULT_NO_MEMORY || result == RESULT_WRONG_STATE || result >= RESULT_CARD_RESET;
}

bool card_piv_sw_unselected(unsigned sw)
{
    return sw == 0x6D00 || sw == 0x6E00 || sw == 0x6986;
}

enum result card_piv_heap_new(size_t capacity, struct buf *ret)
{
    *ret = buf_make(calloc(1, capacity), capacity);
    return ret->data ? RESULT_OK : RESULT_NO_MEMORY;
}

void card_piv_heap_free(struct buf *buf)
{
    buf_wipe(buf);
    free(buf->data);
    *buf = buf_make(NULL, 0);
}

static const struct piv_maker *piv_maker_find(const struct card *card)
{
    for (size_t i = 0; i < sizeof(piv_makers) / sizeof(piv_makers[0]); i++) {
        if (memmem(card->atr, card->atr_size, piv_makers[i].text, strlen(piv_makers[i].text)))
            return &piv_makers[i];
    }
    return &piv_maker_unknown;
}

bool card_piv_is_neo(const struct card *card)
{
    return strcmp(piv_maker_find(card)->model, "YubiKey NEO") == 0;
}

/*
 * The application property template (part 2, 3.1.1). Many cards put only the end of the AID into 4F, so
 * neither 4F nor 79 is compared with it: the template and one of the two is what tells PIV from a card that
 * likes every name.
 */
static bool piv_select_is_piv(struct bytes answer, struct piv_state *state)
{
    const uint32_t aid[] = { 0x61, 0x4F }, authority[] = { 0x61, 0x79 }, label[] = { 0x61, 0x50 };
    struct bytes value;

    if (tlv_find_path(answer, aid, 2, &value) != RESULT_OK &&
        tlv_find_path(answer, authority, 2, &value) != RESULT_OK)
        return false;
    state->applet = tlv_find_path(answer, label, 2, &value) == RESULT_OK &&
                    bytes_start_with(value, bytes_text("PivApplet"));
    return true;
}

enum result card_piv_select(struct card *card)
{
    static const uint8_t rid[] = { 0xA0, 0x00, 0x00, 0x03, 0x08 };
    uint8_t memory[SELECT_ANSWER_MAX];
    struct buf answer = BUF_OVER(memory);
    enum result result = iso7816_select(&card->link, BYTES_OF(rid), &answer);

    if (result >= RESULT_CARD_RESET)
        return result;
    if (result != RESULT_OK || !piv_select_is_piv(buf_bytes(&answer), card_piv_state(card)))
        return RESULT_NOT_FOUND;
    return RESULT_OK;
}

/*
 * The card's part of a FASC-N: agency, system, credential, series and issue. It has 40 characters of 5 bits,
 * each with its lowest bit first and a parity bit behind (PACS 2.2); what follows is the person's number and
 * stays private.
 */
static void piv_fascn_digits(struct bytes fascn, char *ret, size_t room)
{
    size_t used = 0;

    for (size_t i = 0; i + 5 <= fascn.size * 8 && used < FASCN_CARD_DIGITS && used + 1 < room; i += 5) {
        unsigned digit = 0;
        for (size_t bit = 0; bit < 4; bit++)
            digit |= (unsigned)((fascn.data[(i + bit) / 8] >> (7 - (i + bit) % 8)) & 1) << bit;
        if (digit <= 9)
            ret[used++] = (char)('0' + digit);
    }
    ret[used] = '\0';
}

static void piv_hex(struct bytes view, char *ret, size_t room)
{
    static const char digits[] = "0123456789abcdef";
    size_t used = 0;

    for (size_t i = 0; i < view.size && used + 2 < room; i++) {
        ret[used++] = digits[view.data[i] >> 4];
        ret[used++] = digits[view.data[i] & 0x0F];
    }
    ret[used] = '\0';
}

static void piv_decimal(uint64_t number, char *ret, size_t room)
{
    char digits[20];
    size_t count = 0, used = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0 && used + 1 < room)
        ret[used++] = digits[--count];
    ret[used] = '\0';
}

/* FIRST and SECOND one after the other, cut off where the room ends. */
static void piv_text(const char *first, const char *second, char *ret, size_t room)
{
    struct bytes parts[] = { bytes_text(first), bytes_text(second) };
    size_t used = 0;

    for (size_t i = 0; i < 2; i++) {
        struct bytes part = bytes_slice(parts[i], 0, room - 1 - used);
        if (part.size > 0)
            memcpy(ret + used, part.data, part.size);
        used += part.size;
    }
    ret[used] = '\0';
}

/*
 * The GUID before the FASC-N: cards initialised by software share one constant FASC-N. A card that has
 * neither is named by its card capability container, whose identifier begins with what its maker's cards have
 * in common.
 */
static enum result piv_serial_from_objects(struct card *card, char *ret, size_t room)
{
    SCOPED(card_piv_heap_free) struct buf raw = { 0 };
    struct bytes contents, value;
    enum result result;

    TRY(card_piv_heap_new(CHUID_MAX, &raw));
    result = card_piv_object_get(card, PIV_OBJECT_CHUID, PIV_SHORT, &raw);
    if (card_piv_is_fatal(result))
        return result;
    if (result == RESULT_OK &&
        card_piv_object_contents(PIV_OBJECT_CHUID, buf_bytes(&raw), &contents) == RESULT_OK) {
        if (tlv_find(contents, 0x34, &value) == RESULT_OK && bytes_strip_zeros(value).size > 0 &&
            value.size == GUID_SIZE)
            return piv_hex(value, ret, room), RESULT_OK;
        if (tlv_find(contents, 0x30, &value) == RESULT_OK && bytes_strip_zeros(value).size > 0)
            return piv_fascn_digits(value, ret, room), RESULT_OK;
    }
    buf_clear(&raw);
    result = card_piv_object_get(card, PIV_OBJECT_CCC, PIV_SHORT, &raw);
    if (card_piv_is_fatal(result))
        return result;
    if (result == RESULT_OK &&
        card_piv_object_contents(PIV_OBJECT_CCC, buf_bytes(&raw), &contents) == RESULT_OK &&
        tlv_find(contents, 0xF0, &value) == RESULT_OK && value.size == CARD_IDENTIFIER_SIZE)
        piv_hex(bytes_from(value, CARD_IDENTIFIER_SIZE - 8), ret, room);
    return RESULT_OK;
}

/* The number that Yubico prints on its keys. A card without the command is known to be without once and for
 * all. */
static enum result piv_serial_ask(struct card *card, char *ret, size_t room)
{
    const struct apdu command = { .ins = INS_SERIAL, .expected = 256, .short_only = true };
    struct piv_state *state = card_piv_state(card);
    uint8_t memory[SELECT_ANSWER_MAX];
    struct buf answer = BUF_OVER(memory);
    enum result result;

    if (state->asked && !state->serial)
        return RESULT_OK;
    result = apdu_send(&card->link, &command, &answer, NULL);
    if (result >= RESULT_CARD_RESET)
        return result;
    state->asked = true;
    state->serial = result == RESULT_OK && answer.size == SERIAL_SIZE;
    if (state->serial && bytes_number(buf_bytes(&answer)) != 0)
        piv_decimal(bytes_number(buf_bytes(&answer)), ret, room);
    return RESULT_OK;
}

static enum result piv_serial_read(struct card *card, char *ret, size_t room)
{
    struct piv_state *state = card_piv_state(card);

    ret[0] = '\0';
    TRY(piv_serial_ask(card, ret, room));
    state->yubico = state->serial || piv_maker_find(card)->old;
    if (ret[0] == '\0')
        TRY(piv_serial_from_objects(card, ret, room));
    if (ret[0] == '\0')
        piv_text("0", "", ret, room);
    return RESULT_OK;
}

static enum result piv_open(struct card *card, struct card_info *ret)
{
    const struct piv_maker *maker = piv_maker_find(card);
    struct piv_state *state = card_piv_state(card);
    enum result result;

    *ret = (struct card_info){ .pin_initialized = true };
    TRY(piv_serial_read(card, ret->serial, sizeof(ret->serial)));
    card_piv_pin_limits(card, CARD_USER, &ret->user);
    card_piv_pin_limits(card, CARD_SO, &ret->so);
    result = state->serial ? card_piv_pin_from_metadata(card, PIV_PIN, &ret->user) : RESULT_NOT_FOUND;
    if (result >= RESULT_CARD_RESET)
        return result;
    state->metadata = result == RESULT_OK;
    if (!state->metadata)
        TRY(card_piv_pin_from_status(card, &ret->user, &ret->pin_initialized));
    ret->can_format = state->yubico;
    piv_text("PIV ", ret->serial, ret->label, sizeof(ret->label));
    piv_text(maker->manufacturer, "", ret->manufacturer, sizeof(ret->manufacturer));
    piv_text(state->applet ? "PivApplet" : maker->model, "", ret->model, sizeof(ret->model));
    return RESULT_OK;
}

const struct card_driver card_piv = {
    .name = "piv",
    .settings = (const char *const[]){ "retired-keys=probe|history|none", "overwrite=yes|no", NULL },
    .recognise = card_piv_select,
    .open = piv_open,
    .list = card_piv_list,
    .read = card_piv_read,
    .pin_status = card_piv_pin_status,
    .verify_pin = card_piv_verify_pin,
    .change_pin = card_piv_change_pin,
    .init_pin = card_piv_init_pin,
    .authenticate = card_piv_authenticate,
    .logout = card_piv_logout,
    .format = card_piv_format,
    .sign = card_piv_sign,
    .decipher = card_piv_decipher,
    .agree = card_piv_agree,
    .generate = card_piv_generate,
    .import_key = card_piv_import_key,
    .store = card_piv_store,
    .erase = card_piv_erase,
    .algorithms = card_piv_algorithms,
};
