/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/name.h"

#include <string.h>

#include "asn1/oid.h"
#include "asn1/strict.h"
#include "asn1/text.h"

/* One AttributeTypeAndValue: OID and VALUE with their headers, VALUE also taken apart. */
struct name_attribute {
    struct bytes oid, value;
    struct tlv object;
};

/* Views of the pieces of a name or of a text, in order. */
struct name_pieces {
    struct bytes pieces[NAME_PARTS_MAX];
    size_t count;
};

static enum result name_split(struct bytes name, struct name_pieces *ret)
{
    struct tlv_cursor cursor;
    struct bytes sequence;

    TRY(strict_whole(name, DER_SEQUENCE, &sequence));
    cursor = tlv_open(sequence);
    for (ret->count = 0; !tlv_at_end(&cursor); ret->count++) {
        if (ret->count == NAME_PARTS_MAX)
            return RESULT_TOO_LARGE;
        TRY(strict_expect(&cursor, DER_SET, &ret->pieces[ret->count]));
        if (ret->pieces[ret->count].size == 0)
            return RESULT_MALFORMED;
    }
    return RESULT_OK;
}

static enum result name_next_attribute(struct tlv_cursor *set, struct name_attribute *ret)
{
    struct tlv_cursor cursor;
    struct bytes sequence, oid;

    TRY(strict_expect(set, DER_SEQUENCE, &sequence));
    cursor = tlv_open(sequence);
    TRY(strict_expect(&cursor, DER_OID, &oid));
    ret->oid = bytes_slice(sequence, 0, sequence.size - cursor.rest.size);
    ret->value = cursor.rest;
    if (strict_next(&cursor, &ret->object) != RESULT_OK)
        return RESULT_MALFORMED;
    return strict_end(&cursor);
}

static void name_add_hex(struct buf *out, uint8_t byte)
{
    static const char digits[] = "0123456789ABCDEF";

    buf_add_byte(out, (uint8_t)digits[byte >> 4]);
    buf_add_byte(out, (uint8_t)digits[byte & 0x0F]);
}

/* RFC 4514 2.4: what would mean something else, or would not be seen, is escaped. */
static void name_add_escaped(struct buf *out, uint32_t code, bool first, bool last)
{
    bool special = code < 0x80 && code > 0 && strchr("\"+,;<>\\", (int)code) != NULL;

    if (code < 0x20 || code == 0x7F) {
        buf_add_byte(out, '\\');
        name_add_hex(out, (uint8_t)code);
        return;
    }
    if (special || (code == ' ' && (first || last)) || (code == '#' && first))
        buf_add_byte(out, '\\');
    text_add(out, code);
}

static void name_add_value(struct buf *out, const struct name_attribute *attribute, bool known)
{
    struct text_reader reader;
    uint32_t code;
    bool first = true;

    if (known && text_open(attribute->object.tag, attribute->object.value, &reader) == RESULT_OK) {
        for (; text_next(&reader, &code) == RESULT_OK; first = false)
            name_add_escaped(out, code, first, reader.rest.size == 0);
        return;
    }
    buf_add_byte(out, '#');
    for (size_t i = 0; i < attribute->value.size; i++)
        name_add_hex(out, attribute->value.data[i]);
}

static enum result name_add_set(struct buf *out, struct bytes set)
{
    struct tlv_cursor cursor = tlv_open(set);
    struct name_attribute attribute;
    const struct name_part *part;

    for (bool first = true; !tlv_at_end(&cursor); first = false) {
        TRY(name_next_attribute(&cursor, &attribute));
        if (!first)
            buf_add_byte(out, '+');
        part = name_part_from_oid(attribute.oid);
        if (part)
            buf_add(out, bytes_text(part->text));
        else
            TRY(oid_to_text(attribute.oid, out));
        buf_add_byte(out, '=');
        name_add_value(out, &attribute, part != NULL);
    }
    return buf_check(out);
}

enum result name_to_text(struct bytes name, struct buf *out)
{
    struct name_pieces sets;

    TRY(name_split(name, &sets));
    for (size_t i = sets.count; i > 0; i--) {
        TRY(name_add_set(out, sets.pieces[i - 1]));
        if (i > 1)
            buf_add_byte(out, ',');
    }
    return buf_check(out);
}

/* Prefers a later attribute to an earlier one, and a common name to anything. */
static enum result name_find_label(const struct name_pieces *sets, struct text_reader *ret)
{
    bool found = false, common = false;
    struct name_attribute attribute;
    struct text_reader reader;

    for (size_t i = 0; i < sets->count; i++) {
        struct tlv_cursor cursor = tlv_open(sets->pieces[i]);

        while (!tlv_at_end(&cursor)) {
            const struct name_part *part;
            bool is_common;

            TRY(name_next_attribute(&cursor, &attribute));
            part = name_part_from_oid(attribute.oid);
            is_common = part && strcmp(part->text, "CN") == 0;
            if ((common && !is_common) || attribute.object.value.size == 0 ||
                text_open(attribute.object.tag, attribute.object.value, &reader) != RESULT_OK)
                continue;
            *ret = reader;
            found = true;
            common = is_common;
        }
    }
    return found ? RESULT_OK : RESULT_NOT_FOUND;
}

enum result name_label(struct bytes name, struct buf *out)
{
    uint8_t character[4];
    struct name_pieces sets;
    struct text_reader reader;
    uint32_t code;

    TRY(name_split(name, &sets));
    TRY(name_find_label(&sets, &reader));
    while (text_next(&reader, &code) == RESULT_OK) {
        struct buf one = BUF_OVER(character);

        text_add(&one, code < 0x20 || (code >= 0x7F && code < 0xA0) ? ' ' : code);
        if (one.size > buf_room(out))
            break;
        buf_add(out, buf_bytes(&one));
    }
    return buf_check(out);
}

/* Cuts TEXT at every SEPARATOR that is not escaped. */
static enum result name_cut(struct bytes text, uint8_t separator, size_t most, struct name_pieces *ret)
{
    size_t start = 0;

    ret->count = 0;
    for (size_t at = 0; at <= text.size; at++) {
        if (at < text.size && text.data[at] == '\\')
            at++;
        else if (at == text.size || text.data[at] == separator) {
            if (ret->count == most)
                return RESULT_TOO_LARGE;
            ret->pieces[ret->count++] = bytes_slice(text, start, at - start);
            start = at + 1;
        }
    }
    return start > text.size ? RESULT_OK : RESULT_MALFORMED; /* a backslash at the end has swallowed it */
}

/* Without spaces around; a space at the end that is escaped belongs to the value. */
static struct bytes name_trim(struct bytes text)
{
    size_t escapes = 0;

    while (text.size > 0 && text.data[0] == ' ')
        text = bytes_from(text, 1);
    while (text.size > 0 && text.data[text.size - 1] == ' ') {
        escapes = 0;
        while (escapes + 1 < text.size && text.data[text.size - 2 - escapes] == '\\')
            escapes++;
        if (escapes % 2 == 1)
            break;
        text.size--;
    }
    return text;
}

static int name_nibble(uint8_t digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

static bool name_hex_pair(struct bytes text, uint8_t *ret)
{
    int high = text.size >= 2 ? name_nibble(text.data[0]) : -1,
        low = text.size >= 2 ? name_nibble(text.data[1]) : -1;

    if (high < 0 || low < 0)
        return false;
    *ret = (uint8_t)(high << 4 | low);
    return true;
}

static enum result name_add_hex_value(struct bytes digits, struct buf *out)
{
    size_t start = out->size;
    struct tlv_cursor cursor;
    struct tlv object;
    uint8_t byte;

    for (; digits.size > 0; digits = bytes_from(digits, 2)) {
        if (!name_hex_pair(digits, &byte))
            return RESULT_MALFORMED;
        buf_add_byte(out, byte);
    }
    TRY(buf_check(out));
    cursor = tlv_open(bytes_from(buf_bytes(out), start));
    if (strict_next(&cursor, &object) != RESULT_OK)
        return RESULT_MALFORMED;
    return strict_end(&cursor);
}

static enum result name_unescape(struct bytes text, struct buf *out)
{
    while (text.size > 0) {
        uint8_t byte = text.data[0], pair;
        size_t used = 1;

        if (byte == '\\' && name_hex_pair(bytes_from(text, 1), &pair)) {
            byte = pair;
            used = 3;
        } else if (byte == '\\' && text.size > 1 && memchr(" \"#+,;<=>\\", text.data[1], 10)) {
            byte = text.data[1];
            used = 2;
        } else if (strchr("\"+,;<>\\", byte)) {
            return RESULT_MALFORMED;
        }
        buf_add_byte(out, byte);
        text = bytes_from(text, used);
    }
    return buf_check(out);
}

/* The alphabets of X.680 41.2 to 41.4. */
static bool name_takes(uint8_t tag, uint8_t character)
{
    bool digit = character >= '0' && character <= '9';
    bool letter = (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');

    if (tag == DER_NUMERIC_STRING)
        return digit || character == ' ';
    if (tag == DER_PRINTABLE_STRING)
        return digit || letter || (character != 0 && strchr(" '()+,-./:=?", character) != NULL);
    return tag != DER_IA5_STRING || character < 0x80;
}

/* A number with a fixed count of digits has no other characters, not even the spaces of a NumericString. */
static bool name_suits(const struct name_part *part, struct bytes value)
{
    if (!part || part->digits == 0)
        return true;
    for (size_t i = 0; i < value.size; i++)
        if (value.data[i] < '0' || value.data[i] > '9')
            return false;
    return value.size == part->digits;
}

static enum result name_add_string(const struct name_part *part, struct bytes text, struct buf *out)
{
    uint8_t tag = part ? part->string_tag : DER_UTF8_STRING;
    size_t mark = tlv_begin(out, tag), start = out->size;
    struct text_reader reader;
    struct bytes value;

    TRY(name_unescape(text, out));
    value = bytes_from(buf_bytes(out), start);
    TRY(text_open(DER_UTF8_STRING, value, &reader));
    for (size_t i = 0; i < value.size; i++)
        if (!name_takes(tag, value.data[i]))
            return RESULT_MALFORMED;
    if (!name_suits(part, value))
        return RESULT_MALFORMED;
    tlv_end(out, mark);
    return buf_check(out);
}

static enum result name_add_attribute(struct bytes text, struct buf *out)
{
    const uint8_t *equals = text.size > 0 ? memchr(text.data, '=', text.size) : NULL;
    const struct name_part *part;
    struct bytes type, value;
    size_t mark;

    if (!equals)
        return RESULT_MALFORMED;
    type = name_trim(bytes_slice(text, 0, (size_t)(equals - text.data)));
    value = name_trim(bytes_from(text, (size_t)(equals - text.data) + 1));
    part = name_part_from_text(type);
    mark = tlv_begin(out, DER_SEQUENCE);
    if (part)
        buf_add(out, name_part_oid(part));
    else
        TRY(oid_from_text(type, out));
    if (value.size > 0 && value.data[0] == '#')
        TRY(name_add_hex_value(bytes_from(value, 1), out));
    else
        TRY(name_add_string(part, value, out));
    tlv_end(out, mark);
    return buf_check(out);
}

/* X.690 11.6 compares encodings as if the shorter had zeros after it: whole objects never need that. */
static bool name_before(struct bytes a, struct bytes b)
{
    return memcmp(a.data, b.data, a.size < b.size ? a.size : b.size) < 0;
}

static void name_sort(struct name_pieces *set)
{
    for (size_t i = 1; i < set->count; i++) {
        for (size_t j = i; j > 0 && name_before(set->pieces[j], set->pieces[j - 1]); j--) {
            struct bytes swap = set->pieces[j];

            set->pieces[j] = set->pieces[j - 1];
            set->pieces[j - 1] = swap;
        }
    }
}

static enum result name_add_part(struct bytes text, struct buf *out)
{
    uint8_t memory[NAME_PART_SIZE_MAX];
    struct buf scratch = BUF_OVER(memory);
    struct name_pieces set;
    size_t mark;

    TRY(name_cut(text, '+', NAME_VALUES_MAX, &set));
    for (size_t i = 0; i < set.count; i++) {
        size_t start = scratch.size;

        TRY(name_add_attribute(set.pieces[i], &scratch));
        set.pieces[i] = bytes_from(buf_bytes(&scratch), start);
    }
    name_sort(&set);
    mark = tlv_begin(out, DER_SET);
    for (size_t i = 0; i < set.count; i++)
        buf_add(out, set.pieces[i]);
    tlv_end(out, mark);
    return buf_check(out);
}

enum result name_from_text(const char *text, struct buf *out)
{
    struct name_pieces parts = { .count = 0 };
    size_t mark = tlv_begin(out, DER_SEQUENCE);

    if (name_trim(bytes_text(text)).size > 0)
        TRY(name_cut(bytes_text(text), ',', NAME_PARTS_MAX, &parts));
    for (size_t i = parts.count; i > 0; i--)
        TRY(name_add_part(parts.pieces[i - 1], out));
    tlv_end(out, mark);
    return buf_check(out);
}
