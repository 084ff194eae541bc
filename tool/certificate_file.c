/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/certificate_file.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/cms.h"
#include "asn1/pem.h"
#include "asn1/x509.h"
#include "tool/file.h"
#include "tool/text.h"

#define SEQUENCE 0x30

/** A file being searched for one kind of object. */
struct reading {
    const struct ui *ui;
    const char *path;
    struct der_list *list;
    bool crls;
    size_t found;
};

void der_list_free(struct der_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free((void *)(uintptr_t)list->rows[i].data);
    free(list->rows);
    *list = (struct der_list){ 0 };
}

enum exit_code der_list_add(const struct ui *ui, struct der_list *list, struct bytes object)
{
    struct bytes *grown;
    uint8_t *copy;

    for (size_t i = 0; i < list->count; i++)
        if (bytes_equal(list->rows[i], object))
            return EXIT_CODE_OK;
    grown = realloc(list->rows, (list->count + 1) * sizeof(*grown));
    copy = malloc(object.size + 1);
    if (grown)
        list->rows = grown;
    if (!grown || !copy) {
        free(copy);
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    }
    memcpy(copy, object.data, object.size);
    list->rows[list->count++] = bytes_make(copy, object.size);
    return EXIT_CODE_OK;
}

static enum exit_code tell_broken(const struct reading *reading)
{
    if (reading->crls)
        return ui_fail(reading->ui, EXIT_CODE_BAD_INPUT, NULL, _("\"%s\" holds no revocation list that can be read"),
                       reading->path);
    return ui_fail(reading->ui, EXIT_CODE_BAD_INPUT, NULL, _("\"%s\" holds no certificate that can be read"),
                   reading->path);
}

/** The next whole object of ROW, with its header. */
static bool row_next(struct bytes *row, struct bytes *ret)
{
    struct tlv_cursor cursor = tlv_open(*row);
    struct tlv object;

    if (tlv_next(&cursor, &object) != RESULT_OK || object.tag != SEQUENCE)
        return false;
    *ret = bytes_slice(*row, 0, row->size - cursor.rest.size);
    *row = cursor.rest;
    return true;
}

/** A CertificateList: a SEQUENCE whose signed part begins as X.509 has it (RFC 5280 5.1), which no certificate does. */
static bool is_crl(struct bytes der)
{
    const uint32_t path[] = { SEQUENCE, SEQUENCE };
    struct tlv_cursor cursor;
    struct bytes signed_part;
    struct tlv field;

    if (tlv_find_path(der, path, 2, &signed_part) != RESULT_OK)
        return false;
    cursor = tlv_open(signed_part);
    if (tlv_next(&cursor, &field) != RESULT_OK)
        return false;
    if (field.tag == 0x02 && tlv_next(&cursor, &field) != RESULT_OK) /* the version */
        return false;
    for (unsigned i = 0; i < 2; i++) /* algorithm, issuer */
        if (field.tag != SEQUENCE || tlv_next(&cursor, &field) != RESULT_OK)
            return false;
    return field.tag == 0x17 || field.tag == 0x18;
}

static enum exit_code take(struct reading *reading, struct bytes object)
{
    reading->found++;
    return der_list_add(reading->ui, reading->list, object);
}

static enum exit_code take_bundle(struct reading *reading, struct bytes der)
{
    uint8_t *memory = malloc(der.size + 1);
    struct buf flat = buf_make(memory, memory ? der.size : 0);
    enum exit_code code = EXIT_CODE_OK;
    struct tlv_cursor cursor;
    struct bytes object;
    struct cms cms;

    if (!memory || cms_read(der, &flat, &cms) != RESULT_OK) {
        free(memory);
        return tell_broken(reading);
    }
    cursor = tlv_open(cms.certificates);
    while (!reading->crls && code == EXIT_CODE_OK && cms_next_certificate(&cursor, &object) == RESULT_OK)
        code = take(reading, object);
    while (reading->crls && code == EXIT_CODE_OK && row_next(&cms.crls, &object))
        code = take(reading, object);
    free(memory);
    return code;
}

/** A row of DER objects of the kind that is looked for, or one bundle. */
static enum exit_code take_der(struct reading *reading, struct bytes der)
{
    struct bytes object;
    struct x509 x509;

    while (der.size > 0) {
        struct bytes before = der;

        if (!row_next(&der, &object) || (reading->crls ? !is_crl(object) : x509_read(object, &x509) != RESULT_OK))
            return take_bundle(reading, before);
        TRY_CODE(take(reading, object));
    }
    return EXIT_CODE_OK;
}

static enum exit_code take_base64(struct reading *reading, struct bytes text)
{
    uint8_t *memory = malloc(text.size + 4);
    struct buf der = buf_make(memory, memory ? text.size + 4 : 0);
    enum exit_code code;

    if (memory && pem_read_base64(text, &der) == RESULT_OK && der.size > 0)
        code = take_der(reading, buf_bytes(&der));
    else
        code = tell_broken(reading);
    free(memory);
    return code;
}

/** Keys and whatever else a PEM file may hold beside are left alone. */
static bool is_wanted(const struct reading *reading, struct bytes label)
{
    static const char *const certificates[] = { "CERTIFICATE", "X509 CERTIFICATE", "PKCS7", "CMS" },
                             *const crls[] = { "X509 CRL", "CRL", "PKCS7", "CMS" };

    for (size_t i = 0; i < 4; i++)
        if (bytes_equal(label, bytes_text(reading->crls ? crls[i] : certificates[i])))
            return true;
    return false;
}

static enum exit_code take_pem(struct reading *reading, struct bytes text)
{
    struct pem_block block;
    enum result result;

    while ((result = pem_next(&text, &block)) == RESULT_OK)
        if (is_wanted(reading, block.label))
            TRY_CODE(take_base64(reading, block.base64));
    return result == RESULT_NOT_FOUND ? EXIT_CODE_OK : tell_broken(reading);
}

static bool has_pem(struct bytes text)
{
    static const char begin[] = "-----BEGIN ";

    return memmem(text.data, text.size, begin, strlen(begin)) != NULL;
}

static enum exit_code take_file(struct reading *reading)
{
    SCOPED(file_free) struct file file = { 0 };
    struct bytes contents;

    TRY_CODE(file_read(reading->ui, reading->path, &file));
    contents = file_bytes(&file);
    if (bytes_start_with(contents, bytes_text("\xEF\xBB\xBF")))
        contents = bytes_from(contents, 3);
    if (contents.size > 0 && contents.data[0] == SEQUENCE)
        TRY_CODE(take_der(reading, contents));
    else if (has_pem(contents))
        TRY_CODE(take_pem(reading, contents));
    else
        TRY_CODE(take_base64(reading, contents));
    return reading->found ? EXIT_CODE_OK : tell_broken(reading);
}

enum exit_code certificate_file_read(const struct ui *ui, const char *path, struct der_list *list)
{
    struct reading reading = { .ui = ui, .path = path, .list = list };

    return take_file(&reading);
}

enum exit_code certificate_files_read(const struct ui *ui, const struct options_list *paths, struct der_list *list)
{
    for (size_t i = 0; i < paths->count; i++)
        TRY_CODE(certificate_file_read(ui, paths->values[i], list));
    return EXIT_CODE_OK;
}

enum exit_code crl_file_read(const struct ui *ui, const char *path, struct der_list *list)
{
    struct reading reading = { .ui = ui, .path = path, .list = list, .crls = true };

    return take_file(&reading);
}
