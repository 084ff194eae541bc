/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* conform_objects: what is found on the token and what it says of itself (PKCS#11 3.2, 4 and 5.7). */
#include <openssl/x509.h>

#include "tests/e2e/conform.h"

#define OBJECTS_MAX 64

static CK_ULONG all_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE found[OBJECTS_MAX])
{
    CK_ULONG count = 0;

    OK(p11->C_FindObjectsInit(session, NULL, 0));
    OK(p11->C_FindObjects(session, found, OBJECTS_MAX, &count));
    OK(p11->C_FindObjectsFinal(session));
    return count;
}

static void a_search_has_a_beginning_and_an_end(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_HANDLE one = 0, all[OBJECTS_MAX];
    CK_ULONG total = all_objects(conform.reader, all), count = 9, seen = 0;
    CK_ATTRIBUTE bad = { CKA_LABEL, NULL, 4 };

    RV(p11->C_FindObjects(conform.reader, &one, 1, &count), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_FindObjectsFinal(conform.reader), CKR_OPERATION_NOT_INITIALIZED);
    RV(p11->C_FindObjectsInit(conform.reader, NULL, 1), CKR_ARGUMENTS_BAD);
    RV_OR(p11->C_FindObjectsInit(conform.reader, &bad, 1), CKR_ATTRIBUTE_VALUE_INVALID, CKR_ARGUMENTS_BAD);
    OK(p11->C_FindObjectsInit(conform.reader, NULL, 0));
    RV(p11->C_FindObjectsInit(conform.reader, NULL, 0), CKR_OPERATION_ACTIVE);
    RV(p11->C_FindObjects(conform.reader, NULL, 1, &count), CKR_ARGUMENTS_BAD);
    RV(p11->C_FindObjects(conform.reader, &one, 1, NULL), CKR_ARGUMENTS_BAD);
    OK(p11->C_FindObjects(conform.reader, &one, 0, &count));
    TRUE_THAT(count == 0);
    do {
        OK(p11->C_FindObjects(conform.reader, &one, 1, &count));
        TRUE_THAT(count == 0 || (seen < total && one == all[seen]));
        seen += count;
    } while (count != 0 && seen <= total);
    TRUE_THAT(seen == total);
    OK(p11->C_FindObjects(conform.reader, &one, 1, &count));
    TRUE_THAT(count == 0);
    OK(p11->C_FindObjectsFinal(conform.reader));
    /* searches of two sessions do not meet */
    OK(p11->C_FindObjectsInit(conform.reader, NULL, 0));
    OK(p11->C_FindObjectsInit(conform.session, NULL, 0));
    OK(p11->C_FindObjectsFinal(conform.session));
    OK(p11->C_FindObjects(conform.reader, &one, 1, &count));
    TRUE_THAT(count == 1);
    OK(p11->C_FindObjectsFinal(conform.reader));
    conform_end();
}

static void private_objects_are_for_the_user(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_HANDLE all[OBJECTS_MAX], key;
    CK_ULONG before = all_objects(conform.reader, all), after;
    CK_OBJECT_CLASS class = 0;
    CK_ATTRIBUTE item = { CKA_CLASS, &class, sizeof(class) };

    for (CK_ULONG i = 0; i < before; i++)
        TRUE_THAT(!conform_bool(conform.reader, all[i], CKA_PRIVATE));
    OK(client_login(conform.session, CKU_USER, CONFORM_PIN));
    after = all_objects(conform.reader, all);
    TRUE_THAT(after > before);
    TRUE_THAT(client_count_objects(conform.session, CKO_PRIVATE_KEY) ==
              client_count_objects(conform.session, CKO_PUBLIC_KEY));
    key = client_find(conform.session, CKO_PRIVATE_KEY, 1);
    TRUE_THAT(key != CK_INVALID_HANDLE && conform_bool(conform.session, key, CKA_PRIVATE));
    OK(p11->C_Logout(conform.session));
    TRUE_THAT(client_count_objects(conform.session, CKO_PRIVATE_KEY) == 0);
    RV(p11->C_GetAttributeValue(conform.session, key, &item, 1), CKR_OBJECT_HANDLE_INVALID);
    conform_end();
}

static void a_search_matches_every_attribute(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_CERTIFICATE_TYPE x509 = CKC_X_509;
    CK_BYTE id = 1, value[2048], subject[512];
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_TOKEN, &yes, sizeof(yes) },
                             { CKA_PRIVATE, &no, sizeof(no) },
                             { CKA_CERTIFICATE_TYPE, &x509, sizeof(x509) },
                             { CKA_ID, &id, 1 },
                             { CKA_VALUE, value, 0 } };
    CK_OBJECT_HANDLE found = conform_find(conform.reader, items, 5);
    long size = conform_get(conform.reader, found, CKA_VALUE, value, sizeof(value));

    TRUE_THAT(found != CK_INVALID_HANDLE && size > 0);
    items[5].ulValueLen = (CK_ULONG)size;
    TRUE_THAT(conform_find(conform.reader, items, 6) == found);
    value[size - 1] ^= 1;
    TRUE_THAT(conform_find(conform.reader, items, 6) == CK_INVALID_HANDLE);
    size = conform_get(conform.reader, found, CKA_SUBJECT, subject, sizeof(subject));
    items[5] = (CK_ATTRIBUTE){ CKA_SUBJECT, subject, (CK_ULONG)size };
    TRUE_THAT(conform_find(conform.reader, items, 6) == found);
    items[5] = (CK_ATTRIBUTE){ CKA_MODULUS, subject, 4 };
    TRUE_THAT(conform_find(conform.reader, items, 6) == CK_INVALID_HANDLE);
    items[5] = (CK_ATTRIBUTE){ CKA_VENDOR_DEFINED + 5, subject, 4 };
    TRUE_THAT(conform_find(conform.reader, items, 6) == CK_INVALID_HANDLE);
    items[1].pValue = &no;
    TRUE_THAT(conform_find(conform.reader, items, 5) == CK_INVALID_HANDLE);
    conform_end();
}

static void attributes_are_read_one_and_all(void)
{
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE key = client_find(conform.session, CKO_PRIVATE_KEY, 1);
    CK_KEY_TYPE type = 77;
    CK_BYTE modulus[512], label[64];
    CK_ATTRIBUTE items[] = { { CKA_PRIVATE_EXPONENT, modulus, sizeof(modulus) },
                             { CKA_KEY_TYPE, &type, sizeof(type) },
                             { CKA_CERTIFICATE_TYPE, label, sizeof(label) },
                             { CKA_MODULUS, modulus, 3 },
                             { CKA_LABEL, NULL, 0 },
                             { CKA_MODULUS, modulus, sizeof(modulus) } };
    CK_RV rv = p11->C_GetAttributeValue(conform.session, key, items, DIM(items));

    TRUE_THAT(rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
              rv == CKR_BUFFER_TOO_SMALL);
    TRUE_THAT(items[0].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    TRUE_THAT(items[1].ulValueLen == sizeof(type) && type == CKK_RSA);
    TRUE_THAT(items[2].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    TRUE_THAT(items[3].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    TRUE_THAT(items[4].ulValueLen != CK_UNAVAILABLE_INFORMATION && items[4].ulValueLen != 0);
    TRUE_THAT(items[5].ulValueLen == 256 && (modulus[0] & 0x80) != 0);
    items[0].ulValueLen = sizeof(modulus);
    RV(p11->C_GetAttributeValue(conform.session, key, &items[0], 1), CKR_ATTRIBUTE_SENSITIVE);
    items[0].pValue = NULL;
    items[0].ulValueLen = 0;
    RV(p11->C_GetAttributeValue(conform.session, key, &items[0], 1), CKR_ATTRIBUTE_SENSITIVE);
    items[2].ulValueLen = 8;
    RV(p11->C_GetAttributeValue(conform.session, key, &items[2], 1), CKR_ATTRIBUTE_TYPE_INVALID);
    items[3].ulValueLen = 3;
    RV(p11->C_GetAttributeValue(conform.session, key, &items[3], 1), CKR_BUFFER_TOO_SMALL);
    RV(p11->C_GetAttributeValue(conform.session, CONFORM_BAD_HANDLE, &items[1], 1),
       CKR_OBJECT_HANDLE_INVALID);
    RV(p11->C_GetAttributeValue(conform.session, CK_INVALID_HANDLE, &items[1], 1), CKR_OBJECT_HANDLE_INVALID);
    RV(p11->C_GetAttributeValue(conform.session, key, NULL, 1), CKR_ARGUMENTS_BAD);
    RV(p11->C_GetAttributeValue(CONFORM_BAD_HANDLE, key, &items[1], 1), CKR_SESSION_HANDLE_INVALID);
    conform_end();
}

/* Every attribute that the standard gives a class; 0 ends the list. */
static const CK_ATTRIBUTE_TYPE storage[] = { CKA_CLASS, CKA_TOKEN,    CKA_PRIVATE,     CKA_MODIFIABLE,
                                             CKA_LABEL, CKA_COPYABLE, CKA_DESTROYABLE, CKA_UNIQUE_ID };
static const CK_ATTRIBUTE_TYPE key_all[] = { CKA_KEY_TYPE,
                                             CKA_ID,
                                             CKA_START_DATE,
                                             CKA_END_DATE,
                                             CKA_DERIVE,
                                             CKA_LOCAL,
                                             CKA_KEY_GEN_MECHANISM,
                                             CKA_ALLOWED_MECHANISMS,
                                             CKA_SUBJECT,
                                             CKA_PUBLIC_KEY_INFO };
static const CK_ATTRIBUTE_TYPE key_public[] = { CKA_ENCRYPT, CKA_VERIFY, CKA_VERIFY_RECOVER, CKA_WRAP,
                                                CKA_TRUSTED };
static const CK_ATTRIBUTE_TYPE key_private[] = { CKA_SENSITIVE,
                                                 CKA_DECRYPT,
                                                 CKA_SIGN,
                                                 CKA_SIGN_RECOVER,
                                                 CKA_UNWRAP,
                                                 CKA_EXTRACTABLE,
                                                 CKA_ALWAYS_SENSITIVE,
                                                 CKA_NEVER_EXTRACTABLE,
                                                 CKA_WRAP_WITH_TRUSTED,
                                                 CKA_ALWAYS_AUTHENTICATE };
static const CK_ATTRIBUTE_TYPE certificate[] = {
    CKA_CERTIFICATE_TYPE, CKA_TRUSTED,    CKA_CERTIFICATE_CATEGORY,
    CKA_CHECK_VALUE,      CKA_START_DATE, CKA_END_DATE,
    CKA_SUBJECT,          CKA_ID,         CKA_ISSUER,
    CKA_SERIAL_NUMBER,    CKA_VALUE,      CKA_PUBLIC_KEY_INFO
};

static void object_has(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, const CK_ATTRIBUTE_TYPE *types,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CK_ATTRIBUTE item = { types[i], NULL, 0 };
        conform_about("attribute", types[i]);
        OK(p11->C_GetAttributeValue(session, object, &item, 1));
        TRUE_THAT(item.ulValueLen != CK_UNAVAILABLE_INFORMATION);
    }
    conform_about(NULL, 0);
}

static void objects_have_all_that_their_class_has(void)
{
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE all[OBJECTS_MAX];
    CK_ULONG count = all_objects(conform.session, all);
    char unique[OBJECTS_MAX][48];

    memset(unique, 0, sizeof(unique));
    for (CK_ULONG i = 0; i < count; i++) {
        CK_ULONG class = conform_number(conform.session, all[i], CKA_CLASS), size = 0;
        TRUE_THAT(conform_get(conform.session, all[i], CKA_UNIQUE_ID, unique[i], sizeof(unique[i]) - 1) > 0);
        for (CK_ULONG j = 0; j < i; j++)
            TRUE_THAT(strcmp(unique[i], unique[j]) != 0);
        OK(p11->C_GetObjectSize(conform.session, all[i], &size));
        TRUE_THAT(size != 0);
        if (class == CKO_PROFILE)
            continue;
        object_has(conform.session, all[i], storage, DIM(storage));
        if (class == CKO_PUBLIC_KEY || class == CKO_PRIVATE_KEY)
            object_has(conform.session, all[i], key_all, DIM(key_all));
        if (class == CKO_PUBLIC_KEY)
            object_has(conform.session, all[i], key_public, DIM(key_public));
        if (class == CKO_PRIVATE_KEY)
            object_has(conform.session, all[i], key_private, DIM(key_private));
        if (class == CKO_CERTIFICATE)
            object_has(conform.session, all[i], certificate, DIM(certificate));
    }
    conform_end();
}

/* An attribute of two objects is the same. */
static void same(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE one, CK_OBJECT_HANDLE two,
                 CK_ATTRIBUTE_TYPE type)
{
    CK_BYTE first[1024], second[1024];
    long size = conform_get(session, one, type, first, sizeof(first));

    conform_about("attribute", type);
    TRUE_THAT(size > 0);
    TRUE_THAT(conform_get(session, two, type, second, sizeof(second)) == size);
    TRUE_THAT(size > 0 && memcmp(first, second, (size_t)size) == 0);
    conform_about(NULL, 0);
}

static void certificate_agrees(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_OBJECT_HANDLE cert)
{
    CK_BYTE der[2048];
    const CK_BYTE *at = der;
    long size = conform_get(session, cert, CKA_VALUE, der, sizeof(der));
    X509 *x509 = size > 0 ? d2i_X509(NULL, &at, size) : NULL;
    EVP_PKEY *pkey = conform_pkey(session, key);

    TRUE_THAT(x509 != NULL && pkey != NULL && EVP_PKEY_eq(X509_get0_pubkey(x509), pkey) == 1);
    X509_free(x509);
    EVP_PKEY_free(pkey);
    same(session, key, cert, CKA_PUBLIC_KEY_INFO);
    same(session, key, cert, CKA_LABEL);
    same(session, key, cert, CKA_ID);
}

/* What one half is for, the other must be able to answer. */
static void uses_are_paired(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE private, CK_OBJECT_HANDLE public)
{
    static const struct {
        CK_ATTRIBUTE_TYPE private, public;
    } pairs[] = { { CKA_SIGN, CKA_VERIFY },
                  { CKA_SIGN_RECOVER, CKA_VERIFY_RECOVER },
                  { CKA_DECRYPT, CKA_ENCRYPT },
                  { CKA_UNWRAP, CKA_WRAP },
                  { CKA_DERIVE, CKA_DERIVE } };
    bool any = false;

    for (size_t i = 0; i < DIM(pairs); i++) {
        bool use = conform_bool(session, private, pairs[i].private);
        TRUE_THAT(use == conform_bool(session, public, pairs[i].public));
        any = any || use;
    }
    TRUE_THAT(any);
}

static void the_halves_and_the_certificate_belong_together(void)
{
    static const CK_ATTRIBUTE_TYPE rsa[] = { CKA_MODULUS, CKA_PUBLIC_EXPONENT },
                                   ec[] = { CKA_EC_PARAMS, CKA_EC_POINT };
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE all[OBJECTS_MAX], public, cert;
    CK_ULONG count = all_objects(conform.session, all);

    for (CK_ULONG i = 0; i < count; i++) {
        const CK_ATTRIBUTE_TYPE *numbers = ec;
        if (conform_number(conform.session, all[i], CKA_CLASS) != CKO_PRIVATE_KEY)
            continue;
        if (conform_number(conform.session, all[i], CKA_KEY_TYPE) == CKK_RSA)
            numbers = rsa;
        public = conform_other(conform.session, all[i], CKO_PUBLIC_KEY);
        cert = conform_other(conform.session, all[i], CKO_CERTIFICATE);
        TRUE_THAT(public != CK_INVALID_HANDLE);
        same(conform.session, all[i], public, numbers[0]);
        same(conform.session, all[i], public, numbers[1]);
        same(conform.session, all[i], public, CKA_PUBLIC_KEY_INFO);
        same(conform.session, all[i], public, CKA_LABEL);
        same(conform.session, all[i], public, CKA_KEY_TYPE);
        TRUE_THAT(conform_bool(conform.session, all[i], CKA_SENSITIVE));
        uses_are_paired(conform.session, all[i], public);
        TRUE_THAT(!conform_bool(conform.session, all[i], CKA_EXTRACTABLE));
        if (cert != CK_INVALID_HANDLE)
            certificate_agrees(conform.session, all[i], cert);
    }
    conform_end();
}

static void token_objects_are_guarded(void)
{
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE key = client_find(conform.session, CKO_PRIVATE_KEY, 1), copy = 0;
    CK_OBJECT_HANDLE cert = client_find(conform.session, CKO_CERTIFICATE, 1);
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE extractable = { CKA_EXTRACTABLE, &yes, 1 }, sensitive = { CKA_SENSITIVE, &no, 1 };
    CK_OBJECT_CLASS class = CKO_DATA;
    CK_ATTRIBUTE other_class = { CKA_CLASS, &class, sizeof(class) };

    RV(p11->C_SetAttributeValue(conform.session, key, &extractable, 1), CKR_ATTRIBUTE_READ_ONLY);
    RV(p11->C_SetAttributeValue(conform.session, key, &sensitive, 1), CKR_ATTRIBUTE_READ_ONLY);
    RV(p11->C_SetAttributeValue(conform.session, cert, &other_class, 1), CKR_ATTRIBUTE_READ_ONLY);
    RV(p11->C_SetAttributeValue(conform.reader, cert, &other_class, 1), CKR_SESSION_READ_ONLY);
    RV(p11->C_DestroyObject(conform.reader, cert), CKR_SESSION_READ_ONLY);
    RV(p11->C_CopyObject(conform.session, key, NULL, 0, &copy), CKR_ACTION_PROHIBITED);
    RV(p11->C_DestroyObject(conform.session, CONFORM_BAD_HANDLE), CKR_OBJECT_HANDLE_INVALID);
    conform_end();
}

const struct conform_story conform_objects[] = {
    { "a search has a beginning and an end", a_search_has_a_beginning_and_an_end },
    { "private objects are for the user", private_objects_are_for_the_user },
    { "a search matches every attribute", a_search_matches_every_attribute },
    { "attributes are read one and all", attributes_are_read_one_and_all },
    { "objects have all that their class has", objects_have_all_that_their_class_has },
    { "the halves and the certificate belong together", the_halves_and_the_certificate_belong_together },
    { "token objects are guarded", token_objects_are_guarded },
    { NULL, NULL },
};
