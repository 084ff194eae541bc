/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/wire.h"

#include <string.h>

#define INS_VERIFY 0x20
#define INS_CHANGE 0x24
#define INS_UNBLOCK 0x2C
#define INS_GET_RESPONSE 0xC0
#define HEADER_SIZE 5
#define PIV_PIN_SIZE 8
#define PIV_PUK 0x81
#define FILLING 0x5A

static void wire_say(struct vcard *card, struct bytes command)
{
    static uint8_t memory[VCARD_RESPONSE_MAX];
    struct buf response = BUF_OVER(memory);

    card->family->respond(card, command, &response);
}

void wire_select_other(struct vcard *card)
{
    if (strcmp(card->family->name, "piv") == 0) {
        wire_say(card, BYTES_LIT(0x00, 0xA4, 0x04, 0x00, 0x07, 0xA0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01));
        return;
    }
    wire_say(card, BYTES_LIT(0x80, 0x40, 0x00, 0x00));
    wire_say(card, BYTES_LIT(0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00));
}

bool wire_goes_on(const struct world *world, uint8_t ins)
{
    if (world->trouble.kind == TROUBLE_ENDLESS)
        return ins == INS_GET_RESPONSE;
    return world->trouble.kind == TROUBLE_LENGTH && world->trouble.lasting && ins == world->last_ins;
}

static void spoil_data(struct buf *response, size_t size, bool filled)
{
    uint8_t word[2] = { 0x90, 0x00 };

    if (response->size >= 2)
        memcpy(word, response->data + response->size - 2, 2);
    buf_truncate(response, response->size >= 2 ? response->size - 2 : 0);
    if (filled)
        buf_add_fill(response, FILLING, size);
    else
        buf_truncate(response, size);
    buf_add(response, BYTES_OF(word));
}

void wire_spoil(const struct trouble *trouble, struct buf *response)
{
    switch (trouble->kind) {
    case TROUBLE_WORD:
    case TROUBLE_LENGTH:
        buf_clear(response);
        buf_add_number(response, trouble->word, 2);
        break;
    case TROUBLE_ENDLESS:
        buf_clear(response);
        buf_add_fill(response, FILLING, trouble->place);
        buf_add_number(response, 0x6100 | (trouble->place & 0xFF), 2);
        break;
    case TROUBLE_CUT:
        spoil_data(response, trouble->place, false);
        break;
    case TROUBLE_LONGER:
        spoil_data(response, trouble->place, true);
        break;
    case TROUBLE_EMPTY:
        buf_clear(response);
        buf_add(response, bytes_slice(BYTES_LIT(0x90, 0x00), 0, trouble->place));
        break;
    case TROUBLE_FLIP:
        if (trouble->place < response->size)
            response->data[trouble->place] ^= trouble->bits;
        break;
    case TROUBLE_NONE:
    case TROUBLE_PULL:
    case TROUBLE_RESET:
    case TROUBLE_OTHER:
    case TROUBLE_LOSE:
    case TROUBLE_SERVICE:
    case TROUBLE_PIN:
        break;
    }
}

/*
 * What COMMAND presents: the reference of a PIN and its value; nothing if it presents none. A PIV card takes the old PIN
 * before a new one, and the PUK before the PIN that it unblocks.
 */
static void wire_pin(const struct world *world, struct bytes command, struct buf *ret)
{
    struct bytes body = bytes_from(command, HEADER_SIZE);
    bool piv = strcmp(world->card->family->name, "piv") == 0;
    uint8_t ins = command.size > HEADER_SIZE && command.data[0] == 0x00 ? command.data[1] : 0;

    if (ins == INS_VERIFY) {
        buf_add_byte(ret, command.data[3]);
        buf_add(ret, body);
    } else if (piv && body.size >= PIV_PIN_SIZE && (ins == INS_CHANGE || ins == INS_UNBLOCK)) {
        buf_add_byte(ret, ins == INS_UNBLOCK ? PIV_PUK : command.data[3]);
        buf_add(ret, bytes_slice(body, 0, PIV_PIN_SIZE));
    }
}

unsigned wire_refused(const struct world *world, struct bytes command)
{
    uint8_t memory[64];
    struct buf pin = BUF_OVER(memory);

    wire_pin(world, command, &pin);
    for (size_t i = 0; pin.size > 0 && i < world->refused_count; i++)
        if (bytes_equal(buf_bytes(&pin), bytes_make(world->refused[i].body, world->refused[i].size)))
            return 1;
    return 0;
}

static bool wire_refuses(struct bytes answer)
{
    unsigned word = answer.size == 2 ? (unsigned)bytes_number(answer) : 0;

    return (word >> 8) == 0x63 || word == 0x6983;
}

void wire_note_refusal(struct world *world, struct bytes command, struct bytes answer, enum result result)
{
    struct world_refusal *refusal;
    uint8_t memory[64];
    struct buf pin = BUF_OVER(memory);
    bool lost = result == RESULT_TRANSPORT;

    wire_pin(world, command, &pin);
    if (pin.size == 0 || pin.overflow || world->refused_count == WORLD_REFUSED_MAX || !(lost || wire_refuses(answer)))
        return;
    refusal = &world->refused[world->refused_count++];
    memcpy(refusal->body, pin.data, pin.size);
    refusal->size = pin.size;
    refusal->lost = lost;
}
