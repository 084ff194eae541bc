/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/extension.h"

#include "asn1/oid.h"
#include "asn1/strict.h"
#include "asn1/text.h"

#define X509_EXTENSION(last) BYTES_LIT(0x06, 0x03, 0x55, 0x1D, last)
#define RUSSIAN_EXTENSION(last) BYTES_LIT(0x06, 0x05, 0x2A, 0x85, 0x03, 0x64, last)
#define DER_TRUE 0xFF
#define USAGE_BITS 7
#define IDENTIFICATION_MAX 127

/* An extension being written: where it and its extnValue began. */
struct extension_marks {
    size_t extension, value;
};

static struct extension_marks extension_begin(struct bytes oid, bool critical, struct buf *out)
{
    struct extension_marks marks;

    marks.extension = tlv_begin(out, DER_SEQUENCE);
    buf_add(out, oid);
    if (critical)
        tlv_add_byte(out, DER_BOOLEAN, DER_TRUE);
    marks.value = tlv_begin(out, DER_OCTET_STRING);
    return marks;
}

static enum result extension_end(struct extension_marks marks, struct buf *out)
{
    tlv_end(out, marks.value);
    tlv_end(out, marks.extension);
    return buf_check(out);
}

enum result extension_add(struct bytes oid, bool critical, struct bytes value, struct buf *out)
{
    struct extension_marks marks;
    struct bytes arcs;

    if (strict_whole(oid, DER_OID, &arcs) != RESULT_OK || arcs.size == 0)
        return RESULT_BAD_ARGUMENT;
    marks = extension_begin(oid, critical, out);
    buf_add(out, value);
    return extension_end(marks, out);
}

/* A list of named bits ends at the last one that is set (X.690 11.2.2). */
enum result extension_add_key_usage(unsigned usage, struct buf *out)
{
    struct extension_marks marks;
    uint8_t bits = 0, unused = 8;

    if (usage == 0 || usage >> USAGE_BITS != 0)
        return RESULT_BAD_ARGUMENT;
    for (unsigned bit = 0; bit < USAGE_BITS; bit++) {
        if (usage & 1U << bit) {
            bits |= (uint8_t)(0x80 >> bit);
            unused = (uint8_t)(7 - bit);
        }
    }
    marks = extension_begin(X509_EXTENSION(0x0F), true, out);
    tlv_add(out, DER_BIT_STRING, BYTES_LIT(unused, bits));
    return extension_end(marks, out);
}

static enum result extension_add_oid(const char *dotted, struct buf *out)
{
    enum result result = oid_from_text(bytes_text(dotted), out);

    return result == RESULT_MALFORMED ? RESULT_BAD_ARGUMENT : result;
}

enum result extension_add_extended_usage(const char *const *oids, size_t count, struct buf *out)
{
    struct extension_marks marks = extension_begin(X509_EXTENSION(0x25), false, out);
    size_t list = tlv_begin(out, DER_SEQUENCE);

    if (count == 0)
        return RESULT_BAD_ARGUMENT;
    for (size_t i = 0; i < count; i++)
        TRY(extension_add_oid(oids[i], out));
    tlv_end(out, list);
    return extension_end(marks, out);
}

enum result extension_add_policies(const char *const *oids, size_t count, struct buf *out)
{
    struct extension_marks marks = extension_begin(X509_EXTENSION(0x20), false, out);
    size_t list = tlv_begin(out, DER_SEQUENCE);

    if (count == 0)
        return RESULT_BAD_ARGUMENT;
    for (size_t i = 0; i < count; i++) {
        size_t policy = tlv_begin(out, DER_SEQUENCE);

        TRY(extension_add_oid(oids[i], out));
        tlv_end(out, policy);
    }
    tlv_end(out, list);
    return extension_end(marks, out);
}

static bool extension_name_suits(const struct extension_name *name)
{
    struct bytes sequence;

    if (name->form == EXTENSION_IP)
        return name->value.size == 4 || name->value.size == 16;
    if (name->form == EXTENSION_DIRECTORY)
        return strict_whole(name->value, DER_SEQUENCE, &sequence) == RESULT_OK;
    for (size_t i = 0; i < name->value.size; i++)
        if (name->value.data[i] >= 0x80)
            return false;
    return name->value.size > 0;
}

enum result extension_add_names(const struct extension_name *names, size_t count, struct buf *out)
{
    struct extension_marks marks = extension_begin(X509_EXTENSION(0x11), false, out);
    size_t list = tlv_begin(out, DER_SEQUENCE);

    if (count == 0)
        return RESULT_BAD_ARGUMENT;
    for (size_t i = 0; i < count; i++) {
        if (!extension_name_suits(&names[i]))
            return RESULT_BAD_ARGUMENT;
        tlv_add(out, (uint32_t)names[i].form, names[i].value);
    }
    tlv_end(out, list);
    return extension_end(marks, out);
}

enum result extension_add_sign_tool(const char *tool, struct buf *out)
{
    struct extension_marks marks = extension_begin(RUSSIAN_EXTENSION(0x6F), false, out);
    struct text_reader reader;
    size_t characters = 0;
    uint32_t code;

    if (text_open(DER_UTF8_STRING, bytes_text(tool), &reader) != RESULT_OK)
        return RESULT_BAD_ARGUMENT;
    while (text_next(&reader, &code) == RESULT_OK)
        characters++;
    if (characters == 0 || characters > EXTENSION_SIGN_TOOL_MAX)
        return RESULT_BAD_ARGUMENT;
    tlv_add(out, DER_UTF8_STRING, bytes_text(tool));
    return extension_end(marks, out);
}

enum result extension_add_identification(unsigned kind, struct buf *out)
{
    struct extension_marks marks;

    if (kind > IDENTIFICATION_MAX)
        return RESULT_BAD_ARGUMENT;
    marks = extension_begin(RUSSIAN_EXTENSION(0x72), false, out);
    tlv_add_byte(out, DER_INTEGER, (uint8_t)kind);
    return extension_end(marks, out);
}

enum result extension_find(struct bytes extensions, struct bytes oid, struct bytes *ret)
{
    struct tlv_cursor cursor = tlv_open(extensions), fields;
    struct bytes extension, value;

    while (!tlv_at_end(&cursor)) {
        TRY(strict_expect(&cursor, DER_SEQUENCE, &extension));
        fields = tlv_open(extension);
        TRY(strict_expect(&fields, DER_OID, &value));
        if (!bytes_equal(bytes_slice(extension, 0, extension.size - fields.rest.size), oid))
            continue;
        return tlv_find(fields.rest, DER_OCTET_STRING, ret);
    }
    return RESULT_NOT_FOUND;
}
