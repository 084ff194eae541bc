/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* conform_checking: what signing and verifying refuse, PINs for each use, and messages (PKCS#11 3.2, 5.13
 * to 5.16). */
#include "tests/e2e/conform.h"

#define SIGNATURE_MAX 512

/* A logged-in user with an RSA key. */
struct signer {
    struct conform at;
    CK_OBJECT_HANDLE private, public;
};

static struct signer signer_begin(CK_KEY_TYPE type)
{
    struct signer signer = { conform_begin(true), 0, 0 };

    signer.private = conform_key(signer.at.session, CKO_PRIVATE_KEY, type, CKA_SIGN);
    signer.public = conform_other(signer.at.session, signer.private, CKO_PUBLIC_KEY);
    TRUE_THAT(signer.private != 0 && signer.public != 0);
    return signer;
}

static void signing_begins_with_the_right_things(void)
{
    struct signer s = signer_begin(CKK_RSA);
    CK_MECHANISM rsa = { CKM_SHA256_RSA_PKCS, NULL, 0 }, digest = { CKM_SHA256, NULL, 0 },
                 ec = { CKM_ECDSA, NULL, 0 }, oaep = { CKM_RSA_PKCS_OAEP, NULL, 0 },
                 odd = { CKM_VENDOR_DEFINED + 9, NULL, 0 };
    CK_BYTE any[SIGNATURE_MAX];
    CK_ULONG size = sizeof(any);

    RV(p11->C_Sign(s.at.session, any, 1, any, &size), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_SignUpdate(s.at.session, any, 1), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_SignFinal(s.at.session, any, &size), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_Verify(s.at.session, any, 1, any, 256), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_VerifyUpdate(s.at.session, any, 1), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_VerifyFinal(s.at.session, any, 256), CKR_OPERATION_NOT_INITIALIZED);
    RV_OR(p11->C_SignInit(s.at.session, NULL, s.private), CKR_ARGUMENTS_BAD, CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_SignInit(s.at.session, &rsa, CONFORM_BAD_HANDLE), CKR_KEY_HANDLE_INVALID);
    RV(p11->C_SignInit(s.at.session, &rsa, CK_INVALID_HANDLE), CKR_KEY_HANDLE_INVALID);
    RV(p11->C_SignInit(s.at.session, &digest, s.private), CKR_MECHANISM_INVALID);
    RV(p11->C_SignInit(s.at.session, &oaep, s.private), CKR_MECHANISM_INVALID);
    RV(p11->C_SignInit(s.at.session, &odd, s.private), CKR_MECHANISM_INVALID);
    RV(p11->C_SignInit(s.at.session, &ec, s.private), CKR_KEY_TYPE_INCONSISTENT);
    RV_OR(p11->C_SignInit(s.at.session, &rsa, s.public), CKR_KEY_FUNCTION_NOT_PERMITTED,
          CKR_KEY_TYPE_INCONSISTENT);
    RV_OR(p11->C_VerifyInit(s.at.session, &rsa, s.private), CKR_KEY_FUNCTION_NOT_PERMITTED,
          CKR_KEY_TYPE_INCONSISTENT);
    rsa.pParameter = any;
    rsa.ulParameterLen = 3;
    RV(p11->C_SignInit(s.at.session, &rsa, s.private), CKR_MECHANISM_PARAM_INVALID);
    rsa = (CK_MECHANISM){ CKM_SHA256_RSA_PKCS, NULL, 0 };
    OK(p11->C_SignInit(s.at.session, &rsa, s.private));
    RV(p11->C_SignInit(s.at.session, &rsa, s.private), CKR_OPERATION_ACTIVE);
    /* beside it another session signs, and this one verifies and digests */
    OK(p11->C_SignInit(s.at.reader, &rsa, s.private));
    OK(p11->C_VerifyInit(s.at.session, &rsa, s.public));
    OK(p11->C_DigestInit(s.at.session, &digest));
    conform_end();
}

static void parts_and_wholes_are_not_mixed(void)
{
    struct signer s = signer_begin(CKK_RSA);
    CK_MECHANISM rsa = { CKM_SHA256_RSA_PKCS, NULL, 0 };
    CK_BYTE data[] = "data", out[SIGNATURE_MAX];
    CK_ULONG size = sizeof(out);

    OK(p11->C_SignInit(s.at.session, &rsa, s.private));
    OK(p11->C_SignUpdate(s.at.session, data, 2));
    RV(p11->C_Sign(s.at.session, data, 2, out, &size), CKR_OPERATION_ACTIVE);
    OK(p11->C_SignFinal(s.at.session, out, &size));
    OK(p11->C_SignInit(s.at.session, &rsa, s.private));
    OK(p11->C_Sign(s.at.session, data, 2, NULL, &size));
    RV(p11->C_SignFinal(s.at.session, out, &size), CKR_OPERATION_ACTIVE);
    RV(p11->C_Sign(s.at.session, data, 2, out, &size), CKR_OPERATION_NOT_INITIALIZED);
    OK(p11->C_VerifyInit(s.at.session, &rsa, s.public));
    OK(p11->C_VerifyUpdate(s.at.session, data, 2));
    RV(p11->C_Verify(s.at.session, data, 2, out, 256), CKR_OPERATION_ACTIVE);
    OK(p11->C_VerifyFinal(s.at.session, out, 256));
    OK(p11->C_SignInit(s.at.session, &rsa, s.private));
    RV(p11->C_Sign(s.at.session, data, 4, out, NULL), CKR_ARGUMENTS_BAD);
    RV(p11->C_SignUpdate(s.at.session, data, 4), CKR_OPERATION_NOT_INITIALIZED);
    OK(p11->C_SignInit(s.at.session, &rsa, s.private));
    RV(p11->C_SignUpdate(s.at.session, NULL, 4), CKR_ARGUMENTS_BAD);
    RV(p11->C_SignFinal(s.at.session, out, &size), CKR_OPERATION_NOT_INITIALIZED);
    OK(p11->C_SignInit(s.at.session, &rsa, s.private));
    OK(p11->C_SignUpdate(s.at.session, NULL, 0));
    OK(p11->C_SignFinal(s.at.session, NULL, &size));
    TRUE_THAT(size == 256);
    OK(p11->C_SignFinal(s.at.session, out, &size));
    OK(p11->C_VerifyInit(s.at.session, &rsa, s.public));
    RV(p11->C_Verify(s.at.session, data, 4, NULL, 256), CKR_ARGUMENTS_BAD);
    conform_end();
}

static void data_of_a_wrong_length_is_refused(void)
{
    struct signer s = signer_begin(CKK_RSA);
    CK_MECHANISM pkcs = { CKM_RSA_PKCS, NULL, 0 }, raw = { CKM_RSA_X_509, NULL, 0 };
    struct conform_mechanism pss;
    CK_BYTE data[300], out[SIGNATURE_MAX];
    CK_ULONG size = sizeof(out);

    memset(data, 0xFF, sizeof(data));
    OK(p11->C_SignInit(s.at.session, &pkcs, s.private));
    RV(p11->C_Sign(s.at.session, data, 246, out, &size), CKR_DATA_LEN_RANGE);
    OK(p11->C_SignInit(s.at.session, &pkcs, s.private));
    OK(p11->C_Sign(s.at.session, data, 245, out, &size));
    OK(p11->C_SignInit(s.at.session, &raw, s.private));
    RV(p11->C_Sign(s.at.session, data, 257, out, &size), CKR_DATA_LEN_RANGE);
    OK(p11->C_SignInit(s.at.session, &raw, s.private));
    RV_OR(p11->C_Sign(s.at.session, data, 256, out, &size), CKR_DATA_INVALID, CKR_DATA_LEN_RANGE);
    conform_mechanism(CKM_RSA_PKCS_PSS, &pss);
    OK(p11->C_SignInit(s.at.session, &pss.ck, s.private));
    RV(p11->C_Sign(s.at.session, data, 31, out, &size), CKR_DATA_LEN_RANGE);
    OK(p11->C_SignInit(s.at.session, &pss.ck, s.private));
    RV(p11->C_Sign(s.at.session, data, 33, out, &size), CKR_DATA_LEN_RANGE);
    conform_end();
}

static void pss_parameters_are_checked(void)
{
    struct signer s = signer_begin(CKK_RSA);
    struct conform_mechanism pss;

    conform_mechanism(CKM_SHA256_RSA_PKCS_PSS, &pss);
    pss.ck.ulParameterLen--;
    RV(p11->C_SignInit(s.at.session, &pss.ck, s.private), CKR_MECHANISM_PARAM_INVALID);
    conform_mechanism(CKM_SHA256_RSA_PKCS_PSS, &pss);
    pss.ck.pParameter = NULL;
    RV(p11->C_SignInit(s.at.session, &pss.ck, s.private), CKR_MECHANISM_PARAM_INVALID);
    conform_mechanism(CKM_SHA256_RSA_PKCS_PSS, &pss);
    pss.params.pss.hashAlg = CKM_SHA384;
    RV(p11->C_SignInit(s.at.session, &pss.ck, s.private), CKR_MECHANISM_PARAM_INVALID);
    conform_mechanism(CKM_SHA256_RSA_PKCS_PSS, &pss);
    pss.params.pss.mgf = 99;
    RV(p11->C_SignInit(s.at.session, &pss.ck, s.private), CKR_MECHANISM_PARAM_INVALID);
    conform_mechanism(CKM_SHA256_RSA_PKCS_PSS, &pss);
    pss.params.pss.sLen = 256 - 32 - 1;
    RV(p11->C_SignInit(s.at.session, &pss.ck, s.private), CKR_MECHANISM_PARAM_INVALID);
    pss.params.pss.sLen = 256 - 32 - 2;
    OK(p11->C_SignInit(s.at.session, &pss.ck, s.private));
    conform_end();
}

static void hashes_for_ecdsa_may_be_of_any_length(void)
{
    struct signer s = signer_begin(CKK_EC);
    CK_MECHANISM ecdsa = { CKM_ECDSA, NULL, 0 };
    static const CK_ULONG sizes[] = { 20, 28, 32, 48, 64 };
    CK_BYTE data[64], out[SIGNATURE_MAX];
    CK_ULONG size;

    memset(data, 0xA5, sizeof(data));
    for (size_t i = 0; i < DIM(sizes); i++) {
        conform_about("bytes of hash", sizes[i]);
        size = sizeof(out);
        OK(p11->C_SignInit(s.at.session, &ecdsa, s.private));
        OK(p11->C_Sign(s.at.session, data, sizes[i], out, &size));
        OK(p11->C_VerifyInit(s.at.session, &ecdsa, s.public));
        OK(p11->C_Verify(s.at.session, data, sizes[i], out, size));
    }
    conform_end();
}

static void a_key_may_want_the_pin_each_time(void)
{
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE key = client_find(conform.session, CKO_PRIVATE_KEY, 2);
    CK_MECHANISM rsa = { CKM_SHA256_RSA_PKCS, NULL, 0 };
    CK_BYTE data[] = "data", out[SIGNATURE_MAX];
    CK_ULONG size = sizeof(out);

    TRUE_THAT(conform_bool(conform.session, key, CKA_ALWAYS_AUTHENTICATE));
    OK(p11->C_SignInit(conform.session, &rsa, key));
    RV(p11->C_Sign(conform.session, data, 4, out, &size), CKR_USER_NOT_LOGGED_IN);
    (void)p11->C_SignInit(conform.session, NULL, 0);
    OK(p11->C_SignInit(conform.session, &rsa, key));
    OK(client_login(conform.session, CKU_CONTEXT_SPECIFIC, CONFORM_PIN));
    OK(p11->C_Sign(conform.session, data, 4, out, &size));
    OK(p11->C_SignInit(conform.session, &rsa, key));
    RV(client_login(conform.session, CKU_CONTEXT_SPECIFIC, "00000000"), CKR_PIN_INCORRECT);
    OK(client_login(conform.session, CKU_CONTEXT_SPECIFIC, CONFORM_PIN));
    OK(p11->C_SignUpdate(conform.session, data, 4));
    OK(p11->C_SignFinal(conform.session, out, &size));
    RV(client_login(conform.session, CKU_CONTEXT_SPECIFIC, CONFORM_PIN), CKR_OPERATION_NOT_INITIALIZED);
    conform_end();
}

static void many_messages_are_signed_with_one_key(void)
{
    struct signer s = signer_begin(CKK_RSA);
    const CK_FUNCTION_LIST_3_2 *list = conform_list();
    CK_MECHANISM rsa = { CKM_SHA256_RSA_PKCS, NULL, 0 };
    CK_BYTE data[] = "a message", out[SIGNATURE_MAX], parts[SIGNATURE_MAX];
    CK_ULONG size = 0, part_size = sizeof(parts);

    RV(list->C_SignMessage(s.at.session, NULL, 0, data, 9, out, &size), CKR_OPERATION_NOT_INITIALIZED);
    OK(list->C_MessageSignInit(s.at.session, &rsa, s.private));
    OK(list->C_SignMessage(s.at.session, NULL, 0, data, 9, NULL, &size));
    TRUE_THAT(size == 256);
    OK(list->C_SignMessage(s.at.session, NULL, 0, data, 9, out, &size));
    OK(list->C_SignMessageBegin(s.at.session, NULL, 0));
    OK(list->C_SignMessageNext(s.at.session, NULL, 0, data, 4, NULL, NULL));
    OK(list->C_SignMessageNext(s.at.session, NULL, 0, data + 4, 5, parts, &part_size));
    TRUE_THAT(part_size == size && memcmp(out, parts, size) == 0);
    OK(list->C_MessageSignFinal(s.at.session));
    RV(list->C_MessageSignFinal(s.at.session), CKR_OPERATION_NOT_INITIALIZED);
    OK(list->C_MessageVerifyInit(s.at.session, &rsa, s.public));
    OK(list->C_VerifyMessage(s.at.session, NULL, 0, data, 9, out, size));
    RV(list->C_VerifyMessage(s.at.session, NULL, 0, data, 8, out, size), CKR_SIGNATURE_INVALID);
    OK(list->C_VerifyMessageBegin(s.at.session, NULL, 0));
    OK(list->C_VerifyMessageNext(s.at.session, NULL, 0, data, 9, NULL, 0));
    OK(list->C_VerifyMessageNext(s.at.session, NULL, 0, NULL, 0, out, size));
    OK(list->C_MessageVerifyFinal(s.at.session));
    OK(list->C_VerifySignatureInit(s.at.session, &rsa, s.public, out, size));
    OK(list->C_VerifySignature(s.at.session, data, 9));
    OK(list->C_VerifySignatureInit(s.at.session, &rsa, s.public, out, size));
    OK(list->C_VerifySignatureUpdate(s.at.session, data, 8));
    RV(list->C_VerifySignatureFinal(s.at.session), CKR_SIGNATURE_INVALID);
    conform_end();
}

static void the_use_of_a_key_ends_with_the_login(void)
{
    struct signer s = signer_begin(CKK_RSA);
    CK_MECHANISM rsa = { CKM_SHA256_RSA_PKCS, NULL, 0 };
    CK_BYTE data[] = "data", out[SIGNATURE_MAX];
    CK_ULONG size = sizeof(out);

    OK(p11->C_SignInit(s.at.session, &rsa, s.private));
    OK(p11->C_Logout(s.at.reader));
    RV_OR(p11->C_Sign(s.at.session, data, 4, out, &size), CKR_USER_NOT_LOGGED_IN,
          CKR_OPERATION_NOT_INITIALIZED);
    RV_OR(p11->C_SignInit(s.at.session, &rsa, s.private), CKR_KEY_HANDLE_INVALID, CKR_USER_NOT_LOGGED_IN);
    conform_end();
}

const struct conform_story conform_checking[] = {
    { "signing begins with the right things", signing_begins_with_the_right_things },
    { "parts and wholes are not mixed", parts_and_wholes_are_not_mixed },
    { "data of a wrong length is refused", data_of_a_wrong_length_is_refused },
    { "PSS parameters are checked", pss_parameters_are_checked },
    { "hashes for ECDSA may be of any length", hashes_for_ecdsa_may_be_of_any_length },
    { "a key may want the PIN each time", a_key_may_want_the_pin_each_time },
    { "many messages are signed with one key", many_messages_are_signed_with_one_key },
    { "the use of a key ends with the login", the_use_of_a_key_ends_with_the_login },
    { NULL, NULL },
};
