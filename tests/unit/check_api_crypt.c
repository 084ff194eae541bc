/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/unit/api.h"

#define RSA_ID 1

static uint8_t plain[] = "a secret";

struct crypt {
    struct api api;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE private_key, public_key;
};

static void start(struct crypt *crypt)
{
    api_start(&crypt->api);
    crypt->session = api_session(&crypt->api, 0);
    api_login(crypt->session);
    crypt->private_key = api_find(crypt->session, CKO_PRIVATE_KEY, RSA_ID);
    crypt->public_key = api_find(crypt->session, CKO_PUBLIC_KEY, RSA_ID);
}

static void encrypt(struct crypt *crypt, CK_MECHANISM *mechanism, uint8_t cipher[256])
{
    CK_ULONG size = 256;
    assert_rv(C_EncryptInit(crypt->session, mechanism, crypt->public_key), CKR_OK);
    assert_rv(C_Encrypt(crypt->session, plain, sizeof(plain), cipher, &size), CKR_OK);
    ck_assert_uint_eq(size, 256);
}

static void there_and_back(CK_MECHANISM *mechanism)
{
    struct crypt crypt;
    uint8_t cipher[256], back[256];
    CK_ULONG size = sizeof(back);
    start(&crypt);
    encrypt(&crypt, mechanism, cipher);
    assert_rv(C_DecryptInit(crypt.session, mechanism, crypt.private_key), CKR_OK);
    assert_rv(C_Decrypt(crypt.session, cipher, sizeof(cipher), back, &size), CKR_OK);
    ck_assert_uint_ge(size, sizeof(plain));
    ck_assert_mem_eq(back + size - sizeof(plain), plain, sizeof(plain));
    api_stop(&crypt.api);
}

START_TEST(test_what_is_encrypted_on_the_host_is_decrypted_by_the_card)
{
    uint8_t label[] = "label";
    CK_RSA_PKCS_OAEP_PARAMS sha1 = { CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, NULL, 0 };
    CK_RSA_PKCS_OAEP_PARAMS mixed = { CKM_SHA512, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, label, sizeof(label) };
    there_and_back(&(CK_MECHANISM){ CKM_RSA_PKCS, NULL, 0 });
    there_and_back(&(CK_MECHANISM){ CKM_RSA_X_509, NULL, 0 });
    there_and_back(&(CK_MECHANISM){ CKM_RSA_PKCS_OAEP, &sha1, sizeof(sha1) });
    there_and_back(&(CK_MECHANISM){ CKM_RSA_PKCS_OAEP, &mixed, sizeof(mixed) });
}
END_TEST

START_TEST(test_a_question_for_the_size_does_not_reach_the_card)
{
    struct crypt crypt;
    uint8_t cipher[256], back[256];
    CK_ULONG size = 0;
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 };
    start(&crypt);
    encrypt(&crypt, &mechanism, cipher);
    assert_rv(C_DecryptInit(crypt.session, &mechanism, crypt.private_key), CKR_OK);
    fake_forget(crypt.api.fake);
    assert_rv(C_Decrypt(crypt.session, cipher, sizeof(cipher), NULL, &size), CKR_OK);
    ck_assert_uint_eq(size, 245);
    ck_assert_uint_eq(fake_count(crypt.api.fake, FAKE_DECIPHER), 0);
    /* the plaintext is kept until there is room for it: the card works once */
    size = sizeof(plain) - 1;
    assert_rv(C_Decrypt(crypt.session, cipher, sizeof(cipher), back, &size), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(size, sizeof(plain));
    assert_rv(C_Decrypt(crypt.session, cipher, sizeof(cipher), back, &size), CKR_OK);
    ck_assert_mem_eq(back, plain, sizeof(plain));
    ck_assert_uint_eq(fake_count(crypt.api.fake, FAKE_DECIPHER), 1);
    api_stop(&crypt.api);
}
END_TEST

START_TEST(test_whatever_is_wrong_with_a_ciphertext_has_one_name)
{
    struct crypt crypt;
    uint8_t cipher[256] = { 0, 1, 2 }, back[256];
    CK_ULONG size = sizeof(back);
    CK_RSA_PKCS_OAEP_PARAMS sha1 = { CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, NULL, 0 };
    CK_MECHANISM pkcs1 = { CKM_RSA_PKCS, NULL, 0 }, oaep = { CKM_RSA_PKCS_OAEP, &sha1, sizeof(sha1) };
    start(&crypt);
    assert_rv(C_DecryptInit(crypt.session, &pkcs1, crypt.private_key), CKR_OK);
    assert_rv(C_Decrypt(crypt.session, cipher, 256, back, &size), CKR_ENCRYPTED_DATA_INVALID);
    assert_rv(C_Decrypt(crypt.session, cipher, 256, back, &size), CKR_OPERATION_NOT_INITIALIZED);
    encrypt(&crypt, &pkcs1, cipher);
    assert_rv(C_DecryptInit(crypt.session, &oaep, crypt.private_key), CKR_OK);
    assert_rv(C_Decrypt(crypt.session, cipher, 256, back, &size), CKR_ENCRYPTED_DATA_INVALID);
    assert_rv(C_DecryptInit(crypt.session, &pkcs1, crypt.private_key), CKR_OK);
    assert_rv(C_Decrypt(crypt.session, cipher, 255, back, &size), CKR_ENCRYPTED_DATA_LEN_RANGE);
    assert_rv(C_DecryptInit(crypt.session, &pkcs1, crypt.private_key), CKR_OK);
    assert_rv(C_Decrypt(crypt.session, NULL, 256, back, &size), CKR_ARGUMENTS_BAD);
    api_stop(&crypt.api);
}
END_TEST

START_TEST(test_too_much_data_is_not_encrypted)
{
    struct crypt crypt;
    uint8_t data[300], cipher[256];
    CK_ULONG size = sizeof(cipher);
    CK_MECHANISM pkcs1 = { CKM_RSA_PKCS, NULL, 0 }, raw = { CKM_RSA_X_509, NULL, 0 };
    memset(data, 0xFF, sizeof(data));
    start(&crypt);
    assert_rv(C_EncryptInit(crypt.session, &pkcs1, crypt.public_key), CKR_OK);
    assert_rv(C_Encrypt(crypt.session, data, 246, cipher, &size), CKR_DATA_LEN_RANGE);
    assert_rv(C_EncryptInit(crypt.session, &raw, crypt.public_key), CKR_OK);
    assert_rv(C_Encrypt(crypt.session, data, 256, cipher, &size), CKR_DATA_INVALID);
    api_stop(&crypt.api);
}
END_TEST

START_TEST(test_parts_give_the_same_as_the_whole)
{
    struct crypt crypt;
    uint8_t cipher[256], back[256];
    CK_ULONG size = sizeof(cipher), rest = 99;
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 };
    start(&crypt);
    assert_rv(C_EncryptInit(crypt.session, &mechanism, crypt.public_key), CKR_OK);
    assert_rv(C_EncryptUpdate(crypt.session, plain, 3, cipher, &size), CKR_OK);
    ck_assert_uint_eq(size, 0);
    size = sizeof(cipher);
    assert_rv(C_EncryptUpdate(crypt.session, plain + 3, sizeof(plain) - 3, cipher, &size), CKR_OK);
    size = 0;
    assert_rv(C_EncryptFinal(crypt.session, NULL, &size), CKR_OK);
    ck_assert_uint_eq(size, 256);
    assert_rv(C_EncryptFinal(crypt.session, cipher, &size), CKR_OK);

    assert_rv(C_DecryptInit(crypt.session, &mechanism, crypt.private_key), CKR_OK);
    size = sizeof(back);
    assert_rv(C_DecryptUpdate(crypt.session, cipher, 100, back, &size), CKR_OK);
    ck_assert_uint_eq(size, 0);
    assert_rv(C_DecryptUpdate(crypt.session, cipher + 100, 156, NULL, &size), CKR_OK);
    ck_assert_uint_eq(size, 245);
    size = sizeof(back);
    assert_rv(C_DecryptUpdate(crypt.session, cipher + 100, 156, back, &size), CKR_OK);
    ck_assert_uint_eq(size, sizeof(plain));
    ck_assert_mem_eq(back, plain, sizeof(plain));
    assert_rv(C_DecryptFinal(crypt.session, back, &rest), CKR_OK);
    ck_assert_uint_eq(rest, 0);
    assert_rv(C_DecryptFinal(crypt.session, back, &rest), CKR_OPERATION_NOT_INITIALIZED);
    api_stop(&crypt.api);
}
END_TEST

static void digest_of(CK_SESSION_HANDLE session, uint8_t *data, CK_ULONG size, uint8_t hash[32])
{
    CK_MECHANISM mechanism = { CKM_SHA256, NULL, 0 };
    CK_ULONG length = 32;
    assert_rv(C_DigestInit(session, &mechanism), CKR_OK);
    assert_rv(C_Digest(session, data, size, hash, &length), CKR_OK);
}

START_TEST(test_two_at_once_do_what_each_does_alone)
{
    struct crypt crypt;
    uint8_t cipher[256], back[256], hash[32], expected[32];
    CK_ULONG size = sizeof(cipher), length = sizeof(hash);
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 }, sha256 = { CKM_SHA256, NULL, 0 };
    start(&crypt);
    digest_of(crypt.session, plain, sizeof(plain), expected);
    assert_rv(C_EncryptInit(crypt.session, &mechanism, crypt.public_key), CKR_OK);
    assert_rv(C_DigestEncryptUpdate(crypt.session, plain, 4, cipher, &size), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(C_DigestInit(crypt.session, &sha256), CKR_OK);
    assert_rv(C_DigestEncryptUpdate(crypt.session, plain, 4, NULL, &size), CKR_OK);
    assert_rv(C_DigestEncryptUpdate(crypt.session, plain, 4, cipher, &size), CKR_OK);
    assert_rv(C_DigestEncryptUpdate(crypt.session, plain + 4, sizeof(plain) - 4, cipher, &size), CKR_OK);
    size = sizeof(cipher);
    assert_rv(C_EncryptFinal(crypt.session, cipher, &size), CKR_OK);
    assert_rv(C_DigestFinal(crypt.session, hash, &length), CKR_OK);
    ck_assert_mem_eq(hash, expected, 32);

    assert_rv(C_DecryptInit(crypt.session, &mechanism, crypt.private_key), CKR_OK);
    assert_rv(C_DigestInit(crypt.session, &sha256), CKR_OK);
    size = sizeof(back);
    assert_rv(C_DecryptDigestUpdate(crypt.session, cipher, 256, back, &size), CKR_OK);
    assert_rv(C_DecryptFinal(crypt.session, back + size, &length), CKR_OK);
    length = sizeof(hash);
    memset(hash, 0, sizeof(hash));
    assert_rv(C_DigestFinal(crypt.session, hash, &length), CKR_OK);
    ck_assert_mem_eq(hash, expected, 32);
    api_stop(&crypt.api);
}
END_TEST

START_TEST(test_signing_while_encrypting_and_verifying_while_decrypting)
{
    struct crypt crypt;
    uint8_t cipher[256], back[256], signature[256];
    CK_ULONG size = sizeof(cipher), length = sizeof(signature);
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 }, signing = { CKM_SHA256_RSA_PKCS, NULL, 0 };
    start(&crypt);
    assert_rv(C_EncryptInit(crypt.session, &mechanism, crypt.public_key), CKR_OK);
    assert_rv(C_SignInit(crypt.session, &signing, crypt.private_key), CKR_OK);
    assert_rv(C_SignEncryptUpdate(crypt.session, plain, sizeof(plain), cipher, &size), CKR_OK);
    size = sizeof(cipher);
    assert_rv(C_EncryptFinal(crypt.session, cipher, &size), CKR_OK);
    assert_rv(C_SignFinal(crypt.session, signature, &length), CKR_OK);
    assert_rv(C_DecryptInit(crypt.session, &mechanism, crypt.private_key), CKR_OK);
    assert_rv(C_VerifyInit(crypt.session, &signing, crypt.public_key), CKR_OK);
    size = sizeof(back);
    assert_rv(C_DecryptVerifyUpdate(crypt.session, cipher, 256, back, &size), CKR_OK);
    assert_rv(C_VerifyFinal(crypt.session, signature, length), CKR_OK);
    api_stop(&crypt.api);
}
END_TEST

START_TEST(test_digests_are_those_of_the_standards)
{
    static const uint8_t abc[32] = { 0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40,
                                     0xDE, 0x5D, 0xAE, 0x22, 0x23, 0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17,
                                     0x7A, 0x9C, 0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD };
    struct crypt crypt;
    uint8_t hash[32], data[] = "abc";
    CK_ULONG length = 0;
    CK_MECHANISM mechanism = { CKM_SHA256, NULL, 0 }, rsa = { CKM_RSA_PKCS, NULL, 0 };
    start(&crypt);
    assert_rv(C_DigestInit(crypt.session, &rsa), CKR_MECHANISM_INVALID);
    assert_rv(C_DigestInit(crypt.session, &mechanism), CKR_OK);
    assert_rv(C_DigestUpdate(crypt.session, data, 1), CKR_OK);
    assert_rv(C_DigestUpdate(crypt.session, NULL, 0), CKR_OK);
    assert_rv(C_DigestUpdate(crypt.session, data + 1, 2), CKR_OK);
    assert_rv(C_DigestFinal(crypt.session, NULL, &length), CKR_OK);
    ck_assert_uint_eq(length, 32);
    length = 31;
    assert_rv(C_DigestFinal(crypt.session, hash, &length), CKR_BUFFER_TOO_SMALL);
    assert_rv(C_DigestFinal(crypt.session, hash, &length), CKR_OK);
    ck_assert_mem_eq(hash, abc, 32);
    digest_of(crypt.session, data, 3, hash);
    ck_assert_mem_eq(hash, abc, 32);
    api_stop(&crypt.api);
}
END_TEST

START_TEST(test_a_secret_key_can_be_digested_and_a_private_one_cannot)
{
    struct crypt crypt;
    uint8_t hash[32], expected[32], data[] = "abc";
    CK_ULONG length = 32;
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, class),
                                API_VALUE(CKA_KEY_TYPE, type),
                                { CKA_VALUE, data, 3 } };
    CK_OBJECT_HANDLE key;
    CK_MECHANISM mechanism = { CKM_SHA256, NULL, 0 };
    start(&crypt);
    digest_of(crypt.session, data, 3, expected);
    assert_rv(C_CreateObject(crypt.session, template, 3, &key), CKR_OK);
    assert_rv(C_DigestKey(crypt.session, key), CKR_OPERATION_NOT_INITIALIZED);
    assert_rv(C_DigestInit(crypt.session, &mechanism), CKR_OK);
    assert_rv(C_DigestKey(crypt.session, crypt.private_key), CKR_KEY_INDIGESTIBLE);
    assert_rv(C_DigestKey(crypt.session, key), CKR_OK);
    assert_rv(C_DigestFinal(crypt.session, hash, &length), CKR_OK);
    ck_assert_mem_eq(hash, expected, 32);
    api_stop(&crypt.api);
}
END_TEST

UNIT_MAIN("api crypt", test_what_is_encrypted_on_the_host_is_decrypted_by_the_card,
          test_a_question_for_the_size_does_not_reach_the_card,
          test_whatever_is_wrong_with_a_ciphertext_has_one_name, test_too_much_data_is_not_encrypted,
          test_parts_give_the_same_as_the_whole, test_two_at_once_do_what_each_does_alone,
          test_signing_while_encrypting_and_verifying_while_decrypting,
          test_digests_are_those_of_the_standards, test_a_secret_key_can_be_digested_and_a_private_one_cannot)
