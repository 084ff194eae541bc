/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "asn1/x509.h"
#include "tests/unit/api.h"

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_OBJECT_CLASS data_class = CKO_DATA, cert_class = CKO_CERTIFICATE, public_class = CKO_PUBLIC_KEY,
                       private_class = CKO_PRIVATE_KEY, secret_class = CKO_SECRET_KEY;
static CK_CERTIFICATE_TYPE x509_type = CKC_X_509;
static CK_KEY_TYPE generic = CKK_GENERIC_SECRET, ec_type = CKK_EC;

static CK_ULONG count_class(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class)
{
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, class) };
    return api_count(session, template, 1);
}

static CK_SESSION_HANDLE start(struct api *api)
{
    api_start(api);
    const CK_SESSION_HANDLE session = api_session(api, CKF_RW_SESSION);
    api_login(session);
    return session;
}

/* P0 5: certificates and public keys without a login. */
START_TEST(test_without_a_login_public_objects_are_there_and_private_ones_are_not)
{
    struct api api;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    ck_assert_uint_eq(count_class(session, CKO_CERTIFICATE), 2);
    ck_assert_uint_eq(count_class(session, CKO_PUBLIC_KEY), 3);
    ck_assert_uint_eq(count_class(session, CKO_PRIVATE_KEY), 0);
    ck_assert_uint_ge(count_class(session, CKO_PROFILE), 1);
    api_login(session);
    ck_assert_uint_eq(count_class(session, CKO_PRIVATE_KEY), 3);
    api_stop(&api);
}
END_TEST

START_TEST(test_the_security_officer_sees_the_cards_keys_but_nothing_of_the_user)
{
    struct api api;
    CK_ATTRIBUTE secret[] = { API_VALUE(CKA_CLASS, data_class), API_TEXT(CKA_LABEL, "Secret") };
    const CK_SESSION_HANDLE session = start(&api);
    ck_assert_uint_eq(api_count(session, secret, 2), 1);
    assert_rv(C_Logout(session), CKR_OK);
    assert_rv(api_login_as(session, CKU_SO, FAKE_SO_PIN), CKR_OK);
    ck_assert_uint_eq(count_class(session, CKO_PRIVATE_KEY), 3);
    ck_assert_uint_eq(api_count(session, secret, 2), 0);
    api_stop(&api);
}
END_TEST

/* P0 41 */
START_TEST(test_key_and_certificate_of_a_place_share_id_and_label)
{
    struct api api;
    uint8_t label[64];
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE objects[] = { api_find(session, CKO_PRIVATE_KEY, 1),
                                         api_find(session, CKO_PUBLIC_KEY, 1),
                                         api_find(session, CKO_CERTIFICATE, 1) };
    const struct bytes first = api_attribute(session, objects[0], CKA_LABEL);
    const size_t size = first.size;
    ck_assert_uint_gt(size, 0);
    memcpy(label, first.data, size);
    for (size_t i = 1; i < API_COUNT(objects); i++) {
        ck_assert_uint_ne(objects[i], CK_INVALID_HANDLE);
        assert_bytes(api_attribute(session, objects[i], CKA_LABEL), bytes_make(label, size));
    }
    api_stop(&api);
}
END_TEST

START_TEST(test_a_search_hands_out_what_matched_when_it_began)
{
    struct api api;
    CK_OBJECT_HANDLE found[64];
    CK_ULONG all = 0, count = 0, more = 0;
    const CK_SESSION_HANDLE session = start(&api);
    all = api_count(session, NULL, 0);
    assert_rv(C_FindObjectsInit(session, NULL, 0), CKR_OK);
    assert_rv(C_FindObjectsInit(session, NULL, 0), CKR_OPERATION_ACTIVE);
    assert_rv(C_FindObjects(session, found, 2, &count), CKR_OK);
    ck_assert_uint_eq(count, 2);
    assert_rv(C_FindObjects(session, found, 64, &more), CKR_OK);
    ck_assert_uint_eq(more, all - 2);
    assert_rv(C_FindObjects(session, found, 64, &more), CKR_OK);
    ck_assert_uint_eq(more, 0);
    assert_rv(C_FindObjects(session, NULL, 1, &more), CKR_ARGUMENTS_BAD);
    assert_rv(C_FindObjects(session, found, 1, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_FindObjectsFinal(session), CKR_OK);
    assert_rv(C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(C_FindObjects(session, found, 64, &more), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(C_FindObjectsInit(session, NULL, 3), CKR_ARGUMENTS_BAD);
    api_stop(&api);
}
END_TEST

/* P0 1, 8 */
START_TEST(test_listing_again_after_the_last_session_closed_reads_nothing_twice)
{
    struct api api;
    api_start(&api);
    CK_SESSION_HANDLE session = api_session(&api, 0);
    count_class(session, CKO_CERTIFICATE);
    assert_rv(C_CloseSession(session), CKR_OK);
    fake_forget(api.fake);
    session = api_session(&api, 0);
    ck_assert_uint_eq(count_class(session, CKO_CERTIFICATE), 2);
    ck_assert_str_eq(fake_story(api.fake), "");
    api_stop(&api);
}
END_TEST

/* P0 9 */
START_TEST(test_no_card_is_held_while_nobody_is_logged_in)
{
    struct api api;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    count_class(session, CKO_CERTIFICATE);
    ck_assert_uint_eq(fake_open_channels(api.fake), 0);
    api_login(session);
    ck_assert_uint_eq(fake_open_transactions(api.fake), 0);
    api_stop(&api);
}
END_TEST

START_TEST(test_attributes_are_answered_one_by_one)
{
    struct api api;
    uint8_t value[4];
    CK_ATTRIBUTE template[] = { { CKA_VALUE, NULL, 0 },
                                { CKA_MODULUS, value, sizeof(value) },
                                { 0x7FFFFFFF, value, 4 } };
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE key = api_find(session, CKO_PRIVATE_KEY, 1),
                           cert = api_find(session, CKO_CERTIFICATE, 1);
    assert_rv(C_GetAttributeValue(session, cert, template, 1), CKR_OK);
    ck_assert_uint_eq(template[0].ulValueLen, fake_rsa_cert.size);
    assert_rv(C_GetAttributeValue(session, key, template + 1, 1), CKR_BUFFER_TOO_SMALL);
    assert_rv(C_GetAttributeValue(session, key, template + 2, 1), CKR_ATTRIBUTE_TYPE_INVALID);
    ck_assert_uint_eq(template[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
    assert_rv(C_GetAttributeValue(session, 4711, template, 1), CKR_OBJECT_HANDLE_INVALID);
    assert_rv(C_GetAttributeValue(session, key, NULL, 1), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetAttributeValue(session, key, NULL, 0), CKR_OK);
    assert_rv(C_Logout(session), CKR_OK);
    assert_rv(C_GetAttributeValue(session, key, template, 1), CKR_OBJECT_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_private_exponent_is_sensitive)
{
    struct api api;
    uint8_t value[512];
    CK_ATTRIBUTE template = { CKA_PRIVATE_EXPONENT, value, sizeof(value) };
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_GetAttributeValue(session, api_find(session, CKO_PRIVATE_KEY, 1), &template, 1),
              CKR_ATTRIBUTE_SENSITIVE);
    api_stop(&api);
}
END_TEST

START_TEST(test_data_is_read_when_somebody_wants_its_value)
{
    struct api api;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, data_class), API_TEXT(CKA_LABEL, "Note") };
    CK_OBJECT_HANDLE note = CK_INVALID_HANDLE;
    CK_ULONG count = 0;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    assert_rv(C_FindObjectsInit(session, template, 2), CKR_OK);
    assert_rv(C_FindObjects(session, &note, 1, &count), CKR_OK);
    assert_rv(C_FindObjectsFinal(session), CKR_OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_gt(api_attribute(session, note, CKA_VALUE).size, 0);
    assert_rv(C_GetObjectSize(session, note, &count), CKR_OK);
    ck_assert_uint_gt(count, 0);
    assert_rv(C_GetObjectSize(session, note, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetObjectSize(session, 4711, &count), CKR_OBJECT_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_session_objects_live_with_their_session)
{
    struct api api;
    uint8_t bytes[16] = { 1, 2, 3 };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, generic),
                                API_VALUE(CKA_VALUE, bytes), API_VALUE(CKA_TOKEN, no),
                                API_TEXT(CKA_LABEL, "mine") };
    CK_OBJECT_HANDLE object, copy;
    const CK_SESSION_HANDLE first = start(&api), second = api_session(&api, 0);
    assert_rv(C_CreateObject(second, template, API_COUNT(template), &object), CKR_OK);
    ck_assert_uint_eq(count_class(first, CKO_SECRET_KEY), 1);
    assert_rv(C_CopyObject(first, object, NULL, 0, &copy), CKR_OK);
    ck_assert_uint_ne(copy, object);
    ck_assert_uint_eq(count_class(first, CKO_SECRET_KEY), 2);
    assert_rv(C_CloseSession(second), CKR_OK);
    ck_assert_uint_eq(count_class(first, CKO_SECRET_KEY), 1);
    assert_rv(C_DestroyObject(first, copy), CKR_OK);
    assert_rv(C_DestroyObject(first, copy), CKR_OBJECT_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_private_session_objects_need_a_login_and_end_with_it)
{
    struct api api;
    uint8_t bytes[16] = { 1, 2, 3 };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, generic),
                                API_VALUE(CKA_VALUE, bytes), API_VALUE(CKA_PRIVATE, yes) };
    CK_OBJECT_HANDLE object;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &object), CKR_USER_NOT_LOGGED_IN);
    api_login(session);
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &object), CKR_OK);
    assert_rv(C_Logout(session), CKR_OK);
    api_login(session);
    ck_assert_uint_eq(count_class(session, CKO_SECRET_KEY), 0);
    api_stop(&api);
}
END_TEST

START_TEST(test_hostile_templates_are_refused)
{
    struct api api;
    CK_OBJECT_HANDLE object;
    CK_ATTRIBUTE null_value[] = { API_VALUE(CKA_CLASS, data_class), { CKA_VALUE, NULL, 10 } };
    CK_ATTRIBUTE huge[] = { API_VALUE(CKA_CLASS, data_class), { CKA_VALUE, &yes, (CK_ULONG)-1 } };
    CK_ATTRIBUTE short_class[] = { { CKA_CLASS, &yes, 1 } };
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_CreateObject(session, NULL, 4, &object), CKR_ARGUMENTS_BAD);
    assert_rv(C_CreateObject(session, NULL, 0, &object), CKR_TEMPLATE_INCOMPLETE);
    assert_rv(C_CreateObject(session, null_value, 2, NULL), CKR_ARGUMENTS_BAD);
    ck_assert(C_CreateObject(session, null_value, 2, &object) != CKR_OK);
    ck_assert(C_CreateObject(session, huge, 2, &object) != CKR_OK);
    ck_assert(C_CreateObject(session, short_class, 1, &object) != CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_read_only_session_does_not_write_the_token)
{
    struct api api;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, cert_class), API_VALUE(CKA_CERTIFICATE_TYPE, x509_type),
                                API_VALUE(CKA_TOKEN, yes), API_BYTES(CKA_VALUE, fake_rsa_cert) };
    CK_ATTRIBUTE label[] = { API_TEXT(CKA_LABEL, "new") };
    CK_OBJECT_HANDLE object;
    api_start(&api);
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    api_login(session);
    const CK_OBJECT_HANDLE cert = api_find(session, CKO_CERTIFICATE, 1);
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &object), CKR_SESSION_READ_ONLY);
    assert_rv(C_DestroyObject(session, cert), CKR_SESSION_READ_ONLY);
    assert_rv(C_SetAttributeValue(session, cert, label, 1), CKR_SESSION_READ_ONLY);
    api_stop(&api);
}
END_TEST

static CK_RV write_cert(CK_SESSION_HANDLE session, struct bytes der, struct bytes id, CK_OBJECT_HANDLE *ret)
{
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, cert_class), API_VALUE(CKA_CERTIFICATE_TYPE, x509_type),
                                API_VALUE(CKA_TOKEN, yes), API_BYTES(CKA_VALUE, der), API_BYTES(CKA_ID, id) };
    return C_CreateObject(session, template, id.size != 0 ? 5 : 4, ret);
}

START_TEST(test_a_certificate_without_an_id_goes_to_the_key_that_it_certifies)
{
    struct api api;
    CK_OBJECT_HANDLE cert;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_DestroyObject(session, api_find(session, CKO_CERTIFICATE, 1)), CKR_OK);
    ck_assert_uint_eq(count_class(session, CKO_CERTIFICATE), 1);
    assert_rv(write_cert(session, fake_rsa_cert, BYTES_NONE, &cert), CKR_OK);
    assert_bytes(api_attribute(session, cert, CKA_ID), BYTES_LIT(1));
    assert_bytes(api_attribute(session, cert, CKA_VALUE), fake_rsa_cert);
    ck_assert_uint_eq(count_class(session, CKO_CERTIFICATE), 2);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_renewed_certificate_takes_the_place_of_the_old_one)
{
    struct api api;
    CK_OBJECT_HANDLE cert;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(write_cert(session, fake_rsa_cert_renewed, BYTES_LIT(1), &cert), CKR_OK);
    ck_assert_uint_eq(count_class(session, CKO_CERTIFICATE), 2);
    assert_bytes(api_attribute(session, api_find(session, CKO_CERTIFICATE, 1), CKA_VALUE),
                 fake_rsa_cert_renewed);
    api_stop(&api);
}
END_TEST

/* A PIV card has 24 places to look into. */
START_TEST(test_a_certificate_for_a_named_key_is_written_after_a_look_at_that_key_alone)
{
    struct api api;
    CK_OBJECT_HANDLE cert;
    const CK_SESSION_HANDLE session = start(&api);
    fake_forget(api.fake);
    assert_rv(write_cert(session, fake_rsa_cert_renewed, BYTES_LIT(1), &cert), CKR_OK);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_LIST), 2); /* the key, and that there is no more */
    ck_assert_uint_eq(fake_count(api.fake, FAKE_READ), 0);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_certificate_does_not_push_out_a_stranger)
{
    struct api api;
    CK_OBJECT_HANDLE cert;
    const CK_SESSION_HANDLE session = start(&api);
    ck_assert(write_cert(session, fake_ec_cert, BYTES_LIT(1), &cert) != CKR_OK);
    assert_bytes(api_attribute(session, api_find(session, CKO_CERTIFICATE, 1), CKA_VALUE), fake_rsa_cert);
    api_stop(&api);
}
END_TEST

START_TEST(test_garbage_is_no_certificate)
{
    struct api api;
    CK_OBJECT_HANDLE cert;
    const CK_SESSION_HANDLE session = start(&api);
    fake_forget(api.fake);
    assert_rv(write_cert(session, BYTES_LIT(0x30, 0x82, 0xFF), BYTES_LIT(9), &cert),
              CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_STORE), 0);
    api_stop(&api);
}
END_TEST

/* P0 41: NSS names key and certificate by a hash of the key. */
START_TEST(test_an_id_that_the_application_gave_is_an_alias)
{
    struct api api;
    uint8_t nss[20] = { 0xAB, 0xCD };
    CK_ATTRIBUTE alias[] = { API_VALUE(CKA_ID, nss) };
    CK_ATTRIBUTE by_alias[] = { API_VALUE(CKA_CLASS, private_class), API_VALUE(CKA_ID, nss) };
    CK_OBJECT_HANDLE cert;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_DestroyObject(session, api_find(session, CKO_CERTIFICATE, 1)), CKR_OK);
    assert_rv(C_SetAttributeValue(session, api_find(session, CKO_PRIVATE_KEY, 1), alias, 1), CKR_OK);
    ck_assert_uint_eq(api_count(session, by_alias, 2), 1);
    assert_rv(write_cert(session, fake_rsa_cert, BYTES_OF(nss), &cert), CKR_OK);
    assert_bytes(api_attribute(session, cert, CKA_ID), BYTES_OF(nss));
    ck_assert(fake_find(api.card, CARD_CERT, 1)->present);
    api_stop(&api);
}
END_TEST

START_TEST(test_writing_a_public_key_that_is_there_gives_its_object)
{
    struct api api;
    uint8_t params[16], point[80];
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE key = api_find(session, CKO_PUBLIC_KEY, 3);
    struct bytes view = api_attribute(session, key, CKA_EC_PARAMS);
    const size_t params_size = view.size;
    memcpy(params, view.data, view.size);
    view = api_attribute(session, key, CKA_EC_POINT);
    const size_t point_size = view.size;
    memcpy(point, view.data, view.size);
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, public_class),
                                API_VALUE(CKA_KEY_TYPE, ec_type),
                                API_VALUE(CKA_TOKEN, yes),
                                { CKA_EC_PARAMS, params, params_size },
                                { CKA_EC_POINT, point, point_size } };
    CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &object), CKR_OK);
    ck_assert(object == key || object == api_find(session, CKO_PUBLIC_KEY, 2));
    assert_rv(C_DestroyObject(session, key), CKR_ACTION_PROHIBITED);
    point[point_size - 1] ^= 1;
    ck_assert(C_CreateObject(session, template, API_COUNT(template), &object) != CKR_OK);
    template[2].pValue = &no;
    api_stop(&api);
}
END_TEST

START_TEST(test_destroying_a_private_key_takes_its_public_half_along)
{
    struct api api;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_DestroyObject(session, api_find(session, CKO_PRIVATE_KEY, 3)), CKR_OK);
    ck_assert_uint_eq(api_find(session, CKO_PRIVATE_KEY, 3), CK_INVALID_HANDLE);
    ck_assert_uint_eq(api_find(session, CKO_PUBLIC_KEY, 3), CK_INVALID_HANDLE);
    ck_assert_uint_eq(count_class(session, CKO_PUBLIC_KEY), 2);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_datum_is_written_rewritten_and_erased)
{
    struct api api;
    uint8_t value[] = { 1, 2, 3 }, other[] = { 9, 8, 7, 6 };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, data_class), API_VALUE(CKA_TOKEN, yes),
                                API_TEXT(CKA_LABEL, "Mine"), API_TEXT(CKA_APPLICATION, "test"),
                                API_VALUE(CKA_VALUE, value) };
    CK_ATTRIBUTE change[] = { API_VALUE(CKA_VALUE, other) };
    CK_ATTRIBUTE find[] = { API_VALUE(CKA_CLASS, data_class), API_VALUE(CKA_VALUE, other) };
    CK_OBJECT_HANDLE object;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &object), CKR_OK);
    assert_bytes(api_attribute(session, object, CKA_VALUE), BYTES_OF(value));
    assert_rv(C_SetAttributeValue(session, object, change, 1), CKR_OK);
    ck_assert_uint_eq(api_count(session, find, 2), 1);
    assert_rv(C_DestroyObject(session, object), CKR_OK);
    ck_assert_uint_eq(api_count(session, find, 2), 0);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_card_key_cannot_be_copied_and_a_certificate_only_into_the_session)
{
    struct api api;
    CK_ATTRIBUTE in_session[] = { API_VALUE(CKA_TOKEN, no) };
    CK_OBJECT_HANDLE copy;
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE cert = api_find(session, CKO_CERTIFICATE, 1);
    assert_rv(C_CopyObject(session, api_find(session, CKO_PRIVATE_KEY, 1), in_session, 1, &copy),
              CKR_ACTION_PROHIBITED);
    assert_rv(C_CopyObject(session, cert, NULL, 0, &copy), CKR_ACTION_PROHIBITED);
    assert_rv(C_CopyObject(session, cert, in_session, 1, &copy), CKR_OK);
    assert_bytes(api_attribute(session, copy, CKA_VALUE), fake_rsa_cert);
    assert_rv(C_CopyObject(session, cert, in_session, 1, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_CopyObject(session, 4711, in_session, 1, &copy), CKR_OBJECT_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_handles_of_objects_survive_a_foreign_reset)
{
    struct api api;
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE cert = api_find(session, CKO_CERTIFICATE, 1),
                           key = api_find(session, CKO_PRIVATE_KEY, 3);
    fake_reset(api.card);
    ck_assert_uint_eq(api_find(session, CKO_CERTIFICATE, 1), cert);
    ck_assert_uint_eq(api_find(session, CKO_PRIVATE_KEY, 3), key);
    api_stop(&api);
}
END_TEST

UNIT_MAIN("api objects", test_without_a_login_public_objects_are_there_and_private_ones_are_not,
          test_the_security_officer_sees_the_cards_keys_but_nothing_of_the_user,
          test_key_and_certificate_of_a_place_share_id_and_label,
          test_a_search_hands_out_what_matched_when_it_began,
          test_listing_again_after_the_last_session_closed_reads_nothing_twice,
          test_no_card_is_held_while_nobody_is_logged_in, test_attributes_are_answered_one_by_one,
          test_a_private_exponent_is_sensitive, test_data_is_read_when_somebody_wants_its_value,
          test_session_objects_live_with_their_session,
          test_private_session_objects_need_a_login_and_end_with_it, test_hostile_templates_are_refused,
          test_a_read_only_session_does_not_write_the_token,
          test_a_certificate_without_an_id_goes_to_the_key_that_it_certifies,
          test_a_renewed_certificate_takes_the_place_of_the_old_one,
          test_a_certificate_for_a_named_key_is_written_after_a_look_at_that_key_alone,
          test_a_certificate_does_not_push_out_a_stranger, test_garbage_is_no_certificate,
          test_an_id_that_the_application_gave_is_an_alias,
          test_writing_a_public_key_that_is_there_gives_its_object,
          test_destroying_a_private_key_takes_its_public_half_along,
          test_a_datum_is_written_rewritten_and_erased,
          test_a_card_key_cannot_be_copied_and_a_certificate_only_into_the_session,
          test_handles_of_objects_survive_a_foreign_reset)
