/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/der.h"

#include <libtasn1.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Made from ecp.asn by asn1Parser. */
extern const asn1_static_node ecp_asn1_tab[];

#define MODULE_NAME "ECP."

struct der {
    asn1_node types, value;
    struct bytes input;
};

static enum result der_result(int code)
{
    switch (code) {
    case ASN1_SUCCESS:
        return RESULT_OK;
    case ASN1_MEM_ALLOC_ERROR:
        return RESULT_NO_MEMORY;
    case ASN1_MEM_ERROR:
        return RESULT_TOO_LARGE;
    case ASN1_ELEMENT_NOT_FOUND:
    case ASN1_VALUE_NOT_FOUND:
        return RESULT_NOT_FOUND;
    case ASN1_VALUE_NOT_VALID:
        return RESULT_BAD_ARGUMENT;
    case ASN1_DER_ERROR:
    case ASN1_TAG_ERROR:
    case ASN1_TIME_ENCODING_ERROR:
        return RESULT_MALFORMED;
    default:
        return RESULT_INTERNAL;
    }
}

static enum result der_make(struct der *der, const char *type)
{
    char name[DER_PATH_MAX + sizeof(MODULE_NAME)] = MODULE_NAME;

    if (strlen(type) > DER_PATH_MAX)
        return RESULT_INTERNAL;
    strcat(name, type);
    /* The grammar is ours: what fails for want of memory libtasn1 gives other names to. */
    if (asn1_array2tree(ecp_asn1_tab, &der->types, NULL) != ASN1_SUCCESS)
        return RESULT_NO_MEMORY;
    if (!asn1_find_node(der->types, name))
        return RESULT_INTERNAL;
    return asn1_create_element(der->types, name, &der->value) == ASN1_SUCCESS ? RESULT_OK : RESULT_NO_MEMORY;
}

enum result der_new(const char *type, struct der **ret)
{
    struct der *der = calloc(1, sizeof(*der));
    enum result result;

    *ret = NULL;
    if (!der)
        return RESULT_NO_MEMORY;
    result = der_make(der, type);
    if (result != RESULT_OK)
        der_free(&der);
    *ret = der;
    return result;
}

enum result der_decode(const char *type, struct bytes input, struct der **ret)
{
    SCOPED(der_free) struct der *der = NULL;
    int size = (int)input.size, code;

    *ret = NULL;
    if (input.size == 0 || input.size > INT_MAX)
        return RESULT_MALFORMED;
    TRY(der_new(type, &der));
    der->input = input;
    /* Without ASN1_DECODE_FLAG_ALLOW_PADDING bytes that follow the value are an error. */
    code = asn1_der_decoding2(&der->value, input.data, &size, 0, NULL);
    if (code != ASN1_SUCCESS)
        return code == ASN1_MEM_ALLOC_ERROR ? RESULT_NO_MEMORY : RESULT_MALFORMED;
    *ret = der;
    der = NULL;
    return RESULT_OK;
}

void der_free(struct der **der)
{
    if (!*der)
        return;
    asn1_delete_structure(&(*der)->value);
    asn1_delete_structure(&(*der)->types);
    free(*der);
    *der = NULL;
}

enum result der_view(const struct der *der, const char *path, struct bytes *ret)
{
    int start = 0, end = 0;

    if (!der->input.data || asn1_der_decoding_startEnd(der->value, der->input.data, (int)der->input.size,
                                                       path, &start, &end) != ASN1_SUCCESS)
        return RESULT_NOT_FOUND;
    /* An object has at least a tag and a length; END is its last byte. A field left to its default has no
     * place. */
    if (start < 0 || end <= start || (size_t)end >= der->input.size)
        return RESULT_NOT_FOUND;
    *ret = bytes_slice(der->input, (size_t)start, (size_t)(end - start) + 1);
    return RESULT_OK;
}

/* What libtasn1 counts beyond the contents: a terminating NUL in texts, bits instead of bytes in a BIT
 * STRING. */
static enum result der_contents_size(unsigned type, int length, size_t *ret)
{
    size_t size = length < 0 ? 0 : (size_t)length;

    if (type == ASN1_ETYPE_BIT_STRING) {
        if (size % 8 != 0)
            return RESULT_MALFORMED;
        size /= 8;
    } else if (type == ASN1_ETYPE_OBJECT_ID || type == ASN1_ETYPE_UTC_TIME ||
               type == ASN1_ETYPE_GENERALIZED_TIME || type == ASN1_ETYPE_BOOLEAN ||
               type == ASN1_ETYPE_CHOICE) {
        size = size > 0 ? size - 1 : 0;
    }
    *ret = size;
    return RESULT_OK;
}

enum result der_read(const struct der *der, const char *path, struct buf *out)
{
    size_t start = out->size, room = buf_room(out), size = 0;
    int length = room > INT_MAX ? INT_MAX : (int)room;
    unsigned type = ASN1_ETYPE_INVALID;
    uint8_t nothing;

    TRY(buf_check(out));
    TRY(der_result(
        asn1_read_value_type(der->value, path, out->data ? out->data + start : &nothing, &length, &type)));
    TRY(der_contents_size(type, length, &size));
    return buf_reserve(out, size) ? RESULT_OK : RESULT_TOO_LARGE;
}

enum result der_count(const struct der *der, const char *path, size_t *ret)
{
    int count = 0;

    TRY(der_result(asn1_number_of_elements(der->value, path, &count)));
    *ret = count < 0 ? 0 : (size_t)count;
    return RESULT_OK;
}

enum result der_write(struct der *der, const char *path, struct bytes value)
{
    unsigned type = ASN1_ETYPE_INVALID;
    int length = 0, code;
    uint8_t nothing = 0;

    /* libtasn1 reads a length of 0 as "value is text" */
    if (value.size == 0 || value.size > INT_MAX / 8)
        return RESULT_BAD_ARGUMENT;
    code = asn1_read_value_type(der->value, path, &nothing, &length, &type);
    if (code == ASN1_ELEMENT_NOT_FOUND)
        return RESULT_NOT_FOUND;
    length = (int)value.size * (type == ASN1_ETYPE_BIT_STRING ? 8 : 1);
    return der_result(asn1_write_value(der->value, path, value.data, length));
}

enum result der_write_text(struct der *der, const char *path, const char *text)
{
    return der_result(asn1_write_value(der->value, path, text, 1));
}

enum result der_leave_out(struct der *der, const char *path)
{
    return der_result(asn1_write_value(der->value, path, NULL, 0));
}

enum result der_encode(const struct der *der, struct buf *out)
{
    size_t room = buf_room(out);
    int length = room > INT_MAX ? INT_MAX : (int)room, code;

    TRY(buf_check(out));
    code = asn1_der_coding(der->value, "", out->data ? out->data + out->size : NULL, &length, NULL);
    if (code == ASN1_MEM_ERROR)
        (void)buf_reserve(out, room + 1); /* the failure sticks to OUT as everywhere */
    if (code != ASN1_SUCCESS)
        return code == ASN1_VALUE_NOT_FOUND ? RESULT_MALFORMED : der_result(code);
    return buf_reserve(out, (size_t)length) ? RESULT_OK : RESULT_TOO_LARGE;
}
