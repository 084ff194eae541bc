/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The small shapes of asn1: the first byte says which, the rest is its contents. What is read and written is
 * the same. */
#include <string.h>

#include "asn1/algorithm.h"
#include "asn1/der.h"
#include "asn1/extension.h"
#include "asn1/gost.h"
#include "asn1/name.h"
#include "asn1/pem.h"
#include "asn1/pubkey.h"
#include "asn1/signature.h"
#include "asn1/text.h"
#include "tests/fuzz/fuzz.h"

#define OUT_MAX 4096

static void spki(struct bytes input)
{
    uint8_t memory[PUBKEY_SPKI_MAX], point_memory[PUBKEY_POINT_MAX];
    struct buf out = BUF_OVER(memory), point = BUF_OVER(point_memory);
    struct pubkey key, same;

    if (pubkey_from_spki(input, &key) != RESULT_OK)
        return;
    FUZZ_CHECK(pubkey_to_spki(&key, &out) == RESULT_OK);
    FUZZ_CHECK(pubkey_from_spki(buf_bytes(&out), &same) == RESULT_OK && pubkey_equal(&key, &same));
    FUZZ_CHECK(pubkey_bits(&key) > 0 && (key.kind == KEY_MONTGOMERY) == (pubkey_signature_size(&key) == 0));
    FUZZ_CHECK((pubkey_gost_point(&key, &point) == RESULT_OK) == key_kind_is_gost(key.kind));
}

static void name(struct bytes input)
{
    uint8_t memory[OUT_MAX], label_memory[33];
    struct buf out = BUF_OVER(memory), label = BUF_OVER(label_memory);

    if (name_label(input, &label) == RESULT_OK)
        FUZZ_CHECK(label.size > 0);
    FUZZ_IGNORE(name_to_text(input, &out));
}

/* A name made of a text has a text, and the name made of that is the same. One with a value that was written in hexadecimal
 * may be none that a text makes: no text shows what type a string has. */
static void name_text(struct bytes input)
{
    SCOPED(fuzz_buf_free) struct buf text = fuzz_buf(input.size + 1);
    uint8_t memory[OUT_MAX], second_memory[2 * OUT_MAX + 1], third_memory[OUT_MAX];
    struct buf out = BUF_OVER(memory), second = BUF_OVER(second_memory), third = BUF_OVER(third_memory);
    bool same;

    buf_add(&text, input);
    buf_add_byte(&text, 0);
    if (name_from_text((const char *)text.data, &out) != RESULT_OK ||
        name_to_text(buf_bytes(&out), &second) != RESULT_OK)
        return;
    buf_add_byte(&second, 0);
    if (buf_check(&second) != RESULT_OK)
        return;
    same = name_from_text((const char *)second.data, &third) == RESULT_OK && bytes_equal(buf_bytes(&out), buf_bytes(&third));
    FUZZ_CHECK(same || memchr(text.data, '#', text.size) != NULL);
}

static void algorithm(struct bytes input)
{
    uint8_t memory[OUT_MAX];
    struct buf out = BUF_OVER(memory);
    struct algorithm algorithm, same;
    enum hash hash;

    FUZZ_IGNORE(algorithm_read_hash(input, &hash));
    if (algorithm_read(input, &algorithm) != RESULT_OK || algorithm_add(&algorithm, &out) != RESULT_OK)
        return;
    FUZZ_CHECK(algorithm_read(buf_bytes(&out), &same) == RESULT_OK);
    FUZZ_CHECK(same.scheme == algorithm.scheme && same.hash == algorithm.hash &&
               same.salt_size == algorithm.salt_size);
}

static void signature(struct bytes input)
{
    uint8_t raw_memory[256], der_memory[300];
    struct buf raw = BUF_OVER(raw_memory), der = BUF_OVER(der_memory), info = BUF_OVER(der_memory);

    for (size_t size = 32; size <= 66; size += 34) {
        buf_clear(&raw);
        buf_clear(&der);
        if (signature_ecdsa_to_raw(input, size, &raw) == RESULT_OK) {
            FUZZ_CHECK(raw.size == 2 * size && signature_ecdsa_to_der(buf_bytes(&raw), &der) == RESULT_OK);
            FUZZ_CHECK(bytes_equal(buf_bytes(&der), input));
        }
    }
    buf_clear(&raw);
    FUZZ_IGNORE(signature_gost_reverse(input, &raw));
    FUZZ_IGNORE(signature_gost_swap(input, &raw));
    FUZZ_IGNORE(signature_digest_info(HASH_SHA256, input, &info));
}

static void oid(struct bytes input)
{
    uint8_t text_memory[OUT_MAX], der_memory[OUT_MAX];
    struct buf text = BUF_OVER(text_memory), der = BUF_OVER(der_memory);
    enum curve curve;
    enum hash hash;

    if (oid_to_text(input, &text) == RESULT_OK && oid_from_text(buf_bytes(&text), &der) == RESULT_OK)
        FUZZ_CHECK(bytes_equal(buf_bytes(&der), input));
    buf_clear(&der);
    if (oid_from_text(input, &der) == RESULT_OK) {
        buf_clear(&text);
        FUZZ_CHECK(oid_to_text(buf_bytes(&der), &text) == RESULT_OK);
    }
    FUZZ_IGNORE(curve_from_params(input, &curve));
    FUZZ_IGNORE(hash_from_oid(input, &hash));
    FUZZ_IGNORE(gost_digest_from_oid(input));
    FUZZ_IGNORE(gost_set_from_oid(input) != NULL || gost_set_from_name(input) != NULL);
    FUZZ_IGNORE(name_part_from_oid(input) != NULL || name_part_from_text(input) != NULL);
}

static void extension(struct bytes input)
{
    static const uint8_t usage[] = { 0x06, 0x03, 0x55, 0x1D, 0x0F };
    uint8_t memory[OUT_MAX];
    struct buf out = BUF_OVER(memory);
    struct fuzz fuzz = { input };
    const uint8_t form = fuzz_byte(&fuzz);
    const struct extension_name names[] = { { (enum extension_name_form)form, fuzz.rest } };
    struct bytes value;

    FUZZ_IGNORE(extension_find(input, BYTES_OF(usage), &value));
    FUZZ_IGNORE(extension_add_names(names, 1, &out));
    FUZZ_IGNORE(extension_add(input, form & 1, input, &out));
}

/* Once opened, a string is read to its end. */
static void text(struct bytes input)
{
    static const uint8_t tags[] = { 0x0C, 0x13, 0x12, 0x16, 0x1A, 0x14, 0x1E, 0x1C };
    uint8_t memory[4];
    struct text_reader reader;
    uint32_t code;

    for (size_t i = 0; i < sizeof(tags); i++) {
        enum result result;
        if (text_open(tags[i], input, &reader) != RESULT_OK)
            continue;
        while ((result = text_next(&reader, &code)) == RESULT_OK) {
            struct buf out = BUF_OVER(memory);
            text_add(&out, code);
            FUZZ_CHECK(buf_check(&out) == RESULT_OK && out.size > 0);
        }
        FUZZ_CHECK(result == RESULT_NOT_FOUND);
    }
}

/* Whatever the grammar takes can be asked for its fields, and be written again. */
static void grammar(struct bytes input)
{
    static const struct {
        const char *type, *fields[3];
    } rows[] = { { "Certificate", { "tbsCertificate.subject", "tbsCertificate.serialNumber", "signature" } },
                 { "SubjectPublicKeyInfo", { "algorithm", "subjectPublicKey", "algorithm.parameters" } },
                 { "Extensions", { "?1.extnID", "?1.extnValue", "?2" } },
                 { "KeyUsage", { "", "", "" } },
                 { "BasicConstraints", { "cA", "pathLenConstraint", "" } },
                 { "ECParameters", { "namedCurve", "", "" } },
                 { "RSAPublicKey", { "modulus", "publicExponent", "" } } };
    SCOPED(fuzz_buf_free) struct buf out = fuzz_buf(2 * input.size + 64);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        SCOPED(der_free) struct der *der = NULL;
        size_t count;
        if (der_decode(rows[i].type, input, &der) != RESULT_OK)
            continue;
        for (size_t j = 0; j < 3; j++) {
            struct bytes view;
            buf_clear(&out);
            FUZZ_IGNORE(der_read(der, rows[i].fields[j], &out));
            FUZZ_IGNORE(der_view(der, rows[i].fields[j], &view));
        }
        FUZZ_IGNORE(der_count(der, "", &count));
        buf_clear(&out);
        FUZZ_IGNORE(der_encode(der, &out));
    }
}

/* What is in a block fits where its size says, and is the same after it was written in as much room as
 * promised. */
static void pem(struct bytes input)
{
    SCOPED(fuzz_buf_free) struct buf value = fuzz_buf(input.size);
    SCOPED(fuzz_buf_free) struct buf written = fuzz_buf(PEM_SIZE(input.size));
    SCOPED(fuzz_buf_free) struct buf same = fuzz_buf(input.size);
    struct pem_block block;
    struct bytes rest = input;

    while (pem_next(&rest, &block) == RESULT_OK) {
        buf_clear(&value);
        FUZZ_IGNORE(pem_read_base64(block.base64, &value));
    }
    buf_clear(&value);
    if (pem_read(input, "CERTIFICATE", &value) != RESULT_OK)
        return;
    pem_add("CERTIFICATE", buf_bytes(&value), &written);
    FUZZ_CHECK(buf_check(&written) == RESULT_OK);
    FUZZ_CHECK(pem_read(buf_bytes(&written), "CERTIFICATE", &same) == RESULT_OK);
    FUZZ_CHECK(bytes_equal(buf_bytes(&value), buf_bytes(&same)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(struct bytes) = { spki, name,      name_text, algorithm, signature,
                                                   oid,  extension, text,      grammar,   pem };
    struct fuzz fuzz = { bytes_make(data, size) };
    size_t kind = fuzz_byte(&fuzz) % (sizeof(kinds) / sizeof(kinds[0]));

    kinds[kind](fuzz.rest);
    return 0;
}
