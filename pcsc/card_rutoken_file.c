/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files on the wire. Only short commands: extended lengths have not been seen to work on any of these tokens.
 */
#include "asn1/tlv.h"
#include "pcsc/card_rutoken_parts.h"

#define INS_CHANGE 0x24
#define INS_SELECT 0xA4
#define INS_READ 0xB0
#define INS_UPDATE 0xD6
#define INS_CREATE 0xE0
#define INS_DELETE 0xE4

#define SELECT_BY_PATH 0x08
#define SELECT_NEXT 0x02

#define TAG_FCI 0x6F
#define TAG_SIZE 0x80
#define TAG_TYPE 0x82
#define TAG_ID 0x83
#define TAG_PROPERTY 0x85
#define TAG_RIGHTS 0x86
#define TAG_VALUE 0xA5

#define FCI_MAX 300
#define PATH_MAX_FILES 5
#define READ_MAX 256
#define WRITE_MAX 255
#define RIGHTS_SIZE 15
#define CREATE_MAX 64
#define SET_FIRST 249
#define SET_NEXT 253

static enum result rutoken_fci_read(struct bytes answer, struct rutoken_file *ret)
{
    struct bytes fci, value;

    *ret = (struct rutoken_file){ .id = 0 };
    if (tlv_find(answer, TAG_FCI, &fci) != RESULT_OK || tlv_find(fci, TAG_ID, &value) != RESULT_OK ||
        value.size != 2)
        return RESULT_MALFORMED;
    ret->id = (uint16_t)bytes_number(value);
    if (tlv_find(fci, TAG_SIZE, &value) == RESULT_OK && value.size <= 2)
        ret->size = (size_t)bytes_number(value);
    if (tlv_find(fci, TAG_TYPE, &value) == RESULT_OK && value.size > 0)
        ret->internal = value.data[0] == RUTOKEN_INTERNAL;
    if (tlv_find(fci, TAG_RIGHTS, &value) == RESULT_OK && value.size > 0)
        ret->rights = value.data[0];
    if (tlv_find(fci, TAG_PROPERTY, &value) == RESULT_OK && value.size == sizeof(ret->property)) {
        ret->has_property = true;
        for (size_t i = 0; i < value.size; i++)
            ret->property[i] = value.data[i];
    }
    return RESULT_OK;
}

static enum result rutoken_select_send(struct card *card, uint8_t p1, uint8_t p2, struct bytes body,
                                       struct rutoken_file *ret)
{
    const struct apdu command = {
        .ins = INS_SELECT, .p1 = p1, .p2 = p2, .body = body, .expected = 256, .short_only = true
    };
    uint8_t memory[FCI_MAX];
    struct buf answer = BUF_OVER(memory);

    TRY(apdu_send(&card->link, &command, &answer, NULL));
    return rutoken_fci_read(buf_bytes(&answer), ret);
}

enum result card_rutoken_select(struct card *card, const uint16_t *path, size_t count,
                                struct rutoken_file *ret)
{
    uint8_t memory[2 * PATH_MAX_FILES];
    struct buf body = BUF_OVER(memory);
    uint16_t wanted = count > 0 ? path[count - 1] : RUTOKEN_MF;
    struct rutoken_file file;

    for (size_t i = 0; i < count; i++)
        buf_add_number(&body, path[i], 2);
    if (count == 0)
        buf_add_number(&body, RUTOKEN_MF, 2);
    TRY(buf_check(&body));
    TRY(rutoken_select_send(card, count > 0 ? SELECT_BY_PATH : 0x00, 0x00, buf_bytes(&body), &file));
    /* A card that stays where it was must not have the wrong file read, or written. */
    if (file.id != wanted)
        return RESULT_MALFORMED;
    if (ret)
        *ret = file;
    return RESULT_OK;
}

enum result card_rutoken_select_file(struct card *card, uint16_t id, struct rutoken_file *ret)
{
    const uint16_t path[] = { RUTOKEN_APPLICATION, id };

    return card_rutoken_select(card, path, 2, ret);
}

enum result card_rutoken_select_key(struct card *card, uint16_t folder, uint8_t key, struct rutoken_file *ret)
{
    const uint16_t path[] = { RUTOKEN_SYSTEM, RUTOKEN_SYSTEM, folder, key };

    return card_rutoken_select(card, path, 4, ret);
}

enum result card_rutoken_select_folder(struct card *card, uint16_t folder)
{
    const uint16_t path[] = { RUTOKEN_SYSTEM, RUTOKEN_SYSTEM, folder };

    return card_rutoken_select(card, path, 3, NULL);
}

enum result card_rutoken_select_reference(struct card *card, uint32_t reference, struct rutoken_file *ret)
{
    const uint16_t path[] = { (uint16_t)(reference >> 16), (uint16_t)reference };

    return card_rutoken_select(card, path, 2, ret);
}

enum result card_rutoken_next(struct card *card, uint16_t before, struct rutoken_file *ret)
{
    const uint8_t id[] = { (uint8_t)(before >> 8), (uint8_t)before };

    if (before == 0)
        return rutoken_select_send(card, 0x00, 0x00, BYTES_NONE, ret);
    return rutoken_select_send(card, 0x00, SELECT_NEXT, BYTES_OF(id), ret);
}

enum result card_rutoken_read_part(struct card *card, size_t offset, size_t size, struct buf *out)
{
    struct apdu command = { .ins = INS_READ, .short_only = true };
    size_t end = offset + size, before;

    if (end > 0x8000)
        return RESULT_TOO_LARGE;
    while (offset < end) {
        command.p1 = (uint8_t)(offset >> 8);
        command.p2 = (uint8_t)offset;
        command.expected = end - offset < READ_MAX ? end - offset : READ_MAX;
        before = out->size;
        TRY(apdu_send(&card->link, &command, out, NULL));
        if (out->size == before || out->size - before > end - offset)
            return RESULT_MALFORMED;
        offset += out->size - before;
    }
    return RESULT_OK;
}

enum result card_rutoken_write(struct card *card, size_t offset, struct bytes data, bool secret)
{
    struct apdu command = { .ins = INS_UPDATE, .short_only = true, .secret = secret, .verb = SW_ADMIN };

    if (offset + data.size > 0x8000)
        return RESULT_TOO_LARGE;
    while (data.size > 0) {
        command.p1 = (uint8_t)(offset >> 8);
        command.p2 = (uint8_t)offset;
        command.body = bytes_slice(data, 0, WRITE_MAX);
        TRY(apdu_send(&card->link, &command, NULL, NULL));
        offset += command.body.size;
        data = bytes_from(data, command.body.size);
    }
    return RESULT_OK;
}

enum result card_rutoken_create(struct card *card, const struct rutoken_new_file *file)
{
    /* Which of the 15 bytes stands for which access bit. */
    static const size_t places[] = { 1, 2, 3, 7 };
    uint8_t memory[CREATE_MAX], rights[RIGHTS_SIZE] = { file->mask };
    struct buf body = BUF_OVER(memory);
    const struct apdu command = { .ins = INS_CREATE, .short_only = true, .verb = SW_ADMIN };
    struct apdu filled = command;
    size_t mark = tlv_begin(&body, TAG_FCI);

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        rights[places[i]] = file->rights[i];
    /* In this order, or the card refuses. */
    tlv_add_header(&body, TAG_SIZE, 2);
    buf_add_number(&body, file->size, 2);
    tlv_add_header(&body, TAG_TYPE, 2);
    buf_add_number(&body, (uint64_t)file->type << 8, 2);
    tlv_add_header(&body, TAG_ID, 2);
    buf_add_number(&body, file->id, 2);
    if (file->property)
        tlv_add(&body, TAG_PROPERTY, bytes_make(file->property, 6));
    tlv_add(&body, TAG_RIGHTS, BYTES_OF(rights));
    tlv_end(&body, mark);
    TRY(buf_check(&body));
    filled.body = buf_bytes(&body);
    return apdu_send(&card->link, &filled, NULL, NULL);
}

enum result card_rutoken_delete(struct card *card, uint16_t id)
{
    const uint8_t body[] = { (uint8_t)(id >> 8), (uint8_t)id };

    return apdu_send(
        &card->link,
        &(struct apdu){ .ins = INS_DELETE, .body = BYTES_OF(body), .short_only = true, .verb = SW_ADMIN },
        NULL, NULL);
}

/*
 * One template 80 with the length, then the value in templates A5, whose lengths are one byte even above 127.
 * Every command of the chain begins with an A5 of its own (after the 80, in the first): the parts are as long
 * as a command has room for, so that the chain is cut where they begin.
 */
enum result card_rutoken_set(struct card *card, uint8_t reference, const struct secret *value)
{
    SCOPED(secret_free) struct secret *body = NULL;
    struct apdu command = {
        .ins = INS_CHANGE, .p1 = 0x01, .p2 = reference, .secret = true, .short_only = true, .verb = SW_ADMIN
    };
    struct bytes rest = secret_bytes(value);
    size_t part = SET_FIRST;

    TRY(secret_new_empty(rest.size + rest.size / SET_FIRST * 2 + 8, &body));
    tlv_add_header(secret_buf(body), TAG_SIZE, 2);
    buf_add_number(secret_buf(body), rest.size, 2);
    while (rest.size > 0) {
        struct bytes now = bytes_slice(rest, 0, part);
        buf_add_byte(secret_buf(body), TAG_VALUE);
        buf_add_byte(secret_buf(body), (uint8_t)now.size);
        buf_add(secret_buf(body), now);
        rest = bytes_from(rest, now.size);
        part = SET_NEXT;
    }
    TRY(buf_check(secret_buf(body)));
    command.body = secret_bytes(body);
    return apdu_send(&card->link, &command, NULL, NULL);
}
