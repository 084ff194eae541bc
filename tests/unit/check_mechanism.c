/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/rv.h"
#include "module/session/mechanism.h"
#include "pkcs11-headers/pkcs11-gost.h"
#include "tests/unit/unit.h"

#define assert_rv(expr, expected) ck_assert_str_eq(rv_name(expr), rv_name(expected))

/* A card with everything, one that only pads PKCS#1 itself, one without any key. */
static const struct card_algorithm raw_card[] = {
    { KEY_RSA, CURVE_NONE, 1024, 4096, CARD_CAN_RSA_RAW, true },
    { KEY_EC, CURVE_P256, 0, 0, CARD_CAN_ECDSA | CARD_CAN_ECDH, true },
    { KEY_EC, CURVE_P384, 0, 0, CARD_CAN_ECDSA | CARD_CAN_ECDH, true },
    { KEY_EDWARDS, CURVE_ED25519, 0, 0, CARD_CAN_EDDSA, true },
    { KEY_MONTGOMERY, CURVE_X25519, 0, 0, CARD_CAN_ECDH, false },
    { .kind = KEY_NONE },
};
static const struct card_algorithm padding_card[] = {
    { KEY_RSA, CURVE_NONE, 2048, 2048, CARD_CAN_RSA_PKCS1_SIGN | CARD_CAN_RSA_PKCS1_UNWRAP, true },
    { .kind = KEY_NONE },
};
static const struct card_algorithm gost_card[] = {
    { KEY_GOST256, CURVE_GOST_256_CPA, 0, 0, CARD_CAN_GOST, true },
    { .kind = KEY_NONE },
};
static const struct card_algorithm large_gost_card[] = {
    { KEY_GOST256, CURVE_GOST_256_CPA, 0, 0, CARD_CAN_GOST | CARD_CAN_VKO, true },
    { KEY_GOST512, CURVE_GOST_512_A, 0, 0, CARD_CAN_GOST | CARD_CAN_VKO, true },
    { .kind = KEY_NONE },
};
static const struct card_algorithm no_card[] = { { .kind = KEY_NONE } };

static bool listed(const struct card_algorithm *card, CK_MECHANISM_TYPE type)
{
    CK_MECHANISM_TYPE list[128];
    CK_ULONG count = 128;
    assert_rv(mechanism_list(card, list, &count), CKR_OK);
    for (CK_ULONG i = 0; i < count; i++)
        if (list[i] == type)
            return true;
    return false;
}

static CK_MECHANISM_INFO info_of(const struct card_algorithm *card, CK_MECHANISM_TYPE type)
{
    CK_MECHANISM_INFO info;
    assert_rv(mechanism_info(card, type, &info), CKR_OK);
    return info;
}

START_TEST(test_padding_is_made_around_raw_rsa)
{
    static const CK_MECHANISM_TYPE all[] = { CKM_RSA_PKCS,        CKM_RSA_X_509,
                                             CKM_RSA_PKCS_PSS,    CKM_RSA_PKCS_OAEP,
                                             CKM_SHA256_RSA_PKCS, CKM_SHA3_512_RSA_PKCS,
                                             CKM_SHA1_RSA_PKCS,   CKM_SHA384_RSA_PKCS_PSS,
                                             CKM_ECDSA,           CKM_ECDSA_SHA512,
                                             CKM_ECDSA_SHA3_256,  CKM_EDDSA,
                                             CKM_ECDH1_DERIVE,    CKM_ECDH1_COFACTOR_DERIVE,
                                             CKM_SHA256,          CKM_EC_KEY_PAIR_GEN };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        ck_assert_msg(listed(raw_card, all[i]), "mechanism %#lx", all[i]);
}
END_TEST

/* P0 44: a TLS stack falls back to PKCS#1 only if PSS is not in the list. */
START_TEST(test_a_card_that_only_pads_pkcs1_lists_neither_pss_nor_raw)
{
    ck_assert(listed(padding_card, CKM_RSA_PKCS));
    ck_assert(listed(padding_card, CKM_SHA256_RSA_PKCS));
    ck_assert(!listed(padding_card, CKM_RSA_PKCS_PSS));
    ck_assert(!listed(padding_card, CKM_SHA256_RSA_PKCS_PSS));
    ck_assert(!listed(padding_card, CKM_RSA_X_509));
    ck_assert(!listed(padding_card, CKM_RSA_PKCS_OAEP));
    ck_assert(!listed(padding_card, CKM_ECDSA));
}
END_TEST

START_TEST(test_digests_need_no_card)
{
    ck_assert(listed(no_card, CKM_SHA_1));
    ck_assert(listed(no_card, CKM_SHA3_384));
    ck_assert(!listed(no_card, CKM_RSA_PKCS));
    ck_assert_uint_eq(info_of(no_card, CKM_SHA256).flags, CKF_DIGEST);
}
END_TEST

/* What a list names that the card has no key for, programs try. */
START_TEST(test_gost_is_listed_as_far_as_the_cards_keys_go)
{
    static const CK_MECHANISM_TYPE small[] = { CKM_GOSTR3410_KEY_PAIR_GEN, CKM_GOSTR3410,
                                               CKM_GOSTR3410_WITH_GOSTR3411_12_256 },
                                   large[] = { CKM_GOSTR3410_512_KEY_PAIR_GEN, CKM_GOSTR3410_512,
                                               CKM_GOSTR3410_WITH_GOSTR3411_12_512, CKM_GOSTR3410_12_DERIVE },
                                   digests[] = { CKM_GOSTR3411, CKM_GOSTR3411_12_256, CKM_GOSTR3411_12_512 };

    for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
        ck_assert_msg(listed(gost_card, small[i]), "mechanism %#lx", small[i]);
        ck_assert_msg(!listed(raw_card, small[i]), "mechanism %#lx", small[i]);
        ck_assert_msg(!listed(no_card, small[i]), "mechanism %#lx", small[i]);
    }
    for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
        ck_assert_msg(listed(large_gost_card, large[i]), "mechanism %#lx", large[i]);
        ck_assert_msg(!listed(gost_card, large[i]), "mechanism %#lx", large[i]);
    }
    for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++)
        ck_assert_msg(listed(no_card, digests[i]), "mechanism %#lx", digests[i]);
}
END_TEST

START_TEST(test_a_derivation_is_listed_only_where_the_card_can_agree)
{
    ck_assert(listed(large_gost_card, CKM_GOSTR3410_12_DERIVE));
    ck_assert(!listed(large_gost_card, CKM_GOSTR3410_DERIVE));
    ck_assert(!listed(large_gost_card, CKM_VKO_GOSTR3410_2012_512));
}
END_TEST

/* A session's secret key does it, for what was agreed on; in bytes, as the standard has it for AES. */
START_TEST(test_keys_are_unwrapped_on_the_host_where_the_card_can_agree)
{
    const CK_MECHANISM_INFO info = info_of(raw_card, CKM_AES_KEY_WRAP);
    ck_assert_uint_eq(info.flags, CKF_UNWRAP);
    ck_assert_uint_eq(info.ulMinKeySize, 16);
    ck_assert_uint_eq(info.ulMaxKeySize, 32);
    ck_assert(!listed(padding_card, CKM_AES_KEY_WRAP));
    ck_assert(!listed(gost_card, CKM_AES_KEY_WRAP));
}
END_TEST

/* P0, applications: pkcs11-tool --test looks at mechanisms with CKF_HW alone. */
START_TEST(test_what_the_card_does_is_marked_as_hardware)
{
    const CK_MECHANISM_INFO rsa = info_of(raw_card, CKM_RSA_PKCS);
    ck_assert_uint_eq(rsa.ulMinKeySize, 1024);
    ck_assert_uint_eq(rsa.ulMaxKeySize, 4096);
    ck_assert_uint_eq(rsa.flags & (CKF_HW | CKF_SIGN | CKF_VERIFY | CKF_ENCRYPT | CKF_DECRYPT),
                      CKF_HW | CKF_SIGN | CKF_VERIFY | CKF_ENCRYPT | CKF_DECRYPT);
}
END_TEST

START_TEST(test_curves_are_described_in_bits_and_by_name)
{
    const CK_MECHANISM_INFO info = info_of(raw_card, CKM_ECDSA);
    ck_assert_uint_eq(info.ulMinKeySize, 256);
    ck_assert_uint_eq(info.ulMaxKeySize, 384);
    ck_assert_uint_eq(info.flags & (CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS),
                      CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS);
}
END_TEST

START_TEST(test_generation_is_listed_where_the_card_generates)
{
    ck_assert(listed(raw_card, CKM_RSA_PKCS_KEY_PAIR_GEN));
    ck_assert(!listed(raw_card, CKM_EC_MONTGOMERY_KEY_PAIR_GEN));
    ck_assert_uint_eq(info_of(raw_card, CKM_RSA_PKCS_KEY_PAIR_GEN).flags, CKF_HW | CKF_GENERATE_KEY_PAIR);
}
END_TEST

START_TEST(test_every_listed_mechanism_has_information)
{
    CK_MECHANISM_TYPE list[128];
    CK_ULONG count = 128;
    assert_rv(mechanism_list(raw_card, list, &count), CKR_OK);
    for (CK_ULONG i = 0; i < count; i++)
        ck_assert_uint_ne(info_of(raw_card, list[i]).flags, 0);
}
END_TEST

START_TEST(test_a_short_list_is_refused_with_the_count_needed)
{
    CK_MECHANISM_TYPE list[2] = { 0 };
    CK_ULONG whole = 0, count = 1;
    CK_MECHANISM_INFO info;
    assert_rv(mechanism_list(raw_card, NULL, &whole), CKR_OK);
    list[1] = 0xAA;
    assert_rv(mechanism_list(raw_card, list, &count), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(count, whole);
    ck_assert_uint_eq(list[1], 0xAA);
    assert_rv(mechanism_info(raw_card, CKM_AES_CBC, &info), CKR_MECHANISM_INVALID);
}
END_TEST

static CK_RV read_params(CK_MECHANISM_TYPE type, void *parameter, size_t size, const struct pubkey *key)
{
    const CK_MECHANISM mechanism = { type, parameter, size };
    struct mechanism_params params;
    return mechanism_params_read(mechanism_find(type), &mechanism, key, &params);
}

static struct pubkey rsa_key(size_t bytes)
{
    struct pubkey key = { .kind = KEY_RSA, .modulus_size = bytes, .exponent_size = 1 };
    key.modulus[0] = 0x80;
    key.modulus[bytes - 1] = 1;
    key.exponent[0] = 3;
    return key;
}

START_TEST(test_pss_parameters_are_held_to_the_mechanism_and_the_key)
{
    const struct pubkey key = rsa_key(128);
    CK_RSA_PKCS_PSS_PARAMS pss = { CKM_SHA256, CKG_MGF1_SHA256, 32 };
    assert_rv(read_params(CKM_SHA256_RSA_PKCS_PSS, &pss, sizeof(pss), &key), CKR_OK);
    assert_rv(read_params(CKM_SHA512_RSA_PKCS_PSS, &pss, sizeof(pss), &key), CKR_MECHANISM_PARAM_INVALID);
    assert_rv(read_params(CKM_RSA_PKCS_PSS, NULL, 0, &key), CKR_MECHANISM_PARAM_INVALID);
    assert_rv(read_params(CKM_RSA_PKCS_PSS, &pss, sizeof(pss) - 1, &key), CKR_MECHANISM_PARAM_INVALID);
    pss.sLen = 128 - 32 - 2;
    assert_rv(read_params(CKM_RSA_PKCS_PSS, &pss, sizeof(pss), &key), CKR_OK);
    pss.sLen++;
    assert_rv(read_params(CKM_RSA_PKCS_PSS, &pss, sizeof(pss), &key), CKR_MECHANISM_PARAM_INVALID);
    pss.sLen = (CK_ULONG)-1;
    assert_rv(read_params(CKM_RSA_PKCS_PSS, &pss, sizeof(pss), &key), CKR_MECHANISM_PARAM_INVALID);
    pss = (CK_RSA_PKCS_PSS_PARAMS){ CKM_RSA_PKCS, CKG_MGF1_SHA256, 32 };
    assert_rv(read_params(CKM_RSA_PKCS_PSS, &pss, sizeof(pss), &key), CKR_MECHANISM_PARAM_INVALID);
    pss = (CK_RSA_PKCS_PSS_PARAMS){ CKM_SHA256, 77, 32 };
    assert_rv(read_params(CKM_RSA_PKCS_PSS, &pss, sizeof(pss), &key), CKR_MECHANISM_PARAM_INVALID);
}
END_TEST

START_TEST(test_oaep_takes_any_pair_of_hashes_and_a_label)
{
    const struct pubkey key = rsa_key(256), small = rsa_key(64);
    CK_RSA_PKCS_OAEP_PARAMS oaep = { CKM_SHA256, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, NULL, 0 };
    uint8_t label[MECHANISM_LABEL_MAX + 1] = { 1 };
    assert_rv(read_params(CKM_RSA_PKCS_OAEP, &oaep, sizeof(oaep), &key), CKR_OK);
    oaep.source = 0;
    assert_rv(read_params(CKM_RSA_PKCS_OAEP, &oaep, sizeof(oaep), &key), CKR_OK);
    assert_rv(read_params(CKM_RSA_PKCS_OAEP, &oaep, sizeof(oaep), &small), CKR_MECHANISM_PARAM_INVALID);
    oaep =
        (CK_RSA_PKCS_OAEP_PARAMS){ CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, label, MECHANISM_LABEL_MAX };
    assert_rv(read_params(CKM_RSA_PKCS_OAEP, &oaep, sizeof(oaep), &key), CKR_OK);
    oaep.ulSourceDataLen++;
    assert_rv(read_params(CKM_RSA_PKCS_OAEP, &oaep, sizeof(oaep), &key), CKR_MECHANISM_PARAM_INVALID);
    oaep.pSourceData = NULL;
    assert_rv(read_params(CKM_RSA_PKCS_OAEP, &oaep, sizeof(oaep), &key), CKR_MECHANISM_PARAM_INVALID);
}
END_TEST

START_TEST(test_eddsa_is_pure)
{
    CK_EDDSA_PARAMS params = { CK_FALSE, 0, NULL };
    assert_rv(read_params(CKM_EDDSA, NULL, 0, NULL), CKR_OK);
    assert_rv(read_params(CKM_EDDSA, &params, sizeof(params), NULL), CKR_OK);
    params.phFlag = CK_TRUE;
    assert_rv(read_params(CKM_EDDSA, &params, sizeof(params), NULL), CKR_MECHANISM_PARAM_INVALID);
}
END_TEST

START_TEST(test_a_parameter_that_nobody_asked_for_is_refused)
{
    uint8_t junk[4] = { 0 };
    assert_rv(read_params(CKM_RSA_PKCS, junk, sizeof(junk), NULL), CKR_MECHANISM_PARAM_INVALID);
    assert_rv(read_params(CKM_SHA256, NULL, 4, NULL), CKR_MECHANISM_PARAM_INVALID);
    assert_rv(read_params(CKM_ECDSA, junk, 0, NULL), CKR_OK);
}
END_TEST

START_TEST(test_hashes_are_found_by_mechanism_and_by_kdf)
{
    ck_assert_int_eq(mechanism_hash(CKM_SHA_1), HASH_SHA1);
    ck_assert_int_eq(mechanism_hash(CKM_SHA3_512), HASH_SHA3_512);
    ck_assert_int_eq(mechanism_hash(CKM_SHA256_RSA_PKCS), HASH_NONE);
    ck_assert_int_eq(mechanism_kdf_hash(CKD_SHA384_KDF), HASH_SHA384);
    ck_assert_int_eq(mechanism_kdf_hash(CKD_NULL), HASH_NONE);
}
END_TEST

UNIT_MAIN("mechanism", test_padding_is_made_around_raw_rsa,
          test_a_card_that_only_pads_pkcs1_lists_neither_pss_nor_raw, test_digests_need_no_card,
          test_gost_is_listed_as_far_as_the_cards_keys_go,
          test_a_derivation_is_listed_only_where_the_card_can_agree,
          test_keys_are_unwrapped_on_the_host_where_the_card_can_agree,
          test_what_the_card_does_is_marked_as_hardware, test_curves_are_described_in_bits_and_by_name,
          test_generation_is_listed_where_the_card_generates, test_every_listed_mechanism_has_information,
          test_a_short_list_is_refused_with_the_count_needed,
          test_pss_parameters_are_held_to_the_mechanism_and_the_key,
          test_oaep_takes_any_pair_of_hashes_and_a_label, test_eddsa_is_pure,
          test_a_parameter_that_nobody_asked_for_is_refused, test_hashes_are_found_by_mechanism_and_by_kdf)
