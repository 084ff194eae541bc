/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rv.h: what a result of the floors below is called in Cryptoki. */
#ifndef ECP_MODULE_RV_H
#define ECP_MODULE_RV_H

#include "asn1/result.h"
#include "pkcs11-headers/pkcs11.h"

/** The return value for RESULT: a switch without default, so that an unmapped result does not compile. */
CK_RV rv_from_result(enum result result);

/** The name of RV ("CKR_PIN_INCORRECT"), for the trace; "CKR_?" if it has none. Static memory. */
const char *rv_name(CK_RV rv);

/** Returns from the enclosing function with the failure of EXPR (a CK_RV), if it failed. */
#define TRY_RV(expr)                                                                                               \
    do {                                                                                                           \
        CK_RV try_rv_ = (expr);                                                                                    \
        if (try_rv_ != CKR_OK)                                                                                     \
            return try_rv_;                                                                                        \
    } while (0)

/** As TRY_RV, for an EXPR that gives an enum result. */
#define TRY_RESULT(expr) TRY_RV(rv_from_result(expr))

#endif
