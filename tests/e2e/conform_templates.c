/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* conform_templates: session objects and the templates that make them (PKCS#11 3.2, 4.1 and 5.7). */
#include "tests/e2e/conform.h"

/* A public session datum, as test programs make it. */
static CK_RV datum_make(CK_SESSION_HANDLE session, const char *label, bool private, CK_OBJECT_HANDLE *ret)
{
    CK_OBJECT_CLASS class = CKO_DATA;
    CK_BBOOL no = CK_FALSE, hidden = private;
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_TOKEN, &no, sizeof(no) },
                             { CKA_PRIVATE, &hidden, sizeof(hidden) },
                             { CKA_LABEL, BYTES_OF_TEXT(label), strlen(label) },
                             { CKA_APPLICATION, BYTES_OF_TEXT("conformance"), 11 },
                             { CKA_VALUE, BYTES_OF_TEXT("some data"), 9 } };

    return p11->C_CreateObject(session, items, DIM(items), ret);
}

static CK_OBJECT_HANDLE datum_find(CK_SESSION_HANDLE session, const char *label)
{
    CK_OBJECT_CLASS class = CKO_DATA;
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_LABEL, BYTES_OF_TEXT(label), strlen(label) } };

    return conform_find(session, items, DIM(items));
}

static void a_session_object_lives_with_its_session(void)
{
    struct conform conform = conform_begin(false);
    CK_SESSION_HANDLE other = client_session(conform.slot, false);
    CK_OBJECT_HANDLE object = 0, secret = 0;
    CK_ULONG size = 0;
    CK_BYTE value[16];

    OK(datum_make(other, "short life", false, &object));
    TRUE_THAT(object != CK_INVALID_HANDLE);
    TRUE_THAT(datum_find(conform.session, "short life") == object);
    TRUE_THAT(conform_get(conform.session, object, CKA_VALUE, value, sizeof(value)) == 9);
    TRUE_THAT(!conform_bool(conform.session, object, CKA_TOKEN));
    OK(p11->C_GetObjectSize(other, object, &size));
    TRUE_THAT(size != 0);
    RV(p11->C_GetObjectSize(other, object, NULL), CKR_ARGUMENTS_BAD);
    RV(p11->C_GetObjectSize(other, CONFORM_BAD_HANDLE, &size), CKR_OBJECT_HANDLE_INVALID);
    OK(p11->C_CloseSession(other));
    TRUE_THAT(datum_find(conform.session, "short life") == CK_INVALID_HANDLE);
    RV(p11->C_GetObjectSize(conform.session, object, &size), CKR_OBJECT_HANDLE_INVALID);
    RV(datum_make(conform.session, "private", true, &secret), CKR_USER_NOT_LOGGED_IN);
    OK(client_login(conform.session, CKU_USER, CONFORM_PIN));
    OK(datum_make(conform.session, "private", true, &secret));
    OK(p11->C_Logout(conform.session));
    TRUE_THAT(datum_find(conform.session, "private") == CK_INVALID_HANDLE);
    conform_end();
}

static void a_session_object_is_copied_changed_and_destroyed(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_HANDLE object = 0, copy = 0;
    CK_ATTRIBUTE label = { CKA_LABEL, BYTES_OF_TEXT("copied"), 6 };
    CK_BYTE value[16];

    OK(datum_make(conform.reader, "original", false, &object));
    OK(p11->C_CopyObject(conform.reader, object, &label, 1, &copy));
    TRUE_THAT(copy != object && datum_find(conform.reader, "copied") == copy);
    TRUE_THAT(conform_get(conform.reader, copy, CKA_VALUE, value, sizeof(value)) == 9);
    RV(p11->C_CopyObject(conform.reader, CONFORM_BAD_HANDLE, NULL, 0, &copy), CKR_OBJECT_HANDLE_INVALID);
    RV(p11->C_CopyObject(conform.reader, object, NULL, 0, NULL), CKR_ARGUMENTS_BAD);
    RV(p11->C_CopyObject(conform.reader, object, NULL, 1, &copy), CKR_ARGUMENTS_BAD);
    label.pValue = BYTES_OF_TEXT("altered");
    label.ulValueLen = 7;
    OK(p11->C_SetAttributeValue(conform.reader, object, &label, 1));
    TRUE_THAT(datum_find(conform.reader, "altered") == object && datum_find(conform.reader, "original") == 0);
    RV(p11->C_SetAttributeValue(conform.reader, object, NULL, 1), CKR_ARGUMENTS_BAD);
    label.type = CKA_MODULUS;
    RV(p11->C_SetAttributeValue(conform.reader, object, &label, 1), CKR_ATTRIBUTE_TYPE_INVALID);
    RV(p11->C_SetAttributeValue(conform.reader, CONFORM_BAD_HANDLE, &label, 1), CKR_OBJECT_HANDLE_INVALID);
    OK(p11->C_DestroyObject(conform.reader, object));
    RV(p11->C_DestroyObject(conform.reader, object), CKR_OBJECT_HANDLE_INVALID);
    TRUE_THAT(datum_find(conform.reader, "copied") == copy);
    conform_end();
}

static void what_may_not_be_done_to_an_object_is_not_done(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_CLASS class = CKO_DATA;
    CK_BBOOL no = CK_FALSE;
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_MODIFIABLE, &no, sizeof(no) },
                             { CKA_COPYABLE, &no, sizeof(no) },
                             { CKA_DESTROYABLE, &no, sizeof(no) } };
    CK_ATTRIBUTE label = { CKA_LABEL, BYTES_OF_TEXT("new"), 3 };
    CK_OBJECT_HANDLE object = 0, copy = 0;

    OK(p11->C_CreateObject(conform.session, items, DIM(items), &object));
    RV(p11->C_SetAttributeValue(conform.session, object, &label, 1), CKR_ACTION_PROHIBITED);
    RV(p11->C_CopyObject(conform.session, object, NULL, 0, &copy), CKR_ACTION_PROHIBITED);
    RV(p11->C_DestroyObject(conform.session, object), CKR_ACTION_PROHIBITED);
    conform_end();
}

static void templates_are_checked(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_CLASS class = CKO_DATA;
    CK_BBOOL no = CK_FALSE, yes = CK_TRUE, odd = 7;
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_TOKEN, &no, sizeof(no) },
                             { 0, NULL, 0 } };
    CK_OBJECT_HANDLE object = 0;

    RV(p11->C_CreateObject(conform.session, items, 2, NULL), CKR_ARGUMENTS_BAD);
    RV(p11->C_CreateObject(conform.session, NULL, 2, &object), CKR_ARGUMENTS_BAD);
    RV_OR(p11->C_CreateObject(conform.session, NULL, 0, &object), CKR_TEMPLATE_INCOMPLETE, CKR_ARGUMENTS_BAD);
    RV(p11->C_CreateObject(conform.session, &items[1], 1, &object), CKR_TEMPLATE_INCOMPLETE);
    items[2] = (CK_ATTRIBUTE){ CKA_MODULUS, &no, 1 };
    RV(p11->C_CreateObject(conform.session, items, 3, &object), CKR_ATTRIBUTE_TYPE_INVALID);
    items[2] = (CK_ATTRIBUTE){ CKA_PRIVATE, &odd, 1 };
    RV(p11->C_CreateObject(conform.session, items, 3, &object), CKR_ATTRIBUTE_VALUE_INVALID);
    items[2] = (CK_ATTRIBUTE){ CKA_PRIVATE, &no, 0 };
    RV(p11->C_CreateObject(conform.session, items, 3, &object), CKR_ATTRIBUTE_VALUE_INVALID);
    items[2] = (CK_ATTRIBUTE){ CKA_TOKEN, &yes, 1 };
    RV(p11->C_CreateObject(conform.session, items, 3, &object), CKR_TEMPLATE_INCONSISTENT);
    items[2] = (CK_ATTRIBUTE){ CKA_UNIQUE_ID, BYTES_OF_TEXT("mine"), 4 };
    RV_OR(p11->C_CreateObject(conform.session, items, 3, &object), CKR_ATTRIBUTE_READ_ONLY,
          CKR_ATTRIBUTE_TYPE_INVALID);
    class = CKO_VENDOR_DEFINED + 3;
    RV_OR(p11->C_CreateObject(conform.session, items, 2, &object), CKR_ATTRIBUTE_VALUE_INVALID,
          CKR_TEMPLATE_INCONSISTENT);
    class = CKO_DATA;
    items[1].pValue = &yes;
    RV(p11->C_CreateObject(conform.reader, items, 2, &object), CKR_SESSION_READ_ONLY);
    conform_end();
}

static void secret_keys_keep_their_secret(void)
{
    struct conform conform = conform_begin(true);
    CK_OBJECT_HANDLE open = conform_secret(conform.session, "0123456789abcdef", 16, false);
    CK_OBJECT_HANDLE hidden = conform_secret(conform.session, "0123456789abcdef", 16, true);
    CK_BYTE value[16];
    CK_ATTRIBUTE item = { CKA_VALUE, value, sizeof(value) };

    OK(p11->C_GetAttributeValue(conform.session, open, &item, 1));
    TRUE_THAT(item.ulValueLen == 16 && memcmp(value, "0123456789abcdef", 16) == 0);
    RV(p11->C_GetAttributeValue(conform.session, hidden, &item, 1), CKR_ATTRIBUTE_SENSITIVE);
    TRUE_THAT(item.ulValueLen == CK_UNAVAILABLE_INFORMATION);
    TRUE_THAT(conform_number(conform.session, hidden, CKA_VALUE_LEN) == 16);
    TRUE_THAT(conform_number(conform.session, open, CKA_KEY_GEN_MECHANISM) == CK_UNAVAILABLE_INFORMATION);
    TRUE_THAT(!conform_bool(conform.session, open, CKA_LOCAL));
    TRUE_THAT(!conform_bool(conform.session, open, CKA_ALWAYS_SENSITIVE));
    TRUE_THAT(!conform_bool(conform.session, hidden, CKA_NEVER_EXTRACTABLE));
    conform_end();
}

/* What Java, OpenSSL's programs and libp11 do to verify with the token's software. */
static void a_public_key_is_made_of_its_numbers(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_HANDLE key = conform_key(conform.session, CKO_PUBLIC_KEY, CKK_RSA, CKA_VERIFY), copy = 0;
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    CK_KEY_TYPE type = CKK_RSA;
    CK_BBOOL yes = CK_TRUE;
    CK_BYTE modulus[513] = { 0 }, exponent[8];
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_KEY_TYPE, &type, sizeof(type) },
                             { CKA_VERIFY, &yes, sizeof(yes) },
                             { CKA_MODULUS, modulus, 0 },
                             { CKA_PUBLIC_EXPONENT, exponent, 0 } };

    /* with a leading zero, as Java's BigInteger has it */
    items[3].ulValueLen = 1 + (CK_ULONG)conform_get(conform.session, key, CKA_MODULUS, modulus + 1, 512);
    items[4].ulValueLen =
        (CK_ULONG)conform_get(conform.session, key, CKA_PUBLIC_EXPONENT, exponent, sizeof(exponent));
    OK(p11->C_CreateObject(conform.reader, items, DIM(items), &copy));
    TRUE_THAT(conform_number(conform.reader, copy, CKA_MODULUS_BITS) == 2048);
    /* Java says nothing of its uses */
    TRUE_THAT(conform_bool(conform.reader, copy, CKA_ENCRYPT) &&
              conform_bool(conform.reader, copy, CKA_WRAP));
    RV(p11->C_CreateObject(conform.reader, items, 4, &copy), CKR_TEMPLATE_INCOMPLETE);
    conform_end();
}

static void a_point_is_taken_in_every_dress(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_HANDLE key = conform_key(conform.session, CKO_PUBLIC_KEY, CKK_EC, CKA_VERIFY), copy = 0;
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    CK_KEY_TYPE type = CKK_EC;
    CK_BYTE params[32], point[160], back[160];
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_KEY_TYPE, &type, sizeof(type) },
                             { CKA_EC_PARAMS, params, 0 },
                             { CKA_EC_POINT, point, 0 } };
    long size = conform_get(conform.session, key, CKA_EC_POINT, point, sizeof(point));

    CLIENT_NEED(size > 2);
    TRUE_THAT(point[0] == 0x04 && point[1] == size - 2 && point[2] == 0x04);
    items[2].ulValueLen = (CK_ULONG)conform_get(conform.session, key, CKA_EC_PARAMS, params, sizeof(params));
    items[3].ulValueLen = (CK_ULONG)size;
    OK(p11->C_CreateObject(conform.reader, items, DIM(items), &copy));
    items[3].pValue = point + 2;
    items[3].ulValueLen -= 2;
    OK(p11->C_CreateObject(conform.reader, items, DIM(items), &copy));
    TRUE_THAT(conform_get(conform.reader, copy, CKA_EC_POINT, back, sizeof(back)) == size &&
              memcmp(back, point, (size_t)size) == 0);
    items[3].ulValueLen--;
    RV(p11->C_CreateObject(conform.reader, items, DIM(items), &copy), CKR_ATTRIBUTE_VALUE_INVALID);
    conform_end();
}

static void a_certificate_is_kept_for_a_session(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_HANDLE cert = client_find(conform.session, CKO_CERTIFICATE, 1), copy = 0;
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_CERTIFICATE_TYPE type = CKC_X_509;
    CK_BBOOL no = CK_FALSE;
    CK_BYTE value[2048], subject[512], id[] = "some id";
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) },
                             { CKA_TOKEN, &no, sizeof(no) },
                             { CKA_CERTIFICATE_TYPE, &type, sizeof(type) },
                             { CKA_SUBJECT, subject, 0 },
                             { CKA_ID, id, 7 },
                             { CKA_VALUE, value, 0 } };

    items[5].ulValueLen = (CK_ULONG)conform_get(conform.session, cert, CKA_VALUE, value, sizeof(value));
    items[3].ulValueLen = (CK_ULONG)conform_get(conform.session, cert, CKA_SUBJECT, subject, sizeof(subject));
    OK(p11->C_CreateObject(conform.reader, items, DIM(items), &copy));
    TRUE_THAT(conform_get(conform.reader, copy, CKA_VALUE, value, sizeof(value)) ==
              (long)items[5].ulValueLen);
    items[5].ulValueLen = 10;
    RV(p11->C_CreateObject(conform.reader, items, DIM(items), &copy), CKR_ATTRIBUTE_VALUE_INVALID);
    conform_end();
}

const struct conform_story conform_templates[] = {
    { "a session object lives with its session", a_session_object_lives_with_its_session },
    { "a session object is copied, changed and destroyed", a_session_object_is_copied_changed_and_destroyed },
    { "what may not be done to an object is not done", what_may_not_be_done_to_an_object_is_not_done },
    { "templates are checked", templates_are_checked },
    { "secret keys keep their secret", secret_keys_keep_their_secret },
    { "a public key is made of its numbers", a_public_key_is_made_of_its_numbers },
    { "a point is taken in every dress", a_point_is_taken_in_every_dress },
    { "a certificate is kept for a session", a_certificate_is_kept_for_a_session },
    { NULL, NULL },
};
