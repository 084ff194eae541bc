/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "module/crypto/digest.h"
#include "tests/unit/api.h"

#define RSA_ID 1
#define ALWAYS_ID 2
#define EC_ID 3

static uint8_t message[] = "a message";

/* A logged-in session on a fresh card. */
static CK_SESSION_HANDLE start(struct api *api)
{
    api_start(api);
    const CK_SESSION_HANDLE session = api_session(api, CKF_RW_SESSION);
    api_login(session);
    return session;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type, uint8_t id)
{
    CK_MECHANISM mechanism = { type, NULL, 0 };
    return C_SignInit(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, id));
}

/* Signs with the private key and verifies with the public one, whole and in parts. */
static void sign_and_verify(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, uint8_t id, uint8_t *data,
                            CK_ULONG size)
{
    const CK_OBJECT_HANDLE private_key = api_find(session, CKO_PRIVATE_KEY, id);
    const CK_OBJECT_HANDLE public_key = api_find(session, CKO_PUBLIC_KEY, id);
    uint8_t signature[512];
    CK_ULONG length = sizeof(signature);

    assert_rv(C_SignInit(session, mechanism, private_key), CKR_OK);
    assert_rv(C_Sign(session, data, size, signature, &length), CKR_OK);
    assert_rv(C_VerifyInit(session, mechanism, public_key), CKR_OK);
    assert_rv(C_Verify(session, data, size, signature, length), CKR_OK);

    assert_rv(C_SignInit(session, mechanism, private_key), CKR_OK);
    assert_rv(C_SignUpdate(session, data, 1), CKR_OK);
    assert_rv(C_SignUpdate(session, data + 1, size - 1), CKR_OK);
    length = sizeof(signature);
    assert_rv(C_SignFinal(session, signature, &length), CKR_OK);
    assert_rv(C_VerifyInit(session, mechanism, public_key), CKR_OK);
    assert_rv(C_VerifyUpdate(session, data, size - 1), CKR_OK);
    assert_rv(C_VerifyUpdate(session, data + size - 1, 1), CKR_OK);
    assert_rv(C_VerifyFinal(session, signature, length), CKR_OK);

    signature[length / 2] ^= 1;
    assert_rv(C_VerifyInit(session, mechanism, public_key), CKR_OK);
    assert_rv(C_Verify(session, data, size, signature, length), CKR_SIGNATURE_INVALID);
    assert_rv(C_VerifyInit(session, mechanism, public_key), CKR_OK);
    assert_rv(C_Verify(session, data, size, signature, length - 1), CKR_SIGNATURE_LEN_RANGE);
}

START_TEST(test_every_hashed_mechanism_signs_what_verifies)
{
    static const CK_MECHANISM_TYPE rsa[] = {
        CKM_SHA1_RSA_PKCS,     CKM_SHA224_RSA_PKCS,   CKM_SHA256_RSA_PKCS,
        CKM_SHA384_RSA_PKCS,   CKM_SHA512_RSA_PKCS,   CKM_SHA3_224_RSA_PKCS,
        CKM_SHA3_256_RSA_PKCS, CKM_SHA3_384_RSA_PKCS, CKM_SHA3_512_RSA_PKCS,
    };
    static const CK_MECHANISM_TYPE ec[] = {
        CKM_ECDSA_SHA1,     CKM_ECDSA_SHA224,   CKM_ECDSA_SHA256,   CKM_ECDSA_SHA384,   CKM_ECDSA_SHA512,
        CKM_ECDSA_SHA3_224, CKM_ECDSA_SHA3_256, CKM_ECDSA_SHA3_384, CKM_ECDSA_SHA3_512,
    };
    struct api api;
    const CK_SESSION_HANDLE session = start(&api);
    for (size_t i = 0; i < API_COUNT(rsa); i++)
        sign_and_verify(session, &(CK_MECHANISM){ rsa[i], NULL, 0 }, RSA_ID, message, sizeof(message));
    for (size_t i = 0; i < API_COUNT(ec); i++)
        sign_and_verify(session, &(CK_MECHANISM){ ec[i], NULL, 0 }, EC_ID, message, sizeof(message));
    api_stop(&api);
}
END_TEST

/* P0 44 */
START_TEST(test_pss_is_padded_on_the_host)
{
    struct api api;
    uint8_t hash[32] = { 7 };
    CK_RSA_PKCS_PSS_PARAMS pss = { CKM_SHA256, CKG_MGF1_SHA256, 32 };
    CK_RSA_PKCS_PSS_PARAMS odd = { CKM_SHA512, CKG_MGF1_SHA1, 0 };
    const CK_SESSION_HANDLE session = start(&api);
    sign_and_verify(session, &(CK_MECHANISM){ CKM_RSA_PKCS_PSS, &pss, sizeof(pss) }, RSA_ID, hash,
                    sizeof(hash));
    sign_and_verify(session, &(CK_MECHANISM){ CKM_SHA256_RSA_PKCS_PSS, &pss, sizeof(pss) }, RSA_ID, message,
                    sizeof(message));
    sign_and_verify(session, &(CK_MECHANISM){ CKM_SHA512_RSA_PKCS_PSS, &odd, sizeof(odd) }, RSA_ID, message,
                    sizeof(message));
    api_stop(&api);
}
END_TEST

START_TEST(test_bare_mechanisms_take_what_they_are_given)
{
    struct api api;
    uint8_t block[256] = { 0, 1 }, hash[64] = { 9 };
    const CK_SESSION_HANDLE session = start(&api);
    sign_and_verify(session, &(CK_MECHANISM){ CKM_RSA_PKCS, NULL, 0 }, RSA_ID, hash, 36);
    sign_and_verify(session, &(CK_MECHANISM){ CKM_RSA_X_509, NULL, 0 }, RSA_ID, block, sizeof(block));
    sign_and_verify(session, &(CK_MECHANISM){ CKM_ECDSA, NULL, 0 }, EC_ID, hash, 32);
    sign_and_verify(session, &(CK_MECHANISM){ CKM_ECDSA, NULL, 0 }, EC_ID, hash, 20);
    sign_and_verify(session, &(CK_MECHANISM){ CKM_ECDSA, NULL, 0 }, EC_ID, hash, 64);
    api_stop(&api);
}
END_TEST

static CK_RV sign_bytes(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type, uint8_t id, size_t size)
{
    static uint8_t data[4096];
    uint8_t signature[512];
    CK_ULONG length = sizeof(signature);
    memset(data, 0xFF, sizeof(data));
    assert_rv(sign_init(session, type, id), CKR_OK);
    CK_RV rv = C_Sign(session, data, size, signature, &length);
    assert_rv(C_Sign(session, data, size, signature, &length), CKR_OPERATION_NOT_INITIALIZED);
    return rv;
}

START_TEST(test_data_of_impossible_length_is_refused_and_ends_the_operation)
{
    struct api api;
    const CK_SESSION_HANDLE session = start(&api);
    fake_forget(api.fake);
    assert_rv(sign_bytes(session, CKM_RSA_PKCS, RSA_ID, 256 - 10), CKR_DATA_LEN_RANGE);
    assert_rv(sign_bytes(session, CKM_RSA_X_509, RSA_ID, 257), CKR_DATA_LEN_RANGE);
    assert_rv(sign_bytes(session, CKM_RSA_X_509, RSA_ID, 256), CKR_DATA_INVALID);
    assert_rv(sign_bytes(session, CKM_ECDSA, EC_ID, 4096), CKR_DATA_LEN_RANGE);
    assert_rv(sign_bytes(session, CKM_ECDSA, EC_ID, 0), CKR_DATA_LEN_RANGE);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_SIGN), 0);
    assert_rv(sign_bytes(session, CKM_RSA_PKCS, RSA_ID, 256 - 11), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_the_length_is_told_before_the_card_works_and_a_short_buffer_changes_nothing)
{
    struct api api;
    uint8_t signature[256] = { 0 };
    CK_ULONG length = 0;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(sign_init(session, CKM_SHA256_RSA_PKCS, RSA_ID), CKR_OK);
    fake_forget(api.fake);
    assert_rv(C_Sign(session, message, sizeof(message), NULL, &length), CKR_OK);
    ck_assert_uint_eq(length, 256);
    length = 255;
    assert_rv(C_Sign(session, message, sizeof(message), signature, &length), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(length, 256);
    ck_assert_str_eq(fake_story(api.fake), "");
    assert_rv(C_Sign(session, message, sizeof(message), signature, &length), CKR_OK);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_SIGN), 1);
    assert_rv(C_Sign(session, message, sizeof(message), signature, &length), CKR_OPERATION_NOT_INITIALIZED);
    api_stop(&api);
}
END_TEST

START_TEST(test_the_length_of_a_multi_part_signature_is_told_too)
{
    struct api api;
    uint8_t signature[64];
    CK_ULONG length = 0;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(sign_init(session, CKM_ECDSA_SHA256, EC_ID), CKR_OK);
    assert_rv(C_SignUpdate(session, message, sizeof(message)), CKR_OK);
    assert_rv(C_SignFinal(session, NULL, &length), CKR_OK);
    ck_assert_uint_eq(length, 64);
    length = 1;
    assert_rv(C_SignFinal(session, signature, &length), CKR_BUFFER_TOO_SMALL);
    assert_rv(C_SignFinal(session, signature, &length), CKR_OK);
    assert_rv(C_SignFinal(session, signature, &length), CKR_OPERATION_NOT_INITIALIZED);
    api_stop(&api);
}
END_TEST

START_TEST(test_whole_and_parts_do_not_mix)
{
    struct api api;
    uint8_t signature[64];
    CK_ULONG length = sizeof(signature);
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(sign_init(session, CKM_ECDSA_SHA256, EC_ID), CKR_OK);
    assert_rv(sign_init(session, CKM_ECDSA_SHA256, EC_ID), CKR_OPERATION_ACTIVE);
    assert_rv(C_SignUpdate(session, message, sizeof(message)), CKR_OK);
    assert_rv(C_Sign(session, message, sizeof(message), signature, &length), CKR_OPERATION_ACTIVE);
    assert_rv(C_SignFinal(session, signature, &length), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_no_mechanism_ends_the_running_operation)
{
    struct api api;
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_SignInit(session, NULL, 1), CKR_ARGUMENTS_BAD);
    assert_rv(sign_init(session, CKM_ECDSA, EC_ID), CKR_OK);
    assert_rv(C_SignInit(session, NULL, CK_INVALID_HANDLE), CKR_OK);
    assert_rv(sign_init(session, CKM_ECDSA, EC_ID), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_keys_are_held_to_the_mechanism)
{
    struct api api;
    CK_MECHANISM ecdsa = { CKM_ECDSA, NULL, 0 }, oaep = { CKM_RSA_PKCS_OAEP, NULL, 0 };
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(sign_init(session, CKM_SHA256_RSA_PKCS, EC_ID), CKR_KEY_TYPE_INCONSISTENT);
    assert_rv(sign_init(session, CKM_ECDSA, RSA_ID), CKR_KEY_TYPE_INCONSISTENT);
    assert_rv(sign_init(session, CKM_SHA256, RSA_ID), CKR_MECHANISM_INVALID);
    assert_rv(sign_init(session, CKM_AES_CMAC, RSA_ID), CKR_MECHANISM_INVALID);
    assert_rv(C_SignInit(session, &oaep, api_find(session, CKO_PRIVATE_KEY, RSA_ID)), CKR_MECHANISM_INVALID);
    assert_rv(C_SignInit(session, &ecdsa, 9999), CKR_KEY_HANDLE_INVALID);
    assert_rv(C_SignInit(session, &ecdsa, api_find(session, CKO_CERTIFICATE, EC_ID - 1)),
              CKR_KEY_HANDLE_INVALID);
    assert_rv(C_SignInit(session, &ecdsa, api_find(session, CKO_PUBLIC_KEY, EC_ID)),
              CKR_KEY_FUNCTION_NOT_PERMITTED);
    assert_rv(C_VerifyInit(session, &ecdsa, api_find(session, CKO_PRIVATE_KEY, EC_ID)),
              CKR_KEY_FUNCTION_NOT_PERMITTED);
    api_stop(&api);
}
END_TEST

/* P1 45 */
START_TEST(test_a_key_that_may_not_sign_does_not)
{
    struct api api;
    api_start(&api);
    fake_find(api.card, CARD_KEY, EC_ID)->item.key.uses = CARD_USE_AGREE;
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    api_login(session);
    assert_rv(sign_init(session, CKM_ECDSA, EC_ID), CKR_KEY_FUNCTION_NOT_PERMITTED);
    api_stop(&api);
}
END_TEST

/* P1 45 */
START_TEST(test_a_key_allows_the_mechanisms_that_it_names)
{
    struct api api;
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    CK_KEY_TYPE type = CKK_EC;
    CK_MECHANISM_TYPE allowed[] = { CKM_ECDSA_SHA384 };
    CK_MECHANISM named = { CKM_ECDSA_SHA384, NULL, 0 }, other = { CKM_ECDSA, NULL, 0 };
    uint8_t params[10], point[67];
    CK_OBJECT_HANDLE key;
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE on_card = api_find(session, CKO_PUBLIC_KEY, EC_ID);
    memcpy(params, api_attribute(session, on_card, CKA_EC_PARAMS).data, sizeof(params));
    memcpy(point, api_attribute(session, on_card, CKA_EC_POINT).data, sizeof(point));
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, class), API_VALUE(CKA_KEY_TYPE, type),
                                API_VALUE(CKA_EC_PARAMS, params), API_VALUE(CKA_EC_POINT, point),
                                API_VALUE(CKA_ALLOWED_MECHANISMS, allowed) };
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &key), CKR_OK);
    assert_rv(C_VerifyInit(session, &other, key), CKR_MECHANISM_INVALID);
    assert_rv(C_VerifyInit(session, &named, key), CKR_OK);
    api_stop(&api);
}
END_TEST

/* P0 44: OpenPGP-like cards take the DigestInfo and pad it themselves. */
START_TEST(test_a_card_that_pads_gets_the_digest_info)
{
    struct api api;
    uint8_t signature[256];
    CK_ULONG length = sizeof(signature);
    CK_RSA_PKCS_PSS_PARAMS pss = { CKM_SHA256, CKG_MGF1_SHA256, 32 };
    CK_MECHANISM mechanism = { CKM_RSA_PKCS_PSS, &pss, sizeof(pss) };
    api_start(&api);
    fake_find(api.card, CARD_KEY, RSA_ID)->item.key.can = CARD_CAN_RSA_PKCS1_SIGN | CARD_CAN_RSA_PKCS1_UNWRAP;
    const CK_SESSION_HANDLE session = api_session(&api, 0);
    api_login(session);
    assert_rv(C_SignInit(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, RSA_ID)),
              CKR_MECHANISM_INVALID);
    assert_rv(sign_init(session, CKM_RSA_X_509, RSA_ID), CKR_MECHANISM_INVALID);
    assert_rv(sign_init(session, CKM_SHA256_RSA_PKCS, RSA_ID), CKR_OK);
    (void)C_Sign(session, message, sizeof(message), signature, &length);
    ck_assert_uint_ge(fake_count(api.fake, FAKE_SIGN), 1);
    api_stop(&api);
}
END_TEST

START_TEST(test_without_a_login_a_private_key_is_neither_seen_nor_used)
{
    struct api api;
    CK_MECHANISM mechanism = { CKM_ECDSA, NULL, 0 };
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE key = api_find(session, CKO_PRIVATE_KEY, EC_ID);
    assert_rv(C_SignInit(session, &mechanism, key), CKR_OK);
    assert_rv(C_Logout(session), CKR_OK);
    uint8_t hash[32] = { 0 }, signature[64];
    CK_ULONG length = sizeof(signature);
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &length), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(api_find(session, CKO_PRIVATE_KEY, EC_ID), CK_INVALID_HANDLE);
    assert_rv(C_SignInit(session, &mechanism, key), CKR_USER_NOT_LOGGED_IN);
    api_stop(&api);
}
END_TEST

/* P0 25 */
START_TEST(test_an_always_pin_key_signs_right_after_its_own_login_and_only_then)
{
    struct api api;
    uint8_t hash[32] = { 1 }, signature[64];
    CK_ULONG length = sizeof(signature);
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(sign_init(session, CKM_ECDSA, ALWAYS_ID), CKR_OK);
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &length), CKR_USER_NOT_LOGGED_IN);
    assert_rv(sign_init(session, CKM_ECDSA, ALWAYS_ID), CKR_OK);
    assert_rv(api_login_as(session, CKU_CONTEXT_SPECIFIC, FAKE_USER_PIN), CKR_OK);
    CK_TOKEN_INFO info;
    assert_rv(C_GetTokenInfo(api.slot, &info), CKR_OK); /* P0 33: other calls come between */
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &length), CKR_OK);
    assert_rv(sign_init(session, CKM_ECDSA, ALWAYS_ID), CKR_OK);
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &length), CKR_USER_NOT_LOGGED_IN);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_wrong_context_pin_costs_one_try_and_the_operation_waits_on)
{
    struct api api;
    uint8_t hash[32] = { 1 }, signature[64];
    CK_ULONG length = sizeof(signature);
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(sign_init(session, CKM_ECDSA, ALWAYS_ID), CKR_OK);
    assert_rv(api_login_as(session, CKU_CONTEXT_SPECIFIC, "999999"), CKR_PIN_INCORRECT);
    ck_assert_int_eq(api.card->apps[0].user_tries, FAKE_TRIES - 1);
    assert_rv(api_login_as(session, CKU_CONTEXT_SPECIFIC, FAKE_USER_PIN), CKR_OK);
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &length), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_a_card_pulled_out_during_a_signature)
{
    struct api api;
    uint8_t hash[32] = { 1 }, signature[64];
    CK_ULONG length = sizeof(signature);
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(sign_init(session, CKM_ECDSA, EC_ID), CKR_OK);
    fake_pull_at(api.fake, FAKE_SIGN, 1);
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &length), CKR_DEVICE_REMOVED);
    assert_rv(C_Sign(session, hash, sizeof(hash), signature, &length), CKR_DEVICE_REMOVED);
    assert_rv(C_CloseSession(session), CKR_OK);
    fake_insert(api.fake, "A", api.card);
    api_login(api_session(&api, 0));
    api_stop(&api);
}
END_TEST

START_TEST(test_signatures_carry_their_data_back)
{
    struct api api;
    uint8_t data[20] = { 3, 1, 4 }, signature[256], back[256];
    CK_ULONG length = sizeof(signature), size = 0;
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 };
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_SignRecoverInit(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, RSA_ID)), CKR_OK);
    assert_rv(C_SignRecover(session, data, sizeof(data), signature, &length), CKR_OK);
    assert_rv(C_VerifyRecoverInit(session, &mechanism, api_find(session, CKO_PUBLIC_KEY, RSA_ID)), CKR_OK);
    assert_rv(C_VerifyRecover(session, signature, length, NULL, &size), CKR_OK);
    ck_assert_uint_ge(size, sizeof(data));
    size = 5;
    assert_rv(C_VerifyRecover(session, signature, length, back, &size), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(size, sizeof(data));
    assert_rv(C_VerifyRecover(session, signature, length, back, &size), CKR_OK);
    ck_assert_mem_eq(back, data, sizeof(data));
    signature[9] ^= 1;
    size = sizeof(back);
    assert_rv(C_VerifyRecoverInit(session, &mechanism, api_find(session, CKO_PUBLIC_KEY, RSA_ID)), CKR_OK);
    assert_rv(C_VerifyRecover(session, signature, length, back, &size), CKR_SIGNATURE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_many_messages_are_signed_and_checked_with_one_init)
{
    struct api api;
    uint8_t signature[2][64];
    CK_ULONG length = 0;
    CK_MECHANISM mechanism = { CKM_ECDSA_SHA256, NULL, 0 };
    const CK_SESSION_HANDLE session = start(&api);
    assert_rv(C_SignMessage(session, NULL, 0, message, 3, signature[0], &length),
              CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(C_MessageSignInit(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, EC_ID)), CKR_OK);
    assert_rv(C_SignMessage(session, NULL, 0, message, 3, NULL, &length), CKR_OK);
    ck_assert_uint_eq(length, 64);
    assert_rv(C_SignMessage(session, NULL, 0, message, 3, signature[0], &length), CKR_OK);
    assert_rv(C_SignMessageNext(session, NULL, 0, message, 1, NULL, NULL), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(C_SignMessageBegin(session, NULL, 0), CKR_OK);
    assert_rv(C_SignMessageBegin(session, NULL, 0), CKR_OPERATION_ACTIVE);
    assert_rv(C_SignMessageNext(session, NULL, 0, message, 1, NULL, NULL), CKR_OK);
    assert_rv(C_SignMessageNext(session, NULL, 0, message + 1, 4, signature[1], &length), CKR_OK);
    assert_rv(C_MessageSignFinal(session), CKR_OK);
    assert_rv(C_MessageSignFinal(session), CKR_OPERATION_NOT_INITIALIZED);

    assert_rv(C_MessageVerifyInit(session, &mechanism, api_find(session, CKO_PUBLIC_KEY, EC_ID)), CKR_OK);
    assert_rv(C_VerifyMessage(session, NULL, 0, message, 3, signature[0], 64), CKR_OK);
    assert_rv(C_VerifyMessage(session, NULL, 0, message, 3, signature[1], 64), CKR_SIGNATURE_INVALID);
    assert_rv(C_VerifyMessageBegin(session, NULL, 0), CKR_OK);
    assert_rv(C_VerifyMessageNext(session, NULL, 0, message, 2, NULL, 0), CKR_OK);
    assert_rv(C_VerifyMessageNext(session, NULL, 0, message + 2, 3, signature[1], 64), CKR_OK);
    assert_rv(C_MessageVerifyFinal(session), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_the_signature_may_come_before_the_data)
{
    struct api api;
    uint8_t signature[64];
    CK_ULONG length = sizeof(signature);
    CK_MECHANISM mechanism = { CKM_ECDSA_SHA256, NULL, 0 };
    const CK_SESSION_HANDLE session = start(&api);
    const CK_OBJECT_HANDLE key = api_find(session, CKO_PUBLIC_KEY, EC_ID);
    assert_rv(sign_init(session, CKM_ECDSA_SHA256, EC_ID), CKR_OK);
    assert_rv(C_Sign(session, message, sizeof(message), signature, &length), CKR_OK);
    assert_rv(C_VerifySignatureInit(session, &mechanism, key, signature, 63), CKR_SIGNATURE_LEN_RANGE);
    assert_rv(C_VerifySignatureInit(session, &mechanism, key, signature, 64), CKR_OK);
    assert_rv(C_VerifySignature(session, message, sizeof(message)), CKR_OK);
    assert_rv(C_VerifySignature(session, message, sizeof(message)), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(C_VerifySignatureInit(session, &mechanism, key, signature, 64), CKR_OK);
    assert_rv(C_VerifySignatureUpdate(session, message, 4), CKR_OK);
    assert_rv(C_VerifySignatureFinal(session), CKR_SIGNATURE_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(test_two_sessions_sign_independently)
{
    struct api api;
    uint8_t hash[32] = { 1 }, signature[64];
    CK_ULONG length = sizeof(signature);
    const CK_SESSION_HANDLE first = start(&api), second = api_session(&api, 0);
    assert_rv(sign_init(first, CKM_ECDSA, EC_ID), CKR_OK);
    assert_rv(C_Sign(second, hash, 32, signature, &length), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(sign_init(second, CKM_ECDSA, EC_ID), CKR_OK);
    assert_rv(C_CloseSession(second), CKR_OK);
    assert_rv(C_Sign(first, hash, 32, signature, &length), CKR_OK);
    api_stop(&api);
}
END_TEST

UNIT_MAIN("api sign", test_every_hashed_mechanism_signs_what_verifies, test_pss_is_padded_on_the_host,
          test_bare_mechanisms_take_what_they_are_given,
          test_data_of_impossible_length_is_refused_and_ends_the_operation,
          test_the_length_is_told_before_the_card_works_and_a_short_buffer_changes_nothing,
          test_the_length_of_a_multi_part_signature_is_told_too, test_whole_and_parts_do_not_mix,
          test_no_mechanism_ends_the_running_operation, test_keys_are_held_to_the_mechanism,
          test_a_key_that_may_not_sign_does_not, test_a_key_allows_the_mechanisms_that_it_names,
          test_a_card_that_pads_gets_the_digest_info,
          test_without_a_login_a_private_key_is_neither_seen_nor_used,
          test_an_always_pin_key_signs_right_after_its_own_login_and_only_then,
          test_a_wrong_context_pin_costs_one_try_and_the_operation_waits_on,
          test_a_card_pulled_out_during_a_signature, test_signatures_carry_their_data_back,
          test_many_messages_are_signed_and_checked_with_one_init,
          test_the_signature_may_come_before_the_data, test_two_sessions_sign_independently)
