/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_iso.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/secret.h"

enum {
    INS_GET_RESPONSE = 0xC0,
    CLA_CHAIN = 0x10,
    SHORT_MAX = 256,
    EXTENDED_MAX = 65536,
};

static enum result buf_new(struct buf *buf, size_t capacity)
{
    uint8_t *memory = calloc(1, capacity);

    if (!memory)
        return RESULT_NO_MEMORY;
    *buf = buf_make(memory, capacity);
    return RESULT_OK;
}

static void buf_delete(struct buf *buf)
{
    buf_wipe(buf);
    free(buf->data);
    *buf = buf_make(NULL, 0);
}

enum result iso_line_open(struct iso_line *line, struct iso_options options)
{
    *line = (struct iso_line){ .options = options };
    TRY(buf_new(&line->chain, options.command_max));
    return buf_new(&line->answer, options.answer_max);
}

void iso_line_close(struct iso_line *line)
{
    buf_delete(&line->chain);
    buf_delete(&line->answer);
}

/* The chain may hold PINs and keys: what was executed or given up is overwritten, not only forgotten. */
static void chain_drop(struct iso_line *line)
{
    if (line->chain.data)
        secret_wipe(line->chain.data, line->chain.size);
    buf_clear(&line->chain);
    line->part_count = 0;
    line->chaining = false;
}

static void answer_drop(struct iso_line *line)
{
    if (line->answer.data)
        secret_wipe(line->answer.data, line->answer.size);
    buf_clear(&line->answer);
    line->answer_taken = 0;
    line->repeat = false;
}

void iso_line_reset(struct iso_line *line)
{
    chain_drop(line);
    answer_drop(line);
    line->number++;
}

static size_t le_short(uint8_t byte)
{
    return byte ? byte : SHORT_MAX;
}

static void command_set_le(struct iso_command *command, size_t le)
{
    command->has_le = true;
    command->le = le;
}

/* ISO 7816-4, 5.1: cases 2E, 3E and 4E; the fifth byte is 00 and more follows */
static bool parse_extended(struct bytes raw, struct iso_command *ret)
{
    size_t lc = (size_t)bytes_number(bytes_slice(raw, 5, 2)), le;

    if (raw.size < 7)
        return false;
    if (raw.size == 7) {
        command_set_le(ret, lc ? lc : EXTENDED_MAX);
        return true;
    }
    ret->data = bytes_slice(raw, 7, lc);
    if (lc == 0 || (raw.size != 7 + lc && raw.size != 9 + lc))
        return false;
    if (raw.size == 7 + lc)
        return true;
    le = (size_t)bytes_number(bytes_from(raw, 7 + lc));
    command_set_le(ret, le ? le : EXTENDED_MAX);
    return true;
}

/* Cases 1, 2S, 3S and 4S; on T=0 there is no case 4, the answer is fetched */
static bool parse_short(const struct iso_options *options, struct bytes raw, struct iso_command *ret)
{
    size_t lc;

    if (raw.size == 4)
        return true;
    if (raw.size == 5) {
        command_set_le(ret, le_short(raw.data[4]));
        return true;
    }
    lc = raw.data[4];
    ret->data = bytes_slice(raw, 5, lc);
    if (lc == 0 || raw.size < 5 + lc || raw.size > 6 + lc)
        return false;
    if (raw.size == 5 + lc)
        return true;
    command_set_le(ret, le_short(raw.data[5 + lc]));
    return !options->t0;
}

static bool command_parse(const struct iso_options *options, struct bytes raw, struct iso_command *ret)
{
    if (raw.size < 4)
        return false;
    *ret = (struct iso_command){
        .cla = raw.data[0], .ins = raw.data[1], .p1 = raw.data[2], .p2 = raw.data[3], .le = SHORT_MAX
    };
    if (raw.size > 5 && raw.data[4] == 0)
        return options->extended && !options->t0 && parse_extended(raw, ret);
    return parse_short(options, raw, ret);
}

/* ISO 7816-4, 5.4.1; no application here has channels or secure messaging */
static uint16_t class_check(const struct iso_options *options, uint8_t cla)
{
    if (options->proprietary && (cla & 0xEF) == 0x80)
        return ISO_SW_OK;
    if ((cla & 0xEF) == 0)
        return ISO_SW_OK;
    if ((cla & 0xE0) == 0 && (cla & 0x0C))
        return ISO_SW_SM;
    if ((cla & 0xE0) == 0 || (cla & 0xE0) == 0x40)
        return ISO_SW_CHANNEL;
    return ISO_SW_CLA;
}

static size_t answer_left(const struct iso_line *line)
{
    return line->answer.size - line->answer_taken;
}

static uint8_t length_byte(size_t size)
{
    return size < SHORT_MAX ? (uint8_t)size : 0;
}

static void add_sw(struct buf *response, unsigned sw)
{
    buf_add_number(response, sw, 2);
}

/* Hands out up to SIZE bytes and says whether there is more */
static void answer_take(struct iso_line *line, size_t size, struct buf *response)
{
    struct bytes part = bytes_slice(bytes_from(buf_bytes(&line->answer), line->answer_taken), 0, size);

    buf_add(response, part);
    line->answer_taken += part.size;
    if (answer_left(line) > 0) {
        add_sw(response, ISO_SW_MORE | length_byte(answer_left(line)));
        return;
    }
    answer_drop(line);
    add_sw(response, ISO_SW_OK);
}

/* ISO 7816-3, 12.2: T=0 gives exactly what was asked for, or says what to ask for */
static void answer_give_t0(struct iso_line *line, size_t le, struct buf *response)
{
    size_t left = answer_left(line);

    if (left == le || (left > le && le == SHORT_MAX)) {
        answer_take(line, le, response);
        return;
    }
    line->repeat = true;
    add_sw(response, ISO_SW_LE | length_byte(left));
}

static void answer_give(struct iso_line *line, const struct iso_command *command, struct buf *response)
{
    size_t left = answer_left(line);

    if (left == 0)
        add_sw(response, ISO_SW_OK);
    else if (!line->options.t0)
        answer_take(line, command->le, response);
    else if (command->data.size > 0)
        add_sw(response, ISO_SW_MORE | length_byte(left));
    else
        answer_give_t0(line, command->le, response);
}

static void get_response(struct iso_line *line, const struct iso_command *command, struct buf *response)
{
    line->number++;
    chain_drop(line);
    if (command->p1 || command->p2 || command->data.size > 0) {
        answer_drop(line);
        add_sw(response, ISO_SW_P1P2);
    } else if (answer_left(line) == 0) {
        answer_drop(line);
        add_sw(response, ISO_SW_CONDITION);
    } else if (!line->options.t0 || command->le <= answer_left(line)) {
        answer_take(line, command->le, response);
    } else {
        add_sw(response, ISO_SW_LE | length_byte(answer_left(line)));
    }
}

/* Adds the command's data to the chain, beginning a new one if it does not continue the last. */
static bool chain_add(struct iso_line *line, const struct iso_command *command)
{
    const uint8_t header[4] = { command->cla & (uint8_t)~CLA_CHAIN, command->ins, command->p1, command->p2 };

    if (!line->chaining || memcmp(line->header, header, sizeof(header)) != 0) {
        chain_drop(line);
        line->number++;
        memcpy(line->header, header, sizeof(header));
    }
    if (line->part_count < ISO_PARTS_MAX)
        line->parts[line->part_count] = line->chain.size;
    line->part_count++;
    buf_add(&line->chain, command->data);
    line->chaining = (command->cla & CLA_CHAIN) != 0;
    return buf_check(&line->chain) == RESULT_OK;
}

static void command_run(struct iso_line *line, struct iso_command *command, iso_handler *handler, void *card,
                        struct buf *response)
{
    struct iso_command last = *command;
    uint16_t sw;

    command->cla = line->header[0];
    command->data = buf_bytes(&line->chain);
    command->number = line->number;
    command->parts = line->parts;
    command->part_count = line->part_count <= ISO_PARTS_MAX ? line->part_count : 0;
    sw = handler(card, command, &line->answer);
    if (sw == ISO_SW_OK && buf_check(&line->answer) != RESULT_OK)
        sw = ISO_SW_MEMORY;
    chain_drop(line);
    if (sw == ISO_SW_OK) {
        answer_give(line, &last, response);
        return;
    }
    answer_drop(line);
    add_sw(response, sw);
}

static void refuse(struct iso_line *line, uint16_t sw, struct buf *response)
{
    chain_drop(line);
    answer_drop(line);
    line->number++;
    add_sw(response, sw);
}

static bool is_repeat(const struct iso_line *line, struct bytes raw)
{
    return line->repeat && raw.size == 5 && memcmp(raw.data, line->header, sizeof(line->header)) == 0;
}

void iso_line_respond(struct iso_line *line, struct bytes raw, iso_handler *handler, void *card,
                      struct buf *response)
{
    struct iso_command command;
    uint16_t sw;

    if (!command_parse(&line->options, raw, &command)) {
        refuse(line, ISO_SW_LENGTH, response);
        return;
    }
    sw = class_check(&line->options, command.cla);
    if (sw != ISO_SW_OK) {
        refuse(line, sw, response);
        return;
    }
    if (command.cla == 0 && command.ins == INS_GET_RESPONSE) {
        get_response(line, &command, response);
        return;
    }
    if (is_repeat(line, raw)) {
        /* the card is not asked twice: a second answer could have another length */
        answer_give_t0(line, command.le, response);
        return;
    }
    answer_drop(line);
    if (!chain_add(line, &command))
        refuse(line, ISO_SW_LENGTH, response);
    else if (line->chaining)
        add_sw(response, ISO_SW_OK);
    else
        command_run(line, &command, handler, card, response);
}
