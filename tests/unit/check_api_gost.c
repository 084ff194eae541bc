/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* check_api_gost.c: hashes, HMACs and signatures of GOST as an application asks for them. */
#include <stdio.h>
#include <string.h>

#include "asn1/gost.h"
#include "asn1/pubkey.h"
#include "pkcs11-headers/pkcs11-gost.h"
#include "tests/unit/api.h"
#include "tests/unit/gost_vectors.h"

#define DATA "some data"

static CK_BYTE data[] = DATA;
static CK_ULONG data_size = sizeof(DATA) - 1;

/* A hash by its identifier, as programs for Rutoken pass it. */
static CK_MECHANISM by_oid(CK_MECHANISM_TYPE type, enum hash hash)
{
    const struct bytes oid = gost_digest_oid(hash);
    return (CK_MECHANISM){ type, (CK_VOID_PTR)(uintptr_t)oid.data, oid.size };
}

static CK_MECHANISM plain(CK_MECHANISM_TYPE type)
{
    return (CK_MECHANISM){ type, NULL, 0 };
}

static struct bytes from_hex(const char *hex)
{
    static uint8_t memory[4][512];
    static size_t next;
    uint8_t *out = memory[next++ % 4];
    unsigned byte;

    for (size_t i = 0; i < strlen(hex) / 2; i++) {
        ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
        out[i] = (uint8_t)byte;
    }
    return bytes_make(out, strlen(hex) / 2);
}

static bool listed(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_FLAGS flags)
{
    CK_MECHANISM_TYPE list[128];
    CK_ULONG count = API_COUNT(list);
    CK_MECHANISM_INFO info;

    assert_rv(C_GetMechanismList(slot, list, &count), CKR_OK);
    for (CK_ULONG i = 0; i < count; i++) {
        if (list[i] != type)
            continue;
        assert_rv(C_GetMechanismInfo(slot, type, &info), CKR_OK);
        ck_assert_uint_eq(info.ulMinKeySize + info.ulMaxKeySize, 0);
        return (info.flags & flags) == flags;
    }
    assert_rv(C_GetMechanismInfo(slot, type, &info), CKR_MECHANISM_INVALID);
    return false;
}

START_TEST(gost_mechanisms_are_listed_where_there_are_gost_keys_and_hashes_everywhere)
{
    static const struct {
        CK_MECHANISM_TYPE type;
        CK_FLAGS flags;
        bool everywhere;
    } rows[] = {
        { CKM_GOSTR3410_KEY_PAIR_GEN, CKF_HW | CKF_GENERATE_KEY_PAIR, false },
        { CKM_GOSTR3410_512_KEY_PAIR_GEN, CKF_HW | CKF_GENERATE_KEY_PAIR, false },
        { CKM_GOSTR3410, CKF_HW | CKF_SIGN | CKF_VERIFY, false },
        { CKM_GOSTR3410_512, CKF_HW | CKF_SIGN | CKF_VERIFY, false },
        { CKM_GOSTR3410_WITH_GOSTR3411, CKF_HW | CKF_SIGN | CKF_VERIFY, false },
        { CKM_GOSTR3410_WITH_GOSTR3411_12_256, CKF_HW | CKF_SIGN | CKF_VERIFY, false },
        { CKM_GOSTR3410_WITH_GOSTR3411_12_512, CKF_HW | CKF_SIGN | CKF_VERIFY, false },
        { CKM_GOSTR3410_DERIVE, CKF_HW | CKF_DERIVE, false },
        { CKM_GOSTR3410_12_DERIVE, CKF_HW | CKF_DERIVE, false },
        { CKM_VKO_GOSTR3410_2012_512, CKF_HW | CKF_DERIVE, false },
        { CKM_KDF_TREE_GOSTR3411_2012_256, CKF_DERIVE, false },
        { CKM_GOSTR3411_HMAC, CKF_SIGN | CKF_VERIFY, false },
        { CKM_GOSTR3411_12_256_HMAC, CKF_SIGN | CKF_VERIFY, false },
        { CKM_GOSTR3411_12_512_HMAC, CKF_SIGN | CKF_VERIFY, false },
        { CKM_GOSTR3411, CKF_DIGEST, true },
        { CKM_GOSTR3411_12_256, CKF_DIGEST, true },
        { CKM_GOSTR3411_12_512, CKF_DIGEST, true },
    };
    struct api api;

    for (int gost = 0; gost < 2; gost++) {
        (gost ? api_start_gost : api_start)(&api);
        for (size_t i = 0; i < API_COUNT(rows); i++)
            ck_assert_int_eq(listed(api.slot, rows[i].type, rows[i].flags), gost || rows[i].everywhere);
        api_stop(&api);
    }
}
END_TEST

START_TEST(hashes_take_no_parameter_or_their_identifier)
{
    struct api api;
    CK_BYTE out[64];
    CK_ULONG size = sizeof(out);
    CK_MECHANISM named = by_oid(CKM_GOSTR3411_12_256, HASH_STREEBOG_256), none = plain(CKM_GOSTR3411_12_256),
                 wrong = by_oid(CKM_GOSTR3411_12_256, HASH_STREEBOG_512),
                 old = by_oid(CKM_GOSTR3411, HASH_GOST94);
    CK_SESSION_HANDLE session;

    api_start(&api);
    session = api_session(&api, 0);
    assert_rv(C_DigestInit(session, &named), CKR_OK);
    assert_rv(C_Digest(session, data, data_size, NULL, &size), CKR_OK);
    ck_assert_uint_eq(size, 32);
    assert_rv(C_Digest(session, (CK_BYTE_PTR)(uintptr_t) "", 0, out, &size), CKR_OK);
    assert_bytes(bytes_make(out, size),
                 from_hex("3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb"));
    assert_rv(C_DigestInit(session, &none), CKR_OK);
    assert_rv(C_DigestUpdate(session, data, data_size), CKR_OK);
    assert_rv(C_DigestFinal(session, out, &size), CKR_OK);
    assert_rv(C_DigestInit(session, &wrong), CKR_MECHANISM_PARAM_INVALID);
    wrong.pParameter = NULL;
    assert_rv(C_DigestInit(session, &wrong), CKR_MECHANISM_PARAM_INVALID);
    assert_rv(C_DigestInit(session, &old), CKR_OK);
    assert_rv(C_Digest(session, (CK_BYTE_PTR)(uintptr_t) "abc", 3, out, &size), CKR_OK);
    assert_bytes(bytes_make(out, size),
                 from_hex("b285056dbf18d7392d7677369524dd14747459ed8143997e163b2986f92fd42c"));
    api_stop(&api);
}
END_TEST

static CK_RV sign(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_MECHANISM mechanism, CK_BYTE *out,
                  CK_ULONG *size)
{
    CK_RV rv = C_SignInit(session, &mechanism, key);
    return rv == CKR_OK ? C_Sign(session, data, data_size, out, size) : rv;
}

static CK_RV verify(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_MECHANISM mechanism,
                    CK_BYTE *signature, CK_ULONG size)
{
    CK_RV rv = C_VerifyInit(session, &mechanism, key);
    return rv == CKR_OK ? C_Verify(session, data, data_size, signature, size) : rv;
}

START_TEST(the_cards_signatures_are_good_with_and_without_the_hash_named)
{
    static const struct {
        uint8_t id;
        CK_MECHANISM_TYPE type;
        enum hash hash;
        CK_ULONG size;
    } rows[] = {
        { 4, CKM_GOSTR3410_WITH_GOSTR3411_12_256, HASH_STREEBOG_256, 64 },
        { 4, CKM_GOSTR3410_WITH_GOSTR3411, HASH_GOST94, 64 },
        { 5, CKM_GOSTR3410_WITH_GOSTR3411_12_512, HASH_STREEBOG_512, 128 },
    };
    struct api api;
    CK_BYTE out[128];
    CK_ULONG size;
    CK_SESSION_HANDLE session;

    api_start_gost(&api);
    session = api_session(&api, 0);
    api_login(session);
    for (size_t i = 0; i < API_COUNT(rows); i++) {
        CK_OBJECT_HANDLE key = api_find(session, CKO_PRIVATE_KEY, rows[i].id),
                         public_key = api_find(session, CKO_PUBLIC_KEY, rows[i].id);
        size = sizeof(out);
        assert_rv(sign(session, key, by_oid(rows[i].type, rows[i].hash), out, &size), CKR_OK);
        ck_assert_uint_eq(size, rows[i].size);
        assert_rv(verify(session, public_key, plain(rows[i].type), out, size), CKR_OK);
        out[size - 1] ^= 1;
        assert_rv(verify(session, public_key, plain(rows[i].type), out, size), CKR_SIGNATURE_INVALID);
        assert_rv(verify(session, public_key, plain(rows[i].type), out, size - 1), CKR_SIGNATURE_LEN_RANGE);
        size = rows[i].size - 1;
        assert_rv(sign(session, key, plain(rows[i].type), out, &size), CKR_BUFFER_TOO_SMALL);
        assert_rv(C_Sign(session, data, data_size, out, &size), CKR_OK);
        assert_rv(sign(session, key, by_oid(rows[i].type, HASH_SHA256), out, &size), CKR_OK);
        assert_rv(
            sign(session, key, by_oid(rows[i].type, i == 2 ? HASH_GOST94 : HASH_STREEBOG_512), out, &size),
            CKR_MECHANISM_PARAM_INVALID);
    }
    api_stop(&api);
}
END_TEST

START_TEST(a_hash_made_elsewhere_has_the_length_of_the_curve)
{
    struct api api;
    CK_BYTE hash[64] = { 7 }, out[128];
    CK_ULONG size = sizeof(out);
    CK_MECHANISM short_one = plain(CKM_GOSTR3410), long_one = plain(CKM_GOSTR3410_512),
                 named = by_oid(CKM_GOSTR3410, HASH_STREEBOG_256),
                 wrong = by_oid(CKM_GOSTR3410, HASH_STREEBOG_512);
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key, public_key;

    api_start_gost(&api);
    session = api_session(&api, 0);
    api_login(session);
    key = api_find(session, CKO_PRIVATE_KEY, 4);
    public_key = api_find(session, CKO_PUBLIC_KEY, 4);
    assert_rv(C_SignInit(session, &long_one, key), CKR_KEY_TYPE_INCONSISTENT);
    assert_rv(C_SignInit(session, &wrong, key), CKR_MECHANISM_PARAM_INVALID);
    assert_rv(C_SignInit(session, &named, key), CKR_OK);
    assert_rv(C_Sign(session, hash, 31, out, &size), CKR_DATA_LEN_RANGE);
    assert_rv(C_SignInit(session, &short_one, key), CKR_OK);
    assert_rv(C_Sign(session, hash, 33, out, &size), CKR_DATA_LEN_RANGE);
    assert_rv(C_SignInit(session, &short_one, key), CKR_OK);
    assert_rv(C_Sign(session, hash, 32, out, &size), CKR_OK);
    ck_assert_uint_eq(size, 64);
    assert_rv(C_VerifyInit(session, &short_one, public_key), CKR_OK);
    assert_rv(C_Verify(session, hash, 32, out, size), CKR_OK);
    assert_rv(C_VerifyInit(session, &short_one, public_key), CKR_OK);
    assert_rv(C_Verify(session, hash, 31, out, size), CKR_DATA_LEN_RANGE);
    key = api_find(session, CKO_PRIVATE_KEY, 5);
    assert_rv(C_SignInit(session, &long_one, key), CKR_OK);
    assert_rv(C_Sign(session, hash, 64, out, &size), CKR_BUFFER_TOO_SMALL);
    size = sizeof(out);
    assert_rv(C_Sign(session, hash, 64, out, &size), CKR_OK);
    ck_assert_uint_eq(size, 128);
    api_stop(&api);
}
END_TEST

START_TEST(a_key_that_the_card_cannot_sign_with_is_told)
{
    struct api api;
    CK_BYTE out[128];
    CK_ULONG size = sizeof(out);
    CK_SESSION_HANDLE session;

    api_start_gost(&api);
    session = api_session(&api, 0);
    api_login(session);
    fake_find(api.card, CARD_KEY, 4)->item.key.can = CARD_CAN_ECDSA;
    assert_rv(sign(session, api_find(session, CKO_PRIVATE_KEY, 4), plain(CKM_GOSTR3410_WITH_GOSTR3411_12_256),
                   out, &size),
              CKR_MECHANISM_INVALID);
    api_stop(&api);
}
END_TEST

/* A public key of the session from a SubjectPublicKeyInfo. */
static CK_OBJECT_HANDLE public_from(CK_SESSION_HANDLE session, const char *spki_hex)
{
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    CK_OBJECT_HANDLE ret = CK_INVALID_HANDLE;
    CK_KEY_TYPE type;
    struct pubkey key;

    assert_ok(pubkey_from_spki(from_hex(spki_hex), &key));
    type = key.kind == KEY_GOST512 ? CKK_GOSTR3410_512 : CKK_GOSTR3410;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, class), API_VALUE(CKA_KEY_TYPE, type),
                                API_BYTES(CKA_GOSTR3410_PARAMS, pubkey_gost_set(&key)),
                                API_BYTES(CKA_GOSTR3411_PARAMS, pubkey_gost_digest(&key)),
                                API_BYTES(CKA_VALUE, pubkey_point(&key)) };
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &ret), CKR_OK);
    assert_bytes(api_attribute(session, ret, CKA_PUBLIC_KEY_INFO), from_hex(spki_hex));
    return ret;
}

START_TEST(what_gost_engine_signed_is_verified_with_every_parameter_set)
{
    struct api api;
    CK_SESSION_HANDLE session;
    CK_BYTE message[] = GOST_MESSAGE;

    api_start_gost(&api);
    session = api_session(&api, 0);
    for (size_t i = 0; i < GOST_VECTORS; i++) {
        struct bytes signature = from_hex(gost_vectors[i].signature);
        bool old = strncmp(gost_vectors[i].name, "2001", 4) == 0;
        CK_MECHANISM mechanism = plain(old                     ? CKM_GOSTR3410_WITH_GOSTR3411
                                       : signature.size == 128 ? CKM_GOSTR3410_WITH_GOSTR3411_12_512
                                                               : CKM_GOSTR3410_WITH_GOSTR3411_12_256);
        CK_BYTE copy[128];

        memcpy(copy, signature.data, signature.size);
        assert_rv(C_VerifyInit(session, &mechanism, public_from(session, gost_vectors[i].spki)), CKR_OK);
        assert_rv(C_VerifyUpdate(session, message, 5), CKR_OK);
        assert_rv(C_VerifyUpdate(session, message + 5, sizeof(message) - 6), CKR_OK);
        assert_rv(C_VerifyFinal(session, copy, signature.size), CKR_OK);
    }
    api_stop(&api);
}
END_TEST

static CK_OBJECT_HANDLE secret_key(CK_SESSION_HANDLE session, CK_KEY_TYPE type, struct bytes value, bool use)
{
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_BBOOL right = use ? CK_TRUE : CK_FALSE;
    CK_OBJECT_HANDLE ret = CK_INVALID_HANDLE;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, class), API_VALUE(CKA_KEY_TYPE, type),
                                API_VALUE(CKA_SIGN, right), API_VALUE(CKA_VERIFY, right),
                                API_BYTES(CKA_VALUE, value) };

    assert_rv(C_CreateObject(session, template, API_COUNT(template), &ret), CKR_OK);
    return ret;
}

START_TEST(hmacs_are_made_and_compared_with_secret_keys)
{
    struct api api;
    CK_BYTE out[64], message[] = "abc";
    CK_ULONG size = sizeof(out);
    CK_MECHANISM mechanism = plain(CKM_GOSTR3411_12_512_HMAC), small = plain(CKM_GOSTR3411_HMAC),
                 rsa = plain(CKM_RSA_PKCS);
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key, useless;

    api_start_gost(&api);
    session = api_session(&api, 0);
    key = secret_key(session, CKK_GENERIC_SECRET, bytes_text("abc"), true);
    useless = secret_key(session, CKK_GENERIC_SECRET, bytes_text("abc"), false);
    assert_rv(C_SignInit(session, &mechanism, key), CKR_OK);
    assert_rv(C_Sign(session, message, 3, NULL, &size), CKR_OK);
    ck_assert_uint_eq(size, 64);
    assert_rv(C_Sign(session, message, 3, out, &size), CKR_OK);
    assert_bytes(bytes_make(out, size),
                 from_hex("99c50139ea48fd369e924f9705dfee5783fcd3b9f87378d698809b86c348f110"
                          "947a2d54335409901740e23cf5d47d7a3355d02ddb4e8b6f2bd7810370042848"));
    assert_rv(C_VerifyInit(session, &mechanism, key), CKR_OK);
    assert_rv(C_Verify(session, message, 3, out, size), CKR_OK);
    out[0] ^= 1;
    assert_rv(C_VerifyInit(session, &mechanism, key), CKR_OK);
    assert_rv(C_Verify(session, message, 3, out, size), CKR_SIGNATURE_INVALID);
    assert_rv(C_VerifyInit(session, &mechanism, key), CKR_OK);
    assert_rv(C_Verify(session, message, 3, out, 32), CKR_SIGNATURE_LEN_RANGE);
    assert_rv(C_SignInit(session, &small, key), CKR_OK);
    assert_rv(C_SignUpdate(session, message, 1), CKR_OK);
    assert_rv(C_SignUpdate(session, message + 1, 2), CKR_OK);
    assert_rv(C_SignFinal(session, out, &size), CKR_OK);
    assert_bytes(bytes_make(out, size),
                 from_hex("1a2532756a03cafcee9baa5dd8dc1202b0ce7645d728b6fa4ffe211c4f0ae6f6"));
    assert_rv(C_SignInit(session, &small, useless), CKR_KEY_FUNCTION_NOT_PERMITTED);
    assert_rv(C_SignInit(session, &rsa, key), CKR_KEY_TYPE_INCONSISTENT);
    api_login(session);
    assert_rv(C_SignInit(session, &small, api_find(session, CKO_PRIVATE_KEY, 4)), CKR_KEY_TYPE_INCONSISTENT);
    assert_rv(C_MessageSignInit(session, &mechanism, key), CKR_OK);
    for (int i = 0; i < 2; i++) {
        size = sizeof(out);
        assert_rv(C_SignMessage(session, NULL, 0, message, 3, out, &size), CKR_OK);
        ck_assert_uint_eq(out[0], 0x99);
    }
    assert_rv(C_MessageSignFinal(session), CKR_OK);
    api_stop(&api);
}
END_TEST

UNIT_MAIN("api gost", gost_mechanisms_are_listed_where_there_are_gost_keys_and_hashes_everywhere,
          hashes_take_no_parameter_or_their_identifier,
          the_cards_signatures_are_good_with_and_without_the_hash_named,
          a_hash_made_elsewhere_has_the_length_of_the_curve, a_key_that_the_card_cannot_sign_with_is_told,
          what_gost_engine_signed_is_verified_with_every_parameter_set,
          hmacs_are_made_and_compared_with_secret_keys)
