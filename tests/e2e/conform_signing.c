/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* conform_signing: every signing mechanism that is listed signs, and OpenSSL agrees (PKCS#11 3.2, 5.13 and
 * 6). */
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include "tests/e2e/conform.h"

#define DATA_SIZE 100
#define SIGNATURE_MAX 512

/* What is signed: as much of it as the mechanism takes. */
static CK_ULONG data_for(const struct conform_mechanism *mechanism, CK_BYTE data[DATA_SIZE])
{
    const char *shape = conform_shape(mechanism->ck.mechanism);

    for (size_t i = 0; i < DATA_SIZE; i++)
        data[i] = (CK_BYTE)(i + 1);
    if (mechanism->md != NULL || strcmp(shape, "eddsa") == 0 || strcmp(shape, "pkcs1") == 0 ||
        strcmp(shape, "raw") == 0)
        return DATA_SIZE;
    return 32;
}

/* r and s side by side as OpenSSL wants them. */
static size_t ecdsa_der(const CK_BYTE *raw, size_t size, unsigned char *der)
{
    ECDSA_SIG *sig = ECDSA_SIG_new();
    int length = -1;

    if (sig != NULL && ECDSA_SIG_set0(sig, BN_bin2bn(raw, (int)size / 2, NULL),
                                      BN_bin2bn(raw + size / 2, (int)size / 2, NULL)))
        length = i2d_ECDSA_SIG(sig, &der);
    ECDSA_SIG_free(sig);
    return length > 0 ? (size_t)length : 0;
}

static bool set_padding(EVP_PKEY_CTX *context, const struct conform_mechanism *mechanism, const char *shape)
{
    CK_MECHANISM_TYPE hash;
    CK_RSA_PKCS_MGF_TYPE mgf;

    if (strcmp(shape, "pkcs1") == 0)
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    if (strcmp(shape, "raw") == 0)
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1;
    if (strcmp(shape, "pss") != 0)
        return true;
    const EVP_MD *md = conform_digest(mechanism->params.pss.hashAlg, &hash, &mgf);
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, md) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, (int)mechanism->params.pss.sLen) == 1 &&
           (mechanism->md != NULL || EVP_PKEY_CTX_set_signature_md(context, md) == 1);
}

static bool verify_hashed(EVP_PKEY *pkey, const struct conform_mechanism *mechanism, const char *shape,
                          const unsigned char *signature, size_t size, const CK_BYTE *data,
                          CK_ULONG data_size)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    bool good = EVP_DigestVerifyInit(context, &key_context, mechanism->md, NULL, pkey) == 1 &&
                set_padding(key_context, mechanism, shape) &&
                EVP_DigestVerify(context, signature, size, data, data_size) == 1;

    EVP_MD_CTX_free(context);
    return good;
}

static bool verify_plain(EVP_PKEY *pkey, const struct conform_mechanism *mechanism, const char *shape,
                         const unsigned char *signature, size_t size, const CK_BYTE *data, CK_ULONG data_size)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pkey, NULL);
    unsigned char whole[SIGNATURE_MAX] = { 0 }, recovered[SIGNATURE_MAX];
    size_t recovered_size = sizeof(recovered);
    bool good;

    if (strcmp(shape, "raw") == 0) {
        memcpy(whole + size - data_size, data, data_size);
        good = EVP_PKEY_verify_recover_init(context) == 1 && set_padding(context, mechanism, shape) &&
               EVP_PKEY_verify_recover(context, recovered, &recovered_size, signature, size) == 1 &&
               recovered_size == size && memcmp(recovered, whole, size) == 0;
    } else {
        good = EVP_PKEY_verify_init(context) == 1 && set_padding(context, mechanism, shape) &&
               EVP_PKEY_verify(context, signature, size, data, data_size) == 1;
    }
    EVP_PKEY_CTX_free(context);
    return good;
}

static bool openssl_verifies(EVP_PKEY *pkey, const struct conform_mechanism *mechanism,
                             const CK_BYTE *signature, CK_ULONG size, const CK_BYTE *data, CK_ULONG data_size)
{
    const char *shape = conform_shape(mechanism->ck.mechanism);
    unsigned char der[SIGNATURE_MAX];
    size_t der_size = size;

    memcpy(der, signature, size);
    if (strcmp(shape, "ecdsa") == 0)
        der_size = ecdsa_der(signature, size, der);
    if (mechanism->md != NULL || strcmp(shape, "eddsa") == 0)
        return verify_hashed(pkey, mechanism, shape, der, der_size, data, data_size);
    return verify_plain(pkey, mechanism, shape, der, der_size, data, data_size);
}

/* The key pair that a signing mechanism is tried with. */
struct pair {
    CK_OBJECT_HANDLE private, public;
    EVP_PKEY *pkey;
};

static struct pair pair_for(const struct conform *conform, CK_MECHANISM_TYPE mechanism)
{
    const char *shape = conform_shape(mechanism);
    CK_KEY_TYPE type = CKK_RSA;
    struct pair pair = { 0, 0, NULL };

    TRUE_THAT(shape != NULL);
    if (shape == NULL)
        return pair;
    if (strcmp(shape, "ecdsa") == 0)
        type = CKK_EC;
    if (strcmp(shape, "eddsa") == 0)
        type = CKK_EC_EDWARDS;
    pair.private = conform_key(conform->session, CKO_PRIVATE_KEY, type, CKA_SIGN);
    pair.public = conform_other(conform->session, pair.private, CKO_PUBLIC_KEY);
    pair.pkey = conform_pkey(conform->session, pair.public);
    TRUE_THAT(pair.private != 0 && pair.public != 0 && pair.pkey != NULL);
    return pair;
}

static void module_verifies(const struct conform *conform, const struct pair *pair, CK_MECHANISM *mechanism,
                            CK_BYTE *data, CK_ULONG data_size, CK_BYTE *signature, CK_ULONG size)
{
    OK(p11->C_VerifyInit(conform->session, mechanism, pair->public));
    OK(p11->C_Verify(conform->session, data, data_size, signature, size));
    OK(p11->C_VerifyInit(conform->session, mechanism, pair->public));
    OK(p11->C_VerifyUpdate(conform->session, data, data_size / 2));
    OK(p11->C_VerifyUpdate(conform->session, data + data_size / 2, data_size - data_size / 2));
    OK(p11->C_VerifyFinal(conform->session, signature, size));
    OK(p11->C_VerifyInit(conform->session, mechanism, pair->public));
    RV(p11->C_Verify(conform->session, data, data_size, signature, size - 1), CKR_SIGNATURE_LEN_RANGE);
    signature[size / 2] ^= 1;
    OK(p11->C_VerifyInit(conform->session, mechanism, pair->public));
    RV(p11->C_Verify(conform->session, data, data_size, signature, size), CKR_SIGNATURE_INVALID);
    RV(p11->C_Verify(conform->session, data, data_size, signature, size), CKR_OPERATION_NOT_INITIALIZED);
    signature[size / 2] ^= 1;
    data[1] ^= 1;
    OK(p11->C_VerifyInit(conform->session, mechanism, pair->public));
    RV(p11->C_Verify(conform->session, data, data_size, signature, size), CKR_SIGNATURE_INVALID);
    data[1] ^= 1;
}

/* One mechanism: whole, in parts, with every question about lengths. */
static void sign_with(const struct conform *conform, CK_MECHANISM_TYPE type)
{
    struct conform_mechanism mechanism;
    struct pair pair = pair_for(conform, type);
    CK_BYTE data[DATA_SIZE], signature[SIGNATURE_MAX], parts[SIGNATURE_MAX];
    CK_ULONG size = 0, asked = 0, part_size = 1, data_size;

    conform_mechanism(type, &mechanism);
    if (pair.pkey == NULL)
        return;
    data_size = data_for(&mechanism, data);
    OK(p11->C_SignInit(conform->session, &mechanism.ck, pair.private));
    OK(p11->C_Sign(conform->session, data, data_size, NULL, &asked));
    size = asked - 1;
    RV(p11->C_Sign(conform->session, data, data_size, signature, &size), CKR_BUFFER_TOO_SMALL);
    TRUE_THAT(size == asked);
    OK(p11->C_Sign(conform->session, data, data_size, signature, &size));
    TRUE_THAT(size == asked && size <= sizeof(signature));
    RV(p11->C_Sign(conform->session, data, data_size, signature, &size), CKR_OPERATION_NOT_INITIALIZED);
    TRUE_THAT(openssl_verifies(pair.pkey, &mechanism, signature, size, data, data_size));
    module_verifies(conform, &pair, &mechanism.ck, data, data_size, signature, size);
    OK(p11->C_SignInit(conform->session, &mechanism.ck, pair.private));
    OK(p11->C_SignUpdate(conform->session, data, 1));
    OK(p11->C_SignUpdate(conform->session, data + 1, 0));
    OK(p11->C_SignUpdate(conform->session, data + 1, data_size - 1));
    RV(p11->C_SignFinal(conform->session, parts, &part_size), CKR_BUFFER_TOO_SMALL);
    TRUE_THAT(part_size == asked);
    OK(p11->C_SignFinal(conform->session, parts, &part_size));
    TRUE_THAT(openssl_verifies(pair.pkey, &mechanism, parts, part_size, data, data_size));
    if (strcmp(conform_shape(type), "pss") != 0 && strcmp(conform_shape(type), "ecdsa") != 0)
        TRUE_THAT(part_size == size && memcmp(parts, signature, size) == 0);
    EVP_PKEY_free(pair.pkey);
}

static void every_mechanism_listed_signs(void)
{
    struct conform conform = conform_begin(true);
    CK_MECHANISM_TYPE list[256];
    CK_MECHANISM_INFO info;
    CK_ULONG count = DIM(list), signers = 0;

    OK(p11->C_GetMechanismList(conform.slot, list, &count));
    for (CK_ULONG i = 0; i < count; i++) {
        OK(p11->C_GetMechanismInfo(conform.slot, list[i], &info));
        if ((info.flags & CKF_SIGN) == 0)
            continue;
        signers++;
        TRUE_THAT((info.flags & CKF_VERIFY) != 0);
        conform_about("mechanism", list[i]);
        sign_with(&conform, list[i]);
        conform_about(NULL, 0);
    }
    TRUE_THAT(signers > 10);
    conform_end();
}

static void signatures_carry_their_data(void)
{
    struct conform conform = conform_begin(true);
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 };
    struct pair pair = pair_for(&conform, CKM_RSA_PKCS);
    CK_BYTE data[] = "to be recovered", signature[SIGNATURE_MAX], back[SIGNATURE_MAX];
    CK_ULONG size = sizeof(signature), back_size = sizeof(back);

    OK(p11->C_SignRecoverInit(conform.session, &mechanism, pair.private));
    OK(p11->C_SignRecover(conform.session, data, sizeof(data), signature, &size));
    OK(p11->C_VerifyRecoverInit(conform.session, &mechanism, pair.public));
    OK(p11->C_VerifyRecover(conform.session, signature, size, back, &back_size));
    TRUE_THAT(back_size == sizeof(data) && memcmp(back, data, sizeof(data)) == 0);
    signature[5] ^= 1;
    OK(p11->C_VerifyRecoverInit(conform.session, &mechanism, pair.public));
    back_size = sizeof(back);
    RV(p11->C_VerifyRecover(conform.session, signature, size, back, &back_size), CKR_SIGNATURE_INVALID);
    OK(p11->C_VerifyRecoverInit(conform.session, &mechanism, pair.public));
    RV(p11->C_VerifyRecover(conform.session, signature, size - 1, back, &back_size), CKR_SIGNATURE_LEN_RANGE);
    EVP_PKEY_free(pair.pkey);
    conform_end();
}

static void an_empty_message_is_signed(void)
{
    static const CK_MECHANISM_TYPE types[] = { CKM_SHA256_RSA_PKCS, CKM_ECDSA_SHA256, CKM_EDDSA };
    struct conform conform = conform_begin(true);
    CK_BYTE signature[SIGNATURE_MAX], nothing = 0;
    CK_ULONG size;

    for (size_t i = 0; i < DIM(types); i++) {
        struct conform_mechanism mechanism;
        struct pair pair = pair_for(&conform, types[i]);
        conform_about("mechanism", types[i]);
        conform_mechanism(types[i], &mechanism);
        size = sizeof(signature);
        OK(p11->C_SignInit(conform.session, &mechanism.ck, pair.private));
        if (types[i] == CKM_EDDSA) {
            /* the card's command cannot say it */
            RV(p11->C_SignFinal(conform.session, signature, &size), CKR_DATA_LEN_RANGE);
            EVP_PKEY_free(pair.pkey);
            continue;
        }
        OK(p11->C_SignFinal(conform.session, signature, &size));
        TRUE_THAT(openssl_verifies(pair.pkey, &mechanism, signature, size, &nothing, 0));
        size = sizeof(signature);
        OK(p11->C_SignInit(conform.session, &mechanism.ck, pair.private));
        OK(p11->C_Sign(conform.session, NULL, 0, signature, &size));
        TRUE_THAT(openssl_verifies(pair.pkey, &mechanism, signature, size, &nothing, 0));
        EVP_PKEY_free(pair.pkey);
    }
    conform_end();
}

const struct conform_story conform_signing[] = {
    { "every mechanism listed signs", every_mechanism_listed_signs },
    { "signatures carry their data", signatures_carry_their_data },
    { "an empty message is signed", an_empty_message_is_signed },
    { NULL, NULL },
};
