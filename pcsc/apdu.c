/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/apdu.h"

#include "asn1/secret.h"
#include "pcsc/trace.h"

#define SHORT_BODY_MAX 255
#define SHORT_ANSWER_MAX 256
#define FRAME_MAX (4 + 3 + APDU_EXTENDED_MAX + 2)
#define CLA_CHAINING 0x10
#define INS_GET_RESPONSE 0xC0

/* An honest card needs 256 rounds for the longest answer there is. */
#define ROUNDS_MAX 300

/* One command as it goes over the wire; a chain is several of them. */
struct frame {
    uint8_t cla, ins, p1, p2;
    struct bytes body;
    size_t expected;
    bool extended;
};

/* One apdu_send() under way. SW and GOT are those of the last exchange; TAKEN counts the data of all. */
struct sending {
    struct apdu_link *link;
    const struct apdu *command;
    struct buf *wire;
    struct buf *answer;
    unsigned sw;
    size_t got, taken;
};

static void frame_add_short(const struct frame *frame, bool t0, struct buf *wire)
{
    size_t expected = frame->expected < SHORT_ANSWER_MAX ? frame->expected : SHORT_ANSWER_MAX;

    if (frame->body.size > 0) {
        buf_add_byte(wire, (uint8_t)frame->body.size);
        buf_add(wire, frame->body);
    }
    if (t0) {
        /* A TPDU has one P3: the length of the body, else that of the answer, even if it is zero. */
        if (frame->body.size == 0)
            buf_add_byte(wire, (uint8_t)expected);
    } else if (expected > 0) {
        buf_add_byte(wire, (uint8_t)expected);
    }
}

static void frame_add_extended(const struct frame *frame, struct buf *wire)
{
    buf_add_byte(wire, 0);
    if (frame->body.size > 0) {
        buf_add_number(wire, frame->body.size, 2);
        buf_add(wire, frame->body);
    }
    /* From 256 on the card may send all it has: to ask for less could only cost another exchange. */
    if (frame->expected > 0)
        buf_add_number(wire, frame->expected < SHORT_ANSWER_MAX ? frame->expected : 0, 2);
}

static enum result frame_build(const struct frame *frame, bool t0, struct buf *wire)
{
    buf_clear(wire);
    buf_add(wire, BYTES_LIT(frame->cla, frame->ins, frame->p1, frame->p2));
    if (frame->extended)
        frame_add_extended(frame, wire);
    else
        frame_add_short(frame, t0, wire);
    return buf_check(wire);
}

static void sending_trace_command(const struct sending *sending, const struct frame *frame)
{
    const uint8_t header[] = { frame->cla, frame->ins, frame->p1, frame->p2 };

    if (trace_wants(TRACE_CARD))
        trace_exchange(&(struct trace_line){
            .secret = sending->command->secret, .header = BYTES_OF(header), .body = frame->body });
}

static bool sending_hides_answer(const struct sending *sending)
{
    return sending->command->secret || sending->command->secret_answer;
}

/* Only success and warnings carry data; what comes beside an error is not looked at. */
static bool sw_has_data(unsigned sw)
{
    return sw == 0x9000 || (sw >> 8) == 0x61 || (sw >> 8) == 0x62 || (sw >> 8) == 0x63;
}

static enum result sending_take(struct sending *sending, struct bytes raw)
{
    struct bytes data;

    if (raw.size < 2)
        return RESULT_MALFORMED;
    data = bytes_slice(raw, 0, raw.size - 2);
    sending->sw = (unsigned)bytes_number(bytes_from(raw, raw.size - 2));
    trace_exchange(&(struct trace_line){
        .answer = true, .secret = sending_hides_answer(sending), .body = data, .sw = sending->sw });
    if (!sw_has_data(sending->sw))
        return RESULT_OK;
    sending->got = data.size;
    sending->taken += data.size;
    if (!sending->answer)
        return RESULT_OK;
    if (data.size > buf_room(sending->answer))
        return RESULT_TOO_LARGE;
    buf_add(sending->answer, data);
    return RESULT_OK;
}

static enum result sending_exchange(struct sending *sending, const struct frame *frame)
{
    struct channel *channel = sending->link->channel;
    struct buf raw = buf_make(sending->link->answer, CHANNEL_ANSWER_MAX);
    enum result result;

    sending->sw = 0;
    sending->got = 0;
    TRY(frame_build(frame, channel->t0, sending->wire));
    sending_trace_command(sending, frame);
    result = channel->ops->transmit(channel, buf_bytes(sending->wire), &raw);
    if (result == RESULT_OK)
        result = sending_take(sending, buf_bytes(&raw));
    if (sending_hides_answer(sending))
        secret_wipe(raw.data, raw.size);
    return result;
}

/* As sending_exchange(); a card that says 6Cxx has done nothing and knows the length that it wants to be
 * asked for. */
static enum result sending_exchange_length(struct sending *sending, struct frame frame)
{
    TRY(sending_exchange(sending, &frame));
    if ((sending->sw >> 8) != 0x6C || frame.expected == 0)
        return RESULT_OK;
    frame.expected = sending->sw & 0xFF ? sending->sw & 0xFF : SHORT_ANSWER_MAX;
    return sending_exchange(sending, &frame);
}

static struct frame sending_frame(const struct sending *sending)
{
    const struct apdu *command = sending->command;

    return (struct frame){ command->cla,  command->ins,      command->p1, command->p2,
                           command->body, command->expected, false };
}

/* A chain goes on after 9000 alone: what would be a success of the whole is none of a part. */
static enum result sending_chain_failure(const struct sending *sending)
{
    enum result result = sw_result(sending->sw, sending->command->verb);

    return result == RESULT_OK ? RESULT_REFUSED : result;
}

/* The command in short form, in as many parts as it takes. */
static enum result sending_send_short(struct sending *sending)
{
    struct bytes rest = sending->command->body;
    struct frame frame = sending_frame(sending);

    while (rest.size > SHORT_BODY_MAX) {
        frame.cla = sending->command->cla | CLA_CHAINING;
        frame.body = bytes_slice(rest, 0, SHORT_BODY_MAX);
        frame.expected = 0;
        TRY(sending_exchange(sending, &frame));
        if (sending->sw != 0x9000)
            return sending_chain_failure(sending);
        rest = bytes_from(rest, SHORT_BODY_MAX);
    }
    frame = sending_frame(sending);
    frame.body = rest;
    return sending_exchange_length(sending, frame);
}

static enum result sending_send_extended(struct sending *sending)
{
    struct frame frame = sending_frame(sending);

    frame.extended = true;
    return sending_exchange_length(sending, frame);
}

static bool sending_wants_extended(const struct sending *sending)
{
    const struct apdu_link *link = sending->link;
    const struct apdu *command = sending->command;
    bool saves = command->body.size > SHORT_BODY_MAX ||
                 (command->expected > SHORT_ANSWER_MAX && !command->first_part_only);

    if (!saves || command->short_only || command->verb == SW_VERIFY || link->channel->t0)
        return false;
    if (link->extended_fails || command->body.size > APDU_EXTENDED_MAX)
        return false;
    return link->extended_refused == 0 || command->body.size < link->extended_refused;
}

/* Wrong length, or no end of chain where one was due: the words of a card that cannot read an extended
 * header. */
static bool sw_refuses_form(unsigned sw)
{
    return sw == 0x6700 || sw == 0x6883;
}

/* The words of cards that take an extended header for a short command without a body, and find fault with
 * that. They are also the words for other faults, so they count only while nothing extended has worked, and
 * of a read. */
static bool sw_may_refuse_form(unsigned sw)
{
    static const uint16_t words[] = { 0x6A80, 0x6A86, 0x6A87, 0x6B00, 0x6D00, 0x6E00, 0x6F00 };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (sw == words[i])
            return true;
    }
    return false;
}

/* Whether the answer to an extended command calls for the same in short form. */
static bool sending_form_refused(const struct sending *sending)
{
    const struct apdu_link *link = sending->link;
    const struct apdu *command = sending->command;

    if (sw_refuses_form(sending->sw))
        return !link->extended_works || command->body.size > link->extended_longest;
    return !link->extended_works && command->verb == SW_READ && command->body.size > 0 &&
           sw_may_refuse_form(sending->sw);
}

static void link_learn_success(struct apdu_link *link, size_t size)
{
    link->extended_works = true;
    if (size > link->extended_longest)
        link->extended_longest = size;
}

static void link_learn_refusal(struct apdu_link *link, size_t size)
{
    if (link->extended_works)
        link->extended_refused = size;
    else
        link->extended_fails = true;
}

/* The command in the form that costs the fewest exchanges, up to its first answer. */
static enum result sending_send(struct sending *sending)
{
    struct apdu_link *link = sending->link;
    size_t size = sending->command->body.size;
    enum result result;
    unsigned refusal;

    if (!sending_wants_extended(sending))
        return sending_send_short(sending);
    result = sending_send_extended(sending);
    /* A reader that cannot carry such a frame breaks the exchange; where one has passed, it was something
     * else. */
    if (result == RESULT_TRANSPORT && !link->extended_works)
        link->extended_fails = true;
    TRY(result);
    if (sw_has_data(sending->sw))
        link_learn_success(link, size);
    if (!sending_form_refused(sending))
        return RESULT_OK;
    refusal = sending->sw;
    TRY(sending_send_short(sending));
    /* The same word again: it was the contents that the card did not like. */
    if (sw_has_data(sending->sw) || (sw_refuses_form(refusal) && sending->sw != refusal))
        link_learn_refusal(link, size);
    return RESULT_OK;
}

/* GET RESPONSE is an interindustry command: it keeps the logical channel and nothing else of the class byte.
 */
static uint8_t cla_get_response(uint8_t cla)
{
    if (cla & 0x80)
        return 0x00;
    return cla & 0x40 ? cla & 0x4F : cla & 0x03;
}

/* The command was executed before its answer is fetched: a reset now does not mean that nothing was done. */
static enum result sending_fetch(struct sending *sending, struct frame frame)
{
    enum result result = sending_exchange_length(sending, frame);

    return result == RESULT_CARD_RESET ? RESULT_TRANSPORT : result;
}

/* What the card announces with 61xx, until there is no more. */
static enum result sending_collect(struct sending *sending)
{
    struct frame frame = { .cla = cla_get_response(sending->command->cla), .ins = INS_GET_RESPONSE };
    unsigned rounds = 0;

    while ((sending->sw >> 8) == 0x61 && sending->answer) {
        if (sending->command->first_part_only && sending->taken > 0)
            return RESULT_OK;
        if (rounds == ROUNDS_MAX)
            return RESULT_MALFORMED;
        frame.expected = sending->sw & 0xFF ? sending->sw & 0xFF : SHORT_ANSWER_MAX;
        TRY(sending_fetch(sending, frame));
        if ((sending->sw >> 8) == 0x61 && sending->got == 0)
            return RESULT_MALFORMED;
        rounds++;
    }
    return RESULT_OK;
}

static enum result sending_run(struct sending *sending)
{
    TRY(sending_send(sending));
    TRY(sending_collect(sending));
    return sw_result(sending->sw, sending->command->verb);
}

static void answer_restore(struct buf *answer, size_t size)
{
    if (!answer || answer->size <= size)
        return;
    secret_wipe(answer->data + size, answer->size - size);
    buf_truncate(answer, size);
}

enum result apdu_send(struct apdu_link *link, const struct apdu *command, struct buf *answer,
                      unsigned *ret_sw)
{
    SCOPED(secret_free) struct secret *hidden = NULL;
    uint8_t plain[FRAME_MAX];
    struct buf wire = BUF_OVER(plain);
    struct sending sending = { .link = link, .command = command, .wire = &wire, .answer = answer };
    size_t size = answer ? answer->size : 0;
    enum result result;

    if (ret_sw)
        *ret_sw = 0;
    if (command->body.size > APDU_BODY_MAX)
        return RESULT_TOO_LARGE;
    if (command->secret) {
        TRY(secret_new_empty(FRAME_MAX, &hidden));
        sending.wire = secret_buf(hidden);
    }
    result = sending_run(&sending);
    if (ret_sw)
        *ret_sw = sending.sw;
    if (result != RESULT_OK)
        answer_restore(answer, size);
    return result;
}
