/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pkcs15.h"

#include "asn1/gost.h"
#include "tests/unit/vectors.h"

static uint8_t memory[1024];

/* Records as OpenSC's pkcs15-init wrote them on cards. */
static const uint8_t odf[] = { 0xA8, 0x0A, 0x30, 0x08, 0x04, 0x06, 0x3F, 0x00, 0x50, 0x15,
                               0x44, 0x01, 0xA0, 0x0A, 0x30, 0x08, 0x04, 0x06, 0x3F, 0x00,
                               0x50, 0x15, 0x44, 0x02, 0x00, 0x00, 0x00, 0x00 };
static const uint8_t token_info[] = { 0x30, 0x34, 0x02, 0x01, 0x00, 0x04, 0x02, 0x00, 0x00, 0x0C, 0x07,
                                      'u',  'n',  'k',  'n',  'o',  'w',  'n',  0x80, 0x0B, 'i',  's',
                                      'o',  '@',  '3',  ' ',  't',  'o',  'k',  'e',  'n',  0x03, 0x02,
                                      0x04, 0x10, 0xA5, 0x11, 0x18, 0x0F, '2',  '0',  '2',  '4',  '0',
                                      '1',  '0',  '2',  '0',  '3',  '0',  '4',  '0',  '5',  'Z' };
static const uint8_t rsa_private[] = { 0x30, 0x3D, 0x30, 0x14, 0x0C, 0x0B, 'C',  'e',  'r',  't',  'i',
                                       'f',  'i',  'c',  'a',  't',  'e',  0x03, 0x02, 0x06, 0xC0, 0x04,
                                       0x01, 0xFF, 0x30, 0x0E, 0x04, 0x01, 0x10, 0x03, 0x02, 0x02, 0x74,
                                       0x03, 0x02, 0x03, 0xB8, 0x02, 0x01, 0x00, 0xA0, 0x05, 0x30, 0x03,
                                       0x30, 0x01, 0x00, 0xA1, 0x0E, 0x30, 0x0C, 0x30, 0x06, 0x04, 0x04,
                                       0x3F, 0x00, 0x50, 0x15, 0x02, 0x02, 0x08, 0x00 };
static const uint8_t ec_private[] = { 0xA0, 0x20, 0x30, 0x03, 0x0C, 0x01, 'E',  0x30, 0x0B, 0x04, 0x01, 0x20,
                                      0x03, 0x02, 0x05, 0x20, 0x02, 0x02, 0x00, 0x81, 0xA1, 0x0C, 0x30, 0x0A,
                                      0x30, 0x04, 0x04, 0x02, 0x50, 0x15, 0x02, 0x02, 0x01, 0x00 };
static const uint8_t certificate_record[] = { 0x30, 0x26, 0x30, 0x11, 0x0C, 0x0B, 'C',  'e',  'r',  't',
                                              'i',  'f',  'i',  'c',  'a',  't',  'e',  0x03, 0x02, 0x06,
                                              0x40, 0x30, 0x03, 0x04, 0x01, 0x10, 0xA1, 0x0C, 0x30, 0x0A,
                                              0x30, 0x08, 0x04, 0x06, 0x3F, 0x00, 0x50, 0x15, 0x34, 0x00 };
static const uint8_t pin_record[] = { 0x30, 0x2F, 0x30, 0x0E, 0x0C, 0x08, 'U',  's',  'e',  'r',
                                      ' ',  'P',  'I',  'N',  0x03, 0x02, 0x06, 0xC0, 0x30, 0x03,
                                      0x04, 0x01, 0xFF, 0xA1, 0x18, 0x30, 0x16, 0x03, 0x02, 0x02,
                                      0x8C, 0x0A, 0x01, 0x01, 0x02, 0x01, 0x04, 0x02, 0x01, 0x0A,
                                      0x02, 0x01, 0x10, 0x80, 0x01, 0x01, 0x04, 0x01, 0x00, 0x00 };

START_TEST(reads_the_object_directory_up_to_its_padding)
{
    struct tlv_cursor cursor = tlv_open(BYTES_OF(odf));
    struct pkcs15_entry entry;

    assert_ok(pkcs15_next_entry(&cursor, &entry));
    ck_assert_int_eq((int)entry.file, (int)PKCS15_PINS);
    assert_bytes(entry.path.path, BYTES_LIT(0x3F, 0x00, 0x50, 0x15, 0x44, 0x01));
    assert_bytes(entry.record, bytes_slice(BYTES_OF(odf), 0, 12));
    assert_ok(pkcs15_next_entry(&cursor, &entry));
    ck_assert_int_eq((int)entry.file, (int)PKCS15_PRIVATE_KEYS);
    assert_result(pkcs15_next_entry(&cursor, &entry), RESULT_NOT_FOUND);
}
END_TEST

START_TEST(reads_token_info)
{
    struct pkcs15_token token;

    assert_ok(pkcs15_read_token(BYTES_OF(token_info), &token));
    assert_bytes(token.serial, BYTES_LIT(0, 0));
    assert_bytes(token.manufacturer, bytes_text("unknown"));
    assert_bytes(token.label, bytes_text("iso@3 token"));
    assert_bytes(token.last_update, bytes_text("20240102030405Z"));
    ck_assert_uint_eq(token.flags, PKCS15_EID_COMPLIANT);
    assert_result(pkcs15_read_token(BYTES_LIT(0x30, 0x03, 0x02, 0x01, 0x00), &token), RESULT_MALFORMED);
    assert_result(pkcs15_read_token(BYTES_NONE, &token), RESULT_MALFORMED);
}
END_TEST

START_TEST(reads_an_rsa_key)
{
    struct tlv_cursor cursor = tlv_open(BYTES_OF(rsa_private));
    struct pkcs15_key key;

    assert_ok(pkcs15_next_private_key(&cursor, &key));
    ck_assert_int_eq((int)key.type, (int)PKCS15_KEY_RSA);
    assert_bytes(key.common.label, bytes_text("Certificate"));
    ck_assert_uint_eq(key.common.flags, PKCS15_PRIVATE | PKCS15_MODIFIABLE);
    assert_bytes(key.common.auth_id, BYTES_LIT(0xFF));
    assert_bytes(key.id, BYTES_LIT(0x10));
    ck_assert_uint_eq(key.usage, PKCS15_DECRYPT | PKCS15_SIGN | PKCS15_SIGN_RECOVER | PKCS15_UNWRAP);
    ck_assert_uint_eq(key.access,
                      PKCS15_SENSITIVE | PKCS15_ALWAYS_SENSITIVE | PKCS15_NEVER_EXTRACTABLE | PKCS15_LOCAL);
    ck_assert(key.has_reference);
    ck_assert_uint_eq(key.reference, 0);
    assert_bytes(key.subject, BYTES_LIT(0x30, 0x01, 0x00));
    assert_bytes(key.path.path, BYTES_LIT(0x3F, 0x00, 0x50, 0x15));
    ck_assert_uint_eq(key.bits, 2048);
    assert_bytes(key.record, BYTES_OF(rsa_private));
}
END_TEST

START_TEST(reads_an_elliptic_curve_key_without_flags)
{
    struct tlv_cursor cursor = tlv_open(BYTES_OF(ec_private));
    struct pkcs15_key key;

    assert_ok(pkcs15_next_private_key(&cursor, &key));
    ck_assert_int_eq((int)key.type, (int)PKCS15_KEY_EC);
    ck_assert_uint_eq(key.common.flags, 0);
    ck_assert_uint_eq(key.reference, 0x81);
    ck_assert_uint_eq(key.bits, 256);
}
END_TEST

START_TEST(reads_a_certificate_and_a_pin)
{
    struct tlv_cursor cursor = tlv_open(BYTES_OF(certificate_record));
    struct pkcs15_certificate certificate;
    struct pkcs15_pin pin;

    assert_ok(pkcs15_next_certificate(&cursor, &certificate));
    assert_bytes(certificate.id, BYTES_LIT(0x10));
    assert_bytes(certificate.path.path, BYTES_LIT(0x3F, 0x00, 0x50, 0x15, 0x34, 0x00));
    ck_assert(!certificate.authority && !certificate.path.has_range);
    ck_assert_uint_eq(certificate.common.flags, PKCS15_MODIFIABLE);
    cursor = tlv_open(BYTES_OF(pin_record));
    assert_ok(pkcs15_next_pin(&cursor, &pin));
    assert_bytes(pin.common.label, bytes_text("User PIN"));
    assert_bytes(pin.auth_id, BYTES_LIT(0xFF));
    ck_assert_uint_eq(pin.flags,
                      PKCS15_PIN_CASE_SENSITIVE | PKCS15_PIN_INITIALIZED | PKCS15_PIN_NEEDS_PADDING);
    ck_assert_uint_eq(pin.type, PKCS15_PIN_ASCII);
    ck_assert_uint_eq(pin.min_length, 4);
    ck_assert_uint_eq(pin.stored_length, 10);
    ck_assert_uint_eq(pin.max_length, 16);
    ck_assert_uint_eq(pin.reference, 1);
    ck_assert_int_eq(pin.pad, 0);
}
END_TEST

START_TEST(records_of_other_kinds_and_broken_ones_are_skipped)
{
    struct buf file = BUF_OVER(memory);
    struct tlv_cursor cursor;
    struct pkcs15_key key;
    struct bytes record;
    size_t count = 0;

    buf_add(&file, BYTES_LIT(0xA1, 0x02, 0x30, 0x00));             /* a Diffie-Hellman key */
    buf_add(&file, BYTES_LIT(0x30, 0x04, 0x30, 0x00, 0x30, 0x07)); /* broken inside */
    buf_add(&file, BYTES_OF(ec_private));
    buf_add(&file, BYTES_LIT(0x04, 0x01, 0xAA));
    buf_add(&file, BYTES_OF(rsa_private));
    buf_add(&file, BYTES_LIT(0xFF, 0xFF, 0xFF));
    cursor = tlv_open(buf_bytes(&file));
    assert_ok(pkcs15_next_private_key(&cursor, &key));
    assert_bytes(key.record, BYTES_OF(ec_private));
    assert_ok(pkcs15_next_private_key(&cursor, &key));
    assert_bytes(key.record, BYTES_OF(rsa_private));
    assert_result(pkcs15_next_private_key(&cursor, &key), RESULT_NOT_FOUND);
    for (cursor = tlv_open(buf_bytes(&file)); pkcs15_next_record(&cursor, &record) == RESULT_OK; count++)
        ck_assert_uint_gt(record.size, 2);
    ck_assert_uint_eq(count, 5);
    cursor = tlv_open(bytes_slice(BYTES_OF(rsa_private), 0, 20));
    assert_result(pkcs15_next_private_key(&cursor, &key), RESULT_MALFORMED);
}
END_TEST

START_TEST(reads_the_applications_of_a_card)
{
    struct bytes file =
        BYTES_LIT(0x61, 0x10, 0x50, 0x02, 'h', 'i', 0x4F, 0x04, 0xA0, 0x00, 0x00, 0x63, 0x51, 0x04, 0x3F,
                  0x00, 0x50, 0x00, 0x61, 0x02, 0x50, 0x00, 0x61, 0x04, 0x4F, 0x02, 0xD2, 0x76, 0x00);
    struct tlv_cursor cursor = tlv_open(file);
    struct pkcs15_application application;

    assert_ok(pkcs15_next_application(&cursor, &application));
    assert_bytes(application.aid, BYTES_LIT(0xA0, 0x00, 0x00, 0x63));
    assert_bytes(application.label, bytes_text("hi"));
    assert_bytes(application.path, BYTES_LIT(0x3F, 0x00, 0x50, 0x00));
    assert_ok(pkcs15_next_application(&cursor, &application));
    assert_bytes(application.aid, BYTES_LIT(0xD2, 0x76));
    ck_assert_uint_eq(application.path.size + application.label.size, 0);
    assert_result(pkcs15_next_application(&cursor, &application), RESULT_NOT_FOUND);
}
END_TEST

START_TEST(every_parameter_set_has_its_numbers_and_comes_back)
{
    static const enum hash digests[] = { HASH_STREEBOG_256, HASH_STREEBOG_512, HASH_GOST94 };

    for (size_t i = 0; gost_set_at(i); i++) {
        struct bytes set = gost_set_oid(gost_set_at(i)), set_back, digest_back;

        for (size_t d = 0; d < 3; d++) {
            bool suits = d < 2 ? hash_size(digests[d]) == gost_set_at(i)->size : i < 6;
            struct pkcs15_key key = { .id = { 0 } };

            assert_result(pkcs15_key_set_gost(&key, set, gost_digest_oid(digests[d])),
                          suits ? RESULT_OK : RESULT_UNSUPPORTED);
            if (!suits)
                continue;
            ck_assert_uint_eq(key.bits, 8 * gost_set_at(i)->size);
            assert_ok(pkcs15_key_gost(&key, &set_back, &digest_back));
            assert_bytes(set_back, set);
            assert_bytes(digest_back, gost_digest_oid(digests[d]));
        }
    }
}
END_TEST

START_TEST(numbers_that_mean_nothing_are_not_supported)
{
    struct pkcs15_key key = { .type = PKCS15_KEY_GOST, .gost_set = 1 };
    struct bytes set, digest;

    assert_ok(pkcs15_key_gost(&key, &set, &digest)); /* by OpenSC: of 2001 */
    assert_bytes(digest, gost_digest_oid(HASH_GOST94));
    key.gost_digest = 3;
    assert_result(pkcs15_key_gost(&key, &set, &digest), RESULT_UNSUPPORTED);
    key.gost_digest = 4;
    assert_result(pkcs15_key_gost(&key, &set, &digest), RESULT_UNSUPPORTED);
    key.gost_digest = 2;
    key.gost_set = 0x105;
    assert_result(pkcs15_key_gost(&key, &set, &digest), RESULT_UNSUPPORTED);
    key.gost_set = 0x101;
    key.type = PKCS15_KEY_RSA;
    assert_result(pkcs15_key_gost(&key, &set, &digest), RESULT_UNSUPPORTED);
}
END_TEST

static void read_any(struct bytes view)
{
    struct pkcs15_certificate certificate;
    struct pkcs15_application application;
    struct pkcs15_token token;
    struct pkcs15_entry entry;
    struct pkcs15_data data;
    struct pkcs15_key key;
    struct pkcs15_pin pin;
    struct tlv_cursor cursor;

    for (cursor = tlv_open(view); pkcs15_next_private_key(&cursor, &key) == RESULT_OK;)
        ck_assert_uint_le(key.path.path.size, view.size);
    for (cursor = tlv_open(view); pkcs15_next_certificate(&cursor, &certificate) == RESULT_OK;)
        ck_assert_uint_le(certificate.id.size, view.size);
    for (cursor = tlv_open(view); pkcs15_next_data(&cursor, &data) == RESULT_OK;)
        ck_assert_uint_le(data.oid.size, view.size);
    for (cursor = tlv_open(view); pkcs15_next_pin(&cursor, &pin) == RESULT_OK;)
        ck_assert_int_le(pin.pad, 255);
    for (cursor = tlv_open(view); pkcs15_next_entry(&cursor, &entry) == RESULT_OK;)
        ck_assert_uint_le(entry.path.path.size, view.size);
    for (cursor = tlv_open(view); pkcs15_next_application(&cursor, &application) == RESULT_OK;)
        ck_assert_uint_le(application.aid.size, view.size);
    (void)!pkcs15_read_token(view, &token);
}

START_TEST(broken_files_do_no_harm)
{
    const struct bytes files[] = { BYTES_OF(odf),        BYTES_OF(token_info),         BYTES_OF(rsa_private),
                                   BYTES_OF(ec_private), BYTES_OF(certificate_record), BYTES_OF(pin_record) };

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        vector_mutate(files[i], read_any);
        vector_truncate(files[i], read_any);
    }
}
END_TEST

UNIT_MAIN("pkcs15", reads_the_object_directory_up_to_its_padding, reads_token_info, reads_an_rsa_key,
          reads_an_elliptic_curve_key_without_flags, reads_a_certificate_and_a_pin,
          records_of_other_kinds_and_broken_ones_are_skipped, reads_the_applications_of_a_card,
          every_parameter_set_has_its_numbers_and_comes_back, numbers_that_mean_nothing_are_not_supported,
          broken_files_do_no_harm)
