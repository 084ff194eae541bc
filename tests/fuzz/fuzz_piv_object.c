/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is in PIV's data objects: the first byte says which, the rest is its contents. */
#include <string.h>

#include "pcsc/card_piv_keys.h"
#include "pcsc/card_piv_objects.h"
#include "pcsc/inflate.h"
#include "tests/fuzz/fuzz.h"

/* The value of CARD_OBJECT_MAX bytes that certificates are unpacked into. */
static uint8_t unpacked[CARD_OBJECT_MAX];

static void certificate(struct bytes input)
{
    struct buf out = BUF_OVER(unpacked);
    struct bytes contents;
    struct x509 x509;

    if (card_piv_object_contents(0x5FC105, input, &contents) != RESULT_OK)
        contents = input;
    if (card_piv_certificate_unpack(contents, &out, &x509) == RESULT_OK)
        FUZZ_CHECK(x509.der.data >= out.data && x509.der.data + x509.der.size <= out.data + out.size);
    FUZZ_IGNORE(card_piv_object_size(input));
    FUZZ_IGNORE(card_piv_fingerprint(input));
}

/* As above, with the input packed as a card would have it: gzip is not what a mutation finds. */
static void packed(struct bytes input)
{
    SCOPED(fuzz_buf_free) struct buf object = fuzz_buf(input.size + 256);
    struct buf out = BUF_OVER(unpacked);
    struct x509 x509;
    uint8_t memory[CARD_OBJECT_MAX];
    struct buf gzip = BUF_OVER(memory);

    if (inflate_pack(input, &gzip) != RESULT_OK)
        return;
    buf_add(&object, BYTES_LIT(0x70, 0x82));
    buf_add_number(&object, gzip.size, 2);
    buf_add(&object, buf_bytes(&gzip));
    buf_add(&object, BYTES_LIT(0x71, 0x01, 0x01));
    FUZZ_IGNORE(card_piv_certificate_unpack(buf_bytes(&object), &out, &x509));
}

/* What is unpacked is packed and unpacked to the same; a failure leaves nothing behind. */
static void unpack(struct bytes input)
{
    uint8_t memory[CARD_OBJECT_MAX], again_memory[CARD_OBJECT_MAX];
    struct buf out = BUF_OVER(unpacked), gzip = BUF_OVER(memory), again = BUF_OVER(again_memory);

    if (inflate_unpack(input, &out) != RESULT_OK) {
        FUZZ_CHECK(out.size == 0 && !out.overflow);
        return;
    }
    if (inflate_pack(buf_bytes(&out), &gzip) != RESULT_OK)
        return;
    FUZZ_CHECK(inflate_unpack(buf_bytes(&gzip), &again) == RESULT_OK);
    FUZZ_CHECK(bytes_equal(buf_bytes(&out), buf_bytes(&again)));
}

static void history(struct bytes input)
{
    const struct piv_history history = card_piv_history_parse(input);

    FUZZ_CHECK(history.here + history.elsewhere <= PIV_RETIRED_COUNT);
}

static void public_key(struct bytes input)
{
    struct fuzz fuzz = { input };
    const struct piv_algorithm *row = card_piv_algorithm_by_id(fuzz_byte(&fuzz));
    struct pubkey key;

    if (row && card_piv_public_parse(row, fuzz.rest, &key) == RESULT_OK)
        FUZZ_CHECK(key.kind == row->kind && key.curve == row->curve);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(struct bytes) = { certificate, packed, unpack, history, public_key };
    struct fuzz fuzz = { bytes_make(data, size) };
    size_t kind = fuzz_byte(&fuzz) % (sizeof(kinds) / sizeof(kinds[0]));

    kinds[kind](fuzz.rest);
    return 0;
}
