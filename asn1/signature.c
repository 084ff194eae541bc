/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/signature.h"

#include "asn1/strict.h"

enum result signature_ecdsa_to_raw(struct bytes der, size_t size, struct buf *out)
{
    struct bytes sequence, r, s;
    struct tlv_cursor cursor;

    TRY(strict_whole(der, DER_SEQUENCE, &sequence));
    cursor = tlv_open(sequence);
    TRY(strict_unsigned(&cursor, &r));
    TRY(strict_unsigned(&cursor, &s));
    TRY(strict_end(&cursor));
    if (r.size > size || s.size > size)
        return RESULT_MALFORMED;
    buf_add_padded(out, r, size);
    buf_add_padded(out, s, size);
    return buf_check(out);
}

enum result signature_ecdsa_to_der(struct bytes raw, struct buf *out)
{
    size_t half = raw.size / 2, mark;

    if (raw.size == 0 || raw.size % 2 != 0)
        return RESULT_MALFORMED;
    mark = tlv_begin(out, DER_SEQUENCE);
    strict_add_unsigned(out, bytes_slice(raw, 0, half));
    strict_add_unsigned(out, bytes_from(raw, half));
    tlv_end(out, mark);
    return buf_check(out);
}

enum result signature_gost_reverse(struct bytes signature, struct buf *out)
{
    if (signature.size == 0 || signature.size % 2 != 0)
        return RESULT_MALFORMED;
    for (size_t i = signature.size; i > 0; i--)
        buf_add_byte(out, signature.data[i - 1]);
    return buf_check(out);
}

enum result signature_gost_swap(struct bytes signature, struct buf *out)
{
    if (signature.size == 0 || signature.size % 2 != 0)
        return RESULT_MALFORMED;
    buf_add(out, bytes_from(signature, signature.size / 2));
    buf_add(out, bytes_slice(signature, 0, signature.size / 2));
    return buf_check(out);
}

enum result signature_digest_info(enum hash hash, struct bytes digest, struct buf *out)
{
    size_t info, algorithm;

    if (hash == HASH_NONE || digest.size != hash_size(hash))
        return RESULT_BAD_ARGUMENT;
    info = tlv_begin(out, DER_SEQUENCE);
    algorithm = tlv_begin(out, DER_SEQUENCE);
    buf_add(out, hash_oid(hash));
    tlv_add(out, DER_NULL, BYTES_NONE);
    tlv_end(out, algorithm);
    tlv_add(out, DER_OCTET_STRING, digest);
    tlv_end(out, info);
    return buf_check(out);
}
