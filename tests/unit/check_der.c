/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/der.h"

#include "tests/unit/vectors.h"

START_TEST(builds_a_value_field_by_field)
{
    SCOPED(der_free) struct der *der = NULL;
    uint8_t memory[64];
    struct buf out = BUF_OVER(memory);

    assert_ok(der_new("DigestInfo", &der));
    assert_ok(der_write_text(der, "digestAlgorithm.algorithm", "1.3.14.3.2.26"));
    assert_ok(der_write(der, "digestAlgorithm.parameters", BYTES_LIT(0x05, 0x00)));
    assert_ok(der_write(der, "digest", BYTES_LIT(1, 2, 3)));
    assert_ok(der_encode(der, &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0x30, 0x10, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A,
                                            0x05, 0x00, 0x04, 0x03, 1, 2, 3));
}
END_TEST

START_TEST(leaves_optional_fields_out)
{
    SCOPED(der_free) struct der *der = NULL;
    uint8_t memory[64];
    struct buf out = BUF_OVER(memory);

    assert_ok(der_new("AlgorithmIdentifier", &der));
    assert_ok(der_write_text(der, "algorithm", "1.3.101.112"));
    assert_ok(der_leave_out(der, "parameters"));
    assert_ok(der_encode(der, &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70));
}
END_TEST

START_TEST(appends_elements_and_encodes_behind_what_is_there)
{
    SCOPED(der_free) struct der *der = NULL;
    uint8_t memory[64];
    struct buf out = BUF_OVER(memory);
    size_t count;

    assert_ok(der_new("ExtKeyUsageSyntax", &der));
    assert_ok(der_write_text(der, "", "NEW"));
    assert_ok(der_write_text(der, "?1", "1.2.3"));
    assert_ok(der_write_text(der, "", "NEW"));
    assert_ok(der_write_text(der, "?LAST", "1.2.4"));
    assert_ok(der_count(der, "", &count));
    ck_assert_uint_eq(count, 2);
    buf_add_byte(&out, 0xAA);
    assert_ok(der_encode(der, &out));
    assert_bytes(buf_bytes(&out),
                 BYTES_LIT(0xAA, 0x30, 0x08, 0x06, 0x02, 0x2A, 0x03, 0x06, 0x02, 0x2A, 0x04));
}
END_TEST

START_TEST(reads_what_it_decoded)
{
    SCOPED(der_free) struct der *der = NULL;
    struct vector vector;
    uint8_t memory[512];
    struct buf out = BUF_OVER(memory);
    struct bytes view;

    assert_ok(der_decode("Certificate", vector_load("asn1/rsa2048.crt", &vector), &der));
    assert_ok(der_read(der, "tbsCertificate.serialNumber", &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0x12, 0x34));
    buf_clear(&out);
    assert_ok(der_read(der, "signatureAlgorithm.algorithm", &out));
    assert_bytes(buf_bytes(&out), bytes_text("1.2.840.113549.1.1.11"));
    buf_clear(&out);
    assert_ok(der_read(der, "signatureAlgorithm.parameters", &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0x05, 0x00));
    buf_clear(&out);
    assert_ok(der_read(der, "tbsCertificate.validity.notBefore.utcTime", &out));
    assert_bytes(buf_bytes(&out), bytes_text("240229120000Z"));
    buf_clear(&out);
    assert_ok(der_read(der, "signature", &out));
    ck_assert_uint_eq(out.size, 256);
    assert_ok(der_view(der, "tbsCertificate.serialNumber", &view));
    assert_bytes(view, BYTES_LIT(0x02, 0x02, 0x12, 0x34));
    assert_ok(der_view(der, "", &view));
    assert_bytes(view, vector.bytes);
}
END_TEST

START_TEST(absent_fields_are_not_found)
{
    SCOPED(der_free) struct der *der = NULL;
    struct vector vector;
    uint8_t memory[64];
    struct buf out = BUF_OVER(memory);
    struct bytes view;
    size_t count;

    assert_ok(der_decode("Certificate", vector_load("asn1/v1.crt", &vector), &der));
    assert_result(der_view(der, "tbsCertificate.extensions", &view), RESULT_NOT_FOUND);
    assert_result(der_view(der, "tbsCertificate.version", &view), RESULT_NOT_FOUND);
    assert_result(der_view(der, "tbsCertificate.nothing", &view), RESULT_NOT_FOUND);
    assert_result(der_read(der, "tbsCertificate.issuerUniqueID", &out), RESULT_NOT_FOUND);
    assert_result(der_read(der, "nothing", &out), RESULT_NOT_FOUND);
    assert_result(der_count(der, "tbsCertificate.extensions", &count), RESULT_NOT_FOUND);
    assert_result(der_write(der, "nothing", BYTES_LIT(1)), RESULT_NOT_FOUND);
    assert_result(der_write_text(der, "nothing", "1.2.3"), RESULT_NOT_FOUND);
    assert_result(der_leave_out(der, "nothing"), RESULT_NOT_FOUND);
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

START_TEST(what_was_decoded_encodes_to_the_same)
{
    static const char *const names[] = { "asn1/rsa2048.crt", "asn1/ca.crt", "asn1/late.crt", "asn1/v1.crt",
                                         "asn1/negative.crt" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        SCOPED(der_free) struct der *der = NULL;
        uint8_t memory[2048];
        struct buf out = BUF_OVER(memory);
        struct vector vector;

        assert_ok(der_decode("Certificate", vector_load(names[i], &vector), &der));
        assert_ok(der_encode(der, &out));
        assert_bytes(buf_bytes(&out), vector.bytes);
    }
}
END_TEST

START_TEST(small_buffers_overflow)
{
    SCOPED(der_free) struct der *der = NULL;
    struct vector vector;
    uint8_t memory[16];
    struct buf out = BUF_OVER(memory), nowhere = buf_make(NULL, 0);

    assert_ok(der_decode("Certificate", vector_load("asn1/v1.crt", &vector), &der));
    assert_result(der_encode(der, &out), RESULT_TOO_LARGE);
    assert_result(buf_check(&out), RESULT_TOO_LARGE);
    buf_clear(&out);
    assert_result(der_read(der, "signature", &out), RESULT_TOO_LARGE);
    assert_result(der_read(der, "signature", &nowhere), RESULT_TOO_LARGE);
    assert_result(der_encode(der, &nowhere), RESULT_TOO_LARGE);
}
END_TEST

START_TEST(unfinished_values_do_not_encode)
{
    SCOPED(der_free) struct der *der = NULL;
    uint8_t memory[64];
    struct buf out = BUF_OVER(memory);

    assert_ok(der_new("DigestInfo", &der));
    assert_ok(der_write(der, "digest", BYTES_LIT(1)));
    assert_result(der_encode(der, &out), RESULT_MALFORMED);
    assert_result(der_write(der, "digest", BYTES_NONE), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(unknown_types_are_an_internal_failure)
{
    char longest[DER_PATH_MAX + 2];
    struct der *der;

    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = 0;
    assert_result(der_new("Nothing", &der), RESULT_INTERNAL);
    ck_assert_ptr_null(der);
    assert_result(der_new(longest, &der), RESULT_INTERNAL);
    assert_result(der_decode("Nothing", BYTES_LIT(0x05, 0x00), &der), RESULT_INTERNAL);
    ck_assert_ptr_null(der);
    der_free(&der);
}
END_TEST

START_TEST(more_or_less_than_one_value_is_malformed)
{
    struct der *der;

    assert_result(der_decode("KeyIdentifier", BYTES_LIT(0x04, 0x01, 0xAA, 0x00), &der), RESULT_MALFORMED);
    ck_assert_ptr_null(der);
    assert_result(der_decode("KeyIdentifier", BYTES_LIT(0x04, 0x02, 0xAA), &der), RESULT_MALFORMED);
    assert_result(der_decode("KeyIdentifier", BYTES_LIT(0x05, 0x00), &der), RESULT_MALFORMED);
    assert_result(der_decode("KeyIdentifier", BYTES_NONE, &der), RESULT_MALFORMED);
}
END_TEST

START_TEST(part_of_a_byte_is_malformed)
{
    SCOPED(der_free) struct der *der = NULL;
    uint8_t memory[8];
    struct buf out = BUF_OVER(memory);

    assert_ok(der_decode("KeyUsage", BYTES_LIT(0x03, 0x02, 0x05, 0xA0), &der));
    assert_result(der_read(der, "", &out), RESULT_MALFORMED);
}
END_TEST

UNIT_MAIN("der", builds_a_value_field_by_field, leaves_optional_fields_out,
          appends_elements_and_encodes_behind_what_is_there, reads_what_it_decoded,
          absent_fields_are_not_found, what_was_decoded_encodes_to_the_same, small_buffers_overflow,
          unfinished_values_do_not_encode, unknown_types_are_an_internal_failure,
          more_or_less_than_one_value_is_malformed, part_of_a_byte_is_malformed)
