/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a strange module's objects become; the module is made of a table. */
#include "tool/certificate_store.h"
#include "tool/objects.h"

#include <string.h>

#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"

/* An object. MODULUS 0: it shows no public key. */
struct row {
    CK_OBJECT_CLASS class;
    const char *id;
    uint8_t modulus;
};

static struct tool_ear ear;
static const struct row *rows;
static size_t row_count, next, destroyed;
static CK_OBJECT_CLASS wanted;
static CK_RV create_rv;

static CK_RV give(CK_ATTRIBUTE *attribute, const void *value, size_t size)
{
    if (attribute->pValue && attribute->ulValueLen < size)
        return CKR_BUFFER_TOO_SMALL;
    if (attribute->pValue)
        memcpy(attribute->pValue, value, size);
    attribute->ulValueLen = size;
    return CKR_OK;
}

static CK_RV get_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR attribute, CK_ULONG count)
{
    const struct row *row = &rows[object - 1];
    const uint8_t exponent[] = { 1, 0, 1 };
    const CK_KEY_TYPE type = CKK_RSA;
    uint8_t modulus[128];

    (void)session;
    ck_assert_uint_eq(count, 1);
    memset(modulus, row->modulus, sizeof(modulus));
    switch (attribute->type) {
    case CKA_ID:
        return give(attribute, row->id, strlen(row->id));
    case CKA_KEY_TYPE:
        return give(attribute, &type, sizeof(type));
    case CKA_MODULUS:
        return row->modulus ? give(attribute, modulus, sizeof(modulus)) : CKR_ATTRIBUTE_TYPE_INVALID;
    case CKA_PUBLIC_EXPONENT:
        return give(attribute, exponent, sizeof(exponent));
    case CKA_VALUE:
        return give(attribute, &row->modulus, 1);
    default:
        return CKR_ATTRIBUTE_TYPE_INVALID;
    }
}

static CK_RV find_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE_PTR template, CK_ULONG count)
{
    (void)session;
    ck_assert_uint_ge(count, 1);
    ck_assert_uint_eq(template[0].type, CKA_CLASS);
    memcpy(&wanted, template[0].pValue, sizeof(wanted));
    next = 0;
    return CKR_OK;
}

static CK_RV find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE_PTR ret, CK_ULONG room, CK_ULONG_PTR count)
{
    (void)session;
    for (*count = 0; next < row_count && *count < room; next++)
        if (rows[next].class == wanted)
            ret[(*count)++] = next + 1;
    return CKR_OK;
}

static CK_RV find_final(CK_SESSION_HANDLE session)
{
    (void)session;
    return CKR_OK;
}

static CK_RV create(CK_SESSION_HANDLE session, CK_ATTRIBUTE_PTR template, CK_ULONG count, CK_OBJECT_HANDLE_PTR ret)
{
    (void)session;
    (void)template;
    (void)count;
    (void)ret;
    return create_rv;
}

static CK_RV destroy(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    (void)session;
    (void)object;
    destroyed++;
    return CKR_OK;
}

static CK_FUNCTION_LIST list = { .C_GetAttributeValue = get_attribute, .C_FindObjectsInit = find_init, .C_FindObjects = find,
                                 .C_FindObjectsFinal = find_final, .C_CreateObject = create, .C_DestroyObject = destroy };
static struct client client = { .p11 = &list };
static struct session session = { .client = &client, .token = { .has_token = true, .label = "mine", .serial = "0001",
                                                                .model = "A", .manufacturer = "B" } };

static void read_rows(const struct row *table, size_t count, struct objects *ret)
{
    tool_listen(&ear, 80);
    rows = table;
    row_count = count;
    ck_assert_int_eq((int)objects_read(&ear.ui, &session, ret), EXIT_CODE_OK);
}

START_TEST(halves_without_an_id_are_no_pair)
{
    static const struct row table[] = { { CKO_PRIVATE_KEY, "", 0 }, { CKO_PUBLIC_KEY, "", 3 } };
    SCOPED(objects_free) struct objects objects = { 0 };

    read_rows(table, 2, &objects);
    ck_assert_uint_eq(objects.key_count, 2);
    ck_assert_int_eq((int)objects.keys[0].public.kind, KEY_NONE);
    tool_deaf(&ear);
}
END_TEST

START_TEST(halves_with_one_id_and_different_numbers_are_no_pair)
{
    static const struct row table[] = { { CKO_PRIVATE_KEY, "1", 5 }, { CKO_PUBLIC_KEY, "1", 3 }, { CKO_PUBLIC_KEY, "1", 5 } };
    SCOPED(objects_free) struct objects objects = { 0 };

    read_rows(table, 3, &objects);
    ck_assert_uint_eq(objects.key_count, 2);
    ck_assert_uint_eq(objects.keys[0].private_key, 1);
    ck_assert_uint_eq(objects.keys[0].public_key, 3);
    ck_assert_uint_eq(objects.keys[1].public_key, 2);
    tool_deaf(&ear);
}
END_TEST

START_TEST(a_private_half_that_shows_no_numbers_is_paired_by_its_id)
{
    static const struct row table[] = { { CKO_PRIVATE_KEY, "1", 0 }, { CKO_PUBLIC_KEY, "1", 3 } };
    SCOPED(objects_free) struct objects objects = { 0 };

    read_rows(table, 2, &objects);
    ck_assert_uint_eq(objects.key_count, 1);
    ck_assert_int_eq((int)objects.keys[0].public.kind, KEY_RSA);
    tool_deaf(&ear);
}
END_TEST

START_TEST(a_uri_of_another_token_names_nothing_on_this_one)
{
    static const struct row table[] = { { CKO_PRIVATE_KEY, "1", 3 }, { CKO_CERTIFICATE, "1", 1 } };
    static const char *const others[] = { "token=other", "serial=0002", "model=C", "manufacturer=D" };
    SCOPED(objects_free) struct objects objects = { 0 };
    const struct certificate *certificate;
    const struct key *key;
    char text[64];

    read_rows(table, 2, &objects);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        snprintf(text, sizeof(text), "pkcs11:%s;id=%%31", others[i]);
        ck_assert_int_eq((int)objects_find_key(&ear.ui, &objects, text, NULL, &key), EXIT_CODE_NOT_FOUND);
        ck_assert_int_eq((int)objects_find_certificate(&ear.ui, &objects, text, &certificate), EXIT_CODE_NOT_FOUND);
    }
    ck_assert_int_eq((int)objects_find_key(&ear.ui, &objects, "pkcs11:token=mine;serial=0001;id=%31", NULL, &key), EXIT_CODE_OK);
    ck_assert_int_eq((int)objects_find_key(&ear.ui, &objects, "pkcs11:id=%31;type=cert", NULL, &key), EXIT_CODE_NOT_FOUND);
    ck_assert_int_eq((int)objects_find_certificate(&ear.ui, &objects, "pkcs11:id=%31;type=private", &certificate),
                     EXIT_CODE_NOT_FOUND);
    ck_assert_int_eq((int)objects_find_certificate(&ear.ui, &objects, "pkcs11:id=%31;type=cert", &certificate), EXIT_CODE_OK);
    tool_deaf(&ear);
}
END_TEST

/* Writes a new certificate, which the token answers with RV, in place of one that is there; how many were destroyed? */
static size_t destroyed_after(CK_RV rv)
{
    static const struct row table[] = { { CKO_CERTIFICATE, "1", 1 } };
    static const uint8_t new_der[] = { 2 };
    SCOPED(objects_free) struct objects objects = { 0 };
    const struct x509 x509 = { .der = BYTES_OF(new_der), .not_before = { 2026, 1, 1 }, .not_after = { 2027, 1, 1 } };
    const struct key key = { .id = { '1' }, .id_size = 1 };

    read_rows(table, 1, &objects);
    create_rv = rv;
    destroyed = 0;
    ck_assert_int_ne((int)certificate_store(&ear.ui, &session, &x509, &key, "new", &objects.certificates[0]), EXIT_CODE_OK);
    tool_deaf(&ear);
    return destroyed;
}

START_TEST(a_certificate_makes_room_only_if_its_place_is_what_is_wanted)
{
    static const CK_RV troubles[] = { CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED, CKR_HOST_MEMORY, CKR_SESSION_HANDLE_INVALID,
                                      CKR_DEVICE_REMOVED, CKR_TEMPLATE_INCONSISTENT };

    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
        ck_assert_uint_eq(destroyed_after(troubles[i]), 0);
    ck_assert_uint_eq(destroyed_after(CKR_ATTRIBUTE_VALUE_INVALID), 1);
}
END_TEST

UNIT_MAIN("tool/objects", halves_without_an_id_are_no_pair, halves_with_one_id_and_different_numbers_are_no_pair,
          a_private_half_that_shows_no_numbers_is_paired_by_its_id, a_uri_of_another_token_names_nothing_on_this_one,
          a_certificate_makes_room_only_if_its_place_is_what_is_wanted)
