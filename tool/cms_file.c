/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/cms_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asn1/strict.h"
#include "tool/cms_text.h"
#include "tool/text.h"

#define CONSTRUCTED 0x20
#define INDEFINITE 0x80
#define FIELD_0 0xA0
#define STRING_IN_PIECES (DER_OCTET_STRING | CONSTRUCTED)
#define DEPTH_MAX 32

/** A place in the file. */
struct place {
    const struct ui *ui;
    struct cms_file *file;
    uint64_t at, end; /**< of the file */
};

/** The beginning of an object: its bytes, and what they say. */
struct head {
    uint8_t raw[12];
    size_t raw_size;
    uint8_t tag; /**< the first byte; further ones do not matter here */
    bool indefinite;
    uint64_t size;
};

static bool take(struct place *place, uint8_t *ret, uint64_t size)
{
    while (size > 0) {
        ssize_t count = pread(place->file->stream.fd, ret, size, (off_t)place->at);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        place->at += (uint64_t)count;
        ret += count;
        size -= (uint64_t)count;
    }
    return true;
}

static bool take_byte(struct place *place, struct head *head, uint8_t *ret)
{
    if (head->raw_size == sizeof(head->raw) || !take(place, ret, 1))
        return false;
    head->raw[head->raw_size++] = *ret;
    return true;
}

static bool take_head(struct place *place, struct head *ret)
{
    uint8_t byte;

    *ret = (struct head){ 0 };
    if (!take_byte(place, ret, &ret->tag))
        return false;
    byte = 0x80;
    while ((ret->tag & 0x1F) == 0x1F && byte & 0x80)
        if (!take_byte(place, ret, &byte))
            return false;
    if (!take_byte(place, ret, &byte))
        return false;
    ret->indefinite = byte == INDEFINITE;
    ret->size = byte < 0x80 ? byte : 0;
    for (unsigned more = byte & 0x80 ? byte & 0x7F : 0; more > 0; more--) {
        if (ret->size >> 48 || !take_byte(place, ret, &byte))
            return false;
        ret->size = ret->size << 8 | byte;
    }
    return ret->indefinite ? (ret->tag & CONSTRUCTED) != 0 : ret->size <= place->end - place->at;
}

static bool at_end_marker(struct place *place)
{
    struct place ahead = *place;
    uint8_t marker[2];

    if (!take(&ahead, marker, 2) || marker[0] || marker[1])
        return false;
    *place = ahead;
    return true;
}

/** Appends the next object as it is to OUT; in an object without a length, up to its end marker. */
static bool copy_object(struct place *place, unsigned depth, struct buf *out)
{
    struct head head;
    uint8_t *room;

    if (depth == 0 || !take_head(place, &head))
        return false;
    buf_add(out, bytes_make(head.raw, head.raw_size));
    if (!head.indefinite) {
        room = head.size <= buf_room(out) ? buf_reserve(out, (size_t)head.size) : NULL;
        return room && take(place, room, head.size);
    }
    while (!at_end_marker(place))
        if (!copy_object(place, depth - 1, out))
            return false;
    buf_add_number(out, 0, 2);
    return buf_check(out) == RESULT_OK;
}

/** Moves over the content, or gives it to SINK; *SIZE counts it. EXIT_CODE_BAD_INPUT (untold) if it is not well-formed. */
static enum exit_code walk_content(struct place *place, unsigned depth, bool piece, const struct sink *sink, uint64_t *size)
{
    struct head head;
    uint64_t end;

    if (depth == 0 || !take_head(place, &head) || (piece && (head.tag & ~CONSTRUCTED) != DER_OCTET_STRING))
        return EXIT_CODE_BAD_INPUT;
    end = place->at + head.size;
    if (head.tag != STRING_IN_PIECES) {
        if (head.indefinite)
            return EXIT_CODE_BAD_INPUT;
        if (sink)
            TRY_CODE(stream_read_range(place->ui, &place->file->stream, place->at, head.size, sink));
        *size += head.size;
        place->at = end;
        return EXIT_CODE_OK;
    }
    while (head.indefinite ? !at_end_marker(place) : place->at < end)
        TRY_CODE(walk_content(place, depth - 1, true, sink, size));
    return head.indefinite || place->at == end ? EXIT_CODE_OK : EXIT_CODE_BAD_INPUT;
}

/** EncapsulatedContentInfo: its type, and in place of the content an empty string. */
static bool copy_content_info(struct place *place, struct buf *out)
{
    struct head sequence, field;
    size_t outer, inner;
    uint64_t end;

    if (!take_head(place, &sequence) || sequence.tag != DER_SEQUENCE)
        return false;
    end = place->at + sequence.size;
    outer = tlv_begin(out, DER_SEQUENCE);
    if (!copy_object(place, DEPTH_MAX, out))
        return false;
    if (sequence.indefinite ? !at_end_marker(place) : place->at < end) {
        if (!take_head(place, &field) || field.tag != FIELD_0)
            return false;
        place->file->content_at = place->at;
        if (walk_content(place, DEPTH_MAX, false, NULL, &place->file->content_size) != EXIT_CODE_OK ||
            (field.indefinite && !at_end_marker(place)) || (sequence.indefinite && !at_end_marker(place)))
            return false;
        inner = tlv_begin(out, FIELD_0);
        tlv_add(out, DER_OCTET_STRING, BYTES_NONE);
        tlv_end(out, inner);
    }
    tlv_end(out, outer);
    return sequence.indefinite || place->at == end;
}

static bool copy_signed_data(struct place *place, struct buf *out)
{
    struct head sequence;
    uint64_t end;
    size_t mark;

    if (!take_head(place, &sequence) || sequence.tag != DER_SEQUENCE)
        return false;
    end = place->at + sequence.size;
    mark = tlv_begin(out, DER_SEQUENCE);
    for (unsigned i = 0; i < 2; i++) /* the version, the hashes */
        if (!copy_object(place, DEPTH_MAX, out))
            return false;
    if (!copy_content_info(place, out))
        return false;
    while (sequence.indefinite ? !at_end_marker(place) : place->at < end)
        if (!copy_object(place, DEPTH_MAX, out))
            return false;
    tlv_end(out, mark);
    return sequence.indefinite || place->at == end;
}

/** The message without its content, all lengths of what is around it made anew. *OTHER: it is CMS, but no signature. */
static bool copy_message(struct place *place, struct buf *out, bool *other)
{
    static const uint8_t signed_data[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
    struct head head, field;
    uint64_t end, field_end;
    size_t outer, inner;

    if (!take_head(place, &head) || head.tag != DER_SEQUENCE)
        return false;
    end = place->at + head.size;
    outer = tlv_begin(out, DER_SEQUENCE);
    if (!copy_object(place, 1, out))
        return false;
    *other = out->data[outer] == DER_OID && !bytes_equal(bytes_from(buf_bytes(out), outer), BYTES_OF(signed_data));
    if (*other || !take_head(place, &field) || field.tag != FIELD_0)
        return false;
    field_end = place->at + field.size;
    inner = tlv_begin(out, FIELD_0);
    if (!copy_signed_data(place, out))
        return false;
    tlv_end(out, inner);
    tlv_end(out, outer);
    return (field.indefinite ? at_end_marker(place) : place->at == field_end) &&
           (head.indefinite ? at_end_marker(place) : place->at == end);
}

/** What stands after the message is signed by nobody, and other programs may show it or pass over it. */
static enum exit_code check_rest(const struct ui *ui, const struct place *place)
{
    unsigned long more = (unsigned long)(place->end - place->at);

    if (more == 0)
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Something was added to the file, or it is damaged: ask for it again."),
                   ngettext("\"%s\" goes on for %lu byte after the signature, which nobody signed",
                            "\"%s\" goes on for %lu bytes after the signature, which nobody signed", more),
                   place->file->stream.path, more);
}

static enum exit_code read_message(const struct ui *ui, struct cms_file *file)
{
    struct place place = { .ui = ui, .file = file, .end = (uint64_t)file->stream.stat.st_size };
    size_t most = place.end < CMS_FILE_MOST ? (size_t)place.end + 64 : CMS_FILE_MOST;
    struct buf skeleton, flat;
    bool other = false;

    file->skeleton = malloc(most);
    file->flat = malloc(most);
    if (!file->skeleton || !file->flat)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    skeleton = buf_make(file->skeleton, most);
    flat = buf_make(file->flat, most);
    if (copy_message(&place, &skeleton, &other) && cms_read(buf_bytes(&skeleton), &flat, &file->cms) == RESULT_OK)
        return check_rest(ui, &place);
    if (other)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("\"%s\" is a CMS message, but not a signed one"), file->stream.path);
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Name the file with the signature: it usually ends in .sig or .p7s."),
                   _("\"%s\" is no signature, or it is damaged or cut off"), file->stream.path);
}

enum exit_code cms_file_open(const struct ui *ui, const char *path, struct cms_file *ret)
{
    enum exit_code code;

    *ret = (struct cms_file){ 0 };
    TRY_CODE(stream_open(ui, path, &ret->stream));
    code = cms_text_undo(ui, &ret->stream, &ret->text);
    if (code == EXIT_CODE_OK)
        code = read_message(ui, ret);
    if (code != EXIT_CODE_OK)
        cms_file_close(ret);
    return code;
}

void cms_file_close(struct cms_file *file)
{
    stream_close(&file->stream);
    free(file->skeleton);
    free(file->flat);
    *file = (struct cms_file){ 0 };
}

enum exit_code cms_file_content(const struct ui *ui, struct cms_file *file, const struct sink *sink)
{
    struct place place = { .ui = ui, .file = file, .at = file->content_at, .end = (uint64_t)file->stream.stat.st_size };
    enum exit_code code = EXIT_CODE_OK;
    uint64_t size = 0;

    if (file->cms.has_content)
        code = walk_content(&place, DEPTH_MAX, false, sink, &size);
    ui_progress_end(ui);
    return code;
}
