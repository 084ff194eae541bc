/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writing and erasing certificates and data. The value's file comes first, its record then; a replaced one
 * loses its record after the new one has got its own, and its file last. A file that no record points to is
 * an interruption's and is made anew by whoever comes next.
 */
#include <string.h>

#include "asn1/tlv.h"
#include "asn1/x509.h"
#include "pcsc/card_rutoken_parts.h"

#define FILES 256
#define RECORD_MAX 512
#define OLD_MAX 8

struct bytes card_rutoken_record_path(uint16_t directory, struct bytes record)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct pkcs15_certificate certificate;
    struct pkcs15_data data;
    struct pkcs15_key key;

    if (directory == RUTOKEN_CDF)
        return pkcs15_next_certificate(&cursor, &certificate) == RESULT_OK ? certificate.path.path
                                                                           : BYTES_NONE;
    if (directory == RUTOKEN_DODF)
        return pkcs15_next_data(&cursor, &data) == RESULT_OK ? data.path.path : BYTES_NONE;
    return pkcs15_next_public_key(&cursor, &key) == RESULT_OK ? key.path.path : BYTES_NONE;
}

static enum result rutoken_files_named(struct card *card, uint16_t directory, uint16_t first, bool *ret)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory loaded = { 0 };
    struct tlv_cursor cursor;
    struct bytes record;

    TRY(card_rutoken_directory_load(card, directory, &loaded));
    cursor = tlv_open(buf_bytes(&loaded.content));
    while (pkcs15_next_record(&cursor, &record) == RESULT_OK) {
        uint32_t file = card_rutoken_reference(card_rutoken_record_path(directory, record));
        if (file >> 16 == RUTOKEN_APPLICATION && (file & 0xFF00) == first)
            ret[file & 0xFF] = true;
    }
    return RESULT_OK;
}

enum result card_rutoken_file_erase(struct card *card, uint16_t id)
{
    const uint16_t application[] = { RUTOKEN_APPLICATION };
    enum result result;

    TRY(card_rutoken_select(card, application, 1, NULL));
    result = card_rutoken_delete(card, id);
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

/* On a token without PKCS#15 there is no place for objects. */
static enum result rutoken_application_select(struct card *card)
{
    const uint16_t application[] = { RUTOKEN_APPLICATION };
    enum result result = card_rutoken_select(card, application, 1, NULL);

    return result == RESULT_NOT_FOUND ? RESULT_NOT_ALLOWED : result;
}

/* A place for a new file, from FIRST on, that no record names. */
static enum result rutoken_file_place(struct card *card, uint16_t directory, uint16_t first, uint16_t *ret)
{
    bool named[FILES] = { false };
    size_t place = 0;

    TRY(rutoken_files_named(card, directory, first, named));
    while (place < FILES && named[place])
        place++;
    if (place == FILES)
        return RESULT_CARD_FULL;
    *ret = (uint16_t)(first + place);
    return RESULT_OK;
}

static enum result rutoken_file_create(struct card *card, uint16_t directory, uint16_t id, size_t size)
{
    const struct rutoken_new_file file = { .id = id,
                                           .type = RUTOKEN_EF,
                                           .size = size,
                                           .mask = 0x43,
                                           .rights = { (id & 0xFF00) == RUTOKEN_PRIVATE_DATA_FILES ? 2 : 0, 2,
                                                       0, 2 } };
    uint16_t again;
    enum result result;

    TRY(rutoken_application_select(card));
    result = card_rutoken_create(card, &file);
    if (result != RESULT_EXISTS)
        return result;
    /* Before anything goes the directory is asked once more: what it said the first time may not have been so. */
    TRY(rutoken_file_place(card, directory, id & 0xFF00, &again));
    if (again != id)
        return RESULT_CARD_FAILURE;
    TRY(rutoken_application_select(card));
    TRY(card_rutoken_delete(card, id));
    return card_rutoken_after_change(card_rutoken_create(card, &file));
}

enum result card_rutoken_file_store(struct card *card, uint16_t directory, uint16_t first, struct bytes value,
                                    uint16_t *ret)
{
    enum result result;

    if (value.size > CARD_OBJECT_MAX)
        return RESULT_TOO_LARGE;
    TRY(rutoken_file_place(card, directory, first, ret));
    TRY(rutoken_file_create(card, directory, *ret, value.size > 0 ? value.size : 1));
    TRY(card_rutoken_after_change(card_rutoken_select_file(card, *ret, NULL)));
    result = card_rutoken_write(card, 0, value, first == RUTOKEN_PRIVATE_DATA_FILES);
    if (result != RESULT_OK && result < RESULT_CARD_RESET)
        (void)!card_rutoken_file_erase(card, *ret);
    return card_rutoken_after_change(result);
}

static void rutoken_file_path(uint32_t reference, uint8_t *path)
{
    path[0] = RUTOKEN_MF >> 8;
    path[1] = RUTOKEN_MF & 0xFF;
    for (size_t i = 0; i < 4; i++)
        path[2 + i] = (uint8_t)(reference >> (24 - 8 * i));
}

/* What there is already, by the file's reference. */
struct rutoken_old {
    uint32_t files[OLD_MAX];
    size_t count;
};

static void rutoken_old_add(struct rutoken_old *old, uint32_t reference)
{
    if (reference != 0 && old->count < OLD_MAX)
        old->files[old->count++] = reference;
}

static bool rutoken_is_datum(struct bytes record, const struct card_datum *wanted)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct pkcs15_data found;

    if (pkcs15_next_data(&cursor, &found) != RESULT_OK)
        return false;
    if (wanted->reference != 0)
        return card_rutoken_reference(found.path.path) == wanted->reference;
    return bytes_equal(found.common.label, bytes_text(wanted->label)) &&
           bytes_equal(found.application, bytes_text(wanted->application)) &&
           bytes_equal(found.oid, bytes_make(wanted->oid, wanted->oid_size));
}

static bool rutoken_is_certificate(struct bytes record, const struct card_cert *wanted)
{
    struct tlv_cursor cursor = tlv_open(record);
    struct pkcs15_certificate found;

    return pkcs15_next_certificate(&cursor, &found) == RESULT_OK &&
           bytes_equal(found.id, bytes_make(wanted->id, wanted->id_size));
}

static enum result rutoken_old_find(struct card *card, uint16_t directory, const struct card_item *item,
                                    struct rutoken_old *ret)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory loaded = { 0 };
    struct tlv_cursor cursor;
    struct bytes record;

    *ret = (struct rutoken_old){ .count = 0 };
    TRY(card_rutoken_directory_load(card, directory, &loaded));
    cursor = tlv_open(buf_bytes(&loaded.content));
    while (pkcs15_next_record(&cursor, &record) == RESULT_OK) {
        if (item->kind == CARD_CERT ? rutoken_is_certificate(record, &item->cert)
                                    : rutoken_is_datum(record, &item->datum))
            rutoken_old_add(ret, card_rutoken_reference(card_rutoken_record_path(directory, record)));
    }
    return RESULT_OK;
}

/* One record's file. */
struct rutoken_file_of {
    uint16_t directory;
    uint32_t reference;
};

static bool rutoken_has_file(struct bytes record, const void *arg)
{
    const struct rutoken_file_of *wanted = arg;

    return card_rutoken_reference(card_rutoken_record_path(wanted->directory, record)) == wanted->reference;
}

static enum result rutoken_object_erase(struct card *card, uint16_t directory, uint32_t reference)
{
    const struct rutoken_file_of wanted = { directory, reference };

    TRY(card_rutoken_directory_remove(card, directory, rutoken_has_file, &wanted));
    return reference >> 16 == RUTOKEN_APPLICATION ? card_rutoken_file_erase(card, (uint16_t)reference)
                                                  : RESULT_OK;
}

static enum result rutoken_certificate_record(const struct card_cert *cert, struct buf *out)
{
    uint8_t path[6];
    struct pkcs15_certificate record = { .common = { .label = bytes_text(cert->label),
                                                     .flags = PKCS15_MODIFIABLE },
                                         .id = bytes_make(cert->id, cert->id_size),
                                         .path = { .path = BYTES_OF(path) } };

    rutoken_file_path(cert->reference, path);
    return pkcs15_add_certificate(&record, out);
}

static enum result rutoken_datum_record(const struct card_datum *datum, struct buf *out)
{
    const uint8_t auth_id[] = { RUTOKEN_USER_PIN };
    uint8_t path[6];
    struct pkcs15_data record = { .common = { .label = bytes_text(datum->label), .flags = PKCS15_MODIFIABLE },
                                  .application = bytes_text(datum->application),
                                  .oid = bytes_make(datum->oid, datum->oid_size),
                                  .path = { .path = BYTES_OF(path) } };

    if (datum->needs_pin) {
        record.common.flags |= PKCS15_PRIVATE;
        record.common.auth_id = BYTES_OF(auth_id);
    }
    rutoken_file_path(datum->reference, path);
    return pkcs15_add_data(&record, out);
}

/* Without an id a certificate would belong to nothing, and its record cannot be written. */
static enum result rutoken_item_check(struct card_item *item, struct bytes *value)
{
    struct x509 parsed;

    if (item->kind == CARD_DATUM)
        return RESULT_OK;
    if (item->cert.id_size == 0 || item->cert.id_size > CARD_ID_MAX)
        return RESULT_BAD_ARGUMENT;
    TRY(x509_read(*value, &parsed));
    *value = parsed.der;
    return RESULT_OK;
}

static enum result rutoken_item_write(struct card *card, uint16_t directory, struct card_item *item,
                                      struct bytes value)
{
    bool certificate = item->kind == CARD_CERT;
    uint16_t first = certificate             ? RUTOKEN_CERTIFICATE_FILES
                     : item->datum.needs_pin ? RUTOKEN_PRIVATE_DATA_FILES
                                             : RUTOKEN_DATA_FILES;
    uint8_t memory[RECORD_MAX];
    struct buf record = BUF_OVER(memory);
    uint32_t *reference = certificate ? &item->cert.reference : &item->datum.reference;
    enum result result;
    uint16_t file;

    TRY(card_rutoken_file_store(card, directory, first, value, &file));
    *reference = (uint32_t)RUTOKEN_APPLICATION << 16 | file;
    result = certificate ? rutoken_certificate_record(&item->cert, &record)
                         : rutoken_datum_record(&item->datum, &record);
    if (result == RESULT_OK)
        result = card_rutoken_after_change(card_rutoken_directory_append(card, directory, buf_bytes(&record)));
    /* After any other failure the record may be there, and must not be without its file. */
    if (result == RESULT_CARD_FULL)
        (void)!card_rutoken_file_erase(card, file);
    return result;
}

/* It can be read, or not be read for a reason that says nothing of what it is. */
static enum result rutoken_file_is_whole(struct card *card, enum card_kind kind, uint32_t reference,
                                         struct buf *value, bool *ret)
{
    struct x509 parsed;
    enum result result;

    buf_clear(value);
    result = card_rutoken_read(card, kind, reference, value);
    if (card_rutoken_is_fatal(result))
        return result;
    if (result == RESULT_OK && kind == CARD_CERT)
        result = x509_read(buf_bytes(value), &parsed);
    *ret = result != RESULT_NOT_FOUND && result != RESULT_MALFORMED;
    return RESULT_OK;
}

/*
 * Of what is there already something may be of use: else it is what an interruption has left, which nobody is
 * shown. What seems to be of none is looked at twice, because it goes then and the card may have been wrong
 * once.
 */
static enum result rutoken_old_is_whole(struct card *card, enum card_kind kind, const struct rutoken_old *old,
                                        bool *ret)
{
    SCOPED(card_rutoken_heap_free) struct buf value = { 0 };

    *ret = false;
    TRY(card_rutoken_heap_new(CARD_OBJECT_MAX, &value));
    for (size_t i = 0; i < 2 * old->count && !*ret; i++)
        TRY(rutoken_file_is_whole(card, kind, old->files[i / 2], &value, ret));
    return RESULT_OK;
}

enum result card_rutoken_store(struct card *card, struct card_item *item, struct bytes value, bool replace)
{
    uint16_t directory = item->kind == CARD_CERT ? RUTOKEN_CDF : RUTOKEN_DODF;
    struct rutoken_old old;
    bool whole = false;

    if (item->kind == CARD_KEY)
        return RESULT_UNSUPPORTED;
    TRY(rutoken_item_check(item, &value));
    TRY(rutoken_old_find(card, directory, item, &old));
    if (old.count > 0 && !replace)
        TRY(rutoken_old_is_whole(card, item->kind, &old, &whole));
    if (whole)
        return RESULT_EXISTS;
    TRY(rutoken_item_write(card, directory, item, value));
    if (item->kind == CARD_CERT)
        item->cert.fingerprint = card_rutoken_fingerprint(value);
    else
        item->datum.writable = true;
    for (size_t i = 0; i < old.count; i++)
        TRY(card_rutoken_after_change(rutoken_object_erase(card, directory, old.files[i])));
    return RESULT_OK;
}

enum result card_rutoken_object_erase(struct card *card, enum card_kind kind, uint32_t reference)
{
    struct rutoken_file file;

    TRY(card_rutoken_select_reference(card, reference, &file));
    return rutoken_object_erase(card, kind == CARD_CERT ? RUTOKEN_CDF : RUTOKEN_DODF, reference);
}
