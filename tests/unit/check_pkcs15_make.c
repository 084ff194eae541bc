/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pkcs15.h"

#include "asn1/gost.h"
#include "tests/unit/unit.h"

static uint8_t memory[1024];
static const uint8_t path_bytes[] = { 0x3F, 0x00, 0x10, 0x00 }, id_bytes[] = { 0x45 },
                     auth_bytes[] = { 0x02 }, name_bytes[] = { 0x30, 0x00 };

static struct pkcs15_key private_key(void)
{
    return (struct pkcs15_key){ .common = { .label = bytes_text("Key"),
                                            .flags = PKCS15_PRIVATE | PKCS15_MODIFIABLE,
                                            .auth_id = BYTES_OF(auth_bytes) },
                                .type = PKCS15_KEY_RSA,
                                .id = BYTES_OF(id_bytes),
                                .usage = PKCS15_SIGN | PKCS15_NON_REPUDIATION,
                                .access = PKCS15_SENSITIVE | PKCS15_LOCAL,
                                .has_reference = true,
                                .reference = 0x81,
                                .path = { .path = BYTES_OF(path_bytes) },
                                .bits = 2048 };
}

static void assert_same_common(const struct pkcs15_common *a, const struct pkcs15_common *b)
{
    assert_bytes(a->label, b->label);
    assert_bytes(a->auth_id, b->auth_id);
    ck_assert_uint_eq(a->flags, b->flags);
    ck_assert_uint_eq(a->consent, b->consent);
}

static void assert_same_key(const struct pkcs15_key *a, const struct pkcs15_key *b)
{
    assert_same_common(&a->common, &b->common);
    ck_assert_int_eq((int)a->type, (int)b->type);
    assert_bytes(a->id, b->id);
    ck_assert_uint_eq(a->usage, b->usage);
    ck_assert_uint_eq(a->access, b->access);
    ck_assert_int_eq(a->has_reference, b->has_reference);
    ck_assert_uint_eq(a->reference, b->reference);
    assert_bytes(a->start_date, b->start_date);
    assert_bytes(a->end_date, b->end_date);
    assert_bytes(a->subject, b->subject);
    assert_bytes(a->path.path, b->path.path);
    assert_bytes(a->value, b->value);
    ck_assert_uint_eq(a->bits, b->bits);
    ck_assert_uint_eq(a->gost_set, b->gost_set);
    ck_assert_uint_eq(a->gost_digest, b->gost_digest);
}

START_TEST(an_rsa_key_has_the_encoding_that_opensc_writes)
{
    struct pkcs15_key key = private_key(), back;
    struct buf out = BUF_OVER(memory);
    struct tlv_cursor cursor;

    assert_ok(pkcs15_add_private_key(&key, &out));
    assert_bytes(buf_bytes(&out),
                 BYTES_LIT(0x30, 0x30, 0x30, 0x0C, 0x0C, 0x03, 'K', 'e', 'y', 0x03, 0x02, 0x06, 0xC0, 0x04,
                           0x01, 0x02, 0x30, 0x10, 0x04, 0x01, 0x45, 0x03, 0x03, 0x06, 0x20, 0x40, 0x03, 0x02,
                           0x03, 0x88, 0x02, 0x02, 0x00, 0x81, 0xA1, 0x0E, 0x30, 0x0C, 0x30, 0x06, 0x04, 0x04,
                           0x3F, 0x00, 0x10, 0x00, 0x02, 0x02, 0x08, 0x00));
    cursor = tlv_open(buf_bytes(&out));
    assert_ok(pkcs15_next_private_key(&cursor, &back));
    assert_same_key(&back, &key);
}
END_TEST

START_TEST(a_gost_key_has_the_alternative_four_and_its_numbers)
{
    struct pkcs15_key key = private_key(), back;
    struct buf out = BUF_OVER(memory);
    struct tlv_cursor cursor;
    struct bytes numbers;

    key.subject = BYTES_OF(name_bytes);
    key.start_date = bytes_text("20240101000000Z");
    key.end_date = bytes_text("20250401000000Z");
    assert_ok(pkcs15_key_set_gost(&key, gost_set_oid(gost_set_from_name(bytes_text("tc26-512-A"))),
                                  hash_oid(HASH_STREEBOG_512)));
    assert_ok(pkcs15_add_private_key(&key, &out));
    cursor = tlv_open(buf_bytes(&out));
    assert_ok(pkcs15_next_private_key(&cursor, &back));
    assert_same_key(&back, &key);
    ck_assert_uint_eq(back.bits, 512);
    assert_ok(tlv_find_path(buf_bytes(&out), (const uint32_t[]){ 0xA4, 0xA1, 0x30 }, 3, &numbers));
    assert_bytes(bytes_from(numbers, 8), BYTES_LIT(0x02, 0x02, 0x02, 0x01, 0x02, 0x01, 0x03));
}
END_TEST

START_TEST(a_public_key_may_have_its_value_inside)
{
    static const uint8_t value[] = { 0x30, 0x00 };
    struct pkcs15_key key = private_key(), back;
    struct buf out = BUF_OVER(memory);
    struct tlv_cursor cursor;

    key.path.path = BYTES_NONE;
    key.value = BYTES_OF(value);
    assert_result(pkcs15_add_private_key(&key, &out), RESULT_BAD_ARGUMENT);
    assert_ok(pkcs15_add_public_key(&key, &out));
    cursor = tlv_open(buf_bytes(&out));
    assert_ok(pkcs15_next_public_key(&cursor, &back));
    assert_same_key(&back, &key);
}
END_TEST

START_TEST(keys_without_what_the_grammar_needs_are_refused)
{
    struct pkcs15_key key[5];
    struct buf out = BUF_OVER(memory);

    for (size_t i = 0; i < 5; i++)
        key[i] = private_key();
    key[0].id = BYTES_NONE;
    key[1].usage = 0;
    key[2].bits = 0;
    key[3].path.path = BYTES_NONE;
    key[4].type = PKCS15_KEY_GOST;
    for (size_t i = 0; i < 5; i++)
        assert_result(pkcs15_add_private_key(&key[i], &out), RESULT_BAD_ARGUMENT);
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

START_TEST(certificates_come_back)
{
    struct pkcs15_certificate certificate = { .common = { .label = bytes_text("C"),
                                                          .flags = PKCS15_MODIFIABLE },
                                              .id = BYTES_OF(id_bytes),
                                              .authority = true,
                                              .path = { BYTES_OF(path_bytes), true, 0, 0x1234 } },
                              back;
    struct buf out = BUF_OVER(memory);
    struct tlv_cursor cursor;

    assert_ok(pkcs15_add_certificate(&certificate, &out));
    cursor = tlv_open(buf_bytes(&out));
    assert_ok(pkcs15_next_certificate(&cursor, &back));
    assert_same_common(&back.common, &certificate.common);
    assert_bytes(back.id, certificate.id);
    ck_assert(back.authority && back.path.has_range);
    ck_assert_uint_eq(back.path.index, 0);
    ck_assert_uint_eq(back.path.length, 0x1234);
    certificate.path.path = BYTES_NONE;
    assert_result(pkcs15_add_certificate(&certificate, &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(data_objects_come_back)
{
    static const uint8_t oid[] = { 0x06, 0x02, 0x2A, 0x03 };
    struct pkcs15_data data = { .common = { .label = bytes_text("D"), .flags = PKCS15_PRIVATE },
                                .application = bytes_text("app"),
                                .oid = BYTES_OF(oid),
                                .path = { .path = BYTES_OF(path_bytes) } },
                       back;
    struct buf out = BUF_OVER(memory);
    struct tlv_cursor cursor;

    for (size_t way = 0; way < 2; way++) {
        buf_clear(&out);
        assert_ok(pkcs15_add_data(&data, &out));
        cursor = tlv_open(buf_bytes(&out));
        assert_ok(pkcs15_next_data(&cursor, &back));
        assert_same_common(&back.common, &data.common);
        assert_bytes(back.application, data.application);
        assert_bytes(back.oid, data.oid);
        assert_bytes(back.path.path, data.path.path);
        data.application = data.oid = BYTES_NONE;
    }
    data.path.path = BYTES_NONE;
    assert_result(pkcs15_add_data(&data, &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(pins_come_back)
{
    struct pkcs15_pin pin = { .common = { .label = bytes_text("SO PIN"),
                                          .flags = PKCS15_PRIVATE | PKCS15_MODIFIABLE },
                              .auth_id = BYTES_OF(auth_bytes),
                              .flags = PKCS15_PIN_CASE_SENSITIVE | PKCS15_PIN_INITIALIZED | PKCS15_PIN_SO,
                              .type = PKCS15_PIN_UTF8,
                              .min_length = 6,
                              .stored_length = 32,
                              .max_length = 200,
                              .reference = 0x80,
                              .pad = 0xFF,
                              .path = { .path = BYTES_OF(path_bytes) } },
                      back;
    struct buf out = BUF_OVER(memory);
    struct tlv_cursor cursor;

    assert_ok(pkcs15_add_pin(&pin, &out));
    cursor = tlv_open(buf_bytes(&out));
    assert_ok(pkcs15_next_pin(&cursor, &back));
    assert_same_common(&back.common, &pin.common);
    assert_bytes(back.auth_id, pin.auth_id);
    ck_assert_uint_eq(back.flags, pin.flags);
    ck_assert_uint_eq(back.type, pin.type);
    ck_assert_uint_eq(back.min_length, 6);
    ck_assert_uint_eq(back.stored_length, 32);
    ck_assert_uint_eq(back.max_length, 200);
    ck_assert_uint_eq(back.reference, 0x80);
    ck_assert_int_eq(back.pad, 0xFF);
    assert_bytes(back.path.path, BYTES_OF(path_bytes));
    pin.flags = 0;
    assert_result(pkcs15_add_pin(&pin, &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(directories_and_token_info_come_back)
{
    struct pkcs15_entry entry = { .file = PKCS15_DATA, .path = { .path = BYTES_OF(path_bytes) } }, entry_back;
    struct pkcs15_application application = { .aid = BYTES_OF(path_bytes),
                                              .label = bytes_text("L"),
                                              .path = BYTES_OF(path_bytes) },
                              application_back;
    struct pkcs15_token token = { .serial = BYTES_OF(path_bytes),
                                  .manufacturer = bytes_text("M"),
                                  .label = bytes_text("Метка"),
                                  .flags = PKCS15_LOGIN_REQUIRED | PKCS15_RANDOM,
                                  .last_update = bytes_text("20240102030405Z") },
                        token_back;
    struct buf out = BUF_OVER(memory);
    struct tlv_cursor cursor;

    assert_ok(pkcs15_add_entry(&entry, &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0xA7, 0x08, 0x30, 0x06, 0x04, 0x04, 0x3F, 0x00, 0x10, 0x00));
    cursor = tlv_open(buf_bytes(&out));
    assert_ok(pkcs15_next_entry(&cursor, &entry_back));
    ck_assert_int_eq((int)entry_back.file, (int)PKCS15_DATA);
    buf_clear(&out);
    assert_ok(pkcs15_add_application(&application, &out));
    cursor = tlv_open(buf_bytes(&out));
    assert_ok(pkcs15_next_application(&cursor, &application_back));
    assert_bytes(application_back.label, application.label);
    assert_bytes(application_back.path, application.path);
    buf_clear(&out);
    assert_ok(pkcs15_add_token(&token, &out));
    assert_ok(pkcs15_read_token(buf_bytes(&out), &token_back));
    assert_bytes(token_back.serial, token.serial);
    assert_bytes(token_back.manufacturer, token.manufacturer);
    assert_bytes(token_back.label, token.label);
    assert_bytes(token_back.last_update, token.last_update);
    ck_assert_uint_eq(token_back.flags, token.flags);
}
END_TEST

START_TEST(a_small_buffer_is_told)
{
    struct pkcs15_key key = private_key();

    for (size_t room = 0; room < 50; room++) {
        struct buf out = buf_make(memory, room);

        assert_result(pkcs15_add_private_key(&key, &out), RESULT_TOO_LARGE);
    }
}
END_TEST

UNIT_MAIN("pkcs15_make", an_rsa_key_has_the_encoding_that_opensc_writes,
          a_gost_key_has_the_alternative_four_and_its_numbers, a_public_key_may_have_its_value_inside,
          keys_without_what_the_grammar_needs_are_refused, certificates_come_back, data_objects_come_back,
          pins_come_back, directories_and_token_info_come_back, a_small_buffer_is_told)
