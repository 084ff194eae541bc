/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * conform_generation: key pairs with the templates that programs send (PKCS#11 3.2, 5.18.2). First of all
 * stories: the keys with CKA_ID 05 (P-384), 06 (Ed25519) and 07 (X25519) are used by others.
 */
#include "tests/e2e/conform.h"

/* The security officer in the only session. */
static struct conform officer_begin(void)
{
    struct conform conform = conform_begin(false);

    OK(p11->C_CloseSession(conform.reader));
    CLIENT_OK(client_login(conform.session, CKU_SO, CONFORM_SO));
    return conform;
}

static void keys_are_generated(void)
{
    const struct {
        CK_MECHANISM_TYPE mechanism;
        struct conform_curve curve;
        CK_BYTE id;
        CK_KEY_TYPE type;
    } rows[] = { { CKM_EC_KEY_PAIR_GEN, CURVE_P384, 5, CKK_EC },
                 { CKM_EC_EDWARDS_KEY_PAIR_GEN, CURVE_ED25519, 6, CKK_EC_EDWARDS },
                 { CKM_EC_MONTGOMERY_KEY_PAIR_GEN, CURVE_X25519, 7, CKK_EC_MONTGOMERY } };
    struct conform conform = officer_begin();

    for (size_t i = 0; i < DIM(rows); i++) {
        CK_OBJECT_HANDLE public = 0, private = 0;
        EVP_PKEY *pkey;
        conform_about("mechanism", rows[i].mechanism);
        OK(conform_generate(&conform, rows[i].mechanism, rows[i].curve, rows[i].id, &public, &private));
        TRUE_THAT(public != 0 && private != 0 && public != private);
        TRUE_THAT(conform_number(conform.session, private, CKA_KEY_TYPE) == rows[i].type);
        TRUE_THAT(conform_number(conform.session, private, CKA_KEY_GEN_MECHANISM) == rows[i].mechanism);
        TRUE_THAT(conform_bool(conform.session, private, CKA_LOCAL));
        TRUE_THAT(conform_bool(conform.session, private, CKA_ALWAYS_SENSITIVE));
        TRUE_THAT(conform_bool(conform.session, private, CKA_NEVER_EXTRACTABLE));
        TRUE_THAT(conform_bool(conform.session, private, CKA_TOKEN));
        pkey = conform_pkey(conform.session, public);
        TRUE_THAT(pkey != NULL);
        EVP_PKEY_free(pkey);
    }
    conform_end();
}

static void generation_refuses_what_it_must(void)
{
    struct conform conform = officer_begin();
    CK_MECHANISM ec = { CKM_EC_KEY_PAIR_GEN, NULL, 0 }, sign = { CKM_ECDSA, NULL, 0 };
    CK_BYTE id = 9;
    CK_ULONG bits = 2048;
    CK_ATTRIBUTE public[] = { { CKA_ID, &id, 1 },
                              { CKA_EC_PARAMS, BYTES_OF_TEXT(CURVE_P256.params), CURVE_P256.size } };
    CK_OBJECT_HANDLE one = 0, two = 0;

    RV(p11->C_GenerateKeyPair(conform.session, NULL, public, 2, NULL, 0, &one, &two), CKR_ARGUMENTS_BAD);
    RV(p11->C_GenerateKeyPair(conform.session, &ec, public, 2, NULL, 0, NULL, &two), CKR_ARGUMENTS_BAD);
    RV(p11->C_GenerateKeyPair(conform.session, &ec, NULL, 2, NULL, 0, &one, &two), CKR_ARGUMENTS_BAD);
    RV(p11->C_GenerateKeyPair(conform.session, &sign, public, 2, NULL, 0, &one, &two), CKR_MECHANISM_INVALID);
    RV(p11->C_GenerateKeyPair(conform.session, &ec, public, 1, NULL, 0, &one, &two), CKR_TEMPLATE_INCOMPLETE);
    public[1].pValue = BYTES_OF_TEXT("\x06\x05\x2b\x81\x04\x00\x0a");
    public[1].ulValueLen = 7;
    RV_OR(p11->C_GenerateKeyPair(conform.session, &ec, public, 2, NULL, 0, &one, &two),
          CKR_CURVE_NOT_SUPPORTED, CKR_DOMAIN_PARAMS_INVALID);
    public[1].pValue = BYTES_OF_TEXT("rubbish");
    RV_OR(p11->C_GenerateKeyPair(conform.session, &ec, public, 2, NULL, 0, &one, &two),
          CKR_DOMAIN_PARAMS_INVALID, CKR_ATTRIBUTE_VALUE_INVALID);
    public[1] = (CK_ATTRIBUTE){ CKA_MODULUS_BITS, &bits, sizeof(bits) };
    ec.mechanism = CKM_RSA_PKCS_KEY_PAIR_GEN;
    bits = 12345;
    RV_OR(p11->C_GenerateKeyPair(conform.session, &ec, public, 2, NULL, 0, &one, &two),
          CKR_ATTRIBUTE_VALUE_INVALID, CKR_KEY_SIZE_RANGE);
    RV_OR(p11->C_GenerateKeyPair(conform.session, &ec, public, 1, NULL, 0, &one, &two),
          CKR_TEMPLATE_INCOMPLETE, CKR_TEMPLATE_INCONSISTENT);
    OK(p11->C_Logout(conform.session));
    bits = 2048;
    RV(p11->C_GenerateKeyPair(conform.session, &ec, public, 2, NULL, 0, &one, &two), CKR_USER_NOT_LOGGED_IN);
    RV(p11->C_GenerateKeyPair(client_session(conform.slot, false), &ec, public, 2, NULL, 0, &one, &two),
       CKR_SESSION_READ_ONLY);
    conform_end();
}

/* A key pair is made, and erased again. */
static void make_and_erase(const struct conform *conform, const char *program, CK_MECHANISM_TYPE mechanism,
                           CK_ATTRIBUTE *public, CK_ULONG public_count, CK_ATTRIBUTE *private,
                           CK_ULONG private_count)
{
    CK_MECHANISM ck = { mechanism, NULL, 0 };
    CK_OBJECT_HANDLE one = 0, two = 0;

    conform_about(program, mechanism);
    OK(p11->C_GenerateKeyPair(conform->session, &ck, public, public_count, private, private_count, &one,
                              &two));
    if (two != 0)
        OK(p11->C_DestroyObject(conform->session, two));
    conform_about(NULL, 0);
}

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_ULONG rsa_bits = 2048;
static CK_KEY_TYPE rsa_type = CKK_RSA, ec_type = CKK_EC, edwards_type = CKK_EC_EDWARDS;
static CK_OBJECT_CLASS public_class = CKO_PUBLIC_KEY, private_class = CKO_PRIVATE_KEY;
static CK_BYTE ten = 10, exponent[] = { 1, 0, 1 }, java_id[] = "0123456789";

#define IS(type, variable)                                                                                   \
    {                                                                                                        \
        type, &(variable), sizeof(variable)                                                                  \
    }

static void rsa_as_programs_ask_for_it(void)
{
    struct conform conform = officer_begin();
    CK_ATTRIBUTE tool_public[] = {
        IS(CKA_CLASS, public_class),       IS(CKA_TOKEN, yes),  IS(CKA_MODULUS_BITS, rsa_bits),
        IS(CKA_PUBLIC_EXPONENT, exponent), IS(CKA_VERIFY, yes), IS(CKA_ENCRYPT, yes),
        IS(CKA_KEY_TYPE, rsa_type),        IS(CKA_ID, ten),     { CKA_LABEL, BYTES_OF_TEXT("a name"), 6 }
    };
    CK_ATTRIBUTE tool_private[] = { IS(CKA_CLASS, private_class),
                                    IS(CKA_TOKEN, yes),
                                    IS(CKA_PRIVATE, yes),
                                    IS(CKA_SENSITIVE, yes),
                                    IS(CKA_KEY_TYPE, rsa_type),
                                    IS(CKA_SIGN, yes),
                                    IS(CKA_DECRYPT, yes),
                                    IS(CKA_ID, ten),
                                    { CKA_LABEL, BYTES_OF_TEXT("a name"), 6 } };
    CK_ATTRIBUTE gnutls_public[] = { IS(CKA_TOKEN, yes),
                                     IS(CKA_ID, ten),
                                     IS(CKA_PRIVATE, no),
                                     IS(CKA_VERIFY, yes),
                                     IS(CKA_ENCRYPT, yes),
                                     IS(CKA_WRAP, yes),
                                     IS(CKA_MODULUS_BITS, rsa_bits),
                                     IS(CKA_PUBLIC_EXPONENT, exponent) };
    CK_ATTRIBUTE gnutls_private[] = { IS(CKA_TOKEN, yes),    IS(CKA_ID, ten),      IS(CKA_PRIVATE, yes),
                                      IS(CKA_SIGN, yes),     IS(CKA_DECRYPT, yes), IS(CKA_UNWRAP, yes),
                                      IS(CKA_SENSITIVE, yes) };
    CK_ATTRIBUTE provider_public[] = { IS(CKA_ID, ten),
                                       IS(CKA_TOKEN, yes),
                                       IS(CKA_MODULUS_BITS, rsa_bits),
                                       IS(CKA_PUBLIC_EXPONENT, exponent),
                                       IS(CKA_ENCRYPT, yes),
                                       IS(CKA_VERIFY, yes),
                                       IS(CKA_WRAP, yes) };
    CK_ATTRIBUTE provider_private[] = { IS(CKA_ID, ten),        IS(CKA_TOKEN, yes),     IS(CKA_PRIVATE, yes),
                                        IS(CKA_SENSITIVE, yes), IS(CKA_DECRYPT, yes),   IS(CKA_SIGN, yes),
                                        IS(CKA_UNWRAP, yes),    IS(CKA_EXTRACTABLE, no) };

    make_and_erase(&conform, "pkcs11-tool", CKM_RSA_PKCS_KEY_PAIR_GEN, tool_public, DIM(tool_public),
                   tool_private, DIM(tool_private));
    make_and_erase(&conform, "GnuTLS", CKM_RSA_PKCS_KEY_PAIR_GEN, gnutls_public, DIM(gnutls_public),
                   gnutls_private, DIM(gnutls_private));
    make_and_erase(&conform, "pkcs11-provider", CKM_RSA_PKCS_KEY_PAIR_GEN, provider_public,
                   DIM(provider_public), provider_private, DIM(provider_private));
    conform_end();
}

static void curves_as_programs_ask_for_them(void)
{
    struct conform conform = officer_begin();
    CK_ATTRIBUTE curve = { CKA_EC_PARAMS, BYTES_OF_TEXT(CURVE_P256.params), CURVE_P256.size };
    CK_ATTRIBUTE libp11_public[] = { IS(CKA_TOKEN, yes), IS(CKA_ID, ten), IS(CKA_VERIFY, yes),
                                     IS(CKA_DERIVE, yes), curve };
    CK_ATTRIBUTE libp11_private[] = { IS(CKA_TOKEN, yes),     IS(CKA_ID, ten),   IS(CKA_PRIVATE, yes),
                                      IS(CKA_SENSITIVE, yes), IS(CKA_SIGN, yes), IS(CKA_DERIVE, yes) };
    CK_ATTRIBUTE nss_public[] = { curve,
                                  IS(CKA_TOKEN, yes),
                                  IS(CKA_DERIVE, yes),
                                  IS(CKA_WRAP, no),
                                  IS(CKA_VERIFY, yes),
                                  IS(CKA_VERIFY_RECOVER, no),
                                  IS(CKA_ENCRYPT, no),
                                  IS(CKA_MODIFIABLE, yes) };
    CK_ATTRIBUTE nss_private[] = { IS(CKA_SENSITIVE, yes), IS(CKA_TOKEN, yes),      IS(CKA_PRIVATE, yes),
                                   IS(CKA_DERIVE, yes),    IS(CKA_UNWRAP, no),      IS(CKA_SIGN, yes),
                                   IS(CKA_DECRYPT, no),    IS(CKA_EXTRACTABLE, no), IS(CKA_MODIFIABLE, yes) };
    CK_ATTRIBUTE java_public[] = { IS(CKA_CLASS, public_class), IS(CKA_KEY_TYPE, ec_type), curve };
    CK_ATTRIBUTE java_private[] = { IS(CKA_CLASS, private_class), IS(CKA_KEY_TYPE, ec_type) };

    make_and_erase(&conform, "libp11", CKM_EC_KEY_PAIR_GEN, libp11_public, DIM(libp11_public), libp11_private,
                   DIM(libp11_private));
    make_and_erase(&conform, "NSS", CKM_EC_KEY_PAIR_GEN, nss_public, DIM(nss_public), nss_private,
                   DIM(nss_private));
    make_and_erase(&conform, "Java", CKM_EC_KEY_PAIR_GEN, java_public, DIM(java_public), java_private,
                   DIM(java_private));
    make_and_erase(&conform, "nobody in particular", CKM_EC_KEY_PAIR_GEN, &curve, 1, NULL, 0);
    conform_end();
}

static void edwards_keys_as_programs_ask_for_them(void)
{
    const struct conform_curve curves[] = { CURVE_ED25519,
                                            { "\x13\x0c"
                                              "edwards25519",
                                              14 } };
    struct conform conform = officer_begin();

    for (size_t i = 0; i < DIM(curves); i++) {
        CK_ATTRIBUTE public[] = { IS(CKA_TOKEN, yes),
                                  IS(CKA_ID, ten),
                                  IS(CKA_VERIFY, yes),
                                  { CKA_EC_PARAMS, BYTES_OF_TEXT(curves[i].params), curves[i].size },
                                  IS(CKA_KEY_TYPE, edwards_type) };
        CK_ATTRIBUTE private[] = { IS(CKA_TOKEN, yes), IS(CKA_ID, ten), IS(CKA_PRIVATE, yes),
                                   IS(CKA_SIGN, yes) };

        make_and_erase(&conform, "pkcs11-tool", CKM_EC_EDWARDS_KEY_PAIR_GEN, public, DIM(public), private,
                       DIM(private));
        /* GnuTLS up to 3.7 names the mechanism of the signature */
        make_and_erase(&conform, "GnuTLS", CKM_EDDSA, public, 4, private, DIM(private));
    }
    conform_end();
}

/* NSS and Java give a new key the id that they want afterwards. */
static void a_new_key_is_renamed(void)
{
    struct conform conform = officer_begin();
    CK_OBJECT_HANDLE public = 0, private = 0;
    CK_ATTRIBUTE id = { CKA_ID, java_id, 10 }, label = { CKA_LABEL, BYTES_OF_TEXT("alias"), 5 };

    OK(conform_generate(&conform, CKM_EC_KEY_PAIR_GEN, CURVE_P256, 11, &public, &private));
    OK(p11->C_SetAttributeValue(conform.session, private, &id, 1));
    OK(p11->C_SetAttributeValue(conform.session, public, &id, 1));
    OK(p11->C_SetAttributeValue(conform.session, private, &label, 1));
    TRUE_THAT(conform_find(conform.session, &id, 1) != CK_INVALID_HANDLE);
    OK(p11->C_DestroyObject(conform.session, private));
    conform_end();
}

const struct conform_story conform_generation[] = {
    { "keys are generated", keys_are_generated },
    { "generation refuses what it must", generation_refuses_what_it_must },
    { "RSA keys as programs ask for them", rsa_as_programs_ask_for_it },
    { "keys on curves as programs ask for them", curves_as_programs_ask_for_them },
    { "Edwards keys as programs ask for them", edwards_keys_as_programs_ask_for_them },
    { "a new key is renamed", a_new_key_is_renamed },
    { NULL, NULL },
};
