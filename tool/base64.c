/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/base64.h"

#include <string.h>

#include "asn1/pem.h"

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/** Padding may only be at the end of everything; the one who reads a group alone cannot know that. */
static enum result release(struct base64_reader *reader, struct buf *out)
{
    struct bytes text = bytes_make(reader->held, reader->count);

    if (text.size == 0)
        return RESULT_OK;
    if (reader->over)
        return RESULT_MALFORMED;
    reader->over = text.data[text.size - 1] == '=';
    reader->count = 0;
    return pem_read_base64(text, out);
}

enum result base64_read(struct base64_reader *reader, struct bytes text, struct buf *out)
{
    for (size_t i = 0; i < text.size; i++) {
        if (is_space(text.data[i]))
            continue;
        if (reader->count == BASE64_HELD)
            TRY(release(reader, out));
        reader->held[reader->count++] = text.data[i];
    }
    return RESULT_OK;
}

enum result base64_read_end(struct base64_reader *reader, struct buf *out)
{
    return release(reader, out);
}

void base64_write(struct base64_writer *writer, struct bytes data, struct buf *out)
{
    while (data.size > 0) {
        struct bytes taken = bytes_slice(data, 0, sizeof(writer->held) - writer->count);

        memcpy(writer->held + writer->count, taken.data, taken.size);
        writer->count += taken.size;
        data = bytes_from(data, taken.size);
        if (writer->count == sizeof(writer->held))
            base64_write_end(writer, out);
    }
}

void base64_write_end(struct base64_writer *writer, struct buf *out)
{
    if (writer->count > 0)
        pem_add_base64(bytes_make(writer->held, writer->count), out);
    writer->count = 0;
}
