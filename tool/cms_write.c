/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/cms_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/text.h"

/* RFC 7468 calls it CMS, but GnuTLS reads no other label than the old one, and OpenSSL reads both */
#define PEM_BEGIN "-----BEGIN PKCS7-----\n"
#define PEM_END "-----END PKCS7-----\n"

/** Zeros that are worth a hole. */
#define HOLE_LEAST 65536

enum exit_code cms_write_begin(const struct ui *ui, const char *path, bool force, bool pem, struct cms_write *ret)
{
    *ret = (struct cms_write){ .ui = ui, .pem = pem, .text = malloc(2 * STREAM_PIECE) };
    if (!ret->text)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    TRY_CODE(file_begin(ui, path, force, &ret->file));
    if (pem)
        fputs(PEM_BEGIN, ret->file.stream);
    return EXIT_CODE_OK;
}

static bool is_hole(const struct cms_write *write, struct bytes piece)
{
    return write->file.temporary && !write->pem && piece.size >= HOLE_LEAST && piece.data[0] == 0 &&
           memcmp(piece.data, piece.data + 1, piece.size - 1) == 0;
}

static enum exit_code write_take(void *ctx, struct bytes piece)
{
    struct cms_write *write = ctx;
    struct buf text = buf_make(write->text, 2 * STREAM_PIECE);
    bool done;

    if (write->pem) {
        base64_write(&write->base64, piece, &text);
        piece = buf_bytes(&text);
    }
    if (is_hole(write, piece))
        done = fseeko(write->file.stream, (off_t)piece.size, SEEK_CUR) == 0;
    else
        done = fwrite(piece.data, 1, piece.size, write->file.stream) == piece.size;
    if (done)
        return EXIT_CODE_OK;
    return ui_fail(write->ui, EXIT_CODE_FAILED, _("Nothing was left half-written."), _("\"%s\" cannot be written: %s"),
                   write->file.path, strerror(errno));
}

struct sink cms_write_sink(struct cms_write *write)
{
    return (struct sink){ write_take, write };
}

enum exit_code cms_write_commit(struct cms_write *write)
{
    struct buf text = buf_make(write->text, 2 * STREAM_PIECE);

    if (write->pem) {
        base64_write_end(&write->base64, &text);
        fwrite(text.data, 1, text.size, write->file.stream);
        fputs(PEM_END, write->file.stream);
    }
    return file_commit(write->ui, &write->file);
}

void cms_write_abandon(struct cms_write *write)
{
    file_abandon(&write->file);
    free(write->text);
    write->text = NULL;
}
