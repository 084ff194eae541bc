/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/inflate.h"

#include <string.h>
/* The input is const to us, so it is to be const to zlib. */
#define ZLIB_CONST
#include <zlib.h>

/* zlib's way to say: 32 kB window, and a header that is gzip's or zlib's, whichever comes; gzip's alone. */
#define WINDOW_ANY (15 + 32)
#define WINDOW_GZIP (15 + 16)
#define MEMORY_LEVEL 8

static enum result inflate_outcome(int code, const z_stream *stream)
{
    switch (code) {
    case Z_STREAM_END:
        return RESULT_OK;
    case Z_MEM_ERROR:
        return RESULT_NO_MEMORY;
    case Z_OK:
    case Z_BUF_ERROR:
        return stream->avail_out == 0 ? RESULT_TOO_LARGE : RESULT_MALFORMED;
    default:
        return RESULT_MALFORMED;
    }
}

/* One call with all of the input and all of the room: what does not end in it is cut off or too large. */
static z_stream inflate_stream(struct bytes input, const struct buf *out)
{
    z_stream stream;

    memset(&stream, 0, sizeof(stream));
    stream.next_in = input.data;
    stream.avail_in = (uInt)input.size;
    stream.next_out = out->data + out->size;
    stream.avail_out = (uInt)buf_room(out);
    return stream;
}

enum result inflate_unpack(struct bytes packed, struct buf *out)
{
    z_stream stream = inflate_stream(packed, out);
    enum result result;

    if (packed.size == 0 || packed.size > UINT16_MAX || buf_room(out) > INT32_MAX)
        return RESULT_MALFORMED;
    if (buf_room(out) == 0)
        return RESULT_TOO_LARGE;
    if (inflateInit2(&stream, WINDOW_ANY) != Z_OK)
        return RESULT_NO_MEMORY;
    result = inflate_outcome(inflate(&stream, Z_FINISH), &stream);
    inflateEnd(&stream);
    if (result == RESULT_OK)
        (void)buf_reserve(out, stream.total_out);
    return result;
}

enum result inflate_pack(struct bytes plain, struct buf *out)
{
    z_stream stream = inflate_stream(plain, out);
    enum result result;

    if (plain.size > UINT16_MAX || buf_room(out) == 0 || buf_room(out) > INT32_MAX)
        return RESULT_TOO_LARGE;
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, WINDOW_GZIP, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return RESULT_NO_MEMORY;
    result = deflate(&stream, Z_FINISH) == Z_STREAM_END ? RESULT_OK : RESULT_TOO_LARGE;
    deflateEnd(&stream);
    if (result == RESULT_OK)
        (void)buf_reserve(out, stream.total_out);
    return result;
}
