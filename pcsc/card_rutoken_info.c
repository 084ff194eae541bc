/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What names a token: its number, and EF.TokenInfo, which also remembers that nobody has set the user PIN yet. */
#include <string.h>

#include "pcsc/card_rutoken_parts.h"

#define INS_GET_DATA 0xCA
#define FILE_MAX 256

enum result card_rutoken_serial(struct card *card, struct buf *out)
{
    const struct apdu command = {
        .ins = INS_GET_DATA, .p1 = 0x01, .p2 = 0x81, .expected = 256, .short_only = true
    };
    size_t before = out->size;

    TRY(apdu_send(&card->link, &command, out, NULL));
    return out->size - before == RUTOKEN_SERIAL_SIZE ? RESULT_OK : RESULT_MALFORMED;
}

enum result card_rutoken_info_make(struct card *card, struct bytes serial, const char *label, unsigned flags,
                                   struct buf *out)
{
    const struct pkcs15_token token = {
        .serial = serial,
        .manufacturer = bytes_text("Aktiv Co."),
        .label = bytes_text(label && label[0] ? label : "Rutoken ECP"),
        .flags = PKCS15_LOGIN_REQUIRED | PKCS15_EID_COMPLIANT | flags |
                 (card_rutoken_is_lite(card) ? 0U : (unsigned)PKCS15_RANDOM),
    };

    TRY(pkcs15_add_token(&token, out));
    return out->size <= RUTOKEN_INFO_SIZE ? RESULT_OK : RESULT_TOO_LARGE;
}

enum result card_rutoken_info_note_pin(struct card *card)
{
    uint8_t old_memory[FILE_MAX], new_memory[FILE_MAX], label[CARD_TEXT_MAX] = { 0 };
    struct buf old = BUF_OVER(old_memory), made = BUF_OVER(new_memory);
    struct rutoken_file file;
    struct pkcs15_token token;
    enum result result = card_rutoken_select_file(card, RUTOKEN_TOKEN_INFO, &file);

    if (result == RESULT_NOT_FOUND || (result == RESULT_OK && file.size > FILE_MAX))
        return RESULT_OK;
    TRY(result);
    TRY(card_rutoken_read_part(card, 0, file.size, &old));
    if (pkcs15_read_token(buf_bytes(&old), &token) != RESULT_OK || !(token.flags & RUTOKEN_FLAG_NO_PIN))
        return RESULT_OK;
    token.label = bytes_slice(token.label, 0, sizeof(label) - 1);
    if (token.label.size > 0)
        memcpy(label, token.label.data, token.label.size);
    TRY(card_rutoken_info_make(card, token.serial, (const char *)label, 0, &made));
    /* As long as the old one was: one command, so that it is the old one or the new one. */
    while (made.size < old.size && made.size < 0xFF)
        buf_add_byte(&made, 0x00);
    return card_rutoken_write(card, 0, buf_bytes(&made), false);
}
