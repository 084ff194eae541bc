/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* check_api_gost_keys.c: GOST keys generated, described and agreed with, as an application does it. */
#include <string.h>

#include "asn1/gost.h"
#include "asn1/pubkey.h"
#include "pkcs11-headers/pkcs11-gost.h"
#include "tests/unit/api.h"

#define START_DATE "20260101"
#define END_DATE "20270401"

static struct bytes set_named(const char *name)
{
    return gost_set_oid(gost_set_from_name(bytes_text(name)));
}

/* What a program for Rutoken asks for; an empty view leaves the attribute out. */
static CK_RV generate(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type, CK_KEY_TYPE key_type,
                      struct bytes set, struct bytes digest, CK_OBJECT_HANDLE *public_key,
                      CK_OBJECT_HANDLE *private_key)
{
    CK_MECHANISM mechanism = { type, NULL, 0 };
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE public_template[6] = { API_VALUE(CKA_KEY_TYPE, key_type), API_VALUE(CKA_TOKEN, yes),
                                        API_VALUE(CKA_VENDOR_KEY_JOURNAL, no) },
                 private_template[6] = {
                     API_VALUE(CKA_KEY_TYPE, key_type),      API_VALUE(CKA_TOKEN, yes),
                     API_VALUE(CKA_VENDOR_KEY_JOURNAL, yes), API_TEXT(CKA_START_DATE, START_DATE),
                     API_TEXT(CKA_END_DATE, END_DATE),       API_VALUE(CKA_SIGN, yes)
                 };
    CK_ULONG count = 3;

    if (set.size != 0)
        public_template[count++] = (CK_ATTRIBUTE)API_BYTES(CKA_GOSTR3410_PARAMS, set);
    if (digest.size != 0)
        public_template[count++] = (CK_ATTRIBUTE)API_BYTES(CKA_GOSTR3411_PARAMS, digest);
    return C_GenerateKeyPair(session, &mechanism, public_template, count, private_template, 6, public_key,
                             private_key);
}

START_TEST(generated_keys_keep_the_set_as_it_was_called_and_get_its_hash)
{
    static const struct {
        CK_MECHANISM_TYPE type;
        CK_KEY_TYPE key_type;
        const char *set;
        enum hash asked, told;
        enum key_kind kind;
    } rows[] = {
        { CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, "CryptoPro-A", HASH_NONE, HASH_STREEBOG_256,
          KEY_GOST256 },
        { CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, "CryptoPro-XchA", HASH_STREEBOG_256, HASH_STREEBOG_256,
          KEY_GOST256 },
        { CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, "tc26-256-B", HASH_NONE, HASH_STREEBOG_256,
          KEY_GOST256 },
        { CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, "tc26-256-A", HASH_NONE, HASH_STREEBOG_256,
          KEY_GOST256 },
        { CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, "CryptoPro-A", HASH_GOST94, HASH_GOST94, KEY_GOST2001 },
        { CKM_GOSTR3410_512_KEY_PAIR_GEN, CKK_GOSTR3410_512, "tc26-512-A", HASH_NONE, HASH_STREEBOG_512,
          KEY_GOST512 },
    };
    struct api api;
    CK_SESSION_HANDLE session;

    api_start_gost(&api);
    session = api_session(&api, CKF_RW_SESSION);
    api_login(session);
    for (size_t i = 0; i < API_COUNT(rows); i++) {
        CK_OBJECT_HANDLE public_key, private_key;
        CK_KEY_TYPE type = rows[i].key_type;
        CK_BBOOL yes = CK_TRUE;
        struct bytes value;
        struct pubkey key;
        uint8_t point[128];

        assert_rv(generate(session, rows[i].type, type, set_named(rows[i].set),
                           gost_digest_oid(rows[i].asked), &public_key, &private_key),
                  CKR_OK);
        for (int half = 0; half < 2; half++) {
            CK_OBJECT_HANDLE object = half ? private_key : public_key;
            assert_bytes(api_attribute(session, object, CKA_GOSTR3410_PARAMS), set_named(rows[i].set));
            assert_bytes(api_attribute(session, object, CKA_GOSTR3411_PARAMS), gost_digest_oid(rows[i].told));
            assert_bytes(api_attribute(session, object, CKA_KEY_TYPE), bytes_make(&type, sizeof(type)));
            assert_bytes(api_attribute(session, object, CKA_KEY_GEN_MECHANISM),
                         bytes_make(&rows[i].type, sizeof(rows[i].type)));
        }
        value = api_attribute(session, public_key, CKA_VALUE);
        ck_assert_uint_eq(value.size, rows[i].kind == KEY_GOST512 ? 128 : 64);
        memcpy(point, value.data, value.size);
        value.data = point;
        assert_ok(pubkey_from_spki(api_attribute(session, private_key, CKA_PUBLIC_KEY_INFO), &key));
        ck_assert_int_eq((int)key.kind, (int)rows[i].kind);
        assert_bytes(pubkey_point(&key), value);
        assert_bytes(pubkey_gost_set(&key), set_named(rows[i].set));
        assert_bytes(api_attribute(session, private_key, CKA_START_DATE), bytes_text(START_DATE));
        assert_bytes(api_attribute(session, private_key, CKA_END_DATE), bytes_text(END_DATE));
        assert_bytes(api_attribute(session, private_key, CKA_VENDOR_KEY_JOURNAL), bytes_make(&yes, 1));
    }
    api_stop(&api);
}
END_TEST

START_TEST(a_private_value_is_never_told)
{
    struct api api;
    CK_SESSION_HANDLE session;
    CK_BYTE value[64];
    CK_ATTRIBUTE ask = { CKA_VALUE, value, sizeof(value) };
    CK_ATTRIBUTE search[] = { API_VALUE(CKA_VALUE, value) };

    api_start_gost(&api);
    session = api_session(&api, 0);
    api_login(session);
    assert_rv(C_GetAttributeValue(session, api_find(session, CKO_PRIVATE_KEY, 4), &ask, 1),
              CKR_ATTRIBUTE_SENSITIVE);
    ck_assert_uint_eq(ask.ulValueLen, CK_UNAVAILABLE_INFORMATION);
    memcpy(value, api_attribute(session, api_find(session, CKO_PUBLIC_KEY, 4), CKA_VALUE).data, 64);
    ck_assert_uint_eq(api_count(session, search, 1), 1);
    api_stop(&api);
}
END_TEST

START_TEST(searches_by_parameter_set_look_at_the_card)
{
    struct api api;
    CK_SESSION_HANDLE session;
    CK_KEY_TYPE type = CKK_GOSTR3410_512;
    CK_ATTRIBUTE by_set[] = { API_BYTES(CKA_GOSTR3410_PARAMS, set_named("CryptoPro-A")) },
                 by_type[] = { API_VALUE(CKA_KEY_TYPE, type) };

    api_start_gost(&api);
    session = api_session(&api, 0);
    ck_assert_uint_eq(api_count(session, by_set, 1), 1);
    ck_assert_uint_eq(api_count(session, by_type, 1), 1);
    api_login(session);
    ck_assert_uint_eq(api_count(session, by_set, 1), 2);
    api_stop(&api);
}
END_TEST

START_TEST(templates_that_do_not_go_together_make_no_key)
{
    struct api api;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE a, b;
    static const uint8_t unknown[] = { 0x06, 0x02, 0x2A, 0x03 };

    api_start_gost(&api);
    session = api_session(&api, CKF_RW_SESSION);
    api_login(session);
    fake_forget(api.fake);
    assert_rv(generate(session, CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, BYTES_NONE, BYTES_NONE, &a, &b),
              CKR_TEMPLATE_INCOMPLETE);
    assert_rv(
        generate(session, CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, BYTES_OF(unknown), BYTES_NONE, &a, &b),
        CKR_DOMAIN_PARAMS_INVALID);
    assert_rv(generate(session, CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, set_named("tc26-512-A"),
                       BYTES_NONE, &a, &b),
              CKR_TEMPLATE_INCONSISTENT);
    assert_rv(generate(session, CKM_GOSTR3410_512_KEY_PAIR_GEN, CKK_GOSTR3410_512, set_named("CryptoPro-A"),
                       BYTES_NONE, &a, &b),
              CKR_TEMPLATE_INCONSISTENT);
    assert_rv(generate(session, CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, set_named("CryptoPro-A"),
                       gost_digest_oid(HASH_STREEBOG_512), &a, &b),
              CKR_TEMPLATE_INCONSISTENT);
    assert_rv(generate(session, CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, set_named("CryptoPro-A"),
                       BYTES_OF(unknown), &a, &b),
              CKR_TEMPLATE_INCONSISTENT);
    assert_rv(generate(session, CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410_512, set_named("CryptoPro-A"),
                       BYTES_NONE, &a, &b),
              CKR_TEMPLATE_INCONSISTENT);
    /* a curve that this card does not have */
    assert_rv(generate(session, CKM_GOSTR3410_KEY_PAIR_GEN, CKK_GOSTR3410, set_named("CryptoPro-B"),
                       BYTES_NONE, &a, &b),
              CKR_CURVE_NOT_SUPPORTED);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_GENERATE), 0);
    api_stop(&api);
}
END_TEST

START_TEST(a_public_key_of_the_session_is_made_whole)
{
    struct api api;
    CK_SESSION_HANDLE session;
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    CK_KEY_TYPE type = CKK_GOSTR3410, long_type = CKK_GOSTR3410_512;
    CK_OBJECT_HANDLE ret;
    uint8_t wrapped[66] = { 0x04, 0x40 };

    api_start_gost(&api);
    session = api_session(&api, 0);
    memcpy(wrapped + 2, api_attribute(session, api_find(session, CKO_PUBLIC_KEY, 4), CKA_VALUE).data, 64);
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, class), API_VALUE(CKA_KEY_TYPE, type),
                                API_BYTES(CKA_GOSTR3410_PARAMS, set_named("tc26-256-B")),
                                API_VALUE(CKA_VALUE, wrapped) };
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &ret), CKR_OK);
    assert_bytes(api_attribute(session, ret, CKA_VALUE), bytes_make(wrapped + 2, 64));
    assert_bytes(api_attribute(session, ret, CKA_GOSTR3411_PARAMS), gost_digest_oid(HASH_STREEBOG_256));
    template[3].ulValueLen = 65;
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &ret), CKR_ATTRIBUTE_VALUE_INVALID);
    template[3].ulValueLen = 66;
    template[1].pValue = &long_type;
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &ret), CKR_TEMPLATE_INCONSISTENT);
    template[1].pValue = &type;
    template[2].pValue = wrapped;
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &ret), CKR_DOMAIN_PARAMS_INVALID);
    template[2].type = CKA_LABEL;
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &ret), CKR_TEMPLATE_INCOMPLETE);
    api_stop(&api);
}
END_TEST

START_TEST(a_gost_key_is_not_imported)
{
    struct api api;
    CK_SESSION_HANDLE session;
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_KEY_TYPE type = CKK_GOSTR3410;
    CK_BBOOL yes = CK_TRUE;
    CK_BYTE value[32] = { 1 };
    CK_OBJECT_HANDLE ret;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, class), API_VALUE(CKA_KEY_TYPE, type),
                                API_VALUE(CKA_TOKEN, yes), API_VALUE(CKA_VALUE, value),
                                API_BYTES(CKA_GOSTR3410_PARAMS, set_named("CryptoPro-A")) };

    api_start_gost(&api);
    session = api_session(&api, CKF_RW_SESSION);
    api_login(session);
    assert_rv(C_CreateObject(session, template, API_COUNT(template), &ret), CKR_FUNCTION_NOT_SUPPORTED);
    api_stop(&api);
}
END_TEST

/* Agrees with key ID's own public half, which is a peer like any other. */
static CK_RV derive(CK_SESSION_HANDLE session, uint8_t id, CK_MECHANISM_TYPE type, CK_EC_KDF_TYPE kdf,
                    CK_ULONG ukm_size, CK_OBJECT_HANDLE *ret)
{
    static CK_BYTE point[128], ukm[17] = { 0x1d, 0x80, 0x60, 0x3c, 0x85, 0x44, 0xc7, 0x27, 1, 2, 3 };
    const struct bytes value = api_attribute(session, api_find(session, CKO_PUBLIC_KEY, id), CKA_VALUE);
    CK_GOSTR3410_DERIVE_PARAMS params = { kdf, point, value.size, ukm, ukm_size };
    CK_MECHANISM mechanism = { type, &params, sizeof(params) };
    CK_KEY_TYPE generic = CKK_GENERIC_SECRET;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_KEY_TYPE, generic) };

    memcpy(point, value.data, value.size);
    return C_DeriveKey(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, id), template, 1, ret);
}

static struct bytes derived(CK_SESSION_HANDLE session, uint8_t id, CK_MECHANISM_TYPE type, CK_EC_KDF_TYPE kdf,
                            uint8_t memory[64])
{
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    struct bytes value;

    assert_rv(derive(session, id, type, kdf, 8, &key), CKR_OK);
    value = api_attribute(session, key, CKA_VALUE);
    ck_assert_uint_le(value.size, 64);
    memcpy(memory, value.data, value.size);
    return bytes_make(memory, value.size);
}

START_TEST(a_card_that_does_vko_and_one_that_gives_the_point_agree)
{
    static const uint8_t ids[] = { 4, 5 };
    struct api api;
    CK_SESSION_HANDLE session;
    uint8_t point[64], whole[64];

    for (size_t i = 0; i < 2; i++) {
        for (int how = 0; how < 2; how++) {
            api_start_gost(&api);
            if (how == 1)
                fake_find(api.card, CARD_KEY, ids[i])->item.key.can = CARD_CAN_VKO;
            session = api_session(&api, 0);
            api_login(session);
            ck_assert_uint_eq(
                derived(session, ids[i], CKM_GOSTR3410_12_DERIVE, CKD_NULL, how ? whole : point).size, 32);
            api_stop(&api);
        }
        ck_assert_mem_eq(point, whole, 32);
    }
}
END_TEST

START_TEST(each_form_of_vko_gives_another_key_of_its_length)
{
    struct api api;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
    uint8_t memory[6][64];
    struct bytes values[6];

    api_start_gost(&api);
    session = api_session(&api, 0);
    api_login(session);
    values[0] = derived(session, 4, CKM_GOSTR3410_12_DERIVE, CKD_NULL, memory[0]);
    values[1] = derived(session, 4, CKM_GOSTR3410_DERIVE, CKD_NULL, memory[1]);
    values[2] = derived(session, 4, CKM_GOSTR3410_12_DERIVE, CKD_KDF_4357, memory[2]);
    values[3] = derived(session, 4, CKM_GOSTR3410_DERIVE, CKD_CPDIVERSIFY_KDF, memory[3]);
    values[4] = derived(session, 4, CKM_GOSTR3410_12_DERIVE, CKD_KDF_GOSTR3411_2012_256, memory[4]);
    values[5] = derived(session, 5, CKM_VKO_GOSTR3410_2012_512, CKD_NULL, memory[5]);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(values[i].size, i == 5 ? 64 : 32);
        for (size_t j = 0; j < i; j++)
            ck_assert(!bytes_equal(values[i], values[j]));
    }
    assert_rv(derive(session, 4, CKM_GOSTR3410_12_DERIVE, CKD_SHA1_KDF, 8, &key),
              CKR_MECHANISM_PARAM_INVALID);
    assert_rv(derive(session, 4, CKM_GOSTR3410_12_DERIVE, CKD_NULL, 7, &key), CKR_MECHANISM_PARAM_INVALID);
    assert_rv(derive(session, 4, CKM_GOSTR3410_12_DERIVE, CKD_NULL, 17, &key), CKR_MECHANISM_PARAM_INVALID);
    assert_rv(derive(session, 4, CKM_GOSTR3410_12_DERIVE, CKD_KDF_4357, 9, &key),
              CKR_MECHANISM_PARAM_INVALID);
    assert_rv(derive(session, 4, CKM_GOSTR3410_DERIVE, CKD_NULL, 16, &key), CKR_MECHANISM_PARAM_INVALID);
    assert_rv(derive(session, 5, CKM_GOSTR3410_12_DERIVE, CKD_NULL, 16, &key), CKR_OK);
    assert_rv(derive(session, 5, CKM_GOSTR3410_DERIVE, CKD_NULL, 8, &key), CKR_KEY_TYPE_INCONSISTENT);
    assert_rv(derive(session, 4, CKM_VKO_GOSTR3410_2012_512, CKD_NULL, 8, &key), CKR_KEY_TYPE_INCONSISTENT);
    api_stop(&api);
}
END_TEST

START_TEST(rutokens_packed_parameter_means_the_same)
{
    struct api api;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
    CK_BYTE packed[4 + 4 + 64 + 4 + 8] = { CKD_NULL, 0, 0, 0, 64 };
    CK_BYTE ukm[] = { 0x1d, 0x80, 0x60, 0x3c, 0x85, 0x44, 0xc7, 0x27 };
    CK_MECHANISM mechanism = { CKM_GOSTR3410_12_DERIVE, packed, sizeof(packed) };
    CK_KEY_TYPE type = CKK_GOST28147;
    CK_BBOOL no = CK_FALSE;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_KEY_TYPE, type), API_VALUE(CKA_TOKEN, no) };
    uint8_t memory[64];

    api_start_gost(&api);
    session = api_session(&api, 0);
    api_login(session);
    memcpy(packed + 8, api_attribute(session, api_find(session, CKO_PUBLIC_KEY, 4), CKA_VALUE).data, 64);
    packed[72] = sizeof(ukm);
    memcpy(packed + 76, ukm, sizeof(ukm));
    assert_rv(C_DeriveKey(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, 4), template, 2, &key),
              CKR_OK);
    assert_bytes(api_attribute(session, key, CKA_VALUE),
                 derived(session, 4, CKM_GOSTR3410_12_DERIVE, CKD_NULL, memory));
    for (CK_ULONG size = 0; size < sizeof(packed); size++) {
        if (size == sizeof(CK_GOSTR3410_DERIVE_PARAMS))
            continue; /* then it is that */
        mechanism.ulParameterLen = size;
        assert_rv(C_DeriveKey(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, 4), template, 2, &key),
                  CKR_MECHANISM_PARAM_INVALID);
    }
    mechanism.ulParameterLen = sizeof(packed);
    packed[8] ^= 1; /* off the curve: the card is not asked */
    fake_forget(api.fake);
    assert_rv(C_DeriveKey(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, 4), template, 2, &key),
              CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(fake_count(api.fake, FAKE_AGREE), 0);
    mechanism.mechanism = CKM_GOSTR3410_DERIVE;
    assert_rv(C_DeriveKey(session, &mechanism, api_find(session, CKO_PRIVATE_KEY, 4), template, 2, &key),
              CKR_MECHANISM_PARAM_INVALID);
    api_stop(&api);
}
END_TEST

START_TEST(the_key_tree_gives_the_keys_of_rfc_7836_one_by_one)
{
    struct api api;
    CK_SESSION_HANDLE session;
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_KUZNECHIK;
    CK_BBOOL yes = CK_TRUE;
    CK_OBJECT_HANDLE base, key;
    CK_BYTE label[] = { 0x26, 0xBD, 0xB8, 0x78 }, seed[] = { 0xAF, 0x21, 0x43, 0x41, 0x45, 0x65, 0x63, 0x78 },
            value[32];
    CK_KDF_TREE_GOST_PARAMS params = { sizeof(label), label, sizeof(seed), seed, 1, 64, 32 };
    CK_MECHANISM mechanism = { CKM_KDF_TREE_GOSTR3411_2012_256, &params, sizeof(params) };
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_KEY_TYPE, type) },
                 base_template[] = { API_VALUE(CKA_CLASS, class), API_VALUE(CKA_KEY_TYPE, type),
                                     API_VALUE(CKA_VALUE, value), API_VALUE(CKA_DERIVE, yes) };
    static const uint8_t second[] = { 0x07, 0x4C, 0x93, 0x30, 0x59, 0x9D, 0x7F, 0x8D, 0x71, 0x2F, 0xCA,
                                      0x54, 0x39, 0x2F, 0x4D, 0xDD, 0xE9, 0x37, 0x51, 0x20, 0x6B, 0x35,
                                      0x84, 0xC8, 0xF4, 0x3F, 0x9E, 0x6D, 0xC5, 0x15, 0x31, 0xF9 };

    for (size_t i = 0; i < sizeof(value); i++)
        value[i] = (CK_BYTE)i;
    api_start_gost(&api);
    session = api_session(&api, 0);
    assert_rv(C_CreateObject(session, base_template, 3, &base), CKR_OK);
    assert_rv(C_DeriveKey(session, &mechanism, base, template, 1, &key), CKR_KEY_FUNCTION_NOT_PERMITTED);
    assert_rv(C_CreateObject(session, base_template, 4, &base), CKR_OK);
    assert_rv(C_DeriveKey(session, &mechanism, base, template, 1, &key), CKR_OK);
    assert_bytes(api_attribute(session, key, CKA_VALUE), BYTES_OF(second));
    params.ulOffset = 33;
    assert_rv(C_DeriveKey(session, &mechanism, base, template, 1, &key), CKR_TEMPLATE_INCONSISTENT);
    params.ulOffset = 64;
    assert_rv(C_DeriveKey(session, &mechanism, base, template, 1, &key), CKR_MECHANISM_PARAM_INVALID);
    params.ulOffset = 0;
    params.ulR = 5;
    assert_rv(C_DeriveKey(session, &mechanism, base, template, 1, &key), CKR_MECHANISM_PARAM_INVALID);
    params.ulR = 1;
    mechanism.ulParameterLen--;
    assert_rv(C_DeriveKey(session, &mechanism, base, template, 1, &key), CKR_MECHANISM_PARAM_INVALID);
    api_stop(&api);
}
END_TEST

UNIT_MAIN("api gost keys", generated_keys_keep_the_set_as_it_was_called_and_get_its_hash,
          a_private_value_is_never_told, searches_by_parameter_set_look_at_the_card,
          templates_that_do_not_go_together_make_no_key, a_public_key_of_the_session_is_made_whole,
          a_gost_key_is_not_imported, a_card_that_does_vko_and_one_that_gives_the_point_agree,
          each_form_of_vko_gives_another_key_of_its_length, rutokens_packed_parameter_means_the_same,
          the_key_tree_gives_the_keys_of_rfc_7836_one_by_one)
