/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/api/pin.h"

#include "module/rv.h"

CK_RV pin_take(const struct token_view *view, const void *pin, CK_ULONG size, CK_RV impossible,
               struct secret **ret)
{
    enum result result;

    *ret = NULL;
    if (pin == NULL && size != 0)
        return CKR_ARGUMENTS_BAD;
    if (size == 0) {
        if (view->pinpad)
            return CKR_OK;
        return pin == NULL ? CKR_ARGUMENTS_BAD : impossible;
    }
    result = secret_new(bytes_make(pin, size), ret);
    return result == RESULT_TOO_LARGE ? impossible : rv_from_result(result);
}
