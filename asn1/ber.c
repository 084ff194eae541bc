/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/ber.h"

#include "asn1/strict.h"

#define CONSTRUCTED 0x20
#define INDEFINITE 0x80
#define TAG_BYTES_MAX 3
#define STRING_IN_PIECES (DER_OCTET_STRING | CONSTRUCTED)

/* One object at the front of what is to be read. VALUE is everything that follows if INDEFINITE. */
struct ber_object {
    uint32_t tag;
    bool constructed, indefinite;
    struct bytes whole, value;
};

static size_t ber_tag_size(struct bytes view)
{
    size_t size = 1;

    if ((view.data[0] & 0x1F) != 0x1F)
        return size;
    while (size < view.size && size < TAG_BYTES_MAX && view.data[size] & 0x80)
        size++;
    return size + 1;
}

/* Reads a header and, if the length is definite, moves on behind the object, else behind the header. */
static enum result ber_next(struct bytes *rest, struct ber_object *ret)
{
    struct tlv_cursor cursor = tlv_open(*rest);
    struct tlv object;
    size_t tag;

    if (rest->size == 0)
        return RESULT_MALFORMED;
    tag = ber_tag_size(*rest);
    ret->constructed = rest->data[0] & CONSTRUCTED;
    ret->indefinite = tag < rest->size && rest->data[tag] == INDEFINITE;
    if (ret->indefinite) {
        if (!ret->constructed || tag > TAG_BYTES_MAX)
            return RESULT_MALFORMED;
        ret->tag = (uint32_t)bytes_number(bytes_slice(*rest, 0, tag));
        *rest = ret->value = bytes_from(*rest, tag + 1);
        return RESULT_OK;
    }
    if (tlv_next(&cursor, &object) != RESULT_OK)
        return RESULT_MALFORMED;
    ret->tag = object.tag;
    ret->value = object.value;
    ret->whole = bytes_slice(*rest, 0, rest->size - cursor.rest.size);
    *rest = cursor.rest;
    return RESULT_OK;
}

/* The universal types that are strings or times: in pieces they are no SEQUENCE and no SET. */
static bool ber_is_pieces(uint32_t tag)
{
    return tag < 0x40 && tag & CONSTRUCTED && tag != DER_SEQUENCE && tag != DER_SET && tag != 0x28 &&
           tag != 0x2B;
}

static bool ber_is_plain(struct bytes view, unsigned depth)
{
    struct ber_object object;

    while (view.size > 0) {
        if (depth == 0 || ber_next(&view, &object) != RESULT_OK || object.indefinite ||
            ber_is_pieces(object.tag))
            return false;
        if (object.constructed && !ber_is_plain(object.value, depth - 1))
            return false;
    }
    return true;
}

static bool ber_at_end(struct bytes inside, bool indefinite)
{
    if (!indefinite)
        return inside.size == 0;
    return inside.size >= 2 && inside.data[0] == 0 && inside.data[1] == 0;
}

static enum result ber_copy(struct bytes *rest, unsigned depth, bool join, struct buf *out, bool *changed);

/* Copies what is in OBJECT; *REST moves on behind the end marker if there is one. */
static enum result ber_copy_inside(const struct ber_object *object, struct bytes *rest, unsigned depth,
                                   bool join, struct buf *out, bool *changed)
{
    struct bytes inside = object->value;

    while (!ber_at_end(inside, object->indefinite))
        TRY(ber_copy(&inside, depth, join, out, changed));
    if (object->indefinite)
        *rest = bytes_from(inside, 2);
    return RESULT_OK;
}

/* JOIN: the object is a piece of a string, of which only the contents are wanted. */
static enum result ber_copy(struct bytes *rest, unsigned depth, bool join, struct buf *out, bool *changed)
{
    bool changed_inside = false, pieces;
    struct ber_object object;
    size_t start = out->size, mark;

    if (depth == 0)
        return RESULT_MALFORMED;
    TRY(ber_next(rest, &object));
    pieces = object.tag == STRING_IN_PIECES;
    if (join && !pieces && object.tag != DER_OCTET_STRING)
        return RESULT_MALFORMED;
    if (ber_is_pieces(object.tag) && !pieces)
        return RESULT_UNSUPPORTED;
    if (!object.constructed) {
        buf_add(out, join ? object.value : object.whole);
        return buf_check(out);
    }
    if (join)
        return ber_copy_inside(&object, rest, depth - 1, true, out, changed);
    mark = tlv_begin(out, pieces ? DER_OCTET_STRING : object.tag);
    TRY(ber_copy_inside(&object, rest, depth - 1, pieces, out, &changed_inside));
    tlv_end(out, mark);
    TRY(buf_check(out));
    if (!object.indefinite && !pieces && !changed_inside) {
        buf_truncate(out, start);
        buf_add(out, object.whole);
        return buf_check(out);
    }
    *changed = true;
    return RESULT_OK;
}

enum result ber_flatten(struct bytes input, struct buf *memory, struct bytes *ret)
{
    size_t start = memory->size;
    struct bytes rest = input;
    struct ber_object object;
    bool changed = false;

    TRY(ber_next(&rest, &object));
    if (!object.indefinite && ber_is_plain(object.whole, BER_DEPTH_MAX)) {
        *ret = object.whole;
        return RESULT_OK;
    }
    TRY(ber_copy(&input, BER_DEPTH_MAX, false, memory, &changed));
    *ret = bytes_from(buf_bytes(memory), start);
    return RESULT_OK;
}
