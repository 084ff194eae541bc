/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/iso7816.h"

#define INS_VERIFY 0x20
#define INS_MANAGE_ENVIRONMENT 0x22
#define INS_CHANGE 0x24
#define INS_SECURITY_OPERATION 0x2A
#define INS_RESET_RETRY 0x2C
#define INS_CHALLENGE 0x84
#define INS_SELECT 0xA4
#define INS_GET_DATA 0xCB
#define INS_PUT_DATA 0xDB

/* Two PINs of the longest kind, or a passphrase in place of each. */
#define PIN_BODY_MAX 255

enum result iso7816_select(struct apdu_link *link, struct bytes aid, struct buf *answer)
{
    return apdu_send(link,
                     &(struct apdu){ .ins = INS_SELECT,
                                     .p1 = 0x04,
                                     .body = aid,
                                     .expected = 256,
                                     .short_only = true,
                                     .verb = SW_READ },
                     answer, NULL);
}

enum result iso7816_get_data(struct apdu_link *link, unsigned place, struct bytes body, struct buf *answer)
{
    return apdu_send(link,
                     &(struct apdu){ .ins = INS_GET_DATA,
                                     .p1 = (uint8_t)(place >> 8),
                                     .p2 = (uint8_t)place,
                                     .body = body,
                                     .expected = APDU_ALL,
                                     .verb = SW_READ },
                     answer, NULL);
}

enum result iso7816_put_data(struct apdu_link *link, unsigned place, struct bytes body, bool secret)
{
    return apdu_send(link,
                     &(struct apdu){ .ins = INS_PUT_DATA,
                                     .p1 = (uint8_t)(place >> 8),
                                     .p2 = (uint8_t)place,
                                     .body = body,
                                     .secret = secret,
                                     .verb = SW_ADMIN },
                     NULL, NULL);
}

static bool text_is_digits(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return true;
}

/* Appends PIN to BODY as the card wants it. */
static enum result pin_add(struct buf *body, const struct pin_format *format, const struct secret *pin)
{
    struct bytes text = secret_bytes(pin);

    if (text.size < format->min || text.size > format->max || (format->padded && text.size > format->padded))
        return RESULT_PIN_LENGTH;
    if (format->digits_only && !text_is_digits(text))
        return RESULT_PIN_CHARACTERS;
    buf_add(body, text);
    if (format->padded)
        buf_add_fill(body, format->padding, format->padded - text.size);
    return buf_check(body) == RESULT_OK ? RESULT_OK : RESULT_PIN_LENGTH;
}

/* Sends a PIN command; after a refusal the status word tells the tries. */
static enum result pin_send(struct apdu_link *link, uint8_t ins, uint8_t p1, uint8_t reference,
                            struct bytes body, int *ret_tries)
{
    unsigned sw;
    enum result result = apdu_send(link,
                                   &(struct apdu){ .ins = ins,
                                                   .p1 = p1,
                                                   .p2 = reference,
                                                   .body = body,
                                                   .secret = true,
                                                   .short_only = true,
                                                   .verb = SW_VERIFY },
                                   NULL, &sw);

    *ret_tries = sw_tries(sw);
    return result;
}

enum result iso7816_verify(struct apdu_link *link, const struct pin_format *format, const struct secret *pin,
                           int *ret_tries)
{
    SCOPED(secret_free) struct secret *body = NULL;
    enum result result;
    unsigned sw;

    *ret_tries = SW_TRIES_UNKNOWN;
    if (!pin) {
        result = pinpad_verify(link->channel, format, &sw);
        *ret_tries = sw_tries(sw);
        return result;
    }
    TRY(secret_new_empty(PIN_BODY_MAX, &body));
    TRY(pin_add(secret_buf(body), format, pin));
    return pin_send(link, INS_VERIFY, 0x00, format->reference, secret_bytes(body), ret_tries);
}

enum result iso7816_verify_status(struct apdu_link *link, uint8_t reference, int *ret_tries)
{
    enum result result = pin_send(link, INS_VERIFY, 0x00, reference, BYTES_NONE, ret_tries);

    /* Nothing was presented, so nothing was wrong. */
    return result == RESULT_PIN_WRONG ? RESULT_NOT_AUTHENTICATED : result;
}

enum result iso7816_logout(struct apdu_link *link, uint8_t reference)
{
    int tries;

    return pin_send(link, INS_VERIFY, 0xFF, reference, BYTES_NONE, &tries);
}

enum result iso7816_change(struct apdu_link *link, const struct pin_format *format,
                           const struct secret *old_pin, const struct secret *new_pin, int *ret_tries)
{
    SCOPED(secret_free) struct secret *body = NULL;
    enum result result;
    unsigned sw;

    *ret_tries = SW_TRIES_UNKNOWN;
    if (!old_pin && !new_pin) {
        result = pinpad_change(link->channel, format, &sw);
        *ret_tries = sw_tries(sw);
        return result;
    }
    if (!old_pin || !new_pin)
        return RESULT_BAD_ARGUMENT;
    TRY(secret_new_empty(PIN_BODY_MAX, &body));
    TRY(pin_add(secret_buf(body), format, old_pin));
    TRY(pin_add(secret_buf(body), format, new_pin));
    return pin_send(link, INS_CHANGE, 0x00, format->reference, secret_bytes(body), ret_tries);
}

enum result iso7816_unblock(struct apdu_link *link, const struct pin_format *puk_format,
                            const struct secret *puk, const struct pin_format *format,
                            const struct secret *new_pin, int *ret_tries)
{
    SCOPED(secret_free) struct secret *body = NULL;

    *ret_tries = SW_TRIES_UNKNOWN;
    TRY(secret_new_empty(PIN_BODY_MAX, &body));
    if (puk)
        TRY(pin_add(secret_buf(body), puk_format, puk));
    TRY(pin_add(secret_buf(body), format, new_pin));
    return pin_send(link, INS_RESET_RETRY, puk ? 0x00 : 0x02, format->reference, secret_bytes(body),
                    ret_tries);
}

enum result iso7816_set_environment(struct apdu_link *link, uint8_t operation, uint8_t template,
                                    struct bytes body)
{
    return apdu_send(link,
                     &(struct apdu){ .ins = INS_MANAGE_ENVIRONMENT,
                                     .p1 = operation,
                                     .p2 = template,
                                     .body = body,
                                     .short_only = true,
                                     .verb = SW_USE },
                     NULL, NULL);
}

enum result iso7816_sign(struct apdu_link *link, struct bytes input, struct buf *answer)
{
    return apdu_send(link,
                     &(struct apdu){ .ins = INS_SECURITY_OPERATION,
                                     .p1 = 0x9E,
                                     .p2 = 0x9A,
                                     .body = input,
                                     .expected = APDU_ALL,
                                     .verb = SW_USE },
                     answer, NULL);
}

enum result iso7816_decipher(struct apdu_link *link, struct bytes input, struct buf *answer)
{
    return apdu_send(link,
                     &(struct apdu){ .ins = INS_SECURITY_OPERATION,
                                     .p1 = 0x80,
                                     .p2 = 0x86,
                                     .body = input,
                                     .expected = APDU_ALL,
                                     .secret_answer = true,
                                     .verb = SW_USE },
                     answer, NULL);
}

enum result iso7816_challenge(struct apdu_link *link, size_t size, struct buf *answer)
{
    size_t before = answer->size;

    if (size == 0 || size > 256)
        return RESULT_BAD_ARGUMENT;
    TRY(apdu_send(
        link,
        &(struct apdu){ .ins = INS_CHALLENGE, .expected = size, .secret_answer = true, .verb = SW_READ },
        answer, NULL));
    if (answer->size - before == size)
        return RESULT_OK;
    buf_truncate(answer, before);
    return RESULT_MALFORMED;
}
