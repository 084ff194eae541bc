/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/card.h"

#include <string.h>

#include "pcsc/apdu.h"

#define INS_VERIFY 0x20
#define INS_CHANGE 0x24
#define INS_UNBLOCK 0x2C

/* A channel is freed with its connection; the card stays. */
struct fuzz_channel {
    struct channel base;
    struct fuzz_card *card;
    unsigned insertions;
};

static bool channel_is_gone(struct channel *channel)
{
    const struct fuzz_channel *self = (struct fuzz_channel *)channel;

    return self->card->removed || self->insertions != self->card->insertions;
}

static struct fuzz_card *card_of(struct channel *channel)
{
    return ((struct fuzz_channel *)channel)->card;
}

/* Only after RESULT_TRANSPORT may the command have been executed (channel.h). */
static enum result fail(struct fuzz_card *card, struct bytes command, struct buf *response)
{
    static const enum result failures[] = { RESULT_TRANSPORT,    RESULT_TRANSPORT,   RESULT_CARD_RESET,
                                            RESULT_CARD_REMOVED, RESULT_READER_GONE, RESULT_NO_SERVICE };
    uint8_t how = fuzz_byte(card->fuzz);
    enum result result = failures[how % (sizeof(failures) / sizeof(failures[0]))];

    if (result == RESULT_TRANSPORT && how % 2 == 0)
        card->vcard->family->respond(card->vcard, command, response);
    else
        card->vcard->family->reset(card->vcard);
    return result;
}

/* Commands are whole: a header, and lengths that say how long they are. */
static void check_command(struct bytes command)
{
    FUZZ_CHECK(command.size >= 4 && command.size <= 4 + 3 + APDU_EXTENDED_MAX + 2);
    if (command.size > 5 && command.data[4] != 0)
        FUZZ_CHECK(command.size == 5u + command.data[4] || command.size == 6u + command.data[4]);
}

/* A try is gone, or may be, unless the card says that it did not look at the PIN. */
static void count_command(struct fuzz_card *card, struct bytes command, struct bytes answer)
{
    const uint64_t sw = answer.size >= 2 ? bytes_number(bytes_from(answer, answer.size - 2)) : 0;
    uint8_t ins = command.data[1];

    card->commands++;
    if ((ins == INS_VERIFY || ins == INS_CHANGE || ins == INS_UNBLOCK) && command.size > 5 &&
        (command.data[0] & 0x10) == 0 && (sw == 0 || sw == 0x9000 || sw == 0x6983 || sw >> 8 == 0x63))
        card->pins++;
}

static void add_raw(struct fuzz *fuzz, struct buf *response)
{
    buf_add(response, fuzz_part(fuzz));
    buf_add(response, fuzz_take(fuzz, 2));
}

static void cut(struct fuzz *fuzz, struct buf *response)
{
    uint8_t word[2] = { 0x90, 0x00 };
    size_t size;

    if (response->size < 2)
        return;
    memcpy(word, response->data + response->size - 2, 2);
    size = fuzz_number(fuzz, 2) % response->size;
    buf_truncate(response, size < response->size - 1 ? size : response->size - 2);
    buf_add(response, fuzz_part(fuzz));
    buf_add(response, BYTES_OF(word));
}

static void alter(struct fuzz *fuzz, struct buf *response)
{
    for (size_t count = fuzz_byte(fuzz) % 4 + 1u; count > 0 && response->size > 0; count--)
        response->data[fuzz_number(fuzz, 2) % response->size] = fuzz_byte(fuzz);
}

static enum result exchange_spoilt(struct fuzz_card *card, struct bytes command, struct buf *response)
{
    enum fuzz_fault fault = card->fault;

    if (fault != FUZZ_RAW)
        card->fault = FUZZ_NOTHING;
    if (fault == FUZZ_FAILURE)
        return fail(card, command, response);
    if (fault == FUZZ_CUT || fault == FUZZ_ALTERED)
        card->vcard->family->respond(card->vcard, command, response);
    if (fault == FUZZ_WORD)
        buf_add(response, fuzz_take(card->fuzz, 2));
    else if (fault == FUZZ_CUT)
        cut(card->fuzz, response);
    else if (fault == FUZZ_ALTERED)
        alter(card->fuzz, response);
    else
        add_raw(card->fuzz, response);
    return RESULT_OK;
}

static enum result card_transmit(struct channel *channel, struct bytes command, struct buf *answer)
{
    struct fuzz_card *card = card_of(channel);
    struct buf response = buf_make(card->response, VCARD_RESPONSE_MAX);
    enum result result = RESULT_OK;

    check_command(command);
    if (channel_is_gone(channel))
        return RESULT_CARD_REMOVED;
    if (card->reset)
        return RESULT_CARD_RESET;
    if (card->fault > FUZZ_NOTHING_TOO && card->after-- == 0) {
        card->after = 0;
        result = exchange_spoilt(card, command, &response);
    } else {
        card->vcard->family->respond(card->vcard, command, &response);
    }
    if (result == RESULT_OK || result == RESULT_TRANSPORT)
        count_command(card, command, result == RESULT_OK ? buf_bytes(&response) : BYTES_NONE);
    TRY(result);
    buf_add(answer, buf_bytes(&response));
    return buf_check(answer);
}

static enum result card_begin(struct channel *channel, bool *ret_reset)
{
    struct fuzz_card *card = card_of(channel);

    *ret_reset = card->reset;
    card->reset = false;
    return channel_is_gone(channel) ? RESULT_CARD_REMOVED : RESULT_OK;
}

static void card_end(struct channel *channel)
{
    (void)channel;
}

/* Every reader has keys, or says so when the input says anything. */
static enum result card_control(struct channel *channel, uint32_t code, struct bytes input,
                                struct buf *answer)
{
    struct fuzz_card *card = card_of(channel);
    struct bytes part = card->fuzz ? fuzz_part(card->fuzz) : BYTES_NONE;

    (void)code, (void)input;
    if (part.size == 0)
        return RESULT_UNSUPPORTED;
    buf_add(answer, part);
    return buf_check(answer);
}

static void channel_close(struct channel *channel)
{
    free(channel);
}

static const struct channel_ops fuzz_channel_ops = { card_transmit, card_begin, card_end, card_control,
                                                     channel_close };

struct channel *fuzz_card_connect(struct fuzz_card *card)
{
    struct fuzz_channel *self = calloc(1, sizeof(*self));

    FUZZ_CHECK(self != NULL);
    self->base.ops = &fuzz_channel_ops;
    self->base.t0 = card->t0;
    self->card = card;
    self->insertions = card->insertions;
    return &self->base;
}

void fuzz_card_open(struct fuzz_card *card, const char *name, struct bytes saved)
{
    *card = (struct fuzz_card){ .t0 = strstr(name, "t0") != NULL, .response = malloc(VCARD_RESPONSE_MAX) };
    FUZZ_CHECK(card->response != NULL && vcard_create(name, &card->vcard) == RESULT_OK);
    if (saved.size > 0)
        fuzz_card_start(card, saved, NULL);
}

void fuzz_card_close(struct fuzz_card *card)
{
    vcard_destroy(&card->vcard);
    free(card->response);
}

void fuzz_card_start(struct fuzz_card *card, struct bytes saved, struct fuzz *fuzz)
{
    FUZZ_CHECK(card->vcard->family->load(card->vcard, saved) == RESULT_OK);
    card->fuzz = fuzz;
    card->removed = card->reset = false;
    card->fault = FUZZ_NOTHING;
    card->commands = card->pins = 0;
}

void fuzz_card_plan(struct fuzz_card *card)
{
    uint8_t plan = fuzz_byte(card->fuzz);

    card->fault = (enum fuzz_fault)(plan & 7);
    card->after = plan >> 3;
    card->commands = card->pins = 0;
}

void fuzz_card_event(struct fuzz_card *card, uint8_t event)
{
    static const uint8_t other[] = { 0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x00, 0x03 };
    struct buf response = buf_make(card->response, VCARD_RESPONSE_MAX);

    if (event % 4 == 1) {
        card->vcard->family->respond(card->vcard, BYTES_OF(other), &response);
        return;
    }
    card->vcard->family->reset(card->vcard);
    card->insertions += card->removed && event % 4 == 3;
    card->reset = event % 4 == 0;
    card->removed = event % 4 == 2;
}
