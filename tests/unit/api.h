/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api.h: the module on fake readers and cards, called through its C_ functions as an application does.
 *
 *     struct api api;
 *     api_start(&api);                                        // reader "A" with a card in it
 *     CK_SESSION_HANDLE session = api_session(&api, CKF_RW_SESSION);
 *     api_login(session);
 *     … C_SignInit(session, …)
 *     api_stop(&api);
 */
#ifndef ECP_TESTS_API_H
#define ECP_TESTS_API_H

#include "module/api/library.h"
#include "module/rv.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

/** EXPR gives exactly the return value EXPECTED; both are shown by name. */
#define assert_rv(expr, expected) ck_assert_str_eq(rv_name(expr), rv_name(expected))

/** A world and the module in it. */
struct api {
    struct fake *fake;
    struct fake_card *card;
    const struct card_driver *const *drivers;
    struct config *config; /**< the library's: to be changed before the card is used */
    CK_SLOT_ID slot;       /**< of reader A */
};

/** A world with an empty reader "A"; the module is not initialised. */
void api_world(struct api *api);

/** Initialises the module as C_Initialize does, with FUNCTIONS for locks (NULL: native). */
CK_RV api_initialize(struct api *api, const struct lock_functions *functions);

/** A world with a new card in reader A and the module initialised in it; api->slot is known. */
void api_start(struct api *api);

/** The same with a card of the family that has GOST keys: 04 CryptoPro-A of 2012, 05 tc26-512-A. */
void api_start_gost(struct api *api);

/** Finalizes, if the test did not, and frees the world. The drivers were never called in an unsound way. */
void api_stop(struct api *api);

/** Opens a serial session with FLAGS on api->slot. */
CK_SESSION_HANDLE api_session(struct api *api, CK_FLAGS flags);

/** Logs the user in. */
void api_login(CK_SESSION_HANDLE session);

/** C_Login with a C string. */
CK_RV api_login_as(CK_SESSION_HANDLE session, CK_USER_TYPE user, const char *pin);

/** The first object of CLASS with the one-byte CKA_ID (0: any); CK_INVALID_HANDLE if there is none. */
CK_OBJECT_HANDLE api_find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, uint8_t id);

/** How many objects match TEMPLATE. */
CK_ULONG api_count(CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count);

/** An attribute as a view of static memory, valid until the next call; fails if it cannot be read. */
struct bytes api_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);

/** A template entry. */
#define API_BYTES(type_, view_)                                                                              \
    {                                                                                                        \
        (type_), (CK_VOID_PTR)(uintptr_t)(view_).data, (view_).size                                          \
    }
#define API_VALUE(type_, variable_)                                                                          \
    {                                                                                                        \
        (type_), &(variable_), sizeof(variable_)                                                             \
    }
#define API_TEXT(type_, text_)                                                                               \
    {                                                                                                        \
        (type_), (CK_VOID_PTR)(uintptr_t)(text_), strlen(text_)                                              \
    }

#define API_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
