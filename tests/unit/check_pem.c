/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pem.h"

#include <string.h>

#include "tests/unit/unit.h"

#define BLOCK(text) "-----BEGIN THING-----\n" text "\n-----END THING-----\n"

static enum result read_text(const char *text, struct bytes *ret)
{
    static uint8_t memory[64];
    struct buf out = BUF_OVER(memory);
    enum result result = pem_read(bytes_text(text), "THING", &out);

    *ret = buf_bytes(&out);
    return result;
}

/* RFC 4648, 10 */
START_TEST(the_rfcs_examples_are_read)
{
    static const char *const texts[][2] = {
        { BLOCK(""), "" },
        { BLOCK("Zg=="), "f" },
        { BLOCK("Zm8="), "fo" },
        { BLOCK("Zm9v"), "foo" },
        { BLOCK("Zm9vYg=="), "foob" },
        { BLOCK("Zm9vYmE="), "fooba" },
        { BLOCK("Zm9vYmFy"), "foobar" },
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct bytes got;
        assert_ok(read_text(texts[i][0], &got));
        assert_bytes(got, bytes_text(texts[i][1]));
    }
}
END_TEST

START_TEST(every_digit_has_its_value)
{
    const uint8_t expected[] = { 0x00, 0x10, 0x83, 0xFB, 0xFF, 0xBF };
    struct bytes got;

    assert_ok(read_text(BLOCK("ABCD+/+/"), &got));
    assert_bytes(got, BYTES_OF(expected));
}
END_TEST

START_TEST(what_is_around_a_block_and_white_space_in_it_mean_nothing)
{
    struct bytes got;

    assert_ok(read_text("a certificate:\r\n" BLOCK("Zm9v\r\n \tYmFy") BLOCK("Zg=="), &got));
    assert_bytes(got, bytes_text("foobar"));
    assert_ok(read_text("-----BEGIN OTHER-----\nZg==\n-----END OTHER-----\n" BLOCK("Zm9v"), &got));
    assert_bytes(got, bytes_text("foo"));
}
END_TEST

START_TEST(what_is_no_block_is_not_found)
{
    struct bytes got;

    assert_result(read_text("", &got), RESULT_NOT_FOUND);
    assert_result(read_text("Zm9v", &got), RESULT_NOT_FOUND);
    assert_result(read_text("-----BEGIN THINGS-----\nZm9v\n-----END THINGS-----\n", &got), RESULT_NOT_FOUND);
    assert_result(read_text("-----BEGIN THING-----\nZm9v\n", &got), RESULT_MALFORMED);
    assert_result(read_text("-----BEGIN THING-----\nZm9v\n-----END OTHER-----\n", &got), RESULT_MALFORMED);
}
END_TEST

START_TEST(broken_base64_is_refused)
{
    static const char *const texts[] = {
        BLOCK("Zm9"),  BLOCK("Z"),     BLOCK("Zg="),      BLOCK("Zg==="),   BLOCK("===="), BLOCK("Zg==Zg=="),
        BLOCK("Zm-v"), BLOCK("Zm9v,"), BLOCK("Zm9v\x80"), BLOCK("Proc: 4"), BLOCK("Zh=="), BLOCK("Zm9="),
    };
    struct bytes got;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_result(read_text(texts[i], &got), RESULT_MALFORMED);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    uint8_t memory[5];
    struct buf out = BUF_OVER(memory);

    assert_result(pem_read(bytes_text(BLOCK("Zm9vYmFy")), "THING", &out), RESULT_TOO_LARGE);
}
END_TEST

static uint8_t memory[8192];

/* RFC 4648 chapter 10. */
static const struct {
    const char *plain, *base64;
} vectors[] = {
    { "", "" },         { "f", "Zg==" },         { "fo", "Zm8=" },        { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
};

START_TEST(base64_as_in_rfc_4648)
{
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        struct buf out = BUF_OVER(memory);

        pem_add_base64(bytes_text(vectors[i].plain), &out);
        assert_ok(buf_check(&out));
        ck_assert_uint_le(out.size, PEM_BASE64_SIZE(strlen(vectors[i].plain)));
        if (out.size)
            ck_assert_int_eq(memory[--out.size], '\n');
        assert_bytes(buf_bytes(&out), bytes_text(vectors[i].base64));
        buf_clear(&out);
        assert_ok(pem_read_base64(bytes_text(vectors[i].base64), &out));
        assert_bytes(buf_bytes(&out), bytes_text(vectors[i].plain));
    }
}
END_TEST

START_TEST(lines_of_64_characters)
{
    uint8_t zeros[145] = { 0 };
    struct buf out = BUF_OVER(memory);
    size_t lines = 0;

    pem_add_base64(bytes_make(zeros, 144), &out);
    ck_assert_uint_eq(out.size, 3 * 65);
    buf_clear(&out);
    pem_add_base64(bytes_make(zeros, 145), &out);
    for (size_t i = 0; i < out.size; i++)
        lines += memory[i] == '\n';
    ck_assert_uint_eq(lines, 4);
    ck_assert_uint_eq(out.size, 3 * 65 + 5);
    ck_assert_uint_le(out.size, PEM_BASE64_SIZE(145));
}
END_TEST

START_TEST(what_is_not_base64_is_malformed)
{
    static const char *const broken[] = { "Z", "Zg", "Zg=", "Zg===", "Zm9v=", "Z=g=", "Zm9*", "Zh==", "Zm9=", "=", "Zg==Zg==" };

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct buf out = BUF_OVER(memory);

        ck_assert_msg(pem_read_base64(bytes_text(broken[i]), &out) == RESULT_MALFORMED, "%s", broken[i]);
    }
}
END_TEST

START_TEST(white_space_does_not_count)
{
    struct buf out = BUF_OVER(memory);

    assert_ok(pem_read_base64(bytes_text(" Zm\r\n9v\tYg\n==\n"), &out));
    assert_bytes(buf_bytes(&out), bytes_text("foob"));
}
END_TEST

START_TEST(blocks_come_one_after_the_other)
{
    uint8_t text_memory[1024], der[300];
    struct buf text = BUF_OVER(text_memory), out = BUF_OVER(memory);
    struct pem_block block;
    struct bytes rest;

    for (size_t i = 0; i < sizeof(der); i++)
        der[i] = (uint8_t)i;
    buf_add(&text, bytes_text("Subject: somebody\n"));
    pem_add("CERTIFICATE", BYTES_OF(der), &text);
    buf_add(&text, bytes_text("between\n"));
    pem_add("X509 CRL", bytes_text("crl"), &text);
    assert_ok(buf_check(&text));
    rest = buf_bytes(&text);
    assert_ok(pem_next(&rest, &block));
    assert_bytes(block.label, bytes_text("CERTIFICATE"));
    assert_ok(pem_read_base64(block.base64, &out));
    assert_bytes(buf_bytes(&out), BYTES_OF(der));
    assert_ok(pem_next(&rest, &block));
    assert_bytes(block.label, bytes_text("X509 CRL"));
    assert_result(pem_next(&rest, &block), RESULT_NOT_FOUND);
}
END_TEST

START_TEST(a_truncated_text_is_malformed)
{
    uint8_t text_memory[256];
    struct buf text = BUF_OVER(text_memory);

    pem_add("CERTIFICATE", bytes_text("certificate"), &text);
    for (size_t size = 11; size < text.size - 1; size++) {
        struct bytes rest = bytes_slice(buf_bytes(&text), 0, size);
        struct pem_block block;

        ck_assert_msg(pem_next(&rest, &block) == RESULT_MALFORMED, "%zu", size);
    }
}
END_TEST

START_TEST(labels_must_agree)
{
    struct bytes rest = bytes_text("-----BEGIN A-----\nZm9v\n-----END B-----\n");
    struct pem_block block;

    assert_result(pem_next(&rest, &block), RESULT_MALFORMED);
}
END_TEST

UNIT_MAIN("pem", the_rfcs_examples_are_read, every_digit_has_its_value,
          what_is_around_a_block_and_white_space_in_it_mean_nothing, what_is_no_block_is_not_found,
          broken_base64_is_refused, what_does_not_fit_is_refused, base64_as_in_rfc_4648, lines_of_64_characters,
          what_is_not_base64_is_malformed, white_space_does_not_count, blocks_come_one_after_the_other,
          a_truncated_text_is_malformed, labels_must_agree)
