/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Directory files: records one after the other, and zeros. The token may be pulled out after any command, and
 * other software gives a file up at the first record that it cannot decode, so an edit is a row of single
 * commands, each of which leaves a file with every record that shall stay:
 *
 *     append    the record's end first, its first command's worth last: until then a zero ends the file
 * before it remove    the record becomes a hole: an OCTET STRING of the same length, which is no record of
 * any kind. Then the hole changes places with the record behind it, again and again, with one command each
 * that writes the record and the hole's new header, until it is the last and becomes zeros. A record that is
 * too long for one command is copied whole: into the hole, or behind the last record if the hole is too
 *               small, and the hole grows over where it was.
 *
 * A hole that an interruption has left, and a record that it has left twice, are tidied up by the next edit.
 */
#include <string.h>

#include "asn1/tlv.h"
#include "pcsc/card_rutoken_parts.h"

#define WRITE_MAX 255
#define READ_MAX 256
#define HOLE_TAG 0x04
#define HOLE_HEADER 4
#define ENTRY_MAX 32
#define NOWHERE ((size_t)-1)

/* A directory file of the application, as it is made. */
struct rutoken_directory_row {
    uint16_t id;
    enum pkcs15_file entry;
    uint16_t size;
    uint8_t rights[4]; /* read, update, nothing, delete */
};

static const struct rutoken_directory_row rutoken_directories[] = {
    { RUTOKEN_AODF, PKCS15_PINS, 256, { 0, 1, 0, 1 } },
    { RUTOKEN_PRKDF, PKCS15_PRIVATE_KEYS, 2048, { 0, 2, 0, 2 } },
    { RUTOKEN_PUKDF, PKCS15_PUBLIC_KEYS, 2048, { 0, 2, 0, 2 } },
    { RUTOKEN_CDF, PKCS15_CERTIFICATES, 2048, { 0, 2, 0, 2 } },
    { RUTOKEN_DODF, PKCS15_DATA, 2048, { 0, 2, 0, 2 } },
};

static const struct rutoken_directory_row *rutoken_directory_row(uint16_t id)
{
    for (size_t i = 0; i < sizeof(rutoken_directories) / sizeof(rutoken_directories[0]); i++)
        if (rutoken_directories[i].id == id)
            return &rutoken_directories[i];
    return &rutoken_directories[0];
}

struct rutoken_new_file card_rutoken_directory_file(uint16_t id)
{
    const struct rutoken_directory_row *row = rutoken_directory_row(id);
    struct rutoken_new_file file = { .id = id, .type = RUTOKEN_EF, .size = row->size, .mask = 0x43 };

    memcpy(file.rights, row->rights, sizeof(file.rights));
    return file;
}

enum result card_rutoken_directory_entry(uint16_t id, struct buf *out)
{
    const uint8_t path[] = {
        0x3F, 0x00, RUTOKEN_APPLICATION >> 8, RUTOKEN_APPLICATION & 0xFF, (uint8_t)(id >> 8), (uint8_t)id
    };
    const struct pkcs15_entry entry = { .file = rutoken_directory_row(id)->entry,
                                        .path = { .path = BYTES_OF(path) } };

    return pkcs15_add_entry(&entry, out);
}

enum result card_rutoken_directory_open(struct card *card, uint16_t id, size_t start,
                                        struct rutoken_directory *ret)
{
    struct rutoken_file file;

    TRY(card_rutoken_select_file(card, id, &file));
    ret->id = id;
    ret->size = file.size < RUTOKEN_DIRECTORY_MAX ? file.size : RUTOKEN_DIRECTORY_MAX;
    ret->start = ret->position = start;
    return card_rutoken_heap_new(RUTOKEN_DIRECTORY_MAX, &ret->content);
}

void card_rutoken_directory_close(struct rutoken_directory *directory)
{
    card_rutoken_heap_free(&directory->content);
}

static struct bytes rutoken_directory_rest(const struct rutoken_directory *directory)
{
    return bytes_from(buf_bytes(&directory->content), directory->position - directory->start);
}

/* Reads another part of the file; false if all of it was read. */
static enum result rutoken_directory_more(struct card *card, struct rutoken_directory *directory, bool *ret)
{
    size_t end = directory->start + directory->content.size;
    size_t part = end < directory->size ? directory->size - end : 0;
    enum result result;

    *ret = part > 0;
    if (!*ret)
        return RESULT_OK;
    result = card_rutoken_read_part(card, end, part < READ_MAX ? part : READ_MAX, &directory->content);
    /* Not "no more records": whoever believed that would write over those that are there. */
    return result == RESULT_NOT_FOUND ? RESULT_MALFORMED : result;
}

bool card_rutoken_directory_ended(const struct rutoken_directory *directory)
{
    struct bytes rest = rutoken_directory_rest(directory);

    if (rest.size > 0)
        return rest.data[0] == 0x00 || rest.data[0] == 0xFF;
    return directory->start + directory->content.size >= directory->size;
}

enum result card_rutoken_directory_next(struct card *card, struct rutoken_directory *directory,
                                        struct bytes *ret)
{
    for (;;) {
        struct bytes rest = rutoken_directory_rest(directory);
        struct tlv_cursor cursor = tlv_open(rest);
        enum result result = pkcs15_next_record(&cursor, ret);
        bool more;
        if (result == RESULT_OK) {
            directory->position += rest.size - cursor.rest.size;
            return RESULT_OK;
        }
        if (result == RESULT_NOT_FOUND && rest.size > 0)
            return RESULT_NOT_FOUND;
        TRY(rutoken_directory_more(card, directory, &more));
        if (!more)
            return RESULT_NOT_FOUND;
    }
}

enum result card_rutoken_directory_load(struct card *card, uint16_t id, struct rutoken_directory *ret)
{
    struct bytes record;
    enum result result = card_rutoken_directory_open(card, id, 0, ret);

    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    TRY(result);
    while ((result = card_rutoken_directory_next(card, ret, &record)) == RESULT_OK)
        continue;
    if (result != RESULT_NOT_FOUND)
        return result;
    buf_truncate(&ret->content, ret->position);
    return RESULT_OK;
}

/* Writes DATA so that its first command comes last: nothing of it is seen before all of it is there. */
static enum result rutoken_directory_write(struct card *card, struct rutoken_directory *directory,
                                           size_t offset, struct bytes data)
{
    struct bytes first = bytes_slice(data, 0, WRITE_MAX), rest = bytes_from(data, WRITE_MAX);

    if (offset + data.size > directory->size)
        return RESULT_CARD_FULL;
    TRY(card_rutoken_write(card, offset + first.size, rest, false));
    TRY(card_rutoken_write(card, offset, first, false));
    if (directory->content.size < offset + data.size)
        directory->content.size = offset + data.size;
    memcpy(directory->content.data + offset, data.data, data.size);
    return RESULT_OK;
}

static void rutoken_hole_add(size_t size, struct buf *out)
{
    buf_add_byte(out, HOLE_TAG);
    buf_add_byte(out, 0x82);
    buf_add_number(out, size - HOLE_HEADER, 2);
}

static enum result rutoken_hole_write(struct card *card, struct rutoken_directory *directory, size_t offset,
                                      size_t size)
{
    uint8_t memory[HOLE_HEADER];
    struct buf header = BUF_OVER(memory);

    if (size < HOLE_HEADER)
        return RESULT_MALFORMED;
    rutoken_hole_add(size, &header);
    return rutoken_directory_write(card, directory, offset, buf_bytes(&header));
}

/* Zeros from OFFSET to the end of the contents. */
static enum result rutoken_directory_cut(struct card *card, struct rutoken_directory *directory,
                                         size_t offset)
{
    SCOPED(card_rutoken_heap_free) struct buf zeros = { 0 };

    TRY(card_rutoken_heap_new(RUTOKEN_DIRECTORY_MAX, &zeros));
    buf_add_fill(&zeros, 0x00, directory->content.size - offset);
    TRY(rutoken_directory_write(card, directory, offset, buf_bytes(&zeros)));
    buf_truncate(&directory->content, offset);
    return RESULT_OK;
}

/* As an append, in memory that is already loaded. */
static enum result rutoken_directory_add(struct card *card, struct rutoken_directory *directory,
                                         struct bytes record)
{
    SCOPED(card_rutoken_heap_free) struct buf data = { 0 };
    size_t end = directory->content.size;

    if (end + record.size > directory->size)
        return RESULT_CARD_FULL;
    TRY(card_rutoken_heap_new(RUTOKEN_DIRECTORY_MAX + 1, &data));
    buf_add(&data, record);
    if (end + record.size < directory->size)
        buf_add_byte(&data, 0x00);
    TRY(rutoken_directory_write(card, directory, end, buf_bytes(&data)));
    buf_truncate(&directory->content, end + record.size);
    return RESULT_OK;
}

/* The hole of SIZE bytes at OFFSET and the record behind it, which one command can carry, change places. */
static enum result rutoken_hole_pass_short(struct card *card, struct rutoken_directory *directory,
                                           size_t offset, size_t size, struct bytes record)
{
    uint8_t memory[WRITE_MAX];
    struct buf data = BUF_OVER(memory);

    buf_add(&data, record);
    rutoken_hole_add(size, &data);
    return rutoken_directory_write(card, directory, offset, buf_bytes(&data));
}

/* The same for a long record, which fits the hole and leaves room for a smaller one. */
static enum result rutoken_hole_pass_long(struct card *card, struct rutoken_directory *directory,
                                          size_t offset, size_t size, struct bytes record)
{
    SCOPED(card_rutoken_heap_free) struct buf data = { 0 };

    TRY(card_rutoken_heap_new(RUTOKEN_DIRECTORY_MAX, &data));
    buf_add(&data, record);
    rutoken_hole_add(size - record.size, &data);
    TRY(rutoken_directory_write(card, directory, offset, buf_bytes(&data)));
    return rutoken_hole_write(card, directory, offset + record.size, size);
}

/* *SIZE bytes at *OFFSET are a hole; moves it one record on, or lets it grow. */
static enum result rutoken_hole_pass(struct card *card, struct rutoken_directory *directory, size_t *offset,
                                     size_t *size)
{
    struct tlv_cursor cursor = tlv_open(bytes_from(buf_bytes(&directory->content), *offset + *size));
    struct bytes record;

    TRY(pkcs15_next_record(&cursor, &record));
    if (record.size + HOLE_HEADER <= WRITE_MAX) {
        TRY(rutoken_hole_pass_short(card, directory, *offset, *size, record));
        *offset += record.size;
        return RESULT_OK;
    }
    if (record.size + HOLE_HEADER <= *size) {
        TRY(rutoken_hole_pass_long(card, directory, *offset, *size, record));
        *offset += record.size;
        return RESULT_OK;
    }
    TRY(rutoken_directory_add(card, directory, record));
    TRY(rutoken_hole_write(card, directory, *offset, *size + record.size));
    *size += record.size;
    return RESULT_OK;
}

/* The bytes from OFFSET on, SIZE of them, are a record that shall go. */
static enum result rutoken_hole_close(struct card *card, struct rutoken_directory *directory, size_t offset,
                                      size_t size)
{
    if (size < HOLE_HEADER)
        return RESULT_MALFORMED;
    if (offset + size < directory->content.size && directory->content.data[offset] != HOLE_TAG)
        TRY(rutoken_hole_write(card, directory, offset, size));
    while (offset + size < directory->content.size) {
        enum result result = rutoken_hole_pass(card, directory, &offset, &size);
        /* There is no room to move in: the hole stays, and everything is there that shall be. */
        if (result == RESULT_CARD_FULL)
            return RESULT_OK;
        TRY(result);
    }
    return rutoken_directory_cut(card, directory, offset);
}

/* An earlier record is the same, byte for byte. */
static bool rutoken_directory_has(const struct rutoken_directory *directory, size_t end, struct bytes record)
{
    struct tlv_cursor cursor = tlv_open(bytes_slice(buf_bytes(&directory->content), 0, end));
    struct bytes other;

    while (pkcs15_next_record(&cursor, &other) == RESULT_OK)
        if (bytes_equal(other, record))
            return true;
    return false;
}

/* The first record that MATCH says yes to, else the first that an interruption has left; NOWHERE if there is
 * none. */
static size_t rutoken_directory_unwanted(const struct rutoken_directory *directory, rutoken_match *match,
                                         const void *arg, size_t *ret_size)
{
    struct bytes content = buf_bytes(&directory->content), record;
    struct tlv_cursor cursor = tlv_open(content);

    while (pkcs15_next_record(&cursor, &record) == RESULT_OK) {
        size_t offset = content.size - cursor.rest.size - record.size;
        *ret_size = record.size;
        if (record.size >= HOLE_HEADER &&
            (record.data[0] == HOLE_TAG || rutoken_directory_has(directory, offset, record) ||
             (match && match(record, arg))))
            return offset;
    }
    return NOWHERE;
}

static enum result rutoken_directory_tidy(struct card *card, struct rutoken_directory *directory,
                                          rutoken_match *match, const void *arg)
{
    size_t offset, size, before = NOWHERE;

    while ((offset = rutoken_directory_unwanted(directory, match, arg, &size)) != NOWHERE &&
           offset != before) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): at an offset that was found there is content */
        before = directory->content.data[offset] == HOLE_TAG ? offset : NOWHERE;
        TRY(rutoken_hole_close(card, directory, offset, size));
    }
    return RESULT_OK;
}

/* EF.ODF names the directory file: whoever made it may have been interrupted before that. */
static enum result rutoken_directory_announce(struct card *card, uint16_t id)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory odf = { 0 };
    uint8_t memory[ENTRY_MAX];
    struct buf entry = BUF_OVER(memory);

    TRY(card_rutoken_directory_entry(id, &entry));
    TRY(card_rutoken_directory_load(card, RUTOKEN_ODF, &odf));
    if (odf.size == 0 || rutoken_directory_has(&odf, odf.content.size, buf_bytes(&entry)))
        return RESULT_OK;
    return rutoken_directory_add(card, &odf, buf_bytes(&entry));
}

static enum result rutoken_directory_create(struct card *card, uint16_t id)
{
    const uint16_t application[] = { RUTOKEN_APPLICATION };
    const struct rutoken_new_file file = card_rutoken_directory_file(id);

    TRY(card_rutoken_select(card, application, 1, NULL));
    return card_rutoken_create(card, &file);
}

enum result card_rutoken_directory_append(struct card *card, uint16_t id, struct bytes record)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory directory = { 0 };

    TRY(card_rutoken_directory_load(card, id, &directory));
    if (directory.content.size == 0) {
        card_rutoken_directory_close(&directory);
        if (directory.size == 0)
            TRY(rutoken_directory_create(card, id));
        TRY(rutoken_directory_announce(card, id));
        TRY(card_rutoken_directory_load(card, id, &directory));
    }
    TRY(rutoken_directory_tidy(card, &directory, NULL, NULL));
    return rutoken_directory_add(card, &directory, record);
}

enum result card_rutoken_directory_remove(struct card *card, uint16_t id, rutoken_match *match,
                                          const void *arg)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory directory = { 0 };

    TRY(card_rutoken_directory_load(card, id, &directory));
    return rutoken_directory_tidy(card, &directory, match, arg);
}
