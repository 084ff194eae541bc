/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/pinpad.h"

#include "asn1/buf.h"
#include "pcsc/sw.h"
#include "pcsc/trace.h"

/* Of this platform's PC/SC: SCARD_CTL_CODE(3400). */
#define CONTROL_GET_FEATURES 0x42000D48U
#define FEATURE_VERIFY_PIN_DIRECT 0x06
#define FEATURE_MODIFY_PIN_DIRECT 0x07

#define TIMEOUT_SECONDS 60
#define FORMAT_ASCII_LEFT 0x82 /* positions count in bytes, left justified, ASCII */
#define VALIDATE_ON_KEY 0x02
#define CONFIRM_AND_ASK_OLD 0x03
#define LANGUAGE_ENGLISH 0x0409

#define INS_VERIFY 0x20
#define INS_CHANGE 0x24
#define PADDED_MAX 16
#define REQUEST_MAX 128

/* The list of features: tag, length 4, control code big-endian; what does not look like that is passed over.
 */
static void pinpad_read_features(struct channel_pinpad *pinpad, struct bytes list)
{
    while (list.size >= 2 && list.size - 2 >= list.data[1]) {
        struct bytes value = bytes_slice(list, 2, list.data[1]);

        if (value.size == 4 && list.data[0] == FEATURE_VERIFY_PIN_DIRECT)
            pinpad->verify = (uint32_t)bytes_number(value);
        if (value.size == 4 && list.data[0] == FEATURE_MODIFY_PIN_DIRECT)
            pinpad->modify = (uint32_t)bytes_number(value);
        list = bytes_from(list, 2 + value.size);
    }
}

static void pinpad_ask(struct channel *channel)
{
    uint8_t memory[512];
    struct buf list = BUF_OVER(memory);
    enum result result;

    if (channel->pinpad.asked || !channel->ops->control)
        return;
    result = channel->ops->control(channel, CONTROL_GET_FEATURES, BYTES_NONE, &list);
    /* A card that another program uses just now says nothing about the reader: ask again another time. */
    channel->pinpad.asked = result == RESULT_OK || result == RESULT_UNSUPPORTED || result == RESULT_TRANSPORT;
    if (result == RESULT_OK)
        pinpad_read_features(&channel->pinpad, buf_bytes(&list));
}

bool pinpad_present(struct channel *channel)
{
    pinpad_ask(channel);
    return channel->pinpad.verify != 0;
}

static void add_little_endian(struct buf *out, uint32_t number, size_t size)
{
    for (size_t i = 0; i < size; i++, number >>= 8)
        buf_add_byte(out, (uint8_t)number);
}

static size_t format_block(const struct pin_format *format)
{
    return format->padded < PADDED_MAX ? format->padded : PADDED_MAX;
}

/* wPINMaxExtraDigit: the longest PIN in the low byte, the shortest in the high one. */
static void add_digits(struct buf *out, const struct pin_format *format)
{
    add_little_endian(out, (uint32_t)format->min << 8 | format->max, 2);
}

/* bTimerOut to bmPINLengthFormat. */
static void add_beginning(struct buf *out, const struct pin_format *format)
{
    buf_add_byte(out, TIMEOUT_SECONDS);
    buf_add_byte(out, TIMEOUT_SECONDS);
    buf_add_byte(out, FORMAT_ASCII_LEFT);
    buf_add_byte(out, (uint8_t)format_block(format));
    buf_add_byte(out, 0);
}

/* bTeoPrologue, ulDataLength and the command with PINS places for the reader to fill. */
static void add_command(struct buf *out, const struct pin_format *format, uint8_t ins, size_t pins)
{
    size_t body = format_block(format) * pins;

    buf_add_fill(out, 0, 3);
    add_little_endian(out, (uint32_t)(5 + body), 4);
    buf_add(out, BYTES_LIT(0x00, ins, 0x00, format->reference, (uint8_t)body));
    buf_add_fill(out, format->padding, body);
}

/* The reader's own words (part 10, 2.5): in each case the card got nothing. */
static enum result pinpad_result(unsigned sw)
{
    switch (sw) {
    case 0x6400:
        return RESULT_TIMEOUT;
    case 0x6401:
        return RESULT_CANCELLED;
    case 0x6402:
        return RESULT_PIN_CHARACTERS;
    case 0x6403:
        return RESULT_PIN_LENGTH;
    case 0x6B80:
        return RESULT_UNSUPPORTED;
    default:
        return sw_result(sw, SW_VERIFY);
    }
}

static enum result pinpad_run(struct channel *channel, uint32_t code, const struct buf *request, uint8_t ins,
                              unsigned *ret_sw)
{
    uint8_t memory[64];
    struct buf answer = BUF_OVER(memory);
    const uint8_t header[] = { 0x00, ins };
    unsigned sw;

    TRY(buf_check(request));
    trace_text(TRACE_CARD, "pinpad", "the PIN is entered on the reader", NULL);
    trace_exchange(&(struct trace_line){ .header = BYTES_OF(header) });
    TRY(channel->ops->control(channel, code, buf_bytes(request), &answer));
    if (answer.size != 2)
        return RESULT_TRANSPORT;
    sw = (unsigned)bytes_number(buf_bytes(&answer));
    trace_exchange(&(struct trace_line){ .answer = true, .sw = sw });
    if (ret_sw)
        *ret_sw = sw;
    return pinpad_result(sw);
}

enum result pinpad_verify(struct channel *channel, const struct pin_format *format, unsigned *ret_sw)
{
    uint8_t memory[REQUEST_MAX];
    struct buf request = BUF_OVER(memory);

    if (ret_sw)
        *ret_sw = 0;
    if (!pinpad_present(channel))
        return RESULT_UNSUPPORTED;
    add_beginning(&request, format);
    add_digits(&request, format);
    buf_add_byte(&request, VALIDATE_ON_KEY);
    buf_add_byte(&request, 1);
    add_little_endian(&request, LANGUAGE_ENGLISH, 2);
    buf_add_byte(&request, 0);
    add_command(&request, format, INS_VERIFY, 1);
    return pinpad_run(channel, channel->pinpad.verify, &request, INS_VERIFY, ret_sw);
}

enum result pinpad_change(struct channel *channel, const struct pin_format *format, unsigned *ret_sw)
{
    uint8_t memory[REQUEST_MAX];
    struct buf request = BUF_OVER(memory);

    if (ret_sw)
        *ret_sw = 0;
    pinpad_ask(channel);
    if (channel->pinpad.modify == 0)
        return RESULT_UNSUPPORTED;
    add_beginning(&request, format);
    buf_add_byte(&request, 0);
    buf_add_byte(&request, (uint8_t)format_block(format));
    add_digits(&request, format);
    buf_add_byte(&request, CONFIRM_AND_ASK_OLD);
    buf_add_byte(&request, VALIDATE_ON_KEY);
    buf_add_byte(&request, 3);
    add_little_endian(&request, LANGUAGE_ENGLISH, 2);
    buf_add(&request, BYTES_LIT(0, 1, 2));
    add_command(&request, format, INS_CHANGE, 2);
    return pinpad_run(channel, channel->pinpad.modify, &request, INS_CHANGE, ret_sw);
}
