/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/signer.h"

/* The callback gets a builder of its own: nothing that it does can reach what OUT holds already. */
enum result signer_sign(const struct signer *signer, struct bytes tbs, struct buf *out)
{
    struct buf signature;

    TRY(buf_check(out));
    signature = buf_make(out->data ? out->data + out->size : NULL, buf_room(out));
    TRY(signer->sign(signer->ctx, tbs, &signature));
    TRY(buf_check(&signature));
    if (signature.size == 0)
        return RESULT_INTERNAL;
    return buf_reserve(out, signature.size) ? RESULT_OK : RESULT_TOO_LARGE;
}
