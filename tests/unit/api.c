/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/api.h"

#include <string.h>

#include "asn1/gost.h"

void api_world(struct api *api)
{
    *api = (struct api){ .fake = fake_new(), .drivers = fake_drivers };
    ck_assert_ptr_nonnull(api->fake);
    fake_reader_add(api->fake, "A");
}

CK_RV api_initialize(struct api *api, const struct lock_functions *functions)
{
    struct library_parts parts = { .source = fake_source(api->fake), .drivers = api->drivers };
    CK_RV rv = library_claim();

    if (rv != CKR_OK)
        return rv;
    assert_ok(config_load_from(NULL, NULL, &parts.config));
    api->config = parts.config;
    if (functions != NULL)
        parts.lock_functions = *functions;
    return library_start(&parts);
}

/* Puts the card in and finds its slot. */
static void api_insert(struct api *api)
{
    CK_SLOT_ID slots[READERS_MAX];
    CK_ULONG count = READERS_MAX;

    fake_insert(api->fake, "A", api->card);
    assert_rv(api_initialize(api, NULL), CKR_OK);
    assert_rv(C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
    ck_assert_uint_eq(count, 1);
    api->slot = slots[0];
}

void api_start(struct api *api)
{
    api_world(api);
    api->card = fake_card_new(api->fake);
    api_insert(api);
}

void api_start_gost(struct api *api)
{
    api_world(api);
    api->drivers = fake_gost_drivers;
    api->card = fake_card_new(api->fake);
    fake_gost_key_add(api->card, 4, gost_set_oid(gost_set_from_name(bytes_text("CryptoPro-A"))), BYTES_NONE);
    fake_gost_key_add(api->card, 5, gost_set_oid(gost_set_from_name(bytes_text("tc26-512-A"))), BYTES_NONE);
    api_insert(api);
}

void api_stop(struct api *api)
{
    CK_RV rv = C_Finalize(NULL);
    ck_assert(rv == CKR_OK || rv == CKR_CRYPTOKI_NOT_INITIALIZED);
    ck_assert_uint_eq(fake_violations(api->fake), 0);
    ck_assert_uint_eq(fake_open_channels(api->fake), 0);
    fake_free(&api->fake);
}

CK_SESSION_HANDLE api_session(struct api *api, CK_FLAGS flags)
{
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    assert_rv(C_OpenSession(api->slot, CKF_SERIAL_SESSION | flags, NULL, NULL, &session), CKR_OK);
    ck_assert_uint_ne(session, CK_INVALID_HANDLE);
    return session;
}

CK_RV api_login_as(CK_SESSION_HANDLE session, CK_USER_TYPE user, const char *pin)
{
    return C_Login(session, user, (CK_UTF8CHAR *)(uintptr_t)pin, strlen(pin));
}

void api_login(CK_SESSION_HANDLE session)
{
    assert_rv(api_login_as(session, CKU_USER, FAKE_USER_PIN), CKR_OK);
}

CK_OBJECT_HANDLE api_find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, uint8_t id)
{
    CK_ATTRIBUTE template[] = { API_VALUE(CKA_CLASS, class), API_VALUE(CKA_ID, id) };
    CK_OBJECT_HANDLE found = CK_INVALID_HANDLE;
    CK_ULONG count = 0;

    assert_rv(C_FindObjectsInit(session, template, id != 0 ? 2 : 1), CKR_OK);
    assert_rv(C_FindObjects(session, &found, 1, &count), CKR_OK);
    assert_rv(C_FindObjectsFinal(session), CKR_OK);
    return count == 1 ? found : CK_INVALID_HANDLE;
}

CK_ULONG api_count(CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count)
{
    CK_OBJECT_HANDLE found[64];
    CK_ULONG number = 0;

    assert_rv(C_FindObjectsInit(session, template, count), CKR_OK);
    assert_rv(C_FindObjects(session, found, API_COUNT(found), &number), CKR_OK);
    assert_rv(C_FindObjectsFinal(session), CKR_OK);
    return number;
}

struct bytes api_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
    static uint8_t value[4096];
    CK_ATTRIBUTE attribute = { type, value, sizeof(value) };

    assert_rv(C_GetAttributeValue(session, object, &attribute, 1), CKR_OK);
    return bytes_make(value, attribute.ulValueLen);
}
