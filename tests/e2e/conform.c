/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* conform: the stories told, and what they share. */
#include "tests/e2e/conform.h"

#include <dlfcn.h>
#include <openssl/x509.h>

static void *conform_library;
static unsigned failures, failures_in_all;
static const char *about;
static CK_ULONG about_number;

void conform_about(const char *kind, CK_ULONG number)
{
    about = kind;
    about_number = number;
}

void conform_fail(const char *file, int line, const char *what, CK_RV is)
{
    failures++;
    printf("    %s:%d: %s (0x%lx)", file, line, what, is);
    if (about != NULL)
        printf(" [%s 0x%lx]", about, about_number);
    printf("\n");
}

void *conform_symbol(const char *name)
{
    return dlsym(conform_library, name);
}

const CK_FUNCTION_LIST_3_2 *conform_list(void)
{
    CK_INTERFACE interfaces[8];
    CK_ULONG count = DIM(interfaces);
    CK_C_GetInterfaceList get;

    *(void **)&get = conform_symbol("C_GetInterfaceList");
    CLIENT_NEED(get != NULL);
    CLIENT_OK(get(interfaces, &count));
    for (CK_ULONG i = 0; i < count; i++) {
        const CK_FUNCTION_LIST_3_2 *list = interfaces[i].pFunctionList;
        if (list->version.major == 3 && list->version.minor == 2)
            return list;
    }
    CLIENT_NEED(count == 0); /* one of them is a 3.2 interface */
    return NULL;
}

struct conform conform_begin(bool login)
{
    struct conform conform;

    client_initialize();
    conform.slot = client_slot(0);
    conform.session = client_session(conform.slot, true);
    conform.reader = client_session(conform.slot, false);
    if (login)
        CLIENT_OK(client_login(conform.session, CKU_USER, CONFORM_PIN));
    return conform;
}

void conform_end(void)
{
    OK(p11->C_Finalize(NULL));
}

CK_OBJECT_HANDLE conform_find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *items, CK_ULONG count)
{
    CK_OBJECT_HANDLE found = CK_INVALID_HANDLE;
    CK_ULONG number = 0;

    OK(p11->C_FindObjectsInit(session, items, count));
    OK(p11->C_FindObjects(session, &found, 1, &number));
    OK(p11->C_FindObjectsFinal(session));
    return number == 1 ? found : CK_INVALID_HANDLE;
}

CK_OBJECT_HANDLE conform_key(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_KEY_TYPE type,
                             CK_ATTRIBUTE_TYPE right)
{
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_KEY_TYPE, &type, sizeof(type) },
                             { right, &yes, sizeof(yes) },
                             { CKA_ALWAYS_AUTHENTICATE, &no, sizeof(no) } };

    return conform_find(session, items, class == CKO_PRIVATE_KEY ? 4 : 3);
}

CK_OBJECT_HANDLE conform_other(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_OBJECT_CLASS class)
{
    CK_BYTE id[64];
    long size = conform_get(session, object, CKA_ID, id, sizeof(id));
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_ID, id, (CK_ULONG)(size > 0 ? size : 0) } };

    return conform_find(session, items, DIM(items));
}

long conform_get(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *value,
                 size_t room)
{
    CK_ATTRIBUTE item = { type, value, room };

    return p11->C_GetAttributeValue(session, object, &item, 1) == CKR_OK ? (long)item.ulValueLen : -1;
}

CK_ULONG conform_number(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
    CK_ULONG number = CK_UNAVAILABLE_INFORMATION;

    TRUE_THAT(conform_get(session, object, type, &number, sizeof(number)) == sizeof(number));
    return number;
}

bool conform_bool(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
    CK_BBOOL value = 0x77;

    conform_about("attribute", type);
    TRUE_THAT(conform_get(session, object, type, &value, sizeof(value)) == sizeof(value));
    TRUE_THAT(value == CK_TRUE || value == CK_FALSE);
    conform_about(NULL, 0);
    return value == CK_TRUE;
}

EVP_PKEY *conform_pkey(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    unsigned char der[1024];
    const unsigned char *at = der;
    long size = conform_get(session, object, CKA_PUBLIC_KEY_INFO, der, sizeof(der));

    return size > 0 ? d2i_PUBKEY(NULL, &at, size) : NULL;
}

CK_OBJECT_HANDLE conform_secret(CK_SESSION_HANDLE session, const void *value, CK_ULONG size, bool sensitive)
{
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_BBOOL hide = sensitive, show = !sensitive, no = CK_FALSE;
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    CK_ATTRIBUTE items[] = {
        { CKA_CLASS, &class, sizeof(class) },     { CKA_KEY_TYPE, &type, sizeof(type) },
        { CKA_TOKEN, &no, sizeof(no) },           { CKA_SENSITIVE, &hide, sizeof(hide) },
        { CKA_EXTRACTABLE, &show, sizeof(show) }, { CKA_VALUE, BYTES_OF_TEXT(value), size }
    };

    OK(p11->C_CreateObject(session, items, DIM(items), &key));
    return key;
}

CK_RV conform_generate(const struct conform *conform, CK_MECHANISM_TYPE mechanism, struct conform_curve curve,
                       CK_BYTE id, CK_OBJECT_HANDLE *ret_public, CK_OBJECT_HANDLE *ret_private)
{
    CK_MECHANISM ck = { mechanism, NULL, 0 };
    CK_BBOOL yes = CK_TRUE;
    CK_ULONG bits = 2048;
    CK_ATTRIBUTE public[] = { { CKA_TOKEN, &yes, sizeof(yes) },
                              { CKA_ID, &id, 1 },
                              { CKA_EC_PARAMS, BYTES_OF_TEXT(curve.params), curve.size } };
    CK_ATTRIBUTE private[] = { { CKA_TOKEN, &yes, sizeof(yes) },
                               { CKA_PRIVATE, &yes, sizeof(yes) },
                               { CKA_SENSITIVE, &yes, sizeof(yes) },
                               { CKA_ID, &id, 1 } };

    if (curve.params == NULL)
    public[2] = (CK_ATTRIBUTE){ CKA_MODULUS_BITS, &bits, sizeof(bits) };
    return p11->C_GenerateKeyPair(conform->session, &ck, public, DIM(public), private, DIM(private),
                                  ret_public, ret_private);
}

static const struct {
    CK_MECHANISM_TYPE hash, pkcs1, pss, ecdsa;
    CK_RSA_PKCS_MGF_TYPE mgf;
    const char *name;
} digests[] = {
    { CKM_SHA_1, CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKM_ECDSA_SHA1, CKG_MGF1_SHA1, "SHA1" },
    { CKM_SHA224, CKM_SHA224_RSA_PKCS, CKM_SHA224_RSA_PKCS_PSS, CKM_ECDSA_SHA224, CKG_MGF1_SHA224, "SHA224" },
    { CKM_SHA256, CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS, CKM_ECDSA_SHA256, CKG_MGF1_SHA256, "SHA256" },
    { CKM_SHA384, CKM_SHA384_RSA_PKCS, CKM_SHA384_RSA_PKCS_PSS, CKM_ECDSA_SHA384, CKG_MGF1_SHA384, "SHA384" },
    { CKM_SHA512, CKM_SHA512_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS, CKM_ECDSA_SHA512, CKG_MGF1_SHA512, "SHA512" },
    { CKM_SHA3_224, CKM_SHA3_224_RSA_PKCS, CKM_SHA3_224_RSA_PKCS_PSS, CKM_ECDSA_SHA3_224, CKG_MGF1_SHA3_224,
      "SHA3-224" },
    { CKM_SHA3_256, CKM_SHA3_256_RSA_PKCS, CKM_SHA3_256_RSA_PKCS_PSS, CKM_ECDSA_SHA3_256, CKG_MGF1_SHA3_256,
      "SHA3-256" },
    { CKM_SHA3_384, CKM_SHA3_384_RSA_PKCS, CKM_SHA3_384_RSA_PKCS_PSS, CKM_ECDSA_SHA3_384, CKG_MGF1_SHA3_384,
      "SHA3-384" },
    { CKM_SHA3_512, CKM_SHA3_512_RSA_PKCS, CKM_SHA3_512_RSA_PKCS_PSS, CKM_ECDSA_SHA3_512, CKG_MGF1_SHA3_512,
      "SHA3-512" },
};

const EVP_MD *conform_digest(CK_MECHANISM_TYPE mechanism, CK_MECHANISM_TYPE *ret_hash,
                             CK_RSA_PKCS_MGF_TYPE *ret_mgf)
{
    for (size_t i = 0; i < DIM(digests); i++)
        if (mechanism == digests[i].hash || mechanism == digests[i].pkcs1 || mechanism == digests[i].pss ||
            mechanism == digests[i].ecdsa) {
            *ret_hash = digests[i].hash;
            *ret_mgf = digests[i].mgf;
            return EVP_get_digestbyname(digests[i].name);
        }
    return NULL;
}

const char *conform_shape(CK_MECHANISM_TYPE type)
{
    for (size_t i = 0; i < DIM(digests); i++) {
        if (type == digests[i].pkcs1)
            return "pkcs1";
        if (type == digests[i].pss)
            return "pss";
        if (type == digests[i].ecdsa)
            return "ecdsa";
    }
    switch (type) {
    case CKM_RSA_PKCS:
        return "pkcs1";
    case CKM_RSA_PKCS_PSS:
        return "pss";
    case CKM_RSA_X_509:
        return "raw";
    case CKM_RSA_PKCS_OAEP:
        return "oaep";
    case CKM_ECDSA:
        return "ecdsa";
    case CKM_EDDSA:
        return "eddsa";
    default:
        return NULL;
    }
}

void conform_mechanism(CK_MECHANISM_TYPE type, struct conform_mechanism *ret)
{
    CK_MECHANISM_TYPE hash = CKM_SHA256;
    CK_RSA_PKCS_MGF_TYPE mgf = CKG_MGF1_SHA256;
    const char *shape = conform_shape(type);

    memset(ret, 0, sizeof(*ret));
    ret->ck.mechanism = type;
    ret->md = conform_digest(type, &hash, &mgf);
    if (shape != NULL && strcmp(shape, "pss") == 0) {
        ret->params.pss = (CK_RSA_PKCS_PSS_PARAMS){ hash, mgf, 20 };
        ret->ck.pParameter = &ret->params.pss;
        ret->ck.ulParameterLen = sizeof(ret->params.pss);
    }
    if (type == CKM_RSA_PKCS_OAEP) {
        ret->params.oaep = (CK_RSA_PKCS_OAEP_PARAMS){ hash, mgf, CKZ_DATA_SPECIFIED, NULL, 0 };
        ret->ck.pParameter = &ret->params.oaep;
        ret->ck.ulParameterLen = sizeof(ret->params.oaep);
    }
}

static void tell(const struct conform_story *stories, const char *only)
{
    for (; stories->name != NULL; stories++) {
        if (only != NULL && strcmp(only, stories->name) != 0)
            continue;
        failures = 0;
        about = NULL;
        stories->tell();
        printf("%s - %s\n", failures == 0 ? "ok" : "not ok", stories->name);
        fflush(stdout);
        failures_in_all += failures;
        /* whatever the story left behind */
        (void)p11->C_Finalize(NULL);
    }
}

int main(int argc, char **argv)
{
    const struct conform_story *const chapters[] = { conform_generation, conform_general,   conform_sessions,
                                                     conform_objects,    conform_templates, conform_signing,
                                                     conform_checking,   conform_crypt,     conform_keys,
                                                     conform_pins };

    CLIENT_NEED(argc >= 2);
    client_load(argv[1]);
    conform_library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    CLIENT_NEED(conform_library != NULL);
    for (size_t i = 0; i < DIM(chapters); i++)
        tell(chapters[i], argc > 2 ? argv[2] : NULL);
    return failures_in_all == 0 ? 0 : 1;
}
