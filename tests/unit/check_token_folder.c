/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates of the person's folder beside a card's objects. */
#include "module/rv.h"
#include "tests/unit/folder_unit.h"
#include "tests/unit/token_unit.h"
#include "tests/unit/vectors.h"

#define A_MINUTE 60000U

/* The token's clock has no argument: the tests' time is here. */
static uint64_t now;

static uint64_t test_clock(void)
{
    return now;
}

/* A card whose RSA key 01 has no certificate, and a folder; the user is logged in. */
static void bench_with(struct bench *bench, const struct place *place)
{
    bench_empty(bench);
    bench->config.certificate_folder = place->path;
    fake_find(bench->card, CARD_CERT, 1)->present = false;
    fake_insert(bench->fake, READER, bench->card);
    assert_rv(slots_refresh(&bench->slots), CKR_OK);
    bench->slot = slots_find(&bench->slots, 0);
    assert_rv(bench_token(bench), CKR_OK);
    now = 1000;
    bench->token->clock = test_clock;
    assert_rv(bench_login(bench, CKU_USER, FAKE_USER_PIN), CKR_OK);
    fake_forget(bench->fake);
}

static void assert_attribute(const struct object *object, CK_ATTRIBUTE_TYPE type, struct bytes expected)
{
    const struct attribute *found = attributes_get(&object->attributes, type);

    ck_assert_ptr_nonnull(found);
    assert_bytes(found->value, expected);
}

START_TEST(test_a_certificate_of_the_folder_is_shown_with_its_key)
{
    PLACE;
    struct bench bench;
    const uint8_t id = 1;

    place_put(&place, "anna.cer", fake_rsa_cert);
    bench_with(&bench, &place);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    const struct object *cert = bench_find(&bench, CKO_CERTIFICATE, id);
    ck_assert_ptr_nonnull(cert);
    assert_attribute(cert, CKA_VALUE, fake_rsa_cert);
    assert_attribute(cert, CKA_LABEL, bytes_text("anna.cer (from the certificate folder)"));
    ck_assert(!cert->private && attributes_bool(&cert->attributes, CKA_TOKEN, false));
    ck_assert(!attributes_bool(&cert->attributes, CKA_PRIVATE, true));
    ck_assert(attributes_get(&cert->attributes, CKA_SUBJECT)->value.size > 0);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_search_for_the_keys_id_finds_it)
{
    PLACE;
    struct bench bench;

    place_put(&place, "anna.cer", fake_rsa_cert);
    bench_with(&bench, &place);
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 1));
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 9));
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 1));
    bench_close(&bench);
}
END_TEST

START_TEST(test_it_can_be_neither_changed_nor_erased)
{
    PLACE;
    struct bench bench;

    place_put(&place, "anna.cer", fake_rsa_cert);
    bench_with(&bench, &place);
    struct object *cert = bench_find(&bench, CKO_CERTIFICATE, 1);
    CK_ATTRIBUTE label = { CKA_LABEL, (CK_VOID_PTR) "mine", 4 };
    assert_rv(object_modify(cert, &label, 1), CKR_ACTION_PROHIBITED);
    ck_assert(!attributes_bool(&cert->attributes, CKA_DESTROYABLE, true));
    fake_forget(bench.fake);
    assert_rv(token_erase(bench.token, cert), CKR_ACTION_PROHIBITED);
    assert_story(&bench, "");
    bench_close(&bench);
}
END_TEST

START_TEST(test_it_never_stands_beside_one_on_the_card)
{
    PLACE;
    struct bench bench;

    place_put(&place, "renewed.cer", fake_rsa_cert_renewed);
    place_put(&place, "boris.cer", fake_ec_cert);
    bench_with(&bench, &place);
    fake_cert_add(bench.card, 1, fake_rsa_cert);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    assert_attribute(bench_find(&bench, CKO_CERTIFICATE, 1), CKA_VALUE, fake_rsa_cert);
    bench_close(&bench);
}
END_TEST

START_TEST(test_one_that_is_written_to_the_card_takes_its_place)
{
    PLACE;
    struct bench bench;
    struct card_item item = { .kind = CARD_CERT, .cert = { .id = { 1 }, .id_size = 1 } };
    struct object *stored;

    place_put(&place, "anna.cer", fake_rsa_cert);
    bench_with(&bench, &place);
    bench.card->apps[0].pin_protected = true;
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    assert_rv(token_store(bench.token, &item, fake_rsa_cert, true, &stored), CKR_OK);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    ck_assert_ptr_eq(bench_find(&bench, CKO_CERTIFICATE, 1), stored);
    ck_assert(!stored->from_folder);
    bench_close(&bench);
}
END_TEST

START_TEST(test_an_erased_key_takes_it_along)
{
    PLACE;
    struct bench bench;

    place_put(&place, "anna.cer", fake_rsa_cert);
    bench_with(&bench, &place);
    bench.card->apps[0].pin_protected = true;
    ck_assert_ptr_nonnull(bench_find(&bench, CKO_CERTIFICATE, 1));
    assert_rv(token_erase(bench.token, bench_find(&bench, CKO_PRIVATE_KEY, 1)), CKR_OK);
    ck_assert_ptr_null(bench_find(&bench, CKO_CERTIFICATE, 1));
    bench_close(&bench);
}
END_TEST

START_TEST(test_files_come_and_go)
{
    PLACE;
    struct bench bench;
    CK_OBJECT_HANDLE handle;

    bench_with(&bench, &place);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 1);
    place_put(&place, "anna.cer", fake_rsa_cert);
    now += A_MINUTE;
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 2);
    handle = bench_find(&bench, CKO_CERTIFICATE, 1)->handle;
    now += A_MINUTE;
    ck_assert_uint_eq(bench_find(&bench, CKO_CERTIFICATE, 1)->handle, handle);
    place_put(&place, "anna2.cer", fake_rsa_cert_renewed);
    now += A_MINUTE;
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 3);
    place_remove(&place, "anna.cer");
    place_remove(&place, "anna2.cer");
    now += A_MINUTE;
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 1);
    bench_close(&bench);
}
END_TEST

START_TEST(test_keys_that_cannot_be_listed_take_no_certificate_of_the_card_away)
{
    PLACE;
    struct bench bench;

    place_put(&place, "anna.cer", fake_rsa_cert);
    bench_with(&bench, &place);
    /* the card's one certificate, the end of the list, and then its keys */
    fake_fail(bench.fake, FAKE_LIST, 3, RESULT_CARD_FAILURE);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 1);
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_LIST), 3);
    bench_close(&bench);
}
END_TEST

START_TEST(test_a_certificate_for_no_key_is_not_shown)
{
    PLACE;
    struct bench bench;
    struct vector other;

    place_put(&place, "other.cer", vector_load("asn1/p256.crt", &other));
    bench_with(&bench, &place);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 1);
    bench_close(&bench);
}
END_TEST

/* Keys are looked at only where the card could have the key of a file that it does not have the certificate
 * of. */
START_TEST(test_files_that_cannot_be_for_the_card_cost_nothing)
{
    PLACE;
    struct bench bench;
    struct vector other;

    bench_with(&bench, &place);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 1);
    assert_story(&bench, "begin list end");
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_LIST), 2);
    bench_close(&bench);

    place_put(&place, "edwards.cer", vector_load("asn1/ed25519.crt", &other));
    place_put(&place, "boris.cer", fake_ec_cert);
    place_put(&place, "text.cer", bytes_text("nothing"));
    bench_with(&bench, &place);
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 1);
    assert_story(&bench, "begin list end");
    ck_assert_uint_eq(fake_count(bench.fake, FAKE_LIST), 2);
    bench_close(&bench);
}
END_TEST

START_TEST(test_without_a_folder_there_is_nothing)
{
    PLACE;
    struct bench bench;

    place_put(&place, "anna.cer", fake_rsa_cert);
    bench_with(&bench, &place);
    bench.config.certificate_folder = NULL;
    ck_assert_uint_eq(bench_count(&bench, CKO_CERTIFICATE), 1);
    bench_close(&bench);
}
END_TEST

UNIT_MAIN("token_folder", test_a_certificate_of_the_folder_is_shown_with_its_key,
          test_a_search_for_the_keys_id_finds_it, test_it_can_be_neither_changed_nor_erased,
          test_it_never_stands_beside_one_on_the_card, test_one_that_is_written_to_the_card_takes_its_place,
          test_an_erased_key_takes_it_along, test_files_come_and_go,
          test_keys_that_cannot_be_listed_take_no_certificate_of_the_card_away,
          test_a_certificate_for_no_key_is_not_shown, test_files_that_cannot_be_for_the_card_cost_nothing,
          test_without_a_folder_there_is_nothing)
