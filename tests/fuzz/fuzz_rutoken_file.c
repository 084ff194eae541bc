/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Rutoken driver on a token whose files are the input's: for each a FCI (empty: a right one) and its
 * contents. */
#include <string.h>

#include "asn1/tlv.h"
#include "pcsc/card_rutoken_parts.h"
#include "pcsc/cards.h"
#include "pcsc/probe.h"
#include "tests/fuzz/fuzz.h"

#define COMMANDS_MAX 4000
#define LISTED_MAX 600
#define FILE_SIZE 2048

/* Six files by their ids; every other one of the application is the seventh, every private half the last. */
static const uint16_t ids[] = {
    RUTOKEN_TOKEN_INFO, RUTOKEN_AODF, RUTOKEN_PRKDF, RUTOKEN_PUKDF, RUTOKEN_CDF, RUTOKEN_DODF, 0, 0
};
#define FILES (sizeof(ids) / sizeof(ids[0]))
#define FILE_OTHER 6
#define FILE_HALF 7

struct token {
    struct channel base;
    struct file {
        struct bytes fci;
        uint8_t contents[FILE_SIZE];
        size_t size;
    } files[FILES];
    struct file *current;
    unsigned commands;
};

static void answer_fci(const struct file *file, uint16_t id, struct buf *answer)
{
    size_t mark = tlv_begin(answer, 0x6F);

    if (file->fci.size == 0 || (file->fci.data[0] & 1) != 0) {
        tlv_add(answer, 0x80, BYTES_LIT((uint8_t)(file->size >> 8), (uint8_t)file->size));
        tlv_add(answer, 0x83, BYTES_LIT((uint8_t)(id >> 8), (uint8_t)id));
    }
    buf_add(answer, bytes_from(file->fci, 1));
    tlv_end(answer, mark);
}

static unsigned select_file(struct token *token, struct bytes body, struct buf *answer)
{
    uint16_t id = (uint16_t)bytes_number(bytes_from(body, body.size < 2 ? 0 : body.size - 2));
    size_t at = body.size > 4 ? FILE_HALF : FILE_OTHER;

    for (size_t i = 0; i < FILE_OTHER; i++)
        if (body.size == 4 && ids[i] == id)
            at = i;
    token->current = &token->files[at];
    answer_fci(token->current, id, answer);
    return 0x9000;
}

static unsigned read_or_write(struct token *token, const uint8_t *header, struct bytes body,
                              struct buf *answer)
{
    size_t offset = (size_t)header[2] << 8 | header[3];
    struct file *file = token->current;

    if (!file || offset >= file->size)
        return 0x6B00;
    if (body.size == 0) {
        buf_add(answer, bytes_slice(bytes_make(file->contents, file->size), offset, 256));
        return 0x9000;
    }
    memcpy(file->contents + offset, body.data,
           body.size < file->size - offset ? body.size : file->size - offset);
    return 0x9000;
}

static enum result transmit(struct channel *channel, struct bytes command, struct buf *answer)
{
    struct token *token = (struct token *)channel;
    struct bytes body = command.size > 5 ? bytes_slice(command, 5, command.data[4]) : BYTES_NONE;
    unsigned sw = 0x9000;

    FUZZ_CHECK(command.size >= 4 && token->commands++ < COMMANDS_MAX);
    if (command.data[1] == 0xA4)
        sw = select_file(token, body, answer);
    else if (command.data[1] == 0xB0 || command.data[1] == 0xD6)
        sw = read_or_write(token, command.data, command.data[1] == 0xD6 ? body : BYTES_NONE, answer);
    else if (command.data[1] == 0xCA)
        buf_add_fill(answer, 0x11, RUTOKEN_SERIAL_SIZE);
    buf_add_number(answer, sw, 2);
    return buf_check(answer);
}

static bool every_second(struct bytes record, const void *arg)
{
    (void)arg;
    return record.size % 2 != 0;
}

static void use(struct card *card, struct fuzz *fuzz)
{
    SCOPED(fuzz_buf_free) struct buf value = fuzz_buf(CARD_OBJECT_MAX);
    uint8_t how = fuzz_byte(fuzz);
    const struct card_query query = { .kinds = 7, .logged_in = how & 1, .value = how & 2 ? &value : NULL };
    struct card_cursor cursor = { 0 };
    struct card_item item;
    struct card_info info;

    FUZZ_IGNORE(card_rutoken.recognise(card));
    FUZZ_IGNORE(card_rutoken.open(card, &info));
    for (unsigned i = 0; card_rutoken.list(card, &query, &cursor, &item) == RESULT_OK; i++)
        FUZZ_CHECK(i < LISTED_MAX);
    if (how & 4)
        FUZZ_IGNORE(card_rutoken_directory_remove(card, ids[1 + (how >> 4) % 5], every_second, NULL));
    if (how & 8)
        FUZZ_IGNORE(card_rutoken_directory_append(card, ids[1 + (how >> 4) % 5], fuzz_part(fuzz)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t atr[] = { 0x3B, 0x8B, 0x01, 0x52, 0x75, 0x74, 0x6F, 0x6B,
                                   0x65, 0x6E, 0x20, 0x44, 0x53, 0x20, 0xC1 };
    static const struct channel_ops ops = { .transmit = transmit };
    static struct token token;
    struct fuzz fuzz = { bytes_make(data, size) };
    struct card *card;

    token = (struct token){ .base = { .ops = &ops } };
    for (size_t i = 0; i < FILES; i++) {
        struct file *file = &token.files[i];
        struct bytes contents;
        file->fci = fuzz_part(&fuzz);
        contents = fuzz_part(&fuzz);
        file->size = contents.size < FILE_SIZE / 2 ? contents.size + 64 : FILE_SIZE;
        memcpy(file->contents, contents.data ? contents.data : data,
               contents.size < FILE_SIZE ? contents.size : FILE_SIZE);
    }
    FUZZ_CHECK(card_new(&card_rutoken, &token.base, BYTES_OF(atr), NULL, 0, &card) == RESULT_OK);
    while (fuzz.rest.size > 0) {
        token.commands = 0;
        use(card, &fuzz);
    }
    card_free(&card);
    return 0;
}
