/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/rules.h"

#include <stddef.h>
#include <string.h>

/* What a function is about: each brings values of its own. */
enum about {
    ABOUT_LIBRARY = 0,
    ABOUT_DEVICE = 1 << 0,
    ABOUT_SLOT = 1 << 1,    /**< a slot that has to have a token */
    ABOUT_SESSION = 1 << 2,
    ABOUT_WRITE = 1 << 3,
    ABOUT_CANCEL = 1 << 4,  /**< CKR_FUNCTION_CANCELED */
    ABOUT_OBJECTS = 1 << 5, /**< templates and CKR_PIN_EXPIRED */
    ABOUT_EXTRA = 1 << 6,   /**< what a token may lack: CKR_FUNCTION_NOT_SUPPORTED (5.1.7) */
};

#define VALUES_MAX 12

/* CKR_CRYPTOKI_NOT_INITIALIZED and CKR_ARGUMENTS_BAD are never right here: the module is initialised, the arguments
 * are good. */
static const CK_RV of_library[] = { CKR_OK, CKR_GENERAL_ERROR, CKR_HOST_MEMORY, CKR_FUNCTION_FAILED };
static const CK_RV of_device[] = { CKR_DEVICE_ERROR, CKR_DEVICE_MEMORY, CKR_DEVICE_REMOVED };
static const CK_RV of_slot[] = { CKR_SLOT_ID_INVALID, CKR_TOKEN_NOT_PRESENT, CKR_TOKEN_NOT_RECOGNIZED };
static const CK_RV of_session[] = { CKR_SESSION_CLOSED, CKR_SESSION_HANDLE_INVALID };
static const CK_RV of_write[] = { CKR_SESSION_READ_ONLY, CKR_TOKEN_WRITE_PROTECTED, CKR_USER_NOT_LOGGED_IN };
static const CK_RV of_cancel[] = { CKR_FUNCTION_CANCELED };
static const CK_RV of_objects[] = { CKR_ATTRIBUTE_READ_ONLY,    CKR_ATTRIBUTE_TYPE_INVALID,
                                    CKR_ATTRIBUTE_VALUE_INVALID, CKR_CURVE_NOT_SUPPORTED,
                                    CKR_DOMAIN_PARAMS_INVALID,  CKR_PIN_EXPIRED,
                                    CKR_TEMPLATE_INCOMPLETE,    CKR_TEMPLATE_INCONSISTENT };
static const CK_RV of_extra[] = { CKR_FUNCTION_NOT_SUPPORTED };

/* In the order of enum about. */
static const struct {
    const CK_RV *values;
    size_t count;
} groups[] = {
#define GROUP(array) { array, sizeof(array) / sizeof((array)[0]) }
    GROUP(of_device), GROUP(of_slot), GROUP(of_session), GROUP(of_write), GROUP(of_cancel), GROUP(of_objects), GROUP(of_extra),
};

static const struct {
    const char *function;
    unsigned about;
    CK_RV also[VALUES_MAX];
} rows[] = {
    { "C_Finalize", ABOUT_LIBRARY, { 0 } },
    { "C_GetSlotList", ABOUT_LIBRARY, { CKR_BUFFER_TOO_SMALL } },
    { "C_GetTokenInfo", ABOUT_DEVICE | ABOUT_SLOT, { 0 } },
    { "C_InitToken",
      ABOUT_DEVICE | ABOUT_SLOT | ABOUT_CANCEL | ABOUT_EXTRA,
      { CKR_PIN_INCORRECT, CKR_PIN_LOCKED, CKR_SESSION_EXISTS, CKR_TOKEN_WRITE_PROTECTED } },
    { "C_InitPIN",
      ABOUT_DEVICE | ABOUT_SESSION | ABOUT_WRITE | ABOUT_CANCEL | ABOUT_EXTRA,
      { CKR_PIN_INVALID, CKR_PIN_LEN_RANGE } },
    { "C_SetPIN",
      ABOUT_DEVICE | ABOUT_SESSION | ABOUT_CANCEL | ABOUT_EXTRA,
      { CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE, CKR_PIN_LOCKED, CKR_SESSION_READ_ONLY,
        CKR_TOKEN_WRITE_PROTECTED } },
    { "C_OpenSession",
      ABOUT_DEVICE | ABOUT_SLOT,
      { CKR_SESSION_COUNT, CKR_SESSION_READ_WRITE_SO_EXISTS, CKR_TOKEN_WRITE_PROTECTED } },
    { "C_CloseSession", ABOUT_DEVICE | ABOUT_SESSION, { 0 } },
    { "C_CloseAllSessions", ABOUT_DEVICE, { CKR_SLOT_ID_INVALID, CKR_TOKEN_NOT_PRESENT } },
    { "C_GetSessionInfo", ABOUT_DEVICE | ABOUT_SESSION, { 0 } },
    { "C_Login",
      ABOUT_DEVICE | ABOUT_SESSION | ABOUT_CANCEL,
      { CKR_PIN_INCORRECT, CKR_PIN_LOCKED, CKR_USER_ALREADY_LOGGED_IN, CKR_USER_ANOTHER_ALREADY_LOGGED_IN,
        CKR_USER_PIN_NOT_INITIALIZED, CKR_SESSION_READ_ONLY_EXISTS } },
    { "C_Logout", ABOUT_DEVICE | ABOUT_SESSION, { CKR_USER_NOT_LOGGED_IN } },
    { "C_FindObjectsInit", ABOUT_DEVICE | ABOUT_SESSION, { CKR_OPERATION_ACTIVE } },
    { "C_FindObjects", ABOUT_DEVICE | ABOUT_SESSION, { CKR_OPERATION_NOT_INITIALIZED } },
    { "C_FindObjectsFinal", ABOUT_DEVICE | ABOUT_SESSION, { CKR_OPERATION_NOT_INITIALIZED } },
    { "C_GetAttributeValue",
      ABOUT_DEVICE | ABOUT_SESSION,
      { CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID, CKR_BUFFER_TOO_SMALL, CKR_OBJECT_HANDLE_INVALID } },
    { "C_CreateObject", ABOUT_DEVICE | ABOUT_SESSION | ABOUT_WRITE | ABOUT_OBJECTS | ABOUT_EXTRA, { 0 } },
    { "C_GenerateKeyPair",
      ABOUT_DEVICE | ABOUT_SESSION | ABOUT_WRITE | ABOUT_CANCEL | ABOUT_OBJECTS | ABOUT_EXTRA,
      { CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID, CKR_OPERATION_ACTIVE } },
    { "C_SignInit",
      ABOUT_DEVICE | ABOUT_SESSION | ABOUT_CANCEL,
      { CKR_KEY_FUNCTION_NOT_PERMITTED, CKR_KEY_HANDLE_INVALID, CKR_KEY_SIZE_RANGE, CKR_KEY_TYPE_INCONSISTENT,
        CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID, CKR_OPERATION_ACTIVE, CKR_PIN_EXPIRED,
        CKR_USER_NOT_LOGGED_IN } },
    { "C_Sign",
      ABOUT_DEVICE | ABOUT_SESSION | ABOUT_CANCEL,
      { CKR_BUFFER_TOO_SMALL, CKR_DATA_INVALID, CKR_DATA_LEN_RANGE, CKR_OPERATION_NOT_INITIALIZED,
        CKR_USER_NOT_LOGGED_IN, CKR_FUNCTION_REJECTED } },
    { "C_VerifyInit", ABOUT_DEVICE | ABOUT_SESSION | ABOUT_CANCEL, { CKR_KEY_HANDLE_INVALID } },
    { "C_Verify", ABOUT_DEVICE | ABOUT_SESSION | ABOUT_CANCEL, { CKR_SIGNATURE_INVALID } },
};

static bool is_one_of(CK_RV rv, const CK_RV *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] == rv)
            return true;
    return false;
}

bool rules_allow(const char *function, CK_RV rv)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].function, function) != 0)
            continue;
        for (size_t group = 0; group < sizeof(groups) / sizeof(groups[0]); group++)
            if ((rows[i].about & 1U << group) && is_one_of(rv, groups[group].values, groups[group].count))
                return true;
        return is_one_of(rv, of_library, sizeof(of_library) / sizeof(of_library[0])) ||
               is_one_of(rv, rows[i].also, VALUES_MAX);
    }
    return false;
}
