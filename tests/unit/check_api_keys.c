/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "asn1/tlv.h"
#include "tests/unit/api.h"

#define EC_ID 3

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_OBJECT_CLASS secret_class = CKO_SECRET_KEY, private_class = CKO_PRIVATE_KEY;
static CK_KEY_TYPE generic = CKK_GENERIC_SECRET, aes = CKK_AES, rsa_type = CKK_RSA, ec_type = CKK_EC;
static uint8_t p256[] = { 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07 };
static uint8_t secp256k1[] = { 0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x0A };

static CK_SESSION_HANDLE start(struct api *api)
{
    api_start(api);
    const CK_SESSION_HANDLE session = api_session(api, CKF_RW_SESSION);
    api_login(session);
    return session;
}

struct halves {
    CK_OBJECT_HANDLE public_key, private_key;
};

static CK_RV generate(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type, CK_ATTRIBUTE *public_half,
                      CK_ULONG public_count, CK_ATTRIBUTE *private_half, CK_ULONG private_count,
                      struct halves *ret)
{
    CK_MECHANISM mechanism = { type, NULL, 0 };
    return C_GenerateKeyPair(session, &mechanism, public_half, public_count, private_half, private_count,
                             &ret->public_key, &ret->private_key);
}

START_TEST(test_a_key_pair_is_generated_where_its_id_says)
{
    struct api api;
    struct halves halves;
    uint8_t id[] = { 9 };
    CK_ATTRIBUTE public_half[] = { API_VALUE(CKA_EC_PARAMS, p256), API_VALUE(CKA_TOKEN, yes),
                                   API_VALUE(CKA_VERIFY, yes) };
    CK_ATTRIBUTE private_half[] = { API_VALUE(CKA_TOKEN, yes),     API_VALUE(CKA_PRIVATE, yes),
                                    API_VALUE(CKA_SENSITIVE, yes), API_VALUE(CKA_SIGN, yes),
                                    API_VALUE(CKA_ID, id),         API_TEXT(CKA_LABEL, "made") };
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(generate(session, CKM_EC_KEY_PAIR_GEN, public_half, 3, private_half, 6, &halves), CKR_OK);
    ck_assert(fake_find(api.card, CARD_KEY, 9)->present);
    assert_bytes(api_attribute(session, halves.private_key, CKA_ID), BYTES_OF(id));
    assert_bytes(api_attribute(session, halves.private_key, CKA_LABEL), bytes_text("made"));
    ck_assert_uint_eq(api_attribute(session, halves.private_key, CKA_EXTRACTABLE).data[0], CK_FALSE);
    ck_assert_uint_eq(api_attribute(session, halves.private_key, CKA_LOCAL).data[0], CK_TRUE);
    assert_bytes(api_attribute(session, halves.public_key, CKA_ID), BYTES_OF(id));
    assert_bytes(api_attribute(session, halves.public_key, CKA_LABEL), bytes_text("made"));
    ck_assert_uint_eq(api_find(session, CKO_PUBLIC_KEY, 9), halves.public_key);
    ck_assert_uint_eq(api_find(session, CKO_PRIVATE_KEY, 9), halves.private_key);
    api_stop(&api);
}
END_TEST

START_TEST(test_an_occupied_place_is_not_overwritten)
{
    struct api api;
    struct halves halves;
    uint8_t id[] = { EC_ID };
    CK_ATTRIBUTE public_half[] = { API_VALUE(CKA_EC_PARAMS, p256), API_VALUE(CKA_ID, id) };
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(generate(session, CKM_EC_KEY_PAIR_GEN, public_half, 2, NULL, 0, &halves),
              CKR_ATTRIBUTE_VALUE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_templates_that_cannot_be_true_are_refused_before_the_card_is_asked)
{
    struct api api;
    struct halves halves;
    CK_ULONG bits = 2048, odd_bits = 100;
    uint8_t three[] = { 3 }, id[] = { 9 }, other_id[] = { 10 };
    CK_ATTRIBUTE rsa[] = { API_VALUE(CKA_MODULUS_BITS, bits) };
    CK_ATTRIBUTE odd[] = { API_VALUE(CKA_MODULUS_BITS, odd_bits) };
    CK_ATTRIBUTE small_exponent[] = { API_VALUE(CKA_MODULUS_BITS, bits),
                                      API_VALUE(CKA_PUBLIC_EXPONENT, three) };
    CK_ATTRIBUTE strange_curve[] = { API_VALUE(CKA_EC_PARAMS, secp256k1) };
    CK_ATTRIBUTE no_curve[] = { API_VALUE(CKA_EC_PARAMS, three) };
    CK_ATTRIBUTE named[] = { API_VALUE(CKA_MODULUS_BITS, bits), API_VALUE(CKA_ID, id) };
    CK_ATTRIBUTE other[] = { API_VALUE(CKA_ID, other_id) };
    CK_ATTRIBUTE session_key[] = { API_VALUE(CKA_TOKEN, no) };
    CK_ATTRIBUTE extractable[] = { API_VALUE(CKA_EXTRACTABLE, yes) };
    CK_ATTRIBUTE bare[] = { API_VALUE(CKA_SENSITIVE, no) };
    CK_ATTRIBUTE wrong_type[] = { API_VALUE(CKA_KEY_TYPE, ec_type) };
    const CK_SESSION_HANDLE session = start(&api);
    const CK_MECHANISM_TYPE gen = CKM_RSA_PKCS_KEY_PAIR_GEN;
    fake_forget(api.fake);
    assert_rv(generate(session, gen, NULL, 0, NULL, 0, &halves), CKR_TEMPLATE_INCOMPLETE);
    assert_rv(generate(session, gen, odd, 1, NULL, 0, &halves), CKR_ATTRIBUTE_VALUE_INVALID);
    assert_rv(generate(session, gen, small_exponent, 2, NULL, 0, &halves), CKR_ATTRIBUTE_VALUE_INVALID);
    assert_rv(generate(session, gen, named, 2, other, 1, &halves), CKR_TEMPLATE_INCONSISTENT);
    assert_rv(generate(session, gen, rsa, 1, session_key, 1, &halves), CKR_TEMPLATE_INCONSISTENT);
    assert_rv(generate(session, gen, rsa, 1, extractable, 1, &halves), CKR_TEMPLATE_INCONSISTENT);
    assert_rv(generate(session, gen, rsa, 1, bare, 1, &halves), CKR_TEMPLATE_INCONSISTENT);
    assert_rv(generate(session, gen, rsa, 1, wrong_type, 1, &halves), CKR_TEMPLATE_INCONSISTENT);
    assert_rv(generate(session, CKM_EC_KEY_PAIR_GEN, strange_curve, 1, NULL, 0, &halves),
              CKR_CURVE_NOT_SUPPORTED);
    assert_rv(generate(session, CKM_EC_KEY_PAIR_GEN, no_curve, 1, NULL, 0, &halves),
              CKR_DOMAIN_PARAMS_INVALID);
    assert_rv(generate(session, CKM_EC_KEY_PAIR_GEN, NULL, 0, NULL, 0, &halves), CKR_TEMPLATE_INCOMPLETE);
    assert_rv(generate(session, CKM_RSA_PKCS, rsa, 1, NULL, 0, &halves), CKR_MECHANISM_INVALID);
    assert_rv(generate(session, gen, NULL, 3, NULL, 0, &halves), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_GENERATE), 0);
    api_stop(&api);
}
END_TEST

/* P0 48 */
START_TEST(test_generating_needs_a_read_write_session_and_a_login)
{
    struct api api;
    struct halves halves;
    CK_ATTRIBUTE public_half[] = { API_VALUE(CKA_EC_PARAMS, p256) };
    api_start(&api);
    const CK_SESSION_HANDLE reading = api_session(&api, 0), writing = api_session(&api, CKF_RW_SESSION);
    assert_rv(generate(writing, CKM_EC_KEY_PAIR_GEN, public_half, 1, NULL, 0, &halves),
              CKR_USER_NOT_LOGGED_IN);
    api_login(reading);
    assert_rv(generate(reading, CKM_EC_KEY_PAIR_GEN, public_half, 1, NULL, 0, &halves),
              CKR_SESSION_READ_ONLY);
    api_stop(&api);
}
END_TEST

/* Number INDEX of fake_rsa_key, a PrivateKeyInfo around 0, n, e, d, p, q, … */
static struct bytes rsa_number(size_t index)
{
    static const uint32_t path[] = { 0x30, 0x04, 0x30 };
    struct bytes numbers, number = BYTES_NONE;
    assert_ok(tlv_find_path(fake_rsa_key, path, API_COUNT(path), &numbers));
    struct tlv_cursor cursor = tlv_open(numbers);
    for (size_t i = 0; i <= index; i++)
        assert_ok(tlv_expect(&cursor, 0x02, &number));
    return number;
}

START_TEST(test_an_rsa_key_is_imported_from_its_primes_or_its_exponent)
{
    struct api api;
    uint8_t id[] = { 9 };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, private_class),
                                API_VALUE(CKA_KEY_TYPE, rsa_type),
                                API_VALUE(CKA_TOKEN, yes),
                                API_VALUE(CKA_ID, id),
                                API_BYTES(CKA_MODULUS, rsa_number(1)),
                                API_BYTES(CKA_PUBLIC_EXPONENT, rsa_number(2)),
                                API_BYTES(CKA_PRIVATE_EXPONENT, rsa_number(3)),
                                API_BYTES(CKA_PRIME_1, rsa_number(4)),
                                API_BYTES(CKA_PRIME_2, rsa_number(5)),
                                API_TEXT(CKA_LABEL, "imported") };
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &key), CKR_OK);
    assert_bytes(api_attribute(session, key, CKA_LABEL), bytes_text("imported"));
    assert_bytes(api_attribute(session, api_find(session, CKO_PUBLIC_KEY, 9), CKA_LABEL),
                 bytes_text("imported"));
    assert_rv(C_DestroyObject(session, key), CKR_OK);
    assert_rv(C_CreateObject(session, template, 7, &key), CKR_OK);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_IMPORT), 2);
    assert_rv(C_CreateObject(session, template, 6, &key), CKR_TEMPLATE_INCOMPLETE);
    template[4].ulValueLen -= 8;
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &key), CKR_ATTRIBUTE_VALUE_INVALID);
    template[2].pValue = &no;
    ck_assert(C_CreateObject(session, template, API_COUNT(template), &key) != CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_an_ec_scalar_is_checked_before_it_is_imported)
{
    struct api api;
    uint8_t id[] = { 9 }, zero[32] = { 0 }, one[] = { 1 };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, private_class), API_VALUE(CKA_KEY_TYPE, ec_type),
                                API_VALUE(CKA_TOKEN, yes),           API_VALUE(CKA_ID, id),
                                API_VALUE(CKA_EC_PARAMS, p256),      API_VALUE(CKA_VALUE, zero) };
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &key), CKR_ATTRIBUTE_VALUE_INVALID);
    memset(zero, 0xFF, sizeof(zero));
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &key), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_IMPORT), 0);
    template[5] = (CK_ATTRIBUTE)API_VALUE(CKA_VALUE, one);
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &key), CKR_OK);
    template[4] = (CK_ATTRIBUTE)API_VALUE(CKA_EC_PARAMS, secp256k1);
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &key), CKR_CURVE_NOT_SUPPORTED);
    api_stop(&api);
}
END_TEST

static CK_RV derive(CK_SESSION_HANDLE session, CK_ECDH1_DERIVE_PARAMS params, CK_ATTRIBUTE *template,
                    CK_ULONG count, CK_OBJECT_HANDLE *ret)
{
    CK_MECHANISM mechanism = { CKM_ECDH1_DERIVE, &params, sizeof(params) };
    return C_DeriveKey(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, EC_ID), template, count, ret);
}

/* P0 43: the peer's point raw and wrapped. */
START_TEST(test_a_secret_is_agreed_with_a_point_in_either_wrapping)
{
    struct api api;
    uint8_t point[67], first[32], last[8];
    CK_ULONG length = 8;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, generic),
                                API_VALUE(CKA_SENSITIVE, no), API_VALUE(CKA_EXTRACTABLE, yes),
                                API_VALUE(CKA_VALUE_LEN, length) };
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);
    const struct bytes view = api_attribute(session, api_find(session, CKO_PUBLIC_KEY, EC_ID), CKA_EC_POINT);
    ck_assert_uint_eq(view.size, sizeof(point));
    memcpy(point, view.data, sizeof(point));
    assert_rv(
        derive(session, (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 0, NULL, 65, point + 2 }, template, 4, &key),
        CKR_OK);
    ck_assert_uint_eq(api_attribute(session, key, CKA_VALUE).size, 32);
    memcpy(first, api_attribute(session, key, CKA_VALUE).data, 32);
    assert_rv(derive(session, (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 0, NULL, 67, point }, template, 4, &key),
              CKR_OK);
    assert_bytes(api_attribute(session, key, CKA_VALUE), BYTES_OF(first));
    /* the standard takes bytes away at the leading end */
    assert_rv(
        derive(session, (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 0, NULL, 65, point + 2 }, template, 5, &key),
        CKR_OK);
    memcpy(last, first + 24, 8);
    assert_bytes(api_attribute(session, key, CKA_VALUE), BYTES_OF(last));
    api_stop(&api);
}
END_TEST

START_TEST(test_a_derived_key_can_be_hashed_to_any_length)
{
    struct api api;
    uint8_t point[67], shared[] = "info", whole[100];
    CK_ULONG length = 100, aes_length = 32;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, generic),
                                API_VALUE(CKA_SENSITIVE, no), API_VALUE(CKA_EXTRACTABLE, yes),
                                API_VALUE(CKA_VALUE_LEN, length) };
    CK_ATTRIBUTE aes_template[] = { API_VALUE(CKA_KEY_TYPE, aes), API_VALUE(CKA_VALUE_LEN, aes_length),
                                    API_VALUE(CKA_SENSITIVE, no), API_VALUE(CKA_EXTRACTABLE, yes) };
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);
    memcpy(point, api_attribute(session, api_find(session, CKO_PUBLIC_KEY, EC_ID), CKA_EC_POINT).data, 67);
    const CK_ECDH1_DERIVE_PARAMS params = { CKD_SHA256_KDF, sizeof(shared), shared, 65, point + 2 };
    assert_rv(derive(session, params, template, 5, &key), CKR_OK);
    ck_assert_uint_eq(api_attribute(session, key, CKA_VALUE).size, 100);
    memcpy(whole, api_attribute(session, key, CKA_VALUE).data, 100);
    assert_rv(derive(session, params, aes_template, 4, &key), CKR_OK);
    assert_bytes(api_attribute(session, key, CKA_VALUE), bytes_make(whole, 32));
    api_stop(&api);
}
END_TEST

START_TEST(test_a_point_off_the_curve_does_not_reach_the_card)
{
    struct api api;
    uint8_t point[67];
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, generic) };
    CK_ATTRIBUTE on_token[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, generic),
                                API_VALUE(CKA_TOKEN, yes) };
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);
    memcpy(point, api_attribute(session, api_find(session, CKO_PUBLIC_KEY, EC_ID), CKA_EC_POINT).data, 67);
    assert_rv(
        derive(session, (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 0, NULL, 65, point + 2 }, on_token, 3, &key),
        CKR_TEMPLATE_INCONSISTENT);
    assert_rv(
        derive(session, (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 1, point, 65, point + 2 }, template, 2, &key),
        CKR_MECHANISM_PARAM_INVALID);
    assert_rv(derive(session, (CK_ECDH1_DERIVE_PARAMS){ 99, 0, NULL, 65, point + 2 }, template, 2, &key),
              CKR_MECHANISM_PARAM_INVALID);
    assert_rv(derive(session, (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 0, NULL, 65, NULL }, template, 2, &key),
              CKR_MECHANISM_PARAM_INVALID);
    assert_rv(
        derive(session, (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 0, NULL, 64, point + 2 }, template, 2, &key),
        CKR_MECHANISM_PARAM_INVALID);
    point[40] ^= 1;
    assert_rv(
        derive(session, (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 0, NULL, 65, point + 2 }, template, 2, &key),
        CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_AGREE), 0);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_secret_key_is_wrapped_and_unwrapped)
{
    struct api api;
    uint8_t value[16] = { 1, 2, 3 }, wrapped[256];
    CK_ULONG size = 0;
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, aes),
                                API_VALUE(CKA_SENSITIVE, no), API_VALUE(CKA_EXTRACTABLE, yes),
                                API_VALUE(CKA_VALUE, value) };
    CK_OBJECT_HANDLE key, back;
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE public_key = api_find(session, CKO_PUBLIC_KEY, 1),
                           private_key = api_find(session, CKO_PRIVATE_KEY, 1);
    assert_rv(C_CreateObject(session, template, 5, &key), CKR_OK);
    assert_rv(C_WrapKey(session, &mechanism, public_key, key, NULL, &size), CKR_OK);
    ck_assert_uint_eq(size, 256);
    assert_rv(C_WrapKey(session, &mechanism, public_key, key, wrapped, &size), CKR_OK);
    assert_rv(C_WrapKey(session, &mechanism, public_key, private_key, wrapped, &size), CKR_KEY_UNEXTRACTABLE);
    assert_rv(C_WrapKey(session, &mechanism, 4711, key, wrapped, &size), CKR_WRAPPING_KEY_HANDLE_INVALID);
    assert_rv(C_UnwrapKey(session, &mechanism, private_key, wrapped, 256, template, 4, &back), CKR_OK);
    assert_bytes(api_attribute(session, back, CKA_VALUE), BYTES_OF(value));
    wrapped[5] ^= 1;
    assert_rv(C_UnwrapKey(session, &mechanism, private_key, wrapped, 256, template, 4, &back),
              CKR_WRAPPED_KEY_INVALID);
    assert_rv(C_UnwrapKey(session, &mechanism, private_key, wrapped, 255, template, 4, &back),
              CKR_WRAPPED_KEY_LEN_RANGE);
    assert_rv(C_UnwrapKey(session, &mechanism, 4711, wrapped, 256, template, 4, &back),
              CKR_UNWRAPPING_KEY_HANDLE_INVALID);
    api_stop(&api);
}
END_TEST

/* RFC 3394, 4.1 to 4.6: the first bytes of KEK wrap the first bytes of DATA. */
static const struct {
    size_t kek_size, data_size;
    uint8_t wrapped[40];
} key_wraps[] = {
    { 16, 16, { 0x1F, 0xA6, 0x8B, 0x0A, 0x81, 0x12, 0xB4, 0x47, 0xAE, 0xF3, 0x4B, 0xD8,
                0xFB, 0x5A, 0x7B, 0x82, 0x9D, 0x3E, 0x86, 0x23, 0x71, 0xD2, 0xCF, 0xE5 } },
    { 24, 16, { 0x96, 0x77, 0x8B, 0x25, 0xAE, 0x6C, 0xA4, 0x35, 0xF9, 0x2B, 0x5B, 0x97,
                0xC0, 0x50, 0xAE, 0xD2, 0x46, 0x8A, 0xB8, 0xA1, 0x7A, 0xD8, 0x4E, 0x5D } },
    { 32, 32, { 0x28, 0xC9, 0xF4, 0x04, 0xC4, 0xB8, 0x10, 0xF4, 0xCB, 0xCC, 0xB3, 0x5C, 0xFB, 0x87,
                0xF8, 0x26, 0x3F, 0x57, 0x86, 0xE2, 0xD8, 0x0E, 0xD3, 0x26, 0xCB, 0xC7, 0xF0, 0xE7,
                0x1A, 0x99, 0xF4, 0x3B, 0xFB, 0x98, 0x8B, 0x9B, 0x7A, 0x02, 0xDD, 0x21 } },
};
static const uint8_t key_wrap_data[32] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA,
                                           0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05,
                                           0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F };

/* A session's key with the bytes 0, 1, 2 …, of which it is said that it may do USE. */
static CK_OBJECT_HANDLE key_encryption_key(CK_SESSION_HANDLE session, CK_KEY_TYPE type, size_t size,
                                           CK_ATTRIBUTE_TYPE use)
{
    uint8_t value[32];
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class),
                                API_VALUE(CKA_KEY_TYPE, type),
                                API_VALUE(use, yes),
                                { CKA_VALUE, value, size } };
    CK_OBJECT_HANDLE ret;

    for (size_t i = 0; i < sizeof(value); i++)
        value[i] = (uint8_t)i;
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &ret), CKR_OK);
    return ret;
}

/* What a message for an elliptic-curve key needs after the agreement. NSS says of that key only that it may
 * wrap. */
START_TEST(test_a_key_is_unwrapped_with_a_secret_key)
{
    struct api api;
    uint8_t wrapped[40];
    CK_MECHANISM mechanism = { CKM_AES_KEY_WRAP, NULL, 0 };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, aes),
                                API_VALUE(CKA_SENSITIVE, no), API_VALUE(CKA_EXTRACTABLE, yes) };
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);

    for (size_t i = 0; i < sizeof(key_wraps) / sizeof(key_wraps[0]); i++) {
        const CK_ULONG size = key_wraps[i].data_size + 8;
        const CK_OBJECT_HANDLE kek =
            key_encryption_key(session, aes, key_wraps[i].kek_size, i == 0 ? CKA_WRAP : CKA_UNWRAP);
        memcpy(wrapped, key_wraps[i].wrapped, size);
        assert_rv(C_UnwrapKey(session, &mechanism, kek, wrapped, size, template, 4, &key), CKR_OK);
        assert_bytes(api_attribute(session, key, CKA_VALUE), bytes_make(key_wrap_data, size - 8));
    }
    api_stop(&api);
}
END_TEST

START_TEST(test_a_wrapped_key_that_is_not_whole_is_refused)
{
    struct api api;
    uint8_t wrapped[40], iv[8] = { 0 };
    CK_ULONG length = 24;
    CK_MECHANISM mechanism = { CKM_AES_KEY_WRAP, NULL, 0 }, with_iv = { CKM_AES_KEY_WRAP, iv, sizeof(iv) };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, aes),
                                API_VALUE(CKA_VALUE_LEN, length) };
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE kek = key_encryption_key(session, aes, 32, CKA_UNWRAP);

    memcpy(wrapped, key_wraps[2].wrapped, sizeof(wrapped));
    assert_rv(C_UnwrapKey(session, &mechanism, kek, wrapped, 40, template, 3, &key),
              CKR_TEMPLATE_INCONSISTENT);
    assert_rv(C_UnwrapKey(session, &with_iv, kek, wrapped, 40, template, 2, &key),
              CKR_MECHANISM_PARAM_INVALID);
    for (CK_ULONG size = 0; size < 40; size++)
        assert_rv(C_UnwrapKey(session, &mechanism, kek, wrapped, size, template, 2, &key),
                  size == 24 || size == 32 ? CKR_WRAPPED_KEY_INVALID : CKR_WRAPPED_KEY_LEN_RANGE);
    for (size_t i = 0; i < sizeof(wrapped); i++) {
        wrapped[i] ^= 0x10;
        assert_rv(C_UnwrapKey(session, &mechanism, kek, wrapped, 40, template, 2, &key),
                  CKR_WRAPPED_KEY_INVALID);
        wrapped[i] ^= 0x10;
    }
    assert_rv(C_UnwrapKey(session, &mechanism, kek, wrapped, 40, template, 2, &key), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_only_an_aes_key_that_may_unwraps)
{
    struct api api;
    uint8_t wrapped[40];
    CK_ULONG size = sizeof(wrapped);
    CK_MECHANISM mechanism = { CKM_AES_KEY_WRAP, NULL, 0 };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, secret_class), API_VALUE(CKA_KEY_TYPE, aes) };
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE kek = key_encryption_key(session, aes, 32, CKA_ENCRYPT),
                           other = key_encryption_key(session, generic, 32, CKA_UNWRAP);

    memcpy(wrapped, key_wraps[2].wrapped, sizeof(wrapped));
    assert_rv(C_UnwrapKey(session, &mechanism, kek, wrapped, 40, template, 2, &key),
              CKR_KEY_FUNCTION_NOT_PERMITTED);
    assert_rv(C_UnwrapKey(session, &mechanism, other, wrapped, 40, template, 2, &key),
              CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT);
    assert_rv(C_UnwrapKey(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, 1), wrapped, 40, template,
                          2, &key),
              CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT);
    assert_rv(C_UnwrapKey(session, &mechanism, 4711, wrapped, 40, template, 2, &key),
              CKR_UNWRAPPING_KEY_HANDLE_INVALID);
    assert_rv(C_WrapKey(session, &mechanism, kek, other, wrapped, &size), CKR_MECHANISM_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_template_that_is_not_there_is_not_read)
{
    struct api api;
    uint8_t wrapped[256] = { 0 };
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 };
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);

    assert_rv(derive(session, (CK_ECDH1_DERIVE_PARAMS){ CKD_NULL, 0, NULL, 65, wrapped }, NULL, 1, &key),
              CKR_ARGUMENTS_BAD);
    assert_rv(C_UnwrapKey(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, 1), wrapped,
                          sizeof(wrapped), NULL, 1, &key),
              CKR_ARGUMENTS_BAD);
    api_stop(&api);
}
END_TEST

UNIT_MAIN("api keys", test_a_key_pair_is_generated_where_its_id_says,
          test_an_occupied_place_is_not_overwritten,
          test_templates_that_cannot_be_true_are_refused_before_the_card_is_asked,
          test_generating_needs_a_read_write_session_and_a_login,
          test_an_rsa_key_is_imported_from_its_primes_or_its_exponent,
          test_an_ec_scalar_is_checked_before_it_is_imported,
          test_a_secret_is_agreed_with_a_point_in_either_wrapping,
          test_a_derived_key_can_be_hashed_to_any_length, test_a_point_off_the_curve_does_not_reach_the_card,
          test_a_secret_key_is_wrapped_and_unwrapped, test_a_key_is_unwrapped_with_a_secret_key,
          test_a_wrapped_key_that_is_not_whole_is_refused, test_only_an_aes_key_that_may_unwraps,
          test_a_template_that_is_not_there_is_not_read)
