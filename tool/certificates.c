/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/certificates.h"

#include <stdlib.h>

#include "asn1/cms.h"
#include "asn1/pem.h"
#include "tool/text.h"

/** A reading: MEMORY takes what is not in the input as it is needed. */
struct reading {
    struct certificates *into;
    struct buf memory;
};

static enum result add(struct reading *reading, struct bytes der)
{
    struct certificates *into = reading->into;

    if (into->count == CERTIFICATES_MAX)
        return RESULT_TOO_LARGE;
    TRY(x509_read(der, &into->rows[into->count]));
    into->count++;
    return RESULT_OK;
}

/** A row of DER certificates and nothing else. */
static enum result add_row(struct reading *reading, struct bytes der)
{
    while (der.size > 0) {
        TRY(add(reading, der));
        der = bytes_from(der, reading->into->rows[reading->into->count - 1].der.size);
    }
    return RESULT_OK;
}

static enum result add_message(struct reading *reading, struct bytes der)
{
    struct buf flat = buf_make(reading->memory.data + reading->memory.size, buf_room(&reading->memory));
    struct tlv_cursor cursor;
    struct bytes certificate;
    enum result result;
    struct cms cms;

    TRY(cms_read(der, &flat, &cms));
    buf_reserve(&reading->memory, flat.size);
    cursor = tlv_open(cms.certificates);
    while ((result = cms_next_certificate(&cursor, &certificate)) == RESULT_OK)
        TRY(add(reading, certificate));
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

static enum result add_der(struct reading *reading, struct bytes der)
{
    struct x509 first;

    if (x509_read(der, &first) == RESULT_OK)
        return add_row(reading, der);
    return add_message(reading, der);
}

/** Decodes TEXT into the reading's memory; *RET is what came of it. */
static enum result decode(struct reading *reading, struct bytes text, struct bytes *ret)
{
    size_t before = reading->memory.size;

    TRY(pem_read_base64(text, &reading->memory));
    *ret = bytes_from(buf_bytes(&reading->memory), before);
    return RESULT_OK;
}

static bool is_label(struct bytes label, const char *text)
{
    return bytes_equal(label, bytes_text(text));
}

static enum result add_block(struct reading *reading, const struct pem_block *block)
{
    bool certificate = is_label(block->label, "CERTIFICATE") || is_label(block->label, "X509 CERTIFICATE");
    struct bytes der;

    if (!certificate && !is_label(block->label, "PKCS7") && !is_label(block->label, "CMS"))
        return RESULT_OK;
    TRY(decode(reading, block->base64, &der));
    return certificate ? add_row(reading, der) : add_message(reading, der);
}

static enum result add_any(struct reading *reading, struct bytes contents)
{
    struct pem_block block;
    struct bytes rest = contents, der;
    enum result result;

    result = pem_next(&rest, &block);
    if (result == RESULT_NOT_FOUND) {
        result = add_der(reading, contents);
        if (result == RESULT_OK || decode(reading, contents, &der) != RESULT_OK)
            return result;
        return add_der(reading, der);
    }
    for (; result == RESULT_OK; result = pem_next(&rest, &block))
        TRY(add_block(reading, &block));
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

enum exit_code certificates_take(const struct ui *ui, const char *name, struct bytes contents, struct certificates *ret)
{
    struct reading reading = { .into = ret };
    size_t room = 2 * contents.size + 16;
    enum result result = RESULT_NOT_FOUND;

    *ret = (struct certificates){ .memory = malloc(room + contents.size),
                                  .rows = calloc(CERTIFICATES_MAX, sizeof(*ret->rows)) };
    if (!ret->memory || !ret->rows) {
        certificates_free(ret);
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    }
    /* the certificates are views: of a copy, that lives as long as they do */
    reading.memory = buf_make(ret->memory, room + contents.size);
    buf_add(&reading.memory, contents);
    if (contents.size > 0)
        result = add_any(&reading, buf_bytes(&reading.memory));
    if (result == RESULT_OK && ret->count > 0)
        return EXIT_CODE_OK;
    certificates_free(ret);
    if (contents.size == 0)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Ask the certification authority for the file again."),
                       _("\"%s\" is empty"), name);
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Wanted is a .cer, .crt, .pem or .p7b file, whole."),
                   result == RESULT_OK ? _("there is no certificate in \"%s\"")
                                       : _("\"%s\" is no certificate, or it is cut off or damaged"),
                   name);
}

enum exit_code certificates_read(const struct ui *ui, const char *path, struct certificates *ret)
{
    SCOPED(file_free) struct file file = { 0 };

    *ret = (struct certificates){ 0 };
    TRY_CODE(file_read(ui, path, &file));
    return certificates_take(ui, path, file_bytes(&file), ret);
}

void certificates_free(struct certificates *certificates)
{
    free(certificates->memory);
    free(certificates->rows);
    *certificates = (struct certificates){ 0 };
}
