/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* conform_crypt: digests, encryption, two at once, random numbers (PKCS#11 3.2, 5.8 to 5.12, 5.17, 5.21). */
#include <openssl/rsa.h>

#include "pkcs11-headers/pkcs11-gost.h"
#include "tests/e2e/conform.h"

#define BLOCK_MAX 512

/* What OpenSSL does not have by itself: of 200 times "x", and of nothing. By gost-engine, but for the hash of
 * 1994 of nothing, where the world has another number than it. */
static const struct known_digest {
    CK_MECHANISM_TYPE type;
    const char *of_data, *of_nothing;
} known_digests[] = {
    { CKM_GOSTR3411, "b20eee6bf20f3d90a2809ca1c41ef54110b4667997ca1c7ad2b4dbe7113356c7",
      "981e5f3ca30c841487830f84fb433e13ac1101569b9c13584ac483234cd656c0" },
    { CKM_GOSTR3411_12_256, "772df2ca6f19c46961585ad93eda4ebcb6fbd367d09bc21830c0a4bb1f1cdaf2",
      "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb" },
    { CKM_GOSTR3411_12_512,
      "fa94888021137849f813d803a0905e7409b4a31f22fbf46e38cd0fe0c25981903e6939ca1f9908db6cc6928c11a1032e"
      "3e6c472256f5172d272487239776f0be",
      "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7362f715528356ee83cda5f2aac4c6ad2"
      "ba3a715c1bcd81cb8e9f90bf4c1c1a8a" },
};

/* The digest of SIZE bytes of DATA as somebody else computed it; its length, 0 if nobody did. */
static CK_ULONG digest_expected(CK_MECHANISM_TYPE type, const EVP_MD *md, const CK_BYTE *data, size_t size,
                                unsigned char expected[64])
{
    unsigned length = 0, byte;

    if (md != NULL) {
        EVP_Digest(data, size, expected, &length, md, NULL);
        return length;
    }
    for (size_t i = 0; i < DIM(known_digests); i++) {
        const char *hex = size != 0 ? known_digests[i].of_data : known_digests[i].of_nothing;
        if (known_digests[i].type != type)
            continue;
        for (length = 0; sscanf(hex + 2 * (size_t)length, "%2x", &byte) == 1; length++)
            expected[length] = (unsigned char)byte;
        break;
    }
    return length;
}

/* One digest: whole, in parts, of nothing, against other software. */
static void digest_with(const struct conform *conform, CK_MECHANISM_TYPE type)
{
    struct conform_mechanism m;
    CK_BYTE data[200], out[64], parts[64];
    CK_ULONG size = 0, part_size = sizeof(parts);
    unsigned char expected[64];
    CK_ULONG length;

    conform_mechanism(type, &m);
    memset(data, 'x', sizeof(data));
    length = digest_expected(type, m.md, data, sizeof(data), expected);
    TRUE_THAT(length != 0);
    OK(p11->C_DigestInit(conform->session, &m.ck));
    RV(p11->C_DigestInit(conform->session, &m.ck), CKR_OPERATION_ACTIVE);
    OK(p11->C_Digest(conform->session, data, sizeof(data), NULL, &size));
    TRUE_THAT(size == length);
    size--;
    RV(p11->C_Digest(conform->session, data, sizeof(data), out, &size), CKR_BUFFER_TOO_SMALL);
    OK(p11->C_Digest(conform->session, data, sizeof(data), out, &size));
    TRUE_THAT(size == length && memcmp(out, expected, size) == 0);
    OK(p11->C_DigestInit(conform->session, &m.ck));
    OK(p11->C_DigestUpdate(conform->session, data, 150));
    OK(p11->C_DigestUpdate(conform->session, NULL, 0));
    OK(p11->C_DigestUpdate(conform->session, data + 150, 50));
    OK(p11->C_DigestFinal(conform->session, NULL, &part_size));
    OK(p11->C_DigestFinal(conform->session, parts, &part_size));
    TRUE_THAT(part_size == size && memcmp(parts, out, size) == 0);
    RV(p11->C_DigestFinal(conform->session, parts, &part_size), CKR_OPERATION_NOT_INITIALIZED);
    digest_expected(type, m.md, data, 0, expected);
    OK(p11->C_DigestInit(conform->session, &m.ck));
    OK(p11->C_DigestFinal(conform->session, parts, &part_size));
    TRUE_THAT(memcmp(parts, expected, part_size) == 0);
    OK(p11->C_DigestInit(conform->session, &m.ck));
    OK(p11->C_Digest(conform->session, NULL, 0, parts, &part_size));
    TRUE_THAT(memcmp(parts, expected, part_size) == 0);
}

static void every_digest_listed_digests(void)
{
    struct conform conform = conform_begin(false);
    CK_MECHANISM_TYPE list[256];
    CK_MECHANISM_INFO info;
    CK_ULONG count = DIM(list), digests = 0;

    OK(p11->C_GetMechanismList(conform.slot, list, &count));
    for (CK_ULONG i = 0; i < count; i++) {
        OK(p11->C_GetMechanismInfo(conform.slot, list[i], &info));
        if ((info.flags & CKF_DIGEST) == 0)
            continue;
        digests++;
        conform_about("mechanism", list[i]);
        digest_with(&conform, list[i]);
        conform_about(NULL, 0);
    }
    TRUE_THAT(digests >= 5);
    conform_end();
}

static void digests_refuse_what_they_must(void)
{
    struct conform conform = conform_begin(true);
    CK_MECHANISM sha = { CKM_SHA256, NULL, 0 }, odd = { CKM_RSA_PKCS, NULL, 0 };
    CK_OBJECT_HANDLE secret = conform_secret(conform.session, "abc", 3, false);
    CK_OBJECT_HANDLE key = client_find(conform.session, CKO_PRIVATE_KEY, 1);
    CK_BYTE out[32], parameter[4] = { 0 };
    CK_ULONG size = sizeof(out);

    RV(p11->C_Digest(conform.session, out, 1, out, &size), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_DigestUpdate(conform.session, out, 1), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_DigestKey(conform.session, secret), CKR_OPERATION_NOT_INITIALIZED);
    RV_OR(p11->C_DigestInit(conform.session, NULL), CKR_ARGUMENTS_BAD, CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_DigestInit(conform.session, &odd), CKR_MECHANISM_INVALID);
    sha.pParameter = parameter;
    sha.ulParameterLen = sizeof(parameter);
    RV(p11->C_DigestInit(conform.session, &sha), CKR_MECHANISM_PARAM_INVALID);
    sha = (CK_MECHANISM){ CKM_SHA256, NULL, 0 };
    OK(p11->C_DigestInit(conform.session, &sha));
    RV(p11->C_Digest(conform.session, out, 1, out, NULL), CKR_ARGUMENTS_BAD);
    OK(p11->C_DigestInit(conform.session, &sha));
    RV(p11->C_DigestUpdate(conform.session, NULL, 1), CKR_ARGUMENTS_BAD);
    OK(p11->C_DigestInit(conform.session, &sha));
    OK(p11->C_DigestUpdate(conform.session, out, 1));
    RV(p11->C_Digest(conform.session, out, 1, out, &size), CKR_OPERATION_ACTIVE);
    OK(p11->C_DigestFinal(conform.session, out, &size));
    OK(p11->C_DigestInit(conform.session, &sha));
    OK(p11->C_Digest(conform.session, out, 1, NULL, &size));
    RV(p11->C_DigestFinal(conform.session, out, &size), CKR_OPERATION_ACTIVE);
    OK(p11->C_DigestInit(conform.session, &sha));
    RV(p11->C_DigestKey(conform.session, CONFORM_BAD_HANDLE), CKR_KEY_HANDLE_INVALID);
    RV(p11->C_DigestKey(conform.session, key), CKR_KEY_INDIGESTIBLE);
    OK(p11->C_DigestKey(conform.session, secret));
    size = sizeof(out);
    OK(p11->C_DigestFinal(conform.session, out, &size));
    TRUE_THAT(memcmp(out, "\xba\x78\x16\xbf\x8f\x01\xcf\xea", 8) == 0);
    conform_end();
}

/* The key pair that decrypts. */
struct opener {
    struct conform at;
    CK_OBJECT_HANDLE private, public;
    EVP_PKEY *pkey;
};

static struct opener opener_begin(void)
{
    struct opener opener = { conform_begin(true), 0, 0, NULL };

    opener.private = conform_key(opener.at.session, CKO_PRIVATE_KEY, CKK_RSA, CKA_DECRYPT);
    opener.public = conform_other(opener.at.session, opener.private, CKO_PUBLIC_KEY);
    opener.pkey = conform_pkey(opener.at.session, opener.public);
    CLIENT_NEED(opener.pkey != NULL);
    return opener;
}

static void opener_end(struct opener *opener)
{
    EVP_PKEY_free(opener->pkey);
    conform_end();
}

static int padding_of(CK_MECHANISM_TYPE type)
{
    if (type == CKM_RSA_PKCS)
        return RSA_PKCS1_PADDING;
    return type == CKM_RSA_PKCS_OAEP ? RSA_PKCS1_OAEP_PADDING : RSA_NO_PADDING;
}

static CK_ULONG openssl_encrypts(EVP_PKEY *pkey, CK_MECHANISM_TYPE type, const CK_BYTE *data, CK_ULONG size,
                                 CK_BYTE *out)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pkey, NULL);
    size_t out_size = BLOCK_MAX;
    bool good =
        EVP_PKEY_encrypt_init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, padding_of(type)) == 1;

    if (good && type == CKM_RSA_PKCS_OAEP)
        good = EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
    good = good && EVP_PKEY_encrypt(context, out, &out_size, data, size) == 1;
    EVP_PKEY_CTX_free(context);
    return good ? out_size : 0;
}

static void decrypt_with(const struct opener *o, CK_MECHANISM_TYPE type)
{
    struct conform_mechanism m;
    CK_BYTE data[256] = { 0 }, sealed[BLOCK_MAX], out[BLOCK_MAX];
    CK_ULONG data_size = type == CKM_RSA_X_509 ? 256 : 48, sealed_size, size = 0, rest = sizeof(out);

    memset(data + 1, 'd', data_size - 1);
    conform_mechanism(type, &m);
    sealed_size = openssl_encrypts(o->pkey, type, data, data_size, sealed);
    OK(p11->C_DecryptInit(o->at.session, &m.ck, o->private));
    OK(p11->C_Decrypt(o->at.session, sealed, sealed_size, NULL, &size));
    TRUE_THAT(size >= data_size);
    size = data_size - 1;
    RV(p11->C_Decrypt(o->at.session, sealed, sealed_size, out, &size), CKR_BUFFER_TOO_SMALL);
    TRUE_THAT(size >= data_size);
    OK(p11->C_Decrypt(o->at.session, sealed, sealed_size, out, &size));
    TRUE_THAT(size == data_size && memcmp(out, data, size) == 0);
    size = 0;
    OK(p11->C_EncryptInit(o->at.session, &m.ck, o->public));
    OK(p11->C_Encrypt(o->at.session, data, data_size, NULL, &size));
    TRUE_THAT(size == 256);
    OK(p11->C_Encrypt(o->at.session, data, data_size, sealed, &size));
    OK(p11->C_DecryptInit(o->at.session, &m.ck, o->private));
    size = sizeof(out);
    OK(p11->C_DecryptUpdate(o->at.session, sealed, 100, out, &size));
    rest = sizeof(out) - size;
    OK(p11->C_DecryptUpdate(o->at.session, sealed + 100, 156, out + size, &rest));
    size += rest;
    rest = sizeof(out) - size;
    OK(p11->C_DecryptFinal(o->at.session, out + size, &rest));
    size += rest;
    TRUE_THAT(size == data_size && memcmp(out, data, data_size) == 0);
}

static void every_cipher_listed_decrypts(void)
{
    struct opener o = opener_begin();
    static CK_MECHANISM_TYPE list[256];
    CK_MECHANISM_INFO info;
    CK_ULONG count = DIM(list), ciphers = 0;

    OK(p11->C_GetMechanismList(o.at.slot, list, &count));
    for (CK_ULONG i = 0; i < count; i++) {
        OK(p11->C_GetMechanismInfo(o.at.slot, list[i], &info));
        if ((info.flags & CKF_DECRYPT) == 0)
            continue;
        ciphers++;
        TRUE_THAT((info.flags & CKF_ENCRYPT) != 0);
        conform_about("mechanism", list[i]);
        decrypt_with(&o, list[i]);
        conform_about(NULL, 0);
    }
    TRUE_THAT(ciphers == 3);
    opener_end(&o);
}

static void what_cannot_be_decrypted_is_refused(void)
{
    struct opener o = opener_begin();
    CK_MECHANISM pkcs = { CKM_RSA_PKCS, NULL, 0 };
    struct conform_mechanism oaep;
    CK_BYTE block[BLOCK_MAX], out[BLOCK_MAX];
    CK_ULONG size = sizeof(out);

    conform_mechanism(CKM_RSA_PKCS_OAEP, &oaep);
    memset(block, 0x11, sizeof(block));
    RV(p11->C_Decrypt(o.at.session, block, 256, out, &size), CKR_OPERATION_NOT_INITIALIZED);
    OK(p11->C_DecryptInit(o.at.session, &pkcs, o.private));
    RV(p11->C_Decrypt(o.at.session, block, 255, out, &size), CKR_ENCRYPTED_DATA_LEN_RANGE);
    OK(p11->C_DecryptInit(o.at.session, &pkcs, o.private));
    RV(p11->C_Decrypt(o.at.session, block, 257, out, &size), CKR_ENCRYPTED_DATA_LEN_RANGE);
    OK(p11->C_DecryptInit(o.at.session, &oaep.ck, o.private));
    RV(p11->C_Decrypt(o.at.session, block, 256, out, &size), CKR_ENCRYPTED_DATA_INVALID);
    memset(block, 0xFF, sizeof(block));
    OK(p11->C_DecryptInit(o.at.session, &pkcs, o.private));
    RV_OR(p11->C_Decrypt(o.at.session, block, 256, out, &size), CKR_ENCRYPTED_DATA_INVALID, CKR_DATA_INVALID);
    OK(p11->C_EncryptInit(o.at.session, &pkcs, o.public));
    RV(p11->C_Encrypt(o.at.session, block, 246, out, &size), CKR_DATA_LEN_RANGE);
    OK(p11->C_EncryptInit(o.at.session, &oaep.ck, o.public));
    RV(p11->C_Encrypt(o.at.session, block, 256 - 2 * 32 - 1, out, &size), CKR_DATA_LEN_RANGE);
    oaep.params.oaep.source = 77;
    RV(p11->C_EncryptInit(o.at.session, &oaep.ck, o.public), CKR_MECHANISM_PARAM_INVALID);
    conform_mechanism(CKM_RSA_PKCS_OAEP, &oaep);
    oaep.params.oaep.hashAlg = CKM_RSA_PKCS;
    RV(p11->C_EncryptInit(o.at.session, &oaep.ck, o.public), CKR_MECHANISM_PARAM_INVALID);
    RV_OR(p11->C_EncryptInit(o.at.session, &pkcs, o.private), CKR_KEY_FUNCTION_NOT_PERMITTED,
          CKR_KEY_TYPE_INCONSISTENT);
    RV_OR(p11->C_DecryptInit(o.at.session, &pkcs, o.public), CKR_KEY_FUNCTION_NOT_PERMITTED,
          CKR_KEY_TYPE_INCONSISTENT);
    opener_end(&o);
}

static void two_things_are_done_at_once(void)
{
    struct opener o = opener_begin();
    CK_MECHANISM pkcs = { CKM_RSA_PKCS, NULL, 0 }, sha = { CKM_SHA256, NULL, 0 };
    CK_BYTE data[] = "both", sealed[BLOCK_MAX], out[BLOCK_MAX], first[32], second[32];
    CK_ULONG part = sizeof(sealed), size = sizeof(sealed), digest = sizeof(first), rest = sizeof(out);

    RV(p11->C_DigestEncryptUpdate(o.at.session, data, 4, sealed, &part), CKR_OPERATION_NOT_INITIALIZED);
    OK(p11->C_EncryptInit(o.at.session, &pkcs, o.public));
    OK(p11->C_DigestInit(o.at.session, &sha));
    OK(p11->C_DigestEncryptUpdate(o.at.session, data, 4, sealed, &part));
    size -= part;
    OK(p11->C_EncryptFinal(o.at.session, sealed + part, &size));
    size += part;
    OK(p11->C_DigestFinal(o.at.session, first, &digest));
    OK(p11->C_DecryptInit(o.at.session, &pkcs, o.private));
    OK(p11->C_DigestInit(o.at.session, &sha));
    part = sizeof(out);
    OK(p11->C_DecryptDigestUpdate(o.at.session, sealed, size, out, &part));
    rest = sizeof(out) - part;
    OK(p11->C_DecryptFinal(o.at.session, out + part, &rest));
    digest = sizeof(second);
    OK(p11->C_DigestFinal(o.at.session, second, &digest));
    TRUE_THAT(part + rest == 4 && memcmp(out, data, 4) == 0);
    TRUE_THAT(memcmp(first, second, 32) == 0);
    opener_end(&o);
}

static void random_numbers_are_there_if_the_token_says_so(void)
{
    struct conform conform = conform_begin(false);
    CK_TOKEN_INFO info;
    CK_BYTE out[64] = { 0 }, again[64] = { 0 };

    OK(p11->C_GetTokenInfo(conform.slot, &info));
    if ((info.flags & CKF_RNG) != 0) {
        OK(p11->C_GenerateRandom(conform.session, out, sizeof(out)));
        OK(p11->C_GenerateRandom(conform.session, again, sizeof(again)));
        TRUE_THAT(memcmp(out, again, sizeof(out)) != 0);
        RV(p11->C_GenerateRandom(conform.session, NULL, 4), CKR_ARGUMENTS_BAD);
        RV_OR(p11->C_SeedRandom(conform.session, out, 4), CKR_OK, CKR_RANDOM_SEED_NOT_SUPPORTED);
    } else {
        RV(p11->C_GenerateRandom(conform.session, NULL, 1), CKR_ARGUMENTS_BAD);
        RV(p11->C_SeedRandom(conform.session, NULL, 1), CKR_ARGUMENTS_BAD);
        RV(p11->C_GenerateRandom(conform.session, out, sizeof(out)), CKR_RANDOM_NO_RNG);
        RV_OR(p11->C_SeedRandom(conform.session, out, 4), CKR_RANDOM_NO_RNG, CKR_RANDOM_SEED_NOT_SUPPORTED);
    }
    conform_end();
}

const struct conform_story conform_crypt[] = {
    { "every digest listed digests", every_digest_listed_digests },
    { "digests refuse what they must", digests_refuse_what_they_must },
    { "every cipher listed decrypts", every_cipher_listed_decrypts },
    { "what cannot be decrypted is refused", what_cannot_be_decrypted_is_refused },
    { "two things are done at once", two_things_are_done_at_once },
    { "random numbers are there if the token says so", random_numbers_are_there_if_the_token_says_so },
    { NULL, NULL },
};
