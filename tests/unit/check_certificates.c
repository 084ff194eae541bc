/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/certificates.h"

#include "asn1/cms_oid.h"
#include "asn1/pem.h"
#include "asn1/strict.h"
#include "tests/unit/tool_ui.h"
#include "tests/unit/vectors.h"

static struct tool_ear ear;
static uint8_t memory[16384];

static enum exit_code take(struct bytes contents, struct certificates *ret)
{
    return certificates_take(&ear.ui, "a file", contents, ret);
}

/* A message of certificates alone (RFC 5652 5, "degenerate"). */
static void add_message(struct bytes certificates, struct buf *out)
{
    static const uint8_t signed_data[] = { CMS_SIGNED_DATA_BYTES }, data[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1 };
    size_t info = tlv_begin(out, DER_SEQUENCE), wrapped, body;

    buf_add(out, BYTES_OF(signed_data));
    wrapped = tlv_begin(out, 0xA0);
    body = tlv_begin(out, DER_SEQUENCE);
    tlv_add_byte(out, DER_INTEGER, 1);
    tlv_add(out, DER_SET, BYTES_NONE);
    tlv_add(out, DER_SEQUENCE, BYTES_OF(data));
    tlv_add(out, 0xA0, certificates);
    tlv_add(out, DER_SET, BYTES_NONE);
    tlv_end(out, body);
    tlv_end(out, wrapped);
    tlv_end(out, info);
}

static void assert_two(struct bytes contents, struct bytes first, struct bytes second)
{
    SCOPED(certificates_free) struct certificates got = { 0 };

    ck_assert_int_eq((int)take(contents, &got), EXIT_CODE_OK);
    ck_assert_uint_eq(got.count, 2);
    assert_bytes(got.rows[0].der, first);
    assert_bytes(got.rows[1].der, second);
}

START_TEST(every_form_is_read)
{
    uint8_t row_memory[8192], text_memory[16384];
    struct buf row = BUF_OVER(row_memory), message = BUF_OVER(memory), text = BUF_OVER(text_memory);
    struct vector a, b;

    tool_listen(&ear, 80);
    vector_load("asn1/p256.crt", &a);
    vector_load("asn1/rsa2048.crt", &b);
    buf_add(&row, a.bytes);
    buf_add(&row, b.bytes);
    assert_two(buf_bytes(&row), a.bytes, b.bytes);
    add_message(buf_bytes(&row), &message);
    assert_ok(buf_check(&message));
    assert_two(buf_bytes(&message), a.bytes, b.bytes);
    pem_add("PKCS7", buf_bytes(&message), &text);
    assert_two(buf_bytes(&text), a.bytes, b.bytes);
    buf_clear(&text);
    pem_add_base64(buf_bytes(&message), &text);
    assert_two(buf_bytes(&text), a.bytes, b.bytes);
    buf_clear(&text);
    pem_add("CERTIFICATE", a.bytes, &text);
    pem_add("PRIVATE KEY", bytes_text("not looked at"), &text);
    pem_add("CERTIFICATE", b.bytes, &text);
    assert_ok(buf_check(&text));
    assert_two(buf_bytes(&text), a.bytes, b.bytes);
    tool_deaf(&ear);
}
END_TEST

/* Cut anywhere, it is refused: as DER, as PEM and as a message. */
START_TEST(what_is_cut_off_is_refused)
{
    uint8_t text_memory[8192];
    struct buf message = BUF_OVER(memory), text = BUF_OVER(text_memory);
    struct certificates got;
    struct vector vector;

    tool_listen(&ear, 80);
    vector_load("asn1/p256.crt", &vector);
    add_message(vector.bytes, &message);
    pem_add("CERTIFICATE", vector.bytes, &text);
    for (size_t size = 0; size < vector.bytes.size; size += 7)
        ck_assert_int_eq((int)take(bytes_slice(vector.bytes, 0, size), &got), EXIT_CODE_BAD_INPUT);
    for (size_t size = 0; size < message.size; size += 7)
        ck_assert_int_eq((int)take(bytes_slice(buf_bytes(&message), 0, size), &got), EXIT_CODE_BAD_INPUT);
    for (size_t size = 0; size + 2 < text.size; size += 7)
        ck_assert_int_eq((int)take(bytes_slice(buf_bytes(&text), 0, size), &got), EXIT_CODE_BAD_INPUT);
    tool_deaf(&ear);
}
END_TEST

START_TEST(more_than_can_be_taken_is_refused)
{
    static uint8_t many_memory[64 * 1024];
    struct buf many = BUF_OVER(many_memory);
    struct certificates got;
    struct vector vector;

    tool_listen(&ear, 80);
    vector_load("asn1/p256.crt", &vector);
    for (unsigned i = 0; i < CERTIFICATES_MAX; i++)
        buf_add(&many, vector.bytes);
    ck_assert_int_eq((int)take(buf_bytes(&many), &got), EXIT_CODE_OK);
    ck_assert_uint_eq(got.count, CERTIFICATES_MAX);
    certificates_free(&got);
    buf_add(&many, vector.bytes);
    assert_ok(buf_check(&many));
    ck_assert_int_eq((int)take(buf_bytes(&many), &got), EXIT_CODE_BAD_INPUT);
    tool_deaf(&ear);
}
END_TEST

UNIT_MAIN("certificates", every_form_is_read, what_is_cut_off_is_refused, more_than_can_be_taken_is_refused)
