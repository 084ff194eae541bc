/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "asn1/tlv.h"
#include "pcsc/card_piv_admin.h"
#include "pcsc/card_piv_applet.h"
#include "pcsc/card_piv_format.h"
#include "pcsc/card_piv_keys.h"
#include "pcsc/card_piv_list.h"
#include "pcsc/card_piv_make.h"
#include "pcsc/card_piv_objects.h"
#include "pcsc/card_piv_pin.h"
#include "pcsc/card_piv_store.h"
#include "pcsc/cards.h"

#define INS_SERIAL 0xF8
#define SERIAL_SIZE 4
#define GUID_SIZE 16
#define FASCN_CARD_DIGITS 16
#define CARD_IDENTIFIER_SIZE 21
#define SERIAL_ANSWER_MAX 512
#define CHUID_MAX 3072
#define FIRST_PART_MAX 512

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
    uint8_t memory[SERIAL_ANSWER_MAX];
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
    state->yubico = state->serial || card_piv_maker(card)->old;
    if (ret[0] == '\0')
        TRY(piv_serial_from_objects(card, ret, room));
    if (ret[0] == '\0')
        piv_text("0", "", ret, room);
    return RESULT_OK;
}

/* One of the objects that PIV must have, whole or its beginning. */
static enum result piv_has_object(struct card *card, uint32_t object, bool *ret)
{
    uint8_t memory[FIRST_PART_MAX];
    struct buf answer = BUF_OVER(memory);
    enum result result = card_piv_object_get(card, object, PIV_FIRST_PART, &answer);

    *ret = result == RESULT_OK && card_piv_object_size(buf_bytes(&answer)) > 2;
    return result >= RESULT_CARD_RESET ? result : RESULT_OK;
}

/*
 * Some cards select the application and answer nothing, or the template of their operating system. So do
 * cards that like every name: an object has to show what it is. It is asked for once in a card's life.
 */
static enum result piv_recognise(struct card *card)
{
    static const uint32_t objects[] = { PIV_OBJECT_CHUID, PIV_OBJECT_AUTHENTICATION };
    enum result result = card_piv_select(card);
    struct piv_state *state = card_piv_state(card);

    if (result != RESULT_MALFORMED)
        return result;
    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]) && !state->mute; i++)
        TRY(piv_has_object(card, objects[i], &state->mute));
    return state->mute ? RESULT_OK : RESULT_NOT_FOUND;
}

/* A card that was selected just now and does not know VERIFY without data keeps its state to itself. */
static enum result piv_open_pin(struct card *card, struct card_info *ret)
{
    enum result result = card_piv_pin_from_status(card, &ret->user, &ret->pin_initialized);

    return result == RESULT_WRONG_STATE ? RESULT_OK : result;
}

static enum result piv_open(struct card *card, struct card_info *ret)
{
    const struct piv_maker *maker = card_piv_maker(card);
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
        TRY(piv_open_pin(card, ret));
    if (ret->user.blocked) /* now it matters whether the PUK can help */
        TRY(card_piv_pin_status(card, CARD_SO, &ret->so));
    ret->can_format = state->yubico;
    piv_text("PIV ", ret->serial, ret->label, sizeof(ret->label));
    piv_text(maker->manufacturer, "", ret->manufacturer, sizeof(ret->manufacturer));
    piv_text(state->applet ? "PivApplet" : maker->model, "", ret->model, sizeof(ret->model));
    return RESULT_OK;
}

const struct card_driver card_piv = {
    .name = "piv",
    .settings = (const char *const[]){ "retired-keys=probe|history|none", "overwrite=yes|no", NULL },
    .recognise = piv_recognise,
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
