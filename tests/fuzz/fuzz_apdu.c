/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* apdu, iso7816 and pinpad with a card and a reader that answer what the input says. */
#include <string.h>

#include "pcsc/atr.h"
#include "pcsc/iso7816.h"
#include "tests/fuzz/fuzz.h"

#define ANSWER_MAX 4096
#define EXCHANGES_MAX 400
#define SENT_MAX 32

struct reader {
    struct channel base;
    struct fuzz *fuzz;
    unsigned exchanges;
};

/* Two bytes of the input are what most answers need: 9000 if the first is even, else that status word. */
static enum result transmit(struct channel *channel, struct bytes command, struct buf *answer)
{
    struct reader *reader = (struct reader *)channel;
    uint8_t kind = fuzz_byte(reader->fuzz);

    FUZZ_CHECK(command.size >= 4 && command.size <= 4 + 3 + APDU_EXTENDED_MAX + 2);
    reader->exchanges++;
    if (kind >= 0xF0)
        return kind & 1 ? RESULT_TRANSPORT : RESULT_CARD_REMOVED;
    if (kind & 2)
        buf_add(answer, fuzz_part(reader->fuzz));
    if (kind & 4)
        buf_add_fill(answer, kind, fuzz_number(reader->fuzz, 2));
    buf_add(answer, kind & 1 ? fuzz_take(reader->fuzz, 2) : BYTES_LIT(0x90, 0x00));
    return buf_check(answer);
}

static enum result control(struct channel *channel, uint32_t code, struct bytes input, struct buf *answer)
{
    struct reader *reader = (struct reader *)channel;

    (void)code, (void)input;
    buf_add(answer, fuzz_part(reader->fuzz));
    return buf_check(answer);
}

/* After a failure the answer is as it was; after a success it is no longer than asked for. */
static void send(struct apdu_link *link, struct fuzz *fuzz, uint8_t how)
{
    SCOPED(fuzz_buf_free) struct buf answer = fuzz_buf(ANSWER_MAX);
    static const uint8_t body[APDU_BODY_MAX + 1];
    const size_t size = how & 0x40 ? fuzz_number(fuzz, 2) % sizeof(body) : fuzz_byte(fuzz);
    const struct apdu command = { .ins = fuzz_byte(fuzz),
                                  .body = bytes_make(body, size),
                                  .expected = how & 0x80 ? APDU_ALL : fuzz_byte(fuzz),
                                  .secret = how & 0x20,
                                  .short_only = how & 0x10,
                                  .first_part_only = how & 0x08,
                                  .verb = (enum sw_verb)(how % 5) };
    unsigned sw;
    enum result result;

    buf_add_byte(&answer, 0x5A);
    result = apdu_send(link, &command, how % 7 == 6 ? NULL : &answer, &sw);
    FUZZ_CHECK(answer.data[0] == 0x5A && !answer.overflow && sw <= 0xFFFF);
    FUZZ_CHECK(result == RESULT_OK || answer.size == 1);
}

/* The verbs, with a PIN of the input's or the reader's keys. */
static void say(struct apdu_link *link, struct fuzz *fuzz, uint8_t how)
{
    SCOPED(fuzz_buf_free) struct buf answer = fuzz_buf(ANSWER_MAX);
    SCOPED(secret_free) struct secret *pin = NULL;
    const struct pin_format format = { fuzz_byte(fuzz), 4, 8, how & 0x40 ? 16 : 0, 0xFF, how & 0x80 };
    int tries = 0;

    if (how & 0x20)
        FUZZ_CHECK(secret_new(fuzz_part(fuzz), &pin) == RESULT_OK);
    if (how % 9 == 0)
        FUZZ_IGNORE(iso7816_verify(link, &format, pin, &tries));
    else if (how % 9 == 1)
        FUZZ_IGNORE(iso7816_change(link, &format, pin, pin, &tries));
    else if (how % 9 == 2 && pin)
        FUZZ_IGNORE(iso7816_unblock(link, &format, how & 0x10 ? pin : NULL, &format, pin, &tries));
    else if (how % 9 == 3)
        FUZZ_IGNORE(iso7816_challenge(link, fuzz_byte(fuzz) + 1u, &answer));
    else if (how % 9 == 4)
        FUZZ_IGNORE(iso7816_verify_status(link, 0x80, &tries));
    else if (how % 9 == 5)
        FUZZ_IGNORE(iso7816_decipher(link, fuzz_part(fuzz), &answer));
    else if (how % 9 == 6)
        FUZZ_IGNORE(iso7816_get_data(link, 0x3FFF, fuzz_part(fuzz), &answer));
    else if (how % 9 == 7)
        FUZZ_IGNORE(iso7816_select(link, fuzz_part(fuzz), &answer));
    else
        FUZZ_IGNORE(pinpad_change(link->channel, &format, NULL));
    FUZZ_CHECK(tries >= SW_TRIES_UNKNOWN && tries <= 255);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct channel_ops ops = { .transmit = transmit, .control = control };
    static uint8_t raw[CHANNEL_ANSWER_MAX];
    struct fuzz fuzz = { bytes_make(data, size) };
    struct reader reader = { .base = { .ops = &ops, .t0 = fuzz_byte(&fuzz) & 1 }, .fuzz = &fuzz };
    struct apdu_link link = { .channel = &reader.base, .answer = raw };

    FUZZ_IGNORE(atr_denies_extended(fuzz.rest));
    for (unsigned i = 0; i < SENT_MAX && fuzz.rest.size > 0; i++) {
        uint8_t how = fuzz_byte(&fuzz);
        reader.exchanges = 0;
        if (fuzz_byte(&fuzz) & 1)
            say(&link, &fuzz, how);
        else
            send(&link, &fuzz, how);
        FUZZ_CHECK(reader.exchanges < EXCHANGES_MAX);
    }
    return 0;
}
