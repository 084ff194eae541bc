/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/rv.h"
#include "tests/unit/token_unit.h"

#define FREE_ID 9

static CK_RV generate(struct bench *bench, uint8_t id, struct object **ret_private)
{
    const struct card_key_template wanted = { .kind = KEY_EC,
                                              .curve = CURVE_P256,
                                              .id = bytes_make(&id, id != 0) };
    struct object *public_key = NULL;
    CK_RV rv = token_generate(bench->token, &wanted, &public_key, ret_private);

    if (rv == CKR_OK)
        ck_assert_int_eq((int)public_key->class, CKO_PUBLIC_KEY);
    return rv;
}

static CK_RV store_cert(struct bench *bench, uint8_t id, struct bytes der, bool replace, struct object **ret)
{
    struct card_item item = { .kind = CARD_CERT };

    item.cert.id[0] = id;
    item.cert.id_size = 1;
    return token_store(bench->token, &item, der, replace, ret);
}

START_TEST(test_nobody_logged_in_writes_nothing)
{
    struct bench bench;
    struct object *object = NULL;

    bench_open(&bench);
    assert_rv(generate(&bench, FREE_ID, &object), CKR_USER_NOT_LOGGED_IN);
    assert_rv(store_cert(&bench, FREE_ID, fake_ec_cert, false, &object), CKR_USER_NOT_LOGGED_IN);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_the_user_generates_with_the_right_that_the_pin_gives_and_gives_it_back)
{
    struct bench bench;
    struct object *key = NULL;

    bench_user(&bench);
    assert_rv(generate(&bench, FREE_ID, &key), CKR_OK);
    assert_story(&bench, "begin authenticate generate recognise pin_status verify end");
    ck_assert(!bench.card->apps[0].authenticated);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 1);
    ck_assert(attributes_bool(&key->attributes, CKA_LOCAL, false));
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_a_write_the_last_try_is_not_risked)
{
    struct bench bench;
    struct object *key = NULL;

    bench_user(&bench);
    fake_change_pin(bench.card, "999999");
    bench.card->apps[0].verified = true;
    bench.card->apps[0].user_tries = 1;
    assert_rv(generate(&bench, FREE_ID, &key), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    ck_assert_int_eq(bench.card->apps[0].user_tries, 1);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    bench_close(&bench);
}
END_TEST

START_TEST(test_the_security_officer_generates_without_a_user_pin)
{
    struct bench bench;
    struct object *key = NULL;

    bench_open(&bench);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
    fake_forget(bench.fake);
    assert_rv(generate(&bench, FREE_ID, &key), CKR_OK);
    assert_story(&bench, "begin authenticate generate recognise end");
    ck_assert(!bench.card->apps[0].authenticated);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_user_whose_pin_gives_no_right_is_told_to_log_in_otherwise)
{
    struct bench bench;
    struct object *key = NULL;

    bench_user(&bench);
    bench.card->apps[0].pin_protected = false;
    assert_rv(generate(&bench, FREE_ID, &key), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_GENERATE), 0);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_USER);
    key = bench_find(&bench, CKO_PRIVATE_KEY, 1);
    assert_rv(bench_sign(&bench, key, NULL), CKR_OK);
    bench_close(&bench);
}
END_TEST

START_TEST(test_after_a_foreign_select_writing_heals_before_it_writes)
{
    struct bench bench;
    struct object *key = NULL;

    bench_user(&bench);
    fake_select_other(bench.card);
    assert_rv(generate(&bench, FREE_ID, &key), CKR_OK);
    assert_story(
        &bench,
        "begin authenticate recognise open verify authenticate generate recognise pin_status verify end");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_generation_lost_on_the_way_is_not_repeated)
{
    struct bench bench;
    struct object *key = NULL;

    bench_user(&bench);
    fake_fail_after(bench.fake, FAKE_GENERATE, 1, RESULT_TRANSPORT);
    assert_rv(generate(&bench, FREE_ID, &key), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_GENERATE), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_import_store_and_erase_lost_on_the_way_are_not_repeated)
{
    struct bench bench;
    struct object *object = NULL;
    const uint8_t id = FREE_ID;
    const struct card_key_template wanted = { .kind = KEY_EC, .curve = CURVE_P256, .id = { &id, 1 } };
    const struct card_private_key parts = { .scalar = NULL };

    bench_user(&bench);
    fake_fail(bench.fake, FAKE_IMPORT, 1, RESULT_TRANSPORT);
    fake_fail(bench.fake, FAKE_STORE, 1, RESULT_TRANSPORT);
    fake_fail(bench.fake, FAKE_ERASE, 1, RESULT_TRANSPORT);
    assert_rv(token_import(bench.token, &wanted, &parts, &object), CKR_DEVICE_ERROR);
    assert_rv(store_cert(&bench, FREE_ID, fake_ec_cert, false, &object), CKR_DEVICE_ERROR);
    assert_rv(token_erase(bench.token, bench_find(&bench, CKO_CERTIFICATE, 1)), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_IMPORT), 1);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_STORE), 1);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_ERASE), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_write_that_was_not_sent_is_sent_again)
{
    struct bench bench;
    struct object *key = NULL;

    bench_user(&bench);
    fake_fail(bench.fake, FAKE_GENERATE, 1, RESULT_CARD_RESET);
    assert_rv(generate(&bench, FREE_ID, &key), CKR_OK);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_GENERATE), 2);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_taken_place_and_an_impossible_id_are_refused)
{
    struct bench bench;
    struct object *key = NULL;

    bench_user(&bench);
    assert_rv(generate(&bench, 1, &key), CKR_ATTRIBUTE_VALUE_INVALID);
    assert_rv(generate(&bench, 99, &key), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert(!bench.card->apps[0].authenticated);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_full_card_is_device_memory)
{
    struct bench bench;
    struct object *object = NULL;

    bench_user(&bench);
    fake_fail(bench.fake, FAKE_STORE, 1, RESULT_CARD_FULL);
    assert_rv(store_cert(&bench, FREE_ID, fake_ec_cert, false, &object), CKR_DEVICE_MEMORY);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_stored_certificate_is_found_without_asking_again)
{
    struct bench bench;
    struct object *cert = NULL;

    bench_user(&bench);
    bench_count(&bench, CKO_CERTIFICATE);
    assert_rv(store_cert(&bench, FREE_ID, fake_ec_cert, false, &cert), CKR_OK);
    assert_bytes(attributes_get(&cert->attributes, CKA_VALUE)->value, fake_ec_cert);
    fake_forget(bench.fake);
    ck_assert_ptr_eq(bench_find(&bench, CKO_CERTIFICATE, FREE_ID), cert);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_replaced_certificate_is_another_object)
{
    struct bench bench;
    struct object *cert = NULL;
    CK_OBJECT_HANDLE handle;

    bench_user(&bench);
    handle = bench_find(&bench, CKO_CERTIFICATE, 1)->handle;
    assert_rv(store_cert(&bench, 1, fake_rsa_cert_renewed, false, &cert), CKR_ATTRIBUTE_VALUE_INVALID);
    assert_rv(store_cert(&bench, 1, fake_rsa_cert_renewed, true, &cert), CKR_OK);
    ck_assert_uint_ne(cert->handle, handle);
    ck_assert_ptr_null(object_store_find(token_objects(bench.token), handle));
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_datum_is_stored_and_erased)
{
    struct bench bench;
    struct object *datum = NULL;
    struct card_item item = { .kind = CARD_DATUM };

    bench_user(&bench);
    strcpy(item.datum.label, "Mine");
    assert_rv(token_store(bench.token, &item, bytes_text("value"), false, &datum), CKR_OK);
    assert_bytes(attributes_get(&datum->attributes, CKA_VALUE)->value, bytes_text("value"));
    ck_assert_uint_eq(bench_count(&bench, CKO_DATA), 3);
    assert_rv(token_erase(bench.token, datum), CKR_OK);
    ck_assert_uint_eq(bench_count(&bench, CKO_DATA), 2);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_erased_key_takes_its_public_half_along_and_leaves_the_certificate)
{
    struct bench bench;

    bench_user(&bench);
    bench_find(&bench, CKO_CERTIFICATE, 1);
    assert_rv(token_erase(bench.token, bench_find(&bench, CKO_PRIVATE_KEY, 1)), CKR_OK);
    ck_assert_ptr_null(bench_find(&bench, CKO_PRIVATE_KEY, 1));
    ck_assert_ptr_null(bench_find(&bench, CKO_PUBLIC_KEY, 1));
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 1));
    bench_close(&bench);
}
END_TEST

START_TEST(test_profiles_are_not_erased)
{
    struct bench bench;

    bench_user(&bench);
    assert_rv(token_erase(bench.token, bench_find(&bench, CKO_PROFILE, 0)), CKR_ACTION_PROHIBITED);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_so_pin_changed_elsewhere_ends_the_login)
{
    struct bench bench;
    struct object *key = NULL;

    bench_open(&bench);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
    strcpy(bench.card->apps[0].so_pin, "99999999");
    assert_rv(generate(&bench, FREE_ID, &key), CKR_USER_NOT_LOGGED_IN);
    assert_rv(generate(&bench, FREE_ID, &key), CKR_USER_NOT_LOGGED_IN);
    ck_assert_int_eq(bench.card->apps[0].so_tries, FAKE_TRIES - 1);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_so_pin_goes_to_the_same_token_only)
{
    struct bench bench;
    struct object *key = NULL;

    bench_open(&bench);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
    fake_reset(bench.card);
    strcpy(bench.card->apps[0].info.serial, "FAKE0002");
    fake_forget(bench.fake);
    assert_rv(generate(&bench, FREE_ID, &key), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_AUTHENTICATE), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_card_pulled_out_while_generating_is_removed)
{
    struct bench bench;
    struct object *key = NULL;

    bench_user(&bench);
    fake_pull_at(bench.fake, FAKE_GENERATE, 1);
    assert_rv(generate(&bench, FREE_ID, &key), CKR_DEVICE_REMOVED);
    bench_close(&bench);
}
END_TEST

/* PINs that are written, and what goes wrong. */
START_TEST(test_a_pin_that_may_be_an_old_one_is_not_presented_again)
{
    struct bench bench;
    struct object *key;

    bench_user(&bench);
    key = bench_find(&bench, CKO_PRIVATE_KEY, 3);
    fake_forget(bench.fake);
    fake_fail_after(bench.fake, FAKE_CHANGE, 1, RESULT_TRANSPORT);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "654321"), CKR_DEVICE_ERROR);
    ck_assert_int_eq(token_view(bench.token)->login, TOKEN_PUBLIC);
    ck_assert(!bench.card->apps[0].verified);
    assert_rv(bench_sign(&bench, key, NULL), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_VERIFY), 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_change_that_is_refused_leaves_nobody_verified_who_was_not_logged_in)
{
    struct bench bench;

    bench_open(&bench);
    fake_fail_after(bench.fake, FAKE_CHANGE, 1, RESULT_PIN_CHARACTERS);
    assert_rv(bench_set_pin(&bench, FAKE_USER_PIN, "654321"), CKR_PIN_INVALID);
    ck_assert(!bench.card->apps[0].verified);
    bench_close(&bench);
}
END_TEST

START_TEST(test_the_security_officer_s_right_does_not_outlive_a_failure)
{
    struct bench bench;

    bench_open(&bench);
    fake_fail_after(bench.fake, FAKE_VERIFY_SO, 1, RESULT_CARD_FAILURE);
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_DEVICE_ERROR);
    assert_story(&bench, "connect begin recognise verify_so logout recognise end close");
    assert_rv(bench_login(&bench, CKU_SO, FAKE_SO_PIN), CKR_OK);
    fake_forget(bench.fake);
    fake_fail_after(bench.fake, FAKE_INIT_PIN, 1, RESULT_NOT_ALLOWED);
    assert_rv(bench_init_pin(&bench, "654321"), CKR_FUNCTION_FAILED);
    assert_story(&bench, "begin recognise init_pin logout recognise end");
    bench_close(&bench);
}
END_TEST

UNIT_MAIN("token_write", test_a_pin_that_may_be_an_old_one_is_not_presented_again,
    test_a_change_that_is_refused_leaves_nobody_verified_who_was_not_logged_in,
    test_the_security_officer_s_right_does_not_outlive_a_failure,
    test_nobody_logged_in_writes_nothing,
          test_the_user_generates_with_the_right_that_the_pin_gives_and_gives_it_back,
          test_after_a_write_the_last_try_is_not_risked,
          test_the_security_officer_generates_without_a_user_pin,
          test_a_user_whose_pin_gives_no_right_is_told_to_log_in_otherwise,
          test_after_a_foreign_select_writing_heals_before_it_writes,
          test_a_generation_lost_on_the_way_is_not_repeated,
          test_import_store_and_erase_lost_on_the_way_are_not_repeated,
          test_a_write_that_was_not_sent_is_sent_again, test_a_taken_place_and_an_impossible_id_are_refused,
          test_a_full_card_is_device_memory, test_a_stored_certificate_is_found_without_asking_again,
          test_a_replaced_certificate_is_another_object, test_a_datum_is_stored_and_erased,
          test_an_erased_key_takes_its_public_half_along_and_leaves_the_certificate,
          test_profiles_are_not_erased, test_an_so_pin_changed_elsewhere_ends_the_login,
          test_an_so_pin_goes_to_the_same_token_only, test_a_card_pulled_out_while_generating_is_removed)
