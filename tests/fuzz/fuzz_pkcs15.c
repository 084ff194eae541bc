/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The directory files of PKCS#15: the first byte says which, the rest is its contents. What was read is
 * written, and what was written is read. */
#include "asn1/pkcs15.h"
#include "tests/fuzz/fuzz.h"

#define OUT_MAX 4096

/* One kind of file: read all of it, write each record, read that one. */
#define KIND(kind)                                                                                           \
    static void each_##kind(struct bytes file)                                                               \
    {                                                                                                        \
        struct tlv_cursor cursor = tlv_open(file), again;                                                    \
        struct pkcs15_##kind record, same;                                                                   \
        uint8_t memory[OUT_MAX];                                                                             \
        while (pkcs15_next_##kind(&cursor, &record) == RESULT_OK) {                                          \
            struct buf out = BUF_OVER(memory);                                                               \
            if (pkcs15_add_##kind(&record, &out) != RESULT_OK)                                               \
                continue;                                                                                    \
            again = tlv_open(buf_bytes(&out));                                                               \
            FUZZ_CHECK(pkcs15_next_##kind(&again, &same) == RESULT_OK);                                      \
        }                                                                                                    \
    }

#define pkcs15_private_key pkcs15_key
#define pkcs15_public_key pkcs15_key
KIND(application)
KIND(entry)
KIND(private_key)
KIND(public_key)
KIND(certificate)
KIND(data)
KIND(pin)

static void token(struct bytes file)
{
    uint8_t memory[OUT_MAX];
    struct buf out = BUF_OVER(memory);
    struct pkcs15_token token, same;

    if (pkcs15_read_token(file, &token) != RESULT_OK || pkcs15_add_token(&token, &out) != RESULT_OK)
        return;
    FUZZ_CHECK(pkcs15_read_token(buf_bytes(&out), &same) == RESULT_OK);
    FUZZ_CHECK(bytes_equal(token.serial, same.serial) && bytes_equal(token.label, same.label));
}

static void gost_numbers(struct bytes file)
{
    struct tlv_cursor cursor = tlv_open(file);
    struct pkcs15_key key, same;
    struct bytes set, digest;

    while (pkcs15_next_private_key(&cursor, &key) == RESULT_OK)
        if (pkcs15_key_gost(&key, &set, &digest) == RESULT_OK) {
            same = key;
            FUZZ_CHECK(pkcs15_key_set_gost(&same, set, digest) == RESULT_OK);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(struct bytes) = {
        each_application, each_entry, each_private_key, each_public_key, each_certificate, each_data,
        each_pin,         token,      gost_numbers
    };
    struct fuzz fuzz = { bytes_make(data, size) };
    size_t kind = fuzz_byte(&fuzz) % (sizeof(kinds) / sizeof(kinds[0]));

    kinds[kind](fuzz.rest);
    return 0;
}
