/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is on the card: keys that PrKDF names, keys that nothing names (the vendor's software keeps no PKCS#15
 * directories), certificates, data. Each call looks the next record up again where the last one ended: one
 * SELECT and, for a file of usual length, one READ.
 */
#include <string.h>

#include "asn1/tlv.h"
#include "pcsc/card_rutoken_parts.h"

#define PATH_SIZE 6
#define FINGERPRINT_SIZE 200
#define READ_MAX 256
#define FILES_MAX 512

/* cursor->position. */
enum rutoken_phase {
    PHASE_BEGIN,
    PHASE_KEYS,
    PHASE_UNNAMED,
    PHASE_CERTIFICATES,
    PHASE_DATA,
    PHASE_END,
};

/* cursor->scratch: where the phase goes on (an offset, or the file before), whether the id asked for was
 * found, and how many files without a name were looked at. */
#define SCRATCH_PLACE 0
#define SCRATCH_FOUND 1
#define SCRATCH_FILES 2

/* One call of list() under way. */
struct rutoken_listing {
    struct card *card;
    const struct card_query *query;
    struct card_cursor *cursor;
    struct card_item *item;
};

uint32_t card_rutoken_reference(struct bytes path)
{
    if (path.size == PATH_SIZE && bytes_number(bytes_slice(path, 0, 2)) == RUTOKEN_MF)
        return (uint32_t)bytes_number(bytes_from(path, 2));
    if (path.size == 2)
        return (uint32_t)RUTOKEN_APPLICATION << 16 | (uint32_t)bytes_number(path);
    return 0;
}

uint64_t card_rutoken_fingerprint(struct bytes value)
{
    struct bytes part = bytes_slice(value, 0, FINGERPRINT_SIZE);
    uint64_t hash = 0xCBF29CE484222325; /* FNV-1a */

    for (size_t i = 0; i < part.size; i++)
        hash = (hash ^ part.data[i]) * 0x100000001B3;
    return hash;
}

static bool rutoken_id_wanted(const struct rutoken_listing *listing, struct bytes id)
{
    return listing->query->id.size == 0 || bytes_equal(listing->query->id, id);
}

static bool rutoken_key_listed(struct card *card, uint8_t reference)
{
    return card_rutoken_state(card)->listed[reference / 8] >> reference % 8 & 1;
}

static void rutoken_text(struct bytes text, char *ret)
{
    struct bytes part = bytes_slice(text, 0, CARD_TEXT_MAX - 1);

    if (part.size > 0)
        memcpy(ret, part.data, part.size);
    ret[part.size] = '\0';
}

static enum result rutoken_list_key(const struct rutoken_listing *listing, struct bytes record)
{
    struct rutoken_state *state = card_rutoken_state(listing->card);
    uint8_t reference;
    struct bytes id;
    bool known;

    if (!card_rutoken_record_key(record, &reference, &id) || reference == 0)
        return RESULT_NOT_FOUND;
    known = rutoken_key_listed(listing->card, reference);
    state->listed[reference / 8] |= (uint8_t)(1 << reference % 8);
    if (known || !rutoken_id_wanted(listing, id))
        return RESULT_NOT_FOUND;
    listing->item->kind = CARD_KEY;
    TRY(card_rutoken_key_from_record(listing->card, record, &listing->item->key));
    listing->cursor->scratch[SCRATCH_FOUND] = 1;
    return RESULT_OK;
}

/* Reads a file of the application into OUT, as much as its own length says; or its beginning. */
static enum result rutoken_value_read(struct card *card, uint32_t reference, bool whole, struct buf *out)
{
    struct rutoken_file file;
    size_t first, before = out->size;
    struct tlv_cursor cursor;
    struct tlv object;

    TRY(card_rutoken_select_reference(card, reference, &file));
    if (file.internal || file.size == 0)
        return RESULT_NOT_FOUND;
    if (file.size > CARD_OBJECT_MAX)
        return RESULT_TOO_LARGE;
    first = file.size < READ_MAX ? file.size : READ_MAX;
    TRY(card_rutoken_read_part(card, 0, first, out));
    if (whole)
        TRY(card_rutoken_read_part(card, first, file.size - first, out));
    cursor = tlv_open(bytes_from(buf_bytes(out), before));
    /* A file may be longer than the certificate in it. */
    if (whole && tlv_next(&cursor, &object) == RESULT_OK && object.tag == 0x30)
        buf_truncate(out, out->size - cursor.rest.size);
    return RESULT_OK;
}

static enum result rutoken_list_certificate(const struct rutoken_listing *listing, struct bytes record)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct card_cert *cert = &listing->item->cert;
    struct pkcs15_certificate found;
    uint8_t memory[READ_MAX];
    struct buf beginning = BUF_OVER(memory);
    struct buf *value = listing->query->value ? listing->query->value : &beginning;
    enum result result;

    if (pkcs15_next_certificate(&cursor, &found) != RESULT_OK || !rutoken_id_wanted(listing, found.id) ||
        found.id.size > CARD_ID_MAX || card_rutoken_reference(found.path.path) == 0)
        return RESULT_NOT_FOUND;
    listing->item->kind = CARD_CERT;
    *cert =
        (struct card_cert){ .id_size = found.id.size, .reference = card_rutoken_reference(found.path.path) };
    if (found.id.size > 0)
        memcpy(cert->id, found.id.data, found.id.size);
    rutoken_text(found.common.label, cert->label);
    result = rutoken_value_read(listing->card, cert->reference, listing->query->value != NULL, value);
    /* Not "no certificate": by now another file may be the current one. */
    if (result != RESULT_OK)
        return result == RESULT_NOT_FOUND ? RESULT_MALFORMED : result;
    cert->fingerprint = card_rutoken_fingerprint(buf_bytes(value));
    return RESULT_OK;
}

static enum result rutoken_list_datum(const struct rutoken_listing *listing, struct bytes record)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct card_datum *datum = &listing->item->datum;
    struct pkcs15_data found;

    if (pkcs15_next_data(&cursor, &found) != RESULT_OK || card_rutoken_reference(found.path.path) == 0)
        return RESULT_NOT_FOUND;
    listing->item->kind = CARD_DATUM;
    *datum = (struct card_datum){ .reference = card_rutoken_reference(found.path.path) };
    datum->needs_pin = found.common.auth_id.size > 0 || (found.common.flags & PKCS15_PRIVATE);
    datum->writable = (found.common.flags & PKCS15_MODIFIABLE) != 0;
    if (datum->needs_pin && !listing->query->logged_in)
        return RESULT_NOT_FOUND;
    rutoken_text(found.common.label, datum->label);
    rutoken_text(found.application, datum->application);
    if (found.oid.size <= sizeof(datum->oid) && found.oid.size > 0) {
        memcpy(datum->oid, found.oid.data, found.oid.size);
        datum->oid_size = found.oid.size;
    }
    return RESULT_OK;
}

static bool rutoken_record_wanted(const struct rutoken_listing *listing, struct bytes record)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct pkcs15_certificate certificate;
    uint8_t reference;
    struct bytes id;

    if (listing->cursor->position != PHASE_CERTIFICATES)
        return card_rutoken_record_key(record, &reference, &id) && rutoken_id_wanted(listing, id);
    return pkcs15_next_certificate(&cursor, &certificate) == RESULT_OK &&
           rutoken_id_wanted(listing, certificate.id);
}

/* It is known without another exchange that nothing more is wanted of the file: its end, or of all that
 * follows another id. */
static bool rutoken_directory_done(const struct rutoken_listing *listing,
                                   const struct rutoken_directory *directory)
{
    struct rutoken_directory ahead = *directory;
    struct bytes rest, record;
    struct tlv_cursor cursor;

    if (listing->query->id.size == 0)
        return card_rutoken_directory_ended(directory);
    while (!card_rutoken_directory_ended(&ahead)) {
        rest = bytes_from(buf_bytes(&ahead.content), ahead.position - ahead.start);
        cursor = tlv_open(rest);
        if (pkcs15_next_record(&cursor, &record) != RESULT_OK || rutoken_record_wanted(listing, record))
            return false;
        ahead.position += record.size;
    }
    return true;
}

typedef enum result rutoken_list_record(const struct rutoken_listing *listing, struct bytes record);

/* The next object of a directory file from where the cursor is. RESULT_NOT_FOUND: the file has no more. */
static enum result rutoken_list_directory(const struct rutoken_listing *listing, uint16_t id,
                                          rutoken_list_record *take)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory directory = { 0 };
    uint32_t *place = &listing->cursor->scratch[SCRATCH_PLACE];
    struct bytes record;

    for (;;) {
        enum result result = card_rutoken_directory_open(listing->card, id, *place, &directory);
        if (result == RESULT_OK)
            result = card_rutoken_directory_next(listing->card, &directory, &record);
        TRY(result);
        /* As long as nothing else is selected the file can be read on. */
        while ((result = take(listing, record)) == RESULT_NOT_FOUND) {
            *place = (uint32_t)directory.position;
            TRY(card_rutoken_directory_next(listing->card, &directory, &record));
        }
        if (card_rutoken_is_fatal(result))
            return result;
        *place = (uint32_t)directory.position;
        if (rutoken_directory_done(listing, &directory)) {
            listing->cursor->position++;
            *place = 0;
        }
        if (result == RESULT_OK)
            return RESULT_OK;
        if (*place == 0)
            return RESULT_EXISTS;
        card_rutoken_directory_close(&directory);
    }
}

/* The key with the id that is asked for, if that can be a reference. */
static enum result rutoken_list_unnamed_one(const struct rutoken_listing *listing)
{
    struct bytes id = listing->query->id;
    struct rutoken_file file;

    if (id.size != 1 || id.data[0] == 0 || listing->cursor->scratch[SCRATCH_PLACE] != 0 ||
        listing->cursor->scratch[SCRATCH_FOUND] != 0 || rutoken_key_listed(listing->card, id.data[0]))
        return RESULT_NOT_FOUND;
    listing->cursor->scratch[SCRATCH_PLACE] = id.data[0];
    TRY(card_rutoken_select_key(listing->card, RUTOKEN_PRIVATE_FOLDER, id.data[0], &file));
    return card_rutoken_key_from_file(listing->card, &file, &listing->item->key);
}

static enum result rutoken_list_unnamed(const struct rutoken_listing *listing)
{
    uint32_t *place = &listing->cursor->scratch[SCRATCH_PLACE];
    struct rutoken_file file;
    enum result result;

    listing->item->kind = CARD_KEY;
    if (listing->query->id.size > 0)
        return rutoken_list_unnamed_one(listing);
    TRY(card_rutoken_select_folder(listing->card, RUTOKEN_PRIVATE_FOLDER));
    /* A card that goes in circles would never come to an end, or would for each of its keys. */
    while (listing->cursor->scratch[SCRATCH_FILES]++ < FILES_MAX) {
        TRY(card_rutoken_next(listing->card, (uint16_t)*place, &file));
        if (file.id == 0)
            return RESULT_NOT_FOUND;
        *place = file.id;
        if (file.id > 0xFF || rutoken_key_listed(listing->card, (uint8_t)file.id))
            continue;
        card_rutoken_state(listing->card)->listed[file.id / 8] |= (uint8_t)(1 << file.id % 8);
        result = card_rutoken_key_from_file(listing->card, &file, &listing->item->key);
        if (result == RESULT_OK || card_rutoken_is_fatal(result))
            return result;
        TRY(card_rutoken_select_folder(listing->card, RUTOKEN_PRIVATE_FOLDER));
    }
    return RESULT_NOT_FOUND;
}

static enum result rutoken_list_phase(const struct rutoken_listing *listing)
{
    unsigned kinds = listing->query->kinds;

    switch ((enum rutoken_phase)listing->cursor->position) {
    case PHASE_BEGIN:
        memset(card_rutoken_state(listing->card)->listed, 0,
               sizeof(card_rutoken_state(listing->card)->listed));
        return RESULT_NOT_FOUND;
    case PHASE_KEYS:
        return kinds & CARD_KEY ? rutoken_list_directory(listing, RUTOKEN_PRKDF, rutoken_list_key)
                                : RESULT_NOT_FOUND;
    case PHASE_UNNAMED:
        return kinds & CARD_KEY ? rutoken_list_unnamed(listing) : RESULT_NOT_FOUND;
    case PHASE_CERTIFICATES:
        return kinds & CARD_CERT ? rutoken_list_directory(listing, RUTOKEN_CDF, rutoken_list_certificate)
                                 : RESULT_NOT_FOUND;
    case PHASE_DATA:
        return (kinds & CARD_DATUM) && listing->query->id.size == 0
                   ? rutoken_list_directory(listing, RUTOKEN_DODF, rutoken_list_datum)
                   : RESULT_NOT_FOUND;
    case PHASE_END:
        break;
    }
    return RESULT_NOT_FOUND;
}

enum result card_rutoken_list(struct card *card, const struct card_query *query, struct card_cursor *cursor,
                              struct card_item *ret)
{
    const struct rutoken_listing listing = { card, query, cursor, ret };

    while (cursor->position < PHASE_END) {
        enum result result;
        if (query->value)
            buf_clear(query->value);
        result = rutoken_list_phase(&listing);
        if (result == RESULT_OK || card_rutoken_is_fatal(result))
            return result;
        /* RESULT_EXISTS: there was a last record, nothing came of it, and the cursor has moved on already. */
        if (result != RESULT_EXISTS) {
            cursor->position++;
            cursor->scratch[SCRATCH_PLACE] = 0;
        }
    }
    if (query->value)
        buf_clear(query->value);
    return RESULT_NOT_FOUND;
}

enum result card_rutoken_read(struct card *card, enum card_kind kind, uint32_t reference, struct buf *out)
{
    struct rutoken_file file;

    if (kind == CARD_CERT)
        return rutoken_value_read(card, reference, true, out);
    if (kind != CARD_DATUM)
        return RESULT_NOT_FOUND;
    TRY(card_rutoken_select_reference(card, reference, &file));
    if (file.internal || file.size == 0)
        return RESULT_NOT_FOUND;
    return file.size > CARD_OBJECT_MAX ? RESULT_TOO_LARGE : card_rutoken_read_part(card, 0, file.size, out);
}
