/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/card_piv_applet.h"

#include <string.h>

#include "asn1/tlv.h"
#include "pcsc/iso7816.h"

#define SELECT_ANSWER_MAX 512
#define AID_VERSION_SIZE 2

/* The first that fits counts. */
static const struct piv_maker piv_makers[] = {
    { "YubikeyNEO", "Yubico", "YubiKey NEO", true }, { "Yubikey4", "Yubico", "YubiKey 4", true },
    { "Yubikey", "Yubico", "YubiKey", true },        { "YubiKey", "Yubico", "YubiKey 5", false },
    { "Nitrokey", "Nitrokey", "Nitrokey", false },   { "PIVKEY", "PIVKey", "PIVKey", false },
};

static const struct piv_maker piv_maker_unknown = { "", "PIV", "PIV", false };

const struct piv_maker *card_piv_maker(const struct card *card)
{
    for (size_t i = 0; i < sizeof(piv_makers) / sizeof(piv_makers[0]); i++) {
        if (memmem(card->atr, card->atr_size, piv_makers[i].text, strlen(piv_makers[i].text)))
            return &piv_makers[i];
    }
    return &piv_maker_unknown;
}

bool card_piv_is_neo(const struct card *card)
{
    return strcmp(card_piv_maker(card)->model, "YubiKey NEO") == 0;
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

/*
 * All but the version first: the shortest form that the standard has (part 2, 3.1.1). Some cards (Nitrokey,
 * SoloKeys) do not know a shorter one, and some know nothing but the whole, which is remembered.
 */
static enum result piv_select_send(struct card *card, struct buf *answer)
{
    static const uint8_t aid[] = { 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00 };
    struct piv_state *state = card_piv_state(card);
    struct bytes whole = BYTES_OF(aid);
    enum result result = RESULT_NOT_FOUND;

    if (!state->whole_aid)
        result = iso7816_select(&card->link, bytes_slice(whole, 0, whole.size - AID_VERSION_SIZE), answer);
    if (result != RESULT_NOT_FOUND)
        return result;
    result = iso7816_select(&card->link, whole, answer);
    state->whole_aid = result == RESULT_OK;
    return result;
}

enum result card_piv_select(struct card *card)
{
    uint8_t memory[SELECT_ANSWER_MAX];
    struct buf answer = BUF_OVER(memory);
    enum result result = piv_select_send(card, &answer);

    if (result >= RESULT_CARD_RESET)
        return result;
    if (result != RESULT_OK)
        return RESULT_NOT_FOUND;
    if (piv_select_is_piv(buf_bytes(&answer), card_piv_state(card)) || card_piv_state(card)->mute)
        return RESULT_OK;
    return RESULT_MALFORMED;
}
