/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/rv.h"
#include "tests/unit/token_unit.h"

#define HALF_A_MINUTE 30000U

/* The token's clock has no argument: the tests' time is here. */
static uint64_t now;

static uint64_t test_clock(void)
{
    return now;
}

static void bench_timed(struct bench *bench)
{
    bench_open(bench);
    now = 1000;
    bench->token->clock = test_clock;
}

static CK_RV look_private(struct bench *bench)
{
    CK_BBOOL yes = CK_TRUE;
    CK_ATTRIBUTE template = { CKA_PRIVATE, &yes, sizeof(yes) };

    return token_look(bench->token, &template, 1);
}

START_TEST(test_certificates_are_listed_once)
{
    struct bench bench;

    bench_timed(&bench);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    assert_story(&bench, "connect begin list end close");
    fake_forget(bench.fake);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_values_that_a_listing_leaves_out_are_read)
{
    struct bench bench;

    bench_timed(&bench);
    bench.card->apps[0].list_values = false;
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_READ), 2);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_search_for_an_id_asks_for_that_id)
{
    struct bench bench;

    bench_timed(&bench);
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 1));
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_LIST), 2);
    fake_forget(bench.fake);
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 1));
    assert_story(&bench, "");
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 2));
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_LIST), 2);
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_all_were_listed_an_id_is_not_asked_for)
{
    struct bench bench;

    bench_timed(&bench);
    bench_count(&bench, CKO_CERTIFICATE);
    fake_forget(bench.fake);
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 2));
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 7));
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_search_that_cannot_match_asks_nothing)
{
    struct bench bench;
    CK_BBOOL no = CK_FALSE;
    CK_ATTRIBUTE session_objects = { CKA_TOKEN, &no, sizeof(no) };
    uint8_t long_id[40] = { 1 };
    CK_ATTRIBUTE strange_id = { CKA_ID, long_id, sizeof(long_id) };

    bench_timed(&bench);
    assert_rv(token_look(bench.token, &session_objects, 1), CKR_OK);
    assert_rv(token_look(bench.token, &strange_id, 1), CKR_OK);
    assert_rv(look_private(&bench), CKR_OK);
    ck_assert_ptr_null(bench_find(&bench, CKO_PRIVATE_KEY, 0));
    ck_assert_ptr_null(bench_find(&bench, CKO_SECRET_KEY, 0));
    ck_assert_uint_eq(bench_count(&bench, CKO_PROFILE), 3);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_public_keys_come_with_the_keys_and_without_login)
{
    struct bench bench;

    bench_timed(&bench);
    ck_assert_uint_eq(bench_count(&bench, CKO_PUBLIC_KEY), 3);
    assert_story(&bench, "connect begin list end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_everything_is_asked_for_at_once)
{
    struct bench bench;
    CK_OBJECT_CLASS class = CKO_DATA;
    CK_ATTRIBUTE data = { CKA_CLASS, &class, sizeof(class) };

    bench_timed(&bench);
    assert_rv(token_look(bench.token, NULL, 0), CKR_OK);
    assert_story(&bench, "connect begin list end close");
    assert_rv(token_look(bench.token, &data, 1), CKR_OK);
    assert_story(&bench, "connect begin list end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_halves_and_certificate_share_id_and_label)
{
    struct bench bench;
    struct object *cert, *public_key, *private_key;

    bench_user(&bench);
    cert = bench_find(&bench, CKO_CERTIFICATE, 1);
    public_key = bench_find(&bench, CKO_PUBLIC_KEY, 1);
    private_key = bench_find(&bench, CKO_PRIVATE_KEY, 1);
    assert_bytes(attributes_get(&cert->attributes, CKA_LABEL)->value,
                 attributes_get(&private_key->attributes, CKA_LABEL)->value);
    assert_bytes(attributes_get(&public_key->attributes, CKA_LABEL)->value,
                 attributes_get(&private_key->attributes, CKA_LABEL)->value);
    ck_assert(pubkey_equal(cert->public_key, private_key->public_key));
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_half_a_minute_certificates_are_looked_at_again)
{
    struct bench bench;
    CK_OBJECT_HANDLE handle;

    bench_timed(&bench);
    handle = bench_find(&bench, CKO_CERTIFICATE, 1)->handle;
    now += HALF_A_MINUTE - 1;
    fake_forget(bench.fake);
    bench_find(&bench, CKO_CERTIFICATE, 1);
    assert_story(&bench, "");
    now += 1;
    ck_assert_uint_eq(bench_find(&bench, CKO_CERTIFICATE, 1)->handle, handle);
    assert_story(&bench, "connect begin list end close");
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_READ), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_renewed_certificate_gets_a_new_handle)
{
    struct bench bench;
    struct object *cert;
    struct fake_object *stored;
    CK_OBJECT_HANDLE handle;

    bench_timed(&bench);
    handle = bench_find(&bench, CKO_CERTIFICATE, 1)->handle;
    stored = fake_find(bench.card, CARD_CERT, 1);
    stored->value_size = fake_rsa_cert_renewed.size;
    memcpy(stored->value, fake_rsa_cert_renewed.data, fake_rsa_cert_renewed.size);
    now += HALF_A_MINUTE;
    cert = bench_find(&bench, CKO_CERTIFICATE, 1);
    ck_assert_uint_ne(cert->handle, handle);
    assert_bytes(attributes_get(&cert->attributes, CKA_VALUE)->value, fake_rsa_cert_renewed);
    ck_assert_ptr_null(object_store_find(token_objects(bench.token), handle));
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_READ), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_certificates_that_came_and_went_are_noticed)
{
    struct bench bench;

    bench_timed(&bench);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    fake_find(bench.card, CARD_CERT, 2)->present = false;
    fake_cert_add(bench.card, 3, fake_ec_cert);
    now += HALF_A_MINUTE;
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 2));
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 3));
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_changed_certificate_makes_keys_be_looked_at_again)
{
    struct bench bench;
    struct fake_object *key;

    bench_timed(&bench);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    ck_assert_int_eq(bench_find(&bench, CKO_PUBLIC_KEY, 1)->public_key->kind, KEY_RSA);
    fake_find(bench.card, CARD_KEY, 1)->present = false;
    key = fake_key_add(bench.card, 1, fake_ec_key);
    ck_assert_ptr_nonnull(key);
    fake_find(bench.card, CARD_CERT, 1)->present = false;
    fake_cert_add(bench.card, 1, fake_ec_cert);
    now += HALF_A_MINUTE;
    bench_count(&bench, CKO_CERTIFICATE);
    ck_assert_int_eq(bench_find(&bench, CKO_PUBLIC_KEY, 1)->public_key->kind, KEY_EC);
    bench_close(&bench);
}
END_TEST

START_TEST(test_login_makes_certificates_be_looked_at_again)
{
    struct bench bench;

    bench_timed(&bench);
    bench_count(&bench, CKO_CERTIFICATE);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    fake_forget(bench.fake);
    bench_count(&bench, CKO_CERTIFICATE);
    assert_story(&bench, "begin list end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_foreign_reset_makes_certificates_be_looked_at_again)
{
    struct bench bench;

    bench_user(&bench);
    bench_count(&bench, CKO_CERTIFICATE);
    fake_forget(bench.fake);
    bench_count(&bench, CKO_CERTIFICATE);
    assert_story(&bench, "");
    fake_reset(bench.card);
    bench_find(&bench, CKO_PUBLIC_KEY, 0);
    bench_count(&bench, CKO_CERTIFICATE);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_RECOGNISE), 1);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_BEGIN), 2);
    bench_close(&bench);
}
END_TEST

START_TEST(test_what_another_application_answers_is_asked_again)
{
    struct bench bench;

    bench_timed(&bench);
    fake_select_other(bench.card);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    assert_story(&bench, "connect begin list recognise list end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_the_end_of_an_empty_list_is_believed_only_from_the_right_application)
{
    struct bench bench;

    bench_timed(&bench);
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 9));
    assert_story(&bench, "connect begin list recognise list end close");
    fake_forget(bench.fake);
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 9));
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_somebody_logged_in_stays_so_when_a_search_finds_nothing)
{
    struct bench bench;
    struct object *key;

    bench_user(&bench);
    key = bench_find(&bench, CKO_PRIVATE_KEY, 1);
    fake_forget(bench.fake);
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 9));
    assert_story(&bench, "begin list open end");
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_listing_broken_on_the_way_is_done_again)
{
    struct bench bench;

    bench_timed(&bench);
    fake_fail(bench.fake, FAKE_LIST, 2, RESULT_TRANSPORT);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    assert_story(&bench, "connect begin list end close connect begin recognise list end close");
    bench_close(&bench);
}
END_TEST

START_TEST(test_garbage_in_one_place_does_not_hide_the_others)
{
    struct bench bench;
    struct fake_object *stored;

    bench_timed(&bench);
    stored = fake_find(bench.card, CARD_CERT, 1);
    stored->value_size = 5;
    memcpy(stored->value, "hello", 5);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_value_that_cannot_be_read_does_not_hide_the_others)
{
    struct bench bench;

    bench_timed(&bench);
    bench.card->apps[0].list_values = false;
    fake_fail(bench.fake, FAKE_READ, 1, RESULT_MALFORMED);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_data_behind_the_pin_appear_after_login)
{
    struct bench bench;

    bench_timed(&bench);
    ck_assert_uint_eq(bench_count(&bench, CKO_DATA), 1);
    assert_rv(bench_login(&bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    ck_assert_uint_eq(bench_count(&bench, CKO_DATA), 2);
    fake_forget(bench.fake);
    ck_assert_uint_eq(bench_count(&bench, CKO_DATA), 2);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_datum_s_value_is_read_when_it_is_wanted)
{
    struct bench bench;
    struct object *datum;

    bench_timed(&bench);
    bench.card->apps[0].list_values = false;
    datum = bench_find(&bench, CKO_DATA, 0);
    ck_assert(!datum->value_loaded);
    fake_forget(bench.fake);
    assert_rv(token_load(bench.token, datum), CKR_OK);
    assert_rv(token_load(bench.token, datum), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_READ), 1);
    assert_bytes(attributes_get(&datum->attributes, CKA_VALUE)->value, bytes_text("a note"));
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_private_datum_s_value_heals_like_a_signature)
{
    struct bench bench;
    struct object *datum = NULL;

    bench_user(&bench);
    bench.card->apps[0].list_values = false;
    bench_find(&bench, CKO_DATA, 0);
    for (struct object *object = token_objects(bench.token)->first; object; object = object->next)
        if (object->class == CKO_DATA && object->private)
            datum = object;
    ck_assert_ptr_nonnull(datum);
    fake_reset(bench.card);
    fake_forget(bench.fake);
    assert_rv(token_load(bench.token, datum), CKR_OK);
    assert_story(&bench, "begin recognise open verify read end");
    datum->value_loaded = false;
    assert_rv(token_logout(bench.token), CKR_OK);
    assert_rv(token_load(bench.token, datum), CKR_USER_NOT_LOGGED_IN);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_application_s_id_survives_a_new_look_and_a_renewal)
{
    struct bench bench;
    uint8_t alias[20] = { 0xAA };
    CK_ATTRIBUTE rename = { CKA_ID, alias, sizeof(alias) };
    struct object *cert;
    struct fake_object *stored;

    bench_timed(&bench);
    assert_rv(object_modify(bench_find(&bench, CKO_CERTIFICATE, 1), &rename, 1), CKR_OK);
    now += HALF_A_MINUTE;
    bench_count(&bench, CKO_CERTIFICATE);
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 1));
    stored = fake_find(bench.card, CARD_CERT, 1);
    stored->value_size = fake_rsa_cert_renewed.size;
    memcpy(stored->value, fake_rsa_cert_renewed.data, fake_rsa_cert_renewed.size);
    now += HALF_A_MINUTE;
    assert_rv(token_look(bench.token, &rename, 1), CKR_OK);
    cert = token_objects(bench.token)->first;
    while (cert && !attributes_match(&cert->attributes, &rename, 1))
        cert = cert->next;
    ck_assert_ptr_nonnull(cert);
    assert_bytes(attributes_get(&cert->attributes, CKA_VALUE)->value, fake_rsa_cert_renewed);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_application_s_id_survives_the_card_s_return)
{
    struct bench bench;
    uint8_t alias[20] = { 0xAA };
    CK_ATTRIBUTE rename = { CKA_ID, alias, sizeof(alias) };

    bench_open(&bench);
    assert_rv(object_modify(bench_find(&bench, CKO_CERTIFICATE, 1), &rename, 1), CKR_OK);
    fake_remove(bench.fake, READER);
    fake_insert(bench.fake, READER, bench.card);
    assert_rv(bench_token(&bench), CKR_OK);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 1));
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_gone_token_looks_at_nothing)
{
    struct bench bench;

    bench_timed(&bench);
    fake_pull_at(bench.fake, FAKE_LIST, 1);
    assert_rv(token_look(bench.token, NULL, 0), CKR_DEVICE_REMOVED);
    fake_forget(bench.fake);
    assert_rv(token_look(bench.token, NULL, 0), CKR_DEVICE_REMOVED);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

UNIT_MAIN("token_look", test_certificates_are_listed_once, test_values_that_a_listing_leaves_out_are_read,
          test_a_search_for_an_id_asks_for_that_id, test_after_all_were_listed_an_id_is_not_asked_for,
          test_a_search_that_cannot_match_asks_nothing, test_public_keys_come_with_the_keys_and_without_login,
          test_everything_is_asked_for_at_once, test_halves_and_certificate_share_id_and_label,
          test_after_half_a_minute_certificates_are_looked_at_again,
          test_a_renewed_certificate_gets_a_new_handle, test_certificates_that_came_and_went_are_noticed,
          test_a_changed_certificate_makes_keys_be_looked_at_again,
          test_login_makes_certificates_be_looked_at_again,
          test_a_foreign_reset_makes_certificates_be_looked_at_again,
          test_what_another_application_answers_is_asked_again,
          test_the_end_of_an_empty_list_is_believed_only_from_the_right_application,
          test_somebody_logged_in_stays_so_when_a_search_finds_nothing,
          test_a_listing_broken_on_the_way_is_done_again, test_garbage_in_one_place_does_not_hide_the_others,
          test_a_value_that_cannot_be_read_does_not_hide_the_others,
          test_data_behind_the_pin_appear_after_login, test_a_datum_s_value_is_read_when_it_is_wanted,
          test_a_private_datum_s_value_heals_like_a_signature,
          test_an_application_s_id_survives_a_new_look_and_a_renewal,
          test_an_application_s_id_survives_the_card_s_return, test_a_gone_token_looks_at_nothing)
