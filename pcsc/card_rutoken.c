/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/card_rutoken_parts.h"

#include <string.h>

#include "pcsc/cards.h"

#define TOKEN_INFO_MAX 256
#define RANDOM_MAX 64

/*
 * The ATR decides; the SELECT is for whoever comes next, and shows that the card is there. It goes straight
 * to EF.TokenInfo, which open() wants. A token without PKCS#15 has none, and is one all the same.
 */
static enum result rutoken_recognise(struct card *card)
{
    struct rutoken_state *state = card_rutoken_state(card);
    struct rutoken_file file;
    enum result result;

    if (!card_rutoken_model(card))
        return RESULT_NOT_FOUND;
    state->at_info = false;
    result = card_rutoken_select_file(card, RUTOKEN_TOKEN_INFO, &file);
    if (result >= RESULT_CARD_RESET || result == RESULT_NO_MEMORY)
        return result;
    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return RESULT_NOT_FOUND;
    if (state->presented)
        TRY(card_rutoken_logout(card));
    state->at_info = result == RESULT_OK;
    state->info_size = state->at_info ? file.size : 0;
    return RESULT_OK;
}

static void rutoken_text(struct bytes text, char *ret, size_t room)
{
    struct bytes part = bytes_slice(text, 0, room - 1);

    if (part.size > 0)
        memcpy(ret, part.data, part.size);
    ret[part.size] = '\0';
}

/* As the number is printed on the token's side of things: its last four bytes, all of it where those are not
 * enough. */
static void rutoken_serial_text(struct bytes serial, char *ret, size_t room)
{
    static const char digits[] = "0123456789abcdef";
    struct bytes shown = bytes_number(bytes_slice(serial, 0, 4)) == 0 ? bytes_from(serial, 4) : serial;
    size_t used = 0;

    for (size_t i = 0; i < shown.size && used + 2 < room; i++) {
        ret[used++] = digits[shown.data[i] >> 4];
        ret[used++] = digits[shown.data[i] & 0x0F];
    }
    ret[used] = '\0';
}

static bool rutoken_info_parse(struct bytes content, struct bytes serial, struct pkcs15_token *ret)
{
    return pkcs15_read_token(content, ret) == RESULT_OK && bytes_equal(ret->serial, serial);
}

/*
 * Reads EF.TokenInfo. That it is the current file is only a guess, made because it saves an exchange:
 * contents that do not bear this token's number are not its contents. RESULT_NOT_FOUND if there is none.
 */
static enum result rutoken_info_read(struct card *card, struct bytes serial, struct buf *out,
                                     struct pkcs15_token *ret)
{
    struct rutoken_state *state = card_rutoken_state(card);
    bool guess = state->at_info && state->info_size <= TOKEN_INFO_MAX;
    struct rutoken_file file;
    enum result result;

    state->at_info = false;
    if (guess) {
        result = card_rutoken_read_part(card, 0, state->info_size, out);
        if (result >= RESULT_CARD_RESET)
            return result;
        if (result == RESULT_OK && rutoken_info_parse(buf_bytes(out), serial, ret))
            return RESULT_OK;
        buf_clear(out);
    }
    TRY(card_rutoken_select_file(card, RUTOKEN_TOKEN_INFO, &file));
    TRY(card_rutoken_read_part(card, 0, file.size < TOKEN_INFO_MAX ? file.size : TOKEN_INFO_MAX, out));
    return pkcs15_read_token(buf_bytes(out), ret) == RESULT_OK ? RESULT_OK : RESULT_NOT_FOUND;
}

static enum result rutoken_open(struct card *card, struct card_info *ret)
{
    uint8_t serial_memory[256], info_memory[TOKEN_INFO_MAX];
    struct buf serial = BUF_OVER(serial_memory), info = BUF_OVER(info_memory);
    const struct rutoken_model *model = card_rutoken_model(card);
    struct pkcs15_token token = { .flags = 0 };
    enum result result;

    *ret = (struct card_info){ .pin_initialized = true, .can_format = true };
    TRY(card_rutoken_serial(card, &serial));
    rutoken_serial_text(buf_bytes(&serial), ret->serial, sizeof(ret->serial));
    result = rutoken_info_read(card, buf_bytes(&serial), &info, &token);
    if (card_rutoken_is_fatal(result))
        return result;
    TRY(card_rutoken_pin_status(card, CARD_USER, &ret->user));
    card_rutoken_pin_limits(&ret->so);
    if (ret->user.blocked) /* now it matters whether the security officer can help */
        TRY(card_rutoken_pin_status(card, CARD_SO, &ret->so));
    ret->has_random = !card_rutoken_is_lite(card);
    rutoken_text(bytes_text("Aktiv Co."), ret->manufacturer, sizeof(ret->manufacturer));
    rutoken_text(bytes_text(model ? model->name : "Rutoken"), ret->model, sizeof(ret->model));
    rutoken_text(token.label.size > 0 ? token.label : bytes_text(ret->model), ret->label, sizeof(ret->label));
    ret->pin_initialized = result != RESULT_OK || !(token.flags & RUTOKEN_FLAG_NO_PIN);
    return RESULT_OK;
}

static enum result rutoken_random(struct card *card, size_t size, struct buf *out)
{
    while (size > 0) {
        size_t part = size < RANDOM_MAX ? size : RANDOM_MAX;
        TRY(iso7816_challenge(&card->link, part, out));
        size -= part;
    }
    return RESULT_OK;
}

static enum result rutoken_erase(struct card *card, enum card_kind kind, uint32_t reference)
{
    return kind == CARD_KEY ? card_rutoken_key_erase(card, reference) : card_rutoken_object_erase(card, kind, reference);
}

const struct card_driver card_rutoken = {
    .name = "rutoken",
    .alone = true,
    .settings = (const char *const[]){ "unverified=yes|no", NULL },
    .recognise = rutoken_recognise,
    .open = rutoken_open,
    .list = card_rutoken_list,
    .read = card_rutoken_read,
    .pin_status = card_rutoken_pin_status,
    .verify_pin = card_rutoken_verify_pin,
    .change_pin = card_rutoken_change_pin,
    .init_pin = card_rutoken_init_pin,
    .logout = card_rutoken_logout,
    .format = card_rutoken_format,
    .sign = card_rutoken_sign,
    .decipher = card_rutoken_decipher,
    .agree = card_rutoken_agree,
    .generate = card_rutoken_generate,
    .import_key = card_rutoken_import_key,
    .store = card_rutoken_store,
    .erase = rutoken_erase,
    .random = rutoken_random,
    .algorithms = card_rutoken_algorithms,
};
