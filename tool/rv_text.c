/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/rv_text.h"

#include "tool/text.h"

struct rv_row {
    CK_RV rv;
    enum exit_code code;
    const char *name, *meaning, *next;
};

#define ROW(rv, code, meaning, next) { rv, code, #rv, meaning, next }

static const struct rv_row rows[] = {
    ROW(CKR_PIN_INCORRECT, EXIT_CODE_PIN_WRONG, N_("the PIN is wrong"),
        N_("Check the keyboard layout and try again; \"ecp status\" shows whether tries are left.")),
    ROW(CKR_PIN_LOCKED, EXIT_CODE_PIN_LOCKED, N_("the PIN is locked: too many wrong tries"),
        N_("Unblock it with \"ecp pin unblock\" and the PUK or the security officer's PIN.")),
    ROW(CKR_PIN_EXPIRED, EXIT_CODE_PIN_RULE, N_("the PIN has to be changed first"),
        N_("Choose your own with \"ecp pin change\".")),
    ROW(CKR_PIN_LEN_RANGE, EXIT_CODE_PIN_RULE, N_("the PIN is too short or too long for this token"), NULL),
    ROW(CKR_PIN_INVALID, EXIT_CODE_PIN_RULE, N_("the token does not take these characters in a PIN"), NULL),
    ROW(CKR_USER_PIN_NOT_INITIALIZED, EXIT_CODE_PIN_RULE, N_("no PIN has been chosen yet"),
        N_("Choose one with \"ecp pin set\".")),
    ROW(CKR_USER_NOT_LOGGED_IN, EXIT_CODE_FAILED, N_("the token wants the PIN first"), NULL),
    ROW(CKR_TOKEN_NOT_PRESENT, EXIT_CODE_CARD_GONE, N_("the token is not in the reader"),
        N_("Plug it in and start again.")),
    ROW(CKR_DEVICE_REMOVED, EXIT_CODE_CARD_GONE, N_("the token was pulled out"), N_("Plug it in and start again.")),
    ROW(CKR_DEVICE_ERROR, EXIT_CODE_CARD_GONE, N_("the token or its reader does not answer as it should"),
        N_("Plug the token in again; \"ecp doctor\" looks further.")),
    ROW(CKR_DEVICE_MEMORY, EXIT_CODE_FAILED, N_("the token is full"),
        N_("Delete what is no longer needed: \"ecp status\" lists it.")),
    ROW(CKR_TOKEN_NOT_RECOGNIZED, EXIT_CODE_NO_TOKEN, N_("the module does not know this card"),
        N_("\"ecp doctor\" shows what it is.")),
    ROW(CKR_TOKEN_WRITE_PROTECTED, EXIT_CODE_UNSUPPORTED, N_("the token cannot be written to"), NULL),
    ROW(CKR_FUNCTION_NOT_SUPPORTED, EXIT_CODE_UNSUPPORTED, N_("this token cannot do that"), NULL),
    ROW(CKR_MECHANISM_INVALID, EXIT_CODE_UNSUPPORTED, N_("this token does not have that algorithm"),
        N_("ecp-pkcs11.conf(5) tells which algorithms are off until they are allowed.")),
    ROW(CKR_KEY_SIZE_RANGE, EXIT_CODE_UNSUPPORTED, N_("this token does not have keys of that size"), NULL),
    ROW(CKR_CURVE_NOT_SUPPORTED, EXIT_CODE_UNSUPPORTED, N_("this token does not have that curve"), NULL),
    ROW(CKR_DOMAIN_PARAMS_INVALID, EXIT_CODE_UNSUPPORTED, N_("this token does not have that parameter set"), NULL),
    ROW(CKR_KEY_TYPE_INCONSISTENT, EXIT_CODE_UNSUPPORTED, N_("the key is of another kind"), NULL),
    ROW(CKR_KEY_FUNCTION_NOT_PERMITTED, EXIT_CODE_UNSUPPORTED, N_("the key may not be used for that"), NULL),
    ROW(CKR_ATTRIBUTE_VALUE_INVALID, EXIT_CODE_BAD_INPUT, N_("the token does not take one of the values"), NULL),
    ROW(CKR_ATTRIBUTE_READ_ONLY, EXIT_CODE_UNSUPPORTED, N_("the token does not let that be changed"), NULL),
    ROW(CKR_ACTION_PROHIBITED, EXIT_CODE_UNSUPPORTED, N_("the token does not allow that"), NULL),
    ROW(CKR_SESSION_EXISTS, EXIT_CODE_FAILED, N_("another program is using the token"),
        N_("Close the other program and try again.")),
    ROW(CKR_USER_ALREADY_LOGGED_IN, EXIT_CODE_FAILED, N_("somebody is logged in already"), NULL),
    ROW(CKR_FUNCTION_CANCELED, EXIT_CODE_CANCELLED, N_("it was cancelled"), NULL),
    ROW(CKR_OBJECT_HANDLE_INVALID, EXIT_CODE_NOT_FOUND, N_("that object is no longer on the token"), NULL),
    ROW(CKR_HOST_MEMORY, EXIT_CODE_FAILED, N_("the computer has no memory left"), NULL),
    ROW(CKR_DATA_LEN_RANGE, EXIT_CODE_BAD_INPUT, N_("the data are too long for this key"), NULL),
    ROW(CKR_ENCRYPTED_DATA_INVALID, EXIT_CODE_BAD_INPUT, N_("this was not encrypted for this key"), NULL),
    ROW(CKR_TEMPLATE_INCOMPLETE, EXIT_CODE_FAILED, N_("the module wants to know more"), NULL),
    ROW(CKR_TEMPLATE_INCONSISTENT, EXIT_CODE_UNSUPPORTED, N_("the token does not allow this combination"), NULL),
    ROW(CKR_ATTRIBUTE_TYPE_INVALID, EXIT_CODE_UNSUPPORTED, N_("the token does not know one of the properties"), NULL),
    ROW(CKR_CRYPTOKI_NOT_INITIALIZED, EXIT_CODE_FAILED, N_("the module is not initialised"), NULL),
    ROW(CKR_GENERAL_ERROR, EXIT_CODE_FAILED, N_("the module gave up"), N_("\"ecp trace\" shows what happened on the way.")),
    ROW(CKR_FUNCTION_FAILED, EXIT_CODE_FAILED, N_("the token refused"),
        N_("\"ecp trace\" shows what happened on the way.")),
};

static const struct rv_row *rv_row(CK_RV rv)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].rv == rv)
            return &rows[i];
    return NULL;
}

const char *rv_name(CK_RV rv, char *spare)
{
    const struct rv_row *row = rv_row(rv);

    if (row)
        return row->name;
    snprintf(spare, 24, "CKR_0x%lX", rv);
    return spare;
}

enum exit_code rv_exit_code(CK_RV rv)
{
    const struct rv_row *row = rv_row(rv);

    return rv == CKR_OK ? EXIT_CODE_OK : row ? row->code : EXIT_CODE_FAILED;
}

enum exit_code rv_fail(const struct ui *ui, CK_RV rv, const char *step)
{
    const struct rv_row *row = rv_row(rv);
    char spare[24];

    if (!row)
        return ui_fail(ui, EXIT_CODE_FAILED, _("\"ecp trace\" shows what happened on the way."), _("%s failed (%s)"), step,
                       rv_name(rv, spare));
    return ui_fail(ui, row->code, row->next ? gettext(row->next) : NULL, _("%s failed: %s (%s)"), step,
                   gettext(row->meaning), row->name);
}
