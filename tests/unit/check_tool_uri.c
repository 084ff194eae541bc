/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/uri.h"

#include <string.h>

#include "tests/unit/unit.h"

START_TEST(a_uri_says_token_object_and_where_the_pin_is)
{
    static const uint8_t id[] = { 0x01, 0xAB };
    struct uri uri;

    ck_assert_int_eq(uri_read("pkcs11:token=My%20key;serial=12;object=sign;id=%01%ab;type=private?pin-source=file:/tmp/p", &uri),
                     URI_OK);
    ck_assert(!uri.is_word);
    ck_assert_str_eq(uri.token, "My key");
    ck_assert_str_eq(uri.serial, "12");
    ck_assert_str_eq(uri.object, "sign");
    ck_assert(uri.has_id);
    assert_bytes(bytes_make(uri.id, uri.id_size), BYTES_OF(id));
    ck_assert_str_eq(uri.pin_source, "/tmp/p");
}
END_TEST

START_TEST(a_pin_in_a_uri_is_refused)
{
    struct uri uri;

    ck_assert_int_eq(uri_read("pkcs11:token=a?pin-value=12345678", &uri), URI_HAS_PIN);
}
END_TEST

START_TEST(anything_else_is_a_word_and_nothing_asks_for_nothing)
{
    struct uri uri;

    ck_assert_int_eq(uri_read("My key", &uri), URI_OK);
    ck_assert(uri.is_word);
    ck_assert_str_eq(uri.word, "My key");
    ck_assert_int_eq(uri_read(NULL, &uri), URI_OK);
    ck_assert(!uri.is_word && !uri.has_id && !*uri.token);
}
END_TEST

START_TEST(a_uri_says_what_kind_of_object)
{
    struct uri uri;

    ck_assert_int_eq(uri_read("pkcs11:id=%01", &uri), URI_OK);
    ck_assert_int_eq(uri.type, URI_ANY);
    ck_assert_int_eq(uri_read("pkcs11:id=%01;type=private", &uri), URI_OK);
    ck_assert_int_eq(uri.type, URI_KEY);
    ck_assert_int_eq(uri_read("pkcs11:id=%01;type=public", &uri), URI_OK);
    ck_assert_int_eq(uri.type, URI_KEY);
    ck_assert_int_eq(uri_read("pkcs11:id=%01;type=cert", &uri), URI_OK);
    ck_assert_int_eq(uri.type, URI_CERTIFICATE);
    ck_assert_int_eq(uri_read("pkcs11:id=%01;type=data", &uri), URI_WRONG);
}
END_TEST

START_TEST(broken_uris_are_refused)
{
    static const char *const texts[] = { "pkcs11:token=%zz", "pkcs11:id=%0", "pkcs11:no-such=1" };
    struct uri uri;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        ck_assert_int_eq(uri_read(texts[i], &uri), URI_WRONG);
}
END_TEST

START_TEST(an_id_that_is_too_long_is_refused)
{
    char text[16 + 3 * (URI_ID_MAX + 1)] = "pkcs11:id=";
    struct uri uri;

    for (size_t i = 0; i <= URI_ID_MAX; i++)
        strcat(text, "%01");
    ck_assert_int_eq(uri_read(text, &uri), URI_WRONG);
}
END_TEST

START_TEST(what_is_written_is_read_again)
{
    static const uint8_t id[] = { 0x00, 0xFF };
    char text[512];
    struct uri uri;

    uri_write(text, sizeof(text), "Ключ Ивана", "0001", id, sizeof(id), "private");
    ck_assert_ptr_nonnull(strstr(text, "type=private"));
    ck_assert_int_eq(uri_read(text, &uri), URI_OK);
    ck_assert_str_eq(uri.token, "Ключ Ивана");
    ck_assert_str_eq(uri.serial, "0001");
    assert_bytes(bytes_make(uri.id, uri.id_size), BYTES_OF(id));
}
END_TEST

UNIT_MAIN("tool/uri", a_uri_says_token_object_and_where_the_pin_is, a_pin_in_a_uri_is_refused,
          anything_else_is_a_word_and_nothing_asks_for_nothing, a_uri_says_what_kind_of_object, broken_uris_are_refused,
          an_id_that_is_too_long_is_refused, what_is_written_is_read_again)
